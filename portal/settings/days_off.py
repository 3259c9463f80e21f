"""Days off out of a calendar file, taken into the draft of a client's hours."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.datastructures import UploadFile
from starlette.responses import RedirectResponse, Response

from kit import clock
from portal.settings.fields import Fields
from portal.settings.ground import change, ground_of
from portal.settings.parts import HOURS, Form, answer, place_of
from tenants.endpoints import Access, permitted
from tenants.errors import DraftChanged, Refused
from tenants.ics import MOST_BYTES
from tenants.service.days_off import taken_into

router = APIRouter(include_in_schema=False)

MayChange = Annotated[Access, Depends(permitted("settings.change"))]


@router.post("/settings/hours/days-off")
async def take(request: Request, access: MayChange) -> Response:
    """Close the days of an uploaded file in one of the draft's calendars."""
    ground = await ground_of(request, access)
    form = await request.form(max_part_size=MOST_BYTES)
    fields, _ = Fields.of(form.multi_items()), ground.translated
    key = fields.text("entry")
    shown = Form(ground.content["calendars"][place_of(HOURS, ground, key)], place_of(HOURS, ground, key), key)
    file = form.get("file")
    if not isinstance(file, UploadFile) or not file.filename:
        return answer(request, HOURS, ground, shown, errors={"file": _("Choose a file first.")}, status=422)
    try:
        taken = await taken_into(ground.content, key, await file.read(MOST_BYTES + 1), clock.now())
        if taken.days:
            await change(request, ground, {"calendars": taken.calendars}, fields.text("seen") or "nothing")
    except DraftChanged:
        return answer(request, HOURS, await ground_of(request, access), shown, changed=True, status=409)
    except Refused as problem:
        line = problem.errors[0].line
        told = _("Line %(line)s of the file cannot be taken as part of a calendar (iCalendar, .ics).") % {"line": line}
        return answer(request, HOURS, ground, shown, errors={"file": told}, status=422)
    said = f"&days={len(taken.days)}&left_out={len(taken.left_out)}"
    return RedirectResponse(f"/settings/hours?entry={key}{said}", 303)
