"""One's own second factors: an authenticator app, passkeys."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

import segno
from fastapi import APIRouter, Form, Request
from markupsafe import Markup
from starlette.responses import JSONResponse, RedirectResponse, Response

from kit import clock
from kit.errors import NotFound
from portal.account import Fresh, Own, codes_page
from portal.entering import SEE_OTHER, clear_second, entrance, passkey_site, second_token, set_second
from portal.pages import html, page_of, visitor_of
from portal.second_step import Credential, site_or_none
from portal.security import local_path
from tenants.access import Principal
from tenants.core.one_time import authenticator_uri, in_groups
from tenants.identity.errors import WrongCode
from tenants.service import factors, passkeys
from tenants.service.letters import write
from tenants.service.sessions import end_others

router = APIRouter(include_in_schema=False)

ISSUER = "Glassfloor"
Next = Annotated[str, Form(max_length=2000)]


@router.get("/account/second-factor")
async def show(request: Request, who: Own, next: str = "/account/security") -> Response:  # noqa: A002 - the address's own word
    """Say what a second factor is and how to get one; while an app is being set up, show its picture."""
    return await _set_up(request, who, next)


@router.post("/account/second-factor/begin")
async def begin(request: Request, who: Fresh, next: Next = "/account/security") -> Response:  # noqa: A002 - the field's name
    """Make a new app's secret; the old app counts until the new one has shown a code."""
    await factors.begin_authenticator(entrance(request), UUID(who.id), clock.now())
    return RedirectResponse(f"/account/second-factor?{urlencode({'next': local_path(next)})}", SEE_OTHER)


@router.post("/account/second-factor")
async def confirm(
    request: Request,
    who: Fresh,
    one_time_code: Annotated[str, Form(max_length=64)],
    next: Next = "/account/security",  # noqa: A002 - the field's name
) -> Response:
    """Put the app in force with its first code and show the recovery codes."""
    way_in, now = entrance(request), clock.now()
    try:
        codes = await factors.confirm_authenticator(way_in, UUID(who.id), one_time_code, now)
    except WrongCode:
        return await _set_up(request, who, next, error="code")
    await end_others(way_in.control, UUID(who.id), who.session)
    await write(way_in, UUID(who.id), "factor_added", now)
    return codes_page(request, who, codes, local_path(next))


@router.post("/account/second-factor/remove")
async def remove(request: Request, who: Fresh) -> Response:
    """Forget the app."""
    way_in, now = entrance(request), clock.now()
    await factors.remove_authenticator(way_in, UUID(who.id), now)
    await end_others(way_in.control, UUID(who.id), who.session)
    await write(way_in, UUID(who.id), "factor_removed", now)
    return RedirectResponse("/account/security?told=removed", SEE_OTHER)


@router.post("/account/passkeys/options")
async def passkey_options(request: Request, who: Fresh) -> Response:
    """Ask the device for a new passkey."""
    token, wanted = await passkeys.ask_new(entrance(request).control, who, site_or_none(request), clock.now())
    answer = Response(wanted, media_type="application/json")
    set_second(answer, request.app.state.settings, token)
    return answer


@router.post("/account/passkeys")
async def passkey_add(request: Request, who: Fresh, credential: Credential) -> Response:
    """Keep the passkey that the device made."""
    way_in, now = entrance(request), clock.now()
    await passkeys.add(way_in, who, (second_token(request), credential), site_or_none(request), now)
    await end_others(way_in.control, UUID(who.id), who.session)
    await write(way_in, UUID(who.id), "factor_added", now)
    answer = JSONResponse({"next": "/account/security?told=passkey"})
    clear_second(answer, request.app.state.settings)
    return answer


@router.post("/account/passkeys/name")
async def passkey_name(
    request: Request,
    who: Own,
    passkey: Annotated[str, Form(max_length=2048)],
    passkey_name: Annotated[str, Form(min_length=1, max_length=60, pattern="^[^\\x00]*$")],
) -> Response:
    """Call a passkey something."""
    if not await passkeys.rename(request.app.state.control, UUID(who.id), passkey, passkey_name.strip() or "-"):
        raise NotFound
    return RedirectResponse("/account/security", SEE_OTHER)


@router.post("/account/passkeys/remove")
async def passkey_remove(request: Request, who: Fresh, passkey: Annotated[str, Form(max_length=2048)]) -> Response:
    """Forget a passkey."""
    way_in, now = entrance(request), clock.now()
    if not await passkeys.remove(way_in, UUID(who.id), passkey, now):
        raise NotFound
    await end_others(way_in.control, UUID(who.id), who.session)
    await write(way_in, UUID(who.id), "factor_removed", now)
    return RedirectResponse("/account/security?told=removed", SEE_OTHER)


async def _set_up(request: Request, who: Principal, go_on: str, *, error: str | None = None) -> Response:
    way_in = entrance(request)
    secret = await factors.new_secret(way_in, UUID(who.id), clock.now())
    picture = Markup()
    if secret is not None:
        code = segno.make(authenticator_uri(secret, who.email, ISSUER), error="m")
        drawn = code.svg_inline(scale=5, border=4, light="#fff", dark="#000", omitsize=True)
        picture = Markup(drawn)  # noqa: S704 - drawn by the library from the address; it holds numbers only
    return html(
        request, "account_second_factor.html", page_of(request, visitor_of(who)), status=422 if error else 200,
        factors=await factors.factors_of(way_in.control, UUID(who.id)), secret=in_groups(secret or ""),
        picture=picture, error=error, next=local_path(go_on), site=passkey_site(request) is not None,
        asked=who.must_enrol,
    )  # fmt: skip
