from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest
from sqlmodel import SQLModel

import tenants.models
from kit.scoping import scoped_classes
from migrations import logins as names
from migrations.gate import ATTRIBUTES, RULES, judged, offenders
from migrations.prepare import login_dsn
from tests.support.house import PASSWORD, House

MAKE = "CREATE TABLE gf.planted (tenant_id uuid NOT NULL, id uuid, note text, PRIMARY KEY (tenant_id, id));"
OWN = "ALTER TABLE gf.planted OWNER TO gf_owner;"
FORCE = "ALTER TABLE gf.planted ENABLE ROW LEVEL SECURITY; ALTER TABLE gf.planted FORCE ROW LEVEL SECURITY;"
TEXT = "tenant_id = (SELECT guard.tenant())"
POLICY = f"CREATE POLICY tenant ON gf.planted USING ({TEXT}) WITH CHECK ({TEXT});"
GOOD = MAKE + OWN + FORCE + POLICY + "GRANT SELECT, INSERT, UPDATE (note) ON gf.planted TO gf_app;"

PLANTED: dict[str, tuple[str, str]] = {
    "row-level security is on and forced": (
        MAKE + OWN + "ALTER TABLE gf.planted ENABLE ROW LEVEL SECURITY;", "planted"),
    "gf_owner owns it": (MAKE + FORCE + POLICY, "planted"),
    "one policy, for every role and verb, of the one text": (
        MAKE + OWN + FORCE + "CREATE POLICY p ON gf.planted TO gf_app USING (true)", "planted"),
    "no materialized view, and views run as their caller": (
        "CREATE VIEW gf.planted AS SELECT * FROM gf.skill", "planted"),
    "tenant_id is there, a uuid, and NOT NULL": ("CREATE TABLE gf.planted (tenant_id uuid, id uuid)", "planted"),
    "every index, and so every key and UNIQUE, begins with tenant_id": (
        GOOD + "CREATE UNIQUE INDEX planted_note ON gf.planted (note)", "gf.planted_note"),
    "an index is on plain columns of leakproof types": (
        GOOD + "CREATE INDEX planted_lower ON gf.planted (tenant_id, lower(note))", "gf.planted_lower.expression"),
    "a reference leads with tenant_id to tenant_id": (
        GOOD + "ALTER TABLE gf.planted ADD CONSTRAINT planted_fk"
        " FOREIGN KEY (tenant_id) REFERENCES control.tenant (id)",
        "planted_fk"),
    "nothing of the control plane refers to a tenant's table": (
        GOOD + "CREATE TABLE control.planted (t uuid, i uuid,"
        " CONSTRAINT planted_fk FOREIGN KEY (t, i) REFERENCES gf.planted (tenant_id, id))", "planted_fk"),
    "whole-table grants are SELECT, INSERT, DELETE to the two logins, and what the sealer needs": (
        GOOD + "GRANT TRUNCATE ON gf.planted TO gf_app", "gf_app TRUNCATE planted"),
    "nobody but the owner may touch a partition": (
        "GRANT SELECT ON gf.journal_pdefault TO gf_app", "journal_pdefault gf_app"),
    "no login may update tenant_id or id": (
        GOOD + "GRANT UPDATE (tenant_id) ON gf.planted TO gf_worker", "gf_worker planted.tenant_id"),
    "the journal and the seals are only added to; the sealer deletes before a cut": (
        "GRANT UPDATE (data) ON gf.journal TO gf_app; ALTER TABLE gf.seal DISABLE TRIGGER only_what_was_cut",
        "gf_app UPDATE journal"),
    "a function that runs as its owner is the guard's, with a pinned search_path": (
        "CREATE FUNCTION gf.planted() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'", "planted"),
    "no login may make temporary tables or anything in a schema": ("GRANT CREATE ON SCHEMA gf TO gf_app", "gf_app"),
    "the planes are apart": ("GRANT USAGE ON SCHEMA control TO gf_worker", "gf_worker"),
    "what an injected expression would reach for is revoked": (
        "GRANT EXECUTE ON FUNCTION pg_catalog.set_config(text, text, boolean) TO gf_app", "gf_app"),
    "the guard is this version's, word for word (else: glassfloor database prepare)": (
        "CREATE OR REPLACE FUNCTION guard.tenant() RETURNS uuid LANGUAGE sql STABLE AS 'SELECT uuidv7()'",
        "guard.tenant"),
    "the copies beside the guard's keys are what its tables say": (
        "UPDATE guard.key SET closed = ARRAY[uuidv7()]", "copies of key 1"),
    "the guard's tables are its own; the migrator closes and opens": (
        "GRANT DELETE ON guard.closed TO gf_worker", "closed gf_worker DELETE"),
    "nobody has a place here who does not belong": (
        "DO $$ BEGIN EXECUTE format('GRANT CONNECT ON DATABASE %I TO pg_monitor', current_database()); END $$",
        "pg_monitor CONNECT"),
}  # fmt: skip


@pytest.fixture
async def admin(house: House) -> AsyncIterator[asyncpg.Connection[Any]]:
    connection = await asyncpg.connect(house.admin_dsn)
    yield connection
    await connection.close()


async def test_the_catalogue_is_as_it_must_be(house: House, admin: asyncpg.Connection[Any]) -> None:
    assert await judged(admin) > 20
    assert await offenders(admin, house.logins) == []


async def test_a_table_as_the_helper_makes_it_passes(house: House, admin: asyncpg.Connection[Any]) -> None:
    await admin.execute(house.logins.named(GOOD))
    assert await offenders(admin, house.logins) == []


def test_every_rule_has_a_planted_bug() -> None:
    assert set(PLANTED) == set(RULES)


@pytest.mark.parametrize("rule", PLANTED)
async def test_the_gate_finds_the_planted_bug(house: House, admin: asyncpg.Connection[Any], rule: str) -> None:
    sql, offender = map(house.logins.named, PLANTED[rule])
    await admin.execute(sql)
    assert f"{rule}: {offender}" in await offenders(admin, house.logins)


async def test_every_login_has_exactly_its_attributes(shared_house: House) -> None:
    admin = await asyncpg.connect(shared_house.admin_dsn)
    found = {row["rolname"]: row for row in await admin.fetch(ATTRIBUTES)}
    assert set(found) == {
        "gf_app", "gf_backup", "gf_control", "gf_guard", "gf_migrator", "gf_owner", "gf_sealer", "gf_worker",
    }  # fmt: skip
    for name, row in found.items():
        assert not any(row[a] for a in ("super", "createdb", "createrole", "replication")), name
        assert row["login"] == (name not in {"gf_owner", "gf_guard"}), name
        assert row["bypass"] == (name in {"gf_migrator", "gf_backup"}), name
    assert {name: row["member_of"] for name, row in found.items() if row["member_of"]} == {
        "gf_migrator": ["gf_owner"],
        "gf_backup": ["pg_read_all_data"],
    }
    await admin.close()


async def test_the_logins_of_a_tenants_own_database_are_its_own(own_house: House, shared_house: House) -> None:
    admin = await asyncpg.connect(own_house.admin_dsn)
    sql = own_house.logins.named(ATTRIBUTES.replace("LIKE 'gf\\_%'", r"~ '^[a-z]_[0-9a-f]+$'"))
    ours = own_house.logins.name(names.LOGINS[0]).partition("_")[2]  # other tenants of this server have logins, too
    found = {row["rolname"]: row for row in await admin.fetch(sql) if row["rolname"].endswith(f"_{ours}")}
    standard = {own_house.logins.name(login): login for login in names.LOGINS}
    assert set(found) == set(standard)
    for name, row in found.items():
        assert not any(row[a] for a in ("super", "createdb", "createrole", "replication")), name
        assert row["login"] == (standard[name] in names.OWN), name
    for login, dsn in own_house.dsns.items():
        for house in (own_house, shared_house):
            target = login_dsn(house.admin_dsn, own_house.logins.name(login), PASSWORD)
            if house is own_house:
                assert target == dsn
                await (await asyncpg.connect(target)).close()
            else:
                with pytest.raises(asyncpg.InsufficientPrivilegeError):
                    await asyncpg.connect(target)
        with pytest.raises(asyncpg.InsufficientPrivilegeError):  # the shared logins have no place there either
            await asyncpg.connect(login_dsn(own_house.admin_dsn, login, PASSWORD))
    await admin.close()


async def test_the_logins_are_who_they_say_and_own_nothing(house: House, admin: asyncpg.Connection[Any]) -> None:
    for login in {"gf_app", "gf_worker", "gf_sealer", "gf_control"} & set(house.dsns):
        raw = await asyncpg.connect(house.dsns[login])
        assert await raw.fetchval("SELECT session_user") == house.logins.name(login)
        await raw.close()
        owned = "SELECT count(*) FROM pg_shdepend WHERE refobjid = $1::regrole AND deptype = 'o'"
        assert await admin.fetchval(owned, house.logins.name(login)) == 0
        with pytest.raises(asyncpg.InvalidPasswordError):
            await asyncpg.connect(house.dsns[login].replace("only-for-tests", "wrong"))


async def test_every_model_is_a_tenants_or_global_with_a_reason(admin: asyncpg.Connection[Any]) -> None:
    ours = [t for t in SQLModel.metadata.tables.values() if t.schema in {"gf", "control"}]
    assert tenants.models.Tenant.__table__ in ours  # type: ignore[attr-defined] # SQLModel makes it
    for table in ours:
        exists = await admin.fetchval("SELECT to_regclass($1) IS NOT NULL", f'{table.schema}."{table.name}"')
        assert exists, table
        if table.schema == "control":
            assert table.info.get("global"), table.name
        else:
            assert next(iter(table.primary_key.columns)).name == "tenant_id", table.name
    assert len(scoped_classes()) >= 8
