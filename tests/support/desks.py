"""What is kept of a desk, as its socket keeps it: for worlds in which everything of a client is moved about."""

from __future__ import annotations

import json
from uuid import UUID

import orjson

from interactions.desktop import service as desktop
from interactions.desktop.core.tape import Tape
from interactions.desktop.service import Of
from kit import vault
from kit.clock import millis, now
from kit.db import Scope
from kit.ids import new_id
from kit.objects import Objects

_TYPED = {"source": 5, "id": 7, "text": "of the desk", "isChecked": False}
EVENTS = [{"type": 3, "timestamp": millis(now()), "data": _TYPED}]
_INTERACTION = """INSERT INTO gf.interaction (tenant_id, id, number, contact, contact_number, channel, direction, flow,
flow_version, state, started_at) VALUES ($1, $2, '+862150001234', '', '', 'voice', 'inbound', 'main', 1, 'ended', $3)"""


async def an_interaction(scope: Scope) -> UUID:
    """Write an interaction of which nothing else is known."""
    made = new_id()
    await scope.fetch(_INTERACTION, scope.tenant_id, made, now())
    return made


async def keep_desk(scope: Scope, recordings: Objects, interaction: UUID) -> None:
    """Keep a part of what was on a desk during an interaction."""
    tape = Tape()
    tape.add(EVENTS, orjson.dumps(EVENTS) + b"\n", 1)
    await desktop.store(scope, recordings, tape, Of(new_id(), interaction, str(new_id())), "closed")


async def desk_of(scope: Scope, recordings: Objects, interaction: UUID) -> list[object]:
    """Return the events that are kept of the desk, as a replay reads them."""
    rows = await desktop.parts(scope, interaction)
    keys = await vault.sealing(scope)
    lines = b"".join(desktop.lines_of(recordings, rows, keys)).splitlines()
    return [event for line in lines for event in json.loads(line)]
