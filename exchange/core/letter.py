"""A mail as it came: what is in it, and whether a person wrote it. Whatever it holds, it is read or refused."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import errors as defects
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesParser
from email.utils import getaddresses
from typing import Final

from exchange.core.plain import from_html

MOST_PARTS: Final = 100
DEEPEST: Final = 10
MOST_LOOKS: Final = 3_000_000
"""Lines, each looked at once for every part that may end there: what keeps the reading within a second or two."""
LONGEST_TEXT: Final = 100_000
"""So many characters of text are read; what a person writes above a quote is far less."""
_LONGEST_ID: Final = 250
_PARTS = re.compile(rb"boundary\*?[0-9]*\*?\s*=", re.IGNORECASE)
_BROKEN = (
    defects.NoBoundaryInMultipartDefect, defects.StartBoundaryNotFoundDefect, defects.CloseBoundaryNotFoundDefect,
    defects.MultipartInvariantViolationDefect, defects.InvalidBase64PaddingDefect,
    defects.InvalidBase64CharactersDefect, defects.InvalidBase64LengthDefect,
)  # fmt: skip
_UNREADABLE = (MessageError, ValueError, LookupError, TypeError, AttributeError, RecursionError)
"""What the standard library raises for mails that are none."""


class NoLetter(Exception):
    """It cannot be read; the text is for the sender's server: an enhanced status code (RFC 3463) and why."""


@dataclass(frozen=True, slots=True)
class File:
    """A file that came with a mail."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Bounce:
    """What a server says of a mail of ours that it could not deliver (RFC 3464)."""

    for_good: bool
    """False: it is only late."""
    status: str
    said: str


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail. ``automatic``: a machine answered (RFC 3834); ``judged``: what servers on its way say of its sender."""

    message_id: str
    sender: str
    text: str
    files: tuple[File, ...]
    automatic: bool
    bounce: Bounce | None
    judged: tuple[str, ...]


def read(raw: bytes) -> Letter:
    """Return what a mail says. Raises :class:`NoLetter`."""
    parted = len(_PARTS.findall(raw))
    lines = raw.count(b"\n") + raw.count(b"\r") - raw.count(b"\r\n")
    if parted > MOST_PARTS or (parted + 1) * lines > MOST_LOOKS:
        raise NoLetter("5.6.0 it has too many parts")
    try:
        message = BytesParser().parsebytes(raw)
        parts = list(_parts(message, DEEPEST))
        if len(parts) > MOST_PARTS:
            raise NoLetter("5.6.0 it has too many parts")
        bounce = _bounce(message)
        text = "" if bounce else _text(parts)
        files = () if bounce else tuple(_file(part) for part in parts if _is_file(part))
        if any(isinstance(each, _BROKEN) for part in [message, *parts] for each in part.defects):
            raise NoLetter("5.6.0 its parts are broken")
        return Letter(
            _id(message, raw), _sender(message), text, files, bounce is None and _is_automatic(message), bounce,
            tuple(" ".join(str(each).split()) for each in message.get_all("Authentication-Results", [])),
        )  # fmt: skip
    except _UNREADABLE as error:
        raise NoLetter("5.6.0 it cannot be read") from error


def passed(judged: tuple[str, ...], authserv: str) -> bool:
    """Say whether our own relay found the sender to be who it says (RFC 8601): by DMARC, else DKIM or SPF.

    Only the topmost verdict under the relay's name counts: others may have come with the mail.
    """
    for each in judged:
        name, _, said = each.partition(";")
        if name.split()[:1] == [authserv]:
            found = dict(re.findall(r"(?:^|;)\s*(dmarc|dkim|spf)\s*=\s*([a-z]+)", said.lower()))
            return "pass" in ({found["dmarc"]} if "dmarc" in found else {found.get("dkim"), found.get("spf")})
    return False


def _parts(message: Message, left: int) -> Iterator[Message]:
    """Yield the parts that hold something themselves."""
    if not message.is_multipart() or message.get_content_maintype() == "message":
        yield message
        return
    if left == 0:
        raise NoLetter("5.6.0 its parts lie too deep in one another")
    for part in message.get_payload():
        yield from _parts(part, left - 1)  # type: ignore[arg-type] # a multipart's payload is messages


def _is_file(part: Message) -> bool:
    """Say whether a part is a file: not the text itself, nor a picture inside of it, which belongs to a signature."""
    if part.get_content_disposition() == "attachment":
        return True
    inside = part.get("Content-ID") is not None and part.get_content_maintype() == "image"
    return not inside and (part.get_filename() is not None or part.get_content_maintype() not in {"text", "multipart"})


def _file(part: Message) -> File:
    if part.get_content_maintype() == "message":
        return File(_words(part.get_filename("message.eml")), part.get_payload(0).as_bytes())  # type: ignore[union-attr]
    content = part.get_payload(decode=True)
    return File(_words(part.get_filename("")), content if isinstance(content, bytes) else b"")


def _text(parts: list[Message]) -> str:
    for kind in ("text/plain", "text/html"):
        for part in parts:
            if part.get_content_type() == kind and not _is_file(part):
                content = part.get_payload(decode=True)
                charset = part.get_content_charset("utf-8")
                text = bytes(content).decode("gb18030" if charset == "gb2312" else charset)[:LONGEST_TEXT]
                return from_html(text) if kind == "text/html" else text
    return ""


def _bounce(message: Message) -> Bounce | None:
    if message.get_content_type() != "multipart/report" or str(message.get_param("report-type")) != "delivery-status":
        return None
    for part in message.get_payload():
        if isinstance(part, Message) and part.get_content_type() == "message/delivery-status":
            for block in part.get_payload():
                if isinstance(block, Message) and block.get("Action"):
                    said = str(block.get("Diagnostic-Code", "")).partition(";")[2] or str(block.get("Status", ""))
                    return Bounce(
                        str(block["Action"]).strip().lower() == "failed", str(block.get("Status", "")).strip()[:20],
                        " ".join(said.replace("\0", "").split())[:300],
                    )  # fmt: skip
    raise NoLetter("5.6.0 its report cannot be read")


def _is_automatic(message: Message) -> bool:
    submitted = str(message.get("Auto-Submitted", "no")).partition(";")[0].strip().lower()
    precedence = str(message.get("Precedence", "")).strip().lower()
    return submitted != "no" or precedence in {"bulk", "junk", "auto_reply"} or "X-Autoreply" in message


def _sender(message: Message) -> str:
    found = getaddresses([str(each) for each in message.get_all("From", [])])
    if len(found) != 1 or "@" not in found[0][1]:
        raise NoLetter("5.6.0 it does not say who wrote it")
    return found[0][1]


def _id(message: Message, raw: bytes) -> str:
    """Return what it is known by; one without an id is known by its bytes."""
    given = str(message.get("Message-ID", "")).strip()
    if 0 < len(given) <= _LONGEST_ID and given.isascii() and given.isprintable():
        return given
    return f"sha256:{hashlib.sha256(raw).hexdigest()}"


def _words(header: str) -> str:
    return str(make_header(decode_header(header)))
