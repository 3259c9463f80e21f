"""Live traffic: people who call in from the carrier, and agents who answer on real SIP phones and work at their desks.

Everything goes through the front doors: calls over SIP and RTP, desks over HTTP with a signed-in session. Seeded, so
that one demo looks like another; the clock decides the rest.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any

import aiohttp
import structlog

from telephony.phones import Conversation, Phones

log = structlog.get_logger()

_CSRF = re.compile(r'name="csrf-token" content="([^"]+)"')
AGENT_TONE, CALLER_TONE = 1000, 440
NOTES = ("客户要求回电", "已按流程处理", "asked for the bill again", "需要主管确认")
ESCALATIONS = (
    ("refund", "退款未到账", "客户称退款超过七天未到账，请核实订单状态。"),
    ("visit", "Meter reading looks wrong", "The contact asks for somebody to read the meter again this week."),
    ("complaint", "投诉配送", "包裹外包装破损，客户要求补发。"),
)


@dataclass(frozen=True, slots=True)
class Mix:
    """How busy and how human the demo is. Probabilities between 0 and 1, times in seconds (from, to)."""

    arrival_every: tuple[float, float] = (4.0, 11.0)
    answers_after: tuple[float, float] = (1.0, 4.5)
    talks: tuple[float, float] = (8.0, 32.0)
    patience: tuple[float, float] = (9.0, 70.0)
    wraps: tuple[float, float] = (3.0, 9.0)
    leaves_in_flow: float = 0.06
    ignores_ring: float = 0.04
    takes_break: float = 0.06
    escalates: float = 0.3


class DeskUser:
    """An agent's browser, without the browser: signs in and presses the desk's buttons over HTTP."""

    def __init__(self, base: str, email: str, password: str) -> None:
        """Take where the portal is and who signs in."""
        self._http = aiohttp.ClientSession(base, headers={"Origin": base, "Sec-Fetch-Site": "same-origin"},
                                           cookie_jar=aiohttp.CookieJar(unsafe=True))  # fmt: skip
        self._email, self._password, self._csrf = email, password, ""

    async def sign_in(self) -> None:
        """Sign in and keep the session's CSRF token."""
        form = {"email": self._email, "password": self._password}
        async with self._http.post("/sign-in", data=form) as answer:
            answer.raise_for_status()
        async with self._http.get("/desk") as page:
            page.raise_for_status()
            found = _CSRF.search(await page.text())
        if found is None:
            raise RuntimeError("the desk's page carries no CSRF token")
        self._csrf = found.group(1)

    async def press(self, button: str, **form: str) -> bool:
        """Press one of the desk's buttons; say whether it was accepted."""
        async with self._http.post(f"/desk/{button}", json=form, headers={"X-CSRF-Token": self._csrf}) as answer:
            if answer.status >= 400:  # noqa: PLR2004 - HTTP's errors begin here
                log.info("desk_refused", button=button, status=answer.status, body=(await answer.text())[:200])
            return answer.status < 400  # noqa: PLR2004 - as above

    async def dispositions(self) -> tuple[str, list[str]]:
        """Return the interaction on the desk and the codes that its queue offers."""
        async with self._http.get("/desk/document") as answer:
            desk: dict[str, Any] = await answer.json()
        interaction = desk.get("interaction") or {}
        return interaction.get("id", ""), [d["code"] for d in interaction.get("dispositions", [])]

    async def close(self) -> None:
        """Close the connections."""
        await self._http.close()


async def work_as_agent(phones: Phones, phone: tuple[str, str], desk: DeskUser, rng: Random, mix: Mix) -> None:
    """Be one agent until cancelled: register, sign in, answer, talk, wrap up, now and then miss a call or rest."""
    registered = await phones.register(*phone)
    await desk.sign_in()
    await desk.press("state", state="available", reason="")
    while True:
        try:
            call = await registered.incoming(timedelta(seconds=30))
        except TimeoutError:
            await desk.press("state", state="available", reason="")
            continue
        if rng.random() < mix.ignores_ring:
            with suppress(TimeoutError):
                await call.ended(timedelta(seconds=60))
            await asyncio.sleep(rng.uniform(2, 6))
            await desk.press("state", state="available", reason="")
            continue
        await _serve(call, desk, rng, mix)


async def _serve(call: Conversation, desk: DeskUser, rng: Random, mix: Mix) -> None:
    await asyncio.sleep(rng.uniform(*mix.answers_after))
    try:
        await call.answer()
    except Exception as error:  # noqa: BLE001 - the contact may have left in this very moment, in any adapter's words
        log.info("answer_too_late", error=str(error))
        return
    await call.play(AGENT_TONE)
    try:
        await call.ended(timedelta(seconds=rng.uniform(*mix.talks)))
    except TimeoutError:
        await call.hang_up()
    await asyncio.sleep(rng.uniform(*mix.wraps))
    interaction, codes = await desk.dispositions()
    if interaction and codes:
        if rng.random() < mix.escalates:
            kind, title, description = rng.choice(ESCALATIONS)
            await desk.press("escalate", interaction=interaction, type=kind, title=title, description=description,
                             priority=rng.choice(["medium", "high"]))  # fmt: skip
        await desk.press("disposition", interaction=interaction, code=rng.choice(codes), note=rng.choice(NOTES))
        await desk.press("wrap-up/end", interaction=interaction)
    if rng.random() < mix.takes_break:
        await desk.press("state", state="on_break", reason="break")
        await asyncio.sleep(rng.uniform(8, 20))
        await desk.press("state", state="available", reason="")


async def call_in(phones: Phones, numbers: Sequence[str], rng: Random, mix: Mix) -> None:
    """Send callers to a client's numbers until cancelled."""
    ongoing: set[asyncio.Task[None]] = set()
    try:
        while True:
            caller = f"+861{rng.choice([38, 39, 50, 86])}{rng.randrange(10**8):08d}"
            task = asyncio.create_task(_caller(phones, rng.choice(numbers), caller, Random(rng.random()), mix))  # noqa: S311 - invented data
            ongoing.add(task)
            task.add_done_callback(ongoing.discard)
            await asyncio.sleep(rng.uniform(*mix.arrival_every))
    finally:
        for task in ongoing:
            task.cancel()
        await asyncio.gather(*ongoing, return_exceptions=True)


async def _caller(phones: Phones, number: str, caller: str, rng: Random, mix: Mix) -> None:
    try:
        call = await phones.dial(number, caller)
        await call.answered(timedelta(seconds=10))
        await call.play(CALLER_TONE)
        await asyncio.sleep(rng.uniform(1.5, 6))
        if rng.random() < mix.leaves_in_flow:
            await call.hang_up()
            return
        await call.press(rng.choice("12"))
        try:
            await call.ended(timedelta(seconds=rng.uniform(*mix.patience)))
        except TimeoutError:
            await call.hang_up()
    except (TimeoutError, OSError) as error:
        log.info("caller_gave_up", error=str(error))
