"""More calls than an engine can do: those that are taken are routed, the others are told so before they are answered.

The engine of these tests has one hand: each command takes it some milliseconds, and more when many wait, as a real one
that swaps its work about. Without admission it collapses; a test says so, otherwise the others would show nothing.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.core.compile import compile_flow
from ivr.core.parse import parse
from ivr.core.values import Opening
from journal.core.facts import NewFact
from switchboard.core import admission
from switchboard.core.admission import Strain
from switchboard.core.agent import AVAILABLE, wish
from switchboard.core.effects import AskList, FindAgent, Keep, Speak
from switchboard.core.plan import AgentPlan, Beyond, EnginePlan, Plan, QueuePlan, Route, TenantPlan, Text
from switchboard.facts import ArrivalLimited
from switchboard.floor import Floor
from switchboard.hands import Hands
from switchboard.inputs import AgentFound, Connected, ListAsked, Refused, Spoken
from switchboard.loop import Helpers, Loop
from telephony.port import Cause, Command, Endpoint, EngineBack, Event, Refuse, Sound, SoundKind, Trunk
from telephony.simulator.behaviour import Habit, ScriptedPhone
from telephony.simulator.clock import TurnableClock, settle
from telephony.simulator.engine import SimulatorEngine
from telephony.simulator.network import SimulatedNetwork
from telephony.simulator.parties import Leg

START = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
TENANT, QUEUE = uuid4(), uuid4()
NUMBER, SECRET = "+862150001234", "secret"
COST = timedelta(milliseconds=10)
CROWDED = 80
"""With so many commands waiting, each of them costs twice as much, which is the most."""
REFUSING = 0.1
"""What turning a call away costs here, compared with any other command."""
AGENTS = 60
FAST = 1800
"""A limit of three times what the engine can do: that has to be found out."""
WAIT = {"type": "queue", "queue": "q:care", "exits": {"timeout": "bye", "overflow": "bye", "no_agents": "bye"}}
SORRY = {"type": "play", "prompt": {"en": {"tts": "Sorry"}}, "exits": {"done": "bye"}}


class Strained(SimulatorEngine):
    """The simulated engine with one hand."""

    def __init__(self, network: SimulatedNetwork) -> None:
        super().__init__(network)
        self._clock = network.clock
        self._free_at = network.clock.now()
        self._waiting = 0

    async def perform(self, command: Command) -> None:
        now = self._clock.now()
        self._waiting += 1
        costs = COST * (REFUSING if isinstance(command, Refuse) else 1) * min(2, 1 + self._waiting / CROWDED)
        self._free_at = max(self._free_at, now) + costs
        done = asyncio.Event()
        self._clock.call_later(self._free_at - now, done.set)
        await done.wait()
        self._waiting -= 1
        await super().perform(command)


class Contact:
    """Somebody who calls, and hangs up after a talk of one second, or a wait of ten."""

    def __init__(self, network: SimulatedNetwork) -> None:
        self.network = network
        self.causes: list[Cause] = []
        self.leg: Leg | None = None

    def dial(self) -> Contact:
        self.leg = self.network.dial(NUMBER, "13800138000", self)
        self.network.clock.call_later(timedelta(seconds=10), self.leave)
        return self

    def leave(self) -> None:
        if self.leg is not None and not self.causes:
            self.network.hang_up(self.leg)

    def leg_answered(self) -> None:
        """Wait for somebody."""

    def keys_arrived(self, digits: str) -> None:
        """Hear keys, and do nothing."""

    def leg_ended(self, cause: Cause) -> None:
        self.causes.append(cause)


class Centre:
    """A floor in memory: what it tells is kept in a list."""

    def __init__(self, folder: Path, beyond: Beyond | None = None, limit: int = FAST) -> None:
        self.clock = TurnableClock(START)
        self.network = SimulatedNetwork(self.clock, folder)
        self.engine = Strained(self.network)
        self.facts: list[NewFact] = []
        self.contacts: list[Contact] = []
        self.floor = Floor(_plan(beyond or Beyond(), limit), uuid4, 1, START)
        hands = Hands(self.engine, self.clock, self._put, self.floor)
        helpers = Helpers(keep=_nothing, speak=_silence, phones=_nothing, agent=_nobody, listed=_unlisted)
        self.loop = Loop(self.floor, hands, self, self.clock, helpers)
        self.tasks: list[asyncio.Task[None]] = []

    def note(self, _tenant: UUID, facts: list[NewFact], _kept: list[Keep]) -> None:
        self.facts += facts

    def _put(self, item: Refused) -> None:
        self.loop.put(item)

    async def open(self) -> None:
        await self.engine.start()
        self.tasks = [asyncio.create_task(self.loop.run()), asyncio.create_task(self._listen())]
        await self.clock.advance(timedelta(seconds=2))
        habit = Habit((timedelta(), timedelta()), (timedelta(seconds=1), timedelta(seconds=1)))
        for agent in self.floor.plan.agents.values():
            self.network.register(f"o-{agent.desk}", SECRET, ScriptedPhone(self.network, habit))
        await settle()
        for known in list(self.floor.agents.values()):
            self.floor.put_agent(wish(known, AVAILABLE, START), START)
        self.facts.clear()

    async def _listen(self) -> None:
        async for event in self.engine.events():
            self.loop.put(_heard(event))

    async def close(self) -> None:
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        await self.engine.close()

    async def offer(self, per_s: float, seconds: float) -> int:
        """Let calls arrive evenly; return how many were connected in that time."""
        before = len(self.told("InteractionConnected"))
        for _ in range(int(per_s * seconds)):
            self.contacts.append(Contact(self.network).dial())
            await self.clock.advance(timedelta(seconds=1 / per_s))
        return len(self.told("InteractionConnected")) - before

    def told(self, kind: str) -> list[NewFact]:
        return [fact for fact in self.facts if type(fact.payload).__name__ == kind]


async def _nothing(*_: object) -> None:
    """Nothing is recorded, spoken or asked here."""


async def _unlisted(wanted: AskList) -> ListAsked:
    return ListAsked(wanted.about, wanted.turn, None)


async def _nobody(wanted: FindAgent) -> AgentFound:
    return AgentFound(wanted.about, None)


async def _silence(wanted: Speak) -> Spoken:
    return Spoken(wanted.call, wanted.name, ())


def _heard(event: Event) -> Event | Connected:
    return Connected(event, frozenset()) if isinstance(event, EngineBack) else event


def _flow(**nodes: object) -> object:
    content = {"schema": "flow/1", "id": "main", "entry": next(iter(nodes)), "locales": ["en"], "nodes": nodes}
    return compile_flow(parse(content))


def _plan(beyond: Beyond, limit: int) -> Plan:
    bye = {"type": "end", "reason": "normal"}
    flows = {("main", 1): _flow(care=WAIT, bye=bye), ("other", 1): _flow(sorry=SORRY, bye=bye)}
    queue = QueuePlan(QUEUE, TENANT, "care", "Care", wrap_up=timedelta())
    tenant = TenantPlan(
        TENANT, "alpha", "Alpha", flows, {"care": queue}, lambda _code, _at: Opening.OPEN, shared_seats=AGENTS,  # type: ignore[arg-type]
        beyond=beyond,
    )  # fmt: skip
    agents = [AgentPlan(uuid4(), str(seat), {TENANT: {}}, str(seat)) for seat in range(8000, 8000 + AGENTS)]
    return Plan(
        uuid4(), {TENANT: tenant}, {NUMBER[1:]: Route(NUMBER, TENANT, "main", 1)}, {a.id: a for a in agents},
        endpoints=tuple(Endpoint(f"o-{agent.desk}", SECRET) for agent in agents),
        trunks=(Trunk("o-carrier", "127.0.0.2"),), engines={"": EnginePlan(limit)},
        spoken={} if beyond.said is None else {beyond.said: Sound(SoundKind.TONE, "440")},
    )  # fmt: skip


@pytest.fixture
async def centre(tmp_path: Path) -> AsyncIterator[Centre]:
    made = Centre(tmp_path)
    await made.open()
    yield made
    await made.close()


async def test_beyond_its_capacity_an_engine_goes_on_routing_at_its_peak_and_loses_nobody(centre: Centre) -> None:
    peak = max([await centre.offer(rate, 8) / 8 for rate in (11, 14)])
    assert 5 < peak < 14, "otherwise this engine is not strained at all"
    for times in (2, 4):
        await centre.clock.advance(timedelta(seconds=15))
        before = Counter(type(fact.payload).__name__ for fact in centre.facts)
        await centre.offer(times * peak, 4)  # it finds its pace
        found = await centre.offer(times * peak, 8) / 8
        assert found >= 0.9 * peak, f"{found} of {peak} a second at {times}x"
        await centre.clock.advance(timedelta(seconds=15))
        after = Counter(type(fact.payload).__name__ for fact in centre.facts)
        taken = after["InteractionStarted"] - before["InteractionStarted"]
        assert after["InteractionConnected"] - before["InteractionConnected"] == taken, "nobody who was taken is lost"
        assert after["ArrivalLimited"] - before["ArrivalLimited"] > taken / 2
    assert centre.floor.calls == {}
    assert centre.network.snapshot().legs == ()
    turned_away = [contact for contact in centre.contacts if contact.causes == [Cause.CONGESTION]]
    assert len(turned_away) == len(centre.told("ArrivalLimited"))


async def test_without_admission_the_same_engine_collapses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("switchboard.admission.Admission.engine_takes", lambda *_: True)
    centre = Centre(tmp_path)
    await centre.open()
    assert await centre.offer(10, 3) / 3 > 5
    await centre.offer(44, 10)
    assert await centre.offer(44, 4) / 4 < 8
    await centre.clock.advance(timedelta(seconds=15))
    assert len(centre.told("InteractionAbandoned")) > 100
    await centre.close()


ANNOUNCED = Text("All lines are busy", "en")


@pytest.mark.parametrize(
    ("beyond", "answer", "cause"),
    [
        (Beyond(60), "busy", Cause.BUSY),
        (Beyond(60, said=ANNOUNCED), "prompt", Cause.NORMAL),
        (Beyond(60, flow=("other", 1)), "flow", Cause.NORMAL),
    ],
)
async def test_beyond_what_was_agreed_a_client_decides_what_its_contacts_get(
    tmp_path: Path, beyond: Beyond, answer: str, cause: Cause
) -> None:
    centre = Centre(tmp_path, beyond)
    await centre.open()
    assert await centre.offer(2, 10) in range(13, 17)  # five at once, then one a second
    await centre.clock.advance(timedelta(seconds=15))
    limited = [fact.payload for fact in centre.told("ArrivalLimited")]
    assert {(each.limit, each.answer) for each in limited if isinstance(each, ArrivalLimited)} == {("tenant", answer)}
    causes = [contact.causes[0] for contact in centre.contacts]
    assert len(limited) == 20 - len(centre.told("InteractionConnected"))
    assert causes.count(cause) >= len(limited)
    assert centre.floor.calls == {}
    assert centre.floor.strangers == {}
    await centre.close()


@given(st.floats(1, 100), st.lists(st.tuples(st.floats(0, 3), st.floats(0, 5), st.booleans()), max_size=60))
def test_a_pace_stays_between_its_least_and_the_limit(limit: float, samples: list[tuple[float, float, bool]]) -> None:
    now, strain = START, Strain(timedelta(), START)
    for wait, took, is_over in samples:
        now += timedelta(seconds=wait)
        strain = (admission.noted if is_over else admission.waited)(strain, timedelta(seconds=took), now)
        assert admission.LEAST <= admission.pace(limit, strain, now) <= limit
        if strain.latency <= admission.PROMPT:
            assert admission.pace(limit, strain, now) == limit
    assert admission.pace(limit, strain, now + admission.FORGOTTEN) == limit


@given(st.floats(0.1, 100), st.lists(st.floats(0, 2), max_size=80))
def test_a_bucket_never_gives_more_than_its_limit_and_its_burst(limit: float, waits: list[float]) -> None:
    now, bucket, given_out = START, admission.full(limit, START), 0
    for wait in waits:
        now += timedelta(seconds=wait)
        bucket = admission.refilled(bucket, limit, now)
        left = admission.taken(bucket)
        given_out, bucket = given_out + (left is not None), left or bucket
    assert given_out <= max(admission.FEW, limit / 4) + (now - START) / timedelta(seconds=1) * limit + 1e-6


def test_a_clock_that_goes_back_gives_nothing() -> None:
    bucket = replace(admission.full(60, START), tokens=0.0)
    assert admission.refilled(bucket, 60, START - timedelta(hours=1)) == bucket
