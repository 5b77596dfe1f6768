#!/bin/bash
# atom_insert.sh [BUILD]: a million atoms, half of them stored already, into the atom table.
#
# Ours: ingest_text of a text of ATOMS different words (default 1000000) into a store that knows the
# first half of the text; cutting, hashing and geometry are counted too. Peer: INSERT ... SELECT ...
# ON CONFLICT DO NOTHING of exactly the same finished rows, in random order, from a staging table
# into a table with the same columns, indexes and first half; filling the staging table is not
# counted. All indexes are live in both. Alternately, ROUNDS times (default 5); medians and spread
# of the server process's CPU.
set -euo pipefail
cd "$(dirname "$0")/.."
export BUILD=$(realpath "${1:-build}")
rounds=${ROUNDS:-5} atoms=${ATOMS:-1000000}
dir=$BUILD/bench-cluster
export CLUSTER_OPTIONS="-c shared_buffers=2GB -c autovacuum=off -c max_wal_size=16GB"
trap 'tools/cluster destroy "$dir"' EXIT
tools/cluster destroy "$dir"; tools/cluster start "$dir"
eval "$(tools/cluster env "$dir")"
cpu="SELECT split_part(pg_read_file('/proc/self/schedstat'), ' ', 1)::float8 / 1e6 AS cpu \\gset before_"
measure() {  # NAME, SQL before the clock starts, SQL that is measured
  psql -XqAt -v ON_ERROR_STOP=1 > "$dir/out" <<SQL
$2
CHECKPOINT;
$cpu
$3
SELECT '$1', split_part(pg_read_file('/proc/self/schedstat'), ' ', 1)::float8 / 1e6 - :before_cpu;
SQL
  grep "^$1|" "$dir/out" | tr '|' ' '
}
ingest() { echo "SELECT hartonomous.ingest_text($1, 'words') FROM input \\g /dev/null"; }
psql -Xq -v ON_ERROR_STOP=1 -v half="$((atoms / 2))" <<SQL
-- Words of letters only, so that each is one word to Unicode's rules.
CREATE TABLE input AS SELECT string_agg(word, ' ' ORDER BY n) FILTER (WHERE n <= :half) AS half,
  string_agg(word, ' ' ORDER BY n) AS whole
FROM generate_series(1, 2 * :half) n,
  LATERAL (SELECT translate(to_hex((n * 2654435761) % 4294967296), '0123456789', 'ghijklmnop') AS word) w;
$(ingest half)
CREATE UNLOGGED TABLE first_half AS SELECT * FROM hartonomous.atom ORDER BY atom_id;
$(ingest whole)
CREATE UNLOGGED TABLE staging AS SELECT * FROM hartonomous.atom ORDER BY md5(atom_id::text);
CREATE TABLE peer (LIKE hartonomous.atom INCLUDING ALL);
VACUUM ANALYZE staging; VACUUM ANALYZE first_half;
SQL
rows=$(psql -XAtF ' ' -c 'SELECT (SELECT count(*) FROM staging), (SELECT count(*) FROM first_half), (SELECT sum(pg_column_size(s.*)) / count(*) FROM staging s)')
for ((i = 0; i < rounds; ++i)); do
  measure ours "TRUNCATE hartonomous.document, hartonomous.atom CASCADE; $(ingest half)" "$(ingest whole)"
  measure peer 'TRUNCATE peer; INSERT INTO peer SELECT * FROM first_half;' \
    'INSERT INTO peer SELECT * FROM staging ON CONFLICT (content_hash) DO NOTHING;'
done > "$dir/rounds"
[ "$(psql -XAtc 'SELECT (SELECT count(*) FROM peer) = (SELECT count(*) FROM hartonomous.atom)')" = t ]

python3 - "$dir/rounds" $rows <<'PY'
import statistics, sys
path, rows, known, width = sys.argv[1], *map(int, sys.argv[2:])
print(f"{rows} rows of {width} bytes, {known} of them stored already")
runs = {}
for line in open(path):
    name, cpu = line.split()
    runs.setdefault(name, []).append(float(cpu))
median = {name: statistics.median(values) for name, values in runs.items()}
for name, values in runs.items():
    print(f"{name}  {median[name]:8.0f} ms  ({min(values):.0f} .. {max(values):.0f}, {len(values)} runs)"
          f"  {rows / median[name]:6.1f} thousand rows per CPU-second")
print(f"ours / INSERT ... ON CONFLICT DO NOTHING: {median['peer'] / median['ours']:.2f} (bar: 1.5)")
PY
