"""Sessions, keys, passwords, and the door to a tenant."""

from __future__ import annotations

import asyncio
import dataclasses
import time
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text
from sqlmodel import col

from kit.errors import NotFound, NotSignedIn, ValidationFailed
from kit.secretbox import SecretBox
from tenants.access import PRINCIPAL_LIFE_S, Principal, StalePrincipal, enter, for_system
from tenants.core.permissions import Role
from tenants.errors import SignInBusy, TenantSuspended, TooManyKeys, TooManySignIns, WrongPassword
from tenants.models import Session, User
from tenants.oauth.models import ApiKey
from tenants.service import passwords
from tenants.service.centre import apply_centre
from tenants.service.door import Door
from tenants.service.entrance import Entrance
from tenants.service.keys import KeyRequest, create_key, read_key, require_connection, revoke_key
from tenants.service.new_password import set_password
from tenants.service.people import Attempt, Visit, sign_in
from tenants.service.sessions import choose_tenant, close_session, open_session, read_session, renew, token_hash
from tests.support import hashing
from tests.support.house import KEY, TENANT_A, TENANT_B, House
from tests.tenants.world import BETA, CENTRE, NOW, apply, changed, two_clients

PASSWORD = "correct horse battery"
MINUTE = timedelta(minutes=1)


async def user_id(house: House, email: str) -> UUID:
    async with house.control.plain() as session:
        return (await session.execute(select(col(User.id)).where(col(User.email) == email))).scalar_one()


async def signed_in(house: House, email: str) -> tuple[str, Principal]:
    token = await open_session(house.control, await user_id(house, email), NOW)
    return token, await read_session(house.control, token, NOW)


async def test_a_session_says_who_it_is_and_where_it_may_go(house: House) -> None:
    alpha, beta = await two_clients(house)
    _, boss = await signed_in(house, "wang@alpha.example")
    assert (boss.name, boss.staff_role, boss.chosen) == ("王经理", None, alpha.tenant_id)
    assert {t: m.role for t, m in boss.memberships.items()} == {alpha.tenant_id: Role.CLIENT_MANAGER}
    _, bo = await signed_in(house, "bo@harbour.example")
    assert (bo.staff_role, bo.seat, bo.chosen) == (Role.AGENT, "8002", None)
    assert set(bo.memberships) == {alpha.tenant_id, beta.tenant_id}
    _, li = await signed_in(house, "li@harbour.example")
    assert set(li.memberships) == {alpha.tenant_id}
    _, supervisor = await signed_in(house, "sup@harbour.example")
    assert set(supervisor.memberships) == {
        alpha.tenant_id,
        beta.tenant_id,
        TENANT_A,
        TENANT_B,
    }  # all but the installation
    _, only = await signed_in(house, "only@harbour.example")
    assert set(only.memberships) == {alpha.tenant_id}


async def test_ones_own_tenant_may_be_entered_and_no_other(house: House) -> None:
    alpha, beta = await two_clients(house)
    _, boss = await signed_in(house, "wang@alpha.example")
    assert enter(boss, alpha.tenant_id) == alpha.tenant_id
    said = []
    for foreign in (beta.tenant_id, uuid4()):
        with pytest.raises(NotFound) as caught:
            enter(boss, foreign)
        said.append((caught.value.detail, caught.value.data))
    assert said[0] == said[1]


async def test_a_suspended_tenant_and_an_old_principal_are_refused(house: House) -> None:
    alpha, _ = await two_clients(house)
    token, boss = await signed_in(house, "wang@alpha.example")
    stale = dataclasses.replace(boss, read_at=time.monotonic() - PRINCIPAL_LIFE_S - 1)
    with pytest.raises(StalePrincipal):
        enter(stale, alpha.tenant_id)
    enter(await renew(house.control, stale, NOW), alpha.tenant_id)
    async with house.control.plain() as session:
        await session.execute(text("UPDATE control.tenant SET state = 'suspended' WHERE code = 'alpha'"))
    with pytest.raises(TenantSuspended):
        enter(await read_session(house.control, token, NOW), alpha.tenant_id)


async def test_a_membership_that_ends_ends_at_the_next_request(house: House) -> None:
    _, beta = await two_clients(house)
    token, boss = await signed_in(house, "boss@beta.example")
    enter(boss, beta.tenant_id)
    bo_token, _ = await signed_in(house, "bo@harbour.example")
    await apply(house, changed(BETA, people=[], seats=[]))
    with pytest.raises(NotFound):
        enter(await read_session(house.control, token, NOW), beta.tenant_id)
    with pytest.raises(NotFound):
        enter(await read_session(house.control, bo_token, NOW), beta.tenant_id)


async def test_a_session_ends_when_idle_when_old_and_at_sign_out(house: House) -> None:
    await two_clients(house)
    token, _ = await signed_in(house, "wang@alpha.example")
    await read_session(house.control, token, NOW + 29 * MINUTE)
    await read_session(house.control, token, NOW + 58 * MINUTE)  # the last use counts
    with pytest.raises(NotSignedIn):
        await read_session(house.control, token, NOW + 89 * MINUTE)
    seat, _ = await signed_in(house, "li@harbour.example")
    await read_session(house.control, seat, NOW + timedelta(hours=11, minutes=59))  # a seat is not idle in a long call
    with pytest.raises(NotSignedIn):
        await read_session(house.control, seat, NOW + timedelta(hours=12))
    again, _ = await signed_in(house, "li@harbour.example")
    await close_session(house.control, again)
    with pytest.raises(NotSignedIn):
        await read_session(house.control, again, NOW)


async def test_the_token_itself_is_not_stored(house: House) -> None:
    await two_clients(house)
    token, _ = await signed_in(house, "wang@alpha.example")
    assert len(token) >= 43
    async with house.control.plain() as session:
        (stored,) = (await session.execute(select(Session))).scalars()
    assert stored.token_hash == token_hash(token)
    assert token.encode() not in stored.token_hash


async def test_choosing_another_client_gives_a_new_token(house: House) -> None:
    _, beta = await two_clients(house)
    token, _ = await signed_in(house, "sup@harbour.example")
    fresh = await choose_tenant(house.control, token, beta.tenant_id, NOW)
    assert (await read_session(house.control, fresh, NOW)).chosen == beta.tenant_id
    with pytest.raises(NotSignedIn):
        await read_session(house.control, token, NOW)
    with pytest.raises(NotFound):
        await choose_tenant(house.control, fresh, uuid4(), NOW)


async def test_staff_who_leave_are_signed_out(house: House) -> None:
    await two_clients(house)
    token, _ = await signed_in(house, "sup@harbour.example")
    gone = CENTRE.replace("  - {email: sup@harbour.example, name: Grace, role: supervisor}\n", "")
    await apply_centre(house.control, house.app, gone, NOW)
    with pytest.raises(NotSignedIn):
        await read_session(house.control, token, NOW)
    await apply_centre(house.control, house.app, CENTRE, NOW)
    _, back = await signed_in(house, "sup@harbour.example")
    assert len(back.memberships) == 4


# ----------------------------------------------------------------------------------------------------------- sign-in


def attempt(email: str, password: str = PASSWORD, address: str = "192.0.2.1") -> Attempt:
    return Attempt(email, password, Visit(address))


def entrance_of(house: House, door: Door | None = None) -> Entrance:
    return Entrance(house.control, house.app, SecretBox(KEY), door or Door())


async def test_the_right_password_opens_a_session_and_a_wrong_one_does_not(house: House) -> None:
    await two_clients(house)
    await set_password(house.control, "WANG@alpha.example ", PASSWORD)
    entrance = entrance_of(house)
    passed = await sign_in(entrance, attempt(" Wang@Alpha.example"), NOW)
    assert passed.second_step == ""
    assert (await read_session(house.control, passed.session, NOW)).email == "wang@alpha.example"
    for wrong in (
        attempt("wang@alpha.example", "wrong"),
        attempt("nobody@alpha.example"),
        attempt("viewer@alpha.example"),  # has no password yet
        attempt("wang@alpha.example", "x" * 100_000),
    ):
        with pytest.raises(WrongPassword) as caught:
            await sign_in(entrance, wrong, NOW)
        assert caught.value.detail == WrongPassword.title
    assert PASSWORD not in repr(attempt("a@b.c"))


async def test_a_new_password_ends_every_session(house: House) -> None:
    await two_clients(house)
    token, _ = await signed_in(house, "wang@alpha.example")
    await set_password(house.control, "wang@alpha.example", PASSWORD)
    with pytest.raises(NotSignedIn):
        await read_session(house.control, token, NOW)
    with pytest.raises(ValidationFailed):
        await set_password(house.control, "wang@alpha.example", "short")
    with pytest.raises(NotFound):
        await set_password(house.control, "nobody@alpha.example", PASSWORD)


async def test_failures_are_limited_by_person_and_by_address(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    async def never(_password: str, _stored: str | None) -> bool:
        return False

    monkeypatch.setattr(passwords, "verify", never)
    entrance = entrance_of(house)
    for n in range(10):
        with pytest.raises(WrongPassword):
            await sign_in(entrance, attempt("a@b.example", address=f"192.0.2.{n}"), NOW)
    with pytest.raises(TooManySignIns) as caught:
        await sign_in(entrance, attempt("a@b.example", address="192.0.2.99"), NOW)
    assert 0 < int(str(caught.value.data["retry_after_s"])) <= 31
    for n in range(60):
        with pytest.raises(WrongPassword):
            await sign_in(entrance, attempt(f"p{n}@b.example", address="198.51.100.1"), NOW)
    with pytest.raises(TooManySignIns):
        await sign_in(entrance, attempt("fresh@b.example", address="198.51.100.1"), NOW)


async def test_a_flood_of_sign_ins_runs_four_at_once_and_is_then_sent_away(monkeypatch: pytest.MonkeyPatch) -> None:
    running, most = 0, 0

    def slow(_password: str, _stored: str | None) -> bool:
        nonlocal running, most
        running += 1
        most = max(most, running)
        time.sleep(0.02)
        running -= 1
        return False

    monkeypatch.setattr(passwords, "_verify", slow)
    ends = await asyncio.gather(*(passwords.verify("x", None) for _ in range(60)), return_exceptions=True)
    assert most <= passwords.AT_ONCE
    assert sum(isinstance(end, SignInBusy) for end in ends) == 60 - passwords.AT_ONCE - passwords.MOST_WAITING


async def test_an_unknown_person_costs_as_much_as_a_wrong_password(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "_hasher", hashing.FULL)
    passwords._nobodys.cache_clear()
    await two_clients(house)
    await set_password(house.control, "wang@alpha.example", PASSWORD)
    stored = await passwords.hash_password(PASSWORD)
    await passwords.verify("wrong", None)  # makes nobody's hash
    times = []
    for kept in (stored, None):
        started = time.thread_time_ns()
        assert not passwords._verify("wrong", kept)
        times.append(time.thread_time_ns() - started)
    assert 0.2 < times[0] / times[1] < 5
    assert stored.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    passwords._nobodys.cache_clear()


# -------------------------------------------------------------------------------------------------------------- keys

WANTED = frozenset({"work_order.read", "work_order.create"})


async def test_a_key_is_a_client_system_within_its_scopes(house: House) -> None:
    alpha, _ = await two_clients(house)
    key = await create_key(house.control, KeyRequest(alpha.tenant_id, "oms", WANTED, environment="test"), NOW)
    assert key.startswith("gf_test_")
    assert [len(part) for part in key.split("_")] == [2, 4, 8, 49]
    system = await read_key(house.control, key, NOW)
    assert (system.kind, system.connection, system.scopes, system.chosen) == ("key", "oms", WANTED, alpha.tenant_id)
    assert system.role_in(alpha.tenant_id) is Role.CLIENT_SYSTEM
    async with house.control.plain() as session:
        (stored,) = (await session.execute(select(ApiKey))).scalars()
    assert key.encode() not in stored.hash
    assert stored.used_at == NOW


async def test_a_wrong_old_or_revoked_key_is_refused(house: House) -> None:
    alpha, beta = await two_clients(house)
    key = await create_key(house.control, KeyRequest(alpha.tenant_id, "oms", WANTED, timedelta(days=1)), NOW)
    flipped = key[:20] + ("a" if key[20] != "a" else "b") + key[21:]
    for wrong in ("", "gf_", "x" * 70, flipped, key[:-1], key + "0", key.replace("live", "test"), key.upper()):
        with pytest.raises(NotSignedIn):
            await read_key(house.control, wrong, NOW)
    with pytest.raises(NotSignedIn):
        await read_key(house.control, key, NOW + timedelta(days=1))
    await revoke_key(house.control, beta.tenant_id, key.split("_")[2], NOW)  # another tenant's hand does nothing
    await read_key(house.control, key, NOW)
    await revoke_key(house.control, alpha.tenant_id, key.split("_")[2], NOW)
    with pytest.raises(NotSignedIn):
        await read_key(house.control, key, NOW)


async def test_a_key_is_asked_for_within_limits(house: House) -> None:
    alpha, _ = await two_clients(house)
    for scopes, life in ((frozenset({"settings.change"}), 1), (frozenset(), 1), (WANTED, 366), (WANTED, 0)):
        request = KeyRequest(alpha.tenant_id, "oms", frozenset(map(str, scopes)), timedelta(days=life))
        with pytest.raises(ValidationFailed):
            await create_key(house.control, request, NOW)
    request = KeyRequest(alpha.tenant_id, "oms", WANTED)
    for _ in range(2):
        await create_key(house.control, request, NOW)
    with pytest.raises(TooManyKeys):
        await create_key(house.control, request, NOW)
    tenant_id = for_system(alpha.tenant_id, "test")
    await require_connection(house.app, tenant_id, "oms")
    with pytest.raises(NotFound):
        await require_connection(house.app, tenant_id, "crm")
