-- Hulls, triangulations, territories and directions of any query's points.
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE TABLE corner AS SELECT 4 * x + 2 * y + z AS id, ARRAY[x, y, z]::float8[] AS point
FROM generate_series(0, 1) x, generate_series(0, 1) y, generate_series(0, 1) z;
CREATE TABLE within AS SELECT 100 + i AS id, ARRAY[i / 10.0, (i * 7 % 10) / 10.0, (i * 3 % 10) / 10.0]::float8[] AS point FROM generate_series(1, 9) i;
CREATE VIEW cube AS TABLE corner UNION ALL TABLE within;

SELECT corners, round(volume::numeric, 9) AS volume, round(area::numeric, 9) AS area FROM hartonomous.hull_size('TABLE cube');
SELECT count(*) AS facets, count(DISTINCT plane) AS planes, max(array_length(corners, 1)) AS corners FROM hartonomous.convex_hull('TABLE cube');
SELECT bool_and((SELECT sum(plane[i] * point[i]) FROM generate_series(1, 3) i) + plane[4] < 1e-12) AS below
FROM hartonomous.convex_hull('TABLE cube'), cube;
SELECT * FROM hartonomous.hull_size('VALUES (1, ''{0, 0}''::real[]), (2, ''{2, 0}''), (3, ''{0, 2}''), (4, ''{0.5, 0.5}'')');
SELECT array_length(corners, 1) AS corners, round(volume::numeric, 9) AS volume FROM hartonomous.hull_size($$
  SELECT i, ARRAY[i & 1, i >> 1 & 1, i >> 2 & 1, i >> 3]::real[] FROM generate_series(0, 15) i$$);
SELECT * FROM hartonomous.points_in_hull('TABLE corner', 'TABLE within UNION ALL VALUES (1, ''{1, 0.5, 0.5}''::float8[]), (2, ''{1.000001, 0.5, 0.5}''), (3, ''{9, 9, 9}'')')
WHERE NOT is_inside OR id < 100;
-- The simplices fill the hull.
SELECT round(sum(abs((b[1] - a[1]) * (c[2] - a[2]) - (b[2] - a[2]) * (c[1] - a[1])) / 2)::numeric, 9) AS area, count(*) AS triangles
FROM hartonomous.delaunay('SELECT x * 10 + y, ARRAY[x, y + x * x / 50.0]::real[] FROM generate_series(1, 4) x, generate_series(1, 4) y') d,
  LATERAL (SELECT max(p) FILTER (WHERE n = 1) a, max(p) FILTER (WHERE n = 2) b, max(p) FILTER (WHERE n = 3) c
           FROM unnest(corners) WITH ORDINALITY u (id, n), LATERAL (SELECT ARRAY[id / 10, id % 10 + (id / 10) * (id / 10) / 50.0]) v (p)) t;
SELECT round(volume::numeric, 6) AS area FROM hartonomous.hull_size('SELECT x * 10 + y, ARRAY[x, y + x * x / 50.0]::float8[] FROM generate_series(1, 4) x, generate_series(1, 4) y');
SELECT id, vertices FROM hartonomous.voronoi('VALUES (1, ''{0, 0}''::real[]), (2, ''{4, 0}''), (3, ''{0, 4}''), (4, ''{-4, 0}''), (5, ''{0, -4}'')') WHERE is_bounded;
SELECT count(*) AS unbounded FROM hartonomous.voronoi('TABLE cube') WHERE NOT is_bounded;
-- What the weights make of the corners is the probe.
SELECT round(sum(weight)::numeric, 9) AS one, array_agg(round(coordinate::numeric, 9) ORDER BY axis) AS probe
FROM (SELECT axis, sum(weight) AS weight, sum(weight * point[axis]) AS coordinate
      FROM hartonomous.interpolation_weights('TABLE cube', '{0.3, 0.25, 0.9}') JOIN cube USING (id), generate_series(1, 3) axis GROUP BY axis) s
GROUP BY weight;
SELECT count(*) FROM hartonomous.interpolation_weights('TABLE cube', '{0.3, 0.25, 1.1}');
SELECT hartonomous.barycentric_weights('{{0, 0}, {2, 0}, {0, 2}}', '{0.5, 1}');
SELECT hartonomous.barycentric_weights('{{0}, {4}}', '{5}');
SELECT hartonomous.barycentric_weights(NULL, '{5}') IS NULL AS none;

-- Points along a line with a little besides.
CREATE VIEW line AS SELECT i AS id, ARRAY[i, 2 * i + (i % 3) / 10.0, 1]::float8[] AS point FROM generate_series(1, 30) i;
SELECT component, round(share::numeric, 5) AS share, round(variance::numeric, 5) AS variance, round(center::numeric, 5) AS center
FROM hartonomous.principal_components('TABLE line', 3);
SELECT max(abs((SELECT sum(direction[i] * point[i]) FROM generate_series(1, 3) i) - center - scores[component])) < 1e-9 AS same
FROM hartonomous.principal_components('TABLE line', 2), line JOIN hartonomous.principal_scores('TABLE line', 2) USING (id);
SELECT number, round(value::numeric, 6) AS value FROM hartonomous.singular_values('TABLE line', 3);
SELECT max(abs(e.value - r.value)) < 1e-9 AS same FROM hartonomous.singular_values('TABLE line', 2) e
  JOIN hartonomous.singular_values('TABLE line', 2, 'randomized', seed => 5) r USING (number);
SELECT variance, share FROM hartonomous.principal_components('SELECT id, ''{1, 2}''::real[] FROM line', 2);

-- Too few, in one place, on one line, in a plane, too many dimensions.
SELECT * FROM hartonomous.convex_hull('SELECT * FROM cube WHERE false');
SELECT * FROM hartonomous.convex_hull('SELECT * FROM cube LIMIT 3');
SELECT * FROM hartonomous.hull_size('SELECT id, ''{1, 2}''::real[] FROM cube');
SELECT * FROM hartonomous.delaunay('SELECT id, ARRAY[id, 2 * id]::real[] FROM cube');
SELECT * FROM hartonomous.voronoi('SELECT id, ARRAY[id, id * id, 1]::real[] FROM cube');
SELECT * FROM hartonomous.hull_size('SELECT id, ARRAY[id]::real[] FROM cube');
SELECT * FROM hartonomous.hull_size('SELECT id, ARRAY[id, 1, 2, 3, 4]::real[] FROM cube');
SELECT * FROM hartonomous.delaunay('SELECT i, ARRAY[i, i, i, i]::real[] FROM generate_series(1, 3001) i');
SELECT * FROM hartonomous.points_in_hull('TABLE cube', 'SELECT 1, ''{1, 2}''::real[]');
SELECT * FROM hartonomous.interpolation_weights('TABLE cube', '{1, 2}');
SELECT * FROM hartonomous.interpolation_weights('TABLE cube', '{1, 2, Infinity}');
SELECT hartonomous.barycentric_weights('{{0, 0}, {1, 1}, {2, 2}}', '{0.5, 1}');
SELECT hartonomous.barycentric_weights('{{0, 0}, {1, 1}}', '{0.5, 1}');
SELECT hartonomous.barycentric_weights('{0, 0}', '{0.5, 1}');
SELECT hartonomous.barycentric_weights('{{0, 0}, {NULL, 1}, {2, 2}}', '{0.5, 1}');
SELECT * FROM hartonomous.principal_components('TABLE line', 4);
SELECT * FROM hartonomous.principal_components('SELECT 1, ''{1}''::real[]', 1);
SELECT * FROM hartonomous.principal_components('SELECT * FROM line WHERE false');
SELECT * FROM hartonomous.singular_values('TABLE line', 0);
SELECT * FROM hartonomous.singular_values('TABLE line', method => 'magic');
SELECT * FROM hartonomous.singular_values('TABLE line', method => 'randomized', iterations => -1);
SELECT * FROM hartonomous.singular_values('SELECT i, (SELECT array_agg(random()) FROM generate_series(1, 1100)) FROM generate_series(1, 1000) i');
