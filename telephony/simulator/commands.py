"""Every command of the port, carried out on the exchange. What is not possible raises ``CommandRefused``."""

from __future__ import annotations

from datetime import timedelta
from functools import singledispatch
from typing import TYPE_CHECKING

from telephony.numbers import is_diallable
from telephony.port import (
    Answer,
    Bridge,
    Cause,
    CloseCall,
    CommandRefused,
    Dial,
    EndedBy,
    EndpointGone,
    EndpointSeen,
    HangUp,
    KeepKeys,
    LegRinging,
    Mute,
    Open,
    PauseRecord,
    Play,
    Provision,
    Record,
    Refuse,
    ResumeRecord,
    Ring,
    SendDigits,
    Signal,
    StopPlay,
    StopRecord,
    StopRing,
    StopWait,
    Supervise,
    Wait,
    Withdraw,
)
from telephony.simulator import carriers, find, playing, supervising
from telephony.simulator.exchange import Exchange
from telephony.simulator.parties import Call, Leg, Playback, Stage
from telephony.simulator.tape import Tape
from telephony.ways import addresses, trunk_of

if TYPE_CHECKING:
    from telephony.port import Trunk
    from telephony.simulator.parties import Handset

REFUSALS = frozenset({Cause.BUSY, Cause.CONGESTION, Cause.REJECTED, Cause.UNALLOCATED})
KEYS = frozenset("0123456789*#ABCD")
NOT_FOUND = 404
AT_ONCE = timedelta()


@singledispatch
def carry_out(command: object, exchange: Exchange) -> None:  # noqa: ARG001 - the dispatched ones use it
    """Carry out a command. Raises :class:`CommandRefused`."""
    raise CommandRefused(command, "not a command")


@carry_out.register
def _answer(command: Answer, exchange: Exchange) -> None:
    leg = find.leg(command, exchange, command.leg)
    if leg.room and not leg.is_ours and leg.call == command.call:
        return
    if leg.is_ours or leg.room or leg.supervises:
        raise CommandRefused(command, f"leg {leg.name} does not wait for an answer")
    call = find.new_call(command, exchange)
    leg.stage = Stage.ANSWERED
    exchange.join(leg, call)
    if leg.party is not None:
        leg.party.leg_answered()


@carry_out.register
def _open(command: Open, exchange: Exchange) -> None:
    find.new_call(command, exchange)


@carry_out.register
def _refuse(command: Refuse, exchange: Exchange) -> None:
    leg = find.leg(command, exchange, command.leg)
    if leg.is_ours or leg.room or command.cause not in REFUSALS:
        raise CommandRefused(command, f"leg {leg.name} cannot be refused as {command.cause}")
    exchange.end_leg(leg, command.cause, EndedBy.US)


@carry_out.register
def _play(command: Play, exchange: Exchange) -> None:
    room = find.call(command, exchange, command.call).room(command.side)
    if room is None:
        raise CommandRefused(command, f"nobody is in {command.side}")
    if not command.sounds or not all(playing.playable(sound) for sound in command.sounds):
        raise CommandRefused(command, "nothing to play")
    if not exchange.claim(Playback, command.playback):
        raise CommandRefused(command, f"playback {command.playback} was used before")
    playing.start(exchange, Playback(command.playback, room, command.sounds))


@carry_out.register
def _stop_play(command: StopPlay, exchange: Exchange) -> None:
    playback = exchange.playbacks.get(command.playback)
    if playback is not None:
        playing.end(exchange, playback, completed=False)


@carry_out.register
def _wait(command: Wait, exchange: Exchange) -> None:
    call = find.call(command, exchange, command.call)
    call.main.music, call.main.mixes = playing.music(command.music)
    exchange.mixed(call.main)


@carry_out.register
def _stop_wait(command: StopWait, exchange: Exchange) -> None:
    call = exchange.calls.get(command.call)
    if call is not None:
        call.main.music = frozenset()
        exchange.mixed(call.main)


@carry_out.register
def _ring(command: Ring, exchange: Exchange) -> None:
    call = find.call(command, exchange, command.call)
    if not exchange.registered(command.endpoint):
        raise CommandRefused(command, f"endpoint {command.endpoint} is not registered")
    leg = _new_leg(command, exchange, call)
    leg.endpoint = command.endpoint
    if command.endpoint in exchange.silent:
        leg.timer = exchange.clock.call_later(
            command.timeout, lambda: exchange.end_leg(leg, Cause.NO_ANSWER, EndedBy.US)
        )
    else:
        _let_ring(leg, exchange.handsets[command.endpoint], command, exchange)


@carry_out.register
def _dial(command: Dial, exchange: Exchange) -> None:
    call = find.call(command, exchange, command.call)
    trunk = exchange.trunks.get(trunk_of(command.trunk))
    address = None if trunk is None else addresses(trunk).get(command.trunk)
    if trunk is None or address is None or not is_diallable(command.number):
        raise CommandRefused(command, f"no way {command.trunk}, or no number")
    if not carriers.state_of(exchange, trunk).usable:
        raise CommandRefused(command, "the other end of the trunk is away")
    leg = _new_leg(command, exchange, call)
    leg.dialled, leg.number, leg.trunk = True, command.number, command.trunk
    subscriber = _subscriber(command, exchange, trunk, address)
    leg.home = exchange.home if trunk.inside else None
    if address in exchange.carriers_away:
        silence = Cause.UNREACHABLE, EndedBy.NETWORK
        leg.timer = exchange.clock.call_later(
            carriers.GIVEN_UP_AFTER, lambda: exchange.end_leg(leg, *silence, sip=carriers.TIMED_OUT)
        )
    elif subscriber is not None:
        _let_ring(leg, subscriber, command, exchange)
    else:
        nobody = Cause.UNALLOCATED, EndedBy.PARTY
        leg.timer = exchange.clock.call_later(AT_ONCE, lambda: exchange.end_leg(leg, *nobody, sip=NOT_FOUND))


def _subscriber(command: Dial, exchange: Exchange, trunk: Trunk, address: str) -> Handset | None:
    """Return whom the other end of a trunk rings."""
    if trunk.inside:
        return exchange.behind(command.number, trunk.address)
    if trunk.registers:
        return exchange.anybody(command.number)
    return exchange.subscriber(command.number, address)


def _new_leg(command: Ring | Dial, exchange: Exchange, call: Call) -> Leg:
    if not exchange.claim(Leg, command.leg):
        raise CommandRefused(command, f"leg {command.leg} was used before")
    leg = exchange.legs[command.leg] = Leg(
        command.leg,
        Stage.RINGING,
        call=call.name,
        caller_name=command.caller_name,
        caller_number=command.caller_number,
        headers=command.headers,
    )
    return leg


def _let_ring(leg: Leg, handset: Handset, command: Ring | Dial, exchange: Exchange) -> None:
    leg.timer = exchange.clock.call_later(command.timeout, lambda: exchange.end_leg(leg, Cause.NO_ANSWER, EndedBy.US))
    exchange.send(LegRinging(leg.name, exchange.clock.now()))
    leg.party = handset.leg_rings(leg)


@carry_out.register
def _stop_ring(command: StopRing, exchange: Exchange) -> None:
    leg = exchange.legs.get(command.leg)
    if leg is not None:
        exchange.end_leg(leg, command.cause, EndedBy.US)


@carry_out.register
def _bridge(command: Bridge, exchange: Exchange) -> None:
    leg, call = find.answered(command, exchange, command.leg), find.call(command, exchange, command.call)
    if command.side and not command.side.isalnum():
        raise CommandRefused(command, "a side room is named by letters and digits")
    exchange.stop_supervising(leg)
    exchange.join(leg, call, command.side)


@carry_out.register
def _mute(command: Mute, exchange: Exchange) -> None:
    leg = find.answered(command, exchange, command.leg)
    leg.muted = command.muted
    exchange.sounds_differently(leg)


@carry_out.register
def _keep_keys(command: KeepKeys, exchange: Exchange) -> None:
    find.answered(command, exchange, command.leg).keys_kept = command.kept


@carry_out.register
def _send_digits(command: SendDigits, exchange: Exchange) -> None:
    leg = find.answered(command, exchange, command.leg)
    if not command.digits or not KEYS.issuperset(command.digits):
        raise CommandRefused(command, "no keys")
    if leg.party is not None:
        leg.party.keys_arrived(command.digits)


carry_out.register(Supervise, supervising.supervise)
carry_out.register(Signal, supervising.signal)


@carry_out.register
def _record(command: Record, exchange: Exchange) -> None:
    call = find.call(command, exchange, command.call)
    leg = find.answered(command, exchange, command.leg) if command.leg else None
    if not exchange.claim(Tape, command.recording):
        raise CommandRefused(command, f"recording {command.recording} was used before")
    if leg is None:
        exchange.record(call.main, command.recording)
    else:
        exchange.record_leg(leg, command.recording)


@carry_out.register
def _pause_record(command: PauseRecord, exchange: Exchange) -> None:
    find.tape(command, exchange).pause(exchange.clock.now())


@carry_out.register
def _resume_record(command: ResumeRecord, exchange: Exchange) -> None:
    find.tape(command, exchange).resume(exchange.clock.now())


@carry_out.register
def _stop_record(command: StopRecord, exchange: Exchange) -> None:
    exchange.end_recording(command.recording)


@carry_out.register
def _hang_up(command: HangUp, exchange: Exchange) -> None:
    leg = exchange.legs.get(command.leg)
    if leg is not None:
        exchange.end_leg(leg, command.cause, EndedBy.US)


@carry_out.register
def _close_call(command: CloseCall, exchange: Exchange) -> None:
    call = exchange.calls.get(command.call)
    if call is None:
        return
    for leg in [leg for leg in exchange.legs.values() if leg.call == call.name]:
        exchange.end_leg(leg, Cause.NORMAL, EndedBy.US)
    exchange.end_playbacks(call.main)
    exchange.end_recordings(call.main.tapes)
    del exchange.calls[call.name]


@carry_out.register
def _provision(command: Provision, exchange: Exchange) -> None:
    for endpoint in command.endpoints:
        is_news = not exchange.registered(endpoint.name)
        exchange.endpoints[endpoint.name] = endpoint
        if is_news and exchange.registered(endpoint.name):
            exchange.send(EndpointSeen(endpoint.name, exchange.clock.now()))
    for trunk in command.trunks:
        carriers.provision(exchange, trunk)


@carry_out.register
def _withdraw(command: Withdraw, exchange: Exchange) -> None:
    for name in command.names:
        exchange.trunks.pop(name, None)
        if exchange.endpoints.pop(name, None) is not None and (handset := exchange.handsets.pop(name, None)):
            handset.registration_gone()
            exchange.send(EndpointGone(name, exchange.clock.now()))
