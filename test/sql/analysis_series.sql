-- Sequences, series and equations.
\set SHOW_CONTEXT never
SET client_min_messages = warning;
SELECT hartonomous.dtw_distance('{1, 2, 3, 4}', '{1, 1, 2, 3, 4}') AS bent, hartonomous.dtw_distance('{1, 2, 3}', '{2, 3, 4}') AS apart,
  hartonomous.dtw_distance('{1, 2, 3}', '{2, 3, 4}', 0) AS straight, hartonomous.dtw_distance('{{0, 0}, {3, 4}}', '{{0, 0}, {0, 0}, {3, 4}}') AS plane,
  hartonomous.dtw_distance('{1}', NULL) IS NULL AS none;
SELECT round(hartonomous.soft_dtw('{1, 2, 3}', '{1, 2, 4}', 0.001)::numeric, 6) AS near_hard, hartonomous.soft_dtw('{1, 2}', '{1, 2}') < 0 AS below;
SELECT hartonomous.frechet_distance('{{0, 0}, {1, 0}, {2, 0}}', '{{0, 1}, {1, 2}, {2, 1}}') AS frechet,
  hartonomous.hausdorff_distance('{{0, 0}, {1, 0}}', '{{1, 0}, {0, 3}}') AS hausdorff,
  hartonomous.frechet_distance('{1, 2}', '{1, 2}') AS none;
-- The same as PostGIS in the plane.
SELECT hartonomous.frechet_distance('{{0, 0}, {1, 5}, {7, 2}}', '{{1, 1}, {3, 3}, {9, 2}}')
     = ST_FrechetDistance('LINESTRING(0 0, 1 5, 7 2)', 'LINESTRING(1 1, 3 3, 9 2)') AS frechet,
  hartonomous.hausdorff_distance('{{0, 0}, {1, 5}, {7, 2}}', '{{1, 1}, {3, 3}, {9, 2}}')
     = ST_HausdorffDistance('MULTIPOINT(0 0, 1 5, 7 2)', 'MULTIPOINT(1 1, 3 3, 9 2)') AS hausdorff;

SELECT hartonomous.moving_average('{1, 2, 6, 4}', 2) AS two, hartonomous.moving_average('{1, 2, 6, 4}', 9) AS nine;
SELECT * FROM hartonomous.exponential_smoothing('{1, 2, 3, 4}', 0.5, ahead => 2);
SELECT * FROM hartonomous.exponential_smoothing('{1, 2, 3, 4}', 0.5, 0.5, 2);
SELECT round(intercept::numeric, 9) AS intercept, round(coefficients[1]::numeric, 9) AS coefficient, round(variance::numeric, 9) AS variance,
  round(forecast[2]::numeric, 6) AS second FROM hartonomous.autoregression('{1, 2, 4, 8, 16, 32}', 1, 2);
SELECT round(forecast[3]::numeric, 9) AS constant FROM hartonomous.autoregression('{5, 5, 5, 5, 5, 5}', 2, 3);
SELECT hartonomous.change_points('{1, 1, 1, 5, 5, 5, 5, 2, 2}', 1) AS places, hartonomous.change_points('{1, 1, 1, 1}', 0.1) AS none,
  hartonomous.change_points('{1, 1, 1, 5, 5, 5, 5, 2, 2}', 1000) AS dear;
SELECT place, round(distance::numeric, 9) AS distance, nearest FROM hartonomous.matrix_profile('{0, 1, 5, 2, 0, 0, 0, 1, 5, 2, 0, 0}', 4);

CREATE FUNCTION decay(t double precision, y double precision[]) RETURNS double precision[] LANGUAGE sql RETURN ARRAY[-y[1]];
CREATE FUNCTION swing(t double precision, y double precision[]) RETURNS double precision[] LANGUAGE sql RETURN ARRAY[y[2], -y[1]];
CREATE FUNCTION cubic(x double precision) RETURNS double precision LANGUAGE sql RETURN x * x * x - 2;
CREATE FUNCTION slope(x double precision) RETURNS double precision LANGUAGE plpgsql AS 'BEGIN RETURN 3 * x * x; END';
CREATE FUNCTION bowl(x double precision[]) RETURNS double precision LANGUAGE sql RETURN (x[1] - 3) ^ 2 + (x[2] + 1) ^ 2;
CREATE FUNCTION rise(x double precision[]) RETURNS double precision[] LANGUAGE sql RETURN ARRAY[2 * (x[1] - 3), 2 * (x[2] + 1)];
SELECT t, round(y[1]::numeric, 6) AS y FROM hartonomous.integrate_ode('decay(double precision, double precision[])', '{1}', 0, 1, 0.3);
SELECT method, round(abs(y[1] - 1)::numeric, greatest(2, 2 * n)::integer) AS error
FROM unnest('{euler, rk2, rk4, adaptive}'::text[]) WITH ORDINALITY m (method, n),
  hartonomous.integrate_ode('swing(double precision, double precision[])', '{1, 0}', 0, 2 * pi(), 0.05, method, 1e-8) WHERE t = 2 * pi() ORDER BY n;
SELECT t, round(y[1]::numeric, 6) AS y FROM hartonomous.integrate_ode('decay(double precision, double precision[])', ARRAY[exp(-1)], 1, 0, 0.5);
SELECT * FROM hartonomous.integrate_ode('decay(double precision, double precision[])', '{1}', 2, 2, 0.5);
SELECT round(x::numeric, 9) AS x, converged FROM hartonomous.newton_raphson('cubic(double precision)', 1);
SELECT round(x::numeric, 9) AS x, iterations, converged FROM hartonomous.newton_raphson('cubic(double precision)', 1, 'slope(double precision)');
SELECT converged FROM hartonomous.newton_raphson('exp(double precision)', 0, max_iterations => 5);
SELECT round(x::numeric, 9) AS x, abs(value) < 1e-9 AS near, converged FROM hartonomous.bisection('cubic(double precision)', 0, 2);
SELECT round(x[1]::numeric, 5) AS x, round(x[2]::numeric, 5) AS y, round(value::numeric, 9) AS value, converged FROM hartonomous.gradient_descent('bowl(double precision[])', '{0, 0}');
SELECT round(x[1]::numeric, 5) AS x, round(x[2]::numeric, 5) AS y, iterations < 1000 AS ended, converged FROM hartonomous.gradient_descent('bowl(double precision[])', '{0, 0}', 'rise(double precision[])');
SELECT x IS NULL AS none FROM hartonomous.gradient_descent(NULL, '{0, 0}');

-- The caller's rights, and his search_path in the function.
CREATE ROLE student;
CREATE SCHEMA desk;
CREATE TABLE desk.factor AS SELECT 2::float8 AS value;
CREATE FUNCTION desk.scaled(x double precision) RETURNS double precision LANGUAGE plpgsql STABLE AS 'BEGIN RETURN x - (SELECT value FROM factor); END';
SET search_path = public, desk;
SELECT x FROM hartonomous.bisection('desk.scaled(double precision)', 0, 5);
RESET search_path;
GRANT USAGE ON SCHEMA desk TO student;
REVOKE ALL ON FUNCTION desk.scaled FROM PUBLIC;
SET ROLE student;
SELECT x FROM hartonomous.bisection('desk.scaled(double precision)', 0, 5);
RESET ROLE;
DROP SCHEMA desk CASCADE;
DROP ROLE student;

-- What is wrong is said.
SELECT hartonomous.dtw_distance('{}', '{1}');
SELECT hartonomous.dtw_distance('{1, NULL}', '{1}');
SELECT hartonomous.dtw_distance('{1, NaN}', '{1}');
SELECT hartonomous.dtw_distance('{{1, 2}}', '{1}');
SELECT hartonomous.dtw_distance('{{{1}}}', '{1}');
SELECT hartonomous.dtw_distance('{1, 2, 3}', '{1}', 1);
SELECT hartonomous.dtw_distance('{1, 2, 3}', '{1}', -1);
SELECT hartonomous.soft_dtw('{1}', '{1}', 0);
SELECT hartonomous.soft_dtw('{1}', '{1}', 'NaN');
SELECT hartonomous.frechet_distance('{Infinity}', '{1}');
SELECT hartonomous.hausdorff_distance('{1}', '{}');
SELECT hartonomous.moving_average('{1}', 0);
SELECT hartonomous.moving_average('{}', 1);
SELECT hartonomous.moving_average('{1, NaN}', 1);
SELECT hartonomous.exponential_smoothing('{1, 2}', 0);
SELECT hartonomous.exponential_smoothing('{1, 2}', 0.5, ahead => -1);
SELECT hartonomous.autoregression('{1, 2, 3}', 2);
SELECT hartonomous.change_points('{1, 2, 3}', -1);
SELECT hartonomous.change_points('{1, 2, 3}', 1, 0);
SELECT hartonomous.matrix_profile('{1, 2, 3, 4, 5}', 3);
SELECT hartonomous.integrate_ode('cubic(double precision)', '{1}', 0, 1, 0.1);
SELECT hartonomous.integrate_ode('swing(double precision, double precision[])', '{1}', 0, 1, 0.1);
SELECT hartonomous.integrate_ode('decay(double precision, double precision[])', '{1}', 0, 1, 0);
SELECT hartonomous.integrate_ode('decay(double precision, double precision[])', '{1}', 0, 'Infinity', 1);
SELECT hartonomous.integrate_ode('decay(double precision, double precision[])', '{}', 0, 1, 1);
SELECT hartonomous.integrate_ode('decay(double precision, double precision[])', '{NaN}', 0, 1, 1);
SELECT count(*) FROM hartonomous.integrate_ode('decay(double precision, double precision[])', '{1}', 0, 1, 0.1, 'heun');
SELECT count(*) FROM hartonomous.integrate_ode('decay(double precision, double precision[])', '{1}', 0, 1, 0.01, max_steps => 10);
SELECT hartonomous.bisection('cubic(double precision)', 5, 9);
SELECT hartonomous.bisection('cubic(double precision)', 'NaN', 9);
SELECT hartonomous.bisection('bowl(double precision[])', 0, 9);
SELECT hartonomous.bisection(0, 0, 9);
SELECT hartonomous.newton_raphson('cubic(double precision)', 1, tolerance => 0);
CREATE FUNCTION nothing(x double precision) RETURNS double precision LANGUAGE sql RETURN NULL::double precision;
SELECT hartonomous.newton_raphson('nothing(double precision)', 1);
SELECT hartonomous.newton_raphson('ln(double precision)', -1);
SELECT hartonomous.gradient_descent('bowl(double precision[])', '{0, 0}', rate => 0);
SELECT hartonomous.gradient_descent('bowl(double precision[])', '{0, 0}', rate => 10);
SELECT hartonomous.gradient_descent('bowl(double precision[])', '{0, 0}', max_iterations => 0);
