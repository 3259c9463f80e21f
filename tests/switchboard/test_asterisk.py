"""The whole path on a real Asterisk with real SIP phones; the switchboard is killed in the middle of the talk."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from journal.core.facts import Actor
from kit import vault
from kit.clock import now
from kit.sealedfile import look
from switchboard.core.call import CallState
from telephony.asterisk.hearing import tones_in
from telephony.phones import Conversation
from telephony.simulator.audio import known_tones
from tenants.controls import service as acts
from tenants.service.trunks import Keeping, TrunkOf, change_secret
from tests.support.house import House
from tests.support.sealed import opened_recording
from tests.switchboard.blueprints import CENTRE as CENTRE_FILE
from tests.switchboard.real import RealWorld
from tests.switchboard.test_acts import GRACE, TONES, Tones, begin, blueprint
from tests.switchboard.test_supervision import supervisor
from tests.switchboard.test_taping import choose
from tests.switchboard.test_voices import sides
from tests.switchboard.world import AGENT_TONE, CARE, CONTACT, CONTACT_TONE, START, VOICEMAIL, World, seconds
from tests.telephony.asterisk_lab import AsteriskLab
from tests.telephony.asterisk_only.sip import Refuser, refusing
from tests.telephony.sounds import MUSIC, OUTSIDE_TONE, SUPERVISOR_TONE, hear, hears
from tests.telephony.world import SOON

LOUD, IN_STEP_MS = 0.02, 100
"""A voice is louder than that (of 1); two channels are in step when they are not further apart."""
IN_FULL_MS = 500
"""A recording lacks no more of its talk."""
DIRECT, EXPERT = "+862150009999", "+862188887777"
LISTENING = seconds(0.5)
CARD_TONE = 1700
SHUT_TONE, SLOW_TONE = TONES["Closed for a moment"], TONES["Lines are slow"]


SYSTEM, SYSTEM_SECRET = "{name: o-pbx, known_by: login, priority: 1}", "correct-horse"
"""A line whose other end registers with us; it goes before all others, once it has."""


async def let_log_in(world: World, line: str = "o-pbx") -> None:
    """Give a line its secret, without which there is no login."""
    keeping = Keeping(world.house.control, world.house.app, vault.vault().box)
    await change_secret(keeping, TrunkOf(None, line), SYSTEM_SECRET, Actor("system", "a test"), START)


class AsteriskWorld(RealWorld):
    """A centre with one more line."""

    refuser: Refuser
    """The line: it goes before the other, and brings no call through."""


@pytest.fixture
async def world(house: House, tmp_path: Path) -> AsyncIterator[AsteriskWorld]:
    async with AsteriskLab(tmp_path / "asterisk") as lab:
        made = AsteriskWorld(house, tmp_path, house.app)
        made.lab = lab
        async with refusing("127.0.0.9", 503) as (address, made.refuser):
            broken = f"{{name: o-broken, address: '{address}', priority: 1}}, "
            centre = CENTRE_FILE.replace("127.0.0.2", lab.carrier_address)
            made.centre = centre.replace("[{name: o-", f"[{SYSTEM}, {broken}{{name: o-")
            await made.configure()
            await let_log_in(made)
            await made.take_floor()
            yield made
            await made.check()
            await made.switchboard.close()


async def hear_each_other(contact: Conversation, agent: Conversation) -> None:
    await hears({contact: {AGENT_TONE}, agent: {CONTACT_TONE}})


async def test_a_call_on_real_phones_survives_the_death_of_the_switchboard(world: AsteriskWorld) -> None:
    phone = await world.lab.phones.register("o-8001", world.secrets["8001"])
    await world.available(world.li)
    contact = await world.lab.phones.dial(CARE.removeprefix("+"), CONTACT)
    await contact.answered(SOON)
    await contact.play(CONTACT_TONE)
    await world.chooses(contact, "1")
    agent = await phone.incoming(SOON)
    assert agent.caller_name == "Alpha / Care"
    await agent.answer()
    await agent.play(AGENT_TONE)
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
    stored = await world.until_told("RecordingStored", 1)
    talked = (await world.one("InteractionEnded"))["talk_ms"]
    assert abs(stored["duration_ms"] - talked) < IN_FULL_MS, "the death of the switchboard is on it too"
    assert look(world.folder / "data" / "recordings" / stored["key"]).size == stored["bytes"]
    row = await world.row()
    assert (row["ended_by"], row["stage"], row["outcome"]) == ("contact", "talking", "answered")
    assert await world.states(world.li) == ["available", "offered", "talking", "wrapping_up", "available"]


async def test_a_contact_leaves_a_message_on_a_real_phone(world: AsteriskWorld) -> None:
    contact = await world.lab.phones.dial(CARE.removeprefix("+"), CONTACT)
    await contact.answered(SOON)
    await contact.play(CONTACT_TONE)
    await world.chooses(contact, "2")
    await asyncio.sleep(5)
    await contact.press("#")
    await contact.ended(SOON)
    await world.until(lambda: not world.loop.floor.calls)
    stored = await world.until_told("RecordingStored", 1)
    assert stored["kind"] == "voicemail"
    assert 1000 < stored["duration_ms"] < 5000
    await _its_client_pauses_the_number(world)


async def _its_client_pauses_the_number(world: AsteriskWorld) -> None:
    """Who calls a paused number hears what its client chose, and the end; before a taken back one, the flow again."""
    world.speaker = Tones(world.folder / "tones")
    await world.configure(blueprint())
    await world.kill()
    await world.take_floor("another")
    paused = await begin(world, "pause", "number", CARE, prompt="shut", now=now())
    contact = await world.lab.phones.dial(CARE.removeprefix("+"), CONTACT)
    await contact.answered(SOON)
    assert await contact.hears(LISTENING) == {SHUT_TONE}
    await contact.ended(SOON)
    await world.until(lambda: not world.loop.floor.calls)
    assert (await world.row())["outcome"] == "number_paused"
    async with world.house.app.transaction(world.alpha) as scope:
        await acts.take_back(scope, paused, GRACE, now())
    await begin(world, "announcement", "number", CARE, texts={"en": "Lines are slow"}, now=now())
    contact = await world.lab.phones.dial(CARE.removeprefix("+"), CONTACT)
    await contact.answered(SOON)
    assert await contact.hears(LISTENING) == {SLOW_TONE}
    await contact.hang_up()
    await world.until(lambda: not world.loop.floor.calls)


async def test_who_hears_whom_in_a_conversation_on_real_phones(world: AsteriskWorld) -> None:
    """Hold, consult, swap, conference, a killed switchboard, and the contact handed to somebody outside.

    What is recorded is what the contact hears, each on its channel.
    """
    await choose(world, "{policy: always, apart: true}")
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
    """The line that comes first has no registration, the second brings no call through, over the third it rings."""
    expert_phone = await world.lab.phones.outside(EXPERT)
    system = world.loop.floor.trunks.of("o-pbx")
    assert (system.reachable, system.registered) == (True, False)
    target = {"kind": "number", "number": EXPERT}
    assert await world.ask(world.bo, "transfer", interaction=interaction, target=target) == {"ok": True}
    expert = await _taken(await expert_phone.incoming(SOON), OUTSIDE_TONE)
    assert expert.caller_number == DIRECT
    failed = await world.one("LineFailed")
    assert (failed["trunk"], failed["next_trunk"], failed["sip"]) == ("o-broken", "o-carrier", 503)
    assert world.refuser.invited == 1
    await all_hear((contact, {OUTSIDE_TONE}), (expert, {CONTACT_TONE}))
    await bo.ended(SOON)
    await asyncio.sleep(1)  # long enough to be found on the recording
    await expert.hang_up()
    await contact.ended(SOON)
    await world.until(lambda: not world.loop.floor.calls)
    ended = await world.one("InteractionEnded")
    assert (ended["ended_by"], ended["stage"], ended["q850"]) == ("person", "handed_over", 16)
    samples, _ = await sides(world, await world.until_told("RecordingStored", 1))
    heard = [spoken(side) for side in samples.T]
    both = frozenset({AGENT_TONE, SUPERVISOR_TONE})
    assert heard[0] == [{CONTACT_TONE}]
    assert heard[1] == [{AGENT_TONE}, both, {SUPERVISOR_TONE}, {OUTSIDE_TONE}], "no music, and nothing that was aside"


def spoken(samples: np.ndarray) -> list[frozenset[int]]:
    """What is heard on a channel, in the order in which it is heard first; silence left out."""
    heard = [known_tones(samples[at : at + 1600]) for at in range(0, len(samples) - 1600, 1600)]
    kept = [now for now, after in pairwise(heard) if now == after]  # a window in which it changes says nothing
    return [voices for voices in dict.fromkeys(kept) if voices]


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


async def test_recordings_are_kept_as_far_as_the_engine_came_without_what_was_left_out(world: AsteriskWorld) -> None:
    """Two conversations, one with everybody on one channel, one with the parties apart; in both card data is given."""
    await choose(world, f"{{policy: always, apart: true, numbers: {{'{CARE}': {{policy: always, apart: false}}}}}}")
    phones = [await world.lab.phones.register(f"o-{seat}", world.secrets[seat]) for seat in ("8001", "8002")]
    await world.available(world.li)
    mixed = await world.lab.phones.dial(CARE.removeprefix("+"), CONTACT)
    await mixed.answered(SOON)
    await world.chooses(mixed, "1")
    li = await _taken(await phones[0].incoming(SOON), AGENT_TONE)
    await world.available(world.bo)
    apart = await world.lab.phones.dial(VOICEMAIL.removeprefix("+"), CONTACT)
    bo = await _taken(await phones[1].incoming(SOON), AGENT_TONE)
    contacts = (mixed, apart)
    await _all_play(contacts, CONTACT_TONE)
    await asyncio.gather(hear_each_other(mixed, li), hear_each_other(apart, bo))
    await _card_is_given(world, contacts)
    await asyncio.gather(hear_each_other(mixed, li), hear_each_other(apart, bo))
    await _all_play((apart, bo), None)
    await asyncio.sleep(4.5)  # the engine writes each 4 s of sound
    await world.quiet()
    await world.lab.kill()
    await world.lab.asterisk.start()
    await world.until_told("RecordingStored", len(contacts))
    stored = {f.data["channels"]: f.data for f in await world.facts() if f.kind == "RecordingStored"}
    await _is_whole_but_for_the_card(world, stored[1])
    await _is_in_step(world, stored[2])
    gaps = [fact.data["missing_ms"] for fact in await world.facts() if fact.kind == "RecordingResumed"]
    assert [gap > 1000 for gap in gaps] == [True, True]


async def _all_play(who: Sequence[Conversation], hertz: int | None) -> None:
    await asyncio.gather(*(each.play(hertz) for each in who))


async def _card_is_given(world: AsteriskWorld, contacts: Sequence[Conversation]) -> None:
    calls = [(call.offer.agent, call.name) for call in world.loop.floor.calls.values() if call.offer is not None]
    for agent, call in calls:
        assert await world.ask(agent, "pause_recording", interaction=call) == {"ok": True}
    await asyncio.sleep(0.2)
    await _all_play(contacts, CARD_TONE)
    await asyncio.sleep(1)
    await _all_play(contacts, CONTACT_TONE)
    await asyncio.sleep(0.5)
    for agent, call in calls:
        assert await world.ask(agent, "resume_recording", interaction=call) == {"ok": True}


async def _is_whole_but_for_the_card(world: AsteriskWorld, stored: Mapping[str, Any]) -> None:
    assert stored["repaired"]
    path = await opened_recording(world.house.app, world.alpha, world.folder / "data" / "recordings" / stored["key"])
    assert tones_in(path) == {AGENT_TONE, CONTACT_TONE}, "the pause is not in it"
    assert stored["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()


async def _is_in_step(world: AsteriskWorld, stored: Mapping[str, Any]) -> None:
    """Both fell silent at the same moment; nothing of the pause is on either channel."""
    assert stored["repaired"]
    samples, _ = await sides(world, stored)
    left, right = (np.flatnonzero(np.abs(side) > LOUD) for side in samples.T)
    assert abs(int(left[-1]) - int(right[-1])) / 8 < IN_STEP_MS
    heard = [set(known_tones(side[: left[-1]])) for side in samples.T]
    assert heard == [{CONTACT_TONE}, {AGENT_TONE}]
