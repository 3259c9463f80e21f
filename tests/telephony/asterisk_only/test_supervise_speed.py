"""From the command to the first sound: what a supervisor waits for, measured at the packets."""

from __future__ import annotations

import asyncio
import statistics
import time
from contextlib import ExitStack, closing

from telephony.asterisk.local import LocalAsterisk
from telephony.port import Answer, CallArrived, EngineBack, Mode, Provision, Supervise, Trunk
from tests.telephony.asterisk_only.ear import Ear
from tests.telephony.asterisk_only.rtp import Media
from tests.telephony.asterisk_only.sip import RawCaller

TARGET_S = 0.3
ROUNDS = 3


async def test_a_supervisor_hears_and_is_heard_at_once(asterisk: LocalAsterisk, ear: Ear) -> None:
    await ear.next(EngineBack)
    await ear.engine.perform(Provision(trunks=(Trunk("o-carrier", "127.0.0.2"),)))
    took: dict[Mode, list[float]] = {mode: [] for mode in Mode}
    with ExitStack() as stack:
        parties = {}
        for call in ("agent", "supervisor"):
            media = stack.enter_context(closing(Media("127.0.0.2", 1000)))
            caller = stack.enter_context(RawCaller("127.0.0.2", (asterisk.bind, asterisk.sip_port), media))
            invited = asyncio.create_task(asyncio.to_thread(caller.invite, "+862150001234"))
            arrived = await ear.next(CallArrived)
            await ear.engine.perform(Answer(call, arrived.leg))
            assert await invited == 200
            parties[call] = media, arrived.leg
        (agent, agent_leg), (supervisor, leg) = parties["agent"], parties["supervisor"]

        async def measure(mode: Mode, listener: Media, speaker: Media) -> None:
            speaker.speaks = True
            listener.speaks = False
            await asyncio.sleep(0.2)
            began = time.monotonic()
            await ear.engine.perform(Supervise("agent", leg, agent_leg, mode))
            took[mode].append(await asyncio.to_thread(listener.hears_from, began))

        for _ in range(ROUNDS):
            await measure(Mode.LISTEN, supervisor, agent)
            await measure(Mode.WHISPER, agent, supervisor)
            supervisor.speaks = False
            await ear.engine.perform(Supervise("agent", leg, agent_leg, Mode.LISTEN))
            await measure(Mode.BARGE, agent, supervisor)
    said = {mode.value: [round(each * 1000) for each in seconds] for mode, seconds in took.items()}
    print(f"command to audio, ms: {said}")  # noqa: T201 - what the test is about
    assert all(statistics.median(each) < TARGET_S for each in took.values()), said
