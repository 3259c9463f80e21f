"""The words that a note is found by: of letters and digits, and of Chinese each pair of neighbours. Pure."""

from __future__ import annotations

import re
import unicodedata

MOST = 400
"""So many different words of one note are indexed; a longer note is found by its first ones."""
_LONGEST = 40
_IDEOGRAPHS = "㐀-䶿一-鿿豈-﫿぀-ヿ가-힣"
_PIECES = re.compile(rf"[{_IDEOGRAPHS}]+|[^\W_{_IDEOGRAPHS}]+")
_IDEOGRAPH = re.compile(rf"[{_IDEOGRAPHS}]")


def words(text: str) -> list[str]:
    """Return the different words of a note, in order, as they are stored.

    Letters are compared without case, width and accents. Chinese, Japanese and Korean have no blanks between words:
    there each pair of neighbours is one, and each character alone too, so that a search for one character finds it.
    """
    found: dict[str, None] = {}
    for piece in _pieces(text):
        if _IDEOGRAPH.match(piece):
            found.update(dict.fromkeys(piece))
            found.update(dict.fromkeys(piece[at : at + 2] for at in range(len(piece) - 1)))
        else:
            found[piece[:_LONGEST]] = None
    return list(found)[:MOST]


def wanted(text: str) -> list[str]:
    """Return what must all stand in a note for a search to find it: pairs only, and a character where it is alone."""
    found: dict[str, None] = {}
    for piece in _pieces(text):
        if _IDEOGRAPH.match(piece) and len(piece) > 1:
            found.update(dict.fromkeys(piece[at : at + 2] for at in range(len(piece) - 1)))
        else:
            found[piece[:_LONGEST]] = None
    return list(found)[:MOST]


def _pieces(text: str) -> list[str]:
    flat = unicodedata.normalize("NFKD", text).casefold()
    bare = "".join(letter for letter in flat if not unicodedata.combining(letter))
    return _PIECES.findall(unicodedata.normalize("NFC", bare))
