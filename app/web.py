"""The web process: pages, API and live feeds under one application."""

from __future__ import annotations

import gc
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import uvicorn
from fastapi import Depends, FastAPI, Request
from fastapi.middleware import Middleware
from starlette.responses import JSONResponse
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from app import problems, reactions
from app.doorbell import Doorbell
from app.flows import check_flow
from app.http import BodyLimit, RequestId, SafetyHeaders, StrictJson
from app.listening import bound, ended, figures
from app.published.document import PATH as DOCUMENT
from app.published.document import publish
from app.published.leaving import LeavingHeaders
from app.routes import ROUTERS
from app.speech import speaker_of
from app.wayfinding import wayfound
from app.wiring import Services, contexts_of, entrance, open_services
from kit.circuit import Circuit
from kit.errors import Unavailable
from kit.outbound import Guard
from kit.settings import Settings
from kit.tally import Tally
from live.api.kept import Boards
from live.hub import Hub
from live.sockets import TransportProtocol
from live.streams import Streams
from live.thresholds.shelf import Shelf
from portal import static
from portal.alarms import LookAtAlarms
from portal.desktop_pictures import Pictures
from portal.presence import Presence
from probe.service.alarms import Alarms
from switchboard.inbox import STATUS, inbox_name
from tenants.endpoints import public
from tenants.idp.client import Idps
from tenants.idp.fetch import GuardedTransport
from tenants.throttle import RateHeaders, throttle_of

STATIC = Path(__file__).resolve().parent.parent / "static"
Opener = Callable[[Settings], AbstractAsyncContextManager[Services]]


def create_app(settings: Settings, opener: Opener = open_services) -> FastAPI:
    """Build the application; its databases open when it starts."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with opener(settings) as services:
            _furnish(app, services, settings)
            doorbell = Doorbell(settings.redis_url.get_secret_value())
            reactions.install(services.bus, doorbell, contexts_of(services))
            try:
                yield
            finally:
                reactions.install(None)
                await doorbell.close()
                await _put_away(app)

    app = FastAPI(
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url=DOCUMENT,
        middleware=middleware_of(settings),
    )
    app.state.settings = settings
    problems.install(app)
    for router in ROUTERS:
        app.include_router(router)
    for path, answer, reason in (("/healthz", healthz, "is the process up"), ("/readyz", readyz, "may traffic come")):
        guard = public(reason, unlimited="a load balancer asks for everybody, from one address")
        app.add_api_route(path, answer, include_in_schema=False, dependencies=[Depends(guard)])
    publish(app)
    app.router.routes.append(Mount("/static", StaticFiles(directory=STATIC), name="static"))
    return wayfound(app)


def middleware_of(settings: Settings) -> list[Middleware]:
    """Return what every request goes through, from outside in."""
    return [
        Middleware(RequestId),
        Middleware(RateHeaders),
        Middleware(LeavingHeaders),
        Middleware(SafetyHeaders, headers=_safety(settings)),
        Middleware(BodyLimit),
        Middleware(StrictJson),
        Middleware(LookAtAlarms),
    ]


def _furnish(app: FastAPI, services: Services, settings: Settings) -> None:
    """Put what routes use where they find it."""
    state = app.state
    state.check_flow = check_flow
    state.speaker = speaker_of(settings)
    state.control, state.plane, state.bus = services.control, services.plane, services.bus
    state.signer, state.box, state.recordings = services.signer, services.box, services.recordings
    way_out = GuardedTransport(Guard(allow_private=settings.allow_private_idps))
    state.idps = Idps(way_out, Circuit(settings.redis_url.get_secret_value()))
    state.throttle = throttle_of(settings, services.control)
    state.alarms = Alarms(services.control)
    state.alerts = Shelf(services.plane)
    state.hub, state.streams, state.boards = Hub(services.plane, services.bus), Streams(), Boards()
    state.pictures = Pictures(services.bus)
    state.presence = Presence(services.control)
    state.presence.start()
    state.entrance = entrance(services, Tally(settings.redis_url.get_secret_value()))


async def _put_away(app: FastAPI) -> None:
    """Close what :func:`_furnish` opened."""
    await app.state.streams.close()
    await app.state.presence.close()
    await app.state.hub.close()
    await app.state.idps.close()
    await app.state.throttle.limits.close()
    await app.state.entrance.door.close()


def _safety(settings: Settings) -> dict[str, str]:
    """Let the page connect to itself and to where its phone registers, and nowhere else."""
    phone = urlsplit(settings.phone_ws_url)
    return static.security_headers([f"{phone.scheme}://{phone.netloc}"] if phone.netloc else [])


async def healthz() -> JSONResponse:
    """Say that the process answers."""
    return JSONResponse({"status": "ok"})


async def readyz(request: Request, *, floor: bool = False) -> JSONResponse:
    """Say whether the database answers; Redis away only slows bells down and is reported, not fatal.

    With ``floor`` also whether the phone floor takes calls: its process answers, and is connected to its phone engine.
    """
    state = request.app.state
    pool = await state.plane.shared.pool()
    await pool.fetchval("SELECT 1", timeout=2)
    bell = await state.bus.present()
    if floor:
        told = await state.bus.ask(inbox_name(state.settings.floor), {"command": STATUS}, timedelta(seconds=1))
        if not told.get("ok"):
            raise Unavailable("The phone floor takes no calls at the moment")
    return JSONResponse({"status": "ok", "bell": "ok" if bell else "away"})


def at_ease() -> None:
    """Let the collector leave the application alone, and look at new objects less often.

    What was imported stays: going through it again stops every page and socket for a moment. Thousands of pages that
    come at once make many that all stay; to look for rubbish among them was a quarter of what they cost.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 10, 50)


async def serve(settings: Settings) -> None:
    """Run the web process until it is told to stop. Raises :class:`CannotListen`."""
    config = uvicorn.Config(
        create_app(settings), host=settings.host, port=settings.port, loop="uvloop", http="httptools",
        ws=TransportProtocol, ws_per_message_deflate=False, ws_max_size=65_536, access_log=False, log_level="warning",
        timeout_graceful_shutdown=3, server_header=False,
    )  # fmt: skip
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, ended)
    with (
        figures(settings.metrics_host, settings.web_metrics_port, "GF_WEB_METRICS_PORT"),
        bound(settings.host, settings.port) as address,
    ):
        at_ease()
        await uvicorn.Server(config).serve(sockets=[address])
