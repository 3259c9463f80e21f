"""Two work orders of a client with everything in them, for others to look for."""

from __future__ import annotations

import hashlib
from typing import Any
from uuid import UUID

from kit.clock import now
from kit.db import Transaction
from kit.ids import new_id
from probe.core.canaries import Canaries
from workorders.core.doer import Doer
from workorders.core.states import Side as Party
from workorders.core.states import Status
from workorders.schemas import Move, NewComment, NewWorkOrder, Resolution
from workorders.service import changes


async def orders(scope: Transaction, words: Canaries, interaction: UUID, agent: UUID) -> dict[str, Any]:
    """Two work orders: one under way with both kinds of comment, and one resolved.

    Numbers count for each tenant: these begin where the other's never come.
    """
    first = int(hashlib.sha256(words.seed.encode()).hexdigest()[:6], 16) + 10_000
    await scope.fetch("INSERT INTO gf.work_order_counter (tenant_id, last) VALUES ($1, $2)", scope.tenant_id, first)
    desk = Doer(Party.OUTSOURCER, "agent", str(agent), words.word("order author"))
    client = Doer(Party.TENANT, "user", str(new_id()), words.word("order solver"))
    asked = {"type": "callback", "title": words.word("order title"), "description": words.word("order description")}
    more = {
        "parties": [{"role": "customer", "name": words.word("order party")}],
        "related": [{"type": "invoice", "id": words.word("order invoice")}],
        "external_ref": [{"owner": "shop", "id": words.word("order's name elsewhere")}],
        "custom": {"shelf": words.word("order shelf")},
    }
    made: list[dict[str, Any]] = []
    for fields in (more, {}):
        beside = [{"type": "relates_to", "id": order["id"]} for order in made]
        order = NewWorkOrder.model_validate({**asked, **fields, "relationships": beside})
        made.append(await changes.escalate(scope, changes.Asked(order, interaction, agent), desk, now()))
    for body, visibility, doer in (
        (words.word("shared comment"), "shared", client), (words.word("internal comment"), "internal", desk),
    ):  # fmt: skip
        comment = NewComment.model_validate({"body": body, "visibility": visibility})
        await changes.comment(scope, UUID(made[0]["id"]), comment, doer, now())
    held = Move(to=Status.HELD, reason=words.word("reason"))
    resolved = Move(to=Status.RESOLVED, resolution=Resolution(summary=words.word("resolution")))
    for n, move in ((0, Move(to=Status.ACKNOWLEDGED)), (1, Move(to=Status.IN_PROGRESS)), (0, held), (1, resolved)):
        await changes.transition(scope, UUID(made[n]["id"]), move, client, now())
    return made[0]
