# SPDX-License-Identifier: PostgreSQL
# SPDX-FileCopyrightText: 2026 the hartonomous authors
"""Tunes the base model three ways. Usage: train_variants.py BASE_DIRECTORY OUTPUT_DIRECTORY WORK

  psalms        every tensor of the four layers; the embeddings stay frozen
  proverbs      the feed-forward network of the last layer only: three matrices
  gospels-lora  an adapter of rank 8 on q_proj and v_proj; no tensor of the base changes

What stays frozen stays equal to the base bit for bit, because the base is read back from its F16
file and F16 -> F32 -> F16 is exact.
"""

import math
import pathlib
import sys

import torch
from torch import nn

import bpe
import corpus
import model_directory
import training

RANK, ALPHA = 8, 16.0
VARIANTS = {
    "psalms": ({"Psalms"}, lambda name: name.startswith("model.layers.")),
    "proverbs": ({"Proverbs"}, lambda name: name.startswith("model.layers.3.mlp.")),
}


class LoraLinear(nn.Module):
    """y = x W' + (alpha / rank) x A' B', W frozen. Hu et al., "LoRA", 2021."""

    def __init__(self, inner):
        super().__init__()
        self.inner = inner.requires_grad_(False)
        self.a = nn.Parameter(torch.empty(RANK, inner.in_features))
        self.b = nn.Parameter(torch.zeros(inner.out_features, RANK))
        nn.init.kaiming_uniform_(self.a, a=math.sqrt(5))

    def forward(self, x):
        return self.inner(x) + (ALPHA / RANK) * (x @ self.a.T @ self.b.T)


class Texts:
    """The token streams of some books, and the loss of a model on their held-out chapters."""

    def __init__(self, tokenizer, books):
        self.train = training.stream(tokenizer, corpus.select(books))
        self.held_out = training.stream(tokenizer, corpus.select(books, held_out=True))


def tune(llama, texts, label, work, *, steps, peak):
    before = training.loss_on(llama, texts.held_out)
    training.train(llama, texts.train, texts.held_out, steps=steps, batch=8, peak=peak,
                   warm_up=10, log_every=20, log_path=work / f"{label}-log.csv")
    after = training.loss_on(llama, texts.held_out)
    print(f"{label}: held-out loss {before:.4f} -> {after:.4f}", flush=True)


def tune_variant(base, label, output, work, tokenizer):
    books, is_trained = VARIANTS[label]
    llama = model_directory.load(base)
    for name, parameter in llama.named_parameters():
        parameter.requires_grad_(is_trained(name))
    tune(llama, Texts(tokenizer, books), label, work, steps=100, peak=3e-4)
    model_directory.save(llama, output / label, base / "tokenizer.json")


def tune_adapter(base, output, work, tokenizer):
    llama = model_directory.load(base).requires_grad_(False)
    pairs = {}
    for index, layer in enumerate(llama.model.layers):
        for name in ("q_proj", "v_proj"):
            adapted = LoraLinear(getattr(layer.self_attn, name))
            setattr(layer.self_attn, name, adapted)
            pairs[f"model.layers.{index}.self_attn.{name}"] = (adapted.a, adapted.b)
    tune(llama, Texts(tokenizer, corpus.GOSPELS), "gospels-lora", work, steps=200, peak=2e-3)
    model_directory.save_adapter(pairs, output / "gospels-lora", rank=RANK, alpha=ALPHA,
                                 targets=["q_proj", "v_proj"], base="kjv-tiny")


def main(base, output, work):
    training.prepare()
    tokenizer = bpe.load(base / "tokenizer.json")
    for label in VARIANTS:
        tune_variant(base, label, output, work, tokenizer)
    tune_adapter(base, output, work, tokenizer)


if __name__ == "__main__":
    main(*map(pathlib.Path, sys.argv[1:4]))
