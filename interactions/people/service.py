"""Tellings of the client's people: kept as their facts say, opened, acknowledged, answered, revoked, counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from interactions.core.handed import Telling
from interactions.people.errors import ContextOver, ContextUnknown
from interactions.people.facts import (
    ContextAcknowledged,
    ContextDelivered,
    ContextOpened,
    ContextReplied,
    ContextRevoked,
)
from interactions.people.models import ClientContext
from journal import service as journal
from journal.core.facts import Actor, NewFact, Payload
from kit.db import Scope
from tenants.core.directory import Person
from tenants.service.directory import person_of

# ruff: noqa: S608 - the model's own name, and our own columns
_TABLE = f"gf.{ClientContext.__tablename__}"
_INSERT = f"""
INSERT INTO {_TABLE} (tenant_id, id, interaction_id, person, ways, by_agent_id, sent_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING
"""
_READ = f"SELECT * FROM {_TABLE} WHERE tenant_id = $1 AND id = $2"
_OF = f"SELECT * FROM {_TABLE} WHERE tenant_id = $1 AND interaction_id = $2 ORDER BY id"
_BETWEEN = f"SELECT * FROM {_TABLE} WHERE tenant_id = $1 AND sent_at >= $2 AND sent_at < $3"
_UNMAILED = f"SELECT 1 FROM {_TABLE} WHERE tenant_id = $1 AND id = $2 AND mailed_at IS NULL FOR UPDATE"
_COLUMNS: Mapping[str, str] = {
    "PersonAnswered": "answered_at",
    "ContextOpened": "opened_at",
    "ContextAcknowledged": "acknowledged_at",
    "ContextRevoked": "revoked_at",
}
"""What the first fact of a kind fills in."""
_DELIVERED = {"webhook": "taken_at", "mail": "mailed_at"}

Wants = Literal["call_back", "note"]


@dataclass(frozen=True, slots=True)
class Opened:
    """A telling that may be shown now: its row, and the person as the directory has it."""

    row: Mapping[str, Any]
    person: Person


async def keep(scope: Scope, fact: NewFact) -> bool:
    """Take a fact about a telling into its row, in the fact's transaction."""
    data = fact.payload.data()
    if not data["context_id"]:
        return False
    context = UUID(data["context_id"])
    if fact.kind == "ContextSent":
        await scope.fetch(
            _INSERT, scope.tenant_id, context, fact.subject, data["person"], data["ways"], UUID(data["by_agent_id"]),
            fact.at, datetime.fromisoformat(data["expires_at"]),
        )  # fmt: skip
        return False
    column = _DELIVERED[data["way"]] if fact.kind == "ContextDelivered" else _COLUMNS[fact.kind]
    by = ", acknowledged_by = coalesce(acknowledged_by, $4)" if fact.kind == "ContextAcknowledged" else ""
    update = f"UPDATE {_TABLE} SET {column} = coalesce({column}, $3){by} WHERE tenant_id = $1 AND id = $2"
    await scope.fetch(update, scope.tenant_id, context, fact.at, *([data["by"]] if by else []))
    return False


async def told(scope: Scope, context: UUID) -> dict[str, Any]:
    """Return a telling's row. Raises :class:`ContextUnknown`."""
    rows = await scope.fetch(_READ, scope.tenant_id, context)
    if not rows:
        raise ContextUnknown
    return dict(rows[0])


async def living(scope: Scope, context: UUID, now: datetime) -> Opened:
    """Return a telling that may be shown. Raises :class:`ContextUnknown` and :class:`ContextOver`."""
    row = await told(scope, context)
    person = await person_of(scope, row["person"])
    if row["revoked_at"] is not None or row["expires_at"] <= now or person is None:
        raise ContextOver
    return Opened(row, person)


async def open_page(scope: Scope, context: UUID, now: datetime) -> Opened:
    """Note that somebody opened the page. Raises as :func:`living` does."""
    found = await living(scope, context, now)
    again = found.row["opened_at"] is not None
    _tell(scope, found.row, ContextOpened(str(context), found.person.code, again), now, _itself(found))
    return found


async def acknowledge(
    scope: Scope, context: UUID, by: str, now: datetime, actor: Actor | None = None
) -> dict[str, Any]:
    """Note that the client knows of the call; a second time changes nothing. Raises :class:`ContextUnknown`."""
    row = await told(scope, context)
    if row["acknowledged_at"] is None:
        _tell(scope, row, ContextAcknowledged(str(context), row["person"], by), now, actor or _person(row))
        row |= {"acknowledged_at": now, "acknowledged_by": by}
    return row


async def reply(scope: Scope, context: UUID, wants: Wants, text: str, now: datetime) -> None:
    """Take a note to the agent, or the wish to be called back. Raises as :func:`living` does."""
    found = await living(scope, context, now)
    by = found.row["by_agent_id"]
    fact = ContextReplied(str(context), found.person.code, wants, text, None if by is None else str(by))
    _tell(scope, found.row, fact, now, _itself(found))


async def revoke(scope: Scope, context: UUID, now: datetime, actor: Actor) -> None:
    """Close the page for ever; a second time changes nothing. Raises :class:`ContextUnknown`."""
    row = await told(scope, context)
    if row["revoked_at"] is None:
        _tell(scope, row, ContextRevoked(str(context), row["person"]), now, actor)


async def delivered(scope: Scope, context: UUID, way: str, now: datetime) -> None:
    """Note that the client's system took it, or the mail server its link. Raises :class:`ContextUnknown`."""
    row = await told(scope, context)
    if row[_DELIVERED[way]] is None:
        _tell(scope, row, ContextDelivered(str(context), row["person"], way), now, _person(row))


async def unmailed(scope: Scope, context: UUID) -> bool:
    """Say whether its link did not go by mail yet; whoever else asks waits until this transaction is over."""
    return bool(await scope.fetch(_UNMAILED, scope.tenant_id, context))


async def of_interaction(scope: Scope, interaction: UUID) -> list[dict[str, Any]]:
    """Return the tellings of an interaction, oldest first, each with ``in_time`` by formula CD1."""
    rows = await scope.fetch(_OF, scope.tenant_id, interaction)
    return [{**row, "in_time": telling(row).in_time} for row in rows]


async def between(scope: Scope, since: datetime, until: datetime) -> list[Telling]:
    """Return the tellings that were sent in a time; ``until`` is not in it."""
    return [telling(row) for row in await scope.fetch(_BETWEEN, scope.tenant_id, since, until)]


def telling(row: Mapping[str, Any]) -> Telling:
    """Return a row as the formula counts it."""
    return Telling(
        row["sent_at"], "header" in row["ways"], row["answered_at"], row["taken_at"], row["opened_at"],
        row["acknowledged_at"],
    )  # fmt: skip


def _itself(found: Opened) -> Actor:
    return _person(found.row)


def _person(row: Mapping[str, Any]) -> Actor:
    """Return the client's person as the journal names it: by its code."""
    return Actor("person", str(row["person"]))


def _tell(scope: Scope, row: Mapping[str, Any], fact: Payload, at: datetime, actor: Actor) -> None:
    journal.append(scope, fact, subject=row["interaction_id"], at=at, actor=actor)
