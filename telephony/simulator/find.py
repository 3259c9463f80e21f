"""What a command names, found in the exchange or refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from telephony.port import CommandRefused
from telephony.simulator.parties import Call, Leg, Room, Stage

if TYPE_CHECKING:
    from telephony.port import Answer, Command, Open, PauseRecord, ResumeRecord
    from telephony.simulator.exchange import Exchange
    from telephony.simulator.tape import Tape


def leg(command: Command, exchange: Exchange, name: str) -> Leg:
    """Return a leg that we were told of."""
    found = exchange.legs.get(name)
    if found is None or found.stage is Stage.PARKED:
        raise CommandRefused(command, f"no leg {name}")
    return found


def answered(command: Command, exchange: Exchange, name: str) -> Leg:
    """Return a leg that is connected."""
    found = leg(command, exchange, name)
    if found.stage is not Stage.ANSWERED:
        raise CommandRefused(command, f"leg {name} has not answered")
    return found


def call(command: Command, exchange: Exchange, name: str) -> Call:
    """Return a call that there is."""
    found = exchange.calls.get(name)
    if found is None:
        raise CommandRefused(command, f"no call {name}")
    return found


def new_call(command: Answer | Open, exchange: Exchange) -> Call:
    """Make a call under an id that was never used."""
    if not exchange.claim(Call, command.call):
        raise CommandRefused(command, f"call {command.call} was used before")
    made = exchange.calls[command.call] = Call(command.call, Room(command.call))
    return made


def tape(command: PauseRecord | ResumeRecord, exchange: Exchange) -> Tape:
    """Return a recording that goes on."""
    holder = exchange.tapes.get(command.recording)
    if holder is None:
        raise CommandRefused(command, f"no recording {command.recording}")
    return holder[command.recording]
