#!/usr/bin/env python3
# SPDX-License-Identifier: PostgreSQL
# SPDX-FileCopyrightText: 2026 the hartonomous authors
"""A made-up lake of models (lake.cpp) in the store, and in what the peers together would take.

Every file is ingested through SQL, in the order of the lake, nothing told but a name; exported again
and compared by SHA-256; and asked for its base. A row for each category: bytes of the files, bytes of
payload that the store added (block_page and the literal parts), the peers' bytes, and how many times
fewer ours are. Then all tables of the schema with their indexes, CPU time (checkpoint included), memory and
base_of. Made-up weights are even: read single categories, not the sum.

RUNS (default 3) times the whole; the bytes are the same each time, or it fails. COMPRESSION (best).
"""
import hashlib
import os
import subprocess
import tempfile
import time

from cluster import Session, admin, spread

RUNS = int(os.environ.get('RUNS', 3))
COMPRESSION = os.environ.get('COMPRESSION', 'best')
BUILD = os.environ.get('BUILD', 'build')
GIB = 1 << 30
# What each model was made from, for base_of: by the beginning of its name.
PARENTS = {'tune': 'base', 'frozen': 'base', 'merged': 'base', 'heavy-': 'heavy', 'base-': 'base'}


def sha256(path):
    with open(path, 'rb') as file:
        return hashlib.file_digest(file, 'sha256').hexdigest()


def parent_of(name):
    if '-q' in name and name.startswith('tune'):
        return name[:name.index('-q')]
    return next((parent for start, parent in PARENTS.items() if name.startswith(start)), None)


def one_round(folder, lake, figures):
    admin('DROP DATABASE IF EXISTS bench_lake WITH (FORCE)')
    admin('CREATE DATABASE bench_lake')
    session = Session('bench_lake')
    session.run('SET client_min_messages = warning; CREATE EXTENSION hartonomous CASCADE')
    session.run(f"SELECT hartonomous.my_tenants(); SET hartonomous.compression = '{COMPRESSION}'")
    stored, added, spent = 0, {}, Figures()
    for category, path, size, _ in lake:
        name = path.removesuffix('.safetensors').replace('.gguf', '')
        target = f'{folder}/{path}' + ('/model.safetensors.index.json' if category == 're-sharded' else '')
        (seconds, (_, peak)) = watched_cost(session, f"SELECT hartonomous.ingest_model('{target}', '{name}')")
        spent['ingest', category].append((seconds, size))
        figures['memory'].append(peak / 2**20)
        now = int(session.run('SELECT sum(stored_length) FROM hartonomous.block'))
        added[category] = added.get(category, 0) + now - stored
        stored = now
    tables = session.run("SELECT sum(pg_total_relation_size(c.oid)) FROM pg_class c "
                         "WHERE relnamespace = 'hartonomous'::regnamespace AND relkind = 'r'")
    index = session.run("SELECT sum(pg_total_relation_size(c.oid)) - pg_relation_size('hartonomous.block_page') "
                        "FROM pg_class c WHERE relnamespace = 'hartonomous'::regnamespace AND relkind = 'r'")
    right = asked = 0
    for category, path, size, _ in lake:
        name = path.removesuffix('.safetensors').replace('.gguf', '')
        export = f'{folder}/export'
        os.mkdir(export)
        os.chmod(export, 0o777)
        seconds, rows = session.cost(f"SELECT path, sha256 FROM hartonomous.export_model('{name}', '{export}')")
        spent['export', category].append((seconds, size))
        for row in rows.splitlines():
            written, digest = row.split('|')
            source = f'{folder}/{path}' + (f'/{os.path.basename(written)}' if os.path.isdir(f'{folder}/{path}') else '')
            assert sha256(written) == digest == sha256(source), f'{name} differs'
            os.unlink(written)
        os.rmdir(export)
        if parent := parent_of(name):
            start = time.monotonic()
            first = session.run(f"SELECT base FROM hartonomous.base_of('{name}', 1)")
            figures['base_of ms'].append(1e3 * (time.monotonic() - start))
            asked += 1
            right += first == parent
            if first != parent:
                figures.setdefault('missed', []).append(f'{name}: {first or "none"}, not {parent}')
    session.close()
    for (what, category), all_of_it in spent.items():
        seconds, size = (max(sum(each), 0.01) for each in zip(*all_of_it))
        figures[what, category].append(seconds / (size / GIB) if what == 'ingest' else size / 1e9 / seconds)
    return added, int(tables), int(index), (right, asked)


def many_bases(figures, families=100):
    """base_of among 1,000 small models: families of a base and nine tunes by 0.1 % to 10 %, asked by every tune."""
    admin('DROP DATABASE IF EXISTS bench_lake WITH (FORCE)')
    admin('CREATE DATABASE bench_lake')
    session = Session('bench_lake')
    session.run('SET client_min_messages = warning; CREATE EXTENSION hartonomous CASCADE')
    right = 0
    with tempfile.TemporaryDirectory(dir=os.environ.get('BENCH_DIR')) as folder:
        os.chmod(folder, 0o755)
        subprocess.run([f'{BUILD}/bench/bench_lake', folder, str(families)], check=True)
        for family in range(families):
            for member in range(10):
                name = f'{family}-{member}'
                session.run(f"SELECT hartonomous.ingest_model('{folder}/{name}.safetensors', '{name}')")
    session.run('VACUUM ANALYZE')
    for family in range(families):
        for member in range(1, 10):
            start = time.monotonic()
            first = session.run(f"SELECT base FROM hartonomous.base_of('{family}-{member}', 1)")
            figures['many ms'].append(1e3 * (time.monotonic() - start))
            right += first == f'{family}-0'
    session.close()
    ordered = sorted(figures['many ms'])
    print(f"base_of among {10 * families} models: first right {right} of {9 * families}; ms "
          f"{spread(ordered, 1)}, p99 {ordered[len(ordered) * 99 // 100]:.1f}")


def watched_cost(session, sql):
    """As Session.cost and Session.run_watched together."""
    session.run('CHECKPOINT')
    before = session.server_cpu()
    result = session.run_watched(sql)
    session.run('CHECKPOINT')
    return session.server_cpu() - before, result


class Figures(dict):
    def __missing__(self, key):
        self[key] = []
        return self[key]


def show(lake, added, figures):
    categories = list(dict.fromkeys(row[0] for row in lake))
    print(f'{"":22} {"files, bytes":>12} {"stored":>12} {"peers":>12} {"fewer":>7} {"CPU-s/GiB in":>22} {"GB/CPU-s out":>22}')
    for category in [*categories, 'all']:
        mine = [row for row in lake if category in (row[0], 'all')]
        size, peers = (sum(row[i] for row in mine) for i in (2, 3))
        ours = sum(added.values()) if category == 'all' else added[category]
        times = ('', '') if category == 'all' else (
            spread(figures['ingest', category]), spread(figures['export', category]))
        print(f'{category:22} {size:12} {ours:12} {peers:12} {peers / max(ours, 1):6.2f}x {times[0]:>22} {times[1]:>22}')


def main():
    figures = Figures()
    with tempfile.TemporaryDirectory(dir=os.environ.get('BENCH_DIR')) as folder:
        os.chmod(folder, 0o755)
        subprocess.run([f'{BUILD}/bench/bench_lake', folder], check=True)
        with open(f'{folder}/lake.tsv') as file:
            lake = [(c, p, int(b), int(s)) for c, p, b, s in (line.rstrip('\n').split('\t') for line in file)]
        results = [one_round(folder, lake, figures) for _ in range(RUNS)]
    assert all(result[0] == results[0][0] for result in results), 'bytes differ between rounds'
    added, tables, index, (right, asked) = results[0]
    print(f'compression {COMPRESSION}, {RUNS} rounds')
    show(lake, added, figures)
    print(f'all tables of the schema with indexes {tables} bytes, all but the pages of payload {index}')
    print(f'peers over all tables {sum(row[3] for row in lake) / tables:.2f}x; '
          f"backend's private memory, peak MiB {spread(figures['memory'], 0)}")
    print(f"base_of: first of {asked} right {right}; ms {spread(figures['base_of ms'], 1)}")
    for miss in dict.fromkeys(figures.get('missed', [])):
        print(f'  missed {miss}')
    many_bases(figures)
    admin('DROP DATABASE IF EXISTS bench_lake WITH (FORCE)')


if __name__ == '__main__':
    main()
