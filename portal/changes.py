"""Who changes how a client's people and systems come in, from a request of a page."""

from __future__ import annotations

from starlette.requests import Request

from journal.core.facts import Actor
from kit import clock
from kit.errors import NotFound
from tenants.endpoints import Access
from tenants.idp.connections import Change, Planes


def planes_of(request: Request) -> Planes:
    """Return what configuring needs."""
    state = request.app.state
    return Planes(state.control, state.plane, state.box)


def change_by(access: Access) -> Change:
    """Return who changes something now: a person, never a key. Raises :class:`NotFound`."""
    if access.principal.kind != "user":
        raise NotFound
    return Change(access.tenant_id, Actor("user", access.principal.id), clock.now())
