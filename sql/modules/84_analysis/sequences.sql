--| # Sequences and series
--| A sequence is an array of numbers, or of points: one row of coordinates each; arrays of both forms
--| compare points by Euclidean distance. A series is an array of numbers at equal steps of time. All:
--| 22023 for NULL elements, NaN and infinities, and for what is too short or empty.

CREATE OR REPLACE FUNCTION hartonomous.dtw_distance(
  a double precision[], b double precision[], band integer DEFAULT NULL)
RETURNS double precision
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 100000
AS 'MODULE_PATHNAME', 'hartonomous_dtw_distance';
COMMENT ON FUNCTION hartonomous.dtw_distance(double precision[], double precision[], integer) IS
'Returns how far apart two sequences are when time may be bent (dynamic time warping): the least sum of distances over all alignments that go forward.

band: how many places apart aligned points may be (Sakoe and Chiba 1978), never less than the difference of the lengths; NULL for any. NULL if a or b is. O(n m dimensions), with a band O(max(n, m) band dimensions); memory for a row. Not a metric: the triangle inequality does not hold. Error 22023 also for different dimensions or a negative band.

Example: SELECT hartonomous.dtw_distance(''{1, 2, 3, 4}'', ''{1, 1, 2, 3, 4}'');';

CREATE OR REPLACE FUNCTION hartonomous.soft_dtw(
  a double precision[], b double precision[], gamma double precision DEFAULT 1)
RETURNS double precision
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100000
AS 'MODULE_PATHNAME', 'hartonomous_soft_dtw';
COMMENT ON FUNCTION hartonomous.soft_dtw(double precision[], double precision[], double precision) IS
'Returns dynamic time warping''s smooth form: of sums of squared distances the soft minimum -gamma log sum exp(-x / gamma).

Can be below 0, for equal sequences too. O(n m dimensions). Error 22023 also for gamma not above 0. Source: Cuturi and Blondel 2017.

Example: SELECT round(hartonomous.soft_dtw(''{1, 2, 3}'', ''{1, 2, 4}'', 0.01)::numeric, 3);';

CREATE OR REPLACE FUNCTION hartonomous.frechet_distance(a double precision[], b double precision[])
RETURNS double precision
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100000
AS 'MODULE_PATHNAME', 'hartonomous_frechet_distance';
COMMENT ON FUNCTION hartonomous.frechet_distance(double precision[], double precision[]) IS
'Returns the discrete Frechet distance of two sequences: the shortest leash with which two walkers can go along them, neither back.

A metric for curves with a real order, in any number of dimensions; along the axes of one vector it says nothing. O(n m dimensions). Source: Eiter and Mannila 1994.

Example: SELECT hartonomous.frechet_distance(''{{0, 0}, {1, 0}, {2, 0}}'', ''{{0, 1}, {1, 2}, {2, 1}}'');';

CREATE OR REPLACE FUNCTION hartonomous.hausdorff_distance(a double precision[], b double precision[])
RETURNS double precision
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100000
AS 'MODULE_PATHNAME', 'hartonomous_hausdorff_distance';
COMMENT ON FUNCTION hartonomous.hausdorff_distance(double precision[], double precision[]) IS
'Returns the greatest distance from a point of either sequence to the nearest point of the other: as sets, without order.

O(n m dimensions) at worst.

Example: SELECT hartonomous.hausdorff_distance(''{{0, 0}, {1, 0}}'', ''{{1, 0}, {0, 3}}'');';

CREATE OR REPLACE FUNCTION hartonomous.moving_average(series double precision[], length integer)
RETURNS double precision[]
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1000
AS 'MODULE_PATHNAME', 'hartonomous_moving_average';
COMMENT ON FUNCTION hartonomous.moving_average(double precision[], integer) IS
'Returns the mean of each value and the length - 1 before it, of those there are at the beginning.

O(n). Error 22023 also for a length below 1.

Example: SELECT hartonomous.moving_average(''{1, 2, 6, 4}'', 2);';

CREATE OR REPLACE FUNCTION hartonomous.exponential_smoothing(
  series double precision[], alpha double precision, beta double precision DEFAULT 0,
  ahead integer DEFAULT 0, OUT fitted double precision[], OUT forecast double precision[])
RETURNS record
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1000
AS 'MODULE_PATHNAME', 'hartonomous_exponential_smoothing';
COMMENT ON FUNCTION hartonomous.exponential_smoothing(double precision[], double precision, double precision, integer) IS
'Smooths a series exponentially, with a trend if beta is not 0 (Holt 1957).

fitted: what each value was expected to be from those before it; forecast: so many values ahead. alpha: how fast the level follows, above 0 up to 1; beta: how fast the trend does, 0 to 1. O(n). Error 22023 also for other alpha, beta, or ahead outside 0 to 1000000.

Example: SELECT * FROM hartonomous.exponential_smoothing(''{1, 2, 3, 4}'', 0.5, ahead => 2);';

CREATE OR REPLACE FUNCTION hartonomous.autoregression(
  series double precision[], lags integer, ahead integer DEFAULT 0, OUT intercept double precision,
  OUT coefficients double precision[], OUT variance double precision, OUT forecast double precision[])
RETURNS record
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10000
AS 'MODULE_PATHNAME', 'hartonomous_autoregression';
COMMENT ON FUNCTION hartonomous.autoregression(double precision[], integer, integer) IS
'Fits each value of a series to those before it by least squares, and forecasts.

coefficients: of the last value, the one before, and so on; variance: mean square of what is left. Of a constant series the smallest solution. O(n lags^2). Error 22023 also unless lags is between 1 and half the values, for ahead outside 0 to 1000000.

Example: SELECT round(forecast[1]::numeric, 6) FROM hartonomous.autoregression(''{1, 2, 4, 8, 16, 32}'', 1, 1);';

CREATE OR REPLACE FUNCTION hartonomous.change_points(
  series double precision[], penalty double precision, min_length integer DEFAULT 2)
RETURNS bigint[]
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10000
AS 'MODULE_PATHNAME', 'hartonomous_change_points';
COMMENT ON FUNCTION hartonomous.change_points(double precision[], double precision, integer) IS
'Returns where the mean of a series changes: the place, from 1, of the first value of every part but the first.

The division into parts of at least min_length values that has the least sum of squared deviations from their means and penalty for each change; 2 ln(n) times the variance of the noise is usual. Exact. O(n) to O(n^2). Error 22023 also for a negative penalty or min_length below 1. Source: Killick, Fearnhead and Eckley 2012 (PELT).

Example: SELECT hartonomous.change_points(''{1, 1, 1, 5, 5, 5, 5}'', 1);';

CREATE OR REPLACE FUNCTION hartonomous.matrix_profile(series double precision[], length integer)
RETURNS TABLE (place bigint, distance double precision, nearest bigint)
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1000000 ROWS 1000
AS 'MODULE_PATHNAME', 'hartonomous_matrix_profile';
COMMENT ON FUNCTION hartonomous.matrix_profile(double precision[], integer) IS
'Returns for each stretch of a series the place of the stretch most like it in shape, and how far apart they are.

Stretches have length values and are brought to mean 0 and deviation 1; those that overlap by half or more are not compared. Ordered by distance, the first rows are the motifs and the last the discords. O(n^2). Error 22023 also unless length is between 3 and half the values. Source: Yeh et al. 2016; Zhu et al. 2018.

Example: SELECT place, nearest FROM hartonomous.matrix_profile(''{0, 1, 5, 2, 0, 0, 0, 1, 5, 2, 0, 0}'', 4) ORDER BY distance, place LIMIT 1;';
