-- Files that must be refused, each with the SQLSTATE of its rule, by inspection and by ingest alike,
-- and without a row left behind. test/scripts/model_files does the same with far more of them.
\set VERBOSITY terse
SET client_min_messages = warning;

CREATE FUNCTION pg_temp.little_endian(value numeric, bytes integer) RETURNS bytea LANGUAGE sql AS $$
  SELECT string_agg(decode(lpad(to_hex((div(value, 256::numeric ^ i) % 256)::integer), 2, '0'), 'hex'), '' ORDER BY i)
  FROM generate_series(0, bytes - 1) AS i
$$;
CREATE FUNCTION pg_temp.u32(value numeric) RETURNS bytea LANGUAGE sql AS 'SELECT pg_temp.little_endian(value, 4)';
CREATE FUNCTION pg_temp.u64(value numeric) RETURNS bytea LANGUAGE sql AS 'SELECT pg_temp.little_endian(value, 8)';
CREATE FUNCTION pg_temp.zeros(bytes integer) RETURNS bytea LANGUAGE sql AS $$
  SELECT decode(repeat('00', bytes), 'hex')
$$;

CREATE FUNCTION pg_temp.safetensors(header bytea, data bytea) RETURNS bytea LANGUAGE sql AS $$
  SELECT pg_temp.u64(octet_length(header)) || header || data
$$;
-- One tensor "a" whose entry has these fields, over eight bytes of data.
CREATE FUNCTION pg_temp.entry(fields text) RETURNS bytea LANGUAGE sql AS $$
  SELECT pg_temp.safetensors(convert_to('{"a":{' || fields || '}}', 'UTF8'), '12345678')
$$;

CREATE FUNCTION pg_temp.str(content bytea) RETURNS bytea LANGUAGE sql AS $$
  SELECT pg_temp.u64(octet_length(content)) || content
$$;
-- A file of version 3 with one key-value entry of this type and encoded value.
CREATE FUNCTION pg_temp.gguf_entry(key bytea, type numeric, value bytea) RETURNS bytea LANGUAGE sql AS $$
  SELECT 'GGUF' || pg_temp.u32(3) || pg_temp.u64(0) || pg_temp.u64(1) || pg_temp.str(key) || pg_temp.u32(type) || value
$$;
-- A file of version 3 with these tensor infos, padded to its data section of so many bytes.
CREATE FUNCTION pg_temp.gguf_tensors(infos bytea[], data integer) RETURNS bytea LANGUAGE sql AS $$
  SELECT head || pg_temp.zeros(-octet_length(head) & 31) || pg_temp.zeros(data)
  FROM (SELECT 'GGUF' || pg_temp.u32(3) || pg_temp.u64(cardinality(infos)) || pg_temp.u64(0) ||
               string_agg(info, '' ORDER BY n) AS head FROM unnest(infos) WITH ORDINALITY AS i(info, n)) AS h
$$;
CREATE FUNCTION pg_temp.info(name bytea, ne numeric[], type numeric, "offset" numeric) RETURNS bytea LANGUAGE sql AS $$
  SELECT pg_temp.str(name) || pg_temp.u32(cardinality(ne)) ||
         coalesce((SELECT string_agg(pg_temp.u64(d), '' ORDER BY n) FROM unnest(ne) WITH ORDINALITY AS x(d, n)), '') ||
         pg_temp.u32(type) || pg_temp.u64("offset")
$$;

CREATE TEMP TABLE hostile (rule text PRIMARY KEY, data bytea NOT NULL);
INSERT INTO hostile VALUES
  ('safetensors: good, for comparison', pg_temp.entry('"dtype":"F32","shape":[2],"data_offsets":[0,8]')),
  ('safetensors: seven bytes', '\x02000000000000'),
  ('safetensors: header length 0', pg_temp.u64(0) || '{}'),
  ('safetensors: header length 2^63', pg_temp.u64(2::numeric ^ 63) || '{"a":'),
  ('safetensors: header past the end', pg_temp.u64(1000) || '{"a":1}'),
  ('safetensors: not UTF-8', pg_temp.safetensors('\x7b22ff223a', '')),
  ('safetensors: not JSON', pg_temp.safetensors('{not json}', '')),
  ('safetensors: array root', pg_temp.safetensors('[{"a":1}]', '')),
  ('safetensors: deep nesting', pg_temp.safetensors(convert_to('{"a":' || repeat('[', 100000), 'UTF8'), '')),
  ('safetensors: duplicate key', pg_temp.entry('"dtype":"F32","dtype":"F32","shape":[2],"data_offsets":[0,8]')),
  ('safetensors: unknown key', pg_temp.entry('"dtype":"F32","shape":[2],"data_offsets":[0,8],"x":1')),
  ('safetensors: missing key', pg_temp.entry('"dtype":"F32","shape":[2]')),
  ('safetensors: unknown dtype', pg_temp.entry('"dtype":"F31","shape":[2],"data_offsets":[0,8]')),
  ('safetensors: negative number', pg_temp.entry('"dtype":"F32","shape":[-2],"data_offsets":[0,8]')),
  ('safetensors: number with exponent', pg_temp.entry('"dtype":"F32","shape":[2e0],"data_offsets":[0,8]')),
  ('safetensors: number of 65 bits', pg_temp.entry('"dtype":"F32","shape":[18446744073709551616],"data_offsets":[0,8]')),
  ('safetensors: product of 2^64', pg_temp.entry('"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]')),
  ('safetensors: begin after end', pg_temp.entry('"dtype":"F32","shape":[2],"data_offsets":[8,0]')),
  ('safetensors: range past the end', pg_temp.entry('"dtype":"F32","shape":[3],"data_offsets":[0,12]')),
  ('safetensors: gap', pg_temp.entry('"dtype":"F32","shape":[1],"data_offsets":[4,8]')),
  ('safetensors: trailing bytes', pg_temp.entry('"dtype":"F32","shape":[1],"data_offsets":[0,4]')),
  ('safetensors: half a byte', pg_temp.entry('"dtype":"F4","shape":[15],"data_offsets":[0,8]')),
  ('safetensors: 65 dimensions', pg_temp.entry('"dtype":"F64","shape":[1' || repeat(',1', 64) || '],"data_offsets":[0,8]')),
  ('gguf: good, for comparison', pg_temp.gguf_tensors(ARRAY[pg_temp.info('a', '{8}', 0, 0)], 32)),
  ('gguf: magic only', 'GGUF'),
  ('gguf: version 0', 'GGUF' || pg_temp.u32(0) || pg_temp.zeros(16)),
  ('gguf: version 1, one entry', 'GGUF' || pg_temp.u32(1) || pg_temp.u32(0) || pg_temp.u32(1) ||
    pg_temp.u32(1) || 'k' || pg_temp.u32(0) || '\x07'),
  ('gguf: version 1 as if it were 2', 'GGUF' || pg_temp.u32(1) || pg_temp.u64(1) || pg_temp.u64(1) || pg_temp.str('k') || pg_temp.u32(0) || '\x07'),
  ('gguf: version 4', 'GGUF' || pg_temp.u32(4) || pg_temp.zeros(16)),
  ('gguf: big-endian', 'GGUF\000\000\000\003' || pg_temp.zeros(16)),
  ('gguf: big-endian version 2', 'GGUF\000\000\000\002' || pg_temp.zeros(16)),
  ('gguf: big-endian counts in the other order', 'GGUF\000\000\000\003' || pg_temp.u64(1) || pg_temp.u64(0) || pg_temp.zeros(100)),
  ('gguf: 2^60 tensors', 'GGUF' || pg_temp.u32(3) || pg_temp.u64(2::numeric ^ 60) || pg_temp.u64(0)),
  ('gguf: -1 entries', 'GGUF' || pg_temp.u32(3) || pg_temp.u64(0) || pg_temp.u64(2::numeric ^ 64 - 1)),
  ('gguf: empty key', pg_temp.gguf_entry('', 4, pg_temp.u32(0))),
  ('gguf: key of 65536 bytes', pg_temp.gguf_entry(convert_to(repeat('k', 65536), 'UTF8'), 0, '\x00')),
  ('gguf: key with NUL', pg_temp.gguf_entry('\x610062', 0, '\x00')),
  ('gguf: value type 13', pg_temp.gguf_entry('k', 13, pg_temp.zeros(16))),
  ('gguf: boolean 2', pg_temp.gguf_entry('k', 7, '\x02')),
  ('gguf: string of 2^63', pg_temp.gguf_entry('k', 8, pg_temp.u64(2::numeric ^ 63))),
  ('gguf: array of 2^62', pg_temp.gguf_entry('k', 9, pg_temp.u32(0) || pg_temp.u64(2::numeric ^ 62))),
  ('gguf: arrays without end', pg_temp.gguf_entry('k', 9, decode(repeat('090000000100000000000000', 10000), 'hex'))),
  ('gguf: alignment 3', pg_temp.gguf_entry('general.alignment', 4, pg_temp.u32(3))),
  ('gguf: alignment as i32', pg_temp.gguf_entry('general.alignment', 5, pg_temp.u32(32))),
  ('gguf: tokens that are numbers', pg_temp.gguf_entry('tokenizer.ggml.tokens', 9, pg_temp.u32(4) || pg_temp.u64(0))),
  ('gguf: name of 64 bytes', pg_temp.gguf_tensors(ARRAY[pg_temp.info(convert_to(repeat('n', 64), 'UTF8'), '{8}', 0, 0)], 32)),
  ('gguf: five dimensions', pg_temp.gguf_tensors(ARRAY[pg_temp.info('a', '{1,1,1,1,1}', 0, 0)], 4)),
  ('gguf: negative dimension', pg_temp.gguf_tensors(ARRAY[pg_temp.info('a', ARRAY[2::numeric ^ 63], 0, 0)], 32)),
  ('gguf: product of 2^64', pg_temp.gguf_tensors(ARRAY[pg_temp.info('a', ARRAY[2::numeric ^ 32, 2::numeric ^ 32], 0, 0)], 32)),
  ('gguf: half a block', pg_temp.gguf_tensors(ARRAY[pg_temp.info('a', '{16}', 2, 0)], 32)),
  ('gguf: removed type', pg_temp.gguf_tensors(ARRAY[pg_temp.info('a', '{32}', 4, 0)], 32)),
  ('gguf: unknown type', pg_temp.gguf_tensors(ARRAY[pg_temp.info('a', '{32}', 43, 0)], 32)),
  ('gguf: duplicate tensor', pg_temp.gguf_tensors(ARRAY[pg_temp.info('a', '{8}', 0, 0), pg_temp.info('a', '{8}', 0, 32)], 64)),
  ('gguf: overlap', pg_temp.gguf_tensors(ARRAY[pg_temp.info('a', '{8}', 0, 0), pg_temp.info('b', '{8}', 0, 0)], 64)),
  ('gguf: offset past the end', pg_temp.gguf_tensors(ARRAY[pg_temp.info('a', '{8}', 0, 2::numeric ^ 64 - 32)], 32)),
  ('gguf: data one byte short', pg_temp.gguf_tensors(ARRAY[pg_temp.info('a', '{8}', 0, 0)], 31)),
  ('gguf: data behind the tensors', pg_temp.gguf_tensors(ARRAY[pg_temp.info('a', '{8}', 0, 0)], 64)),
  ('other: empty', ''),
  ('other: zeros', pg_temp.zeros(1000)),
  ('other: zip', '\x504b0304' || pg_temp.zeros(100)),
  ('other: pickle', '\x80049500000000'),
  ('other: HDF5', '\x894844460d0a1a0a' || pg_temp.zeros(100)),
  ('other: JSON', '{"a": 1}'),
  ('other: safetensors and zip at once',
   pg_temp.safetensors('{"a":{"dtype":"U8","shape":[22],"data_offsets":[0,22]}}', '\x504b0506' || pg_temp.zeros(18)));

-- Files of the rules "safetensors: ..." are offered under a name that says so, others under a plain one.
CREATE FUNCTION pg_temp.inspected(data bytea, filename text DEFAULT 'm.safetensors') RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  format text;
BEGIN
  format := hartonomous.inspect_model(data, filename) #>> '{files,0,format}';
  RETURN CASE format WHEN 'opaque' THEN 'opaque' ELSE 'ok' END;
EXCEPTION WHEN OTHERS THEN
  RETURN SQLSTATE || ' ' || SQLERRM;
END $$;
CREATE FUNCTION pg_temp.ingested(data bytea, filename text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  format text;
BEGIN
  PERFORM hartonomous.ingest_model_bytes(data, filename, 'hostile');
  SELECT CASE f.format WHEN 'opaque' THEN 'opaque' ELSE 'ok' END INTO format
  FROM hartonomous.model_file f WHERE model = 'hostile';
  RAISE EXCEPTION USING ERRCODE = 'HV000', MESSAGE = format; -- roll it back
EXCEPTION
  WHEN SQLSTATE 'HV000' THEN RETURN SQLERRM;
  WHEN OTHERS THEN RETURN SQLSTATE || ' ' || SQLERRM;
END $$;

CREATE TEMP VIEW offered AS
SELECT rule, data, CASE WHEN rule LIKE 'other%' THEN 'file' ELSE 'm.' || split_part(rule, ':', 1) END AS filename FROM hostile;
SELECT rule, pg_temp.inspected(data, filename) AS answer FROM offered ORDER BY rule COLLATE "C";
SELECT rule, pg_temp.inspected(data, filename) AS inspected, pg_temp.ingested(data, filename) AS ingested FROM offered
WHERE pg_temp.inspected(data, filename) <> pg_temp.ingested(data, filename);
SELECT count(*) FROM hartonomous.model;
SELECT count(*) FROM hartonomous.block;

-- What a message shows of a file is escaped and short.
SELECT pg_temp.inspected(pg_temp.safetensors(
  convert_to('{"' || repeat(E'\\u001b[31m', 100) || '":{"dtype":"\u007f","shape":[],"data_offsets":[0,0]}}', 'UTF8'), ''));

-- Caps bind where the superuser puts them.
SET hartonomous.max_header_size = '1kB';
SELECT pg_temp.inspected(pg_temp.safetensors(convert_to('{}' || repeat(' ', 1022), 'UTF8'), ''));
SELECT pg_temp.inspected(pg_temp.safetensors(convert_to('{}' || repeat(' ', 1023), 'UTF8'), ''));
RESET hartonomous.max_header_size;
