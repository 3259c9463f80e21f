"""What a wrong, slow, cheating or replaced provider gets: no session, and one of a few reasons."""

from __future__ import annotations

import asyncio
import html
import re
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import aiohttp
import pytest
from joserfc.jwk import RSAKey

from journal.core.facts import SYSTEM
from kit import clock
from kit.secretbox import SecretBox
from tenants.core.idp import Breaker, MetadataWrong, origin, read_metadata, role_of
from tenants.idp.connections import Change, Idp, Planes, check, fresh_id, remove_idp, save_idp, set_policy
from tenants.idp.errors import IdpAway, IdpInvalid, WouldLockOut
from tenants.idp.fetch import GuardedTransport
from tenants.idp.people import invite
from tenants.idp.tokens import read_keys
from tests.oidc.evil import Evil, serving
from tests.support.house import KEYS
from tests.support.site import Site

ROLES = {"managers": "client_manager", "viewers": "client_viewer"}
WANG = "wang@galaxy.example"


def planes(site: Site) -> Planes:
    return Planes(site.house.control, site.house.app, SecretBox(bytes.fromhex(KEYS["GF_MASTER_KEY"])))


async def connect(site: Site, evil: Evil, tenant: str = "galaxy", **changes: Any) -> Idp:
    values: dict[str, Any] = {
        "id": fresh_id(), "tenant_id": site.tenants[tenant], "name": f"Provider {evil.port}", "issuer": evil.issuer,
        "client_id": evil.client_id, "auth_method": "client_secret_basic", "domains": ("galaxy.example",),
        "roles": ROLES,
    }  # fmt: skip
    idp = Idp(**values | changes)
    return await save_idp(planes(site), Change(site.tenants[tenant], SYSTEM, clock.now()), idp, "secret")


@dataclass
class Walker:
    """A browser without a screen."""

    site: Site
    http: aiohttp.ClientSession
    sent: dict[str, str] = field(default_factory=dict)

    async def go(self, evil: Evil | None = None, email: str = WANG, **form: str) -> int:
        """Ask to sign in; what the provider would be sent is kept."""
        headers = {"Sec-Fetch-Site": "same-origin"}
        async with self.http.post("/sign-in/company", data={"email": email, **form}, headers=headers,
                                  allow_redirects=False) as got:  # fmt: skip
            status, text = got.status, await got.text()
        return self._read(status, text, evil)

    def _read(self, status: int, text: str, evil: Evil | None) -> int:
        found = re.search(r'content="0;url=([^"]+)"', text)
        self.sent = {}
        if found:
            address = html.unescape(found.group(1))
            self.sent = {k: v[0] for k, v in parse_qs(urlsplit(address).query).items()}
            if evil is not None:
                evil.nonce, evil.challenge = self.sent["nonce"], self.sent["code_challenge"]
        return status

    async def invited(self, evil: Evil, token: str) -> int:
        async with self.http.post(f"/sign-in/invited/{token}", headers={"Sec-Fetch-Site": "same-origin"}) as got:
            return self._read(got.status, await got.text(), evil)

    async def come(self, idp_id: UUID, **changes: str | None) -> tuple[int, str]:
        """Come back with a code; return the status and the reason of a refusal ("" when let in)."""
        query = {"code": f"code-{time.monotonic_ns()}", "state": self.sent.get("state", ""), **changes}
        async with self.http.get(f"/sign-in/idp/{idp_id}/callback", allow_redirects=False,
                                 params={k: v for k, v in query.items() if v is not None}) as got:  # fmt: skip
            told = re.search(r'data-reason="([a-z_]+)"', await got.text())
            return got.status, told.group(1) if told else ""

    async def inside(self) -> int:
        async with self.http.get("/v1/work-orders") as got:
            return got.status


def walker(site: Site) -> Walker:
    made = aiohttp.ClientSession(site.url, cookie_jar=aiohttp.CookieJar(unsafe=True))
    site._open.append(made)
    return Walker(site, made)


@pytest.fixture
async def evil() -> AsyncIterator[Evil]:
    async with serving() as made:
        yield made


async def sessions(site: Site) -> int:
    return int(await (await site.house.control.pool()).fetchval("SELECT count(*) FROM control.session"))


async def test_the_honest_answer_lets_in_and_is_used_up(site: Site, evil: Evil) -> None:
    idp = await connect(site, evil)
    who = walker(site)
    await who.go(evil)
    assert {"state", "nonce", "code_challenge"} <= set(who.sent)
    assert (who.sent["code_challenge_method"], who.sent["response_type"]) == ("S256", "code")
    assert who.sent["redirect_uri"] == f"{site.url}/sign-in/idp/{idp.id}/callback"
    assert await who.come(idp.id) == (303, "")
    assert await who.inside() == 200
    assert await who.come(idp.id) == (403, "expired_flow")  # the same state again


NOW = int(time.time())
WRONG: dict[str, dict[str, Any]] = {
    "another issuer": {"claims": {"iss": "https://evil.example"}},
    "another audience": {"claims": {"aud": "somebody-else"}},
    "two audiences, no azp": {"claims": {"aud": ["glassfloor", "somebody-else"]}},
    "azp of somebody else": {"claims": {"aud": ["glassfloor", "x"], "azp": "x"}},
    "another nonce": {"claims": {"nonce": "stolen"}},
    "no nonce": {"claims": {"nonce": None}},
    "expired": {"claims": {"exp": NOW - 3600, "iat": NOW - 7200}},
    "no exp": {"claims": {"exp": None}},
    "exp as text": {"claims": {"exp": "tomorrow"}},
    "issued in an hour": {"claims": {"iat": NOW + 3600, "exp": NOW + 7200}},
    "not valid yet": {"claims": {"nbf": NOW + 3600}},
    "no subject": {"claims": {"sub": None}},
    "a list as subject": {"claims": {"sub": ["a"]}},
    "an empty subject": {"claims": {"sub": ""}},
    "a subject of 300 characters": {"claims": {"sub": "s" * 300}},
    "a subject with a line end": {"claims": {"sub": "a\nb"}},
    "alg none": {"header": {"alg": "none"}},
    "HS256 with the public key": {"header": {"alg": "HS256"}},
    "a key in the header": {"header": {"jwk": RSAKey.generate_key(2048).as_dict(private=False)}},
    "a key's address in the header": {"header": {"jku": "https://evil.example/jwks"}},
    "a key id as a path": {"header": {"kid": "../../dev/null"}},
    "a key id as SQL": {"header": {"kid": "' OR 1=1 --"}},
    "an unknown key id": {"header": {"kid": "k2"}},
    "an unknown critical header": {"header": {"crit": ["b64"], "b64": False}},
    "no token": {"token": ""},
    "words": {"token": "a.b.c"},
    "a JSON list as payload": {"token": "eyJhbGciOiJSUzI1NiJ9.W10.AAAA"},
    "an encrypted token": {"token": "a.b.c.d.e"},
}  # fmt: skip


@pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")
async def test_no_wrong_token_opens_a_session(site: Site, evil: Evil) -> None:
    idp = await connect(site, evil)
    who, before = walker(site), await sessions(site)
    for name, wrong in WRONG.items():
        evil.claims, evil.header = wrong.get("claims", {}), wrong.get("header", {})
        evil.token = wrong.get("token")
        await who.go(evil)
        assert await who.come(idp.id) == (403, "wrong_answer"), name
    assert await sessions(site) == before
    assert evil.asked["jwks"] <= 3  # unknown keys do not make us a hammer
    evil.claims, evil.header, evil.token = {"iat": NOW - 5, "exp": int(time.time()) - 30}, {}, None
    await who.go(evil)
    assert (await who.come(idp.id))[0] == 303  # a clock that is 30 s off is borne


async def test_a_rotated_key_is_fetched_once(site: Site, evil: Evil, monkeypatch: pytest.MonkeyPatch) -> None:
    idp = await connect(site, evil)
    who = walker(site)
    await who.go(evil)
    assert (await who.come(idp.id))[0] == 303
    monkeypatch.setattr("tenants.idp.client._REFETCH_S", 0.0)
    evil.key, evil.header = RSAKey.generate_key(2048, parameters={"kid": "k2"}), {"kid": "k2"}
    await who.go(evil)
    assert (await who.come(idp.id))[0] == 303
    assert evil.asked["jwks"] == 2


async def test_state_belongs_to_one_browser_and_one_connection(site: Site, evil: Evil) -> None:
    async with serving() as second:
        mine, other = await connect(site, evil), await connect(site, second, name="Second")
        who, thief = walker(site), walker(site)
        await who.go(evil, idp=str(mine.id))
        await thief.go(idp=str(mine.id))
        stolen = who.sent["state"]
        assert await thief.come(mine.id, state=stolen) == (403, "expired_flow")  # another browser's state
        assert await who.come(mine.id) == (403, "expired_flow")  # and it is used up by the attempt
        await who.go(evil, idp=str(mine.id))
        assert await who.come(other.id) == (
            403,
            "expired_flow",
        )  # mix-up: the answer of one at the address of the other
        for state in ("", "x" * 43, stolen, "a\0b"):
            assert (await who.come(mine.id, state=state))[0] == 403
        assert second.asked.get("token", 0) == 0


async def test_who_answers_is_compared(site: Site, evil: Evil) -> None:
    who = walker(site)
    for iss, promised, expected in (
        ("https://evil.example", False, "wrong_answer"), (None, True, "wrong_answer"), (evil.issuer, True, ""),
        (evil.issuer, False, ""),
    ):  # fmt: skip
        evil.discovery = {"authorization_response_iss_parameter_supported": promised}
        site_idp = await connect(site, evil, name=f"P {iss} {promised}", id=fresh_id())
        await who.go(evil, idp=str(site_idp.id))
        assert (await who.come(site_idp.id, iss=iss))[1] == expected
        await remove_idp(planes(site), Change(site.tenants["galaxy"], SYSTEM, clock.now()), site_idp.id)


async def test_a_code_is_of_use_once_and_only_with_its_verifier(site: Site, evil: Evil) -> None:
    idp = await connect(site, evil)
    who = walker(site)
    await who.go(evil)
    assert (await who.come(idp.id, code="c1"))[0] == 303
    await who.go(evil)
    assert await who.come(idp.id, code="c1") == (403, "refused_by_idp")
    await who.go(evil)
    evil.challenge = "another"
    assert await who.come(idp.id) == (403, "refused_by_idp")
    await who.go(evil)
    assert await who.come(idp.id, code=None, error="access_denied") == (403, "refused_by_idp")


DISCOVERIES: dict[str, dict[str, Any]] = {
    "another issuer": {"issuer": "https://login.tenant-b.example"},
    "a slash more": {"issuer": "http://127.0.0.1:1/"},
    "tokens elsewhere": {"token_endpoint": "https://evil.example/token"},
    "keys elsewhere": {"jwks_uri": "https://evil.example/jwks"},
    "the sign-in elsewhere": {"authorization_endpoint": "https://evil.example/authorize"},
    "a script": {"authorization_endpoint": "javascript:alert(1)"},
    "no keys": {"jwks_uri": None},
    "numbers": {"token_endpoint": 7},
}


async def test_a_configuration_that_is_not_the_configured_one_is_not_used(site: Site, evil: Evil) -> None:
    for n, (name, discovery) in enumerate(DISCOVERIES.items()):
        evil.discovery = discovery
        idp = await connect(site, evil, name=f"P{n}")
        who = walker(site)
        assert await who.go(evil, idp=str(idp.id)) == 503, name
        assert who.sent == {}
        await remove_idp(planes(site), Change(site.tenants["galaxy"], SYSTEM, clock.now()), idp.id)


@pytest.mark.parametrize(
    "keys", [b"[" * 70_000, b" " * 70_000, b"{}", b"x", {"keys": []},
             {"keys": [{"kty": "oct", "k": "AAAA", "kid": "k1"}]},
             {"keys": [{"kty": "RSA", "kid": "k1", "n": 7, "e": "AQAB"}] * 40}], ids=range(7),
)  # fmt: skip
async def test_keys_that_are_none(site: Site, evil: Evil, keys: Any) -> None:
    idp = await connect(site, evil)
    who = walker(site)
    await who.go(evil)
    evil.keys = keys
    assert await who.come(idp.id) == (503, "away")


async def test_redirects_are_not_followed(site: Site, evil: Evil) -> None:
    async with serving() as target:
        evil.redirect = f"{target.issuer}/.well-known/openid-configuration"
        await connect(site, evil)
        assert await walker(site).go() == 503
        assert target.asked == {}


async def test_a_slow_provider_costs_nobody_else_and_is_left_alone_after_three(site: Site, evil: Evil) -> None:
    async with serving() as quick:
        slow_idp, quick_idp = await connect(site, evil), await connect(site, quick, name="Quick")
        evil.slow_s = 30.0
        started = time.monotonic()
        waiting = [asyncio.create_task(walker(site).go(idp=str(slow_idp.id))) for _ in range(12)]
        await asyncio.sleep(0.2)
        who = walker(site)
        await who.go(quick, idp=str(quick_idp.id))
        assert (await who.come(quick_idp.id))[0] == 303
        assert await who.inside() == 200
        assert time.monotonic() - started < 4.0  # while the others still wait
        assert set(await asyncio.gather(*waiting)) == {503}
        assert time.monotonic() - started < 9.0
        again = time.monotonic()
        assert await walker(site).go(idp=str(slow_idp.id)) == 503
        assert time.monotonic() - again < 1.0  # the breaker is open: nobody asks
        asked = evil.asked["discovery"]
        assert asked <= 8  # no more at once than the gate lets through


async def test_the_breaker_pauses_and_tries_again() -> None:
    breaker = Breaker(most=3, pause_s=10.0)
    for n in range(3):
        assert breaker.wait_s(float(n)) == 0.0
        breaker.failed(float(n))
    assert 0 < breaker.wait_s(3.0) <= 10.0
    assert breaker.wait_s(12.5) == 0.0  # one tries
    assert breaker.wait_s(12.6) > 0.0  # the others wait for it
    breaker.succeeded()
    assert breaker.wait_s(12.7) == 0.0


# ------------------------------------------------------------------------------------------------- whose identity


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


async def test_closing_passwords_needs_a_way_back_and_ends_password_sessions(site: Site, evil: Evil) -> None:
    idp = await connect(site, evil)
    pool = await site.house.control.pool()
    change = Change(site.tenants["galaxy"], SYSTEM, clock.now())
    manager = await pool.fetchval('SELECT id FROM control."user" WHERE email = $1', WANG)
    with pytest.raises(WouldLockOut):  # nobody has come in by the provider yet
        await set_policy(planes(site), change, only_idp=True, recovery=manager)
    who = walker(site)
    await who.go(evil)
    assert (await who.come(idp.id))[0] == 303
    with pytest.raises(WouldLockOut):  # the manager has no password to come back with
        await set_policy(planes(site), change, only_idp=True, recovery=manager)
    await pool.execute("UPDATE control.\"user\" SET password_hash = 'x' WHERE id = $1", manager)
    viewer = await site.person((await site.people("galaxy"))["client_viewer"])
    assert (await viewer.get("/v1/work-orders")).status == 200
    await set_policy(planes(site), change, only_idp=True, recovery=manager)
    assert (await viewer.get("/v1/work-orders")).status == 409  # no client any more
    keeper = await site.person(WANG)
    assert (await keeper.get("/v1/work-orders")).status == 200
    assert await who.inside() == 200
    with pytest.raises(WouldLockOut):
        await remove_idp(planes(site), change, idp.id)
    await set_policy(planes(site), change, only_idp=False, recovery=None)
    assert (await viewer.get("/v1/work-orders")).status == 200


async def test_switching_a_connection_off_ends_its_sessions(site: Site, evil: Evil) -> None:
    idp = await connect(site, evil)
    who = walker(site)
    await who.go(evil)
    assert (await who.come(idp.id))[0] == 303
    await connect(site, evil, id=idp.id, enabled=False)
    assert await who.inside() == 401
    await who.go(evil)
    assert who.sent == {}


async def test_the_provider_says_who_signed_out(site: Site, evil: Evil) -> None:
    idp = await connect(site, evil)
    who, other = walker(site), walker(site)
    for one, sid in ((who, "s1"), (other, "s2")):
        evil.claims = {"sid": sid}
        await one.go(evil)
        assert (await one.come(idp.id))[0] == 303
    event: dict[str, Any] = {"http://schemas.openid.net/event/backchannel-logout": {}}
    good = {
        "iss": evil.issuer,
        "aud": evil.client_id,
        "iat": NOW,
        "exp": NOW + 600,
        "jti": "j",
        "sid": "s1",
        "events": event,
    }
    wrong: list[dict[str, Any]] = [
        {"nonce": "n"}, {"events": {}}, {"events": None}, {"aud": "x"}, {"iss": "https://evil.example"}, {"jti": None},
        {"exp": NOW - 600}, {"sid": None}, {"sid": 7}, {"sub": "another-subject"},
    ]  # fmt: skip

    async def tell(claims: dict[str, Any], alg: str = "RS256") -> int:
        token = evil.sign({"alg": alg, "kid": "k1"}, {k: v for k, v in claims.items() if v is not None})
        async with who.http.post(f"/sign-in/idp/{idp.id}/logout", data={"logout_token": token}) as got:
            return got.status

    for changes in wrong:
        assert await tell(good | changes) == (200 if "sub" in changes else 400), changes
        assert await who.inside() == 200, changes
    assert await tell(good, "none") == await tell(good, "HS256") == 400
    assert await tell(good) == 200
    assert [await who.inside(), await other.inside()] == [401, 200]


def test_a_configuration_is_checked_field_by_field() -> None:
    right = Idp(id=fresh_id(), tenant_id=fresh_id(), name="P", issuer="https://login.example.com", client_id="c",
                auth_method="none", domains=("example.com",), roles={"g": "client_viewer"})  # fmt: skip
    check(right)
    wrong: list[tuple[str, Any]] = [
        ("name", ""), ("issuer", "http://login.example.com"), ("issuer", "https://x.example/?a=b"),
        ("issuer", "javascript:1"), ("issuer", "https://a@b.example"), ("client_id", ""),
        ("auth_method", "client_secret_jwt"), ("domains", ("nodots",)), ("domains", ("a@b.example",)),
        ("groups_claim", ""), ("roles", {"g": "supervisor"}), ("roles", {"g": "platform"}), ("roles", {}),
        ("roles", {"": "client_viewer"}), ("origins", ("https://x.example/path",)), ("origins", ("http://x",)),
        ("default_role", "agent"),
    ]  # fmt: skip
    for name, value in wrong:
        values = {f: getattr(right, f) for f in Idp.__dataclass_fields__} | {name: value}
        with pytest.raises(IdpInvalid) as caught:
            check(Idp(**values))
        pointers = {error.pointer for error in caught.value.errors}
        assert pointers & {f"/{name}", "/roles"}, name


def test_pure_rules() -> None:
    assert origin("https://A.example:443/x") == "https://a.example"
    assert origin("https://[::1]:8443/") == "https://[::1]:8443"
    assert origin("https://x:99999/") == origin("no address") == ""
    assert role_of(["viewers", "managers"], ROLES, None) == "client_manager"
    assert role_of([], ROLES, "client_viewer") == "client_viewer"
    assert role_of(["x"], {"x": "supervisor"}, "platform") is None
    document = {"issuer": "https://a.example", "authorization_endpoint": "https://a.example/a",
                "token_endpoint": "https://b.example/t", "jwks_uri": "https://a.example/k"}  # fmt: skip
    with pytest.raises(MetadataWrong):
        read_metadata("https://a.example", document, ())
    assert read_metadata("https://a.example", document, ("https://b.example",)).token_endpoint == "https://b.example/t"
    with pytest.raises(ValueError, match="no usable key"):
        read_keys({"keys": [RSAKey.generate_key(2048).as_dict(private=True)]})


async def test_private_addresses_are_not_called_outside_of_tests(site: Site, evil: Evil) -> None:
    from kit.outbound import Guard  # noqa: PLC0415 - here only
    from tenants.idp.client import Connection, Idps  # noqa: PLC0415 - here only

    async with AsyncExitStack() as stack:
        idps = Idps(GuardedTransport(Guard()))
        stack.push_async_callback(idps.close)
        for issuer in (evil.issuer, "https://127.0.0.1", "https://169.254.169.254", "https://localhost"):
            connection = Connection(fresh_id(), fresh_id(), "P", issuer, "c", "none", "https://x.example/cb")
            with pytest.raises(IdpAway):
                await idps.metadata(connection)
    assert evil.asked == {}
