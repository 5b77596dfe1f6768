-- The weights cache is derived: whatever becomes of it, answers stay the same, bit for bit.
\getenv source PG_ABS_SRCDIR
\set proverbs :source '/../sample/proverbs'
SELECT hartonomous.ingest_model(:'proverbs', 'proverbs') AS version \gset
SELECT count(DISTINCT tensor_hash) AS tensors, sum(DISTINCT bytes) > 0 AS has_bytes
FROM hartonomous.model_tensor WHERE model = 'proverbs' \gset
CREATE FUNCTION pg_temp.shell(command text) RETURNS void LANGUAGE plpgsql AS
$$ BEGIN EXECUTE format('COPY (SELECT 1) TO PROGRAM %L', 'cd pgsql_tmp_hartonomous && ' || command); END $$;
-- Of this model, in the cache, which other databases share.
CREATE VIEW cached AS
SELECT file, (pg_stat_file('pgsql_tmp_hartonomous/' || file)).size AS bytes
FROM pg_ls_dir('pgsql_tmp_hartonomous') AS file
WHERE file IN (SELECT encode(tensor_hash, 'hex') FROM hartonomous.model_tensor WHERE model = 'proverbs');
SELECT hartonomous.logits('proverbs', '{7, 8, 9}') AS logits \gset
SELECT count(*) = :tensors AS all_cached FROM cached;

-- Without a cache: everything is read from the blocks, at each pass.
SELECT pg_temp.shell('rm -f *');
\c
SET hartonomous.cache_size = 0;
SELECT hartonomous.logits('proverbs', '{7, 8, 9}') = :'logits'::real[] AS is_same;
SELECT hartonomous.complete('proverbs', 'A wise son', 8);
SELECT count(*) AS files FROM cached;
-- With room for some of it: no more than that, and the same answers.
SET hartonomous.cache_size = '1MB';
\c
SET hartonomous.cache_size = '1MB';
SELECT hartonomous.logits('proverbs', '{7, 8, 9}') = :'logits'::real[] AS is_same;
SELECT hartonomous.logits('proverbs', '{7, 8, 10}') <> :'logits'::real[] AS others_differ;
SELECT count(*) BETWEEN 1 AND :tensors - 1 AS some, sum(bytes) <= 1024 * 1024 AS within FROM cached;
-- With all the room it needs.
\c
SELECT hartonomous.logits('proverbs', '{7, 8, 9}') = :'logits'::real[] AS is_same;
SELECT count(*) = :tensors AS all_cached FROM cached;
SELECT cached_bytes = weight_bytes AS is_cached, memory_bytes > 0 AS in_memory, bytes_per_token <= weight_bytes AS needs,
       read_rate > 0 AS is_measured, tokens_per_second > 0 AS is_estimated
FROM hartonomous.explain_generate('proverbs');

-- Files that vanish, end early, are empty, or hold other bytes.
CREATE FUNCTION pg_temp.shell(command text) RETURNS void LANGUAGE plpgsql AS
$$ BEGIN EXECUTE format('COPY (SELECT 1) TO PROGRAM %L', 'cd pgsql_tmp_hartonomous && ' || command); END $$;
SELECT pg_temp.shell('rm -f [0-7]*; for f in [8-9]*; do cat /dev/null > n.$f; mv n.$f $f; done');
SELECT pg_temp.shell('for f in [a-c]*; do head -c 1000 $f > n.$f; mv n.$f $f; done');
SELECT pg_temp.shell('for f in [d-f]*; do cp $f n.$f; printf x | dd of=n.$f bs=1 seek=100 conv=notrunc 2> /dev/null; '
                     'if [ $(stat -c %s $f) -lt 200000 ]; then mv n.$f $f; else rm n.$f; fi; done');
\c
SELECT hartonomous.logits('proverbs', '{7, 8, 9}') = :'logits'::real[] AS is_same;
SELECT count(*) = :tensors AS all_cached FROM cached;
-- A leftover of one who did not finish is in nobody's way.
COPY (SELECT 1) TO PROGRAM 'cd pgsql_tmp_hartonomous && rm -f * && echo x > unfinished';
\c
SELECT hartonomous.logits('proverbs', '{7, 8, 9}') = :'logits'::real[] AS is_same;
SELECT count(*) AS unfinished FROM pg_ls_dir('pgsql_tmp_hartonomous') AS file WHERE file = 'unfinished';
-- Only the server's user may look.
CREATE TEMPORARY TABLE mode (mode text);
COPY mode FROM PROGRAM 'stat -c "%F %a" pgsql_tmp_hartonomous pgsql_tmp_hartonomous/*';
SELECT DISTINCT mode FROM mode ORDER BY mode;

-- What does not fit the session's memory ends the statement, not the session.
SET hartonomous.session_memory = '64kB';
SELECT hartonomous.logits('proverbs', array_fill(5, ARRAY[250])) IS NULL AS is_null;
RESET hartonomous.session_memory;
SELECT hartonomous.logits('proverbs', '{7, 8, 9}') = :'logits'::real[] AS is_same;

-- Time limits end an answer, and the session goes on.
SET statement_timeout = '1ms';
SELECT hartonomous.complete('proverbs', 'Hear, ye children, the instruction of a father', 240) IS NULL AS is_null;
RESET statement_timeout;
SELECT hartonomous.logits('proverbs', '{7, 8, 9}') = :'logits'::real[] AS is_same;
