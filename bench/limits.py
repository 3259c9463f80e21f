"""What counting a request costs: the list of work orders by key, with the limits in Redis and without them."""

from __future__ import annotations

import os
import time

from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient
from pydantic import SecretStr

import workorders.endpoints
from app import problems
from bench.ground import Ground, grounded
from bench.measure import Figure, Meter, Sample, Side, compare
from bench.run import Run
from kit.settings import Settings
from tenants.throttle import RateHeaders, throttle_of

PATH = "/v1/work-orders?limit=1"
_PLENTY = 1_000_000


async def run(given: Run) -> None:
    """Compare and print."""
    async with grounded(given.folder, 1, given.say) as ground:
        settings = Settings(
            REDIS_URL=SecretStr(ground.redis.url), rate_read_per_minute=_PLENTY, rate_write_per_minute=_PLENTY,
            rate_expensive_per_minute=_PLENTY,
        )  # fmt: skip
        throttle = throttle_of(settings, ground.control)
        requests = given.count(1_000, 50)
        counted, free = _app(ground, settings), _app(ground, settings)
        counted.add_middleware(RateHeaders)
        counted.state.throttle = throttle
        sides = [_side("counted", counted, ground, requests), _side("free", free, ground, requests)]
        for each in sides:
            await each.run()
        rounds = await compare(sides, given.rounds)
        await throttle.limits.close()
    given.figures(
        rounds,
        Figure("P1", "a request that is counted to one that is not", "counted", "free", inverse=True),
    )  # fmt: skip


def _app(ground: Ground, settings: Settings) -> FastAPI:
    app = FastAPI(openapi_url=None)
    app.include_router(workorders.endpoints.router)
    problems.install(app)
    app.state.control, app.state.plane, app.state.settings = ground.control, ground.plane, settings
    return app


def _side(name: str, app: FastAPI, ground: Ground, requests: int) -> Side:
    headers = {"Authorization": f"Bearer {ground.clients[0].key}"}

    async def once() -> Sample:
        async with AsyncClient(transport=ASGITransport(app), base_url="http://bench", headers=headers) as client:
            meter, began = Meter(process=lambda: [os.getpid()]), time.perf_counter()
            for _ in range(requests):
                answer = await client.get(PATH)
                assert answer.status_code == 200, answer.text
            return meter.sample(requests, time.perf_counter() - began)

    return Side(name, once)
