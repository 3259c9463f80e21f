"""The whole path on a real Asterisk with real SIP phones; the switchboard is killed in the middle of the talk."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from kit.sealedfile import look
from switchboard.clock import SteadyClock
from switchboard.services import FloorServices
from telephony.phones import Conversation
from telephony.port import Engine
from tests.support.house import House
from tests.switchboard.world import AGENT_TONE, CARE, CONTACT, CONTACT_TONE, World, seconds
from tests.telephony.asterisk_lab import AsteriskLab

SOON = seconds(8)
LISTENING = seconds(0.5)


class AsteriskWorld(World):
    """The same centre in real time, with an engine in a process of its own."""

    lab: AsteriskLab

    def services(self, engine: Engine | None = None) -> FloorServices:
        return replace(
            super().services(engine or self.lab.engine()),
            clock=SteadyClock(),
            engine_recordings=self.lab.asterisk.recordings_folder,
        )


@pytest.fixture
async def world(house: House, tmp_path: Path) -> AsyncIterator[AsteriskWorld]:
    async with AsteriskLab(tmp_path / "asterisk") as lab:
        made = AsteriskWorld(house, tmp_path, house.app)
        made.lab = lab
        await made.configure()
        await made.take_floor()
        yield made
        await made.check()
        await made.switchboard.close()


async def hear_each_other(contact: Conversation, agent: Conversation) -> None:
    assert await contact.hears(LISTENING) == {AGENT_TONE}
    assert await agent.hears(LISTENING) == {CONTACT_TONE}


async def test_a_call_on_real_phones_survives_the_death_of_the_switchboard(world: AsteriskWorld) -> None:
    phone = await world.lab.phones.register("o-8001", world.secrets["8001"])
    await world.available(world.li)
    contact = await world.lab.phones.dial(CARE.removeprefix("+"), CONTACT)
    await contact.answered(SOON)
    await contact.play(CONTACT_TONE)
    await asyncio.sleep(2.5)
    await contact.press("1")
    agent = await phone.incoming(SOON)
    assert agent.caller_name == "Alpha / Care"
    await agent.answer()
    await agent.play(AGENT_TONE)
    await asyncio.sleep(0.5)
    await hear_each_other(contact, agent)
    await world.quiet()

    await world.kill()
    await hear_each_other(contact, agent)
    await world.take_floor("another")
    await hear_each_other(contact, agent)

    await contact.hang_up()
    await agent.ended(SOON)
    await world.until(lambda: not world.loop.floor.calls)
    interaction = str((await world.row())["id"])
    await world.ask(world.li, "disposition", interaction=interaction, code="solved", note="")
    await world.ask(world.li, "end_wrap_up", interaction=interaction)
    assert await world.calls_story() == [
        "InteractionStarted", "InteractionQueued", "OfferMade", "OfferEnded", "InteractionConnected",
        "InteractionEnded", "DispositionChosen", "InteractionHandled",
    ]  # fmt: skip
    stored = await world.one("RecordingStored")
    assert stored["duration_ms"] > 2000
    assert look(world.folder / "data" / "recordings" / stored["key"]).size == stored["bytes"]
    row = await world.row()
    assert (row["ended_by"], row["stage"], row["outcome"]) == ("contact", "talking", "answered")
    assert await world.states(world.li) == ["available", "offered", "talking", "wrapping_up", "available"]


async def test_a_contact_leaves_a_message_on_a_real_phone(world: AsteriskWorld) -> None:
    contact = await world.lab.phones.dial(CARE.removeprefix("+"), CONTACT)
    await contact.answered(SOON)
    await contact.play(CONTACT_TONE)
    await asyncio.sleep(2.5)
    await contact.press("2")
    await asyncio.sleep(5)
    await contact.press("#")
    await contact.ended(SOON)
    await world.until(lambda: not world.loop.floor.calls)
    await asyncio.sleep(0.5)
    stored = await world.one("RecordingStored")
    assert stored["kind"] == "voicemail"
    assert 1000 < stored["duration_ms"] < 5000
