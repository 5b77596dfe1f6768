--| # Search in texts
--| Exact to the byte, through the graph: what texts share is read once. Only documents that the caller may see are searched.

CREATE OR REPLACE FUNCTION hartonomous.find_text(
  phrase text, max_results bigint DEFAULT NULL, in_document bigint DEFAULT NULL)
RETURNS TABLE (document_id bigint, title text, byte_offset bigint)
LANGUAGE c STABLE CALLED ON NULL INPUT PARALLEL UNSAFE COST 100000 ROWS 100
AS 'MODULE_PATHNAME', 'hartonomous_find_text';
COMMENT ON FUNCTION hartonomous.find_text(text, bigint, bigint) IS
'Finds every place where a phrase occurs in the documents, in order of document_id and offset.

The phrase is compared byte for byte: case, accents and spaces count, it may begin or end within a word and run over sentences and paragraphs. Occurrences may overlap: ''aa'' is three times in ''aaaa''. byte_offset counts UTF-8 bytes from 0. The search ends after max_results rows (NULL: all; a LIMIT outside the function does not stop it) and covers one document if in_document is given. No rows for a NULL phrase, a phrase that occurs nowhere, or a document that the caller may not see. Errors: 22023 empty phrase, negative max_results.

Example: SELECT * FROM hartonomous.find_text(''still waters'', max_results => 10);';

CREATE OR REPLACE FUNCTION hartonomous.documents_containing(
  phrase text, max_results bigint DEFAULT NULL)
RETURNS TABLE (document_id bigint, title text, occurrences bigint)
LANGUAGE c STABLE CALLED ON NULL INPUT PARALLEL UNSAFE COST 100000 ROWS 100
AS 'MODULE_PATHNAME', 'hartonomous_documents_containing';
COMMENT ON FUNCTION hartonomous.documents_containing(text, bigint) IS
'Lists the documents in which a phrase occurs and how often, in order of document_id.

Compares and counts as find_text does, but without listing the places: a passage that occurs often is read once. Ends after max_results documents (NULL: all). No rows for a NULL phrase. Errors: 22023 empty phrase, negative max_results.

Example: SELECT title, occurrences FROM hartonomous.documents_containing(''begat'') ORDER BY occurrences DESC;';

CREATE OR REPLACE FUNCTION hartonomous.count_text(phrase text, in_document bigint DEFAULT NULL)
RETURNS bigint
LANGUAGE c STABLE CALLED ON NULL INPUT PARALLEL UNSAFE COST 100000
AS 'MODULE_PATHNAME', 'hartonomous_count_text';
COMMENT ON FUNCTION hartonomous.count_text(text, bigint) IS
'Counts how often a phrase occurs in the documents, or in one of them.

Compares and counts as find_text does; overlapping occurrences count. 0 if it occurs nowhere or the caller may not see the document, NULL for a NULL phrase. Error: 22023 empty phrase.

Example: SELECT hartonomous.count_text(''begat'');';

CREATE OR REPLACE FUNCTION hartonomous.update_text_index(max_bytes bigint DEFAULT NULL)
RETURNS bigint
LANGUAGE c VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE COST 1000000
AS 'MODULE_PATHNAME', 'hartonomous_update_text_index';
COMMENT ON FUNCTION hartonomous.update_text_index(bigint) IS
'Takes the documents that came since the last call into the text index and returns how many.

The index serves all tenants. Searches are exact with and without it: documents that are not in it are read. Ingest never writes it, so call this now and then, for instance after a bulk load or from a scheduler. Ends after the document that completes max_bytes of text (NULL: all), so that a large store can be taken in with a commit now and then. Waits for ingests that are under way to end; one call at a time, others wait. Errors: 22023 negative max_bytes, 55000 in a transaction of REPEATABLE READ or stricter.

Example: SELECT hartonomous.update_text_index();';
REVOKE ALL ON FUNCTION hartonomous.update_text_index(bigint) FROM PUBLIC;

CREATE OR REPLACE FUNCTION hartonomous.drop_text_index() RETURNS void
LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE COST 10000
AS 'MODULE_PATHNAME', 'hartonomous_drop_text_index';
COMMENT ON FUNCTION hartonomous.drop_text_index() IS
'Empties the text index. Searches then read the documents; update_text_index() makes it anew.

Made anew it is smaller than after many small updates, and without what deleted documents left. Waits for searches under way.

Example: SELECT hartonomous.drop_text_index(), hartonomous.update_text_index();';
REVOKE ALL ON FUNCTION hartonomous.drop_text_index() FROM PUBLIC;

CREATE OR REPLACE FUNCTION hartonomous.nearest_words(word text, k integer DEFAULT 10)
RETURNS TABLE (atom_id bigint, text text, distance double precision)
LANGUAGE c STABLE STRICT PARALLEL UNSAFE COST 100000 ROWS 10
AS 'MODULE_PATHNAME', 'hartonomous_nearest_words';
COMMENT ON FUNCTION hartonomous.nearest_words(text, integer) IS
'Returns the k stored words nearest in space to a word, the nearest first.

Near means spelled with the same or neighbouring characters in like proportions: a word is at the mean of its characters'' places, so anagrams are at distance 0, and neither order nor meaning counts. distance is the chord in the 4-D space, exact to 1e-9; equal ones are in order of text. The word itself need not be stored. A word is a composition of up to 64 runs of characters and 200 bytes. Atoms belong to no tenant, so only roles granted EXECUTE may call this. No rows for NULL. Errors: 22023 empty word, k not in 1 to 10000.

Example: SELECT text, distance FROM hartonomous.nearest_words(''lord'', k => 5);';
REVOKE ALL ON FUNCTION hartonomous.nearest_words(text, integer) FROM PUBLIC;

CREATE OR REPLACE FUNCTION hartonomous.nearest_compositions(atom_id bigint, k integer DEFAULT 10)
RETURNS TABLE (neighbor_id bigint, text text, distance double precision)
LANGUAGE c STABLE STRICT PARALLEL UNSAFE COST 100000 ROWS 10
AS 'MODULE_PATHNAME', 'hartonomous_nearest_compositions';
COMMENT ON FUNCTION hartonomous.nearest_compositions(bigint, integer) IS
'Returns the k words, sentences and other compositions nearest in space to an atom, the nearest first, without the atom.

Near means made of the same characters in like proportions, not of like meaning; see nearest_words. text is the first 200 bytes. Long texts are all near each other, at the mean of their language''s letters. Atoms belong to no tenant, so only roles granted EXECUTE may call this. No rows for NULL. Errors: 42704 no such atom, 22023 k not in 1 to 10000.

Example: SELECT n.* FROM hartonomous.document d, hartonomous.nearest_compositions(d.atom_id, 3) n WHERE d.document_id = 1;';
REVOKE ALL ON FUNCTION hartonomous.nearest_compositions(bigint, integer) FROM PUBLIC;
