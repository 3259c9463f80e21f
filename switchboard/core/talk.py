"""What happens inside a conversation: stepping aside and back, calling others in, letting them go, handing over.

Each function takes a call and returns it changed, with what follows from that. Music plays while the contact is alone.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from interactions.facts import (
    DigitsSent,
    HoldEnded,
    HoldStarted,
    MuteChanged,
    PartyInvited,
    PartyJoined,
    PartyLeft,
)
from journal.core.facts import SYSTEM, Actor
from switchboard.core.call import MILLISECOND, Call, CallState, Change, Offered, require
from switchboard.core.effects import Arm, Disarm, Effect
from switchboard.core.party import CONSULT, NOBODY, Party, PartyState, Role
from switchboard.core.watching import ended as ended_of
from switchboard.core.watching import why_gone
from switchboard.legover import LegOver
from telephony.port import (
    Bridge,
    Command,
    Dial,
    HangUp,
    Mute,
    Play,
    Ring,
    SendDigits,
    Sound,
    SoundKind,
    StopPlay,
    StopRing,
    StopWait,
    Wait,
)

PARTY_TIMER = "party:"
"""Begins the names of the timers of parties that ring."""
MOST_IN_A_CALL = 10
"""So many may be in one conversation, contact and agent among them."""
RINGBACK = Sound(SoundKind.SIGNAL, "ring")
DESK, PHONE, CONTACT, LOST = "desk", "phone", "contact", "lost"
"""By what a hold began: the agent's desk, its phone's own button, that of the contact's phone, or a lost leg."""


def agent_of(call: Call) -> Offered:
    """Return the agent who has the contact; our bug when nobody has."""
    if call.offer is None:
        raise AssertionError(f"call {call.id} has no agent")
    return call.offer


def music_of(before: Call, after: Call) -> tuple[Effect, ...]:
    """Begin or end the music of a contact who is alone now, or not any more, or of two of whom one holds.

    It ends before anybody is bridged.
    """
    if after.hears_music and not before.hears_music:
        return (hold_music(after),)
    if before.hears_music and not after.hears_music:
        return (after.do(StopWait(after.name)),)
    return ()


def hold_music(call: Call) -> Effect:
    """Return what begins the music of a hold, or lets it go on."""
    return call.do(Wait(call.name, call.music, call.aside_at))


def changed(before: Call, after: Call, *then: Effect) -> Change:
    """Return a change with the music that it begins or ends first."""
    return after, (*music_of(before, after), *then)


# ------------------------------------------------------------------------------------------------ the agent's own place


def step_aside(call: Call, at: datetime, actor: Actor = SYSTEM, room: str = "") -> Change:
    """Put the agent into a room beside the call (a new one, or where somebody waits); the contact waits."""
    require(call, CallState.TALKING)
    if call.side:
        return call, ()
    at, offer = call.moment(at), agent_of(call)
    new = f"s{call.rooms + 1}"
    away = replace(call, side=room or new, rooms=call.rooms + (not room), touched_at=at)
    aside, told = held(away, DESK, at, actor)
    return aside, (call.do(Bridge(call.name, offer.leg, aside.side)), *music_of(call, aside), *told)


def held(call: Call, by: str, at: datetime, actor: Actor = SYSTEM) -> Change:
    """Count a hold from now on; one that begins during another is part of that one."""
    if call.aside_at is not None:
        return call, ()
    fact = HoldStarted(agent_id=str(agent_of(call).agent), by=by)
    return replace(call, aside_at=at, held_by=by), (call.tell(fact, at, actor),)


def step_back(call: Call, at: datetime, actor: Actor = SYSTEM) -> Change:
    """Bring the agent back to the contact. Harmless when it is there."""
    if not call.side:
        return call, ()
    at, leg = call.moment(at), agent_of(call).leg
    back, told = (replace(call, side=""), ()) if call.is_held_by_phone else hold_over(call, at, actor)
    return changed(call, back, call.do(Bridge(call.name, leg)), *told)


def hold_over(call: Call, at: datetime, actor: Actor = SYSTEM) -> Change:
    """Count a hold that is over; nothing is moved."""
    if call.aside_at is None:
        return replace(call, side=""), ()
    lasted = max(0, (at - call.aside_at) // MILLISECOND)
    back = replace(call, side="", aside_at=None, held_by="", held_ms=call.held_ms + lasted, touched_at=at)
    fact = HoldEnded(agent_id=str(agent_of(call).agent), hold_ms=lasted, by=call.held_by or DESK)
    return back, (call.tell(fact, at, actor),)


def phone_holds(call: Call, leg: str, at: datetime) -> Change:
    """Take it that a party holds by its own phone's button. Harmless when it does."""
    if leg in call.phone_holds:
        return call, ()
    at = call.moment(at)
    return _held_by_phone(call, replace(call, phone_holds=call.phone_holds | {leg}, touched_at=at), at)


def phone_resumes(call: Call, leg: str, at: datetime) -> Change:
    """Take it that a party holds no more. Harmless when it did not."""
    if leg not in call.phone_holds:
        return call, ()
    at = call.moment(at)
    after = replace(call, phone_holds=call.phone_holds - {leg}, touched_at=at)
    if after.is_held_by_phone or after.side or after.is_lost or after.offer is None:
        return changed(call, after)
    back, told = hold_over(after, at)
    return changed(call, back, *told)


def still_held(call: Call, at: datetime) -> Change:
    """Begin the hold anew for an agent who has the contact from now on, if a phone holds."""
    return _held_by_phone(call, call, at)


def _held_by_phone(before: Call, after: Call, at: datetime) -> Change:
    if after.state is not CallState.TALKING or not after.is_held_by_phone:
        return changed(before, after)
    counted, told = held(after, CONTACT if after.leg in after.phone_holds else PHONE, at)
    return changed(before, counted, *told)


def mute(call: Call, at: datetime, actor: Actor, *, muted: bool) -> Change:
    """Let nobody hear the agent, or everybody again. Harmless when it is so."""
    require(call, CallState.TALKING)
    if call.is_muted == muted:
        return call, ()
    at, offer = call.moment(at), agent_of(call)
    fact = MuteChanged(agent_id=str(offer.agent), muted=muted)
    return replace(call, is_muted=muted, touched_at=at), (
        call.do(Mute(offer.leg, muted=muted)),
        call.tell(fact, at, actor),
    )


def send_digits(call: Call, leg: str, digits: str, at: datetime, actor: Actor) -> Change:
    """Send keys to the contact or a party."""
    at = call.moment(at)
    fact = DigitsSent(agent_id=str(agent_of(call).agent), count=len(digits))
    return replace(call, touched_at=at), (call.do(SendDigits(leg, digits)), call.tell(fact, at, actor))


# ------------------------------------------------------------------------------------------------------- other parties


def invite(call: Call, party: Party, command: Ring | Dial, patience: timedelta, epoch: int) -> Change:
    """Ring somebody into the conversation. Whoever waits for it hears the ringing: the agent aside, or the contact."""
    at = call.moment(party.since)
    playback = f"{call.name}.{epoch}.{call.played + 1}"
    heard = call.side if party.state is PartyState.RINGING and call.side else ""
    rings = any(each.ringback for each in call.parties)
    ringback = playback if (heard or call.is_alone) and not rings else ""
    invited = replace(call, played=call.played + 1, touched_at=at).with_party(replace(party, ringback=ringback))
    effects: list[Effect] = [
        call.tell(_invited(party), at),
        call.do(command),
        Arm(call.id, PARTY_TIMER + party.leg, at + patience),
    ]
    if ringback:
        if not heard:
            effects.append(call.do(StopWait(call.name)))
        effects.append(call.do(Play(call.name, playback, (RINGBACK,), heard)))
    return invited, tuple(effects)


def redial(call: Call, failed: Party, command: Dial, end: LegOver, patience: timedelta) -> Change:
    """Dial somebody again as the command's leg, over its trunk; whoever waits goes on hearing the ringing."""
    at = call.moment(end.at)
    party = replace(failed, leg=command.leg, trunk=command.trunk, tried=(*failed.tried, failed.trunk))
    again = replace(call, touched_at=at).without_party(failed.leg).with_party(party)
    left = PartyLeft(
        party_id=failed.leg, role=failed.role.value, purpose=failed.purpose, joined=False, ended_by="system",
        agent_id=None, cause=end.cause, talk_ms=0, q850=end.q850, sip=end.sip,
    )  # fmt: skip
    return again, (
        Disarm(call.id, PARTY_TIMER + failed.leg),
        call.tell(left, at),
        call.tell(_invited(party), at),
        call.do(command),
        Arm(call.id, PARTY_TIMER + party.leg, at + patience),
    )


def _invited(party: Party) -> PartyInvited:
    return PartyInvited(
        party_id=party.leg, role=party.role.value, purpose=party.purpose, target=party.target,
        agent_id=None if party.agent is None else str(party.agent),
        by_agent_id=None if party.role is Role.SUPERVISOR or party.by == NOBODY else str(party.by),
    )  # fmt: skip


def join(call: Call, leg: str, at: datetime, *, side: str = "") -> Change:
    """Put a party into the call, or with ``side`` into that room beside it, and let the ringing end."""
    party = call.party(leg)
    if party is None:
        return call, ()
    at = call.moment(at)
    state = PartyState.ASIDE if side else PartyState.JOINED
    joined = replace(party, state=state, joined_at=party.joined_at or at, ringback="", side=side)
    after = replace(call, touched_at=at).with_party(joined)
    fact = PartyJoined(
        party_id=leg, role=party.role.value, purpose=party.purpose, where="aside" if side else "call",
        agent_id=None if party.agent is None else str(party.agent),
    )  # fmt: skip
    return after, (
        Disarm(call.id, PARTY_TIMER + leg),
        *quiet(call, party),
        *music_of(call, after),
        call.do(Bridge(call.name, leg, side)),
        call.tell(fact, at),
    )


def quiet(call: Call, party: Party) -> tuple[Effect, ...]:
    """Return what ends the ringing that somebody hears while a party is rung."""
    return (call.do(StopPlay(party.ringback)),) if party.ringback else ()


def part(call: Call, leg: str, ended: tuple[str, str], at: datetime, codes: tuple[int, int] = (0, 0)) -> Change:
    """Let a party go that has left, did not answer, or is sent away. ``ended``: by whom, and the cause.

    ``codes``: the network's (Q.850 and SIP). The leg is told to end, which is harmless when it has.
    """
    party = call.party(leg)
    if party is None:
        return call, ()
    at = call.moment(at)
    by, cause = ended
    talked = 0 if party.joined_at is None else max(0, (at - party.joined_at) // MILLISECOND)
    fact = PartyLeft(
        party_id=leg, role=party.role.value, purpose=party.purpose, joined=party.joined_at is not None, ended_by=by,
        agent_id=None if party.agent is None else str(party.agent), cause=cause, talk_ms=talked, q850=codes[0],
        sip=codes[1],
    )  # fmt: skip
    over: Command = StopRing(leg) if party.state is PartyState.RINGING else HangUp(leg)
    after = replace(call, touched_at=at).without_party(leg)
    again = party.ringback and after.is_alone
    music = () if not again else (hold_music(after),)
    return after, (
        Disarm(call.id, PARTY_TIMER + leg),
        *quiet(call, party),
        call.do(over),
        *(music or music_of(call, after)),
        *(ended_of(call, party, why_gone(by, cause), at) if party.watches else (call.tell(fact, at),)),
    )


def consulted(call: Call) -> Party | None:
    """Return the one whom the agent consults: rung, or with it in the side room."""
    return next((party for party in call.parties if party.purpose == CONSULT and not party.is_heard), None)
