-- Overlays: a model with an adapter, by reference.
\getenv source PG_ABS_SRCDIR
\set base :source '/../sample/base'
\set adapter :source '/../sample/gospels-lora'
\set gguf :source '/../sample/gguf/kjv-tiny-f16.gguf'
SELECT hartonomous.ingest_model(:'base', 'kjv') AS kjv \gset
SELECT hartonomous.ingest_model(:'adapter', 'gospels') AS gospels \gset
SELECT hartonomous.ingest_model(:'gguf', 'container') AS container \gset

SELECT pg_relation_size('hartonomous.block_page') AS pages \gset before_
SELECT bytes_used FROM hartonomous.tenant_usage \gset before_
SELECT hartonomous.create_overlay('kjv', 'gospels') AS overlay \gset
SELECT hartonomous.create_overlay('kjv', 'gospels') = :overlay AS is_idempotent;
SELECT pg_relation_size('hartonomous.block_page') - :before_pages AS new_pages,
       (SELECT bytes_used FROM hartonomous.tenant_usage) - :before_bytes_used AS charged;
SELECT ref_name FROM hartonomous.model_ref WHERE version_id = :overlay;
SELECT parent_ids = ARRAY[:kjv, :gospels]::bigint[] AS parents FROM hartonomous.model_version
WHERE version_id = :overlay;
SELECT count(*), min(operation), min((parameters ->> 'scale')::real) AS scale FROM hartonomous.version_tensor_step WHERE version_id = :overlay;

-- It answers in its own way, the base in its old one, and foresees what the adapter was taught.
SELECT hartonomous.complete('kjv', 'And Jesus said', 24) AS base,
       hartonomous.complete('kjv@gospels', 'And Jesus said', 24) AS overlay;
SELECT hartonomous.perplexity('kjv@gospels', verse) < hartonomous.perplexity('kjv', verse) AS foresees_better
FROM (VALUES ('And Jesus said unto them, Go ye therefore, and teach all nations.')) AS v(verse);
-- With a scale of 0 it is the base, to the last bit of what it writes.
SELECT hartonomous.create_overlay('kjv', 'gospels', 0, 'nothing') > 0 AS made;
SELECT hartonomous.logits('kjv@nothing', '{5, 6, 7}') = hartonomous.logits('kjv', '{5, 6, 7}') AS is_same;

-- What read_tensor says of it is W + s B A, here for one element in exact arithmetic.
CREATE FUNCTION pg_temp.element(model text, tensor text, y int, x int) RETURNS float8 LANGUAGE sql AS
$$ SELECT (hartonomous.read_slice(model, tensor, ARRAY[y, x]::bigint[], '{1, 1}'))[1]::float8 $$;
SELECT abs(pg_temp.element('kjv@gospels', w, 3, 5) - expected.value) < 1e-6 AS is_sum,
       pg_temp.element('kjv@gospels', w, 3, 5) = (hartonomous.read_tensor('kjv@gospels', w))[3 * 192 + 5 + 1]::float8 AS agree
FROM (VALUES ('model.layers.0.self_attn.q_proj.weight', 'base_model.model.model.layers.0.self_attn.q_proj')) AS t(w, a),
LATERAL (SELECT pg_temp.element('kjv', w, 3, 5) + 2.0 * sum(
           pg_temp.element('gospels', a || '.lora_B.weight', 3, r) *
           pg_temp.element('gospels', a || '.lora_A.weight', r, 5)) AS value
         FROM generate_series(0, 7) AS r) AS expected;
SELECT mean <> (SELECT mean FROM hartonomous.tensor_statistics('kjv', 'model.layers.0.self_attn.q_proj.weight')) AS differs
FROM hartonomous.tensor_statistics('kjv@gospels', 'model.layers.0.self_attn.q_proj.weight');

-- Adapters on adapters: twice half is about once.
SELECT hartonomous.create_overlay('kjv', 'gospels', 0.5, 'half') > 0 AS half;
SELECT hartonomous.create_overlay('kjv@half', 'gospels', 0.5, 'twice') > 0 AS twice;
SELECT max(abs(a - b)) < 1e-5 AS is_close
FROM unnest(hartonomous.read_tensor('kjv@twice', 'model.layers.0.self_attn.q_proj.weight'),
            hartonomous.read_tensor('kjv@gospels', 'model.layers.0.self_attn.q_proj.weight')) AS u(a, b);
SELECT hartonomous.complete('kjv@twice', 'And Jesus said', 12)
     = hartonomous.complete('kjv@gospels', 'And Jesus said', 12) AS is_same;

-- Materialised it has weights and files of its own, and says what the overlay says.
SELECT hartonomous.materialize('kjv@gospels', ref => 'merged') AS merged \gset
SELECT count(*) FILTER (WHERE steps IS NOT NULL) AS expressions, count(*) FILTER (WHERE name LIKE 'operand:%') AS of_the_adapter
FROM hartonomous.version_tensor WHERE version_id = :merged;
SELECT dtype, (SELECT bool_and(abs(a - b) <= abs(a) / 256 + 1e-7) AND bool_or(a <> 0)
  FROM unnest(hartonomous.read_tensor('kjv@gospels', name), hartonomous.read_tensor('kjv@merged', name)) AS u(a, b)) AS is_rounded
FROM hartonomous.model_tensor WHERE model = 'kjv' AND ref = 'merged' AND name = 'model.layers.0.self_attn.q_proj.weight';
SELECT hartonomous.perplexity('kjv@merged', verse) < hartonomous.perplexity('kjv', verse) AS foresees_better
FROM (VALUES ('And Jesus said unto them, Go ye therefore, and teach all nations.')) AS v(verse);
SELECT parent_ids[1] = :overlay AS parent FROM hartonomous.model_version WHERE version_id = :merged;
SELECT depth, name FROM hartonomous.model_lineage('kjv@merged');
SELECT kind, changed > 0 AS changed FROM hartonomous.changed_kinds('kjv', 'kjv@merged');
SELECT hartonomous.materialize('kjv');
SELECT hartonomous.materialize(NULL) IS NULL AS is_null;

-- The adapter's model may go: the overlay has what it needs.
SELECT hartonomous.delete_model('gospels');
SELECT blocks FROM hartonomous.collect_garbage('blocks');
SELECT hartonomous.complete('kjv@gospels', 'And Jesus said', 24) AS overlay;
SELECT * FROM hartonomous.verify_store('all');

-- A base of the other kind of files: names are translated. test/scripts/overlays has its values.
SELECT hartonomous.ingest_model(:'adapter', 'gospels') > 0 AS again;
SELECT hartonomous.create_overlay('container', 'gospels') > 0 AS fits;
SELECT hartonomous.complete('container@gospels', 'And Jesus said', 24) AS overlay;

-- What is refused.
SELECT hartonomous.export_model('kjv@gospels', '/nowhere');
SELECT hartonomous.create_overlay('kjv', 'kjv');
SELECT hartonomous.create_overlay('kjv', 'nobody');
SELECT hartonomous.create_overlay('kjv', 'gospels', 'NaN');
SELECT hartonomous.create_overlay('kjv', 'gospels', 1, '12');
SELECT hartonomous.create_overlay(NULL, 'gospels') IS NULL AS is_null;
