-- Places of characters, positions on curves, ranges of boxes, trilateration, the spatial index.
\set VERBOSITY terse
SET client_min_messages = warning;
SET extra_float_digits = 0;

-- A character's place is on the unit sphere, and leads back to the character.
SELECT codepoint, ST_AsText(p, 12) AS place, hartonomous.codepoint_of(p)
FROM unnest('{0, 65, 97, 937, 55296, 128512, 1114111}'::integer[]) codepoint,
  hartonomous.character_point(codepoint) p
ORDER BY codepoint;
SELECT count(*) AS characters,
  count(*) FILTER (WHERE hartonomous.codepoint_of(p) = codepoint) AS found_again,
  count(*) FILTER (WHERE hartonomous.codepoint_of(hartonomous.hilbert_decode(hartonomous.hilbert_encode(p))) = codepoint) AS found_from_the_curve,
  count(DISTINCT hartonomous.hilbert_encode(p)) AS distinct_positions,
  max(abs(ST_X(p) ^ 2 + ST_Y(p) ^ 2 + ST_Z(p) ^ 2 + ST_M(p) ^ 2 - 1)) <= 8e-15 AS on_the_sphere
FROM generate_series(0, 1114111, 97) codepoint, hartonomous.character_point(codepoint) p;
-- What we build has the very bytes that PostGIS builds.
SELECT bool_and(record_image_eq(ROW(p), ROW(ST_MakePoint(ST_X(p), ST_Y(p), ST_Z(p), ST_M(p))))) AS same_bytes
FROM generate_series(0, 1114111, 997) codepoint, hartonomous.character_point(codepoint) p;
CREATE FUNCTION pg_temp.make_line(points geometry[]) RETURNS geometry
  AS 'hartonomous_test', 'hartonomous_test_make_line' LANGUAGE c STRICT;
CREATE FUNCTION pg_temp.number(n integer) RETURNS float8 LANGUAGE sql IMMUTABLE
RETURN ('{0, 1, -1, 0.1, -0.1, 1e-30, -1e-30, 1e-320, 16777217, -16777217, 1e300, -1e300, 3.4028234663852886e38, 0.30000001192092896, 1e15, -7.3}'::float8[])[1 + n * n % 13 + n % 4];
SELECT count(*) AS lines, count(*) FILTER (WHERE record_image_eq(ROW(ST_MakeLine(points)), ROW(pg_temp.make_line(points)))) AS same_bytes
FROM generate_series(2, 9) vertices, generate_series(0, 199) seed, LATERAL (
  SELECT array_agg(ST_MakePoint(pg_temp.number(seed + i), pg_temp.number(seed * 7 + i), pg_temp.number(seed * 3 + i * i), pg_temp.number(seed + 5 * i)) ORDER BY i) AS points
  FROM generate_series(1, vertices) i) line;
-- Values cut short are refused, at every length, and never read beyond.
CREATE FUNCTION pg_temp.cut_extent(g geometry, bytes integer) RETURNS boolean
  AS 'hartonomous_test', 'hartonomous_test_cut_extent' LANGUAGE c STRICT;
CREATE FUNCTION pg_temp.answer(g geometry, bytes integer) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  RETURN pg_temp.cut_extent(g, bytes);
EXCEPTION WHEN OTHERS THEN
  RETURN SQLSTATE || ' ' || SQLERRM;
END
$$;
SELECT ST_GeometryType(g), min(bytes) AS from_bytes, max(bytes) AS to_bytes, pg_temp.answer(g, bytes) AS box_found
FROM unnest(ARRAY['POINT (1 2)', 'LINESTRING M (0 0 0, 1 1 1, 2 2 2)', 'POLYGON ((0 0, 1 0, 1 1, 0 0))',
  'GEOMETRYCOLLECTION ZM (POINT ZM (1 2 3 4), POLYGON ZM ((0 0 0 0, 1 0 0 0, 1 1 0 0, 0 0 0 0)))']::geometry[]) g,
  generate_series(0, 300) bytes
WHERE bytes <= ST_MemSize(g)
GROUP BY g, pg_temp.answer(g, bytes) ORDER BY 1, 2;
-- PostGIS's type and schema are found.
CREATE FUNCTION pg_temp.geometry_type() RETURNS oid AS 'hartonomous_test', 'hartonomous_test_geometry_type' LANGUAGE c;
CREATE FUNCTION pg_temp.postgis_schema() RETURNS oid AS 'hartonomous_test', 'hartonomous_test_postgis_schema' LANGUAGE c;
SELECT pg_temp.geometry_type()::regtype, pg_temp.postgis_schema()::regnamespace;
-- Other points have no character.
SELECT hartonomous.codepoint_of(ST_MakePoint(0, 0, 0, 0)) AS centre,
  hartonomous.codepoint_of(ST_MakePoint(2, 0, 0, 0)) AS outside,
  hartonomous.codepoint_of('POINT ZM EMPTY') AS nowhere,
  hartonomous.codepoint_of('LINESTRING ZM (0 0 0 0, 1 1 1 1)') AS line,
  hartonomous.codepoint_of('POINT (NaN 0)') AS nan,
  hartonomous.codepoint_of(NULL) AS nothing, hartonomous.character_point(NULL) AS no_character;
SELECT hartonomous.character_point(-1);
\echo :LAST_ERROR_SQLSTATE
SELECT hartonomous.character_point(1114112);
\echo :LAST_ERROR_SQLSTATE

-- The 4-D curve: its ends, the sign bits, the centre of a cell. Missing axes are 0.
SELECT hartonomous.hilbert_encode('POINT ZM (-1 -1 -1 -1)') AS first,
  hartonomous.hilbert_encode('POINT ZM (-1 -1 -1 1)') AS last;
SELECT ST_AsText(hartonomous.hilbert_decode((-9223372036854775808, -9223372036854775808)), 12) AS first,
  ST_AsText(hartonomous.hilbert_decode((9223372036854775807, 9223372036854775807)), 12) AS last;
SELECT hartonomous.hilbert_encode('POINT (0.25 -0.5)') = hartonomous.hilbert_encode('POINT ZM (0.25 -0.5 0 0)') AS xy,
  hartonomous.hilbert_encode('POINT M (0.25 -0.5 0.125)') = hartonomous.hilbert_encode('POINT ZM (0.25 -0.5 0 0.125)') AS xym,
  hartonomous.hilbert_encode('SRID=4326;POINT Z (0.25 -0.5 0.125)') = hartonomous.hilbert_encode('POINT ZM (0.25 -0.5 0.125 0)') AS xyz;
SELECT hartonomous.hilbert_decode((NULL, 1)) AS half, hartonomous.hilbert_decode(NULL) AS nothing;
SELECT count(*) AS points, count(*) FILTER (WHERE hartonomous.hilbert_encode(back) = h) AS same_again,
  count(*) FILTER (WHERE greatest(abs(ST_X(p) - ST_X(back)), abs(ST_Y(p) - ST_Y(back)),
                                  abs(ST_Z(p) - ST_Z(back)), abs(ST_M(p) - ST_M(back))) <= 2 ^ -32) AS close
FROM generate_series(1, 2000) i, ST_MakePoint(sin(i), sin(i * 2.1), sin(i * 3.3), sin(i * 4.7)) p,
  hartonomous.hilbert_encode(p) h, hartonomous.hilbert_decode(h) back;
SELECT hartonomous.hilbert_encode('POINT ZM (0 0 0 1.5)');
\echo :LAST_ERROR_SQLSTATE
SELECT hartonomous.hilbert_encode('POINT (NaN 0)');
\echo :LAST_ERROR_SQLSTATE
SELECT hartonomous.hilbert_encode(ST_MakePoint('Infinity', 0));
\echo :LAST_ERROR_SQLSTATE
SELECT hartonomous.hilbert_encode('POINT EMPTY');
\echo :LAST_ERROR_SQLSTATE
SELECT hartonomous.hilbert_encode('LINESTRING ZM (0 0 0 0, 1 1 1 1)');
\echo :LAST_ERROR_SQLSTATE

-- The 3-D curve visits every cell of a 16-grid once, in steps of one.
WITH cell AS (
  SELECT * FROM generate_series(0, 4095) code, hartonomous.hilbert3d_decode(code, 4)
), step AS (
  SELECT *, abs(x - lag(x) OVER o) + abs(y - lag(y) OVER o) + abs(z - lag(z) OVER o) AS step,
    hartonomous.hilbert3d_encode(x, y, z, 4) = code AS returns
  FROM cell WINDOW o AS (ORDER BY code)
)
SELECT count(DISTINCT (x, y, z)) AS cells, max(step) AS longest_step, bool_and(returns) AS returns FROM step;
SELECT bool_and(hartonomous.morton3d_encode(x, y, z) = code) AS returns
FROM generate_series(0, 9223372036854775807, 9223372036854775807 / 997) code, hartonomous.morton3d_decode(code);
SELECT hartonomous.hilbert3d_encode(2097151, 0, 1048576) AS hilbert, hartonomous.morton3d_encode(2097151, 0, 1048576) AS morton,
  hartonomous.morton3d_encode(1, 2, 3, bits => 2) AS small, hartonomous.hilbert3d_encode(NULL, 0, 0) AS nothing;
SELECT hartonomous.hilbert3d_encode(4, 0, 0, 2);
\echo :LAST_ERROR_SQLSTATE
SELECT hartonomous.morton3d_encode(0, -1, 0);
\echo :LAST_ERROR_SQLSTATE
SELECT hartonomous.hilbert3d_encode(0, 0, 0, 22);
\echo :LAST_ERROR_SQLSTATE
SELECT hartonomous.hilbert3d_decode(64, 2);
\echo :LAST_ERROR_SQLSTATE
SELECT hartonomous.morton3d_decode(-1);
\echo :LAST_ERROR_SQLSTATE

-- Windows through a B-tree: ranges of the curve, compared as rows, then the box itself.
CREATE TABLE place AS
SELECT i AS place_id, geom, (h).high AS hilbert_high, (h).low AS hilbert_low
FROM generate_series(1, 20000) i,
  ST_MakePoint(sin(i), sin(i * 2.1), sin(i * 3.3), sin(i * 4.7)) geom, hartonomous.hilbert_encode(geom) h;
CREATE INDEX place_hilbert_idx ON place (hilbert_high, hilbert_low);
ANALYZE place;
CREATE FUNCTION pg_temp.box(low float8, high float8) RETURNS geometry LANGUAGE sql IMMUTABLE
RETURN ST_MakeLine(ST_MakePoint(low, low, low, low), ST_MakePoint(high, high, high, high));
SET enable_seqscan = off;
SET enable_bitmapscan = off;
EXPLAIN (COSTS OFF)
SELECT place_id FROM hartonomous.hilbert_ranges(pg_temp.box(-0.5, 0.1), 32) r
JOIN place p ON (p.hilbert_high, p.hilbert_low) >= ((r.low).high, (r.low).low)
            AND (p.hilbert_high, p.hilbert_low) <= ((r.high).high, (r.high).low)
WHERE p.geom &&& pg_temp.box(-0.5, 0.1);
SELECT max_ranges, count(*) AS found,
  count(*) = (SELECT count(*) FROM place WHERE geom &&& pg_temp.box(-0.5, 0.1)) AS same_as_postgis
FROM unnest('{1, 2, 16, 64, 1000}'::integer[]) max_ranges,
  hartonomous.hilbert_ranges(pg_temp.box(-0.5, 0.1), max_ranges) r
JOIN place p ON (p.hilbert_high, p.hilbert_low) >= ((r.low).high, (r.low).low)
            AND (p.hilbert_high, p.hilbert_low) <= ((r.high).high, (r.high).low)
WHERE p.geom &&& pg_temp.box(-0.5, 0.1)
GROUP BY max_ranges ORDER BY max_ranges;
-- The whole cube is one range; what lies outside is cut off, what is all outside gives none.
SELECT * FROM hartonomous.hilbert_ranges(pg_temp.box(-1, 1));
SELECT count(*) AS beyond FROM hartonomous.hilbert_ranges(pg_temp.box(-9, 9));
SELECT (SELECT count(*) FROM hartonomous.hilbert_ranges(pg_temp.box(1.5, 2))) AS outside,
  (SELECT count(*) FROM hartonomous.hilbert_ranges('LINESTRING EMPTY')) AS empty,
  (SELECT count(*) FROM hartonomous.hilbert_ranges(NULL)) AS nothing,
  (SELECT count(*) FROM hartonomous.hilbert_ranges('POINT ZM (0.5 0.5 0.5 0.5)')) AS point;
-- Any geometry has a box; axes it lacks are unbounded.
SELECT (SELECT array_agg(r) FROM hartonomous.hilbert_ranges('POLYGON ((0 0, 0.5 0, 0.5 0.25, 0 0))', 3) r) =
  (SELECT array_agg(r) FROM hartonomous.hilbert_ranges('LINESTRING ZM (0 0 -1 -1, 0.5 0.25 1 1)', 3) r) AS polygon,
  (SELECT array_agg(r) FROM hartonomous.hilbert_ranges('GEOMETRYCOLLECTION M (POINT M (0 0 0), LINESTRING M (0.5 0.25 0.5, 0 0 0))', 3) r) =
  (SELECT array_agg(r) FROM hartonomous.hilbert_ranges('LINESTRING ZM (0 0 -1 0, 0.5 0.25 1 0.5)', 3) r) AS collection;
SELECT hartonomous.hilbert_ranges(pg_temp.box(0, 1), 0);
\echo :LAST_ERROR_SQLSTATE
SELECT hartonomous.hilbert_ranges(pg_temp.box(0, 1), 10001);
\echo :LAST_ERROR_SQLSTATE

-- Nearest neighbours through our operator class: exact, and from the index.
CREATE INDEX place_geom_idx ON place USING gist (geom hartonomous.gist_geometry_ops_hilbert);
CREATE FUNCTION pg_temp.distance(a geometry, b geometry) RETURNS float8 LANGUAGE sql IMMUTABLE
RETURN sqrt((ST_X(a) - ST_X(b)) ^ 2 + (ST_Y(a) - ST_Y(b)) ^ 2 + (ST_Z(a) - ST_Z(b)) ^ 2 + (ST_M(a) - ST_M(b)) ^ 2);
EXPLAIN (COSTS OFF)
SELECT place_id FROM place ORDER BY geom <<->> ST_MakePoint(0.1, 0.2, 0.3, 0.4) LIMIT 10;
EXPLAIN (COSTS OFF) SELECT count(*) FROM place WHERE geom &&& pg_temp.box(-0.5, 0.1);
CREATE TEMPORARY TABLE query AS
SELECT q AS query_id, ST_MakePoint(cos(q), cos(q * 1.7), cos(q * 2.9), cos(q * 4.3)) AS at FROM generate_series(1, 50) q;
WITH by_index AS (
  SELECT query_id, n.place_id FROM query, LATERAL (
    SELECT place_id FROM place ORDER BY geom <<->> at LIMIT 10) n
), by_force AS (
  SELECT query_id, place_id FROM (
    SELECT query_id, place_id, row_number() OVER (PARTITION BY query_id ORDER BY pg_temp.distance(geom, at)) AS rank
    FROM query, place) ranked WHERE rank <= 10
)
SELECT (SELECT count(*) FROM by_index) AS by_index,
  (SELECT count(*) FROM (SELECT * FROM by_index INTERSECT SELECT * FROM by_force) both_ways) AS same_as_brute_force;
-- The index takes rows after it was built, and boxes of any size, place and dimension.
INSERT INTO place
SELECT 100000 + i, geom, 0, 0 FROM (VALUES (1, 'POINT (1e30 -1e30)'::geometry), (2, 'POINT EMPTY'),
  (3, 'LINESTRING ZM (-1e9 0 0 0, 1e9 1 1 1, 0 0 0 0)'), (4, 'POINT M (5 5 5)'), (5, NULL),
  (6, 'SRID=4326;POLYGON ((0 0, 10 0, 10 10, 0 0))')) odd (i, geom);
REINDEX INDEX place_geom_idx;
SELECT count(*) AS far FROM place WHERE geom &&& 'LINESTRING (9e29 -2e30, 2e30 -9e29)';
SELECT place_id FROM place WHERE geom &&& 'LINESTRING (4.5 4.5, 5.5 5.5)' ORDER BY place_id;
-- Built sorted, its pages are filled, which row after row never does; and an order can be told.
CREATE INDEX place_stock_idx ON place USING gist (geom gist_geometry_ops_nd);
SELECT pg_relation_size('place_geom_idx') < 0.95 * pg_relation_size('place_stock_idx') AS is_denser;

-- Trilateration: five landmarks, or more; what is no proper set of landmarks is refused.
CREATE FUNCTION pg_temp.landmarks() RETURNS geometry[] LANGUAGE sql IMMUTABLE
RETURN ARRAY[ST_MakePoint(0, 0, 0, 0), ST_MakePoint(1, 0, 0, 0), ST_MakePoint(0, 1, 0, 0), ST_MakePoint(0, 0, 1, 0), ST_MakePoint(0, 0, 0, 1)];
SELECT ST_AsText(hartonomous.trilaterate(pg_temp.landmarks(), ARRAY[1, 1, 1, 1, 1]), 9) AS middle,
  ST_AsText(hartonomous.trilaterate(pg_temp.landmarks(),
    (SELECT array_agg(pg_temp.distance(l, ST_MakePoint(0.1, -0.2, 0.3, 0.4)) ORDER BY n)
     FROM unnest(pg_temp.landmarks()) WITH ORDINALITY u (l, n))), 9) AS found,
  hartonomous.trilaterate(NULL, ARRAY[1.0]) AS nothing;
SELECT hartonomous.trilaterate(pg_temp.landmarks(), ARRAY[1, 1, 1, 1]);
\echo :LAST_ERROR_SQLSTATE
SELECT hartonomous.trilaterate(pg_temp.landmarks(), ARRAY[1, 1, -1, 1, 1]);
\echo :LAST_ERROR_SQLSTATE
SELECT hartonomous.trilaterate(pg_temp.landmarks(), ARRAY[1, 1, NULL, 1, 1]);
\echo :LAST_ERROR_SQLSTATE
SELECT hartonomous.trilaterate((pg_temp.landmarks())[1:4], ARRAY[1, 1, 1, 1]);
\echo :LAST_ERROR_SQLSTATE
SELECT hartonomous.trilaterate('{}', '{}');
\echo :LAST_ERROR_SQLSTATE
\set VERBOSITY default
SELECT hartonomous.trilaterate((pg_temp.landmarks())[1:4] || ST_MakePoint(1, 1, 1, 0), ARRAY[1, 1, 1, 1, 1]);
SELECT hartonomous.trilaterate((pg_temp.landmarks())[1:4] || 'POINT EMPTY'::geometry, ARRAY[1, 1, 1, 1, 1]);
DROP TABLE place;
