"""Systems that are called by their own API: set on the page of their connection, and tried there."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from pydantic import ValidationError
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from exchange.calling import Caller
from exchange.endpoints import by_of
from exchange.schemas import ConnectorBody
from exchange.service import connectors
from exchange.tasks import Asker
from kit.clock import now
from kit.errors import Detail, Problem, ValidationFailed
from kit.outbound import Guard
from portal.exchange import Builder, BuildsNow, connection_page, text_of

router = APIRouter(prefix="/settings/exchange", include_in_schema=False)
_SEE_OTHER = 303


@router.post("/{connection}/connector")
async def set_connector(request: Request, access: BuildsNow, connection: str) -> Response:
    """Set how a system is read and told; what is wrong is shown with what was typed, but for the secret."""
    typed = _typed(await request.form())
    try:
        wanted = _body(typed)
        async with request.app.state.plane.transaction(access.tenant_id) as scope:
            await connectors.put(scope, connection, wanted, by_of(access).actor, now())
    except Problem as problem:
        return await connection_page(request, access, connection, problem=problem, form=typed)
    return RedirectResponse(f"{router.prefix}/{connection}#connector", _SEE_OTHER)


@router.post("/{connection}/connector/trial")
async def try_connector(request: Request, access: Builder, connection: str) -> Response:
    """Call the system once: are we let in, and may we look for what changed? Nothing is kept."""
    state = request.app.state
    async with Caller(Guard(allow_private=state.settings.allow_private_webhooks)) as caller:
        called = await Asker(state.plane, caller).trial(access.tenant_id, connection)
    return await connection_page(request, access, connection, called=called)


def _typed(form: FormData) -> dict[str, Any]:
    lines = [line.partition("=") for line in text_of(form, "settings").splitlines() if "=" in line]
    return {
        "adapter": text_of(form, "adapter"), "url": text_of(form, "url"), "secret": text_of(form, "secret") or None,
        "tells": text_of(form, "tells") == "yes", "takes_new": text_of(form, "takes_new") == "yes",
        "every_minutes": text_of(form, "every_minutes"),
        "settings": {name.strip(): value.strip() for name, _, value in lines},
    }  # fmt: skip


def _body(typed: dict[str, Any]) -> ConnectorBody:
    """Return what was typed. Raises ``ValidationFailed`` with a pointer to each wrong field."""
    try:
        return ConnectorBody.model_validate(typed)
    except ValidationError as error:
        wrong = [(f"/{'/'.join(map(str, each['loc']))}", each) for each in error.errors()[:5]]
        raise ValidationFailed(errors=tuple(Detail(at, each["type"], each["msg"]) for at, each in wrong)) from error
