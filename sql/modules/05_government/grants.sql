-- FORCE also binds the owner of the tables. The extension's own code lifts it for itself where it
-- has checked its caller.
ALTER TABLE hartonomous.tenant ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE hartonomous.tenant_usage ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE hartonomous.tenant_member ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE hartonomous.ingestion_job ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

-- Policies for SELECT alone: there is no policy under which a user could write.
CREATE POLICY member_reads ON hartonomous.tenant FOR SELECT
  USING (tenant_id = ANY ((SELECT hartonomous.my_tenants())::bigint[]));
CREATE POLICY member_reads ON hartonomous.tenant_usage FOR SELECT
  USING (tenant_id = ANY ((SELECT hartonomous.my_tenants())::bigint[]));
CREATE POLICY member_reads ON hartonomous.tenant_member FOR SELECT
  USING (tenant_id = ANY ((SELECT hartonomous.my_tenants())::bigint[]));
CREATE POLICY member_reads ON hartonomous.ingestion_job FOR SELECT
  USING (tenant_id = ANY ((SELECT hartonomous.my_tenants())::bigint[]));

GRANT USAGE ON SCHEMA hartonomous TO PUBLIC;
GRANT SELECT ON hartonomous.tenant, hartonomous.tenant_usage, hartonomous.tenant_member,
  hartonomous.ingestion_job, hartonomous.ingestion_progress, hartonomous.tenant_report TO PUBLIC;

REVOKE ALL ON FUNCTION hartonomous.create_tenant(text, bigint, boolean),
  hartonomous.drop_tenant(text), hartonomous.add_tenant_member(text, text),
  hartonomous.remove_tenant_member(text, text), hartonomous.set_tenant_quota(text, bigint)
  FROM PUBLIC;
