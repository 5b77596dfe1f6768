-- Phrases in texts: every place, to the byte, and nothing of other tenants.
\set SHOW_CONTEXT never
SET client_min_messages = warning;

-- The oracle: every position in the reconstructed bytes.
CREATE FUNCTION pg_temp.naive(phrase text) RETURNS TABLE (document_id bigint, byte_offset bigint)
LANGUAGE plpgsql AS $$
DECLARE
  sought bytea := convert_to(phrase, 'UTF8');
  content bytea;
  at integer;
BEGIN
  FOR document_id IN SELECT d.document_id FROM hartonomous.document d ORDER BY 1 LOOP
    content := convert_to(hartonomous.reconstruct_text(document_id), 'UTF8');
    byte_offset := 0;
    LOOP
      at := position(sought IN substr(content, byte_offset::integer + 1));
      EXIT WHEN at = 0;
      byte_offset := byte_offset + at;
      byte_offset := byte_offset - 1;
      RETURN NEXT;
      byte_offset := byte_offset + 1;
    END LOOP;
  END LOOP;
END $$;
-- Whether all three functions say what the oracle says; how many places there are.
CREATE FUNCTION pg_temp.agrees(phrase text, OUT same boolean, OUT places bigint) LANGUAGE plpgsql AS $$
DECLARE
  expected text; got text; counted bigint; listed bigint;
BEGIN
  SELECT count(*), string_agg(n.document_id || ':' || n.byte_offset, ' ' ORDER BY n.document_id, n.byte_offset)
    INTO places, expected FROM pg_temp.naive(phrase) n;
  SELECT string_agg(f.document_id || ':' || f.byte_offset, ' ' ORDER BY f.ordinality)
    INTO got FROM hartonomous.find_text(phrase) WITH ORDINALITY f;
  SELECT coalesce(sum(occurrences), 0) INTO listed FROM hartonomous.documents_containing(phrase);
  counted := hartonomous.count_text(phrase);
  same := got IS NOT DISTINCT FROM expected AND counted = places AND listed = places;
  IF NOT same THEN RAISE WARNING 'phrase "%": expected %, got %, counted %, listed %', phrase, expected, got, counted, listed; END IF;
END $$;

SELECT hartonomous.ingest_text(E'The LORD is my shepherd; I shall not want.\nHe maketh me to lie down in green pastures: he leadeth me beside the still waters.\n\nHe restoreth my soul.', 'Psalm 23') AS psalm \gset
SELECT hartonomous.ingest_text('aaaa aaaaa baaab', 'runs') AS runs \gset
SELECT hartonomous.ingest_text('', 'empty') AS empty \gset
SELECT hartonomous.ingest_text('a', 'a letter') AS letter \gset
SELECT hartonomous.ingest_text('still', 'a word') AS word \gset
SELECT hartonomous.ingest_text(E'He restoreth my soul.', 'a sentence of another') AS sentence \gset
SELECT hartonomous.ingest_text(E'e\u0301t\u00e9 \u4e2d\u6587\u5b57\u6bb5 \U0001F469\u200D\U0001F4BB \u0e01\u0e32\u0e23\u0e17\u0e14 \U0001F1E9\U0001F1EA\U0001F1E9\U0001F1EA', 'scripts') AS scripts \gset
SELECT hartonomous.ingest_text(repeat('still waters run deep. ', 2000), 'repeats') AS repeats \gset
SELECT hartonomous.ingest_text(repeat('abcdefghij', 1000), 'a long word') AS long_word \gset
SELECT hartonomous.ingest_text((SELECT string_agg('w' || n % 700 || CASE WHEN n % 9 = 0 THEN E'.\n' || repeat(E'\n', n % 2) ELSE ' ' END, '' ORDER BY n) FROM generate_series(1, 6000) n), 'numbered words') AS numbered \gset

SELECT title, byte_offset FROM hartonomous.find_text('He ') ORDER BY 1, 2;
SELECT title, occurrences FROM hartonomous.documents_containing('still waters');
SELECT hartonomous.count_text('aa'), hartonomous.count_text('aa', in_document => :runs) AS of_runs,
  hartonomous.count_text('nowhere at all') AS nowhere, hartonomous.count_text(NULL) IS NULL AS null_for_null;
SELECT byte_offset FROM hartonomous.find_text('aa', in_document => :runs);

-- Within words, over word, sentence and paragraph boundaries, in runs, of several scripts, whole texts.
CREATE TEMP TABLE sought AS SELECT * FROM unnest(ARRAY[
  'a', 'aa', 'aaa', 'b', ' ', '  ', '.', E'\n', E'\n\n', 'still', 'till', 'stil', 'water', 'still waters',
  'LORD is my', 'D is m', E'want.\nHe', E'waters.\n\nHe', ' he ', 'He', 'e', E'\u0301', E'\u00e9',
  E'\u6587', E'\u6587\u5b57', E'\u4e2d\u6587\u5b57\u6bb5', E'\U0001F469', E'\u200D', E'\u0e32\u0e23',
  E'\U0001F1EA\U0001F1E9', E'\U0001F1E9\U0001F1EA', 'deep. still', 'ij', 'ja', 'abcdefghijabcdefghijabcdefghij',
  'w699', 'w69', '69', E'w9.\n', E'.\n\nw', 'w1 w2 w3', 'not in there', 'aaaa aaaaa baaab', 'He restoreth my soul.']) phrase;
SELECT phrase, (pg_temp.agrees(phrase)).* FROM sought;
-- Long and random stretches of what there is.
SELECT setseed(0.5);
INSERT INTO sought SELECT substr(hartonomous.reconstruct_text(:numbered), 11, 5000);
INSERT INTO sought SELECT phrase FROM (
  SELECT substr(content, 1 + (random() * (length(content) - 1))::integer, 1 + (random() * random() * 40)::integer) AS phrase
  FROM hartonomous.document d, hartonomous.reconstruct_text(d.document_id) content, generate_series(1, 12)
  WHERE d.byte_length BETWEEN 1 AND 25000) stretches WHERE phrase <> '';
SELECT bool_and((pg_temp.agrees(phrase)).same) AS all_same, count(*) FROM sought;

-- The same with some documents in the index, with all, with a word more since, and without it again.
CREATE FUNCTION pg_temp.all_agree() RETURNS boolean LANGUAGE sql AS
  'SELECT bool_and((pg_temp.agrees(phrase)).same) FROM sought';
SELECT hartonomous.update_text_index(max_bytes => 1) AS first_document, pg_temp.all_agree();
SELECT hartonomous.update_text_index(max_bytes => 100) AS some_more, pg_temp.all_agree();
SELECT hartonomous.update_text_index() AS the_others, pg_temp.all_agree();
SELECT hartonomous.update_text_index() AS no_more;
SELECT count(*) AS batches, max(last_document_id) = :numbered AS complete FROM hartonomous.text_index_batch;
SELECT hartonomous.ingest_text(E'still more: w1 w2 w3\n\nw699 waters', 'later') AS later \gset
SELECT pg_temp.all_agree();
SELECT hartonomous.update_text_index() AS later, pg_temp.all_agree();
SELECT hartonomous.delete_document(:later), hartonomous.delete_document(:sentence);
SELECT pg_temp.all_agree();
-- One that takes many copies and few bytes: too much for the index, so it is read.
SELECT hartonomous.ingest_text(repeat('m', 300000) || 'n', 'a long run') AS run \gset
SELECT hartonomous.update_text_index() AS the_run, hartonomous.count_text('mmmn') AS ends, hartonomous.count_text('mm') AS pairs;
SELECT hartonomous.delete_document(:run);
SELECT hartonomous.drop_text_index(), hartonomous.update_text_index() AS anew, pg_temp.all_agree();
SELECT count(*) AS batches FROM hartonomous.text_index_batch;
SELECT hartonomous.update_text_index(-1);
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT hartonomous.update_text_index();
ROLLBACK;

-- max_results ends the search.
SELECT count(*) FROM hartonomous.find_text('still', max_results => 3);
SELECT count(*) FROM hartonomous.find_text('still', max_results => 0);
SELECT title FROM hartonomous.documents_containing('still', max_results => 2);

-- Arguments, and what is longer than any text.
SELECT count(*) FROM hartonomous.find_text(NULL);
SELECT count(*) FROM hartonomous.documents_containing(NULL);
SELECT count(*) FROM hartonomous.find_text('still', in_document => 0);
SELECT count(*) FROM hartonomous.find_text(repeat('still ', 100000));
SELECT * FROM hartonomous.find_text('');
SELECT * FROM hartonomous.documents_containing('');
SELECT hartonomous.count_text('');
SELECT * FROM hartonomous.find_text('x', max_results => -1);

-- A search that takes long can be ended.
SELECT hartonomous.ingest_text(repeat('y', 5000000), 'five million') AS big \gset
SELECT hartonomous.count_text('yyy', in_document => :big);
SET statement_timeout = 200;
SELECT count(*) FROM hartonomous.find_text('y', in_document => :big);
RESET statement_timeout;
SELECT hartonomous.delete_document(:big);

-- Tenants: the same atoms, not the same documents.
CREATE ROLE search_alice;
CREATE ROLE search_bob;
SELECT hartonomous.create_tenant('search_a') IS NOT NULL AS a, hartonomous.create_tenant('search_b') IS NOT NULL AS b;
SELECT hartonomous.add_tenant_member('search_a', 'search_alice'), hartonomous.add_tenant_member('search_b', 'search_bob');
GRANT EXECUTE ON FUNCTION hartonomous.ingest_text(text, text, text, text) TO search_alice, search_bob;
SET ROLE search_alice;
SELECT hartonomous.ingest_text('Alice sat by still waters and told nobody.', 'hers') AS hers \gset
SELECT title, byte_offset FROM hartonomous.find_text('still waters');
SET ROLE search_bob;
SELECT hartonomous.ingest_text('Bob fished.', 'his') IS NOT NULL AS ingested;
SELECT count(*) FROM hartonomous.find_text('still waters');
SELECT count(*) FROM hartonomous.find_text('nobody', in_document => :hers);
SELECT count(*) FROM hartonomous.documents_containing('a');
SELECT hartonomous.count_text('nobody'), hartonomous.count_text('fish');
SELECT hartonomous.update_text_index();
SELECT hartonomous.drop_text_index();
SELECT count(*) FROM hartonomous.text_index_reference;
RESET ROLE;
-- In the index the atoms of all tenants are together; what is found is still each one's own.
SELECT hartonomous.update_text_index() AS hers_and_his;
SET ROLE search_bob;
SELECT count(*) FROM hartonomous.find_text('still waters');
SELECT count(*) FROM hartonomous.find_text('nobody', in_document => :hers);
SELECT hartonomous.count_text('nobody'), hartonomous.count_text('fish');
SET ROLE search_alice;
SELECT title, byte_offset FROM hartonomous.find_text('still waters');
RESET ROLE;
SELECT title FROM hartonomous.documents_containing('told nobody');
SELECT count(hartonomous.delete_document(document_id)) FROM hartonomous.document;
SELECT hartonomous.drop_text_index();
SELECT hartonomous.drop_tenant('search_a'), hartonomous.drop_tenant('search_b');
DROP OWNED BY search_alice, search_bob;
DROP ROLE search_alice, search_bob;
