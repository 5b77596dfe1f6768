-- Words and compositions by their place: exactly the nearest, and who may ask.
\set SHOW_CONTEXT never
SET client_min_messages = warning;
SELECT hartonomous.ingest_text('The dog saw god. Evil live vile levi! A lord, the Lord; begat, beget, begot. lords? rolled. 12 21 lorde. aab abaa', 'anagrams') IS NOT NULL AS ingested;
-- Many words of five or six letters and digits, and sentences of them.
SELECT hartonomous.ingest_text(string_agg(translate(left(md5(n::text), 3 + n % 5), '0123456789', 'ghijklmnop')
  || CASE WHEN n % 11 = 0 THEN '. The ' ELSE ' ' END, '' ORDER BY n), 'many') IS NOT NULL AS ingested FROM generate_series(1, 4000) n;

-- The oracle: every composition of characters alone, by the point that its key holds.
CREATE TEMP TABLE placed AS
  SELECT atom_id, is_constant, refs, hartonomous.hilbert_decode((hilbert_high, hilbert_low)::hartonomous.hilbert_index) AS point
  FROM hartonomous.atom;
CREATE INDEX ON placed (atom_id);
ANALYZE placed;
CREATE TEMP TABLE word AS
  SELECT atom_id, hartonomous.reconstruct_atom(atom_id) AS text, point FROM placed p
  WHERE NOT is_constant AND cardinality(refs) BETWEEN 1 AND 64
    AND NOT EXISTS (SELECT FROM unnest(refs) r JOIN placed c ON c.atom_id = r WHERE NOT c.is_constant);
CREATE FUNCTION pg_temp.distance(a geometry, b geometry) RETURNS double precision LANGUAGE sql AS $$
  SELECT sqrt((st_x(a) - st_x(b)) * (st_x(a) - st_x(b)) + (st_y(a) - st_y(b)) * (st_y(a) - st_y(b))
            + (st_z(a) - st_z(b)) * (st_z(a) - st_z(b)) + (st_m(a) - st_m(b)) * (st_m(a) - st_m(b))) $$;
SELECT count(*) > 3000 AS many_words FROM word;

SELECT text, round(distance::numeric, 6) AS distance FROM hartonomous.nearest_words('dog', k => 2);
SELECT text, round(distance::numeric, 6) AS distance FROM hartonomous.nearest_words('evil', k => 5);
SELECT text = 'lord' AS itself_first, distance = 0 AS at_its_place FROM hartonomous.nearest_words('lord', k => 1);
-- A word that is not stored.
SELECT text, round(distance::numeric, 6) AS distance FROM hartonomous.nearest_words('odg', k => 2);

-- Exactly the nearest, for words near all others and for some far from any, few and many.
SELECT count(*) AS asked, bool_and(got = expected) AS all_same FROM (
  SELECT w.text, k,
    (SELECT array_agg(n.text || ' ' || n.distance ORDER BY ordinality)
     FROM hartonomous.nearest_words(w.text, k) WITH ORDINALITY n) AS got,
    (SELECT array_agg(o.text || ' ' || o.distance ORDER BY o.distance, o.text COLLATE "C") FROM (
       SELECT v.text, pg_temp.distance(w.point, v.point) AS distance FROM word v
       ORDER BY 2, v.text COLLATE "C" LIMIT k) o) AS expected
  FROM (SELECT * FROM word WHERE atom_id % 150 = 0 OR text IN ('dog', 'The', '12', 'aab')) w, (VALUES (1), (10), (200)) ks (k)) asked;
SELECT count(*) = (SELECT count(*) FROM word) AS all_words FROM hartonomous.nearest_words('zzz', k => 10000);

-- Compositions of every kind.
SELECT count(*) AS asked, bool_and(got = expected) AS all_same FROM (
  SELECT
    (SELECT array_agg(n.distance ORDER BY ordinality) FROM hartonomous.nearest_compositions(p.atom_id, 5) WITH ORDINALITY n) AS got,
    (SELECT array_agg(o.distance ORDER BY o.distance) FROM (
       SELECT pg_temp.distance(p.point, v.point) AS distance FROM placed v
       WHERE NOT v.is_constant AND v.atom_id <> p.atom_id ORDER BY 1 LIMIT 5) o) AS expected
  FROM placed p WHERE p.atom_id % 200 = 0) asked;
SELECT bool_and(octet_length(text) BETWEEN 1 AND 200) AS shown FROM hartonomous.document d, hartonomous.nearest_compositions(d.atom_id, 20);

-- It is the B-tree along the curve that is read.
BEGIN;
SET LOCAL enable_seqscan = off;
EXPLAIN (COSTS OFF) SELECT a.atom_id
FROM unnest(ARRAY[1::bigint], ARRAY[1::bigint], ARRAY[2::bigint], ARRAY[2::bigint]) AS r (low_high, low_low, high_high, high_low), hartonomous.atom a
WHERE (a.hilbert_high, a.hilbert_low) >= (r.low_high, r.low_low) AND (a.hilbert_high, a.hilbert_low) <= (r.high_high, r.high_low);
ROLLBACK;
SHOW enable_seqscan;

-- Arguments and rights.
SELECT count(*) FROM hartonomous.nearest_words(NULL);
SELECT hartonomous.nearest_words('');
SELECT hartonomous.nearest_words('a', k => 0);
SELECT hartonomous.nearest_compositions(0);
SELECT hartonomous.nearest_compositions(1, k => 10001);
CREATE ROLE nearest_nobody;
SET ROLE nearest_nobody;
SELECT hartonomous.nearest_words('dog');
SELECT hartonomous.nearest_compositions(1);
RESET ROLE;
DROP ROLE nearest_nobody;
SELECT count(hartonomous.delete_document(document_id)) FROM hartonomous.document;
