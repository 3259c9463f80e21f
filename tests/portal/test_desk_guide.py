"""What the desk reads once in a call, with real rows: guide, history, day, directory; breaks; acts without a floor."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import aiohttp
import asyncpg
import orjson

from interactions.core.agent_record import AgentRecord
from interactions.facts import (
    HoldStarted,
    InteractionConnected,
    InteractionStarted,
    MuteChanged,
    PartyInvited,
    PartyJoined,
    PartyLeft,
)
from interactions.records import Beside, load, save, save_agents
from kit.ids import new_id
from tenants.service import policies
from tests.portal import telling
from tests.support.site import Site

NUMBER, ANOTHER = "+8613812341234", "+8613800001234"
MASKED = "+86 138****1234"
FLOW = """
INSERT INTO gf.flow (tenant_id, code, version, content, digest, published_at)
VALUES ($1, 'asks', 1, $2::jsonb, 'x', now())
"""
DESK = "UPDATE gf.queue SET desk = $3::jsonb WHERE tenant_id = $1 AND id = $2"


async def _known(site: Site, at: telling.Place, subject: UUID, number: str, variables: dict[str, str]) -> None:
    async with site.house.app.transaction(at.tenant) as scope:
        beside = Beside(contact_number=number, resume={"position": {"variables": variables}})
        found = await load(scope, [subject])
        await save(scope, found.values(), {subject: beside})


async def _in_a_call(site: Site, at: telling.Place) -> UUID:
    """Let the second agent talk with a contact who came before, through a flow that asked two things."""
    asked = {"a": {"type": "collect", "into": "account"}, "b": {"type": "collect", "into": "pin", "secure": True}}
    told = {"screen_pop": "https://crm.example/{{caller.e164}}?a={{ivr.account}}&p={{ivr.pin}}&q={{queue.code}}",
            "notes": "{{client.name}}", "wrap_up_ends": False,
            "script": [{"title": "Hi", "text": "I am {{agent.alias}} of {{client.name}}", "kind": "say"}]}  # fmt: skip
    async with site.house.app.transaction(at.tenant) as scope:
        await scope.fetch(FLOW, at.tenant, orjson.dumps({"nodes": asked}).decode())
        await scope.fetch(DESK, at.tenant, at.queue, orjson.dumps(told).decode())
    who = str(at.agents[1])
    story = [InteractionStarted("+862150001234", MASKED, "voice", "inbound", "asks", 1), *telling.arrival(at)[1:],
             *telling.offered(at, 1, "answered"), InteractionConnected(who, str(at.queue), str(uuid4()), 900),
             PartyInvited("p1", "agent", "consult", at.aliases[0], str(at.agents[0]), who), HoldStarted(who),
             PartyJoined("p1", "agent", "consult", "aside", str(at.agents[0])), MuteChanged(who, muted=True),
             PartyInvited("p2", "outside", "conference", "+86 10****4321", None, who),
             PartyLeft("p2", "outside", "conference", None, joined=False, ended_by="party", cause="busy", talk_ms=0),
    ]  # fmt: skip
    call = await telling.tell(site, at.tenant, story)
    await _known(site, at, call, NUMBER, {"account": "47 11", "pin": "9999"})
    async with site.house.app.transaction(at.tenant) as scope:
        stands = [AgentRecord(agent, seat, "talking", None, datetime.now(UTC), call, phone=True)
                  for agent, seat in zip(at.agents, ("S1", "S2"), strict=True)]  # fmt: skip
        await save_agents(scope, stands[1:])
    return call


async def test_a_desk_knows_what_to_say_and_who_called_before(site: Site) -> None:
    at = await telling.place(site)
    long_ago = datetime.now(UTC) - timedelta(days=3)
    for number, begin in ((NUMBER, long_ago), (ANOTHER, long_ago), (NUMBER, None)):
        before = await telling.tell(site, at.tenant, telling.answered(at, recording=uuid4()), begin)
        await _known(site, at, before, number, {})
    call = await _in_a_call(site, at)
    mails = dict(await site.agents("galaxy"))
    agent, other = [await site.person(mails[each]) for each in (at.agents[1], at.agents[0])]

    async def got(who: aiohttp.ClientSession, path: str) -> dict[str, Any]:
        async with who.get(path) as answer:
            text = await answer.text()
            assert answer.status == 200, text
            assert "1381234" not in text
            found: dict[str, Any] = orjson.loads(text)
            return found

    guide = await got(agent, f"/desk/guide?interaction={call}")
    assert guide["script"] == [{"title": "Hi", "text": f"I am {at.aliases[1]} of 银河商城", "kind": "say"}]
    assert guide["screen_pop"] == f"https://crm.example/%2B86138%2A%2A%2A%2A1234?a=47%2011&p=&q={at.queue_code}"
    assert (guide["notes"], guide["version"], guide["on_demand"]) == ("银河商城", 1, False)
    assert [(line["contact"], line["disposition"], line["note"]) for line in guide["history"]] == [
        (MASKED, "已解决", "called back <b>twice</b>")
    ] * 2
    assert guide["history"][0]["at"] > guide["history"][1]["at"]
    shown = (await got(agent, "/desk/document"))["interaction"]
    assert (shown["own"], shown["wrap_up_s"], shown["talk"]["muted"]) == (True, None, True)
    assert shown["talk"]["held_at"] is not None
    assert shown["talk"]["lost"] == {"target": "+86 10****4321", "cause": "busy"}
    (guest,) = shown["talk"]["guests"]
    assert (guest["id"], guest["state"], guest["mine"], guest["by_me"]) == ("p1", "aside", False, True)

    day = await got(agent, "/desk/day")
    assert [(row["handled"], row["wrap_ms"]) for row in day["queues"]] == [(1, 12_000)]
    assert [line["disposition"] for line in day["latest"]] == ["已解决"]
    async with other.get(f"/desk/guide?interaction={call}") as answer:
        assert answer.status == 404  # another agent's; whoever is called in sees it
    async with site.house.app.transaction(at.tenant) as scope:
        await save_agents(
            scope, [AgentRecord(at.agents[0], "S1", "talking", None, datetime.now(UTC), call, phone=True)]
        )
    assert (await got(other, f"/desk/guide?interaction={call}"))["script"]
    called = (await got(other, "/desk/document"))["interaction"]
    assert (called["own"], called["talk"]["guests"][0]["mine"]) == (False, True)
    await _refusals(site, agent, at, call)
    await _not_called_again(site, agent, other, at, call)


async def _not_called_again(
    site: Site, agent: aiohttp.ClientSession, other: aiohttp.ClientSession, at: telling.Place, call: UUID
) -> None:
    """An agent lists the contact that it has, where its client lets agents; who keeps the list takes it off."""

    async def lists(who: aiohttp.ClientSession, status: int, **more: str) -> str:
        body = {"interaction": str(call), "reason": "She wants no calls any more", **more}
        async with who.post("/desk/do-not-call", json=body) as answer:
            told = await answer.json()
            assert answer.status == status, told
            return str(told.get("code", told))

    async def no_call() -> object:
        async with agent.get("/desk/document") as answer:
            return (await answer.json())["interaction"]["no_call"]

    assert (await lists(agent, 403), await no_call()) == ("may_not_list", None)
    admin = await asyncpg.connect(site.house.admin_dsn)
    await admin.execute(
        "UPDATE gf.blueprint SET content = jsonb_set(content, '{callbacks,agents_may_list}', 'true')"
        " WHERE tenant_id = $1", at.tenant,
    )  # fmt: skip
    await admin.close()
    policies._kept.clear()
    assert await no_call() == {"listed": False}
    assert await lists(agent, 400, reason="no") == "reason_not_clear"
    assert await lists(agent, 404, interaction=str(new_id())) == "not_found"
    outsider = await site.person(
        dict(await site.agents("harbour-light"))[(await telling.place(site, "harbour-light")).agents[0]]
    )
    await lists(outsider, 404)
    assert await lists(agent, 200) == "{'added': 1}"
    assert await lists(other, 200) == "{'added': 0}", "whoever is called in may, and again changes nothing"
    assert await no_call() == {"listed": True}
    keeper = await site.person((await site.people("galaxy"))["client_manager"], "galaxy")
    async with keeper.get("/v1/do-not-call") as answer:
        (line,) = (await answer.json())["data"]
    assert (line["contact"], line["source"], line["added_name"]) == (MASKED, "people", at.aliases[1])
    async with keeper.post(f"/v1/do-not-call/{line['id']}/lift", json={"why": "She asked us to call again"}) as answer:
        assert answer.status == 204, await answer.text()
    assert await no_call() == {"listed": False}
    async with site.house.app.transaction(at.tenant) as scope:
        facts = await scope.fetch(
            "SELECT data::text AS data FROM gf.journal WHERE tenant_id = $1 AND kind = 'NumbersListed' ORDER BY seq",
            at.tenant,
        )
        await save_agents(
            scope, [AgentRecord(at.agents[1], "S2", "available", None, datetime.now(UTC), None, phone=True)]
        )
    told = orjson.loads(facts[0]["data"])
    assert (told["by"], told["interaction_id"], told["contact"]) == (str(at.agents[1]), str(call), MASKED)
    assert await lists(agent, 403) == "not_yours", "no more when it has another contact, or none"


async def _refusals(site: Site, agent: aiohttp.ClientSession, at: telling.Place, call: UUID) -> None:
    acts = [({"act": "hold", "interaction": str(call)}, 503), ({"act": "shout", "interaction": str(call)}, 400),
            ({"act": "consult", "interaction": str(call), "kind": "agent"}, 400),
            ({"act": "consult", "interaction": str(call), "kind": "agent", "agent": str(at.agents[0])}, 503),
            ({"act": "consult", "interaction": str(call), "kind": "agent", "agent": str(new_id())}, 404),
            ({"act": "transfer", "interaction": str(new_id()), "kind": "agent", "agent": str(at.agents[0])}, 404),
    ]  # fmt: skip
    for body, status in acts:
        async with agent.post("/desk/call", json=body) as answer:
            assert answer.status == status, (body, await answer.text())
    tasks = [("/desk/task", {"act": "dial", "interaction": str(call)}, 503), ("/desk/task", {"act": "x"}, 400),
             ("/desk/dial", {"interaction": str(call)}, 503), ("/desk/dial", {"client": "nobody", "number": "1"}, 400),
             ("/desk/dial", {"interaction": str(new_id())}, 404)]  # fmt: skip
    for path, body, status in tasks:
        async with agent.post(path, json=body) as answer:
            assert answer.status == status, (path, body, await answer.text())
    async with agent.get("/desk/message", params={"interaction": str(call)}) as answer:
        assert answer.status == 404, "what is no message is not played"
    system = await site.machine("galaxy")
    theirs = {"agent_id": str(at.agents[0])}
    for body, status in (({**theirs, "number": "+8613812341234"}, 503), (theirs, 400),
                         ({"agent_id": str(new_id()), "number": "1"}, 404),
                         ({**theirs, "interaction_id": str(new_id())}, 404)):  # fmt: skip
        async with system.post("/v1/calls", json=body) as answer:
            assert answer.status == status, (body, await answer.text())
    async with system.delete(f"/v1/calls/{call}") as answer:
        assert answer.status == 404, "a contact's own call is not taken back"
    async with agent.post("/desk/state", json={"state": "on_break", "reason": "rejected"}) as answer:
        assert (answer.status, (await answer.json())["code"]) == (400, "break_reason_unknown")
    async with agent.get("/desk", params={"lang": "zh-HK"}, headers={"Accept": "text/html"}) as answer:
        assert "用膳" in await answer.text()  # the centre file's own word
    async with agent.get("/desk/check", headers={"Accept": "text/html"}) as answer:
        assert answer.status == 200
    await _own_keys(agent)
    await _own_break(site)


async def _own_break(site: Site) -> None:
    """A reason that the centre invented has its name on the client's board, in the reader's language, not its code."""
    pool = await site.house.control.pool()
    named = [{"code": "fresh_air", "name": {"en": "Fresh air", "zh-HK": "透透氣"}, "longest_min": 10}]
    await pool.execute("UPDATE control.floor SET breaks = $1::jsonb", orjson.dumps(named).decode())
    manager = await site.person((await site.people("galaxy"))["client_manager"])
    for language, name in (("en", "Fresh air"), ("zh-HK", "透透氣")):
        async with manager.get("/live", params={"lang": language}, headers={"Accept": "text/html"}) as answer:
            shown = await answer.text()
        assert f'"fresh_air": {json.dumps(name)}' in shown


async def _own_keys(agent: aiohttp.ClientSession) -> None:
    """A person's keys are kept; a clash and a key that is none are refused by name, and change nothing."""
    for keys, status, code in (
        ({"hold": "Alt+H"}, 400, "desk_keys_clash"),
        ({"hold": "G", "mute": "G"}, 400, "desk_keys_clash"),
        ({"hold": "F5"}, 400, "desk_key_unknown"),
        ({"dance": "G"}, 400, "desk_key_unknown"),
        ({"hold": "G" * 21}, 400, "validation_failed"),
        ({"hold": "F4", "hang_up": "O"}, 200, None),
    ):
        async with agent.post("/desk/keys", json={"keys": keys}) as answer:
            told = await answer.json()
            assert (answer.status, told.get("code")) == (status, code), told
    assert (told["keys"]["hold"], told["keys"]["hang_up"], told["keys"]["mute"]) == ("F4", "O", "M")
    async with agent.get("/desk", headers={"Accept": "text/html"}) as answer:
        assert '<kbd data-key-of="hang_up">O</kbd>' in await answer.text()
    async with agent.post("/desk/keys", json={"keys": {}}) as answer:
        assert (await answer.json())["keys"]["hang_up"] == "H"
