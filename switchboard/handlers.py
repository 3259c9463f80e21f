"""Who takes which input: one row for each kind of event, result and change."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from switchboard import (
    acts,
    arrivals,
    audit,
    desk_watch,
    draining,
    flows,
    followups,
    legs,
    lines,
    offers,
    outbound,
    reconcile,
    recorded,
    timers,
)
from switchboard.core.audit import Evidence
from switchboard.core.effects import Do
from switchboard.core.plan import Plan
from switchboard.floor import PROVISION, Floor
from switchboard.inputs import (
    AgentFound,
    Connected,
    DesksSeen,
    Fired,
    Input,
    ListAsked,
    PhonesSeen,
    Reconfigured,
    RecordingKept,
    RecordingOrphaned,
    Refused,
    Room,
    Spoken,
    StoreChanged,
)
from telephony import port


def handle(floor: Floor, item: Input, now: datetime) -> None:
    """Give an input to whoever knows it."""
    handler = _HANDLERS.get(type(item))
    if handler is not None:
        handler(floor, item, now)


def _reconfigured(floor: Floor, item: Reconfigured, now: datetime) -> None:
    before = floor.plan
    gone = _names(before) - _names(item.plan)
    floor.configure(item.plan, now)
    acts.changed(floor, before, now)
    draining.reconfigured(floor, before, now)
    if floor.connected:
        if gone:
            floor.effects.append(Do(PROVISION, port.Withdraw(tuple(sorted(gone)))))
        lines.provision(floor)


def _names(plan: Plan) -> set[str]:
    return {endpoint.name for endpoint in plan.endpoints} | {trunk.name for trunk in plan.trunks}


def _room(floor: Floor, item: Room, _now: datetime) -> None:
    if item.tenant is None:
        floor.admits = item.admits
    elif item.admits:
        floor.crowded.discard(item.tenant)
    else:
        floor.crowded.add(item.tenant)


def _nothing(_floor: Floor, _item: object, _now: datetime) -> None:
    """Take what only shows that something is under way."""


_HANDLERS: dict[type, Callable[[Floor, Any, datetime], None]] = {
    port.CallArrived: arrivals.call_arrived,
    port.LegRinging: offers.leg_ringing,
    port.LegAnswered: legs.leg_answered,
    port.LegEnded: legs.leg_ended,
    port.DigitPressed: legs.digit_pressed,
    port.PhoneHeld: legs.phone_held,
    port.PhoneResumed: legs.phone_resumed,
    port.PlaybackEnded: legs.playback_ended,
    port.RecordingEnded: recorded.recording_ended,
    port.EndpointSeen: legs.endpoint_seen,
    port.EndpointGone: legs.endpoint_gone,
    port.TrunkChanged: lines.changed,
    port.EngineLost: reconcile.engine_lost,
    Connected: reconcile.engine_back,
    Fired: timers.fired,
    Refused: legs.refused,
    PhonesSeen: legs.phones_seen,
    DesksSeen: desk_watch.seen,
    RecordingKept: recorded.recording_kept,
    RecordingOrphaned: recorded.recording_orphaned,
    StoreChanged: recorded.store_changed,
    Spoken: flows.spoken,
    AgentFound: followups.agent_found,
    ListAsked: outbound.list_asked,
    Reconfigured: _reconfigured,
    Room: _room,
    Evidence: audit.audited,
}


def concerned(floor: Floor, item: Input) -> UUID | None:
    """Return the call that is to end when the handling of this input breaks."""
    leg = getattr(item, "leg", None)
    if leg is not None:
        call = floor.call_of_leg(leg)
        return None if call is None else call.id
    if isinstance(item, Spoken):
        return item.call
    command = item.command if isinstance(item, Refused) else None
    name = getattr(item, "playback", None) or getattr(command, "call", None)
    call = None if name is None else legs.call_named(floor, name)
    return None if call is None else call.id
