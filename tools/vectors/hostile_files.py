# SPDX-License-Identifier: PostgreSQL
# SPDX-FileCopyrightText: 2026 the hartonomous authors
"""Files that must be refused, each with the rule it breaks and the SQLSTATE of the refusal."""
import struct

from formats import (ARRAY, BIG_ENDIAN, BOOL, F32, I32, STRING, U8, U16, U32, U64, VERSION_1, GGUF_TYPES,
                     entry, gguf, raw_gguf, raw_safetensors, safetensors, tensor_info, text64, value)
from valid_files import ARCHITECTURE, noise, write_file

MALFORMED, LIMIT, UNSUPPORTED, ENCODING = '22P03', '54000', '0A000', '22021'
BIG = (2**31, 2**32, 2**61 + 1, 2**62, 2**63, 2**64 - 1)


def one(fields, data=b'12345678', name='a'):
    return raw_safetensors(f'{{"{name}":{{{fields}}}}}', data)


GOOD = '"dtype":"F32","shape":[2],"data_offsets":[0,8]'
EMPTY = '{"dtype":"U8","shape":[0],"data_offsets":[0,0]}'


def safetensors_header():
    good = one(GOOD)
    json = good[8:-8]
    for n in (0, 1, 100_000_001, len(good) - 7, len(good) - 8, *BIG):
        yield f'header length {n}', MALFORMED, struct.pack('<Q', n) + good[8:]
    yield 'not UTF-8', ENCODING, raw_safetensors(b'{"\xff":' + EMPTY.encode() + b'}')
    yield 'overlong UTF-8', ENCODING, raw_safetensors(b'{"\xc0\xaf":' + EMPTY.encode() + b'}')
    yield 'NUL escape in a name', ENCODING, raw_safetensors('{"a\\u0000":' + EMPTY + '}')
    yield 'lone surrogate', ENCODING, raw_safetensors('{"\\udc00":' + EMPTY + '}')
    yield 'raw control character', MALFORMED, raw_safetensors('{"a\n":' + EMPTY + '}')
    for text in ('{not json}', '{} {}', '{}]', '{"a":1}', '{"a":[]}',
                 '{"a":null}', "{'a':1}", '{"a":' + EMPTY + ',}', '{,"a":' + EMPTY + '}',
                 '{"a" ' + EMPTY + '}', '{"a":' + EMPTY + ' "b":' + EMPTY + '}', '{"a":' + EMPTY,
                 '{"__metadata__":nul}', '{"__metadata__":[]}', '{"__metadata__":{"a":1}}',
                 '{"__metadata__":{"a":{"b":"c"}}}', '{"__metadata__":{"a":"b","a":"c"}}',
                 '{"__metadata__":{},"__metadata__":{}}'):
        yield f'header {text[:30]}', MALFORMED, raw_safetensors(text)
    for opening in '{[':
        yield f'100000 times {opening}', MALFORMED, raw_safetensors('{"a":' + opening * 100_000)
    yield 'tensor listed twice', MALFORMED, raw_safetensors(f'{{"a":{EMPTY},"a":{EMPTY}}}')
    yield 'tensor listed twice by escape', MALFORMED, raw_safetensors(f'{{"a":{EMPTY},"\\u0061":{EMPTY}}}')
    for at in range(2, len(json)):
        yield f'header cut at {at}', MALFORMED, raw_safetensors(json[:at], b'12345678')
    for at in range(10, len(good)):  # shorter ones are of no format
        yield f'file cut at {at}', MALFORMED, good[:at]
    for extra in (1, 8, 4096):
        yield f'{extra} bytes behind', MALFORMED, good + b'\1' * extra


def safetensors_entries():
    for twice in ('"dtype":"F32"', '"shape":[2]', '"data_offsets":[0,8]', '"more":1'):
        yield f'entry with more {twice}', MALFORMED, one(GOOD + ',' + twice)
    parts = GOOD.replace(',"', '|"').split('|')
    for part in parts:
        yield f'entry without {part}', MALFORMED, one(','.join(p for p in parts if p != part))
    for dtype in ('F128', 'Q4_0', 'f32', '', 'F3', 'FLOAT', 'F32 '):
        yield f'dtype {dtype}', UNSUPPORTED, one(GOOD.replace('F32', dtype))
    numbers = ('-1', '-2', '-0', '2.0', '2e0', '2E0', '1e3', '02', '+2', '0x2', '2,', '"2"', 'null',
               'true', '[2]', '{}', '', '2 2', str(2**64), str(2**64 + 2), '9' * 30, '1e999')
    for number in numbers:
        if number != '':
            yield f'dimension {number}', MALFORMED, one(GOOD.replace('[2]', f'[{number}]'))
        yield f'begin {number}', MALFORMED, one(GOOD.replace('[0,8]', f'[{number},8]'))
        yield f'end {number}', MALFORMED, one(GOOD.replace('[0,8]', f'[0,{number}]'))
    for offsets in ('[]', '[0]', '[0,8,8]', '[8,0]', '[1,9]', '[0,9]', '[0,7]', '[8,8]', '8', '{}'):
        yield f'offsets {offsets}', MALFORMED, one(GOOD.replace('[0,8]', offsets))
    for shape in (f'{2**32},{2**32}', f'{2**63},2', f'{2**64 - 1},{2**64 - 1}', f'{2**62}',
                  f'{2**63},{2**63},0', f'{2**61 + 2}', '1', '3', '2,2', '2,0', ''):
        yield f'shape {shape}', MALFORMED, one(GOOD.replace('[2]', f'[{shape}]'))
        yield f'shape {shape} as empty', MALFORMED, one(
            GOOD.replace('[2]', f'[{shape or 4}]').replace('[0,8]', '[0,0]'), b'') \
            if shape != '2,0' else one(GOOD.replace('[2]', '[1]').replace('[0,8]', '[0,0]'), b'')
    yield 'name of 2049 bytes', LIMIT, one(GOOD, name='n' * 2049)
    yield '65 dimensions', LIMIT, one(GOOD.replace('[2]', '[' + ','.join(['1'] * 65) + ']'))
    for count, size in ((3, 1), (3, 2), (1, 0), (1, 1)):
        yield f'F4 of {count} in {size}', MALFORMED, one(
            f'"dtype":"F4","shape":[{count}],"data_offsets":[0,{size}]', bytes(size))


def safetensors_placement():
    def two(first, second, size):
        entries = (f'"{name}":{{"dtype":"U8","shape":[4],"data_offsets":{place}}}'
                   for name, place in (('a', first), ('b', second)))
        return raw_safetensors('{' + ','.join(entries) + '}', bytes(size))
    for first, second, size in (((0, 4), (4, 8), 9), ((0, 4), (4, 8), 7), ((0, 4), (5, 9), 9),
                                ((1, 5), (5, 9), 9), ((0, 4), (3, 7), 7), ((0, 4), (0, 4), 4),
                                ((0, 4), (0, 4), 8), ((4, 8), (4, 8), 8), ((0, 4), (8, 4), 8),
                                ((4, 8), (8, 12), 12), ((0, 4), (2**64 - 4, 0), 8)):
        yield f'tensors at {first} {second} of {size}', MALFORMED, two(list(first), list(second), size)
    yield 'data without tensors', MALFORMED, raw_safetensors('{}', b'x')
    many = ','.join(f'"{n}":{{"dtype":"U8","shape":[8],"data_offsets":[0,8]}}' for n in range(100_000))
    yield '100000 tensors on one range', MALFORMED, raw_safetensors('{' + many + '}', b'12345678')
    too_many = '{"__metadata__":{' + ','.join(f'"{n}":""' for n in range(100_001)) + '}}'
    yield '100001 metadata entries', LIMIT, raw_safetensors(too_many)


A_TENSOR = tensor_info('a', [8], 0, 0)
ARCH = entry(*ARCHITECTURE[0])


def gguf_counts():
    good = raw_gguf([ARCH], [A_TENSOR], bytes(32))
    for at in range(len(b'GGUF'), len(good)):  # shorter ones are of no format
        yield f'file cut at {at}', MALFORMED, good[:at]
    for version in (4, 5, 2**31, 0x02000000, 0x01000000, 2**32 - 1):
        yield f'version {version}', UNSUPPORTED, raw_gguf([ARCH], [A_TENSOR], bytes(32), version=version)
    # Of a version whose numbers are written otherwise: 1, and 3 in the other byte order.
    for version, sqlstate in ((0, MALFORMED), (1, ENCODING), (0x03000000, MALFORMED)):
        yield f'version {version}', sqlstate, raw_gguf([ARCH], [A_TENSOR], bytes(32), version=version)
    for coding, version in ((VERSION_1, 1), (BIG_ENDIAN, 3)):
        good = gguf([('a', 'F32', (8,), bytes(32))], [('k', STRING, 'value')], version, coding=coding)
        for at in range(len(b'GGUF'), len(good)):
            yield f'version {version} {coding.order} cut at {at}', MALFORMED, good[:at]
        for count in (-1, 2**31, 1000):
            yield f'version {version} {coding.order} with {count} tensors', MALFORMED, raw_gguf(
                [], [], version=version, counts=(count, 0), coding=coding)
            yield f'version {version} {coding.order} with {count} entries', MALFORMED, raw_gguf(
                [], [], version=version, counts=(0, count), coding=coding)
    for count in (-1, 2, 3, 1000, 2**60, *BIG):
        yield f'{count} tensors', MALFORMED, raw_gguf([ARCH], [A_TENSOR], bytes(32), counts=(count, 1))
        if count != 2:  # read as an entry, the tensor's description leaves a valid file
            yield f'{count} entries', MALFORMED, raw_gguf([ARCH], [A_TENSOR], bytes(32), counts=(1, count))
    yield '100001 entries', LIMIT, raw_gguf([entry(f'k{n}', U8, 0) for n in range(100_001)])


def gguf_entries():
    def keyed(key, kind=U8, content=0):
        return raw_gguf([entry(key, kind, content)])

    def raw(kind, content):
        return raw_gguf([text64('k') + struct.pack('<I', kind) + content])

    yield 'empty key', MALFORMED, keyed('')
    yield 'key of 65536 bytes', MALFORMED, keyed('k' * 65_536)
    yield 'key with NUL', ENCODING, keyed('a\0b')
    yield 'key not UTF-8', ENCODING, keyed(b'\xff')
    yield 'key twice', MALFORMED, raw_gguf([ARCH, entry('k', U8, 0), ARCH])
    yield 'value not UTF-8', ENCODING, keyed('k', STRING, b'\xed\xa0\x80')
    yield 'value with NUL', ENCODING, keyed('k', STRING, b'a\0b')
    for kind in (13, 14, 255, 2**31, 2**32 - 1):
        yield f'value type {kind}', MALFORMED, raw(kind, bytes(16))
        yield f'element type {kind}', MALFORMED, raw(ARRAY, struct.pack('<IQ', kind, 0) + bytes(16))
    for byte in (2, 3, 128, 255):
        yield f'boolean {byte}', MALFORMED, raw(BOOL, bytes([byte]))
        yield f'boolean {byte} in an array', MALFORMED, keyed('k', ARRAY, (BOOL, [0, 1, byte]))
    for length in (9, 1000, *BIG):
        yield f'string of {length}', MALFORMED, raw(STRING, struct.pack('<Q', length) + b'8 bytes.')
        for kind in (U8, U16, U32, U64, STRING, ARRAY, BOOL):
            yield f'array of {length} of type {kind}', MALFORMED, raw(
                ARRAY, struct.pack('<IQ', kind, length) + bytes(8))
    nested = value(ARRAY, (U8, [1]))
    for _ in range(3):
        nested = struct.pack('<IQ', ARRAY, 1) + nested
    yield 'arrays five deep', MALFORMED, raw(ARRAY, struct.pack('<IQ', ARRAY, 1) + nested)
    bottomless = struct.pack('<IQ', ARRAY, 1) * 100_000
    yield 'arrays 100000 deep', MALFORMED, raw(ARRAY, bottomless)
    for n in (0, 1, 2, 3, 4, 7, 9, 24, 33, 2**20 + 1, 2**21, 2**31, 2**32 - 1):
        yield f'alignment {n}', MALFORMED, raw_gguf([entry('general.alignment', U32, n)], [A_TENSOR],
                                                   bytes(32))
    for kind, content in ((I32, 32), (U64, 32), (U8, 32), (F32, 32.0), (STRING, '32'), (BOOL, 1)):
        yield f'alignment of type {kind}', MALFORMED, raw_gguf(
            [entry('general.alignment', kind, content)], [A_TENSOR], bytes(32))
    tokens = entry('tokenizer.ggml.tokens', ARRAY, (STRING, ['a', 'b']))
    for key, right in (('scores', F32), ('token_type', I32)):
        key = f'tokenizer.ggml.{key}'
        yield f'{key} too short', MALFORMED, raw_gguf([tokens, entry(key, ARRAY, (right, [0]))])
        yield f'{key} too long', MALFORMED, raw_gguf([tokens, entry(key, ARRAY, (right, [0] * 3))])
        yield f'{key} not an array', MALFORMED, raw_gguf([tokens, entry(key, right, 0)])
        for kind in {U8, U32, F32, I32, U64} - {right}:
            yield f'{key} of type {kind}', MALFORMED, raw_gguf(
                [tokens, entry(key, ARRAY, (kind, [0, 0]))])
    yield 'tokens that are numbers', MALFORMED, keyed('tokenizer.ggml.tokens', ARRAY, (U32, [1]))
    yield 'tokens not an array', MALFORMED, keyed('tokenizer.ggml.tokens', STRING, 'a')
    yield 'merges that are numbers', MALFORMED, keyed('tokenizer.ggml.merges', ARRAY, (U32, [1]))


def gguf_tensors():
    def placed(*infos, size):
        return raw_gguf([], infos, bytes(size))

    def shaped(ne, kind=0):
        return placed(tensor_info('a', ne, kind, 0), size=4096)

    yield 'name of 64 bytes', MALFORMED, placed(tensor_info('n' * 64, [8], 0, 0), size=32)
    yield 'name not UTF-8', ENCODING, placed(tensor_info(b'\x80', [8], 0, 0), size=32)
    yield 'name with NUL', ENCODING, placed(tensor_info('a\0', [8], 0, 0), size=32)
    yield 'tensor twice', MALFORMED, placed(A_TENSOR, tensor_info('a', [8], 0, 32), size=64)
    for ne in ([1] * 5, [2**64 - 1], [2**63], [2**32, 2**32], [2**42 + 1, 2**22], [2**62], [2**61],
               [2**63 - 1, 2], [2**31, 2**31, 4], [0, 2**40, 2**40], [2**16] * 4, [1025], [2048]):
        yield f'dimensions {ne}', MALFORMED, shaped(ne)
    for n_dims in (5, 64, 2**31, 2**32 - 1):
        yield f'{n_dims} dimensions', MALFORMED, placed(
            text64('a') + struct.pack('<I', n_dims) + bytes(64), size=64)
    for name, (kind, block, _) in GGUF_TYPES.items():
        if block > 1:
            for n in (1, block - 1, block + 1, block // 2):
                yield f'{name} row of {n}', MALFORMED, shaped([n], kind)
            yield f'{name} block over two rows', MALFORMED, shaped([block // 2, 2], kind)
            yield f'{name} scalar', MALFORMED, shaped([], kind)
    for kind in (4, 5, 31, 32, 33, 36, 37, 38, 43, 44, 100, 255, 2**31, 2**32 - 1):
        yield f'tensor type {kind}', UNSUPPORTED, shaped([256], kind)
    b_at = lambda offset: tensor_info('b', [8], 0, offset)
    for offset, size in ((0, 64), (1, 64), (16, 64), (31, 64), (33, 96), (40, 96), (64, 96), (64, 64),
                         (2**63, 64), (2**64 - 32, 64), (32, 63), (32, 32), (32, 96), (32, 4096)):
        yield f'second tensor at {offset} of {size}', MALFORMED, placed(A_TENSOR, b_at(offset), size=size)
    for offset in (32, 1, 2**64 - 32):
        yield f'first tensor at {offset}', MALFORMED, placed(
            tensor_info('a', [8], 0, offset), size=64)
    yield 'tensors in the wrong order', MALFORMED, placed(b_at(32), A_TENSOR, size=64)
    yield 'data one byte short', MALFORMED, placed(A_TENSOR, size=31)
    yield 'no data', MALFORMED, placed(A_TENSOR, size=0)
    yield 'data behind', MALFORMED, placed(A_TENSOR, size=64)


def other_kinds():
    for name, head in (('zip', b'PK\3\4'), ('NumPy', b'\x93NUMPY\1\0'),
                       ('PyTorch', bytes.fromhex('80028a0a6cfc9c46f9206aa850192e'))):
        yield f'{name} in its first bytes only', MALFORMED, head + b'\1' * 600


def polyglots():
    directory = b'PK\1\2' + bytes(42)

    def zip_end(comment=b''):
        return directory + b'PK\5\6' + bytes(8) + struct.pack('<IIH', len(directory), 0,
                                                              len(comment)) + comment

    def carrying(data, metadata=None):
        return safetensors([('a', 'U8', (len(data),), data)], metadata)

    for comment in (b'', b'comment', b'x' * 65_535, b'PK\5\6'):
        yield f'zip with comment of {len(comment)}', MALFORMED, carrying(zip_end(comment))
    padded = zip_end(b'x' * (-len(zip_end()) % 32))
    yield 'GGUF and zip', MALFORMED, gguf([('a', 'I8', (len(padded),), padded)])
    yield 'safetensors and PDF', MALFORMED, carrying(b'...%%EOF\n', {'x': '%PDF-1.7'})
    for place in (512, 1024, 4096):
        file = carrying(bytes(8192))
        yield f'HDF5 at {place}', MALFORMED, file[:place] + b'\x89HDF\r\n\x1a\n' + file[place + 8:]
    head = bytearray(carrying(bytes(1024), {'x': ' ' * 300})[:512])
    head[148:156] = b'        '
    head[148:156] = b'%06o\0 ' % sum(head)
    yield 'safetensors and tar', MALFORMED, bytes(head) + carrying(bytes(1024), {'x': ' ' * 300})[512:]


FAMILIES = {
    'safetensors_header': safetensors_header, 'safetensors_entries': safetensors_entries,
    'safetensors_placement': safetensors_placement, 'gguf_counts': gguf_counts,
    'gguf_entries': gguf_entries, 'gguf_tensors': gguf_tensors, 'other_kinds': other_kinds,
    'polyglots': polyglots,
}


# A name that claims a format, so that what is damaged beyond recognition is refused too.
SUFFIXES = {'safetensors': '.safetensors', 'gguf': '.gguf'}


def write_all(directory, rows):
    """Writes the hostile files and the manifest, which begins with `rows`; returns both counts."""
    valid = len(rows)
    for family, files in FAMILIES.items():
        for number, (rule, sqlstate, data) in enumerate(files()):
            path = f'hostile/{family}/{number:04d}' + SUFFIXES.get(family.partition('_')[0], '')
            write_file(directory, path, data)
            shown = rule.encode('unicode_escape').decode()
            rows.append((path, f'{family}: {shown}', sqlstate))
    lines = ''.join('\t'.join(row) + '\n' for row in rows)
    write_file(directory, 'manifest.tsv', lines.encode())
    return valid, len(rows) - valid
