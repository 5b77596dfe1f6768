--| # Texts in and out
--| Writers are not executable by PUBLIC; grant them to the roles that need them.

CREATE OR REPLACE FUNCTION hartonomous.atomize_text(content text)
RETURNS TABLE (ordinality bigint, codepoint integer, multiplicity integer, content_hash bytea,
               geom geometry)
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1000 ROWS 1000
AS 'MODULE_PATHNAME', 'hartonomous_atomize_text';
COMMENT ON FUNCTION hartonomous.atomize_text(text) IS
'Returns the runs of equal characters of a text in order, with the atoms they stand for.

ordinality counts from 1; geom is a PointZM on the unit 3-sphere. Stores nothing. No rows for an empty text; NULL gives no rows.

Example: SELECT ordinality, chr(codepoint), multiplicity FROM hartonomous.atomize_text(''book'');';

CREATE OR REPLACE FUNCTION hartonomous.ingest_text(
  content text, title text, vocabulary text DEFAULT NULL, tenant text DEFAULT NULL)
RETURNS bigint
LANGUAGE c VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE COST 10000
AS 'MODULE_PATHNAME', 'hartonomous_ingest_text';
COMMENT ON FUNCTION hartonomous.ingest_text(text, text, text, text) IS
'Stores a text as a document of shared atoms and returns its document_id.

Every call makes a new document; text that is stored already adds no atoms. Each text becomes characters, words, sentences, paragraphs (up to a blank line) and a document. With a vocabulary (of cpe_train or import_vocabulary), words are made of its tokens instead of characters: 42704 if there is none of that name, 0A000 if it cannot encode. tenant may be left out by members of one tenant only. content and title must not be NULL, and a title has at most 1000 bytes (22023). Errors: 53400 over quota, 42501 not a member.

Example: SELECT hartonomous.ingest_text(''In the beginning.'', ''Genesis'');';
REVOKE ALL ON FUNCTION hartonomous.ingest_text(text, text, text, text) FROM PUBLIC;

CREATE OR REPLACE FUNCTION hartonomous.ingest_text_file(
  path text, title text DEFAULT NULL, tenant text DEFAULT NULL)
RETURNS bigint
LANGUAGE c VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE COST 100000
AS 'MODULE_PATHNAME', 'hartonomous_ingest_text_file';
COMMENT ON FUNCTION hartonomous.ingest_text_file(text, text, text) IS
'Stores a UTF-8 text file of the server as ingest_text does and returns its document_id.

The caller must be a member of pg_read_server_files (42501). title is the path if left out. A byte order mark is kept as a character. Errors: 22021 not UTF-8 or with a NUL, 54000 over 1 GB, 58030 I/O; otherwise as ingest_text.

Example: SELECT hartonomous.ingest_text_file(''/books/kjv.txt'', ''King James Bible'');';
REVOKE ALL ON FUNCTION hartonomous.ingest_text_file(text, text, text) FROM PUBLIC;

CREATE OR REPLACE FUNCTION hartonomous.ingest_texts(
  query text, tenant text DEFAULT NULL,
  OUT documents bigint, OUT known bigint, OUT atoms bigint, OUT bytes bigint)
LANGUAGE c VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE COST 1000000
AS 'MODULE_PATHNAME', 'hartonomous_ingest_texts';
COMMENT ON FUNCTION hartonomous.ingest_texts(text, text) IS
'Stores each row of a query as a document of shared atoms, and says how many.

The query runs with the caller''s rights and returns content text and, if wanted, title text (else the titles are empty). Documents are numbered in the query''s order; find one by its title, or by sha256 = sha256(convert_to(content, ''UTF8'')). A row whose text the tenant has under the same title makes no document, so a repeated call changes nothing. documents, atoms: new rows; known: rows that made no document; bytes: charged to the tenant. All or nothing; calls for one tenant wait for one another until the transaction ends. An error in a row names its number. Errors: 22023 other columns, a NULL, a title over 1000 bytes; 42P11 not a query; 53400 over quota; 42501 not a member.

Example: SELECT * FROM hartonomous.ingest_texts(''SELECT body, subject FROM mail ORDER BY sent_at'');';
REVOKE ALL ON FUNCTION hartonomous.ingest_texts(text, text) FROM PUBLIC;

CREATE OR REPLACE FUNCTION hartonomous.reconstruct_text(document_id bigint) RETURNS text
LANGUAGE c STABLE STRICT PARALLEL UNSAFE COST 10000
AS 'MODULE_PATHNAME', 'hartonomous_reconstruct_text';
COMMENT ON FUNCTION hartonomous.reconstruct_text(bigint) IS
'Returns the text of a document, exactly as it was ingested.

NULL for NULL. A document that does not exist, or that the caller may not see, is an error (42704).

Example: SELECT hartonomous.reconstruct_text(1);';

CREATE OR REPLACE FUNCTION hartonomous.reconstruct_atom(atom_id bigint) RETURNS text
LANGUAGE c STABLE STRICT PARALLEL UNSAFE COST 10000
AS 'MODULE_PATHNAME', 'hartonomous_reconstruct_atom';
COMMENT ON FUNCTION hartonomous.reconstruct_atom(bigint) IS
'Returns the text that an atom stands for.

Atoms belong to no tenant, so only roles granted EXECUTE may call this. NULL for NULL; an unknown atom is an error (42704), a text over 1 GB another (54000).

Example: SELECT hartonomous.reconstruct_atom(a.atom_id) FROM hartonomous.atom a LIMIT 5;';
REVOKE ALL ON FUNCTION hartonomous.reconstruct_atom(bigint) FROM PUBLIC;

CREATE OR REPLACE FUNCTION hartonomous.delete_document(document_id bigint) RETURNS void
LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE COST 1000
AS 'MODULE_PATHNAME', 'hartonomous_delete_document';
COMMENT ON FUNCTION hartonomous.delete_document(bigint) IS
'Deletes a document. Its atoms stay, as others may share them, until garbage is collected.

Nothing for NULL. A document that does not exist, or that the caller may not see, is an error (42704).

Example: SELECT hartonomous.delete_document(1);';
REVOKE ALL ON FUNCTION hartonomous.delete_document(bigint) FROM PUBLIC;
