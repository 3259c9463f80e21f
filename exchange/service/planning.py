"""What a message would do: worked out first, step by step, against the work order as it stands; nothing is changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import ValidationError

from exchange.core.document import Document, Remark
from exchange.core.maps import Map, StatusRow, fields_of, status_of
from exchange.service import links
from exchange.service.links import Link
from kit.db import Scope
from kit.errors import NotFound, Problem
from workorders.core.doer import Doer
from workorders.core.states import Party, Position, Side, Status, check, takes, waits_for
from workorders.schemas import Move, NewComment, NewWorkOrder, Resolution, WorkOrderPatch
from workorders.service import references
from workorders.service.changes import position_of
from workorders.service.editing import ONLY
from workorders.service.rows import find

Row = Mapping[str, Any]
HARMLESS = frozenset({"already", "known", "outdated", "echo", "change_wrong_side"})
"""Why a step that is not taken is none too few."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do, or why it is not done (``code``).

    ``act``: create, link, update, move or comment; ``detail``: what of; ``does``: what is handed to the service.
    """

    act: str
    detail: str
    code: str = ""
    does: Any = None

    def told(self, result: str) -> dict[str, str]:
        """Return it as the inbox keeps it."""
        return {"act": self.act, "detail": self.detail[:200], "result": result, "code": self.code}


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that a message would do. ``outdated``: something newer was applied, so only its comments count."""

    steps: tuple[Step, ...]
    link: Link | None = None
    order: UUID | None = None
    outdated: bool = False
    status: str | None = None


def doer_of(connection: str) -> Doer:
    """Return whom changes of a client's system are said to be by; it is not told of them again."""
    return Doer(Side.TENANT, "key", f"connection:{connection}", connection, connection=connection)


async def plan(scope: Scope, connection: str, document: Document, chosen: Map, now: datetime) -> Plan:
    """Return what a document would do now; locks its work order. Raises :class:`Unmapped`."""
    if document.event_id is not None and await links.is_ours(scope, document.event_id):
        return Plan((Step("echo", str(document.event_id), "echo"),))
    doer = doer_of(connection)
    row, named = await _order(scope, document, doer)
    mapped = fields_of(chosen, document.fields)
    target = None
    if document.status is not None:
        target = status_of(chosen, document.status, document.pending_on)
    if row is None:
        return _new(connection, document, mapped, target, now)
    link = await links.of(scope, connection, row["id"])
    outdated = link is not None and document.is_older_than(link.version, link.updated_at)
    steps = [] if named else [_name(connection, document.external_id)]
    if outdated:
        steps.append(Step("update", "fields and status", "outdated"))
    else:
        steps += _updates(row, mapped)
        steps += _news(position_of(row), document, target, _Known(link, chosen), now)
    steps += await _remarks(scope, connection, row["id"], document)
    return Plan(tuple(steps), link, row["id"], outdated, document.status)


async def _order(scope: Scope, document: Document, doer: Doer) -> tuple[Row | None, bool]:
    """Return the work order that a document is about, locked, and whether it has the thing's name already."""
    name = links.name_of(doer.name, document.external_id)
    named = await references.order_of(scope, doer.name, name)
    own = _uuid(document.external_id)
    wanted = named or document.work_order_id or own
    if wanted is None:
        return None, False
    try:
        return await find(scope, wanted, doer, lock=True), named is not None or wanted == own
    except NotFound:
        return None, False


def _uuid(external_id: str) -> UUID | None:
    """Return the id of one of ours, for a system that says what it was told under our own id."""
    try:
        return UUID(external_id)
    except ValueError:
        return None


def _name(connection: str, external_id: str) -> Step:
    return Step("link", external_id, does=links.name_of(connection, external_id))


def _new(
    connection: str, document: Document, mapped: Mapping[str, str], target: StatusRow | None, now: datetime
) -> Plan:  # fmt: skip
    try:
        name = links.name_of(connection, document.external_id)
        body = NewWorkOrder.model_validate({**mapped, "external_ref": [name]})
    except ValidationError as error:
        return Plan((Step("create", _why(error), "validation_failed"),))
    steps = [Step("create", body.title or body.type, does=body)]
    if target is not None:
        steps += _moves(Position(Status.SUBMITTED, Side.TENANT), document, target, now)
    steps += _says(document.comments, set())
    return Plan(tuple(steps), status=document.status)


def _updates(row: Row, mapped: Mapping[str, str]) -> list[Step]:
    """Return the step that changes fields; those that the other side alone says stay as they are."""
    changed = {name: value for name, value in mapped.items() if name != "type" and row[name] != value}
    if not changed:
        return []
    others = changed.keys() & ONLY[Party.REQUESTER] if row["requester_side"] != Side.TENANT else set()
    steps = [Step("update", ", ".join(sorted(others)), "change_wrong_side")] if others else []
    rest = {name: value for name, value in changed.items() if name not in others}
    if not rest:
        return steps
    try:
        return [*steps, Step("update", ", ".join(sorted(rest)), does=WorkOrderPatch.model_validate(rest))]
    except ValidationError as error:
        return [*steps, Step("update", _why(error), "validation_failed")]


@dataclass(frozen=True, slots=True)
class _Known:
    """What the other system told us before, and what we call our statuses there."""

    link: Link | None
    chosen: Map

    def is_no_news(self, status: str | None, ours: Status) -> bool:
        """Say whether it had a status before, or has it because we told it so."""
        begun = ours in {Status.SUBMITTED, Status.ACKNOWLEDGED}
        said = self.chosen.outward.names(ours) if self.chosen.outward is not None and not begun else []
        return status in said or (self.link is not None and self.link.status == status)


def _news(
    position: Position, document: Document, target: StatusRow | None, known: _Known, now: datetime
) -> list[Step]:  # fmt: skip
    """Return the steps to a status that the other system has only now; one that it had before says nothing new.

    Else a remark that crosses a change of ours would take that change back.
    """
    if target is None:
        return []
    if known.is_no_news(document.status, position.status) and not document.asks:
        return [Step("move", target.to, "already")]
    return _moves(position, document, target, now)


def _moves(position: Position, document: Document, target: StatusRow, now: datetime) -> list[Step]:
    """Return the steps to a status; a system that skips the beginning is taken through ``inProgress``."""
    to = Status(target.to)
    if to is Status.ACKNOWLEDGED and position.status in {Status.PENDING, Status.HELD}:
        to = Status.IN_PROGRESS  # a system that has one word for "begun" and "goes on"
    if to is position.status:
        return [Step("move", to.value, "already")]
    way, here = [to], position
    reached = takes(replace(position, status=Status.IN_PROGRESS), Side.TENANT, now)
    if position.status is Status.SUBMITTED and to in reached and to not in takes(position, Side.TENANT, now):
        way.insert(0, Status.IN_PROGRESS)
    steps = []
    for each in way:
        try:
            check(here, each, Side.TENANT, now)
            steps.append(Step("move", each.value, does=_move(each, document, target, position)))
        except (Problem, ValidationError) as error:
            code = error.code if isinstance(error, Problem) else "validation_failed"
            return [*steps, Step("move", each.value, code)]
        here = replace(here, status=each)
    return steps


def _move(to: Status, document: Document, target: StatusRow, position: Position) -> Move:
    reason = document.reason if (document.reason or "").strip() else document.status
    if to is Status.PENDING:
        waits = document.pending_on or target.pending_on
        if waits not in waits_for(position.requester):
            waits = position.requester.value if waits in {Side.OUTSOURCER.value, Side.TENANT.value} else waits
        return Move.model_validate({"to": to, "pending_on": waits, "reason": reason})
    if to is Status.RESOLVED:
        said = document.resolution or {"summary": document.reason or ""}
        return Move(to=to, reason=reason, resolution=Resolution.model_validate({"code": target.code or "done", **said}))
    return Move(to=to, reason=reason)


async def _remarks(scope: Scope, connection: str, order: UUID, document: Document) -> list[Step]:
    known = await links.known_comments(scope, connection, order, [each.id for each in document.comments])
    return _says(document.comments, known)


def _says(comments: Sequence[Remark], known: set[str]) -> list[Step]:
    """Return a step for each comment; what is known already, also from further up in the message, is passed over."""
    steps = []
    for each in comments:
        steps.append(Step("comment", each.id, "known") if each.id in known else _say(each.id, each.body))
        known.add(each.id)
    return steps


def _say(external_id: str, body: str) -> Step:
    try:
        return Step("comment", external_id, does=NewComment(body=body, external_id=external_id))
    except ValidationError as error:
        return Step("comment", external_id, f"validation_failed: {_why(error)}"[:60])


def _why(error: ValidationError) -> str:
    return "; ".join(f"{'/'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors()[:3])
