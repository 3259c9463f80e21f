"""What one tenant calls the centre's agents, and what the centre calls them. Pure.

The outsourcer's files name a seat by its number and its agent by e-mail, the same for every client; what a tenant's own
data holds is a name that exists there only (``S1``), for both. In comments they are ``[S1]`` and ``[agent S1]``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any, TypeAlias
from uuid import UUID

from tenants.core.complaints import Content

OWN_SEAT = re.compile(r"S[1-9][0-9]{0,4}")
"""A tenant's own name for a seat and for its agent; no seat of a centre is written so."""
_NUMBER = re.compile(r"(?<![0-9A-Za-z.+])[1-9][0-9]{2,5}(?![0-9A-Za-z])")
_OWN_WORD = re.compile(rf"\[(agent )?({OWN_SEAT.pattern})\]")
_IN_ADDRESS = re.compile(r"[A-Za-z0-9._%+-]")
_GOES_ON = re.compile(r"[A-Za-z0-9-]|\.[A-Za-z0-9]")

Pair: TypeAlias = tuple[str, str]
"""Seat and agent as an entry of ``seats`` names them."""


@dataclass(frozen=True, slots=True)
class AgentName:
    """An agent's seat and e-mail, and its name and id in one tenant: ``""`` and None while it has none there."""

    seat: str
    email: str
    own: str = ""
    id: UUID | None = None
    agent_id: UUID | None = None
    """None: the agent is gone from the centre."""


@dataclass(frozen=True, slots=True)
class AgentNames:
    """Every agent of the centre, and whom the tenant knew of those who are gone; of two, the later counts."""

    known: tuple[AgentName, ...] = ()
    _own: Mapping[Pair, str] = field(init=False, repr=False, compare=False)
    _real: Mapping[str, AgentName] = field(init=False, repr=False, compare=False)
    _by_mail: Mapping[str, AgentName] = field(init=False, repr=False, compare=False)
    _by_seat: Mapping[str, AgentName] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Write down each way of finding a name."""
        object.__setattr__(self, "_own", {(n.seat, n.email): n.own for n in self.known if n.own})
        object.__setattr__(self, "_real", {n.own: n for n in self.known if n.own})
        object.__setattr__(self, "_by_mail", {n.email: n for n in self.known})
        object.__setattr__(self, "_by_seat", {n.seat: n for n in self.known})

    @property
    def mails(self) -> AbstractSet[str]:
        """Return every agent's e-mail address."""
        return self._by_mail.keys()

    def by_own(self, own: str) -> AgentName | None:
        """Return who has this name, or None."""
        return self._real.get(own)

    def own_pair(self, seat: str, agent: str) -> Pair:
        """Return an entry's names as the tenant's own; what has none stays."""
        own = self._own.get((seat, agent.strip().lower()))
        return (own, own) if own else (seat, agent)

    def real_pair(self, seat: str, agent: str) -> Pair:
        """Return an entry's names as the centre's; what is nobody's own stays."""
        at, who = self._real.get(seat), self._real.get(agent)
        return at.seat if at else seat, who.email if who else agent

    def own(self, content: Content) -> dict[str, Any]:
        """Return a blueprint in the tenant's own names."""
        return renamed_seats(content, self.own_pair)

    def real(self, content: Content) -> dict[str, Any]:
        """Return a blueprint in the centre's names."""
        return renamed_seats(content, self.real_pair)

    def own_words(self, words: str) -> str:
        """Return a comment without e-mail addresses and seat numbers of those who have a name here."""
        for start, end in reversed(list(mentions(words, self.mails))):
            own = self._by_mail[words[start:end].lower()].own
            words = words[:start] + (f"[agent {own}]" if own else words[start:end]) + words[end:]
        return _NUMBER.sub(self._own_number, words)

    def real_words(self, words: str) -> str:
        """Return a comment as the centre would write it."""
        return _OWN_WORD.sub(self._real_word, words)

    def unnamed(self, content: Content, words: str) -> list[UUID]:
        """Return the agents that a file rents or its comments name, and that have no name in the tenant yet."""
        pairs = {(seat["seat"], seat["agent"]) for seat in content["seats"]}
        mails = {words[start:end].lower() for start, end in mentions(words, self.mails)}
        seats = set(_NUMBER.findall(words))
        return [
            name.agent_id
            for name in self.known
            if not name.own and name.agent_id is not None
            and ((name.seat, name.email) in pairs or name.email in mails or name.seat in seats)
        ]  # fmt: skip

    def _own_number(self, match: re.Match[str]) -> str:
        name = self._by_seat.get(match[0])
        return f"[{name.own}]" if name and name.own else match[0]

    def _real_word(self, match: re.Match[str]) -> str:
        name = self._real.get(match[2])
        return match[0] if name is None else name.email if match[1] else name.seat


def renamed_seats(content: Content, rename: Callable[[str, str], Pair]) -> dict[str, Any]:
    """Return a blueprint with other names of its seats and agents."""
    seats = [
        {**seat, "seat": at, "agent": who}
        for seat in content["seats"]
        for at, who in [rename(seat["seat"], seat["agent"])]
    ]
    return {**content, "seats": seats}


def mentions(text: str, mails: AbstractSet[str]) -> Iterator[tuple[int, int]]:
    """Yield where one of these e-mail addresses stands in a text, in capitals or not, and not as part of another."""
    shapes = sorted({(len(mail.partition("@")[0]), len(mail.partition("@")[2])) for mail in mails}, reverse=True)
    at = text.find("@")
    while at >= 0:
        for before, after in shapes:
            start, end = at - before, at + 1 + after
            if start >= 0 and text[start:end].lower() in mails and _stands_alone(text, start, end):
                yield start, end
                break
        at = text.find("@", at + 1)


def _stands_alone(text: str, start: int, end: int) -> bool:
    return not (start and _IN_ADDRESS.match(text[start - 1])) and not _GOES_ON.match(text, end)
