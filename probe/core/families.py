"""What there may be outside the database: Redis names, jobs, folders and files, links. All else has no case."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_ID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"

KEY_FAMILIES: dict[str, str] = {
    rf"t:{_ID}:.+": "a tenant's own, its id in the name",
    rf"agent:{_ID}": "the bell of an agent's desk; it holds nothing",
    rf"(ask|answer):{_ID}": "a question to the phone floor and its answer, for seconds, under an unguessable name",
    r"(inbox:)?floor:[a-z0-9_-]+(:[a-z]+)?": "the inbox of a floor: names of questions only",
    r"centre:configuration": "a bell; it holds nothing",
    r"placements": "a bell: a client's database has changed; it holds nothing",
    r"door:[a-z_]+:[ap]:[0-9a-f]{32}": "how often somebody tried to sign in, under a keyed hash; it holds numbers",
    rf"rate:p:{_ID}:(read|write|expensive)": "how often a person asked outside of tenants; it holds a time",
    r"rate:a:[0-9a-f]{32}:(read|write|expensive|guess)": "the same for a network address, under a keyed hash",
    r"rq:.*": "the doorbell of the worker: ids of tenants only",
}
"""Every key or channel of the house, as a pattern of its whole name, with the reason why it keeps tenants apart."""

JOB_CASES: dict[str, str] = {
    "exchange.process": "names a message, which is looked up in its own tenant only",
    "exchange.told": "the same; it asks for its own tenant's developers only",
    "exchange.mail": "goes to a developer of its own tenant, who is looked up among that tenant's again",
    "people.webhook": "names an interaction, which is looked up in its own tenant only",
    "people.work_order": "the same",
    "people.mail": "the same; the address is of its own tenant's directory",
    "people.replied": "the same; the task that it asks for is of its own tenant",
    "attachments.scan": "names an attachment, which is looked up in its own tenant only",
    "attachments.erase": "names a place in the store, which is left alone outside of its own tenant's folder",
    "webhooks.told": "the job of a fact of its own tenant; it asks for that tenant's developers only",
    "webhooks.mail": "goes to a developer of its own tenant, who is looked up among that tenant's again",
    "webhooks.ensure_endpoints": "reads nothing of its payload: it looks at the newest blueprint of its own tenant",
}
"""Every kind of job that the worker does, with the reason why its payload cannot lead it to another tenant."""

FOLDERS: dict[str, tuple[str, str]] = {
    "recordings": (
        rf"t/(?P<owner>{_ID})/(?P<kind>[a-z_]+)/\d{{4}}/\d\d/\.?{_ID}\.(enc|wav|[^/]*part)",
        "conversations and messages, each below its tenant",
    ),
    "exports": (rf"t/(?P<owner>{_ID})/\.?{_ID}\.(enc|[^/]*part)", "what a tenant asked for, below its tenant"),
    "spool": (
        rf"[a-z0-9_-]+(\.(?P<owner>{_ID}))?(\.[a-z0-9_-]+)*\.jsonl",
        "facts that wait for the database, a file for each tenant (an older version had one for a floor)",
    ),
    "prompts": (
        rf"((t/(?P<owner>{_ID})|house)/)?[^/]+\.(wav|part)",
        "spoken texts, named by the hash of what is said, below their tenant or the centre (once all in one folder)",
    ),
    "keys": (rf"\.?(?P<owner>{_ID})\.(key|destroyed|[^/]*part)", "tenants' keys, locked by the installation's own"),
    "simulator": (r"[^/]+\.wav", "sound of a simulated phone engine until it is stored; no house has one"),
}
"""Every folder of ours below the data folder: the pattern of a file's place in it, and the reason."""

FILE_CLASSES: dict[str, str] = {
    "call": "the recording of a conversation",
    "voicemail": "a message that was left",
    "desktop": "what was on the agent's desk, as far as it was shown",
    "attachment": "a file on a work order",
}
"""The third part of a recording's place ``t/<tenant>/<class>/...``."""

SERVERS = frozenset({"postgres", "valkey", "asterisk", "engine-certificate", "outside", "phone-engine", "logs"})
"""Folders of the servers that a demo runs beside us: no installation has them, and they are not looked into."""

POINTERS: dict[str, str] = {
    "gf.recording.key": "where a recording lies; played only below the reader's own tenant",
    "gf.work_order_attachment.key": "where a file on a work order lies; handed out only below the reader's own tenant",
}
"""Columns that hold a file's place. Each is given another tenant's, and its file asked for."""

LINKS: dict[str, str] = {
    "link": "a link to set a password: at GET /set-password",
    "context_token": "the signed address of a page about a call, at /c/{context_token}; of its recording too",
    "link_token": "the signed address of a link to a recording, at /r/ (with its passcode) and /shared/ (signed in)",
    "file_token": "the signed address of a link to a file or a recording of a work order, at GET /v1/files/",
    "passcode": "what goes with a link to a recording; tried so often only",
    "connection_token": "the signed address that a client's system sends to; its digest is compared, then a signature",
    "wall_token": "the signed address of a screen, at POST /wall/s; its cookie opens this screen only",
    "tile_token": "the signed address of a tile, at GET /wall/t/{tile_token} and its socket",
    "token": "an invitation to a client's own sign-in: at GET /sign-in/invited/{token}",
    "state": "the way back from a client's own sign-in: bound to the browser's cookie",
    "logout_token": "signed by the client's own sign-in; nothing is ended by one that is not",
    "credential": "what a passkey signed",
    "one_time_code": "the second factor of a sign-in under way",
}
"""Names under which a public route takes a secret, a signature or a one-time link, with what it is."""


@dataclass(frozen=True, slots=True)
class Place:
    """A file below the data folder: which kind of place, and whose. ``strange``: why it has no case, or nothing."""

    family: str
    owner: str | None = None
    strange: str = ""


def strange_keys(names: Iterable[str], families: Iterable[str] = KEY_FAMILIES) -> list[str]:
    """Return the names that belong to no family."""
    known = [re.compile(pattern) for pattern in families]
    return [name for name in names if not any(pattern.fullmatch(name) for pattern in known)]


def judge_place(folder: str, path: str) -> Place:
    """Say what a file is that lies at ``path`` below one of our folders."""
    if folder not in FOLDERS:
        return Place(folder, strange="a folder that nobody named")
    match = re.fullmatch(FOLDERS[folder][0], path)
    if match is None or ".." in path:
        return Place(folder, strange="outside of every tenant")
    parts = match.groupdict()
    kind = parts.get("kind")
    if kind is not None and kind not in FILE_CLASSES:
        return Place(folder, parts.get("owner"), strange=f"unknown class {kind}")
    return Place(folder, parts.get("owner"))


def owner_of_recording(key: str) -> str | None:
    """Return whose a recording's place is, or None: nobody's."""
    place = judge_place("recordings", key)
    return None if place.strange else place.owner
