"""A person who writes, asks or comments in a client's name or as its supervisor, as the client's journal names it."""

from __future__ import annotations

from dataclasses import dataclass

from journal.core.facts import Actor
from tenants.access import Principal
from tenants.core.permissions import Role


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who says something: with the name and the role that it has now."""

    user_id: str
    name: str
    role: str

    @property
    def actor(self) -> Actor:
        """Who it is in the journal."""
        return Actor("user", self.user_id)


def speaker(principal: Principal, role: Role) -> Speaker:
    """Return who asks as the one who says something, in this role."""
    return Speaker(principal.id, principal.name, str(role))
