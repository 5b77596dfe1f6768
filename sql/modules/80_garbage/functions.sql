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

scope is all, blocks or atoms (22023); bytes are those of the blocks and of the rows of the atoms. For blocks nobody waits but an ingest of content that goes just now, until this transaction ends: sweep_garbage() keeps that short. For atoms it waits for running ingests and readers of text, and keeps new ones waiting until its own transaction ends. 55000 in a transaction that is not READ COMMITTED. Cancelled or killed it has done nothing. The space is reused after VACUUM of hartonomous.block_page and hartonomous.atom.

Example: SELECT * FROM hartonomous.collect_garbage();';

CREATE OR REPLACE PROCEDURE hartonomous.sweep_garbage(
  OUT blocks bigint, OUT bytes bigint, batch_size integer DEFAULT 1000)
LANGUAGE c AS 'MODULE_PATHNAME', 'hartonomous_sweep_garbage';
REVOKE ALL ON PROCEDURE hartonomous.sweep_garbage(integer) FROM PUBLIC;
COMMENT ON PROCEDURE hartonomous.sweep_garbage(integer) IS
'Does what collect_garbage(''blocks'') does, "batch_size" objects of each kind at a time, each batch a transaction of its own: for a server at work.

Readers never wait; an ingest waits at most for a batch, and only if it stores again what that batch deletes. 2D000 inside a transaction block. Ended early, what was done is done.

Example: CALL hartonomous.sweep_garbage(NULL, NULL, 100);';

CREATE OR REPLACE FUNCTION hartonomous.unreferenced_content(
  OUT kind text, OUT objects bigint, OUT bytes bigint)
RETURNS SETOF record LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE COST 1000000 ROWS 5
AS 'MODULE_PATHNAME', 'hartonomous_unreferenced_content';
REVOKE ALL ON FUNCTION hartonomous.unreferenced_content() FROM PUBLIC;
COMMENT ON FUNCTION hartonomous.unreferenced_content() IS
'Counts what the collector would take at once: manifests, files, tensors and blocks that nothing refers to, and pages without a block; with the bytes of payload of the last two.

What they in turn alone refer to becomes unreferenced when they are gone. All zero right after sweep_garbage().

Example: SELECT * FROM hartonomous.unreferenced_content();';

CREATE OR REPLACE FUNCTION hartonomous.set_retention(
  days integer, model text DEFAULT NULL, tenant text DEFAULT NULL)
RETURNS void LANGUAGE c VOLATILE PARALLEL UNSAFE COST 1000
AS 'MODULE_PATHNAME', 'hartonomous_set_retention';
REVOKE ALL ON FUNCTION hartonomous.set_retention(integer, text, text) FROM PUBLIC;
COMMENT ON FUNCTION hartonomous.set_retention(integer, text, text) IS
'Sets how many days the history of refs is kept: of a model, or else of all models of a tenant (by default the caller''s) that have no number of their own.

Null takes the number away: a model is then kept as its tenant says, a tenant for 90 days. 22023 below 0.

Example: SELECT hartonomous.set_retention(30, ''tiny'');';

CREATE OR REPLACE FUNCTION hartonomous.prune_versions(OUT history bigint, OUT versions bigint)
LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE COST 1000000
AS 'MODULE_PATHNAME', 'hartonomous_prune_versions';
REVOKE ALL ON FUNCTION hartonomous.prune_versions() FROM PUBLIC;
COMMENT ON FUNCTION hartonomous.prune_versions() IS
'Deletes, in every model, the history of refs that is older than it is kept (set_retention) and the versions older than that which no ref and no remaining history names, gives their bytes back to the quota, and returns how many that was.

What a ref pointed at during the time that is kept can still be asked (model_as_of). Content is left to collect_garbage() and sweep_garbage().

Example: SELECT * FROM hartonomous.prune_versions();';
