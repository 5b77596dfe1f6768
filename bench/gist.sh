#!/bin/bash
# gist.sh [ROWS [ROUNDS]]: the spatial index of our operator class gist_geometry_ops_hilbert beside
# PostGIS's gist_geometry_ops_nd, on the same table in the same run: CPU seconds to build, index
# size, CPU milliseconds per nearest-neighbour query (k = 10, 4-D, exact) and whether both agree.
# Uniform and clustered points; median (least .. most) of ROUNDS rounds. Needs a running
# `tools/cluster start` (BUILD=dir picks another).
set -euo pipefail
cd "$(dirname "$0")/.."
rows=${1:-1000000} rounds=${2:-5}
eval "$(tools/cluster env)"
psql -Xq -v ON_ERROR_STOP=1 -v rows="$rows" -v rounds="$rounds" <<'SQL'
\pset footer off
SET client_min_messages = warning;
SET max_parallel_maintenance_workers = 0;
SET maintenance_work_mem = '512MB';
SET jit = off;
DROP SCHEMA IF EXISTS bench_gist CASCADE;
CREATE SCHEMA bench_gist;
SET search_path = bench_gist, public;
CREATE TEMPORARY TABLE measured (points text, index text, round integer, build_s float8, size_mb float8, knn_ms float8, answers text);
CREATE FUNCTION pg_temp.cpu_seconds() RETURNS float8 LANGUAGE sql VOLATILE
RETURN split_part(pg_read_file('/proc/self/schedstat'), ' ', 1)::float8 / 1e9;

CREATE FUNCTION pg_temp.neighbours() RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  q record;
  near bigint[];
  all_near text := '';
BEGIN
  FOR q IN SELECT at FROM query ORDER BY query_id LOOP
    SELECT array_agg(id) INTO near FROM (SELECT id FROM point ORDER BY geom <<->> q.at LIMIT 10) n;
    all_near := md5(all_near || near::text);
  END LOOP;
  RETURN all_near;
END
$$;

CREATE FUNCTION pg_temp.measure(points text, index text, opclass text, round integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  before float8;
  built float8;
  answers text;
BEGIN
  CHECKPOINT;
  before := pg_temp.cpu_seconds();
  EXECUTE 'CREATE INDEX point_geom_idx ON point USING gist (geom ' || opclass || ')';
  built := pg_temp.cpu_seconds() - before;
  PERFORM pg_temp.neighbours();
  before := pg_temp.cpu_seconds();
  answers := pg_temp.neighbours();
  INSERT INTO measured VALUES (points, index, round, built, pg_relation_size('point_geom_idx') / 1048576.0,
    (pg_temp.cpu_seconds() - before) * 1000 / (SELECT count(*) FROM query), answers);
  DROP INDEX point_geom_idx;
END
$$;

CREATE FUNCTION pg_temp.compare(points text, rounds integer) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  FOR round IN 1..rounds LOOP
    PERFORM pg_temp.measure(points, 'postgis nd', 'gist_geometry_ops_nd', round);
    PERFORM pg_temp.measure(points, 'hartonomous', 'hartonomous.gist_geometry_ops_hilbert', round);
  END LOOP;
END
$$;

SELECT setseed(0.5) \g /dev/null
CREATE TABLE point AS
SELECT id, ST_MakePoint(random() * 2 - 1, random() * 2 - 1, random() * 2 - 1, random() * 2 - 1) AS geom FROM generate_series(1, :rows) id;
ANALYZE point;
CREATE TEMPORARY TABLE query AS
SELECT query_id, ST_MakePoint(random() * 2 - 1, random() * 2 - 1, random() * 2 - 1, random() * 2 - 1) AS at FROM generate_series(1, 200) query_id;
SET enable_seqscan = off;
SELECT pg_temp.compare('uniform', :rounds) \g /dev/null
DROP TABLE point, query;

CREATE TEMPORARY TABLE centre AS
SELECT c AS centre_id, random() - 0.5 AS x, random() - 0.5 AS y, random() - 0.5 AS z, random() - 0.5 AS m FROM generate_series(1, 1000) c;
CREATE TABLE point AS
SELECT id, ST_MakePoint(x + (random() + random() - 1) / 50, y + (random() + random() - 1) / 50, z + (random() + random() - 1) / 50, m + (random() + random() - 1) / 50) AS geom
FROM generate_series(1, :rows) id JOIN centre ON centre_id = 1 + (hashint8(id) & 1048575) % 1000;
ANALYZE point;
CREATE TEMPORARY TABLE query AS SELECT row_number() OVER (ORDER BY id) AS query_id, geom AS at FROM point WHERE id % (:rows / 200) = 0;
SELECT pg_temp.compare('clustered', :rounds) \g /dev/null

\echo
SELECT points, index,
  to_char(percentile_cont(0.5) WITHIN GROUP (ORDER BY build_s), 'FM990.00') || format(' (%s .. %s)', to_char(min(build_s), 'FM990.00'), to_char(max(build_s), 'FM990.00')) AS "build, CPU s",
  to_char(max(size_mb), 'FM9990.0') AS "size, MB",
  to_char(percentile_cont(0.5) WITHIN GROUP (ORDER BY knn_ms), 'FM990.000') || format(' (%s .. %s)', to_char(min(knn_ms), 'FM990.000'), to_char(max(knn_ms), 'FM990.000')) AS "10-NN, CPU ms"
FROM measured GROUP BY points, index ORDER BY points DESC, index DESC;
SELECT points,
  round((percentile_cont(0.5) WITHIN GROUP (ORDER BY build_s) FILTER (WHERE index = 'postgis nd')
       / percentile_cont(0.5) WITHIN GROUP (ORDER BY build_s) FILTER (WHERE index = 'hartonomous'))::numeric, 1) AS "build, times faster",
  round((percentile_cont(0.5) WITHIN GROUP (ORDER BY knn_ms) FILTER (WHERE index = 'postgis nd')
       / percentile_cont(0.5) WITHIN GROUP (ORDER BY knn_ms) FILTER (WHERE index = 'hartonomous'))::numeric, 1) AS "10-NN, times faster",
  count(DISTINCT answers) = 1 AS "same answers"
FROM measured GROUP BY points ORDER BY points DESC;
DROP SCHEMA bench_gist CASCADE;
SQL
