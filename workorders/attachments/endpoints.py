"""The routes of files on work orders, for clients' systems with a key and for people with a session."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

import orjson
from fastapi import APIRouter, Depends, Request, Response
from starlette.exceptions import HTTPException

from interactions.endpoints import answer_range
from interactions.errors import RecordingAway, RecordingUnreadable
from kit import clock, outbox, sealedfile
from kit.db import Scope, Transaction
from kit.errors import NotFound
from kit.held import Held
from kit.ids import new_id
from tenants.core.masks import mask_value
from tenants.core.permissions import decide
from tenants.endpoints import Access, permitted, reader_of
from tenants.service import reading
from tenants.service.policies import shown_to
from tenants.streams import Standing
from workorders.asked import only
from workorders.attachments import schemas
from workorders.attachments.core.limits import Most, most_by
from workorders.attachments.core.states import FILE, MOMENT
from workorders.attachments.errors import AttachmentAway, AttachmentNotClear
from workorders.attachments.receiving import read_wanted, receive, receive_form
from workorders.attachments.schemas import Came, NewAttachment
from workorders.attachments.service import adding, handing, links, rows
from workorders.attachments.service.handing import Opened
from workorders.endpoints import answer_once, doer_of, plane_of
from workorders.service import rows as orders
from workorders.service.idempotency import Answer
from workorders.service.rules import rules_of

router = APIRouter(prefix="/v1/work-orders/{work_order_id}/attachments", tags=["attachments"],
                   default_response_class=Response)  # fmt: skip

Reading = Annotated[Access, Depends(permitted("work_order.read"))]
Commenting = Annotated[Access, Depends(permitted("work_order.comment"))]

_JSON, _FORM = "application/json", "multipart/form-data"
_LONGEST_JSON = 64 * 1024
_SAFE = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox; default-src 'none'"}
_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            _FORM: {"schema": {"type": "object", "required": ["file"], "properties": {
                "file": {"type": "string", "format": "binary"},
                "visibility": {"type": "string", "enum": ["shared", "internal"]},
                "comment_id": {"type": "string", "format": "uuid"}, "name": {"type": "string"}}}},
            _JSON: {"schema": NewAttachment.model_json_schema()},
        },
    }
}  # fmt: skip
_BYTES = {"requestBody": {"required": True, "content": {"application/octet-stream": {}}}}


@router.post("", status_code=201, openapi_extra=_BODY)
async def add_attachment(request: Request, work_order_id: UUID, access: Commenting) -> Response:
    """Attach a file (a form), announce one whose content comes by PUT, or name a moment of the recording (JSON).

    The other side sees it, and is told, when it was scanned and is clean.
    """
    only(request)
    most = await _must_see(request, access, work_order_id)
    kind = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind not in {_JSON, _FORM}:
        raise HTTPException(415, f"send {_FORM} with the file, or {_JSON} without it")
    if kind == _JSON:
        return await _announced(request, access, work_order_id)
    with Held() as held:
        wanted = (await receive_form(request, held, most)).wanted()
        if wanted.kind != FILE:
            raise AttachmentNotClear("a form attaches a file")
        adding.type_of(held)
        return await _uploaded(request, access, work_order_id, wanted, held)


@router.get("")
async def list_attachments(request: Request, work_order_id: UUID, access: Reading) -> Response:
    """List what is attached and this caller may see, oldest first; what waits for its scan only to who sent it."""
    only(request)
    async with plane_of(request).transaction(access.tenant_id) as scope:
        found = await rows.of_order(scope, work_order_id, doer_of(access))
        await reading.work_order_opened(scope, reader_of(access), work_order_id)
        shown = await _shown(scope, access, {"data": [schemas.attachment(row) for row in found]})
    return _json(shown)


@router.get("/{attachment_id}")
async def attachment(request: Request, work_order_id: UUID, attachment_id: UUID, access: Reading) -> Response:
    """Return one attachment: what it is called, what it is, what the scan said, by which scanner."""
    only(request)
    async with plane_of(request).transaction(access.tenant_id) as scope:
        row = await rows.find(scope, work_order_id, attachment_id, doer_of(access))
        await reading.work_order_opened(scope, reader_of(access), work_order_id)
        shown = await _shown(scope, access, schemas.attachment(row))
    return _json(shown)


@router.delete("/{attachment_id}", status_code=204)
async def remove_attachment(request: Request, work_order_id: UUID, attachment_id: UUID, access: Commenting) -> Response:
    """Take away an attachment of one's own side, as long as the other side was not told of it."""
    only(request)
    async with plane_of(request).transaction(access.tenant_id) as scope:
        await adding.remove(scope, work_order_id, attachment_id, doer_of(access), clock.now())
    return Response(status_code=204)


@router.put("/{attachment_id}/content", openapi_extra=_BYTES)
async def put_content(request: Request, work_order_id: UUID, attachment_id: UUID, access: Commenting) -> Response:
    """Send the content of an announced attachment, once; the same again is answered alike."""
    only(request)
    doer = doer_of(access)
    async with plane_of(request).transaction(access.tenant_id) as scope:
        row = await rows.find(scope, work_order_id, attachment_id, doer)
        most = await most_of(request, scope)
    if row["author_side"] != doer.side or row["kind"] != FILE:
        raise NotFound
    with Held() as held:
        await receive(request, held, most)
        stored, used = await keep(request, access, held, attachment_id), False
        try:
            async with plane_of(request).transaction(access.tenant_id) as scope:
                document, used = await adding.fill(scope, work_order_id, stored, doer, clock.now())
                document = await _shown(scope, access, document)
        finally:
            await erase_unless(request, access, stored, used=used)
    return _json(document)


@router.get("/{attachment_id}/content")
async def content(request: Request, work_order_id: UUID, attachment_id: UUID, access: Reading) -> Response:
    """Download a clean file, whole or in a range. Each download is a fact in the client's journal."""
    only(request)
    async with plane_of(request).transaction(access.tenant_id) as scope:
        row = await rows.find(scope, work_order_id, attachment_id, doer_of(access))
        opened = await handing.opened(scope, request.app.state.recordings, row)
        await handing.taken(scope, row, reader_of(access))
    return await file_answer(request, opened, Standing(request, access))


@router.post("/{attachment_id}/link", status_code=201)
async def make_link(request: Request, work_order_id: UUID, attachment_id: UUID, access: Reading) -> Response:
    """Make an address under which a clean file is downloaded without a key for 15 minutes; asked twice it makes two."""
    only(request)
    async with plane_of(request).transaction(access.tenant_id) as scope:
        ids, signer = (work_order_id, attachment_id), request.app.state.signer
        path, ends = await links.make_for(scope, signer, ids, doer_of(access), clock.now())
    return _link(request, path, ends)


@router.delete("/{attachment_id}/link", status_code=204)
async def revoke_links(request: Request, work_order_id: UUID, attachment_id: UUID, access: Commenting) -> Response:
    """End every link to a file at once; a download that is under way is broken off within two seconds."""
    only(request)
    async with plane_of(request).transaction(access.tenant_id) as scope:
        doer, now = doer_of(access), clock.now()
        await rows.find(scope, work_order_id, attachment_id, doer)
        await links.revoke(scope, work_order_id, links.ATTACHMENT, attachment_id, doer, now)
    return Response(status_code=204)


async def file_answer(request: Request, opened: Opened, standing: Standing) -> Response:
    """Answer with a file, or the range of it that was asked for, as something to be kept and never shown.

    Raises :class:`AttachmentAway`.
    """
    row = opened.row
    tag = f'"{row["sha256"]}"'
    headers = {**_SAFE, "ETag": tag, "Content-Disposition": _disposition(row["name"])}
    if tag in [each.strip() for each in request.headers.get("If-None-Match", "").split(",")]:
        return Response(status_code=304, headers=headers)
    wanted = request.headers.get("Range") if request.headers.get("If-Range", tag) == tag else None
    read = partial(sealedfile.read, opened.kept, opened.keys, opened.place)
    try:
        answer = await answer_range(read, row["size"], wanted, row["mime_type"], standing)
    except (RecordingAway, RecordingUnreadable) as error:
        raise AttachmentAway from error
    answer.headers.update(headers)
    return answer


async def most_of(request: Request, scope: Scope) -> Most:
    """Return how large a file of this client may be here."""
    return most_by(int(request.app.state.settings.attachment_mb), (await rules_of(scope)).attachment_mb)


def _disposition(name: str) -> str:
    """Return the header that names a file (RFC 6266): in ASCII for the old, and as it is."""
    plain = "".join(each if each.isascii() and each not in '"\\%' else "_" for each in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


async def _must_see(request: Request, access: Access, work_order_id: UUID) -> Most:
    """Refuse what is not the caller's before any of a body is read; return how large a file may be."""
    async with plane_of(request).transaction(access.tenant_id) as scope:
        await orders.find(scope, work_order_id, doer_of(access))
        return await most_of(request, scope)


async def _announced(request: Request, access: Access, work_order_id: UUID) -> Response:
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > _LONGEST_JSON:
            raise HTTPException(413, f"a document has at most {_LONGEST_JSON} bytes")
    wanted = read_wanted(body)
    if wanted.kind == MOMENT and decide(access.role, "recording.listen") is None:
        raise AttachmentNotClear("who may not hear the recording cannot name a moment of it")

    async def act(scope: Transaction) -> Answer:
        doer, now = doer_of(access), clock.now()
        if wanted.kind == MOMENT:
            document = await adding.name_moment(scope, work_order_id, wanted, doer, now)
        else:
            document = schemas.attachment(await adding.expect(scope, work_order_id, wanted, doer, now))
        return await _created(scope, access, document)

    return await answer_once(request, access, wanted, act)


async def _uploaded(
    request: Request, access: Access, work_order_id: UUID, wanted: NewAttachment, held: Held
) -> Response:
    stored = await keep(request, access, held, new_id())
    used = False

    async def act(scope: Transaction) -> Answer:
        nonlocal used
        document = await adding.attach(scope, work_order_id, wanted, stored, doer_of(access), clock.now())
        used = True
        return await _created(scope, access, document)

    try:
        return await answer_once(request, access, Came(wanted=wanted, sha256=held.sha256), act)
    finally:
        await erase_unless(request, access, stored, used=used)


async def erase_unless(request: Request, access: Access, stored: adding.Stored, *, used: bool) -> None:
    """Have a file deleted that nothing names: a retry got its stored answer, or it was refused after all."""
    if not used:
        async with plane_of(request).transaction(access.tenant_id) as scope:
            await outbox.add(scope, "attachments.erase", {"key": stored.key})


async def keep(request: Request, access: Access, held: Held, attachment_id: UUID) -> adding.Stored:
    """Put a file that came into the store. Raises :class:`AttachmentAway`."""
    async with plane_of(request).transaction(access.tenant_id) as scope:
        try:
            return await adding.store(scope, request.app.state.recordings, held, attachment_id, clock.now())
        except OSError as error:
            raise AttachmentAway from error


async def _created(scope: Transaction, access: Access, document: dict[str, Any]) -> Answer:
    where = f"/v1/work-orders/{document['work_order_id']}/attachments/{document['id']}"
    return Answer(201, {"Location": where}, orjson.dumps(await _shown(scope, access, document)))


async def _shown(scope: Transaction, access: Access, document: dict[str, Any]) -> Any:  # noqa: ANN401 - any JSON value
    return mask_value(document, await shown_to(scope, access.role))


def _link(request: Request, path: str, ends: datetime) -> Response:
    address = request.app.state.settings.public_url.rstrip("/") + path
    document = {"url": address, "expires_at": ends.isoformat().replace("+00:00", "Z")}
    return _json(document, 201, {"Cache-Control": "no-store"})


def _json(document: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:  # noqa: ANN401 - any JSON value
    return Response(orjson.dumps(document), status, headers, "application/json")
