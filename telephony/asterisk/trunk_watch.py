"""How the trunks are: whether the other end answers, which ARI tells, and what the console knows.

That is our registrations, and which of several addresses answer. Without a console (an engine on another machine) both
are unknown. A trunk whose other end answers is usable then, at each of its addresses.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from telephony.asterisk import console
from telephony.asterisk.ari import AriAway, AriError
from telephony.asterisk.trunks import uri_of
from telephony.port import TrunkChanged, TrunkState
from telephony.ways import addresses

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from telephony.asterisk.ari import AriClient, Json
    from telephony.asterisk.provisioning import Provisioning
    from telephony.port import Event, Trunk

LOOKS_EVERY_S, LOOKS_AGAIN_S = 3.0, 0.5
"""Registrations and single addresses are not told: they are looked at, sooner while a registration is missing."""
NONE = frozenset[str]()


class TrunkWatch:
    """Looks at the trunks when something was said of one, and every few seconds where not all is said."""

    def __init__(
        self,
        ari: AriClient,
        provisioning: Provisioning,
        console_path: Path | None,
        is_there: Callable[[], bool],
        tell: Callable[[Event], None],
    ) -> None:
        """``tell`` takes what changed, while the engine ``is_there``: before that its snapshot tells how trunks are."""
        self._ari, self._provisioning, self._console = ari, provisioning, console_path
        self._is_there, self._tell = is_there, tell
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

    async def look(self, *, told: bool) -> tuple[TrunkState, ...]:
        """Return how every trunk is; ``told``: whoever asks tells it, so that what has changed is no news any more.

        Raises what :class:`AriClient` raises.
        """
        states = await self._look()
        if told:
            self._known = states
        return tuple(states.values())

    async def _watch(self) -> None:
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._pause()):
                    await self._bell.wait()
            self._bell.clear()
            if not self._is_there():
                continue  # the connection looks itself, and rings
            known = self._known
            try:
                states = await self._look()
            except (AriAway, AriError):
                continue  # the next connection looks again
            if self._known is not known:  # a connection has told what it saw, which may be newer
                self._bell.set()
                continue
            changed = [state for state in states.values() if self._known.get(state.trunk) != state]
            self._known = states
            for state in changed:
                self._tell(TrunkChanged(state, datetime.now(UTC)))

    def _pause(self) -> float | None:
        """Return how long nothing is looked at unless something is said, in seconds; None: for ever."""
        wanted = self._provisioning.trunks.values()
        if self._console is None or not any(each.registration or each.others for each in wanted):
            return None
        return LOOKS_AGAIN_S if any(state.registered is False for state in self._known.values()) else LOOKS_EVERY_S

    async def _look(self) -> dict[str, TrunkState]:
        wanted = dict(self._provisioning.trunks)
        if not wanted:
            return {}
        found: list[dict[str, Json]] = await self._ari.request("GET", "endpoints/PJSIP")
        there = {each["resource"] for each in found if each["state"] == "online"}
        silent = await self._silent([trunk for trunk in wanted.values() if trunk.others and trunk.watched])
        states = {}
        for name, trunk in wanted.items():
            if trunk.registers:
                states[name] = TrunkState(name, reachable=True, registered=name in there)
                continue
            registered = await self._registered(name) if trunk.registration else None
            states[name] = TrunkState(name, name in there or not trunk.watched, registered, silent.get(name, NONE))
        return states

    async def _silent(self, several: list[Trunk]) -> dict[str, frozenset[str]]:
        """Return, of trunks with several addresses, the ways that do not answer."""
        if self._console is None or not several:
            return {}
        try:
            shown = await console.ask(self._console, "pjsip show contacts")
        except OSError:
            return {}
        gone = {line.split()[1] for line in shown.splitlines() if " Unavail " in f"{line} "}
        return {trunk.name: _of_one(trunk, gone) for trunk in several}

    async def _registered(self, name: str) -> bool | None:
        if self._console is None:
            return None
        try:
            return " Registered " in await console.ask(self._console, f"pjsip show registration {name}")
        except OSError:
            return None


def _of_one(trunk: Trunk, gone: set[str]) -> frozenset[str]:
    """Return the ways that do not answer; none where all do not: then it is the trunk that is away."""
    known = addresses(trunk)
    silent = frozenset(way for way, address in known.items() if f"{trunk.name}/{uri_of(trunk, address)}" in gone)
    return NONE if len(silent) == len(known) else silent
