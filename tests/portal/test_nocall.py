"""Whom nobody calls: typed, from a file, by a system; looked up, taken off, expired; never in full anywhere."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import aiohttp

from interactions.nocall import service
from interactions.nocall.service import Wanted, Who
from tests.portal.test_holds import post
from tests.portal.test_records import manager, read
from tests.support.site import Site

WHY = "The contact wrote to us, letter 4711"
FIRST, SECOND, THIRD = "+8613812345678", "+8613912345678", "+85291234567"
PAGE = "/settings/do-not-call"


async def test_a_client_says_whom_nobody_calls(site: Site) -> None:
    keeper = await manager(site)
    assert "Nobody is on the list." in await read(keeper, PAGE, lang="en")
    one = {"numbers": FIRST, "why": WHY}
    wrong = ({"numbers": "nobody"}, {"why": "short"}, {"numbers": ""}, {"until": "2020-01-01"}, {"until": "x"})
    for typed in ({**one, **each} for each in wrong):
        assert str(typed["numbers"]) in await post(keeper, PAGE, 422, **typed), "what was typed is there still"
    await _from_a_file(keeper)
    page = await read(keeper, PAGE, lang="en")
    for shown in ("+86 138****5678", "+86 139****5678", "+852 9***4567", WHY, "3 numbers"):
        assert shown in page, shown
    found = await read(keeper, PAGE, lang="en", q="138 1234 5678")
    assert found.count('<details class="act">') == 1
    assert "This number is not on the list." in await read(keeper, PAGE, lang="en", q="+8613800000000")
    assert "This number is not on the list." in await read(keeper, PAGE, lang="en", q="words")
    await _by_a_system(site, keeper)
    tenant = site.tenants["galaxy"]
    async with site.house.app.transaction(tenant) as scope:
        told = str(
            await scope.fetch("SELECT data::text FROM gf.journal WHERE tenant_id = $1 AND kind LIKE 'Number%'", tenant)
        )
        stored = str(
            [dict(row) for row in await scope.fetch("SELECT * FROM gf.do_not_call WHERE tenant_id = $1", tenant)]
        )
    assert WHY in told
    assert "****" in told
    for number in (FIRST, SECOND, THIRD):
        assert number[-8:] not in told + stored, "sealed in the row, masked in facts"


async def _from_a_file(keeper: aiohttp.ClientSession) -> None:
    form = aiohttp.FormData({"numbers": FIRST, "why": WHY, "until": ""})
    listed = f"number;name\n{FIRST};A\n0139 1234 5678;B\n139-1234-5678;C\n{THIRD};D\n12;E\n"
    form.add_field("file", ("\ufeff" + listed).encode(), filename="list.csv")
    async with keeper.post(PAGE, data=form, allow_redirects=False) as answer:
        assert answer.status == 303, await answer.text()
        assert "added=3&known=" in answer.headers["Location"]
        to = answer.headers["Location"]
    assert "No telephone numbers" in await read(keeper, to + "&lang=en")


async def _by_a_system(site: Site, keeper: aiohttp.ClientSession) -> None:
    system = await site.machine("galaxy")
    async with system.get("/v1/do-not-call", params={"number": FIRST}) as answer:
        (line,) = (await answer.json())["data"]
    assert (line["contact"], line["why"], line["expires_at"]) == ("+86 138****5678", WHY, None)
    await post(keeper, f"{PAGE}/{line['id']}/lift", 422, reason="short")
    await post(keeper, f"{PAGE}/{line['id']}/lift", reason="It may be called again")
    await post(keeper, f"{PAGE}/{line['id']}/lift", 404, reason="It may be called again")
    until = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    body = {"numbers": [FIRST, "x"], "why": WHY, "expires_at": until}
    for other, status in (({}, 200), ({"numbers": []}, 400), ({"expires_at": "2020-01-01T00:00:00Z"}, 400)):
        async with system.post("/v1/do-not-call", json={**body, **other}) as answer:
            assert answer.status == status, await answer.text()
            if status == 200:
                assert await answer.json() == {"added": 1, "known": 0, "refused": [2]}
    async with system.post(f"/v1/do-not-call/{uuid4()}/lift", json={"why": "It may be called again"}) as answer:
        assert answer.status == 404
    tenant, later = site.tenants["galaxy"], datetime.now(UTC) + timedelta(days=2)
    async with site.house.app.transaction(tenant) as scope:
        assert await service.listed(scope, FIRST, datetime.now(UTC)) is not None
        assert await service.listed(scope, FIRST, later) is None, "its time is over"
        again = Wanted([FIRST], WHY, None, "")
        assert (await service.add(scope, again, Who("key", "k", "K"), later)).count == 1, "and it may be added again"
