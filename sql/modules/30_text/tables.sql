--| # Text
--| A document is a named root atom. Its text is the concatenation of the root's leaves.

CREATE TABLE hartonomous.document (
  document_id bigint GENERATED ALWAYS AS IDENTITY,
  tenant_id bigint NOT NULL,
  atom_id bigint NOT NULL,
  title text NOT NULL,
  byte_length bigint NOT NULL,
  sha256 bytea NOT NULL,
  segmentation text NOT NULL,
  created_by name NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  vocabulary_id bigint,
  CONSTRAINT document_pkey PRIMARY KEY (document_id),
  CONSTRAINT document_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES hartonomous.tenant,
  CONSTRAINT document_atom_id_fkey FOREIGN KEY (atom_id) REFERENCES hartonomous.atom,
  CONSTRAINT document_title_check CHECK (octet_length(title) <= 1000),
  CONSTRAINT document_byte_length_check CHECK (byte_length >= 0),
  CONSTRAINT document_sha256_check CHECK (octet_length(sha256) = 32)
);
CREATE INDEX document_tenant_id_sha256_idx ON hartonomous.document (tenant_id, sha256);
CREATE INDEX document_atom_id_idx ON hartonomous.document (atom_id);
COMMENT ON TABLE hartonomous.document IS 'Texts by title; each is a root atom.';
COMMENT ON COLUMN hartonomous.document.document_id IS 'Local number; meaningless outside this database.';
COMMENT ON COLUMN hartonomous.document.tenant_id IS 'The tenant whose members see the document and whose quota it uses.';
COMMENT ON COLUMN hartonomous.document.atom_id IS 'The root: its leaves in order are the text.';
COMMENT ON COLUMN hartonomous.document.title IS 'What the user called it: at most 1000 bytes, need not be unique.';
COMMENT ON COLUMN hartonomous.document.byte_length IS 'Length of the text in UTF-8 bytes.';
COMMENT ON COLUMN hartonomous.document.sha256 IS 'SHA-256 of the UTF-8 text, to compare with sha256sum.';
COMMENT ON COLUMN hartonomous.document.segmentation IS
'The rules that cut the text into words and sentences, such as ''UAX #29, Unicode 15.0, ICU 72.1 dictionaries''. Another version may cut elsewhere and share fewer atoms; the text is the same.';
COMMENT ON COLUMN hartonomous.document.created_by IS 'The role that ingested it.';
COMMENT ON COLUMN hartonomous.document.created_at IS 'When the transaction that ingested it began.';
COMMENT ON COLUMN hartonomous.document.vocabulary_id IS
'The vocabulary whose tokens its words are made of; NULL if of characters.';

SELECT pg_catalog.pg_extension_config_dump('hartonomous.document', '');
SELECT pg_catalog.pg_extension_config_dump('hartonomous.document_document_id_seq', '');

-- FORCE also binds the owner; functions lift it for themselves once they have checked the caller.
-- There is no policy under which a user could write.
ALTER TABLE hartonomous.document ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY member_reads ON hartonomous.document FOR SELECT
  USING (tenant_id = ANY ((SELECT hartonomous.my_tenants())::bigint[]));
GRANT SELECT ON hartonomous.document TO PUBLIC;
