"""A client's people change their settings in a draft: who may, what is refused, what is live and when."""

from __future__ import annotations

import asyncio
import json

import aiohttp
import pytest

from portal.settings.parts import PARTS
from portal.settings.policies import POLICIES
from portal.settings.uses import uses_of
from tenants.service.blueprints import in_force
from tenants.service.drafts import read_draft
from tests.support.forms import Form, posts
from tests.support.site import Site

HTML = {"Accept": "text/html"}
PAGES = [f"/settings/{part.slug}" for part in PARTS] + ["/settings/numbers", "/settings/agents", "/settings/flows"]
ONE_OF_A_KIND = [f"/settings/{slug}" for slug in POLICIES if slug != "contract"]
PAGES += [*ONE_OF_A_KIND, "/settings/contract"]


async def manager(site: Site, role: str = "client_manager") -> aiohttp.ClientSession:
    return await site.person((await site.people("galaxy"))[role], "galaxy")


async def page(reader: aiohttp.ClientSession, address: str, status: int = 200) -> str:
    english = {} if "lang=" in address else {"lang": "en"}
    async with reader.get(address, headers=HTML, params=english) as answer:
        text = await answer.text()
        assert answer.status == status, (address, text[-800:])
        return text


async def send(
    reader: aiohttp.ClientSession, form: Form, status: int = 303, more: dict[str, str] | None = None, **changes: str
) -> tuple[str, str]:
    fields = {**form.fields, **changes, **(more or {})}
    async with reader.post(
        form.action, params={"lang": "en"}, data=fields, headers=HTML, allow_redirects=False
    ) as answer:
        text = await answer.text()
        assert answer.status == status, text[-1200:]
        return answer.headers.get("Location", ""), text


async def entry_form(reader: aiohttp.ClientSession, slug: str, entry: str) -> Form:
    text = await page(reader, f"/settings/{slug}?entry={entry}")
    return posts(text, f"/settings/{slug}")[0]


async def changes(site: Site) -> list[tuple[str, str, str]]:
    draft = await read_draft(site.house.app, site.tenants["galaxy"])
    return [(change.verb, change.section, change.name) for change in draft.plan.changes]


async def test_a_form_that_comes_back_unchanged_changes_nothing(site: Site) -> None:
    draft = await read_draft(site.house.app, site.tenants["galaxy"])
    reader, sent = await manager(site), 0
    keys = {"people": "email"}
    for part in PARTS:
        for entry in draft.content[part.section]:
            form = await entry_form(reader, part.slug, entry[keys.get(part.section, "code")])
            await send(reader, form, do="save")
            sent += 1
    for address in ("/settings/numbers", "/settings/agents", *ONE_OF_A_KIND):
        await send(reader, posts(await page(reader, address), address)[0])
    for flow in draft.content["flows"]:
        await send(reader, await entry_form(reader, "flows", flow["id"]))
    assert sent > 15
    assert await changes(site) == []


@pytest.mark.parametrize("role", ["client_viewer", "client_developer"])
async def test_who_may_only_look_sees_everything_and_changes_nothing(site: Site, role: str) -> None:
    boss, reader = await manager(site), await manager(site, role)
    for address in [*PAGES, "/settings/hours?entry=office", "/settings/flows?entry=main"]:
        text = await page(reader, address)
        assert 'data-state="denied"' in text, address
        form = posts(await page(boss, address), address.partition("?")[0])
        if form and address != "/settings/connections":
            await send(reader, form[0], 403)
    assert await changes(site) == []


async def test_a_change_is_a_draft_until_somebody_publishes_it_with_a_reason(site: Site) -> None:
    reader = await manager(site)
    form = await entry_form(reader, "queues", "care")
    where, _ = await send(reader, form, do="save", name="订单与物流", ring_s="20", more={"needs/returns": "2"})
    assert where == "/settings/queues?saved=1"
    assert await changes(site) == [("~", "queues", "care")]
    for address in PAGES:
        assert 'data-draft="1"' in await page(await manager(site, "client_viewer"), address)
    assert 'data-draft="1"' in await page(reader, "/settings/changes/banner")
    shown = await page(reader, "/settings/changes")
    for text in ("订单客服", "订单与物流", "15 s", "20 s", "订单物流 1, 退换货 2"):
        assert text in shown, text
    async with site.house.app.session(site.tenants["galaxy"]) as scope:
        assert (await in_force(scope)).version == 1
    publish = posts(shown, "/settings/changes/publish")[0]
    _, refused = await send(reader, publish, 422, why="  ")
    assert "Say in a few words why" in refused
    await send(reader, publish, why="new name")
    async with site.house.app.session(site.tenants["galaxy"]) as scope:
        present = await in_force(scope)
    assert present.version == 2
    assert present.content is not None
    assert present.content["queues"][0]["name"] == "订单与物流"
    assert await changes(site) == []


async def test_new_things_come_and_old_ones_go(site: Site) -> None:
    reader = await manager(site)
    for slug, fields, entry in (
        ("skills", {"name": "英文"}, ("+", "skills", "skill")),
        ("hours", {"code": "Night Shift", "weekly/mon/0/begin": "22:00", "weekly/mon/0/until": "06:00"},
         ("+", "calendars", "night-shift")),
        ("people", {"name": "新人", "email": "New@galaxy.example"}, ("+", "people", "new@galaxy.example")),
        ("prompts", {"code": "bye", "text/zh-CN": "再见"}, ("+", "prompts", "bye")),
        ("connections", {"name": "CRM", "url": "https://crm.example/hook"}, ("+", "connections", "crm")),
        ("queues", {"name": "VIP"}, ("+", "queues", "vip")),
        ("directory", {"name": "Chief of care", "phones/0/number": "+86 138 0000 9009", "phones/0/ring_s": "25",
                       "context/ways/page": "yes", "email": "chief@galaxy.example", "hours": "office",
                       "chief": "wang"}, ("+", "directory", "chief-of-care")),
        ("reports", {"report": "queues", "every": "weekly", "weekday": "fri", "to/sun@galaxy.example": "1"},
         ("+", "reports", "queues")),
    ):  # fmt: skip
        form = posts(await page(reader, f"/settings/{slug}?add=1"), f"/settings/{slug}")[0]
        await send(reader, form, do="save", more=fields)
        assert entry in await changes(site)
    await send(reader, await entry_form(reader, "queues", "returns"), do="remove")
    assert ("-", "queues", "returns") in await changes(site)
    shown = await page(reader, "/settings/changes")
    assert "Before this can be published" in shown
    refused = await send(reader, posts(shown, "/settings/changes/publish")[0], 422, why="no more returns")
    assert "Nothing was published" in refused[1]
    await send(reader, posts(shown, "/settings/changes/discard")[0])
    assert await changes(site) == []
    assert "Everything is published" in await page(reader, "/settings/changes")


WRONG_INPUT = (
    ("queues", "care", "name", "", "This is needed."),
    ("queues", "care", "ring_s", "1", "At least 3."),
    ("queues", "care", "max_wait_s", "99999", "At most 7200."),
    ("queues", "care", "wrap_up_s", "soon", "A whole number is needed."),
    ("queues", "care", "needs/orders", "7", "At most 5."),
    ("queues", "care", "dispositions/0/name", "x" * 81, "At most 80 characters."),
    ("hours", "office", "weekly/sat/0/begin", "10:00", "A beginning and an end are needed"),
    ("hours", "office", "holidays", "XX", "Choose one of the list."),
    ("hours", "office", "exceptions/0/on", "2026-02-31", "There is no day 2026-02-31."),
    ("people", "sun@galaxy.example", "name", "", "This is needed."),
    ("people", "sun@galaxy.example", "role", "platform", "Choose one of the list."),
    ("people", "sun@galaxy.example", "locale", "klingon", "This is not written as expected here."),
    ("prompts", "welcome", "text/zh-CN", "", "At least one is needed."),
    ("prompts", "welcome", "text/zh-CN", "a\u200bb", "The invisible character U+200B is not allowed."),
    ("connections", "oms", "url", "javascript:alert(1)", "A web address begins with"),
    ("connections", "oms", "name", "", "This is needed."),
    ("directory", "zhao", "phones/0/number", "021 5000", "A number begins with + and its country"),
    ("skills", "orders", "name", "<script>alert(1)</script>" * 4, "At most 80 characters."),
)  # fmt: skip
"""Part, entry, field, what is typed, what is told."""


async def test_wrong_input_stands_at_its_field_and_changes_nothing(site: Site) -> None:
    reader = await manager(site)
    for slug, entry, field, value, told in WRONG_INPUT:
        form = await entry_form(reader, slug, entry)
        _, text = await send(reader, form, 422, do="save", more={field: value})
        assert told in text, (slug, field, value)
        assert 'class="field-error"' in text
        assert "<script>alert" not in text
        again = posts(text, f"/settings/{slug}")[0].fields
        typed = ("name", "url", "on", "begin", "_s", "zh-CN")
        assert not field.endswith(typed) or again[field] == value
        assert await changes(site) == []


WRONG_POLICIES: tuple[tuple[str, dict[str, str], str], ...] = (
    ("recording", {"policy": "percentage", "percent": ""}, "Say how many of a hundred"),
    ("recording", {"policy": "percentage", "percent": "101"}, "At most 100."),
    ("recording", {"policy": "percentage", "percent": "half"}, "A whole number is needed."),
    ("recording", {"policy": "sometimes"}, "Choose one of the list."),
    ("recording", {"numbers/+99999999999/policy": "never"}, "There is no number “+99999999999”."),
    ("recording", {"refuse": "9"}, "A key that refuses needs a prompt that says so."),
    ("recording", {"pause/longest_s": "5"}, "At least 10."),
    ("recording", {"queues/care/policy": "percentage", "queues/care/percent": "0"}, "At least 1."),
    ("recording", {"queues/nowhere/policy": "never"}, "There is no queue “nowhere”."),
    ("recording", {"announce": "nothing"}, "There is no prompt “nothing”."),
    ("masking", {"agent": "everything"}, "Choose one of the list."),
    ("masking", {"reveal/per_hour": "1001"}, "At most 1000."),
    ("retention", {"recordings_days": "0"}, "At least 1."),
    ("retention", {"recordings_days": "800"}, "A recording is not kept longer than its interaction."),
    ("retention", {"work_orders_days": "2000", "journal_days": "400"}, "Nothing is kept longer than the journal"),
    ("retention", {"journal_days": "for ever"}, "A whole number is needed."),
    ("letting-in", {"approval": ""}, "Choose one of the list."),
    ("reports", {"to/stranger@evil.example": "1"}, "stranger@evil.example is not one of your people."),
    ("reports", {"every": "monthly", "day": "31", "to/sun@galaxy.example": "1"}, "At most 28."),
    ("reports", {}, "At least one is needed."),
)  # fmt: skip


async def test_a_wrong_policy_is_told_in_words_and_changes_nothing(site: Site) -> None:
    reader = await manager(site)
    for slug, typed, told in WRONG_POLICIES:
        shown = await page(reader, f"/settings/{slug}" + ("?add=1" if slug == "reports" else ""))
        _, text = await send(reader, posts(shown, f"/settings/{slug}")[0], 422, more=typed)
        assert told in text, (slug, typed)
    assert await changes(site) == []


async def test_policies_are_drafted_shown_in_words_and_published(site: Site) -> None:
    reader = await manager(site)
    for slug, typed in (
        (
            "recording",
            {
                "policy": "percentage",
                "percent": "40",
                "queues/care/policy": "never",
                "announce": "welcome",
                "refuse": "9",
                "apart": "1",
                "queues/care/apart": "together",
                "pause/then": "end",
            },
        ),
        ("masking", {"agent": "last4", "reveal/allowed": "1", "reveal/per_hour": "3"}),
        ("retention", {"recordings_days": "90"}),
        ("letting-in", {"approval": "standing"}),
    ):
        shown = await page(reader, f"/settings/{slug}")
        assert slug != "masking" or all(text in shown for text in ("****5678", "+86 138****5678", "+8613812345678"))
        where, _ = await send(reader, posts(shown, f"/settings/{slug}")[0], more=typed)
        assert where == f"/settings/{slug}?saved=1"
    told = await page(reader, "/settings/changes")
    for text in (
        "Some conversations",
        "No conversation, all together",
        "订单客服",
        "The last four digits",
        "90 days",
        "They may always",
    ):
        assert text in told, text
    await send(reader, posts(told, "/settings/changes/publish")[0], why="our rules")
    async with site.house.app.session(site.tenants["galaxy"]) as scope:
        content = (await in_force(scope)).content or {}
    assert content["recording"]["queues"] == {"care": {"policy": "never", "percent": None, "apart": False}}
    assert content["recording"]["apart"] is True
    assert content["masking"]["reveal"] == {"allowed": True, "per_hour": 3}
    assert (content["staff_access"], content["retention"]["recordings_days"]) == ({"approval": "standing"}, 90)


async def test_onboarding_staff_may_only_tighten_what_protects_the_client(site: Site) -> None:
    boss = await manager(site)
    await send(boss, posts(await page(boss, "/settings/masking"), "/settings/masking")[0], agent="last4")
    await send(boss, posts(await page(boss, "/settings/changes"), "/settings/changes/publish")[0], why="less")
    staff = await site.person("onboarding@harbour.example", "galaxy")
    shown = await page(staff, "/settings/masking")
    assert shown.count("Only the client itself may show more than now.") == 5
    form = posts(shown, "/settings/masking")[0]
    for typed in ({"agent": "full"}, {"supervisor": "full"}, {"reveal/allowed": "1"}):
        _, text = await send(staff, form, 403, more=typed)
        assert "Only the client itself may show more than before." in text
    form = posts(await page(staff, "/settings/letting-in"), "/settings/letting-in")[0]
    assert "Only the client itself" in (await send(staff, form, 403, approval="standing"))[1]
    assert await changes(site) == []
    form = posts(await page(staff, "/settings/masking"), "/settings/masking")[0]
    await send(staff, form, agent="hidden")
    assert await changes(site) == [("~", "masking", "masking")]


async def uses(site: Site, section: str, key: str) -> list[tuple[str, str]]:
    """Where the present draft names an entry."""
    draft = await read_draft(site.house.app, site.tenants["galaxy"])
    return [(each["section"], each["name"]) for each in uses_of(draft.content, section, key)]


async def test_the_outsourcer_agrees_control_and_desks_on_a_page_and_the_client_reads_it(site: Site) -> None:
    boss, staff = await manager(site), await site.person("onboarding@harbour.example", "galaxy")
    assert "Write to the supervisors" in (told := await page(boss, "/settings/contract"))
    assert posts(told, "/settings/contract") == []
    form = posts(await page(staff, "/settings/contract"), "/settings/contract")[0]
    await send(boss, form, 403)
    for wrong, reason in (
        ({"controls/longest_min": "3"}, "At least 5."), ({"controls/priority/step_s": "x"}, "A whole number"),
        ({"desktop/view": "always"}, "Choose one of the list."),
        ({"controls/only/priority/which": "named"}, "At least one is needed."),
        ({"controls/only/priority/which": "named", "controls/only/priority/queues/gone": "1"}, "no queue “gone”"),
    ):  # fmt: skip
        assert reason in (await send(staff, form, 422, more=wrong))[1], wrong
    where, _ = await send(staff, form)
    assert (where, await changes(site)) == ("/settings/contract?saved=1", []), "what comes back unchanged is no change"
    wanted = {"controls/longest_min": "90", "controls/priority/lowest_s": "-60", "desktop/view": "live"}
    wanted |= {"controls/only/pause_numbers/which": "named", "controls/only/pause_numbers/numbers/+862150001234": "1"}
    form.fields.pop("controls/hours")
    await send(staff, form, more=wanted)
    told = await page(boss, "/settings/changes")
    for text in (
        "Control by the client · Open and close hours",
        "90 min",
        "-60 s to 300 s",
        "As it happens",
        "yes, only for Numbers: +862150001234",
    ):
        assert text in told, text
    form = posts(await page(staff, "/settings/changes"), "/settings/changes/publish")[0]
    await send(staff, form, why="as agreed today")
    async with site.house.app.session(site.tenants["galaxy"]) as scope:
        contract = ((await in_force(scope)).content or {})["contract"]
    controls, desktop = contract["controls"], contract["desktop"]
    assert (controls["hours"], controls["longest_min"], controls["pause_numbers"]) == (False, 90, True)
    assert (controls["only"]["pause_numbers"], controls["only"]["hours"]) == ({"numbers": ["+862150001234"]}, None)
    form = posts(await page(staff, "/settings/contract"), "/settings/contract")[0]
    assert form.fields["controls/only/pause_numbers/which"] == "named"
    assert await uses(site, "numbers", "+862150001234") == [("contract", "")]
    assert (controls["priority"]["lowest_s"], desktop["view"], desktop["consent"]) == (-60, "live", True)
    assert contract["service_level"]["target_pct"] == 80
    assert "90 min" in await page(boss, "/settings/contract")


async def test_a_form_without_its_word_or_from_another_site_is_refused(site: Site) -> None:
    reader = await manager(site)
    form = await entry_form(reader, "skills", "orders")
    token, _ = await site.cookie((await site.people("galaxy"))["client_manager"], "galaxy")
    bare = {"Cookie": f"gf={token}", **HTML}
    wrong = {**form.fields, "csrf_token": "x", "name": "Mine"}
    async with aiohttp.ClientSession(site.url, cookie_jar=aiohttp.DummyCookieJar()) as other:
        for action in (form.action, "/settings/changes/publish", "/settings/changes/discard", "/settings/flows"):
            async with other.post(action, data=wrong, headers={**bare, "Origin": "https://evil.example"}) as answer:
                assert answer.status == 403, action
    assert await changes(site) == []


async def test_two_people_edit_and_nothing_is_overwritten_silently(site: Site) -> None:
    one, two = await manager(site), await manager(site)
    first, second = await entry_form(one, "queues", "care"), await entry_form(two, "queues", "care")
    other = await entry_form(two, "prompts", "welcome")
    await send(one, first, do="save", name="One")
    _, text = await send(two, second, 409, do="save", name="Two")
    assert "Somebody else changed this part" in text
    assert 'value="Two"' in text
    await send(two, other, do="save", more={"text/zh-CN": "你好"})
    await send(two, posts(text, "/settings/queues")[0], do="save")
    draft = await read_draft(site.house.app, site.tenants["galaxy"])
    assert (draft.content["queues"][0]["name"], draft.content["prompts"][0]["text"]["zh-CN"]) == ("Two", "你好")


async def test_what_is_published_is_what_was_looked_at(site: Site) -> None:
    one, two = await manager(site), await manager(site)
    await send(one, await entry_form(one, "skills", "orders"), do="save", name="A")
    looked = posts(await page(one, "/settings/changes"), "/settings/changes/publish")[0]
    await send(two, await entry_form(two, "skills", "returns"), do="save", name="B")
    _, text = await send(one, looked, 409, why="mine")
    assert "has changed since you looked" in text
    both = await asyncio.gather(*(_publish(reader) for reader in (one, two)))
    assert sorted(both) in ([303, 303], [303, 409])
    async with site.house.app.session(site.tenants["galaxy"]) as scope:
        assert (await in_force(scope)).version == 2


async def _publish(reader: aiohttp.ClientSession) -> int:
    found = posts(await page(reader, "/settings/changes"), "/settings/changes/publish")
    if not found:
        return 409
    async with reader.post(found[0].action, data={**found[0].fields, "why": "both"}, allow_redirects=False) as answer:
        return answer.status


async def test_a_flow_is_checked_by_line_and_rehearsed_on_a_holiday(site: Site) -> None:
    reader = await manager(site)
    form = await entry_form(reader, "flows", "main")
    flow = json.loads(form.fields["text"])
    flow["nodes"]["care"]["queue"] = "q:nowhere"
    text = json.dumps(flow, indent=2, ensure_ascii=False)
    _, refused = await send(reader, form, 422, text=text)
    line = next(n for n, each in enumerate(text.splitlines(), 1) if '"queue": "q:nowhere"' in each)
    assert f'data-line="{line}"' in refused
    assert "/nodes/care/queue" in refused
    for broken in ("", "{", "[]", "null", '{"schema": "flow/1"}', "[" * 5000, '{"a": 1, "a": 2}'):
        await send(reader, form, 422, text=broken)
    renamed = {**json.loads(form.fields["text"]), "id": "other"}
    _, told = await send(reader, form, 422, text=json.dumps(renamed))
    assert "The id of a flow cannot change" in told
    shown = await page(reader, "/settings/flows?entry=main&at=2026-10-01T19:05&keys=3&staffed=1")
    assert "closed for" not in shown
    steps = [word for word in ("“hello”", "“hours”", "“menu”", "“partners”", "“later”") if word in shown]
    assert steps == ["“hello”", "“hours”", "“menu”", "“partners”", "“later”"]
    assert "Give a day and a time" in await page(reader, "/settings/flows?entry=main&at=9999-99-99T99:99")
    assert await changes(site) == []


async def test_is_it_open_at(site: Site) -> None:
    reader = await manager(site)
    for at, word in (
        ("2026-11-23T10:00", "open"), ("2026-11-22T10:00", "closed"), ("2026-11-11T23:59", "open"),
        ("2026-10-01T10:00", "closed for a public holiday"), ("2026-12-31T10:00", "closed"),
    ):  # fmt: skip
        text = await page(reader, f"/settings/hours?entry=office&at={at}")
        assert f'">{word}</span>' in text, at
    for at in ("", "x", "99999-01-01T00:00", "2026-11-11T00:00+99:00"):
        await page(reader, f"/settings/hours?entry=office&at={at}")


async def test_pages_speak_three_languages_and_unknown_entries_are_not_found(site: Site) -> None:
    reader = await manager(site)
    for address in PAGES:
        for lang in ("en", "zh-Hans", "zh-Hant"):
            assert f'<html lang="{lang}"' in await page(reader, f"{address}?lang={lang}")
        if address.rpartition("/")[2] not in {"numbers", "agents", *POLICIES}:
            await page(reader, f"{address}?entry=nothing", 404)
