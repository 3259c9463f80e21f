from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, replace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.flows import check_flow
from journal import service as journal
from kit.db import Database
from tenants.access import for_system
from tenants.core.alerts import AlertLimits
from tenants.errors import NoCentre, Refused
from tenants.models import Flow, Number, Queue, Rental, Tenant, User
from tenants.service.blueprints import apply_blueprint, plan_blueprint
from tenants.service.centre import apply_centre
from tenants.service.floors import floor_configuration, list_tenants
from tests.support.house import House
from tests.tenants.world import ALPHA, BETA, CENTRE, EXAMPLES, NOW, ORDER, apply, changed, two_clients


async def refused(house: House, source: str, order: Any = ORDER) -> str:
    with pytest.raises(Refused) as caught:
        await apply(house, source, order)
    return "\n".join(caught.value.lines)


async def rows(house: House, tenant_id: UUID, model: Any) -> list[Any]:
    async with house.app.session(for_system(tenant_id, "test")) as session:
        return list((await session.execute(select(model))).scalars())


async def facts(house: House, tenant_id: UUID) -> list[Any]:
    async with house.app.transaction(for_system(tenant_id, "test")) as scope:
        return await journal.read(scope)


async def test_applying_makes_the_tenant_and_says_so_in_its_journal(house: House) -> None:
    alpha, _ = await two_clients(house)
    assert (alpha.version, alpha.plan.version) == (1, 0)
    (fact,) = await facts(house, alpha.tenant_id)
    user = {"kind": "user", "id": "tester"}
    assert (fact.kind, fact.subject, fact.actor) == ("BlueprintApplied", alpha.tenant_id, user)
    assert fact.data["summary"] == alpha.plan.summary
    assert [q["code"] for q in fact.data["queues"]] == ["care"]
    assert [(s["seat"], s["alias"], s["kind"]) for s in fact.data["seats"]] == [
        ("S1", "客服01", "dedicated"),
        ("S2", "客服02", "shared"),
    ]
    assert fact.data["service_level"] == {
        "variant": "SL2", "threshold_s": 20, "short_abandon_s": 5, "target_pct": 80, "id": "SL2 20s/5s",
    }  # fmt: skip
    assert fact.data["alerts"] == asdict(AlertLimits()), "what is too long, as it stands from here on"


async def test_applying_again_changes_nothing(house: House) -> None:
    alpha, _ = await two_clients(house)
    again = await apply(house, ALPHA)
    assert (again.version, again.plan.changes, again.tenant_id) == (1, (), alpha.tenant_id)
    assert len(await facts(house, alpha.tenant_id)) == 1
    plan = await plan_blueprint(house.control, house.app, ALPHA, ORDER)
    assert list(plan.lines()) == ["no change"]


async def test_a_plan_names_every_change_and_changes_nothing(house: House) -> None:
    alpha, _ = await two_clients(house)
    new = changed(
        ALPHA,
        skills=[{"code": "returns", "name": "退货"}, {"code": "vip", "name": "VIP"}],
        connections=None,
        tenant={"code": "alpha", "name": "Alpha 乙", "zone": "Asia/Shanghai", "languages": ["zh-CN", "en"]},
    )
    plan = await plan_blueprint(house.control, house.app, new, ORDER)
    assert list(plan.lines()) == [
        "tenant",
        "  ~ tenant",
        '      name: "Alpha 甲" -> "Alpha 乙"',
        "calendars",
        "  ~ cs",
        '      exceptions: [{"closed": true, "name": "", "on": "2026-10-01", "open": [… -> []',
        "skills",
        "  ~ returns",
        '      name: "退换货" -> "退货"',
        "  + vip",
        "connections",
        "  - oms",
        "1 added, 3 changed, 1 removed",
    ]
    assert len(await facts(house, alpha.tenant_id)) == 1


async def test_a_changed_flow_is_a_new_version_and_an_unchanged_one_is_not(house: House) -> None:
    alpha, _ = await two_clients(house)
    flow = {"schema": "flow/1", "id": "main", "entry": "end", "locales": ["zh-CN"], "nodes": {"end": {"type": "end"}}}
    await apply(house, changed(ALPHA, flows=[flow]))
    await apply(house, changed(ALPHA, flows=[flow], skills=[{"code": "returns", "name": "x"}]))
    stored = await rows(house, alpha.tenant_id, Flow)
    assert sorted((f.code, f.version, f.content["version"]) for f in stored) == [("main", 1, 1), ("main", 2, 2)]
    floor = await floor_configuration(house.control, house.app, "main", NOW)
    found = floor.number("+862150001234")
    assert found is not None
    assert (found[0].code, found[1].flow_version, found[1].content["entry"]) == ("alpha", 2, "end")


async def test_what_a_blueprint_drops_is_retired_and_comes_back_as_the_same(house: House) -> None:
    alpha, _ = await two_clients(house)
    (before,) = await rows(house, alpha.tenant_id, Queue)
    await apply(house, changed(ALPHA, queues=[]))
    (gone,) = await rows(house, alpha.tenant_id, Queue)
    assert gone.retired_at == NOW
    await apply(house, ALPHA)
    (back,) = await rows(house, alpha.tenant_id, Queue)
    assert (back.id, back.retired_at) == (before.id, None)


async def test_a_blueprint_is_refused_whole_with_line_place_and_reason(house: House) -> None:
    await two_clients(house)
    bad = (
        ALPHA.replace("needs: {returns: 1}", "needs: {nothing: 1}")
        .replace("flow: main}]", "flow: nowhere}]")
        .replace("agent: li@harbour.example", "agent: bo@harbour.example")
        .replace('seat: "8002", kind: shared', 'seat: "9999", kind: shared')
    )
    assert (await refused(house, bad)).splitlines() == [
        "line 18 · /seats/1/agent · 'bo@harbour.example' stands twice",
        "line 12 · /queues/0/needs/nothing · there is no skill 'nothing'",
        "line 15 · /numbers/0/flow · there is no flow 'nowhere'",
        "line 17 · /seats/0/agent · bo@harbour.example is not the agent of seat 8001",
        "line 18 · /seats/1/seat · there is no seat '9999'",
    ]
    (queue,) = await rows(house, (await list_tenants(house.control))[0].id, Queue)
    assert queue.needs == {"returns": 1}


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("zone: Asia/Shanghai", "zone: Mars/Olympus", "line 3 · /tenant/zone · there is no time zone 'Mars/Olympus'"),
        ("calendars:", "calendar:", "line 7 · /calendar · unknown key"),
        ("skills: [{", "skills: [{colour: red, ", "/skills/0/colour · unknown key"),
        ("on: 2026-10-01, closed: true", "on: 2026-02-30, closed: true", "there is no day 2026-02-30"),
        ("closed: true", "closed: false", "say one of closed, working, or the open hours"),
        ("blueprint: 1", "blueprint: 2", "line 2 · /blueprint"),
        ("blueprint: 1", "blueprint: 1\nblueprint: 1", "line 3 · the key 'blueprint' stands twice"),
        ("role: client_viewer", "role: supervisor", "the role must be one of client_developer"),
        ("wang@alpha.example", "sup@harbour.example", "this address cannot be one of the client's people"),
        ('"+862150001234"', "13800001234", "/numbers/0/number · Input should be a valid string"),
        ('["09:00-21:00"]', '["9-21"]', "/calendars/0/weekly/mon/0"),
        ("id: main", "name: main", "a flow needs an id"),
    ],
)
async def test_a_wrong_value_is_refused(house: House, old: str, new: str, reason: str) -> None:
    await apply_centre(house.control, house.app, CENTRE, NOW)
    assert old in ALPHA
    assert reason in await refused(house, ALPHA.replace(old, new))
    assert "alpha" not in [t.code for t in await list_tenants(house.control)]


async def test_findings_of_the_flow_check_refuse_with_their_place(house: House) -> None:
    await apply_centre(house.control, house.app, CENTRE, NOW)
    order = replace(ORDER, check_flow=check_flow)
    said = await refused(house, ALPHA.replace("entry: bye", "entry: nowhere"), order)
    assert "line 14 · /flows/0/entry · E02" in said


async def test_a_number_of_another_client_is_refused_without_saying_whose(house: House) -> None:
    await two_clients(house)
    said = await refused(house, BETA.replace("+85221800000", "+862150001234"))
    assert said == "line 8 · /numbers/0/number · this number is not free"
    assert "alpha" not in said


@pytest.mark.parametrize(("seat", "agent"), [("8001", "li@harbour.example"), ("8002", "bo@harbour.example")])
async def test_a_seat_is_dedicated_to_one_client_only(house: House, seat: str, agent: str) -> None:
    await two_clients(house)
    wanted = [{"seat": seat, "kind": "dedicated", "agent": agent, "alias": "B1"}]
    assert "the seat is not free for this kind of rent" in await refused(house, changed(BETA, seats=wanted))


async def test_two_clients_that_claim_one_number_at_once_do_not_both_get_it(house: House) -> None:
    await apply_centre(house.control, house.app, CENTRE, NOW)
    rival = changed(BETA, numbers=[{"number": "+862150001234", "flow": "main"}], seats=[])
    ends = await asyncio.gather(apply(house, ALPHA), apply(house, rival), return_exceptions=True)
    assert sum(isinstance(end, Refused) for end in ends) == 1, ends
    async with house.control.plain() as session:
        assert len((await session.execute(select(Number))).all()) == 1


async def test_without_a_centre_there_is_no_client(house: House) -> None:
    with pytest.raises((NoCentre, Refused)):
        await apply(house, changed(ALPHA, seats=[]))


async def test_people_of_two_clients_keep_their_name(house: House) -> None:
    await two_clients(house)
    await apply(house, BETA.replace("boss@beta.example, name: Boss", "wang@alpha.example, name: Impostor"))
    async with house.control.plain() as session:
        user = (await session.execute(select(User).where(col(User.email) == "wang@alpha.example"))).scalar_one()
    assert user.name == "王经理"


class Killed(Exception):
    """The process died here."""


@dataclass
class DyingDatabase(Database):
    """A control plane whose n-th transaction is cut off as it commits."""

    inner: Database
    dies_at: int

    @asynccontextmanager
    async def plain(self) -> AsyncIterator[AsyncSession]:
        self.dies_at -= 1
        async with self.inner.plain() as session:
            if self.dies_at == 0:
                event.listen(session.sync_session, "before_commit", _die)
            yield session


def _die(_session: object) -> None:
    raise Killed


@pytest.mark.parametrize("dies_at", [2, 3])
async def test_a_crash_between_the_planes_is_repaired_by_applying_again(house: House, dies_at: int) -> None:
    await apply_centre(house.control, house.app, CENTRE, NOW)
    with pytest.raises(Killed):
        await apply_blueprint(DyingDatabase(house.control, dies_at), house.app, ALPHA, ORDER)
    floor = await floor_configuration(house.control, house.app, "main", NOW)
    assert floor.number("+862150001234") is None
    assert all(agent.places == () for agent in floor.agents)

    repaired = await apply(house, ALPHA)
    assert repaired.version == 1
    assert len(await facts(house, repaired.tenant_id)) == 1
    floor = await floor_configuration(house.control, house.app, "main", NOW)
    assert floor.number("+862150001234") is not None
    assert [agent.seat for agent in floor.agents if agent.places] == ["8001", "8002"]


async def test_a_later_change_that_crashed_keeps_the_old_numbers_working(house: House) -> None:
    await two_clients(house)
    new = changed(ALPHA, numbers=[{"number": "+862150009999", "flow": "main"}], seats=[])
    with pytest.raises(Killed):
        await apply_blueprint(DyingDatabase(house.control, 3), house.app, new, ORDER)
    floor = await floor_configuration(house.control, house.app, "main", NOW)
    assert floor.number("+862150001234") is not None
    again = await apply(house, new)
    assert (again.version, again.plan.changes) == (2, ())
    floor = await floor_configuration(house.control, house.app, "main", NOW)
    assert floor.number("+862150001234") is None
    assert floor.number("+862150009999") is not None


async def test_the_examples_apply_with_the_real_flow_check(house: House) -> None:
    await apply_centre(house.control, house.app, (EXAMPLES / "centre.yaml").read_text(), NOW)
    order = replace(ORDER, check_flow=check_flow)
    for name in ("galaxy", "harbour-light"):
        await apply(house, (EXAMPLES / f"{name}.yaml").read_text(), order)
    floor = await floor_configuration(house.control, house.app, "main", NOW)
    assert [(t.code, len(t.queues), t.recording.general.percent) for t in floor.tenants] == [
        ("galaxy", 2, 100),
        ("harbour-light", 2, 100),
    ]
    assert [len(agent.places) for agent in floor.agents] == [1] * 6 + [2] * 2 + [1] * 4
    assert floor.tenants[0].calendars["cs"].is_open(NOW)
    assert not floor.tenants[0].calendars["office"].is_open(NOW.replace(day=22))
    async with house.control.plain() as session:
        assert len((await session.execute(select(Rental))).all()) == 14
        names = (await session.execute(select(col(Tenant.code)))).scalars().all()
    assert {"installation", "galaxy", "harbour-light"} <= set(names)


def test_the_sections_of_a_plan_are_those_of_the_schema() -> None:
    from tenants.core.names import KEYS  # noqa: PLC0415 - beside its use
    from tenants.core.plan import SINGLE  # noqa: PLC0415 - the same
    from tenants.schemas import Blueprint  # noqa: PLC0415 - the same

    sections: Mapping[str, Any] = Blueprint.model_fields
    assert {*KEYS, *SINGLE, "blueprint"} == set(sections)


async def test_applying_the_centre_again_leaves_fence_and_lease_to_the_engine_at_work(house: House) -> None:
    await apply_centre(house.control, house.app, CENTRE, NOW)
    async with house.control.plain() as session:
        await session.execute(text("UPDATE control.floor SET fence = 7, owner = 'engine', lease_until = now()"))
    await apply_centre(house.control, house.app, CENTRE, NOW)
    async with house.control.plain() as session:
        rows = (await session.execute(text("SELECT fence, owner, lease_until FROM control.floor"))).all()
    assert [(row.fence, row.owner, row.lease_until is None) for row in rows] == [(7, "engine", False)]
