"""The back office's page of databases: every client, a move under way, and nobody without the permission."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from tests.support.site import Site

PAGE = "/centre/placements"


async def staff(site: Site, *roles: str) -> str:
    pool = await site.house.control.pool()
    return str(
        await pool.fetchval(
            'SELECT email FROM control."user" WHERE staff_role = ANY($1) ORDER BY email LIMIT 1', list(roles)
        )
    )


@pytest.mark.parametrize(
    ("language", "word", "remembered"),
    [
        ("en", "in service", "New calls follow the settings of 21 Nov 2026"),
        ("zh-Hans", "运行中", "新来电按 2026年11月21日"),
        ("zh-Hant", "運作中", "新來電依 2026年11月21日"),
    ],
)
async def test_it_lists_every_client_and_follows_a_move(site: Site, language: str, word: str, remembered: str) -> None:
    person = await site.person(await staff(site, "platform", "onboarding"))
    headers = {"Accept": "text/html"}
    async with person.get(f"{PAGE}?lang={language}", headers=headers) as answer:
        shown = await answer.text()
        assert answer.status == 200
    assert "galaxy" in shown
    assert "harbour-light" in shown
    assert word in shown
    assert 'hx-trigger="every 2s"' not in shown
    assert remembered not in shown
    async with site.house.control.plain() as session:
        await session.execute(
            text(
                "INSERT INTO control.move (id, tenant_id, kind, server, step, started_at, error) VALUES"
                " (uuidv7(), :tenant, 'dedicated', 'db.example:5432/galaxy', 'copying', clock_timestamp(), 'OSError')"
            ),
            {"tenant": site.tenants["galaxy"]},
        )
        await session.execute(
            text("INSERT INTO control.placement (tenant_id, remembered_at) VALUES (:tenant, '2026-11-21T08:00Z')"),
            {"tenant": site.tenants["galaxy"]},
        )
    async with person.get(f"{PAGE}?lang={language}", headers=headers) as answer:
        shown = await answer.text()
    assert "db.example:5432/galaxy" in shown
    assert "<progress" in shown
    assert remembered in shown
    assert 'hx-trigger="every 2s"' in shown
    assert "postgresql://" not in shown


async def test_agents_and_clients_do_not_see_it(site: Site) -> None:
    people = [await staff(site, "agent"), (await site.people("galaxy"))["client_manager"]]
    for email in people:
        person = await site.person(email)
        async with person.get(PAGE) as answer:
            assert answer.status in {403, 404}
