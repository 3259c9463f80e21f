"""What makes a password good enough here: long, not one of the commonest, not what everybody knows of its person.

Length is what counts (NIST SP 800-63B, 3.1.1.2); no rule asks for capitals or digits. Of the commonest passwords only
those matter that are long enough, and those are a common word with digits or signs around it, or again and again.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

SHORTEST = 12
LONGEST = 200
FEWEST_CHARACTERS = 5
"""So many different characters a password has at least: ``aaaaaaaaaaaa`` is long, too."""
_NAME = 4
"""A shorter part of a name or an address is found in good passwords by chance."""

_WORDS_TEXT = """
password passwort passw0rd p@ssw0rd p@ssword pa55word motdepasse contrasena changeme changeit letmein welcome
administrator admin superuser iloveyou woaini qwerty qwertyuiop qwertyuiopasdf qwertyuiopasdfghjkl asdfghjkl
asdfghjklzxcvbnm zxcvbnm 1qaz2wsx3edc 1q2w3e4r5t 1q2w3e4r5t6y 1q2w3e4r 1qaz2wsx qazwsxedc qazwsxedcrfv qwer1234
abcdefgh abcdefghijkl abcd1234 a1b2c3d4 a1b2c3d4e5f6 sunshine princess football baseball basketball superman
batman starwars pokemon dragon monkey master shadow michael jennifer computer internet secret trustno mustang
liverpool chelsea arsenal barcelona manchester company business callcenter callcentre glassfloor helpdesk default
guest test temporary woaini1314 5201314 1314520 hongkong taiwan taipei shanghai beijing shenzhen china
"""
_WORDS = frozenset(_WORDS_TEXT.split())
_RUNS = ("0123456789" * 3, "9876543210" * 3, "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm")


def objection(password: str, known: Iterable[str] = ()) -> str | None:
    """Return why the password is refused, or None: ``short``, ``long``, ``personal`` or ``common``.

    ``known``: what everybody knows of the person: the e-mail address, its name, the names of its companies.
    """
    if len(password) < SHORTEST:
        return "short"
    if len(password) > LONGEST:
        return "long"
    plain = _plain(password)
    if any(part in plain for part in _parts(known)):
        return "personal"
    return "common" if _common(plain) else None


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _parts(known: Iterable[str]) -> set[str]:
    """Return the words to look for: whole, and an address's parts without its top-level domain."""
    words = set()
    for text in known:
        local, _, domain = _plain(text).partition("@")
        words |= {local, *re.split(r"[\W_]+", local), domain.rpartition(".")[0]}
        words |= {part for label in domain.split(".")[:-1] for part in re.split(r"[\W_]+", label)}
    return {word for word in words if len(word) >= _NAME or (len(word) > 1 and not word.isascii())}


def _common(plain: str) -> bool:
    if len(set(plain)) < FEWEST_CHARACTERS:
        return True
    if any(plain in run or plain[: len(plain) // 2] * 2 == plain for run in _RUNS):
        return True
    core = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", plain)
    return any(_is_word(candidate) for candidate in {plain, core, re.sub(r"[\W\d_]+", "", plain)})


def _is_word(text: str) -> bool:
    """Say whether a text is a common word, or common words and nothing else."""
    if text in _WORDS:
        return True
    return any(text.startswith(word) and text != word and _is_word(text[len(word) :]) for word in _WORDS)
