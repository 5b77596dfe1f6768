# SPDX-License-Identifier: PostgreSQL
# SPDX-FileCopyrightText: 2026 the hartonomous authors
"""What overlays cost: changing from one to another of the same base, and decoding through one.

The base has Llama's shape and 0.11 thousand million weights from a seed (make_llama), stored as TYPES
(default F16 Q8_0); the adapters have rank 16 on all seven matrices of each layer. CPU time of the
session's own thread, hartonomous.threads = 1, in turns; ROUNDS (default 15). A change is the first
answer of one token after the other overlay answered, less such an answer again.
"""
import os
import pathlib
import random
import statistics
import struct
import subprocess

from cluster import Session, admin, spread

TOP = pathlib.Path(__file__).resolve().parent.parent
BUILD = pathlib.Path(os.environ.get('BUILD', TOP / 'build'))
TYPES = os.environ.get('TYPES', 'F16 Q8_0').split()
ROUNDS = int(os.environ.get('ROUNDS', 15))
RANK, LAYERS, WIDTH, INNER, TOKENS = 16, 12, 768, 2048, 16
MATRICES = {'attn_q': (WIDTH, WIDTH), 'attn_k': (WIDTH, WIDTH), 'attn_v': (WIDTH, WIDTH),
            'attn_output': (WIDTH, WIDTH), 'ffn_gate': (WIDTH, INNER), 'ffn_up': (WIDTH, INNER),
            'ffn_down': (INNER, WIDTH)}  # inputs, outputs
STRING, FLOAT32, HALF, ALIGNMENT = 8, 6, 1, 32


def string(value):
    return struct.pack('<Q', len(value)) + value.encode()


def write_adapter(path, seed):
    """A GGUF LoRA adapter with small random factors in 16 bits."""
    dice = random.Random(seed)
    pool = [struct.pack('<e', dice.gauss(0, 0.01)) for _ in range(4096)]
    facts = [('general.architecture', 'llama'), ('general.type', 'adapter'), ('adapter.type', 'lora')]
    header, body, count = b'', b'', 0
    for layer in range(LAYERS):
        for name, (inputs, outputs) in MATRICES.items():
            for part, shape in (('lora_a', (inputs, RANK)), ('lora_b', (RANK, outputs))):
                header += (string(f'blk.{layer}.{name}.weight.{part}') + struct.pack('<I', 2) +
                           struct.pack('<QQ', *shape) + struct.pack('<IQ', HALF, len(body)))
                body += b''.join(dice.choices(pool, k=shape[0] * shape[1]))
                body += b'\0' * (-len(body) % ALIGNMENT)
                count += 1
    start = b'GGUF' + struct.pack('<IQQ', 3, count, len(facts) + 1)
    for key, value in facts:
        start += string(key) + struct.pack('<I', STRING) + string(value)
    start += string('adapter.lora.alpha') + struct.pack('<If', FLOAT32, 2 * RANK)
    start += header
    path.write_bytes(start + b'\0' * (-len(start) % ALIGNMENT) + body)
    path.chmod(0o644)


def cpu(session, sql):
    """The result of a statement, and milliseconds that the session's own thread ran for it."""
    def now():
        with open(f'/proc/{session.pid}/schedstat', encoding='ascii') as f:
            return int(f.read().split()[0]) / 1e6
    before = now()
    result = session.run(sql)
    return result, now() - before


def answer(session, model):
    return cpu(session, f"SELECT (hartonomous.logits('{model}', '{{300}}'))[1]")[1]


def switches(session):
    for model in ('m@one', 'm@other'):
        print(f'  first use in a session of {model:8} {answer(session, model):7.1f} CPU ms')
    named, moved = [], []
    for _ in range(ROUNDS):
        for model, other in (('m@one', 'm@other'), ('m@other', 'm@one')):
            changed = answer(session, model)
            named.append(changed - answer(session, model))
            session.run(f"SELECT hartonomous.set_ref('m', 'served', '{other[2:]}')")
            changed = answer(session, 'm@served')
            moved.append(changed - answer(session, 'm@served'))
    print(f'  change by another name         {spread(named, 3)} CPU ms')
    print(f'  change by set_ref              {spread(moved, 3)} CPU ms')


def decoding(session):
    costs = {'m@base': [], 'm@one': []}
    for number in range(ROUNDS):
        for model, cost in costs.items():
            rows, spent = cpu(session, f"SELECT count(*) - 1 FROM hartonomous.generate('{model}', 'x', "
                                       f"{TOKENS + 1}, 1, seed => {number})")
            if int(rows) > 0:
                cost.append(spent / (int(rows) + 1))
    ratios = [overlay / base for base, overlay in zip(costs['m@base'], costs['m@one'])]
    print(f'  a token of the base            {spread(costs["m@base"])} CPU ms')
    print(f'  a token of the overlay         {spread(costs["m@one"])} CPU ms')
    print(f'  ratio                          {spread(ratios, 3)}; of the medians '
          f'{statistics.median(costs["m@one"]) / statistics.median(costs["m@base"]):.3f}')


def measure(kind, folder):
    base = folder / 'base.gguf'
    subprocess.run([BUILD / 'test/make_llama', '100m', kind, '1', base], check=True)
    base.chmod(0o644)
    admin('DROP DATABASE IF EXISTS bench_overlays')
    admin('CREATE DATABASE bench_overlays')
    session = Session('bench_overlays')
    session.run('SET client_min_messages = warning; CREATE EXTENSION hartonomous CASCADE')
    session.run("SET hartonomous.threads = 1; SET hartonomous.cache_size = '2GB'")
    session.run(f"SELECT hartonomous.ingest_model('{base}', 'm', 'base')")
    for number, name in enumerate(('one', 'other')):
        write_adapter(folder / f'{name}.gguf', number)
        session.run(f"SELECT hartonomous.ingest_model('{folder}/{name}.gguf', '{name}')")
        session.run(f"SELECT hartonomous.create_overlay('m@base', '{name}', ref => '{name}')")
    print(f'{kind}: base of 0.11e9 weights, two adapters of rank {RANK} in F16')
    session.run("SELECT hartonomous.complete('m@base', 'x', 1)")
    switches(session)
    decoding(session)
    session.close()
    admin('DROP DATABASE bench_overlays')


def main():
    folder = BUILD / 'bench-models'
    folder.mkdir(exist_ok=True)
    folder.chmod(0o755)
    for kind in TYPES:
        try:
            measure(kind, folder)
        finally:
            for name in ('base', 'one', 'other'):
                (folder / f'{name}.gguf').unlink(missing_ok=True)


if __name__ == '__main__':
    main()
