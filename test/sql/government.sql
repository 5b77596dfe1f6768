-- Tenants, members, quotas and jobs: who sees and may do what.
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE ROLE gov_alice;
CREATE ROLE gov_bob;
CREATE ROLE gov_carol;
CREATE ROLE gov_team;
CREATE ROLE gov_ghost;
CREATE ROLE gov_admin;
GRANT gov_team TO gov_carol;
CREATE SCHEMA probe;
GRANT USAGE ON SCHEMA probe TO PUBLIC;
CREATE FUNCTION probe.resolve_tenant(name text) RETURNS bigint
  AS '$libdir/hartonomous_government_probe', 'hartonomous_test_resolve_tenant' LANGUAGE c;
CREATE FUNCTION probe.charge(tenant_id bigint, bytes bigint) RETURNS void
  AS '$libdir/hartonomous_government_probe', 'hartonomous_test_charge' LANGUAGE c;
CREATE FUNCTION probe.check_quota(tenant_id bigint, bytes bigint) RETURNS void
  AS '$libdir/hartonomous_government_probe', 'hartonomous_test_check_quota' LANGUAGE c;
CREATE FUNCTION probe.owner_rights(statement text) RETURNS text
  AS '$libdir/hartonomous_government_probe', 'hartonomous_test_owner_rights' LANGUAGE c;
-- What a statement raises, or what it returns.
CREATE FUNCTION probe.try(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE answer text; state text; message text; hint text;
BEGIN
  EXECUTE statement INTO answer;
  RETURN coalesce(answer, 'ok');
EXCEPTION WHEN OTHERS THEN
  GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT,
    hint = PG_EXCEPTION_HINT;
  RETURN state || ' ' || message || CASE hint WHEN '' THEN '' ELSE ' / ' || hint END;
END
$$;

-- At first there is one tenant, and nobody but the superuser belongs to it.
SELECT tenant_id, name, byte_quota, bytes_used, bytes_free, members FROM hartonomous.tenant_report;
SELECT hartonomous.my_tenants(), hartonomous.is_tenant_member(0), hartonomous.is_tenant_member(7),
  hartonomous.is_tenant_member(NULL), probe.resolve_tenant(NULL), probe.resolve_tenant('default');
SET ROLE gov_alice;
SELECT hartonomous.my_tenants(), hartonomous.is_tenant_member(0);
SELECT count(*) FROM hartonomous.tenant;
SELECT probe.try('SELECT probe.resolve_tenant(NULL)');
RESET ROLE;

-- Administration.
SELECT hartonomous.create_tenant('acme', 1000), hartonomous.create_tenant(name => 'Übersee & co');
SELECT probe.try(statement) FROM (VALUES
  ('SELECT hartonomous.create_tenant(''acme'')'),
  ('SELECT hartonomous.create_tenant(NULL)'),
  ('SELECT hartonomous.create_tenant('''')'),
  (format('SELECT hartonomous.create_tenant(%L)', E'a\nb')),
  (format('SELECT hartonomous.create_tenant(%L)', repeat('x', 256))),
  ('SELECT hartonomous.create_tenant(''a'', -1)'),
  ('SELECT hartonomous.create_tenant(''a'', is_isolated => true)'),
  ('SELECT hartonomous.create_tenant(''a'', is_isolated => NULL)'),
  ('SELECT hartonomous.drop_tenant(''default'')'),
  ('SELECT hartonomous.drop_tenant(''nobody'')'),
  ('SELECT hartonomous.drop_tenant(NULL)'),
  ('SELECT hartonomous.add_tenant_member(''nobody'', ''gov_bob'')'),
  ('SELECT hartonomous.add_tenant_member(''acme'', ''no such role'')'),
  ('SELECT hartonomous.add_tenant_member(''acme'', NULL)'),
  ('SELECT hartonomous.remove_tenant_member(''acme'', ''gov_bob'')'),
  ('SELECT hartonomous.set_tenant_quota(''nobody'', 1)'),
  ('SELECT hartonomous.set_tenant_quota(''acme'', -1)')) AS v(statement);

-- Membership: direct, through a role, twice, of a dropped role, of everybody.
SELECT hartonomous.add_tenant_member('acme', 'gov_alice');
SELECT hartonomous.add_tenant_member('acme', 'gov_alice');
SELECT hartonomous.add_tenant_member('acme', 'gov_ghost');
SELECT hartonomous.add_tenant_member('Übersee & co', 'gov_team');
DROP ROLE gov_ghost;
SELECT name, byte_quota, bytes_used, bytes_free, members FROM hartonomous.tenant_report ORDER BY name;
SET ROLE gov_alice;
SELECT hartonomous.my_tenants();
SELECT name, members FROM hartonomous.tenant_report;
SELECT probe.resolve_tenant(NULL), probe.resolve_tenant('acme');
-- That another tenant exists is not told.
SELECT probe.try('SELECT probe.resolve_tenant(''Übersee & co'')');
SELECT probe.try('SELECT probe.resolve_tenant(''no such tenant'')');
SET ROLE gov_bob;
SELECT hartonomous.my_tenants();
SELECT count(*) FROM hartonomous.tenant_member;
SET ROLE gov_carol;
SELECT hartonomous.my_tenants();
SELECT name FROM hartonomous.tenant;
RESET ROLE;
SELECT hartonomous.add_tenant_member('acme', 'public');
SELECT hartonomous.remove_tenant_member('acme', 'gov_ghost');
SET ROLE gov_carol;
SELECT probe.try('SELECT probe.resolve_tenant(NULL)');
SELECT name FROM hartonomous.tenant ORDER BY name;
RESET ROLE;
SELECT hartonomous.remove_tenant_member('acme', 'public');
SELECT probe.try('SELECT probe.resolve_tenant(''no such tenant'')');

-- Nobody but the owner writes the tables, nobody but those allowed calls the functions.
SET ROLE gov_alice;
SELECT probe.try(statement) FROM (VALUES
  ('INSERT INTO hartonomous.tenant (name) VALUES (''mine'')'),
  ('INSERT INTO hartonomous.tenant_member (tenant_id, role_name) VALUES (0, ''gov_alice'')'),
  ('UPDATE hartonomous.tenant_usage SET byte_quota = NULL'),
  ('DELETE FROM hartonomous.ingestion_job'),
  ('TRUNCATE hartonomous.ingestion_job'),
  ('SELECT nextval(''hartonomous.tenant_tenant_id_seq'')'),
  ('SELECT hartonomous.create_tenant(''mine'')'),
  ('SELECT hartonomous.drop_tenant(''acme'')'),
  ('SELECT hartonomous.add_tenant_member(''default'', ''gov_alice'')'),
  ('SELECT hartonomous.remove_tenant_member(''acme'', ''gov_alice'')'),
  ('SELECT hartonomous.set_tenant_quota(''acme'', NULL)')) AS v(statement);
RESET ROLE;
-- EXECUTE is the whole privilege: an administrator needs none on the tables.
GRANT EXECUTE ON FUNCTION hartonomous.create_tenant, hartonomous.drop_tenant,
  hartonomous.set_tenant_quota TO gov_admin;
SET ROLE gov_admin;
SELECT hartonomous.create_tenant('branch', 5) > 0 AS is_created;
SELECT hartonomous.set_tenant_quota('branch', NULL);
SELECT count(*) FROM hartonomous.tenant;
SELECT hartonomous.drop_tenant('branch');
RESET ROLE;

-- Quotas.
SELECT probe.charge(1, 600);
SELECT probe.check_quota(1, 400);
SELECT probe.try('SELECT probe.check_quota(1, 401)');
SELECT probe.try('SELECT probe.charge(1, 401)');
SELECT probe.try('SELECT probe.check_quota(1, 9223372036854775807)');
SELECT probe.charge(1, 400);
SELECT byte_quota, bytes_used, bytes_free FROM hartonomous.tenant_report WHERE name = 'acme';
SELECT probe.charge(1, -300);
SELECT hartonomous.set_tenant_quota('acme', 500);
SELECT byte_quota, bytes_used, bytes_free FROM hartonomous.tenant_report WHERE name = 'acme';
SELECT probe.try('SELECT probe.charge(1, 1)');
SELECT probe.charge(1, -10000);
SELECT hartonomous.set_tenant_quota('acme', NULL);
SELECT probe.charge(1, 10000);
SELECT byte_quota, bytes_used, bytes_free FROM hartonomous.tenant_report WHERE name = 'acme';
-- A tenant that never had a quota; rolled back with the transaction.
BEGIN;
SELECT probe.charge(0, 5);
SELECT probe.charge(0, 5);
SELECT bytes_used FROM hartonomous.tenant_report WHERE tenant_id = 0;
ROLLBACK;
SELECT bytes_used FROM hartonomous.tenant_report WHERE tenant_id = 0;
SELECT probe.try('SELECT probe.charge(99, 5)');

-- Acting as the owner ends with its block, whatever happens in it, and finds nothing planted.
SET ROLE gov_alice;
SELECT probe.owner_rights(NULL);
SELECT probe.try('SELECT probe.owner_rights(''SELECT 1/0'')');
SELECT probe.try('SELECT probe.owner_rights(''SET ROLE gov_bob'')');
SELECT current_user, current_setting('search_path');
RESET ROLE;
CREATE SCHEMA planted;
GRANT USAGE, CREATE ON SCHEMA planted TO gov_alice;
SET ROLE gov_alice;
CREATE FUNCTION planted.trap(bigint, bigint) RETURNS boolean LANGUAGE plpgsql
  AS $$ BEGIN RAISE EXCEPTION 'trapped as %', current_user; END $$;
CREATE OPERATOR planted.= (LEFTARG = bigint, RIGHTARG = bigint, FUNCTION = planted.trap);
CREATE FUNCTION planted.trap(bigint, bigint[]) RETURNS boolean LANGUAGE sql RETURN true;
SET search_path = planted, pg_catalog;
SELECT probe.try('SELECT 1::bigint = 1::bigint');
SELECT probe.charge(1, 1);
SELECT count(*) FROM hartonomous.tenant;
SELECT probe.resolve_tenant(NULL);
RESET search_path;
RESET ROLE;

-- Jobs: seen by members alone; a dead process's job is lost.
INSERT INTO hartonomous.ingestion_job
  (tenant_id, kind, source, submitted_by, backend_pid, backend_start, bytes_total, bytes_done,
   started_at, updated_at)
SELECT tenant_id, 'probe', name, 'postgres', pg_backend_pid(), backend_start, 200, 50,
  now() - interval '10 seconds', now()
FROM hartonomous.tenant, pg_stat_activity WHERE pid = pg_backend_pid();
UPDATE hartonomous.ingestion_job SET backend_start = backend_start - interval '1 microsecond'
WHERE tenant_id = 2;
UPDATE hartonomous.ingestion_job SET backend_pid = 0 WHERE tenant_id = 0;
SELECT source, state, percent, bytes_per_second, eta FROM hartonomous.ingestion_progress
ORDER BY source;
SET ROLE gov_alice;
SELECT source, state, percent, bytes_per_second, eta FROM hartonomous.ingestion_progress;
SELECT source FROM hartonomous.ingestion_job;
RESET ROLE;

-- The policy asks once per query and can use an index.
SET ROLE gov_alice;
SET enable_seqscan = off;
EXPLAIN (COSTS OFF) SELECT source FROM hartonomous.ingestion_job;
RESET enable_seqscan;
RESET ROLE;

-- FORCE: an owner that is no superuser is bound as everybody is; the extension's code is not.
SELECT relname, relrowsecurity, relforcerowsecurity FROM pg_class
WHERE relnamespace = 'hartonomous'::regnamespace AND relkind = 'r'
  AND relname IN ('tenant', 'tenant_usage', 'tenant_member', 'ingestion_job') ORDER BY relname;
BEGIN;
CREATE ROLE gov_owner;
GRANT ALL ON SCHEMA hartonomous, probe TO gov_owner;
ALTER TABLE hartonomous.tenant OWNER TO gov_owner;
ALTER TABLE hartonomous.tenant_usage OWNER TO gov_owner;
ALTER TABLE hartonomous.tenant_member OWNER TO gov_owner;
UPDATE pg_extension SET extowner = 'gov_owner'::regrole WHERE extname = 'hartonomous';
SET ROLE gov_owner;
SELECT count(*) FROM hartonomous.tenant;
SELECT probe.owner_rights(NULL);
SELECT probe.charge(1, 1);
RESET ROLE;
SELECT hartonomous.create_tenant('by another owner') > 0 AS is_created;
ROLLBACK;

-- Dropping a tenant takes its own things along.
SELECT hartonomous.drop_tenant('acme');
SELECT source FROM hartonomous.ingestion_job ORDER BY source;
SELECT count(*) FROM hartonomous.tenant_member WHERE tenant_id = 1;

DROP SCHEMA planted CASCADE;
DROP SCHEMA probe CASCADE;
REVOKE ALL ON FUNCTION hartonomous.create_tenant, hartonomous.drop_tenant,
  hartonomous.set_tenant_quota FROM gov_admin;
DROP ROLE gov_alice, gov_bob, gov_carol, gov_team, gov_admin;
