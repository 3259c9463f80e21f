"""Two clients of this installation stand for two installations: each is the other's system, by webhooks alone."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from aiohttp import web

from exchange.schemas import DoorBody
from kit.clock import now
from kit.db import AccessibleTenantId
from kit.outbound import Guard
from tests.exchange.lab import SEAT, Lab, door, opened
from tests.support.house import TENANT_A, TENANT_B, House
from tests.workorders.lab import add_connection
from webhooks.client import Client
from webhooks.service import ensure_endpoints
from webhooks.tasks import Courier, Policy
from workorders import service
from workorders.schemas import Move, NewComment


@dataclass
class _Wire:
    """Brings what one side's courier posts to the other side's address, signed by the secret that it gave out."""

    port: int = 0
    heard: int = 0


async def test_two_installations_follow_each_other_and_nothing_goes_round(house: House) -> None:
    async with opened(house) as lab:
        there = Lab(house, lab.http, lab.made, "peer", TENANT_B)
        wire = _Wire()
        runner = await _listen(lab, wire)
        await _join(house, TENANT_A, "peer", f"http://127.0.0.1:{wire.port}/to-b")
        await _join(house, TENANT_B, "peer", f"http://127.0.0.1:{wire.port}/to-a")
        wire_doors["to-b"] = await door(house, "peer", DoorBody(adapter="glassfloor"), TENANT_B)
        wire_doors["to-a"] = await door(house, "peer", DoorBody(adapter="glassfloor"), TENANT_A)
        lab.code = "peer"
        await _secrets(house)
        order = await lab.escalate("refund of order 77")
        await _exchange(house, lab, there)
        copy = (await there.orders())[0]
        assert (copy["title"], copy["requester_side"], copy["status"]) == ("refund of order 77", "tenant", "submitted")
        await _move(house, TENANT_B, copy["id"], "inProgress")
        await _say(house, TENANT_B, copy["id"], "we look")
        await _exchange(house, lab, there)
        await _say(house, TENANT_A, order["id"], "thank you")
        await _move(house, TENANT_B, copy["id"], "resolved")
        await _exchange(house, lab, there)
        both = [await lab.orders(), await there.orders()]
        assert [[each["status"] for each in side] for side in both] == [["resolved"], ["resolved"]]
        assert await lab.comments(order["id"]) == await there.comments(copy["id"]) == ["we look", "thank you"]
        heard = wire.heard
        await _exchange(house, lab, there)
        assert wire.heard == heard  # nothing goes round any more
        await runner.cleanup()


wire_doors: dict[str, Any] = {}


async def _listen(lab: Lab, wire: _Wire) -> web.AppRunner:
    async def pass_on(request: web.Request) -> web.Response:
        wire.heard += 1
        to = wire_doors[request.match_info["to"]]
        headers = {name: request.headers[name] for name in ("webhook-id", "webhook-timestamp", "webhook-signature")}
        answer = await lab.http.post(f"/v1/inbound/{to.token}", content=await request.read(), headers=headers)
        return web.Response(status=answer.status_code, text=answer.text)

    app = web.Application()
    app.router.add_post("/{to}", pass_on)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    wire.port = runner.addresses[0][1]
    return runner


async def _join(house: House, tenant: AccessibleTenantId, code: str, url: str) -> None:
    await add_connection(house, tenant, code, url)
    async with house.app.transaction(tenant) as scope:
        await ensure_endpoints(scope)


async def _secrets(house: House) -> None:
    """Give each side's courier the secret that the other side's address has: people do that by hand."""
    for tenant, to in ((TENANT_A, "to-b"), (TENANT_B, "to-a")):
        async with house.app.transaction(tenant) as scope:
            sql = "UPDATE gf.webhook_endpoint SET secret = $2 WHERE tenant_id = $1 AND connection = 'peer'"
            await scope.fetch(sql, tenant, wire_doors[to].secret)


async def _exchange(house: House, *sides: Lab) -> None:
    async with Client(Guard(allow_private=True), timedelta(seconds=5)) as client, asyncio.timeout(20):
        courier = Courier(house.worker, client, Policy())
        for _ in range(3):
            for side in sides:
                await courier.visit(side.tenant)
                await courier.settle_down()
                for other in sides:
                    await other.work()
        await courier.close()


async def _move(house: House, tenant: AccessibleTenantId, order: str, to: str) -> None:
    async with house.app.transaction(tenant) as scope:
        await service.transition(scope, order, Move.model_validate({"to": to}), SEAT, now())  # type: ignore[arg-type]


async def _say(house: House, tenant: AccessibleTenantId, order: str, text: str) -> None:
    async with house.app.transaction(tenant) as scope:
        await service.comment(scope, order, NewComment(body=text), SEAT, now())  # type: ignore[arg-type]
