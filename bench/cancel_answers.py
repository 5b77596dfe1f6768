# SPDX-License-Identifier: PostgreSQL
# SPDX-FileCopyrightText: 2026 the hartonomous authors
"""How long after a request to stop the client has its error, in every kind of work that a model does:
reading a prompt, choosing tokens, choosing them by a grammar, 16 answers at once, tokenizing 10 MB,
perplexity of a long text. TRIES (default 40) requests at moments from SEED for each of pg_cancel_backend, statement_timeout
and pg_terminate_backend. SHAPE (default 100m) and TYPE (Q8_0) of the model, CASES to choose some.
Fails unless each ends as asked.
"""
import math
import os
import pathlib
import random
import subprocess
import time

from cluster import Session, admin

TOP = pathlib.Path(__file__).resolve().parent.parent
BUILD = pathlib.Path(os.environ.get('BUILD', TOP / 'build'))
TRIES = int(os.environ.get('TRIES', 40))
SEED = int(os.environ.get('SEED', 1))
SHAPE, TYPE = os.environ.get('SHAPE', '100m'), os.environ.get('TYPE', 'Q8_0')
LONGEST = float(os.environ.get('LONGEST', 0.4))  # seconds until the request
CASES = {
    'prompt': "SELECT hartonomous.logits('m', (SELECT array_agg(3 + {n} % 250) FROM generate_series(1, {context})))",
    'decode': "SELECT hartonomous.complete('m', 'x{n}', {context}, 1, seed => {n})",
    'grammar': "SELECT hartonomous.complete('m', 'x{n}', {context}, 1, seed => {n}, grammar => "
               "'root ::= ([a-z] | [0-9] | \" \" | \"(\" root \")\")* \"!\"')",
    'together': "SELECT hartonomous.complete('m', (SELECT array_agg(repeat('x{n} ' || i, i)) FROM generate_series(1, 16) AS i), "
                "{context} - 200, 1, seed => {n})",
    'tokenize': "SELECT cardinality(hartonomous.tokenize('m', content)) FROM text_of",
    'perplexity': "SELECT hartonomous.perplexity('m', left(content, 300000), 256) FROM text_of"}
WANTED = os.environ.get('CASES', ' '.join(CASES)).split()


class Client:
    """psql on a pipe that survives errors and tells their SQLSTATE."""

    def __init__(self):
        self.psql = subprocess.Popen(['psql', '-XqAt', '-v', 'VERBOSITY=sqlstate', '-d', 'bench_cancel'],
                                     stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                     stderr=subprocess.DEVNULL, text=True, bufsize=1)
        self.ask('SELECT pg_backend_pid()')
        self.pid = int(self.answer()[0][0])
        self.ask("SELECT hartonomous.complete('m', 'x', 2)")
        self.answer()

    def ask(self, sql):
        self.psql.stdin.write(sql + ';\n\\echo --done-- :SQLSTATE\n')
        self.psql.stdin.flush()

    def answer(self):
        """Lines and SQLSTATE; 'gone' if the session ended."""
        lines = []
        for line in self.psql.stdout:
            if line.startswith('--done-- '):
                return lines, line.split()[1]
            lines.append(line.rstrip('\n'))
        return lines, 'gone'

    def close(self):
        self.psql.stdin.close()
        self.psql.wait()


def figures(name, how, seconds):
    seconds = sorted(seconds)
    at = [seconds[math.ceil(len(seconds) * q) - 1] * 1000 for q in (0.5, 0.95, 1)]
    print(f'{name:11} {how:10} {len(seconds):4} {at[0]:8.1f} {at[1]:8.1f} {at[2]:8.1f}', flush=True)


def measure(watch, name, how, context):
    client, latencies, number = Client(), [], 0
    wanted = {'cancel': '57014', 'timeout': '57014', 'terminate': 'gone'}[how]
    for _ in range(TRIES * 5):
        if len(latencies) == TRIES:
            break
        number += 1
        delay = random.uniform(0.01, LONGEST)
        if how == 'timeout':
            client.ask(f'SET statement_timeout = {max(1, int(delay * 1000))}')
            client.answer()
        client.ask(CASES[name].format(n=number, context=context))
        start = time.monotonic()
        time.sleep(delay)
        asked = start + max(1, int(delay * 1000)) / 1000 if how == 'timeout' else time.monotonic()
        if how != 'timeout':
            watch.run(f'SELECT pg_{how}_backend({client.pid})')
        _, state = client.answer()
        seconds = time.monotonic() - asked
        if state == '00000':  # it was faster
            continue
        assert state in (wanted, '57P01'), (name, how, state)
        latencies.append(seconds)
        if how == 'terminate':
            client.close()
            client = Client()
    client.close()
    figures(name, how, latencies)


def main():
    random.seed(SEED)
    folder = BUILD / 'bench-models'
    folder.mkdir(exist_ok=True)
    folder.chmod(0o755)
    path = folder / 'cancel.gguf'
    admin('DROP DATABASE IF EXISTS bench_cancel WITH (FORCE)')
    admin('CREATE DATABASE bench_cancel')
    watch = Session('bench_cancel')
    watch.run('SET client_min_messages = warning; CREATE EXTENSION hartonomous CASCADE')
    try:
        subprocess.run([BUILD / 'test/make_llama', SHAPE, TYPE, '1', path], check=True)
        path.chmod(0o644)
        watch.run(f"SELECT hartonomous.ingest_model('{path}', 'm')")
    finally:
        path.unlink(missing_ok=True)
    # Not compressed: PostgreSQL's decompression is not ours, and does not hear a cancel.
    watch.run('CREATE TABLE text_of (content text); ALTER TABLE text_of ALTER content SET STORAGE EXTERNAL')
    watch.run("INSERT INTO text_of SELECT string_agg(md5(n::text), ' ') "
              "FROM generate_series(1, 320000) AS n")
    context = int(watch.run("SELECT context_length FROM hartonomous.explain_generate('m')")) - 8
    print(f'{SHAPE} {TYPE}, seed {SEED}; from the request to the client\'s error, ms')
    print('work        stopped by tries   median      p95  largest')
    for name in WANTED:
        for how in ('cancel', 'timeout', 'terminate') if name == 'decode' else ('cancel',):
            measure(watch, name, how, context)
    watch.close()
    admin('DROP DATABASE bench_cancel WITH (FORCE)')


if __name__ == '__main__':
    main()
