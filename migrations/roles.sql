-- Logins and owners of one PostgreSQL server. Idempotent; passwords are set by prepare.py.
DO $$
DECLARE r text;
BEGIN
  FOREACH r IN ARRAY ARRAY['gf_owner', 'gf_guard'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = r) THEN
      EXECUTE format('CREATE ROLE %I NOLOGIN NOSUPERUSER NOBYPASSRLS', r);
    END IF;
  END LOOP;
  FOREACH r IN ARRAY ARRAY['gf_app', 'gf_worker', 'gf_sealer', 'gf_control'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = r) THEN
      EXECUTE format('CREATE ROLE %I LOGIN NOSUPERUSER NOBYPASSRLS NOINHERIT NOCREATEDB NOCREATEROLE', r);
    END IF;
  END LOOP;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'gf_migrator') THEN
    CREATE ROLE gf_migrator LOGIN NOSUPERUSER BYPASSRLS INHERIT NOCREATEDB NOCREATEROLE;
  END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'gf_backup') THEN
    CREATE ROLE gf_backup LOGIN NOSUPERUSER BYPASSRLS NOCREATEDB NOCREATEROLE;
  END IF;
END $$;
GRANT gf_owner TO gf_migrator WITH INHERIT TRUE;
