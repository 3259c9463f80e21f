"""Screens and tiles: who makes them, what their addresses open, for whom they may be framed, and when they go dark."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import aiohttp
import pytest
from pydantic import ValidationError

import live.holding
import live.rechecks
from app.flows import check_flow
from journal import service as journal
from kit import clock
from kit.signing import DocumentSigner
from live.sockets import End
from live.walls import service as walls
from live.walls.errors import WallNotAllowed, WallOver
from live.walls.schemas import ScreenLook, TileLook
from tenants.service.blueprints import Order, apply_blueprint
from tests.portal import telling
from tests.support.house import KEYS
from tests.support.site import EXAMPLES, Site

SCREEN: dict[str, Any] = {
    "name": "Hall 1", "page1": "figures", "page2": "queues", "page3": "seats", "page4": "tallies", "seconds": "5",
    "figure": ["service_level", "waiting", "answered", "seats_staffed"], "theme": "dark", "scale": "0", "locale": "en",
    "zone": "Asia/Shanghai", "red_wait_s": "120", "red_level_pct": "60", "days": "",
}  # fmt: skip
TILE: dict[str, Any] = {
    "name": "Intranet", "figure": ["waiting", "service_level"], "theme": "light", "locale": "zh_Hant", "zone": "UTC",
    "columns": "2", "origins": "https://intra.galaxy.example\nhttps://wiki.galaxy.example:8443", "days": "30",
}  # fmt: skip


def address_in(page: str) -> str:
    found = re.search(r'data-copy="https?://[^/"]+(/wall/[^"]+)"', page)
    assert found, page[-3000:]
    return found[1]


async def post(who: aiohttp.ClientSession, path: str, fields: dict[str, Any], status: int = 303) -> str:
    async with who.post(path, data=fields, allow_redirects=False, headers={"Accept": "text/html"}) as answer:
        text = await answer.text()
        assert answer.status == status, text[-3000:]
        return text


async def manager_of(site: Site, client: str = "galaxy") -> aiohttp.ClientSession:
    return await site.person((await site.people(client))["client_manager"], client)


async def hung_up(site: Site, http: aiohttp.ClientSession, address: str) -> str:
    """Open a screen's address as its browser does; return the screen's own path."""
    token = address.partition("#")[2]
    async with http.post("/wall/s", data={"wall_token": token}, headers={"Origin": site.url}) as answer:
        assert answer.status == 200, await answer.text()
        (kept,) = answer.history[0].cookies.values()
        assert (kept["path"], kept["httponly"], kept["samesite"]) == (answer.url.path, True, "lax")
        assert token not in await answer.text()
        return str(answer.url.path)


async def first_frame(http: aiohttp.ClientSession, path: str, origin: str) -> Any:
    async with http.ws_connect(path, headers={"Origin": origin}) as socket:
        return await socket.receive_json(timeout=5)


async def refused(http: aiohttp.ClientSession, path: str, origin: str) -> int:
    try:
        await first_frame(http, path, origin)
    except aiohttp.WSServerHandshakeError as error:
        return error.status
    return 101


async def status_of(http: aiohttp.ClientSession, path: str) -> int:
    async with http.get(path) as answer:
        return answer.status


async def test_a_screen_shows_its_pages_and_goes_dark_when_it_is_ended(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live.rechecks, "RECHECK_S", 0.1)
    at = await telling.place(site)
    await telling.tell(site, at.tenant, telling.arrival(at))
    manager, stranger = await manager_of(site), await manager_of(site, "harbour-light")
    address = address_in(await post(manager, "/settings/wall/screen", SCREEN, 200))
    kept = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(site.url, cookie_jar=kept) as http, aiohttp.ClientSession(site.url) as bare:
        path = await hung_up(site, http, address)
        view = path.rpartition("/")[2]
        assert 'data-seconds="5"' in await (await http.get(path)).text()
        assert [await status_of(bare, each) for each in (path, f"/wall/s/{uuid4()}", "/wall/t/x")] == [404] * 3
        assert [await refused(each, f"{path}/feed", site.url) for each in (bare, http)] == [403, 101]
        assert await refused(http, f"{path}/feed", "https://evil.example") == 403
        frame = await first_frame(http, f"{path}/feed", site.url)
        board = frame["board"]
        assert [row["id"] for row in board["figures"]] == SCREEN["figure"]
        assert board["figures"][1]["value"] == 1
        assert {row["waiting"] for row in board["queues"]} == {0, 1}
        assert len(board["seats"]) == board["board"]["rented"] == sum(row["count"] for row in board["tallies"])
        assert all(word not in str(frame) for word in (telling.CONTACT, str(at.agents[0]), str(at.queue)))
        async with http.ws_connect(f"{path}/feed", headers={"Origin": site.url}) as socket:
            await socket.receive_json(timeout=5)
            await post(manager, f"/settings/wall/{view}", {**SCREEN, "page1": "tallies", "page4": "", "page3": ""})
            changed = await _until(socket, lambda told: told["t"] == "snap")
            assert set(changed["board"]) == {"board", "tallies", "queues"}
            assert changed["board"]["board"]["version"] > board["board"]["version"]
            for path_, status in ((f"/settings/wall/{view}", 404), (f"/settings/wall/{view}/end", 404)):
                await post(stranger, path_, SCREEN, status)
            await post(manager, f"/settings/wall/{view}/end", {})
            async with asyncio.timeout(3):
                while (await socket.receive()).type is aiohttp.WSMsgType.TEXT:
                    pass
            assert socket.close_code == 1008
        assert await status_of(http, path) == 410
        await post(http, "/wall/s", {"wall_token": address.partition("#")[2]}, 403)
    told = await telling_of(site, view)
    assert told == ["WallViewMade", "WallViewShown", "WallViewChanged", "WallViewRevoked"]


async def test_screens_and_floors_come_back_and_end_as_boards_do(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live.holding, "_EARLIER", 0.9999)
    at, manager = await telling.place(site), await manager_of(site)
    tile = address_in(await post(manager, "/settings/wall/tile", TILE, 200))
    boss = await site.person("sup@harbour.example")
    async with aiohttp.ClientSession(site.url, headers={"Origin": site.url}) as bare:
        for http, path, count in ((bare, f"{tile}/feed", waiting_on_tile), (boss, "/floor/feed", waiting_on_floor)):
            async with http.ws_connect(path) as stays:  # it sees as frames what the other missed
                snap = await _until(stays, lambda told: told["t"] == "snap")
                before = count(snap) or 0
                await telling.tell(site, at.tenant, telling.arrival(at))
                told = await _until(stays, lambda told, is_of=count, was=before: is_of(told) == was + 1)
                seen = f"?epoch={snap['epoch']}&seq={snap['seq']}"
                back = await first_frame(http, path + seen, site.url)
                assert (back["t"], back["from"], count(back)) == ("d", snap["seq"], before + 1), path
                now = f"?epoch={snap['epoch']}&seq={max(back['seq'], told['seq'])}"
                assert (await first_frame(http, path + now, site.url))["t"] != "snap"
                for foreign in (f"?epoch=x&seq={snap['seq']}", f"?epoch={snap['epoch']}&seq=999999"):
                    assert (await first_frame(http, path + foreign, site.url))["t"] == "snap"
                await stays.send_str('{"t":"resync"}')
                assert count(await _until(stays, lambda told: told["t"] == "snap")) == before + 1
        monkeypatch.setattr(site.settings, "feed_max_age_s", 1)
        for http, path in ((bare, f"{tile}/feed"), (boss, "/floor/feed")):
            async with http.ws_connect(path) as old, asyncio.timeout(10):
                async for message in old:
                    assert message.type is aiohttp.WSMsgType.TEXT
                assert old.close_code == End.AGED.code, path


def waiting_on_tile(frame: Any) -> int | None:
    rows = (frame.get("board") or frame.get("d") or {}).get("figures", [])
    return next((row["value"] for row in rows if row["id"] == "waiting"), None)


def waiting_on_floor(frame: Any) -> int | None:
    rows = (frame.get("floor") or frame.get("d") or {}).get("clients", [])
    return next((row["waiting"] for row in rows if row["code"] == "galaxy"), None)


async def _until(socket: aiohttp.ClientWebSocketResponse, wanted: Any) -> Any:
    async with asyncio.timeout(30):
        while not wanted(frame := await socket.receive_json()):
            pass
    return frame


async def telling_of(site: Site, view: str) -> list[str]:
    async with site.house.app.transaction(site.tenants["galaxy"]) as scope:
        facts = await journal.read(scope, limit=5000)
    return [fact.kind for fact in facts if str(fact.subject) == view]


async def test_a_tile_is_framed_by_its_own_sites_and_an_old_address_opens_nothing(site: Site) -> None:
    manager = await manager_of(site)
    address = address_in(await post(manager, "/settings/wall/tile", TILE, 200))
    async with aiohttp.ClientSession(site.url) as bare:
        answer = await bare.get(address)
        policy = answer.headers["Content-Security-Policy"]
        assert "frame-ancestors https://intra.galaxy.example https://wiki.galaxy.example:8443" in policy
        assert 'lang="zh-Hant"' in await answer.text()
        assert not answer.cookies
        assert "'none'" in (await bare.get("/sign-in")).headers["Content-Security-Policy"].rpartition("frame-")[2]
        frame = await first_frame(bare, f"{address}/feed", site.url)
        assert [row["id"] for row in frame["board"].pop("figures")] == TILE["figure"]
        assert set(frame["board"]) == {"board"}
        found = re.search(r'data-view="([^"]+)"', await (await manager.get("/settings/wall")).text())
        assert found
        renewed = address_in(await post(manager, f"/settings/wall/{found[1]}/renew", {"days": "1"}, 200))
        assert [await status_of(bare, each) for each in (address, renewed)] == [410, 200]
        assert await refused(bare, f"{address}/feed", site.url) == 403
        nowhere = walls.Pass(site.tenants["galaxy"], uuid4(), bytes(16))
        keys = (bytes(32), bytes.fromhex(KEYS["GF_SIGNING_KEY"]))
        forged, unknown = (walls.address(DocumentSigner(key), walls.TILE, nowhere) for key in keys)
        other = renewed.replace("/wall/t/", "")
        assert [await status_of(bare, f"/wall/t/{each}") for each in (forged, unknown)] == [404, 404]
        await post(bare, "/wall/s", {"wall_token": other}, 403)
        async with site.house.app.transaction(site.tenants["galaxy"]) as scope:
            await scope.fetch(
                "UPDATE gf.wall_view SET expires_at = $2 WHERE tenant_id = $1", scope.tenant_id,
                clock.now() - timedelta(seconds=1),
            )  # fmt: skip
        assert await status_of(bare, renewed) == 410


async def test_what_is_not_clear_makes_nothing_and_who_may_not_makes_none(site: Site) -> None:
    manager = await manager_of(site)
    for kind, field in (("screen", {"name": "x\u202e"}), ("screen", {"days": "9999"}), ("tile", {"origins": "x"})):
        page = await post(manager, f"/settings/wall/{kind}", {**(SCREEN if kind == "screen" else TILE), **field}, 422)
        assert 'data-state="error"' in page, field
    assert "data-view=" not in await (await manager.get("/settings/wall")).text()
    viewer = await site.person((await site.people("galaxy"))["client_viewer"], "galaxy")
    await post(viewer, "/settings/wall/screen", SCREEN, 403)
    supervisor = await site.person("sup@harbour.example", "galaxy")
    await post(supervisor, "/settings/wall/screen", SCREEN, 403)


async def test_what_the_call_centre_hangs_up_lives_as_long_as_the_client_lets_it_in_unasked(site: Site) -> None:
    tenant = site.tenants["galaxy"]
    boss = walls.Maker(str(uuid4()), "Ada Wu", "supervisor", staff=True)
    look = TileLook.model_validate({"figures": ["waiting"], "zone": "UTC", "origins": ["https://hall.example"]})
    async with site.house.app.transaction(tenant) as scope:
        with pytest.raises(WallNotAllowed):
            await walls.make(scope, (walls.TILE, "Hall", look), boss, clock.now())
    await _let_in(site, "standing")
    async with site.house.app.transaction(tenant) as scope:
        place = await walls.make(scope, (walls.TILE, "Hall", look), boss, clock.now())
        await walls.change(scope, place.view_id, "Hall 2", look, boss, clock.now())
    async with site.house.app.transaction(tenant) as scope:
        assert (await walls.standing(scope, place, clock.now()))["by_staff"] is True
    await _let_in(site, "client")
    async with site.house.app.transaction(tenant) as scope:
        with pytest.raises(WallOver):
            await walls.standing(scope, place, clock.now())
        for ended in range(2):  # twice is harmless, and one fact
            await walls.revoke(scope, place.view_id, boss, clock.now())
            assert (await walls.one(scope, place.view_id))["revoked_name"] == "Ada Wu", ended
    assert await telling_of(site, str(place.view_id)) == ["WallViewMade", "WallViewChanged", "WallViewRevoked"]


async def _let_in(site: Site, approval: str) -> None:
    source = (EXAMPLES / "galaxy.yaml").read_text(encoding="utf-8") + f"\nstaff_access: {{approval: {approval}}}\n"
    order = Order(by="tests", at=clock.now(), check_flow=check_flow)
    await apply_blueprint(site.house.control, site.house.app, source, order)


@pytest.mark.parametrize(
    "field",
    [
        {"pages": []}, {"pages": ["figures", "figures"]}, {"pages": ["calls"]}, {"seconds": 1}, {"zone": "Mars/Base"},
        {"figures": ["balance"]}, {"figures": []}, {"theme": "neon"}, {"scale": 17}, {"columns": 2}, {"locale": "xx"},
    ],
)  # fmt: skip
def test_a_screen_cannot_look_like_that(field: dict[str, Any]) -> None:
    good = {"pages": ["figures"], "figures": ["waiting"], "zone": "UTC"}
    assert ScreenLook.model_validate(good).seconds == 15
    with pytest.raises(ValidationError):
        ScreenLook.model_validate({**good, **field})


@pytest.mark.parametrize(
    "origin",
    [
        "http://plain.example", "https://a.example/path", "https://*.example", "https://a.example; script-src *",
        "https:",
        "https://a.example\nhttps://b.example", "https://u:p@a.example", "https://a.example?x", "javascript:alert(1)",
        "'none'", "https://a.example:99999", "",
    ],
)  # fmt: skip
def test_no_tile_is_framed_by_that(origin: str) -> None:
    good = {"figures": ["waiting"], "zone": "UTC"}
    look = TileLook.model_validate({**good, "origins": ["https://Intra.example/", "http://localhost:8000"]})
    assert look.origins == ["https://intra.example", "http://localhost:8000"]
    with pytest.raises(ValidationError):
        TileLook.model_validate({**good, "origins": [origin]})
