--| # Documents as trees
--| What a text is made of, and what two texts have in common, read off their atoms.

CREATE OR REPLACE FUNCTION hartonomous.atom_tree(
  root bigint, max_depth integer DEFAULT 1000, max_bytes integer DEFAULT 1000)
RETURNS TABLE (path integer[], depth integer, atom_id bigint, kind hartonomous.atom_kind,
               multiplicity integer, text text)
LANGUAGE c STABLE STRICT PARALLEL UNSAFE COST 10000 ROWS 1000
AS 'MODULE_PATHNAME', 'hartonomous_atom_tree';
COMMENT ON FUNCTION hartonomous.atom_tree(bigint, integer, integer) IS
'Returns an atom and everything below it, parents first, in the order of the text.

path holds the position of the child, from 1, at each step from the root, whose path is empty; depth is its length and at most max_depth. Equal neighbours are one row with a multiplicity, whose parts are shown once. text is that of one copy, NULL if it has more than max_bytes bytes. Atoms belong to no tenant, so only roles granted EXECUTE may call this; document_tree() is for everybody. No rows for NULL; an unknown atom is an error (42704).

Example: SELECT path, text, multiplicity FROM hartonomous.atom_tree((SELECT atom_id FROM hartonomous.document LIMIT 1), max_depth => 2);';
REVOKE ALL ON FUNCTION hartonomous.atom_tree(bigint, integer, integer) FROM PUBLIC;

CREATE OR REPLACE FUNCTION hartonomous.document_tree(
  document_id bigint, max_depth integer DEFAULT 1000, max_bytes integer DEFAULT 1000)
RETURNS TABLE (path integer[], depth integer, atom_id bigint, kind hartonomous.atom_kind,
               multiplicity integer, text text)
LANGUAGE c STABLE STRICT PARALLEL UNSAFE COST 10000 ROWS 1000
AS 'MODULE_PATHNAME', 'hartonomous_document_tree';
COMMENT ON FUNCTION hartonomous.document_tree(bigint, integer, integer) IS
'Returns the tree of atoms of a document: paragraphs, sentences, words, characters, and groups of them where there are many.

As atom_tree(). No rows for NULL; a document that does not exist, or that the caller may not see, is an error (42704).

Example: SELECT path, text, multiplicity FROM hartonomous.document_tree(1, max_depth => 2);';

CREATE OR REPLACE FUNCTION hartonomous.shared_atoms(
  document_a bigint, document_b bigint, min_bytes integer DEFAULT 16)
RETURNS TABLE (atom_id bigint, text text, bytes bigint, occurrences_a bigint,
               occurrences_b bigint)
LANGUAGE c STABLE STRICT PARALLEL UNSAFE COST 10000 ROWS 100
AS 'MODULE_PATHNAME', 'hartonomous_shared_atoms';
COMMENT ON FUNCTION hartonomous.shared_atoms(bigint, bigint, integer) IS
'Returns the largest pieces that two documents have in common, the longest first.

Pieces are atoms: words, sentences, paragraphs and groups of them. One is returned if in at least one of the documents it stands somewhere outside of every larger shared piece, and if its text has at least min_bytes bytes. Occurrences count all places in the document. No rows for NULL; a document that does not exist, or that the caller may not see, is an error (42704).

Example: SELECT left(text, 60) AS begins, bytes FROM hartonomous.shared_atoms(1, 2, min_bytes => 100);';

CREATE OR REPLACE FUNCTION hartonomous.diff_documents(document_a bigint, document_b bigint)
RETURNS TABLE (operation text, a_offset bigint, b_offset bigint, text text)
LANGUAGE c STABLE STRICT PARALLEL UNSAFE COST 10000 ROWS 100
AS 'MODULE_PATHNAME', 'hartonomous_diff_documents';
COMMENT ON FUNCTION hartonomous.diff_documents(bigint, bigint) IS
'Returns what must be deleted from one document and inserted to make the other, in the order of the text.

operation is delete (text stands at a_offset in a) or insert (text stands at b_offset in b). Offsets are how many characters of each document come before, so a delete and the insert that replaces it differ in a_offset. Applied to a, the rows give exactly b. Equal parts are recognised by their atoms, so little is compared but what differs; a part that moved is deleted and inserted. No rows for equal documents and for NULL; a document that does not exist, or that the caller may not see, is an error (42704).

Example: SELECT operation, a_offset, left(text, 60) AS text FROM hartonomous.diff_documents(1, 2);';
