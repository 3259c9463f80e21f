"""Versions: the same file comes back, with its comments; what lies between two; back to an earlier one; templates."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.flows import check_flow
from kit.errors import NotFound
from tenants.access import for_system
from tenants.core.own_sections import SECTIONS
from tenants.core.permissions import Role
from tenants.core.templates import template_of
from tenants.errors import BlueprintChanged, Refused, SectionNotYours
from tenants.service import drafts, history
from tenants.service.centre import apply_centre
from tenants.service.files import load_blueprint, render_readable
from tests.support.house import House
from tests.tenants.test_blueprints import facts
from tests.tenants.world import ALPHA, BETA, CENTRE, EXAMPLES, NOW, ORDER, apply, changed, own, two_clients

AGREED = {"service_level": {"target_pct": 90}}
CLIENT = replace(ORDER, role=Role.CLIENT_MANAGER)
GALAXY = (EXAMPLES / "galaxy.yaml").read_text(encoding="utf-8")


async def test_an_export_is_the_file_that_was_applied_and_applying_it_is_no_change(house: House) -> None:
    await apply_centre(house.control, house.app, (EXAMPLES / "centre.yaml").read_text(encoding="utf-8"), NOW)
    applied = await apply(house, GALAXY, replace(ORDER, check_flow=check_flow))
    galaxy = for_system(applied.tenant_id, "test")
    exported = await history.read_as_centre(house.control, house.app, galaxy)
    assert exported.text == GALAXY
    assert (await history.read_version(house.app, galaxy)).text == own(GALAXY)
    assert (await apply(house, exported.text)).plan.changes == ()


async def test_a_draft_keeps_the_comments_of_every_section(house: House) -> None:
    await apply_centre(house.control, house.app, (EXAMPLES / "centre.yaml").read_text(encoding="utf-8"), NOW)
    galaxy = for_system((await apply(house, GALAXY)).tenant_id, "test")
    skills = [{"code": "orders", "name": "订单"}, {"code": "returns", "name": "退换货"}]
    wanted = {"skills": skills, "masking": {"agent": "hidden"}}
    await drafts.change_sections(house.app, galaxy, wanted, drafts.Edit(Role.CLIENT_MANAGER, "王", NOW))
    await drafts.publish_draft(house.control, house.app, galaxy, ORDER)
    text = (await history.read_version(house.app, galaxy)).text
    assert text.splitlines()[:3] == GALAXY.splitlines()[:3]
    assert [line for line in own(GALAXY).splitlines() if line not in text.splitlines()] == [
        "  - {code: orders, name: 订单物流}",
    ]
    assert text.endswith("\nmasking: {agent: hidden}\n")
    assert (await apply(house, text)).plan.changes == ()


@pytest.mark.parametrize("name", ["galaxy", "harbour-light"])
def test_a_text_that_is_written_anew_says_the_same(name: str) -> None:
    loaded = load_blueprint((EXAMPLES / f"{name}.yaml").read_text(encoding="utf-8"))
    written = render_readable(loaded.content)
    assert load_blueprint(written).content == loaded.content
    assert max(map(len, written.splitlines())) < 400
    keys = [line.partition(":")[0] for line in written.splitlines() if line[:1].isalpha()]
    assert keys == [key for key in ("blueprint", *SECTIONS) if key in keys]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.text(alphabet=st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=40),
    st.one_of(
        st.none(), st.booleans(), st.integers(-(10**14), 10**14), st.integers(-(10**8), 10**8).map(lambda n: n / 1000)
    ),
)
def test_any_text_and_number_in_a_flow_survives_being_written(text: str, number: object) -> None:
    content = load_blueprint(ALPHA).content
    content["flows"][0]["nodes"]["bye"] = {"type": "end", "reason": text, "deep": [{"x": number, "on": text}, [text]]}
    assert load_blueprint(render_readable(content)).content == content


async def test_versions_say_who_when_why_and_what(house: House) -> None:
    alpha = for_system((await two_clients(house))[0].tenant_id, "test")
    later = replace(ORDER, by="Ada", at=NOW + timedelta(days=1), why="no hook any more")
    await apply(house, changed(ALPHA, connections=[]), later)
    found = await history.list_versions(house.app, alpha)
    assert [(v.version, v.by, v.why, v.applied_at) for v in found] == [
        (2, "Ada", "no hook any more", NOW + timedelta(days=1)),
        (1, "tester", "a test", NOW),
    ]
    assert found[0].summary == "1 changed, 1 removed"
    assert [v.version for v in await history.list_versions(house.app, alpha, before=2)] == [1]
    assert (await history.read_version(house.app, alpha, 1)).text == own(ALPHA)
    assert list((await history.difference(house.app, alpha, 2, 1)).lines())[-3:] == [
        "connections", "  + oms", "1 added, 1 changed",
    ]  # fmt: skip
    for missing in (history.read_version(house.app, alpha, 9), history.difference(house.app, alpha, 1, 9)):
        with pytest.raises(NotFound):
            await missing


async def test_reverting_is_a_new_version_and_says_to_which(house: House) -> None:
    alpha = for_system((await two_clients(house))[0].tenant_id, "test")
    await apply(house, changed(ALPHA, connections=[]))
    back = await history.revert_blueprint(house.control, house.app, alpha, 1, replace(ORDER, why="sorry"))
    assert (back.version, back.plan.version) == (3, 2)
    assert (await history.read_as_centre(house.control, house.app, alpha)).text == ALPHA
    told = (await facts(house, alpha))[-1].data
    assert (told["reverted_to"], told["why"]) == (1, "sorry")
    again = await history.revert_blueprint(house.control, house.app, alpha, 1, ORDER)
    assert (again.version, again.plan.changes) == (3, ())


async def test_reverting_is_checked_against_the_centre_of_today(house: House) -> None:
    alpha = for_system((await two_clients(house))[0].tenant_id, "test")
    await apply(house, changed(ALPHA, seats=[], numbers=[]))
    taken = [{"seat": "8001", "kind": "dedicated", "agent": "li@harbour.example", "alias": "B1"}]
    await apply(house, changed(BETA, seats=taken, numbers=[{"number": "+862150001234", "flow": "main"}]))
    with pytest.raises(Refused) as caught:
        await history.revert_blueprint(house.control, house.app, alpha, 1, ORDER)
    assert [place.pointer for place in caught.value.errors] == ["/numbers/0/number", "/seats/0/kind"]
    assert (await history.list_versions(house.app, alpha))[0].version == 2


async def test_a_version_that_the_caller_did_not_see_refuses(house: House) -> None:
    await two_clients(house)
    with pytest.raises(BlueprintChanged) as caught:
        await apply(house, changed(ALPHA, connections=[]), replace(ORDER, seen=7))
    assert caught.value.data == {"current_version": 1}
    await apply(house, changed(ALPHA, connections=[]), replace(ORDER, seen=1))
    repeated = await apply(house, changed(ALPHA, connections=[]), replace(ORDER, seen=1))
    assert (repeated.version, repeated.plan.changes) == (2, ())


async def test_staff_may_set_everything_up_but_not_show_more_of_a_client_that_is_there(house: House) -> None:
    await two_clients(house)
    staff = replace(ORDER, role=Role.ONBOARDING)
    await apply(house, changed(ALPHA, masking={"agent": "hidden"}, contract=AGREED), staff)
    for section, value, pointer in (
        ("masking", {"agent": "last4"}, "/masking/agent"),
        ("masking", {"agent": "hidden", "reveal": {"allowed": True}}, "/masking/reveal/allowed"),
        ("staff_access", {"approval": "standing"}, "/staff_access/approval"),
    ):
        wider = changed(ALPHA, **{"masking": {"agent": "hidden"}, section: value})
        with pytest.raises(SectionNotYours) as caught:
            await apply(house, wider, staff)
        assert [place.pointer for place in caught.value.errors] == [pointer]
        assert caught.value.errors[0].line is not None
    await apply(house, changed(own(ALPHA), masking={"agent": "full"}, contract=AGREED), CLIENT)


async def test_an_agreed_formula_is_changed_by_a_new_version_only(house: House) -> None:
    await two_clients(house)
    gold = {"code": "gold", "version": 1, "name": "Gold", "variant": "SL1", "threshold_s": 10}
    await apply(house, changed(ALPHA, contract={"formulas": [gold]}))
    await apply(house, changed(ALPHA, contract={}))
    with pytest.raises(Refused, match="version 1 of 'gold' was agreed otherwise: make a new version"):
        await apply(house, changed(ALPHA, contract={"formulas": [{**gold, "threshold_s": 15}]}))
    await apply(house, changed(ALPHA, contract={"formulas": [gold, {**gold, "version": 2, "threshold_s": 15}]}))


SECRETS = (
    "Alpha", "王经理", "wang@alpha.example", "客服01", "+862150001234", "2150001234", "400-800-1234", "oms",
    "9000/hook", "li@harbour.example", "8001", "alpha",
)  # fmt: skip


async def test_a_template_says_nothing_of_whose_it_was(house: House) -> None:
    leaky = ALPHA.replace(
        "zh-CN: 您好, en: Hello",
        "zh-CN: 您好我是王经理请拨４００-800-1234或+86 21 5000 1234, en: 'Welcome to Alpha 甲, write to"
        " help@alpha.example, see https://alpha.example/x before 2026-12-31'",
    )
    leaky = leaky.replace("reason: normal", 'reason: "dial 2150001234"')
    await apply_centre(house.control, house.app, CENTRE, NOW)
    alpha = for_system((await apply(house, leaky)).tenant_id, "test")
    text, replaced = await history.template(house.app, alpha)
    assert [secret for secret in SECRETS if secret in text] == []
    assert "help@" not in text
    assert "2026-12-31" in text
    assert {place for place, _ in replaced} == {
        "/prompts/0/text/zh-CN", "/prompts/0/text/en", "/flows/0/nodes/bye/reason",
    }  # fmt: skip
    assert {"[number]", "[e-mail]", "[address]", "[client]", "[name]"} == {placeholder for _, placeholder in replaced}
    fresh = await apply(house, text.replace("new-client", "gamma"))
    assert fresh.version == 1


@pytest.mark.parametrize("name", ["galaxy", "harbour-light"])
def test_a_template_of_an_example_stands_by_itself(name: str) -> None:
    loaded = load_blueprint((EXAMPLES / f"{name}.yaml").read_text(encoding="utf-8"))
    made, _ = template_of(loaded.content)
    again = load_blueprint(render_readable(made))
    assert [again.content[s] for s in ("people", "numbers", "seats", "connections", "reports")] == [[], [], [], [], []]
    queues = [{**queue, "desk": {**queue["desk"], "screen_pop": ""}} for queue in loaded.content["queues"]]
    assert again.content["queues"] == queues  # the address of a screen pop is the client's own
