"""Two clients who share agents cannot join by their blueprints: what is stored and shown has each one's own names."""

from __future__ import annotations

import re
from dataclasses import replace
from uuid import UUID

import aiohttp
import asyncpg
import pytest

from portal.places import settings
from tenants.access import for_system
from tenants.core.agent_names import AgentName, AgentNames
from tenants.core.permissions import Role
from tenants.errors import Refused, SectionNotYours
from tenants.service import drafts, history
from tenants.service.blueprints import apply_blueprint, plan_blueprint
from tenants.service.centre import apply_centre
from tenants.service.files import load_blueprint
from tenants.service.own_names import in_own_names, in_real_names, names_of
from tests.support.house import House
from tests.support.site import EXAMPLES, Site
from tests.tenants.test_blueprints import DyingDatabase, Killed
from tests.tenants.world import ALPHA, BETA, CENTRE, NOW, ORDER, apply, changed, own, two_clients

FILES = {code: (EXAMPLES / f"{code}.yaml").read_text(encoding="utf-8") for code in ("galaxy", "harbour-light")}
NOTES = "\n# 8007: ask wong.kayan@harbour.example，or问Li.Na@harbour.example（8001-8002）\n"
UUID_FORM = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
REAL = re.compile(r"(?<![0-9A-Za-z.])80(?:0[1-9]|1[0-2])(?![0-9A-Za-z])|@harbour\.example", re.IGNORECASE)
V1 = (
    "/v1/blueprint", "/v1/blueprint/versions", "/v1/blueprint/versions/1", "/v1/blueprint/versions/2",
    "/v1/blueprint/diff?earlier=1&later=2", "/v1/journal", "/v1/board", "/v1/me",
)  # fmt: skip
PAGES = (
    "/live",
    "/interactions",
    "/work-orders",
    "/settings",
    "/settings/versions?version=1",
    "/settings/versions?version=2",
)
STAFF = replace(ORDER, role=Role.ONBOARDING)
CLIENT = replace(ORDER, role=Role.CLIENT_MANAGER)


async def stored(site: Site, code: str) -> str:
    """Every row of the client's tables."""
    connection = await asyncpg.connect(site.house.admin_dsn)
    tables = await connection.fetch("SELECT tablename AS name FROM pg_tables WHERE schemaname = 'gf'")
    rows = [
        str(row["line"])
        for table in tables
        for row in await connection.fetch(
            f"SELECT to_jsonb(t)::text AS line FROM gf.{table['name']} t WHERE tenant_id = $1", site.tenants[code]
        )
    ]
    await connection.close()
    return "\n".join(rows)


async def shown(manager: aiohttp.ClientSession) -> dict[str, str]:
    """What the client's manager gets from its pages and its API."""
    got = {}
    for address in (*V1, *PAGES, *(place.href for place in settings(str))):
        for accept in ("text/html", "application/json"):
            answer = await manager.get(address, headers={"Accept": accept})
            assert answer.status in {200, 404, 405, 406}, (address, answer.status)
            got[f"{address} {accept}"] = await answer.text()
    assert sum(len(text) > 500 for text in got.values()) > 30
    return got


async def changes_by(manager: aiohttp.ClientSession) -> None:
    """The client publishes another skill of every agent, then leaves a draft of the same kind behind."""
    for level, publish in (("5", True), ("1", False)):
        page = await (await manager.get("/settings/agents")).text()
        seen = re.search(r'name="seen" value="(\w+)"', page)
        names = re.findall(r'name="(skills/\d+/[\w-]+)"', page)
        assert seen is not None
        assert names
        form = {"seen": seen[1], **dict.fromkeys(names, level)}
        assert (await manager.post("/settings/agents", data=form, allow_redirects=False)).status == 303
        if publish:
            page = await (await manager.get("/settings/changes")).text()
            seen = re.search(r'name="seen" value="(\w+)"', page)
            assert seen is not None
            form = {"seen": seen[1], "why": "everybody can"}
            done = await manager.post("/settings/changes/publish", data=form, allow_redirects=False)
            assert done.status == 303, await done.text()


async def test_nothing_that_a_client_stores_or_is_shown_names_an_agent_as_the_centre_does(site: Site) -> None:
    got: dict[str, str] = {}
    ids: dict[str, set[str]] = {}
    for code, source in FILES.items():
        noted = source + NOTES
        order = replace(ORDER, why="8007 is new", by="wong.kayan@harbour.example")
        await apply(site.house, noted.replace("max_wait_s: 300", "max_wait_s: 299"), order)
        manager = await site.person((await site.people(code))["client_manager"], code)
        await changes_by(manager)
        rows = await stored(site, code)
        assert '"S1"' in rows
        assert "问[agent S" in rows
        ids[code] = set(UUID_FORM.findall(rows)) - {str(UUID(int=0))}  # before the first, where a round stands
        got |= {f"{code} {where}": text for where, text in (await shown(manager)).items()} | {code: rows}
    assert {where: found for where, text in got.items() if (found := REAL.findall(UUID_FORM.sub("", text)))} == {}
    assert set.intersection(*ids.values()) == set()
    for code, source in FILES.items():
        tenant = site.tenants[code]
        assert (await history.read_as_centre(site.house.control, site.house.app, tenant, 1)).text == source
        noted = (await history.read_as_centre(site.house.control, site.house.app, tenant)).text
        assert noted.endswith(NOTES.replace("Li.Na", "li.na"))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("", ""),
        ("agent: bo@harbour.example", "agent: 'bo@harbour.example'"),
        ('seat: "8002"', "seat: '8002'"),
        ('seat: "8002"', "seat: !!str 8002"),
        ('seat: "8002"', 'seat: &seat "8002"'),
        ("\n", "\r\n"),
        ("客服02}", "客服02} # bo@harbour.example: 8002, not 80021 nor x.bo@harbour.example"),
        ("prompts:", "# 𝄞 [agent S2] sits at [S2]\nprompts:"),
        ("agent: bo@harbour.example, alias: 客服02", "alias: 客服02, agent:\n      bo@harbour.example"),
    ],
)
def test_what_was_applied_comes_back_byte_for_byte(old: str, new: str) -> None:
    names = AgentNames(
        (AgentName("8001", "li@harbour.example", "S1"), AgentName("8002", "bo@harbour.example", "S2"))
    )  # fmt: skip
    for mark in ("", "\ufeff"):
        loaded = load_blueprint(mark + ALPHA.replace(old, new) if old else ALPHA)
        made = in_own_names(loaded, names)
        assert re.search(r"(?<!x\.)\bbo@|\b8002\b", made.text) is None
        assert load_blueprint(made.text).content == made.content
        back = in_real_names(made.text, made.content, names)
        assert back == loaded.text.replace("[agent S2]", "bo@harbour.example").replace("[S2]", "8002")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("agent: bo@harbour.example", 'agent: "b\\x6f@harbour.example"'),
        ("agent: bo@harbour.example", "agent: BO@harbour.example"),
        ("blueprint: 1", "%TAG ! tag:bo@harbour.example,2026:\n---\nblueprint: 1"),
    ],
)
def test_a_name_in_another_spelling_is_renamed_all_the_same(old: str, new: str) -> None:
    names = AgentNames((AgentName("8001", "li@harbour.example", "S1"), AgentName("8002", "bo@harbour.example", "S2")))
    made = in_own_names(load_blueprint(ALPHA.replace(old, new).lstrip()), names)
    assert "harbour.example" not in made.text
    assert load_blueprint(made.text).content == made.content
    assert made.content["seats"][1]["agent"] == "S2"


async def test_a_file_in_own_names_is_the_same_file(house: House) -> None:
    alpha = for_system((await two_clients(house))[0].tenant_id, "test")
    mixed = own(ALPHA).replace('"S1", kind: dedicated, agent: S1', '"8001", kind: dedicated, agent: li@harbour.example')
    for order, source in ((ORDER, own(ALPHA)), (ORDER, mixed), (STAFF, mixed), (STAFF, ALPHA), (CLIENT, own(ALPHA))):
        assert (await apply(house, source, order)).version == 1
    more = own(ALPHA).replace("alias: 客服02", "alias: 客服99")
    lines = list((await plan_blueprint(house.control, house.app, more, ORDER)).lines())
    assert lines[1:3] == ["  ~ 8002", '      alias: "客服02" -> "客服99"']
    lines = list((await plan_blueprint(house.control, house.app, more, STAFF)).lines())
    assert lines[1] == "  ~ S2"
    new = changed(more, seats=[{"seat": "8003", "kind": "shared", "agent": "cy@harbour.example", "alias": "C"}])
    assert "  + 8003" in (await plan_blueprint(house.control, house.app, new, ORDER)).lines()
    await apply(house, new)
    assert [s["seat"] for s in (await history.read_version(house.app, alpha)).content["seats"]] == ["S3"]
    names = await names_of(house.control, alpha)
    assert "  + 8002" in (await history.difference(house.app, alpha, 2, 1, names)).lines()
    assert "  + S2" in (await history.difference(house.app, alpha, 2, 1)).lines()


async def test_what_is_refused_is_told_in_the_writers_own_words(house: House) -> None:
    await two_clients(house)
    odd = own(ALPHA).replace('seat: "S2", kind: shared, agent: S2', 'seat: "S7", kind: shared, agent: S1')
    again = '  - {seat: "8002", kind: shared, agent: bo@harbour.example, alias: x}\n'
    twice = own(ALPHA).replace("connections:", f"{again}connections:")
    named = ALPHA.replace("en: Hello", "en: Write to bo@harbour.example")
    mail = "this names an agent of the centre by e-mail, and the client reads it"
    for source, order, wanted in (
        (odd, STAFF, ["18 · /seats/1/agent · 'S1' stands twice", "18 · /seats/1/seat · there is no seat 'S7'"]),
        (own(BETA).replace("S1", "S2"), ORDER, ["9 · /seats/0/seat · there is no seat 'S2'"]),
        (twice, ORDER, ["19 · /seats/2/seat · '8002' stands twice"]),
        (named, ORDER, [f"9 · /prompts/0/text/en · {mail}"]),
    ):  # fmt: skip
        with pytest.raises(Refused) as caught:
            await apply(house, source, order)
        assert list(caught.value.lines) == [f"line {line}" for line in wanted]


async def test_a_client_learns_nothing_by_writing_what_the_centre_says(house: House) -> None:
    alpha = for_system((await two_clients(house))[0].tenant_id, "test")
    guesses = ("bo@harbour.example", "no@harbour.example", "li@harbour.example")
    told = []
    for guess in guesses:
        with pytest.raises(SectionNotYours) as caught:
            await apply(house, own(ALPHA).replace("agent: S2", f"agent: {guess}"), CLIENT)
        told.append(str(caught.value.errors).replace(guess, ""))
        noted = own(ALPHA) + f"# {guess} 8002 [agent S2]\n"
        noted = noted.replace("en: Hello", f"en: {guess}")
        await apply(house, noted, CLIENT)
        assert (await history.read_version(house.app, alpha)).text == noted
    assert len(set(told)) == 1
    seats = [{"seat": "8002", "kind": "shared", "agent": "bo@harbour.example", "alias": "客服02"}]
    edit = drafts.Edit(Role.ONBOARDING, "ON", NOW)
    with pytest.raises(Refused, match="there is no seat '8002'"):
        await drafts.change_sections(house.app, alpha, {"seats": seats}, edit)


async def test_an_agent_who_left_is_still_named_in_the_old_version(house: House) -> None:
    alpha = for_system((await two_clients(house))[0].tenant_id, "test")
    await apply(house, changed(ALPHA, seats=[]))
    gone = CENTRE.replace('  - {email: li@harbour.example, name: 李娜, role: agent, seat: "8001", locale: zh-CN}\n', "")
    await apply_centre(house.control, house.app, gone, NOW)
    assert (await history.read_as_centre(house.control, house.app, alpha, 1)).text == ALPHA
    for order, seat in ((ORDER, "8001"), (STAFF, "S1")):
        with pytest.raises(Refused) as caught:
            await history.revert_blueprint(house.control, house.app, alpha, 1, order)
        assert next(place.detail for place in caught.value.errors) in {
            f"there is no seat '{seat}'", f"li@harbour.example is not the agent of seat {seat}",
        }  # fmt: skip
    await apply_centre(house.control, house.app, CENTRE, NOW)
    back = await history.revert_blueprint(house.control, house.app, alpha, 1, ORDER)
    assert (await history.read_as_centre(house.control, house.app, alpha, back.version)).text == ALPHA


@pytest.mark.parametrize("dies_at", [2, 3])
async def test_a_crash_gives_nobody_two_names(house: House, dies_at: int) -> None:
    await apply_centre(house.control, house.app, CENTRE, NOW)
    with pytest.raises(Killed):
        await apply_blueprint(DyingDatabase(house.control, dies_at), house.app, ALPHA, ORDER)
    made = await apply(house, ALPHA)
    names = await names_of(house.control, made.tenant_id)
    assert {name.seat: name.own for name in names.known} == {"8001": "S1", "8002": "S2", "8003": ""}
