-- Documents as trees: shown, compared, and told apart.
\set SHOW_CONTEXT never
SET client_min_messages = warning;
SELECT hartonomous.ingest_text(E'The cat sat.  It sat on the mat.\n\nA dog ran far.\n\naaa. The end.', 'a') AS a \gset
SELECT hartonomous.ingest_text(E'The cat sat.  It slept on the mat.\n\nA dog ran far.\n\naab. The bitter end!', 'b') AS b \gset

-- Shown: every depth, the text of each atom in its place.
SELECT path, depth, kind, multiplicity, text FROM hartonomous.document_tree(:a, max_depth => 2);
SELECT string_agg(text, '|') FROM hartonomous.document_tree(:a) WHERE path[1] = 3;
SELECT count(*) FROM hartonomous.document_tree(:a, 0);
SELECT text IS NULL AS too_long, atom_id = (SELECT atom_id FROM hartonomous.document WHERE document_id = :a) AS root
FROM hartonomous.document_tree(:a, 0, max_bytes => 10);
SELECT count(*) FROM hartonomous.document_tree(:a, -1, -1);
SELECT bool_and(t = d) AS same FROM hartonomous.document_tree(:a) t
  FULL JOIN hartonomous.atom_tree((SELECT atom_id FROM hartonomous.document WHERE document_id = :a)) d USING (path);
-- The leaves, each as often as its runs repeat, are the text; other rows are the text of their leaves.
WITH RECURSIVE tree AS (SELECT * FROM hartonomous.document_tree(:b)),
leaf AS (SELECT path, repeat(text, multiplicity) AS text FROM tree WHERE kind = 'codepoint')
SELECT bool_and(t.text = (SELECT coalesce(string_agg(leaf.text, '' ORDER BY leaf.path), t.text) FROM leaf
  WHERE leaf.path[1:t.depth] = t.path AND t.kind = 'composition')) AS same, count(*)
FROM tree t WHERE NOT EXISTS (SELECT FROM tree u WHERE u.multiplicity > 1 AND u.kind = 'composition');
SELECT hartonomous.ingest_text('', 'empty') AS empty, hartonomous.ingest_text('x', 'letter') AS letter \gset
SELECT path, kind, text FROM hartonomous.document_tree(:empty);
SELECT path, kind, text FROM hartonomous.document_tree(:letter);
SELECT count(*) FROM hartonomous.document_tree(NULL);
SELECT hartonomous.document_tree(0);
SELECT hartonomous.atom_tree(0);

-- In common: the largest pieces, not every letter.
SELECT text, bytes, occurrences_a, occurrences_b FROM hartonomous.shared_atoms(:a, :b, min_bytes => 3) ORDER BY bytes DESC, text;
SELECT count(*) FROM hartonomous.shared_atoms(:a, :b);
SELECT text = hartonomous.reconstruct_text(:a) AS whole, occurrences_a, occurrences_b FROM hartonomous.shared_atoms(:a, :a, 0);
SELECT count(*) FROM hartonomous.shared_atoms(:a, :letter, 0);
SELECT hartonomous.shared_atoms(:a, 0);

-- Differences.
SELECT * FROM hartonomous.diff_documents(:a, :b);
SELECT count(*) FROM hartonomous.diff_documents(:a, :a);
SELECT operation, a_offset, b_offset, length(text) FROM hartonomous.diff_documents(:empty, :a);
SELECT operation, a_offset, b_offset, text FROM hartonomous.diff_documents(:letter, :empty);
SELECT count(*) FROM hartonomous.diff_documents(NULL, :a);
SELECT hartonomous.diff_documents(0, :a);

-- Applied to a, the differences give b, whatever the two are.
CREATE FUNCTION pg_temp.patched(a bigint, b bigint) RETURNS text LANGUAGE plpgsql AS $$
DECLARE source text := hartonomous.reconstruct_text(a); made text := ''; at bigint := 0; change record;
BEGIN
  FOR change IN SELECT * FROM hartonomous.diff_documents(a, b) LOOP
    made := made || substr(source, at::int + 1, (change.a_offset - at)::int);
    at := change.a_offset;
    IF change.operation = 'delete' THEN
      IF substr(source, at::int + 1, length(change.text)) <> change.text THEN RAISE 'wrong text'; END IF;
      at := at + length(change.text);
    ELSE
      IF length(made) <> change.b_offset THEN RAISE 'wrong place'; END IF;
      made := made || change.text;
    END IF;
  END LOOP;
  RETURN made || substr(source, at::int + 1);
END $$;
SELECT setseed(0.5);
CREATE TABLE variant AS
SELECT n, hartonomous.ingest_text(t, 'variant ' || n) AS document_id, t AS content FROM (
  SELECT n, string_agg(CASE WHEN random() < 0.03 THEN chr(945 + (random() * 9)::int) ELSE w END, ' ' ORDER BY k) AS t
  FROM generate_series(1, 12) n,
    (SELECT k, (ARRAY['the', 'cat.', 'Dog', E'ran\n\n', 'a', E'\U0001F642'])[1 + (k * k + k / 7) % 6] || k % 40 AS w
     FROM generate_series(1, 1500) k) words GROUP BY n) s;
SELECT count(*), bool_and(pg_temp.patched(x.document_id, y.document_id) = y.content) AS exact,
  bool_and(coalesce((SELECT sum(length(text)) FROM hartonomous.diff_documents(x.document_id, y.document_id)), 0)
    < length(x.content) / 3) AS small
FROM variant x, variant y;
SELECT bool_and(pg_temp.patched(x, y) = hartonomous.reconstruct_text(y)) AS exact
FROM unnest(ARRAY[:a, :b, :empty, :letter]) x, unnest(ARRAY[:a, :b, :empty, :letter]) y;

-- A book with one word changed: the difference is the word.
CREATE TABLE book AS SELECT string_agg(line, '' ORDER BY n) AS content FROM (
  SELECT n, string_agg('w' || (n * 7919 + k * k * 31) % (40 + k * 400), ' ' ORDER BY k)
    || CASE WHEN n % 30 = 0 THEN E'.\n\n' ELSE E'.\n' END AS line
  FROM generate_series(1, 8000) n, generate_series(1, 16) k GROUP BY n) lines;
SELECT hartonomous.ingest_text(content, 'book') AS book,
  hartonomous.ingest_text(overlay(content placing 'changed' from 300001 for 2), 'edited') AS edited FROM book \gset
SELECT count(*) AS rows, sum(length(text)) < 20 AS small, min(a_offset) BETWEEN 300000 AND 300002 AS there
FROM hartonomous.diff_documents(:book, :edited);
SELECT pg_temp.patched(:book, :edited) = overlay(content placing 'changed' from 300001 for 2) AS exact FROM book;
SELECT sum(bytes) > 0.9 * (SELECT octet_length(content) FROM book) AS most_is_shared, count(*) < 400 AS in_few_pieces
FROM hartonomous.shared_atoms(:book, :edited, 100);

-- Who may not see a document learns nothing of it.
CREATE ROLE tree_stranger;
SET ROLE tree_stranger;
SELECT count(*) FROM hartonomous.document_tree(:a);
SELECT count(*) FROM hartonomous.shared_atoms(:a, :b);
SELECT count(*) FROM hartonomous.diff_documents(:a, :b);
SELECT count(*) FROM hartonomous.atom_tree(1);
RESET ROLE;
DROP ROLE tree_stranger;
