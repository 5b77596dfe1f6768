#!/bin/bash
# language_model.sh [BUILD]: our language model beside KenLM's on the King James Bible, and the whole
# stack on it and on a corpus of seven domains.
#
# KENLM is the folder of KenLM's lmplz and query; without it only our own figures are shown. CORPORA
# is the folder with kjv.txt (bench/corpora) and domains/ (bench/domains), default build/corpora.
# Verse i is held out where i mod 10 = 9; both models get the same tokens. Rounds alternate, ROUNDS of
# them (default 5); CPU seconds, user and system, median and spread. lmplz writes an ARPA file and
# ours holds its model in memory: the parts of both after reading the text.
set -euo pipefail
cd "$(dirname "$0")/.."
build=$(realpath "${1:-${BUILD:-build}}")
corpora=${CORPORA:-build/corpora} rounds=${ROUNDS:-5}
bench=$build/bench/bench_language_model
[ -f "$corpora/kjv.txt" ] || bench/corpora "$corpora" > /dev/null
[ -d "$corpora/domains" ] || bench/domains "$corpora/domains" > /dev/null
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$bench" split "$corpora/kjv.txt" "$work"
echo "split: $(cd "$work" && sha256sum {train,test}.{raw,tok} | awk '{printf "%s %s  ", $2, substr($1, 1, 8)}')"

perplexity() { # perplexity ORDER DIR: KenLM's, with and without unknown words
  "$KENLM/lmplz" -o "$1" -S 1G -T "$work" --discount_fallback < "$2/train.tok" > "$work/model.arpa" 2> /dev/null
  "$KENLM/query" -v summary "$work/model.arpa" < "$2/test.tok" 2> /dev/null |
    awk -v o="$1" '/including OOVs/ {a = $NF} /excluding OOVs/ {b = $NF} END {printf "KenLM, order %s               %9.4f %9.4f\n", o, a, b}'
}
TIMEFORMAT='%U %S'
cpu() { { time "$@" > /dev/null 2>&1; } 2>&1 | awk '{print $1 + $2}'; }
if [ -n "${KENLM-}" ]; then
  for order in 2 3 4 5 6; do perplexity $order "$work"; done
fi
"$bench" orders "$corpora/kjv.txt"
"$bench" stack "$corpora/kjv.txt"
echo
mkdir "$work/domains"
"$bench" write "$corpora/domains" "$work/domains"
if [ -n "${KENLM-}" ]; then perplexity 5 "$work/domains"; fi
"$bench" domains "$corpora/domains"
echo
if [ -n "${KENLM-}" ]; then
  perplexity 5 "$work" > /dev/null
  "$KENLM/build_binary" "$work/model.arpa" "$work/model.bin" > /dev/null 2>&1
fi
for ((i = 0; i < rounds; ++i)); do
  if [ -n "${KENLM-}" ]; then
    echo "lmplz $(cpu sh -c '"$1/lmplz" -o 5 -S 1G -T "$2" < "$2/train.tok" > "$2/out.arpa"' - "$KENLM" "$work")"
    all=$(cpu sh -c '"$1/query" -v summary "$2/model.bin" < "$2/test.tok"' - "$KENLM" "$work")
    load=$(cpu sh -c 'head -1 "$2/test.tok" | "$1/query" -v summary "$2/model.bin"' - "$KENLM" "$work")
    echo "query $all $load $(wc -lw < "$work/test.tok" | tr -s ' ')"
  fi
  echo "ours $("$bench" speed "$work/train.tok" "$work/test.tok" 5)"
done > "$work/rounds"
python3 - "$work/rounds" <<'PY'
import statistics, sys
runs = {}
def keep(name, value): runs.setdefault(name, []).append(float(value))
for line in open(sys.argv[1]):
    name, *values = line.split()
    if name == "lmplz": keep("lmplz: build, CPU s", values[0])
    if name == "query":
        words = int(values[2]) + int(values[3])
        keep("KenLM query: M words/s, reading text", words / max(float(values[0]) - float(values[1]), 1e-3) / 1e6)
    if name == "ours":
        for what, value in zip(("ours: build, CPU s", "ours: M words/s, side by side",
                                "ours: M words/s, one by one", "ours: thousand top-5 answers/s"), values):
            keep(what, value)
for name, values in sorted(runs.items()):
    print(f"{name:40} {statistics.median(values):9.2f}  ({min(values):.2f} .. {max(values):.2f}, {len(values)} runs)")
if "lmplz: build, CPU s" in runs:
    print(f"lmplz / ours, build: {statistics.median(runs['lmplz: build, CPU s']) / statistics.median(runs['ours: build, CPU s']):.2f}")
PY
