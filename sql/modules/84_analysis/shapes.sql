--| # Hulls, territories and directions
--| Hulls and triangulations are for 2, 3 and 4 dimensions, by Qhull (Barber, Dobkin and Huhdanpaa
--| 1996), which cannot be cancelled: 54000 over 500 000, 30 000 and 3000 points in 2, 3 and 4
--| dimensions. 22023 for points that lie in fewer dimensions than they have.

CREATE OR REPLACE FUNCTION hartonomous.convex_hull(query text)
RETURNS TABLE (facet integer, corners bigint[], plane double precision[])
LANGUAGE c STABLE STRICT PARALLEL RESTRICTED COST 1000000 ROWS 100
AS 'MODULE_PATHNAME', 'hartonomous_convex_hull';
COMMENT ON FUNCTION hartonomous.convex_hull(text) IS
'Returns the surface of the convex hull of a query''s points as simplices: edges in the plane, triangles in space, tetrahedra in four dimensions.

corners: ids of its points. plane: the normal, of length 1, and the offset: normal . x + offset is 0 on the facet and below inside. O(n log n) in 2 and 3 dimensions, up to O(n^2) in 4.

Example: SELECT corners FROM hartonomous.convex_hull(''VALUES (1, ARRAY[0.0::real, 0]), (2, ARRAY[1, 0]), (3, ARRAY[0, 1]), (4, ARRAY[0.2, 0.2])'');';

CREATE OR REPLACE FUNCTION hartonomous.hull_size(
  query text, OUT corners bigint[], OUT volume double precision, OUT area double precision)
RETURNS record
LANGUAGE c STABLE STRICT PARALLEL RESTRICTED COST 1000000
AS 'MODULE_PATHNAME', 'hartonomous_hull_size';
COMMENT ON FUNCTION hartonomous.hull_size(text) IS
'Returns the ids of the points on the corners of the convex hull, its volume and its surface''s area: in the plane its area and perimeter.

As convex_hull.

Example: SELECT * FROM hartonomous.hull_size(''VALUES (1, ARRAY[0.0::real, 0]), (2, ARRAY[1, 0]), (3, ARRAY[0, 1]), (4, ARRAY[0.2, 0.2])'');';

CREATE OR REPLACE FUNCTION hartonomous.points_in_hull(query text, probes text)
RETURNS TABLE (id bigint, is_inside boolean)
LANGUAGE c STABLE STRICT PARALLEL RESTRICTED COST 1000000 ROWS 1000
AS 'MODULE_PATHNAME', 'hartonomous_points_in_hull';
COMMENT ON FUNCTION hartonomous.points_in_hull(text, text) IS
'Returns of each point of a second query whether it lies in the convex hull of the first one''s points.

The surface counts as inside, to 10^-12 of the greatest coordinate. O(facets) a point. Else as convex_hull.

Example: SELECT * FROM hartonomous.points_in_hull(''VALUES (1, ARRAY[0.0::real, 0]), (2, ARRAY[1, 0]), (3, ARRAY[0, 1])'', ''SELECT 7, ARRAY[0.2, 0.2]::real[]'');';

CREATE OR REPLACE FUNCTION hartonomous.delaunay(query text)
RETURNS TABLE (simplex integer, corners bigint[])
LANGUAGE c STABLE STRICT PARALLEL RESTRICTED COST 1000000 ROWS 1000
AS 'MODULE_PATHNAME', 'hartonomous_delaunay';
COMMENT ON FUNCTION hartonomous.delaunay(text) IS
'Divides the convex hull of a query''s points into simplices (Delaunay): no point lies inside the circumsphere of one.

corners: ids of the points of a triangle in the plane, of a tetrahedron in space. A point that equals another is in none. About O(n log n) in the plane, up to O(n^2) in 3 and 4 dimensions.

Example: SELECT corners FROM hartonomous.delaunay(''VALUES (1, ARRAY[0.0::real, 0]), (2, ARRAY[1, 0]), (3, ARRAY[0, 1]), (4, ARRAY[2, 2])'');';

CREATE OR REPLACE FUNCTION hartonomous.voronoi(query text)
RETURNS TABLE (id bigint, vertices double precision[], is_bounded boolean)
LANGUAGE c STABLE STRICT PARALLEL RESTRICTED COST 1000000 ROWS 1000
AS 'MODULE_PATHNAME', 'hartonomous_voronoi';
COMMENT ON FUNCTION hartonomous.voronoi(text) IS
'Returns for each of a query''s points the corners of its Voronoi region: all that is nearer to it than to the others.

vertices: one row of coordinates each, in ascending order; of an unbounded region those there are. Which region a probe lies in nearest_points tells with k => 1, in any number of dimensions. Complexity as delaunay.

Example: SELECT id FROM hartonomous.voronoi(''SELECT x * 10 + y, ARRAY[x, y + x / 10.0]::real[] FROM generate_series(1, 3) x, generate_series(1, 3) y'') WHERE is_bounded;';

CREATE OR REPLACE FUNCTION hartonomous.interpolation_weights(query text, probe double precision[])
RETURNS TABLE (id bigint, weight double precision)
LANGUAGE c STABLE STRICT PARALLEL RESTRICTED COST 1000000 ROWS 4
AS 'MODULE_PATHNAME', 'hartonomous_interpolation_weights';
COMMENT ON FUNCTION hartonomous.interpolation_weights(text, double precision[]) IS
'Returns the points of the Delaunay simplex that a probe lies in, with the weights that make the probe of them: sum(weight * value) interpolates any value linearly.

Weights are at least 0 up to rounding and sum to 1. No rows if the probe lies outside the convex hull. As delaunay; 22023 for a probe of another length or not finite.

Example: SELECT * FROM hartonomous.interpolation_weights(''VALUES (1, ARRAY[0.0::real, 0]), (2, ARRAY[1, 0]), (3, ARRAY[0, 1])'', ''{0.25, 0.5}'');';

CREATE OR REPLACE FUNCTION hartonomous.barycentric_weights(corners double precision[], point double precision[])
RETURNS double precision[]
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1000
AS 'MODULE_PATHNAME', 'hartonomous_barycentric_weights';
COMMENT ON FUNCTION hartonomous.barycentric_weights(double precision[], double precision[]) IS
'Returns the weights, summing to 1, that make a point of the corners of a simplex; one is negative if it lies outside.

corners: one row more than dimensions. Errors: 22023 for another number of corners, corners that span no volume, a point of another length, values that are not finite. O(dimensions^3).

Example: SELECT hartonomous.barycentric_weights(''{{0, 0}, {1, 0}, {0, 1}}'', ''{0.25, 0.5}'');';

CREATE OR REPLACE FUNCTION hartonomous.principal_components(query text, rank integer DEFAULT 2)
RETURNS TABLE (component integer, variance double precision, share double precision, direction double precision[], center double precision)
LANGUAGE c STABLE STRICT PARALLEL RESTRICTED COST 1000000 ROWS 10
AS 'MODULE_PATHNAME', 'hartonomous_principal_components';
COMMENT ON FUNCTION hartonomous.principal_components(text, integer) IS
'Returns the directions in which a query''s points vary most, the most first.

variance: along the direction, with n - 1 in the denominator; share: of the whole, NULL if there is none. direction: of length 1, its largest component positive. center: of the points along it, so that direction . x - center is the score of any x. By singular values: O(n dimensions min(n, dimensions)); 54000 if that is more than 10^9, as it cannot be cancelled. Error 22023 unless rank is between 1 and both the number of points and of dimensions, for fewer than 2 points.

Example: SELECT component, round(share::numeric, 2) AS share FROM hartonomous.principal_components(''SELECT i, ARRAY[i, 2 * i + i % 3]::real[] FROM generate_series(1, 9) i'');';

CREATE OR REPLACE FUNCTION hartonomous.principal_scores(query text, rank integer DEFAULT 2)
RETURNS TABLE (id bigint, scores double precision[])
LANGUAGE c STABLE STRICT PARALLEL RESTRICTED COST 1000000 ROWS 1000
AS 'MODULE_PATHNAME', 'hartonomous_principal_scores';
COMMENT ON FUNCTION hartonomous.principal_scores(text, integer) IS
'Returns each of a query''s points in the coordinates of its principal components.

As principal_components.

Example: SELECT id FROM hartonomous.principal_scores(''SELECT i, ARRAY[i, 2 * i + i % 3]::real[] FROM generate_series(1, 9) i'', 1) ORDER BY scores[1] DESC LIMIT 1;';

CREATE OR REPLACE FUNCTION hartonomous.singular_values(
  query text, rank integer DEFAULT 1, method text DEFAULT 'exact', iterations integer DEFAULT 4,
  seed bigint DEFAULT 0)
RETURNS TABLE (number integer, value double precision, direction double precision[])
LANGUAGE c STABLE STRICT PARALLEL RESTRICTED COST 1000000 ROWS 10
AS 'MODULE_PATHNAME', 'hartonomous_singular_values';
COMMENT ON FUNCTION hartonomous.singular_values(text, integer, text, integer, bigint) IS
'Returns the largest singular values, and right singular vectors, of the matrix whose rows are a query''s points.

method: exact, O(n dimensions min(n, dimensions)), with 54000 if that is more than 10^9; randomized = from a random projection refined so many iterations (Halko, Martinsson and Tropp 2011), O(n dimensions rank), near the exact where the values fall off, the same for the same seed. Error 22023 unless rank is between 1 and both the number of points and of dimensions, for iterations below 0 or above 100, another method.

Example: SELECT round(value::numeric, 3) AS value FROM hartonomous.singular_values(''VALUES (1, ARRAY[3.0::real, 0]), (2, ARRAY[0, 4])'', 2);';
