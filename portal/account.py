"""One's own sign-in: the password, what else one shows, and recovery codes."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from kit import clock
from portal.entering import SEE_OTHER, entrance, passkey_site
from portal.pages import html, page_of, visitor_of
from tenants.access import Principal
from tenants.errors import SignInBusy, TooManySignIns, WrongPassword
from tenants.identity.errors import WeakPassword
from tenants.identity.facts import SecondFactorChanged
from tenants.oneself import fresh, oneself
from tenants.service import factors, passkeys
from tenants.service.entrance import tell
from tenants.service.new_password import change_password

router = APIRouter(include_in_schema=False)

Oneself = Annotated[Principal, Depends(oneself("one's own sign-in"))]
Own = Annotated[Principal, Depends(oneself("one's own password and factors", by_idp=False))]
Fresh = Annotated[Principal, Depends(fresh(oneself("one's own password and factors", by_idp=False)))]


@router.get("/account")
async def start(_who: Own) -> Response:
    """Lead to the first page."""
    return RedirectResponse("/account/security", SEE_OTHER)


@router.get("/account/security")
async def show(request: Request, who: Own, told: str = "") -> Response:
    """Show what one signs in with."""
    return await security_page(request, who, told=told)


@router.post("/account/password")
async def new_password(
    request: Request,
    who: Own,
    password: Annotated[str, Form(max_length=1000)],
    new_password: Annotated[str, Form(max_length=1000)],
) -> Response:
    """Change the password; every other session of this person ends."""
    try:
        await change_password(entrance(request), who, password, new_password, clock.now())
    except WeakPassword as problem:
        return await security_page(request, who, error=problem.why, status=422)
    except WrongPassword:
        return await security_page(request, who, error="credentials", status=422)
    except (TooManySignIns, SignInBusy) as problem:
        return await security_page(request, who, error="busy", status=problem.status)
    return RedirectResponse("/account/security?told=password", SEE_OTHER)


@router.post("/account/recovery-codes")
async def new_codes(request: Request, who: Fresh) -> Response:
    """Make ten new recovery codes and show them, this once; the old ones are worth nothing."""
    way_in, now = entrance(request), clock.now()
    if not (await factors.factors_of(way_in.control, UUID(who.id))).second:
        return RedirectResponse("/account/second-factor", SEE_OTHER)
    await tell(way_in, UUID(who.id), SecondFactorChanged(who.id, "replaced", "recovery_codes"), now)
    return codes_page(request, who, await factors.new_recovery_codes(way_in.control, UUID(who.id)))


async def security_page(
    request: Request, who: Principal, *, told: str = "", error: str | None = None, status: int = 200
) -> Response:
    """Render the page of what one signs in with."""
    control, user_id = request.app.state.control, UUID(who.id)
    return html(
        request, "account_security.html", page_of(request, visitor_of(who)), status=status, told=told, error=error,
        factors=await factors.factors_of(control, user_id), passkeys=await passkeys.passkeys_of(control, user_id),
        site=passkey_site(request) is not None,
    )  # fmt: skip


def codes_page(request: Request, who: Principal, codes: list[str], go_on: str = "/account/security") -> Response:
    """Show recovery codes. They stand in this answer only: nothing leads here again."""
    page = page_of(request, visitor_of(who))
    return html(request, "account_codes.html", page, codes=codes, next=go_on, email=who.email)
