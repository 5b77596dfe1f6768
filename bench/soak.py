# SPDX-License-Identifier: PostgreSQL
# SPDX-FileCopyrightText: 2026 the hartonomous authors
"""Many sessions that generate at once for a long time: SESSIONS (default 100) for DURATION seconds (60).

Eight of ten read answers, greedy ones and sampled, and compare the greedy ones with what the versions
are known to answer; one is cancelled time and again, and one leaves in the middle of an answer and comes
back. Meanwhile a ref is moved from version to version, and the cache has room for one and a half of three. Fails on any error
that was not asked for, on an answer that no version gives, and on a session that makes no progress.
Printed: tokens of the sessions, and how the backends' private memory and the cache grew.
"""
import os
import pathlib
import random
import statistics
import subprocess
import threading
import time

from cluster import Session, admin, spread

SAMPLE = pathlib.Path(__file__).resolve().parent.parent / 'sample'
SESSIONS = int(os.environ.get('SESSIONS', 100))
DURATION = float(os.environ.get('DURATION', 60))
SEED = int(os.environ.get('SEED', 1))
DATABASE, VERSIONS, TOKENS = 'bench_soak', ('base', 'psalms', 'proverbs'), 16
PROMPTS = ('In the beginning', 'And God said', 'The LORD is my', 'Blessed is the man', 'My son,')
SETTINGS = "SET hartonomous.threads = 1; SET hartonomous.cache_size = '5MB'"


class Worker(threading.Thread):
    """A client with a session of its own."""

    def __init__(self, number, known, until):
        super().__init__()
        self.dice = random.Random(SEED * 100003 + number)
        self.kind = (('reader',) * 8 + ('cancelled', 'leaver'))[number % 10]
        self.known, self.until = known, until
        self.tokens = self.ended_early = 0
        self.fault = None
        self.psql = None
        self.pid = 0

    def connect(self):
        self.psql = subprocess.Popen(['psql', '-XqAt', '-v', 'VERBOSITY=sqlstate', '-d', DATABASE],
                                     stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                     stderr=subprocess.STDOUT, text=True, bufsize=1)
        self.ask(SETTINGS)
        self.pid = int(self.ask('SELECT pg_backend_pid()')[0])

    def disconnect(self):
        self.pid = 0
        self.psql.kill() if self.kind == 'leaver' else self.psql.stdin.close()
        self.psql.communicate() if self.kind == 'leaver' else self.psql.wait()

    def ask(self, sql, expected=('00000',)):
        self.psql.stdin.write(sql + ';\n\\echo --done-- :SQLSTATE\n')
        self.psql.stdin.flush()
        lines = []
        for line in self.psql.stdout:
            if line.startswith('--done-- '):
                state = line.split()[1]
                if state not in expected:
                    raise RuntimeError(f'{state} {lines} after {sql}')
                return lines
            lines.append(line.rstrip('\n'))
        raise RuntimeError(f'the session ended in {sql}')

    def step(self):
        prompt = self.dice.choice(PROMPTS)
        if self.kind == 'cancelled':
            timeout = self.dice.randrange(1, 400)
            self.ask(f'SET statement_timeout = {timeout}')
            if not self.ask(f"SELECT hartonomous.complete('soak', '{prompt}', 200, 1)", ('00000', '57014'))[0]:
                return
            self.ended_early += 1
        elif self.kind == 'leaver' and self.dice.random() < 0.2:
            self.psql.stdin.write(f"SELECT hartonomous.complete('soak', '{prompt}', 200, 1);\n")
            self.psql.stdin.flush()
            time.sleep(self.dice.uniform(0, 0.3))
            self.disconnect()
            self.connect()
            self.ended_early += 1
            return
        if self.dice.random() < 0.5:
            self.ask('SET statement_timeout = 0')
            answer = '\n'.join(self.ask(f"SELECT hartonomous.complete('soak', '{prompt}', {TOKENS})"))
            if answer not in self.known[prompt]:
                raise RuntimeError(f'no version answers {answer!r} to {prompt!r}')
            self.tokens += TOKENS
        else:
            self.ask('SET statement_timeout = 0')
            rows = self.ask(f"SELECT count(*) FROM hartonomous.generate('soak', '{prompt}', {TOKENS}, 0.9, "
                            f"seed => {self.dice.randrange(1 << 30)})")
            self.tokens += int(rows[0])

    def run(self):
        try:
            self.connect()
            while time.monotonic() < self.until:
                self.step()
            self.disconnect()
        except Exception as fault:  # pylint: disable=broad-except  # told at the end, whatever it is
            self.fault = fault


def private_memory(pids):
    """MiB of memory that only these processes have."""
    total = 0
    for pid in pids:
        try:
            with open(f'/proc/{pid}/status', encoding='ascii') as f:
                total += sum(int(line.split()[1]) for line in f if line.startswith('RssAnon:'))
        except (FileNotFoundError, ProcessLookupError):
            pass
    return total / 1024


def slope(points):
    """Least-squares growth per minute of (seconds, value)."""
    mean_x, mean_y = (statistics.mean(column) for column in zip(*points))
    square = sum((x - mean_x) ** 2 for x, _ in points)
    return 60 * sum((x - mean_x) * (y - mean_y) for x, y in points) / square if square else 0.0


def prepare():
    admin(f'DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)')
    admin(f'CREATE DATABASE {DATABASE}')
    mover = Session(DATABASE)
    mover.run('SET client_min_messages = warning; CREATE EXTENSION hartonomous CASCADE')
    mover.run(SETTINGS)
    known = {prompt: set() for prompt in PROMPTS}
    for version in VERSIONS:
        mover.run(f"SELECT hartonomous.ingest_model('{SAMPLE}/{version}', 'soak', '{version}')")
        for prompt, answers in known.items():
            answers.add(mover.run(f"SELECT hartonomous.complete('soak@{version}', '{prompt}', {TOKENS})"))
    mover.run("SELECT hartonomous.set_ref('soak', 'main', 'base')")
    return mover, known


def watch(mover, workers, began, until):
    """Moves the ref and looks at memory until the end; (seconds, MiB, MiB) each second or so."""
    seen, moves = [], 0
    cache = "SELECT coalesce(sum((pg_stat_file('pgsql_tmp_hartonomous/' || f, true)).size), 0) / 2 ^ 20 " \
            "FROM pg_ls_dir('pgsql_tmp_hartonomous', true, false) AS f"
    while time.monotonic() < until:
        at = time.monotonic() - began
        version = VERSIONS[int(at / max(DURATION / 6, 1)) % len(VERSIONS)]
        mover.run(f"SELECT hartonomous.set_ref('soak', 'main', '{version}')")
        moves += 1
        pids = [worker.pid for worker in workers if worker.pid and worker.kind != 'leaver']
        seen.append((at, private_memory(pids) / max(len(pids), 1), float(mover.run(cache))))
        time.sleep(min(1, max(until - time.monotonic(), 0)))
    return seen, moves


def main():
    mover, known = prepare()
    began = time.monotonic()
    until = began + DURATION
    workers = [Worker(number, known, until) for number in range(SESSIONS)]
    for worker in workers:
        worker.start()
    seen, moves = watch(mover, workers, began, until)
    for worker in workers:
        worker.join()
    restarted = mover.run("SELECT now() - pg_postmaster_start_time() < make_interval(secs => "
                          f"{time.monotonic() - began})")
    mover.close()
    faults = [worker.fault for worker in workers if worker.fault]
    readers = [worker.tokens for worker in workers if worker.kind == 'reader']
    settled = [row for row in seen if row[0] > DURATION / 2]
    print(f'{SESSIONS} sessions, {DURATION:.0f} s, seed {SEED}: {sum(w.tokens for w in workers)} tokens, '
          f'{sum(w.ended_early for w in workers)} answers cut off, {moves} moves of the ref, {len(faults)} errors')
    print(f'tokens of a reading session   {spread(readers, 0)}; least / median '
          f'{min(readers) / max(statistics.median(readers), 1):.2f}')
    print(f'private memory of a session   {settled[-1][1]:.2f} MiB, growing '
          f'{slope([(x, y) for x, y, _ in settled]):+.3f} MiB a minute in the second half')
    print(f'the cache                     {settled[-1][2]:.2f} MiB, at most {max(row[2] for row in seen):.2f}')
    admin(f'DROP DATABASE {DATABASE} WITH (FORCE)')
    for fault in faults[:5]:
        print('fault:', fault)
    assert not faults and min(readers) > 0 and restarted == 'f'


if __name__ == '__main__':
    main()
