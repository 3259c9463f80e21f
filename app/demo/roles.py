"""The roles that people play in the live traffic: callers from the carrier, and agents on real SIP phones.

Everything goes through the front doors: calls over SIP and RTP, desks over HTTP with a signed-in session.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import timedelta
from random import Random
from typing import Any

import structlog

from app.demo.desk_user import DeskUser
from app.demo.orders import ESCALATIONS
from interactions.core.numbers import mask
from telephony.phones import Conversation, Phones

log = structlog.get_logger()

AGENT_TONE, CALLER_TONE = 1000, 440
PRESSES = 5
"""So often a caller presses the key: whether the menu listened cannot be heard."""
ANSWERED_WITHIN = timedelta(seconds=10)
LOOKS_EVERY = timedelta(seconds=3)
RINGS_AT_MOST = timedelta(seconds=60)
NOTES = ("客户要求回电", "已按流程处理", "asked for the bill again", "需要主管确认")


@dataclass(frozen=True, slots=True)
class Mix:
    """How busy and how human the demo is. Probabilities between 0 and 1, times in seconds (from, to)."""

    work_per_agent_s: float = 40.0
    """One call arrives in so many seconds for each scripted agent: a little more than one call takes an agent."""
    chooses_after: tuple[float, float] = (1.5, 6.0)
    presses_every: tuple[float, float] = (2.5, 5.0)
    patience: tuple[float, float] = (12.0, 80.0)
    answers_after: tuple[float, float] = (1.0, 4.5)
    talks: tuple[float, float] = (9.0, 48.0)
    """Drawn by both: who wants to end first, ends."""
    wraps: tuple[float, float] = (3.0, 10.0)
    rests: tuple[float, float] = (8.0, 20.0)
    leaves_in_flow: float = 0.05
    ignores_ring: float = 0.03
    takes_break: float = 0.07
    escalates: float = 0.33


class Ears:
    """What a caller hears and the outside phones do not tell: that somebody answered. Both parties play here."""

    def __init__(self) -> None:
        """Nobody listens yet."""
        self._listening: dict[str, asyncio.Event] = {}

    def listen(self, caller: str) -> asyncio.Event:
        """Return what is set when an agent answers this caller; the agent's phone shows the number masked."""
        return self._listening.setdefault(_shown(caller), asyncio.Event())

    def hello(self, shown: str) -> None:
        """Say that an agent has answered the caller whom the phone shows so."""
        if shown in self._listening:
            self._listening[shown].set()

    def forget(self, caller: str) -> None:
        """Take note that the caller has gone."""
        self._listening.pop(_shown(caller), None)


def _shown(caller: str) -> str:
    return mask(caller).replace(" ", "")


@dataclass(frozen=True, slots=True)
class Agent:
    """One scripted agent: its phone's account and its desk."""

    endpoint: str
    secret: str
    desk: DeskUser
    rng: Random


async def work_as_agent(phones: Phones, agent: Agent, mix: Mix, ears: Ears) -> None:
    """Be one agent until cancelled: register, sign in, answer, talk, wrap up, now and then miss a call or rest."""
    desk, rng = agent.desk, agent.rng
    phone = await phones.register(agent.endpoint, agent.secret)
    await desk.sign_in()
    await desk.press("state", state="available", reason="")
    while True:
        try:
            call = await phone.incoming(LOOKS_EVERY)
        except TimeoutError:
            await _look_at_the_desk(desk, rng, mix)
            continue
        if rng.random() < mix.ignores_ring:
            with suppress(TimeoutError):
                await call.ended(RINGS_AT_MOST)
            await asyncio.sleep(rng.uniform(*mix.rests))
            await desk.press("state", state="available", reason="")
            continue
        await asyncio.sleep(rng.uniform(*mix.answers_after))
        try:
            await call.answer()
        except Exception as error:  # noqa: BLE001 - the contact may have left in this very moment, in any adapter's words
            log.info("answer_too_late", error=str(error))
            continue
        ears.hello(call.caller_number)
        await _talk(call, rng, mix)
        await _wrap_up(desk, rng, mix)


async def _look_at_the_desk(desk: DeskUser, rng: Random, mix: Mix) -> None:
    """Come back from a missed offer; take a task, which rings at the desk alone, and write down what came of it."""
    shown = await desk.ask("document")
    interaction = shown.get("interaction") or {}
    if shown["state"] in {"on_break", "offline"}:
        await desk.press("state", state="available", reason="")
    if (interaction.get("task") or {}).get("state") != "offered":
        return
    await asyncio.sleep(rng.uniform(*mix.answers_after))
    if not await desk.press("task", act="accept_task", interaction=interaction["id"]):
        return
    await asyncio.sleep(rng.uniform(*mix.talks))
    mine = await desk.interaction()
    if codes := _codes(mine):
        await desk.press(
            "task", act="close_task", interaction=mine["id"], code=rng.choice(codes), note=rng.choice(NOTES)
        )


def _codes(interaction: Mapping[str, Any]) -> list[str]:
    """Return the outcomes that the queue of an interaction offers."""
    return [each["code"] for each in interaction.get("dispositions", [])]


async def _talk(call: Conversation, rng: Random, mix: Mix) -> None:
    with suppress(Exception):  # the contact may hang up before the first word
        await call.play(AGENT_TONE)
    try:
        await call.ended(timedelta(seconds=rng.uniform(*mix.talks)))
    except TimeoutError:
        await call.hang_up()


async def _wrap_up(desk: DeskUser, rng: Random, mix: Mix) -> None:
    await asyncio.sleep(rng.uniform(*mix.wraps))
    shown = await desk.interaction()
    if codes := _codes(shown):
        mine = shown["id"]
        if rng.random() < mix.escalates:
            asked = asdict(rng.choice(ESCALATIONS[shown["tenant"]["code"]]))
            await desk.press("escalate", interaction=mine, priority=rng.choice(["medium", "high"]), **asked)
        await desk.press("disposition", interaction=mine, code=rng.choice(codes), note=rng.choice(NOTES))
        await desk.press("wrap-up/end", interaction=mine)
    if rng.random() < mix.takes_break:
        await desk.press("state", state="on_break", reason="break")
        await asyncio.sleep(rng.uniform(*mix.rests))
        await desk.press("state", state="available", reason="")


@dataclass(frozen=True, slots=True)
class Public:
    """Everybody who calls one client: its numbers, and how many agents' work they are."""

    numbers: Sequence[str]
    agents: float
    rng: Random


async def call_in(phones: Phones, public: Public, mix: Mix, ears: Ears) -> None:
    """Send callers to a client until cancelled, as people come: each for himself, so now and then in a rush."""
    rng = public.rng
    mean = mix.work_per_agent_s / public.agents
    ongoing: set[asyncio.Task[None]] = set()
    try:
        while True:
            caller = f"+861{rng.choice([38, 39, 50, 86])}{rng.randrange(10**8):08d}"
            seeded = Random(rng.random())  # noqa: S311 - invented data
            task = asyncio.create_task(_caller(phones, (rng.choice(public.numbers), caller), seeded, mix, ears))
            ongoing.add(task)
            task.add_done_callback(ongoing.discard)
            await asyncio.sleep(min(rng.expovariate(1 / mean), 4 * mean))
    finally:
        for task in ongoing:
            task.cancel()
        await asyncio.gather(*ongoing, return_exceptions=True)


async def _caller(phones: Phones, dialled: tuple[str, str], rng: Random, mix: Mix, ears: Ears) -> None:
    number, caller = dialled
    answered = ears.listen(caller)
    try:
        call = await phones.dial(number, caller)
        await call.answered(ANSWERED_WITHIN)
        await call.play(CALLER_TONE)
        await asyncio.sleep(rng.uniform(*mix.chooses_after))
        if rng.random() < mix.leaves_in_flow:
            await call.hang_up()
            return
        pressing = asyncio.create_task(_choose(call, rng, mix, answered))
        try:
            await _stay(call, answered, rng, mix)
        finally:
            pressing.cancel()
            await asyncio.gather(pressing, return_exceptions=True)
    except Exception as error:  # noqa: BLE001 - whatever went wrong with one caller, in any adapter's words
        log.info("caller_gave_up", error=f"{type(error).__name__}: {error}"[:200])
    finally:
        ears.forget(caller)


async def _choose(call: Conversation, rng: Random, mix: Mix, answered: asyncio.Event) -> None:
    """Press a key, and again: who pressed before the menu listened hears it still."""
    key = rng.choices("12", (3, 1))[0]
    for _ in range(PRESSES):
        if answered.is_set():
            return
        await call.press(key)
        await asyncio.sleep(rng.uniform(*mix.presses_every))


async def _stay(call: Conversation, answered: asyncio.Event, rng: Random, mix: Mix) -> None:
    """Wait as long as the patience lasts, then talk as long as there is something to say."""
    over = asyncio.create_task(call.ended(timedelta(hours=1)))
    heard = asyncio.create_task(answered.wait())
    try:
        await asyncio.wait({over, heard}, timeout=rng.uniform(*mix.patience), return_when=asyncio.FIRST_COMPLETED)
        if answered.is_set():
            await asyncio.wait({over}, timeout=rng.uniform(*mix.talks))
        if not over.done():
            await call.hang_up()
    finally:
        over.cancel()
        heard.cancel()
        await asyncio.gather(over, heard, return_exceptions=True)
