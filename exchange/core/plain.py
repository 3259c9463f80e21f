"""Text out of HTML, as far as a comment needs it: words and line breaks; nothing of it is ever shown as HTML.

Each character is looked at a fixed number of times, whatever a stranger sends; the standard library's parser takes
minutes for 100 kB of tags that never end.
"""

from __future__ import annotations

import re
from html import unescape
from typing import Final

_TAG: Final = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,20})")
_BREAKS: Final = frozenset({"p", "div", "li", "tr", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6"})
_UNSEEN: Final = {name: re.compile(f"</{name}", re.IGNORECASE) for name in ("script", "style", "head", "title")}
_COMMENT: Final = "<!--"


def from_html(text: str) -> str:
    """Return the words of a piece of HTML, a line for each paragraph; broken HTML is read as far as it goes."""
    found: list[str] = []
    at = 0
    while (begin := text.find("<", at)) >= 0:
        found.append(text[at:begin])
        if text.startswith(_COMMENT, begin):
            at = _after(text, "-->", begin)
            continue
        tag = _TAG.match(text, begin)
        if tag is None and not text.startswith(("<!", "<?"), begin):  # a sign, no tag
            found.append("<")
            at = begin + 1
            continue
        at = _after(text, ">", begin)
        if tag is None:
            continue
        closing, name = tag.group(1), tag.group(2).lower()
        if name == "br" or (closing and name in _BREAKS):
            found.append("\n")
        elif not closing and name in _UNSEEN:
            ends = _UNSEEN[name].search(text, at)
            at = len(text) if ends is None else ends.start()
    found.append(text[at:])
    return unescape("".join(found)).replace("\0", "").replace("\xa0", " ").strip()


def _after(text: str, sign: str, begin: int) -> int:
    """Return the place behind a sign, the end where there is none."""
    place = text.find(sign, begin)
    return len(text) if place < 0 else place + len(sign)
