"""The servers beneath are killed in the middle of calls: PostgreSQL, Redis, Asterisk, and the cable to it."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from telephony.asterisk.hearing import tones_in
from tests.failure.people import AGENT_TONE, CALLER_TONE, SECOND, People, took
from tests.failure.plant import until

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(150)]

WHOLE_CALL = [
    "InteractionStarted", "InteractionQueued", "OfferMade", "OfferEnded", "InteractionConnected", "InteractionEnded",
    "InteractionHandled",
]  # fmt: skip


def bytes_in(spool: Path) -> int:
    """How many bytes wait in the files of all tenants."""
    return sum(file.stat().st_size for file in spool.glob("*.jsonl"))


async def test_postgresql_is_killed_and_calls_go_on(people: People) -> None:
    """A call is answered and ended while there is no database; every fact is stored once, in order, afterwards."""
    plant = people.plant
    li = await people.agent("8001")
    lei = await people.agent("8002", "on_break")
    board, desk = await people.board(), await people.watch_desk(li)
    talk = await people.talk(li)
    contact, waiting = await people.waits()
    await lei.be("available")
    ringing = await lei.rings()
    await until(lambda: people.happened("OfferMade", waiting), 5)
    spool = plant.data / "spool"
    await asyncio.to_thread(plant.postgres.crash)
    crashed = time.monotonic()
    await ringing.answer()
    await ringing.play(AGENT_TONE)
    await talk.goes_on()
    assert await contact.hears(SECOND / 2) == {AGENT_TONE}
    await contact.hang_up()
    await until(lambda: bytes_in(spool), 5, "facts wait in the spool")
    assert {file.stat().st_mode & 0o077 for file in spool.glob("*.jsonl")} == {0}
    await _web_says_503(people)
    took("board and desk turn grey", max(await asyncio.gather(board.turns_grey(10), desk.turns_grey(10))))
    await talk.goes_on()
    await asyncio.to_thread(plant.postgres.start)
    await plant.house.control.engine.dispose()  # the test's own connections of before
    took("PostgreSQL was away", time.monotonic() - crashed)
    took("board speaks again after the database", await board.speaks_again(10))
    ended = await people.fact("InteractionEnded", waiting)
    assert ended.data["talk_ms"] > 400
    await until(lambda: not bytes_in(spool), 10, "the spool is empty")
    await board.shows("8002", "wrapping_up")
    await lei.be("available")
    await until(lambda: people.happened("InteractionHandled", waiting), 5)
    assert [kind for kind in await people.story(waiting) if kind != "RecordingStored"] == WHOLE_CALL
    assert board.connects == 1
    await talk.goes_on()
    await talk.contact.hang_up()
    await people.fact("RecordingStored", talk.interaction)
    await people.fact("RecordingStored", waiting)


async def _web_says_503(people: People) -> None:
    manager = await people.manager()
    for path, wanted in (
        ("/v1/interactions", "application/problem+json"), ("/desk/document", "application/problem+json"),
        ("/readyz", "application/problem+json"), ("/", "text/html"),
    ):  # fmt: skip
        async with manager.get(path, headers={"Accept": wanted}) as answer:
            body = await answer.text()
            assert (answer.status, answer.content_type) == (503, wanted), (path, answer.status, body[:500])
            assert answer.headers["Retry-After"]
            if wanted == "application/problem+json":
                assert (await answer.json())["code"] == "unavailable"


async def test_redis_is_killed_and_comes_back_empty(people: People) -> None:
    plant = people.plant
    li = await people.agent("8001")
    board = await people.board()
    talk = await people.talk(li)
    await asyncio.to_thread(plant.redis.crash)
    await talk.goes_on()
    status, problem = await li.press("hang-up", interaction=str(talk.interaction))
    assert (status, problem["code"]) == (503, "unavailable")
    await board.speaks_again(5)  # the bell only makes it faster
    other, waiting = await people.waits()  # a new call comes in without any bell
    await people.fact("InteractionQueued", waiting)
    await asyncio.to_thread(plant.redis.start)

    async def obeyed() -> bool:
        return (await li.press("hang-up", interaction=str(talk.interaction)))[0] == 200

    took("desk commands after the start of Redis", await until(obeyed, 10, "desk commands work again"))
    await talk.contact.ended(5 * SECOND)
    took("board shows it", await board.shows("8001", "wrapping_up"))
    await li.be("available")  # with the session of before
    ringing = await li.rings()
    await ringing.answer()
    await ringing.play(AGENT_TONE)
    assert await other.hears(SECOND / 2) == {AGENT_TONE}
    await other.hang_up()
    await people.fact("InteractionEnded", waiting)
    for name in ("web", "engine", "worker"):
        assert plant.processes[name].running


async def test_the_cable_to_asterisk_is_cut_and_a_contact_leaves_meanwhile(people: People) -> None:
    plant = people.plant
    li = await people.agent("8001")
    talk = await people.talk(li)
    await plant.cable.cut()
    await talk.goes_on()
    await asyncio.sleep(1)
    await talk.goes_on()
    status, problem = await li.press("hang-up", interaction=str(talk.interaction))
    assert (status, problem["code"]) == (409, "engine_away")
    left_at = datetime.now(UTC)
    await talk.contact.hang_up()
    await asyncio.sleep(1.5)
    await plant.cable.plug_in()
    plugged = time.monotonic()
    ended = await people.fact("InteractionEnded", talk.interaction)
    took("cable back to the fact", time.monotonic() - plugged)
    assert (ended.data["ended_by"], ended.data["cause"]) == ("contact", "normal")
    assert abs(ended.at - left_at) < SECOND / 2
    await talk.agent.ended(5 * SECOND)
    stored = await people.fact("RecordingStored", talk.interaction)
    assert tones_in(await plant.heard(stored)) >= {CALLER_TONE, AGENT_TONE}
    await li.be("available")
    again = await people.talk(li)
    await again.goes_on()


async def test_asterisk_is_killed_in_a_call(people: People) -> None:
    plant = people.plant
    li = await people.agent("8001")
    lei = await people.agent("8002", "on_break")
    board = await people.board()
    talk = await people.talk(li)
    _, waiting = await people.waits()
    killed_at = datetime.now(UTC)
    await asyncio.gather(plant.asterisk.kill(), plant.cable.cut())
    await asyncio.sleep(0.5)
    await plant.asterisk.start()
    await plant.cable.plug_in()
    back = time.monotonic()
    for interaction in (talk.interaction, waiting):
        ended = await people.fact("InteractionEnded", interaction, 15)
        assert (ended.data["ended_by"], ended.data["cause"]) == ("system", "engine_lost")
        assert abs(ended.at - killed_at) < SECOND
    took("start of Asterisk to the ends of its calls", time.monotonic() - back)
    await board.shows("8001", "wrapping_up")
    for agent in (li, lei):
        await plant.phones.unregister(f"o-{agent.seat}")
        await agent.register()
        await agent.be("available")
        await agent.shows("available")
    again = await people.talk(li)
    took("start of Asterisk to people talking", time.monotonic() - back)
    await again.goes_on()
    await again.contact.hang_up()
    await people.fact("RecordingStored", again.interaction)
