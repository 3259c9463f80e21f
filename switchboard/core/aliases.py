"""How a tenant knows the agents: by ids and seats of its own, so that two tenants cannot join what they see.

Inside, the floor has one name for each agent. What leaves it for a tenant's journal, and what comes back from there
after a restart, passes through here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias, TypeVar
from uuid import UUID

from interactions.core.agent_record import AgentRecord
from interactions.core.record import InteractionRecord
from journal.core.facts import Actor, NewFact

_WEB = "-web"
_OTHERS = ("to_agent_id", "by_agent_id", "target_agent_id")
_Record = TypeVar("_Record", AgentRecord, InteractionRecord)


@dataclass(frozen=True, slots=True)
class Alias:
    """An agent as one tenant knows it."""

    id: UUID
    seat: str


Known: TypeAlias = Mapping[UUID, Alias]
"""By the agent's real id, for one tenant."""
_NOBODY: Known = {}


@dataclass(frozen=True, slots=True)
class Aliases:
    """Every agent that a floor's tenants ever knew."""

    by_tenant: Mapping[UUID, Known] = field(default_factory=dict)
    _outside: Mapping[UUID, Mapping[str, str]] = field(init=False, repr=False, compare=False)
    """For each tenant, its own ids by ours, as text: made once, because every fact of a call is told by them."""

    def __post_init__(self) -> None:
        """Write the ids down as text."""
        names = {t: {str(real): str(alias.id) for real, alias in known.items()} for t, known in self.by_tenant.items()}
        object.__setattr__(self, "_outside", names)

    def outward(self, tenant: UUID, fact: NewFact) -> NewFact:
        """Return a fact in the tenant's own names."""
        known = self.by_tenant.get(tenant, _NOBODY)
        if not known:
            return fact
        payload = fact.payload
        agent = _agent_of(payload, known)
        changes = {} if agent is None else _own_names(payload, agent)
        changes |= _other_agents(payload, known)
        because = getattr(payload, "because", None)
        if because:
            changes["because"] = renamed(because, self._outside[tenant])
        return replace(
            fact,
            payload=replace(payload, **changes) if changes else payload,  # type: ignore[type-var] # each is a dataclass
            subject=known[fact.subject].id if fact.subject in known else fact.subject,
            actor=_actor(fact.actor, known),
        )

    def resume(self, tenant: UUID, stored: Mapping[str, Any]) -> dict[str, Any]:
        """Return what is kept for a restart in the tenant's own names."""
        return dict(renamed(stored, self._outside.get(tenant, {})))

    def resumed(self, tenant: UUID, stored: Mapping[str, Any]) -> dict[str, Any]:
        """Return what was kept for a restart in our names."""
        return dict(renamed(stored, {alias: real for real, alias in self._outside.get(tenant, {}).items()}))

    def record(self, tenant: UUID, stored: _Record) -> _Record:
        """Return a stored record in our names."""
        real = None if stored.agent_id is None else self._real(tenant).get(stored.agent_id)
        return stored if real is None else replace(stored, agent_id=real)

    def real(self, tenant: UUID, named: UUID) -> UUID:
        """Return our id of an agent whom a tenant names by its own; another one as it is."""
        return self._real(tenant).get(named, named)

    def _real(self, tenant: UUID) -> dict[UUID, UUID]:
        return {alias.id: real for real, alias in self.by_tenant.get(tenant, _NOBODY).items()}


def _agent_of(payload: Any, known: Known) -> Alias | None:  # noqa: ANN401 - any kind of fact
    named = getattr(payload, "agent_id", None)
    return None if named is None else known.get(UUID(named))


def _own_names(payload: Any, agent: Alias) -> dict[str, Any]:  # noqa: ANN401 - any kind of fact
    changes: dict[str, Any] = {"agent_id": str(agent.id)}
    if getattr(payload, "seat", None) is not None:
        changes["seat"] = agent.seat
    endpoint = getattr(payload, "endpoint", None)
    if endpoint is not None:
        changes["endpoint"] = f"o-{agent.seat}{_WEB if endpoint.endswith(_WEB) else ''}"
    return changes


def _other_agents(payload: Any, known: Known) -> dict[str, Any]:  # noqa: ANN401 - any kind of fact
    named = {name: getattr(payload, name, None) for name in _OTHERS}
    return {name: str(known[UUID(id_)].id) for name, id_ in named.items() if id_ and UUID(id_) in known}


def _actor(actor: Actor, known: Known) -> Actor:
    if actor.kind != "agent":
        return actor
    alias = known.get(UUID(actor.id))
    return actor if alias is None else replace(actor, id=str(alias.id))


def renamed(value: Any, names: Mapping[str, str]) -> Any:  # noqa: ANN401 - any JSON value
    """Return a JSON value with some texts, also keys, replaced by others."""
    if isinstance(value, str):
        return names.get(value, value)
    if isinstance(value, Mapping):
        return {renamed(key, names): renamed(inner, names) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [renamed(inner, names) for inner in value]
    return value
