"""Erasing by two people: who may, what they prove, what is refused, how it is stopped; all of it is told."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import aiohttp

from exits.service import orders
from journal import service as journal
from kit.clock import now
from tenants.access import INSTALLATION, for_system
from tests.support.site import Site

PAGE, WHY = "/centre/erasures", "The contract ended in October"
HTML = {"Accept": "text/html"}


async def post(who: aiohttp.ClientSession, path: str, **form: str) -> tuple[int, str]:
    async with who.post(path, data=form, headers=HTML, allow_redirects=False) as answer:
        return answer.status, answer.headers.get("Location", "") + await answer.text()


async def colleague(site: Site) -> aiohttp.ClientSession:
    await (await site.house.control.pool()).execute(
        'INSERT INTO control."user" (id, email, name, staff_role) VALUES ($1, $2, $3, $4)',
        uuid4(), "second@harbour.example", "Ines Kwok", "onboarding",
    )  # fmt: skip
    return await site.person("second@harbour.example")


async def put(site: Site, state: str) -> None:
    await (await site.house.control.pool()).execute(
        "UPDATE control.tenant SET state = $2 WHERE id = $1", site.tenants["galaxy"], state
    )


async def told(site: Site) -> list[str]:
    async with site.house.app.transaction(for_system(INSTALLATION, "tests")) as scope:
        return [fact.kind for fact in await journal.history(scope, site.tenants["galaxy"])]


async def test_two_people_decide_and_there_is_time_to_stop_it(site: Site) -> None:
    first, second = await site.person("onboarding@harbour.example"), await colleague(site)
    control, galaxy = site.house.control, site.tenants["galaxy"]
    assert (await post(first, PAGE, client="galaxy", reason=WHY))[0] == 409, "it has not left"
    await put(site, "left")
    for wrong in ("", "short", "x" * 301, "a reason \u202e that turns"):
        status, page = await post(first, PAGE, client="galaxy", reason=wrong)
        assert status == 422
        assert "plain words" in page
    assert (await post(first, PAGE, client="nobody", reason=WHY))[0] == 404
    assert (await post(first, PAGE, client="galaxy", reason=WHY))[0] == 303
    assert (await post(second, PAGE, client="galaxy", reason=WHY))[0] == 409
    assert (await post(first, f"{PAGE}/{galaxy}/confirm", code="galaxy"))[0] == 403, "nobody confirms their own"
    status, page = await post(second, f"{PAGE}/{galaxy}/confirm", code="galaxi")
    assert (status, 'value="galaxi"' in page) == (422, True)
    assert (await orders.one(control, galaxy))["due_at"] is None
    assert (await post(second, f"{PAGE}/{galaxy}/confirm", code="galaxy"))[0] == 303
    assert (await post(second, f"{PAGE}/{galaxy}/confirm", code="galaxy"))[0] == 409
    assert await orders.due(control, now() + timedelta(hours=71)) == []
    assert await orders.due(control, now() + timedelta(hours=73)) == [galaxy]
    await put(site, "active")
    assert await orders.due(control, now() + timedelta(hours=73)) == [], "it came back"
    await put(site, "left")
    assert (await post(first, f"{PAGE}/{galaxy}/withdraw"))[0] == 303
    assert (await post(first, f"{PAGE}/{galaxy}/withdraw"))[0] == 404
    assert (await post(second, f"{PAGE}/{galaxy}/confirm", code="galaxy"))[0] == 404
    assert await told(site) == ["ErasureAsked", "ErasureConfirmed", "ErasureWithdrawn"]


async def test_nobody_else_and_only_who_was_here_just_now(site: Site) -> None:
    await put(site, "left")
    galaxy, pool = site.tenants["galaxy"], await site.house.control.pool()
    people = await site.people("harbour-light")
    manager = await site.person(people["client_manager"], "harbour-light")
    supervisor, machine = await site.person("sup@harbour.example"), await site.machine("harbour-light")
    for who in (manager, supervisor, machine):
        assert (await post(who, PAGE, client="galaxy", reason=WHY))[0] == 403
        for path in (PAGE, f"{PAGE}/{galaxy}/certificate.json"):
            async with who.get(path) as answer:
                assert answer.status == 403
    stale = await site.person("onboarding@harbour.example")
    await pool.execute("UPDATE control.session SET confirmed_at = now() - interval '11 minutes'")
    status, where = await post(stale, PAGE, client="galaxy", reason=WHY)
    assert (status, "/account/confirm" in where) == (303, True)
    assert await told(site) == []
    async with stale.get(f"{PAGE}/{galaxy}/certificate.json") as answer:
        assert answer.status == 404
    for path in (str(uuid4()), str(UUID(int=0)), "x"):
        assert (await post(await site.person("onboarding@harbour.example"), f"{PAGE}/{path}/confirm", code="x"))[0] in {
            400, 404, 422,
        }  # fmt: skip
