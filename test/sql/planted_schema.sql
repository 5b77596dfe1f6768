-- A schema or object planted before the installation stops it; nothing is adopted.
DROP EXTENSION hartonomous CASCADE;
CREATE SCHEMA hartonomous;
CREATE EXTENSION hartonomous;
\echo :LAST_ERROR_SQLSTATE
DROP SCHEMA hartonomous;
-- Functions in the way of an unqualified name are not called either.
CREATE FUNCTION public.format(text, VARIADIC text[]) RETURNS text LANGUAGE plpgsql
  AS $$ BEGIN RAISE EXCEPTION 'planted'; END $$;
CREATE FUNCTION public.current_setting(text) RETURNS text LANGUAGE plpgsql
  AS $$ BEGIN RAISE EXCEPTION 'planted'; END $$;
SET search_path = public, pg_catalog;
CREATE EXTENSION hartonomous;
SELECT count(*) FROM pg_extension WHERE extname = 'hartonomous';
