"""What must be so after every attack: whole journals, rows that are what the facts say, and clean logs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from uuid import UUID

from interactions.core.agent_record import AGENT_KINDS, AgentRecord, apply_agent
from interactions.core.record import INTERACTION_KINDS, InteractionRecord, apply
from interactions.records import load, load_agents
from journal import seals
from journal import service as journal
from journal.core.facts import Fact
from kit.db import AccessibleTenantId
from tests.failure.plant import PROCESSES, Plant, until
from tests.support.house import INSTALLATION, KEY, PASSWORD
from tests.switchboard.books import check_agents, check_counts

RAW_NUMBER = re.compile(r"(?<!\d)(?:86)?1381234\d{4}(?!\d)")
"""Every caller of these tests (see ``people.CALLERS``)."""


async def prove(plant: Plant) -> None:
    """Every tenant's journal is gapless and sealed, and its rows are what its facts say."""
    tenants = [*plant.site.tenants.values(), INSTALLATION]
    for tenant in tenants:
        await until(lambda tenant=tenant: _is_sealed(plant, tenant), 15, "every fact is sealed")  # type: ignore[misc]
        facts = await facts_of(plant, tenant)
        assert [fact.seq for fact in facts] == list(range(1, len(facts) + 1))
        check_counts(facts)
        check_agents(facts)
        await _prove_rows(plant, tenant, facts)


async def facts_of(plant: Plant, tenant: AccessibleTenantId) -> list[Fact]:
    async with plant.house.app.transaction(tenant) as scope:
        return await journal.read(scope, limit=100_000)


async def _is_sealed(plant: Plant, tenant: AccessibleTenantId) -> bool:
    walked, unsealed, broken = await seals.verify(plant.house.app, tenant)
    assert broken is None, broken
    return not unsealed and (walked > 0 or tenant == INSTALLATION)


async def _prove_rows(plant: Plant, tenant: AccessibleTenantId, facts: list[Fact]) -> None:
    interactions: dict[UUID, InteractionRecord | None] = {}
    agents: dict[UUID, AgentRecord | None] = {}
    for fact in facts:
        if fact.kind in INTERACTION_KINDS:
            interactions[fact.subject] = apply(interactions.get(fact.subject), fact)
        elif fact.kind in AGENT_KINDS:
            agents[fact.subject] = apply_agent(agents.get(fact.subject), fact)
    async with plant.house.app.transaction(tenant) as scope:
        assert await load(scope, interactions) == interactions
        assert await load_agents(scope) == agents


class Logs:
    """What the processes write from now on."""

    def __init__(self, plant: Plant) -> None:
        self._plant = plant
        self._from = {name: self._size(name) for name in PROCESSES}

    def _size(self, name: str) -> int:
        log = self._plant.log(name)
        return log.stat().st_size if log.exists() else 0

    def said(self) -> Mapping[str, str]:
        return {
            name: self._plant.log(name).read_bytes()[start:].decode(errors="replace")
            for name, start in self._from.items()
        }

    def prove(self) -> None:
        """No process met something that it did not understand, or wrote what only few may know."""
        plant = self._plant
        secrets = [PASSWORD, KEY.hex(), plant.redis.password, plant.asterisk.ari_password, *plant.secrets.values()]
        for name, text in self.said().items():
            assert "Traceback" not in text, f"{name}: {text[max(0, text.index('Traceback') - 500) :][:4000]}"
            assert not RAW_NUMBER.findall(text), f"{name} writes a caller's number"
            assert not [secret for secret in secrets if secret in text], f"{name} writes a secret"
