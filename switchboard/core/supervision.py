"""Supervision of a conversation: who takes part and how, and what becomes of it when the conversation changes.

A supervisor is with the agent who has the contact. When that agent's own phone is rung again the supervisor is put on
the new leg; when the contact goes to somebody else, supervision ends. Each function takes a call and returns it
changed, with what follows.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from journal.core.facts import Actor
from switchboard.core import talk
from switchboard.core.call import Call, CallState, Change
from switchboard.core.effects import Arm, Disarm, Do, Effect
from switchboard.core.party import TAKEN_OVER, Party, PartyState, Watch
from switchboard.core.watching import actor_of, ended, offset_ms, watch_of, who
from switchboard.facts import HelpAsked, HelpWithdrawn, SupervisionChanged, SupervisionStarted
from telephony.port import HangUp, Mode, Ring, StopRing, Supervise

LISTEN, WHISPER, BARGE, TAKE_OVER = "listen", "whisper", "barge", "take_over"
MODES = {LISTEN: Mode.LISTEN, WHISPER: Mode.WHISPER, BARGE: Mode.BARGE, TAKE_OVER: Mode.BARGE}
"""What the engine does for each way; who takes over is in the call first."""


def watchers(call: Call) -> tuple[Party, ...]:
    """Return the supervisors who are with the agent, or are rung to be."""
    return tuple(party for party in call.parties if party.watches)


def lane_of(party: Party) -> str:
    """Return the lane in which a supervisor's phone is commanded: what ends is over before the next one rings."""
    return f"supervisor {party.by}"


def call_in(call: Call, party: Party, ring: Ring, patience: timedelta) -> Change:
    """Ring a supervisor's phone."""
    at = call.moment(party.since)
    return replace(call, touched_at=at).with_party(party), (
        Do(lane_of(party), ring),
        Arm(call.id, talk.PARTY_TIMER + party.leg, at + patience),
    )


def attach(call: Call, party: Party, at: datetime) -> Change:
    """Let a supervisor who has answered hear, and be heard as wanted."""
    at, watch = call.moment(at), watch_of(party)
    state = PartyState.JOINED if MODES[watch.mode] is Mode.BARGE else PartyState.SUPERVISING
    after = replace(call, touched_at=at).with_party(replace(party, state=state, joined_at=at))
    fact = SupervisionStarted(**who(call, party), mode=watch.mode, reason=watch.reason, offset_ms=offset_ms(call, at))
    return talk.changed(
        call, after,
        Disarm(call.id, talk.PARTY_TIMER + party.leg), _supervise(call, party, watch.mode),
        call.tell(fact, at, actor_of(party)),
    )  # fmt: skip


def attached_again(call: Call, party: Party) -> Change:
    """Tell the engine once more how a supervisor takes part: it may have been away when that was decided."""
    return call, (_supervise(call, party, watch_of(party).mode),)


def change(call: Call, party: Party, watch: Watch, at: datetime) -> Change:
    """Go on in another way."""
    at, before = call.moment(at), watch_of(party)
    if party.state is PartyState.RINGING:
        return replace(call, touched_at=at).with_party(replace(party, watch=watch)), ()
    state = PartyState.JOINED if MODES[watch.mode] is Mode.BARGE else PartyState.SUPERVISING
    after = replace(call, touched_at=at).with_party(replace(party, state=state, watch=watch))
    fact = SupervisionChanged(
        **who(call, party), mode=watch.mode, before=before.mode, reason=watch.reason, offset_ms=offset_ms(call, at)
    )
    return talk.changed(call, after, _supervise(call, party, watch.mode), call.tell(fact, at, actor_of(party)))


def end(call: Call, party: Party, why: str, at: datetime) -> Change:
    """End a supervision, also one whose phone still rings; the leg is told to end, which is harmless when it has."""
    at = call.moment(at)
    after = replace(call, touched_at=at).without_party(party.leg)
    over = StopRing(party.leg) if party.state is PartyState.RINGING else HangUp(party.leg)
    told = (Disarm(call.id, talk.PARTY_TIMER + party.leg), Do(lane_of(party), over))
    return talk.changed(call, after, *told, *ended(call, party, why, at))


def taken(call: Call, party: Party, at: datetime) -> Change:
    """Put a supervisor into the call for good; its agent is let go after this."""
    at, was = call.moment(at), call.party(party.leg) or party
    own = replace(party, purpose=TAKEN_OVER, state=PartyState.JOINED, joined_at=at)
    after = replace(call, touched_at=at).with_party(own)
    join = _supervise(call, party, TAKE_OVER)
    return talk.changed(
        call, after, Disarm(call.id, talk.PARTY_TIMER + party.leg), join, *ended(call, was, "taken_over", at)
    )


def follow(before: Call, after: Call) -> Change:
    """Return what becomes of supervisors and of a call for help when a call has changed otherwise."""
    effects: list[Effect] = []
    is_same = _agent(before) == _agent(after) and after.state is not CallState.ENDED
    if before.help_at is not None and not is_same:
        fact = HelpWithdrawn(agent_id=str(_agent(before)), offset_ms=offset_ms(before, after.touched_at))
        after, told = replace(after, help_at=None), before.tell(fact, after.touched_at)
        effects.append(told)
    if after.state is CallState.ENDED:
        return after, tuple(effects)
    for party in watchers(after):
        if not is_same:
            effects += _gone(before, after, party)
            after = after.without_party(party.leg)
        elif party.state is not PartyState.RINGING and _leg(before) != _leg(after):
            effects.append(_supervise(after, party, watch_of(party).mode))
    return after, (*effects, *_music(before, after, is_same=is_same))


def _gone(before: Call, after: Call, party: Party) -> tuple[Effect, ...]:
    over = StopRing(party.leg) if party.state is PartyState.RINGING else HangUp(party.leg)
    told = ended(before, party, "agent_left", after.touched_at)
    return (Disarm(after.id, talk.PARTY_TIMER + party.leg), Do(lane_of(party), over), *told)


def _music(before: Call, after: Call, *, is_same: bool) -> tuple[Effect, ...]:
    """Let a contact who was left alone by a supervisor hear music."""
    heard = any(party.is_heard for party in watchers(before))
    return () if is_same or not heard else talk.music_of(replace(after, parties=before.parties), after)


def _agent(call: Call) -> object:
    return None if call.offer is None or call.state is CallState.OFFERED else call.offer.agent


def _leg(call: Call) -> str:
    return "" if call.offer is None else call.offer.leg


def _supervise(call: Call, party: Party, mode: str) -> Do:
    return call.do(Supervise(call.name, party.leg, talk.agent_of(call).leg, MODES[mode]))


def ask_help(call: Call, at: datetime, actor: Actor) -> Change:
    """Let the agent ask for help. Harmless when it does."""
    if call.help_at is not None:
        return call, ()
    at = call.moment(at)
    fact = HelpAsked(agent_id=str(talk.agent_of(call).agent), offset_ms=offset_ms(call, at))
    return replace(call, help_at=at, touched_at=at), (call.tell(fact, at, actor),)


def withdraw_help(call: Call, at: datetime, actor: Actor) -> Change:
    """Let the agent ask no more. Harmless when it does not."""
    if call.help_at is None:
        return call, ()
    at = call.moment(at)
    fact = HelpWithdrawn(agent_id=str(talk.agent_of(call).agent), offset_ms=offset_ms(call, at))
    return replace(call, help_at=None, touched_at=at), (call.tell(fact, at, actor),)
