"""What contacts hear: listening to a prompt as the phones play it, and a recording in place of the speaking machine."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.datastructures import FormData, UploadFile
from starlette.responses import FileResponse, RedirectResponse, Response

from ivr.errors import BadSound, SpeechFailed
from ivr.uploads import LONGEST_S, MOST_BYTES, Heard, for_phones
from kit import clock
from kit.errors import NotFound, Unavailable
from portal.sentences import Gettext
from portal.settings import refusals
from portal.settings.fields import Fields
from portal.settings.ground import Ground, author_of, edit_of, ground_of
from portal.settings.parts import PROMPTS, Form, answer, place_of
from tenants.endpoints import Access, permitted, reader_of
from tenants.errors import DraftChanged, Refused, TooManySounds
from tenants.service.drafts import change_in
from tenants.service.sounds import NewSound, keep_sound, name_of, sound_file

router = APIRouter(include_in_schema=False)

MayRead = Annotated[Access, Depends(permitted("settings.read"))]
MayChange = Annotated[Access, Depends(permitted("settings.change"))]
ADDRESS = "/settings/prompts/sound"


@router.get(ADDRESS)
async def listen(request: Request, access: MayRead) -> Response:
    """Play a prompt of the draft in a language, exactly as the phones do: recorded, or spoken by the same machine."""
    ground = await ground_of(request, access)
    prompt = _prompt(ground, request.query_params.get("entry", ""))
    language = request.query_params.get("language", "")
    state = request.app.state
    if language in prompt["audio"]:
        folder = state.settings.data_folder.resolve()
        path = await sound_file(state.plane, folder, access.tenant_id, prompt["audio"][language])
    elif language in prompt["text"] and state.speaker is not None:
        try:
            words, whose = prompt["text"][language], str(access.tenant_id)
            path = await asyncio.to_thread(state.speaker.file_of, words, language, whose)
        except SpeechFailed as error:
            raise Unavailable("This text cannot be spoken here") from error
    elif language in prompt["text"]:
        raise Unavailable("No speaking machine is set up beside these pages")
    else:
        raise NotFound
    return FileResponse(path, media_type="audio/wav", headers={"Cache-Control": "private, no-cache"})


@router.post(ADDRESS)
async def change_sound(request: Request, access: MayChange) -> Response:
    """Put a recording in the place of the speaking machine, in the draft; or the machine back in its place."""
    ground = await ground_of(request, access)
    form = await request.form(max_part_size=MOST_BYTES)
    fields = Fields.of(form.multi_items())
    key, language = fields.text("entry"), fields.text("language")
    prompt = _prompt(ground, key)
    shown = Form(prompt, place_of(PROMPTS, ground, key), key)
    if language not in prompt["text"]:
        raise NotFound
    try:
        heard = None if fields.text("do") == "remove" else await _heard(form)
        await _save(request, ground, (key, language, fields.text("seen") or "nothing"), heard)
    except BadSound as error:
        told = {f"audio/{language}": sentences(ground.translated)[error.reason]}
        return answer(request, PROMPTS, ground, shown, errors=told, status=422)
    except DraftChanged:
        return answer(request, PROMPTS, await ground_of(request, access), shown, changed=True, status=409)
    except Refused as problem:
        told = {f"audio/{language}": refusals.said(problem.errors[0].detail, ground.translated)}
        return answer(request, PROMPTS, ground, shown, errors=told, status=422)
    except TooManySounds:
        told = {f"audio/{language}": sentences(ground.translated)["too_many"]}
        return answer(request, PROMPTS, ground, shown, errors=told, status=409)
    return RedirectResponse(f"/settings/prompts?entry={key}&saved=1", 303)


async def _heard(form: FormData) -> Heard:
    file = form.get("file")
    if not isinstance(file, UploadFile) or not file.filename:
        raise BadSound("none")
    return await asyncio.to_thread(for_phones, await file.read(MOST_BYTES + 1))


async def _save(request: Request, ground: Ground, place: tuple[str, str, str], heard: Heard | None) -> None:
    """Keep the recording and name it in the draft, both or neither. ``place``: prompt, language, the form's mark."""
    access, (key, language, seen) = ground.access, place
    rows = []
    for prompt in ground.content["prompts"]:
        audio = {each: name for each, name in prompt["audio"].items() if each != language}
        if heard is not None:
            audio[language] = name_of(heard.wav)
        rows.append({**prompt, "audio": audio} if prompt["code"] == key else prompt)
    async with request.app.state.plane.session(access.tenant_id) as scope:
        await change_in(scope, {"prompts": rows}, edit_of(access, {"prompts": seen}))
        if heard is not None:
            new = NewSound(heard.wav, heard.duration_ms, author_of(access), reader_of(access), clock.now())
            await keep_sound(scope, new)


def _prompt(ground: Ground, key: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] | None = next((p for p in ground.content["prompts"] if p["code"] == key), None)
    if found is None:
        raise NotFound
    return found


def sentences(_: Gettext) -> dict[str, str]:
    """Return why a recording is not taken, by the code of the reason."""
    return {
        "none": _("Choose a file first."),
        "no_wav": _("This is not a WAV recording. Save the sound as WAV (PCM) and upload that."),
        "cut_off": _("The recording is cut off: the file ends before the sound does. Save it again."),
        "too_big": _("The file is larger than %(most)s MB.") % {"most": MOST_BYTES // (1024 * 1024)},
        "silent": _("Nothing can be heard in this recording."),
        "encoding": _("This WAV is packed in a way that the phones do not know. Save it as PCM, 16 bit."),
        "channels": _("The recording has more than two channels. Save it in mono."),
        "rate": _("The recording has less than 8000 or more than 96000 samples a second. Save it with 16000."),
        "too_short": _("The recording is shorter than a third of a second."),
        "too_long": _("The recording is longer than %(most)s seconds.") % {"most": int(LONGEST_S)},
        "too_many": _("No more recordings can be kept. Ask onboarding at the call centre."),
    }
