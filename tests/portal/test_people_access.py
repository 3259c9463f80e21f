"""Who may do what on the pages about signing in, read from the permission table; forged cookies, stale sign-ins."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any, get_args
from uuid import UUID, uuid4

import aiohttp
import pytest
from pyotp.totp import TOTP

from app.web import create_app
from kit.ids import new_id
from kit.settings import Settings
from portal import people_access
from probe.service.members import Member, members
from tenants.core.permissions import CLIENT_PEOPLE, Role, decide
from tenants.endpoints import Guard
from tenants.oneself import FreshGuard
from tenants.service import factors, sessions
from tenants.service.new_password import set_password
from tests.support.site import Site
from tests.tenants.entering import entrance_of

PASSWORD = "three green bottles"
HERE = "/settings/people-access"
ACTS = ("link", "sessions/end", "second-factor/remove", "unlock", "policy")
OURS = {"Sec-Fetch-Site": "same-origin"}


async def somebody(site: Site, role: Role, tenant: str = "galaxy") -> tuple[UUID, str]:
    """A person who has this role in the tenant and nothing else."""
    user, staff = new_id(), None if role in CLIENT_PEOPLE else str(role)
    pool, email = await site.house.control.pool(), f"{role}@made.example"
    await pool.execute(
        'INSERT INTO control."user" (id, email, name, staff_role, clients) VALUES ($1, $2, $3, $4, $5)',
        user, email, f"Made {role}", staff, [tenant] if staff else None,
    )  # fmt: skip
    await pool.execute(
        "INSERT INTO control.membership (user_id, tenant_id, role) VALUES ($1, $2, $3)",
        user, site.tenants[tenant], str(role),
    )  # fmt: skip
    return user, email


@pytest.mark.parametrize("role", [role for role in Role if role not in {Role.CLIENT_SYSTEM, Role.AGENT}])
async def test_the_table_decides_who_manages_people(site: Site, role: Role) -> None:
    _, email = await somebody(site, role)
    who = await site.person(email, "galaxy")
    manages, decides = decide(role, "people.manage"), decide(role, "identity.manage")
    async with who.get(HERE) as answer:
        assert (answer.status == 200) == (manages is not None), (role, answer.status)
    for act in ACTS:
        may = decides if act == "policy" else manages
        form = {"person_id": str(uuid4()), "second_factor": "false"}
        async with who.post(f"{HERE}/{act}", data=form, allow_redirects=False) as answer:
            wanted = 403 if may is None else 303 if act == "policy" else 404
            assert answer.status == wanted, (role, act)


async def test_a_clients_system_has_no_account(site: Site) -> None:
    system = await site.machine("galaxy")
    for path in ("/account/security", "/account/sessions", "/account/second-factor", "/account/confirm"):
        async with system.get(path) as answer:
            assert answer.status == 403
    async with system.post("/account/password", data={"password": "x", "new_password": PASSWORD}) as answer:
        assert answer.status == 403


NOBODY = str(uuid4())
SERIOUS = ("/account/second-factor", "/account/passkeys", "/account/recovery", "/settings/people-access",
           "/settings/keys", "/settings/identity", "/settings/data", "/centre/people")  # fmt: skip
"""What gives access, takes it from somebody, or takes data along."""
WITHOUT = {
    "/account/passkeys/name", "/settings/people-access/sessions/end", "/centre/people/sessions/end",
    "/settings/keys/key/{key_id}/end",
    "/settings/keys/client/{client_id}/end", "/settings/keys/client/{client_id}/secret/end",
    "/settings/identity/{idp_id}/test", "/settings/data/exports/{export_id}/refuse", "/account/passkeys",
}  # fmt: skip
"""Ending what gives access is never hindered; a trial and a name change nothing; a new passkey answers the challenge
that was asked behind the guard."""


def changing() -> list[Member]:
    found = members(create_app(Settings()))
    return [member for member in found if member.method == "POST" and member.path.startswith(SERIOUS)]


async def test_what_cannot_be_taken_back_wants_a_fresh_sign_in(site: Site) -> None:
    manager = await site.person((await site.people("galaxy"))["client_manager"], "galaxy")
    colleague = await site.person("platform@harbour.example")
    pool = await site.house.control.pool()
    await pool.execute("UPDATE control.session SET confirmed_at = now() - interval '10 minutes'")
    wanting = [re.sub(r"\{\w+\}", NOBODY, member.path) for member in changing() if member.path not in WITHOUT]
    assert len(wanting) > 20
    form = {
        "person": NOBODY,
        "person_id": str(uuid4()),
        "one_time_code": "000000",
        "passkey": "00",
        "second_factor": "true",
    }
    for path in wanting:
        who = colleague if path.startswith("/centre") else manager
        async with who.post(path, data=form, headers={"Accept": "application/json"}) as answer:
            assert (answer.status, (await answer.json())["code"]) == (403, "confirm_again"), path
    page = {"Accept": "text/html", "Referer": f"{site.url}{HERE}?told=sent"}
    for referer, back in (
        (page["Referer"], "%2Fsettings%2Fpeople-access%3Ftold%3Dsent"),
        ("https://evil.example//x", "%2F"),
    ):
        headers = {**page, "Referer": referer}
        async with manager.post(f"{HERE}/policy", data=form, headers=headers, allow_redirects=False) as answer:
            assert answer.status == 303
            assert answer.headers["Location"] == f"/account/confirm?next={back}"
    assert await pool.fetchval("SELECT count(*) FROM control.sign_in_policy") == 0


def test_every_guard_of_a_fresh_sign_in_keeps_its_permission() -> None:

    guards = [get_args(told)[1].dependency for told in (people_access.MayNow, people_access.DecidesNow)]
    assert all(isinstance(guard, FreshGuard) and isinstance(guard, Guard) for guard in guards)
    assert [guard.permission for guard in guards] == ["people.manage", "identity.manage"]


async def enrolled(site: Site, email: str) -> tuple[UUID, TOTP]:
    """A person with a password and an app, as if set up a few minutes ago."""
    user, before = await set_password(site.house.control, email, PASSWORD), datetime.now(UTC) - timedelta(minutes=3)

    way_in = entrance_of(site.house)
    await factors.begin_authenticator(way_in, user, before)
    app = TOTP(await factors.new_secret(way_in, user, before) or "")
    await factors.confirm_authenticator(way_in, user, app.at(before), before)
    return user, app


class Door:
    """A browser in the hand: its cookies are ours to forge."""

    def __init__(self, site: Site) -> None:
        self.http = aiohttp.ClientSession(site.url, cookie_jar=aiohttp.DummyCookieJar(), headers=OURS)
        self.cookies: dict[str, str] = {}

    async def post(self, path: str, **form: str) -> tuple[int, str, str]:
        header = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        async with self.http.post(path, data=form, headers={"Cookie": header}, allow_redirects=False) as answer:
            for name, morsel in answer.cookies.items():
                self.cookies[name] = morsel.value
                assert morsel["httponly"]
                assert morsel["samesite"].lower() == ("strict" if name == "gf-step" else "lax")
            return answer.status, answer.headers.get("Location", ""), await answer.text()

    async def sign_in(self, email: str, **more: str) -> tuple[int, str, str]:
        return await self.post("/sign-in", email=email, password=PASSWORD, **more)


async def test_cookies_that_are_forged_swapped_or_planted_open_nothing(site: Site) -> None:
    people = await site.people("galaxy")
    _, app = await enrolled(site, people["client_manager"])
    await enrolled(site, people["client_viewer"])
    mine, theirs = Door(site), Door(site)
    status, onward, _ = await mine.sign_in(people["client_manager"], next="//evil.example")
    assert (status, onward) == (303, "/sign-in/second?next=%2F")
    step = mine.cookies["gf-step"]
    await theirs.sign_in(people["client_viewer"])
    async with mine.http.get("/account/security", headers={"Cookie": f"gf={step}"}) as answer:
        assert answer.status == 401  # the half-done proof is no session
    theirs.cookies["gf-step"] = step[:-2] + "xx"
    assert (await theirs.post("/sign-in/second", one_time_code=app.now()))[:2] == (
        303,
        "/sign-in?next=%2F&told=expired",
    )
    planted = "planted-by-somebody-else-0123456789abcdefghij"
    mine.cookies["gf"] = planted  # session fixation: what was there before is not kept
    status, onward, _ = await mine.post("/sign-in/second", one_time_code=app.now(), next="https://evil.example/")
    assert (status, onward, mine.cookies["gf-step"]) == (303, "/", "")
    session = mine.cookies["gf"]
    assert session not in {planted, step}
    stored = [r["token_hash"] for r in await (await site.house.control.pool()).fetch("SELECT * FROM control.session")]
    assert sessions.token_hash(planted) not in stored
    again = Door(site)
    again.cookies["gf-step"] = step
    assert (await again.post("/sign-in/second", one_time_code=app.now()))[1] == "/sign-in?next=%2F&told=expired"
    for door in (mine, theirs, again):
        await door.http.close()


async def test_confirming_gives_a_new_token_and_leads_to_our_pages_only(site: Site) -> None:
    email = (await site.people("galaxy"))["client_manager"]
    await set_password(site.house.control, email, PASSWORD)
    token, csrf = await site.cookie(email, "galaxy")
    door = Door(site)
    door.cookies["gf"] = token
    for wanted, led in (
        ("/settings/people-access", "/settings/people-access"),
        ("//evil.example", "/"),
        ("/\\evil", "/"),
    ):
        before = door.cookies["gf"]
        form: dict[str, Any] = {"password": PASSWORD, "next": wanted, "csrf_token": sessions.csrf_token(before)}
        assert (await door.post("/account/confirm", **form))[:2] == (303, led)
        assert door.cookies["gf"] != before
        async with door.http.get("/account/sessions", headers={"Cookie": f"gf={before}"}) as answer:
            assert answer.status == 401
    wrong = {"password": "not this one, no", "csrf_token": sessions.csrf_token(door.cookies["gf"])}
    assert (await door.post("/account/confirm", **wrong))[0] == 422
    assert csrf
    await door.http.close()


async def test_without_mail_a_forgotten_password_says_who_helps_and_another_page_cannot_ask(site: Site) -> None:
    async with aiohttp.ClientSession(site.url) as http:
        async with http.get("/forgot") as answer:
            assert "Ask your manager" in await answer.text()
        for headers, status in ((OURS, 404), ({"Origin": "https://evil.example"}, 403), ({}, 403)):
            async with http.post("/forgot", data={"email": "a@b.example"}, headers=headers) as answer:
                assert answer.status == status
        for link in ("", "x" * 300, "\u0000", "%00"):
            async with http.get("/set-password", params={"link": link}) as answer:
                assert answer.status == 404


async def test_one_ends_ones_own_sessions_and_nobody_elses(site: Site) -> None:
    people = await site.people("galaxy")
    manager, viewer = people["client_manager"], people["client_viewer"]
    here, there = await site.person(manager, "galaxy"), await site.person(manager, "galaxy")
    theirs = await site.person(viewer, "galaxy")
    pool = await site.house.control.pool()
    foreign = await pool.fetchval(
        'SELECT s.id FROM control.session s JOIN control."user" u ON u.id = s.user_id WHERE u.email = $1', viewer
    )
    for session in (foreign, uuid4()):
        async with here.post("/account/sessions/end", data={"session_id": str(session)}) as answer:
            assert answer.status == 404
    async with here.post("/account/sessions/end-others", allow_redirects=False) as answer:
        assert answer.status == 303
    for who, status in ((here, 200), (there, 401), (theirs, 200)):
        async with who.get("/account/sessions") as answer:
            assert answer.status == status
