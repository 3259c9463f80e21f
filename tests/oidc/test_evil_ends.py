"""How sessions that a provider vouched for end, and who may still use a password."""

from __future__ import annotations

import time
from typing import Any

import pytest

from journal.core.facts import SYSTEM
from kit import clock
from tenants.idp.connections import Change, remove_idp, set_policy
from tenants.idp.errors import WouldLockOut
from tests.oidc.evil import Evil
from tests.oidc.walking import WANG, connect, planes, walker
from tests.support.site import Site


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
    now = int(time.time())
    event: dict[str, Any] = {"http://schemas.openid.net/event/backchannel-logout": {}}
    good = {
        "iss": evil.issuer,
        "aud": evil.client_id,
        "iat": now,
        "exp": now + 600,
        "jti": "j",
        "sid": "s1",
        "events": event,
    }
    wrong: list[dict[str, Any]] = [
        {"nonce": "n"}, {"events": {}}, {"events": None}, {"aud": "x"}, {"iss": "https://evil.example"}, {"jti": None},
        {"exp": now - 600}, {"sid": None}, {"sid": 7}, {"sub": "another-subject"},
        {"iat": now - 120}, {"iat": -(10**400)}, {"iat": "now"}, {"iat": now + 3600},
    ]  # fmt: skip

    async def tell(claims: dict[str, Any], alg: str = "RS256") -> int:
        token = evil.sign({"alg": alg, "kid": "k1"}, {k: v for k, v in claims.items() if v is not None})
        async with who.http.post(f"/sign-in/idp/{idp.id}/logout", data={"logout_token": token}) as got:
            return got.status

    for changes in wrong:
        ends_nothing = "sub" in changes or changes.get("iat") in {now - 120, -(10**400)}
        assert await tell(good | changes) == (200 if ends_nothing else 400), changes
        assert await who.inside() == 200, changes
    assert await tell(good, "none") == await tell(good, "HS256") == 400
    assert await tell(good) == 200
    assert [await who.inside(), await other.inside()] == [401, 200]


async def test_a_reason_that_turns_its_words_is_not_kept(site: Site) -> None:
    """Names and reasons in any script; what hides or turns them would read as another text in the journal."""
    manager = await site.person(WANG, "galaxy")
    form = {"connection": site.connections["galaxy"], "scope": "work_order.read", "days": "30"}
    async with manager.post("/settings/keys/key", data=form) as got:
        assert got.status == 200
    key = await (await site.house.control.pool()).fetchval(
        "SELECT id FROM control.api_key ORDER BY created_at DESC LIMIT 1"
    )
    for reason, status in (("lost\u202egpj.exe", 400), ("a\u200bb", 400), ("אבד בדרך / 丢失 / ضاع", 303)):
        path = f"/settings/keys/key/{key}/end"
        async with manager.post(path, data={"reason": reason}, allow_redirects=False) as got:
            assert got.status == status, reason
