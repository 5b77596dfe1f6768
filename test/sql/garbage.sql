-- What nothing refers to any more goes, what anything refers to stays.
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE VIEW unreferenced AS
  WITH RECURSIVE reached (atom_id) AS (
    SELECT atom_id FROM hartonomous.document
    UNION SELECT unnest(a.refs) FROM reached JOIN hartonomous.atom a USING (atom_id))
  SELECT atom_id FROM hartonomous.atom EXCEPT SELECT atom_id FROM reached;

SELECT * FROM hartonomous.collect_garbage();
CREATE TABLE book AS SELECT string_agg(line, '' ORDER BY n) AS content FROM (
  SELECT n, string_agg('w' || (n * 7919 + k * k * 31) % (40 + k * 400), ' ' ORDER BY k)
    || CASE WHEN n % 30 = 0 THEN E'.\n\n' ELSE E'.\n' END AS line
  FROM generate_series(1, 3000) n, generate_series(1, 16) k GROUP BY n) lines;
SELECT hartonomous.ingest_text(content, 'book') AS book,
  hartonomous.ingest_text(replace(content, 'w1', 'x1'), 'other') AS other,
  hartonomous.ingest_text('', 'empty') AS empty, hartonomous.ingest_text(E'\u4e2d', 'letter') AS letter FROM book \gset
SELECT count(*) AS unreferenced FROM unreferenced;
SELECT atoms, bytes FROM hartonomous.collect_garbage();

SELECT hartonomous.delete_document(:other), hartonomous.delete_document(:empty);
SELECT count(*) AS unreferenced FROM unreferenced \gset
SELECT :unreferenced > 1000 AS many, atoms = :unreferenced AS all_of_them, bytes > 100 * atoms AS bytes, blocks
FROM hartonomous.collect_garbage('atoms');
SELECT count(*) AS unreferenced FROM unreferenced;
SELECT hartonomous.reconstruct_text(:book) = content AS same, hartonomous.reconstruct_text(:letter) = E'\u4e2d' AS letter FROM book;
SELECT * FROM hartonomous.verify_store();

-- A foreign key keeps atoms alive, in whatever table; without it they go.
SELECT hartonomous.ingest_text('Kept by another table.', 'kept') AS kept \gset
CREATE TABLE public.keeper (note text, kept_atom bigint REFERENCES hartonomous.atom);
CREATE INDEX ON public.keeper (kept_atom);
INSERT INTO public.keeper SELECT 'root', atom_id FROM hartonomous.document WHERE document_id = :kept;
INSERT INTO public.keeper VALUES ('nothing', NULL);
SELECT hartonomous.delete_document(:kept);
SELECT atoms FROM hartonomous.collect_garbage();
SELECT hartonomous.reconstruct_atom(kept_atom) FROM public.keeper WHERE note = 'root';
DROP TABLE public.keeper;
SELECT atoms > 5 AS some FROM hartonomous.collect_garbage('all');
SELECT count(*) AS unreferenced FROM unreferenced;
SELECT * FROM hartonomous.verify_store('atoms');

-- Everything that refers to atoms can be read in the order of its reference.
SELECT f.conrelid::regclass, f.conname FROM pg_constraint f
WHERE f.contype = 'f' AND f.confrelid = 'hartonomous.atom'::regclass AND NOT EXISTS (
  SELECT FROM pg_index i WHERE i.indrelid = f.conrelid AND i.indkey[0] = f.conkey[1] AND i.indpred IS NULL);

-- Rolled back, nothing has happened.
BEGIN;
SELECT hartonomous.delete_document(:book);
SELECT atoms > 1000 AS many FROM hartonomous.collect_garbage();
ROLLBACK;
SELECT hartonomous.reconstruct_text(:book) = content AS same FROM book;
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT hartonomous.collect_garbage();
ROLLBACK;
SELECT hartonomous.collect_garbage('everything');
SELECT hartonomous.collect_garbage(NULL);
CREATE ROLE garbage_stranger;
SET ROLE garbage_stranger;
SELECT hartonomous.collect_garbage();
RESET ROLE;
DROP ROLE garbage_stranger;

SELECT hartonomous.delete_document(document_id) FROM hartonomous.document;
SELECT atoms > 0 AS some FROM hartonomous.collect_garbage();
SELECT count(*) AS atoms FROM hartonomous.atom;
SELECT hartonomous.ingest_text(content, 'again') AS again FROM book \gset
SELECT hartonomous.reconstruct_text(:again) = content AS same FROM book;
SELECT * FROM hartonomous.verify_store();
