"""The two synthetic clients of a running house: made once by the ways of every client, found again by every later run.

The journal is only added to, so they are kept, not removed. When the tables change (a new release), they are furnished
again. Nothing leaves them: their webhooks are off, their errands parked.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from base64 import b64decode, b64encode
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import select

from kit.clock import now
from kit.db import AccessibleTenantId, Database, Plane
from probe.core.canaries import Canaries
from probe.models import ProbeWorld
from probe.service.filling import furnish
from probe.service.world import B_PEOPLE, Connection, Side, Victim, World, name_ids, rows_of
from tenants.access import for_system
from tenants.core.limits import RouteClass
from tenants.core.names import CheckFlow
from tenants.models import AgentProfile
from tenants.service.blueprints import Order, apply_blueprint
from tenants.service.synthetic import SYNTHETIC_SEATS, Synthetic, make_synthetic
from tenants.throttle import set_limit

Seal = Callable[[AccessibleTenantId], Awaitable[None]]

_PER_MINUTE = 100_000
"""How often each of the synthetic people may ask: a run is thousands of requests, and a refusal proves nothing."""

_CALM = (
    "UPDATE gf.webhook_endpoint SET state = 'disabled' WHERE tenant_id = $1",
    "UPDATE gf.webhook_delivery SET state = 'dead' WHERE tenant_id = $1",
    "UPDATE gf.outbox SET parked_at = now() WHERE tenant_id = $1 AND parked_at IS NULL",
)


@dataclass(frozen=True, slots=True)
class Grounds:
    """Where the twins live. ``seal`` seals what a tenant's journal has, or does nothing (the worker will)."""

    control: Database
    plane: Plane
    shared: Database
    """Where raw statements run, and where the twins live."""
    folder: Path
    check_flow: CheckFlow
    seal: Seal


async def settle(grounds: Grounds) -> World:
    """Return both worlds, as they were left or new."""
    fingerprint = await _fingerprint(grounds.shared)
    async with grounds.control.plain() as session:
        kept = (await session.execute(select(ProbeWorld))).scalar_one_or_none()
    if kept is not None and kept.fingerprint == fingerprint:
        world = World(_side(kept.content["a"]), _side(kept.content["b"]))
    else:
        world = await _make(grounds)
        async with grounds.control.plain() as session:
            content = {"a": _data(world.a), "b": _data(world.b)}
            await session.merge(ProbeWorld(id="twins", fingerprint=fingerprint, content=content, made_at=now()))
    for side in (world.a, world.b):
        for kind in RouteClass:
            await set_limit(grounds.control, side.tenant, kind, _PER_MINUTE)
        for key, file in side.files.items():
            path = grounds.folder / key
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(file)
    return world


async def _make(grounds: Grounds) -> World:
    seed = secrets.token_hex(16)
    words = {"a": Canaries(f"A {seed}", "+99910000"), "b": Canaries(f"B {seed}", "+99920000")}
    a, b = [await _client(grounds, letter, words[letter]) for letter in ("a", "b")]
    world = World(a, b)
    rows = [await _rows(grounds.plane, side) for side in (a, b)]
    name_ids(world, rows[0], rows[1])
    return world


async def _rows(plane: Plane, side: Side) -> dict[str, list[str]]:
    async with plane.transaction(side.tenant) as scope:
        return await rows_of(scope, side.tenant, "gf.")


async def _client(grounds: Grounds, letter: str, words: Canaries) -> Side:
    """Apply the blueprint, seat the agent, furnish, be calm, seal."""
    code = f"probe-{letter}-{hashlib.sha256(words.seed.encode()).hexdigest()[:8]}"
    code = await _known_code(grounds.control, letter) or code
    seat = SYNTHETIC_SEATS[0 if letter == "a" else 1]
    wanted = Synthetic(code, words.word("tenant"), seat, words.word("alias 0"))
    await make_synthetic(grounds.control, wanted, secrets.token_urlsafe(18))
    order = Order(by="isolation probe", at=now(), check_flow=grounds.check_flow)
    await apply_blueprint(grounds.control, grounds.plane, json.dumps(_blueprint(code, letter, words)), order)
    tenant, agent = await make_synthetic(grounds.control, wanted, secrets.token_urlsafe(18))
    async with grounds.plane.session(tenant) as session:
        if (await session.execute(select(AgentProfile))).first() is None:
            session.add(AgentProfile(agent_id=agent, alias=wanted.alias, seat=seat, kind="dedicated", skills={}))
    side = await furnish(grounds.plane, tenant, code, words, calm=_CALM)
    await grounds.seal(tenant)
    return side


async def _known_code(control: Database, letter: str) -> str | None:
    pool = await control.pool()
    found = await pool.fetchval(
        "SELECT code FROM control.tenant WHERE synthetic AND code LIKE $1", f"probe-{letter}-%"
    )  # fmt: skip
    return str(found) if found else None


def _blueprint(code: str, letter: str, words: Canaries) -> dict[str, Any]:
    """Return a small client: no numbers, no seats, every text a word of its world. B shares recordings by link."""
    people = [
        {"email": f"{role}-{letter}@{B_PEOPLE}", "name": words.word(f"person {role}"), "role": f"client_{role}"}
        for role in ("manager", "viewer", "developer")
    ]
    for person in people:
        words.kinds[person["email"]] = "e-mail"
    disposition = {"code": words.word("disposition code"), "name": words.word("disposition")}
    prompt = {"code": "hello", "text": {"en": words.word("prompt hello")}}
    flow = {
        "schema": "flow/1", "id": "main", "entry": "hello", "locales": ["en"],
        "nodes": {"hello": {"type": "play", "prompt": {"en": {"asset": "hello"}}, "exits": {"done": "bye"}},
                  "bye": {"type": "end", "reason": "error"}},
    }  # fmt: skip
    return {
        "blueprint": 1,
        "tenant": {"code": code, "name": words.word("tenant"), "zone": "UTC", "languages": ["en"]},
        "people": people,
        "calendars": [{"code": "always", "weekly": {"mon": ["00:00-24:00"]}}],
        "prompts": [prompt],
        "skills": [{"code": f"skill-{letter}", "name": words.word("skills 0")}],
        "queues": [{"code": f"queue-{letter}", "name": words.word("queues 0"), "dispositions": [disposition]}],
        "flows": [flow],
        "directory": [{"code": f"boss-{letter}", "name": words.word("directory 0"),
                       "department": words.word("department"), "phones": [{"number": words.number()}],
                       "context": {"ways": ["webhook"]}}],
        "connections": [{"code": f"crm-{code}", "name": words.word("connections 0"), "url": f"https://{B_PEOPLE}/"}],
        "sharing": {"who": "anyone" if letter == "b" else "off"},
    }  # fmt: skip


async def _fingerprint(plane: Database) -> str:
    """Return a hash of the tables and their columns, of which a new one needs an example row, and of the blueprints."""
    pool = await plane.pool()
    blueprints = [_blueprint("", letter, Canaries("", "")) for letter in ("a", "b")]
    return hashlib.sha256(repr((await _columns(pool), blueprints)).encode()).hexdigest()


async def _columns(connection: Connection) -> list[tuple[str, str]]:
    rows = await connection.fetch(
        "SELECT c.relname, a.attname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " JOIN pg_attribute a ON a.attrelid = c.oid WHERE n.nspname = 'gf' AND c.relkind IN ('r', 'p')"
        " AND NOT c.relispartition AND a.attnum > 0 AND NOT a.attisdropped ORDER BY 1, 2"
    )
    return [(row["relname"], row["attname"]) for row in rows]


def _data(side: Side) -> dict[str, Any]:
    words = side.words
    made: dict[str, Any] = orjson.loads(
        orjson.dumps(
            {
                "code": side.code,
                "tenant": str(side.tenant),
                "victim": asdict(side.victim),
                "talking": side.talking,
                "words": {"seed": words.seed, "block": words.block, "kinds": words.kinds, "ids": sorted(words.ids)},
                "files": {key: b64encode(content).decode() for key, content in side.files.items()},
            }
        )
    )
    return made


def _side(data: dict[str, Any]) -> Side:
    words = data["words"]
    return Side(
        data["code"],
        Canaries(words["seed"], words["block"], dict(words["kinds"]), frozenset(words["ids"])),
        for_system(UUID(data["tenant"]), "isolation probe"),
        Victim(**data["victim"]),
        data["talking"],
        {key: b64decode(content) for key, content in data["files"].items()},
    )
