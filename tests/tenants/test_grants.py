"""Staff access: asked for with a reason, decided by the client, ended by the clock or by hand, told in the journal."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from app import rounds
from journal import service as journal
from journal.core.facts import Fact
from kit.errors import NotFound
from tenants.access import INSTALLATION, Principal, enter, for_system
from tenants.core import grants as rules
from tenants.core.permissions import STAFF, Role, decide
from tenants.errors import AskedAlready, DecidedAlready, NotForStaff, NotYourRole, ReasonNotClear
from tenants.service import grants, visits
from tenants.service.centre import apply_centre
from tenants.service.grants import Ask
from tenants.service.sessions import open_session, read_session
from tests.support.house import House
from tests.tenants.world import ALPHA, CENTRE, apply, changed, two_clients

WHY = "Checks why callers wait so long"
NO_STANDING = CENTRE.replace("clients: [alpha]", "clients: []").replace(
    "role: supervisor}", "role: supervisor, clients: []}"
) + "  - {email: root@harbour.example, name: Root, role: platform}\n"  # fmt: skip


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
async def clients(house: House) -> dict[str, UUID]:
    alpha, beta = await two_clients(house)
    await apply_centre(house.control, house.app, NO_STANDING, now())
    return {"alpha": alpha.tenant_id, "beta": beta.tenant_id}


async def person(house: House, email: str, tenant_id: UUID | None = None) -> Principal:
    pool = await house.control.pool()
    user = await pool.fetchval('SELECT id FROM control."user" WHERE email = $1', email)
    token = await open_session(house.control, user, now(), tenant_id=tenant_id)
    return await read_session(house.control, token, now())


async def again(house: House, who: Principal) -> Principal:
    return await person(house, who.email, who.chosen)


async def asked(house: House, who: Principal, code: str = "alpha", **more: Any) -> UUID:
    wanted = replace(Ask(code, Role.SUPERVISOR, WHY, 60), **more)
    return await grants.ask(house.control, house.app, who, wanted, now())


async def facts(house: House, tenant_id: UUID, *prefixes: str) -> list[Fact]:
    """Return the facts of these kinds; without kinds those of staff access, what the centre file said left out."""
    async with house.app.transaction(for_system(tenant_id, "tests")) as scope:
        found = await journal.read(scope)
    if prefixes:
        return [f for f in found if f.kind.startswith(prefixes)]
    return [f for f in found if f.kind.startswith("Staff") and "centre file" not in f.data.values()]


async def test_a_client_lets_somebody_in_and_out(house: House, clients: dict[str, UUID]) -> None:
    sup, boss = await person(house, "sup@harbour.example"), await person(house, "wang@alpha.example")
    alpha = clients["alpha"]
    assert sup.memberships == {}
    grant = await asked(house, sup)
    with pytest.raises(NotFound):
        enter(await again(house, sup), alpha)
    await grants.decide(house.control, house.app, boss, grant, now(), approve=True)
    inside = await again(house, sup)
    enter(inside, alpha)
    assert (inside.memberships[alpha].role, inside.memberships[alpha].grant_id) == (Role.SUPERVISOR, grant)
    assert set(inside.memberships) == {alpha}
    await grants.end(house.control, house.app, boss, grant, now())
    with pytest.raises(NotFound):
        enter(await again(house, sup), alpha)
    told = await facts(house, alpha)
    assert [f.kind for f in told] == ["StaffAccessAsked", "StaffAccessGranted", "StaffAccessEnded"]
    assert [f.actor["id"] for f in told] == [sup.id, boss.id, boss.id]
    assert {f.subject for f in told} == {grant}
    assert (told[0].data["reason"], told[0].data["minutes"]) == (WHY, 60)
    assert await facts(house, clients["beta"]) == []


async def test_a_grant_ends_by_the_clock_alone(house: House, clients: dict[str, UUID]) -> None:
    sup, boss = await person(house, "sup@harbour.example"), await person(house, "wang@alpha.example")
    grant = await asked(house, sup, minutes=30)
    await grants.decide(house.control, house.app, boss, grant, now() - timedelta(minutes=29), approve=True)
    enter(await again(house, sup), clients["alpha"])
    pool = await house.control.pool()
    await pool.execute("UPDATE control.staff_grant SET until_at = clock_timestamp() WHERE id = $1", grant)
    with pytest.raises(NotFound):
        enter(await again(house, sup), clients["alpha"])
    (shown,) = [g for g in await grants.of_tenant(house.control, clients["alpha"], now()) if g["id"] == grant]
    assert shown["state"] == "expired"
    with pytest.raises(DecidedAlready):
        await grants.end(house.control, house.app, boss, grant, now())


async def test_a_decision_is_taken_once(house: House, clients: dict[str, UUID]) -> None:
    sup, boss = await person(house, "sup@harbour.example"), await person(house, "wang@alpha.example")
    grant = await asked(house, sup)
    await grants.decide(house.control, house.app, boss, grant, now(), approve=False)
    for approve in (True, False):
        with pytest.raises(DecidedAlready):
            await grants.decide(house.control, house.app, boss, grant, now(), approve=approve)
    assert (await again(house, sup)).memberships == {}
    second = await asked(house, sup)
    await grants.give_back(house.control, house.app, sup, second, now())
    with pytest.raises(DecidedAlready):
        await grants.decide(house.control, house.app, boss, second, now(), approve=True)
    third = await asked(house, sup)
    pool = await house.control.pool()
    await pool.execute("UPDATE control.staff_grant SET asked_at = asked_at - interval '25 hours' WHERE id = $1", third)
    with pytest.raises(DecidedAlready):
        await grants.decide(house.control, house.app, boss, third, now(), approve=True)
    assert await asked(house, sup) != third
    assert (await again(house, sup)).memberships == {}


async def test_nobody_decides_for_another_client_or_for_itself(house: House, clients: dict[str, UUID]) -> None:
    sup, beta_boss = await person(house, "sup@harbour.example"), await person(house, "boss@beta.example")
    grant = await asked(house, sup)
    with pytest.raises(NotFound):
        await grants.decide(house.control, house.app, beta_boss, grant, now(), approve=True)
    with pytest.raises(NotFound):
        await grants.end(house.control, house.app, beta_boss, grant, now())
    with pytest.raises(NotFound):
        await grants.decide(house.control, house.app, beta_boss, uuid4(), now(), approve=True)
    # Somebody who works for the outsourcer and also holds the client's own role, by a row that no file could make.
    pool = await house.control.pool()
    await pool.execute("INSERT INTO control.membership (user_id, tenant_id, role) VALUES ($1, $2, 'client_manager')",
                       UUID(sup.id), clients["alpha"])  # fmt: skip
    both = await again(house, sup)
    assert both.chosen == clients["alpha"]
    with pytest.raises(NotForStaff):
        await grants.decide(house.control, house.app, both, grant, now(), approve=True)
    same_person = replace(both, staff_role=None)
    with pytest.raises(DecidedAlready):
        await grants.decide(house.control, house.app, same_person, grant, now(), approve=True)


@pytest.mark.parametrize(
    ("email", "role", "minutes"),
    [
        ("only@harbour.example", Role.SUPERVISOR, 60),
        ("sup@harbour.example", Role.ONBOARDING, 60),
        ("sup@harbour.example", Role.PLATFORM, 60),
        ("sup@harbour.example", Role.CLIENT_MANAGER, 60),
        ("sup@harbour.example", Role.SUPERVISOR, 61),
        ("sup@harbour.example", Role.SUPERVISOR, 20_000),
        ("sup@harbour.example", Role.SUPERVISOR, -60),
        ("root@harbour.example", Role.PLATFORM, 240),
        ("li@harbour.example", Role.AGENT, 60),
        ("wang@alpha.example", Role.CLIENT_MANAGER, 60),
    ],
)
async def test_nobody_asks_above_itself(
    house: House, clients: dict[str, UUID], email: str, role: Role, minutes: int
) -> None:
    with pytest.raises(NotYourRole):
        await asked(house, await person(house, email), role=role, minutes=minutes)


@pytest.mark.parametrize("reason", ["", "too short", "x" * 301, "looks fine\u202eenif skool", "zero\u200bwidth here",
                                    "a bell \a rings here", "\u2066isolated words here", "  a     b  ."])  # fmt: skip
async def test_a_reason_is_in_plain_words(house: House, clients: dict[str, UUID], reason: str) -> None:
    with pytest.raises(ReasonNotClear):
        await asked(house, await person(house, "sup@harbour.example"), reason=reason)


async def test_who_asks_learns_nothing_about_who_is_a_client(house: House, clients: dict[str, UUID]) -> None:
    sup = await person(house, "sup@harbour.example")
    await asked(house, sup, "alpha")
    await asked(house, sup, "nobody")
    own = await grants.of_user(house.control, sup.id, now())
    assert {g["code"]: g["state"] for g in own} == {"alpha": "asked", "nobody": "asked"}
    for code in ("alpha", "nobody"):
        with pytest.raises(AskedAlready):
            await asked(house, sup, code)
    for grant in own:
        await grants.give_back(house.control, house.app, sup, grant["id"], now())
    assert {g["state"] for g in await grants.of_user(house.control, sup.id, now())} == {"ended"}
    with pytest.raises(NotFound):
        await grants.give_back(
            house.control, house.app, await person(house, "only@harbour.example"), own[0]["id"], now()
        )


async def test_break_glass_needs_the_client_and_stands_in_both_journals(house: House, clients: dict[str, UUID]) -> None:
    root = await person(house, "root@harbour.example")
    assert root.memberships == {}  # no file lets platform in
    grant = await asked(house, root, role=Role.PLATFORM)
    assert (await again(house, root)).memberships == {}
    boss = await person(house, "wang@alpha.example")
    await grants.decide(house.control, house.app, boss, grant, now(), approve=True)
    enter(await again(house, root), clients["alpha"])
    for tenant in (clients["alpha"], INSTALLATION):
        assert [f.kind for f in await facts(house, tenant)] == ["StaffAccessAsked", "StaffAccessGranted"]


async def test_a_standing_grant_is_told_and_what_a_client_ended_stays_ended(house: House) -> None:
    alpha, _ = await two_clients(house)
    boss, sup = await person(house, "wang@alpha.example"), await person(house, "sup@harbour.example")
    (standing,) = [g for g in await grants.of_tenant(house.control, alpha.tenant_id, now()) if g["email"] == sup.email]
    assert (standing["kind"], standing["reason"], standing["state"]) == ("standing", "centre file", "in_force")
    for _ in range(2):
        await rounds.tell_staff(house.control, house.app)
    assert await grants.untold(house.control) == []
    granted = await facts(house, alpha.tenant_id, "StaffAccessGranted")
    assert [f.kind for f in granted] == ["StaffAccessGranted"] * 2
    assert {f.data["by"] for f in granted} == {"centre file"}
    await grants.end(house.control, house.app, boss, standing["id"], now())
    await apply_centre(house.control, house.app, CENTRE, now())
    await apply(house, changed(ALPHA, skills=[{"code": "returns", "name": "再来"}]))
    assert alpha.tenant_id not in (await again(house, sup)).memberships
    assert (await facts(house, alpha.tenant_id))[-1].kind == "StaffAccessEnded"


async def test_a_standing_grant_has_the_end_that_the_file_gives(house: House) -> None:
    await two_clients(house)
    dated = CENTRE.replace("clients: [alpha]", 'clients: [alpha], clients_until: {alpha: "2020-01-01"}')
    await apply_centre(house.control, house.app, dated, now())
    assert (await person(house, "only@harbour.example")).memberships == {}
    await apply_centre(house.control, house.app, dated.replace("2020", "2120"), now())
    assert len((await person(house, "only@harbour.example")).memberships) == 1


async def test_a_visit_is_a_fact_once_and_ends_with_its_grant(house: House, clients: dict[str, UUID]) -> None:
    sup, boss = await person(house, "sup@harbour.example"), await person(house, "wang@alpha.example")
    alpha = for_system(clients["alpha"], "tests")
    grant = await asked(house, sup)
    await grants.decide(house.control, house.app, boss, grant, now(), approve=True)
    inside = await person(house, "sup@harbour.example", alpha)
    seen = visits.Visits()
    for _ in range(3):
        await seen.note(house.control, house.app, inside, alpha, now())
        await visits.Visits().note(house.control, house.app, inside, alpha, now())  # another process
    entered = await facts(house, alpha, "StaffEntered")
    assert [(f.data["name"], f.data["reason"], f.data["grant_id"]) for f in entered] == [("Grace", WHY, str(grant))]
    await visits.sweep(house.control, house.app, alpha, now())
    assert await facts(house, alpha, "StaffLeft") == []
    await grants.end(house.control, house.app, boss, grant, now())
    assert [f.data["why"] for f in await facts(house, alpha, "StaffLeft")] == ["ended"]
    async with house.app.transaction(alpha) as scope:
        assert await visits.inside(scope) == []
        assert [v["why_left"] for v in await visits.past(scope)] == ["ended"]


async def test_a_visit_ends_with_the_session_and_by_silence(house: House) -> None:
    applied, _ = await two_clients(house)
    alpha = for_system(applied.tenant_id, "tests")
    for email, clean in (("sup@harbour.example", True), ("only@harbour.example", False)):
        who = await person(house, email, alpha)
        await visits.Visits().note(house.control, house.app, who, alpha, now())
        if clean:
            await (await house.control.pool()).execute("DELETE FROM control.session WHERE token_hash = $1", who.session)
    await visits.sweep(house.control, house.app, alpha, now())
    await visits.sweep(house.control, house.app, alpha, now() + visits.QUIET + timedelta(seconds=1))
    assert [f.data["why"] for f in await facts(house, alpha, "StaffLeft")] == ["signed_out", "idle"]


def test_no_role_reaches_a_permission_above_its_own_by_asking() -> None:
    for own, roles in rules.ROLES.items():
        assert set(roles) <= STAFF - {Role.AGENT}
        assert own in roles
        for permission in ("staff_access.decide", "export.ask", "export.approve"):
            assert all(decide(role, permission) is None for role in roles)
