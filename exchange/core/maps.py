"""From the words of a client's system to ours: statuses, and fields with constants and tables of choices.

A map never guesses: what it does not name raises :class:`Unmapped`, and the message waits until somebody names it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from exchange.core.outgoing import Words
from workorders.core.states import Status

TARGETS: Final = ("type", "title", "description", "priority", "severity")
"""Our fields that a map leads to."""
NEEDED: Final = ("type", "title")
"""What a new work order cannot be without."""
CHOICES: Final[Mapping[str, frozenset[str]]] = {
    "priority": frozenset({"critical", "high", "medium", "low"}),
    "severity": frozenset({"critical", "major", "minor"}),
}
"""Our fields that have a few values only."""
OUR_STATUSES: Final = tuple(str(status) for status in Status)
TOLD: Final[Mapping[str, tuple[str, ...]]] = {
    "status": OUR_STATUSES, "priority": ("critical", "high", "medium", "low"),
}  # fmt: skip
"""What of ours has words in their system."""
WAITS_FOR: Final = frozenset({"outsourcer", "tenant", "end_customer", "third_party"})


class Unmapped(Exception):
    """The map does not name this; ``what`` is ``status`` or the path of a field, ``value`` what came."""

    def __init__(self, what: str, value: str) -> None:
        """Take both."""
        super().__init__(f"{what}: {value}")
        self.what, self.value = what, value[:200]


@dataclass(frozen=True, slots=True)
class StatusRow:
    """What one of their statuses means: ours, for whom it waits if it is ``pending``, how it ended if ``resolved``.

    Without ``pending_on`` each message has to say for whom.
    """

    to: str
    pending_on: str | None = None
    code: str | None = None


@dataclass(frozen=True, slots=True)
class FieldRow:
    """Where one of our fields comes from: a path into their fields (``group.name``), or a constant.

    ``values``: a table from their values to ours; empty: the value as it is.
    """

    to: str
    path: str = ""
    constant: str = ""
    values: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Map:
    """A version of a connection's map; ``outward``: for a system that is also told."""

    version: int
    statuses: Mapping[str, StatusRow]
    fields: tuple[FieldRow, ...]
    outward: Words | None = None


NATIVE: Final = Map(
    0, {status: StatusRow(status) for status in OUR_STATUSES}, tuple(FieldRow(to, path=to) for to in TARGETS)
)
"""For a system that speaks our own words; nothing of a message in our format may be left over."""


def status_of(chosen: Map, status: str, pending_on: str | None) -> StatusRow:
    """Return what a status means; ``pending_on``: for whom the message says it waits. Raises :class:`Unmapped`."""
    row = chosen.statuses.get(status)
    if row is None:
        raise Unmapped("status", status)
    if row.to == "pending" and not (pending_on or row.pending_on):
        raise Unmapped("status", f"{status} (waits for whom?)")
    return row


def fields_of(chosen: Map, given: Mapping[str, Any]) -> dict[str, str]:
    """Return our fields; one whose path leads to nothing is not among them. Raises :class:`Unmapped`."""
    if chosen is NATIVE and (unknown := sorted(set(given) - set(TARGETS))):
        raise Unmapped(f"field {unknown[0]}", str(given[unknown[0]]))
    found = {}
    for row in chosen.fields:
        value = row.constant if not row.path else _at(given, row.path)
        if value is None or (value == "" and not row.values):
            continue
        found[row.to] = _translated(row, str(value))
    return found


def gaps(statuses: Iterable[tuple[str, StatusRow]], fields: Iterable[FieldRow], known: Iterable[str]) -> list[Gap]:
    """Return what keeps a map from being total. ``known``: statuses that the system is known to have."""
    found, seen = [], set()
    for place, (status, row) in enumerate(statuses):
        at = f"/status_map/{place}"
        if status in seen:
            found.append(Gap(at, "twice", status))
        seen.add(status)
        if row.to not in OUR_STATUSES:
            found.append(Gap(f"{at}/to", "no_such_status", row.to))
        if row.pending_on is not None and (row.to != "pending" or row.pending_on not in WAITS_FOR):
            found.append(Gap(f"{at}/pending_on", "pending_on", row.pending_on or ""))
    found += [Gap("/status_map", "not_mapped", status) for status in sorted(set(known) - seen)]
    targets = []
    for place, field in enumerate(fields):
        targets.append(field.to)
        found += _gaps_of(f"/field_map/{place}", field)
    found += [Gap("/field_map", "twice", to) for to in sorted({to for to in targets if targets.count(to) > 1})]
    return found + [Gap("/field_map", "needed", to) for to in NEEDED if to not in targets]


def gaps_outward(rows: Iterable[tuple[str, str]]) -> list[Gap]:
    """Return what keeps the way out from being total: ``(what, our word)`` of each row; each has to be there once."""
    given, found = list(rows), []
    wanted = {(what, ours) for what, words in TOLD.items() for ours in words}
    for place, row in enumerate(given):
        if row not in wanted:
            found.append(Gap(f"/out_map/{place}", "no_such_value", f"{row[0]} {row[1]}"))
        elif row in given[:place]:
            found.append(Gap(f"/out_map/{place}", "twice", f"{row[0]} {row[1]}"))
    return found + [Gap("/out_map", "not_mapped", f"{what} {ours}") for what, ours in sorted(wanted - set(given))]


@dataclass(frozen=True, slots=True)
class Gap:
    """One place of a map that is open or wrong: a JSON pointer, a code, and what stands there."""

    pointer: str
    code: str
    what: str


def _gaps_of(at: str, row: FieldRow) -> list[Gap]:
    found = []
    if row.to not in TARGETS:
        found.append(Gap(f"{at}/to", "no_such_field", row.to))
    if bool(row.path) == bool(row.constant):
        found.append(Gap(at, "path_or_constant", row.to))
    allowed = CHOICES.get(row.to)
    leads = list((row.values or {}).values()) + ([row.constant] if row.constant else [])
    return found + [Gap(f"{at}/values", "no_such_value", to) for to in leads if allowed and to not in allowed]


def _translated(row: FieldRow, value: str) -> str:
    if row.path and row.values:
        if value not in row.values:
            raise Unmapped(f"field {row.path}", value)
        value = row.values[value]
    allowed = CHOICES.get(row.to)
    if allowed is not None and value not in allowed:
        raise Unmapped(f"field {row.path or row.to}", value)
    return value


def _at(given: Mapping[str, Any], path: str) -> Any:  # noqa: ANN401 - any JSON value
    here: Any = given
    for part in path.split("."):
        if isinstance(here, list) and part in map(str, range(len(here))):
            here = here[int(part)]
        elif isinstance(here, dict):
            here = here.get(part)
        else:
            return None
    return here if isinstance(here, str | int | float) and not isinstance(here, bool) else None
