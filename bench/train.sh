#!/bin/bash
# train.sh: the trainer beside its peers, on one thread, on the texts of bench/corpora (in CORPORA,
# default build/corpora). Runs take turns; CPU seconds, median of ROUNDS (default 5) with the least
# and the most, and how many times longer than ours a peer takes. Reading, splitting and counting
# are part of it.
#
# Peers are lines of TRAIN_PEERS, "NAME COMMAND", where FILE and SIZE in the command stand for the
# text and the size of the vocabulary. If the last line that a command prints is a number, that is
# taken for its CPU seconds, else its whole process is timed.
#
# With TOKENIZERS_PYTHON, a Python that has the module `tokenizers`, it is also shown that our merges
# by the rule `huggingface` are that library's own, merge by merge.
set -euo pipefail
cd "$(dirname "$0")/.."
train=${BUILD:-build}/bench/bench_train
rounds=${ROUNDS:-5}
corpora=${CORPORA:-$(bench/corpora)}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export RAYON_NUM_THREADS=1 OMP_NUM_THREADS=1

peers=("ours $train FILE cl100k byte huggingface SIZE"
  "ours,gpt2,codepoint $train FILE gpt2 codepoint content_hash SIZE")
while IFS= read -r peer; do [ -z "$peer" ] || peers+=("$peer"); done <<< "${TRAIN_PEERS:-}"

TIMEFORMAT='%U %S'
seconds() { # seconds COMMAND: CPU seconds of one run, nothing if it fails
  { time bash -c "$1" > "$work/out" 2> "$work/err"; } 2> "$work/time" || return 0
  tail -1 "$work/out" | grep -xE '[0-9]+(\.[0-9]+)?' || awk '{ print $1 + $2 }' "$work/time"
}
for case in 'kjv 8000' 'gcide 8000' 'gcide 32000' 'debref 32000'; do
  read -r text size <<< "$case"
  rm -f "$work"/times.*
  for ((round = 0; round < rounds; ++round)); do
    for i in "${!peers[@]}"; do
      command=${peers[i]#* } command=${command//FILE/$corpora/$text.txt}
      seconds "${command//SIZE/$size}" >> "$work/times.$i"
    done
  done
  printf '%s, %s tokens\n' "$text" "$size"
  for i in "${!peers[@]}"; do
    sort -n "$work/times.$i" | awk -v name="${peers[i]%% *}" -v ours="$work/ours" '
      { t[NR] = $1 }
      END {
        if (NR == 0) { printf "  %-22s failed\n", name; exit }
        m = t[int((NR + 1) / 2)]
        if (name == "ours") { print m > ours; r = m } else getline r < ours
        printf "  %-22s %8.3f s  (%.3f .. %.3f)  %6.2f x\n", name, m, t[1], t[NR], m / r
      }'
  done
done

[ -n "${TOKENIZERS_PYTHON:-}" ] || exit 0
for text in kjv debref; do
  "$train" "$corpora/$text.txt" gpt2 byte huggingface 30000 "$work/ours.merges" > "$work/out"
  "$TOKENIZERS_PYTHON" - "$corpora/$text.txt" "$work/their.merges" <<'PYTHON'
import json, sys
from tokenizers import Tokenizer, models, pre_tokenizers, trainers
tokenizer = Tokenizer(models.BPE())
tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
trainer = trainers.BpeTrainer(vocab_size=30000, min_frequency=0, show_progress=False,
                              initial_alphabet=pre_tokenizers.ByteLevel.alphabet())
with open(sys.argv[1], encoding='utf-8', newline='') as file:
    tokenizer.train_from_iterator([file.read()], trainer)
model = json.loads(tokenizer.to_str())['model']
with open(sys.argv[2], 'w') as out:
    for merge in model['merges']:
        left, right = merge if isinstance(merge, list) else merge.split(' ')
        out.write(f"{model['vocab'][left]} {model['vocab'][right]}\n")
PYTHON
  cmp "$work/ours.merges" "$work/their.merges" &&
    printf '%s: all %d merges are those of tokenizers\n' "$text" "$(wc -l < "$work/ours.merges")"
done
