"""The agent's desk as the client sees it: a real desk in one browser, its client in another, the bytes between."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import aiohttp
import pytest
from playwright.async_api import Browser, Page

from interactions.desktop import service as desktop
from interactions.desktop.core.frames import LARGEST, packed, unpacked
from interactions.facts import DispositionChosen
from interactions.recordings.facts import RecordingBegan, RecordingPaused, RecordingResumed
from tests.portal import telling
from tests.portal.front.desks import accessible, contract, frames, ordered, shared, stands, told
from tests.portal.front.test_site import sees
from tests.support.site import Site

pytestmark = pytest.mark.asyncio(loop_scope="session")
Eventually = Callable[..., Awaitable[Any]]

SECRETS = ("4111111111111111", "4111 1111", "hunter2secret", "+8613812340021", "138****1234", "Ms Confidential")
"""Typed or shown on the desk, and never in a frame: a card, a password, a number whole and masked, a name."""
OTHERS = ("海光", "Harbour", "harbour", "Lighthouse")
"""Words of the agent's other client: its name, its work order on the same desk, its note in the same agent's day."""
OWN = ("银河", "galaxy", "Telescope", "Refund agreed")
"""And those of this one, which the other may not see."""
SEEKS = """(audio, to) => new Promise((done) => {
  audio.addEventListener('seeked', done, { once: true });
  audio.addEventListener('loadedmetadata', () => { audio.currentTime = to; }, { once: true });
  audio.preload = 'auto'; audio.load();
})"""
PLAYS = """(audio, speed) => new Promise((done) => {
  const panel = document.getElementById('desktop-replay'), apart = [];
  audio.currentTime = 0; audio.playbackRate = speed;
  new MutationObserver(() => {
    if (audio.currentTime < 0.1) return;
    apart.push(Math.abs(Number(panel.dataset.drawn) - Number(panel.dataset.at)));
    if (apart.length === 5) { audio.pause(); done(apart.sort((one, other) => one - other)[1] / speed); }
  }).observe(panel, { attributes: true, attributeFilter: ['data-drawn'] });
  audio.play();
})"""
"""The picture and the sound while both go on: how long one waits for the other, in five looks, some of them late."""
ON_THE_DESK = """([card, password, number, name]) => {
  const into = document.querySelector('[data-part="wrap-form"]'), field = document.createElement('input');
  field.type = 'password'; field.id = 'planted'; into.append(field);
  const cc = document.createElement('input');
  cc.autocomplete = 'cc-number'; cc.name = 'card'; cc.value = card; cc.dataset.card = card; into.append(cc);
  document.querySelector('[data-part="who"]').textContent = `${name} ${number}`;
  const line = document.createElement('p'); line.textContent = name; line.title = number;
  document.querySelector('[data-part="history"]').append(line.cloneNode(true));
  document.querySelector('[data-part="because"]').closest('dl').before(line);
}"""


def said(number: object, *events: dict[str, Any]) -> str:
    """A batch as a desk's page sends it."""
    return json.dumps({"n": number, "e": events})


async def greets(socket: aiohttp.ClientWebSocketResponse, page: str = "", since: int = 1, kept: int = 0) -> None:
    """Say which page this is, as a desk does; hear what is stored of it, and that it is to record."""
    now = round(time.time() * 1000)
    await socket.send_json({"page": page or str(uuid4()), "now": now, "server": now, "from": since})
    assert await socket.receive_json() == {"t": "kept", "n": kept}
    assert (await socket.receive_json())["stored"] is True


async def agrees(desk: Page, site: Site) -> None:
    await desk.goto(f"{site.url}/desk")
    await desk.locator('[data-part="view-ask"]').wait_for()
    assert await desk.locator('[data-part="viewed"]').is_hidden()
    await desk.goto(f"{site.url}/desk/check")
    await accessible(desk)
    await desk.locator('[data-client="galaxy"]').get_by_role("button", name="Agree").click()
    await desk.get_by_text("Agreed for this shift.").wait_for()
    await desk.goto(f"{site.url}/desk")
    await desk.locator('[data-part="viewed"]').wait_for()


async def test_a_client_sees_its_own_conversation_on_the_desk_and_nothing_else(
    browser: Browser, front_site: Site, eventually: Eventually
) -> None:
    site = front_site
    at, email = await shared(site)
    people = await site.people("galaxy")
    recording = uuid4()
    call = await telling.tell(site, at.tenant, telling.answered(at, recording=recording))
    (site.settings.recordings_folder / telling.key_of(at, recording)).write_bytes(telling.sound(8))
    theirs = await _of_the_other(site)
    await ordered(site, at, call, "Telescope")
    await stands(site, at, "talking", call)
    manager, watched = await sees(browser, site, people["client_manager"], "galaxy", "en", "light")
    desk, complaints = await sees(browser, site, email, None, "en", "light")
    await _without_contract(site, manager, people)
    await contract(site, view="live_and_stored", viewers=["client_manager"], consent=True, told=True)
    sent, got = frames(desk, "/desk/view"), frames(manager, "/desktop/feed")
    await manager.goto(f"{site.url}/live/seats/S1/desktop")
    await manager.locator('#desktop[data-state="not_agreed"]').wait_for()
    await agrees(desk, site)
    await manager.locator('#desktop[data-state="live"]').wait_for()
    picture = manager.frame_locator(".desktop-stage iframe")
    # drawn as on a screen: paper has no buttons
    await picture.locator("body:has-text('longest idle') .btn:visible").first.wait_for()
    assert await manager.get_attribute(".desktop-stage iframe", "sandbox") == "allow-same-origin"
    await desk.get_by_text("The client sees this screen now: 王经理").wait_for()
    await accessible(manager)
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
    await _other_way(site, theirs, desk, sent)
    await _kept(site, at, call, manager, people)
    await _attacked(site, at, call, email)
    assert (complaints, watched) == ([], [])
    await asyncio.gather(manager.context.close(), desk.context.close())


async def _of_the_other(site: Site) -> tuple[telling.Place, UUID]:
    """What the agent has of its other client: a conversation with the same contact, its note, a work order."""
    harbour, _ = await shared(site, "harbour-light")
    story = telling.answered(harbour, recording=uuid4())
    noted = [replace(each, note="Lighthouse") if isinstance(each, DispositionChosen) else each for each in story]
    call = await telling.tell(site, harbour.tenant, noted)
    await ordered(site, harbour, call, "Lighthouse")
    return harbour, call


async def _other_way(site: Site, theirs: tuple[telling.Place, UUID], desk: Page, sent: list[str]) -> None:
    """The other client's conversation on the same desk: it sees that, and nothing of the first."""
    harbour, call = theirs
    before = len(sent)
    await contract(site, "harbour-light", view="live", viewers=["client_manager"], consent=False)
    await stands(site, harbour, "talking", call)
    person = await site.person((await site.people("harbour-light"))["client_manager"], "harbour-light")
    got = ""
    async with person.ws_connect("/live/seats/S1/desktop/feed") as socket, asyncio.timeout(30):
        await desk.locator('[data-part="viewed"]').wait_for()
        while '"type":2' not in got:
            got += _text(await socket.receive())
        await desk.fill("#note", "Lamp replaced")
        while "Lamp replaced" not in got:
            got += _text(await socket.receive())
    await stands(site, harbour, "available", None)
    assert "海光" in got, "its own name"
    assert [word for word in (*SECRETS, *OWN) if word in got or word in "".join(sent[before:])] == []
    assert await telling.facts_of(site, harbour.tenant, call, "DesktopRecorded") == []
    await contract(site, "harbour-light", view="off")


def _text(said: aiohttp.WSMessage) -> str:
    return str(said.data) if said.type is aiohttp.WSMsgType.TEXT else unpacked(said.data).decode()


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
    await manager.locator('#desktop[data-state="live"]').wait_for()
    await manager.frame_locator(".desktop-stage iframe").get_by_text("longest idle").wait_for()
    await _switched(site, at, call, desk, manager)


async def _switched(site: Site, at: telling.Place, call: UUID, desk: Page, manager: Page) -> None:
    """The client takes its view away, for the queue of the conversation: who watches reads why, at once."""
    people = await site.people("galaxy")
    person = await site.person(people["client_manager"], "galaxy")
    viewer = await site.person(people["client_viewer"], "galaxy")
    staff = await site.person("onboarding@harbour.example", "galaxy")

    async def switched(who: aiohttp.ClientSession, *off: str, status: int = 303) -> None:
        async with who.post("/settings/desks", data=dict.fromkeys(off, "1"), allow_redirects=False) as answer:
            assert answer.status == status, off

    for stranger in (viewer, staff):
        await switched(stranger, "everything", status=403)
    await switched(person, "queues/nowhere", status=400)
    await switched(person, f"queues/{at.queue_code}")
    await manager.locator('#desktop[data-state="withheld"]').wait_for()
    await manager.get_by_text("Your company has switched this view off").wait_for()
    assert await manager.locator(".desktop-stage iframe").count() == 0
    await desk.locator('[data-part="viewed"]').wait_for(state="hidden")
    async with person.get(f"/interactions/{call}/desktop") as answer:
        assert answer.status == 404
    async with viewer.get("/settings/desks", params={"lang": "en"}) as answer:
        assert "off in 1 queue" in await answer.text()
    await switched(person, "everything")
    await switched(person, "everything")
    await switched(person)
    await manager.locator('#desktop[data-state="live"]').wait_for()
    facts = await telling.facts_of(site, at.tenant, at.tenant, "DesktopSwitched")
    assert [(fact["everything"], fact["off"]) for fact in facts] == [(False, [at.queue_code]), (True, []), (False, [])]


async def _kept(site: Site, at: telling.Place, call: UUID, manager: Page, people: dict[str, str]) -> None:
    """It lies sealed beside the recording, is shown in step with it, and both looks are written down."""
    stored = await telling.facts_of(site, at.tenant, call, "DesktopRecorded")
    assert [fact["why"] for fact in stored] == ["paused", "closed", "closed"]
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
    await sound.evaluate(SEEKS, 0.6)
    assert abs(int(await panel.get_attribute("data-at") or "") - before - 600) < 60
    for speed in (2, 0.5):
        assert await sound.evaluate(PLAYS, speed) < 200, speed
    for theme in ("light", "dark"):
        await manager.evaluate("(theme) => { document.documentElement.dataset.bsTheme = theme; }", theme)
        await accessible(manager)
    looked = await telling.facts_of(site, at.tenant, call, "DesktopViewed")
    assert [fact["live"] for fact in looked] == [True, False]


async def _attacked(site: Site, at: telling.Place, call: UUID, email: str) -> None:
    """Only this agent's interaction of now, only events of a desk, only so much; nothing of it is an error of ours."""
    _, theirs = await _of_the_other(site)
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
