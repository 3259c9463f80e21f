"""Questions asked at the same time, answered by one look: thousands who come at once cost a database few round trips.

Nobody is answered from a look that began before its question: who asks while one is under way waits for the next. So
nothing that was taken away before a question is seen by it, exactly as if everybody looked alone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

MOST = 500
"""So many questions share a look at most."""
Question = TypeVar("Question")
Answer = TypeVar("Answer")


@dataclass(slots=True, eq=False)
class Together(Generic[Question, Answer]):
    """One kind of question. ``look`` answers many, in their order; what it raises everybody of that look gets."""

    look: Callable[[Sequence[Question]], Awaitable[Sequence[Answer]]]
    _waiting: list[tuple[Question, asyncio.Future[Answer]]] = field(default_factory=list)
    _task: asyncio.Task[None] | None = None

    async def ask(self, question: Question) -> Answer:
        """Return the answer of a look that begins after this."""
        loop = asyncio.get_running_loop()
        if self._task is not None and (self._task.done() or self._task.get_loop() is not loop):
            self._task, self._waiting = None, []  # of a loop that has ended
        answer: asyncio.Future[Answer] = loop.create_future()
        self._waiting.append((question, answer))
        if self._task is None:
            self._task = loop.create_task(self._answer())
        return await answer

    async def _answer(self) -> None:
        try:
            while waiting := [each for each in self._waiting if not each[1].done()]:  # who gave up is not asked for
                asked, self._waiting = waiting[:MOST], waiting[MOST:]
                try:
                    answers = await self.look([question for question, _ in asked])
                except Exception as error:  # noqa: BLE001 - whoever asked gets it, whatever it is
                    for _, waiter in asked:
                        if not waiter.done():
                            waiter.set_exception(error)
                    continue
                for (_, waiter), answer in zip(asked, answers, strict=True):
                    if not waiter.done():
                        waiter.set_result(answer)
        finally:
            self._task = None


class Looks:
    """Rows of one database that many ask for at once, each statement's questions together."""

    def __init__(self, pool: Callable[[], Awaitable[Any]]) -> None:
        """Take what opens the pool."""
        self._pool = pool
        self._looks: dict[str, Together[tuple[object, ...], Any]] = {}

    async def row(self, sql: str, *values: object) -> Any:  # noqa: ANN401 - a row, or None
        """Return the row of one question, or None. What PostgreSQL cannot take as a value spoils others' look too.

        ``sql`` takes an array for each value, numbers them WITH ORDINALITY and returns that number as ``place``.
        """

        async def look(asked: Sequence[tuple[object, ...]]) -> list[Any]:
            pool = await self._pool()
            by_place = {row["place"]: row for row in await pool.fetch(sql, *zip(*asked, strict=True))}
            return [by_place.get(place) for place in range(1, len(asked) + 1)]

        found = self._looks.get(sql)
        if found is None:
            found = self._looks[sql] = Together(look)
        return await found.ask(values)
