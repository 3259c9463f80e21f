"""Client credentials: who gets a token, what it opens, and every way in which none is given."""

from __future__ import annotations

import base64
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import orjson
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from journal.core.facts import SYSTEM
from kit.errors import ValidationFailed
from kit.secretbox import SecretBox
from tenants.errors import TooManyKeys
from tenants.idp.connections import Change, Planes
from tenants.oauth.clients import (
    Wanted,
    add_secret,
    end_client,
    end_secret,
    list_credentials,
    make_client,
    make_key,
    read_jwks,
    replace_key,
    tell_expiring,
)
from tests.support.house import KEYS
from tests.support.site import Site

SCOPES = frozenset({"work_order.read", "interaction.read"})
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
FORM = {"grant_type": "client_credentials", "scope": "work_order.read"}


def planes(site: Site) -> Planes:
    return Planes(site.house.control, site.house.app, SecretBox(bytes.fromhex(KEYS["GF_MASTER_KEY"])))


def change(site: Site, tenant: str = "galaxy", at: datetime | None = None) -> Change:
    return Change(site.tenants[tenant], SYSTEM, at or datetime.now(UTC))


async def client(site: Site, tenant: str = "galaxy", **more: Any) -> tuple[str, str]:
    wanted = Wanted(site.connections[tenant], SCOPES, **more)
    client_id, secret = await make_client(planes(site), change(site, tenant), wanted)
    return client_id, secret or ""


def basic(client_id: str, secret: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{client_id}:{secret}".encode()).decode()}


async def post(
    site: Site, path: str, form: Any, headers: dict[str, str] | None = None
) -> tuple[int, dict[str, Any], Any]:
    async with aiohttp.ClientSession(site.url) as http, http.post(path, data=form, headers=headers) as got:
        return got.status, orjson.loads(await got.read()), got.headers


async def token(site: Site, form: Any, headers: dict[str, str] | None = None) -> tuple[int, str]:
    status, body, _ = await post(site, "/oauth/token", form, headers)
    return status, body.get("error", body.get("access_token", ""))


async def ask(site: Site, bearer: str, path: str = "/v1/work-orders") -> int:
    async with aiohttp.ClientSession(site.url) as http:
        got = await http.get(path, headers={"Authorization": f"Bearer {bearer}"})
        return got.status


async def test_a_token_opens_what_a_key_with_its_scope_opens(site: Site) -> None:
    client_id, secret = await client(site)
    status, body, headers = await post(site, "/oauth/token", FORM, basic(client_id, secret))
    assert (status, body["token_type"], body["expires_in"], body["scope"]) == (200, "Bearer", 600, "work_order.read")
    assert headers["Cache-Control"] == "no-store"
    bearer = body["access_token"]
    assert await ask(site, bearer) == 200
    assert await ask(site, bearer, "/v1/interactions") == 403  # not in this token's scope, though in the client's
    assert await ask(site, bearer[:-1] + ("a" if bearer[-1] != "a" else "b")) == 401
    pool = await site.house.control.pool()
    stored = await pool.fetch("SELECT hash, expires_at - issued_at AS life FROM control.oauth_token")
    assert [row["life"] for row in stored] == [timedelta(minutes=10)]
    assert bearer.encode() not in stored[0]["hash"]
    await pool.execute("UPDATE control.oauth_token SET expires_at = clock_timestamp()")
    assert await ask(site, bearer) == 401


async def test_the_other_secret_method_and_only_the_registered_one(site: Site) -> None:
    client_id, secret = await client(site, method="client_secret_post")
    named = {**FORM, "client_id": client_id, "client_secret": secret}
    assert (await token(site, named))[0] == 200
    assert await token(site, FORM, basic(client_id, secret)) == (401, "invalid_client")
    other, other_secret = await client(site)
    assert await token(site, {**FORM, "client_id": other, "client_secret": other_secret}) == (401, "invalid_client")


async def test_everything_else_gets_no_token(site: Site) -> None:
    client_id, secret = await client(site)
    right = basic(client_id, secret)
    cases: list[tuple[Any, dict[str, str] | None, str]] = [
        (FORM, basic(client_id, secret + "x"), "invalid_client"),
        (FORM, basic("gfc_nobody", secret), "invalid_client"),
        (FORM, None, "invalid_client"),
        (FORM, {"Authorization": "Bearer " + secret}, "invalid_client"),
        (FORM, {"Authorization": "Basic %%%"}, "invalid_client"),
        ({**FORM, "client_id": client_id, "client_secret": secret}, right, "invalid_request"),  # two at once
        ({**FORM, "client_assertion": "a.b.c", "client_assertion_type": ASSERTION}, right, "invalid_request"),
        ({**FORM, "client_id": "gfc_another"}, right, "invalid_client"),
        ({"grant_type": "client_credentials"}, right, "invalid_scope"),  # none is not all
        ({**FORM, "scope": " "}, right, "invalid_scope"),
        ({**FORM, "scope": "work_order.read work_order.change"}, right, "invalid_scope"),
        ({**FORM, "scope": "settings.change"}, right, "invalid_scope"),
        ({**FORM, "grant_type": "password", "username": "a", "password": "b"}, right, "unsupported_grant_type"),
        ({**FORM, "grant_type": "authorization_code", "code": "x"}, right, "unsupported_grant_type"),
        ({**FORM, "grant_type": "refresh_token", "refresh_token": "x"}, right, "unsupported_grant_type"),
        ({"scope": "work_order.read"}, right, "unsupported_grant_type"),
        (
            [("grant_type", "client_credentials"), ("scope", "work_order.read"), ("scope", "x")],
            right,
            "invalid_request",
        ),
    ]
    for form, headers, error in cases:
        status, said = await token(site, form, headers)
        assert (status, said) == (401 if error == "invalid_client" else 400, error), (form, headers)
    status, _, headers_ = await post(site, "/oauth/token", FORM, basic(client_id, "wrong"))
    assert headers_["WWW-Authenticate"].startswith("Basic")
    pool = await site.house.control.pool()
    assert await pool.fetchval("SELECT count(*) FROM control.oauth_token") == 0


async def test_a_failed_authentication_does_not_tell_which_clients_exist(site: Site) -> None:
    client_id, _ = await client(site)
    said = [await post(site, "/oauth/token", FORM, basic(name, "wrong")) for name in (client_id, "gfc_000000000000")]
    assert said[0][:2] == said[1][:2]


def keys() -> list[tuple[str, Any]]:
    return [
        ("EdDSA", OKPKey.generate_key("Ed25519")), ("ES256", ECKey.generate_key("P-256")),
        ("RS256", RSAKey.generate_key(2048)),
    ]  # fmt: skip


def assertion(client_id: str, site: Site, key: Any, alg: str, **changes: Any) -> str:
    now = int(time.time())
    claims = {"iss": client_id, "sub": client_id, "aud": f"{site.url}/oauth/token", "iat": now, "exp": now + 120,
              "jti": f"{now}-{changes!r}"} | changes  # fmt: skip
    return jwt.encode({"alg": alg}, {k: v for k, v in claims.items() if v is not None}, key, algorithms=[alg])


async def signed(site: Site, value: str) -> tuple[int, str]:
    return await token(site, {**FORM, "client_assertion_type": ASSERTION, "client_assertion": value})


async def test_a_signed_assertion_works_once(site: Site) -> None:
    for alg, key in keys():
        jwks = orjson.dumps(key.as_dict(private=False)).decode()
        client_id, _ = await client(site, method="private_key_jwt", jwks=jwks)
        made = assertion(client_id, site, key, alg)
        assert (await signed(site, made))[0] == 200, alg
        assert await signed(site, made) == (401, "invalid_client"), "replayed"


async def test_forged_assertions_get_nothing(site: Site) -> None:
    key, other = ECKey.generate_key("P-256"), ECKey.generate_key("P-256")
    jwks = key.as_dict(private=False)
    client_id, _ = await client(site, method="private_key_jwt", jwks=orjson.dumps(jwks).decode())
    now, encode = int(time.time()), base64.urlsafe_b64encode
    none = b".".join(
        [
            encode(b'{"alg":"none"}').rstrip(b"="),
            encode(
                orjson.dumps(
                    {"iss": client_id, "sub": client_id, "aud": site.url, "exp": now + 60, "iat": now, "jti": "n"}
                )
            ).rstrip(b"="),
            b"",
        ]
    )
    shared = OctKey.import_key(orjson.dumps(jwks))
    bad = {
        "another key": assertion(client_id, site, other, "ES256"),
        "none": none.decode(),
        "HS256 with the public key": assertion(client_id, site, shared, "HS256"),
        "ten years": assertion(client_id, site, key, "ES256", exp=now + 315_360_000),
        "301 seconds": assertion(client_id, site, key, "ES256", exp=now + 301),
        "in the future": assertion(client_id, site, key, "ES256", iat=now + 3600, exp=now + 3700),
        "expired": assertion(client_id, site, key, "ES256", iat=now - 400, exp=now - 200),
        "another audience": assertion(client_id, site, key, "ES256", aud="https://evil.example/oauth/token"),
        "no audience": assertion(client_id, site, key, "ES256", aud=None),
        "no jti": assertion(client_id, site, key, "ES256", jti=None),
        "a list as jti": assertion(client_id, site, key, "ES256", jti=["x"]),
        "no iat": assertion(client_id, site, key, "ES256", iat=None),
        "another issuer": assertion(client_id, site, key, "ES256", iss="gfc_another"),
        "another subject": assertion(client_id, site, key, "ES256", sub="gfc_another"),
        "a number as subject": assertion(client_id, site, key, "ES256", sub=7),
        "nothing": "", "dots": "..", "words": "a.b.c",
    }  # fmt: skip
    for name, value in bad.items():
        status, said = await signed(site, value)
        assert (status, said) in {(401, "invalid_client"), (400, "invalid_client")}, name
    assert (await signed(site, assertion(client_id, site, key, "ES256", exp=now + 300, iat=now)))[0] == 200


async def test_private_and_weak_keys_are_not_registered() -> None:
    for key in (ECKey.generate_key("P-256"), ECKey.generate_key("P-384"), RSAKey.generate_key(1024, auto_kid=False)):
        with pytest.raises(ValidationFailed):
            read_jwks(orjson.dumps(key.as_dict(private=key.as_dict().get("crv") == "P-256")).decode())
    for text in (
        "",
        "{}",
        "[]",
        '{"keys": []}',
        '{"kty": "oct", "k": "AAAA"}',
        "x" * 100,
        '{"kty": "EC", "crv": "P-256"}',
    ):
        with pytest.raises(ValidationFailed):
            read_jwks(text)


async def test_introspection_and_revocation_know_ones_own_tokens_only(site: Site) -> None:
    mine, theirs = await client(site), await client(site, "harbour-light")
    _, bearer = await token(site, FORM, basic(*mine))
    state = await post(site, "/oauth/introspect", {"token": bearer}, basic(*mine))
    assert (state[1]["active"], state[1]["scope"], state[1]["client_id"]) == (True, "work_order.read", mine[0])
    assert (await post(site, "/oauth/introspect", {"token": bearer}, basic(*theirs)))[:2] == (200, {"active": False})
    assert (await post(site, "/oauth/revoke", {"token": bearer}, basic(*theirs)))[:2] == (200, {})
    assert await ask(site, bearer) == 200  # another client's hand did nothing
    assert (await post(site, "/oauth/revoke", {"token": bearer}))[0] == 401
    assert (await post(site, "/oauth/revoke", {"token": bearer}, basic(*mine)))[:2] == (200, {})
    assert await ask(site, bearer) == 401
    assert (await post(site, "/oauth/introspect", {"token": bearer}, basic(*mine)))[1] == {"active": False}


async def test_secrets_rotate_without_a_gap_and_a_client_ends_at_once(site: Site) -> None:
    client_id, first = await client(site)
    second = await add_secret(planes(site), change(site), client_id)
    with pytest.raises(TooManyKeys):
        await add_secret(planes(site), change(site), client_id)
    for secret in (first, second):
        assert (await token(site, FORM, basic(client_id, secret)))[0] == 200
    await end_secret(planes(site), change(site, "harbour-light"), client_id, first[:12])  # not its client
    assert (await token(site, FORM, basic(client_id, first)))[0] == 200
    await end_secret(planes(site), change(site), client_id, first[:12])
    assert (await token(site, FORM, basic(client_id, first)))[0] == 401
    _, bearer = await token(site, FORM, basic(client_id, second))
    await end_client(planes(site), change(site, "harbour-light"), client_id, "not mine")
    assert await ask(site, bearer) == 200
    await end_client(planes(site), change(site), client_id, "the system is gone")
    assert await ask(site, bearer) == 401
    assert (await token(site, FORM, basic(client_id, second)))[0] == 401
    async with site.house.app.transaction(site.tenants["galaxy"]) as scope:
        rows = await scope.fetch("SELECT kind, data::text AS data FROM gf.journal WHERE kind LIKE 'Credential%'")
    kinds = [row["kind"] for row in rows]
    assert kinds.count("CredentialCreated") == 2
    assert kinds.count("CredentialRevoked") == 2
    assert not any(secret[12:] in row["data"] for row in rows for secret in (first, second))


async def test_keys_are_replaced_listed_and_told_of_before_they_end(site: Site) -> None:
    near = datetime.now(UTC) - timedelta(days=20)
    wanted = Wanted(site.connections["galaxy"], SCOPES, timedelta(days=30))
    key = await make_key(planes(site), change(site, at=near), wanted)
    second = await replace_key(planes(site), change(site), key.split("_")[2])
    for one in (key, second):
        assert await ask(site, one) == 200
    shown, _ = await list_credentials(site.house.control, site.tenants["galaxy"])
    assert {row["id"] for row in shown} == {key.split("_")[2], second.split("_")[2]}
    assert not any(key[16:] in str(value) for row in shown for value in row.values())
    assert await tell_expiring(site.house.control, site.house.app, datetime.now(UTC)) == 1
    assert await tell_expiring(site.house.control, site.house.app, datetime.now(UTC)) == 0


async def test_the_server_describes_itself(site: Site) -> None:
    async with aiohttp.ClientSession(site.url) as http:
        told = await (await http.get("/.well-known/oauth-authorization-server")).json()
    assert told["issuer"] == site.url
    assert told["grant_types_supported"] == ["client_credentials"]
    assert "none" not in told["token_endpoint_auth_methods_supported"]
