"""Proving anew at one's own provider before what cannot be taken back, and signing out there after our restart."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

from kit.outbound import Guard
from kit.secretbox import SecretBox
from tenants.idp.client import Idps
from tenants.idp.fetch import GuardedTransport
from tenants.idp.sign_in import Door, logout_url
from tests.oidc.evil import Evil
from tests.oidc.walking import Walker, connect, sessions, walker
from tests.support.forms import posts
from tests.support.house import KEYS
from tests.support.site import Site

KEYS_PAGE = "/settings/keys"
PAGE = {"Accept": "text/html"}


async def csrf(who: Walker) -> dict[str, str]:
    async with who.http.get(KEYS_PAGE, headers=PAGE) as got:
        found = re.search(r'name="csrf-token" content="([0-9a-f]+)"', await got.text())
    assert found is not None
    return {"csrf_token": found.group(1)}


async def make_key(who: Walker) -> tuple[int, str]:
    form = {**await csrf(who), "connection": who.site.connections["galaxy"], "scope": "work_order.read", "days": "30"}
    headers = {**PAGE, "Sec-Fetch-Site": "same-origin", "Referer": f"{who.site.url}{KEYS_PAGE}"}
    async with who.http.post(f"{KEYS_PAGE}/key", data=form, headers=headers, allow_redirects=False) as got:
        return got.status, got.headers.get("Location", "")


async def test_whom_a_provider_vouches_for_proves_itself_there_anew(site: Site, evil: Evil) -> None:
    idp = await connect(site, evil)
    who, now = walker(site), int(time.time())
    evil.claims = {"auth_time": now - 3600}  # a browser that was signed in there for an hour
    await who.go(evil)
    assert (await who.come(idp.id))[0] == 303
    async with who.http.get(KEYS_PAGE, headers=PAGE) as got:
        assert "data-confirm-first" in await got.text()
    led = await make_key(who)
    assert led == (303, "/account/confirm?next=%2Fsettings%2Fkeys")
    async with who.http.get(led[1], headers=PAGE) as got:
        page = await got.text()
    assert 'action="/account/confirm/company"' in page
    assert 'name="password"' not in page

    async def sent(next_: str = KEYS_PAGE) -> None:
        form = {**await csrf(who), "next": next_}
        await who.ask("/account/confirm/company", evil, form)
        assert (who.sent["prompt"], who.sent["max_age"], who.sent["login_hint"]) == (
            "login",
            "0",
            "wang@galaxy.example",
        )

    before = await sessions(site)
    for claims, reason in (
        ({}, "not_anew"), ({"auth_time": now - 3600}, "not_anew"), ({"auth_time": str(now)}, "wrong_answer"),
        ({"auth_time": now + 3600}, "not_anew"), ({"auth_time": True}, "not_anew"),
        ({"auth_time": now, "sub": "somebody-else"}, "other_identity"),
        ({"auth_time": now, "nonce": "x"}, "wrong_answer"),
    ):  # fmt: skip
        evil.claims = claims
        await sent()
        assert await who.come(idp.id) == (403, reason), claims
        assert (await make_key(who))[0] == 303
    evil.claims = {"auth_time": now}
    await sent()
    thief = walker(site)
    thief.sent = who.sent
    assert (await thief.come(idp.id))[1] == "expired_flow"
    for wanted, led_to in (("//evil.example", "/"), (KEYS_PAGE, KEYS_PAGE)):
        await sent(wanted)
        query = {"code": f"c{wanted}", "state": who.sent["state"]}
        async with who.http.get(f"/sign-in/idp/{idp.id}/callback", params=query, allow_redirects=False) as got:
            assert (got.status, got.headers["Location"]) == (303, led_to)
    assert await sessions(site) == before
    assert (await make_key(who))[0] == 200


async def test_a_person_with_a_password_has_no_company_to_ask(site: Site, evil: Evil) -> None:
    await connect(site, evil)
    person = await site.person("wang@galaxy.example", "galaxy")
    async with person.post("/account/confirm/company", data={"next": "/"}) as got:
        assert got.status == 404


async def test_signing_out_there_outlives_a_restart_of_ours(site: Site, evil: Evil) -> None:
    idp = await connect(site, evil)
    who = walker(site)
    await who.go(evil)
    assert (await who.come(idp.id))[0] == 303
    asked = dict(evil.asked)
    idps = Idps(GuardedTransport(Guard(allow_private=True)))  # a process that has met no provider yet
    box = SecretBox(bytes.fromhex(KEYS["GF_MASTER_KEY"]))
    door = Door(site.house.control, site.house.app, box, idps, site.url)
    pool = await site.house.control.pool()
    session = await pool.fetchval("SELECT token_hash FROM control.session WHERE identity_id IS NOT NULL")
    url = urlsplit(str(await logout_url(door, session, "state-1")))
    assert f"{url.scheme}://{url.netloc}{url.path}" == f"{evil.issuer}/end"
    query = {name: value[0] for name, value in parse_qs(url.query).items()}
    assert query["id_token_hint"].count(".") == 2
    assert (query["post_logout_redirect_uri"], query["state"]) == (f"{site.url}/sign-in", "state-1")
    assert evil.asked == asked  # nobody was asked for it
    await idps.close()
    told = await pool.fetchrow("SELECT confirmed_at, end_session FROM control.session WHERE token_hash = $1", session)
    assert told is not None
    assert abs((datetime.now(UTC) - told["confirmed_at"]).total_seconds()) < 60


async def test_a_role_of_the_providers_groups_is_shown_and_not_edited_against(site: Site, evil: Evil) -> None:
    """The manager in force by the file comes in as a viewer by its groups; a colleague looks at the page."""
    idp = await connect(site, evil, name="Galaxy accounts")
    who = walker(site)
    evil.claims = {"groups": ["viewers"]}
    await who.go(evil)
    assert (await who.come(idp.id))[0] == 303
    manager = await site.person("wang@galaxy.example", "galaxy")  # by password the same person is a manager still
    people = "/settings/people"
    async with manager.get(f"{people}?lang=en", headers=PAGE) as got:
        page = await got.text()
    assert page.count("data-vouched") == 1
    assert "Client viewer, from Galaxy accounts" in page
    async with manager.get(f"{people}?entry=wang@galaxy.example&lang=en", headers=PAGE) as got:
        page = await got.text()
    (form,) = posts(page, people)
    assert form.fields["role"] == "client_manager"
    assert '<select class="form-select" id="role"' not in page
    assert "With a password it is: Client manager." in page
    for role, status in (("client_developer", 422), ("client_manager", 303)):
        sent = {**form.fields, "role": role, "name": "Wang Wei"}
        async with manager.post(f"{people}?lang=en", data=sent, headers=PAGE, allow_redirects=False) as got:
            assert got.status == status, role
            assert ("decides about this role" in await got.text()) == (status == 422)
    await connect(site, evil, id=idp.id, name="Galaxy accounts", enabled=False)
    async with manager.get(people, headers=PAGE) as got:
        assert "data-vouched" not in await got.text()
