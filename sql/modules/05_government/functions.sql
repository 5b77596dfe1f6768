CREATE OR REPLACE FUNCTION hartonomous.my_tenants() RETURNS bigint[]
LANGUAGE c STABLE STRICT PARALLEL SAFE COST 100
AS 'MODULE_PATHNAME', 'hartonomous_my_tenants';
COMMENT ON FUNCTION hartonomous.my_tenants() IS
'Returns the ids of the tenants whose things the current user sees, ascending.

Those of which he is a member; all of them for superusers and roles with BYPASSRLS; an empty array if there is none. Row-security policies use it as tenant_id = ANY ((SELECT hartonomous.my_tenants())::bigint[]).
Example: SELECT hartonomous.my_tenants();';

CREATE OR REPLACE FUNCTION hartonomous.is_tenant_member(tenant_id bigint) RETURNS boolean
LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 100
RETURN tenant_id = ANY (hartonomous.my_tenants());
COMMENT ON FUNCTION hartonomous.is_tenant_member(bigint) IS
'Tells whether the current user sees the things of a tenant.

False for an id that does not exist; NULL for NULL. In a policy prefer my_tenants(), which runs once per query.
Example: SELECT hartonomous.is_tenant_member(0);';

CREATE OR REPLACE FUNCTION hartonomous.is_backend_running(pid integer, backend_start timestamptz)
RETURNS boolean
LANGUAGE c VOLATILE STRICT PARALLEL RESTRICTED COST 1000
AS 'MODULE_PATHNAME', 'hartonomous_is_backend_running';
COMMENT ON FUNCTION hartonomous.is_backend_running(integer, timestamptz) IS
'Tells whether the server process of that number and starting time is alive.

Looks at the present, not at the transaction''s snapshot. NULL if an argument is.
Example: SELECT hartonomous.is_backend_running(backend_pid, backend_start) FROM hartonomous.ingestion_job;';

CREATE OR REPLACE FUNCTION hartonomous.create_tenant(
  name text, byte_quota bigint DEFAULT NULL, is_isolated boolean DEFAULT false)
RETURNS bigint
LANGUAGE c VOLATILE PARALLEL UNSAFE COST 10000
AS 'MODULE_PATHNAME', 'hartonomous_create_tenant';
COMMENT ON FUNCTION hartonomous.create_tenant(text, bigint, boolean) IS
'Creates a tenant without members and returns its id.

byte_quota: most logical bytes it may keep, NULL for no limit. 23505 if the name is taken, 22023 if it is NULL, empty, longer than 255 bytes or has control characters, or if byte_quota is negative; 0A000 if is_isolated, which is reserved.
Example: SELECT hartonomous.create_tenant(''research'', byte_quota => 1000000000000);';

CREATE OR REPLACE FUNCTION hartonomous.drop_tenant(name text) RETURNS void
LANGUAGE c VOLATILE PARALLEL UNSAFE COST 10000
AS 'MODULE_PATHNAME', 'hartonomous_drop_tenant';
COMMENT ON FUNCTION hartonomous.drop_tenant(text) IS
'Drops a tenant with its memberships, quota and job history.

23503 if it still owns models or documents, 55000 for the built-in tenant, 42704 if there is none of that name.
Example: SELECT hartonomous.drop_tenant(''research'');';

CREATE OR REPLACE FUNCTION hartonomous.add_tenant_member(tenant text, role text) RETURNS void
LANGUAGE c VOLATILE PARALLEL UNSAFE COST 10000
AS 'MODULE_PATHNAME', 'hartonomous_add_tenant_member';
COMMENT ON FUNCTION hartonomous.add_tenant_member(text, text) IS
'Makes a role, and with it all roles that are members of it, a member of a tenant.

role is a plain role name, or ''public'' for everybody. No effect if it is a member already; 42704 if the tenant or the role does not exist.
Example: SELECT hartonomous.add_tenant_member(''research'', ''alice'');';

CREATE OR REPLACE FUNCTION hartonomous.remove_tenant_member(tenant text, role text) RETURNS void
LANGUAGE c VOLATILE PARALLEL UNSAFE COST 10000
AS 'MODULE_PATHNAME', 'hartonomous_remove_tenant_member';
COMMENT ON FUNCTION hartonomous.remove_tenant_member(text, text) IS
'Ends the membership of a role in a tenant.

The role need not exist any more. 42704 if the tenant does not exist or the role is not a member of it by itself.
Example: SELECT hartonomous.remove_tenant_member(''research'', ''alice'');';

CREATE OR REPLACE FUNCTION hartonomous.set_tenant_quota(tenant text, byte_quota bigint) RETURNS void
LANGUAGE c VOLATILE PARALLEL UNSAFE COST 10000
AS 'MODULE_PATHNAME', 'hartonomous_set_tenant_quota';
COMMENT ON FUNCTION hartonomous.set_tenant_quota(text, bigint) IS
'Sets how many logical bytes a tenant may keep; NULL means no limit.

A quota below what it keeps already only stops it from adding. 22023 if negative, 42704 if there is no such tenant.
Example: SELECT hartonomous.set_tenant_quota(''research'', 2000000000000);';
