"""The do-not-call list of one tenant: adding, taking off, reading, and asking whether a number is on it.

An entry counts until it is lifted or its time is over. A number is found by its blind index, so that none is opened
for the question; adding one that stands there already changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from interactions.nocall.errors import NoNumber, NumbersNotClear
from interactions.nocall.facts import NumbersListed, NumberUnlisted
from interactions.shown import whole_numbers
from journal import service as journal
from journal.core.facts import Actor
from kit import vault
from kit.db import Scope
from kit.errors import NotFound
from kit.ids import new_id
from tenants.core.grants import clean_reason
from tenants.core.numbers import e164, mask
from tenants.errors import ReasonNotClear

MOST = 10_000
"""So many numbers are added at once."""
PAGE = 100

_EXPIRED = """
UPDATE gf.do_not_call SET lifted_by = 'system', lifted_name = '', lifted_why = 'expired', lifted_at = $2
WHERE tenant_id = $1 AND lifted_at IS NULL AND expires_at <= $2
"""
_ADD = """
INSERT INTO gf.do_not_call (tenant_id, id, batch_id, number, number_bidx, contact, why, source, added_by, added_name,
  added_at, expires_at)
SELECT $1, one.id, $2, one.number, one.bidx, one.contact, $7, $8, $9, $10, $11, $12
FROM unnest($3::uuid[], $4::text[], $5::bytea[], $6::text[]) AS one (id, number, bidx, contact)
ON CONFLICT (tenant_id, number_bidx) WHERE lifted_at IS NULL DO NOTHING RETURNING id
"""
_LISTED = """
SELECT id FROM gf.do_not_call WHERE tenant_id = $1 AND lifted_at IS NULL AND (expires_at IS NULL OR expires_at > $2)
  AND number_bidx = $3
"""
_OF_INTERACTION = """
SELECT d.id::text AS id, d.why, d.added_name, d.added_at, d.expires_at FROM gf.interaction i
JOIN gf.do_not_call d ON d.tenant_id = i.tenant_id AND d.number_bidx = i.contact_bidx AND d.lifted_at IS NULL
WHERE i.tenant_id = $1 AND i.id = $3 AND (d.expires_at IS NULL OR d.expires_at > $2)
"""
_NUMBER = "SELECT number FROM gf.interaction WHERE tenant_id = $1 AND id = $2"
_ENTRIES = """
SELECT id::text AS id, contact, why, source, added_name, added_at, expires_at FROM gf.do_not_call
WHERE tenant_id = $1 AND lifted_at IS NULL AND (expires_at IS NULL OR expires_at > $2)
  AND ($3::uuid IS NULL OR id < $3) AND ($4::bytea IS NULL OR number_bidx = $4) ORDER BY id DESC LIMIT $5
"""
_COUNT = """
SELECT count(*) AS n FROM gf.do_not_call
WHERE tenant_id = $1 AND lifted_at IS NULL AND (expires_at IS NULL OR expires_at > $2)
"""
_LIFT = """
UPDATE gf.do_not_call SET lifted_by = $3, lifted_name = $4, lifted_why = $5, lifted_at = $6
WHERE tenant_id = $1 AND id = $2 AND lifted_at IS NULL RETURNING contact
"""


@dataclass(frozen=True, slots=True)
class Who:
    """Who changes the list: a person, or (``source`` system) a client's system."""

    kind: str
    id: str
    name: str

    @property
    def source(self) -> str:
        """Return who it is in the words of the list."""
        return "people" if self.kind in {"user", "agent"} else "system"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be added: numbers as somebody wrote them, why, and until when (None: for ever).

    ``home``: a number of the tenant's own, whose country a number without one belongs to. ``interaction``: the
    conversation in which the contact asked for it.
    """

    written: Sequence[str]
    why: str
    expires_at: datetime | None
    home: str
    interaction: UUID | None = None


@dataclass(frozen=True, slots=True)
class Added:
    """What came of it. ``refused``: the places, counted from 1, of what is no number."""

    count: int
    known: int
    refused: tuple[int, ...]


async def add(scope: Scope, wanted: Wanted, who: Who, now: datetime) -> Added:
    """Put numbers on the list. Raises :class:`NumbersNotClear`, ``ReasonNotClear`` and ``KeysAway``."""
    reason = clean_reason(wanted.why)
    if reason is None:
        raise ReasonNotClear
    if not 1 <= len(wanted.written) <= MOST:
        raise NumbersNotClear
    made = [e164(each, wanted.home) for each in wanted.written]
    refused = tuple(place for place, number in enumerate(made, 1) if number is None)
    numbers = list(dict.fromkeys(number for number in made if number is not None))
    if not numbers:
        raise NumbersNotClear("none of this is a telephone number")
    keys, batch = await vault.sealing(scope), new_id()
    await scope.fetch(_EXPIRED, scope.tenant_id, now)
    ids = [new_id() for _ in numbers]
    rows = await scope.fetch(
        _ADD, scope.tenant_id, batch, ids,
        [keys.seal(number, where(entry)) for entry, number in zip(ids, numbers, strict=True)],
        [keys.blind(number, "contact_number") for number in numbers],
        [mask(number) for number in numbers], reason, who.source, who.id, who.name, now, wanted.expires_at,
    )  # fmt: skip
    expires = None if wanted.expires_at is None else wanted.expires_at.isoformat()
    added = Added(len(rows), len(made) - len(refused) - len(rows), refused)
    fact = NumbersListed(
        added.count, added.known, len(refused), mask(numbers[0]) if len(numbers) == 1 else "", who.source, who.id,
        who.name, reason, expires, None if wanted.interaction is None else str(wanted.interaction),
    )  # fmt: skip
    journal.append(scope, fact, subject=batch, at=now, actor=Actor(who.kind, who.id))
    return added


async def add_contact(scope: Scope, interaction: UUID, why: str, who: Who, now: datetime) -> Added:
    """Put the contact of a conversation on the list, for ever. Raises :class:`NoNumber` and what :func:`add` does."""
    rows = await scope.fetch(_NUMBER, scope.tenant_id, interaction)
    number = (await whole_numbers(scope, [interaction])).get(str(interaction))
    if not rows or not number:
        raise NoNumber
    try:
        return await add(scope, Wanted([number], why, None, rows[0]["number"] or "", interaction), who, now)
    except NumbersNotClear as error:
        raise NoNumber from error


async def take_off(scope: Scope, entry: UUID, why: str, who: Who, now: datetime) -> None:
    """Let a number be called again. Raises ``ReasonNotClear`` and ``NotFound``."""
    reason = clean_reason(why)
    if reason is None:
        raise ReasonNotClear
    rows = await scope.fetch(_LIFT, scope.tenant_id, entry, who.id, who.name, reason, now)
    if not rows:
        raise NotFound
    fact = NumberUnlisted(rows[0]["contact"], who.id, who.name, reason)
    journal.append(scope, fact, subject=entry, at=now, actor=Actor(who.kind, who.id))


async def listed(scope: Scope, number: str, now: datetime) -> UUID | None:
    """Return the entry that forbids to call a number (E.164); None: it may be called. Raises ``KeysAway``."""
    blind = await vault.opened(scope, lambda keys: keys.blind(number, "contact_number"))
    rows = await scope.fetch(_LISTED, scope.tenant_id, now, blind)
    return UUID(str(rows[0]["id"])) if rows else None


async def of_interaction(scope: Scope, interaction: UUID, now: datetime) -> dict[str, Any] | None:
    """Return the entry about the contact of an interaction, if there is one."""
    rows = await scope.fetch(_OF_INTERACTION, scope.tenant_id, now, interaction)
    return dict(rows[0]) if rows else None


async def entries(scope: Scope, now: datetime, number: str = "", after: UUID | None = None) -> list[dict[str, Any]]:
    """Return at most :data:`PAGE` entries that count, newest first, older than ``after``; of one ``number`` (E.164)."""
    blind = await vault.opened(scope, lambda keys: keys.blind(number, "contact_number")) if number else None
    return [dict(row) for row in await scope.fetch(_ENTRIES, scope.tenant_id, now, after, blind, PAGE)]


async def count(scope: Scope, now: datetime) -> int:
    """Return how many entries count."""
    rows = await scope.fetch(_COUNT, scope.tenant_id, now)
    return int(rows[0]["n"])


def where(entry: UUID) -> str:
    """Return where the sealed number of an entry belongs."""
    return f"do_not_call|number|{entry}"
