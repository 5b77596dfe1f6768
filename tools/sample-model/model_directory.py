# SPDX-License-Identifier: PostgreSQL
# SPDX-FileCopyrightText: 2026 the hartonomous authors
"""Between torch modules and the model directories under sample/ (Hugging Face layout).

Matrices are stored as F16, the few norm vectors as F32; GGUF files keep norms in F32 too, so both
containers hold the same bytes.
"""

import json
import shutil

import numpy
import torch

import model
import safetensors_file


def _write_json(path, value):
    path.write_text(json.dumps(value, indent=2, sort_keys=True) + "\n")


def stored(parameter):
    array = parameter.detach().numpy()
    return array.astype("<f2" if array.ndim == 2 else "<f4")


def save(llama, directory, tokenizer_path):
    directory.mkdir(parents=True, exist_ok=True)
    safetensors_file.write(directory / "model.safetensors",
                           {name: stored(p) for name, p in llama.named_parameters()})
    _write_json(directory / "config.json", llama.config.to_hugging_face())
    _write_json(directory / "generation_config.json", {
        "bos_token_id": 0, "eos_token_id": 1, "do_sample": True, "temperature": 0.7, "top_k": 40,
        "max_new_tokens": 200})
    _write_json(directory / "tokenizer_config.json", {
        "tokenizer_class": "PreTrainedTokenizerFast", "bos_token": "<s>", "eos_token": "</s>",
        "model_max_length": llama.config.max_position_embeddings,
        "clean_up_tokenization_spaces": False})
    if tokenizer_path.resolve() != (directory / "tokenizer.json").resolve():
        shutil.copyfile(tokenizer_path, directory / "tokenizer.json")


def load(directory):
    config = model.Config.from_hugging_face(json.loads((directory / "config.json").read_text()))
    llama = model.Llama(config)
    tensors = safetensors_file.read(directory / "model.safetensors")
    llama.load_state_dict({name: torch.from_numpy(array.astype(numpy.float32))
                           for name, array in tensors.items()})
    return llama


def save_adapter(pairs, directory, *, rank, alpha, targets, base):
    """`pairs`: module path -> (A [rank, in], B [out, rank]). Layout of the PEFT library."""
    directory.mkdir(parents=True, exist_ok=True)
    tensors = {}
    for path, (a, b) in pairs.items():
        tensors[f"base_model.model.{path}.lora_A.weight"] = a.detach().numpy().astype("<f4")
        tensors[f"base_model.model.{path}.lora_B.weight"] = b.detach().numpy().astype("<f4")
    safetensors_file.write(directory / "adapter_model.safetensors", tensors)
    _write_json(directory / "adapter_config.json", {
        "peft_type": "LORA", "task_type": "CAUSAL_LM", "base_model_name_or_path": base,
        "r": rank, "lora_alpha": alpha, "lora_dropout": 0.0, "target_modules": targets,
        "bias": "none", "fan_in_fan_out": False, "inference_mode": True,
        "init_lora_weights": True, "modules_to_save": None, "rank_pattern": {},
        "alpha_pattern": {}, "use_rslora": False, "layers_to_transform": None,
        "layers_pattern": None, "revision": None})
