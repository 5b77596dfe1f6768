-- Vocabularies: trained, imported, encoding and decoding, and as what documents are made of.
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE FUNCTION pg_temp.round_trip(content text, vocabulary text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE document_id bigint;
BEGIN
  document_id := hartonomous.ingest_text(content, 'round trip', vocabulary);
  RETURN hartonomous.reconstruct_text(document_id) = content;
END $$;
CREATE TABLE verse (n int, line text);
INSERT INTO verse SELECT n, line FROM (VALUES
  (1, 'In the beginning God created the heaven and the earth.'),
  (2, 'And the earth was without form, and void; and darkness was upon the face of the deep.'),
  (3, 'And God said, Let there be light: and there was light.'),
  (4, NULL), (5, ''), (6, U&'\4e2d\6587 caf\00e9 \+01F642\+01F642\+01F642 aaaaaaaaaaaaaaaa')) v (n, line);

-- Training: the same whatever the order, with tokens that are atoms.
SELECT hartonomous.cpe_train('small', 'SELECT line FROM verse ORDER BY n', 80) AS small \gset
SELECT hartonomous.cpe_train('again', 'SELECT line FROM verse ORDER BY n DESC', 80) AS again \gset
SELECT count(DISTINCT content_hash) AS contents, min(token_count) AS tokens, min(merge_count) > 20 AS merged,
  min(algorithm) AS algorithm, min(unit) AS unit, min(pattern) AS pattern, min(tie_rule) AS tie_rule, min(source) AS source
FROM hartonomous.cpe_vocabulary;
SELECT bool_and(a.kind = 'composition' AND a.refs = CASE WHEN l.atom_id = r.atom_id THEN ARRAY[l.atom_id]
    ELSE ARRAY[l.atom_id, r.atom_id] END) AS merges_are_compositions, count(*) > 20 AS many
FROM hartonomous.cpe_merge m
JOIN hartonomous.cpe_token t USING (vocabulary_id, token_id) JOIN hartonomous.atom a ON a.atom_id = t.atom_id
JOIN hartonomous.cpe_token l ON l.vocabulary_id = m.vocabulary_id AND l.token_id = m.left_token
JOIN hartonomous.cpe_token r ON r.vocabulary_id = m.vocabulary_id AND r.token_id = m.right_token
WHERE m.vocabulary_id = :small;
SELECT token, token_type, score, is_continuation FROM hartonomous.cpe_token_list
WHERE vocabulary_id = :small AND token IN ('the', 'aa', 'e') ORDER BY token COLLATE "C";

-- Encoding loses nothing: what has no token passes through.
SELECT bool_and(hartonomous.cpe_decode_tokens(hartonomous.cpe_encode_tokens(t, 'small'), 'small') = t) AS tokens,
  bool_and(hartonomous.cpe_decode(hartonomous.cpe_encode(t, 'small'), 'small') = t) AS atoms,
  bool_and(hartonomous.cpe_decode(hartonomous.cpe_encode(t, 'small')) = t) AS any_atoms, count(*)
FROM (SELECT line FROM verse WHERE line IS NOT NULL UNION ALL SELECT unnest(ARRAY[
  ' ', E'\n\t', 'the the', 'zebra', E'\u0001', U&'\+010FFFF', repeat('a', 1001), repeat('the ', 300), 'x' || repeat('e', 17)])) v (t);
SELECT hartonomous.cpe_encode_tokens(U&'\+01F600Z', 'small');
SELECT hartonomous.cpe_encode_tokens('', 'small'), hartonomous.cpe_encode_tokens(NULL, 'small') IS NULL AS null_for_null;
SELECT cardinality(hartonomous.cpe_encode_tokens('the earth', 'small')) < 9 AS shorter;

-- The other rules, and the unit byte.
SELECT hartonomous.cpe_train('bytes', 'SELECT line FROM verse', 300, 1, boundary => 'cl100k', unit => 'byte', tie_rule => 'hugging_face') IS NOT NULL AS made;
SELECT hartonomous.cpe_train('pieces', 'SELECT line FROM verse', 70, boundary => 'whitespace', tie_rule => 'sentencepiece') IS NOT NULL AS made;
SELECT name, unit, pattern, tie_rule, token_count FROM hartonomous.cpe_vocabulary ORDER BY vocabulary_id;
SELECT bool_and(hartonomous.cpe_decode_tokens(hartonomous.cpe_encode_tokens(line, v), v) = line) AS same, count(*)
FROM verse, unnest('{bytes,pieces}'::text[]) v WHERE line IS NOT NULL;
-- Bytes that are half a character are atoms of their own kind.
SELECT a.kind, a.is_constant, encode(a.value, 'hex') AS value, t.text_atom_id IS NULL AS no_text, st_zmflag(a.geom) AS zm
FROM hartonomous.cpe_token_list t JOIN hartonomous.atom a USING (atom_id)
WHERE t.vocabulary = 'bytes' AND t.bytes = '\xc3';
SELECT hartonomous.cpe_decode(ARRAY[t.atom_id]) FROM hartonomous.cpe_token_list t WHERE t.vocabulary = 'bytes' AND t.bytes = '\xc3';
SELECT hartonomous.reconstruct_atom(t.atom_id) FROM hartonomous.cpe_token_list t WHERE t.vocabulary = 'bytes' AND t.bytes = '\xc3';
SELECT hartonomous.cpe_decode(array_agg(t.atom_id ORDER BY t.bytes DESC)) AS joined FROM hartonomous.cpe_token_list t
WHERE t.vocabulary = 'bytes' AND t.bytes IN ('\xc3', '\xa9');

-- Documents of tokens: the same text, other words; the vocabulary is kept with the document.
SELECT string_agg(line, ' ' ORDER BY n) AS psalm FROM verse \gset
SELECT hartonomous.ingest_text(:'psalm', 'of tokens', vocabulary => 'small') AS of_tokens,
  hartonomous.ingest_text(:'psalm', 'of bytes', vocabulary => 'bytes') AS of_bytes,
  hartonomous.ingest_text(:'psalm', 'of characters') AS of_characters \gset
SELECT title, hartonomous.reconstruct_text(document_id) = :'psalm' AS same, v.name
FROM hartonomous.document LEFT JOIN hartonomous.cpe_vocabulary v USING (vocabulary_id) ORDER BY document_id;
SELECT count(DISTINCT atom_id) AS roots, count(DISTINCT sha256) AS texts FROM hartonomous.document;
-- The same again, in the other order: a text is known by its words too.
SELECT hartonomous.ingest_text(:'psalm', 'again', vocabulary => 'small') AS again \gset
SELECT title FROM hartonomous.document d WHERE atom_id = (SELECT atom_id FROM hartonomous.document WHERE document_id = :again) ORDER BY document_id;
SELECT bool_and(pg_temp.round_trip(t, v)) AS same, count(*) FROM unnest('{small,bytes,pieces}'::text[]) v, unnest(ARRAY[
  '', 'a', repeat('a', 100000), repeat('the', 5000), U&'\+01F642\+01F642zzz' || repeat('ea', 77), E'e\u0301e\u0301']) t;
-- A word of a document without a vocabulary is the text atom of the token, in every vocabulary.
SELECT count(DISTINCT text_atom_id) AS atoms, count(*) AS tokens FROM hartonomous.cpe_token_list WHERE token = 'the';
WITH RECURSIVE part (atom_id) AS (
  SELECT atom_id FROM hartonomous.document WHERE document_id = :of_characters
  UNION SELECT unnest(a.refs) FROM part JOIN hartonomous.atom a USING (atom_id))
SELECT count(*) AS words_of_the_document_that_are_tokens
FROM hartonomous.cpe_token t JOIN part ON part.atom_id = t.text_atom_id
WHERE t.vocabulary_id = :small AND octet_length(t.bytes) > 2;

-- Arguments.
SELECT hartonomous.cpe_train('small', 'SELECT 1');
SELECT hartonomous.cpe_train('', 'SELECT line FROM verse');
SELECT hartonomous.cpe_train('x', 'SELECT 1');
SELECT hartonomous.cpe_train('x', 'SELECT line, n FROM verse');
SELECT hartonomous.cpe_train('x', 'SELECT line FROM nowhere');
SELECT hartonomous.cpe_train('x', 'DELETE FROM verse RETURNING line');
SELECT hartonomous.cpe_train('x', 'SELECT line FROM verse; SELECT line FROM verse');
SELECT hartonomous.cpe_train('x', '');
SELECT hartonomous.cpe_train('x', 'SELECT line FROM verse', 0);
SELECT hartonomous.cpe_train('x', 'SELECT line FROM verse', 10);
SELECT hartonomous.cpe_train('x', 'SELECT line FROM verse', min_frequency => 0);
SELECT hartonomous.cpe_train('x', 'SELECT line FROM verse', boundary => 'y');
SELECT hartonomous.cpe_train('x', 'SELECT line FROM verse', unit => 'y');
SELECT hartonomous.cpe_train('x', 'SELECT line FROM verse', tie_rule => 'y');
SELECT hartonomous.cpe_train('x', NULL);
SELECT hartonomous.cpe_train('x', 'SELECT repeat(''a'', 100000)', 40, boundary => 'none');
SELECT hartonomous.cpe_encode('x', 'nothing');
SELECT hartonomous.cpe_decode_tokens('{99999}', 'small');
SELECT hartonomous.cpe_decode_tokens('{NULL}', 'small');
SELECT hartonomous.cpe_decode_tokens('{-2147483648}', 'small');
SELECT hartonomous.cpe_decode_tokens('{-55297}', 'small');
SELECT hartonomous.cpe_decode('{1000000000}', 'small');
SELECT hartonomous.cpe_decode('{1000000000}');
SELECT hartonomous.text_of_bytes('\xc3a9') AS text, hartonomous.text_of_bytes('\xc3') IS NULL AS half, hartonomous.text_of_bytes('\x6100') IS NULL AS nul;
SELECT hartonomous.delete_vocabulary('small');
SELECT hartonomous.delete_vocabulary('nothing');

-- Files: what decides is the content.
SELECT hartonomous.import_vocabulary(convert_to(
  '{"model":{"type":"BPE","vocab":{"a":0,"\u0120":1,"\u0120a":2,"aa":3},"merges":["\u0120 a",["a","a"]]},'
  '"pre_tokenizer":{"type":"ByteLevel","add_prefix_space":false},"added_tokens":[{"id":7,"content":"<e>","special":true}]}', 'UTF8'),
  'tiny') AS tiny \gset
SELECT token_id, token, token_type, text_atom_id IS NULL AS no_text FROM hartonomous.cpe_token_list WHERE vocabulary_id = :tiny ORDER BY token_id;
SELECT hartonomous.cpe_encode_tokens('aaa a b', 'tiny') AS tokens, hartonomous.cpe_decode_tokens('{3,7,2,-99}', 'tiny') AS text;
SELECT hartonomous.import_vocabulary('{"a":0,"b":1,"ab":2}'::bytea, 'pair', merges => E'#version: 0.2\na b\n'::bytea) IS NOT NULL AS made;
SELECT hartonomous.cpe_encode_tokens('abba', 'pair');
SELECT hartonomous.import_vocabulary(E'YQ== 0\nYg== 1\nYWI= 2\n'::bytea, 'ranks') IS NOT NULL AS made;
SELECT hartonomous.cpe_encode_tokens('abba', 'ranks');
SELECT hartonomous.import_vocabulary(E'YQ== 0\nYg== 1\nYWI= 2\n'::bytea, 'cut ranks', pattern => 'gpt2') IS NOT NULL AS made;
SELECT hartonomous.cpe_encode_tokens('abba', 'cut ranks');
SELECT hartonomous.import_vocabulary(E'[UNK]\nthe\n##ing\n'::bytea, 'list') IS NOT NULL AS made;
SELECT hartonomous.cpe_encode_tokens('the', 'list');
SELECT token_id, token, token_type, is_continuation FROM hartonomous.cpe_token_list WHERE vocabulary = 'list' ORDER BY token_id;
SELECT hartonomous.import_vocabulary('{}'::bytea, 'x');
SELECT hartonomous.import_vocabulary('\x00010203'::bytea, 'x');
SELECT hartonomous.import_vocabulary('{"a":0,"b":1,"ab":2}'::bytea, 'x', merges => E'b b\n'::bytea);
SELECT hartonomous.import_vocabulary(E'YQ== 0\n'::bytea, 'x', pattern => 'y');
SELECT hartonomous.import_vocabulary(NULL::bytea, 'x');
SELECT hartonomous.import_vocabulary('relative', 'x');

-- Tenants: members see their vocabularies, others do not know that they exist; the quota counts.
CREATE ROLE cpe_alice;
CREATE ROLE cpe_bob;
SELECT hartonomous.create_tenant('cpe_a', 300) IS NOT NULL AS made;
SELECT hartonomous.add_tenant_member('cpe_a', 'cpe_alice');
GRANT EXECUTE ON FUNCTION hartonomous.cpe_train(text, text, integer, integer, text, text, text, text),
  hartonomous.delete_vocabulary(text), hartonomous.import_vocabulary(text, text, text, text) TO cpe_alice, cpe_bob;
GRANT SELECT ON verse TO cpe_alice;
SET ROLE cpe_alice;
SELECT hartonomous.cpe_train('hers', 'SELECT line FROM verse', 60) AS hers \gset
SELECT name, created_by FROM hartonomous.cpe_vocabulary;
SELECT count(*) FROM hartonomous.cpe_token_list;
SELECT count(*) FROM hartonomous.cpe_merge WHERE vocabulary_id <> :hers;
SELECT hartonomous.cpe_decode(hartonomous.cpe_encode('the earth', 'hers'), 'hers');
SELECT hartonomous.cpe_encode('the earth', 'small');
SELECT hartonomous.cpe_decode('{1}');
SELECT hartonomous.cpe_train('too much', 'SELECT line FROM verse', 400, 1);
SELECT hartonomous.import_vocabulary('/etc/passwd', 'x');
INSERT INTO hartonomous.cpe_vocabulary DEFAULT VALUES;
SET ROLE cpe_bob;
SELECT count(*) FROM hartonomous.cpe_vocabulary;
SELECT hartonomous.cpe_encode('the earth', 'hers');
SELECT hartonomous.cpe_train('his', 'SELECT line FROM verse');
SELECT hartonomous.delete_vocabulary('hers');
SET ROLE cpe_alice;
SELECT hartonomous.delete_vocabulary('hers');
SELECT hartonomous.cpe_encode('the earth', 'hers');
SELECT hartonomous.cpe_train('fits again', 'SELECT line FROM verse', 60) IS NOT NULL AS fits;
SELECT hartonomous.delete_vocabulary('fits again');
RESET ROLE;
DROP OWNED BY cpe_alice, cpe_bob;
SELECT hartonomous.drop_tenant('cpe_a');
DROP ROLE cpe_alice, cpe_bob;
SELECT count(*) AS strays FROM hartonomous.cpe_token t WHERE NOT EXISTS (SELECT FROM hartonomous.cpe_vocabulary v WHERE v.vocabulary_id = t.vocabulary_id);

-- What vocabularies are made of is no garbage.
SELECT count(*) FROM hartonomous.collect_garbage();
SELECT hartonomous.cpe_decode(hartonomous.cpe_encode(line, v)) = line AS same FROM verse, unnest('{small,bytes}'::text[]) v WHERE n = 6;
-- The store is sound, and verify_store tells what is not.
SELECT * FROM hartonomous.verify_store('atoms');
SELECT * FROM hartonomous.verify_store('documents');
SELECT * FROM hartonomous.verify_store('vocabularies');
BEGIN;
UPDATE hartonomous.cpe_token SET atom_id = (SELECT atom_id FROM hartonomous.cpe_token WHERE vocabulary_id = :tiny AND token_id = 0)
WHERE vocabulary_id = :tiny AND token_id = 3;
UPDATE hartonomous.cpe_token SET bytes = 'b' WHERE vocabulary_id = :small AND token_id = 0;
DELETE FROM hartonomous.document WHERE document_id = :of_bytes;
DELETE FROM hartonomous.cpe_vocabulary WHERE name = 'list';
SELECT problem, regexp_replace(object, '\d+', '#') AS object FROM hartonomous.verify_store('vocabularies') ORDER BY 1, 2 LIMIT 5;
ROLLBACK;
