"""The thresholds that a client sets for itself, and what becomes of them second by second. Pure.

A rule looks at one figure of the client's board. It breaches at its threshold and clears only at its clear value, so a
figure that trembles between the two raises nothing anew. A figure that cannot be computed neither raises nor clears.
All values are integers: counts, seconds, or tenths of a percent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, Self
from uuid import UUID

SECOND = 1000

COUNT, SECONDS, TENTHS = "count", "s", "permille"
FIGURES: Mapping[str, str] = {
    "waiting": COUNT, "longest_wait": SECONDS, "service_level": TENTHS, "loss_rate": TENTHS, "abandoned": COUNT,
    "seats_available": COUNT, "seats_staffed": COUNT, "occupancy": TENTHS, "seat_state": SECONDS, "phone_down": SECONDS,
    "desk_lost": SECONDS, "callbacks_overdue": COUNT, "work_orders_open": COUNT,
}  # fmt: skip
"""Every figure that a rule can look at, with its unit."""
OF_SEATS = frozenset({"seat_state", "phone_down", "desk_lost"})
"""They have a value for each seat."""
OF_QUEUES = frozenset({"waiting", "longest_wait", "service_level", "loss_rate", "abandoned", "callbacks_overdue"})
"""They can be asked of one queue, too."""
OF_WINDOWS = frozenset({"service_level", "loss_rate", "abandoned", "occupancy"})
"""They are of today, or of a window of time that ends now."""
SHARES = frozenset({"service_level", "loss_rate"})
"""They are counted only from so many interactions on (``least``)."""
STATES = ("available", "offered", "talking", "wrapping_up", "on_break")
SCOPES = ("all", "queue", "each_queue", "seat", "each_seat")
SEVERITIES = ("info", "warning", "critical")
WAYS = ("screen", "sound", "email", "webhook")
WHOM = ("client_manager", "client_viewer")
"""The roles of a client's people that may see its board, and so may be told."""

Why = Literal["value", "gone", "rule", "changed"]


@dataclass(frozen=True, slots=True)
class Rule:
    """One threshold. ``above``: it breaches at the threshold and over it, else only under it.

    ``clear``: where it is over (equal to the threshold: no hysteresis). ``window_s``: 0 is today. ``for_s``: so long it
    must have been breached. ``least``: shares count from so many interactions on. ``quiet_from`` to ``quiet_to``:
    minutes of the client's day in which nobody is called by sound or mail; equal: never. ``repeat_s``: how often it
    is told again while nobody takes care of it; 0: never.
    """

    id: str
    version: int
    name: str
    figure: str
    scope: str = "all"
    scope_id: str = ""
    state: str = ""
    above: bool = True
    threshold: int = 0
    clear: int = 0
    window_s: int = 0
    for_s: int = 0
    least: int = 1
    severity: str = "warning"
    roles: tuple[str, ...] = WHOM
    people: tuple[str, ...] = ()
    ways: tuple[str, ...] = ("screen",)
    quiet_from: int = 0
    quiet_to: int = 0
    repeat_s: int = 0
    enabled: bool = True

    @property
    def unit(self) -> str:
        """What its values are: ``count``, ``s`` or ``permille``."""
        return FIGURES[self.figure]

    def breached(self, value: int) -> bool:
        """Say whether a value is worth an alert."""
        return value >= self.threshold if self.above else value < self.threshold

    def over(self, value: int) -> bool:
        """Say whether a value ends an alert."""
        return value < self.clear if self.above else value >= self.clear

    def content(self) -> dict[str, Any]:
        """Return what is stored of it beside its id and version."""
        return {name: value for name, value in asdict(self).items() if name not in {"id", "version", "enabled"}}

    @classmethod
    def of(cls, rule_id: str, version: int, content: Mapping[str, Any], *, enabled: bool) -> Self:
        """Read a stored rule."""
        known = {f.name for f in fields(cls)}
        kept: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in content.items() if name in known
        }
        return cls(id=rule_id, version=version, enabled=enabled, **kept)


@dataclass(frozen=True, slots=True)
class Reading:
    """A rule's figure for the whole client (key ``""``), a queue or a seat. ``value`` None: it cannot be computed."""

    key: str
    value: int | None
    subject: UUID | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a rule and a thing: breached ``since``, and raised at ``raised`` unless that is None (ms)."""

    id: UUID
    rule_id: str
    version: int
    key: str
    since: int
    raised: int | None
    told: int = 0
    times: int = 0
    taken: bool = False


@dataclass(frozen=True, slots=True)
class Begin:
    """It is breached from now on, and must stay so for a time."""

    rule: Rule
    reading: Reading


@dataclass(frozen=True, slots=True)
class Drop:
    """It was breached, but not for long enough."""

    standing: Standing


@dataclass(frozen=True, slots=True)
class Raise:
    """It is an alert. ``standing``: since when it was breached, when that was noted before."""

    rule: Rule
    reading: Reading
    standing: Standing | None


@dataclass(frozen=True, slots=True)
class Clear:
    """The alert is over: by its ``value``, or because the thing, the rule or its old version is ``gone``."""

    standing: Standing
    why: Why
    value: int | None = None


@dataclass(frozen=True, slots=True)
class Again:
    """Nobody takes care of it: it is told once more."""

    standing: Standing
    rule: Rule
    value: int | None


Step = Begin | Drop | Raise | Clear | Again


def decide(
    rules: Iterable[Rule], standings: Sequence[Standing], read: Callable[[Rule], Sequence[Reading]], now: int
) -> list[Step]:
    """Return what is to be done at this moment (ms); deciding twice on the same rows gives the same steps."""
    steps: list[Step] = []
    living = {rule.id: rule for rule in rules if rule.enabled}
    for rule in living.values():
        mine = {each.key: each for each in standings if each.rule_id == rule.id}
        for reading in read(rule):
            steps += _step(rule, reading, mine.pop(reading.key, None), now)
        steps += [_end(each, "gone") for each in mine.values()]
    return steps + [_end(each, "rule") for each in standings if each.rule_id not in living]


def _step(rule: Rule, reading: Reading, standing: Standing | None, now: int) -> list[Step]:
    if standing is not None and standing.version != rule.version:
        return [_end(standing, "changed")]
    if reading.value is None:
        return []
    if standing is None:
        if not rule.breached(reading.value):
            return []
        return [Begin(rule, reading) if rule.for_s else Raise(rule, reading, None)]
    return (_pending if standing.raised is None else _raised)(rule, reading, standing, now)


def _pending(rule: Rule, reading: Reading, standing: Standing, now: int) -> list[Step]:
    breached = reading.value is not None and rule.breached(reading.value)
    if not breached or standing.since > now:  # a clock that went back begins anew
        return [Drop(standing)]
    return [Raise(rule, reading, standing)] if now - standing.since >= rule.for_s * SECOND else []


def _raised(rule: Rule, reading: Reading, standing: Standing, now: int) -> list[Step]:
    if reading.value is not None and rule.over(reading.value):
        return [Clear(standing, "value", reading.value)]
    due = rule.repeat_s and not standing.taken and now - standing.told >= rule.repeat_s * SECOND
    return [Again(standing, rule, reading.value)] if due else []


def _end(standing: Standing, why: Why) -> Step:
    return Drop(standing) if standing.raised is None else Clear(standing, why)
