"""Trying: what a message would do, step by step, without doing it; and a signed one, from the beginning."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from exchange.adapters.chosen import ADAPTERS
from exchange.core.document import Document
from exchange.core.maps import Unmapped
from exchange.errors import NotAMessage
from exchange.schemas import Trial
from exchange.service import doors, maps
from exchange.service.inbox import Came, Taken, take
from exchange.service.planning import HARMLESS, plan
from exchange.service.rows import Row
from kit import vault
from kit.db import Scope
from kit.ids import new_id
from tenants.core.origin import Origin
from tenants.errors import ConnectionNotActive
from webhooks.core.signature import sign


async def would(scope: Scope, row: Row, trial: Trial, now: datetime) -> dict[str, Any]:
    """Return each step of what a message would do, or why it would wait (``needs``). Raises :class:`MapNotTotal`."""
    chosen = await maps.in_force(scope, row) if trial.map is None else maps.check(trial.map, row["adapter"])
    try:
        document = _read(row, trial.payload)
        todo = await plan(scope, row["code"], document, chosen, now)
    except Unmapped as unknown:
        return {"result": "needs_mapping", "needs": str(unknown), "steps": []}
    except NotAMessage as error:
        places = [each.as_dict() for each in error.errors]
        return {"result": "refused", "needs": None, "steps": [], "detail": error.detail, "errors": places}
    steps = [step.told("refused" if step.does is None else "done") for step in todo.steps]
    told = [{**step, "result": "passed_over"} if step["code"] in HARMLESS else step for step in steps]
    work_order = None if todo.order is None else str(todo.order)
    return {"result": "applied", "needs": None, "work_order_id": work_order, "steps": told}


async def send_sample(scope: Scope, row: Row, body: bytes, now: datetime) -> Taken:
    """Sign a message by the connection's own secret and take it as if its system had sent it.

    Raises :class:`ConnectionNotActive`, :class:`NotAMessage` and what taking raises.
    """
    if row["state"] != "active" or not row["secret"] or doors.is_hint(row):
        raise ConnectionNotActive("it has no address for signed messages", state=row["state"])
    at = doors.place("secret", row["id"])
    secret = await vault.opened(scope, lambda keys: keys.open(row["secret"], at))
    return await take(scope, row, Came(sign(secret, f"trial-{new_id()}", now, body), body, Origin("")), now)


def _read(row: Row, payload: dict[str, Any] | list[Any]) -> Document:
    adapter = ADAPTERS[row["adapter"]]
    if not doors.is_hint(row):
        if not isinstance(payload, dict):
            raise NotAMessage("it is no JSON object")
        return adapter.read(payload)
    answers = payload if isinstance(payload, list) else [payload]
    if not answers:
        raise NotAMessage("there is no answer of the system")
    return adapter.document(answers)
