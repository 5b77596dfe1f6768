#!/bin/bash
# text.sh [BUILD]: a book into the store and out again, beside a client's COPY of the same rows.
#
# Ingest: CPU of ingest_text (cutting, hashing, looking up, storing) against CPU of a binary COPY by
# psql of exactly the atom rows it made into a table with the same columns and indexes, client
# included. Both load empty tables, alternately, ROUNDS times (default 5); medians and spread.
# Again: the same book once more. Edited: with one word changed. Diff: the edited one against the
# book. Garbage: after the edited one is deleted, over all atoms.
# Reconstruct: CPU of reconstruct_text on warm buffers. CPU is that of the server process, as Linux
# counts it in nanoseconds, because wall time on a shared machine says little; it is shown too.
# The book is the King James Bible of the Debian package bible-kjv, or the file in BOOK.
set -euo pipefail
cd "$(dirname "$0")/.."
export BUILD=$(realpath "${1:-build}")
rounds=${ROUNDS:-5}
dir=$BUILD/bench-cluster
export CLUSTER_OPTIONS="-c shared_buffers=1GB -c autovacuum=off"
trap 'tools/cluster destroy "$dir"' EXIT
tools/cluster destroy "$dir"; tools/cluster start "$dir"
eval "$(tools/cluster env "$dir")"
book=$dir/book.txt rows=$dir/atoms.bin
if [ -n "${BOOK:-}" ]; then cp "$BOOK" "$book"; else bible -l0 'Gen1:1-Rev22:21' > "$book" || true; fi
chmod a+r "$book"; chmod a+rwx "$dir"

# Each round prints: name, server CPU ms, wall ms; the client's own CPU is added by the caller.
cpu="SELECT split_part(pg_read_file('/proc/self/schedstat'), ' ', 1)::float8 / 1e6 AS cpu,
  extract(epoch FROM clock_timestamp()) * 1000 AS wall \\gset before_"
report="SELECT split_part(pg_read_file('/proc/self/schedstat'), ' ', 1)::float8 / 1e6 - :before_cpu,
  extract(epoch FROM clock_timestamp()) * 1000 - :before_wall"
measure() {  # NAME, SQL before the clock starts, SQL that is measured
  TIMEFORMAT='%U %S'
  { time psql -XqAt -F ' ' -v ON_ERROR_STOP=1 -v book="$book" -v rows="$rows" > "$dir/out" <<SQL
$2
$cpu
$3
$report;
SQL
  } 2> "$dir/time"
  echo "$1 $(grep -E '^[0-9.]+ [0-9.]+$' "$dir/out" | tail -1) $(tail -1 "$dir/time")"
}
psql -Xq -v ON_ERROR_STOP=1 -v book="$book" <<'SQL'
CREATE TABLE input AS SELECT pg_read_file(:'book') AS content;
SELECT hartonomous.ingest_text(content, 'warm-up') FROM input \g /dev/null
CREATE TABLE peer (LIKE hartonomous.atom INCLUDING ALL);
SQL
psql -Xqc "\\copy (SELECT * FROM hartonomous.atom ORDER BY atom_id) TO '$rows' (FORMAT binary)"
atoms=$(psql -XAtc 'SELECT count(*) FROM hartonomous.atom')
for ((i = 0; i < rounds; ++i)); do
  measure ingest 'TRUNCATE hartonomous.document, hartonomous.atom CASCADE; CHECKPOINT;' \
    "SELECT hartonomous.ingest_text(content, 'book') FROM input \\g /dev/null"
  measure copy 'TRUNCATE peer; CHECKPOINT;' "\\copy peer FROM '$rows' (FORMAT binary)"
  measure again '' "SELECT hartonomous.ingest_text(content, 'again') FROM input \\g /dev/null"
  measure edited '' \
    "SELECT hartonomous.ingest_text(overlay(content placing 'changedword' from 600000 * ($i + 1) for 5), 'edited') FROM input \\g /dev/null"
  measure diff '' "SELECT count(*) FROM (SELECT min(document_id), max(document_id) FROM hartonomous.document) AS d (a, b), hartonomous.diff_documents(a, b) \\g /dev/null"
  measure garbage 'SELECT hartonomous.delete_document(max(document_id)) FROM hartonomous.document;' \
    "SELECT * FROM hartonomous.collect_garbage('atoms') \\g /dev/null"
  for _ in 1 2; do
    measure reconstruct "SELECT octet_length(hartonomous.reconstruct_text(document_id)) FROM hartonomous.document LIMIT 1 \\g /dev/null" \
      "SELECT octet_length(hartonomous.reconstruct_text(document_id)) FROM hartonomous.document LIMIT 1 \\g /dev/null"
  done
done > "$dir/rounds"
before=$(psql -XAtc 'SELECT count(*) FROM hartonomous.atom')
psql -Xqc "SELECT hartonomous.ingest_text(overlay(content placing 'changedword' from 2000000 for 5), 'edited') FROM input" > /dev/null
edited=$(psql -XAtc "SELECT count(*) - $before FROM hartonomous.atom")
[ "$(psql -XAtc "SELECT bool_and(hartonomous.reconstruct_text(document_id) = content) FROM hartonomous.document, input WHERE title <> 'edited'")" = t ]
size=$(psql -XAtc "SELECT pg_total_relation_size('hartonomous.atom')")

python3 - "$dir/rounds" "$(stat -c %s "$book")" "$atoms" "$edited" "$size" <<'PY'
import statistics, sys
path, size, atoms, edited, stored = sys.argv[1], *map(int, sys.argv[2:])
runs = {}
for line in open(path):
    name, cpu, wall, user, system = line.split()
    client = 1000 * (float(user) + float(system))
    runs.setdefault(name, []).append((float(cpu) + (client if name == "copy" else 0), float(wall), float(cpu)))
print(f"book {size} bytes, {atoms} atoms, {stored / 1e6:.0f} MB with indexes; one changed word adds {edited} atoms")
median = {}
for name, values in runs.items():
    for what, column in (("CPU", 0), ("wall", 1)):
        ms = sorted(v[column] for v in values)
        median[name, what] = statistics.median(ms)
        print(f"{name:12} {what:4} {median[name, what]:8.1f} ms  ({ms[0]:.1f} .. {ms[-1]:.1f}, {len(ms)} runs)"
              f"  {size / 1e3 / median[name, what]:7.1f} MB/s")
server = statistics.median(v[2] for v in runs["copy"])
print(f"rate of ingest / rate of COPY: {median['copy', 'CPU'] / median['ingest', 'CPU']:.2f} by CPU with the client's, "
      f"{server / median['ingest', 'CPU']:.2f} by the server's alone, {median['copy', 'wall'] / median['ingest', 'wall']:.2f} by wall (bar: 0.8)")
print(f"reconstruct: {size / 1e3 / median['reconstruct', 'CPU']:.0f} MB/s of CPU (bar: 100)")
PY
