"""Each planted bug turns the probe red, part by part; the same parts find nothing before it is planted.

No ``from __future__ import annotations``: FastAPI reads the signatures of the planted routes.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Annotated, Any
from uuid import UUID

import asyncpg
import pytest
import redis.asyncio as aioredis
from fastapi import Depends
from pydantic import BaseModel
from starlette.responses import JSONResponse

from kit.db import Scope
from kit.errors import Conflict, NotFound
from probe.core.tally import Tally
from probe.service import outside, tells
from probe.service.crawl import Crawl
from probe.service.engine import end_keys, ground_of, spared
from probe.service.ground import Ground
from probe.service.members import Member, members
from probe.service.statements import Statements
from probe.service.twins import settle
from tenants.access import for_system
from tenants.endpoints import Access, permitted
from tests.probe.conftest import Field

Watching = Annotated[Access, Depends(permitted("live.read"))]
TABLE = (
    "CREATE TABLE gf.planted (tenant_id uuid NOT NULL, id uuid NOT NULL, note text, PRIMARY KEY (tenant_id, id));"
    "ALTER TABLE gf.planted OWNER TO gf_owner; GRANT SELECT, INSERT, UPDATE (note), DELETE ON gf.planted TO gf_app;"
)
ON = "ALTER TABLE gf.planted ENABLE ROW LEVEL SECURITY;"
POLICY = (
    "CREATE POLICY tenant ON gf.planted USING (tenant_id = (SELECT guard.tenant()))"
    " WITH CHECK (tenant_id = (SELECT guard.tenant()));"
)


@pytest.fixture
async def ground(field: Field) -> AsyncIterator[Ground]:
    made = await ground_of(field.tools, await settle(field.tools.grounds))
    yield made
    await end_keys(made)
    await made.close()


async def _rows(field: Field, sql: str, *args: object) -> list[Any]:
    connection = await asyncpg.connect(field.site.house.admin_dsn)
    try:
        return list(await connection.fetch(sql, *args))
    finally:
        await connection.close()


async def _red(ground: Ground, walk: list[Member]) -> dict[str, set[str]]:
    """Crawl these members and return what was found at each."""
    crawl = Crawl(ground, [], oddly=False, spare=spared)
    await crawl.run(walk)
    await tells.assign_more(crawl, walk)
    await tells.try_names(crawl, walk)
    await tells.time_routes(crawl, walk)
    found: dict[str, set[str]] = {}
    for finding in crawl.findings:
        found.setdefault(finding.member, set()).add(finding.oracle)
    return found


class Label(BaseModel):
    """Something with a code that is unique in the whole world, alas."""

    code: str


async def test_planted_routes_turn_it_red_each_for_its_reason(field: Field, ground: Ground) -> None:
    cache: dict[str, Any] = {}

    async def unguarded() -> JSONResponse:
        return JSONResponse({})

    async def cached(interaction_id: UUID, access: Watching) -> JSONResponse:
        """Keep the first caller's answer for everybody."""
        key = str(interaction_id)
        if key not in cache:
            rows = await _rows(field, "SELECT cause FROM gf.interaction WHERE id = $1 AND tenant_id = $2",
                               interaction_id, access.tenant_id)  # fmt: skip
            cache[key] = [row["cause"] for row in rows]
        return JSONResponse(cache[key])

    async def slow(interaction_id: UUID, access: Watching) -> JSONResponse:
        if await _rows(field, "SELECT 1 FROM gf.interaction WHERE id = $1", interaction_id):
            await asyncio.sleep(0.06)
        raise NotFound

    async def unique(label: Label, access: Watching) -> JSONResponse:
        if await _rows(field, "SELECT 1 FROM control.tenant WHERE code = $1", label.code):
            raise Conflict("the code is taken")
        return JSONResponse({})

    clean = next(m for m in members(field.app) if str(m) == "GET /v1/interactions/{interaction_id}")
    assert await _red(ground, [clean]) == {}
    add = field.app.add_api_route
    add("/planted/unguarded", unguarded, include_in_schema=False)
    add("/planted/cached/{interaction_id}", cached)
    add("/planted/slow/{interaction_id}", slow)
    add("/planted/unique", unique, methods=["POST"])
    found = await _red(ground, [m for m in members(field.app) if m.path.startswith("/planted")])
    assert found["GET /planted/unguarded"] == {"no guard"}
    assert (
        "canary" in found["GET /planted/cached/{interaction_id}"]
        or "foreign = random" in found["GET /planted/cached/{interaction_id}"]
    )
    assert found["GET /planted/slow/{interaction_id}"] == {"time"}
    assert found["POST /planted/unique"] == {"foreign = random"}


@pytest.mark.parametrize(
    ("sql", "rule"),
    [
        (TABLE, "row-level security is on and forced"),
        (TABLE + ON + POLICY, "row-level security is on and forced"),
        (TABLE + ON + "ALTER TABLE gf.planted FORCE ROW LEVEL SECURITY;", "one policy, for every role and verb"),
    ],
    ids=["no wall at all", "without FORCE", "without policy"],
)
async def test_a_table_without_its_wall_turns_it_red(field: Field, ground: Ground, sql: str, rule: str) -> None:
    async def found() -> list[str]:
        tally = Tally()
        await Statements(ground, tally, "sql", {ground.world.a.tenant: "the synthetic client's rows"}).run()
        return [finding.member for _, finding in tally.findings]

    assert await found() == []
    connection = await asyncpg.connect(field.site.house.admin_dsn)
    await connection.execute(sql)
    await connection.execute("INSERT INTO gf.planted VALUES ($1::uuid, uuidv7(), 'x')".replace(
        "$1", f"'{ground.world.a.tenant}'"))  # fmt: skip
    await connection.close()
    told = await found()
    assert any(one.startswith(rule) for one in told)
    if "ENABLE" not in sql:
        assert any(one.startswith("SELECT, gf.planted, the synthetic") for one in told)


async def test_an_unscoped_redis_key_turns_it_red(field: Field, ground: Ground) -> None:
    async def found() -> set[str]:
        tally = Tally()
        await outside.look_at_redis(ground, tally, field.tools.redis_url)
        return {finding.oracle for _, finding in tally.findings}

    assert await found() == set()
    client = aioredis.from_url(field.tools.redis_url)
    await client.set("board", ground.world.a.words.word("order title"))
    assert await found() == {"no case", "canary"}
    await client.delete("board")
    await client.set("floor:main", ground.world.a.words.word("order title"))
    assert await found() == {"canary"}
    await client.aclose()


async def test_a_job_that_believes_its_payload_turns_it_red(field: Field, ground: Ground) -> None:
    async def believing(_scope: Scope, payload: Mapping[str, object]) -> None:
        theirs = for_system(UUID(str(payload["tenant_id"])), "planted")
        async with field.site.house.app.transaction(theirs) as scope:
            await scope.fetch("UPDATE gf.work_order SET event_seq = event_seq + 1 WHERE tenant_id = $1", theirs)

    tally = Tally()
    await outside.attack_jobs(ground, tally, field.tools.jobs)
    assert tally.findings == []
    await outside.attack_jobs(ground, tally, {"planted": believing})
    assert {finding.oracle for _, finding in tally.findings} == {"victim state"}


async def test_a_file_outside_of_every_tenant_turns_it_red(ground: Ground) -> None:
    tally = Tally()
    await outside.attack_files(ground, tally, None)
    assert tally.findings == []
    ground.folder.mkdir(parents=True, exist_ok=True)
    (ground.folder / "loose.wav").write_bytes(b"RIFF")
    (ground.folder / "t" / ground.world.b.victim.tenant / "odd").mkdir(parents=True)
    (ground.folder / "t" / ground.world.b.victim.tenant / "odd" / "x.wav").write_bytes(b"RIFF")
    await outside.attack_files(ground, tally, None)
    assert {finding.member for _, finding in tally.findings} == {
        "a stored file's place: outside of every tenant", "a stored file's place: unknown class odd",
    }  # fmt: skip
