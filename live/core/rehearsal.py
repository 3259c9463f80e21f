"""What a threshold would have raised in a time that is over: the same decisions, made on boards of that time. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from uuid import UUID

from live.core.board import Changes
from live.core.figures import Watch
from live.core.thresholds import SECOND, Begin, Clear, Drop, Raise, Rule, Standing, decide

OF_TIME = frozenset({"longest_wait", "seat_state", "phone_down", "desk_lost", "callbacks_overdue"})
"""Figures that grow while nothing happens."""
STEP = 5 * SECOND
"""So often it looks where no fact changes anything (ms): the worker looks each second."""
MOST = 1000
"""So many alerts are counted at most."""


@dataclass(slots=True)
class Episode:
    """One alert that would have been: of what, when (ms), at which value; ``until`` None: it would stand now."""

    name: str
    at: int
    value: int
    until: int | None = None


@dataclass(slots=True)
class Rehearsal:
    """A rule from ``at`` (ms) on."""

    rule: Rule
    at: int
    episodes: list[Episode] = field(default_factory=list)
    unknown: bool = True
    """Its figure could not be computed once."""
    _standing: dict[UUID, tuple[Standing, Episode | None]] = field(default_factory=dict)
    _names: int = 0

    def until(self, watch: Watch, now: int, *, ends: bool = False) -> None:
        """Look at the board, as it stayed since the last look, up to ``now``; at ``now`` itself when it ends there."""
        while self.at + STEP < now and self._moves():
            self._look(watch, self.at + STEP)
        if ends or now - self.at >= SECOND:
            self._look(watch, now)

    def _moves(self) -> bool:
        """Say whether time alone can change anything: else nothing happens between two facts."""
        waits = any(each.raised is None for each, _ in self._standing.values())
        return waits or self.rule.figure in OF_TIME or bool(self.rule.window_s)

    def _look(self, watch: Watch, now: int) -> None:
        self.at = now
        if len(self.episodes) >= MOST:
            return
        watch.board.begin_day(datetime.fromtimestamp(now / SECOND, UTC), Changes())
        readings = watch.readings(self.rule, now)
        self.unknown &= all(each.value is None for each in readings)
        standing = [each for each, _ in self._standing.values()]
        for step in decide([self.rule], standing, lambda _: readings, now):
            if isinstance(step, Begin):
                self._keep(step.rule, step.reading.key, now, None)
            elif isinstance(step, Raise):
                episode = Episode(step.reading.name, now, step.reading.value or 0)
                self.episodes.append(episode)
                if step.standing is None:
                    self._keep(step.rule, step.reading.key, now, episode)
                else:
                    self._standing[step.standing.id] = replace(step.standing, raised=now, told=now), episode
            elif isinstance(step, Clear | Drop):
                _, over = self._standing.pop(step.standing.id)
                if over is not None:
                    over.until = now

    def _keep(self, rule: Rule, key: str, now: int, episode: Episode | None) -> None:
        self._names += 1
        raised = None if episode is None else now
        made = Standing(UUID(int=self._names), rule.id, rule.version, key, now, raised, now)
        self._standing[made.id] = made, episode
