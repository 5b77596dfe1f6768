# SPDX-License-Identifier: PostgreSQL
# SPDX-FileCopyrightText: 2026 the hartonomous authors
"""Prints what dequantising reproducible noise must give: test/unit/tensor/dequantize_golden.inc.

The noise reaches every code, and NaN, infinite and subnormal scales. A line holds the type, the
number of blocks decoded and the SHA-256 of the float32 results, every NaN written as 7fc00000.
"""
import hashlib

import numpy as np

import quants
import stream


def golden_lines():
    yield '// Printed by tools/make-vectors --golden: type, blocks, SHA-256 of the decoded floats.'
    for index, (name, (elements, size)) in enumerate(quants.SIZES.items()):
        blocks = 65536 // size if elements > 1 else 8192
        values = quants.decode(name, stream.random_bytes(index + 1, blocks * size))
        bits = np.where(np.isnan(values), np.uint32(0x7fc00000), values.view(np.uint32))
        digest = hashlib.sha256(bits.astype('<u4').tobytes()).hexdigest()
        yield f'{{"{name}", {index + 1}, {blocks},\n "{digest}"}},'
