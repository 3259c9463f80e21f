"""Everything on the board by REST, with the masks and the scope of the page: for a client's own wallboards.

Answers carry an ETag; asked again with ``If-None-Match`` they are 304 while nothing changed. Each reading is noted as
that of the page is. ``POST /v1/live/tickets`` lets a browser of the client's own follow the feed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from kit import clock
from kit.errors import Forbidden
from live.api.asyncapi import document
from live.api.errors import UnknownFilter, UnknownSchema
from live.api.kept import Kept
from live.api.schemas import PUBLISHED
from live.core.board import Board
from live.core.key_figures import at, figures
from live.service import Watched
from tenants.core.masks import Shown
from tenants.core.permissions import Reach
from tenants.endpoints import Access, permitted, public, reader_of
from tenants.oauth import passes
from tenants.service import reading
from tenants.service.policies import shown_to

router = APIRouter(prefix="/v1/live", tags=["live"], default_response_class=Response)

Reading = Annotated[Access, Depends(permitted("live.read"))]
_SAME = Depends(public("what the board looks like is published, and the same for everybody"))
_CREATED, _NOT_MODIFIED = 201, 304
Row = Mapping[str, Any]
Filters = Mapping[str, Callable[[Row, str], bool]]


@dataclass(frozen=True, slots=True)
class Seen:
    """A board as this reader may see it, and when it was looked up."""

    board: Board
    kept: Kept
    shown: Shown
    ts: int

    @property
    def rows(self) -> dict[str, Any]:
        """Its rows as this reader may see them."""
        return self.kept.seen(self.board, self.shown)

    def answer(self, request: Request, **members: Any) -> Response:  # noqa: ANN401 - JSON
        """Return a document of it, or 304 when the reader has it: facts that the board does not show change nothing."""
        return self._answer(request, _tag(request, members), members)

    def whole(self, request: Request) -> Response:
        """Return all of it, the same way; what identifies it is kept as long as it is the same."""
        known = self.shown, request.url.path
        if known not in self.kept.tags:
            self.kept.tags[known] = _tag(request, {"board": self.rows})
        return self._answer(request, self.kept.tags[known], {"board": self.rows})

    def _answer(self, request: Request, tag: str, members: Mapping[str, Any]) -> Response:
        headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
        known = {each.strip() for each in request.headers.get("If-None-Match", "").split(",")}
        if known & {tag, "*"}:
            return Response(status_code=_NOT_MODIFIED, headers=headers)
        body = orjson.dumps({"seq": self.board.seq, "ts": self.ts, **members})
        return Response(body, headers=headers, media_type="application/json")


def _tag(request: Request, members: Mapping[str, Any]) -> str:
    digest = hashlib.sha256(orjson.dumps([request.url.path, members])).hexdigest()[:32]
    return f'W/"{digest}"'


async def _seen(request: Request, access: Reading) -> Seen:
    """Read the board and note that. Raises :class:`Forbidden` for an agent, whose own row is on its desk."""
    if access.grant.reach is Reach.OWN:
        raise Forbidden
    member = access.principal.memberships[access.tenant_id]
    state, now = request.app.state, clock.now()
    plane, kept = state.plane, state.boards.of(Watched(access.tenant_id, member.name, member.zone))
    board = await kept.look(plane, now)
    async with plane.transaction(access.tenant_id) as scope:
        await reading.listed(scope, reader_of(access), "board", len(board.calls), {})
        shown = await shown_to(scope, access.role)
    return Seen(board, kept, shown, clock.millis(now))


OfBoard = Annotated[Seen, Depends(_seen)]


@router.get("/board")
async def board(request: Request, seen: OfBoard) -> Response:
    """Return the whole board, as the feed's snapshot has it."""
    _known(request, ())
    return seen.whole(request)


@router.get("/queues")
async def queues(request: Request, seen: OfBoard) -> Response:
    """Return every queue with its figures; ``code`` picks some."""
    return seen.answer(request, data=_picked(request, seen.rows["queues"], {"code": _is("code")}))


@router.get("/seats")
async def seats(request: Request, seen: OfBoard) -> Response:
    """Return every rented seat; ``state`` (its ``truth``), ``queue`` (code) and ``seat`` pick some.

    A seat is in the queue of the interaction that it works on.
    """
    codes = {row.name: row.code for row in seen.board.queues.values()}
    picks: Filters = {
        "state": _is("truth"),
        "queue": lambda row, wanted: bool(row["interaction"]) and codes.get(row["interaction"]["queue"]) == wanted,
        "seat": _is("seat"),
    }
    return seen.answer(request, data=_picked(request, seen.rows["seats"], picks))


@router.get("/interactions")
async def interactions(request: Request, seen: OfBoard) -> Response:
    """Return open interactions and the last fifty that ended; ``state``, ``outcome``, ``queue`` (code) pick some."""
    codes = {row.name: row.code for row in seen.board.queues.values()}
    picks: Filters = {
        "state": _is("state"), "outcome": _is("outcome"),
        "queue": lambda row, wanted: codes.get(row["queue"]) == wanted,
    }  # fmt: skip
    return seen.answer(request, data=_picked(request, seen.rows["calls"], picks))


@router.get("/figures")
async def key_figures(request: Request, seen: OfBoard) -> Response:
    """Return the key figures of this moment, each with what it is made of; ``id`` picks some."""
    made = [{"value": None, **at(row, seen.ts)} for row in figures(seen.rows["totals"])]
    data = _picked(request, made, {"id": _is("id")})
    return seen.answer(request, formula=seen.rows["formula"], data=data)


@router.post("/tickets")
async def socket_pass(request: Request, access: Reading) -> Response:
    """Return a ticket by which a browser opens one socket, once, within thirty seconds; it ends with your key."""
    if access.principal.kind != "key":
        raise Forbidden("A person's browser needs no ticket")
    credential = passes.credential_of(access.principal, request)
    made, ends = await passes.issue(request.app.state.control, access.tenant_id, credential, clock.now())
    told = {
        "ticket": made, "expires_at": ends.isoformat(), "protocols": [passes.PROTOCOL, passes.OFFERED + made],
        "path": "/live/feed",
    }  # fmt: skip
    return Response(orjson.dumps(told), _CREATED, {"Cache-Control": "no-store"}, "application/json")


@router.get("/schemas", dependencies=[_SAME])
async def schemas() -> Response:
    """List the published schemas."""
    return Response(orjson.dumps({"data": [f"/v1/live/schemas/{name}" for name in PUBLISHED]}),
                    media_type="application/json")  # fmt: skip


@router.get("/schemas/{schema_name}", dependencies=[_SAME])
async def schema(schema_name: str) -> Response:
    """Return a JSON Schema (draft 2020-12) of what is read here."""
    found = PUBLISHED.get(schema_name.removesuffix(".json"))
    if found is None:
        raise UnknownSchema
    return Response(orjson.dumps(found), media_type="application/schema+json")


@router.get("/asyncapi.json", dependencies=[_SAME])
async def asyncapi(request: Request) -> Response:
    """Return the AsyncAPI document of the feed."""
    return Response(orjson.dumps(document(request.app.state.settings.public_url)), media_type="application/json")


def _is(name: str) -> Callable[[Row, str], bool]:
    return lambda row, wanted: row[name] == wanted


def _known(request: Request, names: Iterable[str]) -> None:
    unknown = sorted(set(request.query_params) - set(names))
    if unknown:
        there = ", ".join(sorted(names)) or "none"
        raise UnknownFilter(f"there is no filter {unknown[0]!r}; there are: {there}")


def _picked(request: Request, rows: Iterable[Row], filters: Filters) -> list[Row]:
    """Return the rows that every filter lets through; one that is given twice lets either through."""
    _known(request, filters)
    wanted = {name: request.query_params.getlist(name) for name in filters if name in request.query_params}
    return [row for row in rows if all(any(filters[n](row, each) for each in v) for n, v in wanted.items())]
