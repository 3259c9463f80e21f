"""What a file is, by its own first bytes: neither its name nor what its sender calls it is believed."""

from __future__ import annotations

import codecs
import re
from typing import Final

import puremagic

UNKNOWN: Final = "application/octet-stream"
_ZIP: Final = b"PK\x03\x04"
_OFFICE: Final = "application/vnd.openxmlformats-officedocument."
_INSIDE: Final = {
    b"word/": f"{_OFFICE}wordprocessingml.document",
    b"xl/": f"{_OFFICE}spreadsheetml.sheet",
    b"ppt/": f"{_OFFICE}presentationml.presentation",
    b"mimetypeapplication/vnd.oasis.opendocument.text": "application/vnd.oasis.opendocument.text",
    b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet": "application/vnd.oasis.opendocument.spreadsheet",
    b"mimetypeapplication/vnd.oasis.opendocument.presentation": "application/vnd.oasis.opendocument.presentation",
}
"""What stands at the beginning of an archive that is a document."""
_SAME: Final = {
    "application/x-gzip": "application/gzip",
    "application/ogg": "audio/ogg",
    "audio/wave": "audio/x-wav",
    "audio/wav": "audio/x-wav",
    "image/x-ms-bmp": "image/bmp",
    "text/xml": "application/xml",
}
"""Other names of the same types."""
_PAGE: Final = re.compile(
    rb"(?:\xef\xbb\xbf)?[\t\n\x0c\r ]*<(?:!--|(?:!doctype html|html|head|script|iframe|h1|div|font|table|a|style|title"
    rb"|b|body|br|p)[ >])",
    re.IGNORECASE,
)
"""How a text begins that a browser takes for a page (mimesniff.spec.whatwg.org, 7.1)."""
_WHITE: Final = frozenset(b"\t\n\r\f")
_PRINTED_FROM, _DELETE = 0x20, 0x7F


def media_type(head: bytes) -> str:
    """Return the media type of a file that begins like this; :data:`UNKNOWN` for what nobody can tell."""
    if head.startswith(_ZIP):
        return next((kind for mark, kind in _INSIDE.items() if mark in head), "application/zip")
    if head.startswith(b"#!"):
        return "text/x-script"
    if _PAGE.match(head):
        return "text/html"
    try:
        told = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        told = []
    kinds: list[str] = [match.mime_type for match in told if match.mime_type]
    if kinds:
        return _SAME.get(kinds[0], kinds[0])
    return "text/plain" if not told and _is_text(head) else UNKNOWN


def _is_text(head: bytes) -> bool:
    """Say whether these are letters and white space, in UTF-8, UTF-16 with its mark, or another code of eight bits."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        head = head[: len(head) // 2 * 2].decode("utf-16", "replace").encode("utf-8", "replace")
    return bool(head) and all((each >= _PRINTED_FROM and each != _DELETE) or each in _WHITE for each in head)
