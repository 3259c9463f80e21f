"""A connection by mail or by files: what is set for it, on the connection's page."""

from __future__ import annotations

from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ValidationError
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from exchange.endpoints import by_of
from exchange.endpoints import set_mail as go_by_mail
from exchange.schemas import DropBody, MailBody
from exchange.service import drops, mailing
from kit.clock import now
from kit.errors import Detail, Problem, ValidationFailed, pointer_of
from portal.exchange import connection_page, text_of
from tenants.endpoints import Access, permitted
from tenants.oneself import fresh

router = APIRouter(prefix="/settings/exchange", include_in_schema=False)
BuildsNow = Annotated[Access, Depends(fresh(permitted("integration.manage")))]
"""Whoever says where work orders go, and by what we are let in there."""

_SEE_OTHER = 303
_Body = TypeVar("_Body", bound=BaseModel)


@router.post("/{connection}/mail")
async def set_mail(request: Request, access: BuildsNow, connection: str) -> Response:
    """Let the connection go by mail."""
    form = await request.form()
    try:
        wanted = _read(MailBody, {
            "address": text_of(form, "address"), "senders": text_of(form, "senders").split(),
            "locale": text_of(form, "locale"), "days": text_of(form, "days"), "words": text_of(form, "words") == "yes",
        })  # fmt: skip
        await go_by_mail(request, connection, wanted, access)
    except Problem as problem:
        return await _again(request, access, connection, problem, form)
    return RedirectResponse(f"{router.prefix}/{connection}#mail", _SEE_OTHER)


@router.post("/{connection}/mail-secret")
async def rotate_mail_secret(request: Request, access: BuildsNow, connection: str) -> Response:
    """Sign the addresses of answers anew; those that were given out are good until this is done again."""
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        await mailing.rotate(scope, connection, by_of(access), now())
    return RedirectResponse(f"{router.prefix}/{connection}#mail", _SEE_OTHER)


@router.post("/{connection}/drop")
async def set_drop(request: Request, access: BuildsNow, connection: str) -> Response:
    """Let the connection go by files."""
    form = await request.form()
    try:
        told = ("host", "port", "login", "host_key", "out_folder", "in_folder")
        secret = text_of(form, "drop_secret").replace("\r\n", "\n") or None
        wanted = _read(DropBody, {**{name: text_of(form, name) for name in told}, "secret": secret})
        async with request.app.state.plane.transaction(access.tenant_id) as scope:
            await drops.put(scope, connection, wanted, by_of(access), now())
    except Problem as problem:
        return await _again(request, access, connection, problem, form)
    return RedirectResponse(f"{router.prefix}/{connection}#drop", _SEE_OTHER)


def _read(kind: type[_Body], given: dict[str, Any]) -> _Body:
    try:
        return kind(**given)
    except ValidationError as error:
        wrong = tuple(Detail(pointer_of(each["loc"]), each["type"], each["msg"]) for each in error.errors())
        raise ValidationFailed(errors=wrong) from error


async def _again(request: Request, access: Access, connection: str, problem: Problem, form: FormData) -> Response:
    """Show the page with what was typed, but no secret."""
    typed = {name: value for name, value in form.items() if isinstance(value, str) and name != "drop_secret"}
    return await connection_page(request, access, connection, problem=problem, sent=typed)
