"""A provider that claims anything about anybody: whose identity it is, and in which role."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from journal.core.facts import SYSTEM
from kit import clock
from tenants.idp.connections import Change
from tenants.idp.people import invite
from tests.oidc.evil import Evil, serving
from tests.oidc.walking import WANG, connect, planes, sessions, walker
from tests.support.site import Site


async def test_only_this_tenants_own_people_come_in(site: Site, evil: Evil) -> None:
    """A provider that claims every address there is: the other client's people, staff, strangers, unverified ones."""
    idp = await connect(site, evil, domains=("galaxy.example", "harbour.example", "harbour-light.example"))
    theirs = (await site.people("harbour-light"))["client_manager"]
    who, before = walker(site), await sessions(site)
    cases: list[tuple[dict[str, Any], str]] = [
        ({"email": theirs}, "not_linked" if theirs.endswith("harbour-light.example") else "wrong_domain"),
        ({"email": "sup@harbour.example"}, "not_linked"),
        ({"email": "nobody@galaxy.example"}, "not_linked"),
        ({"email": "wang@elsewhere.example"}, "wrong_domain"),
        ({"email_verified": False}, "email_unverified"),
        ({"email_verified": None}, "email_unverified"),
        ({"email": None}, "email_unverified"),
        ({"email": ["wang@galaxy.example"]}, "email_unverified"),
        ({"email": "evil@x.example@galaxy.example"}, "email_unverified"),
        ({"groups": []}, "no_role"),
        ({"groups": ["strangers"]}, "no_role"),
        ({"groups": {"managers": True}}, "no_role"),
    ]
    for n, (claims, reason) in enumerate(cases):
        evil.claims = {"sub": f"s{n}", **claims}
        await who.go(evil)
        assert await who.come(idp.id) == (403, reason), claims
    assert await sessions(site) == before


async def test_one_address_with_two_accounts_stays_one_identity_each(site: Site, evil: Evil) -> None:
    async with serving() as second:
        first_idp, second_idp = await connect(site, evil), await connect(site, second, name="Second")
        who = walker(site)
        for provider, idp in ((evil, first_idp), (second, second_idp)):
            await who.go(provider, idp=str(idp.id))
            assert (await who.come(idp.id))[0] == 303
        pool = await site.house.control.pool()
        rows = await pool.fetch("SELECT idp_id, subject FROM control.idp_identity")
        assert {row["idp_id"] for row in rows} == {first_idp.id, second_idp.id}
        evil.claims = {"sub": "an-intruder"}  # the same verified address, another account
        await who.go(evil, idp=str(first_idp.id))
        assert await who.come(first_idp.id) == (403, "other_identity")


async def test_a_session_of_a_provider_reaches_its_tenant_only(site: Site, evil: Evil) -> None:
    """The person has a place at another client too; this client's provider must not open that one."""
    pool = await site.house.control.pool()
    user = await pool.fetchval('SELECT id FROM control."user" WHERE email = $1', WANG)
    await pool.execute("INSERT INTO control.membership (user_id, tenant_id, role) VALUES ($1, $2, 'client_manager')",
                       user, site.tenants["harbour-light"])  # fmt: skip
    idp = await connect(site, evil)
    who = walker(site)
    await who.go(evil, idp=str(idp.id))
    assert (await who.come(idp.id))[0] == 303
    async with who.http.get("/settings/identity", headers={"Accept": "text/html"}) as got:
        page = await got.text()
        assert got.status == 200
    assert "harbour-light" not in page
    csrf = re.search(r'name="csrf-token" content="([0-9a-f]+)"', page)
    assert csrf is not None
    form = {"code": "harbour-light", "csrf_token": csrf.group(1)}
    async with who.http.post("/client", data=form, headers={"Sec-Fetch-Site": "same-origin"}) as got:
        assert got.status == 404


async def test_roles_follow_the_groups_and_leaving_them_ends_access(site: Site, evil: Evil) -> None:
    idp = await connect(site, evil)
    desk, phone = walker(site), walker(site)
    for who in (desk, phone):
        await who.go(evil)
        assert (await who.come(idp.id))[0] == 303
    evil.claims = {"groups": ["viewers"]}
    await phone.go(evil)
    assert (await phone.come(idp.id))[0] == 303
    async with desk.http.get("/settings/identity", headers={"Accept": "application/json"}) as got:
        assert got.status == 403  # the other browser is a viewer now, too
    evil.claims = {"groups": []}
    await phone.go(evil)
    assert await phone.come(idp.id) == (403, "no_role")
    assert [await who.inside() for who in (desk, phone)] == [401, 401]
    async with site.house.app.transaction(site.tenants["galaxy"]) as scope:
        rows = await scope.fetch("SELECT kind FROM gf.journal WHERE kind LIKE 'Identity%' ORDER BY seq")
    assert [row["kind"] for row in rows] == ["IdentityLinked", "IdentityRoleChanged", "IdentityRoleChanged"]


async def test_an_invitation_connects_one_person_once(site: Site, evil: Evil) -> None:
    idp = await connect(site, evil, domains=())
    pool = await site.house.control.pool()
    viewer = (await site.people("galaxy"))["client_viewer"]
    user = await pool.fetchval('SELECT id FROM control."user" WHERE email = $1', viewer)
    change = Change(site.tenants["galaxy"], SYSTEM, clock.now())
    token = await invite(planes(site), change, idp.id, user)
    evil.claims = {"email": None, "email_verified": None, "groups": ["viewers"], "sub": "by-invitation"}
    who, second = walker(site), walker(site)
    await second.invited(evil, token)
    await who.invited(evil, token)
    assert (await who.come(idp.id))[0] == 303
    assert await who.inside() == 200
    assert (await who.http.get(f"/sign-in/invited/{token}")).status == 404
    evil.nonce, evil.claims["sub"] = second.sent["nonce"], "too-late"
    evil.challenge = second.sent["code_challenge"]
    assert (await second.come(idp.id))[0] == 403
    staff = await pool.fetchval('SELECT id FROM control."user" WHERE staff_role IS NOT NULL LIMIT 1')
    with pytest.raises(Exception, match="Not found"):
        await invite(planes(site), change, idp.id, staff)


async def test_a_stranger_learns_nothing_about_clients(site: Site, evil: Evil) -> None:
    """Unknown address, a client's domain with an invented name, another client's code: one and the same answer."""
    await connect(site, evil)
    answers = set()
    for email, code in (
        ("a@nowhere.example", ""), ("invented@galaxy.example", ""), ("invented@galaxy.example", "galaxy"),
        (WANG, "harbour-light"), (WANG, "no-such-code"), ("sup@harbour.example", ""),
    ):  # fmt: skip
        form = {"email": email, "code": code}
        async with walker(site).http.post(
            "/sign-in/company", data=form, allow_redirects=False, headers={"Sec-Fetch-Site": "same-origin"}
        ) as got:
            place = urlsplit(got.headers["Location"])
            answers.add((got.status, place.path, tuple(sorted(parse_qs(place.query)))))
    assert answers == {(303, "/sign-in", ("email", "next"))}
    pages = set()
    for code in ("galaxy", "no-such-client"):
        async with walker(site).http.get(f"/sign-in/at/{code}") as got:
            pages.add((got.status, (await got.text()).replace(code, "")))
    assert len(pages) == 1


# --------------------------------------------------------------------------------------- passwords, logout, rules
