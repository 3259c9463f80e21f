"""What each person is told, once: a row for each in the transaction of the alert; mails are sent from these rows later.

Quiet hours lose nothing: it stands in the list at once, makes no sound, and its mail goes when they end.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson

from journal import service as journal
from journal.core.facts import Actor
from kit.db import Scope
from kit.ids import new_id
from live.core.quiet import quiet_until
from live.core.thresholds import Rule
from live.thresholds.errors import TooManyTests
from live.thresholds.facts import AlertTested
from live.thresholds.rules import Person

BETWEEN = timedelta(minutes=5)
"""One person gets at most one mail in so long; what comes meanwhile is told together."""

MOST_TESTS, TESTS_WITHIN = 5, timedelta(minutes=1)

_CHOICES = "SELECT user_id, email, sound, quiet_from, quiet_to FROM gf.notice_choice WHERE tenant_id = $1"
_CHOOSE = """
INSERT INTO gf.notice_choice (tenant_id, user_id, email, sound, quiet_from, quiet_to) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (tenant_id, user_id) DO UPDATE
SET email = excluded.email, sound = excluded.sound, quiet_from = excluded.quiet_from, quiet_to = excluded.quiet_to
"""
_TELL = """
INSERT INTO gf.notification (tenant_id, id, user_id, alert_id, kind, times, content, sounds, created_at, mail_due_at)
VALUES ($1, $2, $3, $4, $5, $6, $7::jsonb, $8, $9, CASE WHEN $10::timestamptz IS NOT NULL THEN greatest($10, (
  SELECT max(n.mailed_at) + $11::interval FROM gf.notification n WHERE n.tenant_id = $1 AND n.user_id = $3)) END)
ON CONFLICT ON CONSTRAINT notification_once DO NOTHING
"""
_LIST = """
SELECT id, alert_id, kind, times, content::text AS content, created_at, read_at, mailed_at, mail_due_at, mail_error
FROM gf.notification WHERE tenant_id = $1 AND user_id = $2 AND (NOT $3 OR read_at IS NULL)
ORDER BY created_at DESC, id DESC LIMIT $4
"""
_UNREAD = "SELECT count(*) AS n FROM gf.notification WHERE tenant_id = $1 AND user_id = $2 AND read_at IS NULL"
_TESTS = """
SELECT count(*) AS n FROM gf.notification
WHERE tenant_id = $1 AND user_id = $2 AND kind = 'test' AND created_at > $3
"""
_READ = """
UPDATE gf.notification SET read_at = $3 WHERE tenant_id = $1 AND user_id = $2 AND read_at IS NULL
  AND ($4::uuid IS NULL OR id = $4)
"""


@dataclass(frozen=True, slots=True)
class Choice:
    """How a person wants to be told. Quiet hours are minutes of the client's day; equal: none."""

    email: bool = True
    sound: bool = False
    quiet_from: int = 0
    quiet_to: int = 0


@dataclass(frozen=True, slots=True)
class Notice:
    """What is told: ``content`` is the rule as it was, with ``about_name`` and ``value``. No contact is named in it."""

    alert_id: UUID
    kind: str
    times: int
    content: Mapping[str, Any]
    at: datetime
    zone: str


async def choices_of(scope: Scope) -> dict[str, Choice]:
    """Return what people chose, by user id."""
    rows = await scope.fetch(_CHOICES, scope.tenant_id)
    return {r["user_id"]: Choice(r["email"], r["sound"], r["quiet_from"], r["quiet_to"]) for r in rows}


async def choose(scope: Scope, user_id: str, choice: Choice) -> None:
    """Keep what a person chose."""
    await scope.fetch(_CHOOSE, scope.tenant_id, user_id, choice.email, choice.sound, choice.quiet_from, choice.quiet_to)


def addressed(content: Mapping[str, Any], people: Sequence[Person]) -> list[Person]:
    """Return who of the people of this moment a rule tells."""
    return [each for each in people if each.role in content["roles"] or each.user_id in content["people"]]


async def tell(scope: Scope, notice: Notice, people: Sequence[Person], *, mail: bool) -> None:
    """Write it down for each of these people; whoever has it already is not told again."""
    choices, content = await choices_of(scope), notice.content
    stored = orjson.dumps(content).decode()
    for person in people:
        choice = choices.get(person.user_id, Choice())
        hours = ((content["quiet_from"], content["quiet_to"]), (choice.quiet_from, choice.quiet_to))
        ends = [end for start, stop in hours if (end := quiet_until(start, stop, notice.at, notice.zone))]
        due = max(ends, default=notice.at) if mail and choice.email and "email" in content["ways"] else None
        sounds = "sound" in content["ways"] and choice.sound and not ends and notice.kind != "cleared"
        await scope.fetch(
            _TELL, scope.tenant_id, new_id(), person.user_id, notice.alert_id, notice.kind, notice.times, stored,
            sounds, notice.at, due, BETWEEN,
        )  # fmt: skip


async def hand(scope: Scope, user_id: str, told: tuple[str, UUID], content: Mapping[str, Any], now: datetime) -> None:
    """Tell one person of something that is no alert, once: ``told`` is its kind and what it is about. No mail goes."""
    kind, about = told
    stored = orjson.dumps(dict(content)).decode()
    await scope.fetch(
        _TELL, scope.tenant_id, new_id(), user_id, about, kind, 0, stored, False, now, None, BETWEEN
    )  # fmt: skip


async def of_person(scope: Scope, user_id: str, *, unread: bool = False, limit: int = 100) -> list[dict[str, Any]]:
    """Return what a person was told, newest first."""
    rows = await scope.fetch(_LIST, scope.tenant_id, user_id, unread, limit)
    return [{**row, "content": orjson.loads(row["content"])} for row in rows]


async def unread(scope: Scope, user_id: str) -> int:
    """Return how many a person has not read."""
    return int((await scope.fetch(_UNREAD, scope.tenant_id, user_id))[0]["n"])


async def read(scope: Scope, user_id: str, now: datetime, notice_id: UUID | None = None) -> None:
    """Note that a person has read one, or all; another's, and one that was read, stay as they are."""
    await scope.fetch(_READ, scope.tenant_id, user_id, now, notice_id)


async def test(scope: Scope, person: Person, rule: Rule, now: datetime, *, mail: bool) -> None:
    """Tell somebody of a threshold as a test, by every way, whatever the hour; the client's systems hear of the fact.

    Raises :class:`TooManyTests`.
    """
    lately = await scope.fetch(_TESTS, scope.tenant_id, person.user_id, now - TESTS_WITHIN)
    if lately[0]["n"] >= MOST_TESTS:
        raise TooManyTests
    told, content = new_id(), {**rule.content(), "unit": rule.unit, "about_name": "", "value": rule.threshold}
    await scope.fetch(
        _TELL, scope.tenant_id, new_id(), person.user_id, told, "test", 0, orjson.dumps(content).decode(), True,
        now, now if mail else None, timedelta(0),
    )  # fmt: skip
    fact = AlertTested(
        rule.id, rule.version, rule.name, rule.figure, rule.state, rule.window_s, rule.unit, rule.above, rule.threshold,
        rule.threshold, rule.clear, rule.severity, list(rule.ways), person.user_id, person.name, person.role,
    )  # fmt: skip
    journal.append(scope, fact, subject=told, at=now, actor=Actor("user", person.user_id))
