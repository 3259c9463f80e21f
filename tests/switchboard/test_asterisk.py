"""The whole path on a real Asterisk with real SIP phones; the switchboard is killed in the middle of the talk."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from kit.sealedfile import look
from switchboard.clock import SteadyClock
from switchboard.core.call import CallState
from switchboard.services import FloorServices
from telephony.asterisk.hearing import tones_in
from telephony.phones import Conversation
from telephony.port import Engine
from tests.support.house import House
from tests.support.sealed import opened_recording
from tests.switchboard.blueprints import CENTRE as CENTRE_FILE
from tests.switchboard.test_supervision import supervisor
from tests.switchboard.world import AGENT_TONE, CARE, CONTACT, CONTACT_TONE, VOICEMAIL, World, seconds
from tests.telephony.asterisk_lab import AsteriskLab
from tests.telephony.asterisk_only.sip import Refuser, refusing
from tests.telephony.sounds import MUSIC, OUTSIDE_TONE, SUPERVISOR_TONE, hear

DIRECT, EXPERT = "+862150009999", "+862188887777"
SOON = seconds(8)
LISTENING = seconds(0.5)
CARD_TONE = 1700


class AsteriskWorld(World):
    """The same centre in real time, with an engine in a process of its own."""

    lab: AsteriskLab
    refuser: Refuser
    """A line that goes before the other, and brings no call through."""

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
        async with refusing("127.0.0.9", 503) as (address, made.refuser):
            broken = f"{{name: o-broken, address: '{address}', priority: 1}}, "
            centre = CENTRE_FILE.replace("127.0.0.2", lab.carrier_address)
            made.centre = centre.replace("[{name: o-", f"[{broken}{{name: o-")
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


async def test_who_hears_whom_in_a_conversation_on_real_phones(world: AsteriskWorld) -> None:
    """Hold, consult, swap, conference, a killed switchboard, and the contact handed to somebody outside."""
    phones = world.lab.phones
    li_phone = await phones.register("o-8001", world.secrets["8001"])
    bo_phone = await phones.register("o-8002", world.secrets["8002"])
    await world.available(world.li)
    contact = await phones.dial(DIRECT.removeprefix("+"), CONTACT)
    li = await _taken(await li_phone.incoming(SOON), AGENT_TONE)
    await contact.play(CONTACT_TONE)
    await world.until(lambda: [call.state for call in world.loop.floor.calls.values()] == [CallState.TALKING])
    (interaction,) = map(str, world.loop.floor.calls)

    async def does(command: str, **fields: object) -> None:
        assert await world.ask(world.li, command, interaction=interaction, **fields) == {"ok": True}

    await all_hear((contact, {AGENT_TONE}), (li, {CONTACT_TONE}))
    await does("hold")
    await all_hear((contact, {MUSIC}), (li, set()))
    await world.available(world.bo)
    await does("consult", target={"kind": "agent", "seat": "8002"})
    bo = await _taken(await bo_phone.incoming(SOON), SUPERVISOR_TONE)
    await all_hear((li, {SUPERVISOR_TONE}), (bo, {AGENT_TONE}), (contact, {MUSIC}))
    await does("swap")
    await all_hear((contact, {AGENT_TONE}), (li, {CONTACT_TONE}), (bo, set()))
    await does("swap")
    await does("join")
    await all_hear((contact, {AGENT_TONE, SUPERVISOR_TONE}), (li, {CONTACT_TONE, SUPERVISOR_TONE}))
    await world.quiet()
    await world.kill()
    await all_hear((bo, {CONTACT_TONE, AGENT_TONE}))
    await world.take_floor("another")
    await does("mute")
    await all_hear((contact, {SUPERVISOR_TONE}))
    await does("unmute")
    await does("leave")
    await all_hear((contact, {SUPERVISOR_TONE}), (bo, {CONTACT_TONE}))
    await _given_outside(world, interaction, contact, bo)


async def _given_outside(world: AsteriskWorld, interaction: str, contact: Conversation, bo: Conversation) -> None:
    expert_phone = await world.lab.phones.outside(EXPERT)
    target = {"kind": "number", "number": EXPERT}
    assert await world.ask(world.bo, "transfer", interaction=interaction, target=target) == {"ok": True}
    expert = await _taken(await expert_phone.incoming(SOON), OUTSIDE_TONE)
    assert expert.caller_number == DIRECT
    failed = await world.one("LineFailed")
    assert (failed["trunk"], failed["next_trunk"], failed["sip"]) == ("o-broken", "o-carrier", 503)
    assert world.refuser.invited == 1
    await all_hear((contact, {OUTSIDE_TONE}), (expert, {CONTACT_TONE}))
    await bo.ended(SOON)
    await expert.hang_up()
    await contact.ended(SOON)
    await world.until(lambda: not world.loop.floor.calls)
    ended = await world.one("InteractionEnded")
    assert (ended["ended_by"], ended["stage"], ended["q850"]) == ("person", "handed_over", 16)


async def _taken(conversation: Conversation, tone: int) -> Conversation:
    await conversation.answer()
    await conversation.play(tone)
    return conversation


async def all_hear(*expected: tuple[Conversation, set[int]]) -> None:
    for conversation, tones in expected:
        await hear(conversation, *tones)


async def test_a_supervisor_on_a_desk_phone_listens_whispers_barges_and_takes_over(world: AsteriskWorld) -> None:
    """The matrix of who hears whom after every command; each comes within the promised time."""
    phone = await world.lab.phones.register("o-8001", world.secrets["8001"])
    grace = await supervisor(world, "grace@harbour.example", SUPERVISOR_TONE, desk="9001")
    grace.phone = await world.lab.phones.register("o-9001", world.secrets["9001"])
    await world.available(world.li)
    contact = await world.lab.phones.dial(VOICEMAIL.removeprefix("+"), CONTACT)
    agent = await phone.incoming(SOON)
    await asyncio.gather(agent.answer(), contact.answered(SOON))
    await asyncio.gather(agent.play(AGENT_TONE), contact.play(CONTACT_TONE))
    await world.until(lambda: any(call.connected_at for call in world.loop.floor.calls.values()))
    (call,) = map(str, world.loop.floor.calls)
    assert (await grace.does("supervise", interaction=call, mode="listen"))["ok"]
    ear = await grace.phone.incoming(SOON)
    await ear.answer()
    await ear.play(SUPERVISOR_TONE)
    both = {AGENT_TONE, CONTACT_TONE}
    matrix: dict[str, tuple[set[int], set[int], set[int]]] = {
        "listen": ({AGENT_TONE}, {CONTACT_TONE}, both),
        "whisper": ({AGENT_TONE}, {CONTACT_TONE, SUPERVISOR_TONE}, both),
        "barge": ({AGENT_TONE, SUPERVISOR_TONE}, {CONTACT_TONE, SUPERVISOR_TONE}, both),
    }
    for mode, expected in matrix.items():
        if mode != "listen":
            assert (await grace.does("supervise", interaction=call, mode=mode))["ok"]
        await asyncio.sleep(0.3)
        heard = await asyncio.gather(*(each.hears(LISTENING) for each in (contact, agent, ear)))
        assert tuple(map(set, heard)) == expected, mode
    assert (await grace.does("take_over", interaction=call))["ok"]
    await agent.ended(SOON)
    await asyncio.sleep(0.3)
    at_last = await asyncio.gather(contact.hears(LISTENING), ear.hears(LISTENING))
    assert list(map(set, at_last)) == [{SUPERVISOR_TONE}, {CONTACT_TONE}]
    assert (await grace.does("release"))["ok"]
    await contact.ended(SOON)
    assert (await world.one("InteractionEnded"))["ended_by"] == "supervisor"


async def test_a_recording_is_kept_as_far_as_the_engine_came_without_what_was_left_out(world: AsteriskWorld) -> None:
    phone = await world.lab.phones.register("o-8001", world.secrets["8001"])
    await world.available(world.li)
    contact = await world.lab.phones.dial(VOICEMAIL.removeprefix("+"), CONTACT)
    await contact.answered(SOON)
    await contact.play(CONTACT_TONE)
    agent = await phone.incoming(SOON)
    await agent.answer()
    await agent.play(AGENT_TONE)
    await asyncio.sleep(1.5)
    (call,) = world.loop.floor.calls.values()
    assert await world.ask(world.li, "pause_recording", interaction=call.name) == {"ok": True}
    await asyncio.sleep(0.2)
    await contact.play(CARD_TONE)
    await asyncio.sleep(1)
    await contact.play(CONTACT_TONE)
    await asyncio.sleep(0.5)
    assert await world.ask(world.li, "resume_recording", interaction=call.name) == {"ok": True}
    await asyncio.sleep(1.5)
    await world.quiet()
    await world.lab.kill()
    await world.lab.asterisk.start()
    async with asyncio.timeout(30):
        while "RecordingStored" not in await world.story():  # noqa: ASYNC110 - it comes when the engine is back
            await asyncio.sleep(0.1)
    stored = await world.one("RecordingStored")
    assert stored["repaired"]
    assert 1500 < stored["duration_ms"] < 4500
    path = await opened_recording(world.house.app, world.alpha, world.folder / "data" / "recordings" / stored["key"])
    assert tones_in(path) == {AGENT_TONE, CONTACT_TONE}, "the pause is not in it"
    assert stored["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    gap = await world.one("RecordingResumed")
    assert 1000 < gap["missing_ms"] < 4000
