--| # Models
--| A model is a name; a version is an immutable manifest of files and tensors; a ref is a movable
--| name for a version, as in Git. Rows are visible to members of the model's tenant only. A version
--| that was made of another shares that one's manifest and says only what differs: why, and what it
--| costs, is in docs/internals/versions.md.

CREATE TABLE hartonomous.model (
  model_id bigint GENERATED ALWAYS AS IDENTITY,
  tenant_id bigint NOT NULL,
  name text NOT NULL,
  created_by name NOT NULL DEFAULT current_user,
  created_at timestamptz NOT NULL DEFAULT now(),
  retention_days integer,
  CONSTRAINT model_pkey PRIMARY KEY (model_id),
  CONSTRAINT model_tenant_id_name_key UNIQUE (tenant_id, name),
  CONSTRAINT model_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES hartonomous.tenant,
  CONSTRAINT model_retention_days_check CHECK (retention_days >= 0),
  CONSTRAINT model_name_check CHECK (name <> '' AND octet_length(name) <= 255 AND name !~ '[@[:cntrl:]]')
);
COMMENT ON TABLE hartonomous.model IS 'Models by name; each has versions and refs.';
COMMENT ON COLUMN hartonomous.model.model_id IS 'Local number; meaningless outside this database.';
COMMENT ON COLUMN hartonomous.model.tenant_id IS 'The tenant whose members see the model and whose quota it uses.';
COMMENT ON COLUMN hartonomous.model.name IS 'Unique in the tenant; 1 to 255 bytes, without @ and control characters.';
COMMENT ON COLUMN hartonomous.model.created_by IS 'The role that ingested the first version.';
COMMENT ON COLUMN hartonomous.model.created_at IS 'When the first version was ingested.';
COMMENT ON COLUMN hartonomous.model.retention_days IS
'How many days the history of its refs is kept; null: as its tenant says.';

CREATE TABLE hartonomous.manifest (
  manifest_id bigint GENERATED ALWAYS AS IDENTITY,
  entry_count integer NOT NULL,
  CONSTRAINT manifest_pkey PRIMARY KEY (manifest_id)
);
COMMENT ON TABLE hartonomous.manifest IS
'Lists of files and tensors, immutable and shared between versions.';
COMMENT ON COLUMN hartonomous.manifest.manifest_id IS 'Local number; meaningless outside this database.';
COMMENT ON COLUMN hartonomous.manifest.entry_count IS 'How many rows of manifest_file and manifest_tensor it has.';

CREATE TABLE hartonomous.model_version (
  version_id bigint GENERATED ALWAYS AS IDENTITY,
  model_id bigint NOT NULL,
  parent_ids bigint[] NOT NULL DEFAULT '{}',
  manifest_hash bytea NOT NULL,
  manifest_id bigint NOT NULL,
  base_manifest_id bigint,
  logical_bytes bigint NOT NULL,
  message text NOT NULL DEFAULT '',
  created_by name NOT NULL DEFAULT current_user,
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT model_version_pkey PRIMARY KEY (version_id),
  CONSTRAINT model_version_model_id_fkey FOREIGN KEY (model_id)
    REFERENCES hartonomous.model ON DELETE CASCADE,
  CONSTRAINT model_version_manifest_id_fkey FOREIGN KEY (manifest_id) REFERENCES hartonomous.manifest,
  CONSTRAINT model_version_base_manifest_id_fkey FOREIGN KEY (base_manifest_id)
    REFERENCES hartonomous.manifest,
  CONSTRAINT model_version_manifest_hash_check CHECK (octet_length(manifest_hash) = 32)
);
CREATE INDEX model_version_model_id_idx ON hartonomous.model_version (model_id);
CREATE INDEX model_version_manifest_id_idx ON hartonomous.model_version (manifest_id);
CREATE INDEX model_version_base_manifest_id_idx ON hartonomous.model_version (base_manifest_id);
COMMENT ON TABLE hartonomous.model_version IS 'Immutable versions: a manifest of files and tensors.';
COMMENT ON COLUMN hartonomous.model_version.version_id IS 'Local number, as in name@version_id.';
COMMENT ON COLUMN hartonomous.model_version.model_id IS 'The model.';
COMMENT ON COLUMN hartonomous.model_version.parent_ids IS
'The versions this one was made from: what the ref pointed at before, and the base named at ingest.';
COMMENT ON COLUMN hartonomous.model_version.manifest_hash IS
'BLAKE3-256 over the sorted (path, file hash) list, derive-key context "hartonomous v1 manifest"; with an entry for each tensor that is an expression.';
COMMENT ON COLUMN hartonomous.model_version.manifest_id IS 'The files and tensors that are its own.';
COMMENT ON COLUMN hartonomous.model_version.base_manifest_id IS
'The manifest that has all others, or null if there are no others. What manifest_id names too, or says is removed, does not count.';
COMMENT ON COLUMN hartonomous.model_version.logical_bytes IS
'What the tenant''s quota is charged: of an ingest the sizes of its files, however little was new; of a commit the bytes it changed.';
COMMENT ON COLUMN hartonomous.model_version.message IS 'What the author said of it.';
COMMENT ON COLUMN hartonomous.model_version.created_by IS 'The role that made it.';
COMMENT ON COLUMN hartonomous.model_version.created_at IS 'When the transaction that made it began.';

CREATE TABLE hartonomous.manifest_file (
  manifest_id bigint NOT NULL,
  path text NOT NULL,
  file_id bigint,
  CONSTRAINT manifest_file_pkey PRIMARY KEY (manifest_id, path),
  CONSTRAINT manifest_file_manifest_id_fkey FOREIGN KEY (manifest_id)
    REFERENCES hartonomous.manifest ON DELETE CASCADE,
  CONSTRAINT manifest_file_file_id_fkey FOREIGN KEY (file_id) REFERENCES hartonomous.file,
  CONSTRAINT manifest_file_path_check CHECK (path !~ '(^|/)([.]{0,2})(/|$)')
);
CREATE INDEX manifest_file_file_id_idx ON hartonomous.manifest_file (file_id);
COMMENT ON TABLE hartonomous.manifest_file IS 'The files of a manifest; the view version_file shows those of a version.';
COMMENT ON COLUMN hartonomous.manifest_file.manifest_id IS 'The manifest.';
COMMENT ON COLUMN hartonomous.manifest_file.path IS 'File name inside the version: relative, with / between directories.';
COMMENT ON COLUMN hartonomous.manifest_file.file_id IS 'The file; null: the base''s file of that path is removed.';

CREATE TABLE hartonomous.manifest_tensor (
  manifest_id bigint NOT NULL,
  name text NOT NULL,
  tensor_id bigint,
  path text,
  steps jsonb,
  CONSTRAINT manifest_tensor_pkey PRIMARY KEY (manifest_id, name),
  CONSTRAINT manifest_tensor_manifest_id_fkey FOREIGN KEY (manifest_id)
    REFERENCES hartonomous.manifest ON DELETE CASCADE,
  CONSTRAINT manifest_tensor_tensor_id_fkey FOREIGN KEY (tensor_id) REFERENCES hartonomous.tensor,
  CONSTRAINT manifest_tensor_path_check CHECK ((tensor_id IS NULL) = (path IS NULL)),
  CONSTRAINT manifest_tensor_steps_check CHECK (
    steps IS NULL OR tensor_id IS NOT NULL AND jsonb_typeof(steps) = 'array' AND jsonb_array_length(steps) > 0)
);
CREATE INDEX manifest_tensor_tensor_id_idx ON hartonomous.manifest_tensor (tensor_id);
CREATE INDEX manifest_tensor_expression_idx ON hartonomous.manifest_tensor (manifest_id)
  WHERE steps IS NOT NULL;
COMMENT ON TABLE hartonomous.manifest_tensor IS
'The tensors of a manifest by name; the view version_tensor shows those of a version.';
COMMENT ON COLUMN hartonomous.manifest_tensor.manifest_id IS 'The manifest.';
COMMENT ON COLUMN hartonomous.manifest_tensor.name IS 'The tensor''s name in the file, such as model.norm.weight.';
COMMENT ON COLUMN hartonomous.manifest_tensor.tensor_id IS 'The tensor; null: the base''s tensor of that name is removed.';
COMMENT ON COLUMN hartonomous.manifest_tensor.path IS 'The file of the version that holds it.';
COMMENT ON COLUMN hartonomous.manifest_tensor.steps IS
'Null for a tensor that is stored as it is; else what is done to it in turn to get its value: docs/internals/versions.md, "Expressions".';

CREATE TABLE hartonomous.model_ref (
  model_id bigint NOT NULL,
  ref_name text NOT NULL,
  version_id bigint NOT NULL,
  is_tag boolean NOT NULL DEFAULT false,
  CONSTRAINT model_ref_pkey PRIMARY KEY (model_id, ref_name),
  CONSTRAINT model_ref_model_id_fkey FOREIGN KEY (model_id)
    REFERENCES hartonomous.model ON DELETE CASCADE,
  CONSTRAINT model_ref_version_id_fkey FOREIGN KEY (version_id) REFERENCES hartonomous.model_version,
  CONSTRAINT model_ref_ref_name_check CHECK (
    ref_name <> '' AND octet_length(ref_name) <= 255 AND ref_name !~ '[@[:cntrl:]]' AND ref_name !~ '^[0-9]+$')
);
CREATE INDEX model_ref_version_id_idx ON hartonomous.model_ref (version_id);
COMMENT ON TABLE hartonomous.model_ref IS 'Names of versions: branches, such as main, move; tags do not.';
COMMENT ON COLUMN hartonomous.model_ref.model_id IS 'The model.';
COMMENT ON COLUMN hartonomous.model_ref.ref_name IS 'Unique in the model; not all digits, without @ and control characters.';
COMMENT ON COLUMN hartonomous.model_ref.version_id IS 'What it points at now.';
COMMENT ON COLUMN hartonomous.model_ref.is_tag IS 'True for a tag: it can be deleted, not moved.';

CREATE TABLE hartonomous.ref_history (
  history_id bigint GENERATED ALWAYS AS IDENTITY,
  model_id bigint NOT NULL,
  ref_name text NOT NULL,
  version_id bigint,
  message text NOT NULL DEFAULT '',
  changed_by name NOT NULL DEFAULT current_user,
  changed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT ref_history_pkey PRIMARY KEY (history_id),
  CONSTRAINT ref_history_model_id_fkey FOREIGN KEY (model_id)
    REFERENCES hartonomous.model ON DELETE CASCADE
);
CREATE INDEX ref_history_model_id_ref_name_history_id_idx ON hartonomous.ref_history (model_id, ref_name, history_id);
COMMENT ON TABLE hartonomous.ref_history IS 'Every change of a ref: what it pointed at from when on, by whom and why.';
COMMENT ON COLUMN hartonomous.ref_history.history_id IS 'Order of the changes.';
COMMENT ON COLUMN hartonomous.ref_history.model_id IS 'The model.';
COMMENT ON COLUMN hartonomous.ref_history.ref_name IS 'The ref.';
COMMENT ON COLUMN hartonomous.ref_history.version_id IS 'The version it was set to; null: it was deleted.';
COMMENT ON COLUMN hartonomous.ref_history.message IS 'Why, in the words of who did it.';
COMMENT ON COLUMN hartonomous.ref_history.changed_by IS 'The role that set it.';
COMMENT ON COLUMN hartonomous.ref_history.changed_at IS
'When it was set: the changes of one ref wait for each other, so in history_id''s order it never falls (but if the clock is put back).';

SELECT pg_catalog.pg_extension_config_dump('hartonomous.model', '');
SELECT pg_catalog.pg_extension_config_dump('hartonomous.model_model_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('hartonomous.manifest', '');
SELECT pg_catalog.pg_extension_config_dump('hartonomous.manifest_manifest_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('hartonomous.model_version', '');
SELECT pg_catalog.pg_extension_config_dump('hartonomous.model_version_version_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('hartonomous.manifest_file', '');
SELECT pg_catalog.pg_extension_config_dump('hartonomous.manifest_tensor', '');
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
ALTER TABLE hartonomous.manifest_file ENABLE ROW LEVEL SECURITY;
ALTER TABLE hartonomous.manifest_file FORCE ROW LEVEL SECURITY;
CREATE POLICY member_reads ON hartonomous.manifest_file FOR SELECT
  USING (EXISTS (SELECT FROM hartonomous.model_version v
    WHERE v.manifest_id = manifest_file.manifest_id OR v.base_manifest_id = manifest_file.manifest_id));
ALTER TABLE hartonomous.manifest_tensor ENABLE ROW LEVEL SECURITY;
ALTER TABLE hartonomous.manifest_tensor FORCE ROW LEVEL SECURITY;
CREATE POLICY member_reads ON hartonomous.manifest_tensor FOR SELECT
  USING (EXISTS (SELECT FROM hartonomous.model_version v
    WHERE v.manifest_id = manifest_tensor.manifest_id OR v.base_manifest_id = manifest_tensor.manifest_id));
ALTER TABLE hartonomous.file ENABLE ROW LEVEL SECURITY;
ALTER TABLE hartonomous.file FORCE ROW LEVEL SECURITY;
CREATE POLICY member_reads ON hartonomous.file FOR SELECT
  USING (EXISTS (SELECT FROM hartonomous.manifest_file f WHERE f.file_id = file.file_id));
ALTER TABLE hartonomous.tensor ENABLE ROW LEVEL SECURITY;
ALTER TABLE hartonomous.tensor FORCE ROW LEVEL SECURITY;
CREATE POLICY member_reads ON hartonomous.tensor FOR SELECT
  USING (EXISTS (SELECT FROM hartonomous.manifest_tensor t WHERE t.tensor_id = tensor.tensor_id));

GRANT SELECT ON hartonomous.model, hartonomous.model_version, hartonomous.model_ref,
  hartonomous.ref_history, hartonomous.manifest_file, hartonomous.manifest_tensor,
  hartonomous.file, hartonomous.tensor TO PUBLIC;
