"""The desk's second socket: what is on an agent's desk during one interaction, for the client who sees it.

The page opens it beside its feed and never waits for it. What comes in is scrubbed again, kept for the recording if
the contract says so, and goes on only while somebody watches: sealed by the client's own key, over the bell, so that
watchers may be served by any process. Nothing is taken that is not this agent's interaction now.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from typing import Annotated, Any
from uuid import UUID

import orjson
import structlog
from fastapi import APIRouter, Depends, WebSocket, WebSocketDisconnect

from interactions.desktop import service as desktop
from interactions.desktop.core.scrub import PAUSED, Strange, scrubbed
from interactions.desktop.core.tape import Tape
from interactions.desktop.service import OnDesk
from kit import clock, vault
from kit.away import MAYBE_AWAY, is_away
from kit.db import AccessibleTenantId
from kit.errors import NotFound, Problem
from kit.tenantkeys import TenantKeys
from portal.desk_view import place_of
from portal.sockets import until_one_ends
from tenants.access import enter
from tenants.core.desktop import DesktopPolicy
from tenants.endpoints import StaffAccess, as_answer, permitted_staff
from tenants.service.policies import policy_of

router = APIRouter()
log = structlog.get_logger()

LOOK_EVERY_S = 1.0
WATCHER_LIFE_S = 7.0
"""A watcher that did not say for so long that it is there has gone."""
BYTES_PER_S, BURST = 64 * 1024, 1024 * 1024
"""How much a desk may send, on average and at once: many times what it does."""
MOST_EVENTS, LONGEST = 2000, 64 * 1024
_OVER, _TOO_MUCH, _STRANGE = 1000, 1008, 1003

_at_desk = permitted_staff("call.handle")


def frames_channel(tenant_id: UUID, interaction: UUID) -> str:
    """Return where the sealed frames of a desk go."""
    return f"t:{tenant_id}:desktop:{interaction}"


def asks_channel(tenant_id: UUID, interaction: UUID) -> str:
    """Return where watchers say that they are there."""
    return f"t:{tenant_id}:desktop:{interaction}:asks"


def place(interaction: UUID, what: str) -> str:
    """Return where a frame or an ask is sealed for."""
    return f"desktop|{what}|{interaction}"


@router.websocket("/desk/view")
async def desk_view(socket: WebSocket, interaction: UUID, staff: Annotated[StaffAccess, Depends(_at_desk)]) -> None:
    """Take what is on the desk while an interaction is there; close as soon as it is not, or may not be seen."""
    try:
        known = await place_of(socket.app.state.plane, staff, interaction)
        share = _Share(socket, staff, enter(staff.principal, known["tenant_id"]), interaction)
        await share.look()
    except Problem as problem:
        raise as_answer(socket, problem) from problem
    if not share.allowed:
        raise as_answer(socket, NotFound())
    await socket.accept()
    try:
        await until_one_ends(share.take, share.hear, share.stay)
    finally:
        await share.keep("closed")
    with suppress(RuntimeError, WebSocketDisconnect):  # it has gone already
        await socket.close(_OVER)


class _Share:
    """One desk during one interaction."""

    def __init__(self, socket: WebSocket, staff: StaffAccess, tenant_id: AccessibleTenantId, interaction: UUID) -> None:
        self._socket, self._staff, self._tenant, self._interaction = socket, staff, tenant_id, interaction
        self._agent = staff.known_as(tenant_id)
        self._policy = DesktopPolicy()
        self._shown = OnDesk(self._agent, None, "")
        self._consents = False
        self._keys: TenantKeys | None = None
        self._tape = Tape()
        self._watchers: dict[str, tuple[float, str]] = {}
        self._told: dict[str, Any] = {}
        self._offset: int | None = None
        self._budget, self._spent_at = float(BURST), time.monotonic()
        self._keeping = asyncio.Lock()

    @property
    def over(self) -> bool:
        """Say whether the interaction is not on this desk any more."""
        return self._shown.interaction != self._interaction

    @property
    def allowed(self) -> bool:
        """Say whether this desk may be seen now, payments apart."""
        return not self.over and self._policy.on and self._consents

    async def look(self) -> None:
        """Read what is so now."""
        plane = self._socket.app.state.plane
        async with plane.transaction(enter(self._staff.principal, self._tenant)) as scope:
            self._policy = (await policy_of(scope)).desktop
            self._shown = await desktop.of_agent(scope, self._agent) or self._shown
            given = await desktop.consent(scope, self._agent, clock.now())
            self._consents = bool(given) if self._policy.consent else given is not False
            self._keys = await vault.sealing(scope)

    async def stay(self) -> None:
        """Look each second; end when the desk may not be seen any more, or the session is over."""
        while True:
            await self._tell()
            await asyncio.sleep(LOOK_EVERY_S)
            try:
                self._staff = await _at_desk(self._socket)
                await self.look()
            except MAYBE_AWAY as error:
                if not is_away(error):
                    raise
                continue
            if not self.allowed:
                return
            self._forget_watchers()
            if self._tape.full:
                await self.keep("full")

    async def take(self) -> None:
        """Take what the page sends."""
        while True:
            text = await self._socket.receive_text()
            if len(text) > LONGEST or not self._affords(len(text)):
                await self._socket.close(_TOO_MUCH, "too much")
                return
            try:
                events = self._read(text)
            except (Strange, ValueError, TypeError, KeyError, RecursionError):
                await self._socket.close(_STRANGE, "strange")
                return
            if self._shown.paused:
                events = [event for event in events if event["type"] == 5]  # noqa: PLR2004 - a note: what begins the gap
            if events and self.allowed:
                await self._pass_on(events)

    def _affords(self, size: int) -> bool:
        now = time.monotonic()
        self._budget = min(BURST, self._budget + (now - self._spent_at) * BYTES_PER_S) - size
        self._spent_at = now
        return self._budget >= 0

    def _read(self, text: str) -> list[dict[str, Any]]:
        """Return the events, their instants by the server's clock."""
        message = orjson.loads(text)
        if len(message["e"]) > MOST_EVENTS:
            raise Strange
        if self._offset is None:
            self._offset = clock.millis(clock.now()) - int(message["now"])
        events = [scrubbed(event) for event in message["e"]]
        return [{**event, "timestamp": event["timestamp"] + self._offset} for event in events]

    async def _pass_on(self, events: list[dict[str, Any]]) -> None:
        line = orjson.dumps(events) + b"\n"
        if self._policy.stored:
            self._tape.add(events, line)
            if any(event["type"] == 5 and event["data"]["tag"] == PAUSED for event in events):  # noqa: PLR2004
                await self.keep("paused")
        if self._watchers and self._keys is not None:
            sealed = self._keys.seal(line.decode(), place(self._interaction, "frame"))
            await self._socket.app.state.bus.ring(frames_channel(self._tenant, self._interaction), sealed)

    async def hear(self) -> None:
        """Hear who watches; a new one gets the whole page first."""
        async for said in self._socket.app.state.bus.heard(asks_channel(self._tenant, self._interaction)):
            if not said or self._keys is None:
                continue
            try:
                ask = orjson.loads(self._keys.open(said, place(self._interaction, "ask")))
            except ValueError:
                continue  # sealed under a key that came after these, or not by us: the next one says it again
            known = self._watchers.pop(ask["id"], None)
            if not ask.get("bye"):
                self._watchers[ask["id"]] = (time.monotonic(), str(ask["name"]))
            await self._tell()
            if not ask.get("bye") and (known is None or ask.get("whole")):
                await self._socket.send_json({"t": "whole"})

    def _forget_watchers(self) -> None:
        now = time.monotonic()
        gone = [name for name, (seen, _) in self._watchers.items() if now - seen > WATCHER_LIFE_S]
        for name in gone:
            del self._watchers[name]

    async def _tell(self) -> None:
        """Tell the page, if it changed, whether to record, and who watches."""
        names = sorted(name for _, name in self._watchers.values())
        told = {
            "t": "run", "on": self._policy.stored or bool(names), "paused": self._shown.paused,
            "stored": self._policy.stored, "watched": len(names), "names": names if self._policy.told else [],
        }  # fmt: skip
        if told != self._told:
            self._told = told
            await self._socket.send_json(told)

    async def keep(self, why: str) -> None:
        """Store what was taken so far, as a part of its own; what cannot be stored now is tried with the next."""
        async with self._keeping:
            if not self._tape.events:
                return
            tape, self._tape = self._tape, Tape()
            state, shown = self._socket.app.state, OnDesk(self._agent, self._interaction, "")
            try:
                async with state.plane.transaction(enter(self._staff.principal, self._tenant)) as scope:
                    await desktop.store(scope, state.recordings, tape, shown, why)
            except Exception as error:  # noqa: BLE001 - the call and its desk go on, whatever the store does
                log.warning("desktop_not_stored", interaction_id=str(self._interaction), error=type(error).__name__)
                if not tape.full:
                    tape.lines += self._tape.lines
                    self._tape = tape
