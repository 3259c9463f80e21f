"""What the process of a floor is given by whoever starts it. Adapters are chosen there, never here."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol, TypeAlias
from uuid import UUID

from ivr.service import SoundFiles
from kit.db import Database, Plane
from kit.objects import Objects
from switchboard.clock import Clock
from switchboard.floor import LinkOf, no_link
from telephony.port import Engine
from tenants.core.configuration import FloorConfiguration

Handler: TypeAlias = Callable[[Mapping[str, Any]], Awaitable[Mapping[str, Any]]]


class Configure(Protocol):
    """Reads the floor's configuration: of every tenant (None), or again of those who ``changed`` and who are new."""

    async def __call__(self, now: datetime, changed: frozenset[UUID] | None = None) -> FloorConfiguration:
        """Return what is in force at ``now``."""


@dataclass(frozen=True, slots=True)
class FloorServices:
    """Everything that a floor's process is given.

    ``configuration`` reads the floor's; ``serve`` answers an inbox until cancelled (``kit.bus.Bus.serve``);
    ``data_folder`` holds the spool and sounds; ``recordings`` is where recordings are kept; ``engine_recordings`` is
    where the engine writes, if we see that.
    """

    floor: str
    control: Database
    plane: Plane
    engine: Engine
    speaker: SoundFiles
    configuration: Configure
    serve: Callable[[str, Handler], Coroutine[Any, Any, None]]
    data_folder: Path
    recordings: Objects
    clock: Clock
    engine_recordings: Path | None = None
    link_of: LinkOf = no_link
    """Makes the address of the page by which one of the client's people is told of a call."""
    node_recordings: Mapping[str, Path] = field(default_factory=dict)
    """The same of each engine, where there are several."""
