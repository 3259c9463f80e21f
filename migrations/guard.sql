-- The tenant context inside the database: run by a superuser, after the roles exist and before any tenant-owned table, and
-- again for each new version (see prepare.py): what is there already is kept or replaced. guard.tenant() alone decides whose rows a statement may see: it answers with a
-- tenant that the application signed for, on this very connection, now; otherwise it raises. It never answers NULL and
-- never "no rows". Its body is the result of fuzzing: after any change run tests/isolation.

-- 1. Schema and keys ---------------------------------------------------------------------------------------------
-- gf_guard owns both, cannot log in, and is granted to nobody. No other role may read the keys.

CREATE SCHEMA IF NOT EXISTS guard AUTHORIZATION gf_guard;
GRANT USAGE ON SCHEMA guard TO gf_app, gf_worker, gf_sealer, gf_migrator; -- the last to name it in policies, not to run it

-- HMAC-SHA256 from the core function sha256(): the embedded server has no pgcrypto, and none is needed.
-- The two pads are made outside: key (32 random bytes) padded with zero bytes to 64, then XORed with 0x36 and with
-- 0x5c. They are as secret as the key. To rotate: insert the next kid, let the application sign with it, delete the old
-- kid once the longest token life has passed.
CREATE TABLE IF NOT EXISTS guard.key (
    kid  int   PRIMARY KEY,
    ipad bytea NOT NULL CHECK (length(ipad) = 64),
    opad bytea NOT NULL CHECK (length(opad) = 64)
);
ALTER TABLE guard.key OWNER TO gf_guard;

-- Who is not served here, however well its context is signed. "closed": the tenant is moving, or has moved away; written
-- by the mover (gf_migrator), and never taken back unless the tenant comes home. So no process that still believes in the
-- old place reads or writes there. "only": in a database of one tenant, that tenant; written once, by the superuser.
CREATE TABLE IF NOT EXISTS guard.closed (
    tenant_id uuid        PRIMARY KEY,
    at        timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE TABLE IF NOT EXISTS guard.only (tenant_id uuid PRIMARY KEY);
ALTER TABLE guard.closed OWNER TO gf_guard;
ALTER TABLE guard.only OWNER TO gf_guard;
GRANT SELECT, INSERT, DELETE ON guard.closed TO gf_migrator;
GRANT SELECT ON guard.only TO gf_migrator;

-- Both are also carried on each key's row: guard.tenant() runs for every table of every statement, and each row that it has
-- to look for is a third of its cost. The two tables are the truth; guard.follow() is the only writer of the copies.
ALTER TABLE guard.key ADD COLUMN IF NOT EXISTS closed uuid[] NOT NULL DEFAULT '{}';
ALTER TABLE guard.key ADD COLUMN IF NOT EXISTS just_for uuid[] NOT NULL DEFAULT '{}';
GRANT SELECT (kid, closed, just_for) ON guard.key TO gf_migrator; -- the gate compares the copies

CREATE OR REPLACE FUNCTION guard.follow() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF TG_TABLE_NAME = 'key' THEN  -- a new key; the locks let no mark pass between our look and our commit
    LOCK TABLE guard.closed, guard.only IN SHARE MODE;
    NEW.closed := ARRAY(SELECT c.tenant_id FROM guard.closed c ORDER BY 1);
    NEW.just_for := ARRAY(SELECT o.tenant_id FROM guard.only o ORDER BY 1);
    RETURN NEW;
  END IF;
  -- By element, not from the whole table: two movers who commit at once must not undo each other's mark.
  IF TG_TABLE_NAME = 'closed' AND TG_OP <> 'INSERT' THEN
    UPDATE guard.key SET closed = array_remove(closed, OLD.tenant_id);
  ELSIF TG_TABLE_NAME = 'only' AND TG_OP <> 'INSERT' THEN
    UPDATE guard.key SET just_for = array_remove(just_for, OLD.tenant_id);
  END IF;
  IF TG_TABLE_NAME = 'closed' AND TG_OP <> 'DELETE' THEN
    UPDATE guard.key SET closed = array_append(array_remove(closed, NEW.tenant_id), NEW.tenant_id);
  ELSIF TG_TABLE_NAME = 'only' AND TG_OP <> 'DELETE' THEN
    UPDATE guard.key SET just_for = array_append(array_remove(just_for, NEW.tenant_id), NEW.tenant_id);
  END IF;
  RETURN NULL;
END $$;
ALTER FUNCTION guard.follow() OWNER TO gf_guard;
REVOKE EXECUTE ON FUNCTION guard.follow() FROM PUBLIC;
CREATE OR REPLACE TRIGGER follow BEFORE INSERT ON guard.key FOR EACH ROW EXECUTE FUNCTION guard.follow();
CREATE OR REPLACE TRIGGER follow AFTER INSERT OR UPDATE OR DELETE ON guard.closed FOR EACH ROW EXECUTE FUNCTION guard.follow();
CREATE OR REPLACE TRIGGER follow AFTER INSERT OR UPDATE OR DELETE ON guard.only FOR EACH ROW EXECUTE FUNCTION guard.follow();
ALTER TABLE guard.key ENABLE ALWAYS TRIGGER follow;
ALTER TABLE guard.closed ENABLE ALWAYS TRIGGER follow;
ALTER TABLE guard.only ENABLE ALWAYS TRIGGER follow;
UPDATE guard.key SET closed = ARRAY(SELECT c.tenant_id FROM guard.closed c ORDER BY 1),
    just_for = ARRAY(SELECT o.tenant_id FROM guard.only o ORDER BY 1); -- from a version without the copies

-- 2. The signed context (shared database) ----------------------------------------------------------------------------
-- app.ctx = kid.tenant.backend_pid.exp.mac
--   kid          which key signed it
--   tenant       uuid, lower case with hyphens
--   backend_pid  of the connection it is for: a token read off one connection is worthless on another
--   exp          Unix time, at most 60 s ahead, reckoned on the database's clock; checked when a statement starts
--   mac          hex HMAC-SHA256 of 'kid.tenant.backend_pid.exp'
--
-- STABLE, and called inside (SELECT ...): evaluated once per statement as an InitPlan, not once per row.
-- PARALLEL RESTRICTED: a parallel worker has another pid; parallel plans still form, the InitPlan runs in the leader.
-- SECURITY DEFINER with a pinned search_path: reads guard.key as gf_guard, and cannot be handed other operators.
-- Cost (docs/benchmarks.md): one row looked for, two digests. Garbage may also be refused by a cast (22P02, 22008): still refused.

CREATE OR REPLACE FUNCTION guard.tenant() RETURNS uuid LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, pg_temp AS $$
DECLARE tok text := current_setting('app.ctx', true); p text[]; ok boolean; tenant uuid;
        inner_pad bytea; outer_pad bytea; away uuid[]; just_for uuid[];
BEGIN
  -- Never set: NULL. Set by SET LOCAL in an earlier transaction of this connection: the empty string.
  IF tok IS NULL OR tok = '' THEN RAISE EXCEPTION 'no tenant context' USING ERRCODE = '42501'; END IF;
  p := string_to_array(tok, '.');                  -- kid.tenant.pid.exp.mac, nothing missing, nothing extra
  IF cardinality(p) IS DISTINCT FROM 5 THEN RAISE EXCEPTION 'bad tenant context' USING ERRCODE = '42501'; END IF;
  SELECT k.ipad, k.opad, k.closed, k.just_for INTO inner_pad, outer_pad, away, just_for
    FROM guard.key k WHERE k.kid = p[1]::int;
  -- One boolean for everything, so that there is one place where an unknown (NULL) can turn up.
  ok := inner_pad IS NOT NULL AND outer_pad IS NOT NULL
        AND p[3]::bigint = pg_backend_pid()
        AND to_timestamp(p[4]::bigint) >= statement_timestamp()
        AND sha256(outer_pad || sha256(inner_pad || convert_to(p[1]||'.'||p[2]||'.'||p[3]||'.'||p[4], 'UTF8'))) = decode(p[5], 'hex');
  IF ok IS NOT TRUE THEN RAISE EXCEPTION 'bad tenant context' USING ERRCODE = '42501'; END IF;   -- NULL must refuse
  tenant := p[2]::uuid;
  -- Signed, and yet not to be served here. Codes of their own: this is no attack, and whoever asks looks elsewhere.
  IF (tenant = ANY (away)) IS NOT FALSE THEN RAISE EXCEPTION 'this tenant is not here' USING ERRCODE = 'TP001'; END IF;
  IF (tenant = ALL (just_for)) IS NOT TRUE THEN RAISE EXCEPTION 'this tenant is not here' USING ERRCODE = 'TP002'; END IF;
  RETURN tenant;
END $$;
ALTER FUNCTION guard.tenant() OWNER TO gf_guard;
REVOKE EXECUTE ON FUNCTION guard.tenant() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION guard.tenant() TO gf_app, gf_worker, gf_sealer;

-- 4. Second line, where we are superuser -----------------------------------------------------------------------------
-- The guard does not rest on these. They take away what an injected expression would reach for first: changing a setting
-- in mid-statement, and the views that show the text of statements (a token, another tenant's literals).
-- Who still needs set_config: pg_dump (hence the grant), and asyncpg, which switches jit off through it whenever it meets an
-- array other than text[], an enum, a range or a composite type ("permission denied for function set_config" on $1::uuid[]). Our
-- asyncpg.Connection subclass, which also sends the token, sets self._server_caps = self._server_caps._replace(jit=False)
-- after the parent's __init__; that attribute is private, so a test binds a uuid[] under these revokes.

REVOKE EXECUTE ON FUNCTION pg_catalog.set_config(text, text, boolean) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION pg_catalog.set_config(text, text, boolean) TO gf_backup;
REVOKE SELECT ON pg_catalog.pg_prepared_statements, pg_catalog.pg_cursors, pg_catalog.pg_stat_activity FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION pg_catalog.pg_prepared_statement(), pg_catalog.pg_stat_get_activity(integer),
    pg_catalog.pg_stat_get_backend_activity(integer) FROM PUBLIC;
-- The mover waits for every transaction that is older than its mark, so it sees who is there (not what they say).
GRANT SELECT ON pg_catalog.pg_stat_activity TO gf_migrator;
GRANT EXECUTE ON FUNCTION pg_catalog.pg_stat_get_activity(integer) TO gf_migrator;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
