"""Calls that we begin, on a real Asterisk with real SIP phones: click to call, and a callback that was asked for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from switchboard.core.task import TaskState
from telephony.asterisk.hearing import tones_in
from telephony.phones import Conversation, Phone
from telephony.port import Cause
from tests.support.house import House
from tests.support.sealed import opened_recording
from tests.switchboard.blueprints import CENTRE
from tests.switchboard.real import RealWorld
from tests.switchboard.test_callbacks import LATER, OURS
from tests.switchboard.world import AGENT_TONE, CARE, CONTACT, CONTACT_TONE, VOICEMAIL
from tests.telephony.asterisk_lab import AsteriskLab
from tests.telephony.sounds import MUSIC, hear, hears
from tests.telephony.world import SOON

NOBODY = "+8613700000001"
"""A number behind which the carrier knows no phone."""
OF_CARE, OF_ALPHA = VOICEMAIL, CARE
"""What contacts see of calls: the queue's own number, and the client's of a queue without one."""
ALL_DAY = ", ".join(f'{day}: ["00:00-24:00"]' for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun"))
SHOWN = (
    OURS.replace(
        "languages: [en]}",
        f'languages: [en], caller_id: "{OF_ALPHA}"}}\ncalendars: [{{code: all, weekly: {{{ALL_DAY}}}}}]',
    )
    .replace("queues:\n", "queues:\n  - {code: desk, name: Desk, wrap_up_s: 0}\n")
    .replace("{code: care, name: Care,", f'{{code: care, name: Care, caller_id: "{OF_CARE}",')
    .replace("callbacks: {", "callbacks: {hours: all, ")
)


@pytest.fixture
async def world(house: House, tmp_path: Path) -> AsyncIterator[RealWorld]:
    async with AsteriskLab(tmp_path / "asterisk") as lab:
        made = RealWorld(house, tmp_path, house.app)
        made.lab, made.centre = lab, CENTRE.replace("127.0.0.2", lab.carrier_address)
        await made.configure(SHOWN)
        await made.take_floor()
        yield made
        await made.check()
        await made.switchboard.close()


async def taken(phone: Phone, tone: int) -> Conversation:
    conversation = await phone.incoming(SOON)
    await conversation.answer()
    await conversation.play(tone)
    return conversation


async def clicked(world: RealWorld, phone: Phone, number: str) -> Conversation:
    """Let the agent call a number for a queue without a number of its own, and answer its own phone."""
    asked = await world.ask(world.li, "call", tenant=str(world.alpha), number=number, queue="desk")
    assert asked == {"ok": True}
    return await taken(phone, AGENT_TONE)


async def result(world: RealWorld, tries: int) -> tuple[str, int, int]:
    """What came of the newest try; the agent is free again after it."""
    ended = await world.until_told("DialEnded", tries)
    await world.until(lambda: world.loop.floor.agents[world.li].work is None)
    return ended["result"], ended["sip"], ended["q850"]


async def test_what_comes_of_calls_that_we_begin(world: RealWorld) -> None:
    phone = await world.lab.phones.register("o-8001", world.secrets["8001"])
    mobile = await world.lab.phones.outside(CONTACT)
    await world.until(lambda: bool(world.loop.floor.agents[world.li].phones))
    await world.ask(world.li, "set_state", state="on_break", reason="meal")

    agent = await clicked(world, phone, CONTACT)
    called = await mobile.incoming(SOON)
    assert called.caller_number == OF_ALPHA, "the client's number: the queue has none of its own"
    await called.reject(Cause.BUSY)
    assert await result(world, 1) == ("busy", 486, 17)
    await agent.ended(SOON)
    await clicked(world, phone, CONTACT)
    await (await mobile.incoming(SOON)).refuse(480)
    assert await result(world, 2) == ("no_answer", 480, 19)
    await clicked(world, phone, NOBODY)
    assert await result(world, 3) == ("unallocated", 404, 1)
    agent = await clicked(world, phone, CONTACT)
    called = await mobile.incoming(SOON)
    await agent.hang_up()
    await called.ended(SOON)
    assert (await result(world, 4))[0] == "cancelled"
    assert (await world.states(world.li))[-1] == "on_break(meal)"

    await asks_and_is_called(world, phone, mobile)


async def asks_and_is_called(world: RealWorld, phone: Phone, mobile: Phone) -> None:
    """A contact waits, asks for a call, is called by the agent who takes it, and both hear each other."""
    contact = await world.lab.phones.dial(LATER.removeprefix("+"), CONTACT)
    await contact.answered(SOON)
    await hear(contact, MUSIC)
    await contact.press("1")
    await world.until_told("InteractionDequeued", 1)
    await contact.press("1")
    await contact.ended(SOON)
    await world.until(lambda: [task.state for task in world.loop.floor.tasks.values()] == [TaskState.QUEUED])
    (task,) = world.loop.floor.tasks
    await world.available(world.li)
    assert await world.ask(world.li, "accept_task", interaction=str(task)) == {"ok": True}
    assert await world.ask(world.li, "dial", interaction=str(task)) == {"ok": True}
    agent = await taken(phone, AGENT_TONE)
    called = await mobile.incoming(SOON)
    assert called.caller_number == OF_CARE, "the queue's own number"
    await called.answer()
    await called.play(CONTACT_TONE)
    await hears({called: {AGENT_TONE}, agent: {CONTACT_TONE}})
    await called.hang_up()
    await agent.ended(SOON)
    assert (await world.until_told("DialEnded", 5))["result"] == "answered"
    row = await world.row()
    assert (row["task"], row["outcome"], row["ended_by"], row["tries"]) == ("callback", "answered", "contact", 1)
    stored = await world.until_told("RecordingStored", 1)
    path = await opened_recording(world.house.app, world.alpha, world.folder / "data" / "recordings" / stored["key"])
    assert tones_in(path) >= {AGENT_TONE, CONTACT_TONE}
    async with asyncio.timeout(SOON.total_seconds()):
        while not await world.lab.is_empty():  # noqa: ASYNC110 - its word
            await asyncio.sleep(0.05)
