"""Texts that people write: any script is welcome, and nothing that a reader cannot see or that turns its direction.

A name with a right-to-left override reads as another name, one with a zero-width space equals none (Unicode Technical
Report 36, section 2.10). The two joiners are allowed where a script or an emoji needs them (RFC 5892, appendix A).
"""

from __future__ import annotations

import unicodedata

_JOINERS = "\u200c\u200d"
_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Fillers and blanks that Unicode does not call control or format characters."""
_SEEN = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd")
"""Format characters that are drawn: number signs of Arabic, Syriac and Kaithi."""
_REFUSED = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
_VIRAMA = 9
_BEFORE_EMOJI_JOINER = frozenset({"So", "Sk", "Mn", "Me"})


def normalised(text: str, *, lines: bool = False) -> str:
    """Return the text in Unicode's form NFC. Raises ``ValueError`` naming what nobody can see.

    ``lines`` allows line breaks and tabs, for texts that are longer than a name.
    """
    for place, character in enumerate(text):
        if lines and character in "\n\r\t":
            continue
        if not _allowed(character, text[:place]):
            raise ValueError(f"the invisible character U+{ord(character):04X} is not allowed in a text")
    found = unicodedata.normalize("NFC", text)
    if found.strip() and not any(unicodedata.category(each)[0] in "LNSP" for each in found):
        raise ValueError("nobody can see this text")
    return found


def _allowed(character: str, before: str) -> bool:
    if character in _JOINERS:
        return bool(before) and _joins(character, before[-1])
    return character in _SEEN or (character not in _INVISIBLE and unicodedata.category(character) not in _REFUSED)


def _joins(joiner: str, last: str) -> bool:
    """Say whether a joiner may follow: after a virama, after a letter of a joining script, or inside an emoji."""
    if unicodedata.combining(last) == _VIRAMA or unicodedata.bidirectional(last) == "AL":
        return True
    return joiner == "\u200d" and unicodedata.category(last) in _BEFORE_EMOJI_JOINER
