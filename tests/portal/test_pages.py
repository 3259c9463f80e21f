"""Every page for every role, with real rows behind it; the live feed pushes what the journal got."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import aiohttp
import pytest

from interactions.facts import AgentStateChanged, InteractionQueued, InteractionStarted
from journal import service as journal
from journal.core.facts import SYSTEM
from tests.support.site import Site

PAGES = ("/live", "/interactions", "/work-orders")


async def test_the_clients_manager_sees_every_page_in_its_language(site: Site) -> None:
    manager = await site.person((await site.people("galaxy"))["client_manager"], "galaxy")
    for lang, word in (("en", "Waiting"), ("zh-CN", "等待"), ("zh-HK", "服務水準")):
        for path in PAGES:
            async with manager.get(path, params={"lang": lang}) as answer:
                text = await answer.text()
                assert answer.status == 200, text[-2000:]
                assert answer.headers["Content-Language"] in {"en", "zh-Hans", "zh-Hant"}
                assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
                assert path != "/live" or word in text


async def test_without_a_session_a_page_leads_to_sign_in_and_an_api_says_401(site: Site) -> None:
    async with aiohttp.ClientSession(site.url) as nobody:
        async with nobody.get("/live", headers={"Accept": "text/html"}, allow_redirects=False) as answer:
            assert (answer.status, answer.headers["Location"]) == (303, "/sign-in?next=%2Flive")
        for page in ("/live/queues", "/live/rows/waiting", "/live/seats/S1/desktop", "/desk/check"):
            async with nobody.get(page, headers={"Accept": "text/html"}, allow_redirects=False) as answer:
                assert answer.status == 303, page
        async with nobody.get("/v1/work-orders") as answer:
            assert answer.status == 401
            assert answer.content_type == "application/problem+json"
            assert (await answer.json())["code"] == "not_signed_in"


async def test_an_agent_lands_on_its_desk_and_may_not_watch_the_board(site: Site) -> None:
    _, email = (await site.agents())[0]
    agent = await site.person(email)
    async with agent.get("/", allow_redirects=False) as answer:
        assert answer.headers["Location"] == "/desk"
    async with agent.get("/desk") as answer:
        assert answer.status == 200, (await answer.text())[-1500:]
    async with agent.get("/desk/document") as answer:
        assert (await answer.json())["state"] == "offline"
    async with agent.get("/live") as answer:
        assert answer.status in {403, 409}


async def test_a_button_without_a_floor_says_that_the_floor_is_away_and_changes_nothing(site: Site) -> None:
    _, email = (await site.agents())[0]
    agent = await site.person(email)
    async with agent.post("/desk/state", json={"state": "available"}) as answer:
        assert answer.status == 503
        assert (await answer.json())["code"] == "unavailable"
    async with agent.post("/desk/state", json={"state": "asleep"}) as answer:
        problem = await answer.json()
        assert (answer.status, problem["code"], problem["errors"][0]["pointer"]) == (400, "validation_failed", "/state")


async def test_the_feed_sends_a_snapshot_then_what_the_journal_got_within_a_second(site: Site) -> None:
    tenant = site.tenants["galaxy"]
    manager = await site.person((await site.people("galaxy"))["client_manager"], "galaxy")
    async with manager.ws_connect("/live/feed") as socket:
        first = await _next(socket, "snap")
        assert len(first["board"]["seats"]) == first["board"]["totals"]["seats_rented"] > 0
        queue = first["board"]["queues"][0]
        seat = first["board"]["seats"][0]
        call = uuid4()
        began = asyncio.get_running_loop().time()
        await _call_waits(site, tenant, call, queue)
        delta = await _next(socket, "d")
        assert asyncio.get_running_loop().time() - began < 1
        assert delta["seq"] > first["seq"]
        assert delta["d"]["totals"]["waiting"] == 1
        assert delta["d"]["calls"][0]["contact"] == "+86 138****1234"
        await _agent_is(site, tenant, UUID(seat["agent_id"]), seat["seat"])
        changed = await _next(socket, "d")
        assert changed["d"]["seats"][0]["state"] == "available"
        await socket.send_str('{"t": "resync"}')
        again = await _next(socket, "snap")
        assert again["board"]["totals"]["waiting"] == 1


async def test_a_socket_from_another_origin_is_refused(site: Site) -> None:
    token, _ = await site.cookie((await site.people("galaxy"))["client_manager"], "galaxy")
    async with aiohttp.ClientSession(site.url, headers={"Cookie": f"gf={token}"}) as browser:
        for origin in ("https://evil.example", "null", ""):
            with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
                await browser.ws_connect("/live/feed", headers={"Origin": origin})
            assert refused.value.status == 403


async def test_a_session_that_ended_loses_its_socket_within_seconds(site: Site) -> None:
    manager = await site.person((await site.people("galaxy"))["client_manager"], "galaxy")
    async with manager.ws_connect("/live/feed") as socket:
        await _next(socket, "snap")
        pool = await site.house.control.pool()
        await pool.execute("DELETE FROM control.session")
        async with asyncio.timeout(5):
            while not socket.closed:
                await socket.receive()


async def _next(socket: aiohttp.ClientWebSocketResponse, kind: str) -> dict[str, Any]:
    async with asyncio.timeout(5):
        while True:
            message = await socket.receive()
            assert message.type is aiohttp.WSMsgType.TEXT, message
            frame: dict[str, Any] = json.loads(message.data)
            if frame["t"] == kind:
                return frame


async def _call_waits(site: Site, tenant: Any, call: UUID, queue: dict[str, Any]) -> None:
    now = datetime.now(UTC)
    started = InteractionStarted(
        number="+862150001234",
        contact="+86 138****1234",
        channel="voice",
        direction="inbound",
        flow="main",
        flow_version=1,
    )
    queued = InteractionQueued(queue=queue["code"], queue_id=queue["id"], head_start_s=0)
    async with site.house.app.transaction(tenant) as scope:
        for payload in (started, queued):
            journal.append(scope, payload, subject=call, at=now, actor=SYSTEM)


async def _agent_is(site: Site, tenant: Any, agent: UUID, seat: str) -> None:
    fact = AgentStateChanged(agent_id=str(agent), seat=seat, state="available", reason=None, interaction_id=None)
    async with site.house.app.transaction(tenant) as scope:
        journal.append(scope, fact, subject=agent, at=datetime.now(UTC), actor=SYSTEM)
