"""What there may be outside the database: families of Redis keys and channels, and classes of stored files."""

from __future__ import annotations

import re
from collections.abc import Iterable

_ID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"

KEY_FAMILIES: dict[str, str] = {
    rf"t:{_ID}:.+": "a tenant's own, its id in the name",
    rf"agent:{_ID}": "the bell of an agent's desk; it holds nothing",
    rf"(ask|answer):{_ID}": "a question to the phone floor and its answer, for seconds, under an unguessable name",
    r"(inbox:)?floor:[a-z0-9_-]+(:[a-z]+)?": "the inbox of a floor: names of questions only",
    r"centre:configuration": "a bell; it holds nothing",
    r"door:[a-z_]+:[ap]:[0-9a-f]{32}": "how often somebody tried to sign in, under a keyed hash; it holds numbers",
    rf"rate:p:{_ID}:(read|write|expensive)": "how often a person asked outside of tenants; it holds a time",
    r"rate:a:[0-9a-f]{32}:(read|write|expensive)": "the same for a network address, under a keyed hash",
    r"rq:.*": "the doorbell of the worker: ids of tenants only",
}
"""Every key or channel of the house, as a pattern of its whole name, with the reason why it keeps tenants apart."""

FILE_CLASSES: dict[str, str] = {
    "call": "the recording of a conversation",
    "voicemail": "a message that was left",
    "exports": "a tenant's export",
}
"""The third part of a stored file's place ``t/<tenant>/<class>/...``."""

_PLACE = re.compile(rf"t/({_ID})/([a-z_]+)/.+")


def strange_keys(names: Iterable[str], families: Iterable[str] = KEY_FAMILIES) -> list[str]:
    """Return the names that belong to no family."""
    known = [re.compile(pattern) for pattern in families]
    return [name for name in names if not any(pattern.fullmatch(name) for pattern in known)]


def owner_of_file(place: str) -> tuple[str, str] | None:
    """Return tenant and class of a stored file's place, or None: it is nobody's."""
    match = _PLACE.fullmatch(place)
    if match is None or ".." in place:
        return None
    return match.group(1), match.group(2)
