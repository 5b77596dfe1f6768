-- What is told about a model, and what it is found to lack; files of no known kind.
\set VERBOSITY terse
SET client_min_messages = warning;

-- A safetensors file of F32 tensors of these names and shapes, filled with zeros.
CREATE FUNCTION pg_temp.weights(names text[], shapes text[]) RETURNS bytea LANGUAGE sql AS $$
  WITH tensors AS (
    SELECT n, name, shape, bytes, sum(bytes) OVER (ORDER BY n) - bytes AS begins
    FROM unnest(names, shapes) WITH ORDINALITY AS t(name, shape, n),
         LATERAL (SELECT (4 * exp(sum(ln(d::numeric))))::numeric::bigint AS bytes
                  FROM unnest(string_to_array(shape, ',')) AS d) AS size),
  header AS (
    SELECT convert_to('{' || string_agg(format('%s:{"dtype":"F32","shape":[%s],"data_offsets":[%s,%s]}',
             to_json(name), shape, begins, begins + bytes), ',' ORDER BY n) || '}', 'UTF8') AS text,
           sum(bytes) AS bytes FROM tensors)
  SELECT (SELECT string_agg(set_byte('\x00', 0, (octet_length(text)::bigint >> (8 * i))::int & 255), '' ORDER BY i)
          FROM generate_series(0, 7) AS i) || text || decode(repeat('00', bytes::int), 'hex')
  FROM header
$$;
CREATE FUNCTION pg_temp.ingested(model text, names text[], shapes text[]) RETURNS boolean LANGUAGE sql AS $$
  SELECT hartonomous.ingest_model_bytes(pg_temp.weights(names, shapes), 'model.safetensors', model) > 0
$$;

-- Files of no known kind are kept, and come back.
SELECT hartonomous.ingest_model_bytes('any bytes at all', 'notes.txt', 'notes') > 0 AS done;
SELECT hartonomous.ingest_model_bytes('', 'empty', 'empty') > 0 AS done;
SELECT model, format, bytes FROM hartonomous.model_file WHERE model IN ('notes', 'empty') ORDER BY 1;
SELECT hartonomous.read_file('notes') = 'any bytes at all' AS is_exact, hartonomous.read_file('empty') = '' AS is_empty;
SELECT * FROM hartonomous.model_facts('notes');
SELECT * FROM hartonomous.validate_model('notes');
-- A name claims a format, and never makes one.
SELECT hartonomous.ingest_model_bytes('any bytes at all', 'notes.gguf', 'claims');
SELECT hartonomous.detect_format('any bytes at all'::bytea), hartonomous.detect_format('\x474755460300000000000000000000000000000000000000'::bytea);

-- Content chooses where unknown bytes are cut: an insertion leaves most blocks shared.
CREATE TEMP TABLE content AS
SELECT string_agg(sha256(i::text::bytea), '' ORDER BY i) AS bytes FROM generate_series(1, 60000) AS i;
SELECT hartonomous.ingest_model_bytes(bytes, 'a.bin', 'content') > 0 AS done FROM content;
SELECT count(*) > 5 AS several FROM hartonomous.block;
SELECT count(*) AS blocks FROM hartonomous.block \gset before_
SELECT hartonomous.ingest_model_bytes(substr(bytes, 1, 500000) || 'a few more' || substr(bytes, 500001), 'b.bin', 'longer') > 0 AS done FROM content;
SELECT count(*) - :before_blocks BETWEEN 1 AND 3 AS few_are_new FROM hartonomous.block;
SELECT hartonomous.read_file('content') = bytes AS is_exact FROM content;

-- Kinds of tensors.
SELECT pg_temp.ingested('text', ARRAY['model.embed_tokens.weight', 'model.layers.0.self_attn.q_proj.weight',
  'model.layers.0.mlp.up_proj.weight', 'model.layers.1.self_attn.q_proj.weight', 'model.layers.1.mlp.up_proj.weight',
  'model.layers.2.self_attn.q_proj.weight', 'lm_head.weight'], ARRAY['10,4', '4,4', '8,4', '4,4', '8,4', '4,4', '10,4']);
SELECT name, kind FROM hartonomous.model_tensor WHERE model = 'text' ORDER BY name;
SELECT name, dtype, shape, bytes, kind, placement FROM hartonomous.list_tensors('text') LIMIT 2;
SELECT * FROM hartonomous.model_facts('text');
-- One tensor of a block, the configuration and the tokenizer are missing.
SELECT * FROM hartonomous.validate_model('text');

-- Stable Diffusion, by the width of the text that the UNet attends to.
SELECT format('sd-%s', width) AS model, pg_temp.ingested(format('sd-%s', width),
  ARRAY['model.diffusion_model.input_blocks.1.1.transformer_blocks.0.attn2.to_k.weight',
        'first_stage_model.decoder.conv_in.weight', 'cond_stage_model.transformer.text_model.embeddings.token_embedding.weight'],
  ARRAY['2,' || width, '3,3', '4,4']) AS done FROM unnest(ARRAY[768, 1024, 2048]) AS width;
SELECT m.name, f.architecture, f.components FROM hartonomous.model m, hartonomous.model_facts(m.name) AS f
WHERE m.name LIKE 'sd-%' ORDER BY m.model_id;
SELECT * FROM hartonomous.validate_model('sd-768');
SELECT pg_temp.ingested('flux', ARRAY['double_blocks.0.img_attn.qkv.weight', 'single_blocks.0.linear1.weight'], ARRAY['6,2', '2,2']);
SELECT pg_temp.ingested('sd3', ARRAY['model.diffusion_model.joint_blocks.0.x_block.attn.qkv.weight', 'model.diffusion_model.x_embedder.proj.weight'], ARRAY['6,2', '2,2']);
SELECT architecture, components FROM hartonomous.model_facts('flux');
SELECT architecture, components FROM hartonomous.model_facts('sd3');

-- Adapters of several tools.
SELECT pg_temp.ingested('peft', ARRAY['base_model.model.q_proj.lora_A.weight', 'base_model.model.q_proj.lora_B.weight'], ARRAY['3,8', '8,3']),
       pg_temp.ingested('kohya', ARRAY['lora_unet_down_blocks_0.lora_down.weight', 'lora_unet_down_blocks_0.lora_up.weight', 'lora_unet_down_blocks_0.alpha'], ARRAY['5,8', '8,5', '1']),
       pg_temp.ingested('mlx', ARRAY['model.layers.3.self_attn.q_proj.lora_a', 'model.layers.3.self_attn.q_proj.lora_b'], ARRAY['8,2', '2,8']);
SELECT m.name, f.adapter, f.adapter_rank, f.layer_count FROM hartonomous.model m, hartonomous.model_facts(m.name) AS f
WHERE m.name IN ('peft', 'kohya', 'mlx') ORDER BY m.name;
SELECT * FROM hartonomous.validate_model('peft');

SELECT hartonomous.tensor_kind(NULL) IS NULL AS kind, hartonomous.model_facts(NULL) IS NULL AS facts;
SELECT count(*) FROM hartonomous.validate_model(NULL);
SELECT * FROM hartonomous.model_facts('nobody');
SELECT hartonomous.delete_model(name) FROM (SELECT name FROM hartonomous.model ORDER BY name) AS m;
SELECT blocks > 0 AS some FROM hartonomous.collect_garbage();
