"""OAuth 2 for clients' systems: a token for client credentials, its end, its state, and what this server can do."""

from __future__ import annotations

from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from kit import clock
from kit.errors import NotFound
from tenants.access import Principal
from tenants.callers import origin_of
from tenants.core.permissions import scopes
from tenants.endpoints import public, signed_in
from tenants.oauth.answers import Sent, answer
from tenants.oauth.clients import ends_at, kind_of
from tenants.oauth.server import ALGORITHMS, METHODS

router = APIRouter(tags=["OAuth 2"])
_OPEN = Depends(public("here a client's system proves who it is"))
_FORM = "application/x-www-form-urlencoded"
_UNAUTHORIZED = 401


@router.post("/oauth/token", dependencies=[_OPEN])
async def token(request: Request) -> Response:
    """Issue an access token for ten minutes (RFC 6749, 4.4): ``grant_type=client_credentials`` and ``scope``."""
    return await _answer(request, "token")


@router.post("/oauth/revoke", dependencies=[_OPEN])
async def revoke(request: Request) -> Response:
    """End a token of one's own (RFC 7009); harmless for any other."""
    return await _answer(request, "revocation")


@router.post("/oauth/introspect", dependencies=[_OPEN])
async def introspect(request: Request) -> Response:
    """Tell about a token of one's own (RFC 7662); every other one is not active."""
    return await _answer(request, "introspection")


@router.get("/.well-known/oauth-authorization-server", dependencies=[Depends(public("everybody may know it"))])
async def metadata(request: Request) -> dict[str, Any]:
    """Describe this server (RFC 8414)."""
    issuer = request.app.state.settings.public_url
    made: dict[str, Any] = {
        "issuer": issuer, "token_endpoint": f"{issuer}/oauth/token", "revocation_endpoint": f"{issuer}/oauth/revoke",
        "introspection_endpoint": f"{issuer}/oauth/introspect", "grant_types_supported": ["client_credentials"],
        "response_types_supported": [], "scopes_supported": sorted(map(str, scopes())),
    }  # fmt: skip
    for name in ("token", "revocation", "introspection"):
        made[f"{name}_endpoint_auth_methods_supported"] = list(METHODS)
        made[f"{name}_endpoint_auth_signing_alg_values_supported"] = list(ALGORITHMS)
    return made


@router.get("/v1/keys/self")
async def own_key(
    request: Request, who: Annotated[Principal, Depends(signed_in("a system asks about its own credential"))]
) -> dict[str, Any]:
    """Tell a system what its own key or token is: client, connection, scopes, end, limits. Making keys takes a person.

    Raises 404 for a person: a session is no key.
    """
    if who.kind != "key" or who.chosen is None:
        raise NotFound
    control = request.app.state.control
    plan = await request.app.state.throttle.plan(who.chosen)
    return {
        "id": who.id, "type": kind_of(who.id),
        "client": who.memberships[who.chosen].code, "connection": who.connection, "scopes": sorted(who.scopes),
        "networks": list(who.bounds.networks), "certificates": list(who.bounds.certificates),
        "expires_at": await ends_at(control, who.chosen, who.id),
        "limits": {kind: {"per_minute": rate.per_minute, "at_once": rate.burst} for kind, rate in plan.items()},
    }  # fmt: skip


async def _answer(request: Request, endpoint: str) -> Response:
    """Answer one of the three. A token is taken from the address before the proof is looked at, and given back."""
    address, door = request.client.host if request.client else "", request.app.state.entrance.door
    await door.knock(address, what="oauth")
    is_form = request.headers.get("Content-Type", "").partition(";")[0].strip().lower() == _FORM
    pairs = [(k, v) for k, v in (await request.form()).multi_items() if isinstance(v, str)] if is_form else []
    issuer = request.app.state.settings.public_url
    status, body, headers = await answer(
        request.app.state.control, endpoint,
        Sent(pairs, {k.lower(): v for k, v in request.headers.items()}, origin_of(request)), issuer, clock.now(),
    )  # fmt: skip
    if status != _UNAUTHORIZED:
        await door.welcome(address, what="oauth")
    headers = {k: v for k, v in headers.items() if k.lower() not in {"content-type", "content-length"}}
    return Response(orjson.dumps(body), status, {**headers, "Cache-Control": "no-store"}, "application/json")
