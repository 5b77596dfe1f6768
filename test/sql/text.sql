-- Texts: in, shared, and out exactly as they were.
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE FUNCTION pg_temp.round_trip(content text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE document_id bigint;
BEGIN
  document_id := hartonomous.ingest_text(content, 'round trip');
  RETURN hartonomous.reconstruct_text(document_id) = content;
END $$;

SELECT ordinality, codepoint, chr(codepoint) AS character, multiplicity, st_zmflag(geom) AS zm,
  octet_length(content_hash) AS bytes
FROM hartonomous.atomize_text(E'aaab\u00e9\u00e9\U0001F642');
SELECT count(*) FROM hartonomous.atomize_text('');
SELECT count(*) FROM hartonomous.atomize_text(NULL);
SELECT multiplicity FROM hartonomous.atomize_text(repeat('x', 1000000));

-- Edge forms.
SELECT bool_and(pg_temp.round_trip(t)) AS all_same, count(*) FROM unnest(ARRAY[
  '', ' ', '  ', E'\t', E'\n', E'\r', E'\r\n', E'\n\r', E'\n\n', E'\r\n\r\n\r\n', 'a', 'aa', E'a\n',
  E'\na', E'a\n\nb', E'a\r\n\r\nb', E' \n \n ', 'A.B', 'a. b', '3.14', 'don''t', '"quoted" (text)?!',
  E'\uFEFFbom', E'e\u0301', E'\u00e9', E'\u0e01\u0e32\u0e23\u0e17\u0e14', E'\u4e2d\u6587\u5b57',
  E'\u3072\u3089\u304c\u306a\u30ab\u30bf', E'\uac00\u1100\u1161', E'\u0627\u0644\u0639\u0631',
  E'\u0915\u094d\u0937', E'\U0001F1E9\U0001F1EA', E'\U0001F469\u200D\U0001F4BB', E'\u0001\u007f',
  E'\u0085\u2028\u2029', E'\uFFFF\uFFFE', E'\U0010FFFF', repeat('ab', 5000), repeat(E'\n', 70000),
  repeat('x', 200000), repeat(E'\u4e2d', 50000)]) t;
-- Characters of every plane, up to sixteen times in a row.
SELECT bool_and(pg_temp.round_trip(t)) AS all_same, count(*) FROM (
  SELECT string_agg(repeat(chr(c), 1 + c % 16), '' ORDER BY c) AS t FROM generate_series(1, 1114111) c
  WHERE c NOT BETWEEN 55296 AND 57343 AND c % 61 = 0 GROUP BY c / 65536) planes;
-- Random strings over several scripts.
SELECT setseed(0.25);
SELECT bool_and(pg_temp.round_trip(t)) AS all_same, count(*) FROM (
  SELECT n, string_agg(chr(CASE (random() * 7)::int
    WHEN 0 THEN 32 WHEN 1 THEN 10 WHEN 2 THEN 97 + (random() * 25)::int
    WHEN 3 THEN 65 + (random() * 25)::int WHEN 4 THEN 768 + (random() * 80)::int
    WHEN 5 THEN 1536 + (random() * 200)::int WHEN 6 THEN 19968 + (random() * 20000)::int
    ELSE 127744 + (random() * 500)::int END), '') AS t
  FROM generate_series(1, 100) n, generate_series(1, 5 + n * 3) GROUP BY n) s;
-- Ten megabytes without a space.
SELECT pg_temp.round_trip(repeat('a', 10000000)) AS same;
SELECT pg_temp.round_trip(repeat('abcdefghij', 1000000)) AS same;

-- A book of two megabytes: the same again adds nothing, one changed character adds little.
CREATE TABLE book AS SELECT string_agg(line, '' ORDER BY n) AS content FROM (
  SELECT n, string_agg('w' || (('x' || left(md5((n * 31 + k)::text), 8))::bit(32)::bigint % (40 + k * 400)), ' ' ORDER BY k)
    || CASE WHEN n % 30 = 0 THEN E'.\n\n' ELSE E'.\n' END AS line
  FROM generate_series(1, 20000) n, generate_series(1, 16) k GROUP BY n) lines;
SELECT octet_length(content) > 1600000 AS is_long FROM book;
SELECT hartonomous.ingest_text(content, 'book') AS book FROM book \gset
SELECT count(*) > 20000 AS many_atoms FROM hartonomous.atom;
SELECT hartonomous.reconstruct_text(:book) = content AS same FROM book;
SELECT count(*) AS before FROM hartonomous.atom \gset
SELECT hartonomous.ingest_text(content, 'book again') AS again FROM book \gset
SELECT count(*) - :before AS added FROM hartonomous.atom;
SELECT hartonomous.ingest_text(overlay(content placing 'Q' from 800000 for 1), 'edited') AS edited
FROM book \gset
SELECT count(*) - :before BETWEEN 1 AND 20 AS few_added FROM hartonomous.atom;
SELECT hartonomous.ingest_text(overlay(content placing 'QQ ' from 300000 for 0), 'inserted') AS inserted
FROM book \gset
SELECT count(*) - :before BETWEEN 2 AND 40 AS few_added FROM hartonomous.atom;
SELECT hartonomous.reconstruct_text(:edited) = overlay(content placing 'Q' from 800000 for 1) AS same
FROM book;
SELECT title, byte_length = octet_length(content) AS length, sha256 = sha256(content::bytea) AS digest,
  segmentation ~ '^UAX #29, Unicode [0-9.]+, ICU [0-9.]+ dictionaries$' AS segmentation, created_by = current_user AS author
FROM hartonomous.document, book WHERE document_id = :book;

-- The same walk in SQL: what docs/internals/text.md shows, a hundred times slower.
SELECT hartonomous.ingest_text(E'Now is the time.  Is it?\n\nIt is, is, is: hmmm \u4e2d.', 'walk') AS walk \gset
WITH RECURSIVE walk (atom_id, place) AS (
  SELECT atom_id, ARRAY[]::integer[] FROM hartonomous.document WHERE document_id = :walk
  UNION ALL
  SELECT child.atom_id, walk.place || child.position::integer || copy
  FROM walk JOIN hartonomous.atom a USING (atom_id),
    unnest(a.refs, a.multiplicities) WITH ORDINALITY AS child (atom_id, multiplicity, position),
    generate_series(1, child.multiplicity) AS copy
)
SELECT string_agg(convert_from(a.value, 'UTF8'), '' ORDER BY walk.place)
     = hartonomous.reconstruct_text(:walk) AS same
FROM walk JOIN hartonomous.atom a USING (atom_id) WHERE a.is_constant;

-- Arguments.
SELECT hartonomous.ingest_text(NULL, 'x');
SELECT hartonomous.ingest_text('x', NULL);
SELECT hartonomous.ingest_text('x', repeat('t', 1001));
SELECT hartonomous.ingest_text('x', 'y', 'words');
SELECT hartonomous.ingest_text('x', 'y', tenant => 'nobody');
SELECT hartonomous.reconstruct_text(0);
SELECT hartonomous.reconstruct_text(NULL) IS NULL AS null_for_null;
SELECT hartonomous.delete_document(0);
SELECT hartonomous.delete_document(:again), hartonomous.delete_document(NULL);
SELECT hartonomous.reconstruct_text(:again);
SELECT count(*) - :before BETWEEN 2 AND 100 AS atoms_stay FROM hartonomous.atom;

-- Server files: the same, and what is not text is refused whole.
\getenv scratch HARTONOMOUS_SCRATCH
\set path :scratch '/text-good.txt'
COPY (SELECT 'caf' || chr(233)) TO :'path';
SELECT hartonomous.ingest_text_file(:'path', title => 'file') AS file \gset
SELECT title, hartonomous.reconstruct_text(document_id) = E'caf\u00e9\n' AS same
FROM hartonomous.document WHERE document_id = :file;
CREATE FUNCTION pg_temp.refusal(path text, bytes bytea) RETURNS text LANGUAGE plpgsql AS $$
DECLARE state text; message text; detail text; loid oid;
BEGIN
  loid := lo_from_bytea(0, bytes);
  PERFORM lo_export(loid, path);
  PERFORM lo_unlink(loid);
  PERFORM hartonomous.ingest_text_file(path);
  RETURN 'ok';
EXCEPTION WHEN OTHERS THEN
  GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL;
  RETURN state || ' ' || message || ' / ' || detail;
END $$;
\set path :scratch '/text-bad.txt'
SELECT encode(b, 'hex') AS bytes, pg_temp.refusal(:'path', b) FROM (VALUES
  ('\x6162ff'::bytea), ('\xc0af'), ('\xeda080'), ('\xf4908080'), ('\x61c3'), ('\x610062'),
  ('\xefbbbf61')) v (b) ORDER BY 1;

-- A document larger than the memory for it is stored a piece at a time, and is the same atoms.
SET maintenance_work_mem = '1MB';
TRUNCATE hartonomous.document, hartonomous.atom CASCADE;
SELECT hartonomous.ingest_text(content, 'book in pieces') AS book FROM book \gset
RESET maintenance_work_mem;
SELECT hartonomous.reconstruct_text(:book) = content AS same FROM book;
SELECT count(*) AS before FROM hartonomous.atom \gset
SELECT atom_id AS root FROM hartonomous.document \gset
DELETE FROM hartonomous.document;
SELECT hartonomous.ingest_text(content, 'book at once') AS book FROM book \gset
SELECT count(*) - :before AS added FROM hartonomous.atom;
SELECT atom_id = :root AS same FROM hartonomous.document;
SELECT * FROM hartonomous.verify_store('atoms');

-- Tenants: members see their documents, others do not know that they exist.
CREATE ROLE text_alice;
CREATE ROLE text_bob;
SELECT hartonomous.create_tenant('text_a', 100) IS NOT NULL AS made;
SELECT hartonomous.add_tenant_member('text_a', 'text_alice');
GRANT EXECUTE ON FUNCTION hartonomous.ingest_text(text, text, text, text),
  hartonomous.delete_document(bigint) TO text_alice, text_bob;
SET ROLE text_alice;
SELECT hartonomous.ingest_text('a secret of sixteen', 'hers') AS hers \gset
SELECT hartonomous.reconstruct_text(:hers);
SELECT title, created_by FROM hartonomous.document;
SELECT hartonomous.reconstruct_text(:book);
SELECT hartonomous.ingest_text(repeat('x', 90), 'too much');
SELECT hartonomous.ingest_text_file('/etc/passwd');
INSERT INTO hartonomous.document DEFAULT VALUES;
SET ROLE text_bob;
SELECT hartonomous.reconstruct_text(:hers);
SELECT hartonomous.delete_document(:hers);
SELECT hartonomous.ingest_text('x', 'his');
SELECT count(*) FROM hartonomous.document;
SET ROLE text_alice;
SELECT hartonomous.delete_document(:hers);
SELECT hartonomous.ingest_text(repeat('x', 90), 'fits again') IS NOT NULL AS fits;
RESET ROLE;
DROP OWNED BY text_alice, text_bob;
SELECT hartonomous.delete_document(document_id) FROM hartonomous.document WHERE title = 'fits again';
SELECT hartonomous.drop_tenant('text_a');
DROP ROLE text_alice, text_bob;
SELECT * FROM hartonomous.verify_store('atoms');
SELECT * FROM hartonomous.verify_store('documents');
