"""The pusher: carries events to clients' systems by their own API, as the courier carries webhooks to addresses.

Order, retries, leases and dead letters are the courier's. What is sent twice has the effect of once: a thing is looked
for by its work order before it is made, what is said is looked for before it is said again, and the rest sets what it
finds to what it should be.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import orjson

from exchange.adapters.chosen import CONNECTORS
from exchange.adapters.port import Connector
from exchange.calling import Answer as Answered
from exchange.calling import Caller, System
from exchange.core.marks import signed
from exchange.core.outgoing import Call, News, Order, Say, Thing, news_of
from exchange.errors import NotAMessage, SystemAway
from exchange.service import pushing
from exchange.service.connectors import Target
from exchange.service.pushing import Errand
from kit.db import AccessibleTenantId, Plane
from kit.errors import NotFound, Problem
from webhooks.client import Reply
from webhooks.core.retries import Answer
from webhooks.service.deliveries import Parcel

WITHIN_S: Final = 40.0
"""All requests of one event together: shorter than a lease."""
_OURS: Final = frozenset({401, 403, 410})
"""Statuses that say that we are not let in, or that all of it moved: no event is wrong, and none is given up soon."""
_REFUSED = 422
_TEST = "endpoint.test"


class _Stopped(Exception):
    """It went no further; ``reply`` is what the courier is told."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.error)
        self.reply = reply


class Pusher:
    """Carries parcels to clients' systems."""

    def __init__(self, plane: Plane, caller: Caller, public_url: str) -> None:
        """Take the tenant plane, an open caller, and the address of this installation that links begin with."""
        self._plane, self._caller, self._public_url = plane, caller, public_url

    async def send(self, tenant_id: AccessibleTenantId, parcel: Parcel, now: datetime) -> Reply:
        """Bring it; return what the courier judges. Never raises for what the system does."""
        try:
            async with asyncio.timeout(WITHIN_S):
                return await self._send(tenant_id, parcel, now)
        except TimeoutError:
            return Reply(Answer(None), "no answer in time")
        except SystemAway as error:
            return Reply(Answer(None), error.detail)
        except _Stopped as stopped:
            return stopped.reply
        except NotFound:
            return Reply(Answer(404), "the work order or its connection is gone")
        except (NotAMessage, ValueError, KeyError) as error:
            return Reply(Answer(_REFUSED), f"{type(error).__name__}: {error}"[:300])

    async def _send(self, tenant_id: AccessibleTenantId, parcel: Parcel, now: datetime) -> Reply:
        event = orjson.loads(parcel.body)
        if parcel.type == _TEST:
            async with self._plane.transaction(tenant_id) as scope:
                target = await pushing.aim(scope, parcel.connection)
            return Reply(Answer(200)) if target is None else await self._test(target)
        news = news_of(event, self._public_url)
        async with self._plane.transaction(tenant_id) as scope:
            errand = await pushing.prepare(scope, parcel.connection, news.order.id)
        if errand is None:
            return Reply(Answer(_REFUSED), "the connection has no connector any more")
        return await _Carrying(self._plane, self._caller, tenant_id, errand, again=parcel.lease > 1).carry(news, now)

    async def _test(self, target: Target) -> Reply:
        answer = await self._caller.call(system_of(target), CONNECTORS[target.adapter].whoami())
        return Reply(Answer(answer.status, answer.wait), None, answer.text)


class _Carrying:
    """One event on its way to one system."""

    def __init__(
        self, plane: Plane, caller: Caller, tenant_id: AccessibleTenantId, errand: Errand, *, again: bool
    ) -> None:
        self._plane, self._caller, self._tenant = plane, caller, tenant_id
        self._errand, self._again = errand, again
        self._adapter: Connector = CONNECTORS[errand.target.adapter]
        self._system = system_of(errand.target)
        self._did: list[str] = []

    async def carry(self, news: News, now: datetime) -> Reply:
        """Make the thing if there is none, then tell what is new."""
        external_id, fresh = self._errand.external_id, False
        if not external_id:
            thing, fresh = await self._thing(news.order)
            external_id = thing.id
            await self._link(news.order, thing, now)
        if news.edited and not fresh:
            await self._edit(external_id, news)
        for say in await self._unsaid(external_id, news):
            await self._call(self._adapter.says(external_id, signed(say.text, say.id)))
            self._did.append("said")
        if news.moved or fresh:
            await self._move(external_id, news.order)
        return Reply(Answer(200), None, f"{external_id}: {', '.join(self._did) or 'nothing to tell'}")

    async def _thing(self, order: Order) -> tuple[Thing, bool]:
        """Return the thing of a work order, looked for first, and whether it was made just now."""
        found = self._adapter.sought(await self._call(self._adapter.seeks(order.id)))
        if found is not None:
            self._did.append("found")
            return found, False
        text = order.description
        if not self._adapter.rewrites:
            text = signed(f"{order.description or order.title}\n\n{order.number}", order.id)
        made = self._adapter.created(await self._call(self._adapter.creates(order, text, self._errand.target.words)))
        self._did.append("made")
        return made, True

    async def _link(self, order: Order, thing: Thing, now: datetime) -> None:
        try:
            async with self._plane.transaction(self._tenant) as scope:
                await pushing.made(scope, self._errand, order.id, thing, now)
        except Problem as error:
            if isinstance(error, NotFound):
                raise
            raise _Stopped(Reply(Answer(_REFUSED), f"{error.code}: {error.detail}"[:300])) from error

    async def _edit(self, external_id: str, news: News) -> None:
        call = self._adapter.edits(external_id, news.order, news.edited, self._errand.target.words)
        if call is not None:
            await self._call(call)
            self._did.append("edited")

    async def _unsaid(self, external_id: str, news: News) -> list[Say]:
        """Return what has to be said; when this was tried before, without what is there already."""
        says = list(news.says)
        if "description" in news.edited and not self._adapter.rewrites:
            says.append(Say(news.event, news.order.description))
        if not says or not self._again:
            return says
        there = orjson.dumps([await self._get(path) for path in self._adapter.asks(external_id)]).decode()
        return [say for say in says if str(say.id) not in there]

    async def _move(self, external_id: str, order: Order) -> None:
        names = self._errand.target.words.names(order.status)
        if not names or self._errand.status == names[0]:
            return
        asks = self._adapter.ways(external_id)
        ways = None if asks is None else await self._call(asks)
        for name in names:
            call = self._adapter.moves(external_id, order, name, ways, self._errand.target.words)
            if call is not None:
                await self._call(call)
                self._did.append(name)
                async with self._plane.transaction(self._tenant) as scope:
                    await pushing.moved(scope, self._errand, order.id, name)
                return
        if self._errand.status in names:
            return
        raise _Stopped(Reply(Answer(_REFUSED), f"its workflow leads to none of: {', '.join(names)}"[:300]))

    async def _get(self, path: str) -> Any:  # noqa: ANN401 - any JSON value
        return await self._call(Call("GET", path))

    async def _call(self, call: Call) -> Any:  # noqa: ANN401 - as above
        answer = await self._caller.call(self._system, call)
        if answer.ok:
            return answer.json()
        if answer.wait is not None:
            async with self._plane.transaction(self._tenant) as scope:
                await pushing.busy(scope, self._errand, answer.wait)
        raise _Stopped(_reply(call, answer))


def system_of(target: Target) -> System:
    """Return where a system is called, and what lets us in."""
    credentials: Mapping[str, str] = CONNECTORS[target.adapter].credentials(target.secret) if target.secret else {}
    return System(target.address, credentials)


def _reply(call: Call, answer: Answered) -> Reply:
    said = f"{call.method} {call.path.partition('?')[0]} was answered {answer.status}"
    status = None if answer.status in _OURS else answer.status
    return Reply(Answer(status, answer.wait), said, answer.text)
