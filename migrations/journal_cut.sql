-- A journal is only ever shortened from its beginning, at a point that was cut: see docs/adr and journal/cuts.py.
-- Whoever may DELETE (the sealer) is held to it here, by the statement, whatever its code believes. The owner is not: it
-- removes a client that has moved away or is erased, whole. The year is the shortest that a configuration may ask for.
CREATE OR REPLACE FUNCTION gf.only_what_was_cut() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE kept bigint;
BEGIN
  IF pg_has_role(current_user, 'gf_owner', 'USAGE') THEN RETURN NULL; END IF;
  IF TG_TABLE_NAME = 'journal' THEN
    SELECT min(g.seq) INTO kept FROM gone g WHERE g.at > statement_timestamp() - interval '365 days'
      OR NOT EXISTS (SELECT FROM gf.journal_cut c WHERE c.tenant_id = g.tenant_id AND c.seq >= g.seq);
  ELSIF TG_TABLE_NAME = 'seal' THEN
    SELECT min(g.first_seq) INTO kept FROM gone g
      WHERE NOT EXISTS (SELECT FROM gf.journal_cut c WHERE c.tenant_id = g.tenant_id AND c.seq > g.last_seq);
  ELSE
    SELECT min(g.seq) INTO kept FROM gone g
      WHERE NOT EXISTS (SELECT FROM gf.journal_cut c WHERE c.tenant_id = g.tenant_id AND c.seq > g.seq);
  END IF;
  IF kept IS NOT NULL THEN
    RAISE EXCEPTION 'fact % of this journal is kept', kept USING ERRCODE = '42501';
  END IF;
  RETURN NULL;
END $$;
