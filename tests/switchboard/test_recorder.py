"""PostgreSQL goes away, answers late, loses answers; floors change their owner. Nothing is lost, nothing doubled."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from subprocess import PIPE

import pytest

from kit import vault
from kit.db import Database
from switchboard import lease
from switchboard.errors import FloorTaken, LeaseLost
from switchboard.owner import is_gone, own_name
from switchboard.run import run_floor
from switchboard.spool import Spool, Spools
from telephony.port import Cause
from tests.support.house import House
from tests.switchboard.proxy import Proxy
from tests.switchboard.world import AGENT_TONE, CARE, World, open_world, seconds


@pytest.fixture
async def proxy(house: House) -> AsyncIterator[Proxy]:
    made = Proxy(house.dsns["gf_app"])
    await made.start()
    yield made
    await made.close()


@pytest.fixture
async def world(house: House, tmp_path: Path, proxy: Proxy) -> AsyncIterator[World]:
    """A floor that reaches its database through the proxy."""
    plane = Database(proxy.dsn, house.signer)
    async with open_world(house, tmp_path, plane) as made:
        yield made
        proxy.mend()
        await made.check()
    await plane.close()


def spools_of(world: World) -> list[Spool]:
    """The spools that hold something."""
    return Spools(world.folder / "data" / "spool", "main", vault.vault().store).left()


async def spooled(world: World) -> int:
    """Wait until the spool holds something; return how many facts."""
    for _ in range(400):
        if spools_of(world):
            break
        await asyncio.sleep(0.01)
    return sum(len(batch.facts) for spool in spools_of(world) for batch in spool.read())


async def a_call(world: World) -> None:
    phone = await world.phone("8001")
    await world.available(world.li)
    contact, _ = await world.talk(phone)
    await world.advance(10)
    await contact.hang_up()
    await world.advance(31)


WHOLE = [
    "InteractionStarted", "InteractionQueued", "OfferMade", "OfferEnded", "InteractionConnected", "InteractionEnded",
    "InteractionHandled",
]  # fmt: skip


async def test_calls_go_on_while_the_database_is_away_and_their_facts_come_later(world: World, proxy: Proxy) -> None:
    proxy.cut()
    await a_call(world)
    assert await spooled(world) > 10
    assert {spool.path.stat().st_mode & 0o777 for spool in spools_of(world)} == {0o600}
    assert not any(word in spool.path.read_bytes() for spool in spools_of(world) for word in (b"13812345678", b"Offer"))
    proxy.mend()
    assert await world.calls_story() == WHOLE
    assert (await world.row())["talk_ms"] == 10000
    assert spools_of(world) == []


async def test_a_lost_answer_to_a_commit_doubles_nothing(world: World, proxy: Proxy) -> None:
    for _ in range(3):
        proxy.swallow = 1
        await a_call(world)
        await world.quiet()
    assert proxy.swallow == 0
    assert await world.calls_story() == WHOLE * 3


async def test_a_process_that_dies_while_the_database_is_away_leaves_its_facts_in_the_spool(
    world: World, proxy: Proxy
) -> None:
    phone = await world.phone("8001")
    await world.available(world.li)
    await world.quiet()
    proxy.cut()
    contact, _ = await world.talk(phone)
    await world.advance(10)
    assert await spooled(world) > 5
    await asyncio.sleep(0.7)
    await world.kill()
    proxy.mend()
    await world.take_floor("another")
    assert await contact.hears(seconds(0)) == {AGENT_TONE}
    await world.advance(5)
    await contact.hang_up()
    await world.advance(31)
    assert await world.calls_story() == WHOLE
    assert (await world.row())["talk_ms"] == 15000
    assert (await world.row())["contact_number"] == "+8613812345678"


async def test_a_hanging_database_delays_nobody_and_loses_nothing(world: World, proxy: Proxy) -> None:
    proxy.hangs = True
    await a_call(world)
    assert await spooled(world) > 0
    proxy.hangs = False
    assert await world.calls_story() == WHOLE


async def test_without_room_for_facts_new_calls_are_refused_and_running_ones_go_on(world: World, proxy: Proxy) -> None:
    world.switchboard._spools.room = 500
    phone = await world.phone("8001")
    await world.available(world.li)
    contact, _ = await world.talk(phone)
    proxy.cut()
    await world.ask(world.bo, "set_state", state="on_break", reason="meal")
    assert await spooled(world) > 0
    for _ in range(100):
        await world.ask(world.bo, "set_state", state="on_break", reason="tea" if _ % 2 else "meal")
        await asyncio.sleep(0.01)
    refused = await world.dial()
    assert await refused.ended(seconds(1)) is Cause.CONGESTION
    assert await contact.hears(seconds(0)) == {AGENT_TONE}
    proxy.mend()
    await world.quiet()
    taken = await world.dial(CARE)
    await taken.answered(seconds(1))


async def test_the_engine_and_the_database_both_away(world: World, proxy: Proxy) -> None:
    phone = await world.phone("8001")
    await world.available(world.li)
    contact, _ = await world.talk(phone)
    proxy.cut()
    world.network.engine_away()
    await world.advance(5)
    await contact.hang_up()
    await world.advance(5)
    world.network.engine_back()
    await world.advance(31)
    proxy.mend()
    assert await world.calls_story() == WHOLE
    assert (await world.row())["talk_ms"] == 5000


async def test_an_old_owner_is_fenced_out_and_stops(world: World, proxy: Proxy) -> None:
    old = world.switchboard
    await world.phone("8001")
    await world.quiet()
    await world.expire_lease()
    newer = await lease.take(world.house.control, "main", "newer")
    await lease.raise_fences(world.house.app, newer, [world.alpha, world.beta])
    before = len(await world.stored(world.alpha))
    await world.ask(world.li, "set_state", state="available")
    with pytest.raises(LeaseLost):
        await asyncio.wait_for(old.run(asyncio.Event()), 5)
    assert old._recorder.is_fenced
    assert len(await world.stored(world.alpha)) == before
    await old.close()
    await world.expire_lease()
    await world.take_floor("newest")
    assert list((world.folder / "data" / "spool").glob("main.*refused-*.jsonl"))
    assert len([f for f in await world.facts() if f.kind == "AgentStateChanged"]) == 0


async def test_a_second_engine_is_refused_and_told_who_owns_the_floor(world: World) -> None:
    with pytest.raises(FloorTaken, match=r"floor main is owned by test until 20\d\d-"):
        await lease.take(world.house.control, "main", "second")
    await lease.renew(world.house.control, world.held)


async def test_a_lease_that_ran_out_is_renewed_if_nobody_took_it(world: World) -> None:
    await world.expire_lease()
    await lease.renew(world.house.control, world.held)
    await world.expire_lease()
    newer = await lease.take(world.house.control, "main", "newer")
    assert newer.fence > world.held.fence
    assert newer.seen_at is not None
    with pytest.raises(LeaseLost):
        await lease.renew(world.house.control, world.held)
    await lease.release(world.house.control, world.held)  # harmless: it is not ours
    with pytest.raises(FloorTaken):
        await lease.take(world.house.control, "main", "third")


def another_owner() -> tuple[subprocess.Popen[str], str]:
    """A process on this machine, and its name as an owner."""
    code = "from switchboard.owner import own_name; print(own_name(), flush=True); input()"
    process = subprocess.Popen([sys.executable, "-c", code], stdin=PIPE, stdout=PIPE, text=True)
    assert process.stdout is not None
    return process, process.stdout.readline().strip()


async def test_an_owner_that_is_seen_to_be_dead_is_not_waited_for(world: World) -> None:
    process, name = another_owner()
    held = await lease.take(world.house.control, "other", name)
    assert not is_gone(name)
    assert not is_gone(own_name())
    process.kill()
    await asyncio.to_thread(os.waitid, os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    assert is_gone(name), "it lies dead and is not collected"
    process.communicate()
    assert is_gone(name)
    assert is_gone(f"{own_name()}1"), "its id was given to another process"
    for elsewhere in ("test", f"{socket.gethostname()}:1", name.replace(".", ".9")):
        assert not is_gone(elsewhere)
        with pytest.raises(FloorTaken):
            await lease.take(world.house.control, "other", "second", elsewhere)
    newer = await lease.take(world.house.control, "other", "second", name)
    assert newer.fence > held.fence
    with pytest.raises(LeaseLost):
        await lease.renew(world.house.control, held)
    with pytest.raises(FloorTaken):
        await lease.take(world.house.control, "other", "third", name)
    await lease.release(world.house.control, newer)


async def test_fences_rise_over_all_floors(world: World) -> None:
    other = await lease.take(world.house.control, "other", "somebody")
    assert other.fence > world.held.fence
    await lease.release(world.house.control, other)


async def test_run_floor_runs_until_it_is_told_to_stop(house: House, tmp_path: Path) -> None:
    async with open_world(house, tmp_path) as world:
        await world.switchboard.close()
        stop = asyncio.Event()
        running = asyncio.create_task(run_floor(world.services(), stop))
        await asyncio.sleep(0.5)
        assert not running.done()
        stop.set()
        await asyncio.wait_for(running, 10)
        await world.take_floor("next")  # it was released
