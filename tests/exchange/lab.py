"""The real routes and services around one connection, and a client's system that signs and sends."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx

import exchange.endpoints
from app.reactions import JOBS
from exchange.schemas import DoorBody
from exchange.service import doors, health, maps
from exchange.service.agreements import By
from exchange.service.doors import Made
from journal.core.facts import Actor
from kit import outbox
from kit.clock import now
from kit.db import AccessibleTenantId
from kit.ids import new_id
from kit.signing import DocumentSigner
from tests.support.house import KEY, TENANT_A, House
from tests.workorders.lab import add_connection, make_app, reacting
from webhooks.core.signature import sign
from workorders import service as orders
from workorders.core.doer import Doer
from workorders.core.states import Side
from workorders.schemas import NewWorkOrder

SEAT = Doer(Side.OUTSOURCER, "agent", "agent-1", "客服01")
BUILDER = By(Actor("user", "b"), "tenant")
SIGNER = DocumentSigner(KEY)


@dataclass
class Lab:
    """Connection ``jira`` of tenant A, with an address for signed messages."""

    house: House
    http: httpx.AsyncClient
    made: Made
    code: str = "jira"
    tenant: AccessibleTenantId = TENANT_A

    async def send(
        self, body: Any, *, message_id: str = "", at: datetime | None = None, raw: bytes | None = None,
        headers: Mapping[str, str | bytes] | None = None,
    ) -> httpx.Response:  # fmt: skip
        content = raw if raw is not None else json.dumps(body).encode()
        signed = sign(self.made.secret, message_id or str(new_id()), at or now(), content) if self.made.secret else {}
        return await self.http.post(
            f"/v1/inbound/{self.made.token}", content=content, headers=_merged(signed, headers or {})
        )

    async def work(self) -> None:
        """Do what the worker does with the outbox."""
        while True:
            async with self.house.worker.transaction(self.tenant) as scope:
                errands = [each for each in await outbox.claim(scope) if each.job in JOBS]
            if not errands:
                return
            for errand in errands:
                async with self.house.worker.transaction(self.tenant) as scope:
                    await JOBS[errand.job](scope, errand.payload)
                    await outbox.done(scope, errand)

    async def told(self, body: Any, **how: Any) -> dict[str, Any]:
        """Send a message, let it be dealt with, and return what the inbox says of it."""
        answer = await self.send(body, **how)
        assert answer.status_code == 202, answer.text
        await self.work()
        return (await self.messages())[0]

    async def messages(self) -> list[dict[str, Any]]:
        async with self.house.app.transaction(self.tenant) as scope:
            return await health.messages(scope, self.code)

    async def links(self) -> list[dict[str, Any]]:
        async with self.house.app.transaction(self.tenant) as scope:
            return await health.linked(scope, self.code)

    async def orders(self) -> list[dict[str, Any]]:
        async with self.house.app.transaction(self.tenant) as scope:
            return (await orders.list_orders(scope, orders.Wanted(), SEAT)).data

    async def comments(self, order: str) -> list[str]:
        async with self.house.app.transaction(self.tenant) as scope:
            page = await orders.comments(scope, order, orders.Wanted(), SEAT)  # type: ignore[arg-type]
        return [each["body"] for each in reversed(page.data)]

    async def escalate(self, title: str = "refund") -> dict[str, Any]:
        async with self.house.app.transaction(self.tenant) as scope:
            body = NewWorkOrder(type="refund", title=title, connection=self.code)
            return await orders.create(scope, orders.Asked(body, agent_id=new_id()), SEAT, now())

    async def map(self, content: Any) -> None:
        async with self.house.app.transaction(self.tenant) as scope:
            await maps.put(scope, self.code, content, BUILDER, "孙琳", now())


@asynccontextmanager
async def opened(house: House) -> AsyncIterator[Lab]:
    await add_connection(house, TENANT_A, "jira")
    app = make_app(house)
    app.state.signer = SIGNER
    app.include_router(exchange.endpoints.router)
    async with reacting():
        made = await door(house, "jira", DoorBody())
        transport = httpx.ASGITransport(app=app, client=("192.0.2.7", 4711))
        async with httpx.AsyncClient(transport=transport, base_url="http://gf.test") as http:
            yield Lab(house, http, made)


def _merged(signed: Mapping[str, str], more: Mapping[str, str | bytes]) -> list[tuple[bytes, bytes]]:
    both = {**signed, **more}
    return [(name.encode(), value if isinstance(value, bytes) else value.encode()) for name, value in both.items()]


async def door(house: House, code: str, wanted: DoorBody, tenant: AccessibleTenantId = TENANT_A) -> Made:
    async with house.app.transaction(tenant) as scope:
        return await doors.make(scope, SIGNER, code, wanted, Actor("user", "b"), now())


def said(external_id: str = "INC-1", version: int = 1, kind: str = "state", **parts: Any) -> dict[str, Any]:
    return {"type": f"work_order.{kind}", "external_id": external_id, "external_version": version, **parts}
