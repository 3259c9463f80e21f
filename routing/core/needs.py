"""What a queue or a step asks of an agent's skills: a total expression over levels 1 to 5.

The JSON form is the one of flows (``{"skill": "vip", "gte": 3}``, ``{"all": [...]}``, ``{"any": [...]}``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias
from uuid import UUID

Id: TypeAlias = str | UUID
Levels: TypeAlias = Mapping[Id, int]


@dataclass(frozen=True, slots=True)
class AtLeast:
    """The agent has ``skill`` at ``level`` or above (1 to 5)."""

    skill: Id
    level: int = 1


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every part is met; without parts anybody meets it."""

    parts: tuple[Needs, ...] = ()


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part is met; without parts nobody meets it."""

    parts: tuple[Needs, ...] = ()


Needs: TypeAlias = AtLeast | AllOf | AnyOf

ANYONE = AllOf()


def needs_of(levels: Levels) -> Needs:
    """Return the needs that a blueprint writes as ``{skill: level}``: all of them."""
    return AllOf(tuple(AtLeast(skill, level) for skill, level in levels.items()))


def meets(levels: Levels, needs: Needs) -> bool:
    """Whether somebody with these skill levels meets the needs."""
    match needs:
        case AtLeast(skill, level):
            return levels.get(skill, 0) >= level
        case AllOf(parts):
            return all(meets(levels, part) for part in parts)
        case AnyOf(parts):
            return any(meets(levels, part) for part in parts)
