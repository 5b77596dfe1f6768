-- Blocks in coded forms: chosen, read back, kept while needed, and refused when they are broken.
\set SHOW_CONTEXT never
SET client_min_messages = warning;
\getenv source PG_ABS_SRCDIR
\set base :source '/../sample/base'
\set psalms :source '/../sample/psalms'
\set q8_0 :source '/../sample/gguf/kjv-tiny-q8_0.gguf'
CREATE VIEW codecs AS
SELECT codec, count(*) AS blocks, max(chain_length) AS chain,
  round(100.0 * sum(stored_length) / sum(raw_length)) AS percent
FROM hartonomous.block WHERE raw_length >= 8192 GROUP BY codec ORDER BY codec;
CREATE VIEW is_exact AS
SELECT m.model, m.path, encode(sha256(hartonomous.read_file(m.model, m.path)), 'hex') = m.sha256 AS is_exact
FROM hartonomous.model_file m ORDER BY 1, 2;

-- What has no relative is stored as it is; a tune of it as the difference, whatever its name.
SELECT hartonomous.ingest_model(:'base', 'kjv') > 0 AS done;
SHOW hartonomous.compression;
SELECT * FROM codecs;
SELECT hartonomous.ingest_model(:'psalms', 'unrelated name') > 0 AS done;
SELECT * FROM codecs;
SELECT * FROM is_exact;
SELECT count(*) AS without_base FROM hartonomous.block b
WHERE codec IN ('delta', 'derived') AND NOT EXISTS (SELECT FROM hartonomous.block_base d WHERE d.block_id = b.block_id);
SELECT count(*) AS wrong_chains FROM hartonomous.block b WHERE chain_length <> coalesce((
  SELECT 1 + max(p.chain_length) FROM hartonomous.block_base d JOIN hartonomous.block p ON p.block_id = d.base_block_id
  WHERE d.block_id = b.block_id), 0);
SELECT count(*) AS wrong_sums FROM hartonomous.tensor t WHERE coalesce(stored_bytes, byte_length) <>
  (SELECT coalesce(sum(b.stored_length), 0) FROM hartonomous.tensor_block tb JOIN hartonomous.block b USING (block_id)
   WHERE tb.tensor_id = t.tensor_id);
SELECT model, logical_bytes > stored_bytes AS smaller FROM hartonomous.storage_report ORDER BY model COLLATE "C";
-- A quantised copy as its recipe.
SELECT hartonomous.ingest_model(:'q8_0', 'quantised') > 0 AS done;
SELECT codec, blocks, chain, percent <= 1 AS is_nothing FROM codecs WHERE codec = 'derived';
SELECT * FROM is_exact;
SELECT * FROM hartonomous.verify_store();
-- Its numbers and its answers are those of the files.
SELECT count(*) AS tensors, bool_and(l2 > 0) AS has_values FROM hartonomous.model_tensor m,
  hartonomous.tensor_statistics(m.model, m.name) WHERE model = 'quantised';
SELECT hartonomous.complete('unrelated name', 'The LORD is', 6);

-- The bases of a deleted model stay while they are needed, and no longer.
SELECT hartonomous.delete_model('kjv');
SELECT count(*) AS blocks, count(*) FILTER (WHERE codec = 'raw') AS raw FROM hartonomous.block WHERE raw_length >= 8192 \gset before_
SELECT blocks FROM hartonomous.collect_garbage('blocks');
SELECT :before_blocks - count(*) AS fewer, :before_raw - count(*) FILTER (WHERE codec = 'raw') AS fewer_raw
FROM hartonomous.block WHERE raw_length >= 8192;
SELECT * FROM is_exact;
SELECT * FROM hartonomous.verify_store();
SELECT hartonomous.delete_model('unrelated name'), hartonomous.delete_model('quantised');
SELECT blocks > 0 AS some FROM hartonomous.collect_garbage('blocks');
SELECT (SELECT count(*) FROM hartonomous.block) AS blocks, (SELECT count(*) FROM hartonomous.block_base) AS bases,
  (SELECT count(*) FROM hartonomous.block_page) AS pages, (SELECT count(*) FROM hartonomous.tensor_sketch) AS sketches;

-- none stores everything as it is; best codes also what has no relative.
SET hartonomous.compression = 'none';
SELECT hartonomous.ingest_model(:'base', 'kjv') > 0 AS done;
SELECT hartonomous.ingest_model(:'psalms', 'psalms') > 0 AS done;
SELECT * FROM codecs;
SELECT hartonomous.delete_model('kjv'), hartonomous.delete_model('psalms');
SELECT blocks > 0 AS some FROM hartonomous.collect_garbage('blocks');
SET hartonomous.compression = 'best';
SELECT hartonomous.ingest_model(:'base', 'kjv') > 0 AS done;
SELECT * FROM codecs;
SELECT * FROM is_exact;
-- The same store and the same file make the same bytes.
CREATE VIEW forms AS
SELECT md5(string_agg(encode(b.block_hash, 'hex') || b.codec || encode(p.payload, 'hex'), ',' ORDER BY b.block_hash, p.seq))
FROM hartonomous.block b JOIN hartonomous.block_page p USING (block_id);
BEGIN;
SELECT hartonomous.ingest_model(:'psalms', 'psalms') > 0 AS done;
SELECT md5 FROM forms \gset once_
ROLLBACK;
SELECT count(*) AS models, (SELECT count(*) FROM hartonomous.block WHERE codec = 'delta') AS deltas FROM hartonomous.model;
SELECT hartonomous.ingest_model(:'psalms', 'psalms') > 0 AS done;
SELECT md5 = :'once_md5' AS is_same FROM forms;
SELECT hartonomous.ingest_model(:'q8_0', 'quantised') > 0 AS done;
RESET hartonomous.compression;

-- Broken forms are errors, not bytes: XX001, and verify_store names the block.
CREATE FUNCTION broken(change text) RETURNS TABLE (problems bigint, error text) LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE change;
  SELECT count(*) INTO problems FROM hartonomous.verify_store('blocks');
  BEGIN
    PERFORM hartonomous.read_file(m.model, m.path) FROM hartonomous.model_file m;
    error := 'none';
  EXCEPTION WHEN OTHERS THEN error := SQLSTATE;
  END;
  RETURN NEXT;
  RAISE EXCEPTION USING errcode = 'ZZ000', message = 'undo';
EXCEPTION WHEN SQLSTATE 'ZZ000' THEN RETURN;
END $$;
CREATE TEMPORARY TABLE one AS
SELECT DISTINCT ON (codec) codec, block_id, raw_length FROM hartonomous.block WHERE raw_length >= 8192
ORDER BY codec, raw_length, block_id;
SELECT codec, c.change, b.* FROM one, LATERAL (VALUES
  ('cut', format('UPDATE hartonomous.block_page SET payload = substr(payload, 1, octet_length(payload) - 1)
    WHERE block_id = %s AND seq = 0', block_id)),
  ('grown', format('UPDATE hartonomous.block_page SET payload = payload || ''\x00''
    WHERE block_id = %s AND seq = (SELECT max(seq) FROM hartonomous.block_page WHERE block_id = %1$s)', block_id)),
  ('gone', format('DELETE FROM hartonomous.block_page WHERE block_id = %s', block_id)),
  ('noise', format('UPDATE hartonomous.block_page SET payload = decode(repeat(''5a'', octet_length(payload)), ''hex'')
    WHERE block_id = %s', block_id)),
  ('stored_length', format('UPDATE hartonomous.block SET stored_length = 1 WHERE block_id = %s', block_id)),
  ('raw_length', format('UPDATE hartonomous.block SET raw_length = raw_length - 1 WHERE block_id = %s', block_id)),
  ('codec', format('UPDATE hartonomous.block SET codec = CASE codec WHEN ''planes'' THEN ''delta'' ELSE ''planes'' END
    ::hartonomous.block_codec WHERE block_id = %s', block_id))
) AS c (change, sql), broken(c.sql) b WHERE codec <> 'raw' ORDER BY codec, change;
-- Without its bases, given others, or in a circle.
SELECT codec, c.change, b.problems > 0 AS is_found, b.error FROM one, LATERAL (VALUES
  ('no bases', format('DELETE FROM hartonomous.block_base WHERE block_id = %s', block_id)),
  ('other base', format('UPDATE hartonomous.block_base SET base_block_id = (SELECT min(o.block_id) FROM hartonomous.block b
    JOIN hartonomous.block o ON o.raw_length = b.raw_length WHERE b.block_id = base_block_id AND o.block_id NOT IN (b.block_id, %1$s))
    WHERE block_id = %1$s', block_id)),
  ('circle', format('INSERT INTO hartonomous.block_base (block_id, seq, base_block_id) SELECT base_block_id, 0, block_id
    FROM hartonomous.block_base WHERE block_id = %s; UPDATE hartonomous.block SET codec = ''delta'' WHERE block_id IN
    (SELECT base_block_id FROM hartonomous.block_base WHERE block_id = %1$s)', block_id))
) AS c (change, sql), broken(c.sql) b WHERE codec IN ('delta', 'derived') ORDER BY codec, change;
SELECT * FROM hartonomous.verify_store();

-- What a model was made from, by its weights; others see no more than their tenants'.
SELECT base, round(distance::numeric, 2) AS distance, tensors FROM hartonomous.base_of('psalms');
SELECT base, tensors FROM hartonomous.base_of('quantised', k => 1);
SELECT hartonomous.base_of(NULL) IS NULL AS is_null;
SELECT * FROM hartonomous.base_of('psalms', 0);
SELECT * FROM hartonomous.base_of('nobody');
CREATE ROLE compression_stranger;
SET ROLE compression_stranger;
SELECT * FROM hartonomous.base_of('psalms');
RESET ROLE;
DROP ROLE compression_stranger;

-- Checkpoints, each nearest to the one before: chains end at four.
CREATE FUNCTION checkpoint_file(n integer) RETURNS bytea LANGUAGE sql AS $$
  SELECT decode(rpad(to_hex(octet_length(header)), 16, '0'), 'hex') || convert_to(header, 'UTF8') || (
    SELECT string_agg(decode(lpad(to_hex((get_byte(decode(md5('w' || i), 'hex'), 0) + 8 * 256
      + (SELECT coalesce(sum(get_byte(decode(md5(i || '/' || k), 'hex'), 0) % 17 - 8), 0) FROM generate_series(1, n) k))::integer % 256),
      2, '0') || '3c', 'hex'), '' ORDER BY i) FROM generate_series(1, 4096) i)
  FROM (VALUES ('{"w":{"dtype":"BF16","shape":[64,64],"data_offsets":[0,8192]}}')) AS h (header) $$;
SELECT n, hartonomous.ingest_model_bytes(checkpoint_file(n), 'c.safetensors', 'run') > 0 AS done FROM generate_series(0, 7) n;
SELECT b.codec, b.chain_length FROM hartonomous.model m JOIN hartonomous.model_version v USING (model_id)
JOIN hartonomous.version_tensor vt USING (version_id) JOIN hartonomous.tensor_block USING (tensor_id)
JOIN hartonomous.block b USING (block_id) WHERE m.name = 'run' ORDER BY v.version_id;
SELECT count(*) AS versions, bool_and(hartonomous.read_file('run@' || version_id) = checkpoint_file(n)) AS exact FROM (
  SELECT version_id, (row_number() OVER (ORDER BY version_id) - 1)::integer AS n
  FROM hartonomous.model_version JOIN hartonomous.model USING (model_id) WHERE name = 'run') AS v;
SELECT * FROM hartonomous.verify_store();
