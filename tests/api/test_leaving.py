"""An operation that goes away says so in every answer, refusals too, and no sooner than was promised."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import httpx
import pytest
from fastapi import APIRouter, FastAPI, Response
from fastapi.middleware import Middleware

from app import problems
from app.published.leaving import LEAVING, NOTICE, Leaving, LeavingHeaders
from app.published.operations import OPERATIONS
from kit.errors import NotFound

SINCE = datetime(2026, 11, 23, tzinfo=UTC)
PLANTED = {"GET /v1/old/{thing}": Leaving(SINCE, datetime(2027, 6, 1, 12, tzinfo=UTC), "https://example.com/old")}


async def test_a_planted_route_says_since_when_and_until_when() -> None:
    router = APIRouter(prefix="/v1")

    async def old(thing: str) -> Response:
        if thing == "none":
            raise NotFound
        return Response(headers={"Link": '</v1/old/b>; rel="next"'})

    router.add_api_route("/old/{thing}", old)
    router.add_api_route("/new/{thing}", old)
    app = FastAPI(middleware=[Middleware(LeavingHeaders, table=PLANTED)])
    problems.install(app)
    app.include_router(router)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://gf.test") as http:
        for thing, status in (("a", 200), ("none", 404)):
            got = await http.get(f"/v1/old/{thing}")
            assert (got.status_code, got.headers["Deprecation"]) == (status, "@1795392000")
            assert got.headers["Sunset"] == "Tue, 01 Jun 2027 12:00:00 GMT"
            assert '<https://example.com/old>; rel="deprecation"' in got.headers["Link"]
        assert 'rel="next"' in (await http.get("/v1/old/a")).headers["Link"]
        assert not {"deprecation", "sunset"} & set((await http.get("/v1/new/a")).headers)


def test_nothing_leaves_sooner_than_was_promised() -> None:
    with pytest.raises(ValueError, match="183 days"):
        Leaving(SINCE, SINCE + NOTICE - timedelta(seconds=1), "https://example.com/old")
    assert set(LEAVING) <= set(OPERATIONS)
