-- Models in, shared, seen and out again, without touching the server's files.
\set VERBOSITY terse
SET client_min_messages = warning;

-- A safetensors file from its header and data.
CREATE FUNCTION pg_temp.safetensors(header text, data bytea) RETURNS bytea LANGUAGE sql AS $$
  SELECT (SELECT string_agg(set_byte('\x00', 0, (octet_length(header)::bigint >> (8 * i))::int & 255), '' ORDER BY i)
          FROM generate_series(0, 7) AS i) || convert_to(header, 'UTF8') || data
$$;
-- Two tensors: a = 2x3 F32 [1..6], b = 4 I8.
CREATE TEMP TABLE sample AS SELECT
  pg_temp.safetensors(
    '{"a":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},"b":{"dtype":"I8","shape":[4],"data_offsets":[24,28]}}',
    '\x0000803f0000004000004040000080400000a0400000c040' || '\x01ff0280'::bytea) AS base,
  pg_temp.safetensors(
    '{"y":{"dtype":"I8","shape":[4],"data_offsets":[0,4]},"x":{"dtype":"F32","shape":[2,3],"data_offsets":[4,28]}}',
    '\x01ff0280'::bytea || '\x0000803f0000004000004040000080400000a0400000c040') AS renamed,
  pg_temp.safetensors(
    '{"a":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},"b":{"dtype":"I8","shape":[4],"data_offsets":[24,28]}}',
    '\x0000803f0000004000004040000080400000a0400000c040' || '\x01ff0281'::bytea) AS changed,
  pg_temp.safetensors(
    '{"s":{"dtype":"F64","shape":[],"data_offsets":[0,8]},"e":{"dtype":"F32","shape":[0,5],"data_offsets":[8,8]}}',
    '\x000000000000f03f') AS odd;

SELECT hartonomous.detect_format(base) FROM sample;
SELECT jsonb_pretty(hartonomous.inspect_model(base, 'm.safetensors')) FROM sample;

SELECT hartonomous.ingest_model_bytes(base, 'm.safetensors', 'first',
         options => '{"message": "from a test"}') AS first_version FROM sample \gset
SELECT name, dtype, shape, bytes, path FROM hartonomous.model_tensor WHERE model = 'first' ORDER BY name;
SELECT path, format, bytes, sha256 = encode(sha256(base), 'hex') AS is_same
FROM hartonomous.model_file, sample WHERE model = 'first';
SELECT hartonomous.read_file('first') = base AS is_exact FROM sample;
SELECT hartonomous.read_file('first', 'm.safetensors', 8, 5);

-- The content addresses are those of the oracle (docs/internals/content-address.md).
SELECT name, encode(tensor_hash, 'hex') AS tensor_hash FROM hartonomous.model_tensor
WHERE model = 'first' ORDER BY name;

-- The same again: the same version, nothing new.
SELECT count(*) AS blocks FROM hartonomous.block \gset before_
SELECT hartonomous.ingest_model_bytes(base, 'm.safetensors', 'first') = :first_version AS is_same FROM sample;
SELECT count(*) - :before_blocks AS new_blocks FROM hartonomous.block;

-- Other names, other order, another model: both tensors shared, one new block (the header).
SELECT hartonomous.ingest_model_bytes(renamed, 'r.safetensors', 'second') > 0 AS done FROM sample;
SELECT count(*) - :before_blocks AS new_blocks FROM hartonomous.block;
SELECT a.name, b.name AS shared_with FROM hartonomous.model_tensor a
JOIN hartonomous.model_tensor b ON a.tensor_hash = b.tensor_hash
WHERE a.model = 'first' AND b.model = 'second' ORDER BY 1;

-- One of two tensors changed: that tensor's block alone; the ref moves, the old version stays.
SELECT hartonomous.ingest_model_bytes(changed, 'm.safetensors', 'first') AS changed_version FROM sample \gset
SELECT count(*) - :before_blocks AS new_blocks FROM hartonomous.block;
SELECT hartonomous.read_file('first') = changed AS main_moved,
       hartonomous.read_file(format('first@%s', :first_version)) = base AS old_stays FROM sample;
SELECT parent_ids = ARRAY[:first_version]::bigint[] AS has_parent FROM hartonomous.model_version
WHERE version_id = :changed_version;
SELECT count(*) AS moves FROM hartonomous.ref_history JOIN hartonomous.model USING (model_id) WHERE name = 'first';
-- Another ref of the same model, with a base.
SELECT hartonomous.ingest_model_bytes(base, 'm.safetensors', 'first', ref => 'old', base => 'second') > 0 AS done FROM sample;
SELECT ref_name FROM hartonomous.model_ref JOIN hartonomous.model USING (model_id) WHERE name = 'first' ORDER BY 1;

-- Numbers.
SELECT hartonomous.read_tensor('first', 'a');
SELECT hartonomous.read_tensor('first@old', 'b');
SELECT hartonomous.read_slice('first', 'a', '{1,0}', '{1,3}') AS row_1,
       hartonomous.read_slice('first', 'a', '{0,2}', '{2,1}') AS column_2,
       hartonomous.read_slice('first', 'a', '{0,0}', '{0,3}') AS none;
SELECT * FROM hartonomous.tensor_statistics('first', 'a');

-- Scalars and empty tensors.
SELECT hartonomous.ingest_model_bytes(odd, 'odd.safetensors', 'odd') > 0 AS done FROM sample;
SELECT name, shape, bytes FROM hartonomous.model_tensor WHERE model = 'odd' ORDER BY name;
SELECT hartonomous.read_tensor('odd', 's') AS scalar, hartonomous.read_tensor('odd', 'e') AS empty,
       hartonomous.read_slice('odd', 's', '{}', '{}') AS scalar_slice;
SELECT count, min, mean, nonfinite FROM hartonomous.tensor_statistics('odd', 'e');
SELECT hartonomous.read_file('odd') = odd AS is_exact FROM sample;

SELECT * FROM hartonomous.storage_report ORDER BY model;

-- NULL in, NULL out, or a plain error where a value is needed.
SELECT hartonomous.read_tensor(NULL, 'a') IS NULL AS tensor, hartonomous.read_file(NULL) IS NULL AS file,
       hartonomous.detect_format(NULL::bytea) IS NULL AS format;
\set VERBOSITY sqlstate
SELECT hartonomous.ingest_model_bytes(NULL, 'm.safetensors', 'm');
SELECT hartonomous.ingest_model_bytes('\x00', 'm.safetensors', NULL);
\set VERBOSITY terse

-- A name that its content does not bear out: an opaque file, and a warning.
SELECT hartonomous.ingest_model_bytes('hello world, no model', 'hello.gguf', 'misnamed') > 0 AS stored;
SELECT format FROM hartonomous.model_file WHERE model = 'misnamed';
SELECT hartonomous.delete_model('misnamed');

-- Errors say what and where, and leave nothing behind.
SELECT count(*) AS versions FROM hartonomous.model_version \gset before_
SELECT hartonomous.ingest_model_bytes(base || '\x00'::bytea, 'm.safetensors', 'bad') FROM sample;
SELECT hartonomous.ingest_model_bytes(substr(base, 1, octet_length(base) - 1), 'm.safetensors', 'bad') FROM sample;
SELECT hartonomous.ingest_model_bytes('PK\003\004........................', 'm.zip', 'bad');
SELECT hartonomous.ingest_model_bytes(base, '../m.safetensors', 'bad') FROM sample;
SELECT hartonomous.ingest_model_bytes(base, 'm.safetensors', 'a@b') FROM sample;
SELECT hartonomous.ingest_model_bytes(base, 'm.safetensors', 'bad', ref => '12') FROM sample;
SELECT hartonomous.ingest_model_bytes(base, 'm.safetensors', 'bad', base => 'nobody') FROM sample;
SELECT hartonomous.ingest_model_bytes(base, 'm.safetensors', 'bad', options => '{"colour": "red"}') FROM sample;
SELECT hartonomous.ingest_model_bytes(base, 'm.safetensors', 'bad', options => '{"message": 1}') FROM sample;
SELECT hartonomous.read_tensor('nobody', 'a');
SELECT hartonomous.read_tensor('first@nowhere', 'a');
SELECT hartonomous.read_tensor('first@999999', 'a');
SELECT hartonomous.read_tensor('first', 'nothing');
SELECT hartonomous.read_slice('first', 'a', '{0}', '{2}');
SELECT hartonomous.read_slice('first', 'a', '{0,2}', '{1,2}');
SELECT hartonomous.read_slice('first', 'a', '{0,-1}', '{1,1}');
SELECT hartonomous.read_slice('first', 'a', '{0,NULL}', '{1,1}');
SELECT hartonomous.read_file('first', 'other');
SELECT hartonomous.read_file('first', byte_offset => -1);
SELECT * FROM hartonomous.verify_store('colours');
SELECT count(*) - :before_versions AS new_versions FROM hartonomous.model_version;
SELECT count(*) AS models FROM hartonomous.model WHERE name = 'bad';

-- Every address can be derived again; a flipped bit is found and named.
SELECT * FROM hartonomous.verify_store();
BEGIN;
UPDATE hartonomous.block_page SET payload = set_byte(payload, 0, get_byte(payload, 0) # 1)
WHERE block_id = (SELECT min(block_id) FROM hartonomous.block);
SELECT problem FROM hartonomous.verify_store('blocks');
SELECT problem FROM hartonomous.verify_store() ORDER BY 1;
ROLLBACK;
BEGIN;
DELETE FROM hartonomous.block_page WHERE block_id = (SELECT min(block_id) FROM hartonomous.block);
SELECT problem FROM hartonomous.verify_store('blocks');
ROLLBACK;

-- Deleting a model keeps what others share; the collector takes the rest.
SELECT hartonomous.delete_model('first');
SELECT hartonomous.delete_model('first');
SELECT hartonomous.read_file('second') = renamed AS is_exact FROM sample;
SELECT blocks > 0 AS some, bytes > 0 AS bytes FROM hartonomous.collect_garbage();
SELECT hartonomous.read_file('second') = renamed AS is_exact FROM sample;
SELECT hartonomous.delete_model(name) FROM (SELECT name FROM hartonomous.model ORDER BY name) AS m;
SELECT blocks > 0 AS some FROM hartonomous.collect_garbage();
SELECT (SELECT count(*) FROM hartonomous.block) AS blocks,
       (SELECT count(*) FROM hartonomous.block_page) AS pages,
       (SELECT count(*) FROM hartonomous.tensor) AS tensors,
       (SELECT count(*) FROM hartonomous.file) AS files;
SELECT * FROM hartonomous.verify_store();
