"""Days of an invented centre as facts in the shapes that the switchboard writes, in order of time, from a seed.

Contacts come at random, wait for the agent who is free longest, are answered or leave; agents wrap up, take breaks,
lose their phone now and then and ask for help. The journal gets them in pages, past everything that the house does.
"""

from __future__ import annotations

import heapq
import random
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count, islice
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from interactions import facts as told
from journal.core.facts import Payload
from switchboard.facts import HelpAsked, HelpWithdrawn

PATIENCE_S = 70.0
_WRITE = """
WITH made AS (UPDATE gf.journal_head SET seq = seq + cardinality($2::text[]) WHERE tenant_id = $1
  RETURNING seq - cardinality($2::text[]) AS base)
INSERT INTO gf.journal (tenant_id, seq, at, kind, version, subject, actor, data)
SELECT $1, base + n.ord, n.at, n.kind, n.version, n.subject, '{"id": "glassfloor", "kind": "system"}', n.data::jsonb
FROM made, unnest($2::text[], $3::int[], $4::uuid[], $5::timestamptz[], $6::text[])
  WITH ORDINALITY AS n(kind, version, subject, at, data, ord)
"""
Told = tuple[datetime, Payload, UUID]


@dataclass(frozen=True, slots=True)
class Place:
    """Who works where: (seat, agent's id) and (queue's code, id)."""

    seats: Sequence[tuple[str, str]]
    queues: Sequence[tuple[str, str]]


@dataclass
class Day:
    """A centre that goes on for ever; a contact comes ``every_s`` seconds on average."""

    place: Place
    every_s: float
    seed: int = 1
    _soon: list[tuple[float, int, Any]] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=count)
    _out: list[tuple[float, Payload, UUID]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Let everybody sign in and the first contact come."""
        self._dice = random.Random(self.seed)
        self._idle: deque[tuple[str, str]] = deque()
        self._waiting: dict[UUID, tuple[float, tuple[str, str]]] = {}
        for number, seat in enumerate(self.place.seats):
            self._at(number * 0.05, self._signs_in, seat)
        self._at(1.0, self._arrives)

    def facts(self, began: datetime) -> Iterator[Told]:
        """Yield facts from ``began`` on."""
        while True:
            second, _, act = heapq.heappop(self._soon)
            act(second)
            for at, payload, subject in self._out:
                yield began + timedelta(seconds=at), payload, subject
            self._out = []

    def _at(self, second: float, act: Any, *values: Any) -> None:  # noqa: ANN401 - one of our own methods
        heapq.heappush(self._soon, (second, next(self._numbers), lambda now: act(now, *values)))

    def _tell(self, now: float, payload: Payload, subject: UUID) -> None:
        self._out.append((now, payload, subject))

    def _state(self, now: float, seat: tuple[str, str], state: str, call: UUID | None = None, reason: str = "") -> None:
        fact = told.AgentStateChanged(seat[1], seat[0], state, reason or None, str(call) if call else None)
        self._tell(now, fact, UUID(seat[1]))

    def _signs_in(self, now: float, seat: tuple[str, str]) -> None:
        self._tell(now, told.AgentPhoneChanged(seat[1], seat[0], f"a-{seat[0]}", registered=True), UUID(seat[1]))
        self._free(now, seat)

    def _free(self, now: float, seat: tuple[str, str]) -> None:
        if self._dice.random() < 0.02:
            self._state(now, seat, "on_break", reason="break")
            self._at(now + self._dice.uniform(120, 900), self._free, seat)
            return
        self._state(now, seat, "available")
        if self._dice.random() < 0.002:
            self._tell(now + 1, told.AgentPhoneChanged(seat[1], seat[0], "", registered=False), UUID(seat[1]))
            self._at(now + 40, self._signs_in, seat)
            return
        self._idle.append(seat)
        self._meet(now)

    def _arrives(self, now: float) -> None:
        dice, call = self._dice, UUID(int=self._dice.getrandbits(128), version=4)
        self._at(now + dice.expovariate(1 / self.every_s), self._arrives)
        queue = dice.choice(self.place.queues)
        contact = f"+86 13{dice.randrange(10)}****{dice.randrange(10_000):04}"
        self._tell(now, told.InteractionStarted("+862150001234", contact, "voice", "inbound", "main", 1), call)
        self._tell(now + 2, told.FlowStepped("hello", "play", "done"), call)
        self._at(now + 3, self._queues, call, queue)

    def _queues(self, now: float, call: UUID, queue: tuple[str, str]) -> None:
        self._tell(now, told.InteractionQueued(*queue, 0), call)
        self._waiting[call] = now, queue
        self._at(now + self._dice.expovariate(1 / PATIENCE_S) + 4, self._loses_patience, call)
        self._meet(now)

    def _loses_patience(self, now: float, call: UUID) -> None:
        if call in self._waiting:
            since, queue = self._waiting.pop(call)
            self._tell(now, told.InteractionAbandoned(queue[1], round((now - since) * 1000), "waiting"), call)
            self._tell(now, told.InteractionEnded("contact", "hung_up", "waiting", 0, None), call)

    def _meet(self, now: float) -> None:
        while self._idle and self._waiting:
            seat, call = self._idle.popleft(), next(iter(self._waiting))
            since, queue = self._waiting.pop(call)
            offer = str(UUID(int=self._dice.getrandbits(128), version=4))
            self._tell(now, told.OfferMade(offer, seat[1], queue[1], "", {"rule": "longest_idle"}), call)
            self._state(now, seat, "offered", call)
            self._at(now + self._dice.uniform(1, 6), self._answers, (seat, call, queue, since, offer))

    def _answers(self, now: float, work: tuple[Any, ...]) -> None:
        seat, call, queue, since, offer = work
        self._tell(now, told.OfferEnded(offer, seat[1], "answered"), call)
        self._tell(now, told.InteractionConnected(seat[1], queue[1], offer, round((now - since) * 1000)), call)
        self._state(now, seat, "talking", call)
        talk = self._dice.lognormvariate(4.9, 0.6)
        if self._dice.random() < 0.01:
            self._tell(now + 1, HelpAsked(seat[1], 1000), call)
            self._tell(now + 2, HelpWithdrawn(seat[1], 2000), call)
        self._at(now + talk, self._ends, (seat, call, queue, talk))

    def _ends(self, now: float, work: tuple[Any, ...]) -> None:
        seat, call, _, talk = work
        self._tell(now, told.InteractionEnded("contact", "hung_up", "talking", round(talk * 1000), seat[1]), call)
        self._state(now, seat, "wrapping_up", call)
        self._at(now + self._dice.uniform(5, 40), self._wraps_up, work, now)

    def _wraps_up(self, now: float, work: tuple[Any, ...], since: float) -> None:
        seat, call, queue, talk = work
        fact = told.InteractionHandled(seat[1], queue[1], round(talk * 1000), 0, round((now - since) * 1000))
        self._tell(now, fact, call)
        self._free(now, seat)


async def write(admin: asyncpg.Connection[Any], tenant: UUID, facts: Iterator[Told], page: int = 5000) -> int:
    """Put facts into a tenant's journal in pages, with a login that row-level security does not hold."""
    written = 0
    while rows := list(islice(facts, page)):
        await admin.execute(
            _WRITE, tenant, [f.KIND for _, f, _ in rows], [f.VERSION for _, f, _ in rows],
            [subject for _, _, subject in rows], [at for at, _, _ in rows],
            [orjson.dumps(f.data()).decode() for _, f, _ in rows],
        )  # fmt: skip
        written += len(rows)
    return written
