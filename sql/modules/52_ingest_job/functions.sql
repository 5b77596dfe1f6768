CREATE OR REPLACE FUNCTION hartonomous.enqueue_ingest(
  path text, name text, ref text DEFAULT 'main', base text DEFAULT NULL, options jsonb DEFAULT '{}',
  priority integer DEFAULT 0, max_attempts integer DEFAULT 3)
RETURNS bigint LANGUAGE c VOLATILE PARALLEL UNSAFE COST 10000
AS 'MODULE_PATHNAME', 'hartonomous_enqueue_ingest';
REVOKE ALL ON FUNCTION hartonomous.enqueue_ingest(text, text, text, text, jsonb, integer, integer)
  FROM PUBLIC;
COMMENT ON FUNCTION hartonomous.enqueue_ingest(text, text, text, text, jsonb, integer, integer) IS
'Asks for an ingest_model() with these arguments, to be done by an ingest worker or run_ingest_jobs(), and returns the number of the job.

The job is done in the name of the role that asks, whose rights are looked at now and again then. Jobs of greater priority are taken first, then older ones. A job that is over its tenant''s quota waits until there is room. One that ends for a reason that may pass (classes 08, 40, 53, 55, 57 and 58), or whose server process ends, is begun up to "max_attempts" times; what it stored stays. Errors: those of ingest_model() that can be told now, 22023 if max_attempts is not positive.

Example: SELECT hartonomous.enqueue_ingest(''/models/tiny.gguf'', ''tiny'', priority => 10);';

CREATE OR REPLACE FUNCTION hartonomous.cancel_ingest(job_id bigint)
RETURNS boolean LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE COST 10000
AS 'MODULE_PATHNAME', 'hartonomous_cancel_ingest';
REVOKE ALL ON FUNCTION hartonomous.cancel_ingest(bigint) FROM PUBLIC;
COMMENT ON FUNCTION hartonomous.cancel_ingest(bigint) IS
'Ends a queued ingest of one of the caller''s tenants, begun or not; false if it has ended.

One that is at work is told when this transaction commits. What it stored is left to the collector. 42704 if there is no such job among those the caller sees.
Example: SELECT hartonomous.cancel_ingest(job_id) FROM hartonomous.ingestion_progress WHERE model = ''tiny'' AND state = ''running'';';

CREATE OR REPLACE PROCEDURE hartonomous.run_ingest_jobs(
  OUT jobs bigint, most integer DEFAULT 2147483647)
LANGUAGE c AS 'MODULE_PATHNAME', 'hartonomous_run_ingest_jobs';
REVOKE ALL ON PROCEDURE hartonomous.run_ingest_jobs(integer) FROM PUBLIC;
COMMENT ON PROCEDURE hartonomous.run_ingest_jobs(integer) IS
'Does queued ingests, at most "most", until there is none that can be done now, and gives back how many it took on.

For schedulers and for who wants to wait; start_ingest_worker() does the same in the background. Each job is done in the name of its role, in transactions of its own of 64 MiB; what ends it is written to its row, and raised by nothing. Any number of sessions may run jobs: each takes others. Cancelled, it puts the job at work back into the queue. 2D000 inside a transaction block.

Example: CALL hartonomous.run_ingest_jobs(NULL);';

CREATE OR REPLACE FUNCTION hartonomous.start_ingest_worker(stays boolean DEFAULT false)
RETURNS integer LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE COST 100000
AS 'MODULE_PATHNAME', 'hartonomous_start_ingest_worker';
REVOKE ALL ON FUNCTION hartonomous.start_ingest_worker(boolean) FROM PUBLIC;
COMMENT ON FUNCTION hartonomous.start_ingest_worker(boolean) IS
'Starts a background worker that does queued ingests, and returns its process number.

It ends when there is none left that can be done now; with "stays" it looks for more every second, until pg_terminate_backend() or the server''s end. Several may run side by side, each taking a place of max_worker_processes; 55000 if none is free.

Example: SELECT hartonomous.start_ingest_worker();';
