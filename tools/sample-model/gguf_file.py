# SPDX-License-Identifier: PostgreSQL
# SPDX-FileCopyrightText: 2026 the hartonomous authors
"""Writes a Llama of this folder as GGUF version 3, in F16 or Q8_0. Needs NumPy only.

Usage: gguf_file.py MODEL_DIRECTORY OUTPUT.gguf [f16|q8_0]

Runtimes that read GGUF rotate neighbouring dimensions of a head (2i with 2i + 1), the Hugging Face
layout rotates dimension i with i + head_dim / 2. The rows of q_proj and k_proj are therefore
reordered on the way: these tensors hold the same numbers but other bytes than in the safetensors
file. In F16 every other tensor is byte for byte the same. Norms are F32 in both files.
"""

import json
import pathlib
import struct
import sys

import numpy

import bpe
import safetensors_file

ALIGNMENT = 32
U32, I32, F32, BOOL, STRING, ARRAY = 4, 5, 6, 7, 8, 9
TYPE_F32, TYPE_F16, TYPE_Q8_0 = 0, 1, 8
FILE_TYPE = {"f16": 1, "q8_0": 7}
NORMAL_TOKEN, CONTROL_TOKEN = 1, 3

LAYER_NAMES = {
    "input_layernorm": "attn_norm", "self_attn.q_proj": "attn_q", "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v", "self_attn.o_proj": "attn_output",
    "post_attention_layernorm": "ffn_norm", "mlp.gate_proj": "ffn_gate", "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down"}


def _string(text):
    data = text.encode()
    return struct.pack("<Q", len(data)) + data


def _value(kind, value):
    if kind == STRING:
        return _string(value)
    if kind == ARRAY:
        element, items = value
        return struct.pack("<IQ", element, len(items)) + b"".join(
            _value(element, item) for item in items)
    return struct.pack({U32: "<I", I32: "<i", F32: "<f", BOOL: "<?"}[kind], value)


def gguf_name(name):
    """`model.layers.3.mlp.up_proj.weight` -> `blk.3.ffn_up.weight`."""
    path = name.removeprefix("model.").removesuffix(".weight")
    if path.startswith("layers."):
        _, layer, inner = path.split(".", 2)
        return f"blk.{layer}.{LAYER_NAMES[inner]}.weight"
    return {"embed_tokens": "token_embd.weight", "norm": "output_norm.weight"}[path]


def interleave_heads(weight, heads):
    """Row order of the Hugging Face rotation -> row order of the GGUF rotation."""
    rows, columns = weight.shape
    return weight.reshape(heads, 2, rows // heads // 2, columns).swapaxes(1, 2).reshape(
        rows, columns)


def quantize_q8_0(weight):
    """Blocks of 32 weights: an F16 scale, then 32 signed bytes; the largest weight becomes 127."""
    blocks = weight.astype(numpy.float32).reshape(-1, 32)
    scale = numpy.abs(blocks).max(axis=1, keepdims=True) / numpy.float32(127)
    inverse = numpy.divide(numpy.float32(1), scale, out=numpy.zeros_like(scale), where=scale > 0)
    scaled = blocks * inverse
    quants = (numpy.sign(scaled) * numpy.floor(numpy.abs(scaled) + numpy.float32(0.5)))
    packed = numpy.empty(len(blocks), dtype=[("d", "<f2"), ("qs", "i1", 32)])
    packed["d"], packed["qs"] = scale[:, 0], quants
    return packed


def _metadata(config, tokenizer, name, file_type):
    control = {bpe.BOS, bpe.EOS}
    kinds = [CONTROL_TOKEN if t in control else NORMAL_TOKEN for t in tokenizer.tokens]
    return [
        ("general.architecture", STRING, "llama"),
        ("general.name", STRING, name),
        ("general.license", STRING, "postgresql"),
        ("general.file_type", U32, file_type),
        ("general.quantization_version", U32, 2),
        ("llama.context_length", U32, config["max_position_embeddings"]),
        ("llama.embedding_length", U32, config["hidden_size"]),
        ("llama.block_count", U32, config["num_hidden_layers"]),
        ("llama.feed_forward_length", U32, config["intermediate_size"]),
        ("llama.attention.head_count", U32, config["num_attention_heads"]),
        ("llama.attention.head_count_kv", U32, config["num_key_value_heads"]),
        ("llama.attention.layer_norm_rms_epsilon", F32, config["rms_norm_eps"]),
        ("llama.rope.dimension_count", U32, config["head_dim"]),
        ("llama.rope.freq_base", F32, config["rope_theta"]),
        ("llama.vocab_size", U32, config["vocab_size"]),
        ("tokenizer.ggml.model", STRING, "gpt2"),
        ("tokenizer.ggml.pre", STRING, "gpt-2"),
        ("tokenizer.ggml.tokens", ARRAY, (STRING, tokenizer.tokens)),
        ("tokenizer.ggml.token_type", ARRAY, (I32, kinds)),
        ("tokenizer.ggml.merges", ARRAY, (STRING, [f"{a} {b}" for a, b in tokenizer.merges])),
        ("tokenizer.ggml.bos_token_id", U32, tokenizer.bos),
        ("tokenizer.ggml.eos_token_id", U32, tokenizer.eos),
        ("tokenizer.ggml.add_bos_token", BOOL, True),
        ("tokenizer.ggml.add_eos_token", BOOL, False),
    ]


def convert(directory, output, kind):
    config = json.loads((directory / "config.json").read_text())
    tokenizer = bpe.load(directory / "tokenizer.json")
    infos, blobs, offset = [], [], 0
    for name, array in safetensors_file.read(directory / "model.safetensors").items():
        if name.endswith("q_proj.weight"):
            array = interleave_heads(array, config["num_attention_heads"])
        elif name.endswith("k_proj.weight"):
            array = interleave_heads(array, config["num_key_value_heads"])
        shape, tensor_type = array.shape, {"<f4": TYPE_F32, "<f2": TYPE_F16}[array.dtype.str]
        if kind == "q8_0" and tensor_type == TYPE_F16:
            array, tensor_type = quantize_q8_0(array), TYPE_Q8_0
        infos.append(_string(gguf_name(name)) + struct.pack(
            f"<I{len(shape)}QIQ", len(shape), *reversed(shape), tensor_type, offset))
        blob = array.tobytes()
        blobs.append(blob + bytes(-len(blob) % ALIGNMENT))
        offset += len(blobs[-1])
    metadata = _metadata(config, tokenizer, f"kjv-tiny {directory.name}", FILE_TYPE[kind])
    head = b"GGUF" + struct.pack("<IQQ", 3, len(infos), len(metadata))
    head += b"".join(_string(key) + struct.pack("<I", k) + _value(k, v) for key, k, v in metadata)
    head += b"".join(infos)
    output.write_bytes(head + bytes(-len(head) % ALIGNMENT) + b"".join(blobs))


if __name__ == "__main__":
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__.split("\n\n")[1])
    convert(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]),
            sys.argv[3] if len(sys.argv) == 4 else "f16")
