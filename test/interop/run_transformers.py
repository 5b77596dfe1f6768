#!/usr/bin/env python3
"""run_transformers.py: small random models of every family, here and in Hugging Face transformers.

PYTHON  an interpreter that has torch and transformers; this one if it is not set
BUILD   our build tree (default: build)

Prints, per model, the largest difference of all logits (an encoder's hidden states) in parts of the
largest, in F32, and exits 1 if one is over 1e-4.
"""
import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
if "PYTHON" in os.environ and "HARTONOMOUS_INTEROP" not in os.environ:
    os.environ["HARTONOMOUS_INTEROP"] = "1"
    os.execv(os.environ["PYTHON"], [os.environ["PYTHON"], *sys.argv])

try:
    import torch
    import transformers
except ImportError:
    print("skipped: this Python has no torch and transformers; name one that has by PYTHON")
    sys.exit(0)

import logits  # beside this file

TOKENS = [(i * 37 + 5) % 61 for i in range(40)]
COMMON = {"vocab_size": 61, "hidden_size": 32, "num_hidden_layers": 3, "num_attention_heads": 4,
          "intermediate_size": 48, "max_position_embeddings": 256, "pad_token_id": None,
          "bos_token_id": 1, "eos_token_id": 2}
GROUPED = {**COMMON, "num_key_value_heads": 2, "head_dim": 8}
ENCODER = {**COMMON, "max_position_embeddings": 64, "pad_token_id": 1}


def rope(**parameters):
    return {"rope_parameters": {"rope_theta": 10000.0, **parameters}}


# name, configuration class, its arguments
MODELS = [
    ("llama", "LlamaConfig", GROUPED),
    ("llama, linear", "LlamaConfig", {**GROUPED, **rope(rope_type="linear", factor=4.0)}),
    ("llama, llama3", "LlamaConfig",
     {**GROUPED, **rope(rope_type="llama3", factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0,
                        original_max_position_embeddings=64)}),
    ("llama, yarn", "LlamaConfig",
     {**GROUPED, **rope(rope_type="yarn", factor=4.0, original_max_position_embeddings=64)}),
    ("llama, biases", "LlamaConfig", {**GROUPED, "attention_bias": True, "mlp_bias": True}),
    ("mistral", "MistralConfig", {**GROUPED, "sliding_window": 7}),
    ("mixtral", "MixtralConfig",
     {**GROUPED, "num_local_experts": 4, "num_experts_per_tok": 2, "sliding_window": None}),
    ("qwen2", "Qwen2Config", {**GROUPED, "tie_word_embeddings": True}),
    ("qwen2, window", "Qwen2Config",
     {**GROUPED, "use_sliding_window": True, "sliding_window": 6, "max_window_layers": 1}),
    ("qwen2_moe", "Qwen2MoeConfig",
     {**GROUPED, "num_experts": 5, "num_experts_per_tok": 3, "moe_intermediate_size": 24,
      "shared_expert_intermediate_size": 40}),
    ("qwen3", "Qwen3Config", {**GROUPED, "head_dim": 12}),
    ("qwen3_moe", "Qwen3MoeConfig",
     {**GROUPED, "head_dim": 12, "num_experts": 6, "num_experts_per_tok": 2,
      "moe_intermediate_size": 24, "norm_topk_prob": True}),
    ("granite", "GraniteConfig",
     {**GROUPED, "embedding_multiplier": 3.0, "residual_multiplier": 0.5, "logits_scaling": 4.0,
      "attention_multiplier": 0.25}),
    ("gemma", "GemmaConfig", {**GROUPED, "head_dim": 16, "num_key_value_heads": 1}),
    ("gemma2", "Gemma2Config",
     {**GROUPED, "head_dim": 16, "query_pre_attn_scalar": 24, "sliding_window": 6}),
    ("phi3", "Phi3Config", {**GROUPED, "sliding_window": 9}),
    ("phi3, longrope", "Phi3Config",
     {**GROUPED, "original_max_position_embeddings": 128,
      **rope(rope_type="longrope", short_factor=[1.0, 1.5, 2.0, 2.5],
             long_factor=[2.0, 3.0, 4.0, 5.0], original_max_position_embeddings=128)}),
    ("gpt2", "GPT2Config", {"vocab_size": 61, "n_embd": 32, "n_layer": 3, "n_head": 4,
                            "n_positions": 64, "bos_token_id": 1, "eos_token_id": 2}),
    ("gpt_neox", "GPTNeoXConfig", {**COMMON, **rope(partial_rotary_factor=0.5)}),
    ("gpt_neox, one block after the other", "GPTNeoXConfig",
     {**COMMON, "use_parallel_residual": False}),
    ("bert", "BertConfig", ENCODER),
    ("roberta", "RobertaConfig", {**ENCODER, "type_vocab_size": 1}),
]
ENCODERS = ("bert", "roberta")


def randomize(model):
    """Weights large enough that every part of the model shows in the result."""
    generator = torch.Generator().manual_seed(7)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            noise = torch.randn(parameter.shape, generator=generator)
            if parameter.dim() > 1:
                parameter.copy_(noise / parameter.shape[-1] ** 0.5)
            else:
                parameter.add_(0.3 * noise)


def compare(ours, name, config_class, arguments, directory):
    config = getattr(transformers, config_class)(**arguments)
    config._attn_implementation = "eager"
    kind = transformers.AutoModel if name in ENCODERS else transformers.AutoModelForCausalLM
    model = kind.from_config(config, attn_implementation="eager").float().eval()
    randomize(model)
    model.save_pretrained(directory)
    with torch.no_grad():
        output = model(torch.tensor([TOKENS]))
    expected = (output.last_hidden_state if name in ENCODERS else output.logits)[0].flatten()
    found = logits.run(ours / "test/interop/interop_logits", directory, *TOKENS)
    return logits.distance(found, expected.tolist())


def main():
    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    ours = pathlib.Path(os.environ.get("BUILD", ROOT / "build"))
    subprocess.run(["cmake", "--build", ours, "--target", "interop_logits"], check=True,
                   stdout=subprocess.DEVNULL)
    print(f"transformers {transformers.__version__}, torch {torch.__version__}")
    failed = 0
    for name, config_class, arguments in MODELS:
        with tempfile.TemporaryDirectory() as directory:
            try:
                apart = compare(ours, name, config_class, arguments, directory)
            except subprocess.CalledProcessError as error:
                print(f"{name:40} FAILED: {error.stderr.decode().strip()}")
                failed += 1
                continue
        failed += apart > 1e-4
        print(f"{name:40} {apart:.1e}{'' if apart <= 1e-4 else '  FAILED'}")
    return failed > 0


sys.exit(main())
