"""The asking client's own data: a few of its real ids, and nothing that changes a row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kit.db import AccessibleTenantId, Database
from probe.core.canaries import Canaries
from probe.core.tally import Tally
from probe.service.crawl import Crawl
from probe.service.fillers import fill
from probe.service.filling import nobody
from probe.service.ground import Ground
from probe.service.ids import attack_ids, ids_of
from probe.service.members import Member
from probe.service.statements import Statements
from probe.service.world import Side, Victim, World

_WHO = ("client_manager", "client_viewer", "agent", "key", "supervisor", "quality", "expired session", "nobody")
"""Clients and staff of somebody else, nobody's."""

_SAMPLES = 3
_UUID = 36
_CHANGING_NOTHING = ("path", "query", "header", "cookie", "cursor")
"""Where an id of a real client is put: requests that only read."""
_INTERACTIONS = """
SELECT i.id::text AS interaction, coalesce(i.queue_id::text, '') AS queue, coalesce(i.agent_id::text, '') AS agent,
  coalesce(r.id::text, '') AS recording, coalesce(r.key, '') AS key
FROM gf.interaction i LEFT JOIN gf.recording r ON r.tenant_id = i.tenant_id AND r.interaction_id = i.id
WHERE i.tenant_id = $1 ORDER BY i.id DESC LIMIT $2
"""
_ORDERS = """
SELECT id::text AS order, number::text AS order_number FROM gf.work_order WHERE tenant_id = $1 ORDER BY id DESC LIMIT $2
"""
_CONNECTIONS = "SELECT code AS connection FROM gf.connection WHERE tenant_id = $1 LIMIT $2"


async def attack_own(
    ground: Ground, tally: Tally, members: Sequence[Member], client: AccessibleTenantId, home: Database | None = None
) -> None:
    """Ask for the client's real things as others would; then look for its rows with raw SQL.

    ``home``: the client's own database, if it has one.
    """
    samples = await _samples(ground, client)
    words = Canaries("own", "+000", {}, frozenset(value for sample in samples for value in _ids(sample)))
    for sample in samples:
        mine = Side(sample.code, words, client, sample, sample.interaction)
        crawl = Crawl(replace(ground, world=World(mine, ground.world.b)), [], tally=tally)
        for member in members:
            if member.method == "GET" and member.kind == "http" and member.named("path"):
                for who in (ground.attackers[name] for name in _WHO if name in ground.attackers):
                    for foreign, random in zip(fill(member, sample), fill(member, nobody(sample)), strict=True):
                        await crawl.compare(member, who, foreign, random, "own_data")
    known = await ids_of(ground, client, tally, _SAMPLES)
    tally.figures["own_ids"] = len({one.value for one in known})
    words = Canaries("own", "+000", {}, frozenset(one.value for one in known if len(one.value) == _UUID))
    mine = Side(samples[0].code, words, client, samples[0], samples[0].interaction)
    crawl = Crawl(replace(ground, world=World(mine, ground.world.b)), [], tally=tally)
    await attack_ids(crawl, members, known, "own_data", _CHANGING_NOTHING)
    await Statements(ground, tally, "own_data", {client: "your rows"}).run()
    if home is not None:
        await Statements(ground, tally, "own_data", {client: "your rows"}, home).run()
    tally.figures["own_database"] = home is not None


def _ids(sample: Victim) -> set[str]:
    return {sample.tenant, sample.interaction, sample.order, sample.recording, sample.queue, sample.agent}


async def _samples(ground: Ground, client: AccessibleTenantId) -> list[Victim]:
    """Read the newest of each kind; where there is none stands a value that belongs to nobody."""
    async with ground.plane.transaction(client) as scope:
        rows = [
            [dict(row) for row in await scope.fetch(sql, client, _SAMPLES)]
            for sql in (_INTERACTIONS, _ORDERS, _CONNECTIONS)
        ]
    samples = []
    for number in range(max(1, *(len(found) for found in rows))):
        known: dict[str, str] = {"tenant": str(client)}
        for found in rows:
            known |= {k: v for k, v in (found[number % len(found)] if found else {}).items() if v}
        samples.append(replace(nobody(ground.world.a.victim), **known))
    return samples
