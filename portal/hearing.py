"""What players report of a recording that is heard in the portal: which seconds of it were really played."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from interactions.endpoints import readable
from interactions.listening import seconds
from kit import clock
from kit.errors import NotFound
from tenants.endpoints import Access, permitted, reader_of

router = APIRouter(include_in_schema=False)

Place = Annotated[int, Field(ge=0, le=86_400_000)]
_NO_CONTENT = 204


class Spans(BaseModel):
    """What a player has played: pairs of milliseconds since the beginning of what it plays."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    spans: Annotated[list[tuple[Place, Place]], Field(max_length=400)]


@router.post("/interactions/{interaction_id}/heard")
async def heard(
    request: Request, interaction_id: UUID, body: Spans,
    access: Annotated[Access, Depends(permitted("recording.listen"))], recording: str | None = None,
) -> Response:  # fmt: skip
    """Take down what was heard of a recording (the first one, if none is named); telling it twice changes nothing."""
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        row = await readable(scope, interaction_id, access)
        chosen = next((each for each in row["recordings"] if recording in (None, each["id"])), None)
        if chosen is None:
            raise NotFound
        listening = seconds.Listening(reader_of(access), interaction_id, chosen["id"], 0, chosen["duration_ms"])
        await seconds.report(scope, listening, body.spans, clock.now())
    return Response(status_code=_NO_CONTENT)
