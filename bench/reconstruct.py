#!/usr/bin/env python3
# SPDX-License-Identifier: PostgreSQL
# SPDX-FileCopyrightText: 2026 the hartonomous authors
"""A document of SIZE_MB (default 100) into the store, and out with reconstruct_text, warm; beside
reading the same text from a column (STORAGE EXTERNAL, so not compressed). ROUNDS (default 7) of
each, taking turns. CPU of the backend; and its private memory while it works, at two settings of
maintenance_work_mem for the ingest.

The document is the corpora of bench/corpora (CORPORA is their folder, made if not set), then
paragraphs of their lines in a random order with a fixed seed, until it is long enough.
"""
import os
import pathlib
import random
import subprocess
import tempfile

from cluster import Session, admin, process_cpu, spread

ROUNDS = int(os.environ.get('ROUNDS', 7))
SIZE = int(float(os.environ.get('SIZE_MB', 100)) * 1e6)


def write_document(path):
    folder = os.environ.get('CORPORA') or subprocess.run(
        [pathlib.Path(__file__).parent / 'corpora'], stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
    text = '\n\n'.join(pathlib.Path(folder, n).read_text() for n in ('gcide.txt', 'kjv.txt', 'debref.txt'))
    lines, pick = [line for line in text.split('\n') if line.strip()], random.Random(1611)
    data = bytearray(text.encode())
    while len(data) < SIZE:
        data += ('\n\n' + '\n'.join(pick.choices(lines, k=8))).encode()
    path.write_bytes(data[:SIZE].decode(errors='ignore').encode())
    path.chmod(0o644)


def main():
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        path = pathlib.Path(folder, 'document')
        write_document(path)
        admin('DROP DATABASE IF EXISTS bench_reconstruct WITH (FORCE)')
        admin('CREATE DATABASE bench_reconstruct')
        session = Session('bench_reconstruct')
        session.run('SET client_min_messages = warning; CREATE EXTENSION hartonomous CASCADE;'
                    'CREATE TABLE plain (content text); ALTER TABLE plain ALTER content SET STORAGE EXTERNAL;'
                    f"INSERT INTO plain SELECT pg_read_file('{path}')")
    size = int(session.run('SELECT octet_length(content) FROM plain'))
    for memory in '64MB', '1GB':
        session.close()
        session = Session('bench_reconstruct')
        session.run('TRUNCATE hartonomous.document, hartonomous.atom CASCADE')
        before = process_cpu(session.pid)
        document, peak = session.run_watched(
            f"SET maintenance_work_mem = '{memory}'; SELECT hartonomous.ingest_text(content, 'document') FROM plain")
        print(f'ingest with {memory}: {process_cpu(session.pid) - before:.1f} CPU-s, at most {peak / 1e6:.0f} MB')
    atoms, stored = session.run("SELECT count(*), pg_total_relation_size('hartonomous.atom') FROM hartonomous.atom").split('|')
    print(f'{size / 1e6:.1f} MB, {atoms} atoms, {int(stored) / 1e6:.0f} MB with indexes')
    same = session.run(f'SELECT hartonomous.reconstruct_text({document}) = content FROM plain')
    if same != 't':
        raise SystemExit('bench: the text is not the same')
    rates = {}
    session.run("SET max_parallel_workers_per_gather = 0")
    for _ in range(ROUNDS):
        for name, sql in (('reconstruct_text', f'SELECT octet_length(hartonomous.reconstruct_text({document}))'),
                          ('column', "SELECT octet_length(content || '') FROM plain")):
            before = process_cpu(session.pid)
            for _ in range(4):
                session.run(sql)
            rates.setdefault(name, []).append(4 * size / 1e6 / max(process_cpu(session.pid) - before, 0.01))
    for name, values in rates.items():
        print(f'{name:17} {spread(values, 0)} MB/s of CPU')
    print(f"reconstruct_text / column: {spread([a / b for a, b in zip(*rates.values())])} (bar: 200 MB/s)")
    session.close()
    admin('DROP DATABASE bench_reconstruct')


main()
