# SPDX-License-Identifier: PostgreSQL
# SPDX-FileCopyrightText: 2026 the hartonomous authors
"""A session on the bench's private server, and the CPU time that the whole server spends.

bench/run starts the server and sets PGHOST, PGUSER and PATH; nothing here needs a driver.
"""
import os
import statistics
import subprocess
import threading

TICK = os.sysconf('SC_CLK_TCK')


def process_cpu(pid):
    """User plus system seconds of one process."""
    with open(f'/proc/{pid}/stat') as f:
        fields = f.read().rsplit(')', 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICK


class Session:
    """psql on a pipe: one backend for all statements."""

    def __init__(self, database):
        self.psql = subprocess.Popen(
            ['psql', '-XqAt', '-v', 'ON_ERROR_STOP=1', '-d', database],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
        self.pid = int(self.run('SELECT pg_backend_pid()'))

    def run(self, sql):
        self.psql.stdin.write(sql + ';\n\\echo --done--\n')
        self.psql.stdin.flush()
        lines = []
        for line in self.psql.stdout:
            if line == '--done--\n':
                return ''.join(lines).rstrip('\n')
            lines.append(line)
        raise SystemExit(f'bench: the session ended in: {sql}')

    def close(self):
        self.psql.stdin.close()
        self.psql.wait()

    def private_memory(self):
        """Bytes of memory that only the backend has: no shared buffers, no code."""
        with open(f'/proc/{self.pid}/status') as f:
            for line in f:
                if line.startswith('RssAnon:'):
                    return int(line.split()[1]) * 1024
        return 0

    def run_watched(self, sql):
        """The result of a statement, and the most private memory seen while it ran (200 looks a
        second)."""
        peak, done = [self.private_memory()], threading.Event()

        def watch():
            while not done.wait(0.005):
                peak[0] = max(peak[0], self.private_memory())
        watcher = threading.Thread(target=watch)
        watcher.start()
        try:
            return self.run(sql), peak[0]
        finally:
            done.set()
            watcher.join()

    def server_cpu(self):
        """CPU seconds so far of this backend and of the processes that write for it."""
        pids = self.run("SELECT pid FROM pg_stat_activity WHERE backend_type IN "
                        "('checkpointer', 'background writer', 'walwriter')").split()
        return sum(process_cpu(pid) for pid in [*pids, self.pid])

    def cost(self, sql):
        """CPU seconds of the server for a statement, and for the checkpoint that makes it durable
        in place; and the statement's result."""
        self.run('CHECKPOINT')
        before = self.server_cpu()
        result = self.run(sql)
        self.run('CHECKPOINT')
        return self.server_cpu() - before, result


def admin(sql):
    subprocess.run(['psql', '-XqAt', '-v', 'ON_ERROR_STOP=1', '-d', 'postgres', '-c', sql], check=True)


def spread(values, digits=2):
    """median [min .. max]"""
    low, high = min(values), max(values)
    return f'{statistics.median(values):.{digits}f} [{low:.{digits}f} .. {high:.{digits}f}]'
