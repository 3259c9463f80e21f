"""What a client changes for a time, on the floor: by ear and by its journal, over a restart, and to its end."""

from __future__ import annotations

import io
from pathlib import Path
from uuid import UUID

import numpy as np
import soundfile

from ivr.uploads import for_phones
from journal.core.facts import SYSTEM
from kit.ids import new_id
from telephony.simulator.audio import MUSIC, RATE, Samples, read, sound_path, tones, write
from telephony.simulator.phones import SimulatorConversation, SimulatorPhone
from telephony.simulator.tape import Tape
from tenants.controls import service as acts
from tenants.controls.wanted import Doer, Wanted
from tenants.core.permissions import Role
from tenants.service.sounds import NewSound, keep_sound, name_of, sound_file
from tests.switchboard.blueprints import ALPHA
from tests.switchboard.world import CARE, CONTACT, OTHER_CONTACT, VOICEMAIL, PlainSpeaker, World, seconds

TONES = {
    "Please hold": 1000,
    "Welcome": 1700,
    "Leave a message": 440,
    "Closed for a moment": 1000,
    "Lines are slow": 1300,
}
CONTROLS = """
contract:
  controls: {longest_min: 240, hours: true, pause_numbers: true, announcements: 1,
             priority: {lowest_s: -60, highest_s: 300, step_s: 60}}
"""
AUDIBLE = 0.001
"""What differs less (of 1) is what the file's sixteen bits make of it."""
GRACE = Doer(str(new_id()), "Grace", Role.CLIENT_MANAGER)


class Tones(PlainSpeaker):
    """Speaks every text as two seconds of its own tone."""

    def file_of(self, text: str, locale: str, whose: str = "") -> Path:
        path = super().file_of(text, locale, whose)
        hertz = TONES.get(text, 500)
        write(path, [tones([hertz], 0, 2 * RATE)])
        return path


CALENDAR = "calendars: [{code: cs, weekly: {mon: ['00:00-24:00']}}]\n"
SHUT = "prompts: [{code: shut, text: {en: Closed for a moment}}, "
HOURS = '      open: {type: hours, calendar: "cal:cs", exits: {open: care, closed: vm, holiday: vm}}\n'


def blueprint(more: str = CONTROLS) -> str:
    """Alpha with hours at the beginning of its direct flow, and what is agreed."""
    asks = ALPHA.replace("prompts: [", CALENDAR + SHUT).replace("    entry: care\n", "    entry: open\n")
    return asks.replace("    nodes:\n      care:", f"    nodes:\n{HOURS}      care:") + more


async def begin(world: World, act: str, scope: str, target: str, until: str = "60", **more: object) -> UUID:
    seen, now = more.pop("seen", None), more.pop("now", None) or world.clock.now()
    wanted = Wanted(act, scope, target, until, "a test", **more)  # type: ignore[arg-type]
    async with world.house.app.transaction(world.alpha) as scope_:
        made = await acts.begin(scope_, wanted, GRACE, now, seen=seen)  # type: ignore[arg-type]
    await reload(world)
    return made["id"]  # type: ignore[no-any-return]


async def reload(world: World) -> None:
    assert await world.handle({"command": "reload", "tenants": [str(world.alpha)]}) == {"ok": True}
    await world.quiet()


async def nodes(world: World) -> list[str]:
    return [f.data["node"] + ":" + f.data["exit"] for f in await world.facts() if f.kind == "FlowStepped"]


async def test_each_act_is_heard_survives_a_restart_and_ends(world: World) -> None:
    world.speaker = Tones(world.folder / "tones")
    await world.configure(blueprint())
    await world.kill()
    await world.take_floor("another")
    phone = await world.phone("8001")
    await world.available(world.li)
    await _hours(world)
    await _pause(world)
    await _announcement(world)
    await _priority(world, phone)


async def _hours(world: World) -> None:
    """Closed for an hour: the flow asks that before its calendar; over a kill; open again by itself."""
    await begin(world, "hours", "number", VOICEMAIL, opening="closed")
    await world.kill()
    await world.take_floor("third")
    contact = await world.dial(VOICEMAIL)
    assert await contact.hears(seconds(0)) == {440}
    await contact.hang_up()
    await world.advance(3600)
    contact = await world.dial(VOICEMAIL)
    await world.quiet()
    assert (await nodes(world))[-2:] == ["vm:contact_left", "open:open"]
    await contact.hang_up()
    queue = await begin(world, "hours", "queue", "care", opening="closed")
    contact = await world.dial(VOICEMAIL)
    assert await contact.hears(seconds(0)) == {440}
    await contact.hang_up()
    await world.quiet()
    async with world.house.app.transaction(world.alpha) as scope:
        await acts.take_back(scope, queue, GRACE, world.clock.now())
    await reload(world)


async def _pause(world: World) -> None:
    """A paused number says its prompt and ends; it is an outcome of its own, and no call that was offered."""
    await begin(world, "pause", "number", CARE, prompt="shut")
    contact = await world.dial(CARE)
    assert await contact.hears(seconds(0)) == {1000}
    await world.quiet()
    await world.kill()
    await world.take_floor("fourth")
    await contact.ended(seconds(3))
    row = await world.row()
    assert (row["outcome"], row["cause"], row["queue"]) == ("number_paused", "number_paused", None)
    contact = await world.dial(CARE)
    await contact.hang_up()
    assert (await world.row())["outcome"] == "number_paused"
    await world.kill()
    await world.advance(3600)  # the end passes while nobody has the floor
    await world.take_floor("fifth")
    contact = await world.dial(CARE)
    assert await contact.hears(seconds(0)) == {1700}
    await contact.hang_up()


async def _announcement(world: World) -> None:
    """Before the flow of a number begins, then in the queue: who waits already hears it, and music again after it."""
    first = await begin(world, "announcement", "number", CARE, texts={"en": "Lines are slow"})
    contact = await world.dial(CARE)
    assert await contact.hears(seconds(0)) == {1300}
    await world.advance(2.1)
    assert await contact.hears(seconds(0)) == {1700}
    await contact.hang_up()
    await world.ask(world.li, "set_state", state="on_break", reason="lunch")
    waits = await world.dial(VOICEMAIL, OTHER_CONTACT)
    assert await waits.hears(seconds(0)) == {MUSIC}
    async with world.house.app.transaction(world.alpha) as scope:
        await acts.take_back(scope, first, GRACE, world.clock.now())
    await begin(world, "announcement", "queue", "care", texts={"en": "Lines are slow"}, waiting=True)
    assert await waits.hears(seconds(0)) == {1300}
    await world.advance(2.1)
    assert await waits.hears(seconds(0)) == {MUSIC}
    another = await world.dial(VOICEMAIL, CONTACT)
    assert await another.hears(seconds(0)) == {1300}
    for each in (waits, another):
        await each.hang_up()


async def _priority(world: World, phone: SimulatorPhone) -> None:
    """The reason of an offer says that its queue was moved, and by whom; after the end it does not."""
    await begin(world, "priority", "queue", "care", seconds=120)
    await world.available(world.li)
    for moved in ({"moved_s": 120, "moved_by": "Grace"}, {}):
        contact = await world.dial(VOICEMAIL)
        await world.ring(phone)
        offers = [fact.data["because"] for fact in await world.facts() if fact.kind == "OfferMade"]
        assert {name: value for name, value in offers[-1].items() if name.startswith("moved")} == moved
        await contact.hang_up()
        await world.advance(3600)


HOLDS = 'care: {type: queue, queue: "q:care", while_waiting: {say: {en: {tts: Please hold}}, every_s: 30},'


def song(*hertz: int) -> bytes:
    """A recording as a studio delivers it: tones of a third of a second, one after the other."""
    times, out = np.arange(16_000 // 3) / 16_000, io.BytesIO()
    soundfile.write(out, np.concatenate([0.4 * np.sin(2 * np.pi * n * times) for n in hertz]), 16_000, format="WAV")
    return out.getvalue()


async def upload(world: World, sound: bytes) -> tuple[str, Samples]:
    """Keep a recording as the page does; return its name, and what is to be heard of it."""
    made = for_phones(sound)
    async with world.house.app.session(world.alpha) as scope:
        await keep_sound(scope, NewSound(made.wav, made.duration_ms, "Grace", SYSTEM, world.clock.now()))
    path = await sound_file(world.house.app, world.folder / "data", world.alpha, name_of(made.wav))
    return name_of(made.wav), read(path)


async def listen(world: World, contact: SimulatorConversation, for_s: float) -> Samples:
    """What a contact who is silent hears from now on, sample by sample."""
    await contact.play(None)
    room = contact.leg.room
    assert room is not None
    room.tapes["ear"] = ear = Tape(world.clock.now(), world.folder / "ear.wav")
    for playback in room.playbacks[:1]:
        assert playback.began_at is not None
        ear.file_began(playback.began_at, sound_path(playback.sounds[0].value))
    await world.advance(for_s)
    assert room.tapes.pop("ear") is ear
    assert ear.finish(world.clock.now())
    return read(ear.path)


async def told(world: World) -> list[tuple[str, str]]:
    return [(f.data["act_id"], f.data["locale"]) for f in await world.facts() if f.kind == "AnnouncementHeard"]


async def test_who_waits_is_told_once_when_nothing_else_is_said(world: World) -> None:
    """By ear: an uploaded sound after a comfort message, a newer one after an older one, over a restart, no more."""
    world.speaker = Tones(world.folder / "tones")
    await world.configure(blueprint().replace('care: {type: queue, queue: "q:care",', HOLDS))
    await world.kill()
    await world.take_floor("another")
    await world.available(world.li)
    await world.ask(world.li, "set_state", state="on_break", reason="lunch")
    (name, sound), (newer, other) = await upload(world, song(1300, 440, 1700)), await upload(world, song(440, 1300))
    waits, about = await world.dial(VOICEMAIL), ("announcement", "queue", "care")
    await world.advance(30)
    assert await waits.hears(seconds(0)) == {1000}
    first = await begin(world, *about, texts={"en": "A storm"}, sounds={"en": name}, waiting=True)
    assert await waits.hears(seconds(0)) == {1000}, "the comfort message is heard to its end"
    ear = await listen(world, waits, 3.5)
    assert np.abs(ear[2 * RATE : 2 * RATE + len(sound)] - sound).max() < AUDIBLE
    assert await waits.hears(seconds(0)) == {MUSIC}
    assert await told(world) == [(str(first), "en")]

    second = await begin(world, *about, texts={"en": "A flood"}, sounds={"en": newer}, waiting=True, seen=first)
    third = await begin(world, *about, texts={"en": "Lines are slow"}, waiting=True, seen=second)
    ear = await listen(world, waits, 1.5)
    assert np.abs(ear[: len(other)] - other).max() < AUDIBLE, "what is heard just now is heard to its end"
    assert await waits.hears(seconds(0)) == {1300}
    await world.quiet()
    await world.kill()
    await world.take_floor("third")
    await world.advance(1.5)
    assert await waits.hears(seconds(0)) == {1300}, "what was not heard to its end is said again"
    await world.advance(1)
    assert await waits.hears(seconds(0)) == {MUSIC}
    await world.advance(28.5)
    assert await waits.hears(seconds(0)) == {1000}
    await world.advance(2)
    assert await waits.hears(seconds(0)) == {MUSIC}
    assert await told(world) == [(str(each), "en") for each in (first, second, third)]
    await waits.hang_up()
