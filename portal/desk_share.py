"""The desk's second socket: what is on an agent's desk during one interaction, for the client who sees it.

The page opens it beside its feed and never waits for it. It says who it is (``{page, now, server, from}``) and sends
numbered batches of events (``{n, e}``, as text or compressed). What comes in is scrubbed again, kept for the
recording if the contract says so, and goes on only while somebody watches: sealed by the client's own key, over the
bell, so that watchers may be served by any process. The page holds what it is not told to be stored, and sends it
again to whoever comes after a process that died. Nothing is taken that is not this agent's interaction now.
"""

from __future__ import annotations

import asyncio
import re
import time
from contextlib import suppress
from typing import Annotated, Any
from uuid import UUID

import orjson
import structlog
from fastapi import APIRouter, Depends, WebSocket, WebSocketDisconnect

from interactions.desktop import service as desktop
from interactions.desktop import switch
from interactions.desktop.core import frames
from interactions.desktop.core.scrub import CARD_DATA, PAUSED, Strange, is_note, scrubbed
from interactions.desktop.core.tape import Tape
from interactions.desktop.service import Of, OnDesk
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
GREETS_WITHIN_S = 10.0
BYTES_PER_S, BURST = 64 * 1024, 6 * 1024 * 1024
"""How much a desk may send, opened, on average and at once: many times what it does, and all that it holds."""
MOST_EVENTS, LATEST_MS = 2000, 30_000
_OVER, _TOO_MUCH, _STRANGE, _LATER = 1000, 1008, 1003, 1013
_PAGE = re.compile(r"[0-9a-f-]{16,36}")

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
        self._consents = self._withheld = False
        self._keys: TenantKeys | None = None
        self._tape = Tape()
        self._watchers: dict[str, tuple[float, str]] = {}
        self._told: dict[str, Any] = {}
        self._page, self._offset, self._new_from, self._last = "", 0, 0, 0
        self._greeted = asyncio.Event()
        self._budget, self._spent_at = float(BURST), time.monotonic()
        self._keeping = asyncio.Lock()

    @property
    def over(self) -> bool:
        """Say whether the interaction is not on this desk any more."""
        return self._shown.interaction != self._interaction

    @property
    def allowed(self) -> bool:
        """Say whether this desk may be seen now, payments apart."""
        return not self.over and self._policy.on and self._consents and not self._withheld

    async def look(self) -> None:
        """Read what is so now."""
        plane = self._socket.app.state.plane
        async with plane.transaction(enter(self._staff.principal, self._tenant)) as scope:
            self._policy = (await policy_of(scope)).desktop
            self._shown = await desktop.of_agent(scope, self._agent) or self._shown
            given = await desktop.consent(scope, self._agent, clock.now())
            self._withheld = await switch.hides(scope, self._interaction)
            self._consents = bool(given) if self._policy.consent else given is not False
            self._keys = await vault.sealing(scope)

    async def stay(self) -> None:
        """Look each second; end when the desk may not be seen any more, or the session is over."""
        with suppress(TimeoutError):
            async with asyncio.timeout(GREETS_WITHIN_S):
                await self._greeted.wait()
        while self._greeted.is_set():
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
            if self._tape.full and not await self.keep("full") and self._tape.heavy:
                await self._socket.close(_LATER, "not stored")  # the page has it, and comes again
                return

    async def take(self) -> None:
        """Take what the page sends."""
        while True:
            message = await self._socket.receive()
            if message["type"] == "websocket.disconnect":
                return
            try:
                content = _opened(message)
                if not self._affords(len(content)):
                    await self._socket.close(_TOO_MUCH, "too much")
                    return
                said = orjson.loads(content)
                if not self._greeted.is_set():
                    await self._greet(said)
                    continue
                events = self._read(said)
            except (Strange, ValueError, TypeError, KeyError, RecursionError):
                await self._socket.close(_STRANGE, "strange")
                return
            if self._shown.paused:
                events = [event for event in events if is_note(event)]  # what begins the gap
            if events and self.allowed:
                await self._pass_on(events, said["n"])

    def _affords(self, size: int) -> bool:
        now = time.monotonic()
        self._budget = min(BURST, self._budget + (now - self._spent_at) * BYTES_PER_S) - size
        self._spent_at = now
        return self._budget >= 0

    async def _greet(self, said: dict[str, Any]) -> None:
        """Hear which page it is, what its clock says, and where its new batches begin; tell it what is stored."""
        if not _PAGE.fullmatch(said["page"]):
            raise Strange
        self._page, self._new_from = said["page"], int(said["from"])
        # By the server's clock as the page knows it, from many frames; what it says now may have been long on its way.
        latest = clock.millis(clock.now()) - int(said["now"])
        self._offset = max(latest - LATEST_MS, min(latest, int(said["server"]) - int(said["now"])))
        async with self._socket.app.state.plane.transaction(enter(self._staff.principal, self._tenant)) as scope:
            self._last = await desktop.stored_until(scope, self._of())
        await self._socket.send_json({"t": "kept", "n": self._last})
        self._greeted.set()

    def _of(self) -> Of:
        return Of(self._agent, self._interaction, self._page)

    def _read(self, said: dict[str, Any]) -> list[dict[str, Any]]:
        """Return the events, their instants by the server's clock; none of a batch that is here already."""
        if len(said["e"]) > MOST_EVENTS or not isinstance(said["n"], int):
            raise Strange
        if said["n"] <= self._last:
            return []
        self._last = said["n"]
        events = [scrubbed(event) for event in said["e"]]
        return [{**event, "timestamp": event["timestamp"] + self._offset} for event in events]

    async def _pass_on(self, events: list[dict[str, Any]], number: int) -> None:
        line = orjson.dumps(events) + b"\n"
        if self._policy.stored:
            self._tape.add(events, line, number)
            if any(is_note(event, PAUSED, CARD_DATA) for event in events):
                await self.keep("paused")
        if self._watchers and self._keys is not None and number >= self._new_from:
            sealed = self._keys.seal_bytes(frames.packed(line), place(self._interaction, "frame"))
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
        """Tell the page, if it changed, whether to record, and who watches; first of all it hears what is stored."""
        if not self._greeted.is_set():
            return
        names = sorted(name for _, name in self._watchers.values())
        told = {
            "t": "run", "on": self._policy.stored or bool(names), "paused": self._shown.paused,
            "stored": self._policy.stored, "watched": len(names), "names": names if self._policy.told else [],
        }  # fmt: skip
        if told != self._told:
            self._told = told
            await self._socket.send_json(told)

    async def keep(self, why: str) -> bool:
        """Store what was taken so far, as a part of its own; what cannot be stored now is tried with the next."""
        async with self._keeping:
            if not self._tape.events:
                return True
            tape, self._tape = self._tape, Tape()
            state = self._socket.app.state
            try:
                async with state.plane.transaction(enter(self._staff.principal, self._tenant)) as scope:
                    await desktop.store(scope, state.recordings, tape, self._of(), why)
            except Exception as error:  # noqa: BLE001 - the call and its desk go on, whatever the store does
                log.warning("desktop_not_stored", interaction_id=str(self._interaction), error=type(error).__name__)
                self._tape = tape.followed_by(self._tape)
                return False
        with suppress(RuntimeError, WebSocketDisconnect):  # it has gone already
            await self._socket.send_json({"t": "kept", "n": tape.until})
        return True


def _opened(message: Any) -> bytes:  # noqa: ANN401 - ASGI's
    """Return what the page sent, opened. Raises :class:`Strange`."""
    text: str | None = message.get("text")
    return text.encode() if text is not None else frames.unpacked(message["bytes"])
