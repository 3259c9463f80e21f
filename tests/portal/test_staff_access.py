"""The client's page of staff access and the outsourcer's form: what they show, and what they refuse."""

from __future__ import annotations

import asyncio
import re
from uuid import UUID

import aiohttp

from tests.support.site import Site

HTML = {"Accept": "text/html"}
WHY = "Checks why callers wait so long"
PAGE, ASK = "/settings/staff-access", "/centre/access"


async def get(who: aiohttp.ClientSession, path: str) -> tuple[int, str]:
    async with who.get(path, headers=HTML, allow_redirects=False) as answer:
        return answer.status, await answer.text()


async def post(who: aiohttp.ClientSession, path: str, **form: str) -> tuple[int, str]:
    async with who.post(path, data=form, headers=HTML, allow_redirects=False) as answer:
        return answer.status, await answer.text()


async def no_standing(site: Site) -> None:
    pool = await site.house.control.pool()
    await pool.execute("UPDATE control.staff_grant SET ended_at = clock_timestamp(), ended_by = 'centre file'")


async def test_from_request_to_visit_to_the_end(site: Site) -> None:
    await no_standing(site)
    people = await site.people("galaxy")
    boss = await site.person(people["client_manager"], "galaxy")
    sup = await site.person("sup@harbour.example")
    assert (await get(sup, "/interactions"))[0] == 409
    assert (await post(sup, ASK, client="galaxy", role="supervisor", minutes="60", reason=WHY))[0] == 303
    status, page = await get(boss, PAGE)
    assert status == 200
    assert WHY in page
    (grant,) = set(re.findall(PAGE + "/([0-9a-f-]{36})/approve", page))
    async with boss.ws_connect("/live/staff") as socket:
        first = await socket.receive_json()
        assert (first["inside"], first["asked"]) == ([], 1)
        assert (await post(boss, f"{PAGE}/{grant}/approve"))[0] == 303
        assert (await post(boss, f"{PAGE}/{grant}/approve"))[0] == 409
        inside = await site.person("sup@harbour.example", "galaxy")
        assert (await get(inside, "/interactions"))[0] == 200
        async with asyncio.timeout(5):
            while not (news := await socket.receive_json())["inside"]:
                pass
    assert news["inside"] == [{"name": "Grace Ho", "role": "supervisor"}]
    assert "Grace Ho" in (await get(boss, PAGE))[1]
    async with inside.ws_connect("/live/feed") as board:
        await board.receive()
        began = asyncio.get_running_loop().time()
        assert (await post(boss, f"{PAGE}/{grant}/end"))[0] == 303
        assert (await get(inside, "/interactions"))[0] in {404, 409}
        async with asyncio.timeout(6):
            while (await board.receive()).type is aiohttp.WSMsgType.TEXT:
                pass
        assert asyncio.get_running_loop().time() - began < 3.5
    assert "访问权已终止" in (await get(boss, PAGE))[1]


async def test_a_board_closes_when_a_grant_runs_out(site: Site) -> None:
    inside = await site.person("sup@harbour.example", "galaxy")
    async with inside.ws_connect("/live/feed") as board:
        await board.receive()
        pool = await site.house.control.pool()
        await pool.execute("UPDATE control.staff_grant SET until_at = clock_timestamp()")
        async with asyncio.timeout(6):
            while (last := await board.receive()).type is aiohttp.WSMsgType.TEXT:
                pass
    assert last.type in {aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED}


async def test_the_form_says_what_is_wrong_and_keeps_what_was_typed(site: Site) -> None:
    sup = await site.person("sup@harbour.example", "galaxy")
    for form, status, words in (
        ({"client": "galaxy", "role": "supervisor", "minutes": "60", "reason": "short<b>"}, 422, "short&lt;b&gt;"),
        ({"client": "galaxy", "role": "onboarding", "minutes": "60", "reason": WHY}, 403, WHY),
        ({"client": "galaxy", "role": "nothing", "minutes": "60", "reason": WHY}, 403, WHY),
        ({"client": "galaxy", "role": "supervisor", "minutes": "1e9", "reason": WHY}, 403, WHY),
        ({"client": "", "role": "supervisor", "minutes": "60", "reason": WHY}, 422, WHY),
        ({"client": "g\x00x", "role": "supervisor", "minutes": "60", "reason": WHY}, 422, WHY),
    ):
        answered, page = await post(sup, ASK, **form)
        assert answered == status, form
        assert 'role="alert"' in page
        assert words in page
    pool = await site.house.control.pool()
    assert await pool.fetchval("SELECT count(*) FROM control.staff_grant WHERE kind <> 'standing'") == 0


async def test_only_who_may_know_the_list_of_clients_sees_it(site: Site) -> None:
    await no_standing(site)
    sup, onboarding = await site.person("sup@harbour.example"), await site.person("onboarding@harbour.example")
    assert "galaxy" not in (await get(sup, ASK))[1]
    assert "galaxy" in (await get(onboarding, ASK))[1]
    answers = [
        await post(sup, ASK, client=code, role="supervisor", minutes="60", reason=WHY) for code in ("galaxy", "x")
    ]
    assert [status for status, _ in answers] == [303, 303]


async def test_only_a_client_manager_decides(site: Site) -> None:
    people = await site.people("galaxy")
    sup = await site.person("sup@harbour.example", "galaxy")
    pool = await site.house.control.pool()
    grant = await pool.fetchval(
        "SELECT id FROM control.staff_grant WHERE tenant_id = $1 LIMIT 1", UUID(str(site.tenants["galaxy"]))
    )
    for email in (people["client_viewer"], people["client_developer"]):
        who = await site.person(email, "galaxy")
        status, page = await get(who, PAGE)
        assert status == 200
        assert f"{PAGE}/{grant}/end" not in page
        assert (await post(who, f"{PAGE}/{grant}/end"))[0] == 403
    assert (await post(sup, f"{PAGE}/{grant}/end"))[0] == 403
    other = await site.person((await site.people("harbour-light"))["client_manager"], "harbour-light")
    assert (await post(other, f"{PAGE}/{grant}/end"))[0] == 404
    assert await pool.fetchval("SELECT ended_at FROM control.staff_grant WHERE id = $1", grant) is None
