-- Errors and cancel cross between C++ and PostgreSQL without losing an object, a byte of memory or
-- a word of the message. The functions are test/module's, in the private server only.
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE FUNCTION pg_temp.fail(way text) RETURNS void
  AS 'hartonomous_test', 'hartonomous_test_fail' LANGUAGE C STRICT VOLATILE;
CREATE FUNCTION pg_temp.attempt(statement text, way text) RETURNS text
  AS 'hartonomous_test', 'hartonomous_test_attempt' LANGUAGE C STRICT VOLATILE;
CREATE FUNCTION pg_temp.keep_object() RETURNS void
  AS 'hartonomous_test', 'hartonomous_test_keep_object' LANGUAGE C VOLATILE;
CREATE FUNCTION pg_temp.live_objects(reset boolean DEFAULT false) RETURNS bigint
  AS 'hartonomous_test', 'hartonomous_test_live_objects' LANGUAGE C STRICT VOLATILE;
CREATE FUNCTION pg_temp.resident_bytes() RETURNS bigint
  AS 'hartonomous_test', 'hartonomous_test_resident_bytes' LANGUAGE C VOLATILE;
CREATE TEMPORARY TABLE only_once (id integer PRIMARY KEY);
INSERT INTO only_once VALUES (1);

-- Fails `times` times in one way; answers the one error seen and the objects left alive.
CREATE FUNCTION pg_temp.repeat_failure(way text, times integer,
  OUT state text, OUT message text, OUT detail text, OUT hint text, OUT failures integer, OUT alive bigint)
LANGUAGE plpgsql AS $$
DECLARE
  seen text[];
  first text[];
BEGIN
  failures := 0;
  FOR i IN 1..times LOOP
    BEGIN
      PERFORM pg_temp.fail(way);
    EXCEPTION WHEN OTHERS OR query_canceled THEN
      GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT,
        detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
      seen := ARRAY[state, message, detail, hint];
      first := coalesce(first, seen);
      IF seen <> first THEN RAISE WARNING 'another error: %', seen; END IF;
      failures := failures + 1;
    END;
  END LOOP;
  alive := pg_temp.live_objects();
END
$$;

\x on
SELECT way, f.*
FROM unnest('{server_error, server_unique_violation, server_out_of_memory, nested, throw_through_call,
    throw_through_call_then_server_error, out_of_memory, unknown_exception, owned_object,
    constructor_of_owned_object, deep_stack, cancelled, error_while_unwinding}'::text[]) WITH ORDINALITY AS w(way, n),
  pg_temp.repeat_failure(way, 1000) f
ORDER BY n;
\x off

-- Every code of core::Status has its SQLSTATE; message, detail and hint arrive.
SELECT code, f.state, f.message, f.detail, f.hint, f.failures, f.alive
FROM generate_series(1, 14) code, pg_temp.repeat_failure('status ' || code, 1000) f ORDER BY code;

-- At the top level, as a client sees them.
SELECT pg_temp.fail('server_unique_violation');
\echo :LAST_ERROR_SQLSTATE
SELECT pg_temp.fail('nested');
\echo :LAST_ERROR_SQLSTATE
SET statement_timeout = '50ms';
SELECT pg_temp.fail('poll_forever');
\echo :LAST_ERROR_SQLSTATE
RESET statement_timeout;
SELECT pg_temp.live_objects() AS alive;

-- An object owned by a context goes with it: while the query runs it is there, afterwards it is not.
SELECT pg_temp.live_objects() AS alive_during FROM (SELECT pg_temp.keep_object() OFFSET 0) q;
SELECT pg_temp.live_objects() AS alive_after;

-- A subtransaction: what failed in it is undone, what succeeded is kept, the error is whole.
SELECT pg_temp.attempt('INSERT INTO only_once VALUES (2)', '');
SELECT pg_temp.attempt('INSERT INTO only_once VALUES (3)', 'server_error');
SELECT pg_temp.attempt('INSERT INTO only_once VALUES (1)', '');
SELECT pg_temp.attempt('INSERT INTO only_once VALUES (4)', 'deep_stack');
SELECT pg_temp.attempt('SELECT pg_temp.attempt(''INSERT INTO only_once VALUES (5)'', ''nested'')', '');
SELECT id FROM only_once ORDER BY id;
-- What is not PostgreSQL's error, and cancel, go through it, after the rollback.
SELECT pg_temp.attempt('INSERT INTO only_once VALUES (6)', 'throw_through_call');
\echo :LAST_ERROR_SQLSTATE
SELECT pg_temp.attempt('INSERT INTO only_once VALUES (7)', 'cancelled');
\echo :LAST_ERROR_SQLSTATE
DO $$
BEGIN
  PERFORM pg_temp.attempt('INSERT INTO only_once VALUES (8)', 'out_of_memory');
EXCEPTION WHEN out_of_memory THEN
  NULL;
END
$$;
SELECT id FROM only_once ORDER BY id;
SELECT count(*), count(DISTINCT answer), min(answer)
FROM (SELECT pg_temp.attempt('INSERT INTO only_once VALUES (9 + 0 * ' || n || ')', 'server_error') AS answer
      FROM generate_series(1, 1000) n) a;
SELECT pg_temp.live_objects() AS alive;

-- Memory stays flat over 10 000 failing calls (after a first thousand that fill the caches).
SELECT failures FROM pg_temp.repeat_failure('deep_stack', 1000);
SELECT pg_temp.resident_bytes() AS resident_before \gset
SELECT sum(total_bytes) AS contexts_before FROM pg_backend_memory_contexts \gset
SELECT failures, alive FROM pg_temp.repeat_failure('deep_stack', 10000);
SELECT sum(total_bytes) AS contexts_after FROM pg_backend_memory_contexts \gset
SELECT pg_temp.resident_bytes() - :resident_before <= 1024 * 1024 AS resident_memory_is_flat,
       :contexts_after - :contexts_before <= 256 * 1024 AS memory_contexts_are_flat;

-- The control: an error raised under an object without the guard loses the object, and it shows.
SELECT failures, alive FROM pg_temp.repeat_failure('control_without_call', 10);
SELECT pg_temp.live_objects(reset => true) AS lost;
