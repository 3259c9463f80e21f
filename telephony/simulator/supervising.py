"""Listening, whispering, joining, and the tone by which an agent alone is told of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from telephony.port import SIGNAL_LASTS, CommandRefused, Signal, Supervise
from telephony.simulator import find

if TYPE_CHECKING:
    from telephony.simulator.exchange import Exchange


def supervise(command: Supervise, exchange: Exchange) -> None:
    """Attach a leg to an agent's leg, or change how."""
    call = find.call(command, exchange, command.call)
    leg, agent = find.answered(command, exchange, command.leg), find.answered(command, exchange, command.agent_leg)
    if leg is agent:
        raise CommandRefused(command, "nobody listens to himself")
    exchange.supervise(leg, agent, call, command.mode)


def signal(command: Signal, exchange: Exchange) -> None:
    """Let one leg hear a tone for a moment."""
    leg = find.answered(command, exchange, command.leg)
    leg.signals += 1
    exchange.clock.call_later(SIGNAL_LASTS, lambda: setattr(leg, "signals", leg.signals - 1))
