"""After every connection to the engine: compare what it holds with what we hold, and repair (telephony.md section 8).

The same code runs when the connection was lost for a moment, and when this process is new and has what an older one
stored. Repairs go through the handlers of ordinary events, so one that is told again later changes nothing.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from interactions.facts import EngineBack as EngineBackFact
from interactions.facts import EngineLost as EngineLostFact
from routing.core.offers import Outcome
from switchboard import acts, arrivals, halfway, legs, lines, offers, outbound, queueing, recordings, taping
from switchboard.core import supervision, talk
from switchboard.core.call import Call, CallState
from switchboard.core.effects import Arm, Do
from switchboard.core.party import Party, PartyState
from switchboard.facts import PhoneEngineChanged
from switchboard.floor import Floor
from switchboard.inputs import Connected, PhonesSeen
from switchboard.legover import ENGINE_GAP, LegOver
from switchboard.trouble import contained
from telephony.port import (
    Bridge,
    CallArrived,
    Cause,
    CloseCall,
    EndedBy,
    EngineLost,
    HangUp,
    LegAnswered,
    LegEnded,
    LegState,
    Snapshot,
    StopPlay,
    Wait,
)
from tenants.access import INSTALLATION


def engine_lost(floor: Floor, event: EngineLost, now: datetime) -> None:
    """Stop commanding; talking calls go on by themselves. Contacts who wait there are offered to nobody meanwhile."""
    engines = floor.engines
    engines.lost(event.node, min(event.at, now))
    if event.node not in engines.told_lost:
        engines.told_lost.add(event.node)
        if event.node:
            lost = PhoneEngineChanged(node=event.node, change="lost")
            floor.tell((*floor.plan.tenants, INSTALLATION), lost, floor.plan.floor, now)
        else:
            floor.tell([INSTALLATION], EngineLostFact(reason=event.reason), floor.plan.floor, now)
        if not engines.here:
            floor.tell(floor.plan.tenants, EngineLostFact(reason=event.reason), floor.plan.floor, now)
    for call in floor.calls.values():
        if call.state is CallState.QUEUED and not floor.reaches(call):
            floor.routing.leave(call.id)


def engine_back(floor: Floor, connected: Connected, now: datetime) -> None:
    """Compare and repair, then open the floor to the calls of this engine."""
    snapshot, node = connected.event.snapshot, connected.event.node
    first = not floor.engines.here
    floor.engines.here.add(node)
    floor.engines.told_lost.discard(node)
    lines.provision(floor)
    legs.phones_seen(floor, PhonesSeen(snapshot.endpoints), now)
    lines.seen(floor, snapshot, node, now)
    repair = Repair(floor, snapshot, now, node)
    present = {leg.leg for leg in snapshot.legs} | snapshot.calls
    for call in list(floor.calls.values()):
        # "": the only engine had no name until now. Where it has company as well, another one may hold the call.
        unnamed = call.node == "" and not connected.event.unseen
        if call.node == node or unnamed or not present.isdisjoint((call.name, call.leg)):
            with contained(floor, call.id, now):
                repair.call(floor.put((replace(call, node=node), ())))
    repair.strangers(connected.stored, spare=connected.spare)
    _tell_back(floor, node, f"{len(floor.calls)} calls, {len(snapshot.legs)} legs", now, first=first)
    floor.overdue, overdue = [], floor.overdue
    floor.effects += [Arm(owner, name, now) for owner, name in overdue if owner in floor.calls]
    for call in floor.calls.values():
        if call.state is CallState.QUEUED and floor.reaches(call):
            queueing.wait(floor, call)


def _tell_back(floor: Floor, node: str, reason: str, now: datetime, *, first: bool) -> None:
    if node:
        back = PhoneEngineChanged(node=node, change="back")
        floor.tell((*floor.plan.tenants, INSTALLATION), back, floor.plan.floor, now)
    else:
        floor.tell([INSTALLATION], EngineBackFact(reason=reason), floor.plan.floor, now)
    if first:
        floor.tell(floor.plan.tenants, EngineBackFact(reason=reason), floor.plan.floor, now)


_PLACED = frozenset({PartyState.ASIDE, PartyState.JOINED})
"""Where a party is in a bridge of ours."""


class Repair:
    """One comparison with a snapshot of the engine."""

    def __init__(self, floor: Floor, snapshot: Snapshot, now: datetime, node: str = "") -> None:
        self._floor = floor
        self._node = node
        self._lost_at = floor.engines.lost_at(node)
        self._now = now
        self._snapshot = snapshot
        self._legs: dict[str, LegState] = {leg.leg: leg for leg in snapshot.legs}
        self._ended: dict[str, LegEnded] = {event.leg: event for event in snapshot.ended}

    def call(self, call: Call) -> None:
        """Bring one call to where it really is."""
        if call.leg in self._legs:
            halfway.taken(self._floor, call, self._legs[call.leg], self._snapshot)
            call = taping.voices_again(self._floor, call, self._snapshot.recordings, self._now)
        if call.state is CallState.DIALLING:
            self._dialling(call)
        elif call.leg not in self._legs:
            self._leg_over(call.leg)
        elif call.state in {CallState.TALKING, CallState.HANDED_OVER}:
            self._talking(self._held(call))
        elif call.state is CallState.OFFERED:
            offers.rings(self._floor, call)
            self._offered(self._floor.calls[call.id])
        elif call.state is CallState.QUEUED:
            self._queued(call)
        elif call.state is CallState.VOICEMAIL:
            self._message(call)
        elif call.playing is not None:
            self._playback_over(call, call.playing.playback)
            halfway.spoken(self._floor, call.id, self._recording_of(call, recordings.MESSAGE))

    def strangers(self, stored: frozenset[str], *, spare: bool) -> None:
        """Take the legs that we do not know: new contacts are welcome, everything else of ours is removed or spared."""
        for leg in self._snapshot.legs:
            is_ours = self._floor.call_of_leg(leg.leg) is not None or leg.leg in self._floor.strangers
            if not is_ours and not (spare and leg.answered):
                self.stranger(leg, stored)
        for leg_name in self._gone_strangers():
            self._leg_over(leg_name)
        if spare:
            return
        known = {call.name for call in self._floor.calls.values()} | set(self._floor.strangers.values())
        for name in sorted(self._snapshot.calls - known):
            self._floor.effects.append(Do(name, CloseCall(name)))

    def _gone_strangers(self) -> list[str]:
        of_here = (leg for leg in self._floor.strangers if self._floor.stranger_nodes.get(leg, "") == self._node)
        return [leg for leg in of_here if leg not in self._legs]

    def stranger(self, leg: LegState, stored: frozenset[str]) -> None:
        """Take a leg that we do not know."""
        if not leg.endpoint and not leg.dialled and not leg.answered:
            arrivals.call_arrived(
                self._floor, CallArrived(leg.leg, leg.number, leg.caller, leg.trunk, self._now, self._node), self._now
            )
        elif (
            leg.endpoint
            or leg.dialled
            or leg.call in stored
            or not _is_id(leg.call)
            or not arrivals.adopt(self._floor, leg, self._node, self._now)
        ):
            self._floor.effects.append(Do(leg.leg, HangUp(leg.leg)))

    def _leg_over(self, leg: str) -> None:
        """End a leg as the engine's record has it; without one we know only that it ended in the gap.

        An engine that began in the gap tells more: the leg died with the older one.
        """
        known, began_at = self._ended.get(leg), self._snapshot.began_at
        is_another = began_at is not None and began_at > self._lost_at
        cause = Cause.ENGINE_LOST.value if is_another else ENGINE_GAP
        end = LegOver(cause, EndedBy.NETWORK, self._lost_at)
        if known is not None:
            end = LegOver(known.cause.value, known.by, known.at)
        legs.over(self._floor, leg, end, self._now)

    def _held(self, call: Call) -> Call:
        """Take over which phones hold; music that is to play is asked for again."""
        for leg in call.legs:
            state = self._legs.get(leg)
            if state is not None:
                change = talk.phone_holds if state.held else talk.phone_resumes
                call = self._floor.put(change(call, leg, self._now))
        if call.hears_music and not any(party.ringback for party in call.parties):
            self._floor.effects.append(talk.hold_music(call))
        return call

    def _dialling(self, call: Call) -> None:
        for leg in outbound.gone(call, self._legs):
            self._leg_over(leg)
            return
        outbound.repair(self._floor, call, self._legs, self._now)

    def _talking(self, call: Call) -> None:
        """Let everybody be where we know them; who answered or left in the gap, did so now."""
        taping.again(self._floor, call)
        if call.playing is not None:
            self._playback_over(call, call.playing.playback)
            call = self._floor.calls[call.id]
        for party in call.parties:
            self._party(call, party)
        present = self._floor.calls.get(call.id)
        if present is None or present.offer is None:
            return
        leg = self._legs.get(present.offer.leg)
        if leg is None:
            if not present.is_lost:
                self._leg_over(present.offer.leg)
        elif not leg.bridged or (leg.call, leg.side) != (call.name, present.side):
            self._floor.effects.append(call.do(Bridge(call.name, leg.leg, present.side)))

    def _party(self, call: Call, party: Party) -> None:
        leg = self._legs.get(party.leg)
        if leg is None:
            self._leg_over(party.leg)
        elif party.state is PartyState.RINGING and leg.answered:
            legs.leg_answered(self._floor, LegAnswered(party.leg, self._now), self._now)
        elif party.watches and party.joined_at is not None and call.offer is not None and call.offer.leg in self._legs:
            self._floor.put(supervision.attached_again(call, party))
        elif party.state in _PLACED and (not leg.bridged or (leg.call, leg.side) != (call.name, party.side)):
            self._floor.effects.append(call.do(Bridge(call.name, party.leg, party.side)))

    def _offered(self, call: Call) -> None:
        name = "" if call.offer is None else call.offer.leg
        leg = self._legs.get(name)
        if leg is not None and leg.answered:
            self._connect(call, leg)
        elif leg is None and self._was_refused(name):
            self._leg_over(name)
        elif leg is None:  # unknown, or answered in the gap, where nobody took the leg: not the agent's fault
            offers.end(self._floor, call, Outcome.WITHDRAWN, self._now)
        self._waits_on(call.id)

    def _waits_on(self, call_id: UUID) -> None:
        """Let whoever still waits hear music, which may not have begun before the gap, and what it was not told."""
        call = self._floor.calls.get(call_id)
        if call is None or call.waited is None or call.state not in {CallState.OFFERED, CallState.QUEUED}:
            return
        if call.playing is not None:
            self._playback_over(call, call.playing.playback)
        else:
            self._floor.effects.append(call.do(Wait(call.name, call.waited.music, call.waited.queued_at)))
        if call_id in self._floor.calls:
            acts.tell(self._floor, self._floor.calls[call_id], self._now)

    def _was_refused(self, leg: str) -> bool:
        known = self._ended.get(leg)
        return known is not None and (known.by is EndedBy.PARTY or known.cause is not Cause.NORMAL)

    def _connect(self, call: Call, leg: LegState) -> None:
        """Connect who answered in the gap. Who is in the bridge already has been connected before the gap."""
        at = self._lost_at if leg.call == call.name else self._now
        offers.connect(self._floor, call, at, self._now, self._recording_of(call))

    def _recording_of(self, call: Call, kind: str = "") -> str | None:
        """Return a recording of the call that goes on, of this kind only if one is given."""
        named = ((name, recordings.read_name(name)) for name in sorted(self._snapshot.recordings))
        ours = (name for name, parts in named if parts is not None and parts.interaction == call.id)
        return next((name for name in ours if name.startswith(kind)), None)

    def _queued(self, call: Call) -> None:
        """Let music play on; an agent in the bridge was offered and answered, and the facts were lost."""
        for leg in self._snapshot.legs:
            agent = self._floor.agent_of_endpoint(leg.endpoint) if leg.endpoint else None
            if agent is not None and leg.call == call.name and leg.answered and _is_id(leg.leg):
                adopted = offers.adopt(self._floor, call, leg, agent, self._now)
                if adopted is not None:
                    self._connect(adopted, leg)
                    return
        self._waits_on(call.id)

    def _message(self, call: Call) -> None:
        halfway.spoken(self._floor, call.id, self._recording_of(call, recordings.MESSAGE))
        call = self._floor.calls[call.id]
        if call.recording is not None and call.recording not in self._snapshot.recordings:
            legs.end_message(self._floor, call, self._now)

    def _playback_over(self, call: Call, playback: str) -> None:
        """Go on as if the prompt had been heard: nobody told us. What has to be told is said again."""
        self._floor.effects.append(call.do(StopPlay(playback)))
        call = taping.unheard(self._floor, call)
        name = "" if call.playing is None else call.playing.name
        legs.played(self._floor, playback, self._now, completed=name != taping.ANNOUNCEMENT and not acts.is_own(name))


def _is_id(name: str) -> bool:
    try:
        UUID(name)
    except ValueError:
        return False
    return True
