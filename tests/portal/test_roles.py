"""Every page for every role: who gets in, who is told why not, and that nobody begins on an error."""

from __future__ import annotations

import re
from uuid import uuid4

import aiohttp
from yarl import URL

from portal.sentences import problems
from tenants.core.permissions import Permission, Role, decide
from tests.portal import telling
from tests.support.site import Site

PLACES: dict[str, Permission] = {
    "/centre": "tenant.create",
    "/floor": "floor.watch",
    "/live": "live.read",
    "/control": "control.read",
    "/interactions": "interaction.read",
    "/work-orders": "work_order.read",
    "/settings": "settings.read",
}
CLIENTS = (Role.CLIENT_MANAGER, Role.CLIENT_VIEWER, Role.CLIENT_DEVELOPER)
CENTRES = {
    Role.SUPERVISOR: "sup@harbour.example",
    Role.QUALITY: "quality@harbour.example",
    Role.ONBOARDING: "onboarding@harbour.example",
}
HTML = {"Accept": "text/html"}


async def people(site: Site) -> dict[Role, aiohttp.ClientSession]:
    emails = await site.people("galaxy")
    wanted = {role: emails[role.value] for role in CLIENTS} | CENTRES
    return {role: await site.person(email, "galaxy") for role, email in wanted.items()}


async def test_each_role_gets_its_pages_and_no_others(site: Site) -> None:
    at = await telling.place(site)
    call = await telling.tell(site, at.tenant, telling.answered(at, recording=uuid4()))
    for role, reader in (await people(site)).items():
        for path, needed in {**PLACES, f"/interactions/{call}": "interaction.read"}.items():
            async with reader.get(path, headers=HTML) as answer:
                text = await answer.text()
                assert answer.status == (200 if decide(role, needed) else 403), (role, path, text[-500:])
                assert ('data-state="denied"' in text) is (answer.status == 403)
                linked = re.findall(r'<li><a href="(/[a-z-]+)"', text.partition('class="top-end"')[0])
                may = [place for place, permission in PLACES.items() if decide(role, permission)]
                assert linked == (["/home", *may] if answer.status == 200 else []), role
        async with reader.get("/desk", headers={**HTML, "Accept-Language": "zh-TW"}) as answer:
            assert answer.status == 403, role
        listens = decide(role, "recording.listen") is not None
        async with reader.get(f"/interactions/{call}/recording") as answer:
            assert answer.status == (200 if listens else 403), role


async def test_nobody_begins_on_an_error(site: Site) -> None:
    for role, reader in (await people(site)).items():
        async with reader.get("/", params={"lang": "en"}, headers=HTML) as answer:
            text = await answer.text()
            assert answer.status == 200, (role, text[-500:])
        assert answer.url.path == "/home", role


async def test_a_supervisor_works_for_one_client_and_changes_to_another(site: Site) -> None:
    token, csrf = await site.cookie(CENTRES[Role.SUPERVISOR], "galaxy")
    jar = aiohttp.CookieJar(unsafe=True)
    jar.update_cookies({"gf": token}, URL(site.url))
    async with aiohttp.ClientSession(site.url, cookie_jar=jar, headers={"Origin": site.url, **HTML}) as reader:
        async with reader.get("/live") as answer:
            assert "</span><bdi>银河商城</bdi></a>" in await answer.text()
        async with reader.post("/client", data={"code": "harbour-light"}) as answer:
            assert answer.status == 403  # without the word of the session's own pages
        async with reader.post("/client", data={"code": "nowhere", "csrf_token": csrf}) as answer:
            assert answer.status == 404
        async with reader.post("/client", data={"code": "harbour-light", "csrf_token": csrf}) as answer:
            assert (answer.status, answer.url.path) == (200, "/home")
            assert "</span><bdi>海光電力 Harbour Light</bdi></a>" in await answer.text()


async def test_who_has_no_client_is_asked_for_one(site: Site) -> None:
    reader = await site.person(CENTRES[Role.SUPERVISOR])
    async with reader.get("/", headers=HTML) as answer:
        text = await answer.text()
        assert answer.status == 200
        assert text.count('action="/client"') >= 2
    async with reader.get("/live", params={"lang": "en"}, headers=HTML) as answer:
        assert answer.status == 409
        assert "Choose first the client that you work for." in await answer.text()


async def test_a_language_and_a_theme_are_kept_in_cookies(site: Site) -> None:
    token, _ = await site.cookie((await site.people("galaxy"))["client_manager"], "galaxy")
    jar = aiohttp.CookieJar(unsafe=True)
    jar.update_cookies({"gf": token}, URL(site.url))
    async with aiohttp.ClientSession(site.url, cookie_jar=jar) as reader:
        for wish, lang in (("zh-TW", "zh-Hant"), ("en-US", "en"), ("fr", "en"), ("zh-CN", "zh-Hans")):
            async with reader.get("/work-orders", params={"lang": wish}) as answer:
                assert answer.headers["Content-Language"] == lang
            async with reader.get("/interactions") as answer:
                assert answer.headers["Content-Language"] == lang
                assert f'<html lang="{lang}"' in await answer.text()
        for theme, shown in (("dark", "dark"), ('"><script>', "auto"), ("light", "light")):
            async with reader.get("/live", headers={"Cookie": f"theme={theme}; gf={token}"}) as answer:
                assert f'data-theme="{shown}"' in await answer.text()


async def test_an_error_page_speaks_the_readers_language(site: Site) -> None:
    reader = await site.person((await site.people("galaxy"))["client_viewer"], "galaxy")
    for lang, word in (("en", "There is nothing here"), ("zh-HK", "這裡沒有內容")):
        for path in (f"/work-orders/{uuid4()}", "/nowhere", f"/interactions/{uuid4()}"):
            async with reader.get(path, params={"lang": lang}, headers=HTML) as answer:
                text = await answer.text()
                assert (answer.status, word in text) == (404, True), text[-800:]
                assert re.search(r'data-copy="[0-9a-f-]{36}"', text)


async def test_signing_in_with_a_wrong_password_keeps_the_address(site: Site) -> None:
    async with aiohttp.ClientSession(site.url, headers={"Origin": site.url, "Sec-Fetch-Site": "same-origin"}) as door:
        form = {"email": "wang@galaxy.example", "password": "wrong", "next": "//evil.example"}
        async with door.post("/sign-in", data=form, params={"lang": "zh-TW"}) as answer:
            text = await answer.text()
            assert answer.status == 401
        assert 'value="wang@galaxy.example"' in text
        assert 'name="next" value="/"' in text
        assert 'role="alert"' in text
        assert "wrong" not in text
        async with door.get("/sign-in", headers={"Origin": "https://evil.example"}) as answer:
            assert answer.status == 200
        async with door.post("/sign-in", data=form, headers={"Sec-Fetch-Site": "cross-site"}) as answer:
            assert answer.status == 403


def test_every_refusal_of_a_page_has_its_words() -> None:
    assert {"forbidden", "not_found", "no_client", "not_an_agent", "not_from_our_page", "unavailable"} < set(
        problems(str)
    )
