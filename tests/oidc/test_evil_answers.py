"""Answers that are forged, replayed, swapped or not for us: no session, and one of a few reasons."""

from __future__ import annotations

import time
from typing import Any

import pytest
from joserfc.jwk import RSAKey

from journal.core.facts import SYSTEM
from kit import clock
from tenants.idp.connections import Change, fresh_id, remove_idp
from tests.oidc.evil import Evil, serving
from tests.oidc.walking import connect, planes, sessions, walker
from tests.support.site import Site


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
