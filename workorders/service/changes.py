"""Everything that changes a work order: the row, its fact and its number in one transaction.

``version`` counts what a caller may overwrite, ``event_seq`` everything that the other side is told. Every change takes
the row's lock first, so both are gapless and in the order of commits.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from journal import service as journal
from kit.db import Scope
from kit.errors import Detail, ValidationFailed
from kit.ids import new_id
from tenants.core.work_orders import OrderRules
from workorders import schemas
from workorders.core import numbers
from workorders.core.doer import Doer, by_itself
from workorders.core.states import Position, Side, Status, check, waits_for
from workorders.errors import UnknownConnection, VersionMismatch
from workorders.facts import WorkOrderCommented, WorkOrderCreated, WorkOrderStatusChanged
from workorders.schemas import Move, NewComment, NewWorkOrder
from workorders.service import references, relations, rules, sealing
from workorders.service.enclosures import enclose
from workorders.service.rows import COLUMNS, FRESH, find
from workorders.service.telling import counted, tell
from workorders.service.terms import blinded
from workorders.service.turns import turn_of

_CREATE = f"""
WITH counted AS (
  INSERT INTO gf.work_order_counter AS counter (tenant_id, last) VALUES ($1, {numbers.FIRST})
  ON CONFLICT (tenant_id) DO UPDATE SET last = counter.last + 1 RETURNING last
), made AS (
  INSERT INTO gf.work_order (tenant_id, id, number, connection, requester_side, type, title, description,
    priority, severity, status, interaction_id, agent_id, created_by_id, created_by_name, version, event_seq,
    created_at, updated_at, title_bidx, requested_resolution_at, channel, parties, related, custom, turn)
  SELECT $1, $2, counted.last, connection.code, $4, $5, $6, $7, $8, $9, 'submitted', $10, $11, $12, $13, 1, 1, $14, $14,
    $15, $16, $17, $18, $19, $20, $22
  FROM counted, (
    SELECT code FROM gf.connection WHERE tenant_id = $1 AND retired_at IS NULL AND ($3::text IS NULL OR code = $3)
    ORDER BY id LIMIT 1) AS connection
  RETURNING *
), terms AS (
  INSERT INTO gf.work_order_term (tenant_id, term, work_order_id)
  SELECT $1, term, made.id FROM made, unnest($21::bytea[]) AS term
)
SELECT {FRESH} FROM made
"""  # noqa: S608 - our own constants

_MOVE = f"""
UPDATE gf.work_order SET status = $3, status_reason = $4, pending_on = $5, version = version + 1,
  event_seq = event_seq + 1, updated_at = $6,
  resolution_code = CASE WHEN $3 = 'resolved' THEN $7 WHEN $3 = 'closed' THEN resolution_code END,
  resolution_summary = CASE WHEN $3 = 'resolved' THEN $8 WHEN $3 = 'closed' THEN resolution_summary END,
  acknowledged_at = CASE WHEN $3 IN ('acknowledged', 'inProgress') THEN coalesce(acknowledged_at, $6)
    ELSE acknowledged_at END,
  started_at = CASE WHEN $3 = 'inProgress' THEN coalesce(started_at, $6) ELSE started_at END,
  resolved_at = CASE WHEN $3 = 'resolved' THEN $6 WHEN $3 = 'closed' THEN resolved_at END, status_reason_bidx = $9,
  closed_at = CASE WHEN $3 IN ('closed', 'rejected', 'cancelled') THEN $6 END,
  expected_resolution_at = coalesce($10, expected_resolution_at), auto_close_at = $11,
  turn = {turn_of("$3", "$5", "cancel_asked")}
WHERE tenant_id = $1 AND id = $2 RETURNING {COLUMNS}
"""  # noqa: S608 - our own constants

_CONNECTION = "SELECT code FROM gf.connection WHERE tenant_id = $1 AND retired_at IS NULL ORDER BY id LIMIT 1"

_COMMENT = """
INSERT INTO gf.work_order_comment
  (tenant_id, id, work_order_id, body, visibility, author_side, author_id, author_name, origin, created_at, external_id)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
RETURNING id, work_order_id, visibility, author_side, author_id, author_name, origin, created_at
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """A new work order, and which interaction and agent it came out of."""

    body: NewWorkOrder
    interaction_id: UUID | None = None
    agent_id: UUID | None = None
    is_typed: bool = True
    """False: of a type of the house's own, which the client's types say nothing of."""


async def create(scope: Scope, asked: Asked, doer: Doer, now: datetime) -> dict[str, Any]:
    """Hand a work order to the other side and return its document.

    Raises :class:`UnknownConnection`, :class:`DuplicateExternalId` and :class:`ValidationFailed`.
    """
    body, connection = asked.body, doer.connection or asked.body.connection
    if body.connection not in (None, connection):
        raise UnknownConnection(f"there is no connection {body.connection!r}")
    agreed = await rules.rules_of(scope)
    if asked.is_typed:
        asked = replace(asked, body=_typed(body, agreed))
    linked = bool(body.external_ref or body.relationships)
    if linked:
        connection = await _before_links(scope, body, doer, connection)
    row = await _insert(scope, asked, doer, connection, now)
    if linked:
        await references.give(scope, row["id"], row["connection"], body.external_ref)
        await relations.replace(scope, row, body.relationships, doer, now)
        row = await find(scope, row["id"], doer)
    document = tell(scope, WorkOrderCreated, row, doer, now)
    if doer.side is Side.TENANT and row["connection"] in agreed.at_once:
        return await transition(scope, row["id"], Move(to=Status.ACKNOWLEDGED), by_itself(Side.OUTSOURCER), now)
    return document


async def escalate(scope: Scope, asked: Asked, doer: Doer, now: datetime) -> dict[str, Any]:
    """Create a work order from an agent's desk: it must name the interaction and the agent, and goes to the tenant."""
    if asked.interaction_id is None or asked.agent_id is None or doer.side is not Side.OUTSOURCER:
        raise ValueError("an escalation names its interaction and its agent, and comes from the outsourcer")
    return await create(scope, asked, doer, now)


async def transition(
    scope: Scope, work_order_id: UUID, move: Move, doer: Doer, now: datetime, *, seen: int | None = None
) -> dict[str, Any]:
    """Move a work order and return its document; ``seen`` is the version that the caller read, if it must say.

    Asking for the status that it has already changes nothing, also with an old version: "the request has already
    succeeded" is an answer that RFC 9110, 13.1.1 allows. Raises :class:`NotFound`, :class:`VersionMismatch`,
    :class:`TransitionNotAllowed`, :class:`TransitionWrongSide` and :class:`ValidationFailed`.
    """
    row = await find(scope, work_order_id, doer, lock=True)
    position = await standing(scope, row)
    if move.to is position.status:
        return schemas.work_order(row)
    if seen is not None and seen != row["version"]:
        raise await stale(scope, row, seen)
    check(position, move.to, doer.side, now)
    _check_words(position, move)
    return await moved(scope, row, move, doer, now)


async def moved(scope: Scope, row: Mapping[str, Any], move: Move, doer: Doer, now: datetime) -> dict[str, Any]:
    """Move a work order whose row is locked, and return its document: whoever calls knows that the step is allowed."""
    resolution = move.resolution or schemas.Resolution(summary=move.reason or "")
    closes = rules.closing(await rules.rules_of(scope), now) if move.to is Status.RESOLVED else None
    seal, keys = await sealing.sealer(scope, "work_order", row["id"])
    rows = await scope.fetch(
        _MOVE, scope.tenant_id, row["id"], move.to.value, seal("status_reason", move.reason), move.pending_on, now,
        resolution.code, seal("resolution_summary", resolution.summary),
        sealing.blind(keys, "status_reason", move.reason), move.expected_resolution_at, closes,
    )  # fmt: skip
    after = await sealing.opened_order(scope, rows[0])
    return tell(scope, WorkOrderStatusChanged, after, doer, now, changes=changes_between(row, after))


async def comment(scope: Scope, work_order_id: UUID, body: NewComment, doer: Doer, now: datetime) -> dict[str, Any]:
    """Add a comment and return it. A shared one counts as an event, an internal one touches nothing else."""
    internal = body.visibility == "internal"
    if internal and not doer.sees_internal:
        why = "only the centre's own people write internal comments"
        raise ValidationFailed(why, errors=(Detail("/visibility", "forbidden", why),))
    row = await find(scope, work_order_id, doer, lock=True)
    if not internal:
        row = await counted(scope, work_order_id, now)
    comment_id = new_id()
    seal, _ = await sealing.sealer(scope, "work_order_comment", comment_id)
    written = await scope.fetch(
        _COMMENT, scope.tenant_id, comment_id, work_order_id, seal("body", body.body), body.visibility,
        doer.side.value, doer.id, doer.name, doer.origin, now, seal("external_id", body.external_id),
    )  # fmt: skip
    goes_with = await enclose(scope, work_order_id, comment_id, body.attachments, visibility=body.visibility, doer=doer)
    shown = {**written[0], "body": body.body, "external_id": body.external_id}
    told = schemas.comment(shown, goes_with.every if internal else goes_with.announced)
    tell(scope, WorkOrderCommented, row, doer, now, comment=told)
    return schemas.comment(shown, goes_with.every)


def _typed(body: NewWorkOrder, agreed: OrderRules) -> NewWorkOrder:
    """Return the body with what its type says where it says nothing. Raises :class:`ValidationFailed`."""
    kind = rules.type_of(agreed, body.type)
    rules.check_custom(kind, body.custom)
    said: dict[str, Any] = {}
    if kind is not None:
        said = {name: getattr(kind, name) for name in {"priority", "severity"} - body.model_fields_set}
    title = body.title or (kind.titled(body.custom) if kind is not None else "")
    if not title:
        why = "it needs a title: its type has none of its own"
        raise ValidationFailed(why, errors=(Detail("/title", "missing", why),))
    return body.model_copy(update={**said, "title": title})


async def _before_links(scope: Scope, body: NewWorkOrder, doer: Doer, connection: str | None) -> str:
    """Check what the work order is to be linked to, before anything is written, and say in which connection it is."""
    if connection is None:
        found = await scope.fetch(_CONNECTION, scope.tenant_id)
        if not found:
            raise UnknownConnection("the client has none")
        connection = str(found[0]["code"])
    if body.relationships:
        await relations.turn(scope, connection)
        await relations.checked(scope, connection, body.relationships, doer)
    await references.claim(scope, connection, body.external_ref)
    return connection


async def _insert(scope: Scope, asked: Asked, doer: Doer, connection: str | None, now: datetime) -> Mapping[str, Any]:
    body, title, order_id = asked.body, asked.body.title or "", new_id()
    seal, keys = await sealing.sealer(scope, "work_order", order_id)
    said = body.model_dump(mode="json", include={"parties", "related", "custom", "description"})
    parties, related, custom = (seal(n, sealing.packed(n, said[n])) for n in ("parties", "related", "custom"))
    channel = body.channel or ("api" if doer.kind == "key" else "desk" if asked.agent_id else "portal")
    rows = await scope.fetch(
        _CREATE, scope.tenant_id, order_id, connection, doer.side.value, body.type, seal("title", title),
        seal("description", body.description), body.priority, body.severity, asked.interaction_id, asked.agent_id,
        doer.id, doer.name, now, sealing.blind(keys, "title", title), body.requested_resolution_at, channel,
        parties, related, custom, blinded(keys, {**said, "assignment": {}}), doer.side.other.value,
    )  # fmt: skip
    if not rows:
        raise UnknownConnection(f"there is no connection {connection!r}" if connection else "the client has none")
    return await sealing.opened_order(scope, rows[0])


async def standing(scope: Scope, row: Mapping[str, Any]) -> Position:
    """Return what the state machine knows of a row, with what was agreed about opening it again."""
    position = position_of(row)
    if position.status is not Status.RESOLVED:
        return position
    return replace(position, window=(await rules.rules_of(scope)).reopen)


def position_of(row: Mapping[str, Any]) -> Position:
    """Return what the state machine knows of a row."""
    return Position(Status(row["status"]), Side(row["requester_side"]), row["resolved_at"])


def changes_between(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Return each shown field that differs, with its value before and after; counters and ``updated_at`` apart."""
    old, new = schemas.work_order(before), schemas.work_order(after)
    uninteresting = {"version", "sequence", "updated_at"}
    return {k: [old[k], new[k]] for k in new if old[k] != new[k] and k not in uninteresting}


def _check_words(position: Position, move: Move) -> None:
    if move.pending_on is not None and move.pending_on not in waits_for(position.requester):
        why = f"pending_on is one of {', '.join(waits_for(position.requester))} here"
        raise ValidationFailed(why, errors=(Detail("/pending_on", "value_error", why),))
    if position.status is Status.RESOLVED and move.to is Status.IN_PROGRESS and not (move.reason or "").strip():
        why = "reopening needs a reason"
        raise ValidationFailed(why, errors=(Detail("/reason", "missing", why),))


async def stale(scope: Scope, row: Mapping[str, Any], seen: int) -> VersionMismatch:
    """Return the refusal for somebody who saw an older version: it says what was missed."""
    facts = await journal.history(scope, row["id"])
    missed = [f.data["changes"] for f in facts if f.data.get("work_order", {}).get("version", 0) > seen]
    saw = f"you saw version {seen}" if seen else "If-Match has no strong ETag of this work order, as a GET shows it"
    return VersionMismatch(
        f"{saw}; it is at version {row['version']}",
        current_version=row["version"],
        changed_fields=sorted({field for changes in missed for field in changes}),
    )
