"""Calls that a client's system begins over HTTP, with a real floor behind the bus: a phone rings, once for each key."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import aiohttp
import pytest

from interactions.nocall import service as do_not_call
from interactions.nocall.service import Wanted, Who
from kit.bus import Bus
from kit.clock import now
from switchboard.services import FloorServices
from telephony.port import Cause, Engine
from tenants.service.floors import floor_configuration
from tests.portal.test_holds import post
from tests.portal.test_records import read
from tests.support.site import Site
from tests.switchboard.world import CONTACT, START, World, seconds
from workorders.core.doer import Doer
from workorders.core.states import Side
from workorders.schemas import NewWorkOrder
from workorders.service import changes

LISTED = "+8613900001111"


class SiteWorld(World):
    """A site's centre on the simulator; its floor answers on the site's bus."""

    bus: Bus

    def services(self, engine: Engine | None = None) -> FloorServices:
        return replace(super().services(engine), serve=self.bus.serve)


@pytest.fixture
async def world(site: Site, tmp_path: Path) -> AsyncIterator[SiteWorld]:
    made = SiteWorld(site.house, tmp_path / "floor", site.house.app)
    made.bus = Bus(site.settings.redis_url.get_secret_value())
    made.alpha = site.tenants["galaxy"]
    configuration = await floor_configuration(site.house.control, site.house.app, "main", START)
    made.aliases, made.secrets = configuration.aliases, {desk.id: desk.secret for desk in configuration.desks}
    await made.take_floor()
    yield made
    await made.switchboard.close()
    await made.bus.close()


async def begin(
    system: aiohttp.ClientSession, key: str | None = None, **body: object
) -> tuple[int, dict[str, Any], bool]:
    headers = {} if key is None else {"Idempotency-Key": key}
    async with system.post("/v1/calls", json=body, headers=headers) as answer:
        return answer.status, await answer.json(), "Idempotency-Replayed" in answer.headers


async def test_a_system_lets_an_agent_call_once_for_each_key(site: Site, world: SiteWorld) -> None:
    system = await site.machine("galaxy")
    agent_id, _ = (await site.agents("galaxy"))[0]
    agent = next(each.agent_id for each in world.aliases if each.id == agent_id)
    seat = world.loop.floor.agents[agent].seat
    phone, mobile = await world.phone(str(seat)), await world.phones.outside(CONTACT)
    await world.quiet()
    assert (await begin(system, agent_id=str(agent_id), number=CONTACT))[1]["code"] == "not_possible_now", "signed off"
    await _on_break(site)
    async with site.house.app.transaction(world.alpha) as scope:
        wanted = Wanted([LISTED], "it does not want calls", None, "")
        await do_not_call.add(scope, wanted, Who("user", "u", "Wang"), START)
    asked: dict[str, object] = {"agent_id": str(agent_id), "number": CONTACT}
    refused: tuple[tuple[dict[str, object], str], ...] = (
        ({"number": "110"}, "not_possible_now"), ({"number": "1"}, "not_possible_now"),
        ({"number": LISTED}, "do_not_call"), ({"queue": "harbour-light"}, "command_unknown"),
    )  # fmt: skip
    for n, (other, code) in enumerate(refused):
        status, told, _ = await begin(system, f"refused-{n}", **{**asked, **other})
        assert (status, told["code"]) == (409, code), other
    first = await begin(system, "key-1", **asked)
    again = await begin(system, "key-1", **asked)
    assert (first[0], first[2], again[2]) == (202, False, True)
    assert first[1] == again[1]
    assert (await begin(system, "key-1", **{**asked, "queue": "care"}))[1]["code"] == "idempotency_key_reused"
    assert (await begin(system, "key-2", **asked))[1]["code"] == "not_possible_now", "the agent is busy"
    await world.answer(phone)
    await world.quiet()
    await (await mobile.incoming(seconds(1))).reject(Cause.BUSY)
    await world.quiet()
    assert len(phone.conversations) == 1
    async with system.get(f"/v1/interactions/{first[1]['interaction_id']}") as answer:
        shown = await answer.json()
    assert [shown[name] for name in ("task", "direction", "result", "outcome")] == [
        "call",
        "outbound",
        "busy",
        "unreached",
    ]
    await _a_client_asks_to_call_back(site, world, first[1]["interaction_id"])
    await _a_supervisor_looks_after_what_waits(site, world)


async def _a_client_asks_to_call_back(site: Site, world: SiteWorld, about: str) -> None:
    """One button at the desk takes the client's task in hand and rings the agent's phone for the contact."""
    agent_id, mail = (await site.agents("galaxy"))[0]
    doer = Doer(Side.OUTSOURCER, "agent", str(agent_id), "agent", agent_id=agent_id)
    async with site.house.app.transaction(world.alpha) as scope:
        asked = changes.Asked(NewWorkOrder(type="refund", title="refund"), UUID(about), agent_id)
        order = await changes.create(scope, asked, doer, now())
    system, desk = await site.machine("galaxy"), await site.person(mail)
    path, wish = f"/v1/work-orders/{order['id']}/seat-tasks", {"kind": "call_back", "instructions": "call"}
    async with system.post(path, json=wish, headers={"Idempotency-Key": "task-1"}) as answer:
        task = await answer.json()
    assert await _does(desk, "/desk/wrap-up/end", {"interaction": about}) == 200
    act = {"act": "call", "client": "galaxy", "order_id": order["id"], "seat_task_id": task["id"]}
    assert await _does(desk, "/desk/seat-task", act) == 200
    await world.quiet()
    (call,) = world.loop.floor.tasks.values()
    assert (call.caller, str(call.origin)) == (CONTACT, about)
    async with system.get(f"{path}/{task['id']}") as answer:
        shown = await answer.json()
    assert (shown["state"], shown["call_id"]) == ("accepted", str(call.id))
    assert await _does(desk, "/desk/hang-up", {"interaction": str(call.id)}) == 200
    await world.quiet()
    assert await _does(desk, "/desk/seat-task", {**act, "act": "failed", "outcome": "hung up"}) == 200
    assert await _does(desk, "/desk/wrap-up/end", {"interaction": str(call.id)}) == 200
    await world.quiet()


async def _does(desk: aiohttp.ClientSession, path: str, what: dict[str, str]) -> int:
    async with desk.post(path, json=what) as answer:
        return answer.status


async def _a_supervisor_looks_after_what_waits(site: Site, world: SiteWorld) -> None:
    """A contact asks to be called; a supervisor sees it, gives it to an agent, and takes it back, with reasons."""
    contact = await world.dial("+862150001234", CONTACT)
    for key in "111":
        await world.advance(2.5)
        await contact.press(key)
    await contact.ended(seconds(5))
    await world.quiet()
    (task,) = world.loop.floor.tasks
    (agent, _), (other, _) = (await site.agents())[:2]
    supervisor = await site.person("sup@harbour.example")
    page = await read(supervisor, "/floor/tasks", lang="en")
    for shown in (str(task), "Callback", "138****5678", "1 task", "Cancel this task"):
        assert shown in page, shown
    assert CONTACT not in page
    assert str(task) in await read(supervisor, "/floor/tasks?client=galaxy", lang="en")
    assert "Nothing waits." in await read(supervisor, "/floor/tasks?client=harbour-light", lang="en")
    form = {
        "tenant_id": str(world.alpha),
        "interaction": str(task),
        "agent": str(agent),
        "reason": "She knows the case",
    }
    assert "Write a reason" in await post(supervisor, "/floor/tasks/assign?lang=en", 400, **{**form, "reason": "no"})
    await post(supervisor, "/floor/tasks/assign", 303, **form)
    await post(supervisor, "/floor/tasks/assign", 404, **{**form, "tenant_id": str(other)})
    assert world.loop.floor.tasks[task].reserved is not None
    await post(supervisor, "/floor/tasks/cancel", 303, **form)
    await post(supervisor, "/floor/tasks/cancel", 409, **form)
    await world.quiet()
    assert "Nothing waits." in await read(supervisor, "/floor/tasks", lang="en")


async def _on_break(site: Site) -> None:
    """Let the agent sign in at its desk, over HTTP as well."""
    _, mail = (await site.agents("galaxy"))[0]
    person = await site.person(mail)
    async with person.post("/desk/state", json={"state": "on_break", "reason": "meal"}) as answer:
        assert answer.status in {200, 204}, await answer.text()
