"""A client changes its running centre by page and API: within its contract, once, seen by the call centre."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable
from datetime import UTC, datetime
from html import unescape
from typing import Any
from uuid import UUID, uuid4

import aiohttp
import orjson
import pytest

from app.flows import check_flow
from journal import service as journal
from tenants.service.blueprints import Order, apply_blueprint
from tests.ivr.test_uploads import tone
from tests.portal import telling
from tests.portal.test_holds import post
from tests.portal.test_records import manager, read
from tests.support.site import EXAMPLES, Site

NUMBER, OTHER = "+862150001234", "+864008001234"
Answer = tuple[int, dict[str, Any]]


async def call(
    who: aiohttp.ClientSession, method: str, path: str = "", body: object = None, *, key: str = "", seen: str = ""
) -> Answer:
    headers = {"Idempotency-Key": key or str(uuid4())} | ({"If-Match": seen} if seen else {})
    async with who.request(method, f"/v1/controls{path}", json=body, headers=headers) as answer:
        return answer.status, await answer.json() if answer.status != 204 else {}


async def test_a_clients_system_acts_within_its_contract(site: Site) -> None:
    machine, stranger = await site.machine("galaxy"), await site.machine("harbour-light")
    closed = {"scope": "number", "target": NUMBER, "opening": "closed", "until": "60", "reason": "fire alarm"}
    status, made = await call(machine, "POST", "/hours", closed, key="once")
    assert (status, made["opening"], made["role"]) == (201, "closed", "client_system")
    assert (await call(machine, "POST", "/hours", closed, key="once"))[1]["id"] == made["id"]
    assert (await call(machine, "POST", "/hours", {**closed, "opening": "open"}, key="once"))[0] == 422
    await _two_at_once(machine, closed, made["id"])
    for path, body, code in (
        ("/hours", {**closed, "target": "+85221800000"}, "control_not_clear"),
        ("/hours", {**closed, "scope": "queue", "target": "care", "opening": "open"}, "control_not_clear"),
        ("/hours", {**closed, "target": OTHER, "until": "25:00"}, "control_not_clear"),
        ("/hours", {**closed, "target": OTHER, "until": "1441"}, "beyond_agreed"),
        ("/priorities", {"target": "care", "seconds": 301, "reason": "x"}, "beyond_agreed"),
        ("/priorities", {"target": "care", "seconds": -180, "reason": "x"}, "beyond_agreed"),
        ("/pauses", {"target": NUMBER, "reason": "x"}, "control_not_clear"),
        ("/pauses", {"target": NUMBER, "prompt": "nowhere", "reason": "x"}, "control_not_clear"),
        ("/announcements", {"scope": "queue", "target": "care", "texts": {"en": "hi"}, "reason": "x"},
         "control_not_clear"),
        ("/announcements", {"scope": "queue", "target": "care", "sounds": {"zh-CN": f"sha256:{'0' * 64}"},
                            "reason": "x"}, "control_not_clear"),
        ("/hours", {**closed, "target": OTHER, "reason": "\u202e"}, "control_not_clear"),
    ):  # fmt: skip
        assert (await call(machine, "POST", path, body))[1]["code"] == code, body
    await _asks_people(site, machine, stranger)
    assert (await call(stranger, "GET"))[1]["in_force"] == []
    for method in ("GET", "DELETE"):
        assert (await call(stranger, method, f"/{made['id']}"))[0] == 404
    at = site.tenants["galaxy"]
    async with site.house.app.transaction(at) as scope:
        facts = await journal.read(scope, kinds=["HoursOverridden", "ControlEnded"])
    told = [(fact.kind, fact.data.get("why")) for fact in facts]
    assert told == [("HoursOverridden", None), ("ControlEnded", "replaced"), ("HoursOverridden", None)]


async def _asks_people(site: Site, machine: aiohttp.ClientSession, stranger: aiohttp.ClientSession) -> None:
    """A system writes to people once for each key, and asks for somebody who has ears."""
    at = await telling.place(site)
    people = await site.people("galaxy")
    manager_, viewer = people["client_manager"], people["client_viewer"]
    said = {"text": "今天促销"}
    first = await call(machine, "POST", "/messages", said, key="said")
    assert first[0] == 201
    assert await call(machine, "POST", "/messages", said, key="said") == first
    assert (await call(machine, "POST", "/messages", {**said, "agent": str(at.agents[0])}))[0] == 201
    wish = {"queue": str(at.queue), "reason": "新话术"}
    made = await call(machine, "POST", "/listening", {**wish, "person": manager_})
    assert made[0] == 201
    other = (await site.people("harbour-light"))["client_manager"]
    for who, path, body, code in (
        (machine, "/messages", {**said, "agent": str(uuid4())}, "not_found"),
        (machine, "/messages", {"text": " "}, "message_not_clear"),
        (stranger, "/messages", {**said, "agent": str(at.agents[0])}, "not_found"),
        (machine, "/listening", wish, "not_found"),
        (machine, "/listening", {**wish, "person": other}, "not_found"),
        (machine, "/listening", {**wish, "person": "a\0b"}, "validation_failed"),
        (machine, "/listening", {**wish, "person": viewer}, "not_agreed"),
        (machine, "/listening", {"reason": "x", "person": manager_}, "not_found"),
        (stranger, "/listening", {**wish, "person": other}, "not_found"),
    ):
        assert (await call(who, "POST", path, body))[1]["code"] == code, body
    asked = (await call(machine, "GET", "/asks"))[1]["asks"]
    assert [(each["id"], each["kind"], each["role"]) for each in asked] == [
        (made[1]["id"], "listen", "client_manager"), (first[1]["id"], "message", "client_system"),
    ]  # fmt: skip
    assert (await call(stranger, "GET", "/asks"))[1]["asks"] == []


async def _two_at_once(machine: aiohttp.ClientSession, closed: dict[str, Any], first: str) -> None:
    """Whoever does not know what is in force changes nothing; who replaces it says so."""
    other = {**closed, "opening": "open"}
    status, refused = await call(machine, "POST", "/hours", other)
    assert (status, refused["code"], refused["in_force"]) == (409, "control_in_force", first)
    assert (await call(machine, "POST", "/hours", other, seen=f'"{UUID(int=1)}"'))[1]["code"] == "control_changed"
    status, second = await call(machine, "POST", "/hours", other, seen=f'"{first}"')
    assert status == 201
    assert (await call(machine, "POST", "/hours", closed, seen=f'"{first}"'))[0] == 412
    listed = (await call(machine, "GET"))[1]
    assert [each["id"] for each in listed["in_force"]] == [second["id"]]
    assert [(each["id"], each["ended_why"]) for each in listed["ended"]] == [(first, "replaced")]
    assert (await call(machine, "GET", f"/{second['id']}"))[1]["opening"] == "open"


async def test_a_manager_acts_on_the_page_and_the_contract_ends_it(site: Site) -> None:
    reader = await manager(site)
    people = await site.people("galaxy")
    viewer = await site.person(people["client_viewer"], "galaxy")
    assert "Everything runs as it is set up" in await read(reader, "/control", lang="en")
    form = {"act": "priority", "about": "queue:care", "seconds": "180", "until": "today", "reason": "many wait"}
    await post(reader, "/control", 422, **{**form, "reason": ""})
    await post(reader, "/control", 422, **{**form, "seconds": "x"})
    async with reader.get("/control/preview", params={"text": "您好", "language": "zh-CN"}) as heard:
        assert (heard.status, (await heard.read())[:4]) == (200, b"RIFF")
    async with reader.get("/control/preview", params={"text": "a\0b", "language": "zh-CN"}) as refused:
        assert refused.status == 400
    await post(viewer, "/control", 403, **form)
    await _uploads(reader)
    await post(reader, "/control", 303, **form)
    page = await read(reader, "/control", lang="en")
    assert "180 s forward" in page
    assert "many wait" in page
    again = await post(reader, "/control", 409, **form)
    (act,) = (await call(await site.machine("galaxy"), "GET"))[1]["in_force"]
    assert f'name="seen" value="{act["id"]}"' in again
    await post(reader, "/control", 303, **{**form, "seconds": "60", "seen": act["id"]})
    boss = await site.person("sup@harbour.example")
    async with boss.get("/floor/document") as answer:
        (shown,) = (await answer.json())["acts"]
    assert (shown["act"], shown["target"], shown["how"], shown["client"]) == (
        "priority", "care", 60, str(site.tenants["galaxy"]),
    )  # fmt: skip
    supervisor = await read(await site.person("sup@harbour.example", "galaxy"), "/control", lang="en")
    assert "60 s forward" in supervisor
    assert "take-back" not in supervisor, "the call centre sees it, and the client changes it"
    sentences = await read(reader, "/settings/audit", lang="en")
    assert "moved the queue care by 60 seconds of waiting until" in sentences
    await post(reader, f"/control/{shown['id']}/take-back")
    await post(reader, f"/control/{shown['id']}/take-back")
    await post(reader, f"/control/{uuid4()}/take-back", 404)
    assert "Everything runs as it is set up" in await read(reader, "/control", lang="en")
    await _contract_ends_it(site, reader)


async def _uploads(reader: aiohttp.ClientSession) -> None:
    """An announcement of one's own sound is judged by its content, kept for phones, and taken back."""
    for sound, status in ((b"RIFF no sound", 422), (tone(1.0), 303)):
        form = aiohttp.FormData({"act": "announcement", "about": "queue:care", "until": "60", "reason": "own voice"})
        form.add_field("sound-zh-CN", sound, filename="voice.wav", content_type="audio/wav")
        async with reader.post("/control", data=form, allow_redirects=False) as answer:
            assert answer.status == status
    async with reader.get("/v1/controls") as answer:
        (act,) = (await answer.json())["in_force"]
    assert act["sounds"]["zh-CN"].startswith("sha256:")
    await post(reader, f"/control/{act['id']}/take-back")


async def _contract_ends_it(site: Site, reader: aiohttp.ClientSession) -> None:
    """A contract that allows less ends what it does not allow, in its own transaction; the rest stays."""
    about = {"about": "queue:care", "until": "60", "reason": "storm"}
    await post(reader, "/control", 303, **about, act="hours", opening="closed")
    await post(reader, "/control", 303, **about, act="announcement", waiting="1", **{"text-zh-CN": "台风来袭"})
    await agree(site, "    hours: true", "    hours: false")
    machine = await site.machine("galaxy")
    listed = (await call(machine, "GET"))[1]
    assert [(each["act"], each["texts"]) for each in listed["in_force"]] == [("announcement", {"zh-CN": "台风来袭"})]
    assert (listed["ended"][0]["act"], listed["ended"][0]["ended_why"]) == ("hours", "contract")
    page = await read(reader, "/control", lang="en")
    assert "Not part of your contract" in page
    assert 'id="form-hours"' not in page
    await post(reader, "/control", 403, **about, act="hours", opening="closed")
    await _contract_names_it(site, reader, machine)


async def agree(site: Site, old: str, new: str) -> None:
    """Publish Galaxy's blueprint with one thing in it written otherwise."""
    source = (EXAMPLES / "galaxy.yaml").read_text(encoding="utf-8")
    assert old in source
    order = Order(by="tester", at=datetime.now(UTC), check_flow=check_flow, why="it is agreed otherwise")
    await apply_blueprint(site.house.control, site.house.app, source.replace(old, new), order)


ONLY = f"""
    only: {{hours: {{numbers: ["{NUMBER}"]}}, announcements: {{numbers: ["{NUMBER}"]}}, priority: {{queues: [returns]}},
           message_seats: {{queues: [returns]}}, ask_listening: {{queues: [returns]}}}}
"""
"""One of Galaxy's two numbers, and one of its two queues."""


async def _contract_names_it(site: Site, reader: aiohttp.ClientSession, machine: aiohttp.ClientSession) -> None:
    """What the contract does not name ends, is refused by page and API with its place, and has no button."""
    at = await telling.place(site)
    await agree(site, "    ask_listening: true\n", f"    ask_listening: true{ONLY}")
    listed = (await call(machine, "GET"))[1]
    assert (listed["in_force"], listed["ended"][0]["ended_why"]) == ([], "contract"), "the announcement was for a queue"
    assert listed["agreed"]["only"]["hours"] == [{"scope": "number", "target": NUMBER}]
    assert "pause_numbers" not in listed["agreed"]["only"]
    closed = {"scope": "number", "opening": "closed", "reason": "x"}
    said = {"scope": "queue", "target": "care", "texts": {"zh-CN": "x"}, "reason": "x"}
    for method, path, body, pointer in (
        ("POST", "/hours", {**closed, "target": OTHER}, "/target"),
        ("POST", "/hours", {**closed, "scope": "queue", "target": "returns"}, "/target"),
        ("POST", "/announcements", said, "/target"),
        ("POST", "/priorities", {"target": "care", "seconds": 60, "reason": "x"}, "/target"),
        ("POST", "/messages", {"text": "x", "agent": str(at.agents[1])}, "/agent"),
        ("POST", "/listening", {"queue": str(at.queue), "reason": "x", "person": "wang@galaxy.example"}, "/queue"),
    ):
        status, refused = await call(machine, method, path, body)
        assert (status, refused["code"], refused["errors"][0]["pointer"], refused["errors"][0]["code"]) == (
            403, "not_agreed", pointer, "not_named",
        ), path  # fmt: skip
    form = {"act": "hours", "opening": "closed", "until": "60", "reason": "x"}
    await post(reader, "/control", 403, **form, about=f"number:{OTHER}")
    assert (await say(reader, "/control/listening", queue=str(at.queue), reason="x"))[1]["code"] == "not_agreed"
    assert (await say(reader, "/control/messages", text="x", agent=str(at.agents[1])))[1]["code"] == "not_agreed"
    assert (await say(reader, "/control/messages", text="x", agent=str(at.agents[0])))[0] == 201, "serves returns"
    page = await read(reader, "/control", lang="en")
    offered = set(re.findall(r'<option value="((?:number|queue|calendar):[^"]{,20})"', page))
    assert offered == {f"number:{NUMBER}", f"number:{OTHER}", "queue:returns"}, "both may be paused"
    hours = page[page.index('id="form-hours"') : page.index('id="form-pause"')]
    assert OTHER not in hours
    assert f'value="{at.agents[1]}"' not in page
    assert f'value="queue:{at.queue}"' not in page
    board = unescape(await read(reader, "/live", lang="en"))
    assert set(re.findall(r"act=(\w+)&about=number%3A%2B(\d+)", board)) == {
        ("hours", NUMBER[1:]), ("announcement", NUMBER[1:]), ("pause", NUMBER[1:]), ("pause", OTHER[1:]),
    }  # fmt: skip
    queues, seats = (
        orjson.loads(re.findall(f"data-{name}='?\"?(.*?)['\"]? data-", board)[0]) for name in ("queues", "seats")
    )
    assert [(row["code"], row["act"]) for row in queues.values()] == [("returns", "priority")]
    assert seats[at.aliases[0]]["asks"] == ["message_seats", "ask_listening"]
    assert at.aliases[1] not in seats
    await post(reader, "/control", 303, **form, about=f"number:{NUMBER}")
    (act,) = (await call(machine, "GET"))[1]["in_force"]
    await agree(site, "  controls:\n", "  controls:\n    roles: [client_manager]\n")
    assert (await call(machine, "DELETE", f"/{act['id']}"))[1]["code"] == "not_agreed", "no system any more"
    await post(reader, f"/control/{act['id']}/take-back")


async def frame(socket: aiohttp.ClientWebSocketResponse, wanted: Callable[[Any], bool]) -> None:
    """Take frames until one is as wanted; the socket's own end, or the test's, ends it otherwise."""
    while not wanted(await socket.receive_json()):
        pass


async def pushed(site: Site, acts: int) -> list[float]:
    """Let a system do so many acts; return after how many seconds a supervisor's open floor had each of them."""
    machine, reader = await site.machine("galaxy"), await manager(site)
    boss, after = await site.person("sup@harbour.example"), []
    stranger = await site.person((await site.people("harbour-light"))["client_manager"], "harbour-light")
    body = {"scope": "number", "target": OTHER, "opening": "closed", "until": "60", "reason": "drill"}
    async with (
        asyncio.timeout(60), boss.ws_connect("/floor/feed") as floor, reader.ws_connect("/control/feed") as page,
        reader.ws_connect("/live/feed") as board, stranger.ws_connect("/control/feed") as other,
    ):  # fmt: skip
        first = await page.receive_json()
        theirs = await other.receive_json()
        await frame(floor, lambda each: each["t"] == "snap" and bool(each["floor"]["clients"]))
        for _ in range(acts):
            began = time.perf_counter()
            made = (await call(machine, "POST", "/hours", body))[1]["id"]
            await frame(floor, lambda each: made in orjson.dumps(each).decode())  # noqa: B023 - awaited here
            after.append(time.perf_counter() - began)
            await frame(board, lambda each: made in orjson.dumps(each).decode())  # noqa: B023 - as above
            await frame(page, lambda each: each["acts"] != first["acts"])
            assert (await call(machine, "DELETE", f"/{made}"))[0] == 204
            await frame(page, lambda each: each["acts"] == first["acts"])
        await call(machine, "POST", "/messages", {"text": "hello"})
        await frame(page, lambda each: each["asks"] != first["asks"])
        with pytest.raises(TimeoutError):
            await other.receive_json(timeout=0.01)
        assert theirs == first | {"asks": 0}, "nothing of another client is told"
    return after


async def test_supervisors_and_the_clients_own_pages_are_told_at_once(site: Site) -> None:
    assert len(await pushed(site, 2)) == 2


async def say(who: aiohttp.ClientSession, path: str, **body: object) -> Answer:
    async with who.post(path, json=body, headers={"Accept": "application/json"}) as answer:
        return answer.status, await answer.json()


async def get(who: aiohttp.ClientSession, path: str) -> list[dict[str, Any]]:
    async with who.get(path, headers={"Accept": "application/json"}) as answer:
        assert answer.status == 200
        return (await answer.json())["asks"]  # type: ignore[no-any-return]


async def test_a_client_writes_to_people_and_asks_to_listen(site: Site) -> None:
    at = await telling.place(site)
    reader, boss = await manager(site), await site.person("sup@harbour.example")
    viewer = await site.person((await site.people("galaxy"))["client_viewer"], "galaxy")
    stranger = await site.person((await site.people("harbour-light"))["client_manager"], "harbour-light")
    agent, tenant = str(at.agents[1]), str(at.tenant)
    assert (await say(viewer, "/control/messages", text="hello"))[1]["code"] == "not_agreed"
    assert (await say(reader, "/control/messages", text="今天促销，请多留意退款"))[0] == 201
    assert (await say(reader, "/control/messages", text=" "))[1]["code"] == "message_not_clear"
    assert (await say(reader, "/control/messages", text="您好", agent=agent))[0] == 201
    assert (await say(stranger, "/control/messages", text="您好", agent=agent))[0] == 404
    assert (await say(stranger, "/control/listening", agent=agent, reason="x"))[0] == 404
    assert (await say(reader, "/control/listening", queue=str(at.queue), reason="新话术"))[0] == 201
    assert (await say(reader, "/control/listening", reason="neither"))[0] == 404
    wish, message = await get(boss, "/floor/asks")
    assert (wish["kind"], wish["about"], wish["open"]) == ("listen", at.queue_name, True)
    about = {"ask_id": message["id"], "tenant_id": tenant}
    assert (await say(stranger, "/floor/asks", **about, do="read"))[0] == 403
    assert (await say(boss, "/floor/asks", **about, do="granted", text="yes"))[0] == 404
    assert (await say(boss, "/floor/asks", **about, do="read"))[0] == 200
    assert (await say(boss, "/floor/asks", **about, do="answer", text="好的"))[0] == 200
    assert (await say(boss, "/floor/asks", **about, do="answer", text="again"))[1]["code"] == "message_answered"
    asked = {"ask_id": wish["id"], "tenant_id": tenant}
    assert (await say(reader, "/control/listen", ask_id=wish["id"]))[0] == 404, "nobody has let it"
    assert (await say(boss, "/floor/asks", **asked, do="granted", text=""))[1]["code"] == "message_not_clear"
    assert (await say(boss, "/floor/asks", **asked, do="granted", text="请听"))[0] == 200
    assert (await say(boss, "/floor/asks", **asked, do="declined", text="no"))[1]["code"] == "ask_decided"
    assert (await say(reader, "/control/listen", ask_id=wish["id"]))[1]["code"] == "nobody_to_hear"
    assert (await say(stranger, "/control/listen", ask_id=wish["id"]))[0] == 404
    own = {each["kind"]: each for each in await get(reader, "/control/asks")}
    assert (own["message"]["answer"], own["message"]["read"]) == ("好的", True)
    assert (own["listen"]["decision"], own["listen"]["hears"]) == ("granted", False)
    assert own["seat"]["about"] == at.aliases[1]
    assert await get(stranger, "/control/asks") == []
    async with site.house.app.transaction(at.tenant) as scope:
        stored = [dict(row) for row in await scope.fetch("SELECT text, answer FROM gf.client_ask")]
        told = [fact.data for fact in await journal.read(scope, limit=10_000) if fact.kind.startswith("Supervisor")]
    assert "促销" not in f"{stored}{told}"
