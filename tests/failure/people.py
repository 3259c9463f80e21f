"""Who takes part: callers at the carrier, agents with a phone and a desk, and somebody who watches the board."""

from __future__ import annotations

import asyncio
import itertools
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import aiohttp

from journal import service as journal
from journal.core.facts import Fact
from kit.db import AccessibleTenantId
from telephony.asterisk.conversation import Line
from telephony.asterisk.phones import RegisteredPhone
from tests.failure.plant import Plant, until
from tests.failure.screens import Board, Desk, Screen, Tile
from tests.portal.test_walls import TILE, address_in, post
from tests.telephony.sounds import hears
from tests.telephony.world import SOON

NUMBER = "+862150001234"
CLIENT = "galaxy"
CALLERS = itertools.count(13_812_340_001)
"""No two calls of a run come from the same number, and every number is looked for in the logs."""
CALLER_TONE, AGENT_TONE = 440, 1000
SECOND = timedelta(seconds=1)
EMAILS = {
    "8001": "li.na@harbour.example", "8002": "wang.lei@harbour.example", "8003": "zhang.min@harbour.example",
}  # fmt: skip


def took(what: str, seconds: float) -> None:
    """For the report: ``pytest -rP`` shows it."""
    print(f"measured: {what}: {seconds:.1f} s")  # noqa: T201 - pytest keeps it for who asks


@dataclass
class Agent:
    """Somebody at a seat: a SIP phone and the desk's buttons."""

    plant: Plant
    seat: str
    id: UUID
    http: aiohttp.ClientSession
    phone: RegisteredPhone | None = None

    async def register(self) -> None:
        self.phone = await self.plant.phones.register(f"o-{self.seat}", self.plant.secrets[self.seat])

    async def press(self, button: str, **form: Any) -> tuple[int, dict[str, Any]]:
        async with self.http.post(f"/desk/{button}", json=form) as answer:
            return answer.status, await answer.json()

    async def be(self, state: str, reason: str = "") -> None:
        status, body = await self.press("state", state=state, reason=reason or None)
        assert status == 200, body

    async def desk(self) -> dict[str, Any]:
        async with self.http.get("/desk/document") as answer:
            assert answer.status == 200, await answer.text()
            shown: dict[str, Any] = await answer.json()
        return shown

    async def shows(self, state: str, within_s: float = 10) -> float:
        """Wait until the desk shows a state (``on_break:reason``)."""

        async def is_so() -> bool:
            desk = await self.desk()
            return state in (desk["state"], f"{desk['state']}:{desk['reason']}")

        return await until(is_so, within_s, f"seat {self.seat} {state}")

    async def rings(self) -> Line:
        assert self.phone is not None
        return await self.phone.incoming(SOON)


@dataclass
class Talk:
    """A contact and an agent who hear each other."""

    contact: Line
    agent: Line
    interaction: UUID

    async def goes_on(self) -> None:
        """Both hear the other and nobody else."""
        contact, agent = await asyncio.gather(self.contact.hears(SECOND / 2), self.agent.hears(SECOND / 2))
        assert contact == {AGENT_TONE}
        assert agent == {CALLER_TONE}


@dataclass
class People:
    """Everybody of one test."""

    plant: Plant
    lines: list[Line] = field(default_factory=list)
    agents: dict[str, Agent] = field(default_factory=dict)
    _screens: list[Screen] = field(default_factory=list)
    _manager: aiohttp.ClientSession | None = None

    @property
    def tenant(self) -> AccessibleTenantId:
        return self.plant.site.tenants[CLIENT]

    async def agent(self, seat: str, state: str = "available") -> Agent:
        """An agent with a registered phone and in a state."""
        ids = {email: agent_id for agent_id, email in await self.plant.site.agents(CLIENT)}
        http = await self.plant.site.person(EMAILS[seat])
        made = self.agents[seat] = Agent(self.plant, seat, ids[EMAILS[seat]], http)
        await made.register()

        async def phone_seen() -> bool:
            return bool((await made.desk())["phone"])

        await until(phone_seen, SOON.total_seconds(), f"the desk sees the phone of {seat}")
        await made.be(state, "meal" if state == "on_break" else "")
        await made.shows(state)
        return made

    async def dial(self, number: str = NUMBER) -> Line:
        line = await self.plant.phones.dial(number, f"+86{next(CALLERS)}")
        self.lines.append(line)
        return line

    async def waits(self, number: str = NUMBER) -> tuple[Line, UUID]:
        """A contact who pressed 1 and waits in the queue; returns the interaction too."""
        before = {fact.subject for fact in await self.facts("InteractionStarted")}
        line = await self.dial(number)
        await line.answered(SOON)
        await line.play(CALLER_TONE)
        queued: list[Fact] = []

        async def is_queued() -> bool:
            await line.press("1")
            await asyncio.sleep(0.4)
            queued[:] = [fact for fact in await self.facts("InteractionQueued") if fact.subject not in before]
            return bool(queued)

        await until(is_queued, SOON.total_seconds(), "the contact waits")
        return line, queued[-1].subject

    async def talk(self, agent: Agent) -> Talk:
        """Bring a new contact and an available agent together."""
        contact, interaction = await self.waits()
        line = await agent.rings()
        await line.answer()
        await line.play(AGENT_TONE)
        self.lines.append(line)
        made = Talk(contact, line, interaction)
        await until(lambda: self.happened("InteractionConnected", interaction), SOON.total_seconds(), "connected")
        await hears({contact: {AGENT_TONE}, line: {CALLER_TONE}})
        return made

    # -------------------------------------------------------------------------------------------------------- looking

    async def facts(self, *kinds: str, subject: UUID | None = None) -> list[Fact]:
        async with self.plant.house.app.transaction(self.tenant) as scope:
            found = await journal.read(scope, limit=100_000, kinds=kinds or None)
        return [fact for fact in found if subject in (None, fact.subject)]

    async def story(self, interaction: UUID) -> list[str]:
        """The kinds of facts about an interaction, without the steps of its flow and the beginning of its recording."""
        return [
            f.kind for f in await self.facts(subject=interaction) if f.kind not in {"FlowStepped", "RecordingBegan"}
        ]

    async def happened(self, kind: str, subject: UUID) -> bool:
        return bool(await self.facts(kind, subject=subject))

    async def fact(self, kind: str, subject: UUID, within_s: float = 10) -> Fact:
        """The one fact of a kind about a subject, as soon as there is one."""
        await until(lambda: self.happened(kind, subject), within_s, f"{kind} of {subject}")
        (found,) = await self.facts(kind, subject=subject)
        return found

    async def manager(self) -> aiohttp.ClientSession:
        """The client's manager, signed in."""
        if self._manager is None:
            people = await self.plant.site.people(CLIENT)
            self._manager = await self.plant.site.person(people["client_manager"], CLIENT)
        return self._manager

    async def board(self) -> Board:
        """The client's manager watches."""
        pool = await self.plant.house.control.pool()
        rows = await pool.fetch(
            "SELECT x.seat AS own, x.seat_id AS seat FROM control.agent_alias x"
            " JOIN control.tenant t ON t.id = x.tenant_id WHERE t.code = $1", CLIENT,
        )  # fmt: skip
        made = Board(await self.manager(), {row["own"]: row["seat"] for row in rows})
        self._screens.append(made)
        await made.open()
        return made

    async def tile(self) -> Tile:
        """A tile of the client's board in a page of its own."""
        manager = await self.manager()
        made = Tile(manager, address_in(await post(manager, "/settings/wall/tile", TILE, 200)))
        self._screens.append(made)
        await made.open()
        return made

    async def watch_desk(self, agent: Agent) -> Desk:
        made = Desk(agent.http)
        self._screens.append(made)
        await made.open()
        return made

    # ------------------------------------------------------------------------------------------------------- the end

    async def go_home(self) -> None:
        """Hang up, sign everybody off and put the phones away."""
        for screen in self._screens:
            await screen.close()
        for line in self.lines:
            with suppress(Exception):
                await line.hang_up()
        await until(self._nobody_talks, 20, "every call is over")
        for agent in self.agents.values():
            await agent.be("offline")
            with suppress(Exception):
                await self.plant.phones.unregister(f"o-{agent.seat}")

    async def _nobody_talks(self) -> bool:
        open_calls = 0
        for tenant in self.plant.site.tenants.values():
            async with self.plant.house.app.transaction(tenant) as scope:
                rows = await scope.fetch("SELECT id FROM gf.interaction WHERE state NOT IN ('ended', 'wrapping_up')")
            open_calls += len(rows)
        return not open_calls
