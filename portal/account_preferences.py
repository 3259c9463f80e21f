"""How one wants pages: language, zone, clock, keys, and being guided again."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from kit.errors import ValidationFailed
from portal.account import Oneself
from portal.entering import SEE_OTHER
from portal.pages import LANGUAGE_COOKIE, YEAR, html, page_of, visitor_of
from tenants.access import Principal
from tenants.core import preferences as core
from tenants.service import preferences

router = APIRouter(include_in_schema=False)

PAGE = "/account/preferences"
_UNPROCESSABLE = 422
_Short = Annotated[str, Form(max_length=64, pattern="^[^\\x00]*$")]


class PreferenceRefused(ValidationFailed):
    """A language, zone, clock or use of keys that is none, or a guided visit that there is not."""

    code = "preference_unknown"
    title = "This cannot be chosen"


@router.get(PAGE)
async def show(request: Request, who: Oneself, told: str = "") -> Response:
    """Show what one chose, with examples of how a moment is written."""
    return _page(request, who, who.preferences, told=told)


@router.post(PAGE)
async def keep(
    request: Request, who: Oneself, language: _Short = "", zone: _Short = "", clock: _Short = "24",
    single_keys: _Short = "on",
) -> Response:  # fmt: skip
    """Keep a choice; every later page is written so, on every device."""
    try:
        kept = await preferences.keep(
            request.app.state.control, UUID(who.id),
            lambda now: core.chosen(now, language=language, zone=zone, clock=clock, single_keys=single_keys),
        )  # fmt: skip
    except core.PreferenceUnknown as refused:
        return _page(request, who, who.preferences, error=refused.field, status=_UNPROCESSABLE)
    answer = RedirectResponse(f"{PAGE}?told=kept", SEE_OTHER)
    if kept.language:
        answer.set_cookie(LANGUAGE_COOKIE, kept.language, max_age=YEAR, samesite="lax", httponly=True)
    else:
        answer.delete_cookie(LANGUAGE_COOKIE, samesite="lax", httponly=True)
    return answer


@router.post(PAGE + "/toured")
async def toured(request: Request, who: Oneself, tour: _Short) -> Response:
    """Keep that a page guided this person, so that it does so once. Raises :class:`PreferenceRefused`."""
    try:
        await preferences.keep(request.app.state.control, UUID(who.id), lambda now: now.been(tour))
    except core.PreferenceUnknown as refused:
        raise PreferenceRefused("tour") from refused
    return Response(status_code=204)


@router.post(PAGE + "/again")
async def again(request: Request, who: Oneself) -> Response:
    """Let every page guide this person once more."""
    await preferences.keep(request.app.state.control, UUID(who.id), core.guided_again)
    return RedirectResponse(f"{PAGE}?told=again", SEE_OTHER)


def _page(
    request: Request, who: Principal, now: core.Preferences, *, told: str = "", error: str = "", status: int = 200
) -> Response:
    page = page_of(request, visitor_of(who))
    regions: dict[str, list[str]] = {}
    for name in sorted(core.zones()):
        regions.setdefault(name.split("/")[0], []).append(name)
    return html(
        request, "account_preferences.html", page, status=status, told=told, error=error, chosen=now, regions=regions
    )
