--| # Garbage
--| Content is shared, so deleting a model or a document leaves it. What nothing refers to any more is
--| collected here.

CREATE OR REPLACE FUNCTION hartonomous.collect_garbage(
  scope text DEFAULT 'all', OUT blocks bigint, OUT bytes bigint, OUT atoms bigint)
LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE COST 1000000
AS 'MODULE_PATHNAME', 'hartonomous_collect_garbage';
REVOKE ALL ON FUNCTION hartonomous.collect_garbage(text) FROM PUBLIC;
COMMENT ON FUNCTION hartonomous.collect_garbage(text) IS
'Deletes files, tensors and blocks that no version of a model refers to, and atoms below nothing that a foreign key refers to, and returns how many that was.

scope is all, blocks or atoms (22023); bytes are those of the blocks and of the rows of the atoms. Waits for running ingests to end, for atoms also for readers of text, and keeps new ones waiting until its own transaction ends; 55000 in a transaction that is not READ COMMITTED. Cancelled or killed it has done nothing. The space is reused after VACUUM of hartonomous.block_page and hartonomous.atom.

Example: SELECT * FROM hartonomous.collect_garbage();';
