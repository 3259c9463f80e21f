"""Versions are listed, compared, brought back and taken back; an older draft says so and is carried over."""

from __future__ import annotations

from datetime import UTC, datetime

import aiohttp
import yaml

from app.flows import check_flow
from tenants.service.blueprints import Order, apply_blueprint, in_force
from tenants.service.drafts import read_draft
from tests.support.forms import Form, posts
from tests.support.site import EXAMPLES, Site

HTML = {"Accept": "text/html"}


async def page(reader: aiohttp.ClientSession, address: str, status: int = 200) -> str:
    async with reader.get(address, headers=HTML, params={"lang": "en"}) as answer:
        text = await answer.text()
        assert answer.status == status, (address, text[-800:])
        return text


async def send(reader: aiohttp.ClientSession, form: Form, status: int = 303, **typed: str) -> str:
    async with reader.post(
        form.action, params={"lang": "en"}, data={**form.fields, **typed}, headers=HTML, allow_redirects=False
    ) as answer:
        text = await answer.text()
        assert answer.status == status, text[-1200:]
        return text


async def publish(reader: aiohttp.ClientSession, why: str) -> None:
    await send(reader, posts(await page(reader, "/settings/changes"), "/settings/changes/publish")[0], why=why)


async def skill_in_force(site: Site) -> tuple[int, str]:
    async with site.house.app.session(site.tenants["galaxy"]) as scope:
        present = await in_force(scope)
    assert present.content is not None
    return present.version, present.content["skills"][0]["name"]


async def reader_of(site: Site) -> aiohttp.ClientSession:
    return await site.person((await site.people("galaxy"))["client_manager"], "galaxy")


async def test_take_back_and_go_back(site: Site) -> None:
    reader = await reader_of(site)
    first = await skill_in_force(site)
    for name in ("Two", "Three"):
        form = posts(await page(reader, "/settings/skills?entry=orders"), "/settings/skills")[0]
        await send(reader, form, do="save", name=name)
        await publish(reader, f"call it {name}")
    shown = await page(reader, "/settings/versions?version=3")
    for text in ("call it Two", "call it Three", "Version 3", ">Two</del>", ">Three</ins>"):
        assert text in shown, text
    forms = posts(shown, "/settings/versions")
    await send(reader, forms[0], do="undo")
    assert await skill_in_force(site) == (4, "Two")
    assert "Another version came into force" in await send(reader, forms[-1], 409, do="revert")
    forms = posts(await page(reader, "/settings/versions"), "/settings/versions")
    await send(reader, forms[-1], do="revert")
    assert await skill_in_force(site) == (5, first[1])
    await page(reader, "/settings/versions?version=99", 404)
    viewer = await site.person((await site.people("galaxy"))["client_viewer"], "galaxy")
    assert posts(await page(viewer, "/settings/versions"), "/settings/versions") == []
    await send(viewer, forms[-1], 403, do="revert")


async def test_a_draft_of_an_older_version_is_carried_over_without_losing_anybodys_work(site: Site) -> None:
    reader = await reader_of(site)
    for slug, entry, name in (("skills", "orders", "Mine"), ("queues", "care", "Also mine")):
        form = posts(await page(reader, f"/settings/{slug}?entry={entry}"), f"/settings/{slug}")[0]
        await send(reader, form, do="save", name=name)
    document = yaml.safe_load((EXAMPLES / "galaxy.yaml").read_text(encoding="utf-8").replace("{on:", '{"on":'))
    document["queues"][0]["name"] = "Theirs"
    order = Order(by="onboarding", at=datetime.now(UTC), check_flow=check_flow, why="from a file")
    text = yaml.safe_dump(document, allow_unicode=True)
    await apply_blueprint(site.house.control, site.house.app, text, order)
    shown = await page(reader, "/settings/changes")
    assert "This draft was begun from version 1" in shown
    await send(reader, posts(shown, "/settings/changes/publish")[0], 409, why="mine")
    await send(reader, posts(shown, "/settings/changes/carry")[0])
    draft = await read_draft(site.house.app, site.tenants["galaxy"])
    assert not draft.outdated
    assert (draft.content["skills"][0]["name"], draft.content["queues"][0]["name"]) == ("Mine", "Theirs")
    assert "Changed on both sides" in await page(reader, "/settings/changes?left=queues")
    await publish(reader, "both")
    assert (await skill_in_force(site))[1] == "Mine"
