"""A safetensors file of random weights: the same file for the same seed, on every machine."""
import json
import random
import struct


def write(path, seed, tensors, tensor_bytes, shared=0, related=0):
    """`tensors` F32 tensors of about `tensor_bytes` each; the first `shared` are the same for every seed, the next
    `related` but for the last bits of their numbers."""
    bodies, header, offset = [], {"__metadata__": {"seed": str(seed)}}, 0
    for number in range(tensors):
        common = number < shared + related
        source = random.Random(f"shared {number}" if common else f"{seed} {number}")
        rows = max(1, int(tensor_bytes * source.uniform(0.3, 1.7)) // 256)
        body = source.randbytes(rows * 256)
        if shared <= number < shared + related:
            body = bytearray(body)
            body[::4] = random.Random(f"{seed} {number}").randbytes(rows * 64)
        header[f"layer.{number}.weight"] = {
            "dtype": "F32", "shape": [rows, 64], "data_offsets": [offset, offset + len(body)]}
        offset += len(body)
        bodies.append(body)
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for body in bodies:
            file.write(body)
