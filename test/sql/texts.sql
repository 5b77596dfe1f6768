-- Texts in bulk: each row of a query becomes a document, exactly as ingest_text would have made it.
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE TABLE mail AS SELECT n, 'mail ' || n AS subject,
  CASE n % 50 WHEN 0 THEN '' WHEN 1 THEN 'x' WHEN 2 THEN E'\u4e2d\u6587 ' || n WHEN 3 THEN repeat(' ', n)
    WHEN 4 THEN 'the same text' WHEN 5 THEN repeat(md5(n::text) || E'.\n\n', 100)
    ELSE 'Letter ' || n || E' says: come on ' || md5(n::text) || '. It rained; ' || (n % 7) || E' days.\n' END AS body
FROM generate_series(1, 3000) n;
CREATE FUNCTION pg_temp.different() RETURNS bigint LANGUAGE sql AS $$
  SELECT count(*) FROM mail LEFT JOIN hartonomous.document d ON title = subject
  WHERE hartonomous.reconstruct_text(document_id) IS DISTINCT FROM body
    OR byte_length <> octet_length(body) OR sha256 <> sha256(convert_to(body, 'UTF8')) $$;

-- All rows, then nothing new, then half of them under other titles: no text is cut twice.
SELECT documents, known, atoms > 2900 AS atoms, bytes = (SELECT sum(octet_length(body)) FROM mail) AS bytes
FROM hartonomous.ingest_texts('SELECT body, subject FROM mail ORDER BY n');
SELECT pg_temp.different();
SELECT bool_and(document_id - first = n - 1) AS in_order FROM mail
  JOIN hartonomous.document ON title = subject, (SELECT min(document_id) AS first FROM hartonomous.document) f;
SELECT documents, known, atoms, bytes FROM hartonomous.ingest_texts('SELECT body, subject FROM mail');
SELECT documents, known, atoms FROM hartonomous.ingest_texts('SELECT body, ''other '' || n FROM mail WHERE n <= 1500');
SELECT documents, known, atoms FROM hartonomous.ingest_texts(
  'SELECT body, subject FROM mail UNION ALL SELECT ''new '' || n, ''new'' FROM mail WHERE n < 3');
SELECT count(*) FROM hartonomous.document;

-- One by one the same texts are the same atoms, cut again or not.
CREATE TABLE known AS SELECT title, atom_id FROM hartonomous.document;
SELECT count(*) AS atoms FROM hartonomous.atom \gset
SELECT count(DISTINCT hartonomous.ingest_text(body, 'single')) FROM mail WHERE n <= 200;
SELECT count(*) FROM hartonomous.document s JOIN hartonomous.document d USING (sha256)
  WHERE s.title = 'single' AND d.title LIKE 'mail %' AND s.atom_id <> d.atom_id;
DELETE FROM hartonomous.document;
SELECT count(DISTINCT hartonomous.ingest_text(body, subject)) FROM mail WHERE n <= 200;
SELECT count(*) FROM hartonomous.document JOIN known USING (title, atom_id);
SELECT count(*) - :atoms AS added FROM hartonomous.atom;

-- In many small batches: the same atoms, whichever way they come.
CREATE TABLE expected AS SELECT content_hash, hilbert_high, hilbert_low, geom FROM hartonomous.atom;
TRUNCATE hartonomous.document, hartonomous.atom CASCADE;
SET maintenance_work_mem = '1MB';
SELECT documents, known FROM hartonomous.ingest_texts('SELECT body, subject FROM mail ORDER BY n DESC');
RESET maintenance_work_mem;
SELECT count(*) FROM hartonomous.ingest_texts('VALUES (''new 1'', ''new''), (''new 2'', ''new'')');
SELECT pg_temp.different();
SELECT count(*) FROM (TABLE expected EXCEPT
  SELECT content_hash, hilbert_high, hilbert_low, geom FROM hartonomous.atom) missing;
SELECT count(*) - (SELECT count(*) FROM expected) AS more FROM hartonomous.atom;
SELECT * FROM hartonomous.verify_store('atoms');
SELECT * FROM hartonomous.verify_store('documents');

-- Equal rows of one query, in one batch and across batches: a text under a title is one document.
DELETE FROM hartonomous.document;
SELECT * FROM hartonomous.ingest_texts('VALUES (''a'', ''t''), (''a'', ''t''), (''a'', ''u''), ('''', ''e''), ('''', ''e'')');
SELECT title, hartonomous.reconstruct_text(document_id), byte_length FROM hartonomous.document ORDER BY document_id;
SET maintenance_work_mem = '1MB';
SELECT documents, known FROM hartonomous.ingest_texts('SELECT body, subject FROM mail, generate_series(1, 3)');
RESET maintenance_work_mem;
-- A text larger than a batch, and one column: the title is empty.
SET maintenance_work_mem = '1MB';
SELECT documents, bytes FROM hartonomous.ingest_texts(
  'SELECT repeat(md5(n::text) || '' '', 20000)::varchar FROM generate_series(1, 3) n');
RESET maintenance_work_mem;
SELECT count(*) FROM hartonomous.document WHERE title = ''
  AND hartonomous.reconstruct_text(document_id) LIKE repeat(md5('2') || ' ', 20000);
SELECT * FROM hartonomous.ingest_texts('SELECT body, subject FROM mail WHERE false');

-- Refusals: all or nothing, and the row is named.
SELECT count(*) AS documents FROM hartonomous.document \gset
CREATE FUNCTION pg_temp.refusal(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE state text; message text; detail text;
BEGIN
  RETURN hartonomous.ingest_texts(query);
EXCEPTION WHEN OTHERS THEN
  GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL;
  RETURN state || ' ' || message || ' / ' || detail;
END $$;
SELECT pg_temp.refusal(q) FROM (VALUES (NULL), ('SELECT'), ('SELECT n FROM mail'), ('SELECT 1::bpchar(3)'),
  ('SELECT body, subject, n FROM mail'), ('SELECT body, n FROM mail'),
  ('SELECT ''more '' || n, nullif(subject, ''mail 2222'') FROM mail ORDER BY n'),
  ('SELECT nullif(body, ''x'') FROM mail ORDER BY n OFFSET 5'),
  ('SELECT ''more '' || n, repeat(''t'', n) FROM mail ORDER BY n'),
  ('DELETE FROM mail'), ('SELECT ''a''; SELECT ''b'''), ('not a query'), ('SELECT (1 / (2 - n))::text FROM mail')) q (q);
SELECT count(*) - :documents AS added FROM hartonomous.document;

-- The query has its caller's rights and names; a tenant's texts count for its quota only once.
CREATE ROLE texts_alice;
CREATE ROLE texts_bob;
SELECT hartonomous.create_tenant('texts_a', 100) IS NOT NULL AS made;
SELECT hartonomous.add_tenant_member('texts_a', 'texts_alice');
GRANT EXECUTE ON FUNCTION hartonomous.ingest_texts(text, text) TO texts_alice, texts_bob;
CREATE SCHEMA texts_hers AUTHORIZATION texts_alice;
SET ROLE texts_alice;
SET search_path = texts_hers, public;
CREATE FUNCTION lower(text) RETURNS text LANGUAGE sql AS $$ SELECT 'of ' || current_user $$;
CREATE TABLE note AS SELECT 'the note' AS body;
SELECT * FROM hartonomous.ingest_texts('SELECT texts_hers.lower(body), current_user::text FROM note');
SELECT * FROM hartonomous.ingest_texts('SELECT body FROM note');
SELECT * FROM hartonomous.ingest_texts('SELECT body FROM note');
SELECT title, hartonomous.reconstruct_text(document_id), created_by FROM hartonomous.document ORDER BY document_id;
SELECT * FROM hartonomous.ingest_texts('SELECT body FROM mail');
SELECT * FROM hartonomous.ingest_texts('SELECT value::text FROM hartonomous.atom');
SELECT * FROM hartonomous.ingest_texts('SELECT repeat(''x'', n) FROM generate_series(10, 13) n');
SELECT * FROM hartonomous.ingest_texts('SELECT repeat(''x'', 46) UNION SELECT repeat(''x'', 47)');
SET ROLE texts_bob;
SELECT * FROM hartonomous.ingest_texts('SELECT ''x''');
RESET ROLE;
RESET search_path;
SELECT count(*) FROM hartonomous.document d JOIN hartonomous.tenant t USING (tenant_id) WHERE t.name = 'texts_a';
DROP OWNED BY texts_alice, texts_bob;
SELECT count(hartonomous.delete_document(document_id)) FROM hartonomous.document;
SELECT hartonomous.drop_tenant('texts_a');
DROP ROLE texts_alice, texts_bob;
DROP TABLE mail, known, expected;
