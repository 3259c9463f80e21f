"""One request of an attack and what came back."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass, field

_REFUSED, _TOO_MANY = 400, 429
_PACKED = b"PK\x03\x04"


@dataclass
class Request:
    """One filled request. ``sent``: what of the victim's it holds, to be found in an answer as an echo only."""

    method: str
    target: str
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | None = None
    sent: tuple[str, ...] = ()
    filled: tuple[str, ...] = ()
    """The names of the places that a value of the victim stands in."""


@dataclass(frozen=True)
class Answer:
    """What came back; ``text`` is what :func:`text_of` says of the body. ``took_s``: until its last byte."""

    status: int
    headers: tuple[tuple[str, str], ...]
    text: str
    took_s: float = 0.0

    def header(self, name: str) -> str:
        """Return the first header of this name (lower case), or nothing."""
        return next((value for key, value in self.headers if key.lower() == name), "")

    @property
    def brief(self) -> str:
        """The status with the problem's stable code, if there is one; no text of the body."""
        code = re.search(r'"code":"([a-z_]+)"', self.text) if self.status >= _REFUSED else None
        return f"{self.status} {code.group(1)}" if code else str(self.status)

    @property
    def refused(self) -> bool:
        """Whether the status is an error's."""
        return self.status >= _REFUSED

    @property
    def throttled(self) -> bool:
        """Whether this caller asked too often: by its credential or address, whatever it asked for."""
        return self.status == _TOO_MANY and ("ratelimit" in {k.lower() for k, _ in self.headers}
                                             or '"code":"rate_limited"' in self.text)  # fmt: skip

    @property
    def whole(self) -> str:
        """Everything that could hold a word; text is read as UTF-8 too."""
        return "\n".join([*(f"{k}: {v}" for k, v in self.headers), self.text, _utf8(self.text)])


def _utf8(text: str) -> str:
    return text.encode("latin-1").decode("utf-8", "replace")


def text_of(body: bytes) -> str:
    """Return a body as latin-1, so that no byte is lost; of a workbook what its parts hold, not its packed bytes."""
    if body.startswith(_PACKED):
        try:
            with zipfile.ZipFile(io.BytesIO(body)) as book:
                body = b"\n".join(book.read(name) for name in sorted(book.namelist()))
        except (zipfile.BadZipFile, RuntimeError):  # cut off, or locked: looked at as it is
            pass
    return body.decode("latin-1")
