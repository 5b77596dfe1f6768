# SPDX-License-Identifier: PostgreSQL
# SPDX-FileCopyrightText: 2026 the hartonomous authors
"""A reproducible stream of incompressible bytes: SplitMix64, which the C++ tests compute as well."""
import numpy as np


def splitmix64(seed, count, first=0):
    """`count` 64-bit outputs of the generator seeded with `seed`, from output number `first` on."""
    with np.errstate(over='ignore'):
        z = np.uint64(seed) + np.arange(first + 1, first + count + 1, dtype=np.uint64) * \
            np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ z >> np.uint64(30)) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ z >> np.uint64(27)) * np.uint64(0x94D049BB133111EB)
        return z ^ z >> np.uint64(31)


def random_bytes(seed, count):
    return splitmix64(seed, (count + 7) // 8).astype('<u8').tobytes()[:count]
