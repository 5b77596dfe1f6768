"""encode: text to token ids, ours beside the peers'. Prints MB/s of CPU on one thread, cold (a new
encoder) and warm (its second pass), medians and spread of ROUNDS (default 5) interleaved rounds, the
ratio to each peer, and whether ids and hashes are equal.

RANKS    a tiktoken rank file (cl100k_base.tiktoken); without it there is nothing to encode with
PATTERN  its split pattern, default cl100k
CORPORA  a folder with kjv.txt, gcide.txt, debref.txt (bench/corpora); missing ones are left out
PEERS    name=command, separated by ';'. {ranks} {pattern} {file} are filled in. A command encodes the
         file once with a new encoder and, if it can, a second time, and prints for that
         "seconds [seconds] ids [hash]": CPU seconds, and the FNV-1a-64 of the ids as 32-bit words.
"""
import os, pathlib, random, statistics, subprocess, sys

build = pathlib.Path(os.environ["BUILD"])
ranks, pattern = os.environ.get("RANKS", ""), os.environ.get("PATTERN", "cl100k")
if not ranks:
    sys.exit("skipped: RANKS names no rank file")
rounds = int(os.environ.get("ROUNDS", "5"))
peers = dict(peer.split("=", 1) for peer in os.environ.get("PEERS", "").split(";") if "=" in peer)
commands = {"ours": f"{build}/bench/bench_encode {{ranks}} {{pattern}} {{file}} 1", **peers}

inputs = []
for name in ("kjv", "gcide", "debref"):
    path = pathlib.Path(os.environ.get("CORPORA", "corpora")) / f"{name}.txt"
    if path.exists():
        inputs.append((name, path))
made = build / "bench-encode"
made.mkdir(exist_ok=True)
chance = random.Random(5)
kinds = {
    "aaa": lambda n: b"a" * n,
    "a-z": lambda n: bytes(chance.choices(range(97, 123), k=n)),
    "CJK": lambda n: "".join(map(chr, chance.choices(range(0x4E00, 0x9FA0), k=n // 3))).encode(),
    "spaces": lambda n: b" " * n,
    "random": lambda n: chance.randbytes(n),
}
for kind, make in kinds.items():
    for size in (100_000, 1_000_000, 10_000_000):
        path = made / f"{kind}-{size}"
        path.write_bytes(make(size))
        inputs.append((f"{kind} {size // 1000} kB", path))


def run(command, path):
    line = subprocess.run(command.format(ranks=ranks, pattern=pattern, file=path), shell=True, text=True,
                          capture_output=True).stdout.split("\n")[0].split()
    seconds = [float(word) for word in line if "." in word][:2]
    counted = [word for word in line if "." not in word]
    return (seconds, counted[:2]) if seconds else None


cold = {}
for name, path in inputs:
    size, results = path.stat().st_size, {}
    for _ in range(rounds if size < 9e6 or name == "gcide" else 1):
        for who, command in commands.items():
            if who != "ours" and (name.startswith("random") or size == 10_000_000):
                continue  # not all take bytes that are no UTF-8; 10 MB is for the curve alone
            if (result := run(command, path)) is not None:
                results.setdefault(who, []).append(result)
    if "ours" not in results:
        print(f"{name:14} failed")
        continue
    ours = results["ours"][0][1]
    for who, all_rounds in results.items():
        line = f"{name:14} {who:12}"
        for phase, label in enumerate(("cold", "warm")):
            times = sorted(seconds[phase] for seconds, _ in all_rounds if len(seconds) > phase)
            if not times:
                continue
            middle = statistics.median(times)
            line += f" {label} {size / 1e6 / middle:7.1f} MB/s ({size / 1e6 / times[-1]:.1f} .. {size / 1e6 / times[0]:.1f})"
            if who == "ours":
                cold[name, phase] = middle
            else:
                line += f" ours/this {middle / cold[name, phase]:5.2f}"
        theirs = all_rounds[0][1]
        line += f"  {' '.join(theirs)}" if who == "ours" else "  equal" if theirs == ours[: len(theirs)] else f"  DIFFERS {theirs}"
        print(line, flush=True)
for kind in kinds:
    print(f"{kind:14} time at 1 MB / 100 kB {cold[f'{kind} 1000 kB', 0] / cold[f'{kind} 100 kB', 0]:5.1f},"
          f" 10 MB / 1 MB {cold[f'{kind} 10000 kB', 0] / cold[f'{kind} 1000 kB', 0]:5.1f}")
