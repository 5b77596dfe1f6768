--| # Atoms
--| Every text is a Merkle DAG of atoms. A constant atom is a character, or a byte
--| that is not part of one; a composition is a sequence of
--| atoms, each with a multiplicity. Each content is one row, whoever stored it; rows never change.

CREATE TYPE hartonomous.atom_kind AS ENUM ('codepoint', 'composition', 'byte');
COMMENT ON TYPE hartonomous.atom_kind IS
'What an atom is: codepoint = one Unicode character; composition = a sequence of other atoms; byte = one byte from 80 to FF that is not part of a character, as tokens of models may contain.';

CREATE SEQUENCE hartonomous.atom_id_seq AS bigint CACHE 1024;
COMMENT ON SEQUENCE hartonomous.atom_id_seq IS
'Numbers atoms; each session takes 1024 at a time, so gaps are normal.';

CREATE TABLE hartonomous.atom (
  atom_id bigint NOT NULL,
  content_hash bytea NOT NULL,
  kind hartonomous.atom_kind NOT NULL,
  is_constant boolean NOT NULL,
  refs bigint[],
  multiplicities integer[],
  value bytea,
  geom geometry(GeometryZM, 0) NOT NULL,
  hilbert_high bigint NOT NULL,
  hilbert_low bigint NOT NULL,
  CONSTRAINT atom_pkey PRIMARY KEY (atom_id),
  CONSTRAINT atom_content_hash_key UNIQUE (content_hash)
);
-- Coordinates do not compress, and reading children must not touch them: long lines and long texts go
-- out of line as they are, children stay in the row.
ALTER TABLE hartonomous.atom
  ALTER COLUMN refs SET STORAGE MAIN,
  ALTER COLUMN multiplicities SET STORAGE MAIN,
  ALTER COLUMN value SET STORAGE EXTERNAL,
  ALTER COLUMN geom SET STORAGE EXTERNAL;
ALTER SEQUENCE hartonomous.atom_id_seq OWNED BY hartonomous.atom.atom_id;
CREATE INDEX atom_hilbert_high_hilbert_low_idx ON hartonomous.atom (hilbert_high, hilbert_low);
CREATE INDEX atom_geom_idx ON hartonomous.atom USING gist (geom hartonomous.gist_geometry_ops_hilbert);
COMMENT ON TABLE hartonomous.atom IS
'The nodes of the Merkle DAG: one row per distinct content. Written by functions only; no user has privileges here.';
COMMENT ON COLUMN hartonomous.atom.atom_id IS 'Local number; meaningless outside this database.';
COMMENT ON COLUMN hartonomous.atom.content_hash IS
'BLAKE3-256: of a codepoint its number as u32 (derive-key context "hartonomous v1 codepoint"); of a byte the byte ("hartonomous v1 byte"); of a composition its children''s hashes and multiplicities in order ("hartonomous v1 composition").';
COMMENT ON COLUMN hartonomous.atom.kind IS 'What the atom is.';
COMMENT ON COLUMN hartonomous.atom.is_constant IS 'True if it is a character or a byte, false if it has children.';
COMMENT ON COLUMN hartonomous.atom.refs IS
'The children''s atom_id in order, neighbours different, at most 1024; empty for the empty text; NULL for constants.';
COMMENT ON COLUMN hartonomous.atom.multiplicities IS
'How many times in a row each child stands, 1 or more; NULL for constants.';
COMMENT ON COLUMN hartonomous.atom.value IS 'The UTF-8 bytes of a codepoint, or the byte; of a composition its text (its bytes, if they are none), if that has at most 32 KiB, else NULL.';
COMMENT ON COLUMN hartonomous.atom.geom IS
'A constant''s place on the unit 3-sphere (PointZM; a byte B stands at the place of the lone surrogate U+DC00 + B), or the line through the children''s representative points (LineStringZM; a lone point twice). The representative point of a composition is the mean of its children''s, weighted by multiplicity.';
COMMENT ON COLUMN hartonomous.atom.hilbert_high IS
'Upper half of the representative point''s place on the 4-D Hilbert curve, sign bit flipped.';
COMMENT ON COLUMN hartonomous.atom.hilbert_low IS 'Lower half of the same, sign bit flipped.';

SELECT pg_catalog.pg_extension_config_dump('hartonomous.atom', '');
SELECT pg_catalog.pg_extension_config_dump('hartonomous.atom_id_seq', '');
