# SPDX-License-Identifier: PostgreSQL
# SPDX-FileCopyrightText: 2026 the hartonomous authors
"""Reads and writes safetensors files of F32 and F16 tensors as NumPy arrays.

A file is u64 N, N bytes of JSON naming type, shape and byte range of every tensor, then the bytes,
little-endian, without gaps. We put the wider type first, names in order within a type, and pad the
header with spaces to a multiple of eight, so every tensor starts aligned.
"""

import json

import numpy

_NAME = {"<f4": "F32", "<f2": "F16"}
_DTYPE = {name: dtype for dtype, name in _NAME.items()}


def write(path, tensors, metadata=None):
    header, offset = {"__metadata__": metadata or {"format": "pt"}}, 0
    ordered = sorted(tensors.items(), key=lambda item: (-item[1].dtype.itemsize, item[0]))
    for name, array in ordered:
        header[name] = {"dtype": _NAME[array.dtype.str], "shape": list(array.shape),
                        "data_offsets": [offset, offset + array.nbytes]}
        offset += array.nbytes
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(len(text).to_bytes(8, "little"))
        file.write(text)
        for _, array in ordered:
            file.write(array.tobytes())


def read(path):
    """Name -> array, in file order."""
    with open(path, "rb") as file:
        data = file.read()
    start = 8 + int.from_bytes(data[:8], "little")
    header = json.loads(data[8:start])
    header.pop("__metadata__", None)
    return {name: numpy.frombuffer(
                data[start + entry["data_offsets"][0]:start + entry["data_offsets"][1]],
                dtype=_DTYPE[entry["dtype"]]).reshape(entry["shape"])
            for name, entry in header.items()}
