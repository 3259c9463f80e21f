"""A client's manager holds conversations on their pages and by a search, and lifts that again; nobody else may."""

from __future__ import annotations

from uuid import uuid4

import aiohttp

from tests.portal import telling
from tests.portal.test_records import manager, read
from tests.support.site import Site

WHY = "The court asks for it, case 4711"


async def post(who: aiohttp.ClientSession, path: str, status: int = 303, **fields: str) -> str:
    async with who.post(path, data=fields, allow_redirects=False, headers={"Accept": "text/html"}) as answer:
        text = await answer.text()
        assert answer.status == status, text[-1500:]
        return text


async def test_a_manager_holds_conversations_and_lifts_it_again(site: Site) -> None:
    at = await telling.place(site)
    first, second = [await telling.tell(site, at.tenant, telling.answered(at, recording=uuid4())) for _ in range(2)]
    reader = await manager(site)
    assert "Nothing is held." in await read(reader, "/settings/holds", lang="en")
    await post(reader, f"/interactions/{first}/hold", 400, reason="short")
    await post(reader, f"/interactions/{uuid4()}/hold", 404, reason=WHY)
    await post(reader, f"/interactions/{first}/hold/lift", 404, reason=WHY)
    await post(reader, f"/interactions/{first}/hold", reason=WHY)
    page = await read(reader, f"/interactions/{first}", lang="en")
    assert WHY in page
    assert "Lift the hold" in page
    for typed in ({"q": "0000"}, {"from": "yesterday"}, {}):
        assert WHY in await post(reader, "/settings/holds", 422, reason=WHY, **typed), "what was typed is there still"
    await post(reader, "/settings/holds", q=telling.CONTACT[-4:], reason=WHY)
    held = await read(reader, "/settings/holds", lang="en")
    assert str(first) in held
    assert str(second) in held
    await post(reader, f"/interactions/{second}/hold/lift", reason="The case is over now")
    assert str(second) not in await read(reader, "/settings/holds", lang="en")
    assert len(await telling.facts_of(site, at.tenant, second, "HoldLifted")) == 1
    people = await site.people("galaxy")
    viewer = await site.person(people["client_viewer"], "galaxy")
    await post(viewer, f"/interactions/{first}/hold/lift", 403, reason=WHY)
    assert "hold-reason" not in await read(viewer, f"/interactions/{first}", lang="en")
