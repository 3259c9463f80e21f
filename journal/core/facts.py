"""Facts and their kinds. A kind is a frozen dataclass, registered in the room that emits it, with a schema version."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, TypeVar, dataclass_transform
from uuid import UUID


class Payload:
    """What a fact says, without who, when and whose it is. Fields are JSON values: text, int, bool, None, list, dict.

    No field is a float: a fact is hashed, and counts, milliseconds and minor units need none.
    """

    KIND: ClassVar[str]
    VERSION: ClassVar[int]
    PERSONAL: ClassVar[tuple[str, ...]] = ()
    """Paths into the data (``comment.body``) whose texts are sealed by the tenant's key before they are stored."""

    def data(self) -> dict[str, Any]:
        """Return the JSON object that is stored."""
        return {f.name: getattr(self, f.name) for f in dataclasses.fields(self)}  # type: ignore[arg-type]


_P = TypeVar("_P", bound=Payload)

KINDS: dict[str, type[Payload]] = {}
"""Every registered kind by name."""


@dataclass_transform(frozen_default=True)
def fact_kind(version: int = 1) -> Callable[[type[_P]], type[_P]]:
    """Register a frozen dataclass as a kind of fact; its class name is the kind, past tense (``InteractionEnded``)."""

    def register(cls: type[_P]) -> type[_P]:
        made: type[_P] = dataclass(frozen=True, slots=True)(cls)
        if not issubclass(made, Payload):
            raise TypeError(f"{made.__name__} is not a Payload")
        if made.__name__ in KINDS:
            raise ValueError(f"the kind {made.__name__} is registered twice")
        made.KIND = made.__name__
        made.VERSION = version
        KINDS[made.__name__] = made
        return made

    return register


@dataclass(frozen=True, slots=True)
class Actor:
    """Who caused a fact: a user, a key, an agent, a contact, or a part of the system."""

    kind: str
    id: str

    def data(self) -> dict[str, str]:
        """Return the stored form."""
        return {"kind": self.kind, "id": self.id}


SYSTEM = Actor("system", "glassfloor")
"""The centre's own software, when nobody else is the cause."""


@dataclass(frozen=True, slots=True)
class NewFact:
    """A fact that is not yet in a journal."""

    payload: Payload
    subject: UUID
    at: datetime
    actor: Actor = SYSTEM

    @property
    def kind(self) -> str:
        """Return the kind's name."""
        return self.payload.KIND


@dataclass(frozen=True, slots=True)
class Fact:
    """One entry of a tenant's journal, as it was stored."""

    tenant_id: UUID
    seq: int
    at: datetime
    kind: str
    version: int
    subject: UUID
    actor: Mapping[str, str]
    """Its kind and id, and what the request said of itself that it came with (``kit.cause``)."""
    data: Mapping[str, Any]

    @property
    def who(self) -> dict[str, str]:
        """Return the actor alone, as it is shown: without its request."""
        return {"kind": self.actor["kind"], "id": self.actor["id"]}
