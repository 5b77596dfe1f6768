-- How models differ, and what they share.
\set VERBOSITY terse
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE FUNCTION pg_temp.safetensors(header text, data bytea) RETURNS bytea LANGUAGE sql AS $$
  SELECT (SELECT string_agg(set_byte('\x00', 0, (octet_length(header)::bigint >> (8 * i))::int & 255), '' ORDER BY i)
          FROM generate_series(0, 7) AS i) || convert_to(header, 'UTF8') || data
$$;
-- w: 3 x 2 F32, the second row zero; e: 4 I8; n: a NaN, an infinity and 1.
SELECT hartonomous.ingest_model_bytes(pg_temp.safetensors(
  '{"__metadata__":{"license":"mit"},"model.embed_tokens.weight":{"dtype":"F32","shape":[3,2],"data_offsets":[0,24]},"model.layers.0.mlp.up_proj.weight":{"dtype":"I8","shape":[4],"data_offsets":[24,28]},"model.norm.weight":{"dtype":"F32","shape":[3],"data_offsets":[28,40]}}',
  '\x0000803f00000040' || '\x0000000000000000'::bytea || '\x0000404000008040' || '\x01ff0280' || '\x0000c07f0000807f0000803f'::bytea),
  'm.safetensors', 'base') AS base \gset
SELECT hartonomous.commit_version('base', ARRAY[
  hartonomous.change_tensor('model.embed_tokens.weight', '{1, 5}'::real[], '{0, 0}', '{1, 2}'),
  hartonomous.change_tensor('model.norm.weight', '\x0000c07f0000003f0000803f'::bytea)], 'tuned', 'tuned') AS tuned \gset

SELECT * FROM hartonomous.model_diff('base', 'base@tuned');
SELECT count(*) FROM hartonomous.model_diff('base', 'base');
SELECT hartonomous.summarize_tensors('base') AS base, hartonomous.summarize_tensors('base@tuned') AS new_in_tuned,
       hartonomous.summarize_tensors('base') AS again;
SELECT ref, name, element_count, zeros, nan, infinite, dead_rows, min, max, round(l2::numeric, 6) AS l2
FROM hartonomous.model_tensor_summary ORDER BY ref, name;
SELECT model, name FROM hartonomous.model_tensor_summary WHERE nan > 0 OR infinite > 0 ORDER BY ref, name;
-- (1 + 10 + 9 + 16) / (sqrt(30) sqrt(51)) = 0.92035...
SELECT tensor, round(cosine::numeric, 10) = round((36 / sqrt(30::numeric * 51)), 10) AS is_cosine FROM hartonomous.model_diff('base', 'base@tuned');
SELECT * FROM hartonomous.changed_kinds('base', 'base@tuned');

-- Other files: other shapes, types, names.
SELECT hartonomous.ingest_model_bytes(pg_temp.safetensors(
  '{"model.embed_tokens.weight":{"dtype":"F16","shape":[3,2],"data_offsets":[0,12]},"model.norm.weight":{"dtype":"F32","shape":[1],"data_offsets":[12,16]},"extra":{"dtype":"U8","shape":[1],"data_offsets":[16,17]}}',
  '\x003c0040000000000042004400000000ff'), 'm.safetensors', 'other', base => 'base') > 0 AS done;
SELECT tensor, change, dtype_a, dtype_b, changed, l2 FROM hartonomous.model_diff('base', 'other');

-- Who has it, what only one has, where it comes from.
SELECT o.model, o.refs, o.tensor FROM hartonomous.model_tensor t, hartonomous.tensor_owners(t.tensor_hash) o
WHERE t.model = 'base' AND t.ref = 'main' AND t.name = 'model.layers.0.mlp.up_proj.weight';
SELECT hartonomous.marginal_bytes('base') AS base, hartonomous.marginal_bytes('base@tuned') AS tuned,
       hartonomous.marginal_bytes('other') > 17 AS other;
SELECT hartonomous.delete_ref('base', 'tuned') = :tuned AS deleted;
SELECT hartonomous.set_retention(0, 'base');
SELECT hartonomous.marginal_bytes('base@' || :tuned) AS promised \gset
SELECT * FROM hartonomous.prune_versions();
SELECT bytes = :promised AS as_promised FROM hartonomous.collect_garbage('blocks');
SELECT * FROM hartonomous.unreferenced_content();
SELECT depth, name, license FROM hartonomous.model_lineage('other');

SELECT hartonomous.read_slice_bytes('base', 'model.embed_tokens.weight', '{2,1}', '{1,1}') AS four,
       hartonomous.read_slice_bytes('base', 'model.layers.0.mlp.up_proj.weight', '{1}', '{2}') AS two;
SELECT hartonomous.read_slice_bytes('base', 'model.embed_tokens.weight', '{3,0}', '{1,1}');
SELECT hartonomous.model_diff('base', 'nobody');
SELECT count(*) FROM hartonomous.model_diff(NULL, 'base');
SELECT name, hartonomous.tensor_kind(name) FROM unnest(ARRAY['token_embd.weight', 'wte.weight', 'output_norm.weight', 'blk.0.attn_q.weight',
  'blk.0.attn_output.weight', 'blk.0.ffn_down.weight', 'h.0.ln_1.weight', 'h.0.mlp.c_fc.weight', 'lm_head.weight', 'output.weight', 'something']) AS name;
