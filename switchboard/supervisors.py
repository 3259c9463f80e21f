"""What supervisors do: take part in conversations, end them, help agents, and say what agents shall be.

Every command names who acts (``by``: user_id, name, role, and ``tenant`` for a client's own person); who that is, and
that it serves the ``tenant`` of the conversation, was checked where the command came in. What the tenant allows is
checked here. A command raises a ``Problem`` and then has changed nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from journal.core.facts import NewFact
from switchboard import absent, endings, parties, talks
from switchboard.core import agent as agents
from switchboard.core import handing, supervision, talk
from switchboard.core.agent import AgentState, Wish
from switchboard.core.call import Call, CallState
from switchboard.core.effects import AskPhones, Tell
from switchboard.core.ending import By, Ending
from switchboard.core.party import SUPERVISE, TAKEN_OVER, Party, PartyState, Role, Watch
from switchboard.core.supervision import LISTEN, TAKE_OVER, WHISPER
from switchboard.core.watching import actor_of, offset_ms, watch_of
from switchboard.doers import (
    Doer,
    Fields,
    call_of,
    doer_of,
    has,
    id_of,
    is_of,
    outsourcers_only,
    own_watch,
    phones_of,
    reason_of,
    text_of,
)
from switchboard.errors import (
    AgentUnknown,
    CardDataGiven,
    CommandUnknown,
    ListenersFull,
    NoHelpAsked,
    NotPossibleNow,
    NotSupervised,
    NotYours,
    PhoneNotReady,
    ReasonNeeded,
    WhisperTaken,
)
from switchboard.facts import AgentForced, HelpAnswered, InteractionForcedEnd, InteractionTakenOver
from switchboard.floor import Floor
from switchboard.inputs import DeskCommand
from switchboard.legover import LegOver
from switchboard.parties import PATIENCE, Purpose
from telephony.port import EndedBy, Ring, Signal
from tenants.core.supervision import TONE

_FUSE = timedelta(seconds=5)
_FORCED = frozenset({AgentState.AVAILABLE, AgentState.ON_BREAK, AgentState.OFFLINE})
_WITH_SOMEBODY = frozenset({CallState.TALKING, CallState.HANDED_OVER})


def obey(floor: Floor, command: DeskCommand, now: datetime) -> None:
    """Carry out a command of :data:`COMMANDS`. Raises a ``kit.errors.Problem``."""
    COMMANDS[command.kind](floor, doer_of(command.fields), command.fields, now)


# ------------------------------------------------------------------------------------------------ taking part in a call


def _supervise(floor: Floor, doer: Doer, fields: Fields, now: datetime) -> None:
    mode = fields.get("mode")
    if mode not in supervision.MODES or mode == TAKE_OVER:
        raise CommandUnknown("the mode is listen, whisper or barge")
    _take_part(floor, doer, fields, str(mode), now)


def _take_over(floor: Floor, doer: Doer, fields: Fields, now: datetime) -> None:
    _take_part(floor, doer, fields, TAKE_OVER, now)


def _take_part(floor: Floor, doer: Doer, fields: Fields, mode: str, now: datetime) -> None:
    call = call_of(floor, fields)
    if call.state is not CallState.TALKING or call.is_lost:
        raise NotPossibleNow("no agent talks to the contact")
    watch = doer.watch(mode, reason_of(floor, call, doer, fields))
    _allowed(floor, call, doer, watch, is_granted="granted" in fields)
    mine = own_watch(call, doer)
    if mine is None:
        _ring(floor, call, doer, watch, now)
    elif mode == TAKE_OVER and mine.state is not PartyState.RINGING:
        taken_over(floor, call, replace(mine, watch=watch), now)
    else:
        floor.put(supervision.change(call, mine, watch, now))


def _allowed(floor: Floor, call: Call, doer: Doer, watch: Watch, *, is_granted: bool) -> None:
    """Check what the tenant allows, that no card data is given, and that there is room.

    ``is_granted``: a supervisor lets this person of the client listen to this conversation.
    """
    policy = floor.tenant_of(call).supervision
    if doer.tenant is not None:
        if doer.tenant != call.tenant or watch.mode != LISTEN or not (policy.client_listens or is_granted):
            raise NotSupervised
    elif not policy.allows(watch.mode):
        raise NotSupervised
    if call.recording_paused:
        raise CardDataGiven
    others = [party for party in supervision.watchers(call) if party.by != doer.user]
    if len(others) >= policy.listeners and watch.mode != TAKE_OVER:
        raise ListenersFull
    if watch.mode == WHISPER and any(watch_of(party).mode == WHISPER for party in others):
        raise WhisperTaken
    if watch.mode == TAKE_OVER and any(watch_of(party).mode == TAKE_OVER for party in others):
        raise NotPossibleNow("somebody else takes this conversation over")


def _ring(floor: Floor, call: Call, doer: Doer, watch: Watch, now: datetime) -> None:
    """Ring a supervisor's phone, after what it took part in before is over: there is one phone."""
    endpoint = next((name for name in phones_of(floor, doer) if name in floor.registered), None)
    if endpoint is None:
        floor.effects.append(AskPhones())
        raise PhoneNotReady
    for other in [each for each in floor.calls.values() if has(each, doer)]:
        _release_from(floor, other, doer, now)
    party = Party(
        leg="", role=Role.SUPERVISOR, purpose=SUPERVISE, by=doer.user, since=now, target=doer.name,
        endpoint=endpoint, watch=watch,
    )  # fmt: skip
    ring(floor, call, party, watch.mode, now)


def ring(floor: Floor, call: Call, party: Party, mode: str, now: datetime) -> None:
    """Ring the phone of somebody who is to be in a conversation so, on a leg of its own."""
    party = replace(party, leg=str(floor.new_id()), since=call.moment(now))
    seat = "" if call.offer is None else floor.agents[call.offer.agent].seat
    command = Ring(
        call=call.name, leg=party.leg, endpoint=party.endpoint, caller_name="Supervision", caller_number=seat,
        timeout=PATIENCE + _FUSE, headers=(("X-Interaction", call.name), ("X-Supervision", mode)),
    )  # fmt: skip
    floor.put(supervision.call_in(call, party, command, PATIENCE))


def _release(floor: Floor, doer: Doer, _fields: Fields, now: datetime) -> None:
    """Leave everything; a conversation that was taken over ends with that."""
    for call in [each for each in floor.calls.values() if has(each, doer)]:
        _release_from(floor, call, doer, now)


def _release_from(floor: Floor, call: Call, doer: Doer, now: datetime) -> None:
    for party in [each for each in call.parties if is_of(each, doer)]:
        if party.watches:
            call = floor.put(supervision.end(call, party, "released", now))
        else:
            call = endings.drop(floor, call, party, ("supervisor", "normal"), now)
            taken_left(floor, call, party, LegOver("normal", EndedBy.PARTY, now), now)


def taken_over(floor: Floor, call: Call, party: Party, now: datetime) -> None:
    """Let a supervisor have the contact; its agent wraps up, and whoever was only consulted goes."""
    talks.quit_aside(floor, call, now)
    call = floor.calls[call.id]
    at, watch = call.moment(now), watch_of(party)
    agent = talk.agent_of(call).agent
    fact = InteractionTakenOver(
        supervision_id=party.leg, user_id=str(party.by), name=watch.name, role=watch.role, agent_id=str(agent),
        reason=watch.reason, offset_ms=offset_ms(call, at),
    )  # fmt: skip
    floor.effects.append(call.tell(fact, at, actor_of(party)))
    call = floor.put(supervision.taken(call, party, at))
    left = handing.agent_left(call, TAKEN_OVER, None, at)
    floor.put(handing.hand_over(call, left, at, actor_of(party)))
    endings.agent_out(floor, call, now)


# ----------------------------------------------------------------------------------------------------- what phones tell


def _answered(floor: Floor, call: Call, party: Party, at: datetime, now: datetime) -> None:
    """Take a supervisor's answer: into the conversation, unless that has changed meanwhile."""
    if call.state is not CallState.TALKING or call.is_lost or call.recording_paused:
        floor.put(supervision.end(call, party, "call_over", now))
    elif watch_of(party).mode == TAKE_OVER:
        taken_over(floor, call, party, at)
    else:
        call = floor.put(supervision.attach(call, party, at))
        _told_by_tone(floor, call)


def _told_by_tone(floor: Floor, call: Call) -> None:
    """Let the agent hear that somebody takes part, where the client wants that; the desk's page does it by itself."""
    offer = talk.agent_of(call)
    pages = floor.plan.phones_of(floor.agents[offer.agent].desk)[:-1]
    if floor.tenant_of(call).supervision.told == TONE and offer.endpoint not in pages:
        floor.effects.append(call.do(Signal(offer.leg)))


def _left(_floor: Floor, _call: Call, _party: Party, _end: LegOver, _now: datetime) -> None:
    """Go on without a supervisor: the conversation is the agent's."""


def taken_left(floor: Floor, call: Call, party: Party, end: LegOver, now: datetime) -> None:
    """End a conversation whose supervisor left it, when nobody else is in it; one that was lost loses no contact."""
    if call.state is not CallState.HANDED_OVER or any(not each.watches for each in call.parties):
        return
    if party.purpose == TAKEN_OVER and absent.is_lost(floor, call, end):
        absent.goes_back(floor, call, party, now)
        return
    by = By.SUPERVISOR if end.by is EndedBy.PARTY else By.SYSTEM
    endings.finish(floor, call, Ending(by, end.cause, end.at, now, q850=end.q850, sip=end.sip), now)


parties.PURPOSES[SUPERVISE] = Purpose(_answered, _left)
parties.PURPOSES[TAKEN_OVER] = Purpose(_answered, taken_left)  # it is never rung as such


# ------------------------------------------------------------------------------------------------ calls, agents, help


def _force_end(floor: Floor, doer: Doer, fields: Fields, now: datetime) -> None:
    call = call_of(floor, fields)
    outsourcers_only(doer)
    if call.state not in _WITH_SOMEBODY:
        raise NotPossibleNow("nobody talks in this interaction")
    reason, at = reason_of(floor, call, doer, fields), call.moment(now)
    agent = None if call.offer is None else str(call.offer.agent)
    fact = InteractionForcedEnd(
        **doer.told(), agent_id=agent, reason=reason, offset_ms=offset_ms(call, at)
    )  # fmt: skip
    floor.effects.append(call.tell(fact, at, doer.actor))
    endings.finish(floor, call, Ending(By.SUPERVISOR, "forced", now, now, doer.actor), now)


def _force_state(floor: Floor, doer: Doer, fields: Fields, now: datetime) -> None:
    """Put an agent into a state, for the tenants of it that the supervisor serves."""
    outsourcers_only(doer)
    agent = floor.agents.get(id_of(fields, "agent"))
    if agent is None:
        raise AgentUnknown
    served = [tenant for tenant in agent.tenants if str(tenant) in set(fields.get("tenants") or ())]
    if not served:
        raise NotYours
    wish, reason = _wish(fields), text_of(fields, "reason")
    if not reason and not all(floor.plan.tenants[tenant].supervision.without_reason for tenant in served):
        raise ReasonNeeded
    fact = AgentForced(
        **doer.told(), agent_id=str(agent.id), state=wish.state.value, break_reason=wish.reason,
        signed_out=bool(fields.get("signed_out")), reason=reason,
    )  # fmt: skip
    at = max(now, agent.since)
    floor.effects.extend(Tell(tenant, NewFact(fact, agent.id, at, doer.actor)) for tenant in served)
    if wish.state is AgentState.AVAILABLE and not agent.phones and floor.connected:
        floor.effects.append(AskPhones())
    agent = floor.put_agent(agents.wish(agent, wish, now), now)
    if agent.state is AgentState.WRAPPING_UP:
        endings.wrapped_up(floor, agent.id, now)


def _wish(fields: Fields) -> Wish:
    try:
        state = AgentState(text_of(fields, "state"))
    except ValueError:
        raise CommandUnknown("the state is available, on_break or offline") from None
    why = text_of(fields, "why")[:40] if state is AgentState.ON_BREAK else None
    if state not in _FORCED or (state is AgentState.ON_BREAK and (not why or why in agents.OURS)):
        raise CommandUnknown("the state is available, on_break (with its reason) or offline")
    return Wish(state, why)


def _answer_help(floor: Floor, doer: Doer, fields: Fields, now: datetime) -> None:
    call = call_of(floor, fields)
    outsourcers_only(doer)
    if call.help_at is None:
        raise NoHelpAsked
    at = call.moment(now)
    offset, agent = offset_ms(call, at), str(talk.agent_of(call).agent)
    told = call.tell(HelpAnswered(**doer.told(), agent_id=agent, offset_ms=offset), at, doer.actor)
    floor.put((replace(call, help_at=None, touched_at=at), (told,)))


Command = Callable[[Floor, Doer, Fields, datetime], None]
COMMANDS: dict[str, Command] = {
    "supervise": _supervise,
    "take_over": _take_over,
    "release": _release,
    "force_end": _force_end,
    "force_state": _force_state,
    "answer_help": _answer_help,
}
"""By name: what the inbox passes here."""
