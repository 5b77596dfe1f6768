#!/usr/bin/env python3
# SPDX-License-Identifier: PostgreSQL
# SPDX-FileCopyrightText: 2026 the hartonomous authors
"""ROWS (default 1000000) short texts of about 100 bytes into the store with ingest_texts, the same
again, and the same under other titles; beside a client's binary COPY of exactly the new rows of
atom and document into tables with the same columns and indexes. Then all of them out again, one
reconstruct_text each. Taking turns, ROUNDS (default 5).

The texts are new sentences of old clauses: those of the King James Bible and of GCIDE, drawn at
random with a fixed seed; no two are equal. CORPORA is the folder that bench/corpora makes, and makes
if it is not set.
Figures are CPU seconds: of the server (backend, checkpointer, writers; checkpoint included), and
for COPY of psql too. Wall time is shown beside, and means little on a busy machine.
"""
import os
import pathlib
import random
import re
import subprocess
import tempfile
import time

from cluster import Session, admin, process_cpu, spread

ROUNDS = int(os.environ.get('ROUNDS', 5))
ROWS = int(os.environ.get('ROWS', 1_000_000))
QUERY = "SELECT content, title FROM short_text"
AGAIN = "SELECT content, ''again '' || n FROM short_text"


def clauses():
    folder = os.environ.get('CORPORA') or subprocess.run(
        [pathlib.Path(__file__).parent / 'corpora'], stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
    texts = [pathlib.Path(folder, name).read_text() for name in ('kjv.txt', 'gcide.txt')]
    found = re.findall(r'[A-Za-z][A-Za-z\' -]{11,69}[,;:.?!]', ' '.join(' '.join(texts).split()))
    return sorted(set(found))


def short_texts(path):
    """Writes ROWS lines; returns their bytes."""
    pick, source, seen, size = random.Random(1611), clauses(), set(), 0
    with open(path, 'w') as out:
        while len(seen) < ROWS:
            text = pick.choice(source)
            while len(text) < 80:
                text += ' ' + pick.choice(source)
            if text not in seen:
                seen.add(text)
                out.write(f'{len(seen)}\ttitle {len(seen)}\t{text}\n')
                size += len(text)
    return size


class Bench:
    def __init__(self, folder):
        self.folder, self.figures = folder, {}
        admin('DROP DATABASE IF EXISTS bench_texts WITH (FORCE)')
        admin('CREATE DATABASE bench_texts')
        self.session = Session('bench_texts')
        self.session.run('SET client_min_messages = warning; CREATE EXTENSION hartonomous CASCADE;'
                         'CREATE TABLE short_text (n bigint, title text, content text)')
        self.size = short_texts(f'{folder}/texts')
        self.session.run(f"\\copy short_text FROM '{folder}/texts'")
        self.session.run('VACUUM ANALYZE short_text')

    def measure(self, name, sql):
        session = self.session
        session.run('CHECKPOINT')
        server, client, wall = session.server_cpu(), process_cpu(session.psql.pid), time.monotonic()
        result = session.run(sql)
        session.run('CHECKPOINT')
        self.figures.setdefault(name, []).append(
            (session.server_cpu() - server, process_cpu(session.psql.pid) - client, time.monotonic() - wall))
        return result

    def ingest(self, name, query):
        counts = self.measure(name, f"SELECT * FROM hartonomous.ingest_texts('{query}')").split('|')
        return [int(count) for count in counts]

    def prepare_peer(self):
        run = self.session.run
        for table in 'atom', 'document':
            run(f"\\copy (SELECT * FROM hartonomous.{table} ORDER BY 1) TO '{self.folder}/{table}' (FORMAT binary)")
            run(f'CREATE TABLE peer_{table} (LIKE hartonomous.{table} INCLUDING ALL)')

    def round(self, is_first):
        run = self.session.run
        run('TRUNCATE hartonomous.document, hartonomous.atom CASCADE')
        new = self.ingest('ingest', QUERY)
        if is_first:
            self.prepare_peer()
        run('TRUNCATE peer_atom, peer_document')
        copies = [f"\\copy peer_{t} FROM '{self.folder}/{t}' (FORMAT binary)" for t in ('atom', 'document')]
        self.measure('copy', 'BEGIN;\n' + '\n'.join(copies) + '\nCOMMIT')
        same = self.ingest('same again', QUERY)
        other = self.ingest('other titles', AGAIN)
        self.measure('reconstruct', "SELECT sum(octet_length(hartonomous.reconstruct_text(document_id)))"
                     " FROM hartonomous.document WHERE title NOT LIKE 'again%'")
        if [same[0], same[2], other[2]] != [0, 0, 0] or other[0] != new[0]:
            raise SystemExit(f'bench: not what was expected: {new}, {same}, {other}')
        return new


def main():
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(folder)
        for i in range(ROUNDS):
            documents, _, atoms, _ = bench.round(i == 0)
        size = bench.session.run("SELECT pg_size_pretty(pg_total_relation_size('hartonomous.atom'))")
        print(f'{documents} texts, {bench.size / 1e6:.1f} MB, {atoms} new atoms; atom takes {size}')
        for name, rounds in bench.figures.items():
            cpu = [server + (client if name == 'copy' else 0) for server, client, _ in rounds]
            print(f'{name:13} {spread(cpu)} CPU-s, {bench.size / 1e6 / sorted(cpu)[len(cpu) // 2]:6.1f} MB/s;'
                  f' wall {spread([r[2] for r in rounds])} s')
        ratios = [sum(c[:2]) / i[0] for c, i in zip(bench.figures['copy'], bench.figures['ingest'])]
        alone = [c[0] / i[0] for c, i in zip(bench.figures['copy'], bench.figures['ingest'])]
        walls = [c[2] / i[2] for c, i in zip(bench.figures['copy'], bench.figures['ingest'])]
        print(f'rate of ingest_texts / rate of COPY: {spread(ratios)} by CPU, {spread(alone)} by the'
              f" server's CPU alone, {spread(walls)} by wall (bar: 0.8)")
        bench.session.close()
        admin('DROP DATABASE bench_texts')


main()
