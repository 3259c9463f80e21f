"""The names of a tenant that its flows may refer to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Codes of one tenant's queues, calendars, skills and prompts (each with its locales), and its locales."""

    queues: frozenset[str] = frozenset()
    calendars: frozenset[str] = frozenset()
    prompts: Mapping[str, frozenset[str]] = field(default_factory=dict)
    locales: frozenset[str] = frozenset()
    skills: frozenset[str] = frozenset()
