# SPDX-License-Identifier: PostgreSQL
# SPDX-FileCopyrightText: 2026 the hartonomous authors
"""What merges cost: CPU time for each GiB of the merged model, and memory, for every method.

A base of SIZE_MIB (default 512) of BF16 in matrices of 2048 columns and two tunes of it, from a seed;
the limit is 256 MB of the backend's private memory. ROUNDS (default 5) of each, medians with least and
most. The first round of each method stores its blocks, later ones find them.
"""
import os
import pathlib
import random
import statistics
import struct
import tempfile

from cluster import Session, admin

SIZE = int(os.environ.get('SIZE_MIB', 512)) << 20
ROUNDS = int(os.environ.get('ROUNDS', 5))
ROWS, COLUMNS = 8192, 2048
TENSORS = max(SIZE // (ROWS * COLUMNS * 2), 1)
TASK = ('task_arithmetic', 'ties', 'dare_linear', 'dare_ties', 'della', 'della_linear', 'breadcrumbs',
        'breadcrumbs_ties', 'sce', 'model_stock')
PARAMETERS = {'ties': '{"density": 0.5}', 'dare_linear': '{"density": 0.5}', 'dare_ties': '{"density": 0.5}',
              'della': '{"density": 0.5}', 'della_linear': '{"density": 0.5}',
              'breadcrumbs': '{"density": 0.9}', 'breadcrumbs_ties': '{"density": 0.9}',
              'sce': '{"select_topk": 0.5}', 'slerp': '{"t": 0.5}', 'nearswap': '{"t": 0.0001}'}
METHODS = ('linear', 'slerp', 'nuslerp', 'multislerp', 'karcher', 'nearswap', *TASK)


def write_models(folder):
    """A base and two tunes: the low bits of about half the weights are others."""
    names = [f'model.layers.{i}.mlp.up_proj.weight' for i in range(TENSORS)]
    length = ROWS * COLUMNS * 2
    header = '{' + ','.join(
        f'"{name}":{{"dtype":"BF16","shape":[{ROWS},{COLUMNS}],"data_offsets":[{i * length},{(i + 1) * length}]}}'
        for i, name in enumerate(names)) + '}'
    header += ' ' * (-len(header) % 8)
    dice = random.Random(5)
    signs = [0x3c, 0x3d, 0xbc, 0xbd]  # about 0.01 to 0.1, of either sign
    high = bytes(dice.choices(signs, k=length // 2))
    for model in ('base', 'a', 'b'):
        path = folder / f'{model}.safetensors'
        with path.open('wb') as out:
            out.write(struct.pack('<Q', len(header)) + header.encode())
            for i in range(TENSORS):
                low = bytearray(random.Random(i).randbytes(length // 2))
                if model != 'base':
                    noise = random.Random(f'{model}{i}').randbytes(length // 2)
                    low = (int.from_bytes(low, 'little') ^
                           int.from_bytes(noise, 'little') & int.from_bytes(b'\x03' * (length // 2), 'little')
                           ).to_bytes(length // 2, 'little')
                piece = bytearray(length)
                piece[0::2] = low
                piece[1::2] = high
                out.write(piece)
        path.chmod(0o644)


def merged(session, method, number):
    """CPU seconds and the most private memory of a merge."""
    base = ", base => 'base'" if method in TASK else ''
    parameters = f", parameters => '{PARAMETERS[method]}'" if method in PARAMETERS else ''
    before = session.server_cpu()
    _, memory = session.run_watched(
        f"SELECT hartonomous.merge_models('m{number}', '{method}', ARRAY['a', 'b']{base}{parameters})")
    cpu = session.server_cpu() - before
    session.run(f"SELECT hartonomous.delete_model('m{number}')")
    return cpu, memory


def main():
    with tempfile.TemporaryDirectory(dir=os.environ.get('BENCH_DIR')) as name:
        folder = pathlib.Path(name)
        folder.chmod(0o755)
        write_models(folder)
        admin('DROP DATABASE IF EXISTS bench_merge')
        admin('CREATE DATABASE bench_merge')
        session = Session('bench_merge')
        session.run('CREATE EXTENSION hartonomous CASCADE')
        for model in ('base', 'a', 'b'):
            session.run(f"SELECT hartonomous.ingest_model('{folder}/{model}.safetensors', '{model}')")
        gib = TENSORS * ROWS * COLUMNS * 2 / 2**30
        print(f'two tunes of a base of {gib:.2f} GiB, BF16')
        print(f'{"method":18}{"CPU-s/GiB":>10}{"least":>8}{"most":>8}{"MB":>8}')
        for method in METHODS:
            runs = []
            for i in range(ROUNDS):
                own = Session('bench_merge')
                runs.append(merged(own, method, i))
                own.close()
            costs = [cpu / gib for cpu, _ in runs]
            print(f'{method:18}{statistics.median(costs):10.2f}{min(costs):8.2f}{max(costs):8.2f}'
                  f'{max(memory for _, memory in runs) / 1e6:8.0f}', flush=True)
        session.close()
        admin('DROP DATABASE bench_merge')


main()
