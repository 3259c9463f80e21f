"""What a client's contract lets it ask of people: of whom, and about which conversations. For pages and for systems."""

from __future__ import annotations

from uuid import UUID

from kit.db import Scope
from kit.errors import Detail, NotFound
from live import messages
from live.asks import Wish
from live.core.board import Board
from tenants.controls.errors import NotAgreed
from tenants.controls.wanted import refuse_unnamed
from tenants.core.controls import Agreed
from tenants.core.permissions import Role
from tenants.service.policies import policy_of

LISTENING, TO_SEATS, TO_SUPERVISORS = "ask_listening", "message_seats", "message_supervisors"


async def agreed_with(scope: Scope, ask: str, role: Role) -> Agreed:
    """Return what is agreed, when it lets this role ask this. Raises :class:`NotAgreed`."""
    agreed = (await policy_of(scope)).controls
    if not agreed.lets(role) or ask not in agreed.asks:
        raise NotAgreed
    return agreed


async def seats_for(scope: Scope, agreed: Agreed, ask: str) -> frozenset[str]:
    """Return the agents, by the client's own ids, whom a request that is agreed may be about: by the queues served."""
    return frozenset(map(str, await messages.agents_serving(scope, agreed.targets(ask, "queue"))))


async def refuse_seat(scope: Scope, agreed: Agreed, agent: UUID) -> None:
    """Raise :class:`NotFound` for nobody of the client's, and :class:`NotAgreed` for a seat of no named queue."""
    if agent not in await messages.agents_of(scope, None):
        raise NotFound
    if str(agent) not in await seats_for(scope, agreed, TO_SEATS):
        named = ", ".join(agreed.targets(TO_SEATS, "queue") or ())
        raise NotAgreed(
            "the contract names whose seats may be written to, and this one serves no such queue",
            errors=(Detail("/agent", "not_named", f"each queue that is named: {named}"),),
        )


def refuse_wish(agreed: Agreed, wish: Wish, board: Board) -> None:
    """Raise :class:`NotAgreed` when the conversation of a wish is of a queue that the contract does not name.

    One that is about nothing there is left to :func:`live.asks.ask_to_listen`.
    """
    if wish.queue_id is not None and (queue := board.queues.get(str(wish.queue_id))) is not None:
        refuse_unnamed(agreed, LISTENING, ("queue", queue.code), "/queue")
    seat = None if wish.agent_id is None else board.seat_of(str(wish.agent_id))
    if seat is not None and seat.interaction_id in board.calls:
        refuse_conversation(agreed, board, seat.interaction_id, "/agent")


def refuse_conversation(agreed: Agreed, board: Board, interaction: str, pointer: str) -> None:
    """Raise :class:`NotAgreed` when a conversation is of a queue that the contract does not name."""
    queue = board.queues.get(board.calls[interaction].queue_id or "")
    refuse_unnamed(agreed, LISTENING, ("queue", "" if queue is None else queue.code), pointer)
