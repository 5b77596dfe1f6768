# SPDX-License-Identifier: PostgreSQL
# SPDX-FileCopyrightText: 2026 the hartonomous authors
"""Decodes stored tensor elements to float32 with numpy.

An oracle for src/core/tensor: written apart from it, on whole arrays instead of block by block, so
that a mistake would have to be made twice in two shapes to go unseen. decode(name, bytes) returns a
flat float32 array; SIZES lists (elements, bytes) per block of every type it knows.
"""
import numpy as np

SIZES = {
    'BOOL': (1, 1), 'U8': (1, 1), 'I8': (1, 1), 'I16': (1, 2), 'U16': (1, 2), 'I32': (1, 4),
    'U32': (1, 4), 'I64': (1, 8), 'U64': (1, 8), 'F16': (1, 2), 'BF16': (1, 2), 'F32': (1, 4),
    'F64': (1, 8), 'F8_E4M3': (1, 1), 'F8_E5M2': (1, 1), 'F8_E8M0': (1, 1), 'F8_E4M3FNUZ': (1, 1),
    'F8_E5M2FNUZ': (1, 1),
    'Q4_0': (32, 18), 'Q4_1': (32, 20), 'Q5_0': (32, 22), 'Q5_1': (32, 24), 'Q8_0': (32, 34),
    'Q2_K': (256, 84), 'Q3_K': (256, 110), 'Q4_K': (256, 144), 'Q5_K': (256, 176),
    'Q6_K': (256, 210), 'IQ4_NL': (32, 18), 'IQ4_XS': (256, 136), 'TQ1_0': (256, 54),
    'TQ2_0': (256, 66), 'MXFP4': (32, 17), 'NVFP4': (64, 36), 'Q1_0': (128, 18), 'Q2_0': (64, 18),
}

f32 = np.float32
IQ4 = np.array([-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113], f32)
FP4 = np.array([0, .5, 1, 1.5, 2, 3, 4, 6, 0, -.5, -1, -1.5, -2, -3, -4, -6], f32)


def _f16(columns):
    return np.ascontiguousarray(columns).view('<f2').astype(f32)


def _nibbles(codes):
    """[n, k] bytes -> [n, 2k] codes: all low nibbles, then all high ones."""
    return np.concatenate([codes & 15, codes >> 4], axis=1)


def _bits(columns):
    """Bits of each row, least significant first."""
    return np.unpackbits(columns, axis=1, bitorder='little')


def _float8(codes, exponent_bits, bias, specials):
    mantissa_bits = 7 - exponent_bits
    exponent = (codes >> mantissa_bits & ((1 << exponent_bits) - 1)).astype(np.int32)
    mantissa = (codes & ((1 << mantissa_bits) - 1)).astype(np.float64)
    fraction = mantissa / (1 << mantissa_bits) + (exponent > 0)
    value = np.ldexp(fraction, np.maximum(exponent, 1) - bias)
    value = np.where(codes & 128, -value, value)
    if specials == 'ieee':
        top = exponent == (1 << exponent_bits) - 1
        value = np.where(top & (mantissa != 0), np.nan, np.where(
            top, np.where(codes & 128, -np.inf, np.inf), value))
    elif specials == 'nan only':
        value = np.where((codes & 127) == 127, np.nan, value)
    else:
        value = np.where(codes == 128, np.nan, value)
    return value.astype(f32)


def _q4_k_scales(packed):
    """[n, 12] bytes -> ([n, 8] scales, [n, 8] minima), all six bits wide."""
    low, middle, high = packed[:, 0:4], packed[:, 4:8], packed[:, 8:12]
    scales = np.concatenate([low & 63, (high & 15) | low >> 6 << 4], axis=1)
    minima = np.concatenate([middle & 63, high >> 4 | middle >> 6 << 4], axis=1)
    return scales.astype(f32), minima.astype(f32)


def _grouped(scale, codes, minimum=None):
    """scale[n, g] * codes[n, g, k] (- minimum[n, g]), flattened."""
    value = scale[:, :, None] * codes.astype(f32)
    return value if minimum is None else value - minimum[:, :, None]


def _pairs(codes):
    """[n, 64] bytes of bit pairs -> [n, 256]: 32 bytes at a time, shifts 0, 2, 4, 6."""
    halves = codes.reshape(-1, 2, 1, 32)
    return (halves >> np.array([0, 2, 4, 6], np.uint8).reshape(1, 1, 4, 1) & 3).reshape(-1, 256)


def _ternary(codes, digits):
    """[n, k] bytes -> [n, digits * k]: digit i of every byte before digit i + 1 of any."""
    powers = np.array([1, 3, 9, 27, 81][:digits], np.uint8).reshape(1, digits, 1)
    moved = (codes[:, None, :] * powers).astype(np.uint8).astype(np.uint16)
    return (moved * 3 >> 8).astype(np.int32).reshape(len(codes), -1) - 1


def _q2_k(b):
    d, dmin = _f16(b[:, 80:82]), _f16(b[:, 82:84])
    return _grouped(d * (b[:, :16] & 15).astype(f32), _pairs(b[:, 16:80]).reshape(-1, 16, 16),
                    dmin * (b[:, :16] >> 4).astype(f32))


def _q3_k(b):
    packed = b[:, 96:108]
    low = _nibbles(packed[:, :8])
    high = (packed[:, None, 8:] >> np.array([0, 2, 4, 6], np.uint8).reshape(1, 4, 1) & 3)
    scales = (low | high.reshape(-1, 16) << 4).astype(np.int32) - 32
    planes = (b[:, None, :32] >> np.arange(8, dtype=np.uint8).reshape(1, 8, 1) & 1)
    codes = _pairs(b[:, 32:96]).astype(np.int32) + 4 * planes.reshape(-1, 256).astype(np.int32) - 4
    return _grouped(_f16(b[:, 108:110]) * scales.astype(f32), codes.reshape(-1, 16, 16))


def _q45_k(b, codes_at, high=None):
    scales, minima = _q4_k_scales(b[:, 4:16])
    chunks = b[:, codes_at:].reshape(-1, 4, 32)
    codes = np.stack([chunks & 15, chunks >> 4], axis=2).reshape(-1, 8, 32)
    if high is not None:
        codes = codes | (high[:, None, :] >> np.arange(8, dtype=np.uint8).reshape(1, 8, 1) & 1) << 4
    return _grouped(_f16(b[:, 0:2]) * scales, codes, _f16(b[:, 2:4]) * minima)


def _q6_k(b):
    low = b[:, :128].reshape(-1, 2, 64)
    low = np.concatenate([low & 15, low >> 4], axis=2).reshape(-1, 256)
    high = b[:, 128:192].reshape(-1, 2, 1, 32)
    high = (high >> np.array([0, 2, 4, 6], np.uint8).reshape(1, 1, 4, 1) & 3).reshape(-1, 256)
    codes = (low | high << 4).astype(np.int32) - 32
    scales = b[:, 192:208].view(np.int8).astype(f32)
    return _grouped(_f16(b[:, 208:210]) * scales, codes.reshape(-1, 16, 16))


def _iq4_xs(b):
    high = np.ascontiguousarray(b[:, 2:4]).view('<u2') >> np.arange(0, 16, 2, dtype=np.uint16) & 3
    low = np.stack([b[:, 4:8] & 15, b[:, 4:8] >> 4], axis=2).reshape(-1, 8)
    scales = (low.astype(np.int32) | high.astype(np.int32) << 4) - 32
    chunks = b[:, 8:].reshape(-1, 8, 16)
    codes = np.concatenate([chunks & 15, chunks >> 4], axis=2)
    return _grouped(_f16(b[:, 0:2]) * scales.astype(f32), IQ4[codes])


def _nvfp4(b):
    scales = _float8(b[:, :4] & 127, 4, 7, 'none')
    scales = np.where(b[:, :4] == 127, f32(0), scales)
    chunks = b[:, 4:].reshape(-1, 4, 8)
    return _grouped(scales, FP4[np.concatenate([chunks & 15, chunks >> 4], axis=2)])


def _signed(codes, middle):
    return codes.astype(np.int32) - middle


_BLOCKS = {
    'Q4_0': lambda b: _f16(b[:, 0:2]) * _signed(_nibbles(b[:, 2:]), 8).astype(f32),
    'Q4_1': lambda b: _f16(b[:, 0:2]) * _nibbles(b[:, 4:]).astype(f32) + _f16(b[:, 2:4]),
    'Q5_0': lambda b: _f16(b[:, 0:2]) * _signed(
        _nibbles(b[:, 6:]) | _bits(b[:, 2:6]) << 4, 16).astype(f32),
    'Q5_1': lambda b: _f16(b[:, 0:2]) * (
        _nibbles(b[:, 8:]) | _bits(b[:, 4:8]) << 4).astype(f32) + _f16(b[:, 2:4]),
    'Q8_0': lambda b: _f16(b[:, 0:2]) * b[:, 2:].view(np.int8).astype(f32),
    'Q2_K': _q2_k,
    'Q3_K': _q3_k,
    'Q4_K': lambda b: _q45_k(b, 16),
    'Q5_K': lambda b: _q45_k(b, 48, b[:, 16:48]),
    'Q6_K': _q6_k,
    'IQ4_NL': lambda b: _f16(b[:, 0:2]) * IQ4[_nibbles(b[:, 2:])],
    'IQ4_XS': _iq4_xs,
    'TQ1_0': lambda b: _f16(b[:, 52:54]) * np.concatenate(
        [_ternary(b[:, :32], 5), _ternary(b[:, 32:48], 5), _ternary(b[:, 48:52], 4)],
        axis=1).astype(f32),
    'TQ2_0': lambda b: _f16(b[:, 64:66]) * _signed(_pairs(b[:, :64]), 1).astype(f32),
    'MXFP4': lambda b: decode('F8_E8M0', b[:, 0].tobytes())[:, None] * FP4[_nibbles(b[:, 1:])],
    'NVFP4': _nvfp4,
    'Q1_0': lambda b: _f16(b[:, 0:2]) * (2 * _signed(_bits(b[:, 2:]), 0) - 1).astype(f32),
    'Q2_0': lambda b: _f16(b[:, 0:2]) * _signed(
        (b[:, 2:, None] >> np.array([0, 2, 4, 6], np.uint8) & 3).reshape(len(b), -1), 1).astype(f32),
}

_NUMBERS = {'U8': 'u1', 'I8': 'i1', 'I16': '<i2', 'U16': '<u2', 'I32': '<i4', 'U32': '<u4',
            'I64': '<i8', 'U64': '<u8', 'F16': '<f2', 'F32': '<f4', 'F64': '<f8'}
_FLOAT8 = {'F8_E4M3': (4, 7, 'nan only'), 'F8_E5M2': (5, 15, 'ieee'),
           'F8_E4M3FNUZ': (4, 8, 'unsigned zero'), 'F8_E5M2FNUZ': (5, 16, 'unsigned zero')}


def decode(name, data):
    with np.errstate(all='ignore'):
        raw = np.frombuffer(data, np.uint8)
        if name in _NUMBERS:
            return raw.view(_NUMBERS[name]).astype(f32)
        if name in _FLOAT8:
            return _float8(raw, *_FLOAT8[name])
        if name == 'BOOL':
            return (raw != 0).astype(f32)
        if name == 'BF16':
            return (raw.view('<u2').astype(np.uint32) << 16).view(f32)
        if name == 'F8_E8M0':
            value = np.ldexp(1.0, raw.astype(np.int32) - 127)
            return np.where(raw == 255, np.nan, value).astype(f32)
        return _BLOCKS[name](raw.reshape(-1, SIZES[name][1])).astype(f32).reshape(-1)
