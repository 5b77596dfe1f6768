# SPDX-License-Identifier: PostgreSQL
# SPDX-FileCopyrightText: 2026 the hartonomous authors
"""What serving a stored model costs beside the arithmetic, on the sample model: the first token of a
new session against a running one's, memory that only one session has, how many copies of the
weights several sessions map, and bytes read per token when the cache holds half of the model.

CPU milliseconds of the session's own thread, medians; hartonomous.threads is 1.
"""
import os
import pathlib
import statistics

from cluster import Session, admin, spread

SAMPLE = pathlib.Path(__file__).resolve().parent.parent / 'sample' / 'base'
SESSIONS = 32
TOKENS = 33


def thread_cpu(session):
    """Milliseconds that the session's own thread has run."""
    with open(f'/proc/{session.pid}/schedstat') as f:
        return int(f.read().split()[0]) / 1e6


def cost(session, prompt):
    before = thread_cpu(session)
    session.run(f"SELECT hartonomous.complete('kjv', '{prompt}', 1)")
    return thread_cpu(session) - before


def cache_files(session):
    with open(f'/proc/{session.pid}/maps') as f:
        return {line.split()[4] for line in f if 'pgsql_tmp_hartonomous' in line}


def blocks_fetched(session):
    session.run('SELECT pg_stat_force_next_flush()')
    return int(session.run("SELECT heap_blks_read + heap_blks_hit FROM pg_statio_all_tables "
                           "WHERE relname = 'block_page'"))


def first_tokens():
    sessions, new, running = [], [], []
    for _ in range(SESSIONS):
        session = Session('bench_serve')
        session.run('SELECT hartonomous.version()')
        session.run('SET hartonomous.threads = 1')
        new.append(cost(session, 'And Jesus said unto'))
        running.append(statistics.median(
            cost(session, prompt) for prompt in ('In the beginning', 'The LORD said', 'Blessed is he')))
        sessions.append(session)
    memory = [session.private_memory() / 2**20 for session in sessions]
    files = [cache_files(session) for session in sessions]
    print(f'first token, new session      {spread(new, 1)} CPU ms')
    print(f'first token, running session  {spread(running, 1)} CPU ms')
    print(f'private memory of a session   {spread(memory, 1)} MiB')
    print(f'{SESSIONS} sessions map {len(set.union(*files))} files, each of them {len(files[0])}')
    for session in sessions:
        session.close()


def half_a_cache():
    session = Session('bench_serve')
    weights = int(session.run("SELECT sum(bytes) FROM hartonomous.model_tensor WHERE model = 'kjv'"))
    session.run("COPY (SELECT 1) TO PROGRAM 'rm -f pgsql_tmp_hartonomous/*'")
    session.close()
    session = Session('bench_serve')
    session.run(f"SET hartonomous.cache_size = '{weights // 2048}kB'")
    session.run("SELECT hartonomous.complete('kjv', 'In the beginning', 1)")
    cached = int(session.run("SELECT cached_bytes FROM hartonomous.explain_generate('kjv')"))
    before = blocks_fetched(session)
    session.run(f"SELECT hartonomous.complete('kjv', 'And it came to pass', {TOKENS})")
    read = (blocks_fetched(session) - before) * 8064 / TOKENS
    print(f'cache of {cached / weights:.2f} of the model: {read / (weights - cached):.3f} of what is '
          'missing read per token')
    session.close()


admin('DROP DATABASE IF EXISTS bench_serve')
admin('CREATE DATABASE bench_serve')
setup = Session('bench_serve')
setup.run('CREATE EXTENSION hartonomous CASCADE')
setup.run(f"SELECT hartonomous.ingest_model('{os.fspath(SAMPLE)}', 'kjv')")
setup.run("SELECT hartonomous.complete('kjv', 'x', 1)")
setup.close()
first_tokens()
half_a_cache()
admin('DROP DATABASE bench_serve')
