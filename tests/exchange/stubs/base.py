"""What every contract stub has: things with comments, a memory of what it was asked, and ways to be difficult."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, Self

from aiohttp import web


@dataclass
class Comment:
    id: str
    text: str
    public: bool = True


@dataclass
class Thing:
    """A ticket, incident or issue."""

    id: str
    title: str
    status: str
    correlation: str = ""
    description: str = ""
    updated_at: datetime = datetime(2026, 11, 23, 8, tzinfo=UTC)
    fields: dict[str, Any] = field(default_factory=dict)
    comments: list[Comment] = field(default_factory=list)


Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Stub:
    """A contract stub. ``refusals``: what the next requests are answered with instead; ``lose``: the answer to the
    next request that changes something never arrives, though it was done."""

    kind: ClassVar[str]
    secret: ClassVar[str]
    letting_in: ClassVar[str]
    """The Authorization header that it wants."""
    settings: ClassVar[dict[str, str]]
    first, worked, done, unknown = "", "", "", "no such word"
    """Its words for a new thing, one that is worked on, one that is done, and one that nobody mapped."""

    def __init__(self) -> None:
        self.things: dict[str, Thing] = {}
        self.calls: list[tuple[str, str]] = []
        self.refusals: list[tuple[int, dict[str, str]]] = []
        self.lose = False
        self.port, self._number = 0, 0
        self._clock = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=30)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/base"

    def routes(self) -> list[web.RouteDef]:
        raise NotImplementedError

    def new_id(self) -> str:
        raise NotImplementedError

    def hint(self, thing: Thing) -> dict[str, Any]:
        """Return the body of its webhook."""
        raise NotImplementedError

    def number(self) -> int:
        self._number += 1
        return 80 + self._number

    def make(self, title: str, **parts: Any) -> Thing:
        made = Thing(self.new_id(), title, **{"status": self.first, **parts})
        self.things[made.id] = made
        self.touch(made)
        return made

    def touch(self, thing: Thing) -> None:
        self._clock += timedelta(seconds=1)
        thing.updated_at = self._clock

    def comment(self, thing: Thing, text: str, *, public: bool = True) -> Comment:
        said = Comment(self.comment_id(), text, public)
        thing.comments.append(said)
        self.touch(thing)
        return said

    def comment_id(self) -> str:
        return str(self.number())

    def move(self, thing: Thing, status: str) -> None:
        thing.status = status
        self.touch(thing)

    def changed(self) -> list[Thing]:
        return sorted(self.things.values(), key=lambda each: (each.updated_at, each.id))

    @web.middleware
    async def _difficult(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        self.calls.append((request.method, request.path_qs.removeprefix("/base")))
        if request.headers.get("Authorization") != self.letting_in:
            return web.json_response({"error": "not let in"}, status=401)
        if self.refusals:
            status, headers = self.refusals.pop(0)
            return web.json_response({"error": "not now"}, status=status, headers=headers)
        answer = await handler(request)
        if self.lose and request.method != "GET":
            self.lose = False
            assert request.transport is not None
            request.transport.close()
        return answer

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Self]:
        app = web.Application(middlewares=[self._difficult])
        inner = web.Application()
        inner.add_routes(self.routes())
        app.add_subapp("/base/", inner)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.port = runner.addresses[0][1]
        try:
            yield self
        finally:
            await runner.cleanup()
