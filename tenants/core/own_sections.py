"""Who may change which part of a blueprint: one table, read by the API, by drafts and by the documentation.

A client owns its data and its way of working; what was agreed in the contract (how fast each side acts on a work order
is part of it), and whose seats and numbers these are, is the outsourcer's to write. The outsourcer's people set
everything up, but once a client is there they may only narrow what protects it from them: masking, staff access,
supervision and sharing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tenants.core.complaints import Complaint, Content
from tenants.core.documents import pointer
from tenants.core.names import KEYS
from tenants.core.permissions import Role
from tenants.core.plan import SINGLE

SECTIONS = (
    "tenant", "contract", "people", "calendars", "prompts", "music", "skills", "queues", "flows", "numbers", "seats",
    "connections", "directory", "masking", "retention", "recording", "callbacks", "reports", "staff_access",
    "supervision", "sharing", "work_orders", "trunks",
)  # fmt: skip
"""Every section, in the order of the file."""

_OPENNESS: Mapping[str, int] = {
    "hidden": 0, "last4": 1, "masked": 2, "full": 3, "client": 0, "standing": 1, "tone": 0, "sign": 1, "nothing": 2,
    "off": 0, "people": 1, "anyone": 2,
}  # fmt: skip
"""How much a value of what protects the client allows; a number or a truth value counts by itself."""


@dataclass(frozen=True, slots=True)
class Extent:
    """How far a section may be changed. ``keys``: only these, of what is there; ``narrowing``: only to show less."""

    keys: frozenset[str] | None = None
    narrowing: bool = False


_ALL = Extent()
_NARROWING = Extent(narrowing=True)

TABLE: Mapping[Role, Mapping[str, Extent]] = {
    Role.ONBOARDING: {
        **dict.fromkeys(SECTIONS, _ALL),
        **dict.fromkeys(("masking", "staff_access", "supervision", "sharing"), _NARROWING),
    },
    Role.CLIENT_MANAGER: {
        **dict.fromkeys(
            ("people", "calendars", "prompts", "music", "skills", "queues", "flows", "connections", "directory",
             "masking", "retention", "recording", "callbacks", "reports", "staff_access", "supervision",
             "sharing"),
            _ALL,
        ),
        "work_orders": Extent(
            frozenset({"types", "reopen_days", "auto_close_business_days", "calendar", "acknowledge_at_once",
                       "inform_customer"})
        ),
        "tenant": Extent(frozenset({"zone", "languages", "caller_id"})),
        "numbers": Extent(frozenset({"flow"})),
        "seats": Extent(frozenset({"skills"})),
    },
}  # fmt: skip
"""What is not here is not changed by that role."""


def extent(role: Role, section: str) -> Extent | None:
    """Return how far ``role`` may change ``section``, or None: not at all."""
    return TABLE.get(role, {}).get(section)


def trespasses(role: Role, before: Content, after: Content) -> Iterator[Complaint]:
    """Yield every change from ``before`` to ``after`` that is not for this role; pointers are into ``after``."""
    for section in SECTIONS:
        old, new = before[section], after[section]
        if old == new:
            continue
        reach = extent(role, section)
        if reach is None:
            yield Complaint(pointer(section), "your role does not change this section")
        elif reach.narrowing:
            yield from _widened(pointer(section), old, new)
        elif reach.keys is not None:
            yield from _beyond(section, reach.keys, old, new)


def own_part(role: Role, base: Content, wanted: Content) -> dict[str, Any]:
    """Return ``base`` with everything of ``wanted`` that this role may write."""
    made = dict(base)
    for section in SECTIONS:
        reach = extent(role, section)
        if reach is None or (reach.narrowing and any(_widened("", base[section], wanted[section]))):
            continue
        made[section] = wanted[section] if reach.keys is None else _merged(section, reach.keys, base, wanted)
    return made


def _merged(section: str, keys: frozenset[str], base: Content, wanted: Content) -> Any:  # noqa: ANN401 - JSON
    if section in SINGLE:
        return _taken(base[section], wanted[section], keys)
    by = {entry[KEYS[section]]: entry for entry in wanted[section]}
    return [_taken(entry, by.get(entry[KEYS[section]], entry), keys) for entry in base[section]]


def _taken(base: Content, wanted: Content, keys: frozenset[str]) -> dict[str, Any]:
    return {key: wanted.get(key, value) if key in keys else value for key, value in base.items()}


def _beyond(section: str, keys: frozenset[str], old: Any, new: Any) -> Iterator[Complaint]:  # noqa: ANN401 - JSON
    if section in SINGLE:
        yield from _other_keys(pointer(section), keys, old, new)
        return
    name = KEYS[section]
    before = {entry[name]: entry for entry in old}
    for index, entry in enumerate(new):
        place = pointer(section, index)
        if entry[name] in before:
            yield from _other_keys(place, keys, before[entry[name]], entry)
        else:
            yield Complaint(place, "your role adds nothing here")
    for gone in sorted(before.keys() - {entry[name] for entry in new}):
        yield Complaint(pointer(section), f"your role takes nothing away here: {gone}")


def _other_keys(place: str, keys: frozenset[str], old: Content, new: Content) -> Iterator[Complaint]:
    for key in sorted((old.keys() | new.keys()) - keys):
        if old.get(key) != new.get(key):
            yield Complaint(place + pointer(key), f"your role changes only {', '.join(sorted(keys))} here")


def _widened(place: str, old: Any, new: Any) -> Iterator[Complaint]:  # noqa: ANN401 - JSON
    if isinstance(new, Mapping):
        for key, value in new.items():
            yield from _widened(place + pointer(key), old[key], value)
    elif _OPENNESS.get(str(new), new) > _OPENNESS.get(str(old), old):
        yield Complaint(place, "only the client may show more than before")
