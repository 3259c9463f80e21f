"""Who reacts to a fact: one table. A reaction runs inside the transaction of its fact, or as a job after it.

``inside`` keeps the fact's own moment and order, and fails with it: for what must be exact. ``jobs`` are outbox rows of
the same transaction, which the worker does later, again and again until it works: for everything else. The reasons are
in docs/adr/0002-reactions.md.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import webhooks.service
import workorders.asking.service
import workorders.cancelling.service
import workorders.seat_tasks.service
from app import endpoint_mails, mapping_mails, scanning, telling
from app.doorbell import Doorbell
from exchange.service import applying
from exchange.service.erasing import end_retired
from exchange.service.rows import connection_id
from interactions.people import service as people
from journal import service as journal
from journal.core.facts import NewFact
from kit import outbox
from kit.bus import Bus
from kit.clock import now
from kit.db import Scope
from live.hub import channel
from portal import desk_feed
from tenants.controls.service import end_what_is_not_agreed
from webhooks.core.events import ALERT_CLEARED, ALERT_RAISED, ALERT_TEST, CONNECTIONS, ENDPOINTS, Happened
from workorders.clocks import keeping as clocks
from workorders.clocks.plans import agree
from workorders.context import service as contexts
from workorders.context.service import fitting

Inside = Callable[[Scope, NewFact], Awaitable[bool]]
"""Reacts in the transaction; returns whether the worker has something to do once it is committed."""


Job = Callable[[Scope, Mapping[str, object]], Awaitable[None]]
"""Done by the worker in a transaction of its own, with the payload of its outbox row."""


@dataclass(frozen=True, slots=True)
class Reactions:
    """Everything that one kind of fact causes."""

    inside: tuple[Inside, ...] = ()
    jobs: tuple[str, ...] = ()


_WORK_ORDERS = (
    "WorkOrderCreated", "WorkOrderStatusChanged", "WorkOrderUpdated", "WorkOrderAssigned", "WorkOrderCommented",
    "WorkOrderInfoRequested", "WorkOrderInfoAnswered",
    "WorkOrderCancellationRequested", "WorkOrderCancellationTakenUp", "WorkOrderCancellationDecided",
    "WorkOrderSeatTaskCreated", "WorkOrderSeatTaskHandedOver", "WorkOrderSeatTaskAccepted",
    "WorkOrderSeatTaskCompleted", "WorkOrderAttached", "AttachmentScanned",
)  # fmt: skip
_CLOCKS = (
    "WorkOrderClockWarned", "WorkOrderClockBreached", "WorkOrderClockMet", "WorkOrderClockPaused",
    "WorkOrderClockResumed",
)  # fmt: skip
_ALERTS = {"AlertRaised": ALERT_RAISED, "AlertCleared": ALERT_CLEARED, "AlertTested": ALERT_TEST}


async def announce(scope: Scope, fact: NewFact) -> bool:
    """Write down the webhook event of a work order's fact."""
    data = fact.payload.data()
    if fact.kind == "WorkOrderCreated" and data["interaction_id"] is not None and _bells.contexts is not None:
        told = await contexts.inline(scope, _bells.contexts, data["work_order"], fact.at)
        data = {**data, "work_order": fitting({**data["work_order"], "call_context": told})}
    happened = Happened(fact.kind, str(fact.subject), fact.at.isoformat().replace("+00:00", "Z"), data)
    return await webhooks.service.announce(scope, happened, fact.at)


async def tell_alert(scope: Scope, fact: NewFact) -> bool:
    """Write down the webhook events of a client's own threshold, when its rule asks for them."""
    data = fact.payload.data()
    if "webhook" not in data["ways"]:
        return False
    kind = _ALERTS[fact.kind]
    return await webhooks.service.push_alert(scope, webhooks.service.AlertTold(fact.subject, kind, fact.at, data)) > 0


async def tell_connection(scope: Scope, fact: NewFact) -> bool:
    """Write down the webhook events of a step of a connection's agreement, or of a message that waits for a map."""
    data = fact.payload.data()
    told = webhooks.service.AgreementTold(
        await connection_id(scope, data["connection"]), data["connection"], CONNECTIONS[fact.kind], fact.at, data
    )
    return await webhooks.service.push_agreement(scope, told) > 0


async def process_message(scope: Scope, payload: Mapping[str, object]) -> None:
    """Let work orders follow a message of a client's system, and those behind it."""
    await applying.process(scope, UUID(str(payload["subject"])), now())


async def ensure_endpoints(scope: Scope, _payload: Mapping[str, object]) -> None:
    """Make the webhook endpoints that the newest blueprint asks for."""
    await webhooks.service.ensure_endpoints(scope)


REACTIONS: Mapping[str, Reactions] = {
    **dict.fromkeys(_WORK_ORDERS, Reactions(inside=(announce, clocks.keep))),
    "WorkOrderStatusChanged": Reactions(
        inside=(
            announce,
            workorders.asking.service.follow,
            workorders.cancelling.service.follow,
            workorders.seat_tasks.service.follow,
            clocks.keep,
        )
    ),
    **dict.fromkeys(CONNECTIONS, Reactions(inside=(tell_connection,))),
    "InboundHeld": Reactions(inside=(tell_connection,), jobs=("exchange.told",)),
    "InboundReceived": Reactions(jobs=("exchange.process",)),
    **dict.fromkeys(_CLOCKS, Reactions(inside=(announce,))),
    **dict.fromkeys(
        ("ContextDelivered", "ContextOpened", "ContextAcknowledged", "ContextRevoked", "PersonAnswered"),
        Reactions(inside=(people.keep,)),
    ),
    "ContextSent": Reactions(inside=(people.keep,), jobs=("people.webhook", "people.work_order", "people.mail")),
    "AttachmentReceived": Reactions(jobs=("attachments.scan",)),
    "ContextReplied": Reactions(jobs=("people.replied",)),
    **dict.fromkeys(_ALERTS, Reactions(inside=(tell_alert,))),
    **dict.fromkeys(ENDPOINTS, Reactions(inside=(webhooks.service.push_state,))),
    "BlueprintApplied": Reactions(
        inside=(end_what_is_not_agreed, agree, end_retired), jobs=("webhooks.ensure_endpoints",)
    ),
}

CONFIGURED = "centre:configuration"
"""The bell that rings when a configuration changed, or a place: every engine reads again, of clients that one."""

_CONFIGURES = frozenset(
    {
        "BlueprintApplied",
        "SeatsChanged",
        "AgentSatDown",
        "AgentPhoneChosen",
        "ListeningPhoneGiven",
        "TenantStateChanged",
        "TrunkSecretChanged",
        "HoursOverridden",
        "NumberPaused",
        "AnnouncementPublished",
        "PriorityMoved",
        "ControlEnded",
    }
)

_NOTHING = Reactions()

JOBS: Mapping[str, Job] = {
    "exchange.process": process_message,
    "exchange.told": mapping_mails.tell_developers,
    "exchange.mail": mapping_mails.mail,
    "webhooks.ensure_endpoints": ensure_endpoints,
    "webhooks.told": endpoint_mails.tell_developers,
    "webhooks.mail": endpoint_mails.mail,
    "people.webhook": telling.webhook,
    "people.work_order": telling.work_order,
    "people.mail": telling.mail,
    "people.replied": telling.replied,
    "attachments.scan": scanning.scan,
    "attachments.erase": scanning.erase,
}
"""What the worker does for each name in the outbox. A job may run twice: its effect must be the same as once."""


@dataclass(slots=True)
class _Bells:
    """What this process rings; set once when it starts."""

    bus: Bus | None = None
    doorbell: Doorbell | None = None
    contexts: contexts.Means | None = None


_bells = _Bells()


def install(bus: Bus | None, doorbell: Doorbell | None = None, contexts: contexts.Means | None = None) -> None:
    """React to every fact that this process appends, and ring these bells after its commit.

    ``contexts``: what the conversations behind new work orders are told with; None: by reference only.
    """
    _bells.bus, _bells.doorbell, _bells.contexts = bus, doorbell, contexts
    journal.observe(react)


async def configured() -> None:
    """Have every floor read everything again: the centre file is no client's, so no fact of theirs tells it."""
    if _bells.bus is not None:
        await _bells.bus.ring(CONFIGURED)


async def react(scope: Scope, facts: Sequence[NewFact]) -> None:
    """Do what the table says about these facts; journal calls it inside their transaction."""
    ring = _ring_of(scope)
    for fact in facts:
        ring.desks |= {getattr(fact.payload, name, None) for name in ("agent_id", "by_agent_id")}
        ring.configured |= fact.kind in _CONFIGURES
        reactions = REACTIONS.get(fact.kind, _NOTHING)
        for inside in reactions.inside:
            ring.work |= await inside(scope, fact)
        for job in reactions.jobs:
            await outbox.add(scope, job, {"subject": str(fact.subject)})
            ring.work = True


class _Ring:
    """Rings this process's bells, once for a transaction however often it appended."""

    def __init__(self, tenant_id: UUID) -> None:
        self.tenant_id = tenant_id
        self.work = False
        self.configured = False
        self.desks: set[str | None] = set()
        """Agents whom a fact names: their desks show it."""

    async def __call__(self) -> None:
        if self.work and _bells.doorbell is not None:
            _bells.doorbell.ring(self.tenant_id)
        if _bells.bus is not None:
            rings = [_bells.bus.ring(channel(self.tenant_id))]
            rings += [_bells.bus.ring(desk_feed.channel(agent_id)) for agent_id in self.desks if agent_id]
            if self.configured:
                rings.append(_bells.bus.ring(CONFIGURED, str(self.tenant_id)))
            await asyncio.gather(*rings)  # one message, and one wait if the bell is away


def _ring_of(scope: Scope) -> _Ring:
    for hook in scope.after_commit:
        if isinstance(hook, _Ring):
            return hook
    ring = _Ring(scope.tenant_id)
    scope.after_commit.append(ring)
    return ring
