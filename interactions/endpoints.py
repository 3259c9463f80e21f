"""Interactions for the client's machines, and the one way to hear a recording, for machines and pages alike.

Recordings play through the application only, from a key that we made, and each listening is a fact.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson
from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from interactions import service
from interactions.audio import where
from interactions.comments import service as comments
from interactions.core import query
from interactions.core.query import Unreadable, Wrong
from interactions.errors import RecordingAway, RecordingUnreadable
from interactions.recordings.facts import RecordingPlayed
from interactions.search import refused
from interactions.shown import as_shown
from journal.core.facts import Actor
from kit import clock, sealedfile, vault
from kit.db import Scope
from kit.errors import NotFound, ValidationFailed
from kit.objects import Kept
from kit.peaks import NoSound
from kit.sealedfile import Told
from kit.sound import digest_of
from kit.tenantkeys import Tampered, TenantKeys, UnknownKey
from tenants.core.masks import mask_value
from tenants.core.permissions import decide
from tenants.endpoints import Access, permitted, reader_of
from tenants.service import reading
from tenants.service.policies import shown_to
from tenants.streams import Standing, StandingStream

router = APIRouter(prefix="/v1/interactions", tags=["interactions"], default_response_class=Response)

Reading = Annotated[Access, Depends(permitted("interaction.read"))]
Listening = Annotated[Access, Depends(permitted("recording.listen"))]

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")

_SHOWN = (
    "id", "started_at", "queued_at", "answered_at", "ended_at", "contact", "number", "channel", "state", "queue",
    "queue_code", "agent", "outcome", "ended_by", "cause", "wait_ms", "talk_ms", "hold_ms", "wrap_ms", "disposition",
    "recording", "direction", "task", "origin_id", "due_at", "tries", "result",
)  # fmt: skip

_RECORDED = ("id", "kind", "duration_ms", "media", "channels", "sha256", "content_sha256", "repaired", "gaps")


@router.get("")
async def list_interactions(
    request: Request,
    access: Reading,
    after: str | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = service.PAGE,
) -> Response:
    """List interactions, narrowed by the filters of docs/searching.md; ``after`` is the ``next`` of the page before."""
    filters = _filters(request, access)
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        shown = await shown_to(scope, access.role)
        page = await service.list_interactions(scope, filters, after=after, shown=shown, limit=limit)
        rows = await as_shown(scope, page.rows, shown)
        told = {**request.query_params, "limit": limit}
        await reading.listed(scope, reader_of(access), "interactions", len(page.rows), told)
    return _json({"data": [_shown(row) for row in rows], "has_more": page.next is not None, "next": page.next})


def _filters(request: Request, access: Access) -> service.Filters:
    """Return what the address asks for. Raises :class:`ValidationFailed`, for a filter that does not exist too."""
    zone = ZoneInfo(access.principal.memberships[access.tenant_id].zone)
    given = [(name, text) for name, text in request.query_params.multi_items() if name not in {"after", "limit"}]
    if len({name for name, _ in given}) < len(given):
        raise ValidationFailed("say each filter once")
    try:
        read = query.read(dict(given), zone, clock.now().astimezone(zone).date())
    except Unreadable as error:
        raise refused(*error.wrong) from error
    return commented(access, replace(read, last_agent=access.own) if access.own else read)


@router.get("/{interaction_id}")
async def interaction(request: Request, interaction_id: UUID, access: Reading) -> Response:
    """Return one interaction with its recordings and everything that happened, from the journal."""
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        row = await readable(scope, interaction_id, access)
        facts = await service.history(scope, interaction_id)
        await reading.interaction_opened(scope, reader_of(access), interaction_id)
        shown = await shown_to(scope, access.role)
        (row,) = await as_shown(scope, [row], shown)
    recordings = [{k: r[k] for k in _RECORDED} for r in row["recordings"]]
    history = [
        {
            "seq": f.seq,
            "at": f.at,
            "kind": f.kind,
            "actor": f.who,
            "data": mask_value(dict(f.data), shown),
        }
        for f in facts
        if access.own is None or f.kind not in comments.KINDS
    ]
    more = {"because": row["because"], "path": row["path"], "recordings": recordings, "history": history}
    return _json({**_shown(row), **more})


@router.get("/{interaction_id}/recording")
async def recording(
    request: Request, interaction_id: UUID, access: Listening, recording: str | None = None
) -> Response:
    """Play a recording (FLAC; older ones are WAV), whole or in ranges; without ``recording`` the first one."""
    return await play(request, access, interaction_id, recording)


def commented(access: Access, wanted: service.Filters) -> service.Filters:
    """Refuse to look through comments for those who may not read them. Raises :class:`ValidationFailed`."""
    if wanted.comment and (access.principal.kind != "user" or decide(access.role, "interaction.comment") is None):
        raise refused(Wrong("comment", "no_such"))
    return wanted


async def readable(scope: Scope, interaction_id: UUID, access: Access) -> dict[str, Any]:
    """Return an interaction that this reader may see: an agent only its own. Raises :class:`NotFound`."""
    row = await service.interaction(scope, interaction_id)
    own = access.own
    if own not in (None, row["agent_id"]) and not (own and await service.deals_with(scope, own, interaction_id)):
        raise NotFound
    return row


@dataclass(frozen=True, slots=True)
class Heard:
    """A recording (a row of :func:`service.recordings`) that somebody listens to."""

    recording: Mapping[str, Any]
    interaction: UUID
    actor: Actor


async def play(request: Request, access: Access, interaction_id: UUID, recording_id: str | None) -> Response:
    """Answer with the sound; see :func:`play_to`. Raises :class:`NotFound`, too."""
    async with request.app.state.plane.session(access.tenant_id) as session:
        row = await readable(session, interaction_id, access)
        chosen = next((r for r in row["recordings"] if recording_id in (None, r["id"])), None)
        if chosen is None:
            raise NotFound
        heard = Heard(chosen, interaction_id, Actor(*access.who))
        return await play_to(request, session, heard, Standing(request, access))


async def play_to(request: Request, session: Scope, heard: Heard, standing: Standing) -> Response:
    """Answer with the sound, whole or the range that was asked for, opened as it is read.

    Where a listening begins, and where a part is asked for without one, that is a fact, and all of it is read and
    compared with the digest that was taken when it was stored.
    Raises :class:`NotFound`, ``KeysAway``, ``KeysDestroyed``, :class:`RecordingAway` and :class:`RecordingUnreadable`.
    """
    chosen, place = heard.recording, where(heard.recording["id"])
    if not is_own(chosen["key"], session.tenant_id):
        raise NotFound
    kept = Kept(request.app.state.recordings, chosen["key"])
    try:
        told, keys = await look(session, kept)
        fact = RecordingPlayed(recording_id=chosen["id"], by=heard.actor.id)
        if await reading.heard(session, heard.actor, fact, heard.interaction, begins=begins(request)):
            await verify(kept, keys, place, chosen["content_sha256"])
    except FileNotFoundError as error:
        raise NotFound("The recording is no longer kept") from error
    except OSError as error:
        raise RecordingAway from error
    return await answer_from(
        kept, Opening(keys, place, told.size), request.headers.get("Range"), chosen["media"], standing
    )


async def verify(kept: Kept, keys: TenantKeys | None, place: str, digest: str | None) -> None:
    """Compare what is kept with its digest; of what an older version stored as it was, there is none."""
    if digest is None:
        return
    try:
        found = await asyncio.to_thread(lambda: digest_of(sealedfile.read(kept, keys, place)))
    except (Tampered, UnknownKey) as error:
        raise RecordingUnreadable from error
    if found != digest:
        raise RecordingUnreadable


@dataclass(frozen=True, slots=True)
class Opening:
    """What a sealed file is opened with, and its length in bytes."""

    keys: TenantKeys | None
    where: str
    size: int


async def look(scope: Scope, place: Path | Kept) -> tuple[Told, TenantKeys | None]:
    """Return what the file says of itself, and the keys that open it; none for one from before there were keys."""
    try:
        told = await asyncio.to_thread(sealedfile.look, place)
    except Tampered as error:
        raise RecordingUnreadable from error
    key_id = told.key_id
    if key_id is None:
        return told, None
    return told, await vault.opened(scope, lambda keys: keys.require(key_id))


async def answer_from(
    place: Path | Kept, opening: Opening, wanted: str | None, media: str, standing: Standing
) -> Response:
    """Answer with a sealed or plain file, whole or in the range ``wanted``, as long as the reader may have it.

    Raises :class:`RecordingUnreadable`, :class:`RecordingAway`.
    """
    read = partial(sealedfile.read, place, opening.keys, opening.where)
    return await answer_range(read, opening.size, wanted, media, standing)


async def answer_range(
    read: Callable[[int, int], Iterator[bytes]], size: int, wanted: str | None, media: str, standing: Standing
) -> Response:
    """Answer with the range ``wanted`` of ``size`` bytes that ``read`` yields; see :func:`answer_from`."""
    part = _range(wanted, size)
    begin, end = part or (0, size)
    headers = {"Cache-Control": "private, no-store", "Accept-Ranges": "bytes"}
    if part is not None and begin >= end:
        return Response(status_code=416, headers={**headers, "Content-Range": f"bytes */{size}"})
    chunks = read(begin, end)
    try:
        first = await asyncio.to_thread(next, chunks, b"")  # what cannot be opened is refused before anything is sent
    except (Tampered, UnknownKey, NoSound) as error:
        raise RecordingUnreadable from error
    except OSError as error:
        raise RecordingAway from error
    headers["Content-Length"] = str(end - begin)
    if part is not None:
        headers["Content-Range"] = f"bytes {begin}-{end - 1}/{size}"
    status = 200 if part is None else 206
    return StandingStream(chain((first,), chunks), standing, status=status, headers=headers, media=media)


def _range(wanted: str | None, size: int) -> tuple[int, int] | None:
    """Return the one range that was asked for (RFC 9110, section 14.1.2), end exclusive; None: all of it.

    What is not understood, or several ranges, may be answered with everything. A begin behind the end stays there.
    """
    match = _RANGE.fullmatch((wanted or "").strip())
    if match is None or not any(match.groups()):
        return None
    begin, end = match.groups()
    if not begin:
        return max(0, size - int(end)), size
    if end and int(end) < int(begin):
        return None
    return int(begin), min(size, int(end) + 1) if end else size


def is_own(key: str, tenant_id: UUID) -> bool:
    """Say whether a file lies in its tenant's folder: a row must not lead to another's, whoever wrote it."""
    return key.startswith(f"t/{tenant_id}/") and ".." not in key


def begins(request: Request) -> bool:
    """Say whether a listening begins here: a player asks for later ranges of the same file again and again."""
    return request.headers.get("Range", "bytes=0-").startswith("bytes=0-")


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in _SHOWN}


def _json(value: Any) -> Response:  # noqa: ANN401 - any JSON value
    return Response(orjson.dumps(value, option=orjson.OPT_UTC_Z), media_type="application/json")
