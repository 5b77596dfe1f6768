#!/usr/bin/python3
# SPDX-License-Identifier: PostgreSQL
# SPDX-FileCopyrightText: 2026 the hartonomous authors
"""Continues a text with one of the sample models. Needs NumPy only, no PyTorch.

Usage: generate.py MODEL_DIRECTORY [PROMPT] [--adapter DIRECTORY] [--tokens N] [--temperature T]
                   [--top-k K] [--seed S]

Written apart from model.py on purpose: two independent computations of the same model that agree
are the check that the files say what the training meant.
"""

import argparse
import json
import pathlib

import numpy

import bpe
import safetensors_file


class Llama:
    def __init__(self, directory, adapter=None):
        self.config = json.loads((directory / "config.json").read_text())
        tensors = safetensors_file.read(directory / "model.safetensors")
        self.weights = {name: array.astype(numpy.float32) for name, array in tensors.items()}
        if adapter:
            self._add_adapter(adapter)
        half = self.config["head_dim"] // 2
        self.frequency = self.config["rope_theta"] ** (
            -numpy.arange(half, dtype=numpy.float32) / half)

    def _add_adapter(self, directory):
        config = json.loads((directory / "adapter_config.json").read_text())
        tensors = safetensors_file.read(directory / "adapter_model.safetensors")
        for name, a in tensors.items():
            if name.endswith(".lora_A.weight"):
                path = name.removesuffix(".lora_A.weight")
                b = tensors[path + ".lora_B.weight"]
                target = path.removeprefix("base_model.model.") + ".weight"
                self.weights[target] += (config["lora_alpha"] / config["r"]) * (b @ a)

    def _norm(self, x, name):
        root = numpy.sqrt(numpy.square(x).mean(-1, keepdims=True) + self.config["rms_norm_eps"])
        return x / root * self.weights[name]

    def _rotate(self, x):
        """x: [positions, heads, head_dim]"""
        angle = numpy.arange(len(x), dtype=numpy.float32)[:, None, None] * self.frequency
        cos, sin = numpy.cos(angle), numpy.sin(angle)
        first, second = numpy.split(x, 2, axis=-1)
        return numpy.concatenate((first * cos - second * sin, second * cos + first * sin), -1)

    def _attention(self, x, prefix):
        heads, groups = self.config["num_attention_heads"], self.config["num_key_value_heads"]
        size, length = self.config["head_dim"], len(x)

        def project(name, count):
            return (x @ self.weights[f"{prefix}.{name}.weight"].T).reshape(length, count, size)

        q = self._rotate(project("q_proj", heads))
        k = self._rotate(project("k_proj", groups))
        v = project("v_proj", groups)
        k, v = (numpy.repeat(y, heads // groups, axis=1) for y in (k, v))
        scores = numpy.einsum("ihd,jhd->hij", q, k) / numpy.sqrt(numpy.float32(size))
        scores += numpy.triu(numpy.full((length, length), -numpy.inf, numpy.float32), 1)
        weights = numpy.exp(scores - scores.max(-1, keepdims=True))
        weights /= weights.sum(-1, keepdims=True)
        mixed = numpy.einsum("hij,jhd->ihd", weights, v).reshape(length, heads * size)
        return mixed @ self.weights[f"{prefix}.o_proj.weight"].T

    def _mlp(self, x, prefix):
        gate, up, down = (self.weights[f"{prefix}.{n}_proj.weight"] for n in ("gate", "up", "down"))
        gated = x @ gate.T
        return (gated / (1 + numpy.exp(-gated)) * (x @ up.T)) @ down.T

    def logits(self, ids):
        """[positions, vocabulary] for one row of token ids."""
        x = self.weights["model.embed_tokens.weight"][ids]
        for layer in range(self.config["num_hidden_layers"]):
            path = f"model.layers.{layer}"
            x = x + self._attention(self._norm(x, f"{path}.input_layernorm.weight"),
                                    f"{path}.self_attn")
            x = x + self._mlp(self._norm(x, f"{path}.post_attention_layernorm.weight"),
                              f"{path}.mlp")
        return self._norm(x, "model.norm.weight") @ self.weights["model.embed_tokens.weight"].T

    def sample(self, ids, count, temperature, top_k, seed):
        """Yields up to `count` further ids; stops after </s>. Temperature 0 takes the likeliest."""
        random = numpy.random.default_rng(seed)
        ids, window = list(ids), self.config["max_position_embeddings"]
        for _ in range(count):
            last = self.logits(ids[-window:])[-1].astype(numpy.float64)
            if temperature == 0:
                chosen = int(last.argmax())
            else:
                candidates = numpy.argsort(-last, kind="stable")[:top_k]
                weight = numpy.exp((last[candidates] - last[candidates[0]]) / temperature)
                chosen = int(random.choice(candidates, p=weight / weight.sum()))
            if chosen == self.config["eos_token_id"]:
                return
            ids.append(chosen)
            yield chosen


def main():
    parser = argparse.ArgumentParser(description="Continues a text with a sample model.")
    parser.add_argument("model", type=pathlib.Path)
    parser.add_argument("prompt", nargs="?", default="In the beginning")
    parser.add_argument("--adapter", type=pathlib.Path)
    parser.add_argument("--tokens", type=int, default=120)
    parser.add_argument("--temperature", type=float, default=0.7)
    parser.add_argument("--top-k", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_intermixed_args()
    tokenizer = bpe.load(args.model / "tokenizer.json")
    llama = Llama(args.model, args.adapter)
    ids = [tokenizer.bos, *tokenizer.encode(args.prompt)]
    new = list(llama.sample(ids, args.tokens, args.temperature, args.top_k, args.seed))
    print(args.prompt + tokenizer.decode(new))


if __name__ == "__main__":
    main()
