"""Recordings for prompts and music, brought by a client's systems: a blueprint then names them by their digest."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import JSONResponse

from ivr.errors import BadSound, SoundNotTaken
from ivr.uploads import Heard, for_phones
from kit import clock
from portal.settings.ground import author_of
from portal.settings.music import SHORTEST_MS, reasons
from tenants.endpoints import Access, permitted, reader_of
from tenants.service.sounds import NewSound, keep_sound, name_of

router = APIRouter(prefix="/v1/sounds", tags=["sounds"])

MayUpload = Annotated[Access, Depends(permitted("sound.upload"))]
Use = Annotated[Literal["prompt", "music"], Query(description="What it is for: music lasts at least three seconds.")]
_CREATED, _KNOWN = 201, 200
_EXAMPLE = {"sound": "sha256:" + "9f86d081884c7d65" * 4, "duration_ms": 4200}
_ANSWER: dict[str, Any] = {"content": {"application/json": {"example": _EXAMPLE}}}
_WAV = {"schema": {"type": "string", "format": "binary"}}
_BODY = {"requestBody": {"required": True, "content": {"audio/wav": _WAV}}}


@router.post(
    "", status_code=_CREATED, openapi_extra=_BODY,
    responses={
        _CREATED: {"description": "It is kept.", **_ANSWER},
        _KNOWN: {"description": "It was there already.", **_ANSWER},
    },
)  # fmt: skip
async def upload(request: Request, access: MayUpload, use: Use = "prompt") -> JSONResponse:
    """Keep a recording, a whole WAV file as the body; ``sound`` is its name for a blueprint. It may be repeated."""
    try:
        heard = await _heard(await request.body(), use)
    except BadSound as error:
        raise SoundNotTaken(reasons(str)[error.reason], reason=error.reason) from error
    async with request.app.state.plane.session(access.tenant_id) as scope:
        new = NewSound(heard.wav, heard.duration_ms, author_of(access), reader_of(access), clock.now())
        is_new = await keep_sound(scope, new)
    answer = {"sound": name_of(heard.wav), "duration_ms": heard.duration_ms}
    return JSONResponse(answer, _CREATED if is_new else _KNOWN)


async def _heard(body: bytes, use: str) -> Heard:
    if not body:
        raise BadSound("none")
    heard = await asyncio.to_thread(for_phones, body)
    if use == "music" and heard.duration_ms < SHORTEST_MS:
        raise BadSound("too_short")
    return heard
