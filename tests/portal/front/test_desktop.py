"""The agent's desk as the client sees it: a real desk in one browser, its client in another, the bytes between."""

from __future__ import annotations

import json
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import aiohttp
import asyncpg
import pytest
from playwright.async_api import Browser, Page

from interactions.core.record import AgentRecord
from interactions.desktop import service as desktop
from interactions.desktop.core.frames import LARGEST, packed, unpacked
from interactions.recordings.facts import RecordingBegan, RecordingPaused, RecordingResumed
from interactions.records import save_agents
from journal import service as journal
from journal.core.facts import SYSTEM, Payload
from tenants.service import policies
from tests.portal import telling
from tests.portal.front.test_site import AXE, RUN, TAGS, sees
from tests.support.site import Site

pytestmark = pytest.mark.asyncio(loop_scope="session")
Eventually = Callable[..., Awaitable[Any]]

SECRETS = ("4111111111111111", "4111 1111", "hunter2secret", "+8613812340021", "138****1234", "Ms Confidential")
"""Typed or shown on the desk, and never in a frame: a card, a password, a number whole and masked, a name."""
OTHERS = ("海港", "Harbour", "harbour")
"""Words of the agent's other client."""
ON_THE_DESK = """([card, password, number, name]) => {
  const into = document.querySelector('[data-part="wrap-form"]'), field = document.createElement('input');
  field.type = 'password'; field.id = 'planted'; into.append(field);
  document.querySelector('[data-part="who"]').textContent = `${name} ${number}`;
  const line = document.createElement('p'); line.textContent = name; line.title = number;
  document.querySelector('[data-part="history"]').append(line.cloneNode(true));
  document.querySelector('[data-part="because"]').closest('dl').before(line);
}"""


async def contract(site: Site, **desks: Any) -> None:
    """Let the contract of galaxy say so about desks."""
    admin = await asyncpg.connect(site.house.admin_dsn)
    sql = "UPDATE gf.blueprint SET content = jsonb_set(content, '{contract,desktop}', $1::jsonb) WHERE tenant_id = $2"
    try:
        await admin.execute(sql, json.dumps(desks), site.tenants["galaxy"])
    finally:
        await admin.close()
    policies._kept.clear()


async def stands(site: Site, at: telling.Place, state: str, call: UUID | None) -> None:
    """Let the record say where the agent is."""
    async with site.house.app.transaction(at.tenant) as scope:
        await save_agents(scope, [AgentRecord(at.agents[1], "S1", state, None, datetime.now(UTC), call, phone=True)])


async def told(site: Site, at: telling.Place, call: UUID, *facts: Payload) -> None:
    async with site.house.app.transaction(at.tenant) as scope:
        for fact in facts:
            journal.append(scope, fact, subject=call, at=datetime.now(UTC), actor=SYSTEM)


def frames(page: Page, address: str) -> list[str]:
    """Keep every frame, sent and received, of a page's sockets at this address."""
    kept: list[str] = []

    def take(frame: str | bytes) -> None:
        kept.append(frame if isinstance(frame, str) else unpacked(frame).decode())

    def opened(socket: Any) -> None:
        if address in socket.url:
            socket.on("framesent", take)
            socket.on("framereceived", take)

    page.on("websocket", opened)
    return kept


def said(number: object, *events: dict[str, Any]) -> str:
    """A batch as a desk's page sends it."""
    return json.dumps({"n": number, "e": events})


async def greets(socket: aiohttp.ClientWebSocketResponse, page: str = "", since: int = 1, kept: int = 0) -> None:
    """Say which page this is, as a desk does; hear what is stored of it, and that it is to record."""
    await socket.send_json({"page": page or str(uuid4()), "now": round(time.time() * 1000), "from": since})
    assert await socket.receive_json() == {"t": "kept", "n": kept}
    assert (await socket.receive_json())["stored"] is True


async def agrees(desk: Page, site: Site) -> None:
    await desk.goto(f"{site.url}/desk")
    await desk.locator('[data-part="view-ask"]').wait_for()
    assert await desk.locator('[data-part="viewed"]').is_hidden()
    await desk.goto(f"{site.url}/desk/check")
    await desk.evaluate(AXE)
    assert await desk.evaluate(RUN, TAGS) == []
    await desk.locator('[data-client="galaxy"]').get_by_role("button", name="Agree").click()
    await desk.get_by_text("Agreed for this shift.").wait_for()
    await desk.goto(f"{site.url}/desk")
    await desk.locator('[data-part="viewed"]').wait_for()


async def test_a_client_sees_its_own_conversation_on_the_desk_and_nothing_else(
    browser: Browser, front_site: Site, eventually: Eventually
) -> None:
    site = front_site
    at = await telling.place(site)
    email = next(address for agent, address in await site.agents("galaxy") if agent == at.agents[1])
    people = await site.people("galaxy")
    recording = uuid4()
    call = await telling.tell(site, at.tenant, telling.answered(at, recording=recording))
    await stands(site, at, "talking", call)
    manager, watched = await sees(browser, site, people["client_manager"], "galaxy", "en", "light")
    desk, complaints = await sees(browser, site, email, None, "en", "light")
    await _without_contract(site, manager, people)
    await contract(site, view="live_and_stored", viewers=["client_manager"], consent=True, told=True)
    sent, got = frames(desk, "/desk/view"), frames(manager, "/desktop/feed")
    await manager.goto(f"{site.url}/live/seats/S1/desktop")
    await manager.locator('#desktop[data-state="not_agreed"]').wait_for()
    await agrees(desk, site)
    await manager.locator('#desktop[data-state="live"]').wait_for(timeout=10_000)
    picture = manager.frame_locator(".desktop-stage iframe")
    await picture.get_by_text("longest idle").wait_for()
    assert await manager.get_attribute(".desktop-stage iframe", "sandbox") == "allow-same-origin"
    await desk.get_by_text("The client sees this screen now: 王经理").wait_for()
    await manager.evaluate(AXE)
    assert await manager.evaluate(RUN, TAGS) == []
    await told(site, at, call, RecordingBegan(str(recording), "policy", None, announced=True))
    await _types_secrets(desk)

    async def typed() -> bool:
        return "Refund agreed" in await picture.locator("textarea").input_value()

    await eventually(typed)
    await _pauses(site, at, call, desk, manager, eventually)
    await stands(site, at, "available", None)
    await manager.locator('#desktop[data-state="idle"]').wait_for()
    await desk.locator('[data-part="viewed"]').wait_for(state="hidden")
    everything = "\n".join([*sent, *got])
    assert len(everything) > 10_000
    assert "Refund agreed" in everything
    assert [word for word in (*SECRETS, *OTHERS) if word in everything] == []
    assert (complaints, watched) == ([], [])
    await _kept(site, at, call, manager, people)
    await _attacked(site, at, call, email)
    await manager.context.close()
    await desk.context.close()


async def _without_contract(site: Site, manager: Page, people: dict[str, str]) -> None:
    """Absent, not disabled: no page, no link, no socket."""
    answer = await manager.goto(f"{site.url}/live/seats/S1/desktop")
    assert answer is not None
    assert answer.status == 404
    await manager.goto(f"{site.url}/live")
    assert await manager.locator("[data-desktop]").count() == 0
    person = await site.person(people["client_manager"], "galaxy")
    with pytest.raises(aiohttp.WSServerHandshakeError):
        await person.ws_connect("/live/seats/S1/desktop/feed")


async def _types_secrets(desk: Page) -> None:
    await desk.evaluate(ON_THE_DESK, [SECRETS[0], SECRETS[2], SECRETS[3], SECRETS[5]])
    await desk.locator('[data-part="wrap"]').wait_for()
    await desk.fill("#planted", SECRETS[2])
    await desk.locator("#note").press_sequentially("Refund agreed 4111 1111 1111 1111")
    await desk.locator('[data-part="outcome-search"]').evaluate("(field) => { field.hidden = false; }")
    await desk.fill('[data-part="outcome-search"]', SECRETS[0])


async def _pauses(site: Site, at: telling.Place, call: UUID, desk: Page, manager: Page, eventually: Eventually) -> None:
    """Card data is given: nothing is seen, and then a whole new picture."""
    recording = str(uuid4())
    await told(site, at, call, RecordingPaused(recording, "card_data", 1000, str(at.agents[1])))
    await manager.locator('#desktop[data-state="paused"]').wait_for()
    assert await manager.locator(".desktop-stage iframe").count() == 0
    await desk.locator("#note").press_sequentially(" while paused")
    await told(
        site, at, call,
        RecordingResumed(recording, "card_data", datetime.now(UTC).isoformat(), 1000, 900, "agent", str(at.agents[1])),
    )  # fmt: skip
    await manager.locator('#desktop[data-state="live"]').wait_for(timeout=10_000)
    await manager.frame_locator(".desktop-stage iframe").get_by_text("longest idle").wait_for()


async def _kept(site: Site, at: telling.Place, call: UUID, manager: Page, people: dict[str, str]) -> None:
    """It lies sealed beside the recording, is shown in step with it, and both looks are written down."""
    stored = await telling.facts_of(site, at.tenant, call, "DesktopRecorded")
    assert [fact["why"] for fact in stored] == ["paused", "closed"]
    async with site.house.app.transaction(at.tenant) as scope:
        rows = await desktop.parts(scope, call)
    person = await site.person(people["client_manager"], "galaxy")
    async with person.get(f"/interactions/{call}/desktop") as answer:
        lines = (await answer.text()).splitlines()
    events = [event for line in lines for event in json.loads(line)]
    assert len(rows) == len(stored)
    assert {event["type"] for event in events} == {2, 3, 4, 5}
    assert [event["data"]["tag"] for event in events if event["type"] == 5] == ["pause", "resume"]
    assert all(abs(event["timestamp"] / 1000 - datetime.now(UTC).timestamp()) < 120 for event in events)
    other = await site.person((await site.people("harbour-light"))["client_manager"], "harbour-light")
    viewer = await site.person(people["client_viewer"], "galaxy")
    for stranger in (other, viewer):
        async with stranger.get(f"/interactions/{call}/desktop") as answer:
            assert answer.status == 404
    await manager.goto(f"{site.url}/interactions/{call}")
    await manager.get_by_role("button", name="Show what was on the desk").click()
    await manager.frame_locator(".desktop-stage iframe").get_by_text("longest idle").wait_for()
    panel, sound = manager.locator("#desktop-replay"), manager.locator("audio[data-recording]")
    before = int(await panel.get_attribute("data-at") or "")
    await sound.evaluate("""(audio) => new Promise((done) => {
      audio.addEventListener("seeked", done, { once: true });
      audio.addEventListener("loadedmetadata", () => { audio.currentTime = 0.6; }, { once: true });
      audio.preload = "auto"; audio.load();
    })""")
    assert abs(int(await panel.get_attribute("data-at") or "") - before - 600) < 60
    looked = await telling.facts_of(site, at.tenant, call, "DesktopViewed")
    assert [fact["live"] for fact in looked] == [True, False]


async def _attacked(site: Site, at: telling.Place, call: UUID, email: str) -> None:
    """Only this agent's interaction of now, only events of a desk, only so much; nothing of it is an error of ours."""
    harbour = await telling.place(site, "harbour-light")
    theirs = await telling.tell(site, harbour.tenant, telling.answered(harbour, recording=uuid4()))
    person = await site.person(email)
    for interaction in (call, theirs, uuid4()):  # not any more, another client's, nobody's
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await person.ws_connect(f"/desk/view?interaction={interaction}")
    await stands(site, at, "talking", call)
    before = len(await telling.facts_of(site, at.tenant, call, "DesktopRecorded"))
    script = {"type": 2, "tagName": "script", "attributes": {"src": "https://evil.example"}, "childNodes": [], "id": 2}
    whole = {"type": 2, "timestamp": 1, "data": {"node": {"type": 0, "id": 1, "childNodes": [script]}}}
    attacks: tuple[tuple[str | bytes, int | None], ...] = (
        (said(1, whole), None),
        ("[]", 1003),
        (said(1, {"type": 9, "timestamp": 1, "data": {}}), 1003),
        (said("1", whole), 1003),
        (packed(bytes(LARGEST + 1)), 1003),  # grows past its bound
        (b"no frame", 1003),
    )
    for text, code in attacks:
        async with person.ws_connect(f"/desk/view?interaction={call}") as socket:
            await greets(socket)
            await (socket.send_str(text) if isinstance(text, str) else socket.send_bytes(text))
            if code is not None:
                assert (await socket.receive()).type is aiohttp.WSMsgType.CLOSE
                assert socket.close_code == code
    stored = await telling.facts_of(site, at.tenant, call, "DesktopRecorded")
    assert len(stored) == before + 1
    async with (await site.person((await site.people("galaxy"))["client_manager"], "galaxy")).get(
        f"/interactions/{call}/desktop"
    ) as answer:
        assert "evil" not in await answer.text()
    async with person.post("/desk/view/consent", json={"client": "harbour-light", "given": True}) as answer:
        assert answer.status == 404  # its contract shows no desks
    await contract(site, view="off")
    with pytest.raises(aiohttp.WSServerHandshakeError):
        await person.ws_connect(f"/desk/view?interaction={call}")
