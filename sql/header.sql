\echo Use "CREATE EXTENSION hartonomous CASCADE" to load this file. \quit

-- Nothing below depends on the installing session's search_path: it is pinned to pg_catalog and to
-- wherever PostGIS lives, and all objects of ours are written with their schema.
DO $$
DECLARE
  postgis_schema name;
BEGIN
  IF current_setting('server_encoding') <> 'UTF8' THEN
    RAISE EXCEPTION 'hartonomous needs a UTF8 database, this one is %',
      current_setting('server_encoding')
      USING ERRCODE = 'feature_not_supported',
            HINT = 'Create the database with ENCODING ''UTF8''.';
  END IF;
  SELECT n.nspname INTO STRICT postgis_schema
  FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
  WHERE e.extname = 'postgis';
  PERFORM pg_catalog.set_config('search_path',
    pg_catalog.format('pg_catalog, %I, pg_temp', postgis_schema), true);
END
$$;

CREATE SCHEMA hartonomous;
COMMENT ON SCHEMA hartonomous IS
'Neural-network models and text as one content-addressed graph: tables, functions and views of the hartonomous extension.';
