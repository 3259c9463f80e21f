"""Take a file as it comes, in any of the ways that it is sent; no more of it is in memory than a piece.

A form's parts are read by python-multipart's parser; whichever order they come in, there is one file. What is too long
is refused as soon as it is, not when all of it came.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import orjson
from fastapi import Request
from pydantic import ValidationError
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import ClientDisconnect

from kit.errors import Detail, pointer_of
from kit.held import Held
from workorders.attachments.core.limits import Most
from workorders.attachments.errors import AttachmentNotClear, AttachmentTooLarge
from workorders.attachments.schemas import NewAttachment

FIELDS = frozenset({"visibility", "comment_id", "name"})
_LONGEST_FIELD = 4096
_MOST_PARTS = 10


@dataclass(slots=True)
class Form:
    """What came in a form: its short fields, and the name of its file."""

    fields: dict[str, str] = field(default_factory=dict)
    file_name: str | None = None

    def wanted(self) -> NewAttachment:
        """Return what shall be attached. Raises :class:`AttachmentNotClear`."""
        if self.file_name is None:
            raise AttachmentNotClear("the form has no file", errors=(Detail("/file", "missing", "send a file"),))
        given = {name: text for name, text in self.fields.items() if text}
        return read_wanted(orjson.dumps({"name": self.file_name, **given}))


def read_wanted(body: bytes) -> NewAttachment:
    """Return what a JSON document asks for. Raises :class:`AttachmentNotClear`."""
    try:
        return NewAttachment.model_validate_json(body)
    except ValidationError as error:
        wrong = tuple(Detail(pointer_of(each["loc"]), each["type"], each["msg"]) for each in error.errors())
        raise AttachmentNotClear("; ".join(each.detail for each in wrong)[:500], errors=wrong) from error


async def receive(request: Request, held: Held, most: Most) -> None:
    """Take a body that is the file. Raises :class:`AttachmentTooLarge` and :class:`AttachmentNotClear`."""
    try:
        async for piece in request.stream():
            _take(held, piece, most)
    except ClientDisconnect as error:
        raise AttachmentNotClear("the file ended early") from error
    held.end()


async def receive_form(request: Request, held: Held, most: Most) -> Form:
    """Take a form with a file. Raises :class:`AttachmentTooLarge` and :class:`AttachmentNotClear`."""
    _, options = parse_options_header(request.headers.get("Content-Type", ""))
    boundary = options.get(b"boundary", b"")
    if not boundary:
        raise AttachmentNotClear("the form names no boundary")
    reader = _Reader(held, most)
    try:
        parser = MultipartParser(boundary, reader.callbacks())  # type: ignore[arg-type] # a plain dict of functions
        async for piece in request.stream():
            parser.write(piece)
        parser.finalize()
    except RuntimeError as error:  # it was read for its token: a page sends that in a header
        raise AttachmentNotClear("send the token of the page in the header X-CSRF-Token") from error
    except (FormParserError, ClientDisconnect, UnicodeDecodeError) as error:
        raise AttachmentNotClear("the form cannot be read") from error
    if not reader.ended:
        raise AttachmentNotClear("the form ended early")
    held.end()
    return reader.form


def check_size(size: int, most: Most) -> None:
    """Raise :class:`AttachmentTooLarge` for more than may be."""
    if size > most.size:
        whose = f"a file has at most {most.size} bytes, by the {most.whose}'s limit"
        raise AttachmentTooLarge(whose, most=most.size, limit=most.whose.value)


def _take(held: Held, piece: bytes, most: Most) -> None:
    check_size(held.size + len(piece), most)
    held.write(piece)


class _Reader:
    """Puts a form's parts where they belong."""

    def __init__(self, held: Held, most: Most) -> None:
        self._held, self._most = held, most
        self.form, self.ended = Form(), False
        self._header, self._value, self._disposition = b"", b"", b""
        self._name, self._is_file, self._text, self._parts = "", False, bytearray(), 0

    def callbacks(self) -> dict[str, object]:
        return {
            "on_part_begin": self._begin, "on_header_begin": self._header_begin, "on_header_field": self._header_field,
            "on_header_value": self._header_value, "on_header_end": self._header_end,
            "on_headers_finished": self._headers_finished, "on_part_data": self._data, "on_part_end": self._end,
            "on_end": self._finish,
        }  # fmt: skip

    def _begin(self) -> None:
        self._parts += 1
        if self._parts > _MOST_PARTS:
            raise AttachmentNotClear("the form has too many parts")
        self._disposition, self._text = b"", bytearray()

    def _header_begin(self) -> None:
        self._header, self._value = b"", b""

    def _header_field(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]
        self._bounded()

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]
        self._bounded()

    def _bounded(self) -> None:
        if len(self._header) + len(self._value) > _LONGEST_FIELD:
            raise AttachmentNotClear("a header of the form is too long")

    def _header_end(self) -> None:
        if self._header.lower() == b"content-disposition":
            self._disposition = self._value

    def _headers_finished(self) -> None:
        _, options = parse_options_header(self._disposition)
        self._name = options.get(b"name", b"").decode()
        self._is_file = b"filename" in options
        if self._is_file:
            if self.form.file_name is not None or self._name != "file":
                raise AttachmentNotClear("a form has one file, in the field file")
            self.form.file_name = options[b"filename"].decode("utf-8", "replace")
        elif self._name not in FIELDS or self._name in self.form.fields:
            where = Detail(f"/{self._name}", "unknown_field", "no such field, or twice")
            raise AttachmentNotClear("a form has the fields file, name, visibility and comment_id", errors=(where,))

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._is_file:
            _take(self._held, data[start:end], self._most)
        else:
            self._text += data[start:end]
            if len(self._text) > _LONGEST_FIELD:
                raise AttachmentNotClear(f"{self._name} is too long")

    def _end(self) -> None:
        if not self._is_file:
            self.form.fields[self._name] = self._text.decode()

    def _finish(self) -> None:
        self.ended = True
