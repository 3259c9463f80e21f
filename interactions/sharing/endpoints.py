"""Links to recordings for the client's machines, and the one way to hear the part behind a link."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

import orjson
from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from interactions import service as interactions
from interactions.audio import where
from interactions.endpoints import answer_range, begins, is_own, look, readable, verify
from interactions.errors import RecordingAway, RecordingUnreadable
from interactions.recordings.facts import RecordingPlayed
from interactions.sharing import service
from interactions.sharing.errors import LinkOver
from journal.core.facts import Actor
from kit import clock, sealedfile
from kit.db import Scope
from kit.errors import NotFound
from kit.objects import Kept
from kit.peaks import NoSound
from kit.soundpart import MEDIA, Part
from kit.tenantkeys import Tampered, UnknownKey
from tenants.core.permissions import STAFF
from tenants.endpoints import Access, permitted, reader_of
from tenants.service import reading
from tenants.streams import Standing

router = APIRouter(prefix="/v1/interactions/{interaction_id}/links", tags=["interactions"],
                   default_response_class=Response)  # fmt: skip

MayShare = Annotated[Access, Depends(permitted("recording.share"))]

_SHOWN = (
    "id", "recording_id", "audience", "from_ms", "until_ms", "made_name", "made_at", "expires_at", "openings", "opened",
    "opened_at", "revoked_at", "revoked_name", "state",
)  # fmt: skip
_CREATED, _NO_CONTENT = 201, 204


class LinkWanted(BaseModel):
    """What a link shall be to; without ``recording`` to the first one, without ``until_ms`` to its end."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    audience: Literal["people", "anyone"]
    hours: Annotated[int, Field(ge=1, le=720)]
    openings: Annotated[int, Field(ge=1, le=100)] = 1
    recording: UUID | None = None
    from_ms: Annotated[int, Field(ge=0, le=86_400_000)] = 0
    until_ms: Annotated[int, Field(ge=1, le=86_400_000)] | None = None


@router.post("")
async def make(request: Request, interaction_id: UUID, body: LinkWanted, access: MayShare) -> Response:
    """Make a link. The answer holds its address and passcode, which nobody can read again; asking twice makes two."""
    now, state = clock.now(), request.app.state
    async with state.plane.transaction(access.tenant_id) as scope:
        row = await readable(scope, interaction_id, access)
        if not row["recordings"]:
            raise NotFound
        wanted = service.Wanted(
            interaction_id, body.recording or UUID(row["recordings"][0]["id"]), body.audience, body.hours,
            body.openings, body.from_ms, body.until_ms,
        )  # fmt: skip
        made = await service.make(scope, wanted, maker(access), now)
    found = {"id": made.place.link_id, "expires_at": now + timedelta(hours=body.hours)}
    return _json({**found, "address": address(request, body.audience, made), "passcode": made.passcode}, _CREATED)


@router.get("")
async def links(request: Request, interaction_id: UUID, access: MayShare) -> Response:
    """List the links to a conversation's recordings, newest first; no address and no passcode is in it."""
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        await readable(scope, interaction_id, access)
        rows = await service.of_interaction(scope, interaction_id, clock.now())
        await reading.interaction_opened(scope, reader_of(access), interaction_id)
    return _json({"data": [{name: row[name] for name in _SHOWN} for row in rows]})


@router.delete("/{link_id}")
async def revoke(request: Request, interaction_id: UUID, link_id: UUID, access: MayShare) -> Response:
    """End a link at once; who hears it is cut off within two seconds. Harmless when it is ended."""
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        await readable(scope, interaction_id, access)
        await service.revoke(scope, link_id, interaction_id, maker(access), clock.now())
    return Response(status_code=_NO_CONTENT)


def maker(access: Access) -> service.Maker:
    """Return who makes or ends a link, as the client knows it."""
    return service.Maker(reader_of(access), access.principal.name, access.role in STAFF)


def address(request: Request, audience: str, made: service.Made) -> str:
    """Return the whole address of a link that was just made."""
    state = request.app.state
    return f"{state.settings.public_url.rstrip('/')}{service.PATHS[audience]}{service.token(state.signer, made.place)}"


async def play_part(
    request: Request, scope: Scope, link: Mapping[str, Any], who: Actor, standing: Standing
) -> Response:
    """Answer with the part of a recording that a link is to, as a WAV of its own, whole or the range asked for.

    What lies outside of the part is never sent. Each listening is a fact. Raises :class:`LinkOver`, ``KeysAway``,
    :class:`RecordingAway` and :class:`RecordingUnreadable`.
    """
    recording = str(link["recording_id"])
    kept_rows = await interactions.recordings(scope, link["interaction_id"])
    chosen = next((each for each in kept_rows if each["id"] == recording), None)
    if chosen is None or not is_own(chosen["key"], scope.tenant_id):
        raise LinkOver
    kept, place = Kept(request.app.state.recordings, chosen["key"]), where(recording)
    try:
        told, keys = await look(scope, kept)
        fact = RecordingPlayed(recording_id=recording, by=who.id, link_id=str(link["id"]))
        if await reading.heard(scope, who, fact, link["interaction_id"], begins=begins(request)):
            await verify(kept, keys, place, chosen["content_sha256"])

        def read(start: int, end: int) -> bytes:
            return b"".join(sealedfile.read(kept, keys, place, start, end))

        part = await asyncio.to_thread(Part, told.size, read, link["from_ms"], link["until_ms"])
    except FileNotFoundError as error:
        raise LinkOver from error
    except (Tampered, UnknownKey, NoSound) as error:
        raise RecordingUnreadable from error
    except OSError as error:
        raise RecordingAway from error
    return await answer_range(part.read, part.size, request.headers.get("Range"), MEDIA, standing)


def _json(value: Any, status: int = 200) -> Response:  # noqa: ANN401 - any JSON value
    headers = {"Cache-Control": "no-store"}
    return Response(orjson.dumps(value, option=orjson.OPT_UTC_Z), status, headers, "application/json")
