# SPDX-License-Identifier: PostgreSQL
# SPDX-FileCopyrightText: 2026 the hartonomous authors
"""Files that must be accepted and come back byte for byte."""
import json
import os

import stream
from formats import (ARRAY, BIG_ENDIAN, BOOL, F32, F64, I8, I16, I32, I64, STRING, U8, U16, U32, U64, VERSION_1,
                     GGUF_TYPES, SAFETENSORS_TYPES, gguf, raw_safetensors, safetensors)


def noise(seed, count):
    return stream.random_bytes(seed, count)


def model_tensors():
    """A small made-up model whose types both formats have."""
    shapes = [('token_embd.weight', 'F16', (256, 64))]
    for layer in range(4):
        shapes += [(f'blk.{layer}.attn_norm.weight', 'F32', (64,)),
                   (f'blk.{layer}.attn_q.weight', 'F16', (64, 64)),
                   (f'blk.{layer}.ffn_up.weight', 'F32', (96, 64)),
                   (f'blk.{layer}.ffn_down.weight', 'BF16', (64, 96))]
    shapes.append(('output_norm.weight', 'F32', (64,)))
    size = {'F16': 2, 'F32': 4, 'BF16': 2}
    tensors = []
    for seed, (name, dtype, shape) in enumerate(shapes, 1000):
        count = size[dtype]
        for n in shape:
            count *= n
        tensors.append((name, dtype, shape, noise(seed, count)))
    return tensors


ARCHITECTURE = [('general.architecture', STRING, 'llama'), ('llama.block_count', U32, 4),
                ('llama.embedding_length', U32, 64)]


def shards(prefix, tensors, count):
    """{path: bytes} of a sharded model, index included."""
    files, weight_map, total = {}, {}, 0
    for number in range(count):
        part = tensors[number * len(tensors) // count:(number + 1) * len(tensors) // count]
        name = f'model-{number + 1:05d}-of-{count:05d}.safetensors'
        files[f'{prefix}/{name}'] = safetensors(part, {'format': 'pt'})
        for tensor in part:
            weight_map[tensor[0]] = name
            total += len(tensor[3])
    index = {'metadata': {'total_size': total}, 'weight_map': weight_map}
    files[f'{prefix}/model.safetensors.index.json'] = json.dumps(index, indent=2).encode()
    return files


def twins():
    """The same tensors in other files: nothing of them needs storing twice."""
    tensors = model_tensors()
    changed = list(tensors)
    name, dtype, shape, data = changed[7]
    changed[7] = (name, dtype, shape, data[:100] + bytes([data[100] ^ 1]) + data[101:])
    renamed = [('model.' + name.replace('blk', 'layers'), *rest) for name, *rest in tensors]
    files = {
        'twins/model.safetensors': safetensors(tensors, {'format': 'pt'}),
        'twins/model.gguf': gguf(tensors, ARCHITECTURE),
        'twins/renamed.safetensors': safetensors(renamed),
        'twins/reordered.safetensors': safetensors(
            tensors, data_order=list(range(len(tensors)))[::-1]),
        'twins/one_changed.safetensors': safetensors(changed, {'format': 'pt'}),
        'twins/one_changed.gguf': gguf(changed, ARCHITECTURE),
    }
    files.update(shards('twins/two_shards', tensors, 2))
    files.update(shards('twins/five_shards', tensors, 5))
    return files


def odd_safetensors():
    f32 = ('x', 'F32', (2, 3), noise(1, 24))
    every = [(f'of.{name}', name, (3, 8), noise(seed, 3 * bits))
             for seed, (name, bits) in enumerate(SAFETENSORS_TYPES.items(), 2)]
    plain = '{"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]}}'
    return {
        'every_dtype': safetensors(every),
        'no_tensors': raw_safetensors('{}'),
        'null_metadata': raw_safetensors('{"__metadata__":null,' + plain[1:], b'abc'),
        'only_metadata': safetensors([], {'note': 'no tensors at all'}),
        'scalar': safetensors([('s', 'F64', (), noise(30, 8))]),
        'one_byte': safetensors([('b', 'U8', (1,), b'\x80')]),
        'empty_tensors': safetensors([('e', 'F32', (0,), b''), f32, ('m', 'I64', (3, 0, 5), b'')]),
        'sixty_four_dimensions': safetensors([('d', 'U8', (1,) * 63 + (7,), noise(31, 7))]),
        'unaligned_data': safetensors([('a', 'U8', (3,), b'abc'), f32], align=1),
        'leading_blanks': raw_safetensors(' \t\r\n' + plain, b'abc'),
        'trailing_blanks': raw_safetensors(plain + ' ' * 100, b'abc'),
        'blanks_inside': raw_safetensors(plain.replace(':', ' : ').replace(',', ' ,\n'), b'abc'),
        'escaped_names': raw_safetensors(plain.replace('"a"', r'"\u00e9\ud83d\ude42\/\n\u0001"'),
                                         b'abc'),
        'unicode_names': safetensors([('naïve 中文 🙂', 'U8', (2,), b'xy'), ('', 'U8', (1,), b'z')],
                                     {'schlüssel': 'wert'}),
        'name_of_2048_bytes': safetensors([(noise(33, 1024).hex(), 'U8', (1,), b'z')]),
        'fields_in_any_order': raw_safetensors(
            '{"a":{"shape":[3],"data_offsets":[0,3],"dtype":"I8"}}', b'abc'),
        'sizes_that_are_not_multiples': safetensors(
            [(f't{n}', 'U8', (n,), noise(n, n)) for n in (1, 63, 64, 65, 8063, 8064, 8065, 70_001)]),
        'equal_tensors': safetensors([(f'copy{n}', 'F16', (40, 100), noise(32, 8000))
                                      for n in range(3)]),
        'zeros': safetensors([('z', 'F32', (500, 500), bytes(1_000_000))]),
        'three_thousand_tensors': safetensors(
            [(f'layer.{n}.weight', 'I16', (n % 7,), noise(n, n % 7 * 2)) for n in range(3000)]),
    }


def odd_gguf():
    f32 = ('x', 'F32', (2, 3), noise(40, 24))
    every = [(f'of.{name}', name, (3, 2 * block), noise(seed, 6 * size))
             for seed, (name, (_, block, size)) in enumerate(GGUF_TYPES.items(), 41)]
    kinds = [('t.u8', U8, 255), ('t.i8', I8, -128), ('t.u16', U16, 65535), ('t.i16', I16, -32768),
             ('t.u32', U32, 2**32 - 1), ('t.i32', I32, -2**31), ('t.f32', F32, 1e-5),
             ('t.bool', BOOL, 1), ('t.string', STRING, 'naïve 中文 🙂'), ('t.u64', U64, 2**64 - 1),
             ('t.i64', I64, -2**63), ('t.f64', F64, 0.1), ('t.nan', F32, float('nan')),
             ('t.infinity', F64, float('-inf')), ('t.empty', STRING, ''),
             ('t.array', ARRAY, (I16, [1, -2, 3])), ('t.none', ARRAY, (STRING, [])),
             ('t.nested', ARRAY, (ARRAY, [(ARRAY, [(U8, [1, 2]), (U8, [])]), (STRING, ['a'])]))]
    vocabulary = [('tokenizer.ggml.model', STRING, 'gpt2'),
                  ('tokenizer.ggml.tokens', ARRAY, (STRING, [f'token{n}' for n in range(2000)])),
                  ('tokenizer.ggml.scores', ARRAY, (F32, [-float(n) for n in range(2000)])),
                  ('tokenizer.ggml.token_type', ARRAY, (I32, [1] * 2000))]
    return {
        'every_type': gguf(every, ARCHITECTURE),
        'empty': gguf([]),
        'version_1': gguf(every, ARCHITECTURE + kinds + vocabulary, version=1, coding=VERSION_1),
        'version_2': gguf([f32], ARCHITECTURE, version=2),
        'big_endian': gguf(every, ARCHITECTURE + kinds + vocabulary, coding=BIG_ENDIAN),
        'every_value_type': gguf([f32], kinds),
        'vocabulary_only': gguf([], ARCHITECTURE + vocabulary),
        'vocabulary_only_padded': gguf([], ARCHITECTURE) + bytes(7),
        'bytes_that_are_not_text': gguf(
            [], [('tokenizer.ggml.tokens', ARRAY, (STRING, [b'\xff', b'\xc3\xa9', b'a\0b']))]),
        'alignment_8': gguf([('a', 'I8', (5,), b'abcde'), f32], align=8),
        'alignment_64': gguf([('a', 'I8', (5,), b'abcde'), f32], align=64),
        'alignment_1_mib': gguf([('a', 'I8', (5,), b'abcde'), f32], align=1 << 20),
        'scalar': gguf([('s', 'F32', (), noise(80, 4)), f32]),
        'empty_tensor': gguf([('e', 'F32', (0, 4), b''), f32]),
        'no_final_padding': gguf([('a', 'I8', (5,), b'abcde'), f32], final_padding=False),
        'four_dimensions': gguf([('d', 'Q8_0', (2, 3, 4, 32), noise(81, 24 * 34))]),
        'name_of_63_bytes': gguf([('n' * 63, 'F32', (2,), noise(82, 8))]),
        'unusual_keys': gguf([f32], [('Upper Case!', U8, 1), ('k' * 65_535, U8, 2)]),
        'padding_that_is_not_zero': gguf([('a', 'I8', (5,), b'abcde')])[:-27] + b'x' * 27,
        'equal_tensors': gguf([(f'copy{n}', 'F16', (40, 100), noise(32, 8000)) for n in range(3)]),
    }


def opaque_files():
    """Nothing known, or known and not read: kept as bytes."""
    known = {
        'legacy_ggml': b'lmgg', 'legacy_ggmf': b'fmgg', 'legacy_ggjt': b'tjgg', 'ggla': b'algg',
        '7z': b'7z\xbc\xaf\x27\x1c', 'lz4': b'\x04\x22\x4d\x18', 'pickle': b'\x80\x04\x95',
        'pytorch_preview': b'PYTORCH1', 'tflite': b'\x1c\0\0\0TFL3',
        'sentencepiece': b'\x0a\x0e\x0a\x05<unk>\x15\0\0\0\0\x18\2',
    }
    files = {name: head + b'\1' * 600 for name, head in known.items()}
    return files | {
        'empty': b'', 'one_byte': b'G', 'three_bytes': b'GGU', 'json': b'{"model_type":"llama"}',
        'zeros': bytes(5000), 'noise': b'\xfe' + noise(9, 3_000_000), 'text': b'hello ' * 99,
        'text_with_a_brace': b'const a {"x": 1}',
    }


def all_files():
    files = dict(twins())
    files.update({f'other/{name}': data for name, data in opaque_files().items()})
    files.update({f'safetensors/{name}.safetensors': data for name, data in odd_safetensors().items()})
    files.update({f'gguf/{name}.gguf': data for name, data in odd_gguf().items()})
    return files


def write_file(directory, path, data):
    path = os.path.join(directory, path)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'wb') as file:
        file.write(data)


def write_all(directory):
    """Writes them below `directory`; returns manifest rows. A shard index is checked as such only."""
    rows = []
    for path, data in sorted(all_files().items()):
        write_file(directory, f'valid/{path}', data)
        rows.append((f'valid/{path}', 'valid', 'index' if path.endswith('.json') else 'ok'))
    return rows


def write_huge(path, size):
    """One BF16 model of about `size` bytes of noise, written piece by piece."""
    piece = 64 << 20
    rows = [min(piece, size - at) // 8192 for at in range(0, size, piece)]
    header = {f'layers.{n}.weight': {'dtype': 'BF16', 'shape': [count, 4096],
                                     'data_offsets': [n * piece, n * piece + count * 8192]}
              for n, count in enumerate(rows)}
    text = json.dumps(header, separators=(',', ':'))
    with open(path, 'wb') as file:
        file.write(raw_safetensors(text + ' ' * (-len(text) % 8)))
        for n, count in enumerate(rows):
            file.write(stream.splitmix64(7, count * 1024, first=n * piece // 8).data)
