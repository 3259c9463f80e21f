"""Every route, page, API and socket, asks for a permission or says why it is public."""

from __future__ import annotations

from fastapi import Depends, FastAPI

from app.web import create_app
from kit.settings import Settings
from tenants.endpoints import (
    CentreGuard,
    PublicGuard,
    SignedInGuard,
    StaffGuard,
    TenantGuard,
    guarded_routes,
    permitted,
    public,
)
from tenants.oneself import FreshGuard


def unguarded(app: FastAPI) -> list[str]:
    return [
        path for path, guards in guarded_routes(app) if not guards and not path.startswith(("/static", "/v1/openapi"))
    ]


def test_every_route_is_guarded_or_public_with_a_reason() -> None:
    app = create_app(Settings())
    routes = list(guarded_routes(app))
    assert len(routes) > 20
    assert unguarded(app) == []
    for path, guards in routes:
        for guard in guards:
            assert guard.permission or guard.reason, path


UNLIMITED = {"/healthz", "/readyz"}
"""Whose guard says why they are not limited; and files of ours that are the same for everybody."""


def test_every_route_is_limited_or_says_why_not() -> None:
    routes = [(path, guard) for path, guards in guarded_routes(create_app(Settings())) for guard in guards]
    assert len(routes) > 150
    assert {path for path, guard in routes if isinstance(guard, PublicGuard) and guard.unlimited} == UNLIMITED
    counting = (CentreGuard, FreshGuard, PublicGuard, SignedInGuard, StaffGuard, TenantGuard)
    assert [path for path, guard in routes if not isinstance(guard, counting)] == []


def test_the_rule_finds_a_planted_route() -> None:
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)

    async def nothing() -> None: ...

    app.add_api_route("/good", nothing, dependencies=[Depends(permitted("live.read"))])
    app.add_api_route("/open", nothing, dependencies=[Depends(public("a test"))])
    app.add_api_route("/forgotten", nothing)
    app.add_api_websocket_route("/forgotten/socket", nothing)
    assert unguarded(app) == ["/forgotten", "/forgotten/socket"]
