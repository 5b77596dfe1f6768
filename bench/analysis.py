#!/usr/bin/env python3
# SPDX-License-Identifier: PostgreSQL
# SPDX-FileCopyrightText: 2026 the hartonomous authors
"""Analysis of a table's points beside scikit-learn and SciPy (Debian: python3-sklearn, python3-scipy;
without them their columns are left out) and, for DBSCAN, PostGIS's ST_ClusterDBSCAN.

POINTS (default 100 000) clustered points. Ours: the backend's CPU seconds of a statement that reads
the table, computes and counts the rows. Theirs: CPU seconds of one thread, from an array in memory to
labels, without any reading; so the ratio (theirs / ours, above 1: ours is faster) is against us.
Median [min .. max] of ROUNDS (default 5). Memory: what the process grew by at its peak. Time warping
has no peer here: one in plain NumPy would be no fair one; its cells a second are shown.
"""
import os
import subprocess
import sys
import time

for threads in ('OMP_NUM_THREADS', 'OPENBLAS_NUM_THREADS', 'MKL_NUM_THREADS'):
    os.environ[threads] = '1'

from cluster import Session, admin, process_cpu, spread  # noqa: E402

ROUNDS = int(os.environ.get('ROUNDS', 5))
POINTS = int(os.environ.get('POINTS', 100_000))
PEER = os.environ.get('HARTONOMOUS_ANALYSIS_PYTHON', '/usr/bin/python3')

MAKE = """CREATE TABLE p{d} AS SELECT i AS id, (
  SELECT array_agg(hashint8extended(i % 50, j)::numeric % 1000 / 50
    + (hashint8extended(i, j)::numeric % 1000 + hashint8extended(i, j + 99)::numeric % 1000
       + hashint8extended(i, j + 999)::numeric % 1000) / 3000 ORDER BY j)::float8[]
  FROM generate_series(1, {d}) j) AS point FROM generate_series(1, {n}) i"""

# name, dimensions, points, ours, theirs: an expression over the points x
CASES = [
    ('dbscan', 3, 1, "dbscan('TABLE p3', 0.15, 5)", 'cluster.DBSCAN(eps=0.15, min_samples=5).fit(x).labels_'),
    ('dbscan 2-D', 2, 1, "dbscan('TABLE p2', 0.05, 5)", 'cluster.DBSCAN(eps=0.05, min_samples=5).fit(x).labels_'),
    ('k_means, k 50', 3, 1, "k_means('TABLE p3', 50)",
     "cluster.KMeans(50, n_init=1, random_state=0, algorithm='full', tol=0).fit(x).labels_"),
    ('k_means, k 50', 32, 1, "k_means('TABLE p32', 50)",
     "cluster.KMeans(50, n_init=1, random_state=0, algorithm='full', tol=0).fit(x).labels_"),
    ('local_outlier_factor', 3, 1, "local_outlier_factor('TABLE p3', 20)",
     'neighbors.LocalOutlierFactor(n_neighbors=20).fit(x).negative_outlier_factor_'),
    ('isolation_scores', 3, 1, "isolation_scores('TABLE p3')",
     'ensemble.IsolationForest(random_state=0).fit(x).score_samples(x)'),
    ('nearest_neighbors, k 10', 3, 1, "nearest_neighbors('TABLE p3', 10)", 'scipy.spatial.cKDTree(x).query(x, 11)[1]'),
    ('principal_components', 32, 0.3, "principal_components('SELECT * FROM p32 WHERE id <= {n}')",
     "decomposition.PCA(2, svd_solver='full').fit(x).components_"),
    ('singular_values, randomized', 32, 1, "singular_values('TABLE p32', 2, 'randomized')",
     'decomposition.TruncatedSVD(2, random_state=0, n_iter=4).fit(x).components_'),
    ('hull_size', 3, 0.3, "hull_size('SELECT * FROM p3 WHERE id <= {n}')", 'scipy.spatial.ConvexHull(x).volume'),
    ('delaunay', 3, 0.1, "delaunay('SELECT * FROM p3 WHERE id <= {n}')", 'scipy.spatial.Delaunay(x).simplices'),
]

THEIRS = """
import resource, sys, time
import numpy as np, scipy.spatial
from sklearn import cluster, decomposition, ensemble, neighbors
x = np.load(sys.argv[1])
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
before, start = peak(), time.process_time()
{}
print(time.process_time() - start, (peak() - before) / 1024)
"""


def theirs(expression, file):
    """CPU seconds and MB of growth in a process of its own; nothing without the libraries."""
    done = subprocess.run([PEER, '-W', 'ignore', '-c', THEIRS.format(expression), file],
                          capture_output=True, text=True, check=False)
    return [float(field) for field in done.stdout.split()] if done.returncode == 0 else None


def save(session, dimensions, count, file):
    rows = session.run(f"SELECT array_to_string(point, ' ') FROM p{dimensions} WHERE id <= {count} ORDER BY id")
    subprocess.run([PEER, '-c', 'import sys, numpy; numpy.save(sys.argv[1], numpy.loadtxt(sys.stdin))', file],
                   input=rows, text=True, check=False, stderr=subprocess.DEVNULL)


def ours(session, call):
    before, cpu = session.private_memory(), process_cpu(session.pid)
    _, peak = session.run_watched(f'SELECT count(*) FROM hartonomous.{call}')
    return process_cpu(session.pid) - cpu, (peak - before) / 2 ** 20


def main():
    admin('DROP DATABASE IF EXISTS bench_analysis WITH (FORCE)')
    admin('CREATE DATABASE bench_analysis')
    session = Session('bench_analysis')
    session.run('SET client_min_messages = warning; CREATE EXTENSION hartonomous CASCADE')
    for dimensions in sorted({case[1] for case in CASES}):
        session.run(MAKE.format(d=dimensions, n=POINTS))
    session.run('VACUUM ANALYZE')
    file = os.path.join(os.environ.get('BUILD', 'build'), 'bench-analysis.npy')
    print(f'{"":30} {"D":>3} {"points":>8}  {"ours, CPU s":22} {"MB":>5}  {"theirs, CPU s":22} {"MB":>5}  ratio')
    for name, dimensions, share, call, expression in CASES:
        count = int(POINTS * share)
        save(session, dimensions, count, file)
        mine, peers = [], []
        for _ in range(ROUNDS):
            fresh = Session('bench_analysis')
            mine.append(ours(fresh, call.format(n=count)))
            fresh.close()
            peer = theirs(expression, file)
            if peer:
                peers.append(peer)
        report(name, dimensions, count, mine, peers)
    postgis(session)
    warping(session)
    session.close()
    admin('DROP DATABASE bench_analysis')


def report(name, dimensions, count, mine, peers):
    seconds, memory = zip(*mine)
    line = f'{name:30} {dimensions:3} {count:8}  {spread(seconds):22} {sorted(memory)[len(memory) // 2]:5.0f}'
    if peers:
        other, growth = zip(*peers)
        ratio = sorted(other)[len(other) // 2] / max(sorted(seconds)[len(seconds) // 2], 0.01)
        line += f'  {spread(other):22} {sorted(growth)[len(growth) // 2]:5.0f}  {ratio:.2f}'
    print(line)
    sys.stdout.flush()


def postgis(session):
    session.run('CREATE TABLE g AS SELECT id, ST_MakePoint(point[1], point[2]) AS geom FROM p2; ANALYZE g')
    mine, peers = [], []
    for _ in range(ROUNDS):
        mine.append(ours(session, "dbscan('TABLE p2', 0.05, 5)"))
        cpu = process_cpu(session.pid)
        session.run('SELECT count(*) FROM (SELECT ST_ClusterDBSCAN(geom, 0.05, 5) OVER () FROM g) c')
        peers.append((process_cpu(session.pid) - cpu, 0))
    report('dbscan, ST_ClusterDBSCAN', 2, POINTS, mine, peers)


def warping(session):
    length, rates = 3000, []
    session.run(f'CREATE TABLE s AS SELECT array_agg(point) AS path FROM p3 WHERE id <= {length}')
    for _ in range(ROUNDS):
        start = time.perf_counter()
        session.run('SELECT hartonomous.dtw_distance(path, path) FROM s')
        rates.append(length ** 2 / (time.perf_counter() - start) / 1e6)
    print(f'dtw_distance, 3-D, {length} x {length}: {spread(rates, 0)} million cells a second')


if __name__ == '__main__':
    main()
