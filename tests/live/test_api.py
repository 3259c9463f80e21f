"""The board for a client's systems: the page's values, published shapes, tickets that open one socket once."""

from __future__ import annotations

import asyncio
import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from jsonschema import Draft202012Validator

import live.api.kept
import live.rechecks
from interactions.facts import AgentStateChanged
from journal import service as journal
from journal.core.facts import SYSTEM
from kit import clock
from live.api.asyncapi import document
from live.api.schemas import PUBLISHED
from live.core import view
from live.hub import narrowed
from live.service import Watched, open_board
from tenants.core.masks import Shown
from tenants.oauth.passes import PROTOCOL
from tenants.service.keys import KeyRequest, create_key, revoke_key
from tests.portal import telling
from tests.support.site import Site

SCHEMAS = Path(__file__).resolve().parents[2] / "docs" / "schemas"
LISTS = {"queues": "queues", "seats": "seats", "interactions": "calls"}


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_published_schema_is_that_of_the_code(name: str) -> None:
    """``docs/schemas/live-*.json`` are ``live.api.schemas.PUBLISHED``, written with two spaces."""
    assert json.loads((SCHEMAS / f"live-{name}.json").read_text(encoding="utf-8")) == PUBLISHED[name]
    Draft202012Validator.check_schema(PUBLISHED[name])


def test_every_reference_of_the_asyncapi_document_leads_somewhere() -> None:
    told = document("https://glassfloor.example")
    assert (told["asyncapi"], told["servers"]["this"]["protocol"]) == ("3.0.0", "wss")
    found = re.findall(r'"\$ref": "#/([^"]+)"', json.dumps(told))
    assert len(found) > 20
    for way in found:
        at: Any = told
        for step in way.split("/"):
            at = at[step]


async def read(who: aiohttp.ClientSession, path: str, status: int = 200, **headers: str) -> tuple[Any, Any]:
    async with who.get(f"/v1/live{path}", headers=headers) as answer:
        assert answer.status == status, (path, answer.status, await answer.text())
        return (await answer.json(content_type=None) if status != 304 else None), answer.headers


async def busy(site: Site) -> telling.Place:
    """Let a day have begun: answered, lost, waiting, one seat that nobody can reach."""
    at = await telling.place(site)
    for story in (telling.arrival(at), telling.abandoned(at)):
        await telling.tell(site, at.tenant, story)
    await in_state(site, at, 0, "available")
    return at


async def in_state(site: Site, at: telling.Place, agent: int, state: str) -> None:
    async with site.house.app.transaction(at.tenant) as scope:
        who = at.agents[agent]
        rows = await scope.fetch(
            "SELECT seat FROM gf.agent_profile WHERE tenant_id = $1 AND agent_id = $2", at.tenant, who
        )
        fact = AgentStateChanged(str(who), rows[0]["seat"], state, None, None)
        journal.append(scope, fact, subject=who, at=clock.now(), actor=SYSTEM)


def unknown_members(value: Any, schema: dict[str, Any], root: dict[str, Any], at: str = "") -> list[str]:
    """Return the members of a valid value that its schema does not name."""
    if "$ref" in schema:
        return unknown_members(value, root["$defs"][schema["$ref"].rpartition("/")[2]], root, at)
    if "anyOf" in schema or "oneOf" in schema:
        ways = schema.get("anyOf") or schema["oneOf"]
        fits = [each for each in ways if Draft202012Validator({**each, "$defs": root["$defs"]}).is_valid(value)]
        return min((unknown_members(value, each, root, at) for each in fits), key=len, default=[f"{at}: fits nothing"])
    if isinstance(value, list):
        return [x for each in value for x in unknown_members(each, schema.get("items", {}), root, f"{at}[]")]
    if isinstance(value, dict) and "properties" in schema:
        named = schema["properties"]
        return [f"{at}.{name}" for name in value if name not in named] + [
            x for name, each in value.items() if name in named
            for x in unknown_members(each, named[name], root, f"{at}.{name}")
        ]  # fmt: skip
    return []


def complaints(name: str, value: Any) -> list[str]:
    schema = PUBLISHED[name]
    wrong = [f"{error.json_path}: {error.message}" for error in Draft202012Validator(schema).iter_errors(value)]
    return wrong or unknown_members(value, schema, schema)


async def test_it_says_what_the_page_and_the_journal_say(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    at, opened = await busy(site), []

    async def counted(*args: Any) -> Any:
        opened.append(args)
        return await open_board(*args)

    monkeypatch.setattr(live.api.kept, "open_board", counted)
    machine, stranger = await site.machine("galaxy"), await site.machine("harbour-light")
    told, headers = await read(machine, "/board")
    assert all(name in headers for name in ("ETag", "RateLimit", "RateLimit-Policy"))
    folded = await open_board(site.house.app, Watched(at.tenant, told["board"]["tenant"]["name"], "Asia/Shanghai"))
    assert told["board"] == json.loads(json.dumps(narrowed(view.snapshot(folded), Shown.FULL)))
    assert complaints("board", told) == []
    made_anew = view.snapshot
    monkeypatch.setattr(view, "snapshot", lambda _board: pytest.fail("nothing has changed: no row is made again"))
    await read(machine, "/board", 304, **{"If-None-Match": headers["ETag"]})
    monkeypatch.setattr(view, "snapshot", made_anew)
    for path, rows in LISTS.items():
        listed, _ = await read(machine, f"/{path}")
        assert (listed["data"], listed["seq"] >= told["seq"]) == (told["board"][rows], True)
        assert complaints(path, listed) == []
    made, _ = await read(machine, "/figures")
    assert complaints("figures", made) == []
    of = {row["id"]: row for row in made["data"]}
    manager = await site.person((await site.people("galaxy"))["client_manager"], "galaxy")
    page = await (await manager.get("/live?lang=en")).text()
    for figure, kpi in (("waiting", "waiting"), ("offered", "offered"), ("answered", "answered")):
        shown = re.search(rf'data-kpi="{kpi}".*?data-f="value"[^>]*>([^<]*)<', page, re.DOTALL)
        assert shown
        assert int(shown[1]) == of[figure]["value"] == told["board"]["totals"][figure]
    assert (of["waiting"]["value"], of["loss_rate"]["num"], of["abandoned"]["value"]) == (1, 1, 1)
    assert of["longest_wait"]["value"] > 0
    await _filters(machine, at)
    assert len(opened) == 1, "the board is kept between requests"
    await _is_of_now(site, at, machine, headers["ETag"])
    theirs = json.dumps((await read(stranger, "/board"))[0])
    assert all(row["id"] not in theirs for rows in ("queues", "calls") for row in told["board"][rows])
    assert (await read(machine, "/schemas/seats"))[0] == PUBLISHED["seats"]
    assert (await read(machine, "/schemas/none", 404))[0]["code"] == "unknown_schema"
    assert len((await read(machine, "/schemas"))[0]["data"]) == len(PUBLISHED)
    agent = await site.person((await site.agents("galaxy"))[0][1], "galaxy")
    assert (await read(agent, "/board", 403))[0]["code"] == "forbidden"
    async with site.house.app.transaction(at.tenant) as scope:
        listed_ = [
            f for f in await journal.read(scope, limit=5000, kinds=["ContactsListed"]) if f.actor["kind"] == "key"
        ]
    assert len(listed_) == 1, "once in ten minutes, however often it is read"


async def _is_of_now(site: Site, at: telling.Place, machine: aiohttp.ClientSession, known: str) -> None:
    """What is kept is never older than the journal."""
    for waiting in (2, 3):
        await telling.tell(site, at.tenant, telling.arrival(at))
        news, _ = await read(machine, "/board", 200, **{"If-None-Match": known})
        assert news["board"]["totals"]["waiting"] == waiting


async def _filters(machine: aiohttp.ClientSession, at: telling.Place) -> None:
    picked = {
        f"queues?code={at.queue_code}": 1, "queues?code=x": 0, "seats?state=phone_down": 1, "seats?state=available": 0,
        "interactions?state=waiting": 1, f"interactions?queue={at.queue_code}&state=ended": 1,
        "figures?id=waiting&id=aht": 2,
    }  # fmt: skip
    for query, count in picked.items():
        found, _ = await read(machine, f"/{query}")
        assert len(found["data"]) == count, query
    for query in ("board?state=x", "seats?status=available", "queues?Code=x", "interactions?after=1", "figures?name=x"):
        assert (await read(machine, f"/{query}", 400))[0]["code"] == "unknown_filter", query


async def test_the_frames_of_a_running_day_have_the_published_shape(site: Site) -> None:
    at = await busy(site)
    machine = await site.machine("galaxy")
    frames: list[dict[str, Any]] = []
    async with machine.ws_connect("/live/feed") as socket:
        frames.append(await socket.receive_json(timeout=5))
        for story in (telling.arrival(at), telling.voicemail(at, recording=at.queue)):
            await telling.tell(site, at.tenant, story)
        await in_state(site, at, 1, "on_break")
        async with asyncio.timeout(8):
            while {frame["t"] for frame in frames} != {"snap", "d", "hb"}:
                frames.append(await socket.receive_json())
    assert [complaint for frame in frames for complaint in complaints("frames", frame)] == []


async def open_with(site: Site, shown: str, *, by_address: bool = False) -> int | str:
    """Show a ticket as a page of the client's own does; return the subprotocol or the status."""
    protocols = () if by_address else (PROTOCOL, f"gf.ticket.{shown}")
    address = f"{site.url}/live/feed" + (f"?ticket={shown}" if by_address else "")
    async with aiohttp.ClientSession() as http:
        try:
            async with http.ws_connect(address, protocols=protocols, origin="https://intra.galaxy.example") as socket:
                assert (await socket.receive_json(timeout=5))["t"] == "snap"
                return socket.protocol or ""
        except aiohttp.WSServerHandshakeError as refused:
            return refused.status


async def ticket(machine: aiohttp.ClientSession, status: int = 201) -> Any:
    async with machine.post("/v1/live/tickets") as answer:
        assert answer.status == status, await answer.text()
        return await answer.json()


async def test_a_ticket_opens_one_socket_once_and_ends_with_its_key(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live.rechecks, "RECHECK_S", 0.1)
    tenant = site.tenants["galaxy"]
    wanted = KeyRequest(tenant, site.connections["galaxy"], frozenset({"live.read"}), timedelta(days=1))
    key = await create_key(site.house.control, wanted, clock.now())
    other = await site.machine("galaxy")
    async with aiohttp.ClientSession(site.url, headers={"Authorization": f"Bearer {key}"}) as machine:
        made = await ticket(machine)
        assert complaints("ticket", made) == []
        shown = made["ticket"]
        opened = await asyncio.gather(*(open_with(site, shown) for _ in range(8)))
        assert sorted(map(str, opened)) == ["403"] * 7 + [PROTOCOL], "of all who show it one is let in"
        assert await open_with(site, (await ticket(machine))["ticket"], by_address=True) == ""
        late = (await ticket(machine))["ticket"]
        pool = await site.house.control.pool()
        assert await pool.fetchval("SELECT count(*) FROM control.live_pass") == 1
        assert not await pool.fetchval("SELECT count(*) FROM control.live_pass WHERE credential LIKE $1", f"%{late}%")
        await pool.execute("UPDATE control.live_pass SET expires_at = now() - interval '1 second'")
        assert [await open_with(site, each) for each in (late, "gft_nobodys", "")] == [403] * 3
        first, second = (await ticket(machine))["protocols"], (await ticket(other))["protocols"]
        async with machine_less(site) as http, http.ws_connect("/live/feed", protocols=second) as stays:
            async with http.ws_connect("/live/feed", protocols=first) as ends:
                await revoke_key(site.house.control, tenant, key.split("_")[2], clock.now())
                async with asyncio.timeout(5):
                    while (await ends.receive()).type is aiohttp.WSMsgType.TEXT:
                        pass
                assert ends.close_code == 1008
            assert [(await stays.receive()).type for _ in range(3)] == [aiohttp.WSMsgType.TEXT] * 3
    manager = await site.person((await site.people("galaxy"))["client_manager"], "galaxy")
    assert (await ticket(manager, 403))["code"] == "forbidden"


def machine_less(site: Site) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(site.url)
