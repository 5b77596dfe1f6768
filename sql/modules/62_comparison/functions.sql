--| # How models differ, and what they share
--| "model" is name, name@ref or name@version_id; 42704 if there is no such.

CREATE OR REPLACE FUNCTION hartonomous.model_diff(
  a text, b text, OUT tensor text, OUT change text, OUT dtype_a text, OUT dtype_b text,
  OUT elements bigint, OUT changed bigint, OUT l2 double precision, OUT max double precision,
  OUT cosine double precision, OUT nonfinite bigint)
RETURNS SETOF record LANGUAGE c STABLE STRICT PARALLEL RESTRICTED COST 100000 ROWS 100
AS 'MODULE_PATHNAME', 'hartonomous_model_diff';
COMMENT ON FUNCTION hartonomous.model_diff(text, text) IS
'Returns the tensors that differ between two versions, of one model or of two: change is added, removed, reshaped, retyped or changed; then how many of the elements changed, and the Euclidean norm and the greatest absolute value of b - a over those that are finite in both.

Tensors that are the same are not read and not returned; of others only the blocks that differ are read. cosine is that of the angle between the two as vectors, null until summarize_tensors() has seen both. Numbers are null where shapes differ or a type is not decoded. Null for null.

Example: SELECT tensor, changed, l2 FROM hartonomous.model_diff(''tiny@v1'', ''tiny'') ORDER BY l2 DESC;';

CREATE OR REPLACE FUNCTION hartonomous.summarize_tensors(model text)
RETURNS bigint LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE COST 1000000
AS 'MODULE_PATHNAME', 'hartonomous_summarize_tensors';
REVOKE ALL ON FUNCTION hartonomous.summarize_tensors(text) FROM PUBLIC;
COMMENT ON FUNCTION hartonomous.summarize_tensors(text) IS
'Computes the statistics of those tensors of a version that have none yet, in whatever model they are, and returns how many that were; null for null. Of a tensor that is an expression those of what is stored.

Example: SELECT hartonomous.summarize_tensors(''tiny'');';

CREATE OR REPLACE FUNCTION hartonomous.marginal_bytes(model text)
RETURNS bigint LANGUAGE c STABLE STRICT PARALLEL RESTRICTED COST 100000
AS 'MODULE_PATHNAME', 'hartonomous_marginal_bytes';
REVOKE ALL ON FUNCTION hartonomous.marginal_bytes(text) FROM PUBLIC;
COMMENT ON FUNCTION hartonomous.marginal_bytes(text) IS
'Returns how many stored bytes only this version needs: what the collector would free if it went. Null for null. It counts other tenants'' models too, and so is granted by name.

Example: SELECT hartonomous.marginal_bytes(''tiny@v1'');';

CREATE OR REPLACE FUNCTION hartonomous.read_slice_bytes(
  model text, tensor text, starts bigint[], counts bigint[])
RETURNS bytea LANGUAGE c STABLE STRICT PARALLEL RESTRICTED COST 1000
AS 'MODULE_PATHNAME', 'hartonomous_read_slice_bytes';
COMMENT ON FUNCTION hartonomous.read_slice_bytes(text, text, bigint[], bigint[]) IS
'Returns a part of a tensor as its own type stores it; otherwise as read_slice(). 0A000 for a tensor that is an expression, 22023 for a part that cuts a group of elements that the type codes together.

Example: SELECT hartonomous.read_slice_bytes(''tiny'', ''model.norm.weight'', ''{0}'', ''{4}'');';

CREATE OR REPLACE FUNCTION hartonomous.changed_kinds(
  a text, b text, OUT kind text, OUT tensors bigint, OUT changed bigint)
RETURNS SETOF record LANGUAGE sql STABLE STRICT PARALLEL RESTRICTED COST 1000 ROWS 7
BEGIN ATOMIC
  WITH asked (side, model) AS (VALUES (1, a), (2, b)),
  named AS (
    SELECT q.side, m.model_id, CASE WHEN strpos(q.model, '@') > 0
      THEN regexp_replace(q.model, '^.*@', '') ELSE 'main' END AS ref
    FROM asked q JOIN hartonomous.model m ON m.name = regexp_replace(q.model, '@[^@]*$', '')
  ), version AS (
    SELECT n.side, v.version_id FROM named n JOIN hartonomous.model_version v USING (model_id)
    WHERE v.version_id::text = n.ref OR EXISTS (SELECT FROM hartonomous.model_ref r
      WHERE r.model_id = n.model_id AND r.ref_name = n.ref AND r.version_id = v.version_id)
  ), before AS (
    SELECT t.* FROM version JOIN hartonomous.version_tensor t USING (version_id) WHERE side = 1
  ), after AS (
    SELECT t.* FROM version JOIN hartonomous.version_tensor t USING (version_id) WHERE side = 2
  )
  SELECT hartonomous.tensor_kind(name), count(*),
         count(*) FILTER (WHERE x.tensor_id IS DISTINCT FROM y.tensor_id OR x.steps IS DISTINCT FROM y.steps)
  FROM before x FULL JOIN after y USING (name)
  GROUP BY 1 ORDER BY 1;
END;
COMMENT ON FUNCTION hartonomous.changed_kinds(text, text) IS
'Returns for each kind of tensors (tensor_kind) how many there are in two versions and how many of them differ: whether a fine-tune touched the embeddings or the norms. Compares addresses and reads no weights. No rows for null.

Example: SELECT * FROM hartonomous.changed_kinds(''tiny'', ''tiny-chat'') WHERE kind IN (''embedding'', ''layer_norm'');';

CREATE OR REPLACE FUNCTION hartonomous.model_lineage(
  model text, OUT depth integer, OUT name text, OUT version_id bigint, OUT parent_ids bigint[],
  OUT license text, OUT message text, OUT created_by name, OUT created_at timestamptz)
RETURNS SETOF record LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 1000 ROWS 20
BEGIN ATOMIC
  WITH RECURSIVE named AS (
    SELECT m.model_id, CASE WHEN strpos(model_lineage.model, '@') > 0
      THEN regexp_replace(model_lineage.model, '^.*@', '') ELSE 'main' END AS ref
    FROM hartonomous.model m WHERE m.name = regexp_replace(model_lineage.model, '@[^@]*$', '')
  ), reached (version_id, parent_ids, depth) AS (
    SELECT v.version_id, v.parent_ids, 0
    FROM named n JOIN hartonomous.model_version v USING (model_id)
    WHERE v.version_id::text = n.ref OR EXISTS (SELECT FROM hartonomous.model_ref r
      WHERE r.model_id = n.model_id AND r.ref_name = n.ref AND r.version_id = v.version_id)
    UNION
    SELECT v.version_id, v.parent_ids, c.depth + 1
    FROM reached c JOIN hartonomous.model_version v ON v.version_id = ANY (c.parent_ids)
    WHERE c.depth < 1000
  )
  SELECT min(c.depth), m.name, v.version_id, v.parent_ids,
         (SELECT string_agg(DISTINCT l.license, ', ' ORDER BY l.license)
          FROM hartonomous.version_file f JOIN hartonomous.file USING (file_id)
          CROSS JOIN LATERAL (SELECT coalesce(metadata ->> 'general.license', metadata ->> 'license',
            metadata #>> '{__metadata__,license}') AS license) l
          WHERE f.version_id = v.version_id),
         v.message, v.created_by, v.created_at
  FROM reached c JOIN hartonomous.model_version v USING (version_id)
  JOIN hartonomous.model m USING (model_id)
  GROUP BY m.name, v.version_id
  ORDER BY 1, v.version_id DESC;
END;
COMMENT ON FUNCTION hartonomous.model_lineage(text) IS
'Returns what a version was made of, in whatever model: itself at depth 0, its parents (the version before, the base, adapters, what was taken from) at 1, and so on, with the licences that their files'' metadata name.

Parents that were deleted, or that the caller may not see, end the walk. No rows for null.

Example: SELECT depth, name, license FROM hartonomous.model_lineage(''tiny@my-lora'');';

CREATE OR REPLACE FUNCTION hartonomous.tensor_owners(
  tensor_hash bytea, OUT model text, OUT version_id bigint, OUT refs text[], OUT tensor text)
RETURNS SETOF record LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 1000 ROWS 10
BEGIN ATOMIC
  SELECT m.name, v.version_id,
         ARRAY(SELECT r.ref_name FROM hartonomous.model_ref r
               WHERE r.version_id = v.version_id ORDER BY r.ref_name), vt.name
  FROM hartonomous.tensor t
  JOIN hartonomous.version_tensor vt USING (tensor_id)
  JOIN hartonomous.model_version v ON v.version_id = vt.version_id
  JOIN hartonomous.model m USING (model_id)
  WHERE t.tensor_hash = tensor_owners.tensor_hash
  ORDER BY m.name, v.version_id, vt.name;
END;
COMMENT ON FUNCTION hartonomous.tensor_owners(bytea) IS
'Returns every version that has a tensor with this content, under whatever name, among the models the caller may see. No rows for null.

Example: SELECT o.model, o.tensor FROM hartonomous.model_tensor t, hartonomous.tensor_owners(t.tensor_hash) o WHERE t.model = ''tiny'' AND t.name = ''model.norm.weight'';';
