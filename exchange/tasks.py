"""What the worker asks clients' systems: about what came unsigned, and what changed that nobody told us."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from exchange.adapters.chosen import ADAPTERS, CONNECTORS
from exchange.calling import Caller, System
from exchange.core.outgoing import Call, Page
from exchange.errors import NotAMessage, SystemAway
from exchange.pusher import system_of
from exchange.service import asking, connectors, pushing, rounds
from exchange.service.asking import Question
from exchange.service.connectors import Target
from kit.clock import now
from kit.db import AccessibleTenantId, Plane
from kit.errors import NotFound

_NOT_UNDERSTOOD: Final = 400


class _Refused(Exception):
    """It answered, but not what was asked; ``wait``: so long it wants to hear nothing."""

    def __init__(self, status: int, wait: timedelta | None) -> None:
        self.status, self.detail, self.wait = status, f"it answered {status}", wait
        super().__init__(self.detail)


_FAILED = (SystemAway, NotAMessage, _Refused)
"""Why nothing could be read."""


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of trying a system: why it did not work, or how much changed there that we have not looked at."""

    error: str | None
    changed: int = 0
    more: bool = False


class Asker:
    """Asks about messages that are only hints, and looks for what no message told."""

    def __init__(self, plane: Plane, caller: Caller) -> None:
        """Take the tenant plane and an open caller."""
        self._plane, self._caller = plane, caller

    async def visit(self, tenant_id: AccessibleTenantId) -> int:
        """Ask whatever is due for a client, a few at a time; return how many were asked."""
        await self._look(tenant_id)
        async with self._plane.transaction(tenant_id) as scope:
            questions = await asking.claim(scope)
        for question in questions:
            try:
                answers = await self._ask(question)
            except (SystemAway, _Refused) as error:
                async with self._plane.transaction(tenant_id) as scope:
                    await asking.away(scope, question, error.detail, _wait(error))
            else:
                async with self._plane.transaction(tenant_id) as scope:
                    await asking.answered(scope, question, answers)
        return len(questions)

    async def _ask(self, question: Question) -> list[Any]:
        adapter = ADAPTERS[question.adapter]
        system = System(question.url, adapter.credentials(question.secret) if question.secret else {})
        try:
            return [await self._read(system, Call("GET", path)) for path in adapter.asks(question.external_id)]
        except (NotAMessage, ValueError) as error:
            raise SystemAway(f"it cannot be asked about: {error}"[:300]) from error

    async def _read(self, system: System, call: Call) -> Any:  # noqa: ANN401 - any JSON value
        answer = await self._caller.call(system, call)
        if not answer.ok:
            raise _Refused(answer.status, answer.wait)
        return answer.json()

    async def _look(self, tenant_id: AccessibleTenantId) -> None:
        async with self._plane.transaction(tenant_id) as scope:
            targets = await rounds.claim(scope)
        for target in targets:
            try:
                more = await self._round(tenant_id, target)
            except _FAILED as error:
                async with self._plane.transaction(tenant_id) as scope:
                    await rounds.failed(scope, target, error.detail, _wait(error))
            else:
                async with self._plane.transaction(tenant_id) as scope:
                    await rounds.end(scope, target, more=more)

    async def trial(self, tenant_id: AccessibleTenantId, connection: str) -> Tried:
        """Try a connection's system: whether we are let in, and may look for what changed; nothing is kept.

        Raises ``NotFound`` for a connection without a connector.
        """
        async with self._plane.transaction(tenant_id) as scope:
            target = await pushing.aim(scope, connection)
        if target is None:
            raise NotFound
        try:
            await self._read(system_of(target), CONNECTORS[target.adapter].whoami())
            page = await self.page(target)
        except _FAILED as error:
            return Tried(error.detail)
        return Tried(None, len(page.changed), page.more)

    async def _round(self, tenant_id: AccessibleTenantId, target: Target) -> bool:
        """Read some pages; return whether there are more."""
        for _ in range(rounds.PAGES):
            try:
                page = await self.page(target)
            except _Refused as refused:
                if refused.status == _NOT_UNDERSTOOD:
                    async with self._plane.transaction(tenant_id) as scope:
                        await rounds.begin_anew(scope, target)
                raise
            async with self._plane.transaction(tenant_id) as scope:
                if not await rounds.keep(scope, target, page):
                    return True
            if not page.more:
                return False
            target = connectors.after(target, page.cursor)
        return True

    async def page(self, target: Target) -> Page:
        """Return the next page of what changed in a system. Raises :class:`SystemAway`, :class:`NotAMessage`."""
        adapter, at = CONNECTORS[target.adapter], now()
        answer = await self._read(system_of(target), adapter.page(target.cursor, at, target.words.settings))
        return adapter.paged(answer, target.cursor, at)


def _wait(error: Exception) -> timedelta | None:
    return error.wait if isinstance(error, _Refused) else None
