"""Which types of files are taken; what is in a file says which it is (:mod:`kit.sniff`)."""

from __future__ import annotations

from typing import Final

_OFFICE = "application/vnd.openxmlformats-officedocument."
_OPEN = "application/vnd.oasis.opendocument."

ALLOWED: Final = frozenset({
    "application/gzip", "application/json", "application/pdf", "application/xml", "application/zip", "message/rfc822",
    "text/plain", f"{_OFFICE}wordprocessingml.document", f"{_OFFICE}spreadsheetml.sheet",
    f"{_OFFICE}presentationml.presentation", f"{_OPEN}text", f"{_OPEN}spreadsheet", f"{_OPEN}presentation",
    "image/bmp", "image/gif", "image/heif", "image/jpeg", "image/png", "image/tiff", "image/webp",
    "audio/flac", "audio/mp4", "audio/mpeg", "audio/ogg", "audio/x-wav", "video/mp4", "video/quicktime", "video/webm",
})  # fmt: skip
"""No programs, no pages, no archives that the embedded scanner cannot look into, no documents that hide macros."""
