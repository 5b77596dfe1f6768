# SPDX-License-Identifier: PostgreSQL
# SPDX-FileCopyrightText: 2026 the hartonomous authors
"""Writes safetensors and GGUF files, byte by byte, with every field open to being wrong."""
import json
import struct
import typing

# GGUF's value types.
U8, I8, U16, I16, U32, I32, F32, BOOL, STRING, ARRAY, U64, I64, F64 = range(13)
_STRUCT = {U8: '<B', I8: '<b', U16: '<H', I16: '<h', U32: '<I', I32: '<i', F32: '<f', BOOL: '<B',
           U64: '<Q', I64: '<q', F64: '<d'}

# GGUF's tensor types: name -> (id, elements per block, bytes per block).
GGUF_TYPES = {
    'F32': (0, 1, 4), 'F16': (1, 1, 2), 'Q4_0': (2, 32, 18), 'Q4_1': (3, 32, 20),
    'Q5_0': (6, 32, 22), 'Q5_1': (7, 32, 24), 'Q8_0': (8, 32, 34), 'Q8_1': (9, 32, 36),
    'Q2_K': (10, 256, 84), 'Q3_K': (11, 256, 110), 'Q4_K': (12, 256, 144), 'Q5_K': (13, 256, 176),
    'Q6_K': (14, 256, 210), 'Q8_K': (15, 256, 292), 'IQ2_XXS': (16, 256, 66),
    'IQ2_XS': (17, 256, 74), 'IQ3_XXS': (18, 256, 98), 'IQ1_S': (19, 256, 50),
    'IQ4_NL': (20, 32, 18), 'IQ3_S': (21, 256, 110), 'IQ2_S': (22, 256, 82),
    'IQ4_XS': (23, 256, 136), 'I8': (24, 1, 1), 'I16': (25, 1, 2), 'I32': (26, 1, 4),
    'I64': (27, 1, 8), 'F64': (28, 1, 8), 'IQ1_M': (29, 256, 56), 'BF16': (30, 1, 2),
    'TQ1_0': (34, 256, 54), 'TQ2_0': (35, 256, 66), 'MXFP4': (39, 32, 17), 'NVFP4': (40, 64, 36),
    'Q1_0': (41, 128, 18), 'Q2_0': (42, 64, 18),
}
# safetensors' types: name -> bits per element.
SAFETENSORS_TYPES = {
    'BOOL': 8, 'U8': 8, 'I8': 8, 'F8_E4M3': 8, 'F8_E5M2': 8, 'F8_E8M0': 8, 'F8_E4M3FNUZ': 8,
    'F8_E5M2FNUZ': 8, 'F4': 4, 'F6_E2M3': 6, 'F6_E3M2': 6, 'F16': 16, 'BF16': 16, 'I16': 16,
    'U16': 16, 'F32': 32, 'I32': 32, 'U32': 32, 'F64': 64, 'I64': 64, 'U64': 64, 'C64': 64,
}


def raw_safetensors(header, data=b'', length=None):
    """A file from its header as text or bytes; `length` overrides the true one."""
    if isinstance(header, str):
        header = header.encode()
    return struct.pack('<Q', len(header) if length is None else length) + header + data


def safetensors(tensors, metadata=None, align=8, data_order=None):
    """A valid file. tensors: [(name, dtype, shape, bytes)]; data_order: indices, in order of bytes."""
    header, begins, at = {}, {}, 0
    for index in data_order or range(len(tensors)):
        begins[index] = at
        at += len(tensors[index][3])
    if metadata is not None:
        header['__metadata__'] = metadata
    for index, (name, dtype, shape, data) in enumerate(tensors):
        header[name] = {'dtype': dtype, 'shape': list(shape),
                        'data_offsets': [begins[index], begins[index] + len(data)]}
    text = json.dumps(header, separators=(',', ':'), ensure_ascii=False).encode()
    text += b' ' * (-len(text) % align)
    return raw_safetensors(text, b''.join(tensors[i][3] for i in sorted(begins, key=begins.get)))


class Coding(typing.NamedTuple):
    """How a GGUF version writes numbers: struct's sign for the byte order, its letter for counts."""
    order: str = '<'
    count: str = 'Q'


MODERN, VERSION_1, BIG_ENDIAN = Coding(), Coding(count='I'), Coding(order='>')


def text64(text, coding=MODERN):
    data = text if isinstance(text, bytes) else text.encode()
    return struct.pack(coding.order + coding.count, len(data)) + data


def value(kind, content, coding=MODERN):
    """An encoded value. For ARRAY, content is (element kind, list)."""
    if kind == STRING:
        return text64(content, coding)
    if kind == ARRAY:
        element, items = content
        head = struct.pack(coding.order + 'I' + coding.count, element, len(items))
        return head + b''.join(value(element, i, coding) for i in items)
    return struct.pack(coding.order + _STRUCT[kind][1], content)


def entry(key, kind, content, coding=MODERN):
    return text64(key, coding) + struct.pack(coding.order + 'I', kind) + value(kind, content, coding)


def tensor_info(name, ne, type_id, offset, coding=MODERN):
    """`ne` innermost dimension first, as in the file."""
    numbers = struct.pack(f'{coding.order}I{len(ne)}{coding.count}', len(ne), *ne)
    return text64(name, coding) + numbers + struct.pack(coding.order + 'IQ', type_id, offset)


def raw_gguf(entries=(), infos=(), data=b'', version=3, counts=None, align=32, coding=MODERN):
    """A file from encoded entries and tensor infos; `counts` overrides (tensors, entries)."""
    tensors, keys = (n & 2**(8 * struct.calcsize('<' + coding.count)) - 1
                     for n in counts or (len(infos), len(entries)))
    head = b'GGUF' + struct.pack(f'{coding.order}I2{coding.count}', version, tensors, keys)
    head += b''.join(entries) + b''.join(infos)
    if infos:
        head += b'\0' * (-len(head) % align)
    return head + data


def gguf(tensors, metadata=(), version=3, align=None, final_padding=True, coding=MODERN):
    """A valid file. tensors: [(name, dtype, shape, bytes)], shape outermost first."""
    entries = [entry(*item, coding) for item in metadata]
    if align is not None:
        entries.append(entry('general.alignment', U32, align, coding))
    align = align or 32
    infos, data = [], b''
    for index, (name, dtype, shape, content) in enumerate(tensors):
        infos.append(tensor_info(name, list(shape)[::-1], GGUF_TYPES[dtype][0], len(data), coding))
        data += content
        if final_padding or index + 1 < len(tensors):
            data += b'\0' * (-len(data) % align)
    return raw_gguf(entries, infos, data, version, align=align, coding=coding)
