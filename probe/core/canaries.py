"""Words that stand in one tenant's rows and nowhere else: whoever sees one has seen that tenant."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

UUID_TAIL = r"[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
"""A UUID behind its first eight digits and the dash after them."""
_UUID = re.compile(rf"-(?<=[0-9a-f]{{8}}-){UUID_TAIL}")
"""Looked for by its dash: a page has many digits and few of those."""
_STEM = 7
"""So many first letters most numbers of a world share."""
_WORD = re.compile(r"qx[0-9a-f]{14}")


@dataclass
class Canaries:
    """The words and numbers of one world. ``block``: the first digits of every telephone number in it."""

    seed: str
    block: str
    kinds: dict[str, str] = field(default_factory=dict)
    ids: frozenset[str] = frozenset()
    """Every UUID of this tenant that no other tenant's row holds."""
    _numbers: int = 0
    _plain: tuple[int, dict[str, list[str]]] = field(default=(0, {}), compare=False, repr=False)

    def word(self, kind: str) -> str:
        """Return this world's word for a kind of text, always the same one."""
        made = f"qx{self._letters(kind)}"
        self.kinds[made] = kind
        return made

    def shown(self, kind: str) -> str:
        """Return a text of this world that gives nobody away: who attacks with it finds it in a journal of its own."""
        return f"px{self._letters(kind)}"

    def _letters(self, kind: str) -> str:
        return hashlib.sha256(f"{self.seed} {kind}".encode()).hexdigest()[:14]

    def number(self) -> str:
        """Return a new telephone number of the reserved block, and remember it raw and masked."""
        self._numbers += 1
        raw = f"{self.block}{self._numbers:04d}"
        self.kinds[raw] = "number"
        self.kinds[raw.removeprefix("+")] = "number"
        self.kinds[self.masked(raw)] = "masked number"
        return raw

    @staticmethod
    def masked(raw: str) -> str:
        """Return a number as people see it."""
        return f"{raw[:3]} {raw[3:6]}****{raw[-4:]}"

    def found_in(self, *texts: str) -> set[str]:
        """Return the kinds of everything of this world that occurs in the texts."""
        found = set()
        for text in texts:
            found |= {self.kinds[word] for word in _WORD.findall(text) if word in self.kinds}
            stems = [words for stem, words in self._others().items() if stem in text]
            found |= {self.kinds[word] for words in stems for word in words if word in text}
            found |= {f"id {name}" for name in _uuids(text.lower()) if name in self.ids}
        return found

    def _others(self) -> dict[str, list[str]]:
        """Return what is none of our words, by how it begins: numbers, addresses. Looked for anew if there is more."""
        if self._plain[0] != len(self.kinds):
            stems: dict[str, list[str]] = {}
            for word in self.kinds:
                if not _WORD.fullmatch(word):
                    stems.setdefault(word[:_STEM], []).append(word)
            self._plain = len(self.kinds), stems
        return self._plain[1]

    def contact_only(self) -> Canaries:
        """Return what even the tenant's own logs and bells must not hold: its numbers and its words, not its ids."""
        return Canaries(self.seed, self.block, dict(self.kinds))


def own_ids(theirs: Iterable[str], others: Iterable[str]) -> frozenset[str]:
    """Return the UUIDs that occur in the rows of the one and not in the rows of the others."""
    mine = {name for row in theirs for name in _uuids(row)}
    return frozenset(mine - {name for row in others for name in _uuids(row)})


def _uuids(text: str) -> Iterator[str]:
    return (text[found.start() - 8 : found.end()] for found in _UUID.finditer(text))
