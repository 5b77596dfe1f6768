#!/usr/bin/env python3
"""run_llama.py: the small random model of every family, here and in llama.cpp.

LLAMA_SOURCE  llama.cpp's source tree
LLAMA_BUILD   its build tree, of static libraries for the CPU
BUILD         ours (default: build)

Prints, per family, the largest difference of all logits in parts of the largest logit, and at how
many of 40 tokens the most likely next one is the same. Exits 1 if one differs by more than 1e-4
(GELU in halves turns a last bit into 2^-11 now and then; 1e-5 without) or in a choice.
"""
import os
import pathlib
import subprocess
import sys
import tempfile

import logits

ROOT = pathlib.Path(__file__).resolve().parents[2]
TOKENS = [(i * 37 + 5) % 61 for i in range(40)]
IN_HALVES = ("gemma", "gpt", "bert")


def build_peer(source, build, to):
    libraries = [build / "src/libllama.a"] + [build / f"ggml/src/libggml{part}.a"
                                              for part in ("", "-cpu", "-base")]
    subprocess.run(["c++", "-std=c++17", "-O1", f"-I{source}/include", f"-I{source}/ggml/include",
                    ROOT / "test/interop/llama_logits.cpp", *libraries, "-fopenmp", "-lpthread",
                    "-ldl", "-o", to], check=True)


def main():
    if "LLAMA_SOURCE" not in os.environ or "LLAMA_BUILD" not in os.environ:
        print("skipped: LLAMA_SOURCE and LLAMA_BUILD name no llama.cpp")
        return 0
    ours = pathlib.Path(os.environ.get("BUILD", ROOT / "build"))
    subprocess.run(["cmake", "--build", ours, "--target", "interop_logits",
                    "interop_family_files"], check=True, stdout=subprocess.DEVNULL)
    failed = 0
    with tempfile.TemporaryDirectory() as scratch:
        peer = pathlib.Path(scratch) / "llama_logits"
        build_peer(pathlib.Path(os.environ["LLAMA_SOURCE"]),
                   pathlib.Path(os.environ["LLAMA_BUILD"]), peer)
        names = subprocess.run([ours / "test/interop/interop_family_files", scratch], check=True,
                               capture_output=True, text=True).stdout.splitlines()
        for name in names:
            found = logits.run(ours / "test/interop/interop_logits", name, *TOKENS)
            expected = logits.run(peer, name, *TOKENS)
            apart = logits.distance(found, expected)
            family = pathlib.Path(name).stem
            same, rows = logits.same_choices(found, expected, len(expected) // len(TOKENS))
            bound = 1e-4 if family.startswith(IN_HALVES) else 1e-5
            failed += apart > bound or same < rows
            print(f"{family:40} {apart:.1e}  {same} of {rows}{'' if apart <= bound else '  FAILED'}")
    return failed > 0


sys.exit(main())
