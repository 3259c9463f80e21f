"""Files on work orders in words: sentences of the audit, why one was deleted, and why one is not taken."""

from __future__ import annotations

from typing import Any

from portal.sentences import Gettext


def file_sentences(_: Gettext) -> dict[str, str]:
    """Return a sentence for each kind of fact about files."""
    return {
        "WorkOrderAttached": _("Something was attached to the work order %(number)s."),
        "AttachmentScanned": _("A file on the work order %(number)s was scanned."),
        "AttachmentReceived": _("%(author)s sent a file for a work order; it waits for its scan."),
        "AttachmentRemoved": _("%(author)s took a file away before the other side was told of it."),
        "AttachmentScanDelayed": _("A file has waited for its scan since %(since_at)s: the scanner does not answer."),
        "AttachmentDownloaded": _("Took a file of a work order."),
        "FileLinkMade": _("Made a link to a file or a recording of a work order, good until %(expires_at)s."),
        "WorkOrderContextTaken": _(
            "Took the conversation behind a work order, with %(recordings)s links to recordings."
        ),
        "FileLinksRevoked": _("Ended %(count)s links to files or recordings of a work order."),
    }


def file_words(_: Gettext) -> dict[str, Any]:
    """Return why a file was deleted (``found``) or not taken (``refused``), and how far it is (``sent``)."""
    found = {
        "malware": _("Malware was found in it"),
        "encrypted": _("An encrypted archive: nobody can look into it"),
        "bomb": _("It unpacks to more than anybody looks at"),
        "unreadable": _("An archive that cannot be unpacked"),
    }
    refused = {
        "attachment_too_large": _("This file is too large."),
        "attachment_type_refused": _("Files of this type are not taken, whatever they are called."),
        "attachment_not_clear": _("This file is empty, or not all of it came."),
        "too_many_attachments": _("This work order has a hundred files already."),
        "attachment_announced": _("The other side has been told of this file: it stays."),
        "attachment_away": _("The store of files does not answer. Try again."),
        "other": _("The file was not taken. Try again."),
    }
    sent = {"going": _("Sending %(name)s"), "gone": _("%(name)s was sent and is being scanned")}
    return {"file": {"found": found, "refused": refused, "sent": sent}}
