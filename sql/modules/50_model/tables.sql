--| # Models
--| A model is a name; a version is an immutable manifest of files and tensors; a ref is a movable
--| name for a version, as in Git. Rows are visible to members of the model's tenant only.

CREATE TABLE hartonomous.model (
  model_id bigint GENERATED ALWAYS AS IDENTITY,
  tenant_id bigint NOT NULL,
  name text NOT NULL,
  created_by name NOT NULL DEFAULT current_user,
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT model_pkey PRIMARY KEY (model_id),
  CONSTRAINT model_tenant_id_name_key UNIQUE (tenant_id, name),
  CONSTRAINT model_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES hartonomous.tenant,
  CONSTRAINT model_name_check CHECK (name <> '' AND octet_length(name) <= 255 AND name !~ '[@[:cntrl:]]')
);
COMMENT ON TABLE hartonomous.model IS 'Models by name; each has versions and refs.';
COMMENT ON COLUMN hartonomous.model.model_id IS 'Local number; meaningless outside this database.';
COMMENT ON COLUMN hartonomous.model.tenant_id IS 'The tenant whose members see the model and whose quota it uses.';
COMMENT ON COLUMN hartonomous.model.name IS 'Unique in the tenant; 1 to 255 bytes, without @ and control characters.';
COMMENT ON COLUMN hartonomous.model.created_by IS 'The role that ingested the first version.';
COMMENT ON COLUMN hartonomous.model.created_at IS 'When the first version was ingested.';

CREATE TABLE hartonomous.model_version (
  version_id bigint GENERATED ALWAYS AS IDENTITY,
  model_id bigint NOT NULL,
  parent_ids bigint[] NOT NULL DEFAULT '{}',
  manifest_hash bytea NOT NULL,
  logical_bytes bigint NOT NULL,
  message text NOT NULL DEFAULT '',
  created_by name NOT NULL DEFAULT current_user,
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT model_version_pkey PRIMARY KEY (version_id),
  CONSTRAINT model_version_model_id_fkey FOREIGN KEY (model_id)
    REFERENCES hartonomous.model ON DELETE CASCADE,
  CONSTRAINT model_version_manifest_hash_check CHECK (octet_length(manifest_hash) = 32)
);
CREATE INDEX model_version_model_id_idx ON hartonomous.model_version (model_id);
COMMENT ON TABLE hartonomous.model_version IS 'Immutable versions: a manifest of files and tensors.';
COMMENT ON COLUMN hartonomous.model_version.version_id IS 'Local number, as in name@version_id.';
COMMENT ON COLUMN hartonomous.model_version.model_id IS 'The model.';
COMMENT ON COLUMN hartonomous.model_version.parent_ids IS
'The versions this one was made from: what the ref pointed at before, and the base named at ingest.';
COMMENT ON COLUMN hartonomous.model_version.manifest_hash IS
'BLAKE3-256 over the sorted (path, file hash) list, derive-key context "hartonomous v1 manifest"; of an overlay, with an entry for each adapter''s scale.';
COMMENT ON COLUMN hartonomous.model_version.logical_bytes IS
'Sum of the sizes of its files: what the tenant''s quota is charged, however little was new.';
COMMENT ON COLUMN hartonomous.model_version.message IS 'What the author said of it.';
COMMENT ON COLUMN hartonomous.model_version.created_by IS 'The role that made it.';
COMMENT ON COLUMN hartonomous.model_version.created_at IS 'When the transaction that made it began.';

CREATE TABLE hartonomous.version_file (
  version_id bigint NOT NULL,
  path text NOT NULL,
  file_id bigint NOT NULL,
  CONSTRAINT version_file_pkey PRIMARY KEY (version_id, path),
  CONSTRAINT version_file_version_id_fkey FOREIGN KEY (version_id)
    REFERENCES hartonomous.model_version ON DELETE CASCADE,
  CONSTRAINT version_file_file_id_fkey FOREIGN KEY (file_id) REFERENCES hartonomous.file,
  CONSTRAINT version_file_path_check CHECK (path !~ '(^|/)([.]{0,2})(/|$)')
);
CREATE INDEX version_file_file_id_idx ON hartonomous.version_file (file_id);
COMMENT ON TABLE hartonomous.version_file IS 'The files of a version.';
COMMENT ON COLUMN hartonomous.version_file.version_id IS 'The version.';
COMMENT ON COLUMN hartonomous.version_file.path IS 'File name inside the version: relative, with / between directories.';
COMMENT ON COLUMN hartonomous.version_file.file_id IS 'The file.';

CREATE TABLE hartonomous.version_tensor (
  version_id bigint NOT NULL,
  name text NOT NULL,
  tensor_id bigint NOT NULL,
  path text NOT NULL,
  CONSTRAINT version_tensor_pkey PRIMARY KEY (version_id, name),
  CONSTRAINT version_tensor_version_id_fkey FOREIGN KEY (version_id)
    REFERENCES hartonomous.model_version ON DELETE CASCADE,
  CONSTRAINT version_tensor_tensor_id_fkey FOREIGN KEY (tensor_id) REFERENCES hartonomous.tensor
);
CREATE INDEX version_tensor_tensor_id_idx ON hartonomous.version_tensor (tensor_id);
COMMENT ON TABLE hartonomous.version_tensor IS 'The tensors of a version by name.';
COMMENT ON COLUMN hartonomous.version_tensor.version_id IS 'The version.';
COMMENT ON COLUMN hartonomous.version_tensor.name IS 'The tensor''s name in the file, such as model.norm.weight.';
COMMENT ON COLUMN hartonomous.version_tensor.tensor_id IS 'The tensor.';
COMMENT ON COLUMN hartonomous.version_tensor.path IS 'The file of the version that holds it.';

CREATE TABLE hartonomous.version_tensor_step (
  version_id bigint NOT NULL,
  name text NOT NULL,
  seq integer NOT NULL,
  operation text NOT NULL,
  operands text[] NOT NULL,
  scale real NOT NULL,
  row_order integer[] NOT NULL DEFAULT '{1,1,1}',
  CONSTRAINT version_tensor_step_pkey PRIMARY KEY (version_id, name, seq),
  CONSTRAINT version_tensor_step_version_id_name_fkey FOREIGN KEY (version_id, name)
    REFERENCES hartonomous.version_tensor ON DELETE CASCADE,
  CONSTRAINT version_tensor_step_operation_check CHECK (operation = 'lora' AND cardinality(operands) = 2),
  CONSTRAINT version_tensor_step_row_order_check CHECK (cardinality(row_order) = 3 AND 0 < ALL (row_order))
);
COMMENT ON TABLE hartonomous.version_tensor_step IS
'Tensors of a version that are expressions: the stored tensor, then these steps in order. A version with steps is an overlay; its bytes are those of what it was made of.';
COMMENT ON COLUMN hartonomous.version_tensor_step.version_id IS 'The version.';
COMMENT ON COLUMN hartonomous.version_tensor_step.name IS 'The tensor whose value it is a step of.';
COMMENT ON COLUMN hartonomous.version_tensor_step.seq IS 'Position among the tensor''s steps, from 1.';
COMMENT ON COLUMN hartonomous.version_tensor_step.operation IS
'lora: with operands A (rank x inputs) and B (outputs x rank), adds scale * B * A.';
COMMENT ON COLUMN hartonomous.version_tensor_step.operands IS 'Names of tensors of the same version.';
COMMENT ON COLUMN hartonomous.version_tensor_step.scale IS 'Factor of what is added.';
COMMENT ON COLUMN hartonomous.version_tensor_step.row_order IS
'{outer, inner, run}: B''s rows are [blocks][outer][inner][run], the tensor''s [blocks][inner][outer][run], as files of different kinds order them; {1,1,1} if alike.';

CREATE TABLE hartonomous.model_ref (
  model_id bigint NOT NULL,
  ref_name text NOT NULL,
  version_id bigint NOT NULL,
  CONSTRAINT model_ref_pkey PRIMARY KEY (model_id, ref_name),
  CONSTRAINT model_ref_model_id_fkey FOREIGN KEY (model_id)
    REFERENCES hartonomous.model ON DELETE CASCADE,
  CONSTRAINT model_ref_version_id_fkey FOREIGN KEY (version_id) REFERENCES hartonomous.model_version,
  CONSTRAINT model_ref_ref_name_check CHECK (
    ref_name <> '' AND octet_length(ref_name) <= 255 AND ref_name !~ '[@[:cntrl:]]' AND ref_name !~ '^[0-9]+$')
);
CREATE INDEX model_ref_version_id_idx ON hartonomous.model_ref (version_id);
COMMENT ON TABLE hartonomous.model_ref IS 'Movable names of versions, such as main.';
COMMENT ON COLUMN hartonomous.model_ref.model_id IS 'The model.';
COMMENT ON COLUMN hartonomous.model_ref.ref_name IS 'Unique in the model; not all digits, without @ and control characters.';
COMMENT ON COLUMN hartonomous.model_ref.version_id IS 'What it points at now.';

CREATE TABLE hartonomous.ref_history (
  history_id bigint GENERATED ALWAYS AS IDENTITY,
  model_id bigint NOT NULL,
  ref_name text NOT NULL,
  version_id bigint NOT NULL,
  changed_by name NOT NULL DEFAULT current_user,
  changed_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT ref_history_pkey PRIMARY KEY (history_id),
  CONSTRAINT ref_history_model_id_fkey FOREIGN KEY (model_id)
    REFERENCES hartonomous.model ON DELETE CASCADE
);
CREATE INDEX ref_history_model_id_ref_name_idx ON hartonomous.ref_history (model_id, ref_name, changed_at);
COMMENT ON TABLE hartonomous.ref_history IS 'Every version that a ref ever pointed at.';
COMMENT ON COLUMN hartonomous.ref_history.history_id IS 'Order of the changes.';
COMMENT ON COLUMN hartonomous.ref_history.model_id IS 'The model.';
COMMENT ON COLUMN hartonomous.ref_history.ref_name IS 'The ref.';
COMMENT ON COLUMN hartonomous.ref_history.version_id IS 'The version it was set to.';
COMMENT ON COLUMN hartonomous.ref_history.changed_by IS 'The role that set it.';
COMMENT ON COLUMN hartonomous.ref_history.changed_at IS 'When the transaction that set it began.';

SELECT pg_catalog.pg_extension_config_dump('hartonomous.model', '');
SELECT pg_catalog.pg_extension_config_dump('hartonomous.model_model_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('hartonomous.model_version', '');
SELECT pg_catalog.pg_extension_config_dump('hartonomous.model_version_version_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('hartonomous.version_file', '');
SELECT pg_catalog.pg_extension_config_dump('hartonomous.version_tensor', '');
SELECT pg_catalog.pg_extension_config_dump('hartonomous.version_tensor_step', '');
SELECT pg_catalog.pg_extension_config_dump('hartonomous.model_ref', '');
SELECT pg_catalog.pg_extension_config_dump('hartonomous.ref_history', '');
SELECT pg_catalog.pg_extension_config_dump('hartonomous.ref_history_history_id_seq', '');

-- Row security: a model and all that hangs on it is visible to members of its tenant.
ALTER TABLE hartonomous.model ENABLE ROW LEVEL SECURITY;
ALTER TABLE hartonomous.model FORCE ROW LEVEL SECURITY;
CREATE POLICY member_reads ON hartonomous.model FOR SELECT
  USING (tenant_id = ANY ((SELECT hartonomous.my_tenants())::bigint[]));
ALTER TABLE hartonomous.model_version ENABLE ROW LEVEL SECURITY;
ALTER TABLE hartonomous.model_version FORCE ROW LEVEL SECURITY;
CREATE POLICY member_reads ON hartonomous.model_version FOR SELECT
  USING (model_id IN (SELECT m.model_id FROM hartonomous.model m));
ALTER TABLE hartonomous.model_ref ENABLE ROW LEVEL SECURITY;
ALTER TABLE hartonomous.model_ref FORCE ROW LEVEL SECURITY;
CREATE POLICY member_reads ON hartonomous.model_ref FOR SELECT
  USING (model_id IN (SELECT m.model_id FROM hartonomous.model m));
ALTER TABLE hartonomous.ref_history ENABLE ROW LEVEL SECURITY;
ALTER TABLE hartonomous.ref_history FORCE ROW LEVEL SECURITY;
CREATE POLICY member_reads ON hartonomous.ref_history FOR SELECT
  USING (model_id IN (SELECT m.model_id FROM hartonomous.model m));
ALTER TABLE hartonomous.version_file ENABLE ROW LEVEL SECURITY;
ALTER TABLE hartonomous.version_file FORCE ROW LEVEL SECURITY;
CREATE POLICY member_reads ON hartonomous.version_file FOR SELECT
  USING (version_id IN (SELECT v.version_id FROM hartonomous.model_version v));
ALTER TABLE hartonomous.version_tensor ENABLE ROW LEVEL SECURITY;
ALTER TABLE hartonomous.version_tensor FORCE ROW LEVEL SECURITY;
CREATE POLICY member_reads ON hartonomous.version_tensor FOR SELECT
  USING (version_id IN (SELECT v.version_id FROM hartonomous.model_version v));
ALTER TABLE hartonomous.version_tensor_step ENABLE ROW LEVEL SECURITY;
ALTER TABLE hartonomous.version_tensor_step FORCE ROW LEVEL SECURITY;
CREATE POLICY member_reads ON hartonomous.version_tensor_step FOR SELECT
  USING (version_id IN (SELECT v.version_id FROM hartonomous.model_version v));
ALTER TABLE hartonomous.file ENABLE ROW LEVEL SECURITY;
ALTER TABLE hartonomous.file FORCE ROW LEVEL SECURITY;
CREATE POLICY member_reads ON hartonomous.file FOR SELECT
  USING (file_id IN (SELECT f.file_id FROM hartonomous.version_file f));
ALTER TABLE hartonomous.tensor ENABLE ROW LEVEL SECURITY;
ALTER TABLE hartonomous.tensor FORCE ROW LEVEL SECURITY;
CREATE POLICY member_reads ON hartonomous.tensor FOR SELECT
  USING (tensor_id IN (SELECT t.tensor_id FROM hartonomous.version_tensor t));

GRANT SELECT ON hartonomous.model, hartonomous.model_version, hartonomous.model_ref,
  hartonomous.ref_history, hartonomous.version_file, hartonomous.version_tensor,
  hartonomous.version_tensor_step, hartonomous.file, hartonomous.tensor TO PUBLIC;
