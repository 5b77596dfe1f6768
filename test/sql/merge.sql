-- Merges: models made of several.
\getenv source PG_ABS_SRCDIR
\set VERBOSITY terse
\set SHOW_CONTEXT never
SET client_min_messages = warning;
\set base :source '/../sample/base'
\set psalms :source '/../sample/psalms'
\set proverbs :source '/../sample/proverbs'
\set gguf :source '/../sample/gguf/kjv-tiny-f16.gguf'
SELECT hartonomous.ingest_model(:'base', 'kjv') AS kjv \gset
SELECT hartonomous.ingest_model(:'psalms', 'psalms', base => 'kjv') AS psalms \gset
SELECT hartonomous.ingest_model(:'proverbs', 'proverbs', base => 'kjv') AS proverbs \gset

-- What a merge would do, without doing it.
SELECT action, count(*), sum(bytes) AS bytes, round(max(distance)::numeric, 1) AS farthest
FROM hartonomous.plan_merge('linear', ARRAY['psalms', 'proverbs'], base => 'kjv') GROUP BY action ORDER BY action;
SELECT count(*) AS versions FROM hartonomous.model_version;

-- A mean: each value is rounded once, to the type of the base; what all have alike is shared.
SELECT bytes_used FROM hartonomous.tenant_usage \gset before_
SELECT hartonomous.merge_models('both', 'linear', ARRAY['psalms', 'proverbs'], ARRAY[1, 3], message => 'a mean') AS both \gset
SELECT (SELECT bytes_used FROM hartonomous.tenant_usage) - :before_bytes_used = sum(bytes) AS charged
FROM hartonomous.plan_merge('linear', ARRAY['psalms', 'proverbs']);
CREATE FUNCTION pg_temp.furthest(merged text, tensor text, a text, wa float8, b text, wb float8) RETURNS float8 LANGUAGE sql AS
$$ SELECT max(abs(m - (wa * x + wb * y)) / greatest(abs(wa * x + wb * y), 1e-4))
   FROM unnest(hartonomous.read_tensor(merged, tensor), hartonomous.read_tensor(a, tensor), hartonomous.read_tensor(b, tensor)) AS u(m, x, y) $$;
SELECT bool_and(pg_temp.furthest('both', name, 'psalms', 0.25, 'proverbs', 0.75) < CASE dtype WHEN 'F32' THEN 1e-6 ELSE 1e-3 END) AS is_mean, count(*)
FROM hartonomous.model_tensor WHERE model = 'both';
SELECT count(*) FILTER (WHERE b.tensor_hash = k.tensor_hash) AS shared, count(*) AS tensors
FROM hartonomous.model_tensor b JOIN hartonomous.model_tensor k USING (name) WHERE b.model = 'both' AND k.model = 'kjv';
SELECT parent_ids = ARRAY[:psalms, :proverbs]::bigint[] AS parents, message FROM hartonomous.model_version WHERE version_id = :both;
SELECT hartonomous.merge_models('both', 'linear', ARRAY['psalms', 'proverbs'], ARRAY[1, 3]) = :both AS is_same;
-- It runs, and its files come out.
SELECT length(hartonomous.complete('both', 'The LORD is', 12)) > 0 AS answers;
SELECT count(*) AS missing FROM hartonomous.validate_model('both');
SELECT hartonomous.read_file('both', 'config.json') = hartonomous.read_file('psalms', 'config.json') AS config,
       octet_length(hartonomous.read_file('both', 'model.safetensors')) = octet_length(hartonomous.read_file('kjv', 'model.safetensors')) AS size;

-- Task arithmetic with both tasks is the base and both differences; each task is foreseen better.
SELECT hartonomous.merge_models('sum', 'task_arithmetic', ARRAY['psalms', 'proverbs'], base => 'kjv') AS sum \gset
SELECT bool_and(e) AS is_sum FROM (SELECT max(abs(s - (p + q - k))) < 2e-3 AS e FROM unnest(
  hartonomous.read_tensor('sum', 'model.layers.2.mlp.up_proj.weight'), hartonomous.read_tensor('psalms', 'model.layers.2.mlp.up_proj.weight'),
  hartonomous.read_tensor('proverbs', 'model.layers.2.mlp.up_proj.weight'), hartonomous.read_tensor('kjv', 'model.layers.2.mlp.up_proj.weight')) AS u(s, p, q, k)) AS t;
SELECT task, hartonomous.perplexity('sum', verse) < hartonomous.perplexity('kjv', verse) AS better
FROM (VALUES ('psalms', 'O give thanks unto the LORD; for he is good: for his mercy endureth for ever.'),
             ('proverbs', 'A soft answer turneth away wrath: but grievous words stir up anger.')) AS v(task, verse);
SELECT parent_ids = ARRAY[:kjv, :psalms, :proverbs]::bigint[] AS parents FROM hartonomous.model_version WHERE version_id = :sum;
SELECT depth, name FROM hartonomous.model_lineage('sum') ORDER BY depth, name;

-- Every method, on real models; what they say is compared with NumPy elsewhere.
CREATE TEMP TABLE method AS SELECT * FROM (VALUES
  ('slerp', false, '{"t": 0.3}'), ('nuslerp', true, '{}'), ('nuslerp', false, '{"flatten": false}'), ('multislerp', true, '{}'), ('karcher', false, '{}'),
  ('ties', true, '{"density": 0.3}'), ('dare_linear', true, '{"density": 0.5, "seed": 3}'), ('dare_ties', true, '{"density": [0.5, 0.7]}'),
  ('della', true, '{"density": 0.5}'), ('della_linear', true, '{"density": 0.5, "epsilon": 0.1}'), ('breadcrumbs', true, '{"density": 0.8}'),
  ('breadcrumbs_ties', true, '{"density": 0.8, "gamma": 0.05}'), ('sce', true, '{"select_topk": 0.5}'), ('model_stock', true, '{}'),
  ('nearswap', false, '{"t": 0.001}')) AS v(method, has_base, parameters);
SELECT method, hartonomous.merge_models('all@m' || n, method, ARRAY['psalms', 'proverbs'], base => CASE WHEN has_base THEN 'kjv' END, parameters => parameters::jsonb) > 0 AS merged
FROM (SELECT *, row_number() OVER () AS n FROM method) AS m;
SELECT ref_name, hartonomous.perplexity('all@' || ref_name, 'The fear of the LORD is the beginning of wisdom.') < 60 AS speaks
FROM hartonomous.model_ref JOIN hartonomous.model USING (model_id) WHERE name = 'all' ORDER BY version_id;
SELECT count(DISTINCT version_id) AS versions FROM hartonomous.model_ref JOIN hartonomous.model USING (model_id) WHERE name = 'all';
-- The same draws give the same model.
SELECT hartonomous.merge_models('again', 'dare_linear', ARRAY['psalms', 'proverbs'], base => 'kjv', parameters => '{"density": 0.5, "seed": 3}') > 0 AS merged;
SELECT count(*) AS differ FROM hartonomous.model_diff('again', 'all@m7');

-- With one model, and with equal ones, there is nothing to do.
SELECT hartonomous.merge_models('one', 'linear', ARRAY['psalms'], message => 'itself') > 0 AS merged;
SELECT count(*) AS differ FROM hartonomous.model_diff('one', 'psalms');
SELECT DISTINCT action FROM hartonomous.plan_merge('ties', ARRAY['kjv', 'kjv'], base => 'kjv');
SELECT hartonomous.merge_models(NULL, 'linear', ARRAY['psalms']) IS NULL AS is_null;

-- What is refused.
SELECT hartonomous.merge_models('x', 'average', ARRAY['psalms', 'proverbs']);
SELECT hartonomous.merge_models('x', 'ties', ARRAY['psalms', 'proverbs']);
SELECT hartonomous.merge_models('x', 'linear', ARRAY['psalms', 'nobody']);
SELECT hartonomous.merge_models('x', 'linear', ARRAY['psalms', NULL]);
SELECT hartonomous.merge_models('x', 'linear', ARRAY['psalms', 'proverbs'], ARRAY[1]);
SELECT hartonomous.merge_models('x', 'linear', ARRAY['psalms', 'proverbs'], parameters => '{"density": 1}');
SELECT hartonomous.merge_models('x', 'linear', ARRAY['psalms', 'proverbs'], parameters => '[]');
SELECT hartonomous.merge_models('x@12', 'linear', ARRAY['psalms', 'proverbs']);
SELECT hartonomous.ingest_model(:'gguf', 'container') > 0 AS other_kind;
SELECT hartonomous.merge_models('x', 'linear', ARRAY['psalms', 'container']);
-- Another configuration, another tokenizer; either can be overruled.
SELECT hartonomous.commit_version('proverbs', ARRAY[hartonomous.change_file('config.json',
  convert_to(replace(convert_from(hartonomous.read_file('proverbs', 'config.json'), 'UTF8'), '"rope_theta": 10000.0', '"rope_theta": 20000.0'), 'UTF8'))], ref => 'theta') > 0 AS other_config;
SELECT hartonomous.merge_models('x', 'linear', ARRAY['psalms', 'proverbs@theta']);
SELECT count(*) > 0 AS planned FROM hartonomous.plan_merge('linear', ARRAY['psalms', 'proverbs@theta'], parameters => '{"check_config": false}');
SELECT hartonomous.commit_version('proverbs', ARRAY[hartonomous.change_file('tokenizer.json', '{}')], ref => 'tokens') > 0 AS other_tokenizer;
SELECT hartonomous.merge_models('x', 'linear', ARRAY['psalms', 'proverbs@tokens']);
SELECT count(*) > 0 AS planned FROM hartonomous.plan_merge('linear', ARRAY['psalms', 'proverbs@tokens'], parameters => '{"check_tokenizer": false}');

-- Small models: whole numbers, numbers that are none, other shapes, weights that have nothing in common.
CREATE FUNCTION pg_temp.safetensors(dtype text, n int, data bytea) RETURNS bytea LANGUAGE sql AS $$
  SELECT decode(lpad(to_hex(octet_length(h)), 2, '0') || '00000000000000', 'hex') || convert_to(h, 'UTF8') || data
  FROM format('{"w":{"dtype":"%s","shape":[%s],"data_offsets":[0,%s]}}', dtype, n, octet_length(data)) AS h $$;
CREATE FUNCTION pg_temp.small(name text, dtype text, n int, data text) RETURNS bigint LANGUAGE sql AS
$$ SELECT hartonomous.ingest_model_bytes(pg_temp.safetensors(dtype, n, decode(data, 'hex')), 'm.safetensors', name) $$;
SELECT count(pg_temp.small(v.name, v.dtype, v.n, v.data)) FROM (VALUES
  ('ones', 'F32', 2, repeat('0000803f', 2)), ('nan', 'F32', 2, '0000c07f0000803f'), ('infinite', 'F32', 2, '0000807f0000803f'),
  ('three', 'F32', 3, repeat('0000803f', 3)), ('int', 'I32', 2, repeat('01000000', 2)), ('ints', 'I32', 2, repeat('02000000', 2)),
  ('half', 'F16', 2, 'ff7bff7b'), ('zero', 'F16', 2, '00000000'), ('scalar', 'F32', 1, '00000040'), ('minus', 'F32', 1, '000080bf')) AS v(name, dtype, n, data);
SELECT hartonomous.merge_models('x', 'linear', ARRAY['ones', 'nan']);
SELECT hartonomous.merge_models('x', 'ties', ARRAY['infinite'], base => 'ones');
SELECT hartonomous.merge_models('x', 'linear', ARRAY['ones', 'three']);
SELECT hartonomous.merge_models('x', 'linear', ARRAY['int', 'ints']);
SELECT hartonomous.merge_models('whole', 'linear', ARRAY['int', 'int']) > 0 AS equal_ones_are_shared;
SELECT hartonomous.merge_models('x', 'task_arithmetic', ARRAY['half'], ARRAY[2], base => 'zero');
SELECT hartonomous.merge_models('cast', 'linear', ARRAY['ones', 'half']) > 0 AS merged;
SELECT hartonomous.read_tensor('cast', 'w');
SELECT count(*) AS left_behind FROM hartonomous.model WHERE name = 'x';
SELECT count(hartonomous.merge_models('tiny@' || m, m, ARRAY['scalar', 'minus'])) FROM unnest(ARRAY['slerp', 'karcher', 'multislerp', 'nuslerp']) AS m;
SELECT m AS method, hartonomous.read_tensor('tiny@' || m, 'w') FROM unnest(ARRAY['slerp', 'karcher', 'multislerp', 'nuslerp']) AS m;
SELECT count(hartonomous.ingest_model_bytes(pg_temp.safetensors('F32', 4096, d), 'm.safetensors', n))
FROM (SELECT n, decode(string_agg(md5(n || i), '' ORDER BY i), 'hex') AS d FROM generate_series(1, 1024) AS i, (VALUES ('here'), ('there')) AS v(n) GROUP BY n) AS v;
SELECT hartonomous.merge_models('x', 'linear', ARRAY['here', 'there']);
SELECT round(distance::numeric, 1) AS distance FROM hartonomous.plan_merge('linear', ARRAY['here', 'there'], parameters => '{"max_distance": 8}');

-- Over the quota nothing happens; others do not see, and may not call, what is not theirs.
SELECT hartonomous.set_tenant_quota('default', (SELECT bytes_used FROM hartonomous.tenant_usage) + 10);
SELECT hartonomous.merge_models('x', 'slerp', ARRAY['psalms', 'proverbs'], parameters => '{"t": 0.1}');
SELECT hartonomous.set_tenant_quota('default', NULL);
SELECT * FROM hartonomous.verify_store('all');
