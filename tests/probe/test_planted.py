"""Each planted bug turns the probe red, part by part; the same parts find nothing before it is planted.

No ``from __future__ import annotations``: FastAPI reads the signatures of the planted routes.
"""

import asyncio
from typing import Annotated, Any
from uuid import UUID

import asyncpg
from fastapi import Depends
from pydantic import BaseModel
from starlette.responses import JSONResponse

from kit.errors import Conflict, NotFound
from probe.core.tally import Tally
from probe.service import tells
from probe.service.crawl import Crawl
from probe.service.engine import spared
from probe.service.filling import one_more
from probe.service.ground import Ground
from probe.service.members import Member, members
from probe.service.statements import Statements
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
        if await owner.fetch("SELECT 1 FROM gf.interaction WHERE id = $1", interaction_id):
            await asyncio.sleep(0.08)  # more than others' load adds to nearly every pair
        raise NotFound

    async def unique(label: Label, access: Watching) -> JSONResponse:
        if await _rows(field, "SELECT 1 FROM control.tenant WHERE code = $1", label.code):
            raise Conflict("the code is taken")
        return JSONResponse({})

    owner = await asyncpg.create_pool(field.site.house.admin_dsn, min_size=1, max_size=4)
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
    await owner.close()


WALLS = (
    (TABLE, "row-level security is on and forced"),
    (ON + POLICY, "row-level security is on and forced"),
    ("ALTER TABLE gf.planted FORCE ROW LEVEL SECURITY; DROP POLICY tenant ON gf.planted;",
     "one policy, for every role and verb"),
)  # fmt: skip
"""No wall at all, one without FORCE, one without its policy: each after the other, and the rule that it breaks."""


async def test_a_table_without_its_wall_turns_it_red(field: Field, ground: Ground) -> None:
    async def found() -> list[str]:
        tally = Tally()
        await Statements(ground, tally, "sql", {ground.world.a.tenant: "the synthetic client's rows"}).run()
        return [finding.member for _, finding in tally.findings]

    assert await found() == []
    connection = await asyncpg.connect(field.site.house.admin_dsn)
    for sql, rule in WALLS:
        await connection.execute(sql)
        if sql == TABLE:
            await connection.execute(f"INSERT INTO gf.planted VALUES ('{ground.world.a.tenant}', uuidv7(), 'x')")
        told = await found()
        assert any(one.startswith(rule) for one in told), sql
        if sql == TABLE:
            assert any(one.startswith("SELECT, gf.planted, the synthetic") for one in told)
    await connection.close()


class Note(BaseModel):
    """A body that is copied into the row as it comes."""

    body: str
    tenant_id: UUID | None = None


async def test_a_body_that_sets_the_tenant_and_a_count_of_all_turn_it_red(field: Field, ground: Ground) -> None:
    async def assign(note: Note, access: Watching) -> JSONResponse:
        """Believe the body's tenant."""
        await _rows(field, "UPDATE gf.work_order SET event_seq = event_seq + 1 WHERE tenant_id = $1",
                    note.tenant_id or access.tenant_id)  # fmt: skip
        return JSONResponse({})

    async def count(access: Watching) -> JSONResponse:
        """Count everybody's."""
        return JSONResponse(await _rows(field, "SELECT count(*)::int FROM gf.work_order") and [
            row[0] for row in await _rows(field, "SELECT count(*)::int FROM gf.work_order")])  # fmt: skip

    field.app.add_api_route("/planted/notes", assign, methods=["POST"])
    field.app.add_api_route("/planted/count", count)
    walk = [m for m in members(field.app) if m.path.startswith("/planted")]
    crawl = Crawl(ground, [], oddly=False, spare=spared)
    await tells.assign_more(crawl, walk)
    assert {(f.oracle, f.member) for f in crawl.findings} == {("victim state", "POST /planted/notes")}
    await tells.nothing_moves(crawl, walk, lambda: one_more(ground.plane, ground.world.a))
    assert {f.member for f in crawl.findings if f.oracle == "moves with A"} == {"GET /planted/count"}
