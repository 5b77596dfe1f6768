# SPDX-License-Identifier: PostgreSQL
# SPDX-FileCopyrightText: 2026 the hartonomous authors
"""Writes the trained base as a model directory and reports what rounding to F16 costs.

Usage: save_base.py WORK_DIRECTORY OUTPUT_DIRECTORY
"""

import pathlib
import sys

import torch

import bpe
import corpus
import model
import model_directory
import training


def main(work, output):
    training.prepare()
    llama = model.Llama(model.Config())
    llama.load_state_dict(torch.load(work / "base.pt"))
    model_directory.save(llama, output, work / "tokenizer.json")
    tokenizer = bpe.load(output / "tokenizer.json")
    texts = corpus.select(held_out=True)
    held_out = training.stream(tokenizer, texts)
    exact = training.loss_on(llama, held_out)
    rounded = training.loss_on(model_directory.load(output), held_out)
    characters = sum(map(len, texts)) / (len(held_out) - 2 * len(texts))
    print(f"held-out loss {exact:.4f} nats per token in F32, {rounded:.4f} in F16; "
          f"{characters:.2f} characters per token")


if __name__ == "__main__":
    main(*map(pathlib.Path, sys.argv[1:3]))
