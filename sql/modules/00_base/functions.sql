--| # Base
--| What every other module rests on.

CREATE OR REPLACE FUNCTION hartonomous.version() RETURNS text
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'hartonomous_version';
COMMENT ON FUNCTION hartonomous.version() IS
'Returns the version of the loaded hartonomous library, such as ''0.1.0''.';
