-- The atom table: what a row says, canonical form, sharing, and that nothing else can get in.
\set SHOW_CONTEXT never
SET client_min_messages = warning;
SELECT hartonomous.ingest_text('Mississippi  the the', 'words') AS words \gset

-- Characters lie on the sphere; each is one row, with its UTF-8 bytes as value.
SELECT convert_from(value, 'UTF8') AS character, kind, is_constant, refs, multiplicities,
  round((st_x(geom) ^ 2 + st_y(geom) ^ 2 + st_z(geom) ^ 2 + st_m(geom) ^ 2)::numeric, 12) AS radius,
  content_hash = (SELECT r.content_hash FROM hartonomous.atomize_text(convert_from(value, 'UTF8')) r) AS hash
FROM hartonomous.atom WHERE is_constant ORDER BY value;
-- Words are runs of characters; equal neighbours are one child with a multiplicity.
SELECT hartonomous.reconstruct_atom(atom_id) AS content, kind, multiplicities, cardinality(refs),
  st_npoints(geom), geometrytype(geom), st_zmflag(geom)
FROM hartonomous.atom WHERE NOT is_constant ORDER BY 1;
-- The geometry is byte for byte what PostGIS would make of the children's places.
SELECT count(*) AS different FROM hartonomous.atom a
WHERE NOT record_image_eq(row(geom), row(st_geomfromewkb(st_asewkb(geom))));
SELECT count(*) AS different FROM hartonomous.atom a,
  LATERAL (SELECT st_makeline(c.geom ORDER BY u.n) AS line FROM
             unnest(a.refs) WITH ORDINALITY AS u (id, n) JOIN hartonomous.atom c ON c.atom_id = u.id) l
WHERE NOT a.is_constant AND cardinality(a.refs) > 1
  AND NOT EXISTS (SELECT FROM unnest(a.refs) r JOIN hartonomous.atom c ON c.atom_id = r
                  WHERE NOT c.is_constant)
  AND NOT record_image_eq(row(l.line), row(a.geom));
-- The curve position is that of the weighted mean of the children's places.
SELECT hartonomous.ingest_text('Mss', 'weighted') IS NOT NULL AS made;
SELECT (hartonomous.hilbert_encode(st_setsrid(st_makepoint(
          (st_x(m.geom) + 2 * st_x(s.geom)) / 3, (st_y(m.geom) + 2 * st_y(s.geom)) / 3,
          (st_z(m.geom) + 2 * st_z(s.geom)) / 3, (st_m(m.geom) + 2 * st_m(s.geom)) / 3), 0))).high
  = (SELECT hilbert_high FROM hartonomous.atom a
     WHERE hartonomous.reconstruct_atom(a.atom_id) = 'Mss') AS same
FROM hartonomous.atom m, hartonomous.atom s
WHERE m.value = 'M' AND s.value = 's';
-- A document of one letter is the letter; one of a stored word is that word; the empty one is empty.
SELECT count(*) AS before FROM hartonomous.atom \gset
SELECT hartonomous.ingest_text('i', 'letter') AS letter \gset
SELECT hartonomous.ingest_text('the', 'word') AS word \gset
SELECT hartonomous.ingest_text('Mississippi  the the', 'words again') AS again \gset
SELECT count(*) - :before AS added FROM hartonomous.atom;
SELECT a.is_constant, d.title FROM hartonomous.document d JOIN hartonomous.atom a USING (atom_id)
WHERE d.document_id IN (:letter, :word, :again) ORDER BY d.document_id;
SELECT hartonomous.ingest_text('', 'nothing') AS nothing \gset
SELECT a.refs, a.multiplicities, st_astext(a.geom), encode(a.content_hash, 'hex') AS content_hash,
  hartonomous.reconstruct_text(d.document_id) = '' AS is_empty
FROM hartonomous.document d JOIN hartonomous.atom a USING (atom_id) WHERE d.document_id = :nothing;

-- Fan-out is bounded: 20000 different words in one line.
SELECT hartonomous.ingest_text(string_agg(md5(n::text), ' ' ORDER BY n), 'many') AS many
FROM generate_series(1, 20000) n \gset
SELECT max(cardinality(refs)) <= 1024 AS bounded, max(cardinality(refs)) > 100 AS used
FROM hartonomous.atom;
SELECT md5(hartonomous.reconstruct_text(:many)) = md5(string_agg(md5(n::text), ' ' ORDER BY n)) AS same
FROM generate_series(1, 20000) n;

-- The indexes agree with the table, and the store with its content addresses.
CREATE EXTENSION amcheck;
SELECT bt_index_check(c.oid, true) FROM pg_class c JOIN pg_index i ON i.indexrelid = c.oid
  JOIN pg_am m ON m.oid = c.relam
WHERE i.indrelid = 'hartonomous.atom'::regclass AND m.amname = 'btree' ORDER BY c.relname;
SET enable_seqscan = off;
SELECT count(*) = (SELECT count(*) FROM hartonomous.atom) AS gist_finds_all FROM hartonomous.atom
WHERE geom &&& st_makeline(st_makepoint(-2, -2, -2, -2), st_makepoint(2, 2, 2, 2));
RESET enable_seqscan;
SELECT * FROM hartonomous.verify_store('atoms');
SELECT * FROM hartonomous.verify_store('documents');
-- It can fail: each lie is found.
BEGIN;
UPDATE hartonomous.atom SET value = 'x' WHERE value = 'M';
UPDATE hartonomous.atom SET multiplicities[1] = 2 WHERE atom_id =
  (SELECT atom_id FROM hartonomous.document WHERE document_id = :word);
UPDATE hartonomous.atom SET hilbert_low = hilbert_low + 1 WHERE value = 't';
UPDATE hartonomous.atom SET geom = st_makepoint(0, 0, 0, 1) WHERE value = 'p';
UPDATE hartonomous.atom SET value = NULL WHERE value = 'the';
SELECT problem, count(*) FROM hartonomous.verify_store('atoms') GROUP BY 1 ORDER BY 1;
SELECT problem, count(*) FROM hartonomous.verify_store('documents') GROUP BY 1 ORDER BY 1;
ROLLBACK;
BEGIN;
DELETE FROM hartonomous.atom WHERE value = 'Mississippi' RETURNING atom_id AS gone \gset
SELECT octet_length(hartonomous.reconstruct_text(:words));
SELECT problem, object = 'document ' || :words AS words FROM hartonomous.verify_store('documents');
UPDATE hartonomous.atom SET value = NULL WHERE refs[1] = :gone;
SELECT hartonomous.reconstruct_text(:words);
ROLLBACK;

-- Nobody has rights on the table, and an altered one is refused.
CREATE ROLE atom_reader;
SET ROLE atom_reader;
SELECT count(*) FROM hartonomous.atom;
SELECT hartonomous.reconstruct_atom(1);
SELECT last_value FROM hartonomous.atom_id_seq;
RESET ROLE;
DROP ROLE atom_reader;
SELECT hartonomous.reconstruct_atom(0);
SELECT hartonomous.reconstruct_atom(9223372036854775807);
SELECT hartonomous.reconstruct_atom(NULL) IS NULL AS null_for_null;
BEGIN;
ALTER TABLE hartonomous.atom ADD COLUMN extra integer;
SELECT hartonomous.ingest_text('x', 'y');
ROLLBACK;

-- At every isolation level a writer sees the atoms that others committed after it began.
BEGIN ISOLATION LEVEL SERIALIZABLE;
SELECT hartonomous.ingest_text('fresh words in a serializable transaction', 'first') AS first \gset
SELECT hartonomous.reconstruct_text(:first);
COMMIT;
BEGIN READ ONLY;
SELECT hartonomous.ingest_text('x', 'y');
ROLLBACK;
