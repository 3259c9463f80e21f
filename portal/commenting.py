"""Comments of the client's people, of quality and of supervisors on a conversation: written and removed on its page."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from interactions.comments import service as comments
from interactions.comments.errors import CommentNotClear
from interactions.endpoints import readable
from kit import clock
from kit.errors import NotFound
from tenants.endpoints import Access, permitted
from tenants.speaker import Speaker, speaker

router = APIRouter(include_in_schema=False)

MayComment = Annotated[Access, Depends(permitted("interaction.comment"))]
_SEE_OTHER = 303


@router.post("/interactions/{interaction_id}/comments")
async def write(
    request: Request, interaction_id: UUID, access: MayComment, text: Annotated[str, Form(max_length=8000)] = "",
    recording: Annotated[str, Form(max_length=60)] = "", at_ms: Annotated[str, Form(max_length=12)] = "",
) -> Response:  # fmt: skip
    """Comment on a conversation, or on a place of its recording."""
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        await readable(scope, interaction_id, access)
        made = await comments.write(scope, interaction_id, text, _place(recording, at_ms), writer(access), clock.now())
    return RedirectResponse(f"/interactions/{interaction_id}#comment-{made}", _SEE_OTHER)


@router.post("/interactions/{interaction_id}/comments/{comment_id}/remove")
async def remove(request: Request, interaction_id: UUID, comment_id: UUID, access: MayComment) -> Response:
    """Remove a comment of one's own; its text is deleted."""
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        await readable(scope, interaction_id, access)
        await comments.remove(scope, interaction_id, comment_id, writer(access), clock.now())
    return RedirectResponse(f"/interactions/{interaction_id}#comments", _SEE_OTHER)


def writer(access: Access) -> Speaker:
    """Return who comments: a person, never a key. Raises :class:`NotFound`."""
    if access.principal.kind != "user":
        raise NotFound
    return speaker(access.principal, access.role)


def _place(recording: str, at_ms: str) -> comments.Place | None:
    """Return the place that a form names; none: the whole. Raises :class:`CommentNotClear`."""
    if not at_ms:
        return None
    try:
        return comments.Place(UUID(recording), int(at_ms))
    except ValueError as error:
        raise CommentNotClear from error
