--| # Views of models
--| Each shows what the calling user may see.

CREATE OR REPLACE VIEW hartonomous.version_file WITH (security_invoker = true) AS
SELECT v.version_id, f.path, f.file_id
FROM hartonomous.model_version v
JOIN hartonomous.manifest_file f ON f.manifest_id = v.manifest_id
WHERE f.file_id IS NOT NULL
UNION ALL
SELECT v.version_id, f.path, f.file_id
FROM hartonomous.model_version v
JOIN hartonomous.manifest_file f ON f.manifest_id = v.base_manifest_id
WHERE NOT EXISTS (SELECT FROM hartonomous.manifest_file own
  WHERE own.manifest_id = v.manifest_id AND own.path = f.path);
COMMENT ON VIEW hartonomous.version_file IS 'The files of a version.';
COMMENT ON COLUMN hartonomous.version_file.version_id IS 'The version.';
COMMENT ON COLUMN hartonomous.version_file.path IS 'File name inside the version: relative, with / between directories.';
COMMENT ON COLUMN hartonomous.version_file.file_id IS 'The file.';

CREATE OR REPLACE VIEW hartonomous.version_tensor WITH (security_invoker = true) AS
SELECT v.version_id, t.name, t.tensor_id, t.path, t.steps
FROM hartonomous.model_version v
JOIN hartonomous.manifest_tensor t ON t.manifest_id = v.manifest_id
WHERE t.tensor_id IS NOT NULL
UNION ALL
SELECT v.version_id, t.name, t.tensor_id, t.path, t.steps
FROM hartonomous.model_version v
JOIN hartonomous.manifest_tensor t ON t.manifest_id = v.base_manifest_id
WHERE NOT EXISTS (SELECT FROM hartonomous.manifest_tensor own
  WHERE own.manifest_id = v.manifest_id AND own.name = t.name);
COMMENT ON VIEW hartonomous.version_tensor IS 'The tensors of a version by name.';
COMMENT ON COLUMN hartonomous.version_tensor.version_id IS 'The version.';
COMMENT ON COLUMN hartonomous.version_tensor.name IS 'The tensor''s name in the file, such as model.norm.weight.';
COMMENT ON COLUMN hartonomous.version_tensor.tensor_id IS 'The tensor that is stored.';
COMMENT ON COLUMN hartonomous.version_tensor.path IS 'The file of the version that holds it.';
COMMENT ON COLUMN hartonomous.version_tensor.steps IS
'Null for a tensor that is stored as it is; else what is done to it in turn to get its value.';

CREATE OR REPLACE VIEW hartonomous.version_tensor_step WITH (security_invoker = true) AS
SELECT t.version_id, t.name, s.seq::integer AS seq, s.step ->> 'operation' AS operation,
       ARRAY(SELECT jsonb_array_elements_text(s.step -> 'operands')) AS operands,
       s.step - 'operation' - 'operands' AS parameters
FROM hartonomous.version_tensor t
CROSS JOIN LATERAL jsonb_array_elements(t.steps) WITH ORDINALITY AS s(step, seq)
WHERE t.steps IS NOT NULL;
COMMENT ON VIEW hartonomous.version_tensor_step IS
'Tensors of a version that are expressions: the stored tensor, then these steps in order.';
COMMENT ON COLUMN hartonomous.version_tensor_step.version_id IS 'The version.';
COMMENT ON COLUMN hartonomous.version_tensor_step.name IS 'The tensor whose value it is a step of.';
COMMENT ON COLUMN hartonomous.version_tensor_step.seq IS 'Position among the tensor''s steps, from 1.';
COMMENT ON COLUMN hartonomous.version_tensor_step.operation IS
'What makes a new value of the value x before it. lora, of A (rank x inputs) and B (outputs x rank): x + scale * B * A. linear: keep * x + the sum of weight * operand. svd, of U, S and V: keep * x + U * diag(S) * V. slice: the part of the operand that begins at starts. cast: x as a value of a type.';
COMMENT ON COLUMN hartonomous.version_tensor_step.operands IS 'Names of tensors of the same version.';
COMMENT ON COLUMN hartonomous.version_tensor_step.parameters IS 'What else the operation takes: scale, keep (1), weights, starts, type; of lora also row_order, {outer, inner, run}: B''s rows are [blocks][outer][inner][run], the tensor''s [blocks][inner][outer][run], as files of different kinds order them; alike if it is not there.';

CREATE OR REPLACE VIEW hartonomous.model_tensor WITH (security_invoker = true) AS
SELECT m.name AS model, r.ref_name AS ref, vt.name, t.dtype, t.shape, t.byte_length AS bytes,
       vt.path, t.tensor_hash, v.version_id, hartonomous.tensor_kind(vt.name) AS kind
FROM hartonomous.model m
JOIN hartonomous.model_ref r USING (model_id)
JOIN hartonomous.model_version v USING (version_id)
JOIN hartonomous.version_tensor vt USING (version_id)
JOIN hartonomous.tensor t USING (tensor_id);
COMMENT ON VIEW hartonomous.model_tensor IS 'The tensors of every model at every ref.';
COMMENT ON COLUMN hartonomous.model_tensor.model IS 'Name of the model.';
COMMENT ON COLUMN hartonomous.model_tensor.ref IS 'Name of the ref.';
COMMENT ON COLUMN hartonomous.model_tensor.name IS 'Name of the tensor.';
COMMENT ON COLUMN hartonomous.model_tensor.dtype IS 'Element type, such as F32, BF16 or Q4_K.';
COMMENT ON COLUMN hartonomous.model_tensor.shape IS 'Dimensions, outermost first.';
COMMENT ON COLUMN hartonomous.model_tensor.bytes IS 'Size in bytes, as the dtype stores it.';
COMMENT ON COLUMN hartonomous.model_tensor.path IS 'The file of the version that holds it.';
COMMENT ON COLUMN hartonomous.model_tensor.tensor_hash IS 'Content address: equal for equal tensors.';
COMMENT ON COLUMN hartonomous.model_tensor.version_id IS 'The version that the ref points at.';
COMMENT ON COLUMN hartonomous.model_tensor.kind IS 'What it is for: tensor_kind() of its name.';

CREATE OR REPLACE VIEW hartonomous.model_file WITH (security_invoker = true) AS
SELECT m.name AS model, r.ref_name AS ref, vf.path, f.format, f.byte_length AS bytes,
       encode(f.sha256, 'hex') AS sha256, f.metadata, v.version_id
FROM hartonomous.model m
JOIN hartonomous.model_ref r USING (model_id)
JOIN hartonomous.model_version v USING (version_id)
JOIN hartonomous.version_file vf USING (version_id)
JOIN hartonomous.file f USING (file_id);
COMMENT ON VIEW hartonomous.model_file IS 'The files of every model at every ref.';
COMMENT ON COLUMN hartonomous.model_file.model IS 'Name of the model.';
COMMENT ON COLUMN hartonomous.model_file.ref IS 'Name of the ref.';
COMMENT ON COLUMN hartonomous.model_file.path IS 'Name of the file in the version.';
COMMENT ON COLUMN hartonomous.model_file.format IS 'safetensors, gguf, pytorch, onnx, npy, npz, tensorflow, hdf5, keras, or opaque.';
COMMENT ON COLUMN hartonomous.model_file.bytes IS 'Size in bytes.';
COMMENT ON COLUMN hartonomous.model_file.sha256 IS 'SHA-256 in hex, as hubs publish it; null for a file that a commit made, until it is exported.';
COMMENT ON COLUMN hartonomous.model_file.metadata IS 'The file''s own metadata; long arrays by type and length.';
COMMENT ON COLUMN hartonomous.model_file.version_id IS 'The version that the ref points at.';

CREATE OR REPLACE VIEW hartonomous.storage_report WITH (security_invoker = true) AS
WITH contents AS (
  SELECT v.model_id, f.file_id, f.byte_length,
         f.byte_length - coalesce((SELECT sum(t.byte_length) FROM hartonomous.version_tensor vt
           JOIN hartonomous.tensor t USING (tensor_id)
           WHERE vt.version_id = v.version_id AND vt.path = vf.path), 0) AS literal_bytes
  FROM hartonomous.model_version v
  JOIN hartonomous.version_file vf USING (version_id)
  JOIN hartonomous.file f USING (file_id)
), logical AS (
  SELECT model_id, sum(byte_length) AS bytes FROM contents GROUP BY GROUPING SETS ((model_id), ())
), pieces AS (
  SELECT DISTINCT model_id, 'file' AS kind, file_id AS id, literal_bytes AS bytes FROM contents
  UNION ALL
  SELECT DISTINCT v.model_id, 'tensor', t.tensor_id, coalesce(t.stored_bytes, t.byte_length)
  FROM hartonomous.model_version v
  JOIN hartonomous.version_tensor vt USING (version_id)
  JOIN hartonomous.tensor t USING (tensor_id)
), stored AS (
  SELECT model_id, sum(bytes) AS bytes FROM pieces GROUP BY model_id
  UNION ALL
  SELECT NULL, sum(bytes) FROM (SELECT DISTINCT kind, id, bytes FROM pieces) AS every
)
SELECT coalesce(m.name, '(all)') AS model, l.bytes::bigint AS logical_bytes,
       s.bytes::bigint AS stored_bytes, round(l.bytes / nullif(s.bytes, 0), 2) AS ratio
FROM logical l
JOIN stored s ON s.model_id IS NOT DISTINCT FROM l.model_id
LEFT JOIN hartonomous.model m ON m.model_id = l.model_id
WHERE l.bytes IS NOT NULL;
COMMENT ON VIEW hartonomous.storage_report IS
'What deduplication and coding save: a row for each model, and one named (all), in which content that several models share counts once.';
COMMENT ON COLUMN hartonomous.storage_report.model IS 'Name of the model, or (all).';
COMMENT ON COLUMN hartonomous.storage_report.logical_bytes IS 'Sum of the file sizes of all its versions.';
COMMENT ON COLUMN hartonomous.storage_report.stored_bytes IS
'Bytes that its distinct tensors take, as they are coded, and its file headers. What a tensor is coded given counts where it belongs.';
COMMENT ON COLUMN hartonomous.storage_report.ratio IS 'logical_bytes / stored_bytes.';

GRANT SELECT ON hartonomous.version_file, hartonomous.version_tensor,
  hartonomous.version_tensor_step, hartonomous.model_tensor, hartonomous.model_file,
  hartonomous.storage_report TO PUBLIC;
