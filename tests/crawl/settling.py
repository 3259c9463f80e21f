"""The two clients of the tests: the examples, every text of the one a canary."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid5

import asyncpg
import yaml

from app.flows import check_flow
from journal.core.facts import SYSTEM
from kit.db import AccessibleTenantId
from kit.secretbox import SecretBox
from probe.core.canaries import Canaries
from probe.service.world import Side, World, files_state, name_ids, rows_of, state_of
from tenants.access import for_system
from tenants.idp.connections import Change, Idp, Planes, save_idp
from tenants.service.blueprints import Order, apply_blueprint
from tenants.service.centre import apply_centre
from tenants.service.floors import list_tenants
from tests.support.house import KEYS, House

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
A, B = "galaxy", "harbour-light"
NOW = datetime.now(UTC)


def _blueprint(name: str, words: Canaries) -> str:
    """Return an example with every name and text replaced by canaries, and the people that the crawl needs."""
    document: Any = yaml.safe_load((EXAMPLES / f"{name}.yaml").read_text(encoding="utf-8"))
    document["tenant"]["name"] = words.word("tenant")
    document.setdefault("contract", {})["desktop"] = {"view": "live_and_stored", "consent": False}
    for calendar in document["calendars"]:
        calendar.pop("exceptions", None)  # PyYAML reads the key "on" as true
    for part in ("queues", "skills", "connections", "directory"):
        for n, row in enumerate(document.get(part, ())):
            row["name"] = words.word(f"{part} {n}")
            for choice in row.get("dispositions", ()):
                choice["name"] = words.word("disposition " + choice["code"])
    document["queues"][0]["dispositions"][0]["code"] = words.word("disposition code")
    for n, seat in enumerate(document["seats"]):
        seat["alias"] = words.word(f"alias {n}")
    for prompt in document["prompts"]:
        prompt["text"] = {language: words.word("prompt " + prompt["code"]) for language in prompt["text"]}
    for person in document["people"]:
        person["name"] = words.word("person " + person["role"])
        words.kinds[person["email"]] = "e-mail"
    for number in document["numbers"]:
        words.kinds[number["number"]] = "dialled number"
    return yaml.safe_dump(document, allow_unicode=True)


async def settle(house: House, words: dict[str, Canaries]) -> dict[str, AccessibleTenantId]:
    """Apply the centre and both blueprints."""
    await apply_centre(house.control, house.app, (EXAMPLES / "centre.yaml").read_text(encoding="utf-8"), NOW)
    order = Order(by="tests", at=NOW, check_flow=check_flow)
    for code in (A, B):
        await apply_blueprint(house.control, house.app, _blueprint(code, words[code]), order)
    tenants = {t.code: for_system(t.id, "tests") for t in await list_tenants(house.control)}
    for code, tenant_id in tenants.items():
        await _idp(house, tenant_id, words[code])
        await _systems(house, tenant_id, words[code])
    return tenants


async def _idp(house: House, tenant_id: AccessibleTenantId, words: Canaries) -> None:
    """Connect a sign-in service that is switched off: an enabled one is told to whoever knows a whole address."""
    planes = Planes(house.control, house.app, SecretBox(bytes.fromhex(KEYS["GF_MASTER_KEY"])))
    idp = Idp(
        id=uuid5(tenant_id, "idp"), tenant_id=tenant_id, name=words.word("idp name"),
        client_id=words.word("idp client"), issuer=f"https://{words.word('idp issuer')}.example",
        auth_method="client_secret_basic", enabled=False,
        roles={words.word("idp group"): "client_viewer"},
    )  # fmt: skip
    await save_idp(planes, Change(tenant_id, SYSTEM, NOW), idp, words.word("idp secret"))


async def _systems(house: House, tenant_id: AccessibleTenantId, words: Canaries) -> None:
    """Make a key and an OAuth client of a connection of their own, under names that a test can tell."""
    pool = await house.control.pool()
    oauth, key = f"gfc_{uuid5(tenant_id, 'oauth').hex[:12]}", uuid5(tenant_id, "key").hex[:8]
    until, scopes, code = NOW + timedelta(days=99), ["work_order.read"], "zz-machines"
    async with house.app.transaction(tenant_id) as scope:
        await scope.fetch("INSERT INTO gf.connection (tenant_id, code, name, url) VALUES ($1, $2, $3, '')",
                          tenant_id, code, words.word("connection of machines"))  # fmt: skip
    await pool.execute(
        "INSERT INTO control.oauth_client (id, tenant_id, connection, method, scopes, created_by, created_at,"
        " expires_at) VALUES ($1, $2, $3, 'client_secret_basic', $4, 'tests', $5, $6)",
        oauth, tenant_id, code, scopes, NOW, until,
    )  # fmt: skip
    await pool.execute(
        "INSERT INTO control.api_key (id, tenant_id, connection, hash, scopes, created_at, expires_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7)", key, tenant_id, code, b"none", scopes, NOW, until,
    )  # fmt: skip


async def checksum(admin_dsn: str, side: Side, folder: Path) -> str:
    """Return a hash over all of a tenant's rows, the control plane's too, and all files: a superuser looks."""
    connection = await asyncpg.connect(admin_dsn)
    try:
        return await state_of(connection, side.tenant) + files_state(folder)
    finally:
        await connection.close()


async def find_ids(admin_dsn: str, world: World) -> None:
    connection = await asyncpg.connect(admin_dsn)
    try:
        name_ids(world, await rows_of(connection, world.a.tenant), await rows_of(connection, world.b.tenant))
    finally:
        await connection.close()
