"""Work orders over HTTP: create, and list of 50, against FastAPI and asyncpg without row-level security.

Ours is the whole request: key, permission, signed context, idempotency, row, number, fact, webhook event, bell. Sixteen
kept connections; the load has a process of its own. CPU is that of the server, PostgreSQL's backends stand beside.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

import asyncpg

from bench.api import TABLE
from bench.children import Child
from bench.ground import Client, Ground, grounded
from bench.load import FRESH
from bench.measure import Figure, Goal, Meter, Sample, Side, compare
from bench.run import Run

SOCKETS = 16
ROWS = 60
"""So many work orders every tenant has before lists are measured."""
BODY = json.dumps({
    "type": "refund", "title": "Refund order 20260105-8841", "priority": "high",
    "description": "The customer sent the goods back on Monday; the parcel has arrived at the warehouse. " * 2,
})  # fmt: skip
TICKET = json.dumps({
    "@type": "TroubleTicket", "ticketType": "refund", "name": "Refund order 20260105-8841", "priority": "High",
    "severity": "Minor", "description": json.loads(BODY)["description"],
})  # fmt: skip


class Unexpected(RuntimeError):
    """The server answered something else than success."""


async def run(given: Run) -> None:
    """Compare and print."""
    async with (
        grounded(given.folder, given.count(8, 2), given.say) as ground,
        Child("bench.api") as server,
        Child("bench.load") as load,
    ):
        bare = await asyncpg.connect(ground.admin_dsn)
        await bare.execute(TABLE)
        await bare.close()
        port = (await server.ask("start", wiring=ground.wiring()))["port"]
        sides = Sides(ground, server, load, port)
        await _fill(sides, ground.clients)
        await _compare(given, sides, ground.clients)


class Sides:
    """Makes sides of the comparison."""

    def __init__(self, ground: Ground, server: Child, load: Child, port: int) -> None:
        self._ground, self._server, self._load, self._port = ground, server, load, port
        self.latency: dict[str, list[tuple[float, float]]] = {}

    def side(self, name: str, count: int, requests: Sequence[str]) -> Side:
        """Return a side that sends so many requests, one connection for each of ``requests`` in turn."""
        spread = [requests[n % len(requests)] for n in range(SOCKETS)]

        async def once() -> Sample:
            meter = Meter(server=lambda: [self._server.pid], postgres=self._ground.backends)
            told = await self._load.ask("load", port=self._port, count=count, requests=spread)
            if any(status not in {"200", "201"} for status in told["statuses"]):
                raise Unexpected(f"{name}: {told['statuses']}")
            self.latency.setdefault(name, []).append((told["p50"], told["p99"]))
            return meter.sample(count, told["wall"])

        return Side(name, once)


def _post(path: str, *headers: str, body: str = BODY) -> str:
    lines = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", "Content-Type: application/json", *headers]
    return "\r\n".join([*lines, f"Content-Length: {len(body)}", "", body])


def _get(path: str, *headers: str) -> str:
    return "\r\n".join([f"GET {path} HTTP/1.1", "Host: 127.0.0.1", *headers, "", ""])


def _ours(clients: Sequence[Client]) -> list[str]:
    fresh = f"Idempotency-Key: {FRESH.decode()}"
    return [_post("/v1/work-orders", f"Authorization: Bearer {client.key}", fresh) for client in clients]


def _tickets(clients: Sequence[Client]) -> list[str]:
    """Return requests for the same work order by TMF621."""
    fresh, path = f"Idempotency-Key: {FRESH.decode()}", "/tmf-api/troubleTicket/v5/troubleTicket"
    return [_post(path, f"Authorization: Bearer {client.key}", fresh, body=TICKET) for client in clients]


def _lists(clients: Sequence[Client]) -> list[str]:
    return [_get("/v1/work-orders?limit=50", f"Authorization: Bearer {client.key}") for client in clients]


async def _fill(sides: Sides, clients: Sequence[Client]) -> None:
    """Give every tenant rows, and warm both sides up."""
    count = max(ROWS * len(clients), 3 * SOCKETS)
    await sides.side("fill", count, _ours(clients)).run()
    await sides.side("fill", count, [_post(f"/bare/{client.id}") for client in clients]).run()
    for lists in (_lists(clients), [_get(f"/bare/{client.id}") for client in clients]):
        await sides.side("fill", 3 * SOCKETS, lists).run()


async def _compare(given: Run, sides: Sides, clients: Sequence[Client]) -> None:
    count = given.count(1_200, 48)
    rounds = await compare(
        [
            sides.side("create", count, _ours(clients)),
            sides.side("create, one tenant", count, _ours(clients[:1])),
            sides.side("bare create", count, [_post(f"/bare/{client.id}") for client in clients]),
            sides.side("create by TMF621", count, _tickets(clients)),
            sides.side("list", count, _lists(clients)),
            sides.side("bare list", count, [_get(f"/bare/{client.id}") for client in clients]),
        ],
        given.rounds,
    )
    a1, a3 = Goal("0.7", 0.7), Goal("at most 1.2 (needs batching)", 1.2, most=True)
    given.figures(
        rounds,
        Figure("A1", "POST a work order to a bare FastAPI + asyncpg INSERT", "create", "bare create", a1, "server"),
        Figure("A3", "the same, PostgreSQL's CPU, ours over the reference", "create", "bare create", a3, "postgres",
               inverse=True),
        Figure("A1t", "POST, all from one tenant", "create, one tenant", "bare create", None, "server",
               also=("postgres",)),
        Figure("A5", "POST natively to POST by TMF621 v5", "create by TMF621", "create", None, "server",
               also=("postgres",)),
        Figure("A4", "GET a list of 50 to a pydantic response model", "list", "bare list", Goal("x1.7", 1.7), "server",
               also=("postgres",)),
    )  # fmt: skip
    for name, pairs in sides.latency.items():
        if name != "fill":
            p50, p99 = (sorted(values)[len(values) // 2] * 1000 for values in zip(*pairs, strict=True))
            rate = 1 / rounds.median(name, "wall")
            given.tell(f"    {name}: {rate:,.0f} requests/s, p50 {p50:.1f} ms, p99 {p99:.1f} ms over {SOCKETS} sockets")
