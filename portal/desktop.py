"""The seat's desktop for the client: as it happens, and later in step with the recording."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from itertools import chain
from typing import Annotated, Any
from uuid import UUID

import orjson
import structlog
from fastapi import APIRouter, Depends, Request, WebSocket, WebSocketException
from starlette.responses import HTMLResponse, Response

from interactions.desktop import service as desktop
from interactions.desktop import switch
from interactions.desktop.facts import DesktopViewed
from interactions.desktop.service import OnDesk
from interactions.endpoints import readable
from interactions.errors import RecordingAway, RecordingUnreadable
from kit import clock, vault
from kit.away import MAYBE_AWAY, is_away
from kit.db import Scope
from kit.errors import NotFound
from kit.ids import new_id
from kit.tenantkeys import Tampered, TenantKeys, UnknownKey
from portal.desk_share import asks_channel, place
from portal.pages import Visitor, html, page_of
from portal.sockets import until_one_ends
from tenants.endpoints import Access, permitted, reader_of
from tenants.models import AgentProfile
from tenants.service import reading
from tenants.service.policies import policy_of
from tenants.streams import Standing, StandingStream

router = APIRouter(include_in_schema=False)
log = structlog.get_logger()

LOOK_EVERY_S = 1.0
QUEUED = 64
"""So many frames wait for a slow watcher; then it gets none until it has caught up, and the whole page."""
_ALIAS = f"SELECT alias FROM gf.{AgentProfile.__tablename__} WHERE tenant_id = $1 AND agent_id = $2"  # noqa: S608 - the model's own name

_may_view = permitted("desktop.view")
MayView = Annotated[Access, Depends(_may_view)]
_READING = permitted("interaction.read")


async def lets(scope: Scope, access: Access) -> bool:
    """Say whether this reader may see desks of this client: by its role and by the contract."""
    return (await policy_of(scope)).desktop.lets(access.role)


async def shows(scope: Scope, access: Access, interaction: UUID) -> bool:
    """Say whether this reader may see the desk of one conversation: the client's own switch is in it."""
    return await lets(scope, access) and not await switch.hides(scope, interaction)


@router.get("/live/seats/{desk_seat}/desktop")
async def live_page(request: Request, desk_seat: str, access: MayView) -> HTMLResponse:
    """Show what is on the desk of a seat now. Without contract there is no such page."""
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        if not await lets(scope, access):
            raise NotFound
        shown = await desktop.of_seat(scope, desk_seat)
        if shown is None:
            raise NotFound
        names = await scope.fetch(_ALIAS, scope.tenant_id, shown.agent)
    page = page_of(request, Visitor(access.principal, access))
    return html(request, "desktop.html", page, seat=desk_seat, agent=names[0]["alias"] if names else "")


@router.websocket("/live/seats/{desk_seat}/desktop/feed")
async def live_feed(socket: WebSocket, desk_seat: str, access: MayView) -> None:
    """Send what is on the desk of a seat: how it stands whenever that changes, and the events of the page."""
    watch = _Watch(socket, desk_seat, access)
    if not await watch.look():
        raise WebSocketException(1008, NotFound.code)
    await socket.accept()
    await until_one_ends(watch.stay, watch.send, watch.follow, watch.wait_for_the_end)


class _Watch:
    """One watcher of one seat."""

    def __init__(self, socket: WebSocket, seat: str, access: Access) -> None:
        self._socket, self._seat, self._access = socket, seat, access
        self._id = str(new_id())
        self._queue: asyncio.Queue[str | bytes] = asyncio.Queue(QUEUED)
        self._behind, self._lacks = False, asyncio.Event()
        self._shown: OnDesk | None = None
        self._state = ""
        self._changed = asyncio.Event()
        self.keys: TenantKeys | None = None

    async def look(self) -> bool:
        """Read how the seat stands; false: this reader may not see it."""
        async with self._socket.app.state.plane.transaction(self._access.tenant_id) as scope:
            policy = (await policy_of(scope)).desktop
            if not policy.lets(self._access.role):
                return False
            before, self._shown = self._shown, await desktop.of_seat(scope, self._seat)
            if self._shown is None:
                return False
            state = await self._stands(scope, self._shown, must=policy.consent)
            self.keys = await vault.sealing(scope)
            if state == "live" and self._shown.interaction is not None:
                fact = DesktopViewed(str(self._shown.agent), self._access.who[1], live=True)
                await reading.note(scope, reader_of(self._access), fact, self._shown.interaction)
        if state != self._state or before is None or before.interaction != self._shown.interaction:
            self._state = state
            self._changed.set()
            self._put(self._told())
        return True

    async def _stands(self, scope: Scope, shown: OnDesk, *, must: bool) -> str:
        if await switch.hides(scope, shown.interaction):
            return "withheld"
        if shown.interaction is None:
            return "idle"
        given = await desktop.consent(scope, shown.agent, clock.now())
        if given is False or (must and given is None):
            return "not_agreed"
        return "paused" if shown.paused else "live"

    def _told(self) -> str:
        interaction = None if self._shown is None or self._shown.interaction is None else str(self._shown.interaction)
        return orjson.dumps({"t": "state", "state": self._state, "interaction": interaction}).decode()

    def _put(self, said: str | bytes) -> None:
        try:
            self._queue.put_nowait(said)
        except asyncio.QueueFull:
            self._behind = True

    async def stay(self) -> None:
        """Look each second, and say to the desk that somebody watches."""
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            try:
                again = await _may_view(self._socket)
                if again.tenant_id != self._access.tenant_id:
                    raise WebSocketException(1008, "another client was chosen in this session")
                self._access = again
                if not await self.look():
                    raise WebSocketException(1008, NotFound.code)
            except MAYBE_AWAY as error:
                if not is_away(error):
                    raise
            await self._ask()

    async def _ask(self, **more: bool) -> None:
        shown = self._shown
        if shown is None or shown.interaction is None or self.keys is None or self._state not in {"live", "paused"}:
            return
        said = orjson.dumps({"id": self._id, "name": self._access.principal.name, **more}).decode()
        sealed = self.keys.seal(said, place(shown.interaction, "ask"))
        await self._socket.app.state.bus.ring(asks_channel(self._access.tenant_id, shown.interaction), sealed)

    async def follow(self) -> None:
        """Hear the frames of whatever interaction is on the desk."""
        try:
            while True:
                self._changed.clear()
                hearing = asyncio.ensure_future(self._hear())
                waiting = asyncio.ensure_future(self._changed.wait())
                try:
                    await asyncio.wait({hearing, waiting}, return_when=asyncio.FIRST_COMPLETED)
                finally:
                    for task in (hearing, waiting):
                        task.cancel()
                    await asyncio.gather(hearing, waiting, return_exceptions=True)
        finally:
            await self._ask(bye=True)

    async def _hear(self) -> None:
        shown = self._shown
        if shown is None or shown.interaction is None or self._state not in {"live", "paused"}:
            await asyncio.Event().wait()
            return
        async with self._socket.app.state.pictures.watched(self._access.tenant_id, shown.interaction, self):
            while True:
                await self._lacks.wait()
                self._lacks.clear()
                await self._ask(whole=True)

    def begin(self) -> None:
        """Ask for the whole page (:class:`portal.desktop_pictures.Ear`)."""
        self._lacks.set()

    def take(self, frame: bytes) -> None:
        """Get a frame of the desk."""
        if self._state == "live" and not self._behind:
            self._put(frame)

    async def send(self) -> None:
        """Send what waits; one that fell behind starts anew with the whole page."""
        while True:
            said = await self._queue.get()
            await (self._socket.send_text(said) if isinstance(said, str) else self._socket.send_bytes(said))
            if self._behind and self._queue.empty():
                self._behind = False
                await self._socket.send_text(self._told())
                self._lacks.set()

    async def wait_for_the_end(self) -> None:
        """Return when the browser goes."""
        while True:
            await self._socket.receive_text()


@router.get("/interactions/{interaction_id}/desktop")
async def replay(request: Request, interaction_id: UUID, access: MayView) -> Response:
    """Return the stored events of the desk during an interaction: each line a list of them, in order."""
    state = request.app.state
    async with state.plane.session(access.tenant_id) as scope:
        if not await shows(scope, access, interaction_id):
            raise NotFound
        row = await readable(scope, interaction_id, access)
        rows = await desktop.parts(scope, interaction_id)
        if not rows:
            raise NotFound
        await reading.note(
            scope, reader_of(access), DesktopViewed(str(row["agent_id"]), access.who[1], live=False), interaction_id
        )
        keys = await vault.sealing(scope)
    return await _answer(desktop.lines_of(state.recordings, rows, keys), Standing(request, access))


async def _answer(lines: Iterator[bytes], standing: Standing) -> Response:
    try:
        first = await asyncio.to_thread(next, lines, b"")
    except (Tampered, UnknownKey) as error:
        raise RecordingUnreadable from error
    except FileNotFoundError as error:
        raise NotFound from error
    except OSError as error:
        raise RecordingAway from error
    headers = {"Cache-Control": "private, no-store"}
    return StandingStream(chain((first,), lines), standing, headers=headers, media="application/x-ndjson")


def in_step(facts: list[Any], recordings: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return, by recording, when it began and what was left out of it: how a page finds the desk's moment.

    Instants are milliseconds; a gap is ``at_ms`` of the sound and ``lasts_ms``.
    """
    began = {str(f.data["recording_id"]): clock.millis(f.at) for f in facts if f.kind == "RecordingBegan"}
    connected = next((clock.millis(f.at) for f in facts if f.kind == "InteractionConnected"), None)
    return {
        each["id"]: {
            "began": began.get(each["id"], connected),
            "gaps": [{"at_ms": gap["offset_ms"], "lasts_ms": gap["lasts_ms"]} for gap in each["gaps"]],
        }
        for each in recordings
        if each["kind"] == "call" and began.get(each["id"], connected) is not None
    }
