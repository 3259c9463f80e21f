"""Text out of HTML, as far as a comment needs it: words and line breaks; nothing of it is ever shown as HTML."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Final

_BREAKS: Final = frozenset({"br", "p", "div", "li", "tr", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6"})
_UNSEEN: Final = frozenset({"script", "style", "head", "title"})


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - the parser's own
        self._unseen += tag in _UNSEEN
        if tag == "br":
            self.found.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._unseen = max(0, self._unseen - (tag in _UNSEEN))
        if tag in _BREAKS and tag != "br":
            self.found.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.found.append(data)


def from_html(text: str) -> str:
    """Return the words of a piece of HTML, a line for each paragraph; broken HTML is read as far as it goes."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return "".join(reader.found).replace("\0", "").replace("\xa0", " ").strip()
