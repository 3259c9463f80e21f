"""An engine that carries commands out late, or never, or says nothing of it: what a slow REST interface does."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random

from telephony.port import Command, CommandUnanswered, Dial, Open, Play, Provision, Record, Ring, Supervise
from telephony.simulator.clock import TurnableClock
from telephony.simulator.engine import SimulatorEngine
from telephony.simulator.network import SimulatedNetwork

PATIENCE_S = 5.0
"""So long the adapter waits for an answer (``telephony.asterisk.ari.REQUEST_TIMEOUT``)."""
SILENT_TIMES = 2
"""An engine that is silent for longer is a lost one."""
_UNDONE = (Open, Play, Ring, Dial, Record, Supervise)
"""What the adapter takes back itself when there was no answer: for us it was never done."""


@dataclass
class Answers:
    """What becomes of the share ``odd`` of all commands."""

    odd: float = 0.0
    random: Random = field(default_factory=lambda: Random(1))

    def fate_of(self, command: Command) -> str:
        """How a command fares, and its answer."""
        if self.random.random() >= self.odd or isinstance(command, Provision):
            return "at_once"
        fates = ["done_late", "answered_late", "never", "answer_lost"]
        return self.random.choice(fates[:3] if isinstance(command, _UNDONE) else fates)


class SlowEngine(SimulatorEngine):
    """The simulator's engine behind such an interface."""

    def __init__(self, network: SimulatedNetwork, clock: TurnableClock, answers: Answers) -> None:
        super().__init__(network)
        self._clock = clock
        self._answers = answers
        self._silent: dict[Command, int] = {}

    async def perform(self, command: Command) -> None:
        fate = self._answers.fate_of(command)
        if fate in {"never", "answer_lost"}:
            times = self._silent[command] = self._silent.get(command, 0) + 1
            fate = "at_once" if times > SILENT_TIMES else fate
        if fate == "done_late":
            await self._pass(1)
        if fate != "never":
            await super().perform(command)
        if fate == "answered_late":
            await self._pass(1)
        if fate in {"never", "answer_lost"}:
            await self._pass(PATIENCE_S)
            raise CommandUnanswered(command, "no answer")
        self._silent.pop(command, None)

    async def _pass(self, seconds: float) -> None:
        over = asyncio.Event()
        self._clock.call_later(timedelta(seconds=seconds), over.set)
        await over.wait()
