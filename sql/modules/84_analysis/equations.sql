--| # Equations
--| Over functions that the caller names: they are called with the caller's rights. All: 22023 if the function has other arguments or
--| another result than described, or returns NULL.

CREATE OR REPLACE FUNCTION hartonomous.integrate_ode(
  derivative regprocedure, start double precision[], start_time double precision,
  end_time double precision, step double precision, method text DEFAULT 'rk4',
  tolerance double precision DEFAULT 1e-6, max_steps integer DEFAULT 100000)
RETURNS TABLE (t double precision, y double precision[])
LANGUAGE c STABLE STRICT PARALLEL RESTRICTED COST 1000000 ROWS 1000
AS 'MODULE_PATHNAME', 'hartonomous_integrate_ode';
COMMENT ON FUNCTION hartonomous.integrate_ode(regprocedure, double precision[], double precision, double precision, double precision, text, double precision, integer) IS
'Solves the differential equation y'' = f(t, y) from a start, and returns the states on the way, both ends included.

derivative: a function of (double precision, double precision[]) that returns double precision[]. method: euler, rk2 (midpoint), rk4 (Runge and Kutta), in steps of step, or adaptive (Dormand and Prince 1980), whose first step that is, and whose error a step is below tolerance (1 + |y|). Backwards if end_time is below start_time. Errors: 22023 for arguments, 54000 over max_steps, 22003 where y leaves the range of numbers.

Example: CREATE FUNCTION decay(t double precision, y double precision[]) RETURNS double precision[] LANGUAGE sql RETURN ARRAY[-y[1]]; SELECT t, y FROM hartonomous.integrate_ode(''decay(double precision, double precision[])'', ''{1}'', 0, 1, 0.25);';

CREATE OR REPLACE FUNCTION hartonomous.newton_raphson(
  function regprocedure, start double precision, derivative regprocedure DEFAULT NULL,
  tolerance double precision DEFAULT 1e-12, max_iterations integer DEFAULT 100,
  OUT x double precision, OUT value double precision, OUT iterations integer, OUT converged boolean)
RETURNS record
LANGUAGE c STABLE CALLED ON NULL INPUT PARALLEL RESTRICTED COST 100000
AS 'MODULE_PATHNAME', 'hartonomous_newton_raphson';
COMMENT ON FUNCTION hartonomous.newton_raphson(regprocedure, double precision, regprocedure, double precision, integer) IS
'Looks for a root of a function from a start, by Newton and Raphson''s method.

function and derivative: of (double precision) that return double precision; without a derivative central differences take its place. Until a step is below tolerance (1 + |x|); converged is false after max_iterations, where the slope vanishes, and where a value is not finite. NULL for a NULL elsewhere. Error 22023 for arguments.

Example: SELECT round(x::numeric, 6) AS x, converged FROM hartonomous.newton_raphson(''cos(double precision)'', 1);';

CREATE OR REPLACE FUNCTION hartonomous.bisection(
  function regprocedure, low double precision, high double precision,
  tolerance double precision DEFAULT 1e-12, max_iterations integer DEFAULT 200,
  OUT x double precision, OUT value double precision, OUT iterations integer, OUT converged boolean)
RETURNS record
LANGUAGE c STABLE STRICT PARALLEL RESTRICTED COST 100000
AS 'MODULE_PATHNAME', 'hartonomous_bisection';
COMMENT ON FUNCTION hartonomous.bisection(regprocedure, double precision, double precision, double precision, integer) IS
'Finds a root of a function between two places where its signs differ, by halving.

function: of (double precision) that returns double precision. Until the interval is no longer than tolerance (1 + |x|). Error 22023 for arguments, and if the signs are the same.

Example: SELECT round(x::numeric, 6) AS x FROM hartonomous.bisection(''cos(double precision)'', 0, 3);';

CREATE OR REPLACE FUNCTION hartonomous.gradient_descent(
  function regprocedure, start double precision[], gradient regprocedure DEFAULT NULL,
  rate double precision DEFAULT 0.01, momentum double precision DEFAULT 0.9,
  tolerance double precision DEFAULT 1e-6, max_iterations integer DEFAULT 1000,
  OUT x double precision[], OUT value double precision, OUT gradient_norm double precision,
  OUT iterations integer, OUT converged boolean)
RETURNS record
LANGUAGE c STABLE CALLED ON NULL INPUT PARALLEL RESTRICTED COST 1000000
AS 'MODULE_PATHNAME', 'hartonomous_gradient_descent';
COMMENT ON FUNCTION hartonomous.gradient_descent(regprocedure, double precision[], regprocedure, double precision, double precision, double precision, integer) IS
'Looks for a minimum of a function of several variables by gradient descent with momentum (Polyak 1964).

function: of (double precision[]) that returns double precision; gradient: of the same that returns double precision[]; without it central differences take its place, two calls a variable. Each iteration: v = momentum v - rate gradient, x = x + v, until the gradient''s length is at most tolerance or after max_iterations. NULL for a NULL elsewhere. Errors: 22023 for arguments, 22003 when it diverges.

Example: CREATE FUNCTION bowl(x double precision[]) RETURNS double precision LANGUAGE sql RETURN (x[1] - 3) ^ 2 + (x[2] + 1) ^ 2; SELECT round(x[1]::numeric, 4) AS x1, round(x[2]::numeric, 4) AS x2, converged FROM hartonomous.gradient_descent(''bowl(double precision[])'', ''{0, 0}'', rate => 0.05);';
