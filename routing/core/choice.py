"""Which of the free agents: best match of the steps, then longest idle, then least flexible, then id (routing.md 2)."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from routing.core.errors import NobodyFree
from routing.core.line import Line, Profile
from routing.core.needs import Id
from routing.core.values import Because, Rule, TieBreak

# match rank, idle since, queues that the agent is a member of, id
Key: TypeAlias = tuple[int, datetime, int, Id]


NOT_MOVED = timedelta()


@dataclass(frozen=True, slots=True)
class Choice:
    """The chosen agent and the reason."""

    agent: Id
    profile: Profile
    because: Because


def choose(line: Line, excluded: AbstractSet[Id], moved: timedelta = NOT_MOVED) -> Choice:
    """Choose among the free agents who are eligible for a line, without the excluded; raises without any.

    ``moved``: by how much the queue stands further forward, for the reason.
    """
    best: Key | None = None
    second: Key | None = None
    chosen: Profile | None = None
    candidates = 0
    for profile, rank in line.ranks.items():
        free = profile.idle
        if not free:
            continue
        head = free.head(excluded)
        candidates += len(free) if not excluded else len(free) - sum(agent in free for agent in excluded)
        if head is None:
            continue
        key = (rank, head[0], profile.flexibility, head[1])
        if best is None or key < best:
            best, second, chosen = key, best, profile
        elif second is None or key < second:
            second = key
    if best is None or chosen is None:
        raise NobodyFree(line.queue.id)
    next_in_line = chosen.idle.head({*excluded, best[3]})
    if next_in_line is not None:
        key = (best[0], next_in_line[0], best[2], next_in_line[1])
        second = key if second is None or key < second else second
    rule, tie_break = _reason(best, second)
    return Choice(best[3], chosen, Because(candidates, line.step, rule, tie_break, moved))


def _reason(best: Key, second: Key | None) -> tuple[Rule, TieBreak]:
    """Tell what set the best apart from the second."""
    if second is None:
        return Rule.ONLY_CANDIDATE, TieBreak.NONE
    if second[0] != best[0]:
        return Rule.BEST_MATCH, TieBreak.NONE
    if second[1] != best[1]:
        return Rule.LONGEST_IDLE, TieBreak.NONE
    return Rule.LONGEST_IDLE, TieBreak.LEAST_FLEXIBLE if second[2] != best[2] else TieBreak.ID
