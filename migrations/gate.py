"""The catalogue gate (isolation.md 5.4): what the database itself says about tables, policies, grants and functions.

Each rule is one query that returns the offenders, so a table that nobody thought of is judged like the others.
"""

from __future__ import annotations

from hashlib import md5
from pathlib import Path
from typing import Any

import asyncpg

from migrations.logins import SHARED, Logins

POLICY = "(tenant_id = ( SELECT guard.tenant() AS tenant))"
LEAKPROOF = "uuid text int4 int8 int2 bool bytea date timestamptz float8 inet"
"""Types whose comparisons are leakproof: only those may filter under row-level security through an index."""


def _digest(function: str) -> str:
    """Return the MD5 of the body of a function of guard.sql, which is how the catalogue keeps it."""
    text = (Path(__file__).parent / "guard.sql").read_text(encoding="utf-8")
    body = text.split(f"FUNCTION guard.{function}()", 1)[1].split("$$", 2)[1]
    return md5(body.encode(), usedforsecurity=False).hexdigest()


def _cut_digest() -> str:
    """Return the same of the function that holds the sealer to cuts."""
    text = (Path(__file__).parent / "journal_cut.sql").read_text(encoding="utf-8")
    return md5(text.split("$$", 2)[1].encode(), usedforsecurity=False).hexdigest()


_SHORTENED = "'journal', 'seal', 'signed_head', 'journal_cut'"

_TABLES = """
SELECT c.oid, c.relname, c.relkind, c.relrowsecurity, c.relforcerowsecurity, c.relispartition, c.relowner
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'gf' AND c.relkind IN ('r', 'p')
"""

RULES: dict[str, str] = {
    "row-level security is on and forced": f"""
        SELECT relname FROM ({_TABLES}) t WHERE NOT relispartition AND NOT (relrowsecurity AND relforcerowsecurity)""",
    "gf_owner owns it": f"SELECT relname FROM ({_TABLES}) t WHERE relowner <> 'gf_owner'::regrole",
    "one policy, for every role and verb, of the one text": f"""
        SELECT t.relname FROM ({_TABLES}) t LEFT JOIN pg_policy p ON p.polrelid = t.oid WHERE NOT relispartition
        GROUP BY t.relname HAVING count(p.oid) <> 1 OR NOT bool_and(p.polpermissive AND p.polcmd = '*'
          AND p.polroles = '{{0}}' AND pg_get_expr(p.polqual, p.polrelid) = '{POLICY}'
          AND pg_get_expr(p.polwithcheck, p.polrelid) = '{POLICY}')""",
    "no materialized view, and views run as their caller": """
        SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'gf'
          AND (c.relkind = 'm' OR (c.relkind = 'v'
            AND NOT coalesce('security_invoker=true' = ANY(c.reloptions), false)))""",
    "tenant_id is there, a uuid, and NOT NULL": f"""
        SELECT relname FROM ({_TABLES}) t WHERE NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = t.oid
          AND a.attname = 'tenant_id' AND a.attnotnull AND a.atttypid = 'uuid'::regtype)""",
    "every index, and so every key and UNIQUE, begins with tenant_id": f"""
        SELECT i.indexrelid::regclass::text FROM ({_TABLES}) t JOIN pg_index i ON i.indrelid = t.oid
        LEFT JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = i.indkey[0]
        WHERE a.attname IS DISTINCT FROM 'tenant_id'""",
    "an index is on plain columns of leakproof types": f"""
        SELECT i.indexrelid::regclass::text || '.' || coalesce(a.attname, 'expression')
        FROM ({_TABLES}) t JOIN pg_index i ON i.indrelid = t.oid CROSS JOIN unnest(i.indkey::int2[]) AS k(attnum)
        LEFT JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.attnum
        LEFT JOIN pg_type y ON y.oid = a.atttypid
        WHERE NOT coalesce(y.typname = ANY(string_to_array('{LEAKPROOF}', ' ')), false)""",
    "a reference leads with tenant_id to tenant_id": f"""
        SELECT k.conname FROM pg_constraint k JOIN ({_TABLES}) t ON t.oid = k.conrelid
        JOIN pg_class p ON p.oid = k.confrelid JOIN pg_namespace n ON n.oid = p.relnamespace
        LEFT JOIN pg_attribute c ON c.attrelid = k.conrelid AND c.attnum = k.conkey[1]
        LEFT JOIN pg_attribute f ON f.attrelid = k.confrelid AND f.attnum = k.confkey[1]
        WHERE k.contype = 'f' AND NOT (n.nspname = 'gf' AND c.attname = 'tenant_id' AND f.attname = 'tenant_id')""",
    "nothing of the control plane refers to a tenant's table": """
        SELECT k.conname FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
        JOIN pg_class p ON p.oid = k.confrelid WHERE k.contype = 'f' AND p.relnamespace = 'gf'::regnamespace
          AND c.relnamespace <> 'gf'::regnamespace""",
    "whole-table grants are SELECT, INSERT, DELETE to the two logins, and what the sealer needs": """
        SELECT grantee || ' ' || privilege_type || ' ' || table_name FROM information_schema.table_privileges
        WHERE table_schema = 'gf' AND grantee <> 'gf_owner'
          AND NOT (grantee IN ('gf_app', 'gf_worker') AND privilege_type IN ('SELECT', 'INSERT', 'DELETE'))
          AND NOT (grantee = 'gf_sealer' AND (table_name, privilege_type) IN (('journal', 'SELECT'),
            ('journal_head', 'SELECT'), ('seal', 'SELECT'), ('seal', 'INSERT'), ('journal', 'DELETE'),
            ('seal', 'DELETE'), ('signed_head', 'SELECT'), ('signed_head', 'DELETE'), ('journal_cut', 'SELECT'),
            ('journal_cut', 'DELETE')))""",
    "nobody but the owner may touch a partition": f"""
        SELECT t.relname || ' ' || r.rolname FROM ({_TABLES}) t CROSS JOIN pg_roles r WHERE t.relispartition
          AND r.rolname IN ('gf_app', 'gf_worker', 'gf_sealer', 'gf_control')
          AND has_any_column_privilege(r.oid, t.oid, 'SELECT, INSERT, UPDATE')""",
    "no login may update tenant_id or id": """
        SELECT grantee || ' ' || table_name || '.' || column_name FROM information_schema.column_privileges
        WHERE table_schema = 'gf' AND grantee <> 'gf_owner' AND privilege_type IN ('UPDATE', 'REFERENCES')
          AND (column_name IN ('tenant_id', 'id') OR privilege_type = 'REFERENCES')""",
    "the journal and the seals are only added to; the sealer deletes before a cut": f"""
        SELECT grantee || ' ' || privilege_type || ' ' || table_name FROM information_schema.column_privileges
        WHERE table_schema = 'gf' AND grantee <> 'gf_owner'
          AND ((table_name IN ('journal', 'seal', 'blueprint', 'flow', 'signed_head', 'journal_cut')
              AND privilege_type = 'UPDATE')
            OR (table_name = 'seal' AND privilege_type = 'INSERT' AND grantee <> 'gf_sealer'))
        UNION SELECT grantee || ' DELETE ' || table_name FROM information_schema.table_privileges
        WHERE table_schema = 'gf' AND grantee <> 'gf_owner' AND privilege_type = 'DELETE'
          AND table_name IN ('journal', 'seal', 'blueprint', 'flow', 'journal_head', 'signed_head', 'journal_cut')
          AND NOT (grantee = 'gf_sealer' AND table_name IN ({_SHORTENED}))
        UNION SELECT 'not held: ' || name FROM unnest(ARRAY[{_SHORTENED}]) AS name WHERE NOT EXISTS (
          SELECT FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid WHERE t.tgrelid = ('gf.' || name)::regclass
            AND t.tgname = 'only_what_was_cut' AND t.tgenabled = 'O' AND t.tgtype = 8 AND t.tgoldtable = 'gone'
            AND md5(p.prosrc) = '{_cut_digest()}')""",
    "a function that runs as its owner is the guard's, with a pinned search_path": """
        SELECT p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE p.prosecdef
          AND n.nspname NOT IN ('pg_catalog', 'information_schema')
          AND NOT (n.nspname = 'guard' AND p.proowner = 'gf_guard'::regrole
            AND p.proconfig::text LIKE '%search_path=pg_catalog, pg_temp%')""",
    "no login may make temporary tables or anything in a schema": """
        SELECT rolname FROM pg_roles WHERE rolname IN ('gf_app', 'gf_worker', 'gf_sealer', 'gf_control')
          AND (has_database_privilege(oid, current_database(), 'TEMP, CREATE')
            OR has_schema_privilege(oid, 'gf', 'CREATE')
            OR has_schema_privilege(oid, 'public', 'CREATE') OR has_schema_privilege(oid, 'control', 'CREATE'))""",
    "the planes are apart": """
        SELECT rolname FROM pg_roles WHERE (rolname IN ('gf_app', 'gf_worker', 'gf_sealer')
          AND has_schema_privilege(oid, 'control', 'USAGE'))
          OR (rolname = 'gf_control' AND has_schema_privilege(oid, 'gf', 'USAGE'))""",
    "what an injected expression would reach for is revoked": """
        SELECT rolname FROM pg_roles WHERE rolname IN ('gf_app', 'gf_worker', 'gf_sealer', 'gf_control')
          AND (has_function_privilege(oid, 'pg_catalog.set_config(text, text, boolean)', 'EXECUTE')
            OR has_table_privilege(oid, 'pg_catalog.pg_prepared_statements', 'SELECT')
            OR has_table_privilege(oid, 'pg_catalog.pg_stat_activity', 'SELECT')
            OR has_any_column_privilege(oid, 'guard.key', 'SELECT'))""",
    "the guard is this version's, word for word (else: glassfloor database prepare)": f"""
        SELECT 'guard.tenant' WHERE NOT EXISTS (SELECT FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
          WHERE n.nspname = 'guard' AND p.proname = 'tenant' AND p.prosecdef AND p.provolatile = 's' AND p.pronargs = 0
            AND md5(p.prosrc) = '{_digest("tenant")}')
        UNION ALL SELECT p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
          WHERE n.nspname = 'guard' AND p.proname <> 'tenant'
            AND NOT (p.proname = 'follow' AND p.prosecdef AND p.pronargs = 0 AND md5(p.prosrc) = '{_digest("follow")}')
        UNION ALL SELECT wanted || ' without its trigger' FROM unnest(ARRAY['key', 'closed', 'only']) AS wanted
          WHERE NOT EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = to_regclass('guard.' || wanted)
            AND t.tgfoid = to_regproc('guard.follow') AND t.tgenabled = 'A')""",
    "the copies beside the guard's keys are what its tables say": """
        SELECT 'copies of key ' || k.kid FROM guard.key k
        WHERE NOT (k.closed @> ARRAY(SELECT tenant_id FROM guard.closed)
          AND k.closed <@ ARRAY(SELECT tenant_id FROM guard.closed)
          AND k.just_for @> ARRAY(SELECT tenant_id FROM guard.only)
          AND k.just_for <@ ARRAY(SELECT tenant_id FROM guard.only))""",
    "the guard's tables are its own; the migrator closes and opens": """
        SELECT c.relname || ' ' || coalesce(nullif(a.grantee, 0)::regrole::text, 'public') || ' ' || a.privilege_type
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        CROSS JOIN aclexplode(coalesce(c.relacl, acldefault('r', c.relowner))) AS a
        WHERE n.nspname = 'guard' AND c.relkind = 'r' AND a.grantee <> 'gf_guard'::regrole
          AND NOT (a.grantee = 'gf_migrator'::regrole AND (c.relname, a.privilege_type) IN (('only', 'SELECT'),
            ('closed', 'SELECT'), ('closed', 'INSERT'), ('closed', 'DELETE')))
        UNION ALL SELECT c.relname || ' owner' FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
          WHERE n.nspname = 'guard' AND c.relowner <> 'gf_guard'::regrole""",
    "nobody has a place here who does not belong": """
        SELECT coalesce(nullif(a.grantee, 0)::regrole::text, 'public') || ' ' || a.privilege_type
        FROM pg_database d CROSS JOIN aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) AS a
        WHERE d.datname = current_database() AND a.grantee <> d.datdba AND NOT (a.privilege_type = 'CONNECT'
          AND a.grantee IN (SELECT oid FROM pg_roles WHERE rolname IN
            ('gf_app', 'gf_worker', 'gf_sealer', 'gf_control', 'gf_migrator', 'gf_backup')))
        UNION ALL SELECT m.member::regrole::text || ' is a member of ' || m.roleid::regrole::text
        FROM pg_auth_members m WHERE m.member IN (SELECT oid FROM pg_roles WHERE rolname IN
            ('gf_app', 'gf_worker', 'gf_sealer', 'gf_control'))
          OR m.roleid IN (SELECT oid FROM pg_roles WHERE rolname IN
            ('gf_app', 'gf_worker', 'gf_sealer', 'gf_control', 'gf_migrator', 'gf_guard'))""",
}

_BELONGS, _REACHES = (
    "nobody has a place here who does not belong",
    "what an injected expression would reach for is revoked",
)
_LENT: dict[str, str] = {
    # Who made the roles can never be rid of the right to grant them; it must not be using one.
    _BELONGS: RULES[_BELONGS].replace("OR m.roleid IN", "OR (m.inherit_option OR m.set_option) AND m.roleid IN"),
    # Only the owner of a server can take these from everybody. There is nobody else here whom they could show.
    _REACHES: """
        SELECT rolname FROM pg_roles WHERE rolname IN ('gf_app', 'gf_worker', 'gf_sealer', 'gf_control')
          AND has_any_column_privilege(oid, 'guard.key', 'SELECT')
        UNION ALL SELECT 'not one tenant alone' WHERE (SELECT count(*) FROM guard.only) <> 1""",
}
"""What these rules are in a tenant's own database whose administrator is no superuser."""

ATTRIBUTES = """
SELECT rolname, rolcanlogin AS login, rolsuper AS super, rolbypassrls AS bypass, rolcreatedb AS createdb,
  rolcreaterole AS createrole, rolreplication AS replication,
  ARRAY(SELECT m.roleid::regrole::text FROM pg_auth_members m WHERE m.member = r.oid ORDER BY 1) AS member_of
FROM pg_roles r WHERE rolname LIKE 'gf\\_%' ORDER BY rolname
"""


async def offenders(admin: asyncpg.Connection[Any], logins: Logins = SHARED, *, lent: bool = False) -> list[str]:
    """Return every offence as ``rule: what``. ``logins``: what they are called in this database.

    ``lent``: it is a tenant's own, and was prepared by a login that is no superuser.
    """
    rules = {**RULES, **_LENT} if lent else RULES
    return [f"{rule}: {row[0]}" for rule, sql in rules.items() for row in await admin.fetch(logins.named(sql))]


async def judged(admin: asyncpg.Connection[Any]) -> int:
    """Return how many tables the gate looks at."""
    return int(await admin.fetchval(f"SELECT count(*) FROM ({_TABLES}) t"))
