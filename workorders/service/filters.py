"""What lists of work orders can be filtered by: every field that a work order shows, joined by AND.

A filter that an index answers is ``found``: it narrows what is looked at. Every other one is tried on at most
:data:`MOST` rows a page, newest first, so that none can take longer than that; such a page may be short, and says where
it goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, get_args
from uuid import UUID

from kit import vault
from kit.db import Scope
from kit.errors import Detail, ValidationFailed
from kit.instants import YEARS
from kit.tenantkeys import TenantKeys
from tenants.policies import RetentionPart
from workorders.core import numbers, terms
from workorders.core.clock import State
from workorders.core.doer import Doer
from workorders.core.states import Side, Status
from workorders.errors import UnknownFilter
from workorders.fields import Priority, Severity
from workorders.service.references import PLACE
from workorders.service.sealing import blind

MOST: Final = 10_000
"""So many rows are looked at for one page, when no index says where to look."""
CUSTOM: Final = "custom."
"""What a filter on a field of the client's own begins with."""
_WORDS: Final[Mapping[str, Iterable[str]]] = {
    "requester_side": Side, "priority": get_args(Priority), "severity": get_args(Severity),
    "pending_on": ("outsourcer", "tenant", "end_customer", "third_party"),
}  # fmt: skip
"""Fields of which every value is known."""

Values = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Filter:
    """A condition whose ``{n}`` and ``{m}`` are its values' places, and how its text is read.

    ``sealed``: what the text is looked for as, where the column holds no plain text.
    """

    sql: str
    read: Callable[[str], Values]
    found: bool = False
    sealed: str = ""


@dataclass(slots=True)
class Clauses:
    """Conditions of one list: what an index finds, and what is tried on the rows that are found."""

    tenant: UUID
    found: list[str] = field(default_factory=lambda: ["tenant_id = $1"])
    values: list[Any] = field(default_factory=list)
    trying: list[tuple[str, Values]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Begin every list with its tenant."""
        self.values.insert(0, self.tenant)

    def add(self, sql: str, *values: Any) -> None:  # noqa: ANN401 - whatever the column holds
        """Add a condition that an index answers."""
        self.found.append(_placed(sql, self.values, values))

    def tried(self) -> tuple[list[str], list[Any]]:
        """Return the conditions that are tried, and the values of everything: theirs come last."""
        every = list(self.values)
        return [_placed(sql, every, values) for sql, values in self.trying], every


def _placed(sql: str, before: list[Any], values: Values) -> str:
    n = len(before) + 1
    before += values
    return sql.format(n=f"${n}", m=f"${n + 1}")


def _text(text: str) -> Values:
    if "\0" in text:
        raise ValueError("it holds a character that is never stored")
    return ([text],)


def _words(words: Iterable[str]) -> Callable[[str], Values]:
    """Return how some of these words are read; any other would silently find nothing."""
    known = tuple(words)

    def read_words(text: str) -> Values:
        wanted = text.split(",")
        if unknown := sorted(set(wanted).difference(known)):
            raise ValueError(f"there is no {unknown[0][:40]!r}; there are {', '.join(known)}")
        return (wanted,)

    return read_words


def _uuid(text: str) -> Values:
    return (UUID(text),)


def _whole(text: str) -> Values:
    if not (text.isascii() and text.isdigit() and len(text) <= 18):  # noqa: PLR2004 - digits of a bigint
        raise ValueError("it is a whole number")
    return (int(text),)


def _number(text: str) -> Values:
    counter = numbers.parse(text)
    return (-1 if counter is None else counter,)


def _instant(text: str) -> Values:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None or at.year not in YEARS:
        raise ValueError("it is an instant with a zone, such as 2026-11-23T09:00:00Z")
    return (at,)


def _reference(text: str) -> Values:
    owner, colon, external = text.partition(":")
    if not (owner and colon and external) or "\0" in text:
        raise ValueError("it is an owner, a colon and an id: jira:OPS-12")
    return owner, external


_TERM = "id IN (SELECT work_order_id FROM gf.work_order_term WHERE tenant_id = $1 AND term = ANY({n}::bytea[]))"
_REFERENCE = """id IN (SELECT work_order_id FROM gf.work_order_reference
  WHERE tenant_id = $1 AND owner = {n} AND external_bidx = {m})"""
_RELATION = "id IN (SELECT work_order_id FROM gf.work_order_relation WHERE tenant_id = $1 AND other_id = {n})"
_CLOCK = "id IN (SELECT work_order_id FROM gf.work_order_clock WHERE tenant_id = $1 AND {what})"
_CLOCK_STATE = """coalesce((SELECT true FROM gf.work_order_clock AS c WHERE c.tenant_id = $1
  AND c.work_order_id = work_order.id AND c.state = ANY({n}::text[]) LIMIT 1), false)"""
"""Asked of each row that is tried: as a join it would read all clocks that the client ever had."""
_INSTANTS = (
    "requested_resolution_at", "expected_resolution_at", "created_at", "updated_at", "acknowledged_at", "started_at",
    "resolved_at", "auto_close_at", "closed_at",
)  # fmt: skip
_WHOLES = {"number": ("number", _number), "version": ("version", _whole), "sequence": ("event_seq", _whole)}


def _ranges() -> dict[str, Filter]:
    made: dict[str, Filter] = {}
    for name in _INSTANTS:  # stored to the microsecond, shown to the millisecond
        made[name] = Filter(f"date_trunc('milliseconds', {name}) = {{n}}", _instant)
        made |= {f"{name}.gte": Filter(f"{name} >= {{n}}", _instant), f"{name}.lt": Filter(f"{name} < {{n}}", _instant)}
    for name, (column, read) in _WHOLES.items():
        made[name] = Filter(f"{column} = {{n}}::bigint", read, found=name == "number")
        made[f"{name}.gte"] = Filter(f"{column} >= {{n}}::bigint", read)
        made[f"{name}.lt"] = Filter(f"{column} < {{n}}::bigint", read)
    return made


_ARCHIVED_DAYS = f"""coalesce((
  SELECT (content -> 'retention' ->> 'work_orders_archived_days')::int FROM gf.blueprint WHERE tenant_id = $1
  ORDER BY version DESC LIMIT 1), {RetentionPart().work_orders_archived_days})"""  # noqa: S608 - our own constants
_ARCHIVED = f"coalesce(closed_at < clock_timestamp() - make_interval(days => {_ARCHIVED_DAYS}), false) = {{n}}"
"""Closed for longer than the client keeps it in its lists."""
_BOOLEANS: Final = {"true": True, "false": False}


def _truth(text: str) -> Values:
    if text not in _BOOLEANS:
        raise ValueError("it is true or false")
    return (_BOOLEANS[text],)


FILTERS: Final[Mapping[str, Filter]] = {
    "archived": Filter(_ARCHIVED, _truth, found=True),
    "id": Filter("id = {n}", _uuid, found=True),
    "connection": Filter("connection = ANY({n}::text[])", _text, found=True),
    "status": Filter("status = ANY({n}::text[])", _words(Status), found=True),
    "interaction_id": Filter("interaction_id = {n}", _uuid, found=True),
    "title": Filter("title_bidx = ANY({n}::bytea[])", _text, found=True, sealed="title"),
    "status_reason": Filter("status_reason_bidx = ANY({n}::bytea[])", _text, found=True, sealed="status_reason"),
    **{name: Filter(_TERM, _text, found=True, sealed=name) for name in terms.FIELDS},
    "external_ref": Filter(_REFERENCE, _reference, found=True, sealed=PLACE),
    "relationships.id": Filter(_RELATION, _uuid, found=True),
    **{
        name: Filter(f"{name} = ANY({{n}}::text[])", _words(_WORDS[name]) if name in _WORDS else _text)
        for name in ("requester_side", "type", "priority", "severity", "pending_on", "channel")
    },
    "sla.state": Filter(_CLOCK_STATE, _words(State)),
    "sla.due_at.gte": Filter(_CLOCK.format(what="ended IS NULL AND due_at >= {n}"), _instant),
    "sla.due_at.lt": Filter(_CLOCK.format(what="ended IS NULL AND due_at < {n}"), _instant),
    "resolution.code": Filter("resolution_code = ANY({n}::text[])", _text),
    "created_by.name": Filter("created_by_name = ANY({n}::text[])", _text),
    **_ranges(),
}
"""By name. ``custom.<key>`` apart: a key is the client's."""
INSTANTS: Final = frozenset(name for name, each in FILTERS.items() if each.read is _instant)
"""Those whose text is an instant."""


async def archived_after(scope: Scope) -> int:
    """Return after how many days a work order that is over is in the archive."""
    return int((await scope.fetch(f"SELECT {_ARCHIVED_DAYS} AS days", scope.tenant_id))[0]["days"])


async def clauses_of(scope: Scope, filters: Mapping[str, str], doer: Doer) -> Clauses:
    """Return the conditions of a list for this doer. Raises :class:`UnknownFilter` and :class:`ValidationFailed`."""
    made = Clauses(scope.tenant_id)
    if doer.connection is not None:
        made.add("connection = {n}", doer.connection)
    if doer.agent_id is not None:
        made.add("(agent_id = {n} OR assigned_agent_id = {n})", doer.agent_id)
    wanted = [(_of(name), read(name, text)) for name, text in filters.items()]
    if any(each.sealed for each, _ in wanted):
        wanted = await vault.opened(scope, lambda keys: [(each, _blinded(keys, each, v)) for each, v in wanted])
    for each, values in wanted:
        if each.found:
            made.add(each.sql, *values)
        else:
            made.trying.append((each.sql, values))
    return made


def _of(name: str) -> Filter:
    if name in FILTERS:
        return FILTERS[name]
    if name.startswith(CUSTOM) and name != CUSTOM:
        return Filter(_TERM, _text, found=True, sealed=name)
    why = f"there is no filter {name[:80]!r}; there are {', '.join(sorted(FILTERS))} and {CUSTOM}<key>"
    raise UnknownFilter(why, errors=(Detail(f"query:{name[:80]}", UnknownFilter.code, "there is no such filter"),))


def read(name: str, text: str) -> Values:
    """Return what a filter looks for. Raises :class:`UnknownFilter` and :class:`ValidationFailed`, at its name."""
    try:
        return _of(name).read(text)
    except ValueError as error:
        place = Detail(f"query:{name}", "value_error", str(error))
        raise ValidationFailed(f"{name}: {error}", errors=(place,)) from error


def _blinded(keys: TenantKeys, wanted: Filter, values: Values) -> Values:
    if not wanted.sealed:
        return values
    if wanted.sealed == PLACE:
        owner, external = values
        return owner, blind(keys, PLACE, external)
    return ([blind(keys, wanted.sealed, text) for text in values[0]],)
