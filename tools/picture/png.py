# SPDX-License-Identifier: PostgreSQL
# SPDX-FileCopyrightText: 2026 the hartonomous authors
"""Writes an RGB picture, a uint8 array [height, width, 3], as a PNG file."""

import struct
import zlib

import numpy


def _chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(
        ">I", zlib.crc32(kind + data))


def write(path, pixels):
    height, width, _ = pixels.shape
    rows = numpy.zeros((height, 1 + 3 * width), numpy.uint8)  # filter type 0 before each row
    rows[:, 1:] = pixels.reshape(height, 3 * width)
    with open(path, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n")
        file.write(_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)))
        file.write(_chunk(b"IDAT", zlib.compress(rows.tobytes(), 9)))
        file.write(_chunk(b"IEND", b""))
