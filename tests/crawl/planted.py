# ruff: noqa: ARG002 - a guard is asked for its effect
"""Bugs of every kind that the crawl is for, planted into the running application by its own test only.

They read as a superuser, because row-level security would hold most of them: here the crawl is on trial, not the wall.
No ``from __future__ import annotations``: FastAPI reads these signatures.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import asyncpg
from fastapi import Depends, FastAPI, Request, WebSocket
from starlette.responses import FileResponse, JSONResponse, Response

from kit.errors import Conflict, NotFound
from tenants.endpoints import Access, permitted

Watching = Annotated[Access, Depends(permitted("live.read"))]

EXPECTED = {
    "GET /planted/orders/{order_id}": "an unscoped read",
    "POST /planted/orders/{order_id}/hold": "an unscoped update",
    "GET /planted/orders/{order_id}/comments": "a list by parent",
    "GET /planted/connections": "a canary in an error's text",
    "GET /planted/hidden": "a hidden route without a guard",
    "GET /planted/cached/{interaction_id}": "a cache keyed without the tenant",
    "GET /planted/file": "a recording by a key that the caller chose",
    "GET /planted/exists": "a status that tells whether an id exists",
    "GET /planted/broken": "a bug that shows its SQL",
    "DELETE /planted/interactions/{interaction_id}": "an unscoped delete",
}
SOCKET = "GET /planted/feed"
COUNT = "/planted/count"


@dataclass
class Planted:
    """The routes, with what they need."""

    admin_dsn: str
    folder: Path
    cache: dict[str, Any] = field(default_factory=dict)

    def into(self, app: FastAPI) -> None:
        add = app.add_api_route
        add("/planted/orders/{order_id}", self.read)
        add("/planted/orders/{order_id}/hold", self.update, methods=["POST"])
        add("/planted/orders/{order_id}/comments", self.by_parent)
        add("/planted/interactions/{interaction_id}", self.delete, methods=["DELETE"])
        add("/planted/connections", self.told)
        add("/planted/hidden", self.hidden, include_in_schema=False)
        add("/planted/cached/{interaction_id}", self.cached)
        add("/planted/file", self.file)
        add("/planted/exists", self.exists)
        add("/planted/broken", self.broken)
        add(COUNT, self.count)
        app.add_api_websocket_route("/planted/feed", self.feed)
        app.router.routes.insert(0, app.router.routes.pop())

    async def _rows(self, sql: str, *args: object) -> list[str]:
        connection = await asyncpg.connect(self.admin_dsn)
        try:
            return [str(row[0]) for row in await connection.fetch(sql, *args)]
        finally:
            await connection.close()

    async def read(self, order_id: UUID, access: Watching) -> JSONResponse:
        found = await self._rows("SELECT created_by_name FROM gf.work_order WHERE id = $1", order_id)
        if not found:
            raise NotFound
        return JSONResponse(found)

    async def delete(self, interaction_id: UUID, access: Watching) -> JSONResponse:
        await self._rows("DELETE FROM gf.recording WHERE interaction_id = $1", interaction_id)
        return JSONResponse({})

    async def update(self, order_id: UUID, access: Watching) -> JSONResponse:
        await self._rows("UPDATE gf.work_order SET event_seq = event_seq + 1 WHERE id = $1", order_id)
        return JSONResponse({})

    async def by_parent(self, order_id: UUID, access: Watching) -> JSONResponse:
        return JSONResponse(
            await self._rows("SELECT author_name FROM gf.work_order_comment WHERE work_order_id = $1", order_id)
        )

    async def told(self, connection: str, access: Watching) -> JSONResponse:
        names = await self._rows("SELECT name FROM gf.connection WHERE code = $1", connection)
        raise Conflict(f"the code is taken by {names[0]}" if names else "there is none")

    async def hidden(self) -> JSONResponse:
        return JSONResponse(await self._rows("SELECT 1"))

    async def cached(self, interaction_id: UUID, access: Watching) -> JSONResponse:
        """Keep the first caller's answer for everybody; A's own people asked before."""
        found = await self._rows("SELECT note FROM gf.interaction WHERE id = $1 AND tenant_id = $2 OR id = $1 AND $3",
                                 interaction_id, access.tenant_id, not self.cache)  # fmt: skip
        return JSONResponse(self.cache.setdefault(str(interaction_id), found))

    async def file(self, key: str, access: Watching) -> Response:
        path = self.folder / key
        if not path.is_file():
            raise NotFound
        return FileResponse(path)

    async def exists(self, queue: str, access: Watching) -> JSONResponse:
        found = await self._rows("SELECT 1 FROM gf.queue WHERE id::text = $1", queue)
        return JSONResponse({}, 409 if found else 404)

    async def broken(self, request: Request, access: Watching) -> JSONResponse:
        return JSONResponse({"code": "internal", "detail": 'relation "gf.secret" does not exist'}, 400)

    async def count(self, access: Watching) -> JSONResponse:
        return JSONResponse(await self._rows("SELECT count(*) FROM gf.work_order"))

    async def feed(self, socket: WebSocket, tenant: str = "") -> None:
        """Send what the caller asked for."""
        await socket.accept()
        await socket.send_json(await self._rows("SELECT name FROM gf.queue WHERE tenant_id::text = $1", tenant))
        await socket.close()
