"""What a slow, cheating or replaced service gets: nobody waits for it, and nothing of it is used."""

from __future__ import annotations

import asyncio
import time
from contextlib import AsyncExitStack
from typing import Any

import pytest
from joserfc.jwk import RSAKey

from journal.core.facts import SYSTEM
from kit import clock
from kit.outbound import Guard
from tenants.core.idp import Breaker, MetadataWrong, origin, read_metadata, role_of
from tenants.idp.client import Connection, Idps
from tenants.idp.connections import Change, Idp, check, fresh_id, remove_idp
from tenants.idp.errors import IdpAway, IdpInvalid
from tenants.idp.fetch import GuardedTransport
from tenants.idp.tokens import read_keys
from tests.oidc.evil import Evil, serving
from tests.oidc.walking import ROLES, connect, planes, walker
from tests.support.site import Site

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
        assert not all(each.done() for each in waiting), "while the others still wait"
        assert set(await asyncio.gather(*waiting)) == {503}
        assert time.monotonic() - started < evil.slow_s, "nobody waits until it answers"
        asked = evil.asked["discovery"]
        assert asked <= 8  # no more at once than the gate lets through
        assert await walker(site).go(idp=str(slow_idp.id)) == 503
        assert evil.asked["discovery"] == asked, "the breaker is open: nobody asks"


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
    async with AsyncExitStack() as stack:
        idps = Idps(GuardedTransport(Guard()))
        stack.push_async_callback(idps.close)
        for issuer in (evil.issuer, "https://127.0.0.1", "https://169.254.169.254", "https://localhost"):
            connection = Connection(fresh_id(), fresh_id(), "P", issuer, "c", "none", "https://x.example/cb")
            with pytest.raises(IdpAway):
                await idps.metadata(connection)
    assert evil.asked == {}
