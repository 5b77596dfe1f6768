--| # The text index
--| Inverted references: in which atoms an atom stands, and where. Derived from the atoms by
--| update_text_index(), complete up to a document, and only a matter of speed: what is not in it is
--| searched by reading.

CREATE TABLE hartonomous.text_index_batch (
  batch bigint GENERATED ALWAYS AS IDENTITY,
  last_document_id bigint NOT NULL,
  byte_length bigint NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT text_index_batch_pkey PRIMARY KEY (batch)
);
COMMENT ON TABLE hartonomous.text_index_batch IS 'The steps in which the text index grew.';
COMMENT ON COLUMN hartonomous.text_index_batch.batch IS 'Number of the step.';
COMMENT ON COLUMN hartonomous.text_index_batch.last_document_id IS
'With this step and those before it all documents up to this one are in the index.';
COMMENT ON COLUMN hartonomous.text_index_batch.byte_length IS 'Length in bytes of the documents that the step took in.';
COMMENT ON COLUMN hartonomous.text_index_batch.created_at IS 'When the transaction of the step began.';

CREATE TABLE hartonomous.text_index_reference (
  child_id bigint NOT NULL,
  batch bigint NOT NULL,
  byte_length bigint NOT NULL,
  postings bytea NOT NULL,
  CONSTRAINT text_index_reference_pkey PRIMARY KEY (child_id, batch)
);
COMMENT ON TABLE hartonomous.text_index_reference IS
'Where each atom stands in the compositions that a step took in. Written by functions only; no user has privileges here.';
COMMENT ON COLUMN hartonomous.text_index_reference.child_id IS 'The atom that stands there.';
COMMENT ON COLUMN hartonomous.text_index_reference.batch IS 'The step that took the compositions in.';
COMMENT ON COLUMN hartonomous.text_index_reference.byte_length IS 'Length of the atom''s text in bytes.';
COMMENT ON COLUMN hartonomous.text_index_reference.postings IS
'Varints: parent''s atom_id less the one before, offset in bytes less the one before in the same parent, copies in a row; then the byte before and the byte after them, 0 at an edge of the parent.';

CREATE TABLE hartonomous.text_index_word (
  batch bigint NOT NULL,
  chunk integer NOT NULL,
  spellings bytea NOT NULL,
  starts bytea NOT NULL,
  atom_ids bytea NOT NULL,
  CONSTRAINT text_index_word_pkey PRIMARY KEY (batch, chunk)
);
ALTER TABLE hartonomous.text_index_word
  ALTER COLUMN spellings SET STORAGE EXTERNAL,
  ALTER COLUMN starts SET STORAGE EXTERNAL,
  ALTER COLUMN atom_ids SET STORAGE EXTERNAL;
COMMENT ON TABLE hartonomous.text_index_word IS
'The spellings of all compositions of characters alone, mostly words, to be searched as a whole. Written by functions only; no user has privileges here.';
COMMENT ON COLUMN hartonomous.text_index_word.batch IS 'The step that took the words in.';
COMMENT ON COLUMN hartonomous.text_index_word.chunk IS 'Counts the pieces of the step''s list from 0.';
COMMENT ON COLUMN hartonomous.text_index_word.spellings IS 'The words in UTF-8, a NUL before each and after the last.';
COMMENT ON COLUMN hartonomous.text_index_word.starts IS 'The offset of the NUL before each word: little-endian u32.';
COMMENT ON COLUMN hartonomous.text_index_word.atom_ids IS 'The atom_id of each word: little-endian i64.';

CREATE TABLE hartonomous.text_index_root (
  atom_id bigint NOT NULL,
  CONSTRAINT text_index_root_pkey PRIMARY KEY (atom_id)
);
COMMENT ON TABLE hartonomous.text_index_root IS 'The roots of the documents that are in the text index.';
COMMENT ON COLUMN hartonomous.text_index_root.atom_id IS 'The root.';

SELECT pg_catalog.pg_extension_config_dump('hartonomous.text_index_batch', '');
SELECT pg_catalog.pg_extension_config_dump('hartonomous.text_index_batch_batch_seq', '');
SELECT pg_catalog.pg_extension_config_dump('hartonomous.text_index_reference', '');
SELECT pg_catalog.pg_extension_config_dump('hartonomous.text_index_word', '');
SELECT pg_catalog.pg_extension_config_dump('hartonomous.text_index_root', '');
