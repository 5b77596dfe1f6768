--| # Versions and refs
--| A version never changes; a commit makes a new one that shares all it does not change. A ref is a
--| name for a version: a branch moves, a tag does not. Every move is one row of ref_history. In what
--| follows "model" is name, name@ref or name@version_id where it says so, else a name; "target" is a
--| ref of the model or a version_id as text. Errors: 42704 no such model, ref, version, tensor or
--| file; 22023 an invalid name or value; 40001 somebody else was first.

CREATE OR REPLACE FUNCTION hartonomous.change_tensor(
  tensor text, numbers real[], starts bigint[] DEFAULT NULL, counts bigint[] DEFAULT NULL)
RETURNS hartonomous.version_change LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 10
RETURN ROW(tensor, NULL, numbers, NULL, NULL, NULL, starts, counts)::hartonomous.version_change;
COMMENT ON FUNCTION hartonomous.change_tensor(text, real[], bigint[], bigint[]) IS
'Says that a tensor, or the part of it that "starts" and "counts" cut out, gets these values, row-major; they are encoded in the tensor''s own type.

Example: SELECT hartonomous.change_tensor(''model.norm.weight'', array_fill(1::real, ARRAY[64]));';

CREATE OR REPLACE FUNCTION hartonomous.change_tensor(
  tensor text, data bytea, starts bigint[] DEFAULT NULL, counts bigint[] DEFAULT NULL)
RETURNS hartonomous.version_change LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 10
RETURN ROW(tensor, NULL, NULL, data, NULL, NULL, starts, counts)::hartonomous.version_change;
COMMENT ON FUNCTION hartonomous.change_tensor(text, bytea, bigint[], bigint[]) IS
'Says that a tensor, or a part of it, gets these bytes, in the tensor''s own type; for types that numbers are not encoded in, and to say it exactly.

Example: SELECT hartonomous.change_tensor(''bias'', ''\x0000803f''::bytea);';

CREATE OR REPLACE FUNCTION hartonomous.take_tensor(
  tensor text, source text, source_name text DEFAULT NULL)
RETURNS hartonomous.version_change LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 10
RETURN ROW(tensor, NULL, NULL, NULL, source, source_name, NULL, NULL)::hartonomous.version_change;
COMMENT ON FUNCTION hartonomous.take_tensor(text, text, text) IS
'Says that a tensor gets the value of a tensor of the version "source", of the same shape and by default the same name. Of the same type it is shared and nothing is copied.

Example: SELECT hartonomous.take_tensor(''model.norm.weight'', ''tiny-chat@main'');';

CREATE OR REPLACE FUNCTION hartonomous.change_file(file text, data bytea)
RETURNS hartonomous.version_change LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 10
RETURN ROW(NULL, file, NULL, data, NULL, NULL, NULL, NULL)::hartonomous.version_change;
COMMENT ON FUNCTION hartonomous.change_file(text, bytea) IS
'Says that a file gets these bytes, and its tensors those of a model file.

Example: SELECT hartonomous.change_file(''config.json'', convert_to(''{}'', ''UTF8''));';

CREATE OR REPLACE FUNCTION hartonomous.take_file(
  file text, source text, source_name text DEFAULT NULL)
RETURNS hartonomous.version_change LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 10
RETURN ROW(NULL, file, NULL, NULL, source, source_name, NULL, NULL)::hartonomous.version_change;
COMMENT ON FUNCTION hartonomous.take_file(text, text, text) IS
'Says that a file becomes a file of the version "source", by default the one of the same name. Nothing is copied.

Example: SELECT hartonomous.take_file(''config.json'', ''tiny-chat'');';

CREATE OR REPLACE FUNCTION hartonomous.remove_file(file text)
RETURNS hartonomous.version_change LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 10
RETURN ROW(NULL, file, NULL, NULL, NULL, NULL, NULL, NULL)::hartonomous.version_change;
COMMENT ON FUNCTION hartonomous.remove_file(text) IS
'Says that a file goes, and its tensors with it.

Example: SELECT hartonomous.remove_file(''training_args.bin'');';

CREATE OR REPLACE FUNCTION hartonomous.commit_version(
  model text, changes hartonomous.version_change[], message text DEFAULT '',
  ref text DEFAULT NULL, expected bigint DEFAULT NULL)
RETURNS bigint LANGUAGE c VOLATILE PARALLEL UNSAFE COST 10000
AS 'MODULE_PATHNAME', 'hartonomous_commit_version';
REVOKE ALL ON FUNCTION hartonomous.commit_version(text, hartonomous.version_change[], text, text, bigint) FROM PUBLIC;
COMMENT ON FUNCTION hartonomous.commit_version(text, hartonomous.version_change[], text, text, bigint) IS
'Makes a version of the one that "model" names (name, name@ref or name@version_id) with these changes, in their order, points a ref at it and returns its version_id; null for null.

Only blocks that changed are stored, only rows that changed are written, and the quota is charged with what changed. The ref is "ref", or else the one in "model", or else main. The changes are made on what a ref in "model" points at in the end, whoever moved it before; 40001 if the ref to be moved points elsewhere than the version built on, or than "expected" (0: nowhere) if that is given. 0A000 for tensors inside files that hold checksums of them.

Example: SELECT hartonomous.commit_version(''tiny'', ARRAY[hartonomous.change_tensor(''model.norm.weight'', array_fill(1::real, ARRAY[64]))], ''flat norm'');';

CREATE OR REPLACE FUNCTION hartonomous.set_ref(
  model text, ref text, target text, message text DEFAULT '', expected bigint DEFAULT NULL)
RETURNS bigint LANGUAGE c VOLATILE PARALLEL UNSAFE COST 1000
AS 'MODULE_PATHNAME', 'hartonomous_set_ref';
REVOKE ALL ON FUNCTION hartonomous.set_ref(text, text, text, text, bigint) FROM PUBLIC;
COMMENT ON FUNCTION hartonomous.set_ref(text, text, text, text, bigint) IS
'Points a branch of a model at another of its versions, makes the branch if there is none, records who, when and why in ref_history, and returns the version_id; null for null.

What reads the model by that ref sees the change from its next statement on, all of it at once; what is under way goes on with the version it began with. With "expected" the branch moves only from that version (0: only if there is none), else 40001. 55000 for a tag.

Example: SELECT hartonomous.set_ref(''tiny'', ''main'', ''candidate'', ''passed all tests'');';

CREATE OR REPLACE FUNCTION hartonomous.create_branch(
  model text, branch text, target text DEFAULT 'main', message text DEFAULT '')
RETURNS bigint LANGUAGE c VOLATILE PARALLEL UNSAFE COST 1000
AS 'MODULE_PATHNAME', 'hartonomous_create_branch';
REVOKE ALL ON FUNCTION hartonomous.create_branch(text, text, text, text) FROM PUBLIC;
COMMENT ON FUNCTION hartonomous.create_branch(text, text, text, text) IS
'Makes a branch of a model at one of its versions, and returns the version_id; null for null. 42710 if there is a ref of that name. It costs two rows, whatever the model''s size.

Example: SELECT hartonomous.create_branch(''tiny'', ''experiment'');';

CREATE OR REPLACE FUNCTION hartonomous.create_tag(
  model text, tag text, target text DEFAULT 'main', message text DEFAULT '')
RETURNS bigint LANGUAGE c VOLATILE PARALLEL UNSAFE COST 1000
AS 'MODULE_PATHNAME', 'hartonomous_create_tag';
REVOKE ALL ON FUNCTION hartonomous.create_tag(text, text, text, text) FROM PUBLIC;
COMMENT ON FUNCTION hartonomous.create_tag(text, text, text, text) IS
'Makes a tag of a model: a ref that never moves; otherwise as create_branch().

Example: SELECT hartonomous.create_tag(''tiny'', ''v1.0'');';

CREATE OR REPLACE FUNCTION hartonomous.delete_ref(model text, ref text, message text DEFAULT '')
RETURNS bigint LANGUAGE c VOLATILE PARALLEL UNSAFE COST 1000
AS 'MODULE_PATHNAME', 'hartonomous_delete_ref';
REVOKE ALL ON FUNCTION hartonomous.delete_ref(text, text, text) FROM PUBLIC;
COMMENT ON FUNCTION hartonomous.delete_ref(text, text, text) IS
'Deletes a branch or tag of a model, records it in ref_history, and returns the version_id it pointed at; null for null. The version stays until the history says that nobody wants it (prune_versions).

Example: SELECT hartonomous.delete_ref(''tiny'', ''experiment'', ''it came to nothing'');';

CREATE OR REPLACE FUNCTION hartonomous.revert_ref(
  model text, ref text DEFAULT 'main', target text DEFAULT NULL, message text DEFAULT '')
RETURNS bigint LANGUAGE c VOLATILE PARALLEL UNSAFE COST 1000
AS 'MODULE_PATHNAME', 'hartonomous_revert_ref';
REVOKE ALL ON FUNCTION hartonomous.revert_ref(text, text, text, text) FROM PUBLIC;
COMMENT ON FUNCTION hartonomous.revert_ref(text, text, text, text) IS
'Gives a branch the content of an earlier version, by default the one it pointed at before the present one, as a new version whose parents are the present one and that; returns its version_id, null if model or ref is null.

The history goes on instead of back, and nothing is copied. 55000 if the branch never pointed elsewhere.

Example: SELECT hartonomous.revert_ref(''tiny'', message => ''the new norm was too flat'');';

CREATE OR REPLACE FUNCTION hartonomous.model_as_of(
  model text, at timestamptz, ref text DEFAULT 'main')
RETURNS text LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 100
RETURN (
  SELECT model || '@' || h.version_id
  FROM hartonomous.ref_history h JOIN hartonomous.model m USING (model_id)
  WHERE m.name = model_as_of.model AND h.ref_name = model_as_of.ref AND h.changed_at <= at
  ORDER BY h.history_id DESC LIMIT 1);
COMMENT ON FUNCTION hartonomous.model_as_of(text, timestamptz, text) IS
'Returns what a ref of a model pointed at at some time, as name@version_id for the functions that take a model; null if there was no such ref then, if the history does not go back so far, and for null.

Example: SELECT hartonomous.model_as_of(''tiny'', now() - interval ''1 day'');';

CREATE OR REPLACE FUNCTION hartonomous.model_log(
  model text, ref text DEFAULT 'main', OUT version_id bigint, OUT parent_ids bigint[],
  OUT refs text[], OUT message text, OUT created_by name, OUT created_at timestamptz)
RETURNS SETOF record LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 1000 ROWS 20
BEGIN ATOMIC
  WITH RECURSIVE reached (version_id, model_id, parent_ids) AS (
    SELECT v.version_id, v.model_id, v.parent_ids
    FROM hartonomous.model m
    JOIN hartonomous.model_ref r USING (model_id)
    JOIN hartonomous.model_version v USING (version_id)
    WHERE m.name = model_log.model AND r.ref_name = model_log.ref
    UNION
    SELECT v.version_id, v.model_id, v.parent_ids
    FROM reached c JOIN hartonomous.model_version v
      ON v.version_id = ANY (c.parent_ids) AND v.model_id = c.model_id
  )
  SELECT v.version_id, v.parent_ids,
         ARRAY(SELECT r.ref_name FROM hartonomous.model_ref r
               WHERE r.version_id = v.version_id ORDER BY r.ref_name),
         v.message, v.created_by, v.created_at
  FROM reached JOIN hartonomous.model_version v USING (version_id)
  ORDER BY v.version_id DESC;
END;
COMMENT ON FUNCTION hartonomous.model_log(text, text) IS
'Returns the versions that a ref of a model comes from, newest first: the one it points at, its parents in the same model, and so on, each with the refs that point at it. What refs pointed at before is in ref_history. No rows for null.

Example: SELECT version_id, refs, message FROM hartonomous.model_log(''tiny'');';

CREATE OR REPLACE FUNCTION hartonomous.materialize(
  model text, message text DEFAULT 'materialized', ref text DEFAULT NULL)
RETURNS bigint LANGUAGE sql VOLATILE PARALLEL UNSAFE COST 100000
BEGIN ATOMIC
  WITH named AS (
    SELECT m.model_id, m.name, CASE WHEN strpos(materialize.model, '@') > 0
      THEN regexp_replace(materialize.model, '^.*@', '') ELSE 'main' END AS ref
    FROM hartonomous.model m
    WHERE m.name = regexp_replace(materialize.model, '@[^@]*$', '')
  ), version AS (
    SELECT v.version_id FROM named n JOIN hartonomous.model_version v USING (model_id)
    WHERE v.version_id::text = n.ref OR EXISTS (SELECT FROM hartonomous.model_ref r
      WHERE r.model_id = n.model_id AND r.ref_name = n.ref AND r.version_id = v.version_id)
  )
  SELECT hartonomous.commit_version(materialize.model,
    ARRAY(SELECT hartonomous.take_tensor(t.name, materialize.model) FROM version
          JOIN hartonomous.version_tensor t USING (version_id)
          WHERE t.steps IS NOT NULL AND NOT starts_with(t.name, 'operand:') ORDER BY t.name)
    || ARRAY(SELECT hartonomous.remove_file(f.path) FROM version
          JOIN hartonomous.version_file f USING (version_id)
          WHERE starts_with(f.path, 'operand:') ORDER BY f.path),
    materialize.message, materialize.ref)
  WHERE materialize.model IS NOT NULL;
END;
REVOKE ALL ON FUNCTION hartonomous.materialize(text, text, text) FROM PUBLIC;
COMMENT ON FUNCTION hartonomous.materialize(text, text, text) IS
'Makes a version in which every tensor that is an expression is stored with its value, in its own type and file, and the files of operands are gone; points a ref at it as commit_version() does and returns its version_id. Null for null.

One block of each operand and the factors of one matrix are in memory at a time. 22023 for a version without expressions.

Example: SELECT hartonomous.materialize(''tiny@my-lora'', ref => ''merged'');';
