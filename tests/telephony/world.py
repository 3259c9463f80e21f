"""One test's world: an engine, the phones outside, and everything that the engine said, on either adapter.

Every test ends with the promise that each leg was said to have ended, once.
"""

from __future__ import annotations

import asyncio
import itertools
import secrets
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol, TypeVar

from telephony.phones import Conversation, Phone, Systems
from telephony.port import (
    Answer,
    Bridge,
    CallArrived,
    CloseCall,
    Command,
    Dial,
    Endpoint,
    Engine,
    EngineBack,
    Event,
    HangUp,
    LegAnswered,
    LegEnded,
    LegRinging,
    Provision,
    Ring,
    Trunk,
    Withdraw,
)
from tests.telephony.sounds import AGENT_TONE, CALLER_TONE, hears

E = TypeVar("E")

SECRET = "correct-horse"
SOON = timedelta(seconds=30)
"""Longer than any engine needs on a machine that does much else; nothing waits for it when all is well."""
A_MOMENT = timedelta(milliseconds=200)
RUN = secrets.token_hex(3)
_numbers = itertools.count(1)


def seconds(value: float) -> timedelta:
    return timedelta(seconds=value)


def fresh(prefix: str) -> str:
    """An id that no engine ever saw."""
    return f"{prefix}-{RUN}-{next(_numbers)}"


class Lab(Protocol):
    """What differs between the adapters when a test needs to reach around the port."""

    phones: Systems
    carrier_address: str

    def engine(self) -> Engine:
        """A new connection to the engine."""

    async def pass_time(self, by: timedelta) -> None: ...

    async def cut(self) -> None:
        """Break the connection between switchboard and engine."""

    async def restore(self) -> None:
        """Mend it; harmless when it is whole."""

    async def silence(self, endpoint: str) -> None:
        """Let a registered phone answer nothing any more."""

    async def hear(self, endpoint: str) -> None:
        """Let it answer again."""

    async def kill(self) -> None:
        """Let the engine die with all its calls."""

    async def revive(self) -> None:
        """Start a dead engine again."""

    async def is_empty(self) -> bool:
        """Whether the engine holds nothing any more: no leg, no bridge, no channel that helped."""


@dataclass
class Talk:
    """A contact and an agent in one call."""

    call: str
    contact_leg: str
    contact: Conversation
    agent_leg: str
    agent: Conversation


class World:
    """The engine under test with the sum of its events, and helpers that wait rather than sleep."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.phones = lab.phones
        self.events: list[Event] = []
        self.engine = lab.engine()
        self._said = asyncio.Condition()
        self._listening: asyncio.Task[None] | None = None
        self._calls: list[str] = []
        self._endpoints: list[str] = []
        self._conversations: list[Conversation] = []
        self.trunk = fresh("t-carrier")

    async def start(self) -> None:
        await self.connect()
        left = (await self.expect(EngineBack)).snapshot
        for leg in left.legs:
            await self.perform(HangUp(leg.leg))
        for call in left.calls:
            await self.perform(CloseCall(call))
        await self.perform(Provision(trunks=(Trunk(self.trunk, self.lab.carrier_address),)))

    async def connect(self) -> None:
        """Start the engine's connection and listen to it."""
        await self.engine.start()
        self._listening = asyncio.create_task(self._listen(self.engine))

    async def disconnect(self) -> None:
        """Close the connection as a dying switchboard does, and be ready to connect anew."""
        await self.engine.close()
        if self._listening is not None:
            await asyncio.wait_for(self._listening, SOON.total_seconds())
        self.engine = self.lab.engine()

    async def close(self) -> None:
        await self.lab.restore()
        await until(self._connected, self.lab)
        for conversation in self._conversations:
            await conversation.hang_up()
        for call in self._calls:
            await self.perform(CloseCall(call))
        for conversation in self._conversations:
            await conversation.ended(SOON)
        await until(self._nothing_left, self.lab)
        await until(self.lab.is_empty, self.lab)
        await self.perform(Withdraw((*self._endpoints, self.trunk)))
        await self.disconnect()
        for leg in self.legs():
            assert len(self.ends(leg)) <= 1, f"the end of {leg} was told twice"

    def legs(self) -> set[str]:
        """Every leg that the engine or we named."""
        return {event.leg for event in self.events if isinstance(event, CallArrived | LegRinging | LegAnswered)}

    def ends(self, leg: str) -> list[LegEnded]:
        """What was said of a leg's end, in the snapshots after gaps too."""
        in_gaps = [ended for back in self.all(EngineBack) for ended in back.snapshot.ended if ended.leg == leg]
        return [*self.all(LegEnded, leg=leg), *in_gaps]

    async def _connected(self) -> bool:
        with suppress(ConnectionError):
            await self.engine.snapshot()
            return True
        return False

    async def _nothing_left(self) -> bool:
        snapshot = await self.engine.snapshot()
        told = all(self.ends(leg) or self._died_with_the_engine(leg) for leg in self.legs())
        return told and not snapshot.legs and not snapshot.calls

    def _died_with_the_engine(self, leg: str) -> bool:
        """Whether the newest connection began without a leg that an earlier one knew."""
        back = self.all(EngineBack)[-1]
        known_before = any(getattr(event, "leg", "") == leg for event in self.events[: self.events.index(back)])
        return known_before and all(state.leg != leg for state in back.snapshot.legs)

    async def _listen(self, engine: Engine) -> None:
        async for event in engine.events():
            async with self._said:
                self.events.append(event)
                self._said.notify_all()

    async def perform(self, command: Command) -> None:
        await self.engine.perform(command)

    # -------------------------------------------------------------------------------------------------------- events

    async def expect(self, kind: type[E], within: timedelta = SOON, **fields: object) -> E:
        """The first event of this kind with these fields, said already or soon."""
        async with self._said:
            try:
                await asyncio.wait_for(self._said.wait_for(lambda: self.all(kind, **fields)), within.total_seconds())
            except TimeoutError:
                raise AssertionError(f"no {kind.__name__} {fields} in:\n" + "\n".join(map(str, self.events))) from None
        return self.all(kind, **fields)[0]

    async def expect_more(self, kind: type[E], than: int) -> None:
        """Wait for one more event of this kind than there were."""
        async with self._said:
            await asyncio.wait_for(self._said.wait_for(lambda: len(self.all(kind)) > than), SOON.total_seconds())

    def all(self, kind: type[E], **fields: object) -> list[E]:
        """The events of this kind with these fields so far."""
        return [
            event
            for event in self.events
            if isinstance(event, kind) and all(getattr(event, name) == value for name, value in fields.items())
        ]

    async def closed(self, call: str) -> None:
        """Wait until the engine has removed a call."""

        async def is_gone() -> bool:
            return call not in (await self.engine.snapshot()).calls

        await until(is_gone, self.lab)

    async def quiet(self, for_: timedelta = A_MOMENT) -> None:
        """Let time pass in which something wrong would show."""
        await self.lab.pass_time(for_)

    # --------------------------------------------------------------------------------------------------------- calls

    async def arrive(self, number: str = "", caller: str = "13800138000") -> tuple[str, Conversation]:
        """Let somebody dial in; returns the leg and the dialling side."""
        number = number or f"4008{next(_numbers):06}"
        conversation = await self.phones.dial(number, caller)
        self._conversations.append(conversation)
        arrived = await self.expect(CallArrived, number=number)
        return arrived.leg, conversation

    async def answered_call(self) -> tuple[str, str, Conversation]:
        """A call that we answered: its id, its contact's leg, the contact."""
        leg, contact = await self.arrive()
        call = self.new_call()
        await self.perform(Answer(call, leg))
        await contact.answered(SOON)
        return call, leg, contact

    def new_call(self) -> str:
        """An id for a call, closed after the test."""
        call = fresh("c")
        self._calls.append(call)
        return call

    def new_endpoint(self) -> str:
        """A name for a phone, withdrawn after the test."""
        endpoint = fresh("o")
        self._endpoints.append(endpoint)
        return endpoint

    async def phone(self) -> tuple[str, Phone]:
        """A phone that is provisioned and registered: its endpoint and itself."""
        endpoint = self.new_endpoint()
        await self.perform(Provision((Endpoint(endpoint, SECRET),)))
        phone = await self.phones.register(endpoint, SECRET)
        return endpoint, phone

    async def ring(
        self, call: str, *, for_: timedelta = SOON, desk: tuple[str, Phone] | None = None
    ) -> tuple[str, Conversation]:
        """Ring a new phone, or this one, for a call: our leg and the ringing side."""
        endpoint, phone = desk or await self.phone()
        leg = f"{call}.{next(_numbers)}"
        await self.perform(Ring(call, leg, endpoint, "Contact", "5550100", for_))
        conversation = await phone.incoming(SOON)
        self._conversations.append(conversation)
        await self.expect(LegRinging, leg=leg)
        return leg, conversation

    async def agent(self, call: str, *, desk: tuple[str, Phone] | None = None) -> tuple[str, Conversation]:
        """A phone that was rung for the call, answered and is in its bridge."""
        leg, conversation = await self.waiting(call, desk=desk)
        await self.perform(Bridge(call, leg))
        return leg, conversation

    async def waiting(
        self, call: str, tone: int | None = None, *, desk: tuple[str, Phone] | None = None
    ) -> tuple[str, Conversation]:
        """A phone that was rung for the call and answered, in no bridge yet, and speaks in this tone."""
        leg, conversation = await self.ring(call, desk=desk)
        await conversation.answer()
        await self.expect(LegAnswered, leg=leg)
        await conversation.play(tone)
        return leg, conversation

    async def dial(self, call: str, number: str = "") -> tuple[str, Conversation]:
        """Call somebody outside for a call: our leg and the ringing side."""
        number = number or f"139{next(_numbers):08}"
        person = await self.phones.outside(number)
        leg = f"{call}.{next(_numbers)}"
        await self.perform(Dial(call, leg, self.trunk, number, "Galaxy", "4008", SOON))
        conversation = await person.incoming(SOON)
        self._conversations.append(conversation)
        await self.expect(LegRinging, leg=leg)
        return leg, conversation

    async def talk(self) -> Talk:
        """A contact and an agent who speak with each other, in their tones."""
        call, contact_leg, contact = await self.answered_call()
        agent_leg, agent = await self.agent(call)
        await contact.play(CALLER_TONE)
        await agent.play(AGENT_TONE)
        await hears({contact: {AGENT_TONE}, agent: {CALLER_TONE}})
        return Talk(call, contact_leg, contact, agent_leg, agent)


async def until(condition: Callable[[], Awaitable[Any]], lab: Lab) -> None:
    """Wait until a condition about the engine's state holds."""
    for _ in range(200):
        if await condition():
            return
        await lab.pass_time(seconds(0.03))
    raise AssertionError("did not come true")
