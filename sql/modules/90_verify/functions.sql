--| # Verification

CREATE OR REPLACE FUNCTION hartonomous.verify_store(
  scope text DEFAULT 'all', OUT problem text, OUT object text)
RETURNS SETOF record LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE COST 1000000 ROWS 1
AS 'MODULE_PATHNAME', 'hartonomous_verify_store';
REVOKE ALL ON FUNCTION hartonomous.verify_store(text) FROM PUBLIC;
COMMENT ON FUNCTION hartonomous.verify_store(text) IS
'Reads everything in a scope (all, blocks, tensors, files, atoms, documents, vocabularies), derives each content address again, and returns a row for each object that is not what its address says. No rows: the store is sound.

Error 22023 for an unknown scope.

Example: SELECT * FROM hartonomous.verify_store();';
