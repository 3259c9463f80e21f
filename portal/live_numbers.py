"""What this reader may change from the live board: about each number, with where it leads, each queue and each seat."""

from __future__ import annotations

from typing import Any

from kit.db import Scope
from live.core.board import Board
from portal.asks_agreed import LISTENING, TO_SEATS, seats_for
from tenants.core.controls import ANNOUNCEMENT, HOURS, PAUSE, PRIORITY, Agreed
from tenants.core.permissions import decide
from tenants.endpoints import Access

_NUMBERS = """
SELECT n ->> 'number' AS number, n ->> 'flow' AS flow FROM
  (SELECT content FROM gf.blueprint WHERE tenant_id = $1 ORDER BY version DESC LIMIT 1) b,
  jsonb_array_elements(b.content -> 'numbers') n ORDER BY 1
"""


async def numbers_of(scope: Scope, access: Access, agreed: Agreed) -> dict[str, Any] | None:
    """Return ``rows`` of numbers, each with the acts that ``may`` be begun about it; None for who may not see acts."""
    if decide(access.role, "control.read") is None:
        return None
    acts = [act for act in (PAUSE, HOURS, ANNOUNCEMENT) if _acts(access, agreed) and act in agreed.acts]
    found = await scope.fetch(_NUMBERS, scope.tenant_id)
    rows = [{**row, "may": [act for act in acts if agreed.names(act, "number", row["number"])]} for row in found]
    return {"rows": rows, "may": any(row["may"] for row in rows)}


async def ways_of(scope: Scope, access: Access, agreed: Agreed, board: Board) -> dict[str, dict[str, Any]]:
    """Return which act may be begun about each queue (by its id), and what may be asked of each seat (by its alias).

    What may not is not there: its button is not shown.
    """
    if not _acts(access, agreed):
        return {"queues": {}, "seats": {}}
    acts = [act for act in (PRIORITY, HOURS, ANNOUNCEMENT) if act in agreed.acts]
    first = {q.id: next((a for a in acts if agreed.names(a, "queue", q.code)), None) for q in board.queues.values()}
    asks = [ask for ask in (TO_SEATS, LISTENING) if ask in agreed.asks and access.principal.kind == "user"]
    about = {ask: await seats_for(scope, agreed, ask) for ask in asks}
    seats = {each.alias: (each.agent_id, [ask for ask in asks if each.agent_id in about[ask]])
             for each in board.seats.values()}  # fmt: skip
    return {
        "queues": {id_: {"code": board.queues[id_].code, "act": act} for id_, act in first.items() if act},
        "seats": {alias: {"id": agent, "asks": may} for alias, (agent, may) in seats.items() if may},
    }


def _acts(access: Access, agreed: Agreed) -> bool:
    return decide(access.role, "control.act") is not None and agreed.lets(access.role)
