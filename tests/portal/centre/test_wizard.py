"""A client is taken on by forms alone, without scripts; unfinished ones survive, are shared, and overwrite nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import aiohttp
import orjson
import pytest

from app.flows import check_flow
from journal import service as journal
from portal.centre.call import queue_of
from portal.centre.steps import STEPS
from portal.settings.rehearsals import Played
from tenants.access import INSTALLATION, for_system
from tenants.onboarding import service as onboardings
from tenants.service.blueprints import Order, apply_blueprint, in_force
from tenants.service.files import load_blueprint
from tenants.service.floors import tenant_by_code
from tests.support.forms import Form, posts
from tests.support.site import Site

HTML = {"Accept": "text/html"}
STAFF = "onboarding@harbour.example"
NEW = "/centre/clients/new"
TYPED: dict[str, dict[str, str]] = {
    "company": {"tenant/name": "Acme Power 電力", "tenant/code": "acme"},
    "numbers": {"numbers/0/number": "+852 3700-1234"},
    "hours": {},
    "queues": {"skills/0/name": "Accounts", "queues/0/name": "Accounts", "queues/0/dispositions/0/name": "Solved"},
    "ivr": {"shape": "hours", "calendar": "office", "options/1": "accounts"},
    "seats": {"paste": "seat;alias;kind\n8007;Desk A;shared;accounts=3\n8008\tDesk B\tshared"},
    "people": {"people/0/name": "Ann Chan", "people/0/email": "Ann@acme.example", "people/0/role": "client_manager"},
    "policies": {
        "masking/agent": "last4",
        "recording/policy": "percentage",
        "recording/percent": "50",
        "recording/announce": "welcome",
        "reports/0/to/ann@acme.example": "1",
    },
}


async def page(reader: aiohttp.ClientSession, address: str, status: int = 200) -> str:
    async with reader.get(address, headers=HTML, params={"lang": "en"}) as answer:
        text = await answer.text()
        assert answer.status == status, (address, text[-800:])
        return text


async def send(
    reader: aiohttp.ClientSession, form: Form, status: int = 303, more: dict[str, str] | None = None, **typed: str
) -> tuple[str, str]:
    data = {**form.fields, **typed, **(more or {})}
    async with reader.post(
        form.action, params={"lang": "en"}, data=data, headers=HTML, allow_redirects=False
    ) as answer:
        text = await answer.text()
        assert answer.status == status, text[-1500:]
        return answer.headers.get("Location", ""), text


async def begin(reader: aiohttp.ClientSession, kind: str = "empty") -> str:
    form = posts(await page(reader, NEW), NEW)[0]
    where, _ = await send(reader, form, more={"from": kind})
    return where.rpartition("/")[0]


async def step_form(reader: aiohttp.ClientSession, home: str, step: str) -> Form:
    return posts(await page(reader, f"{home}/{step}"), f"{home}/{step}")[0]


async def walk(reader: aiohttp.ClientSession, home: str, *, until: str = "review", **changes: str) -> None:
    for step in STEPS:
        if step == until:
            return
        form = await step_form(reader, home, step)
        typed = {**TYPED[step], **{name: text for name, text in changes.items() if name in form.fields}}
        await send(reader, form, go="next", more=typed)


async def content_of(site: Site, code: str) -> Any:
    tenant = await tenant_by_code(site.house.control, code)
    async with site.house.app.session(for_system(tenant.id, "tests")) as scope:
        return await in_force(scope)


async def walk_a_call(reader: aiohttp.ClientSession, home: str) -> None:
    assert "No call yet" in await page(reader, f"{home}/call")
    open_ = await page(reader, f"{home}/call?number=%2B85237001234&at=2026-11-23T10:00&keys=1&staffed=1")
    for text in ("“welcome”", "“hours”", "“menu”", "“to-accounts”", "Accounts請按1", "Desk A", "Desk B"):
        assert text in open_, text
    assert "Its process does not answer" in open_
    closed = await page(reader, f"{home}/call?at=2026-11-22T10:00&keys=1")
    assert "“closed”" in closed
    assert "“menu”" not in closed
    assert "Give a day and a time" in await page(reader, f"{home}/call?at=soon")


def test_only_agents_with_the_skills_of_the_queue_are_offered_the_walked_call() -> None:
    content = {
        "flows": [{"id": "main", "nodes": {"to-vip": {"queue": "q:vip"}}}],
        "queues": [{"code": "vip", "name": "VIP", "needs": {"english": 3}}],
    }
    agents = [
        {"alias": name, "state": "available", "skills": orjson.dumps(skills).decode()}
        for name, skills in (("Fit", {"english": 4}), ("Beginner", {"english": 2}), ("Other", {"billing": 5}))
    ]
    played = Played((("to-vip", "queue", "connected"),), (), {})
    found = queue_of(content, {"number": "+1", "flow": "main"}, played, agents)
    assert found is not None
    assert ([agent["alias"] for agent in found["agents"]], found["free"]) == (["Fit"], 1)


async def told(site: Site, home: str) -> list[tuple[str, dict[str, Any]]]:
    """What the installation's journal says of an onboarding; everything by the person who did it."""
    async with site.house.app.transaction(for_system(INSTALLATION, "tests")) as scope:
        facts = await journal.history(scope, UUID(home.rpartition("/")[2]))
    assert {fact.actor["kind"] for fact in facts} == {"user"}
    return [(fact.kind.removeprefix("Onboarding"), dict(fact.data)) for fact in facts]


async def test_from_nothing_to_the_go_live_list_without_scripts(site: Site) -> None:
    reader = await site.person(STAFF)
    home = await begin(reader)
    await walk(reader, home)
    shown = await page(reader, f"{home}/review")
    assert shown.count('aria-label="done"') == len(STEPS)
    for text in ("Acme Power", "+85237001234", "Accounts", "Desk A", "ann@acme.example", "+ main"):
        assert text in shown, text
    async with reader.get(f"{home}/blueprint.yaml") as answer:
        before = await answer.text()
        assert 'filename="acme.yaml"' in answer.headers["Content-Disposition"]
    where, _ = await send(reader, posts(shown, f"{home}/apply")[0])
    assert where == f"{home}/live"
    present = await content_of(site, "acme")
    assert present.version == 1
    assert [(seat["seat"], seat["alias"], seat["skills"]) for seat in present.content["seats"]] == [
        ("S1", "Desk A", {"accounts": 3}),
        ("S2", "Desk B", {}),
    ]
    assert (present.content["masking"]["agent"], present.content["recording"]["percent"]) == ("last4", 50)
    assert (present.content["recording"]["announce"], present.content["staff_access"]["approval"]) == (
        "welcome",
        "client",
    )
    assert (present.content["supervision"]["listen"], present.content["supervision"]["told"]) == (True, "sign")
    assert [report["code"] for report in present.content["reports"]] == ["service-level-daily"]
    async with reader.get(f"{home}/blueprint.yaml") as answer:
        assert load_blueprint(await answer.text()).digest == load_blueprint(before).digest, "as the centre names them"
    kinds, data = zip(*await told(site, home), strict=True)
    assert kinds == ("Begun", *("Saved" for _ in STEPS), "Applying", "Finished")
    assert data[0] == {"start": "empty", "code": ""}
    assert (data[1]["step"], data[len(STEPS)]["done"]) == ("company", list(STEPS))
    assert data[-2:] == ({"code": "acme"}, {"tenant_id": str((await tenant_by_code(site.house.control, "acme")).id)})
    live = await page(reader, f"{home}/live")
    await page(reader, f"{home}/live")
    async with site.house.app.transaction(
        for_system((await tenant_by_code(site.house.control, "acme")).id, "tests")
    ) as scope:
        seen = await journal.read(scope, kinds=["StaffLookedIn"])
    assert [fact.data["page"] for fact in seen] == ["blueprint", "go_live"]  # the client finds who looked, once
    for text in (
        "8007",
        "+85237001234",
        "no call has arrived yet",
        "phone not registered yet",
        "has no way to sign in yet",
    ):
        assert text in live, text
    assert "1 leads to Accounts" in live
    await walk_a_call(reader, home)
    await taken_over(site, reader, home)
    assert "acme" in await page(reader, "/centre/clients")
    assert "Acme" not in posts(await page(reader, NEW))[0].action
    pool = await site.house.control.pool()
    left = await pool.fetchrow("SELECT content::text AS c, answers::text AS a FROM control.onboarding")
    assert left is not None
    assert (left["c"], left["a"]) == ("{}", "{}")


async def taken_over(site: Site, reader: aiohttp.ClientSession, home: str) -> None:
    """Once somebody of the client has signed in, its go-live list needs the client's grant like everything else."""
    pool = await site.house.control.pool()
    ann = await pool.fetchval("SELECT id FROM control.\"user\" WHERE email = 'ann@acme.example'")
    await pool.execute(
        "INSERT INTO control.standing (user_id, signed_in_at) VALUES ($1, now())"
        " ON CONFLICT (user_id) DO UPDATE SET signed_in_at = excluded.signed_in_at", ann,
    )  # fmt: skip
    tenant = await tenant_by_code(site.house.control, "acme")
    await page(reader, f"{home}/live")  # the centre's own file lets onboarding in, which the client sees and ends
    ended = "UPDATE control.staff_grant SET ended_at = $2 WHERE tenant_id = $1"
    await pool.execute(ended, tenant.id, datetime.now(UTC))
    for each in ("live", "call", "blueprint.yaml"):
        assert "/centre/access" in await page(reader, f"{home}/{each}", 403)
    await pool.execute(ended, tenant.id, None)
    await page(reader, f"{home}/live")


@pytest.mark.parametrize(
    ("step", "typed", "field", "told"),
    [
        ("company", {"tenant/name": ""}, "tenant-name", "This is needed."),
        ("company", {"tenant/code": "galaxy"}, "tenant-code", "Another client has this code."),
        ("company", {"tenant/code": "Ä Ö"}, "tenant-code", "Small letters a to z"),
        ("company", {"tenant/zone": "Mars/Olympus"}, "tenant-zone", "There is no time zone"),
        ("company", {"contract/service_level/target_pct": "101"}, "contract-service_level-target_pct", "At most 100."),
        ("numbers", {"numbers/0/number": "12"}, "numbers-0-number", "A number begins with +"),
        ("numbers", {"numbers/0/number": "+862150001234"}, "numbers-0-number", "This number is not free."),
        ("numbers", {"numbers/0/number": ""}, "numbers", "At least one number is needed."),
        ("hours", {"calendars/0/weekly/mon/0/until": ""}, "calendars-0-weekly-mon-0", "A beginning and an end"),
        ("queues", {"queues/0/name": "x" * 90}, "queues-0-name", "At most 80 characters."),
        ("queues", {"queues/0/ring_s": "0"}, "queues-0-ring_s", "At least 3."),
        ("ivr", {"shape": "spiral"}, "shape", "Choose what contacts go through."),
        ("seats", {"paste": "8001;Desk;dedicated"}, "seats-8001-kind", "This seat is not free"),
        ("seats", {"paste": "8007;Desk;shared;juggling=5"}, "paste", "These rows could not be read: 1."),
        ("seats", {"paste": "", "seats/8007/picked": "1"}, "seats-8007-alias", "This is needed."),
        ("people", {"people/0/email": "ann"}, "people-0-email", "This is not an e-mail address."),
        ("people", {"people/0/email": STAFF}, "people-0-email", "belongs to the call centre"),
        ("people", {"people/0/role": "client_viewer"}, "people", "At least one client manager is needed"),
    ],
)  # fmt: skip
async def test_wrong_input_stands_at_its_field_and_is_kept(
    site: Site, step: str, typed: dict[str, str], field: str, told: str
) -> None:
    reader = await site.person(STAFF)
    home = await begin(reader)
    await walk(reader, home, until=step)
    form = await step_form(reader, home, step)
    _, text = await send(reader, form, 422, go="next", more={**TYPED[step], **typed})
    assert f'id="f-{field}-wrong"' in text
    assert told in text
    again = await step_form(reader, home, step)
    for name, value in typed.items():
        if name in again.fields and name.endswith(("name", "zone", "email", "number")) and "+" not in value:
            assert again.fields[name] == value
    shown = await page(reader, f"{home}/review")
    assert "Before this can be applied" in shown or step in {"numbers", "people", "seats", "company"}


async def test_a_colleague_takes_it_up_and_overwrites_nothing(site: Site) -> None:
    one, two = await site.person(STAFF), await site.person(STAFF)
    home = await begin(one)
    await walk(one, home, until="hours")
    assert "Acme Power" in await page(two, NEW)
    mine, theirs = await step_form(one, home, "company"), await step_form(two, home, "company")
    await send(two, theirs, go="next", more={"tenant/name": "Two"})
    _, text = await send(one, mine, 409, go="next", more={"tenant/name": "One"})
    assert "saved this onboarding meanwhile" in text
    assert 'value="One"' in text
    assert 'value="Two"' in await page(one, f"{home}/company")
    await send(one, posts(text, f"{home}/company")[0], go="next")
    assert 'value="One"' in await page(two, f"{home}/company")
    numbers = await step_form(two, home, "numbers")
    where, _ = await send(two, numbers, go="back", more={"numbers/0/number": "half"})
    assert where == f"{home}/company"
    assert (await step_form(one, home, "numbers")).fields["numbers/0/number"] == "half"
    discard = posts(await page(one, f"{home}/numbers"), f"{home}/numbers/discard")[0]
    await send(one, discard)
    await page(one, f"{home}/company", 404)


async def test_an_apply_that_was_cut_short_is_finished_by_the_same_button(site: Site) -> None:
    reader = await site.person(STAFF)
    home = await begin(reader)
    await walk(reader, home)
    key = UUID(home.rpartition("/")[2])
    async with reader.get(f"{home}/blueprint.yaml") as answer:
        text = await answer.text()
    await onboardings.applying(site.house.control, key, datetime.now(UTC))
    order = Order(by="tests", at=datetime.now(UTC), check_flow=check_flow)
    await apply_blueprint(site.house.control, site.house.app, text, order)
    form = posts(await page(reader, f"{home}/review"), f"{home}/apply")[0]
    where, _ = await send(reader, form)
    assert where == f"{home}/live"
    assert (await content_of(site, "acme")).version == 1
    where, _ = await send(reader, form)
    assert where == f"{home}/live"


async def test_a_client_that_came_in_between_is_not_overwritten(site: Site) -> None:
    reader = await site.person(STAFF)
    home, other = await begin(reader), await begin(reader)
    await walk(reader, home)
    await walk(reader, other)
    first = posts(await page(reader, f"{home}/review"), f"{home}/apply")[0]
    second = posts(await page(reader, f"{other}/review"), f"{other}/apply")[0]
    await send(reader, first)
    _, text = await send(reader, second, 409)
    assert "Another client has this code." in text
    assert (await content_of(site, "acme")).version == 1


async def test_examples_bring_nobodys_people_and_files_are_read_whole_or_refused(site: Site) -> None:
    reader = await site.person(STAFF)
    home = await begin(reader, "harbour-light")
    for step, mine in (("people", "manager@harbour-light"), ("numbers", "+85221805678"), ("seats", "主任A")):
        assert mine not in await page(reader, f"{home}/{step}")
    assert "故障報告" in await page(reader, f"{home}/queues")
    assert 'value="keep" checked' in await page(reader, f"{home}/ivr")
    form = posts(await page(reader, NEW), NEW)[-1]
    for text in ("", "[", "a: &a [*a]", "blueprint: 1\nwhat: 2", "x: " + "[" * 3000, "\x00"):
        _, told = await send(reader, form, 422, text=text, more={"from": "file"})
        assert "The file was refused" in told
    async with reader.get(f"{home}/blueprint.yaml") as answer:
        half = await answer.text()
    await send(reader, form, 422, text=half, more={"from": "file"})


async def test_the_back_office_is_for_those_who_take_clients_on(site: Site) -> None:
    reader = await site.person(STAFF)
    home = await begin(reader)
    emails = await site.people("galaxy")
    for email in (*emails.values(), "sup@harbour.example", (await site.agents())[0][1]):
        other = await site.person(email, "galaxy" if "galaxy" in email else None)
        for address in ("/centre/clients", NEW, f"{home}/company", f"{home}/review", f"{home}/blueprint.yaml"):
            await page(other, address, 403)
    form = await step_form(reader, home, "company")
    token, _ = await site.cookie(STAFF)
    bare = {"Cookie": f"gf={token}", "Origin": site.url, **HTML}
    async with aiohttp.ClientSession(site.url, cookie_jar=aiohttp.DummyCookieJar()) as other:
        for action in (form.action, f"{home}/apply", f"{home}/company/discard", NEW):
            async with other.post(action, data={**form.fields, "csrf_token": "x"}, headers=bare) as answer:
                assert answer.status == 403, action
    await page(reader, f"{home}/nowhere", 404)
    await page(reader, f"{NEW}/01990f4e-7c1d-7000-8000-000000000000/company", 404)


async def test_the_list_of_clients_finds_and_leads_on(site: Site) -> None:
    reader = await site.person(STAFF, "galaxy")
    every = await page(reader, "/centre/clients")
    assert "银河商城" in every
    assert "海光電力" in every
    found = (await page(reader, "/centre/clients?q=GALAXY")).partition("<main")[2]
    assert "银河商城" in found
    assert "海光電力" not in found
    assert 'data-state="filtered"' in await page(reader, "/centre/clients?q=nobody")
    await page(reader, "/centre/clients?from=999999999999")
