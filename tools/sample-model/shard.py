# SPDX-License-Identifier: PostgreSQL
# SPDX-FileCopyrightText: 2026 the hartonomous authors
"""Copies a model directory with its weights cut into shards. Needs NumPy only.

Usage: shard.py MODEL_DIRECTORY OUTPUT_DIRECTORY [SHARDS]

Tensors stay whole and keep their order; a shard ends where it reaches its part of the bytes.
"""

import json
import pathlib
import shutil
import sys

import safetensors_file


def shard(source, output, count):
    output.mkdir(parents=True, exist_ok=True)
    tensors = safetensors_file.read(source / "model.safetensors")
    total = sum(array.nbytes for array in tensors.values())
    parts, done = [{} for _ in range(count)], 0
    for name, array in tensors.items():
        parts[min(count - 1, done * count // total)][name] = array
        done += array.nbytes
    weight_map = {}
    for number, part in enumerate(parts, 1):
        file = f"model-{number:05d}-of-{count:05d}.safetensors"
        safetensors_file.write(output / file, part)
        weight_map.update(dict.fromkeys(part, file))
    index = {"metadata": {"total_size": total}, "weight_map": dict(sorted(weight_map.items()))}
    (output / "model.safetensors.index.json").write_text(json.dumps(index, indent=2) + "\n")
    for path in source.glob("*.json"):
        shutil.copyfile(path, output / path.name)


if __name__ == "__main__":
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__.split("\n\n")[1])
    shard(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]),
          int(sys.argv[3]) if len(sys.argv) == 4 else 2)
