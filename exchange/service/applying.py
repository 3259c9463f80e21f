"""From the inbox to work orders: one message after the other for each thing, and what each step came to."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from exchange.adapters.chosen import ADAPTERS
from exchange.core.document import Document
from exchange.core.maps import Unmapped
from exchange.errors import NotAMessage
from exchange.facts import InboundHeld
from exchange.service import links, maps, rows
from exchange.service.inbox import parsed, place
from exchange.service.planning import HARMLESS, Plan, Step, doer_of, plan
from journal import service as journal
from journal.core.facts import Actor
from kit import vault
from kit.db import Scope
from kit.errors import NotFound, Problem, Unavailable
from workorders import service as orders
from workorders.service import references
from workorders.service.changes import Asked
from workorders.service.editing import edit

Row = Mapping[str, Any]

_LANE = "SELECT connection, lane_bidx FROM gf.exchange_inbox WHERE tenant_id = $1 AND id = $2"
_LOCK = "SELECT pg_advisory_xact_lock($1)"
_NEXT = """
SELECT id, connection, message_id, external_id, state, body, fetched FROM gf.exchange_inbox
WHERE tenant_id = $1 AND connection = $2 AND lane_bidx = $3 AND processed_at IS NULL ORDER BY id LIMIT 1
"""
_DONE = """
UPDATE gf.exchange_inbox SET state = $3, outcome = $4, processed_at = $5, error = $6 WHERE tenant_id = $1 AND id = $2
"""
_HELD = "UPDATE gf.exchange_inbox SET state = 'needs_mapping', needs = $3 WHERE tenant_id = $1 AND id = $2"


async def process(scope: Scope, inbox_id: UUID, now: datetime) -> None:
    """Deal with what waits about the thing of this message, in the order in which it came.

    It stops at a message that has to be asked for first, or that the map does not know. Raises ``Unavailable``.
    """
    found = await scope.fetch(_LANE, scope.tenant_id, inbox_id)
    if not found:
        return
    connection, lane = found[0]["connection"], bytes(found[0]["lane_bidx"])
    await scope.fetch(_LOCK, _number(scope.tenant_id, connection, lane))
    try:
        row = await rows.one(scope, connection)
    except NotFound:  # it was taken out of the blueprint
        return
    chosen = await maps.in_force(scope, row)
    while waiting := await scope.fetch(_NEXT, scope.tenant_id, connection, lane):
        message = waiting[0]
        if message["state"] != "received" or row["state"] != "active":
            return
        try:
            document = await _document(scope, row, message)
            todo = await plan(scope, connection, document, chosen, now)
        except Unmapped as unknown:
            await _hold(scope, row, message, unknown, now)
            return
        except NotAMessage as error:
            await _settle(scope, message, "refused", [Step("read", error.detail, error.code).told("refused")], now)
            continue
        told = await carry_out(scope, connection, document, todo, now)
        await _settle(scope, message, _state(todo, told), told, now)


async def carry_out(
    scope: Scope, connection: str, document: Document, todo: Plan, now: datetime
) -> list[dict[str, str]]:  # fmt: skip
    """Do what was planned and return what each step came to. Raises ``Unavailable``."""
    told, order, link = [], todo.order, todo.link
    for step in todo.steps:
        if step.does is None:
            told.append(step.told("passed_over" if step.code in HARMLESS else "refused"))
            continue
        try:
            order = await _do(scope, connection, step, order, now)
        except Unavailable:
            raise
        except Problem as problem:
            told.append(replace(step, code=problem.code).told("refused"))
            if order is None:
                break
            continue
        told.append(step.told("done"))
    if link is None and order is not None:
        link = await links.make(scope, connection, order, now)
    if link is not None:
        await links.heard(scope, link, document, now, outdated=todo.outdated)
    return told


async def _do(scope: Scope, connection: str, step: Step, order: UUID | None, now: datetime) -> UUID | None:
    doer = doer_of(connection)
    if step.act == "create":
        return UUID((await orders.create(scope, Asked(step.does), doer, now))["id"])
    if order is None:
        raise NotFound
    if step.act == "link":
        await references.attach(scope, order, step.does, doer, now)
    elif step.act == "update":
        await edit(scope, order, step.does, doer, now)
    elif step.act == "move":
        await orders.transition(scope, order, step.does, doer, now)
    elif step.act == "comment":
        made = await orders.comment(scope, order, step.does, doer, now)
        await links.said(scope, connection, order, step.detail, UUID(made["id"]))
    return order


async def _document(scope: Scope, row: Row, message: Row) -> Document:
    inbox_id, fetched = message["id"], message["fetched"]
    column, stored = ("body", message["body"]) if fetched is None else ("fetched", fetched)
    content = await vault.opened(scope, lambda keys: keys.open_bytes(bytes(stored), place(column, inbox_id)))
    if fetched is None:
        return ADAPTERS[row["adapter"]].read(parsed(content))
    return ADAPTERS[row["adapter"]].document(orjson.loads(content)).at(row["ask_url"] or "")


async def _hold(scope: Scope, row: Row, message: Row, unknown: Unmapped, now: datetime) -> None:
    inbox_id = message["id"]
    keys = await vault.sealing(scope)
    external_id = keys.open(message["external_id"], place("external_id", inbox_id))
    await scope.fetch(_HELD, scope.tenant_id, inbox_id, keys.seal(str(unknown), place("needs", inbox_id)))
    fact = InboundHeld(
        connection=row["code"], message_id=message["message_id"], external_id=external_id, what=str(unknown)
    )
    actor = Actor("key", f"connection:{row['code']}")
    journal.append(scope, fact, subject=inbox_id, at=now, actor=actor)


async def _settle(scope: Scope, message: Row, state: str, told: list[dict[str, str]], now: datetime) -> None:
    inbox_id, keys = message["id"], await vault.sealing(scope)
    sealed = keys.seal(orjson.dumps(told).decode(), place("outcome", inbox_id))
    error = next((each["code"] for each in told if each["result"] == "refused"), None)
    await scope.fetch(_DONE, scope.tenant_id, inbox_id, state, sealed, now, error)


def _state(todo: Plan, told: list[dict[str, str]]) -> str:
    if any(each["act"] == "echo" for each in told):
        return "echo"
    if any(each["result"] == "done" for each in told):
        return "applied"
    if any(each["result"] == "refused" for each in told):
        return "refused"
    return "outdated" if todo.outdated else "applied"


def _number(tenant_id: UUID, connection: str, lane: bytes) -> int:
    digest = hashlib.sha256(f"{tenant_id}\0exchange\0{connection}\0".encode() + lane).digest()
    return int.from_bytes(digest[:8], signed=True)
