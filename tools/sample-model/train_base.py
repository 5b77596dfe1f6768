# SPDX-License-Identifier: PostgreSQL
# SPDX-FileCopyrightText: 2026 the hartonomous authors
"""Trains the tokenizer and the base model. Usage: train_base.py WORK_DIRECTORY"""

import pathlib
import sys
import time

import torch

import bpe
import corpus
import model
import training

STEPS, BATCH, PEAK = 3600, 8, 3e-3


def main(work):
    work.mkdir(parents=True, exist_ok=True)
    training.prepare()
    config = model.Config()
    tokenizer = bpe.train(corpus.select(), config.vocab_size)
    tokenizer.save(work / "tokenizer.json")
    tokens = training.stream(tokenizer, corpus.select())
    held_out = training.stream(tokenizer, corpus.select(held_out=True))
    llama = model.Llama(config)
    print(f"{sum(p.numel() for p in llama.parameters())} parameters, {len(tokens)} tokens")
    started = time.process_time()
    training.train(llama, tokens, held_out, steps=STEPS, batch=BATCH, peak=PEAK,
                   log_path=work / "base-log.csv")
    print(f"held-out loss {training.loss_on(llama, held_out):.4f} after "
          f"{time.process_time() - started:.0f} CPU seconds")
    torch.save(llama.state_dict(), work / "base.pt")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
