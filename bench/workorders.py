"""Work orders over HTTP: create, change, list of 50, page of the feed, against two references on the same server.

Ours is the whole request: key, permission, signed context, idempotency, row, number, fact, webhook event, bell. One
reference is FastAPI and asyncpg on bare tables, the other a raw handler that sends the statements of our request and
nothing else, to clients of its own: what it writes was sealed for another row. Sixteen kept connections; the load has a
process of its own. CPU is that of the server, PostgreSQL's backends stand beside.
"""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Sequence

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
PATCH = json.dumps({"title": "Refund {turn:1}"})
_TURN = re.compile(r"\{turn:\d+\}")
TICKET = json.dumps({
    "@type": "TroubleTicket", "ticketType": "refund", "name": "Refund order 20260105-8841", "priority": "High",
    "severity": "Minor", "description": json.loads(BODY)["description"],
})  # fmt: skip


_A1, _A3 = Goal("0.7", 0.7), Goal("at most 1.2 (needs batching)", 1.2, most=True)
_RAW = "to a raw handler that sends the same SQL"
_SERVER, _BESIDE = "server", ("postgres",)
FIGURES = (
    Figure("A1", "POST a work order to a bare FastAPI + asyncpg INSERT", "create", "bare create", _A1, _SERVER),
    Figure("A3", "the same, PostgreSQL's CPU, ours over the reference", "create", "bare create", _A3, "postgres",
           inverse=True),
    Figure("A1t", "POST, all from one tenant", "create, one tenant", "bare create", None, _SERVER, also=_BESIDE),
    Figure("A5", "POST natively to POST by TMF621 v5", "create by TMF621", "create", None, _SERVER, also=_BESIDE),
    Figure("A4", "GET a list of 50 to a pydantic response model", "list", "bare list", Goal("x1.7", 1.7), _SERVER,
           also=_BESIDE),
    Figure("A6", f"POST a work order {_RAW}", "create", "raw create", None, _SERVER, also=_BESIDE),
    Figure("A7", f"PATCH a work order {_RAW}", "patch", "raw patch", None, _SERVER, also=_BESIDE),
    Figure("A8", f"GET a list of 50 {_RAW}", "list", "raw list", None, _SERVER, also=_BESIDE),
    Figure("F1", "GET 50 events of the feed to the raw query of plain bodies", "feed", "bare feed", None, _SERVER,
           also=_BESIDE),
)  # fmt: skip


class Unexpected(RuntimeError):
    """The server answered something else than success."""


async def run(given: Run) -> None:
    """Compare and print."""
    async with (
        grounded(given.folder, 2 * given.count(8, 2), given.say) as ground,
        Child("bench.api") as server,
        Child("bench.load") as load,
    ):
        bare = await asyncpg.connect(ground.admin_dsn)
        await bare.execute(TABLE)
        await bare.close()
        port = (await server.ask("start", wiring=ground.wiring()))["port"]
        sides = Sides(ground, server, load, port)
        await _fill(sides, ground.clients)
        first, ids = ground.clients[0], [str(client.id) for client in ground.clients]
        bodies = {"create": BODY, "patch": json.dumps({"title": "Refund 0"})}
        await server.ask("record", tenant=ids[0], key=first.key, bodies=bodies)
        await server.ask("copy", tenants=ids)
        await _compare(given, sides, ground)


class Sides:
    """Makes sides of the comparison."""

    def __init__(self, ground: Ground, server: Child, load: Child, port: int) -> None:
        self._ground, self._server, self._load, self._port = ground, server, load, port
        self.latency: dict[str, list[tuple[float, float]]] = {}

    def side(self, name: str, count: int, requests: Sequence[str] | Callable[[], Awaitable[Sequence[str]]]) -> Side:
        """Return a side that sends so many requests, one connection for each of ``requests`` in turn.

        ``requests`` are made anew for each round when they have to say what is so by then.
        """

        async def once() -> Sample:
            every = await requests() if callable(requests) else requests
            spread = [every[n % len(every)] for n in range(SOCKETS)]
            meter = Meter(server=lambda: [self._server.pid], postgres=self._ground.backends)
            told = await self._load.ask("load", port=self._port, count=count, requests=spread)
            if any(status not in {"200", "201"} for status in told["statuses"]):
                raise Unexpected(f"{name}: {told['statuses']}")
            self.latency.setdefault(name, []).append((told["p50"], told["p99"]))
            return meter.sample(count, told["wall"])

        return Side(name, once)


def _send(method: str, path: str, *headers: str, body: str = BODY) -> str:
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", "Content-Type: application/json", *headers]
    length = len(_TURN.sub("0" * 9, body))
    return "\r\n".join([*lines, f"Content-Length: {length}", "", body])


def _get(path: str, *headers: str) -> str:
    return "\r\n".join([f"GET {path} HTTP/1.1", "Host: 127.0.0.1", *headers, "", ""])


def _ours(clients: Sequence[Client]) -> list[str]:
    fresh = f"Idempotency-Key: {FRESH.decode()}"
    return [_send("POST", "/v1/work-orders", f"Authorization: Bearer {client.key}", fresh) for client in clients]


def _tickets(clients: Sequence[Client]) -> list[str]:
    """Return requests for the same work order by TMF621."""
    fresh, path = f"Idempotency-Key: {FRESH.decode()}", "/tmf-api/troubleTicket/v5/troubleTicket"
    return [_send("POST", path, f"Authorization: Bearer {client.key}", fresh, body=TICKET) for client in clients]


def _lists(clients: Sequence[Client]) -> list[str]:
    return [_get("/v1/work-orders?limit=50", f"Authorization: Bearer {client.key}") for client in clients]


def _feeds(clients: Sequence[Client]) -> list[str]:
    return [_get("/v1/events?limit=50", f"Authorization: Bearer {client.key}") for client in clients]


def _raw(what: str, method: str, clients: Sequence[Client]) -> list[str]:
    """Return requests to the raw handler; the work order that they name is none."""
    paths = [f"/raw/{what}/{client.id}/{client.id}" for client in clients]
    return [_get(path) if method == "GET" else _send(method, path) for path in paths]


def _patches(
    ground: Ground, clients: Sequence[Client], what: str | None = None
) -> Callable[[], Awaitable[Sequence[str]]]:
    """Return what makes changes of work orders, one for each connection, from the versions that they have by then."""

    async def made() -> list[str]:
        requests = []
        connection = await asyncpg.connect(ground.admin_dsn)
        for n in range(SOCKETS):
            client = clients[n % len(clients)]
            row = await connection.fetchrow(
                "SELECT id, version FROM gf.work_order WHERE tenant_id = $1 ORDER BY id OFFSET $2 LIMIT 1", client.id, n
            )
            assert row is not None
            turn = f"{{turn:{row['version']}}}"
            seen = f'If-Match: "wo-{row["id"]}-{turn}"'
            path = f"{what}/{client.id}/{row['id']}" if what else f"/v1/work-orders/{row['id']}"
            key = f"Authorization: Bearer {client.key}"
            requests.append(_send("PATCH", path, key, seen, body=_TURN.sub(turn, PATCH)))
        await connection.close()
        return requests

    return made


async def _fill(sides: Sides, clients: Sequence[Client]) -> None:
    """Give every tenant rows, and warm both sides up."""
    count = max(ROWS * len(clients), 3 * SOCKETS)
    await sides.side("fill", count, _ours(clients)).run()
    await sides.side("fill", count, [_send("POST", f"/bare/{client.id}") for client in clients]).run()
    for lists in (_lists(clients), [_get(f"/bare/{client.id}") for client in clients]):
        await sides.side("fill", 3 * SOCKETS, lists).run()


async def _compare(given: Run, sides: Sides, ground: Ground) -> None:
    count, half = given.count(1_200, 48), len(ground.clients) // 2
    clients, raw = ground.clients[:half], ground.clients[half:]
    rounds = await compare(
        [
            sides.side("create", count, _ours(clients)),
            sides.side("create, one tenant", count, _ours(clients[:1])),
            sides.side("bare create", count, [_send("POST", f"/bare/{client.id}") for client in clients]),
            sides.side("raw create", count, _raw("create", "POST", raw)),
            sides.side("create by TMF621", count, _tickets(clients)),
            sides.side("patch", count, _patches(ground, clients)),
            sides.side("raw patch", count, _patches(ground, raw, what="/raw/patch")),
            sides.side("list", count, _lists(clients)),
            sides.side("bare list", count, [_get(f"/bare/{client.id}") for client in clients]),
            sides.side("raw list", count, _raw("list", "GET", raw)),
            sides.side("feed", count, _feeds(clients)),
            sides.side("bare feed", count, [_get(f"/bare/{client.id}/events") for client in clients]),
        ],
        given.rounds,
    )
    given.figures(rounds, *FIGURES)
    for name, pairs in sides.latency.items():
        if name != "fill":
            p50, p99 = (sorted(values)[len(values) // 2] * 1000 for values in zip(*pairs, strict=True))
            rate = 1 / rounds.median(name, "wall")
            given.tell(f"    {name}: {rate:,.0f} requests/s, p50 {p50:.1f} ms, p99 {p99:.1f} ms over {SOCKETS} sockets")
