"""Onboarding: from an empty tenant to its first answered call in one scripted run, and many tenants from files.

The first half is what a person would do: a running centre, a new client's file, ``glassfloor tenants apply``, an agent
who signs in, a contact who calls. The second applies files one after the other and asks whether the last ones take
longer than the first.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import time
from asyncio.subprocess import PIPE, STDOUT
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from app.flows import check_flow
from bench.centre import FLOOR, Open, Size, environment, opened
from bench.children import ROOT
from bench.clients import centre_file, client_file
from bench.flatness import flat
from bench.ground import Ground, grounded
from bench.run import Run
from kit import clock
from kit.settings import child_environment
from switchboard.inbox import inbox_name
from telephony.asterisk.conversation import Line
from telephony.asterisk.phones import AsteriskPhones, RegisteredPhone
from tenants.access import for_system
from tenants.service.blueprints import Order, apply_blueprint, plan_blueprint
from tenants.service.centre import apply_centre
from tenants.service.floors import floor_configuration, tenant_by_code

HOME = ROOT / ".glassfloor" / "phone-engine"
LIMIT_S = 120
"""From the file to the first answered call: the promise."""
CALLER_HZ = 440
_APPLIED_WITHIN_S = 60
_PATIENCE = timedelta(seconds=30)
"""A call neither rings nor ends for so long only when something is wrong."""
_HEARD_WITHIN_S = 8.0
"""Who has just answered is let into the call a little later."""


class NotAnswered(RuntimeError):
    """The new client's number did not reach its agent."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the run and how long it took."""

    name: str
    seconds: float


class Watch:
    """Takes the time of each step."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self.steps: list[Step] = []
        self._say = say
        self._at = time.monotonic()

    def lap(self, name: str) -> None:
        """End a step."""
        now = time.monotonic()
        self.steps.append(Step(name, now - self._at))
        self._at = now
        self._say(f"{self.steps[-1].seconds:.1f} s {name}")


async def run(given: Run) -> None:
    """Run both halves and print."""
    steps = await first_call(given.folder, HOME, given.say)
    for step in steps:
        given.tell(f"    {step.seconds:6.1f} s  {step.name}")
    new = sum(step.seconds for step in steps[1:])
    verdict = "met" if new <= LIMIT_S else "MISSED"
    given.tell(
        f"    {new:6.1f} s  from the new client's file to its first answered call (at most {LIMIT_S}: {verdict})"
    )
    given.tell(f"    {new + steps[0].seconds:6.1f} s  with an empty machine's centre before it")
    await many(given)
    await flat(given)


async def first_call(folder: Path, home: Path, say: Callable[[str], None]) -> Sequence[Step]:
    """Bring a centre up, give it a new client by its file, and let a contact talk to an agent of it."""
    watch = Watch(say)
    async with grounded(folder, 0, say) as ground, opened(home, ground, Size(1, 1, spare=1)) as centre:
        phones = AsteriskPhones(home, folder / "outside", target=(centre.asterisk.bind, centre.asterisk.sip_port))
        await phones.start()
        try:
            watch.lap("an empty machine becomes a running centre (databases, phone engine, floor)")
            await _new_client(folder, ground, centre, watch, phones)
        finally:
            await phones.close()
    return watch.steps


async def _new_client(folder: Path, ground: Ground, centre: Open, watch: Watch, phones: AsteriskPhones) -> None:
    file = folder / "client.yaml"
    file.write_text(client_file(0, seat=centre.spare), encoding="utf-8")
    await _glassfloor(ground, centre, "tenants", "apply", str(file), "--why", "the first client")
    watch.lap("`glassfloor tenants apply client.yaml`")
    endpoint, secret = centre.phones[-1]
    phone = await phones.register(endpoint, secret)
    await _available(centre)
    watch.lap("its agent's phone registers, the agent is available")
    contact, agent = await _until_it_rings(centre, phones, phone)
    watch.lap("a contact calls the new number, hears the welcome, waits, the agent's phone rings")
    await agent.answer()
    await contact.play(CALLER_HZ)
    answered = time.monotonic()
    while CALLER_HZ not in await agent.hears(timedelta(seconds=1)):
        if time.monotonic() - answered > _HEARD_WITHIN_S:
            raise NotAnswered("the agent does not hear the contact")
    watch.lap("the agent answers and hears the contact (one second of it listened to)")
    await contact.hang_up()
    await _journalled(ground)
    watch.lap("the call stands in the new client's journal")


async def _available(centre: Open) -> None:
    command = {"command": "set_state", "agent": centre.agents[-1], "state": "available"}
    answer = await centre.bus.ask(inbox_name(FLOOR), command, timedelta(seconds=5))
    if not answer["ok"]:
        raise NotAnswered(str(answer))


async def _until_it_rings(centre: Open, phones: AsteriskPhones, phone: RegisteredPhone) -> tuple[Line, Line]:
    """Call until the floor has read the new configuration: before that the number is nobody's."""
    became, until = [], time.monotonic() + LIMIT_S
    while time.monotonic() < until:
        contact = await phones.dial("+85230000000", "+85291234567")
        ringing, over = (asyncio.ensure_future(each) for each in (phone.incoming(_PATIENCE), contact.ended(_PATIENCE)))
        await asyncio.wait({ringing, over}, return_when=asyncio.FIRST_COMPLETED)
        for each in (ringing, over):
            each.cancel()
        found, cause = await asyncio.gather(ringing, over, return_exceptions=True)
        if isinstance(found, Line):
            return contact, found
        became.append("waited" if isinstance(cause, BaseException) else f"ended: {cause}")
        await contact.hang_up()
        await _available(centre)  # it may have rung too late for us, and set the agent aside
    raise NotAnswered(f"no call rang at the new client's agent ({', '.join(became)}):\n{centre.process.log_tail()}")


async def _journalled(ground: Ground) -> None:
    tenant = for_system((await tenant_by_code(ground.control, "client000")).id, "bench")
    for _ in range(200):
        async with ground.plane.transaction(tenant) as scope:
            found = await scope.fetch("SELECT kind FROM gf.journal WHERE tenant_id = $1", tenant)
        if {"BlueprintApplied", "InteractionConnected", "InteractionEnded"} <= {row["kind"] for row in found}:
            return
        await asyncio.sleep(0.1)
    raise NotAnswered("the journal does not tell of the call")


async def _glassfloor(ground: Ground, centre: Open, *words: str) -> None:
    """Run a command as a person would."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "app.cli", *words, cwd=ROOT, stdout=PIPE, stderr=STDOUT,
        env=child_environment(environment(ground, centre.asterisk)),
    )  # fmt: skip
    said, _ = await asyncio.wait_for(process.communicate(), _APPLIED_WITHIN_S)
    if process.returncode != 0:
        raise NotAnswered(f"the file was not applied:\n{said.decode()}")


async def many(given: Run) -> None:
    """Apply many clients' files; then some more of them, in turn here and in a centre without any client."""
    count, more = given.count(200, 40), given.count(20, 8)
    async with (
        grounded(given.folder / "many", 0, given.say) as full,
        grounded(given.folder / "none", 0, given.say) as empty,
    ):
        for ground in (full, empty):
            await apply_centre(ground.control, ground.plane, centre_file(count + more), clock.now())
        began = time.perf_counter()
        for number in range(count):
            await _apply(full, number)
        each = (time.perf_counter() - began) / count
        given.tell(f"    {count} clients applied from files: {each * 1000:.0f} ms each")
        given.say(f"{count} clients stand; {more} more, in turn there and in an empty centre")
        timed: dict[str, list[tuple[float, float]]] = {"plan": [], "apply": [], "apply a change": []}
        for number in range(count, count + more):
            for name, work in (("plan", _plan), ("apply", _apply), ("apply a change", _change)):
                timed[name].append((await work(empty, number), await work(full, number)))
        for name, pairs in timed.items():
            given.tell(f"    {name}: {_growth(pairs)}")
        began = time.perf_counter()
        await floor_configuration(full.control, full.plane, "main", clock.now())
        took = time.perf_counter() - began
        given.tell(f"    a floor reads {count + more} clients: {took / (count + more) * 1000:.1f} ms each")


async def _plan(ground: Ground, number: int) -> float:
    began = time.perf_counter()
    await plan_blueprint(ground.control, ground.plane, _file(number), _order())
    return time.perf_counter() - began


async def _apply(ground: Ground, number: int) -> float:
    began = time.perf_counter()
    await apply_blueprint(ground.control, ground.plane, _file(number), _order())
    return time.perf_counter() - began


async def _change(ground: Ground, number: int) -> float:
    began = time.perf_counter()
    changed = _file(number).replace("wrap_up_s: 30", "wrap_up_s: 31")
    await apply_blueprint(ground.control, ground.plane, changed, _order())
    return time.perf_counter() - began


def _file(number: int) -> str:
    return client_file(number, seat=str(1000 + number))


def _order() -> Order:
    return Order(by="bench", at=clock.now(), check_flow=check_flow)


def _growth(pairs: Sequence[tuple[float, float]]) -> str:
    """Compare the medians; both sides ran in turn, so that the neighbours' noise is in both."""
    empty, full = (statistics.median(side) for side in zip(*pairs, strict=True))
    ratios = sorted(after / before for before, after in pairs)
    return (
        f"{empty * 1000:.0f} ms in an empty centre, {full * 1000:.0f} ms beside the others, "
        f"ratio {statistics.median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f})"
    )
