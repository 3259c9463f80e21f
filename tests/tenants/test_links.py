"""Links that set a password, the rule for passwords, letters, and what a manager may do for its people."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from journal.core.facts import SYSTEM
from kit.db import AccessibleTenantId
from kit.errors import NotFound, NotSignedIn
from tenants.access import for_system
from tenants.core.password_rule import objection
from tenants.errors import WrongPassword
from tenants.identity.errors import LinkSpent, ManagedElsewhere, SignInLocked, WeakPassword, WrongCode
from tenants.service import factors, letters, links, people_access, standing
from tenants.service.entrance import Entrance
from tenants.service.links import ask_for_link, make_link, read_link, use_link
from tenants.service.new_password import change_password
from tenants.service.people import Attempt, sign_in
from tenants.service.people_access import Manager
from tenants.service.sessions import open_session, read_session
from tenants.service.sign_in_policy import require_second_factor
from tests.support.house import INSTALLATION, House
from tests.tenants.entering import (
    BOSS,
    HERE,
    PASSWORD,
    STEP,
    VIEWER,
    WANG,
    WRONG,
    enrolled,
    entrance_of,
    half,
    person,
    told,
    user_id,
)
from tests.tenants.world import ALPHA, BETA, NOW, apply, changed, two_clients

NEW = "three green bottles"


@pytest.fixture
async def entrance(house: House) -> Entrance:
    await two_clients(house)
    return entrance_of(house)


@pytest.fixture
async def posting(house: House) -> Entrance:
    await two_clients(house)
    return entrance_of(house, mail=True)


async def tenant_of(entrance: Entrance, who: UUID) -> AccessibleTenantId:
    pool = await entrance.control.pool()
    return for_system(await pool.fetchval("SELECT tenant_id FROM control.membership WHERE user_id = $1", who), "tests")


async def manager(entrance: Entrance, email: str = WANG, *, own: bool = True) -> Manager:
    who = await user_id(entrance, email)
    return Manager(await tenant_of(entrance, await user_id(entrance, WANG)), str(who), own_company=own)


# ------------------------------------------------------------------------------------------------------------- links


async def test_an_invited_person_sets_its_password_once(entrance: Entrance, house: House) -> None:
    who = await user_id(entrance, VIEWER)
    token, mailed = await make_link(entrance, who, NOW)
    assert (len(token) >= 43, mailed) == (True, False)
    link = await read_link(house.control, token, NOW)
    assert (link.purpose, link.email, link.second) == ("invite", VIEWER, False)
    assert await use_link(entrance, token, NEW, "", NOW) == who
    assert (await sign_in(entrance, Attempt(VIEWER, NEW, HERE), NOW)).session
    with pytest.raises(LinkSpent):
        await use_link(entrance, token, NEW + NEW, "", NOW)
    facts = await told(house, await tenant_of(entrance, who), "SignInLinkMade", "PasswordChanged")
    assert [(kind, data.get("purpose", data.get("how"))) for kind, data in facts] == [
        ("SignInLinkMade", "invite"), ("PasswordChanged", "link"),
    ]  # fmt: skip
    assert token not in str(facts)


async def test_a_newer_link_ends_the_older_and_a_day_ends_both(entrance: Entrance) -> None:
    who = await user_id(entrance, VIEWER)
    old, _ = await make_link(entrance, who, NOW)
    new, _ = await make_link(entrance, who, NOW)
    for token, at in ((old, NOW), (new, NOW + links.LIFE), ("", NOW), (new[:-1], NOW), (new.swapcase(), NOW)):
        with pytest.raises(LinkSpent):
            await use_link(entrance, token, NEW, "", at)
    await use_link(entrance, new, NEW, "", NOW + links.LIFE - timedelta(seconds=1))


async def test_the_same_link_at_once_sets_one_password(entrance: Entrance) -> None:
    token, _ = await make_link(entrance, await user_id(entrance, VIEWER), NOW)
    wanted = [f"{NEW} number {n}" for n in range(5)]
    ends = await asyncio.gather(*(use_link(entrance, token, w, "", NOW) for w in wanted), return_exceptions=True)
    assert sum(isinstance(end, UUID) for end in ends) == 1
    won = wanted[next(n for n, end in enumerate(ends) if isinstance(end, UUID))]
    assert (await sign_in(entrance, Attempt(VIEWER, won, HERE), NOW)).session


async def test_a_reset_asks_for_the_second_factor_and_guesses_lock(entrance: Entrance) -> None:
    who, app, codes = await enrolled(entrance, WANG)
    session = await open_session(entrance.control, who, NOW)
    token, _ = await make_link(entrance, who, NOW)
    assert (await read_link(entrance.control, token, NOW)).second
    for code in ("", WRONG, "x" * 64):
        with pytest.raises(WrongCode):
            await use_link(entrance, token, NEW, code, NOW)
    await read_session(entrance.control, session, NOW)
    await use_link(entrance, token, NEW, app.at(NOW), NOW)
    with pytest.raises(NotSignedIn):  # whoever was signed in with the old one is out
        await read_session(entrance.control, session, NOW)
    with pytest.raises(WrongPassword):
        await sign_in(entrance, Attempt(WANG, PASSWORD, HERE), NOW)
    token, _ = await make_link(entrance, who, NOW)
    for n in range(standing.MOST_WRONG):
        with pytest.raises(SignInLocked if n == standing.MOST_WRONG - 1 else WrongCode):
            await use_link(entrance, token, NEW, WRONG, NOW)
    with pytest.raises(SignInLocked):
        await use_link(entrance, token, NEW, codes[0], NOW)


async def test_who_is_disabled_meanwhile_sets_nothing(entrance: Entrance, house: House) -> None:
    who = await user_id(entrance, VIEWER)
    token, _ = await make_link(entrance, who, NOW)
    async with house.control.plain() as session:
        await session.execute(text('UPDATE control."user" SET disabled_at = now() WHERE id = :id'), {"id": who})
    with pytest.raises(LinkSpent):
        await use_link(entrance, token, NEW, "", NOW)


async def test_asking_for_a_link_sends_one_to_known_people_only(posting: Entrance, house: House) -> None:
    for email in ("stranger@evil.example", WANG):
        await ask_for_link(posting, email, NOW)
    waiting = await letters.claim(house.control, NOW)
    assert [(w.email, w.kind, w.locale) for w in waiting] == [(WANG, "invite", "zh-CN")]
    token = letters.secret_of(waiting[0], posting.box)
    await use_link(posting, token, NEW, "", NOW)
    pool = await house.control.pool()
    assert token not in str([dict(row) for row in await pool.fetch("SELECT * FROM control.letter")])
    assert await letters.claim(house.control, NOW) != []  # "your password was changed"
    await letters.sent(house.control, waiting[0].id, NOW)
    assert await pool.fetchval("SELECT sealed FROM control.letter WHERE id = $1", waiting[0].id) is None


# --------------------------------------------------------------------------------------------------------- passwords


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("short", "short"), ("x" * 201, "long"), ("aaaaaaaaaaaaaaa", "common"), ("123456789012", "common"),
        ("password1234", "common"), ("Passwordpassword!", "common"), ("qwertyuiop123", "common"),
        ("1q2w3e4r5t6y", "common"), ("abcdefghijklm", "common"), ("iloveyou2026!!", "common"),
        ("wang-is-the-best", "personal"), ("ALPHAALPHA2026", "personal"), ("客服王经理2026年真好用", "personal"),
        ("ｗａｎｇ likes tea", "personal"), ("correct horse battery", None), ("三只绿瓶子挂在墙上真好看", None),
        ("a long enough password", None), ("kT9$kT9$kT9$x", None),
    ],
)  # fmt: skip
def test_what_a_password_may_be(password: str, why: str | None) -> None:
    assert objection(password, [WANG, "王经理", "alpha Alpha 甲"]) == why


async def test_changing_ones_password_wants_the_old_one_and_ends_other_sessions(
    entrance: Entrance, house: House
) -> None:
    who = await person(entrance, WANG)
    here, there = [await open_session(house.control, who, NOW) for _ in range(2)]
    principal = await read_session(house.control, here, NOW)
    with pytest.raises(WrongPassword):
        await change_password(entrance, principal, "not the old one", NEW, NOW)
    with pytest.raises(WeakPassword) as weak:
        await change_password(entrance, principal, PASSWORD, "wang wang wang", NOW)
    assert weak.value.why == "personal"
    await read_session(house.control, there, NOW)
    await change_password(entrance, principal, PASSWORD, NEW, NOW)
    await read_session(house.control, here, NOW)
    with pytest.raises(NotSignedIn):
        await read_session(house.control, there, NOW)


# ---------------------------------------------------------------------------------------------------------- managers


async def test_a_manager_helps_its_own_people(entrance: Entrance, house: House) -> None:
    who, _, _ = await enrolled(entrance, VIEWER)
    boss = await manager(entrance)
    token = await half(entrance, VIEWER)
    session = await open_session(house.control, who, NOW)
    (listed,) = [p for p in await people_access.people_of(house.control, boss.tenant_id, NOW) if p.email == VIEWER]
    assert (listed.ours, listed.authenticator, listed.sessions, listed.locked_at) == (True, True, 1, None)
    await people_access.end_sessions(entrance, boss, who, NOW)
    with pytest.raises(NotSignedIn):
        await read_session(house.control, session, NOW)
    await people_access.remove_factors(entrance, boss, who, NOW)
    assert not (await factors.factors_of(house.control, who)).second
    assert (await sign_in(entrance, Attempt(VIEWER, PASSWORD, HERE), NOW)).session
    link = await people_access.send_link(entrance, boss, who, NOW)
    assert link is not None
    await use_link(entrance, link, NEW, "", NOW)
    kinds = [kind for kind, _ in await told(house, boss.tenant_id, "SessionsEnded", "SecondFactorChanged")]
    assert kinds == ["SecondFactorChanged", "SessionsEnded", "SecondFactorChanged"]
    assert token


async def test_nobody_elses_people_are_found(entrance: Entrance) -> None:
    boss = await manager(entrance)
    for stranger in (await user_id(entrance, BOSS), await user_id(entrance, "li@harbour.example"), uuid4()):
        for act in (
            people_access.send_link, people_access.end_sessions, people_access.remove_factors, people_access.lift_lock,
        ):  # fmt: skip
            with pytest.raises(NotFound):
                await act(entrance, boss, stranger, NOW)


async def test_writing_anothers_manager_into_ones_blueprint_gives_no_hold_on_it(
    entrance: Entrance, house: House
) -> None:
    """The attack: alpha names beta's manager, and then asks for a link to its sign-in."""
    victim, app, _ = await enrolled(entrance, BOSS)
    people = [
        {"email": WANG, "name": "王经理", "role": "client_manager", "locale": "zh-CN"},
        {"email": BOSS, "name": "Mine now", "role": "client_viewer"},
    ]
    await apply(house, changed(ALPHA, people=people))
    boss = await manager(entrance)
    (listed,) = [p for p in await people_access.people_of(house.control, boss.tenant_id, NOW) if p.email == BOSS]
    assert (listed.ours, listed.authenticator, listed.password, listed.signed_in_at) == (False, False, False, None)
    for act in (people_access.send_link, people_access.remove_factors, people_access.lift_lock):
        with pytest.raises(ManagedElsewhere):
            await act(entrance, boss, victim, NOW)
    assert (await factors.factors_of(house.control, victim)).second
    await apply(house, BETA)
    assert app.secret


async def test_the_outsourcers_staff_never_get_a_link_into_a_clients_sign_in(entrance: Entrance) -> None:
    await person(entrance, WANG)
    onboarding = await manager(entrance, "sup@harbour.example", own=False)
    with pytest.raises(ManagedElsewhere):
        await people_access.send_link(entrance, onboarding, await user_id(entrance, WANG), NOW)
    assert await people_access.send_link(entrance, onboarding, await user_id(entrance, VIEWER), NOW)  # an invitation


# ------------------------------------------------------------------------------------------------------------ policy


async def test_a_client_that_asks_for_a_second_factor_asks_its_own_people_at_once(
    entrance: Entrance, house: House
) -> None:
    who, other = await person(entrance, WANG), await person(entrance, BOSS)
    tokens = [await open_session(house.control, user, NOW) for user in (who, other)]
    tenant = await tenant_of(entrance, who)
    await require_second_factor(entrance, tenant, True, NOW, actor=SYSTEM)
    await require_second_factor(entrance, tenant, True, NOW, actor=SYSTEM)
    seen = [(await read_session(house.control, token, NOW)).must_enrol for token in tokens]
    assert seen == [True, False]
    staff = await open_session(house.control, await user_id(entrance, "sup@harbour.example"), NOW)
    assert not (await read_session(house.control, staff, NOW)).must_enrol
    await require_second_factor(entrance, INSTALLATION, True, NOW, actor=SYSTEM)
    assert (await read_session(house.control, staff, NOW)).must_enrol
    _, app, _ = await enrolled(entrance, WANG)
    session = await open_session(house.control, who, NOW)
    assert not (await read_session(house.control, session, NOW)).must_enrol
    assert [data for _, data in await told(house, tenant, "SecondFactorRuled")] == [{"second_factor": True}]
    assert app.at(NOW + STEP)
