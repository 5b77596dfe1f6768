-- Versions made of versions, and refs.
\set VERBOSITY terse
\set SHOW_CONTEXT never
SET client_min_messages = warning;

-- A safetensors file of `n` tensors t0, t1, ... of 64 x 64 F32, and one of the two that are equal.
CREATE FUNCTION pg_temp.safetensors(n int) RETURNS bytea LANGUAGE sql AS $$
  SELECT (SELECT string_agg(set_byte('\x00', 0, (octet_length(header)::bigint >> (8 * i))::int & 255), '' ORDER BY i)
          FROM generate_series(0, 7) AS i) || convert_to(header, 'UTF8')
         || (SELECT string_agg(decode(repeat(lpad(to_hex(1065353216 + greatest(t, 1)), 8, '0'), 4096), 'hex'), '' ORDER BY t)
             FROM generate_series(0, n - 1) AS t)
  FROM (SELECT '{' || string_agg(format('"t%s":{"dtype":"F32","shape":[64,64],"data_offsets":[%s,%s]}',
                                        t, t * 16384, (t + 1) * 16384), ',' ORDER BY t) || '}' AS header
        FROM generate_series(0, n - 1) AS t) AS h
$$;
CREATE TEMP TABLE file AS SELECT pg_temp.safetensors(300) AS content;
SELECT hartonomous.ingest_model_bytes(content, 'm.safetensors', 'm', options => '{"message": "first"}') AS first FROM file \gset
CREATE TEMP VIEW rows_of AS SELECT
  (SELECT count(*) FROM hartonomous.manifest_tensor) AS tensors, (SELECT count(*) FROM hartonomous.file_part) AS parts,
  (SELECT count(*) FROM hartonomous.block) AS blocks;

-- One tensor of three hundred: a row for it in the manifest, one in the file, one block.
SELECT * FROM rows_of \gset before_
SELECT hartonomous.commit_version('m', ARRAY[hartonomous.change_tensor('t7', array_fill(0.5::real, ARRAY[4096]))], 'half') AS second \gset
SELECT tensors - :before_tensors AS tensors, parts - :before_parts AS parts, blocks - :before_blocks AS blocks FROM rows_of;
SELECT (hartonomous.read_tensor('m', 't7'))[1:2] AS now, (hartonomous.read_tensor('m@' || :first, 't7'))[1] <> 0.5 AS differs;
SELECT count(*), count(DISTINCT name) FROM hartonomous.version_tensor WHERE version_id = :second;
SELECT logical_bytes, parent_ids = ARRAY[:first]::bigint[] AS has_parent, message FROM hartonomous.model_version WHERE version_id = :second;
-- The file is the old one with 4096 other floats; its SHA-256 is known once it was exported.
SELECT hartonomous.read_file('m') = overlay(content PLACING decode(repeat('0000003f', 4096), 'hex')
  FROM octet_length(content) - 293 * 16384 + 1) AS is_exact FROM file;
SELECT sha256 IS NULL AS unknown FROM hartonomous.model_file WHERE model = 'm';
-- The same again is no new version.
SELECT hartonomous.commit_version('m', ARRAY[hartonomous.change_tensor('t7', array_fill(0.5::real, ARRAY[4096]))]) = :second AS is_same;

-- Of two tensors with the same content the one that is named; bytes instead of numbers.
SELECT hartonomous.read_tensor('m', 't0') = hartonomous.read_tensor('m', 't1') AS are_equal;
SELECT hartonomous.commit_version('m', ARRAY[hartonomous.change_tensor('t1', decode(repeat('0000803f', 4096), 'hex'))]) > 0 AS done;
SELECT (hartonomous.read_tensor('m', 't0'))[1] AS t0, (hartonomous.read_tensor('m', 't1'))[1] AS t1;
SELECT substr(hartonomous.read_file('m'), octet_length(content) - 299 * 16384 + 1, 4) AS t1_in_the_file,
       substr(hartonomous.read_file('m'), octet_length(content) - 300 * 16384 + 1, 4) AS t0_in_the_file FROM file;
-- Parts of tensors, a tensor of another version.
SELECT hartonomous.commit_version('m', ARRAY[
  hartonomous.change_tensor('t2', '{1, 2, 3, 4}'::real[], '{1, 0}', '{2, 2}'),
  hartonomous.change_tensor('t4', '{9}'::real[], '{63, 63}', '{1, 1}'),
  hartonomous.take_tensor('t3', 'm', 't7')], 'parts') AS parts \gset
SELECT hartonomous.read_slice('m', 't2', '{0,0}', '{3,3}') AS corner, hartonomous.read_slice('m', 't4', '{63,63}', '{1,1}') AS last,
       (hartonomous.read_tensor('m', 't3'))[1] AS taken;
SELECT * FROM hartonomous.verify_store();
SELECT version_id - :first AS version, ARRAY(SELECT p - :first FROM unnest(parent_ids) p) AS parents, refs, message
FROM hartonomous.model_log('m');

-- Commit by commit until everything is different: what is read stays right when lists are written out anew.
DO $$ BEGIN FOR i IN 0..299 LOOP
  PERFORM hartonomous.commit_version('m', ARRAY[hartonomous.change_tensor('t' || i, array_fill(i::real, ARRAY[4096]))]);
END LOOP; END $$;
SELECT bool_and((hartonomous.read_tensor('m', 't' || i))[4096] = i) AS all_new FROM generate_series(0, 299) AS i;
SELECT octet_length(hartonomous.read_file('m')) = octet_length(content) AS same_length FROM file;
SELECT bool_or(base_manifest_id IS NULL) AS some_whole, bool_or(base_manifest_id IS NOT NULL) AS some_not,
       max((SELECT count(*) FROM hartonomous.manifest_tensor t WHERE t.manifest_id = v.manifest_id AND v.base_manifest_id IS NOT NULL)) < 300 AS are_short
FROM hartonomous.model_version v;
SELECT count(DISTINCT base_file_id) FROM hartonomous.file;
SELECT * FROM hartonomous.verify_store();

-- Files.
SELECT hartonomous.commit_version('m', ARRAY[hartonomous.change_file('m.safetensors', pg_temp.safetensors(3))], 'short') AS short \gset
SELECT count(*) FROM hartonomous.model_tensor WHERE model = 'm';
SELECT hartonomous.read_file('m') = pg_temp.safetensors(3) AS is_exact;
SELECT hartonomous.commit_version('m', ARRAY[hartonomous.take_file('m.safetensors', 'm@' || :first)], 'long again') > :short AS done;
SELECT hartonomous.read_file('m') = content AS is_exact FROM file;
SELECT manifest_hash = (SELECT manifest_hash FROM hartonomous.model_version WHERE version_id = :first) AS same_content
FROM hartonomous.model_version JOIN hartonomous.model_ref USING (version_id);

-- Branches move, tags do not, and everything is in the history.
SELECT hartonomous.create_branch('m', 'work', message => 'try') = hartonomous.create_tag('m', 'v1') AS same_version;
SELECT hartonomous.commit_version('m@work', ARRAY[hartonomous.change_tensor('t5', array_fill(5::real, ARRAY[4096]))], 'on a branch') AS branch \gset
SELECT (hartonomous.read_tensor('m@work', 't5'))[1] AS work, (hartonomous.read_tensor('m', 't5'))[1] <> 5 AS main_stays;
SELECT hartonomous.set_ref('m', 'v1', 'work');
SELECT hartonomous.commit_version('m@v1', ARRAY[hartonomous.change_tensor('t5', array_fill(6::real, ARRAY[4096]))]);
SELECT hartonomous.create_branch('m', 'work'), hartonomous.create_tag('m', 'main');
SELECT hartonomous.set_ref('m', 'main', 'work', 'good', expected => :branch);
SELECT version_id AS main FROM hartonomous.model_ref WHERE ref_name = 'main' \gset
SELECT hartonomous.set_ref('m', 'main', 'work', 'good', expected => :main) = :branch AS moved;
SELECT hartonomous.set_ref('m', 'new', 'main', expected => 0) = :branch AS made;
SELECT hartonomous.set_ref('m', 'new', 'v1', expected => 0);
SELECT hartonomous.commit_version('m@' || :first, ARRAY[hartonomous.change_tensor('t5', array_fill(6::real, ARRAY[4096]))], ref => 'main');
SELECT hartonomous.commit_version('m@' || :first, ARRAY[hartonomous.change_tensor('t5', array_fill(6::real, ARRAY[4096]))], ref => 'old') > 0 AS done;
SELECT hartonomous.delete_ref('m', 'new', 'not needed') = :branch AS deleted;
SELECT hartonomous.delete_ref('m', 'new');
SELECT hartonomous.revert_ref('m', message => 'was better before') > :branch AS reverted;
SELECT hartonomous.read_file('m') = content AS is_exact FROM file;
SELECT hartonomous.revert_ref('m', target => :'parts') > 0 AS reverted;
SELECT hartonomous.read_slice('m', 't2', '{1,0}', '{1,2}') AS as_it_was;
SELECT hartonomous.revert_ref('m', 'v1', :'parts');
SELECT ref_name, version_id IS NULL AS is_deleted, message FROM hartonomous.ref_history
WHERE message <> '' AND ref_name <> 'main' OR version_id IS NULL ORDER BY history_id;
SELECT count(*) = 1 AS in_order FROM (SELECT bool_and(changed_at >= earlier) AS rises FROM (
  SELECT changed_at, lag(changed_at, 1, changed_at) OVER (ORDER BY history_id) AS earlier FROM hartonomous.ref_history) h) r WHERE rises;

-- What was: by time.
SELECT changed_at AS at FROM hartonomous.ref_history WHERE version_id = :second AND ref_name = 'main' \gset
SELECT hartonomous.model_as_of('m', :'at') = 'm@' || :second AS then,
       hartonomous.model_as_of('m', :'at'::timestamptz - interval '1 year') IS NULL AS before,
       hartonomous.model_as_of('m', now(), 'new') IS NULL AS deleted;
SELECT (hartonomous.read_tensor(hartonomous.model_as_of('m', :'at'), 't7'))[1];

-- What is refused leaves nothing.
SELECT count(*) AS versions, (SELECT count(*) FROM hartonomous.manifest) AS manifests FROM hartonomous.model_version \gset before_
SELECT hartonomous.commit_version('m', '{}');
SELECT hartonomous.commit_version('m', ARRAY[hartonomous.change_tensor('nothing', '{1}'::real[])]);
SELECT hartonomous.commit_version('m', ARRAY[hartonomous.change_tensor('t1', '{1}'::real[])]);
SELECT hartonomous.commit_version('m', ARRAY[hartonomous.change_tensor('t1', '\x00'::bytea)]);
SELECT hartonomous.commit_version('m', ARRAY[hartonomous.change_tensor('t1', '{1, 2}'::real[], '{0, 63}', '{1, 2}')]);
SELECT hartonomous.commit_version('m', ARRAY[hartonomous.change_tensor('t1', '{1, NULL}'::real[])]);
SELECT hartonomous.commit_version('m', ARRAY[hartonomous.take_tensor('t1', 'm', 't2'), hartonomous.take_tensor('t1', 'm', 't3')]);
SELECT hartonomous.commit_version('m', ARRAY[hartonomous.take_tensor('t1', 'nobody')]);
SELECT hartonomous.commit_version('m', ARRAY[hartonomous.take_tensor('t1', 'm', 'nothing')]);
SELECT hartonomous.commit_version('m', ARRAY[hartonomous.change_file('other', '\x00')]);
SELECT hartonomous.commit_version('m', ARRAY[hartonomous.change_file('m.safetensors', pg_temp.safetensors(2)), hartonomous.change_tensor('t1', '{1}'::real[], '{0,0}', '{1,1}')]);
SELECT hartonomous.commit_version('m', ARRAY[ROW('t1', 'm.safetensors', NULL, NULL, NULL, NULL, NULL, NULL)::hartonomous.version_change]);
SELECT hartonomous.commit_version('m@nowhere', ARRAY[hartonomous.change_tensor('t1', '\x00'::bytea)]);
SELECT hartonomous.revert_ref('m', 'old');
SELECT hartonomous.create_branch('m', '12');
SELECT hartonomous.create_branch('m@main', 'x');
SELECT count(*) - :before_versions AS versions, (SELECT count(*) FROM hartonomous.manifest) - :before_manifests AS manifests FROM hartonomous.model_version;
SELECT hartonomous.commit_version(NULL, '{}') IS NULL AND hartonomous.set_ref('m', NULL, 'main') IS NULL
  AND hartonomous.create_branch('m', NULL) IS NULL AND hartonomous.delete_ref(NULL, 'x') IS NULL AS is_null;

-- Who does not see a model cannot tell that it is there, nor its old versions.
CREATE ROLE version_stranger;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA hartonomous TO version_stranger;
SET ROLE version_stranger;
SELECT hartonomous.create_branch('m', 'mine');
SELECT hartonomous.model_as_of('m', now()) IS NULL AS unseen, (SELECT count(*) FROM hartonomous.model_log('m')) AS versions,
       (SELECT count(*) FROM hartonomous.version_tensor) + (SELECT count(*) FROM hartonomous.manifest_file) AS rows;
RESET ROLE;
DROP OWNED BY version_stranger;
DROP ROLE version_stranger;

-- All of it goes with the model.
SELECT hartonomous.delete_model('m');
SELECT blocks > 0 AS some FROM hartonomous.collect_garbage('blocks');
SELECT (SELECT count(*) FROM hartonomous.manifest) AS manifests, (SELECT count(*) FROM hartonomous.file) AS files,
       (SELECT count(*) FROM hartonomous.tensor) AS tensors, (SELECT count(*) FROM hartonomous.block_page) AS pages;
