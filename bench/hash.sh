#!/bin/bash
# hash.sh [MIB]: BLAKE3 and SHA-256 throughput beside b3sum and openssl, on one thread: the same
# file of MIB (default 512) mebibytes, held in the page cache, by each program in turn; user and
# system CPU time, median of 7 rounds (slowest .. fastest), and whether the digests agree. Then the
# costs in memory of bench/hash.cpp.
set -euo pipefail
cd "$(dirname "$0")/.."
build=${BUILD:-build}
mib=${1:-512}
file=$(mktemp)
trap 'rm -f "$file" "$file".*' EXIT
# Incompressible and quick to make: a cipher's key stream.
openssl enc -aes-128-ctr -pass pass:hartonomous -nosalt -pbkdf2 -in /dev/zero 2> /dev/null |
  head -c "${mib}M" > "$file" || true

names=(blake3 b3sum 'b3sum --no-mmap' sha256 openssl)
run() {
  case $1 in
    blake3 | sha256) "$build/bench/bench_hash" "$1" "$file" ;;
    b3sum) b3sum --num-threads 1 --no-names --derive-key 'hartonomous v1 block' "$file" ;;
    'b3sum --no-mmap') b3sum --num-threads 1 --no-mmap --no-names --derive-key 'hartonomous v1 block' "$file" ;;
    openssl) openssl dgst -sha256 -r "$file" | cut -d' ' -f1 ;;
  esac
}
TIMEFORMAT='%U %S'
for round in 1 2 3 4 5 6 7; do
  for i in "${!names[@]}"; do
    { time run "${names[i]}" > "$file.digest.$i"; } 2>> "$file.times.$i"
  done
done
for i in "${!names[@]}"; do
  awk '{ print $1 + $2 }' "$file.times.$i" | sort -n |
    awk -v name="${names[i]}" -v gb="$(bc -l <<< "$mib * 1048576 / 10^9")" \
      '{ t[NR] = $1 } END { printf "%-16s %6.2f GB/CPU-s  (%.2f .. %.2f)\n", name, gb / t[(NR + 1) / 2], gb / t[NR], gb / t[1] }'
done
median() { awk '{ print $1 + $2 }' "$file.times.$1" | sort -n | sed -n 4p; }
printf 'blake3 / b3sum   %6.2f   (best of mmap and read)\n' \
  "$(bc -l <<< "$(printf '%s\n' "$(median 1)" "$(median 2)" | sort -n | head -1) / $(median 0)")"
printf 'sha256 / openssl %6.2f\n' "$(bc -l <<< "$(median 4) / $(median 3)")"
cmp "$file.digest.0" "$file.digest.1" && cmp "$file.digest.0" "$file.digest.2" &&
  cmp "$file.digest.3" "$file.digest.4" && echo 'digests agree'
echo
"$build/bench/bench_hash"
