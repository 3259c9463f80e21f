"""The client's own music: uploaded, listened to, chosen for holds and for everybody who waits, taken away."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.datastructures import FormData, UploadFile
from starlette.responses import FileResponse, RedirectResponse, Response

from ivr.errors import BadSound
from ivr.uploads import MOST_BYTES, Heard, for_phones
from kit import clock
from kit.errors import NotFound
from portal.pages import html
from portal.sentences import Gettext
from portal.settings import refusals
from portal.settings.entries import code_from
from portal.settings.fields import Fields
from portal.settings.ground import Ground, author_of, edit_of, ground_of, seen_of
from portal.settings.sounds import router as sounds
from portal.settings.sounds import sentences
from portal.settings.uses import uses_of
from tenants.endpoints import Access, permitted, reader_of
from tenants.errors import DraftChanged, Refused, TooManySounds
from tenants.service.drafts import change_in
from tenants.service.sounds import NewSound, keep_sound, name_of, sound_file

router = APIRouter(include_in_schema=False)
router.include_router(sounds)

MayRead = Annotated[Access, Depends(permitted("settings.read"))]
MayChange = Annotated[Access, Depends(permitted("settings.change"))]
SHORTEST_MS = 3000
"""A shorter piece is a noise when it is played again and again."""
Rows = list[dict[str, Any]]


@router.get("/settings/music")
async def show(request: Request, access: MayRead) -> Response:
    """Show the pieces of the draft, where each is heard, and a form for another one."""
    return _page(request, await ground_of(request, access))


@router.get("/settings/music/sound")
async def listen(request: Request, access: MayRead) -> Response:
    """Play a piece of the draft as the phones do."""
    ground = await ground_of(request, access)
    piece = _piece(ground, request.query_params.get("entry", ""))
    folder = request.app.state.settings.data_folder.resolve()
    path = await sound_file(request.app.state.plane, folder, access.tenant_id, piece["audio"])
    return FileResponse(path, media_type="audio/wav", headers={"Cache-Control": "private, no-cache"})


@router.post("/settings/music/sound")
async def upload(request: Request, access: MayChange) -> Response:
    """Take another piece into the draft; the first one is heard by everybody who waits or is held."""
    ground = await ground_of(request, access)
    form = await request.form(max_part_size=MOST_BYTES)
    fields, _ = Fields.of(form.multi_items()), ground.translated
    name = fields.text("name")
    try:
        heard = await _heard(form)
        taken = {piece["code"] for piece in ground.content["music"]}
        made = {"code": code_from(name, taken, "music"), "name": name, "audio": name_of(heard.wav), "hold": not taken}
        await _save(request, ground, [*ground.content["music"], made], fields.text("seen"), heard)
    except BadSound as error:
        return _page(request, ground, errors={"file": reasons(ground.translated)[error.reason]}, name=name, status=422)
    except DraftChanged:
        return _page(request, await ground_of(request, access), changed=True, name=name, status=409)
    except Refused as problem:
        told = {"name": refusals.said(problem.errors[0].detail, _)}
        return _page(request, ground, errors=told, name=name, status=422)
    except TooManySounds:
        return _page(request, ground, errors={"file": reasons(ground.translated)["too_many"]}, name=name, status=409)
    return RedirectResponse("/settings/music?saved=1", 303)


@router.post("/settings/music")
async def choose(request: Request, access: MayChange) -> Response:
    """Let a piece be heard by everybody or by nobody, or take it away; one that a queue names stays."""
    ground = await ground_of(request, access)
    fields = Fields.of((await request.form()).multi_items())
    key, do = fields.text("entry"), fields.text("do")
    _piece(ground, key)
    rows = [dict(piece) for piece in ground.content["music"]]
    if do == "remove":
        used = [use["name"] for use in uses_of(ground.content, "music", key)]
        if used:
            return _page(request, ground, wrong=(_in_use(used, ground.translated),), status=409)
        rows = [piece for piece in rows if piece["code"] != key]
    else:
        for piece in rows:
            piece["hold"] = piece["code"] == key and do == "everywhere"
    try:
        await _save(request, ground, rows, fields.text("seen"))
    except DraftChanged:
        return _page(request, await ground_of(request, access), changed=True, status=409)
    return RedirectResponse("/settings/music?saved=1", 303)


async def _heard(form: FormData) -> Heard:
    file = form.get("file")
    if not isinstance(file, UploadFile) or not file.filename:
        raise BadSound("none")
    heard = await asyncio.to_thread(for_phones, await file.read(MOST_BYTES + 1))
    if heard.duration_ms < SHORTEST_MS:
        raise BadSound("too_short")
    return heard


async def _save(request: Request, ground: Ground, rows: Rows, seen: str, heard: Heard | None = None) -> None:
    """Change the draft, and keep the recording that it names, both or neither."""
    access = ground.access
    async with request.app.state.plane.session(access.tenant_id) as scope:
        await change_in(scope, {"music": rows}, edit_of(access, {"music": seen or "nothing"}))
        if heard is not None:
            new = NewSound(heard.wav, heard.duration_ms, author_of(access), reader_of(access), clock.now())
            await keep_sound(scope, new)


def _piece(ground: Ground, key: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] | None = next((p for p in ground.content["music"] if p["code"] == key), None)
    if found is None:
        raise NotFound
    return found


def _in_use(places: list[str], _: Gettext) -> str:
    return _("This music is heard in: %(places)s. Choose other music there first.") % {"places": ", ".join(places)}


def reasons(_: Gettext) -> dict[str, str]:
    """Return why a piece is not taken, by the code of the reason."""
    return {**sentences(_), "too_short": _("The piece is shorter than three seconds.")}


def _page(  # noqa: PLR0913 - what a form shows again
    request: Request, ground: Ground, *, errors: Mapping[str, str] | None = None, wrong: tuple[str, ...] = (),
    name: str = "", changed: bool = False, status: int = 200,
) -> Response:  # fmt: skip
    content = ground.content
    rows = [
        {**piece, "queues": [use["name"] for use in uses_of(content, "music", piece["code"])]}
        for piece in content["music"]
    ]
    return html(
        request, "settings/music.html", ground.page, status=status, draft=ground.banner(), rows=rows, name=name,
        errors=errors or {}, wrong=wrong, changed=changed, seen=seen_of(content, "music"),
        may=ground.changes("music"), saved=request.query_params.get("saved") == "1",
    )  # fmt: skip
