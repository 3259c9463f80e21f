"""What happens to files on work orders.

``WorkOrderAttached`` and ``AttachmentScanned`` are about the work order, and events of it; the others are about the
attachment, so that nobody reads in the order's history of a file that was not shown.
"""

from __future__ import annotations

from typing import Any, ClassVar

from journal.core.facts import Payload, fact_kind
from workorders.facts import WorkOrderHappened

_NAMED = (*WorkOrderHappened.PERSONAL, "attachment.name", "attachment.found")


@fact_kind()
class WorkOrderAttached(WorkOrderHappened):
    """A file is clean, or a moment of a recording is named: both sides have it. An internal one stays inside."""

    PERSONAL: ClassVar[tuple[str, ...]] = _NAMED
    attachment: dict[str, Any]


@fact_kind()
class AttachmentScanned(WorkOrderHappened):
    """A file was scanned: told to a system that sent it, and to both sides when something was found."""

    PERSONAL: ClassVar[tuple[str, ...]] = _NAMED
    attachment: dict[str, Any]


@fact_kind()
class AttachmentReceived(Payload):
    """A file has come and waits for its scan; the subject is the attachment. ``bytes`` long."""

    work_order_id: str
    visibility: str
    side: str
    author: str
    mime_type: str
    bytes: int
    sha256: str


@fact_kind()
class AttachmentRemoved(Payload):
    """Who had attached a file took it away before the other side was told; the subject is the attachment."""

    work_order_id: str
    side: str
    author: str


@fact_kind()
class AttachmentScanDelayed(Payload):
    """A file waits long for its scan because the scanner cannot be asked; told once. The subject is the attachment."""

    work_order_id: str
    since_at: str
    tries: int


@fact_kind()
class AttachmentDownloaded(Payload):
    """Somebody took a file, by the link ``link_id`` or (empty) by its own rights; the subject is the attachment."""

    work_order_id: str
    by: str
    link_id: str


@fact_kind()
class FileLinkMade(Payload):
    """A link was made to a file or a recording of a work order, good until then; the subject is the link.

    ``target``: attachment or recording.
    """

    work_order_id: str
    target: str
    target_id: str
    by: str
    expires_at: str


@fact_kind()
class FileLinksRevoked(Payload):
    """The links to a file, or to the recordings of an order's conversation, were ended; the subject is the order."""

    target: str
    target_id: str
    count: int
    by: str
