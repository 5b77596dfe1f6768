--| # Vocabularies
--| Content pair encoding: pairs of atoms that often stand side by side become atoms of their own. A
--| vocabulary, trained here or imported from a model, numbers such atoms as tokens. Equal tokens are
--| equal atoms in all vocabularies. Reasons: docs/internals/cpe.md.

CREATE TYPE hartonomous.cpe_token_type AS ENUM
  ('normal', 'unknown', 'control', 'user_defined', 'unused', 'byte');
COMMENT ON TYPE hartonomous.cpe_token_type IS
'What a token is for: normal = stands for its bytes; unknown = for what has no token; control = for no text; user_defined = found before anything is merged; unused; byte = one byte of a character that has no token.';

CREATE TABLE hartonomous.cpe_vocabulary (
  vocabulary_id bigint GENERATED ALWAYS AS IDENTITY,
  tenant_id bigint NOT NULL,
  name text NOT NULL,
  content_hash bytea NOT NULL,
  algorithm text NOT NULL,
  unit text NOT NULL,
  pattern text NOT NULL,
  tie_rule text NOT NULL,
  is_whole_piece_first boolean NOT NULL,
  is_space_added boolean NOT NULL,
  is_merged_by_bytes boolean NOT NULL,
  token_limit integer NOT NULL,
  token_count integer NOT NULL,
  merge_count integer NOT NULL,
  byte_length bigint NOT NULL,
  source text NOT NULL,
  created_by name NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT cpe_vocabulary_pkey PRIMARY KEY (vocabulary_id),
  CONSTRAINT cpe_vocabulary_tenant_id_name_key UNIQUE (tenant_id, name),
  CONSTRAINT cpe_vocabulary_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES hartonomous.tenant,
  CONSTRAINT cpe_vocabulary_name_check CHECK (name <> '' AND octet_length(name) <= 255),
  CONSTRAINT cpe_vocabulary_content_hash_check CHECK (octet_length(content_hash) = 32),
  CONSTRAINT cpe_vocabulary_algorithm_check
    CHECK (algorithm IN ('pairs', 'sentencepiece', 'unigram', 'wordpiece')),
  CONSTRAINT cpe_vocabulary_unit_check CHECK (unit IN ('byte', 'codepoint'))
);
COMMENT ON TABLE hartonomous.cpe_vocabulary IS
'Vocabularies by name, trained or imported; they never change.';
COMMENT ON COLUMN hartonomous.cpe_vocabulary.vocabulary_id IS
'Local number; meaningless outside this database.';
COMMENT ON COLUMN hartonomous.cpe_vocabulary.tenant_id IS
'The tenant whose members see the vocabulary and whose quota it uses.';
COMMENT ON COLUMN hartonomous.cpe_vocabulary.name IS
'What users call it: 1 to 255 bytes, unique in its tenant.';
COMMENT ON COLUMN hartonomous.cpe_vocabulary.content_hash IS
'BLAKE3-256 of the rules, tokens and merges ("hartonomous v1 vocabulary"): equal vocabularies have equal ones.';
COMMENT ON COLUMN hartonomous.cpe_vocabulary.algorithm IS
'How texts are encoded: pairs = pairs are merged, lowest rank first; sentencepiece = pieces are merged, highest score first; unigram = the split with the highest sum of scores; wordpiece = the longest token first.';
COMMENT ON COLUMN hartonomous.cpe_vocabulary.unit IS 'What merging starts from: byte or codepoint.';
COMMENT ON COLUMN hartonomous.cpe_vocabulary.pattern IS
'Where texts are cut, so that no token crosses: word (as documents are cut), none, whitespace, gpt2, cl100k, llama3, qwen2, o200k; anything else is what an imported file said, and such a vocabulary cannot encode.';
COMMENT ON COLUMN hartonomous.cpe_vocabulary.tie_rule IS
'How training chose among pairs that occur equally often: content_hash, hugging_face or sentencepiece; none for imports.';
COMMENT ON COLUMN hartonomous.cpe_vocabulary.is_whole_piece_first IS
'Whether a piece of text that is a token becomes that token before anything is merged.';
COMMENT ON COLUMN hartonomous.cpe_vocabulary.is_space_added IS
'Whether its model puts a space before each text.';
COMMENT ON COLUMN hartonomous.cpe_vocabulary.is_merged_by_bytes IS
'Whether any two parts merge whose bytes together are a token, and not only those in cpe_merge.';
COMMENT ON COLUMN hartonomous.cpe_vocabulary.token_limit IS
'One more than the highest number that a token has or may have.';
COMMENT ON COLUMN hartonomous.cpe_vocabulary.token_count IS 'How many tokens it has.';
COMMENT ON COLUMN hartonomous.cpe_vocabulary.merge_count IS 'How many merges it has.';
COMMENT ON COLUMN hartonomous.cpe_vocabulary.byte_length IS
'Bytes of all tokens, which count for the tenant''s quota.';
COMMENT ON COLUMN hartonomous.cpe_vocabulary.source IS
'Where it came from: trained, or the format and name of the file.';
COMMENT ON COLUMN hartonomous.cpe_vocabulary.created_by IS 'The role that trained or imported it.';
COMMENT ON COLUMN hartonomous.cpe_vocabulary.created_at IS
'When the transaction that made it began.';

CREATE TABLE hartonomous.cpe_token (
  vocabulary_id bigint NOT NULL,
  token_id integer NOT NULL,
  token_type hartonomous.cpe_token_type NOT NULL,
  is_continuation boolean NOT NULL,
  score real NOT NULL,
  atom_id bigint NOT NULL,
  text_atom_id bigint,
  bytes bytea NOT NULL,
  CONSTRAINT cpe_token_pkey PRIMARY KEY (vocabulary_id, token_id),
  CONSTRAINT cpe_token_atom_id_fkey FOREIGN KEY (atom_id) REFERENCES hartonomous.atom,
  CONSTRAINT cpe_token_text_atom_id_fkey FOREIGN KEY (text_atom_id) REFERENCES hartonomous.atom
);
-- Written by the bulk writer, which moves nothing out of line (a token has at most 4096 bytes) and
-- asks no foreign key: it writes ids that the atom table has just given. The keys protect the atoms.
ALTER TABLE hartonomous.cpe_token ALTER COLUMN bytes SET STORAGE PLAIN;
CREATE INDEX cpe_token_atom_id_idx ON hartonomous.cpe_token (atom_id);
CREATE INDEX cpe_token_text_atom_id_idx ON hartonomous.cpe_token (text_atom_id);
COMMENT ON TABLE hartonomous.cpe_token IS 'The tokens of vocabularies and the atoms that they are.';
COMMENT ON COLUMN hartonomous.cpe_token.vocabulary_id IS 'The vocabulary.';
COMMENT ON COLUMN hartonomous.cpe_token.token_id IS 'The token''s number in its vocabulary, from 0.';
COMMENT ON COLUMN hartonomous.cpe_token.token_type IS 'What the token is for.';
COMMENT ON COLUMN hartonomous.cpe_token.is_continuation IS
'True for a token that stands inside a word only (WordPiece''s ##ing).';
COMMENT ON COLUMN hartonomous.cpe_token.score IS
'The token''s score in its file; 0 where there is none.';
COMMENT ON COLUMN hartonomous.cpe_token.atom_id IS
'The token as an atom: a character, a raw byte, or the composition of the parts it was merged from.';
COMMENT ON COLUMN hartonomous.cpe_token.text_atom_id IS
'The atom that ingest_text makes of the token''s text as a word, without a leading space; NULL for control tokens and for bytes that are no text.';
COMMENT ON COLUMN hartonomous.cpe_token.bytes IS
'What the token stands for in a text; a control token''s name.';

CREATE TABLE hartonomous.cpe_merge (
  vocabulary_id bigint NOT NULL,
  rank integer NOT NULL,
  left_token integer NOT NULL,
  right_token integer NOT NULL,
  token_id integer NOT NULL,
  CONSTRAINT cpe_merge_pkey PRIMARY KEY (vocabulary_id, rank)
);
COMMENT ON TABLE hartonomous.cpe_merge IS
'Which two tokens make which token, in order: the lower rank is merged first.';
COMMENT ON COLUMN hartonomous.cpe_merge.vocabulary_id IS 'The vocabulary.';
COMMENT ON COLUMN hartonomous.cpe_merge.rank IS 'Position among the merges, from 0.';
COMMENT ON COLUMN hartonomous.cpe_merge.left_token IS 'The token on the left.';
COMMENT ON COLUMN hartonomous.cpe_merge.right_token IS 'The token on the right.';
COMMENT ON COLUMN hartonomous.cpe_merge.token_id IS 'The token that they make.';

ALTER TABLE hartonomous.document ADD CONSTRAINT document_vocabulary_id_fkey
  FOREIGN KEY (vocabulary_id) REFERENCES hartonomous.cpe_vocabulary;
CREATE INDEX document_vocabulary_id_idx ON hartonomous.document (vocabulary_id);
SELECT pg_catalog.pg_extension_config_dump('hartonomous.cpe_vocabulary', '');
SELECT pg_catalog.pg_extension_config_dump('hartonomous.cpe_vocabulary_vocabulary_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('hartonomous.cpe_token', '');
SELECT pg_catalog.pg_extension_config_dump('hartonomous.cpe_merge', '');

-- As for documents: members of the tenant read, functions write.
ALTER TABLE hartonomous.cpe_vocabulary ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY member_reads ON hartonomous.cpe_vocabulary FOR SELECT
  USING (tenant_id = ANY ((SELECT hartonomous.my_tenants())::bigint[]));
ALTER TABLE hartonomous.cpe_token ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY member_reads ON hartonomous.cpe_token FOR SELECT
  USING (vocabulary_id IN (SELECT v.vocabulary_id FROM hartonomous.cpe_vocabulary v));
ALTER TABLE hartonomous.cpe_merge ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY member_reads ON hartonomous.cpe_merge FOR SELECT
  USING (vocabulary_id IN (SELECT v.vocabulary_id FROM hartonomous.cpe_vocabulary v));
GRANT SELECT ON hartonomous.cpe_vocabulary, hartonomous.cpe_token, hartonomous.cpe_merge TO PUBLIC;
