"""How long a supervisor's command takes until it is heard, on a real Asterisk with real phones on loopback.

Measured at the port, from the command to the first listening in which the new voice is heard. A listening lasts
120 ms and begins when the one before is over, so what is told is at most so much too long, and never too short. The
phone of the supervisor answers as soon as it rings, as the browser's does. With ``--browser``:
:mod:`bench.floor_page`.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from datetime import timedelta
from statistics import median

from bench import floor_page
from bench.centre import HOME
from bench.run import Run
from telephony.asterisk.adapter import AsteriskEngine
from telephony.asterisk.local import LocalAsterisk
from telephony.asterisk.phones import AsteriskPhones
from telephony.phones import Conversation
from telephony.port import (
    Answer,
    Bridge,
    CallArrived,
    CloseCall,
    Endpoint,
    EngineBack,
    LegAnswered,
    Mode,
    Provision,
    Ring,
    Supervise,
    Trunk,
)

GOAL_MS = 300
_LISTENS = timedelta(milliseconds=120)
_SOON = timedelta(seconds=10)
_CONTACT, _AGENT, _SUPERVISOR = 440, 1000, 1300
_PHONES = (Endpoint("o-1", "bench-secret-1"), Endpoint("o-2", "bench-secret-2"))


@dataclass
class _Ground:
    engine: AsteriskEngine
    phones: AsteriskPhones
    events: asyncio.Queue[object] = field(default_factory=asyncio.Queue)

    async def hear(self) -> None:
        async for event in self.engine.events():
            self.events.put_nowait(event)

    async def next(self, kind: type) -> object:
        async with asyncio.timeout(_SOON.total_seconds()):
            while not isinstance(event := await self.events.get(), kind):
                pass
        return event


async def run(given: Run) -> None:
    """Print a line for each way of taking part."""
    if given.browser:
        await floor_page.run(given)
        return
    asterisk = LocalAsterisk(HOME, given.folder / "engine")
    await asterisk.start()
    phones = AsteriskPhones(HOME, given.folder / "phones", target=(asterisk.bind, asterisk.sip_port))
    engine = AsteriskEngine.of(asterisk)
    hearing = None
    try:
        await phones.start()
        await engine.start()
        ground = _Ground(engine, phones)
        hearing = asyncio.create_task(ground.hear())
        await ground.next(EngineBack)
        address = f"127.0.0.2:{phones.process.sip_port}"
        await engine.perform(Provision(_PHONES, (Trunk("o-carrier", address),)))
        told = [await _round(ground, turn) for turn in range(given.count(12, 2))]
    finally:
        if hearing is not None:
            hearing.cancel()
        await engine.close()
        await phones.close()
        await asterisk.stop()
    for what in told[0]:
        times = sorted(each[what] for each in told)
        verdict = "reached" if times[-1] < GOAL_MS else "MISSED"
        given.tell(
            f"  {what:<8} heard at most {median(times):.0f} ms after the command, longest {times[-1]:.0f} ms of"
            f" {len(times)}; target {GOAL_MS} ms {verdict}"
        )


async def _round(ground: _Ground, turn: int) -> dict[str, float]:
    """Return milliseconds by way of taking part, of one conversation."""
    call, agent_leg, leg = (f"b{turn}-{name}" for name in ("call", "agent", "supervisor"))
    agent_phone, own_phone = [await ground.phones.register(each.name, each.secret) for each in _PHONES]
    contact = await ground.phones.dial("862150009999", "+8613812345678")
    arrived = await ground.next(CallArrived)
    await ground.engine.perform(Answer(call, arrived.leg))  # type: ignore[attr-defined] # it is one
    await contact.answered(_SOON)
    agent = await _answered(ground, call, agent_leg, agent_phone)
    await ground.engine.perform(Bridge(call, agent_leg))
    await asyncio.gather(contact.play(_CONTACT), agent.play(_AGENT))
    await asyncio.sleep(0.5)
    found: dict[str, float] = {}
    began = time.perf_counter()
    own = await _answered(ground, call, leg, own_phone)
    await ground.engine.perform(Supervise(call, leg, agent_leg, Mode.LISTEN))
    found["listen"] = await _until_heard(own, _AGENT, began)
    await own.play(_SUPERVISOR)
    for mode, ear in ((Mode.WHISPER, agent), (Mode.BARGE, contact)):
        began = time.perf_counter()
        await ground.engine.perform(Supervise(call, leg, agent_leg, mode))
        found[mode.value] = await _until_heard(ear, _SUPERVISOR, began)
    await ground.engine.perform(CloseCall(call))
    await contact.ended(_SOON)
    for phone in (agent_phone, own_phone):
        await phone.unregister()
    return found


async def _answered(ground: _Ground, call: str, leg: str, phone: object) -> Conversation:
    endpoint = _PHONES[0].name if "agent" in leg else _PHONES[1].name
    await ground.engine.perform(Ring(call, leg, endpoint, "Bench", "1", _SOON))
    conversation: Conversation = await phone.incoming(_SOON)  # type: ignore[attr-defined] # a phone
    await conversation.answer()
    await ground.next(LegAnswered)
    return conversation


async def _until_heard(ear: Conversation, tone: int, began: float) -> float:
    async with asyncio.timeout(_SOON.total_seconds()):
        while tone not in await ear.hears(_LISTENS):
            pass
    return (time.perf_counter() - began) * 1000
