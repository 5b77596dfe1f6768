#!/usr/bin/env python3
# SPDX-License-Identifier: PostgreSQL
# SPDX-FileCopyrightText: 2026 the hartonomous authors
"""Ingest, ingest again and export of incompressible weights, beside COPY BINARY of the same bytes
into a table with a bytea STORAGE EXTERNAL column (1 MiB a row), in the same run and taking turns.

Figures are CPU seconds of the server (backend, checkpointer, writers) per GiB, checkpoint included:
median [min .. max] of RUNS (default 5) rounds of SIZE_GIB (default 2).
"""
import hashlib
import json
import os
import struct
import subprocess
import tempfile
import time

from cluster import Session, admin, spread

RUNS = int(os.environ.get('RUNS', 5))
GIB = 1 << 30
SIZE = int(float(os.environ.get('SIZE_GIB', 2)) * GIB)
ROWS, COLUMNS = 4096, 2048
TENSOR = ROWS * COLUMNS * 4


def write_files(folder):
    """The model, and the same bytes in COPY's binary format. Incompressible, never repeating."""
    count = max(1, SIZE // TENSOR)
    header = {f'layer.{i}.weight': {'dtype': 'F32', 'shape': [ROWS, COLUMNS],
                                    'data_offsets': [i * TENSOR, (i + 1) * TENSOR]}
              for i in range(count)}
    text = json.dumps(header).encode()
    model, copy = f'{folder}/model.safetensors', f'{folder}/model.copy'
    with open(model, 'wb') as m, open(copy, 'wb') as c:
        m.write(struct.pack('<Q', len(text)) + text)
        c.write(b'PGCOPY\n\xff\r\n\0' + struct.pack('>ii', 0, 0))
        for i in range(count * TENSOR >> 20):
            piece = os.urandom(1 << 20)
            m.write(piece)
            c.write(struct.pack('>hiii', 2, 4, i, len(piece)) + piece)
        c.write(struct.pack('>h', -1))
    for path in (folder, model, copy):
        os.chmod(path, 0o755)
    return model, copy, count * TENSOR / GIB


def one_round(model, copy, gib, export, figures):
    admin('DROP DATABASE IF EXISTS bench_ingest WITH (FORCE)')
    admin('CREATE DATABASE bench_ingest')
    session = Session('bench_ingest')
    session.run('SET client_min_messages = warning; CREATE EXTENSION hartonomous CASCADE')
    session.run('CREATE TABLE baseline (seq integer PRIMARY KEY, data bytea);'
                'ALTER TABLE baseline ALTER data SET STORAGE EXTERNAL')
    seconds, _ = session.cost(f"COPY baseline FROM '{copy}' WITH (FORMAT binary)")
    figures['COPY BINARY'].append(seconds / gib)
    session.run('DROP TABLE baseline')
    session.run('BEGIN')
    _, peak = session.run_watched(f"SELECT hartonomous.ingest_model('{model}', 'watched')")
    figures['memory'].append(peak / 2**20)
    session.run('ROLLBACK; VACUUM hartonomous.block_page')
    wall = time.monotonic()
    seconds, _ = session.cost(f"SELECT hartonomous.ingest_model('{model}', 'big')")
    figures['wall GB/s'].append(gib * GIB / 1e9 / (time.monotonic() - wall))
    figures['ingest'].append(seconds / gib)
    blocks = session.run('SELECT count(*) FROM hartonomous.block')
    seconds, _ = session.cost(f"SELECT hartonomous.ingest_model('{model}', 'copy of it')")
    figures['again'].append(seconds / gib)
    assert session.run('SELECT count(*) FROM hartonomous.block') == blocks
    for name in ('first export', 'export'):
        seconds, row = session.cost(f"SELECT sha256 FROM hartonomous.export_model('big', '{export}')")
        figures[name].append(gib * GIB / 1e9 / seconds)
        with open(export, 'rb') as f:
            assert hashlib.file_digest(f, 'sha256').hexdigest() == row, 'export differs'
        os.unlink(export)
    session.close()
    before = os.times()
    subprocess.run(['cp', '--reflink=never', '--sparse=never', model, export], check=True)
    after = os.times()
    seconds = sum(after[2:4]) - sum(before[2:4])
    figures['cp'].append(gib * GIB / 1e9 / seconds)
    os.unlink(export)


def main():
    names = ('COPY BINARY', 'ingest', 'again', 'first export', 'export', 'cp', 'memory', 'wall GB/s')
    figures = {name: [] for name in names}
    with tempfile.TemporaryDirectory(dir=os.environ.get('BENCH_DIR')) as folder:
        model, copy, gib = write_files(folder)
        os.chmod(folder, 0o777)
        for _ in range(RUNS):
            one_round(model, copy, gib, f'{folder}/export.safetensors', figures)
    admin('DROP DATABASE IF EXISTS bench_ingest WITH (FORCE)')
    ratios = [a / b for a, b in zip(figures['ingest'], figures['COPY BINARY'])]
    print(f'{gib:.1f} GiB of incompressible F32 weights, {RUNS} rounds')
    print(f"COPY BINARY into bytea EXTERNAL    CPU-s/GiB {spread(figures['COPY BINARY'])}")
    print(f"ingest_model, hashing included     CPU-s/GiB {spread(figures['ingest'])}")
    print(f'  ratio, round by round                      {spread(ratios)}')
    print(f"  wall clock, checkpoint included  GB/s      {spread(figures['wall GB/s'])}")
    print(f"  backend's private memory, peak   MiB       {spread(figures['memory'], 0)}")
    print(f"ingest_model of the same again     CPU-s/GiB {spread(figures['again'])}")
    print(f"export_model, first read ever      GB/CPU-s  {spread(figures['first export'])}")
    print(f"export_model, warm                 GB/CPU-s  {spread(figures['export'])}")
    print(f"cp of the same file                GB/CPU-s  {spread(figures['cp'])}")


if __name__ == '__main__':
    main()
