--| # Training, importing, encoding
--| Functions that make or delete vocabularies are not executable by PUBLIC; grant them to the roles
--| that need them. Importing a server file also takes membership in pg_read_server_files.

CREATE OR REPLACE FUNCTION hartonomous.cpe_train(
  name text, corpus text, vocabulary_size integer DEFAULT 8192, min_frequency integer DEFAULT 2,
  boundary text DEFAULT 'word', unit text DEFAULT 'codepoint', tie_rule text DEFAULT 'content_hash',
  tenant text DEFAULT NULL)
RETURNS bigint
LANGUAGE c VOLATILE PARALLEL UNSAFE COST 100000
AS 'MODULE_PATHNAME', 'hartonomous_cpe_train';
COMMENT ON FUNCTION hartonomous.cpe_train(text, text, integer, integer, text, text, text, text) IS
'Trains a vocabulary on the texts that a query returns, stores it and returns its vocabulary_id.

corpus is a query of one text column; it runs with the caller''s rights, without writing, and its NULLs are passed over. Merging starts from the units (codepoint or byte) and goes on until there are vocabulary_size tokens or no pair occurs min_frequency times. No token crosses a boundary: word (as documents are cut), none, whitespace, gpt2, cl100k, llama3, qwen2 or o200k. Of pairs that occur equally often tie_rule takes one: content_hash, hugging_face or sentencepiece. The result depends on the texts alone, not on their order. In ingestion_progress a training counts merges. Errors: 22023 wrong argument or a name in use, 42601 and others from the query, 53400 over quota, 54000 a token of more than 4096 bytes.

Example: SELECT hartonomous.cpe_train(''kjv'', ''SELECT verse FROM bible'', 8192);';
REVOKE ALL ON FUNCTION
  hartonomous.cpe_train(text, text, integer, integer, text, text, text, text) FROM PUBLIC;

CREATE OR REPLACE FUNCTION hartonomous.import_vocabulary(
  path text, name text, pattern text DEFAULT NULL, tenant text DEFAULT NULL)
RETURNS bigint
LANGUAGE c VOLATILE PARALLEL UNSAFE COST 100000
AS 'MODULE_PATHNAME', 'hartonomous_import_vocabulary';
COMMENT ON FUNCTION hartonomous.import_vocabulary(text, text, text, text) IS
'Stores the vocabulary of a model from a file of the server and returns its vocabulary_id.

Read are GGUF files, tokenizer.json, vocab.json (with merges.txt beside it), SentencePiece models, tiktoken''s ranks and vocab.txt; the content decides which. pattern names where texts are cut (none, gpt2, cl100k, llama3, qwen2, o200k) and is needed where the file does not say, as tiktoken''s. The caller must be a member of pg_read_server_files (42501). Errors: 22P03 malformed, 22021 not UTF-8, 0A000 known but unsupported, 54000 over a cap, 22023 wrong argument or a name in use, 53400 over quota, 58030 I/O.

Example: SELECT hartonomous.import_vocabulary(''/models/gpt2/tokenizer.json'', ''gpt2'');';
REVOKE ALL ON FUNCTION hartonomous.import_vocabulary(text, text, text, text) FROM PUBLIC;

CREATE OR REPLACE FUNCTION hartonomous.import_vocabulary(
  data bytea, name text, pattern text DEFAULT NULL, tenant text DEFAULT NULL,
  merges bytea DEFAULT NULL)
RETURNS bigint
LANGUAGE c VOLATILE PARALLEL UNSAFE COST 100000
AS 'MODULE_PATHNAME', 'hartonomous_import_vocabulary_bytes';
COMMENT ON FUNCTION hartonomous.import_vocabulary(bytea, text, text, text, bytea) IS
'Stores the vocabulary of a model given as the bytes of its file; otherwise as for a path, and needs no right on server files.

merges holds merges.txt where data is a vocab.json.

Example: SELECT hartonomous.import_vocabulary($1, ''gpt2'', ''gpt2'');';
REVOKE ALL ON FUNCTION hartonomous.import_vocabulary(bytea, text, text, text, bytea) FROM PUBLIC;

CREATE OR REPLACE FUNCTION hartonomous.delete_vocabulary(name text) RETURNS void
LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE COST 1000
AS 'MODULE_PATHNAME', 'hartonomous_delete_vocabulary';
COMMENT ON FUNCTION hartonomous.delete_vocabulary(text) IS
'Deletes a vocabulary. Its atoms stay, as others may share them.

Nothing for NULL. 42704 if it does not exist or the caller may not see it; 55000 while documents are made of its tokens.

Example: SELECT hartonomous.delete_vocabulary(''gpt2'');';
REVOKE ALL ON FUNCTION hartonomous.delete_vocabulary(text) FROM PUBLIC;

CREATE OR REPLACE FUNCTION hartonomous.cpe_encode_tokens(content text, vocabulary text)
RETURNS integer[]
LANGUAGE c STABLE STRICT PARALLEL RESTRICTED COST 1000
AS 'MODULE_PATHNAME', 'hartonomous_cpe_encode_tokens';
COMMENT ON FUNCTION hartonomous.cpe_encode_tokens(text, text) IS
'Encodes a text and returns the numbers of its tokens.

Special tokens are neither added nor recognised. A character C that the vocabulary has no token for is given as -1 - C, so every text comes back from cpe_decode_tokens. The first call of a session for a vocabulary loads it. NULL for NULL. Errors: 42704 no such vocabulary, 0A000 for vocabularies that cannot encode (unigram, wordpiece, sentencepiece, or an unknown pattern).

Example: SELECT hartonomous.cpe_encode_tokens(''In the beginning'', ''kjv'');';

CREATE OR REPLACE FUNCTION hartonomous.cpe_encode(content text, vocabulary text)
RETURNS bigint[]
LANGUAGE c STABLE STRICT PARALLEL RESTRICTED COST 1000
AS 'MODULE_PATHNAME', 'hartonomous_cpe_encode';
COMMENT ON FUNCTION hartonomous.cpe_encode(text, text) IS
'Encodes a text and returns the atoms of its tokens.

A character C that the vocabulary has no token for is given as -1 - C. Otherwise as cpe_encode_tokens.

Example: SELECT hartonomous.cpe_encode(''In the beginning'', ''kjv'');';

CREATE OR REPLACE FUNCTION hartonomous.cpe_decode_tokens(tokens integer[], vocabulary text)
RETURNS text
LANGUAGE c STABLE STRICT PARALLEL RESTRICTED COST 1000
AS 'MODULE_PATHNAME', 'hartonomous_cpe_decode_tokens';
COMMENT ON FUNCTION hartonomous.cpe_decode_tokens(integer[], text) IS
'Returns the text that tokens of a vocabulary stand for: their bytes, one after the other.

Control tokens stand for nothing. NULL for NULL. Errors: 22023 for a number that is no token''s or a NULL element, 22021 if the bytes are not UTF-8 or contain NUL, 42704 no such vocabulary.

Example: SELECT hartonomous.cpe_decode_tokens(hartonomous.cpe_encode_tokens(''Amen.'', ''kjv''), ''kjv'');';

CREATE OR REPLACE FUNCTION hartonomous.cpe_decode(atoms bigint[], vocabulary text)
RETURNS text
LANGUAGE c STABLE STRICT PARALLEL RESTRICTED COST 1000
AS 'MODULE_PATHNAME', 'hartonomous_cpe_decode';
COMMENT ON FUNCTION hartonomous.cpe_decode(bigint[], text) IS
'Returns the text that atoms stand for, which must be tokens of the vocabulary.

Otherwise as cpe_decode_tokens.

Example: SELECT hartonomous.cpe_decode(hartonomous.cpe_encode(''Amen.'', ''kjv''), ''kjv'');';

CREATE OR REPLACE FUNCTION hartonomous.cpe_decode(atoms bigint[]) RETURNS text
LANGUAGE c STABLE STRICT PARALLEL UNSAFE COST 10000
AS 'MODULE_PATHNAME', 'hartonomous_cpe_decode_atoms';
COMMENT ON FUNCTION hartonomous.cpe_decode(bigint[]) IS
'Returns the text that any atoms stand for: their bytes, one after the other.

Atoms belong to no tenant, so only roles granted EXECUTE may call this. -1 - C is the character C. NULL for NULL; 42704 for an atom that does not exist, 22021 if the bytes are not UTF-8 or contain NUL, 22023 for a NULL element.

Example: SELECT hartonomous.cpe_decode(ARRAY[1, 2]::bigint[]);';
REVOKE ALL ON FUNCTION hartonomous.cpe_decode(bigint[]) FROM PUBLIC;

CREATE OR REPLACE FUNCTION hartonomous.text_of_bytes(bytes bytea) RETURNS text
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10
AS 'MODULE_PATHNAME', 'hartonomous_text_of_bytes';
COMMENT ON FUNCTION hartonomous.text_of_bytes(bytea) IS
'Returns bytes as text if they are UTF-8 without NUL, else NULL.

Never an error, unlike convert_from.

Example: SELECT hartonomous.text_of_bytes(''\xc3a9'');';
