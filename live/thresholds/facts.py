"""The facts of thresholds: set and deleted, breached and over, and that somebody takes care."""

from __future__ import annotations

from dataclasses import dataclass

from journal.core.facts import Payload, fact_kind


@fact_kind()
class AlertRuleSet(Payload):
    """Somebody of the client set a threshold, or changed it (``version`` 2 and on); the subject is the rule.

    ``figure``: what it looks at, ``state`` of a seat with it; ``scope``: all, queue, each_queue, seat or each_seat,
    with the id of the one. Values are counts, seconds or tenths of a percent. ``people``: user ids. ``quiet_from`` and
    ``quiet_to``: minutes of the client's day.
    """

    name: str
    version: int
    figure: str
    state: str
    scope: str
    scope_id: str
    above: bool
    threshold: int
    clear: int
    window_s: int
    for_s: int
    least: int
    severity: str
    roles: list[str]
    people: list[str]
    ways: list[str]
    quiet_from: int
    quiet_to: int
    repeat_s: int
    enabled: bool


@fact_kind()
class AlertRuleDeleted(Payload):
    """Somebody of the client deleted a threshold; the subject is the rule."""

    name: str
    version: int


@dataclass(frozen=True, slots=True)
class _Breached(Payload):
    rule_id: str
    version: int
    name: str
    figure: str
    state: str
    window_s: int
    unit: str
    """Of ``value``, ``threshold`` and ``clear``: counts, seconds (``s``) or tenths of a percent (``permille``)."""
    above: bool
    value: int
    threshold: int
    clear: int
    severity: str
    ways: list[str]


@fact_kind()
class AlertRaised(_Breached):
    """A threshold of the client was breached (long enough); the subject is the alert.

    ``about``: the queue's or agent's id, or empty: the whole client; ``about_name``: its name then. ``breached_ms``:
    for how long it had been breached.
    """

    about: str
    about_name: str
    breached_ms: int


@fact_kind()
class AlertCleared(Payload):
    """An alert is over after ``lasted_ms``; the subject is the alert.

    ``why``: its ``value`` went beyond the clear value, what it was about is ``gone``, its ``rule`` was deleted or
    switched off, or was ``changed``.
    """

    rule_id: str
    version: int
    name: str
    figure: str
    unit: str
    why: str
    value: int | None
    severity: str
    about: str
    about_name: str
    lasted_ms: int
    ways: list[str]


@fact_kind()
class AlertTested(_Breached):
    """Somebody of the client tries a threshold out on itself, and on the client's systems; the subject is the test.

    ``value`` is at the ``threshold``; nothing is raised.
    """

    user_id: str
    person: str
    role: str


@fact_kind()
class AlertTaken(Payload):
    """Somebody of the client takes care of an alert, ``after_ms`` from its raising; the subject is the alert.

    ``noted``: with a note, which is in no fact.
    """

    rule_id: str
    name: str
    user_id: str
    person: str
    role: str
    after_ms: int
    noted: bool
