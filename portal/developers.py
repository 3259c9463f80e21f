"""The page from which a client's technician builds: commands filled in, downloads, keys, endpoints, errors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import HTMLResponse

from exchange.endpoints import side_of
from exchange.service import health, rows
from exchange.service.rows import Row
from kit.db import Scope
from portal import i18n, proofs
from portal.credentials import state_of
from portal.developer_commands import Begins, commands, sample
from portal.endpoint_pages import with_look
from portal.exchange_words import exchange_words
from portal.pages import Visitor, html, page_of
from portal.rendering import Page
from tenants.core.permissions import Permission
from tenants.core.work_orders import OrderType
from tenants.endpoints import Access, permitted
from tenants.oauth.clients import list_credentials
from webhooks.service import keeping
from workorders.service.rules import rules_of

router = APIRouter(prefix="/settings/developers", include_in_schema=False)
Builder = Annotated[Access, Depends(permitted("integration.manage"))]
Chosen = Annotated[str, Query(max_length=64)]

NEEDED: tuple[Permission, ...] = (
    "event.read", "work_order.read", "work_order.create", "work_order.change", "work_order.comment",
)  # fmt: skip
"""What a key has to be given for the commands of this page."""
_USUAL = "callback"
"""The type of a client that names none."""


@router.get("")
async def show(
    request: Request, access: Builder, connection: Chosen = "",
    wanted: Annotated[str, Query(max_length=64, alias="type")] = "",
) -> HTMLResponse:  # fmt: skip
    """Show how to begin with one of the client's systems and one of its types; without a choice, the first of each."""
    state, page = request.app.state, page_of(request, Visitor(access.principal, access))
    async with state.plane.transaction(access.tenant_id) as scope:
        systems, types = await rows.every(scope), (await rules_of(scope)).types
        chosen = _first(systems, connection)
        at = {} if chosen is None else await _built(scope, chosen, side_of(access))
    living = _living(await list_credentials(state.control, access.tenant_id), page.now)
    kind = types.get(wanted) or next(iter(types.values()), None)
    begins = None if chosen is None else _begins(page, state.settings.public_url, chosen["code"], kind)
    answer = html(
        request, "developers.html", page, systems={each["code"]: each["name"] for each in systems},
        chosen=chosen["code"] if chosen else "",
        types={each.code: each.name for each in types.values()}, kind=kind.code if kind else _USUAL,
        commands=commands(begins) if begins else {}, credentials=living,
        steps=_steps(at, [row for row in living if row["connection"] == chosen["code"]]) if chosen else {},
        needed=NEEDED, downloads=_downloads(request.app.openapi_url),
        exchange=exchange_words(i18n.translations(page.locale).gettext), **at,
    )  # fmt: skip
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _first(systems: Sequence[Row], code: str) -> Row | None:
    return next((each for each in systems if each["code"] == code), systems[0] if systems else None)


async def _built(scope: Scope, row: Row, side: str) -> dict[str, Any]:
    endpoints = [with_look(each) for each in await keeping.endpoints(scope, row["code"])]
    return {"how": await health.of(scope, row, side), "endpoints": endpoints}


def _living(found: tuple[list[dict[str, Any]], list[dict[str, Any]]], now: datetime) -> list[dict[str, Any]]:
    """Return the keys and OAuth clients that open something, with what they are and how long."""
    keys, clients = found
    every = [*({**row, "is": "key"} for row in keys), *({**row, "is": "client"} for row in clients)]
    told = [{**row, "state": state_of(row, now)} for row in every]
    return [row for row in told if row["state"] in {"lives", "soon"}]


def _begins(page: Page, url: str, connection: str, kind: OrderType | None) -> Begins:
    _ = i18n.translations(page.locale).gettext
    custom = sample(kind.fields, page.now.astimezone(page.day_zone).date()) if kind else {}
    return Begins(url, connection, kind.code if kind else _USUAL, _("A test of the connection"), custom)


def _steps(at: Mapping[str, Any], keys: list[dict[str, Any]]) -> dict[str, bool]:
    """Return what is there already of a working round trip with this system, in order."""
    return {
        "agreed": at["how"]["state"] == "active",
        "key": bool(keys),
        "asked": any(row["used_at"] for row in keys),
        "endpoint": any(row["look"] == "active" for row in at["endpoints"]) or at["how"]["connector"] is not None,
    }


def _downloads(document: str) -> list[dict[str, Any]]:
    """Return what is downloaded here: ``href``, ``name`` as the words have it, and of programs the SHA-256."""
    return [
        {"name": "document", "href": document, "digest": None},
        {"name": "postman", "href": proofs.POSTMAN_PATH, "digest": None},
        {"name": "python", "href": proofs.PYTHON_PATH, "digest": None},
        {"name": "typescript", "href": proofs.TYPESCRIPT_PATH, "digest": None},
        {"name": "workorders", "href": proofs.WORKORDERS_PATH, "digest": proofs.digest_of(proofs.WORKORDERS)},
        {"name": "receiver", "href": proofs.RECEIVER_PATH, "digest": proofs.digest_of(proofs.RECEIVER)},
    ]
