# SPDX-License-Identifier: PostgreSQL
# SPDX-FileCopyrightText: 2026 the hartonomous authors
"""Answers to PROMPTS prompts (8) in one call of complete with an array, beside a call for each:
tokens/s in turns, medians of ROUNDS (5), ANSWER (32) tokens each, with all threads. The model has
Llama's shape and 0.11 thousand million weights from a seed, of each of TYPES (F16 Q8_0 Q4_K).
"""
import os
import pathlib
import statistics
import subprocess
import time

from cluster import Session, admin

TOP = pathlib.Path(__file__).resolve().parent.parent
BUILD = pathlib.Path(os.environ.get('BUILD', TOP / 'build'))
TYPES = os.environ.get('TYPES', 'F16 Q8_0 Q4_K').split()
SHAPE = os.environ.get('SHAPE', '100m')
PROMPTS, ROUNDS, ANSWER = (int(os.environ.get(name, default)) for name, default in
                           (('PROMPTS', 8), ('ROUNDS', 5), ('ANSWER', 32)))


def rate(kind, sql):
    """Tokens/s and the answers, in a session that remembers none of the prompts."""
    session = Session('bench_together')
    session.run(f"SELECT hartonomous.complete('m{kind}', 'warm', 1)")
    before = time.monotonic()
    answers = session.run(sql)
    spent = time.monotonic() - before
    session.close()
    return PROMPTS * ANSWER / spent, answers


def measure(session, kind):
    models = BUILD / 'bench-models'
    models.mkdir(exist_ok=True)
    path = models / f'together-{kind}.gguf'
    subprocess.run([BUILD / 'test/make_llama', SHAPE, kind, '1', path], check=True)
    try:
        session.run(f"SELECT hartonomous.ingest_model('{path}', 'm{kind}')")
    finally:
        path.unlink()
    alone, together = [], []
    for turn in range(ROUNDS):
        prompts = f"(SELECT array_agg('text {turn} of ' || n ORDER BY n) FROM generate_series(1, {PROMPTS}) AS n)"
        one_by_one = rate(kind, f"SELECT array_agg(hartonomous.complete('m{kind}', words, {ANSWER}) ORDER BY n) "
                                f"FROM unnest({prompts}) WITH ORDINALITY AS p(words, n)")
        at_once = rate(kind, f"SELECT hartonomous.complete('m{kind}', {prompts}, {ANSWER})")
        assert one_by_one[1] == at_once[1], 'the answers differ'
        alone.append(one_by_one[0])
        together.append(at_once[0])
    ratios = [t / a for t, a in zip(together, alone)]
    print(f'{SHAPE} {kind:5} one by one {statistics.median(alone):7.1f}  together {statistics.median(together):7.1f} '
          f'tokens/s  {statistics.median(ratios):5.2f} x ({min(ratios):.2f}..{max(ratios):.2f})', flush=True)


admin('DROP DATABASE IF EXISTS bench_together')
admin('CREATE DATABASE bench_together')
worker = Session('bench_together')
worker.run('CREATE EXTENSION hartonomous CASCADE')
for kind in TYPES:
    measure(worker, kind)
worker.close()
admin('DROP DATABASE bench_together')
