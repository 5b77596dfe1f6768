#!/usr/bin/env python3
# SPDX-License-Identifier: PostgreSQL
# SPDX-FileCopyrightText: 2026 the hartonomous authors
"""Cancels an ingest at TRIES (default 100) moments spread over its whole length, and prints how long
after the request the client had its error. Fails unless each ends in 57014 (or had just finished)
and leaves no row behind. SIZE_MIB (default 256) of incompressible weights; SEED picks the moments.
"""
import json
import math
import os
import random
import struct
import subprocess
import tempfile
import time

from cluster import Session, admin

TRIES = int(os.environ.get('TRIES', 100))
SIZE = int(os.environ.get('SIZE_MIB', 256)) << 20
SEED = int(os.environ.get('SEED', 1))
INGEST = "SELECT hartonomous.ingest_model('{}', 'm')"
LEFT = """SELECT (SELECT count(*) FROM hartonomous.block) + (SELECT count(*) FROM hartonomous.tensor)
  + (SELECT count(*) FROM hartonomous.block_page) + (SELECT count(*) FROM hartonomous.model)
  + (SELECT count(*) FROM hartonomous.file)"""
RUNNING = """SELECT pid FROM pg_stat_activity WHERE query LIKE '%ingest_model(%' AND state = 'active'
  AND pid <> pg_backend_pid() AND backend_type = 'client backend'"""


def write_model(folder):
    header = json.dumps({'w': {'dtype': 'F32', 'shape': [SIZE >> 12, 1024],
                               'data_offsets': [0, SIZE]}}).encode()
    path = f'{folder}/model.safetensors'
    with open(path, 'wb') as f:
        f.write(struct.pack('<Q', len(header)) + header)
        for _ in range(SIZE >> 20):
            f.write(os.urandom(1 << 20))
    os.chmod(path, 0o644)
    os.chmod(folder, 0o755)
    return path


def attempt(watch, path, delay):
    """Seconds from the request to the client's error; None if the ingest was faster."""
    client = subprocess.Popen(
        ['psql', '-Xqd', 'bench_cancel', '-v', 'VERBOSITY=sqlstate', '-c', INGEST.format(path)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    while not (pid := watch.run(RUNNING)) and client.poll() is None:
        time.sleep(0.001)
    time.sleep(delay)
    asked = time.monotonic()
    watch.run(f'SELECT pg_cancel_backend({pid})' if pid else 'SELECT')
    error = client.communicate()[1]
    seconds = time.monotonic() - asked
    if client.returncode == 0:
        return None
    assert '57014' in error, error
    return seconds


def main():
    random.seed(SEED)
    admin('DROP DATABASE IF EXISTS bench_cancel WITH (FORCE)')
    admin('CREATE DATABASE bench_cancel')
    watch = Session('bench_cancel')
    watch.run('SET client_min_messages = warning; CREATE EXTENSION hartonomous CASCADE')
    with tempfile.TemporaryDirectory(dir=os.environ.get('BENCH_DIR')) as folder:
        path = write_model(folder)
        start = time.monotonic()
        watch.run(INGEST.format(path))
        length = time.monotonic() - start
        remove = "SELECT hartonomous.delete_model('m'); SELECT hartonomous.collect_garbage()"
        watch.run(remove)
        latencies = []
        while len(latencies) < TRIES:
            seconds = attempt(watch, path, random.uniform(0, length))
            if seconds is None:
                watch.run(remove)
                continue
            latencies.append(seconds)
            assert watch.run(LEFT) == '0', 'the cancelled ingest left rows'
            watch.run('VACUUM hartonomous.block_page')
    watch.close()
    admin('DROP DATABASE bench_cancel WITH (FORCE)')
    latencies.sort()
    at = [latencies[math.ceil(TRIES * q) - 1] * 1000 for q in (0.5, 0.99, 1)]
    print(f'{TRIES} cancels of an ingest of {SIZE >> 20} MiB ({length:.1f} s), seed {SEED}: 57014 and no '
          f'row left, each time')
    print(f'request to error, ms: median {at[0]:.1f}, p99 {at[1]:.1f}, largest {at[2]:.1f}')


if __name__ == '__main__':
    main()
