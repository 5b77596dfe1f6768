--| # Analysis of points
--| Functions over any query of two columns, by position: an id (an integer) and a point (real[] or
--| double precision[], all of one length). The query runs with the caller's rights, may not write,
--| and its rows may come in any order. All: 22023 for other columns, a NULL, points of different
--| lengths, NaN and infinities; 53200 over hartonomous.session_memory. Metrics: euclidean, manhattan,
--| cosine (1 - cosine of the angle; a point at the origin has none: 22023).

CREATE OR REPLACE FUNCTION hartonomous.dbscan(
  query text, radius double precision, min_points integer DEFAULT 5, metric text DEFAULT 'euclidean')
RETURNS TABLE (id bigint, cluster integer)
LANGUAGE c STABLE STRICT PARALLEL RESTRICTED COST 1000000 ROWS 1000
AS 'MODULE_PATHNAME', 'hartonomous_dbscan';
COMMENT ON FUNCTION hartonomous.dbscan(text, double precision, integer, text) IS
'Groups a query''s points by density: clusters are what hangs together through points with enough others near.

cluster: from 0, in the order of their least ids with min_points points, themselves included, at most radius away; NULL for points in none (noise). A point near two clusters belongs to the first. radius 0 groups points that are equal. About O(n log n) up to some 20 dimensions, O(n^2) above, and where most points are near each other. Error 22023 for a negative or infinite radius, min_points below 1, another metric. Source: Ester et al. 1996.

Example: SELECT * FROM hartonomous.dbscan(''SELECT * FROM (VALUES (1, ARRAY[0.0::real, 0]), (2, ARRAY[0, 0.5]), (3, ARRAY[9, 9])) t'', 1, min_points => 2);';

CREATE OR REPLACE FUNCTION hartonomous.k_means(
  query text, k integer, seed bigint DEFAULT 0, max_iterations integer DEFAULT 300)
RETURNS TABLE (id bigint, cluster integer)
LANGUAGE c STABLE STRICT PARALLEL RESTRICTED COST 1000000 ROWS 1000
AS 'MODULE_PATHNAME', 'hartonomous_k_means';
COMMENT ON FUNCTION hartonomous.k_means(text, integer, bigint, integer) IS
'Divides a query''s points into k clusters around centers, so that the squared distances to them are small.

cluster: from 0. The same points and seed give the same clusters; another seed may find better ones: compare the sums of k_means_centers'' inertia. Seeded by k-means++ (Arthur and Vassilvitskii 2007), then Lloyd''s iterations until no point changes its cluster. O(n k dimensions) an iteration. Error 22023 unless k is between 1 and the number of points, or for max_iterations below 1.

Example: SELECT cluster, count(*) FROM hartonomous.k_means(''SELECT i, ARRAY[i % 2 * 10.0::float8 + i / 100.0] FROM generate_series(1, 20) i'', 2) GROUP BY cluster;';

CREATE OR REPLACE FUNCTION hartonomous.k_means_centers(
  query text, k integer, seed bigint DEFAULT 0, max_iterations integer DEFAULT 300)
RETURNS TABLE (cluster integer, center double precision[], points bigint, inertia double precision)
LANGUAGE c STABLE STRICT PARALLEL RESTRICTED COST 1000000 ROWS 10
AS 'MODULE_PATHNAME', 'hartonomous_k_means_centers';
COMMENT ON FUNCTION hartonomous.k_means_centers(text, integer, bigint, integer) IS
'Returns the centers of the clusters that k_means finds with the same arguments.

points: how many the cluster has; inertia: the sum of their squared distances to the center. Else as k_means.

Example: SELECT cluster, center FROM hartonomous.k_means_centers(''SELECT i, ARRAY[i::float8] FROM generate_series(1, 4) i'', 1);';

CREATE OR REPLACE FUNCTION hartonomous.local_outlier_factor(
  query text, k integer DEFAULT 20, metric text DEFAULT 'euclidean')
RETURNS TABLE (id bigint, factor double precision)
LANGUAGE c STABLE STRICT PARALLEL RESTRICTED COST 1000000 ROWS 1000
AS 'MODULE_PATHNAME', 'hartonomous_local_outlier_factor';
COMMENT ON FUNCTION hartonomous.local_outlier_factor(text, integer, text) IS
'Returns how much thinner the points lie around each of a query''s points than around its k nearest.

factor: about 1 inside a cluster, however dense that is; the more above, the more it stands apart. 1 where all points are equal. About O(n log n) up to some 20 dimensions, O(n^2) above; 16 k bytes a point. Error 22023 unless k is at least 1 and below the number of points. Source: Breunig et al. 2000.

Example: SELECT id FROM hartonomous.local_outlier_factor(''SELECT i, ARRAY[i * i::float8] FROM generate_series(1, 9) i'', k => 3) ORDER BY factor DESC LIMIT 1;';

CREATE OR REPLACE FUNCTION hartonomous.isolation_scores(
  query text, trees integer DEFAULT 100, sample integer DEFAULT 256, seed bigint DEFAULT 0)
RETURNS TABLE (id bigint, score double precision)
LANGUAGE c STABLE STRICT PARALLEL RESTRICTED COST 1000000 ROWS 1000
AS 'MODULE_PATHNAME', 'hartonomous_isolation_scores';
COMMENT ON FUNCTION hartonomous.isolation_scores(text, integer, integer, bigint) IS
'Returns how easily random cuts set each of a query''s points apart from the others (isolation forest).

score: from 0 to 1; about 0.5 is usual, towards 1 stands apart. The same points and seed give the same scores. sample: how many points a tree is grown from. O(trees (sample + n) log sample), in any number of dimensions. Error 22023 for trees below 1 or sample below 2. Source: Liu, Ting and Zhou 2008.

Example: SELECT id FROM hartonomous.isolation_scores(''SELECT i, ARRAY[i * i::float8] FROM generate_series(1, 9) i'') ORDER BY score DESC LIMIT 1;';

CREATE OR REPLACE FUNCTION hartonomous.nearest_points(
  query text, probe double precision[], k integer DEFAULT 10, metric text DEFAULT 'euclidean')
RETURNS TABLE (id bigint, distance double precision)
LANGUAGE c STABLE STRICT PARALLEL RESTRICTED COST 100000 ROWS 10
AS 'MODULE_PATHNAME', 'hartonomous_nearest_points';
COMMENT ON FUNCTION hartonomous.nearest_points(text, double precision[], integer, text) IS
'Returns the k of a query''s points that are nearest to a given one, the nearest first.

Exact; of points equally far the lower id comes first. All come if there are fewer than k. With k => 1 over points that stand for models or regions it is the one whose Voronoi cell the probe lies in. O(n dimensions): every point is looked at, as one probe does not pay for an index. Error 22023 for a negative k, a probe of another length or not finite, another metric.

Example: SELECT * FROM hartonomous.nearest_points(''SELECT i, ARRAY[i::float8, i] FROM generate_series(1, 9) i'', ''{3.1, 3}'', 2);';

CREATE OR REPLACE FUNCTION hartonomous.nearest_neighbors(
  query text, k integer DEFAULT 10, metric text DEFAULT 'euclidean')
RETURNS TABLE (id bigint, neighbor bigint, distance double precision)
LANGUAGE c STABLE STRICT PARALLEL RESTRICTED COST 1000000 ROWS 10000
AS 'MODULE_PATHNAME', 'hartonomous_nearest_neighbors';
COMMENT ON FUNCTION hartonomous.nearest_neighbors(text, integer, text) IS
'Returns for each of a query''s points the k others nearest to it, the nearest first: a graph that create_network takes.

Exact, by a k-d tree; of points equally far the lower id comes first. About O(n k log n) up to some 20 dimensions, O(n^2) above. Error 22023 for a negative k, another metric.

Example: SELECT * FROM hartonomous.nearest_neighbors(''SELECT i, ARRAY[i * i::float8] FROM generate_series(1, 4) i'', 1);';
