"""What a client chooses for its queues, in force: music of its own, and a wrap-up for whoever was called in."""

from __future__ import annotations

from pathlib import Path

from journal.core.facts import SYSTEM
from telephony.simulator.audio import RATE, tones, write
from tenants.service.blueprints import Order, apply_blueprint
from tenants.service.sounds import NewSound, keep_sound, name_of, sound_file
from tests.switchboard.blueprints import ALPHA
from tests.switchboard.world import AGENT_TONE, CONTACT_TONE, START, World, no_findings, seconds

HELD, WAITING = 1700, 1300
BO = {"kind": "agent", "seat": "8002"}


async def piece(world: World, folder: Path, hertz: int) -> str:
    """Keep a piece of music of Alpha's, which is one tone, where the engine finds it."""
    write(folder / "piece.wav", [tones([hertz], 0, 4 * RATE)])
    wav = (folder / "piece.wav").read_bytes()
    async with world.house.app.session(world.alpha) as scope:
        await keep_sound(scope, NewSound(wav, 4000, "tester", SYSTEM, START))
    await sound_file(world.house.app, world.folder / "data", world.alpha, name_of(wav))
    return name_of(wav)


async def choose(world: World, music: str, queue: str) -> None:
    source = ALPHA.replace("queues:", f"music: [{music}]\nqueues:", 1).replace(
        "wrap_up_s: 30,", f"wrap_up_s: 30, {queue}"
    )
    order = Order(by="tester", at=START, check_flow=no_findings, why="a test")
    await apply_blueprint(world.house.control, world.house.app, source, order)
    await world.switchboard.reload()
    await world.quiet()


async def _wrap_up_after_a_restart(world: World) -> None:
    """Let both wrap up, a new process take over meanwhile, and each have its own figures."""
    await world.quiet()
    await world.kill()
    await world.advance(10)
    await world.take_floor("a third")
    assert [(await world.states(each))[-1] for each in (world.li, world.bo)] == ["wrapping_up", "wrapping_up"]
    await world.advance(31)
    handled = {f.data["agent_id"]: f.data for f in await world.facts() if f.kind == "InteractionHandled"}
    assert handled[str(world.bo)]["talk_ms"] == 10_000
    assert handled[str(world.bo)]["wrap_ms"] == 30_000
    assert handled[str(world.li)]["hold_ms"] == 6000


async def test_music_of_ones_own_and_a_wrap_up_for_guests(world: World, tmp_path: Path) -> None:
    held, waiting = [await piece(world, tmp_path, hertz) for hertz in (HELD, WAITING)]
    everywhere = f'{{code: evening, name: Evening, audio: "{held}", hold: true}}'
    rain = f'{{code: rain, name: Rain, audio: "{waiting}"}}'
    await choose(world, f"{everywhere}, {rain}", "music: rain, desk: {guests_wrap_up: true},")
    phone, beside = await world.phone("8001"), await world.phone("8002")
    await world.available(world.li)
    contact = await world.dial()
    await contact.press("1#")
    await world.quiet()
    assert await contact.hears(seconds(0)) == {WAITING}
    await world.kill()
    await world.take_floor("another")
    assert await contact.hears(seconds(0)) == {WAITING}
    agent = await world.answer(phone)
    await contact.play(CONTACT_TONE)
    (interaction,) = map(str, world.loop.floor.calls)
    assert await world.ask(world.li, "hold", interaction=interaction) == {"ok": True}
    await world.quiet()
    assert await contact.hears(seconds(0)) == {HELD}
    await world.available(world.bo)
    assert await world.ask(world.li, "consult", interaction=interaction, target=BO) == {"ok": True}
    guest = await beside.incoming(seconds(1))
    await guest.answer()
    await world.advance(6)
    # what is taken away is heard to the end of the call: its file stays
    await choose(world, rain, "desk: {guests_wrap_up: true},")
    assert await contact.hears(seconds(0)) == {HELD}
    assert await world.ask(world.li, "join", interaction=interaction) == {"ok": True}
    await world.advance(4)
    assert await contact.hears(seconds(0)) == {AGENT_TONE}
    await guest.hang_up()
    await world.quiet()
    await agent.hang_up()
    await _wrap_up_after_a_restart(world)
    await contact.ended(seconds(1))
    await world.check()
