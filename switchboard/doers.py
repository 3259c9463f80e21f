"""Who gives the commands of supervision, and the fields of these commands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias
from uuid import UUID

from journal.core.facts import Actor
from switchboard.core import supervision
from switchboard.core.call import Call
from switchboard.core.party import Party, Watch
from switchboard.errors import CommandUnknown, EngineAway, NotSupervised, NotYours, ReasonNeeded
from switchboard.floor import Floor

Fields: TypeAlias = Mapping[str, Any]
_REASON_LENGTH = 300


@dataclass(frozen=True, slots=True)
class Doer:
    """Who acts; ``tenant``: whose own person it is, None for the outsourcer's."""

    user: UUID
    name: str
    role: str
    tenant: UUID | None

    @property
    def actor(self) -> Actor:
        """Who acts, as journals name it."""
        return Actor("user", str(self.user))

    def watch(self, mode: str, reason: str) -> Watch:
        """Return how it takes part."""
        return Watch(mode, self.name, self.role, self.tenant, reason)

    def told(self) -> dict[str, str]:
        """Return how facts name it."""
        return {"user_id": str(self.user), "name": self.name, "role": self.role}


def doer_of(fields: Fields) -> Doer:
    """Return who acts. Raises ``CommandUnknown``."""
    by = fields.get("by")
    if not isinstance(by, Mapping):
        raise CommandUnknown("the field 'by' is missing")
    tenant = by.get("tenant")
    return Doer(
        id_of(by, "user_id"), text_of(by, "name"), text_of(by, "role"), None if tenant is None else id_of(by, "tenant")
    )


def call_of(floor: Floor, fields: Fields) -> Call:
    """Return the conversation; another tenant's is refused like none."""
    call = floor.calls.get(id_of(fields, "interaction"))
    if call is None or call.tenant != id_of(fields, "tenant"):
        raise NotYours
    if not floor.connected:
        raise EngineAway
    return call


def reason_of(floor: Floor, call: Call, doer: Doer, fields: Fields) -> str:
    """Return why; the outsourcer's people say it, unless the tenant waives that."""
    reason = text_of(fields, "reason")
    if not reason and doer.tenant is None and not floor.tenant_of(call).supervision.without_reason:
        raise ReasonNeeded
    return reason


def outsourcers_only(doer: Doer) -> None:
    """Refuse a client's own person: it listens, and nothing else."""
    if doer.tenant is not None:
        raise NotSupervised


def phones_of(floor: Floor, doer: Doer) -> tuple[str, ...]:
    """Return the phones of whoever acts, the preferred first."""
    return floor.plan.listeners.get((doer.user, doer.tenant), ())


def own_watch(call: Call, doer: Doer) -> Party | None:
    """Return how it takes part in a conversation, if it does."""
    return next((party for party in supervision.watchers(call) if is_of(party, doer)), None)


def has(call: Call, doer: Doer) -> bool:
    """Say whether it takes part in a conversation, or has taken it over."""
    return any(is_of(party, doer) for party in call.parties)


def is_of(party: Party, doer: Doer) -> bool:
    """Say whether this party is whoever acts."""
    return party.watch is not None and (party.by, party.watch.tenant) == (doer.user, doer.tenant)


def text_of(fields: Fields, name: str) -> str:
    """Return a text field without what no text holds; empty when it is missing."""
    return str(fields.get(name) or "").replace("\0", "").strip()[:_REASON_LENGTH]


def id_of(fields: Fields, name: str) -> UUID:
    """Return an id. Raises ``CommandUnknown``."""
    try:
        return UUID(str(fields.get(name)))
    except ValueError:
        raise CommandUnknown(f"the field {name!r} is not an id") from None
