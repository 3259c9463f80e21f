"""The client's own system in the demo: takes signed webhooks, checks them, and works the orders through the API.

It is what a client's developer would write, against the public interface only: ``docs/work-orders.md``.
"""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import aiohttp
import structlog
from aiohttp import web

from kit.ids import new_id
from webhooks.core.signature import verify
from webhooks.errors import SignatureInvalid

log = structlog.get_logger()

ANSWERS = (
    "已核实，退款今天到账。 / Checked: the refund arrives today.",
    "已安排上门，两小时内联系客户。 / A visit is arranged; we call within two hours.",
    "账单已更正，新账单已发送。 / The bill was corrected and sent again.",
)


@dataclass
class ClientSystem:
    """One client's receiver and worker of work orders."""

    name: str
    api: str
    key: str = ""
    secret: str = ""
    pace_s: tuple[float, float] = (5.0, 15.0)
    seen: set[str] = field(default_factory=set)
    port: int = 0
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _runner: web.AppRunner | None = None
    _session: aiohttp.ClientSession | None = None

    async def start(self) -> None:
        """Listen on a free loopback port (``port``)."""
        app = web.Application()
        app.router.add_post("/hook", self._hook)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port)
        await site.start()
        self.port = self._runner.addresses[0][1]
        self._session = aiohttp.ClientSession(self.api)

    async def close(self) -> None:
        """Stop listening and working."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()
        if self._runner is not None:
            await self._runner.cleanup()

    async def _hook(self, request: web.Request) -> web.Response:
        body = await request.read()
        try:
            verify(self.secret, request.headers, body, now=datetime.now(UTC))
        except SignatureInvalid:
            return web.Response(status=401)
        event = await request.json()
        if event["type"] == "work_order.created" and event["id"] not in self.seen:
            self.seen.add(event["id"])
            task = asyncio.create_task(self._work(event["subject"]))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return web.Response(status=204)

    async def _work(self, order_id: str) -> None:
        try:
            await self._pause()
            await self._move(order_id, {"to": "inProgress", "reason": "taken by the back office"})
            await self._pause()
            answer = random.choice(ANSWERS)  # noqa: S311 - invented data
            await self._move(
                order_id, {"to": "resolved", "reason": "done", "resolution": {"code": "done", "summary": answer}}
            )
        except (aiohttp.ClientError, TimeoutError) as error:
            log.warning("client_system_failed", client=self.name, error=str(error))

    async def _pause(self) -> None:
        await asyncio.sleep(random.uniform(*self.pace_s))  # noqa: S311 - invented data

    async def _move(self, order_id: str, transition: dict[str, Any]) -> None:
        assert self._session is not None  # noqa: S101 - started
        auth = {"Authorization": f"Bearer {self.key}"}
        async with self._session.get(f"/v1/work-orders/{order_id}", headers=auth) as found:
            found.raise_for_status()
            etag = found.headers["ETag"]
        headers = {**auth, "If-Match": etag, "Idempotency-Key": str(new_id())}
        path = f"/v1/work-orders/{order_id}/transitions"
        async with self._session.post(path, json=transition, headers=headers) as moved:
            moved.raise_for_status()
