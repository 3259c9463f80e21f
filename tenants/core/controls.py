"""What a client changes itself while its centre runs: its acts, what its contract allows, and what is in force when.

An act is one client's, on one target: a calendar, a queue, a number or a flow. It has an end, always.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from tenants.core.permissions import Role

HOURS, PAUSE, ANNOUNCEMENT, PRIORITY = "hours", "pause", "announcement", "priority"
ACTS: Mapping[str, frozenset[str]] = {
    HOURS: frozenset({"calendar", "queue", "number"}),
    PAUSE: frozenset({"number"}),
    ANNOUNCEMENT: frozenset({"queue", "flow", "number"}),
    PRIORITY: frozenset({"queue"}),
}
"""Every act, and what it may be about."""
OPEN, CLOSED = "open", "closed"
SHORTEST = timedelta(minutes=1)
ASKS = ("message_supervisors", "message_seats", "ask_listening")
"""What a client may ask of people, by the name that its contract has for it."""
CONTRACT_NAMES: Mapping[str, str] = {
    HOURS: "hours", PAUSE: "pause_numbers", ANNOUNCEMENT: "announcements", PRIORITY: "priority",
}  # fmt: skip
"""What a contract calls each act."""
PLACES: Mapping[str, tuple[str, str]] = {
    "calendar": ("calendars", "code"), "queue": ("queues", "code"), "number": ("numbers", "number"),
    "flow": ("flows", "id"),
}  # fmt: skip
"""What an act is about: the section of a blueprint, and the key that names an entry of it."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How far a queue's contacts may be moved forward, or (below 0) back, in seconds of waited time."""

    lowest_s: int = 0
    highest_s: int = 0
    step_s: int = 60

    def allow(self, seconds: int) -> bool:
        """Whether so many seconds are within them; 0 moves nobody."""
        return seconds != 0 and self.lowest_s <= seconds <= self.highest_s and seconds % self.step_s == 0

    @property
    def choices(self) -> tuple[int, ...]:
        """What may be chosen, the highest first."""
        least = -(-self.lowest_s // self.step_s) * self.step_s
        return tuple(n for n in range(self.highest_s // self.step_s * self.step_s, least - 1, -self.step_s) if n)


@dataclass(frozen=True, slots=True)
class Agreed:
    """The section ``contract.controls`` of a blueprint; without it nothing is allowed.

    ``only``: by the contract's name of an act or a request, what (scope, target) it may be about; otherwise it may be
    about all. A request is about the queue whose seats or conversations are meant.
    """

    roles: frozenset[str] = frozenset()
    longest: timedelta = timedelta(days=1)
    hours: bool = False
    pause_numbers: bool = False
    announcements: int = 0
    priority: Bounds = field(default_factory=Bounds)
    message_supervisors: bool = False
    message_seats: bool = False
    ask_listening: bool = False
    only: Mapping[str, frozenset[tuple[str, str]]] = field(default_factory=dict)

    @classmethod
    def of(cls, content: Mapping[str, Any]) -> Agreed:
        """Read a blueprint's content, of today or from before the section was there."""
        said = (content.get("contract") or {}).get("controls")
        if not said:
            return cls()
        plain = ("hours", "pause_numbers", "announcements", *ASKS)
        return cls(
            roles=frozenset(said["roles"]), longest=timedelta(minutes=said["longest_min"]),
            priority=Bounds(**said["priority"]), **{name: said[name] for name in plain},
            only={name: _named(places) for name, places in said.get("only", {}).items() if places is not None},
        )  # fmt: skip

    @property
    def acts(self) -> frozenset[str]:
        """The acts that are agreed, whoever may do them."""
        allowed = {
            HOURS: self.hours, PAUSE: self.pause_numbers, ANNOUNCEMENT: self.announcements > 0,
            PRIORITY: bool(self.priority.choices),
        }  # fmt: skip
        return frozenset(act for act, is_allowed in allowed.items() if is_allowed)

    @property
    def asks(self) -> frozenset[str]:
        """What of :data:`ASKS` is agreed."""
        return frozenset(name for name in ASKS if getattr(self, name))

    def lets(self, role: Role) -> bool:
        """Whether somebody of this role acts for the client at all."""
        return role in self.roles

    def narrows(self, wanted: str) -> bool:
        """Whether an act or a request that is agreed may be about some things only."""
        return CONTRACT_NAMES.get(wanted, wanted) in self.only

    def names(self, wanted: str, scope: str, target: str) -> bool:
        """Whether an act or a request that is agreed may be about this."""
        named = self.only.get(CONTRACT_NAMES.get(wanted, wanted))
        return named is None or (scope, target) in named

    def targets(self, wanted: str, scope: str) -> tuple[str, ...] | None:
        """Return the named targets of a scope, in order; None: an act or a request may be about all."""
        named = self.only.get(CONTRACT_NAMES.get(wanted, wanted))
        return None if named is None else tuple(sorted(target for each, target in named if each == scope))


def _named(places: Mapping[str, Iterable[str]]) -> frozenset[tuple[str, str]]:
    scopes = {section: scope for scope, (section, _key) in PLACES.items()}
    return frozenset((scopes[section], target) for section, targets in places.items() for target in targets)


@dataclass(frozen=True, slots=True)
class Act:
    """An act in force, as the switchboard needs it. ``target``: a code, or a number with its ``+``.

    ``seconds`` of a priority; ``opening`` of hours; ``prompt`` or ``flow`` of a paused number; ``texts`` of an
    announcement by language, and ``sounds`` (``sha256:..``) where one is played instead; ``waiting``: also to those
    who wait already.
    """

    id: UUID
    act: str
    scope: str
    target: str
    begins_at: datetime
    until: datetime
    by: str = ""
    opening: str = ""
    seconds: int = 0
    prompt: str = ""
    flow: str = ""
    texts: Mapping[str, str] = field(default_factory=dict)
    sounds: Mapping[str, str] = field(default_factory=dict)
    waiting: bool = False

    def holds(self, at: datetime) -> bool:
        """Whether it is in force at a moment."""
        return self.begins_at <= at < self.until


def found(acts: Iterable[Act], act: str, places: Iterable[tuple[str, str]], at: datetime) -> Act | None:
    """Return the newest act in force about the first of these places (scope, target) that has one."""
    every = [each for each in acts if each.act == act and each.holds(at)]
    for scope, target in places:
        about = [each for each in every if (each.scope, each.target) == (scope, target)]
        if about:
            return max(about, key=lambda each: (each.begins_at, each.id))
    return None


def next_end(acts: Iterable[Act], at: datetime) -> datetime | None:
    """Return when the next of the acts in force ends."""
    return min((act.until for act in acts if act.holds(at)), default=None)


def no_longer_agreed(agreed: Agreed, content: Mapping[str, Any], acts: Iterable[Act]) -> dict[UUID, str]:
    """Return which acts end because the contract allows them no more (``contract``), or their target left (``gone``).

    An act keeps its end when only the longest duration became shorter. Of too many announcements the newest end.
    """
    places = {scope: {each[key] for each in content[section]} for scope, (section, key) in PLACES.items()}
    prompts = {each["code"] for each in content["prompts"]}
    ended: dict[UUID, str] = {}
    announced = 0
    for each in sorted(acts, key=lambda act: (act.begins_at, act.id)):
        announced += each.act == ANNOUNCEMENT
        is_beyond = each.act == ANNOUNCEMENT and announced > agreed.announcements
        moves_too_far = each.act == PRIORITY and not agreed.priority.allow(each.seconds)
        is_named = agreed.names(each.act, each.scope, each.target)
        if each.act not in agreed.acts or not is_named or is_beyond or moves_too_far:
            ended[each.id] = "contract"
        elif (
            each.target not in places[each.scope]
            or (each.prompt and each.prompt not in prompts)
            or (each.flow and each.flow not in places["flow"])
        ):
            ended[each.id] = "gone"
    return ended


class EndPassed(ValueError):
    """The chosen end is not in the future."""


def end_of(said: str, now: datetime, zone: ZoneInfo, longest: timedelta) -> datetime:
    """Return the end that somebody chose: ``18:00`` or ``today`` in the client's zone, minutes (``60``), or ``open``.

    ``open``: until it is taken back, and at most the longest time that is agreed. A time that does not exist on a day
    of a clock change is the same instant as the one that the clocks jump to; of one that comes twice it is the first
    that is still to come.
    Raises :class:`EndPassed`, and ``ValueError`` for what is none of these or beyond the longest.
    """
    if said == "open":
        return now + longest
    local = now.astimezone(zone)
    if said == "today":
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None) + timedelta(days=1)
        end = midnight.replace(tzinfo=zone).astimezone(now.tzinfo)
    elif said.isascii() and said.isdigit() and len(said) <= len("44640"):
        end = now + timedelta(minutes=int(said))
    else:
        end = _today_at(said, local, zone).astimezone(now.tzinfo)
    if end < now + SHORTEST:
        raise EndPassed(said)
    if end > now + longest:
        raise ValueError("longer than agreed")
    return end


def _today_at(said: str, local: datetime, zone: ZoneInfo) -> datetime:
    moment = datetime.strptime(said, "%H:%M")  # noqa: DTZ007 - only its hour and minute are taken
    named = local.replace(hour=moment.hour, minute=moment.minute, second=0, microsecond=0, tzinfo=None)
    both = [named.replace(tzinfo=zone, fold=fold) for fold in (0, 1)]
    return next((each for each in both if each.timestamp() > local.timestamp()), both[-1])
