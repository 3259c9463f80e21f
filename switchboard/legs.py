"""What happens on the phone legs: ends, digits, playbacks, recordings, refusals, and phones that come and go."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import structlog

from ivr.core.values import ContactLeft, Digit, Event, VoicemailEnded
from switchboard import (
    absent,
    acts,
    arrivals,
    endings,
    flows,
    offers,
    outbound,
    parties,
    recorded,
    recordings,
    returning,
    talks,
    taping,
)
from switchboard.core import agent as agents
from switchboard.core import flowing, handing, talk
from switchboard.core.call import Call, CallState
from switchboard.core.effects import Do
from switchboard.core.ending import By, Ending
from switchboard.core.party import REJOIN, PartyState
from switchboard.floor import Floor
from switchboard.inputs import PhonesSeen, Refused
from switchboard.legover import ENGINE_GAP, LegOver
from telephony.port import (
    Answer,
    Bridge,
    Cause,
    CloseCall,
    Command,
    Dial,
    DigitPressed,
    EndedBy,
    EndpointGone,
    EndpointSeen,
    HangUp,
    LegAnswered,
    LegEnded,
    PauseRecord,
    PhoneHeld,
    PhoneResumed,
    Play,
    PlaybackEnded,
    Record,
    Ring,
    StopRecord,
    Supervise,
)

_UUID_LENGTH = 36

log = structlog.get_logger(__name__)


def leg_ended(floor: Floor, event: LegEnded, now: datetime) -> None:
    """Take the end of a leg; of one that is gone already it changes nothing."""
    over(floor, event.leg, LegOver(event.cause.value, event.by, min(event.at, now), event.q850, event.sip), now)
    floor.trunks.leaves(event.leg)


def over(floor: Floor, leg: str, end: LegOver, now: datetime) -> None:
    """End what the leg was needed for."""
    stranger = floor.strangers.pop(leg, None)
    floor.stranger_nodes.pop(leg, None)
    if stranger is not None:
        floor.effects.append(Do(stranger, CloseCall(stranger)))
    call = floor.call_of_leg(leg)
    if call is None:
        return
    party = call.party(leg)
    if call.state is CallState.DIALLING:
        outbound.leg_over(floor, call, leg, end, now)
    elif party is not None:
        parties.over(floor, call, party, end, now)
    elif call.leg == leg:
        contact_left(floor, call, end, now)
    elif call.state is CallState.OFFERED:
        offers.leg_refused(floor, call, end, now)
    elif call.state is CallState.TALKING:
        _agent_gone(floor, call, end, now)


def _agent_gone(floor: Floor, call: Call, end: LegOver, now: datetime) -> None:
    """Take the end of the agent's leg: others talk on, a consulted one takes over, a lost phone is rung again."""
    consulted = talk.consulted(call)
    if any(party.carries for party in call.parties):
        talks.leave(floor, call, end.cause, now)
    elif consulted is not None and end.by is EndedBy.PARTY:
        talks.complete(floor, call, consulted, now)
    elif any(party.purpose == REJOIN for party in call.parties):
        floor.put(handing.lose(call, end.at))
    elif end.by is EndedBy.NETWORK and end.cause not in {Cause.ENGINE_LOST, ENGINE_GAP} and floor.reaches(call):
        _lost_agent(floor, call, end, now)
    else:
        by = By.AGENT if end.by is EndedBy.PARTY else By.SYSTEM
        endings.finish(floor, call, Ending(by, end.cause, end.at, now, q850=end.q850, sip=end.sip), now)


def _lost_agent(floor: Floor, call: Call, end: LegOver, now: datetime) -> None:
    """Ring the agent's phone again after its leg was lost; without a phone the contact waits for another agent."""
    agent = None if call.offer is None else floor.agents.get(call.offer.agent)
    lost = floor.put(handing.lose(call, end.at))
    if agent is None or not talks.rejoin(floor, agent, lost, now):
        returning.without_agent(floor, lost, end.cause, now)


def leg_answered(floor: Floor, event: LegAnswered, now: datetime) -> None:
    """Connect whoever answered a live offer or was called in; an answer to what is over is hung up."""
    call = floor.call_of_leg(event.leg)
    at = min(event.at, now)
    party = None if call is None else call.party(event.leg)
    if call is not None and party is not None and party.state is PartyState.RINGING:
        parties.answered(floor, call, party, call.moment(at), now)
    elif call is not None and call.state is CallState.DIALLING:
        outbound.answered(floor, call, event.leg, call.moment(at), now)
    elif call is None or call.offer is None or call.offer.leg != event.leg:
        floor.effects.append(Do(event.leg, HangUp(event.leg, Cause.ANSWERED_ELSEWHERE)))
    elif call.state is CallState.OFFERED:
        offers.connect(floor, call, at, now)


def contact_left(floor: Floor, call: Call, end: LegOver, now: datetime) -> None:
    """End a call because its contact is gone: left, or lost by the network."""
    by = By.SYSTEM if end.cause in {Cause.ENGINE_LOST, ENGINE_GAP} and end.by is not EndedBy.PARTY else By.CONTACT
    flows.advance(floor, call.id, ContactLeft(), min(end.at, now))
    present = floor.calls.get(call.id)
    if present is not None:
        ending = Ending(by, end.cause, end.at, now, q850=end.q850, sip=end.sip)
        endings.finish(floor, present, ending, now)


def digit_pressed(floor: Floor, event: DigitPressed, now: datetime) -> None:
    """Give a contact's key to the flow; ``#`` ends a message. Keys that nobody asked for change nothing."""
    call = floor.call_of_leg(event.leg)
    if call is None or call.leg != event.leg:
        return
    ours, answer = taping.pressed(floor, call, event.digit, now)
    if ours:
        _answer(floor, call, answer, now)
    elif call.state in {CallState.IN_FLOW, CallState.QUEUED}:
        flows.advance(floor, call.id, Digit(event.digit), now)
    elif call.state is CallState.VOICEMAIL and event.digit == "#":
        end_message(floor, call, now)


def phone_held(floor: Floor, event: PhoneHeld, now: datetime) -> None:
    """Take it that a party holds by its own phone's button."""
    call = floor.call_of_leg(event.leg)
    if call is not None:
        floor.put(talk.phone_holds(call, event.leg, min(event.at, now)))


def phone_resumed(floor: Floor, event: PhoneResumed, now: datetime) -> None:
    """Take it that it does not any more."""
    call = floor.call_of_leg(event.leg)
    if call is not None:
        floor.put(talk.phone_resumes(call, event.leg, min(event.at, now)))


def _answer(floor: Floor, call: Call, answer: Event | None, now: datetime) -> None:
    """Let the flow go on with an answer, if there is one."""
    if answer is not None:
        flows.advance(floor, call.id, answer, now)


def end_message(floor: Floor, call: Call, now: datetime) -> None:
    """End a message and let the flow go on."""
    floor.put(flowing.message_over(call, now))
    flows.advance(floor, call.id, VoicemailEnded(), now)


def begin_message(floor: Floor, call: Call, now: datetime) -> None:
    """Record what the contact says from now on."""
    call = taping.message_begins(floor, call, now)
    name = recordings.name_of(recordings.MESSAGE, call.tenant, call.id, floor.new_id())
    floor.put(flowing.record_message(call, name))


def playback_ended(floor: Floor, event: PlaybackEnded, now: datetime) -> None:
    """Tell the flow that its prompt is over."""
    played(floor, event.playback, now, completed=event.completed)


def played(floor: Floor, playback: str, now: datetime, *, completed: bool) -> None:
    """Take the end of a playback; of one that is not the call's present one it changes nothing."""
    if arrivals.stranger_heard(floor, playback):
        return
    call = call_named(floor, playback)
    if call is None or call.playing is None or call.playing.playback != playback:
        return
    name = call.playing.name
    call = floor.put(flowing.said(call, playback))
    _answer(floor, call, taping.said(floor, call, name, now, completed=completed), now)
    if name != taping.ANNOUNCEMENT and call.state is not CallState.VOICEMAIL:
        flows.advance(floor, call.id, acts.heard(floor, call, name, now, completed=completed), now)
    present = floor.calls.get(call.id)
    if present is not None and (completed or not acts.is_own(name)):
        acts.tell(floor, present, now)


def call_named(floor: Floor, name: str) -> Call | None:
    """Return the live call of a name that is, or begins with, a call's."""
    try:
        return floor.calls.get(UUID(name[:_UUID_LENGTH]))
    except ValueError:
        return None


def refused(floor: Floor, event: Refused, now: datetime) -> None:
    """Take it that the engine did not accept a command; while it is away the reconciliation decides."""
    command = event.command
    held = _held(floor, command)
    if not floor.connected or (held is not None and not floor.reaches(held)):
        return
    log.info("command_refused", command=type(command).__name__, reason=event.reason)
    match command:
        case Answer(_, leg):
            by = EndedBy.NETWORK if event.unanswered else EndedBy.PARTY
            over(floor, leg, LegOver(ENGINE_GAP if event.unanswered else Cause.UNKNOWN.value, by, now), now)
        case Play(_, playback, _):
            played(floor, playback, now, completed=False)
        case Ring(_, leg) | Dial(_, leg):
            _not_rung(floor, leg, now)
        case Bridge(_, leg) | Supervise(_, leg):
            _not_bridged(floor, leg, now)
        case Record(call_name, recording):
            recorded.voice_over(floor, recording)
            call = call_named(floor, call_name)
            if call is not None:
                taping.refused(floor, call, recording, now)
        case PauseRecord(recording):
            taping.not_paused(floor, recording, now)
        case StopRecord(recording):
            taping.not_stopped(floor, recording, now)


def _held(floor: Floor, command: Command) -> Call | None:
    """Return the live call that a command is about."""
    call = floor.call_of_leg(getattr(command, "leg", ""))
    name = getattr(command, "call", "")
    return call_named(floor, name) if call is None and name else call


def _not_rung(floor: Floor, leg: str, now: datetime) -> None:
    call = floor.call_of_leg(leg)
    if call is not None and call.offer is not None and call.offer.leg == leg and call.state is CallState.OFFERED:
        offers.leg_refused(floor, call, LegOver(Cause.UNREACHABLE.value, EndedBy.NETWORK, now), now)
    elif call is not None and (call.state is CallState.DIALLING or call.party(leg) is not None):
        over(floor, leg, LegOver(Cause.UNREACHABLE.value, EndedBy.NETWORK, now), now)


def _not_bridged(floor: Floor, leg: str, now: datetime) -> None:
    call = floor.call_of_leg(leg)
    if call is not None and call.party(leg) is not None:
        over(floor, leg, LegOver("not_bridged", EndedBy.US, now), now)
    elif call is not None and call.state is CallState.TALKING:
        endings.finish(floor, call, Ending(By.SYSTEM, "not_bridged", now, now), now)


def endpoint_seen(floor: Floor, event: EndpointSeen, now: datetime) -> None:
    """Note a phone that registered."""
    floor.registered.add(event.endpoint)
    absent.look(floor, event.endpoint, now)
    agent = floor.agent_of_endpoint(event.endpoint)
    if agent is not None:
        floor.put_agent(agents.with_phones(agent, agent.registered | {event.endpoint}, now), now)


def endpoint_gone(floor: Floor, event: EndpointGone, now: datetime) -> None:
    """Note a phone that is not registered any more."""
    floor.registered.discard(event.endpoint)
    absent.look(floor, event.endpoint, now)
    agent = floor.agent_of_endpoint(event.endpoint)
    if agent is not None:
        floor.put_agent(agents.with_phones(agent, agent.registered - {event.endpoint}, now), now)


def phones_seen(floor: Floor, event: PhonesSeen, now: datetime) -> None:
    """Note all phones at once."""
    floor.registered = set(event.endpoints)
    absent.look(floor, None, now)
    seen: dict[UUID, set[str]] = {}
    for endpoint in event.endpoints:
        owner = floor.agent_of_endpoint(endpoint)
        if owner is not None:
            seen.setdefault(owner.id, set()).add(endpoint)
    for agent in list(floor.agents.values()):
        phones = frozenset(seen.get(agent.id, ()))
        if phones != agent.registered:
            floor.put_agent(agents.with_phones(agent, phones, now), now)
