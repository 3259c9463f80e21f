"""Cookies that say who one is are bound to the very host (RFC 6265bis, 4.1.3.2); and no form leads to another site."""

from __future__ import annotations

import ast
import re
from collections.abc import AsyncIterator
from http.cookies import SimpleCookie
from urllib.parse import urljoin, urlsplit

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient, Response

import portal.confirm
import portal.second_step
from kit import clock
from kit.settings import Settings
from portal.security import local_path
from tenants.service.sessions import csrf_token, open_session
from tests.architecture.rules import ROOT
from tests.support.house import House
from tests.tenants.entering import PASSWORD, VIEWER, WANG, entrance_of, person
from tests.tenants.test_guards import build
from tests.tenants.world import two_clients

OF_ONE_PAGE = {
    "handed.py": "f'{links.PATH}{context_token}'", "wall_screen.py": "f'/wall/s/{view_id}'", "shared.py": "door.path",
}  # fmt: skip
"""Which browser opened the page of one call, hangs as one screen, or hears one recording: that page alone."""
OURS = {"Sec-Fetch-Site": "same-origin", "Accept": "text/html"}


def application(house: House, *, secure: bool) -> FastAPI:
    app = build(house)
    for router in (portal.second_step.router, portal.confirm.router):
        app.include_router(router)
    app.state.settings = Settings(
        public_url="https://testserver" if secure else "http://testserver", secure_cookies=secure
    )
    return app


@pytest.fixture(params=[True, False], ids=["https", "http"])
async def client(house: House, request: pytest.FixtureRequest) -> AsyncIterator[tuple[AsyncClient, bool]]:
    await two_clients(house)
    secure = bool(request.param)
    origin = "https://testserver" if secure else "http://testserver"
    async with AsyncClient(transport=ASGITransport(application(house, secure=secure)), base_url=origin) as made:
        yield made, secure


def check(answer: Response, *, secure: bool, strict: bool = False) -> str:
    """Return the value of the one cookie of an answer, which has every attribute that it needs and no other."""
    (raw,) = [line for line in answer.headers.get_list("set-cookie") if "Max-Age=0" not in line]
    ((name, cookie),) = SimpleCookie(raw).items()
    assert name.startswith("__Host-") == secure, raw
    assert bool(cookie["secure"]) == secure, raw
    assert (cookie["path"], cookie["domain"], bool(cookie["httponly"])) == ("/", "", True), raw
    assert cookie["samesite"] == ("strict" if strict else "lax"), raw
    return cookie.value


async def test_every_cookie_of_a_sign_in(client: tuple[AsyncClient, bool], house: House) -> None:
    http, secure = client
    entrance = entrance_of(house)
    await person(entrance, WANG)
    viewer = await person(entrance, VIEWER)
    form = {"email": WANG, "password": PASSWORD, "next": "/live"}
    token = check(await http.post("/sign-in", data=form, headers=OURS), secure=secure)
    assert (await http.get("/live")).status_code == 200
    name, other = ("__Host-gf", "gf") if secure else ("gf", "__Host-gf")
    http.cookies.clear()
    for wrong in (f"{other}={token}", f"{name.lower()}x={token}", f"Host-gf={token}", f'{name}="{token}x"', f"{name}="):
        refused = await http.get("/live", headers={"Cookie": wrong})
        assert (refused.status_code, refused.headers["WWW-Authenticate"]) == (401, 'Bearer realm="Glassfloor"'), wrong
    confirm = {"csrf_token": csrf_token(token), "password": PASSWORD, "next": "/live"}
    again = await http.post("/account/confirm", data=confirm, headers={**OURS, "Cookie": f"{name}={token}"})
    turned = check(again, secure=secure)
    for dead in (token, turned[:-1], turned + "=", turned.swapcase()):
        assert (await http.get("/live", headers={"Cookie": f"{name}={dead}"})).status_code == 401
    pool = await house.control.pool()
    await pool.execute(
        "INSERT INTO control.passkey (id, user_id, public_key, sign_count, name, created_at)"
        " VALUES ('x', $1, 'x', 0, '', now())", viewer,
    )  # fmt: skip
    half = check(await http.post("/sign-in", data={**form, "email": VIEWER}, headers=OURS), secure=secure, strict=True)
    assert (await http.get("/live", headers={"Cookie": f"{name}={half}"})).status_code == 401  # no session
    sending = {**OURS, "Cookie": f"{name}={turned}"}
    out = await http.post("/sign-out", data={"csrf_token": csrf_token(turned)}, headers=sending)
    (gone,) = out.headers.get_list("set-cookie")
    assert gone.startswith(f'{name}="";')
    assert "Max-Age=0" in gone
    assert ("Secure" in gone) == secure
    assert (await http.get("/live", headers={"Cookie": f"{name}={turned}"})).status_code == 401


async def test_two_cookies_of_one_name_let_in_nobody_else(client: tuple[AsyncClient, bool], house: House) -> None:
    http, secure = client
    name, now = "__Host-gf" if secure else "gf", clock.now()
    mine, theirs = [
        await open_session(house.control, await person(entrance_of(house), who), now) for who in (WANG, VIEWER)
    ]
    answers = set()
    for cookie in (f"{name}={mine}; {name}={theirs}", f"{name}={theirs}; {name}={mine}"):
        got = await http.get("/live", headers={"Cookie": cookie})
        answers.add(got.json().get("role"))
    assert answers <= {"client_manager", "client_viewer"}
    assert (await http.get("/live", headers={"Cookie": f"{name}=x; {name}=y"})).status_code == 401


def test_no_cookie_is_set_without_its_attributes() -> None:
    """Read from the sources: whoever sets another cookie says whether it is ours alone."""
    found = 0
    for path in sorted((ROOT / "portal").rglob("*.py")):
        if "states" in path.parts:
            continue  # invented pages, served to nobody
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                not isinstance(node, ast.Call)
                or not isinstance(node.func, ast.Attribute)
                or node.func.attr != "set_cookie"
            ):
                continue
            given = {word.arg: ast.unparse(word.value) for word in node.keywords}
            found += 1
            assert "domain" not in given, path
            assert {"samesite", "httponly"} <= set(given), path
            if ast.unparse(node.args[0]) != "LANGUAGE_COOKIE":
                assert given["path"] == OF_ONE_PAGE.get(path.name, "'/'"), path
                assert given["secure"].endswith("settings.secure_cookies"), path
    assert found == 8


AWAY = (
    "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example", "/\\/evil.example",
    "/%5cevil.example/..//", "/%2f%2fevil.example", "/%2F/evil.example", "%2f%2fevil.example",
    "/\u2215evil.example", "/\uff0fevil.example", "https://evil.example", "https:evil.example",
    "HTTPS://evil.example", "javascript:alert(1)", "data:text/html,x", "/\tevil.example", "/\x0b/evil.example",
    "/\r\n/evil.example", "/\x00/evil.example", "\x01//evil.example", " //evil.example", "//user:pw@evil.example",
    "/@evil.example//", "user@evil.example", "//evil.example@testserver", "/.//evil.example", "/..//evil.example",
    "/;//evil.example", "//[::1]", "/\u202e//evil.example", "/\u200b/evil.example", "/a/../..//evil.example",
    "?next=//evil.example", "#//evil.example", ".evil.example", "", "/%2e//evil.example", "/x/%2E%2e//evil.example",
)  # fmt: skip


@pytest.mark.parametrize("wanted", AWAY, ids=range(len(AWAY)))
def test_no_address_leads_away(wanted: str) -> None:
    """Judged as a browser does: resolved against our page, it stays on our origin, and without decoding first."""
    led = local_path(wanted)
    assert led.startswith("/"), wanted
    assert not led.startswith(("//", "/\\")), wanted
    assert led.isprintable(), wanted
    assert "\\" not in led, wanted
    joined = urlsplit(urljoin("https://testserver/sign-in?next=x", led))
    assert (joined.scheme, joined.netloc) == ("https", "testserver"), wanted
    assert not joined.path.startswith("//"), wanted


async def test_a_page_never_links_to_another_site_by_its_own_path(house: House) -> None:
    await two_clients(house)
    app = application(house, secure=True)
    async with AsyncClient(transport=ASGITransport(app), base_url="https://testserver") as http:
        for path in ("//evil.example", "/%2fevil.example", "/\\evil.example", "///evil.example/x"):
            got = await http.get(f"https://testserver{path}", headers={"Accept": "text/html"})
            assert got.status_code == 404
            assert not re.search(r'(href|action|src)="(//|/\\\\|[a-z]+://)', got.text), path
