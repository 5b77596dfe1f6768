#!/bin/bash
# progress.sh: what it costs to show an ingest to other sessions: starting the worker, further jobs of the
# same transaction, and each checkpoint. Peer: the same checkpoints with nobody watching. Medians of 9.
set -euo pipefail
psql -XAtq -v ON_ERROR_STOP=1 <<'SQL' 2>&1 | sed 's/^NOTICE:  //'
CREATE SCHEMA progress_bench;
CREATE FUNCTION progress_bench.job(source text, tenant_id bigint, total bigint, upto bigint, steps integer,
    ms_per_step integer, failure text) RETURNS bigint
  AS '$libdir/hartonomous_government_probe', 'hartonomous_test_progress_job' LANGUAGE c;
CREATE FUNCTION progress_bench.delay(ms integer) RETURNS void
  AS '$libdir/hartonomous_government_probe', 'hartonomous_test_progress_delay' LANGUAGE c;
-- Milliseconds for `steps` checkpoints of one job.
CREATE FUNCTION progress_bench.ms(steps integer) RETURNS double precision LANGUAGE plpgsql AS $$
DECLARE began timestamptz := clock_timestamp();
BEGIN
  PERFORM progress_bench.job('bench', 0, 1000000000000, 1000000000000, steps, 0, NULL);
  RETURN 1000 * extract(epoch FROM clock_timestamp() - began);
END $$;
CREATE PROCEDURE progress_bench.run() LANGUAGE plpgsql AS $$
DECLARE first float8[] := '{}'; further float8[] := '{}'; shown float8[] := '{}'; unseen float8[] := '{}';
BEGIN
  FOR i IN 1..9 LOOP
    PERFORM progress_bench.delay(0);
    first := first || progress_bench.ms(1);
    further := further || progress_bench.ms(1);
    shown := shown || progress_bench.ms(10000000) / 10;
    COMMIT;
    PERFORM progress_bench.delay(-1);
    unseen := unseen || progress_bench.ms(10000000) / 10;
    COMMIT;
  END LOOP;
  RAISE NOTICE 'worker started and row committed: % ms', (SELECT format('%s (%s to %s)', round(percentile_cont(0.5) WITHIN GROUP (ORDER BY x)::numeric, 1), round(min(x)::numeric, 1), round(max(x)::numeric, 1)) FROM unnest(first) x);
  RAISE NOTICE 'further job of the transaction: % ms', (SELECT round(percentile_cont(0.5) WITHIN GROUP (ORDER BY x)::numeric, 2) FROM unnest(further) x);
  RAISE NOTICE 'checkpoint of a watched job: % ns', (SELECT round(percentile_cont(0.5) WITHIN GROUP (ORDER BY x)::numeric, 1) FROM unnest(shown) x);
  RAISE NOTICE 'checkpoint that nobody watches: % ns', (SELECT round(percentile_cont(0.5) WITHIN GROUP (ORDER BY x)::numeric, 1) FROM unnest(unseen) x);
END $$;
CALL progress_bench.run();
SET client_min_messages = warning;
DROP SCHEMA progress_bench CASCADE;
SQL
