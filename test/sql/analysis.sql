-- Points of any query as clusters, neighbours and outliers.
\set SHOW_CONTEXT never
SET client_min_messages = warning;
-- Two heaps of eight, and one point by itself.
CREATE TABLE place AS
SELECT i AS id, ARRAY[i % 2 * 10 + (i * 7 % 5) / 10.0, (i * 3 % 7) / 10.0]::float8[] AS point FROM generate_series(1, 16) i
UNION ALL SELECT 17, '{5, 40}';

SELECT cluster, array_agg(id ORDER BY id) AS ids FROM hartonomous.dbscan('TABLE place', 1, 3) GROUP BY cluster ORDER BY cluster;
SELECT count(DISTINCT cluster) FROM hartonomous.dbscan('TABLE place', 1, 3, 'manhattan');
SELECT count(DISTINCT cluster) FROM hartonomous.dbscan('TABLE place', 0.1, 3, 'cosine');
-- Any order of the rows, real or double precision, an integer of any size, a domain.
CREATE DOMAIN location AS real[];
SELECT bool_and(a.cluster IS NOT DISTINCT FROM b.cluster) AS same
FROM hartonomous.dbscan('TABLE place', 1, 3) a
  FULL JOIN hartonomous.dbscan('SELECT id::smallint, point::real[]::location FROM place ORDER BY random()', 1, 3) b USING (id);
-- What the caller may not see is not there.
CREATE ROLE surveyor;
GRANT USAGE ON SCHEMA public TO surveyor;
SET ROLE surveyor;
SELECT * FROM hartonomous.dbscan('TABLE place', 1);
RESET ROLE;

SELECT cluster, array_agg(id ORDER BY id) AS ids FROM hartonomous.k_means('TABLE place', 3, seed => 1) GROUP BY cluster ORDER BY min(id);
SELECT bool_and(a.cluster = b.cluster) AS same FROM hartonomous.k_means('TABLE place', 5, 42) a
  JOIN hartonomous.k_means('SELECT * FROM place ORDER BY random()', 5, 42) b USING (id);
SELECT points, center, round(inertia::numeric, 9) AS inertia FROM hartonomous.k_means_centers('TABLE place', 3, seed => 1) ORDER BY center;
SELECT id, round(factor::numeric, 3) AS factor FROM hartonomous.local_outlier_factor('TABLE place', 4) ORDER BY factor DESC LIMIT 2;
SELECT id, score > 0.6 AS apart FROM hartonomous.isolation_scores('TABLE place') ORDER BY score DESC LIMIT 2;
SELECT bool_and(a.score = b.score) AS same, bool_and(a.score = c.score) AS other_seed
FROM hartonomous.isolation_scores('TABLE place', seed => 3) a JOIN hartonomous.isolation_scores('TABLE place', seed => 3) b USING (id)
  JOIN hartonomous.isolation_scores('TABLE place', seed => 4) c USING (id);
SELECT id, round(distance::numeric, 3) AS distance FROM hartonomous.nearest_points('TABLE place', '{5, 39}', 3);
SELECT id, round(distance::numeric, 3) AS distance FROM hartonomous.nearest_points('TABLE place', '{1, 8}', 2, 'cosine');
SELECT * FROM hartonomous.nearest_neighbors('SELECT i, ARRAY[i * i::float8] FROM generate_series(1, 4) i', 2);
SELECT count(*) AS wrong FROM hartonomous.nearest_neighbors('TABLE place', 3, 'manhattan') n
WHERE 3 <= (SELECT count(*) FROM place a, place b
  WHERE a.id = n.id AND b.id <> n.id AND (abs(a.point[1] - b.point[1]) + abs(a.point[2] - b.point[2]), b.id) < (n.distance - 1e-9, n.neighbor));

-- Degenerate points: none, one, all in one place, radius 0, k above their number.
SELECT count(*) FROM hartonomous.dbscan('SELECT * FROM place WHERE false', 1);
SELECT count(*) FROM hartonomous.isolation_scores('SELECT * FROM place WHERE false');
SELECT count(*) FROM hartonomous.nearest_points('SELECT * FROM place WHERE false', '{1}');
SELECT count(*) FROM hartonomous.nearest_neighbors('SELECT * FROM place WHERE false');
SELECT * FROM hartonomous.dbscan('SELECT 1, ''{3}''::float8[]', 0, 1);
SELECT * FROM hartonomous.isolation_scores('SELECT 1, ''{3}''::float8[]');
SELECT cluster, count(*) FROM hartonomous.dbscan('SELECT id, ''{1, 2}''::real[] FROM place', 0) GROUP BY cluster;
SELECT cluster, count(*) FROM hartonomous.k_means('SELECT id, ''{1, 2}''::real[] FROM place', 3) GROUP BY cluster ORDER BY cluster;
SELECT DISTINCT factor FROM hartonomous.local_outlier_factor('SELECT id, ''{1, 2}''::real[] FROM place', 3);
SELECT DISTINCT round(score::numeric, 9) AS score FROM hartonomous.isolation_scores('SELECT id, ''{1, 2}''::real[] FROM place');
SELECT count(*), max(distance) FROM hartonomous.nearest_neighbors('SELECT id, ''{1, 2}''::real[] FROM place', 3);
SELECT count(*) FROM hartonomous.nearest_points('TABLE place', '{0, 0}', 2147483647);
SELECT count(*) FROM hartonomous.nearest_points('TABLE place', '{0, 0}', 0);
SELECT count(*) FROM hartonomous.nearest_neighbors('TABLE place', 2147483647);
SELECT count(*) FROM hartonomous.dbscan(NULL, 1);
SELECT * FROM hartonomous.k_means('TABLE place', 18);
SELECT * FROM hartonomous.k_means('TABLE place', 0);
SELECT * FROM hartonomous.k_means('SELECT * FROM place WHERE false', 1);
SELECT * FROM hartonomous.k_means('TABLE place', 2, max_iterations => 0);
SELECT * FROM hartonomous.local_outlier_factor('TABLE place', 17);
SELECT * FROM hartonomous.isolation_scores('TABLE place', trees => 0);
SELECT * FROM hartonomous.isolation_scores('TABLE place', sample => 1);
SELECT * FROM hartonomous.dbscan('TABLE place', -1);
SELECT * FROM hartonomous.dbscan('TABLE place', 'NaN');
SELECT * FROM hartonomous.dbscan('TABLE place', 1, 0);
SELECT * FROM hartonomous.dbscan('TABLE place', 1, metric => 'hamming');
SELECT * FROM hartonomous.nearest_points('TABLE place', '{1}');
SELECT * FROM hartonomous.nearest_points('TABLE place', '{1, NaN}');
SELECT * FROM hartonomous.nearest_points('TABLE place', '{1, NULL}');
SELECT * FROM hartonomous.nearest_points('TABLE place', '{0, 0}', metric => 'cosine');
SELECT * FROM hartonomous.nearest_points('TABLE place', '{0, 0}', -1);
SELECT * FROM hartonomous.nearest_neighbors('TABLE place', -1);

-- What is no point is said.
SELECT * FROM hartonomous.dbscan('SELECT 1', 1);
SELECT * FROM hartonomous.dbscan('SELECT 1, 2', 1);
SELECT * FROM hartonomous.dbscan('SELECT 1, ARRAY[2]', 1);
SELECT * FROM hartonomous.dbscan('SELECT NULL::int, ''{1}''::real[]', 1);
SELECT * FROM hartonomous.dbscan('SELECT 1, NULL::real[]', 1);
SELECT * FROM hartonomous.dbscan('SELECT 7, ''{1, NULL}''::real[]', 1);
SELECT * FROM hartonomous.dbscan('SELECT 7, ''{}''::real[]', 1);
SELECT * FROM hartonomous.dbscan('SELECT 7, ''{{1, 2}, {3, 4}}''::real[]', 1);
SELECT * FROM hartonomous.dbscan('VALUES (7, ''{1, 2}''::real[]), (8, ''{1}'')', 1);
SELECT * FROM hartonomous.dbscan('SELECT 7, ''{1, NaN}''::real[]', 1);
SELECT * FROM hartonomous.dbscan('SELECT 7, ''{1, -Infinity}''::float8[]', 1);
SELECT * FROM hartonomous.dbscan('SELECT 7, ''{0, 0}''::float8[]', 1, metric => 'cosine');
SELECT * FROM hartonomous.dbscan('INSERT INTO place VALUES (18, ''{1, 2}'') RETURNING *', 1);
SELECT * FROM hartonomous.dbscan('DROP TABLE place', 1);
SET hartonomous.session_memory = 64;
SELECT count(*) FROM hartonomous.dbscan('SELECT i, ARRAY[i::real] FROM generate_series(1, 2000) i', 1);
RESET hartonomous.session_memory;
REVOKE ALL ON SCHEMA public FROM surveyor;
DROP ROLE surveyor;
