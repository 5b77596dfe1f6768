"""tokenize: text to ids with models' own tokenizers, ours beside the peers'. Prints MB/s of CPU on one
thread, cold (a new tokenizer) and warm (its second pass), medians of ROUNDS (default 5) interleaved
rounds, the ratio to each peer, whether ids and hashes are equal, and what opening takes.

TOKENIZERS  files, separated by ':' (GGUF, tokenizer.json, *.model, vocab.txt); without it there is
            nothing to do
CORPORA     a folder with kjv.txt (bench/corpora)
PEERS       name=command, separated by ';'. {tokenizer} {file} {by} are filled in, {by} being lines or
            whole. A command encodes the file once with a new encoder and, if it can, a second time,
            and prints "seconds [seconds] ids [hash]": CPU seconds, and the FNV-1a-64 of the ids as
            32-bit words. One that cannot read a tokenizer prints nothing.
"""
import os, pathlib, statistics, subprocess, sys

build = pathlib.Path(os.environ["BUILD"])
tokenizers = [name for name in os.environ.get("TOKENIZERS", "").split(":") if name]
text = pathlib.Path(os.environ.get("CORPORA", "corpora")) / "kjv.txt"
if not tokenizers or not text.exists():
    sys.exit(f"skipped: TOKENIZERS names no files, or there is no {text}")
rounds = int(os.environ.get("ROUNDS", "5"))
peers = dict(peer.split("=", 1) for peer in os.environ.get("PEERS", "").split(";") if "=" in peer)
commands = {"ours": str(build) + "/bench/bench_tokenize {tokenizer} {file} {by} 1", **peers}


def run(command, tokenizer, by):
    for name, value in (("{tokenizer}", tokenizer), ("{file}", str(text)), ("{by}", by)):
        command = command.replace(name, value)
    output = subprocess.run(command, shell=True, text=True, capture_output=True).stdout
    line = output.split("\n")[0].split()
    seconds = [float(word) for word in line if "." in word]
    return (seconds, [word for word in line if "." not in word]) if seconds else None


size = text.stat().st_size
for tokenizer in tokenizers:
    for by in ("lines", "whole"):
        results = {}
        for _ in range(rounds):
            for who, command in commands.items():
                if (result := run(command, tokenizer, by)) is not None:
                    results.setdefault(who, []).append(result)
        for who, all_rounds in results.items():
            cold = statistics.median(r[0][0] for r in all_rounds)
            warm = [r[0][1] for r in all_rounds if len(r[0]) > 1]
            print(f"{pathlib.Path(tokenizer).name} {by} {who:12} cold {size / cold / 1e6:7.1f}", end="")
            print(f" warm {size / statistics.median(warm) / 1e6:7.1f} MB/s" if warm else " MB/s", end="")
            if who == "ours":
                opened = statistics.median(r[0][2] for r in all_rounds)
                print(f", opened in {opened * 1e3:.1f} ms, {all_rounds[0][1][2]} kB", end="")
            elif "ours" in results:
                mine = statistics.median(r[0][0] for r in results["ours"])
                same = results["ours"][0][1][:2][: len(all_rounds[0][1])] == all_rounds[0][1][:2]
                print(f", ours {cold / mine:.1f} times, ids {'equal' if same else 'DIFFER'}", end="")
            print()
