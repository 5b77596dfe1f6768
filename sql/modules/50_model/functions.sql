--| # Models in and out
--| Writers and functions that touch the server's files are not executable by PUBLIC; grant them to
--| the roles that need them. Reading a server file also takes membership in pg_read_server_files,
--| writing one in pg_write_server_files.

CREATE OR REPLACE FUNCTION hartonomous.ingest_model(
  path text, name text, ref text DEFAULT 'main', base text DEFAULT NULL, options jsonb DEFAULT '{}')
RETURNS bigint LANGUAGE c VOLATILE PARALLEL UNSAFE COST 100000
AS 'MODULE_PATHNAME', 'hartonomous_ingest_model';
REVOKE ALL ON FUNCTION hartonomous.ingest_model(text, text, text, text, jsonb) FROM PUBLIC;
COMMENT ON FUNCTION hartonomous.ingest_model(text, text, text, text, jsonb) IS
'Stores a file of the server, the files in an archive, all files of a directory, the shards of a *.safetensors.index.json or all parts of a GGUF model of which one is named as a version of model "name", points "ref" at it and returns its version_id.

The content of a file decides what it is; one of no known kind is stored as it is. A directory is read with its subdirectories, up to 8 levels down; links to directories, and names that begin with a dot, are left out. Files keep their paths; a tensor of a file in a subdirectory is named by file and tensor, as in onnx/model.onnx:weight. Tensors and blocks that are already stored are shared, whatever file, format or name they come from. If the ref already points at the same content, that version is returned. "base" names a further parent; An archive (ZIP, tar; gzip, bzip2, xz and zstd, also of one file) stands for the files in it, whatever it is called, with archives in it as directories; it is not kept itself unless the option "archives" is "keep", and those in a directory are kept as they are. "options" may also hold "message" and "tenant". All or nothing; memory is bounded at any size; progress shows in ingestion_progress. Errors: 22P03 malformed file, 0A000 a feature that is not supported, 54000 over a cap, 53400 over quota, 42501 not allowed, 58030 I/O.

Example: SELECT hartonomous.ingest_model(''/models/tiny.gguf'', ''tiny'');';

CREATE OR REPLACE FUNCTION hartonomous.fetch_model(
  source text, name text, ref text DEFAULT 'main', base text DEFAULT NULL, options jsonb DEFAULT '{}')
RETURNS bigint LANGUAGE c VOLATILE PARALLEL UNSAFE COST 100000
AS 'MODULE_PATHNAME', 'hartonomous_fetch_model';
REVOKE ALL ON FUNCTION hartonomous.fetch_model(text, text, text, text, jsonb) FROM PUBLIC;
COMMENT ON FUNCTION hartonomous.fetch_model(text, text, text, text, jsonb) IS
'Fetches a model from a hub over HTTPS and stores it as ingest_model() does. The server reaches out only to hosts that a superuser has listed in hartonomous.allowed_hosts; by default there is none.

"source" is hf://ORGANISATION/REPOSITORY[@REVISION][/PATH], where PATH names a file, a directory or a shard index with its shards, or ollama://[NAMESPACE/]NAME[:TAG]. Every file''s digest is checked before anything of it is stored; a connection that breaks is taken up where it broke. What is fetched lies in the database''s temporary files until it is stored. Tokens: hartonomous.hub_tokens. Errors: 42501 for hosts and addresses that are not allowed and where the hub wants a token, 42704 for what the hub does not have, 22023 for a source that is none, 22P03 for a digest or listing that is wrong, 54000 over hartonomous.max_fetch_size, 58030 for the network; and those of ingest_model().

Example: SELECT hartonomous.fetch_model(''hf://sentence-transformers/all-MiniLM-L6-v2'', ''minilm'');';

CREATE OR REPLACE FUNCTION hartonomous.ingest_model_bytes(
  data bytea, filename text, name text, ref text DEFAULT 'main', base text DEFAULT NULL,
  options jsonb DEFAULT '{}')
RETURNS bigint LANGUAGE c VOLATILE PARALLEL UNSAFE COST 100000
AS 'MODULE_PATHNAME', 'hartonomous_ingest_model_bytes';
REVOKE ALL ON FUNCTION hartonomous.ingest_model_bytes(bytea, text, text, text, text, jsonb) FROM PUBLIC;
COMMENT ON FUNCTION hartonomous.ingest_model_bytes(bytea, text, text, text, text, jsonb) IS
'Stores a model file given as bytes; otherwise as ingest_model, and needs no right on server files.

"filename" is the file''s name in the version, a single path component. A bytea is limited to 1 GB by PostgreSQL.

Example: SELECT hartonomous.ingest_model_bytes($1, ''adapter.safetensors'', ''my-lora'');';

CREATE OR REPLACE FUNCTION hartonomous.detect_format(path text)
RETURNS text LANGUAGE c VOLATILE STRICT PARALLEL RESTRICTED COST 1000
AS 'MODULE_PATHNAME', 'hartonomous_detect_format';
REVOKE ALL ON FUNCTION hartonomous.detect_format(text) FROM PUBLIC;
COMMENT ON FUNCTION hartonomous.detect_format(text) IS
'Names the format of a server file by its content: safetensors, gguf, pytorch, onnx, npy, npz, tensorflow, hdf5, keras, or opaque for what is none of them; null for null.

Errors: 22P03 for a file that is two things at once, and for a broken archive.

Example: SELECT hartonomous.detect_format(''/models/tiny.gguf'');';

CREATE OR REPLACE FUNCTION hartonomous.detect_format(data bytea)
RETURNS text LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1000
AS 'MODULE_PATHNAME', 'hartonomous_detect_format_bytes';
COMMENT ON FUNCTION hartonomous.detect_format(bytea) IS
'Names the format of a file given as bytes, by its content; otherwise as detect_format(text).

Example: SELECT hartonomous.detect_format(''\x474755460300000000000000000000000000000000000000''::bytea);';

CREATE OR REPLACE FUNCTION hartonomous.inspect_model(path text)
RETURNS jsonb LANGUAGE c VOLATILE STRICT PARALLEL RESTRICTED COST 10000
AS 'MODULE_PATHNAME', 'hartonomous_inspect_model';
REVOKE ALL ON FUNCTION hartonomous.inspect_model(text) FROM PUBLIC;
COMMENT ON FUNCTION hartonomous.inspect_model(text) IS
'Describes a model file, directory or shard index of the server without storing it: files with format, metadata, tensors and warnings, and totals. Reads headers only; null for null.

Metadata arrays of more than 64 elements are given by type and length. Errors as ingest_model.

Example: SELECT hartonomous.inspect_model(''/models/tiny.gguf'') -> ''parameters'';';

CREATE OR REPLACE FUNCTION hartonomous.inspect_model(data bytea, filename text)
RETURNS jsonb LANGUAGE c STABLE STRICT PARALLEL SAFE COST 10000
AS 'MODULE_PATHNAME', 'hartonomous_inspect_model_bytes';
COMMENT ON FUNCTION hartonomous.inspect_model(bytea, text) IS
'Describes a model file given as bytes; otherwise as inspect_model(text).

Example: SELECT hartonomous.inspect_model(data => $1, filename => ''model.safetensors'');';

CREATE OR REPLACE FUNCTION hartonomous.export_model(
  model text, path text, OUT path text, OUT bytes bigint, OUT sha256 text)
RETURNS SETOF record LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE COST 100000 ROWS 2
AS 'MODULE_PATHNAME', 'hartonomous_export_model';
REVOKE ALL ON FUNCTION hartonomous.export_model(text, text) FROM PUBLIC;
COMMENT ON FUNCTION hartonomous.export_model(text, text) IS
'Writes the files of a version to the server''s file system, byte for byte as they were ingested, and returns a row for each: absolute path, size in bytes, SHA-256 in hex. Subdirectories are made as needed.

"model" is name, name@ref or name@version_id. For one file "path" is the new file, or an existing directory to put it in; for several it is an existing directory. Tensors that are expressions are written with their values. Nothing is ever overwritten; every block is re-hashed on the way, XX001 if one does not match.

Example: SELECT * FROM hartonomous.export_model(''tiny'', ''/tmp/tiny.gguf'');';

CREATE OR REPLACE FUNCTION hartonomous.read_file(
  model text, path text DEFAULT NULL, byte_offset bigint DEFAULT 0, byte_length bigint DEFAULT NULL)
RETURNS bytea LANGUAGE c STABLE PARALLEL RESTRICTED COST 10000
AS 'MODULE_PATHNAME', 'hartonomous_read_file';
COMMENT ON FUNCTION hartonomous.read_file(text, text, bigint, bigint) IS
'Returns bytes of a file of a version as they were ingested; for clients that cannot reach the server''s files.

"path" may be left out if the version has one file. From "byte_offset" (0) on, "byte_length" bytes or to the end, cut at the end of the file; at most 1000000000 at once. Null if "model" is null.

Example: SELECT hartonomous.read_file(''tiny'', byte_length => 4);';

CREATE OR REPLACE FUNCTION hartonomous.tensor_kind(name text)
RETURNS text LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10
AS 'MODULE_PATHNAME', 'hartonomous_tensor_kind';
COMMENT ON FUNCTION hartonomous.tensor_kind(text) IS
'Says what a tensor of this name is for, by the naming habits of the frameworks that write model files; "unknown" if none of them fits, null for null.

Kinds: dense, embedding, position_embedding, time_embedding, layer_norm (also of RMS norms that are not named so), rms_norm, batch_norm, group_norm, attention, fused_attention, cross_attention, feed_forward, expert, router, convolution, pooling, residual, modulation, recurrent, lstm, gru, state_space, unet_down, unet_mid, unet_up, vae, text_encoder, output_head, adapter, quantization, optimizer_state.

Example: SELECT hartonomous.tensor_kind(''model.layers.0.self_attn.q_proj.weight'');';

CREATE OR REPLACE FUNCTION hartonomous.list_tensors(
  model text, OUT name text, OUT dtype text, OUT shape bigint[], OUT bytes bigint, OUT kind text,
  OUT path text, OUT placement text)
RETURNS SETOF record LANGUAGE c STABLE STRICT PARALLEL RESTRICTED COST 10000 ROWS 300
AS 'MODULE_PATHNAME', 'hartonomous_list_tensors';
COMMENT ON FUNCTION hartonomous.list_tensors(text) IS
'Lists every tensor that the files of a version hold, in their order, with where its bytes are: in place, so that it is a row of model_tensor too; shared, within another; encoded, in the file in another form, such as compressed; external, in another file.

Reads the files'' headers. "model" is name, name@ref or name@version_id; no rows for null.

Example: SELECT kind, count(*) FROM hartonomous.list_tensors(''tiny'') GROUP BY kind;';

CREATE OR REPLACE FUNCTION hartonomous.model_facts(
  model text, OUT format text, OUT architecture text, OUT layer_count bigint, OUT hidden_size bigint,
  OUT parameter_count bigint, OUT quantization text, OUT adapter text, OUT adapter_rank bigint,
  OUT base_model text, OUT components text[])
RETURNS record LANGUAGE c STABLE STRICT PARALLEL RESTRICTED COST 10000
AS 'MODULE_PATHNAME', 'hartonomous_model_facts';
COMMENT ON FUNCTION hartonomous.model_facts(text) IS
'Tells of a version, whatever its format, what its metadata says (GGUF keys, config.json, adapter_config.json, model_index.json) and, where that is silent, what the names and shapes of its tensors do; null for what neither does.

"architecture" as the model calls it, or stable-diffusion-1, -2, -xl, -3 and flux by their tensors. "parameter_count" counts what is learned, packed weights unpacked. "quantization" is the method and width, or the type of most parameters. "adapter" is the naming of an adapter''s tensors: peft, kohya, diffusers, gguf, mlx, loha, lokr. "components" of a diffusion model: unet, transformer, vae, text_encoder. Reads the files'' headers. "model" is name, name@ref or name@version_id; null for null.

Example: SELECT architecture, parameter_count FROM hartonomous.model_facts(''tiny'');';

CREATE OR REPLACE FUNCTION hartonomous.validate_model(
  model text, OUT missing text, OUT name text, OUT detail text)
RETURNS SETOF record LANGUAGE c STABLE STRICT PARALLEL RESTRICTED COST 100000 ROWS 5
AS 'MODULE_PATHNAME', 'hartonomous_validate_model';
COMMENT ON FUNCTION hartonomous.validate_model(text) IS
'Lists what a version lacks: a shard or index that its other files promise, the config or tokenizer of a text model, a component of a pipeline or its weights, a layer or tensor that its architecture needs. No rows if nothing is missing, and for null.

Of architectures that run here every tensor is looked for; of others, layers that the configuration counts, and tensors that a like block has. "detail" says who needs it. Reads the files'' headers. "model" is name, name@ref or name@version_id.

Example: SELECT * FROM hartonomous.validate_model(''tiny'');';

CREATE OR REPLACE FUNCTION hartonomous.create_overlay(
  model text, adapter text, scale real DEFAULT 1, ref text DEFAULT NULL)
RETURNS bigint LANGUAGE c VOLATILE PARALLEL UNSAFE COST 10000
AS 'MODULE_PATHNAME', 'hartonomous_create_overlay';
REVOKE ALL ON FUNCTION hartonomous.create_overlay(text, text, real, text) FROM PUBLIC;
COMMENT ON FUNCTION hartonomous.create_overlay(text, text, real, text) IS
'Makes a version of "model" that is the model with a LoRA adapter, points "ref" (by default the adapter''s name) at it and returns its version_id; null for a null model or adapter. It stores no weights.

"adapter" is a model ingested from a directory of PEFT''s (adapter_config.json and factors *.lora_A.weight, *.lora_B.weight) or from a GGUF adapter (*.lora_a, *.lora_b). Either fits a model of either kind of files, of the families that are run: names are translated, and rows put in order. Each matrix W that it changes becomes W + s B A with s = "scale" * alpha / r (or / sqrt(r), as the configuration says). An overlay runs, is read by read_tensor, is exported with the values it has, and can have a further adapter on it. If the ref has the same overlay already, that is returned. Errors: 42704 no such model, or a matrix that the model lacks; 22P03 factors that do not fit; 0A000 an adapter that is more than such products.

Example: SELECT hartonomous.create_overlay(''tiny'', ''tiny-lora'');';

CREATE OR REPLACE FUNCTION hartonomous.delete_model(name text)
RETURNS void LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE COST 1000
AS 'MODULE_PATHNAME', 'hartonomous_delete_model';
REVOKE ALL ON FUNCTION hartonomous.delete_model(text) FROM PUBLIC;
COMMENT ON FUNCTION hartonomous.delete_model(text) IS
'Deletes a model with all its versions, refs and history, and gives its bytes back to the tenant''s quota; nothing for null.

Content shared with other models stays; what nothing refers to any more is removed by collect_garbage().

Example: SELECT hartonomous.delete_model(''tiny'');';
