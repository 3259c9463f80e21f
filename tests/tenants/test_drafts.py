"""Drafts: prepared by the client's manager, compared, published through the same path as a file, taken back."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from kit.db import AccessibleTenantId
from tenants.access import for_system
from tenants.core.permissions import Role
from tenants.errors import DraftChanged, DraftOutdated, NoDraft, Refused, SectionNotYours
from tenants.service import blueprints, drafts
from tests.support.house import House
from tests.tenants.test_blueprints import Killed, facts
from tests.tenants.world import ALPHA, NOW, ORDER, apply, changed, two_clients

MANAGER = replace(ORDER, by="王经理", role=Role.CLIENT_MANAGER, why="")
NUMBER = {"number": "+862150001234", "flow": "main"}
SEAT = {"seat": "S1", "kind": "dedicated", "agent": "S1", "alias": "x"}
SKILLS = [{"code": "returns", "name": "退货"}, {"code": "vip", "name": "VIP"}]


async def alpha_of(house: House) -> AccessibleTenantId:
    applied, _ = await two_clients(house)
    return for_system(applied.tenant_id, "test")


async def change(house: House, whose: AccessibleTenantId, /, **sections: Any) -> drafts.Draft:
    return await drafts.change_sections(house.app, whose, sections, drafts.Edit(Role.CLIENT_MANAGER, "王经理", NOW))


async def test_a_draft_changes_nothing_until_it_is_published(house: House) -> None:
    alpha = await alpha_of(house)
    assert (await drafts.read_draft(house.app, alpha)).plan.changes == ()
    draft = await change(house, alpha, skills=SKILLS)
    assert list(draft.plan.lines()) == [
        "skills", "  ~ returns", '      name: "退换货" -> "退货"', "  + vip", "1 added, 1 changed",
    ]  # fmt: skip
    assert (draft.by, draft.changed_at, draft.base_version, draft.outdated) == ("王经理", NOW, 1, False)
    assert await drafts.read_draft(house.app, alpha) == draft
    assert len(await facts(house, alpha)) == 1

    applied = await drafts.publish_draft(house.control, house.app, alpha, MANAGER)
    assert (applied.version, applied.plan.changes) == (2, draft.plan.changes)
    told = (await facts(house, alpha))[-1]
    assert (told.data["by"], told.data["sections"], told.data["version"]) == ("王经理", ["skills"], 2)
    after = await drafts.read_draft(house.app, alpha)
    assert (after.by, after.version, after.plan.changes) == ("", 2, ())
    with pytest.raises(NoDraft):
        await drafts.publish_draft(house.control, house.app, alpha, MANAGER)


async def test_another_tenant_has_another_draft(house: House) -> None:
    alpha = await alpha_of(house)
    beta = for_system((await apply(house, changed(ALPHA, tenant={"code": "gamma", "name": "G", "zone": "UTC",
        "languages": ["en"]}, numbers=[], seats=[], people=[]))).tenant_id, "test")  # fmt: skip
    await change(house, alpha, skills=SKILLS)
    assert (await drafts.read_draft(house.app, beta)).plan.changes == ()
    await drafts.discard_draft(house.app, beta)
    assert (await drafts.read_draft(house.app, alpha)).plan.changes != ()
    await drafts.discard_draft(house.app, alpha)
    assert (await drafts.read_draft(house.app, alpha)).plan.changes == ()


@pytest.mark.parametrize(
    ("section", "value", "pointer"),
    [
        ("contract", {"service_level": {"target_pct": 1}}, "/contract"),
        ("tenant", {"code": "beta", "name": "Alpha 甲", "zone": "UTC", "languages": ["zh-CN", "en"]}, "/tenant/code"),
        ("numbers", [], "/numbers"),
        ("numbers", [NUMBER, {"number": "+862150001235", "flow": "main"}], "/numbers/1"),
        ("seats", [SEAT], "/seats/0/alias"),
    ],
)  # fmt: skip
async def test_what_is_not_the_managers_is_refused_with_its_place(
    house: House, section: str, value: Any, pointer: str
) -> None:
    alpha = await alpha_of(house)
    with pytest.raises(SectionNotYours) as caught:
        await change(house, alpha, **{section: value})
    assert pointer in {place.pointer for place in caught.value.errors}
    assert {place.code for place in caught.value.errors} == {"section_not_yours"}
    assert (await drafts.read_draft(house.app, alpha)).plan.changes == ()


async def test_the_skills_of_a_seat_and_the_flow_of_a_number_are_the_managers(house: House) -> None:
    alpha = await alpha_of(house)
    content = (await drafts.read_draft(house.app, alpha)).content
    seats = [dict(seat) for seat in content["seats"]]
    seats[0]["skills"] = {"returns": 5}
    draft = await change(house, alpha, seats=seats)
    assert draft.plan.summary == "1 changed"


async def test_a_wrong_form_is_refused_and_a_dangling_name_when_it_is_published(house: House) -> None:
    alpha = await alpha_of(house)
    for sections, pointer in (
        ({"queues": [{"code": "care", "name": "客服", "ring_s": "soon"}]}, "/queues/0/ring_s"),
        ({"colours": []}, "/colours"),
        ({"prompts": [{"code": "x", "text": {"en": "a\u202eb"}}]}, "/prompts/0/text/en"),
    ):
        with pytest.raises(Refused) as caught:
            await change(house, alpha, **sections)
        assert [place.pointer for place in caught.value.errors] == [pointer]
    await change(house, alpha, skills=[])
    with pytest.raises(Refused, match="there is no skill 'returns'"):
        await drafts.publish_draft(house.control, house.app, alpha, MANAGER)
    assert len(await facts(house, alpha)) == 1
    assert (await drafts.read_draft(house.app, alpha)).plan.changes != ()


async def test_a_draft_of_an_older_version_is_not_published_and_says_what_changed(house: House) -> None:
    alpha = await alpha_of(house)
    await change(house, alpha, skills=SKILLS)
    await apply(house, changed(ALPHA, connections=[]))
    with pytest.raises(DraftOutdated) as caught:
        await drafts.publish_draft(house.control, house.app, alpha, MANAGER)
    assert "  - oms" in caught.value.data["changes"]  # type: ignore[operator]
    with pytest.raises(DraftOutdated):
        await change(house, alpha, prompts=[])
    assert (await drafts.read_draft(house.app, alpha)).outdated


async def test_of_many_who_save_the_same_form_at_once_one_wins_and_the_others_are_told(house: House) -> None:
    alpha = await alpha_of(house)
    mark = drafts.mark_of((await drafts.read_draft(house.app, alpha)).content, "skills")

    async def save(name: str) -> str:
        edit = drafts.Edit(Role.CLIENT_MANAGER, name, NOW, {"skills": mark})
        skills = [{"code": "returns", "name": name}]
        try:
            await drafts.change_sections(house.app, alpha, {"skills": skills}, edit)
        except DraftChanged:
            return ""
        return name

    won = [name for name in await asyncio.gather(*(save(f"N{n}") for n in range(6))) if name]
    assert len(won) == 1
    draft = await drafts.read_draft(house.app, alpha)
    assert (draft.content["skills"][0]["name"], draft.by) == (won[0], won[0])
    with pytest.raises(DraftChanged):
        await drafts.publish_draft(house.control, house.app, alpha, MANAGER, looked_at="what stood there before")


async def test_an_old_draft_is_carried_over_whole_while_others_save(house: House) -> None:
    alpha = await alpha_of(house)
    await change(house, alpha, skills=SKILLS, prompts=[{"code": "welcome", "text": {"en": "Mine"}}])
    await apply(house, changed(ALPHA, prompts=[{"code": "welcome", "text": {"en": "Theirs"}}]))
    edit = drafts.Edit(Role.CLIENT_MANAGER, "王经理", NOW)
    many = (drafts.carry_over(house.app, alpha, edit) for _ in range(4))
    found = await asyncio.gather(*many, change(house, alpha, retention={"recordings_days": 90}), return_exceptions=True)
    assert [left for left in found[:4] if left] == [["prompts"]]
    draft = await drafts.read_draft(house.app, alpha)
    assert (draft.base_version, draft.outdated) == (2, False)
    assert draft.content["skills"] == SKILLS
    assert draft.content["prompts"][0]["text"] == {"en": "Theirs"}
    saved = not isinstance(found[4], Exception)
    assert saved or isinstance(found[4], DraftOutdated)
    assert draft.content["retention"]["recordings_days"] == (90 if saved else 180)


async def test_publishing_can_be_repeated_after_a_crash(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    alpha = await alpha_of(house)
    await change(house, alpha, skills=SKILLS)

    async def dies(*args: Any) -> Any:
        await blueprints.apply_blueprint(*args)
        raise Killed

    monkeypatch.setattr(drafts, "apply_blueprint", dies)
    with pytest.raises(Killed):
        await drafts.publish_draft(house.control, house.app, alpha, MANAGER)
    monkeypatch.undo()
    applied = await drafts.publish_draft(house.control, house.app, alpha, MANAGER)
    assert (applied.version, applied.plan.changes) == (2, ())
    assert (await drafts.read_draft(house.app, alpha)).by == ""


async def test_undo_takes_back_the_newest_version_as_far_as_the_role_may(house: House) -> None:
    alpha = await alpha_of(house)
    both = changed(ALPHA, skills=SKILLS, contract={"service_level": {"target_pct": 90}})
    await apply(house, both)
    later = replace(MANAGER, at=NOW + timedelta(hours=1), seen=2)
    applied = await drafts.undo(house.control, house.app, alpha, later)
    assert applied.version == 3
    content = (await drafts.read_draft(house.app, alpha)).content
    assert [skill["name"] for skill in content["skills"]] == ["退换货"]
    assert content["contract"]["service_level"]["target_pct"] == 90
    assert (await facts(house, alpha))[-1].data["reverted_to"] == 1
