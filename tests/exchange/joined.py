"""A connection whose system is a contract stub, with everything between that and our work orders being real."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from exchange.calling import Caller
from exchange.pusher import Pusher
from exchange.schemas import ConnectorBody, DoorBody
from exchange.service import connectors, health, rows
from exchange.tasks import Asker
from journal.core.facts import Actor
from kit.clock import now
from kit.outbound import Guard
from tests.exchange.lab import SEAT, Lab, door, opened
from tests.exchange.stubs.base import Stub
from tests.exchange.stubs.jira import JiraStub
from tests.exchange.stubs.servicenow import ServiceNowStub
from tests.exchange.stubs.zammad import ZammadStub
from tests.exchange.stubs.zendesk import ZendeskStub
from tests.support.house import TENANT_A, House
from webhooks.client import Client
from webhooks.core.formats import CONNECTOR
from webhooks.tasks import Courier
from workorders import service as orders
from workorders.schemas import Move, NewComment

KINDS: dict[str, type[Stub]] = {each.kind: each for each in (JiraStub, ServiceNowStub, ZammadStub, ZendeskStub)}
DEVELOPER = Actor("user", "b")


@dataclass
class Joined:
    """Connection ``jira`` of tenant A, called by what its kind of system is."""

    lab: Lab
    house: House
    stub: Stub
    caller: Caller
    client: Client

    async def set(self, **how: Any) -> None:
        wanted: dict[str, Any] = {"adapter": self.stub.kind, "url": self.stub.url, "secret": self.stub.secret,
                                  "settings": self.stub.settings, "every_minutes": 0}  # fmt: skip
        async with self.house.app.transaction(TENANT_A) as scope:
            await connectors.put(scope, "jira", ConnectorBody(**{**wanted, **how}), DEVELOPER, now())

    async def listen(self) -> None:
        wanted = DoorBody(adapter=self.stub.kind, signed=False, networks=["192.0.2.0/24"])
        self.lab.made = await door(self.house, "jira", wanted)

    async def push(self) -> None:
        """Let the courier bring whatever may be brought now."""
        pusher = Pusher(self.house.worker, self.caller, "https://gf.example")
        courier = Courier(self.house.worker, self.client, carriers={CONNECTOR: pusher})
        await courier.visit(TENANT_A)
        await courier.settle_down()
        await self.lab.work()

    async def push_again(self) -> None:
        """As :meth:`push`, with the time for every retry come."""
        await self.sql("UPDATE gf.webhook_delivery SET due_at = clock_timestamp() WHERE tenant_id = $1")
        await self.push()

    async def look(self) -> None:
        """Let the asker ask and look until nothing is due."""
        asker = Asker(self.house.worker, self.caller)
        while await asker.visit(TENANT_A):
            await self.lab.work()

    async def hear(self, thing: Any) -> None:
        """Send the system's webhook about a thing and let it be dealt with."""
        answer = await self.lab.send({**self.stub.hint(thing), "sys_mod_count": self.stub.number()})
        assert answer.status_code == 202, answer.text
        await self.look()

    async def say(self, order: str, text: str, visibility: str = "shared") -> None:
        async with self.house.app.transaction(TENANT_A) as scope:
            said = NewComment.model_validate({"body": text, "visibility": visibility})
            await orders.comment(scope, order, said, SEAT, now())  # type: ignore[arg-type]

    async def move(self, order: str, to: str, reason: str | None = None) -> None:
        async with self.house.app.transaction(TENANT_A) as scope:
            await orders.transition(scope, order, Move.model_validate({"to": to, "reason": reason}), SEAT, now())  # type: ignore[arg-type]

    async def health(self) -> dict[str, Any]:
        async with self.house.app.transaction(TENANT_A) as scope:
            return await health.of(scope, await rows.one(scope, "jira"), "tenant")

    async def sql(self, statement: str, *args: Any) -> list[Any]:
        async with self.house.worker.transaction(TENANT_A) as scope:
            return list(await scope.fetch(statement, TENANT_A, *args))


@asynccontextmanager
async def joined(house: House, kind: str, *, allow_private: bool = True, **how: Any) -> AsyncIterator[Joined]:
    stub, guard = KINDS[kind](), Guard(allow_private=allow_private)
    async with (
        opened(house) as lab,
        stub.open(),
        Caller(guard, 3.0) as caller,
        Client(guard, timedelta(seconds=3)) as client,
    ):
        made = Joined(lab, house, stub, caller, client)
        await made.set(**how)
        yield made
