"""What is refused about attachments."""

from __future__ import annotations

from kit.errors import Conflict, NotFound, Problem, Unavailable, ValidationFailed


class AttachmentTooLarge(Problem):
    """The file is too large: ``most`` says how many bytes may be, ``limit`` by whose limit."""

    status = 413
    code = "attachment_too_large"
    title = "The file is too large"


class AttachmentTypeRefused(Problem):
    """Files of this type are not taken, whatever they are called; ``found`` says what it was taken for."""

    status = 415
    code = "attachment_type_refused"
    title = "Files of this type are not taken"


class AttachmentNotClear(ValidationFailed):
    """A part of the form is missing, doubled or has a wrong value, or what it names does not fit."""

    code = "attachment_not_clear"
    title = "This cannot be attached as it is said"


class AttachmentPending(Conflict):
    """The file has not been scanned yet, or not all of it has come."""

    code = "attachment_pending"
    title = "This file has not been scanned yet"


class AttachmentGone(Problem):
    """Something was found in the file, and it was deleted; ``reason`` says what kind of thing."""

    status = 410
    code = "attachment_gone"
    title = "This file was deleted because of what was found in it"


class AttachmentAnnounced(Conflict):
    """The other side has been told of the attachment: it stays."""

    code = "attachment_announced"
    title = "The other side has been told of this attachment"


class AttachmentFilled(Conflict):
    """The attachment has its content already, and what was sent is another."""

    code = "attachment_filled"
    title = "This attachment has its content already"


class TooManyAttachments(Conflict):
    """A work order has at most a hundred attachments."""

    code = "too_many_attachments"
    title = "This work order has a hundred attachments already"


class AttachmentAway(Unavailable):
    """The store of files does not answer, or what it gave is not what was put there."""

    code = "attachment_away"
    title = "The file cannot be read at the moment"


class FileLinkUnknown(NotFound):
    """There is no such link: forged, another client's, or never made."""

    code = "file_link_unknown"
    title = "There is nothing under this address"


class FileLinkOver(Problem):
    """The link's time is over, it was ended, or what it led to is gone."""

    status = 410
    code = "file_link_over"
    title = "This link is closed"
