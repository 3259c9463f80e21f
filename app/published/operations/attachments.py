"""Files of a work order, and moments of its recording."""

from __future__ import annotations

from typing import Any, Final

from app.published.parts import Operation, Operations, Shown, Told
from app.published.shapes import attachments as shapes
from workorders.attachments.errors import (
    AttachmentAnnounced,
    AttachmentAway,
    AttachmentFilled,
    AttachmentGone,
    AttachmentNotClear,
    AttachmentPending,
    AttachmentTooLarge,
    AttachmentTypeRefused,
    FileLinkOver,
    FileLinkUnknown,
    TooManyAttachments,
)

_ALL: Final = "/v1/work-orders/{work_order_id}/attachments"
_ONE: Final = _ALL + "/{attachment_id}"
_BYTES: Final[dict[str, Any]] = {"type": "string", "format": "binary"}
_ANY: Final = ("application/octet-stream",)
_NOT_TAKEN: Final = (AttachmentTooLarge, AttachmentTypeRefused, TooManyAttachments)

TABLE: Operations = {
    f"POST {_ALL}": Operation(
        "create_attachment", "Attach a file",
        {201: Told("It is kept, and seen by the other side once its scan is clean.", shapes.FileAttachment,
                   headers=("Location", "Idempotency-Replayed"))},
        {"announce": Shown(201, {"name": "receipt.pdf"}, "Announce it; its content comes by PUT")},
        refuses=(*_NOT_TAKEN, AttachmentNotClear), once="required",
    ),
    f"GET {_ALL}": Operation(
        "list_attachments", "List the attachments", {200: Told("Oldest first.", shapes.Attachments)},
        {"all": Shown(200)},
    ),
    f"GET {_ONE}": Operation(
        "get_attachment", "Read about an attachment", {200: Told("As it is now.", shapes.Attachment)},
    ),
    f"DELETE {_ONE}": Operation(
        "delete_attachment", "Take an attachment away", {204: Told("It is gone.")}, refuses=(AttachmentAnnounced,),
    ),
    f"PUT {_ONE}/content": Operation(
        "put_attachment_content", "Send the content of an announced file",
        {200: Told("It is kept, and scanned.", shapes.FileAttachment)}, refuses=(*_NOT_TAKEN, AttachmentFilled),
        body={"application/octet-stream": {"schema": _BYTES}},
    ),
    f"GET {_ONE}/content": Operation(
        "get_attachment_content", "Download a file",
        {200: Told("All of it.", headers=("ETag", "Accept-Ranges", "Content-Disposition"), media=_ANY, schema=_BYTES),
         206: Told("The range that was asked for.", headers=("ETag", "Accept-Ranges"), media=_ANY, schema=_BYTES),
         304: Told("It is what you have.", headers=("ETag",)), 416: Told("The range lies outside of it.")},
        refuses=(AttachmentPending, AttachmentGone, AttachmentAway),
    ),
    f"POST {_ONE}/link": Operation(
        "create_attachment_link", "Make an address that needs no key (once it is clean)",
        {201: Told("Good for 15 minutes.", shapes.FileLink)}, refuses=(AttachmentPending, AttachmentGone),
    ),
    f"DELETE {_ONE}/link": Operation(
        "revoke_attachment_links", "End every such address", {204: Told("They lead nowhere now.")},
    ),
    "GET /v1/files/{file_token}": Operation(
        "get_linked_file", "Download what a link leads to",
        {200: Told("All of it.", headers=("ETag", "Accept-Ranges", "Content-Disposition"), media=_ANY, schema=_BYTES),
         206: Told("The range that was asked for.", headers=("ETag", "Accept-Ranges"), media=_ANY, schema=_BYTES),
         304: Told("It is what you have.", headers=("ETag",)), 416: Told("The range lies outside of it.")},
        refuses=(FileLinkUnknown, FileLinkOver, AttachmentGone, AttachmentAway),
    ),
}  # fmt: skip
