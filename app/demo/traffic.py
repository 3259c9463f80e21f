"""Live traffic: who plays which role, seeded, so that one demo looks like another; the clock decides the rest."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from random import Random

import structlog

from app.demo.desk_user import DeskUser
from app.demo.people import AgentLogin, Clients
from app.demo.roles import Agent, Ears, Mix, Public, call_in, work_as_agent
from telephony.phones import Phones

log = structlog.get_logger()

STUMBLED_FOR_S = 3


class Traffic:
    """Everybody who plays, from :meth:`begin` to :meth:`end`; it may begin again."""

    def __init__(self, phones: Phones, base: str, clients: Clients, seed: int) -> None:
        """Take the outside phones, the portal's address and who takes part."""
        self._phones, self._base, self._clients = phones, base, clients
        self._rng = Random(seed)  # noqa: S311 - invented data
        self._mix = Mix()
        self._tasks: list[asyncio.Task[None]] = []
        self._desks: list[DeskUser] = []

    def begin(self) -> None:
        """Let everybody play."""
        ears = Ears()
        self._desks = [DeskUser(self._base, agent.email, self._clients.password) for agent in self._clients.scripted]
        for login, desk in zip(self._clients.scripted, self._desks, strict=True):
            agent = Agent(login.endpoint, login.secret, desk, self._seeded())
            self._play(work_as_agent, self._phones, agent, self._mix, ears)
        for code, numbers in self._clients.numbers.items():
            public = Public(numbers, _agents_of(code, self._clients.scripted), self._seeded())
            self._play(call_in, self._phones, public, self._mix, ears)

    async def end(self) -> None:
        """Send everybody home; calls that go on are hung up when the phones close."""
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for desk in self._desks:
            await desk.close()

    async def again(self) -> None:
        """Begin again, after phones have lost what they knew."""
        await self.end()
        self.begin()

    def _seeded(self) -> Random:
        return Random(self._rng.random())  # noqa: S311 - invented data

    def _play(self, role: Callable[..., Awaitable[None]], *args: object) -> None:
        self._tasks.append(asyncio.create_task(_again(role, *args)))


def _agents_of(client: str, agents: tuple[AgentLogin, ...]) -> float:
    """Return how many agents a client has; one that serves several counts in parts."""
    return sum(1 / len(agent.clients) for agent in agents if client in agent.clients) or 1


async def _again(role: Callable[..., Awaitable[None]], *args: object) -> None:
    """Play a role until cancelled; somebody who stumbles (a restarted process) begins again after a while."""
    while True:
        try:
            await role(*args)
        except Exception as error:  # noqa: BLE001 - traffic must go on, whatever went wrong in one role
            log.warning("traffic_stumbled", role=role.__name__, error=f"{type(error).__name__}: {error}"[:200])
            await asyncio.sleep(STUMBLED_FOR_S)
