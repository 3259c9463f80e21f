"""Every command of the port, carried out on the exchange. What is not possible raises ``CommandRefused``."""

from __future__ import annotations

from functools import singledispatch
from typing import TYPE_CHECKING

from telephony.port import (
    Answer,
    Bridge,
    Cause,
    CloseCall,
    CommandRefused,
    EndedBy,
    EndpointGone,
    EndpointSeen,
    HangUp,
    LegRinging,
    Play,
    Provision,
    Record,
    Refuse,
    Ring,
    StopPlay,
    StopRecord,
    StopRing,
    StopWait,
    Wait,
    Withdraw,
)
from telephony.simulator import carriers, playing
from telephony.simulator.exchange import Exchange
from telephony.simulator.parties import Call, Leg, Playback, Stage
from telephony.simulator.tape import Tape

if TYPE_CHECKING:
    from telephony.port import Command

REFUSALS = frozenset({Cause.BUSY, Cause.CONGESTION, Cause.REJECTED, Cause.UNALLOCATED})


@singledispatch
def carry_out(command: object, exchange: Exchange) -> None:  # noqa: ARG001 - the dispatched ones use it
    """Carry out a command. Raises :class:`CommandRefused`."""
    raise CommandRefused(command, "not a command")


@carry_out.register
def _answer(command: Answer, exchange: Exchange) -> None:
    leg = _leg(command, exchange, command.leg)
    if leg.endpoint or leg.bridged:
        raise CommandRefused(command, f"leg {leg.name} does not wait for an answer")
    if not exchange.claim(Call, command.call):
        raise CommandRefused(command, f"call {command.call} was used before")
    call = exchange.calls[command.call] = Call(command.call)
    leg.stage = Stage.ANSWERED
    exchange.join(leg, call)
    if leg.party is not None:
        leg.party.leg_answered()


@carry_out.register
def _refuse(command: Refuse, exchange: Exchange) -> None:
    leg = _leg(command, exchange, command.leg)
    if leg.endpoint or leg.bridged or command.cause not in REFUSALS:
        raise CommandRefused(command, f"leg {leg.name} cannot be refused as {command.cause}")
    exchange.end_leg(leg, command.cause, EndedBy.US)


@carry_out.register
def _play(command: Play, exchange: Exchange) -> None:
    call = _call(command, exchange, command.call)
    if not command.sounds or not all(playing.playable(sound) for sound in command.sounds):
        raise CommandRefused(command, "nothing to play")
    if not exchange.claim(Playback, command.playback):
        raise CommandRefused(command, f"playback {command.playback} was used before")
    playing.start(exchange, call, Playback(command.playback, call.name, command.sounds))


@carry_out.register
def _stop_play(command: StopPlay, exchange: Exchange) -> None:
    playback = exchange.playbacks.get(command.playback)
    if playback is not None:
        playing.end(exchange, playback, completed=False)


@carry_out.register
def _wait(command: Wait, exchange: Exchange) -> None:
    call = _call(command, exchange, command.call)
    call.music = True
    exchange.mixed(call)


@carry_out.register
def _stop_wait(command: StopWait, exchange: Exchange) -> None:
    call = exchange.calls.get(command.call)
    if call is not None:
        call.music = False
        exchange.mixed(call)


@carry_out.register
def _ring(command: Ring, exchange: Exchange) -> None:
    call = _call(command, exchange, command.call)
    if not exchange.registered(command.endpoint):
        raise CommandRefused(command, f"endpoint {command.endpoint} is not registered")
    if not exchange.claim(Leg, command.leg):
        raise CommandRefused(command, f"leg {command.leg} was used before")
    leg = Leg(
        command.leg,
        Stage.RINGING,
        call=call.name,
        endpoint=command.endpoint,
        caller_name=command.caller_name,
        caller_number=command.caller_number,
        headers=command.headers,
    )
    exchange.legs[leg.name] = leg
    leg.timer = exchange.clock.call_later(command.timeout, lambda: exchange.end_leg(leg, Cause.NO_ANSWER, EndedBy.US))
    exchange.send(LegRinging(leg.name, exchange.clock.now()))
    leg.party = exchange.handsets[command.endpoint].leg_rings(leg)


@carry_out.register
def _stop_ring(command: StopRing, exchange: Exchange) -> None:
    leg = exchange.legs.get(command.leg)
    if leg is not None:
        exchange.end_leg(leg, command.cause, EndedBy.US)


@carry_out.register
def _bridge(command: Bridge, exchange: Exchange) -> None:
    leg, call = _leg(command, exchange, command.leg), _call(command, exchange, command.call)
    if leg.stage is not Stage.ANSWERED:
        raise CommandRefused(command, f"leg {leg.name} has not answered")
    exchange.join(leg, call)


@carry_out.register
def _record(command: Record, exchange: Exchange) -> None:
    call = _call(command, exchange, command.call)
    if not exchange.claim(Tape, command.recording):
        raise CommandRefused(command, f"recording {command.recording} was used before")
    exchange.record(call, command.recording)


@carry_out.register
def _stop_record(command: StopRecord, exchange: Exchange) -> None:
    for call in exchange.calls.values():
        exchange.end_recording(call, command.recording)


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
    for playback in reversed(call.playbacks.copy()):
        playing.end(exchange, playback, completed=False)
    exchange.end_recordings(call)
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


def _leg(command: Command, exchange: Exchange, name: str) -> Leg:
    leg = exchange.legs.get(name)
    if leg is None or leg.stage is Stage.PARKED:
        raise CommandRefused(command, f"no leg {name}")
    return leg


def _call(command: Command, exchange: Exchange, name: str) -> Call:
    call = exchange.calls.get(name)
    if call is None:
        raise CommandRefused(command, f"no call {name}")
    return call
