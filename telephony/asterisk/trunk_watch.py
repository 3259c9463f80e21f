"""How the trunks are: whether the other end answers, which ARI tells, and our registrations, which the console knows.

Without a console (an engine on another machine) registrations are unknown. A trunk whose other end answers is usable
then.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from telephony.asterisk import console
from telephony.asterisk.ari import AriAway, AriError
from telephony.port import TrunkChanged, TrunkState

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from telephony.asterisk.ari import AriClient, Json
    from telephony.asterisk.provisioning import Provisioning
    from telephony.port import Event

LOOKS_EVERY_S, LOOKS_AGAIN_S = 3.0, 0.5
"""Registrations are not told: they are looked at, sooner while one is missing."""


class TrunkWatch:
    """Looks at the trunks when something was said of one, and every few seconds at those that register."""

    def __init__(
        self, ari: AriClient, provisioning: Provisioning, console_path: Path | None, tell: Callable[[Event], None]
    ) -> None:
        """``tell`` takes what changed."""
        self._ari, self._provisioning, self._console, self._tell = ari, provisioning, console_path, tell
        self._known: dict[str, TrunkState] = {}
        self._bell = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to look; harmless when it has begun."""
        if self._task is None:
            self._task = asyncio.create_task(self._watch(), name="trunks")

    async def close(self) -> None:
        """Look no more."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    def ring(self) -> None:
        """Look soon: something changed."""
        self._bell.set()

    def is_trunk(self, name: str) -> bool:
        """Whether an endpoint is a trunk that was provisioned."""
        return name in self._provisioning.trunks

    async def look(self) -> tuple[TrunkState, ...]:
        """Return how every trunk is, and take that as told. Raises what :class:`AriClient` raises."""
        states = await self._look()
        self._known = states
        return tuple(states.values())

    async def _watch(self) -> None:
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._bell.wait(), self._pause())
            self._bell.clear()
            try:
                states = await self._look()
            except (AriAway, AriError):
                continue  # the next connection looks again
            changed = [state for state in states.values() if self._known.get(state.trunk) != state]
            self._known = states
            for state in changed:
                self._tell(TrunkChanged(state, datetime.now(UTC)))

    def _pause(self) -> float | None:
        """Return how long nothing is looked at unless something is said, in seconds; None: for ever."""
        if self._console is None or not any(each.registration for each in self._provisioning.trunks.values()):
            return None
        return LOOKS_AGAIN_S if any(state.registered is False for state in self._known.values()) else LOOKS_EVERY_S

    async def _look(self) -> dict[str, TrunkState]:
        wanted = dict(self._provisioning.trunks)
        if not wanted:
            return {}
        found: list[dict[str, Json]] = await self._ari.request("GET", "endpoints/PJSIP")
        there = {each["resource"] for each in found if each["state"] == "online"}
        states = {}
        for name, trunk in wanted.items():
            if trunk.registers:
                states[name] = TrunkState(name, reachable=True, registered=name in there)
                continue
            registered = await self._registered(name) if trunk.registration else None
            states[name] = TrunkState(name, name in there or not trunk.watched, registered)
        return states

    async def _registered(self, name: str) -> bool | None:
        if self._console is None:
            return None
        try:
            return " Registered " in await console.ask(self._console, f"pjsip show registration {name}")
        except OSError:
            return None
