"""A search of interactions as SQL: what it narrows to, in which order, from where on.

Under row-level security only leakproof operators use an index: equality and ranges of plain columns, and the rows of
:mod:`interactions.tags` for everything that is a list or sealed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson

from interactions import tags
from interactions.core.query import WHY, Filters, Wrong
from kit import vault
from kit.db import Scope
from kit.errors import Detail, ValidationFailed
from tenants.core.masks import Shown
from tenants.core.outcomes import BETWEEN, flat

SUFFIX = 4
"""So many last digits are shown of a masked number, so they may be searched for."""
WAIT, TALK = "i.wait_ms", "i.talk_ms"
_ORDERS = {
    "-started": ("", "DESC"), "started": ("", "ASC"), "-wait": (WAIT, "DESC"), "wait": (WAIT, "ASC"),
    "-talk": (TALK, "DESC"), "talk": (TALK, "ASC"),
}  # fmt: skip
_SECOND = 1000
_TOOK_PART = """i.id IN (
  SELECT id FROM gf.interaction WHERE tenant_id = $1 AND agent_id = {0}
  UNION ALL SELECT interaction_id FROM gf.agent_part WHERE tenant_id = $1 AND agent_id = {0})"""
"""Who has it or had it last, and whoever talked in it before."""
_PASSED = """i.id IN (
  SELECT interaction_id FROM gf.interaction_tag WHERE tenant_id = $1 AND tag = {0}
  UNION ALL SELECT id FROM gf.interaction WHERE tenant_id = $1 AND state <> 'ended' AND EXISTS (
    SELECT FROM jsonb_array_elements_text(path) AS step WHERE step = {1} OR {2} <> '' AND starts_with(step, {2})))"""
"""By its tag once it has ended; of the few that go on, by the path itself."""
_NUMBER, _NONE = re.compile(r"[0-9]{1,15}"), "none"


@dataclass(slots=True)
class Wanted:
    """Clauses about ``gf.interaction i`` beside the tenant ($1), and their values, from $2 on."""

    clauses: list[str] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)

    def add(self, clause: str, *values: Any) -> None:  # noqa: ANN401 - what PostgreSQL takes
        """Add a clause in which ``{0}``, ``{1}`` stand for its values."""
        first = len(self.values) + 2
        self.values += values
        self.clauses.append(clause.format(*(f"${first + n}" for n in range(len(values)))))

    @property
    def sql(self) -> str:
        """The clauses after those that are there already."""
        return "".join(f" AND {clause}" for clause in self.clauses)


async def wanted(scope: Scope, filters: Filters, shown: Shown) -> Wanted:
    """Return what the filters mean for a reader who sees so much of numbers. Raises :class:`ValidationFailed`."""
    made = Wanted()
    texts = (filters.text, filters.outcome, filters.task, filters.flow, filters.node, filters.key, filters.disposition)
    if "\0" in "".join((*texts, filters.note, filters.comment)):
        raise refused(Wrong("q", "not_to_find"))
    for column, value in (
        ("i.queue_id =", filters.queue), ("i.agent_id =", filters.last_agent), ("i.outcome =", filters.outcome or None),
        ("i.started_at >=", filters.since), ("i.started_at <", filters.until), ("i.flow =", filters.flow or None),
        ("i.direction =", filters.direction or None), ("i.task =", filters.task or None),
    ):  # fmt: skip
        if value is not None:
            made.add(f"{column} {{0}}", value)
    if filters.agent is not None:
        made.add(_TOOK_PART, filters.agent)
    if filters.open_tasks:
        made.add("i.task IS NOT NULL AND i.ended_at IS NULL")
    if filters.recorded is not None:
        made.add(f"i.recording_id IS {'NOT ' if filters.recorded else ''}NULL")
    _ranges(made, filters)
    await _dispositions(scope, made, filters.disposition)
    await _tagged(scope, made, filters)
    await _text(scope, made, filters.text, shown)
    return made


def order(filters: Filters) -> str:
    """Return the order, which ends with the id: no two are alike. It is that of an index, forwards or backwards."""
    column, way = _ORDERS[filters.sort]
    nulls = "LAST" if way == "DESC" else "FIRST"
    return f"{column} {way} NULLS {nulls}, i.id {way}" if column else f"i.id {way}"


def sorted_by(filters: Filters) -> str:
    """Return what a cursor begins with: a text, none where the id alone is the order."""
    column = _ORDERS[filters.sort][0]
    return f"coalesce({column}::text, '{_NONE}')" if column else "NULL::text"


def begin_after(made: Wanted, filters: Filters, cursor: str) -> None:
    """Narrow to what comes after a cursor. Raises :class:`ValidationFailed` for one that is not of this order.

    What has no such time comes last where the greatest is first, and first where it is last.
    """
    column, way = _ORDERS[filters.sort]
    sign, falls = ("<", True) if way == "DESC" else (">", False)
    if not column:
        made.add(f"i.id {sign} {{0}}", _place(cursor))
        return
    number, _, last = cursor.partition(".")
    if number == _NONE:
        made.add(f"({column} IS NULL AND i.id < {{0}})" if falls else f"({column} IS NOT NULL OR i.id > {{0}})",
                 _place(last))  # fmt: skip
    elif _NUMBER.fullmatch(number):
        clause = f"({column}, i.id) {sign} ({{0}}::bigint, {{1}}::uuid)"
        made.add(f"({clause} OR {column} IS NULL)" if falls else clause, int(number), _place(last))
    else:
        raise _no_place()


def cursor_of(row: Any) -> str:  # noqa: ANN401 - a row with ``id`` and ``sorted_by``
    """Return the cursor that stands for a row."""
    return str(row["id"]) if row["sorted_by"] is None else f"{row['sorted_by']}.{row['id']}"


def refused(*wrong: Wrong) -> ValidationFailed:
    """Return the problem that says which filters cannot be read, and why each."""
    told = tuple(Detail(f"query:{each.name}", each.code, f"{each.name}: {WHY[each.code]}") for each in wrong)
    return ValidationFailed("; ".join(each.detail for each in told), errors=told)


def _place(cursor: str) -> UUID:
    try:
        return UUID(cursor)
    except ValueError as error:
        raise _no_place() from error


def _no_place() -> ValidationFailed:
    return refused(Wrong("after", "no_place"))


def _ranges(made: Wanted, filters: Filters) -> None:
    for name, least, most in (
        (WAIT, filters.wait_min, filters.wait_max), (TALK, filters.talk_min, filters.talk_max),
    ):  # fmt: skip
        if least is not None or most is not None:
            made.add(f"{name} >= {{0}}", (least or 0) * _SECOND)
        if most is not None:
            made.add(f"{name} < {{0}}", (most + 1) * _SECOND)


async def _dispositions(scope: Scope, made: Wanted, code: str) -> None:
    """Narrow to a code, or to all that lie below it in a queue's tree."""
    if not code:
        return
    codes = {code}
    for row in await scope.fetch(
        "SELECT dispositions::text AS tree FROM gf.queue WHERE tenant_id = $1", scope.tenant_id
    ):
        every = flat(orjson.loads(row["tree"] or "[]"))
        for above in (each.path for each in every if each.code == code and not each.leaf):
            codes |= {each.code for each in every if each.leaf and each.path.startswith(above + BETWEEN)}
    made.add("i.disposition = ANY({0}::text[])", sorted(codes))


async def _tagged(scope: Scope, made: Wanted, filters: Filters) -> None:
    found: list[str] = []
    if filters.note:
        found = await vault.opened(scope, lambda keys: tags.word_tags(filters.note, keys))
        if not found:
            raise refused(Wrong("note", "no_word"))
    if filters.comment:
        said = await vault.opened(scope, lambda keys: tags.comment_tags(filters.comment, keys))
        if not said:
            raise refused(Wrong("comment", "no_word"))
        found = [*found, *said]
    if filters.node:
        step, below = (f"{filters.node}:{filters.key}", "") if filters.key else (filters.node, f"{filters.node}:")
        made.add(_PASSED, tags.step_tag(filters.node, filters.key), step, below)
    elif filters.key:
        raise refused(Wrong("key", "no_step"))
    if filters.supervised:
        found.append(tags.SUPERVISED)
    for tag in found:
        made.add("i.id IN (SELECT interaction_id FROM gf.interaction_tag WHERE tenant_id = $1 AND tag = {0})", tag)
    if filters.supervised is False:
        made.add("NOT EXISTS (SELECT FROM gf.interaction_tag t WHERE t.tenant_id = $1 AND t.tag = {0}"
                 " AND t.interaction_id = i.id)", tags.SUPERVISED)  # fmt: skip


async def _text(scope: Scope, made: Wanted, text: str, shown: Shown) -> None:
    """Narrow to what was typed: nothing is found that the reader does not see anyway, so nothing is guessed by asking.

    A whole number is found by its blind index, the last digits of what goes on in the few rows that are live.
    """
    text = text.strip().replace(" ", "")
    if not text:
        return
    if text.isascii() and text.isdigit() and len(text) == SUFFIX and shown is not Shown.HIDDEN:
        made.add(
            "i.id IN (SELECT interaction_id FROM gf.interaction_tag WHERE tenant_id = $1 AND tag = {0} UNION ALL"
            " SELECT id FROM gf.interaction WHERE tenant_id = $1 AND state <> 'ended' AND right(contact, 4) = {1})",
            tags.digits_tag(text), text,
        )  # fmt: skip
    elif text.startswith("+") and shown is Shown.FULL:
        blind = await vault.opened(scope, lambda keys: keys.blind(text, "contact_number"))
        made.add("(i.contact_bidx = {0} OR i.contact_bidx IS NULL AND i.contact_number = {1})", blind, text)
    else:
        try:
            made.add("i.id = {0}", UUID(text))
        except ValueError as error:
            raise refused(Wrong("q", "not_to_find")) from error
