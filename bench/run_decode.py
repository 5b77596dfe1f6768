"""Forward passes beside llama.cpp's, over the same files with the same threads, in turns.

LLAMA_CPP_BIN is the folder of llama-bench; without it only our own figures are shown. The models are
made by make_llama: Llama's shape, 0.11 and 1.1 thousand million weights from a seed. SHAPES, TYPES,
THREADS (default: the processors), ROUNDS (5), PROMPT (128) and ANSWER (32) change what is measured.
The streaming bound is the speed at which the same threads read the bytes of weights that one token
needs and do nothing else, measured in the same process. Medians, and the spread of the ratio.
"""
import json
import os
import pathlib
import statistics
import subprocess

TOP = pathlib.Path(__file__).resolve().parent.parent
BUILD = pathlib.Path(os.environ.get("BUILD", TOP / "build"))
PEER = os.environ.get("LLAMA_CPP_BIN")
SHAPES = os.environ.get("SHAPES", "100m 1b").split()
TYPES = os.environ.get("TYPES", "F16 BF16 Q8_0 Q4_0 Q4_K").split()
THREADS, ROUNDS, PROMPT, ANSWER = (
    int(os.environ.get(name, default)) for name, default in
    (("THREADS", os.cpu_count()), ("ROUNDS", 5), ("PROMPT", 128), ("ANSWER", 32)))


def ours(path):
    printed = subprocess.run([BUILD / "bench/bench_run_decode", path, str(THREADS), str(PROMPT), str(ANSWER)],
                             check=True, stdout=subprocess.PIPE, text=True).stdout
    prompt, decode, size, stream = map(float, printed.split())
    return {"prompt": prompt, "decode": decode, "bound": decode * size / stream}


def peers(path):
    printed = subprocess.run(
        [f"{PEER}/llama-bench", "-m", path, "-t", str(THREADS), "-p", str(PROMPT), "-n", str(ANSWER),
         "-r", "1", "-o", "json"], check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout
    runs = json.loads(printed)
    return {"decode" if run["n_gen"] else "prompt": run["avg_ts"] for run in runs}


def measure(shape, kind, path):
    subprocess.run([BUILD / "test/make_llama", shape, kind, "1", path], check=True)
    mine, theirs = [], []
    for _ in range(ROUNDS):
        mine.append(ours(path))
        if PEER:
            theirs.append(peers(path))
    line = f"{shape:5} {kind:5}"
    for what in ("decode", "prompt"):
        line += f" {statistics.median(m[what] for m in mine):9.2f}"
        if theirs:
            ratios = [m[what] / t[what] for m, t in zip(mine, theirs)]
            line += (f" {statistics.median(t[what] for t in theirs):9.2f}"
                     f" {statistics.median(ratios):6.2f} ({min(ratios):.2f}..{max(ratios):.2f})")
    print(line + f"   {100 * statistics.median(m['bound'] for m in mine):4.0f} %", flush=True)


def main():
    peer = " llama.cpp  ratio (spread)   " if PEER else " "
    print(f"{THREADS} threads, prompt of {PROMPT}, answer of {ANSWER} tokens, {ROUNDS} rounds; tokens/s")
    print(f"model type     decode{peer}   prompt{peer} of the streaming bound")
    models = BUILD / "bench-models"
    models.mkdir(exist_ok=True)
    for shape in SHAPES:
        for kind in TYPES:
            path = models / f"{shape}-{kind}.gguf"
            try:
                measure(shape, kind, path)
            finally:
                path.unlink(missing_ok=True)


if __name__ == "__main__":
    main()
