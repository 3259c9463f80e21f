"""The one address under which a link to a file or a recording of a work order opens, without a key."""

from __future__ import annotations

import asyncio
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from interactions import service as interactions
from interactions.endpoints import Heard, play_to
from interactions.sharing.service import is_active
from journal.core.facts import Actor
from kit import clock
from kit.db import AccessibleTenantId, Scope
from kit.errors import NotFound
from tenants.access import for_system
from tenants.endpoints import public
from tenants.streams import Standing
from workorders.attachments.endpoints import file_answer
from workorders.attachments.errors import AttachmentGone, AttachmentPending, FileLinkOver
from workorders.attachments.service import handing, links
from workorders.attachments.service.rows import Row

router = APIRouter(tags=["attachments"], default_response_class=Response)

_OPEN = Depends(public("the signed address is the key, to one file, for some minutes"))


@router.get("/v1/files/{file_token}", dependencies=[_OPEN])
async def linked_file(request: Request, file_token: str) -> Response:
    """Download what a link leads to. It is closed after 15 minutes, and at once when it is ended."""
    place = links.read(request.app.state.signer, file_token)
    if not await is_active(request.app.state.control, place.tenant_id):
        raise FileLinkOver
    tenant_id = for_system(place.tenant_id, "links")
    standing = LinkStanding(request, tenant_id, place)
    async with request.app.state.plane.transaction(tenant_id) as scope:
        link = await links.standing(scope, place, clock.now())
        answer = await _answer(request, scope, link, standing)
    answer.headers.update({"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"})
    return answer


async def _answer(request: Request, scope: Scope, link: Row, standing: Standing) -> Response:
    who = Actor("link", str(link["id"]))
    try:
        if link["target"] == links.ATTACHMENT:
            row = await handing.by_id(scope, link["target_id"])
            opened = await handing.opened(scope, request.app.state.recordings, row)
            await handing.taken(scope, row, who, str(link["id"]))
            return await file_answer(request, opened, standing)
        return await play_to(request, scope, await _heard(scope, link, who), standing)
    except (NotFound, AttachmentGone, AttachmentPending) as error:
        raise FileLinkOver from error


async def _heard(scope: Scope, link: Row, who: Actor) -> Heard:
    """Return the recording behind a link. Raises ``NotFound``."""
    found = await scope.fetch(
        "SELECT interaction_id FROM gf.recording WHERE tenant_id = $1 AND id = $2 AND deleted_at IS NULL",
        scope.tenant_id, link["target_id"],
    )  # fmt: skip
    if not found:
        raise NotFound
    interaction: UUID = found[0]["interaction_id"]
    recordings = await interactions.recordings(scope, interaction)
    chosen = next((each for each in recordings if each["id"] == str(link["target_id"])), None)
    if chosen is None:
        raise NotFound
    return Heard(chosen, interaction, who)


class LinkStanding(Standing):
    """Ends what is sent when its link is over or was ended."""

    def __init__(self, request: Request, tenant_id: AccessibleTenantId, place: links.Pass) -> None:
        """Take the link."""
        self._request, self._tenant_id, self._place = request, tenant_id, place
        self.over = asyncio.Event()

    async def look(self) -> None:
        """Look whether the link still stands."""
        async with self._request.app.state.plane.transaction(self._tenant_id) as scope:
            await links.standing(scope, self._place, clock.now())
