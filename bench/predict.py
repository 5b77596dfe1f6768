# SPDX-License-Identifier: PostgreSQL
# SPDX-FileCopyrightText: 2026 the hartonomous authors
"""Learning a book, and predicting it, through SQL.

The King James Bible (CORPORA/kjv.txt, as bench/corpora makes it), every tenth verse held out. Learned
ROUNDS times (default 5) into empty tables, alternately with a client's COPY of the very rows it wrote
into tables with the same columns and indexes: CPU of server and client. Then perplexity of the held-out
verses (KenLM, order 5, same words: 39.71), alone and with the 500 words before; and predictions after
each of some contexts, one by one (p50, p99 of wall time) and all in one statement (CPU). Everything is
read from the tables; no model is kept in memory between calls.
"""
import os
import resource
import statistics
import subprocess

import cluster

ROUNDS = int(os.environ.get('ROUNDS', '5'))
TABLES = ('edge_context', 'edge_evidence', 'edge_distribution')
LEARN = ("SELECT words, new_evidence FROM hartonomous.learn_edges_from_text("
         "'SELECT line FROM verse WHERE i % 10 <> 9', 5, 'bible', 'kjv')")
TRUNCATE = ('TRUNCATE hartonomous.edge_context, hartonomous.edge_evidence, hartonomous.edge_distribution, '
            'hartonomous.edge_source, hartonomous.edge_domain, hartonomous.edge_word')


def client_cpu():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def copy_cost(session, files):
    """CPU of COPY from a client, the client's included."""
    for table in TABLES:
        session.run(f'TRUNCATE peer_{table}')
    before = client_cpu()
    text = ';\n'.join(f"\\copy peer_{t} FROM '{files}/{t}.bin' (FORMAT binary)" for t in TABLES)
    server, _ = session.cost('BEGIN;\n' + text.replace(';\n', '\n') + '\nCOMMIT')
    return server + client_cpu() - before


corpora = os.environ.get('CORPORA') or subprocess.run(['bench/corpora'], check=True, text=True,
                                                      stdout=subprocess.PIPE).stdout.split()[-1]
cluster.admin('DROP DATABASE IF EXISTS predict')
cluster.admin('CREATE DATABASE predict')
session = cluster.Session('predict')
session.run('SET client_min_messages = warning; CREATE EXTENSION hartonomous CASCADE')
session.run('CREATE TABLE raw (n int GENERATED ALWAYS AS IDENTITY (START WITH 0 MINVALUE 0), line text)')
with open(os.path.join(corpora, 'kjv.txt')) as text:
    session.run('\\copy raw (line) FROM ' + repr(os.path.realpath(text.name)) + " (FORMAT csv, DELIMITER E'\\x01', QUOTE E'\\x02')\nSELECT 1")
session.run('CREATE TABLE verse AS SELECT n AS i, line FROM raw; CREATE INDEX ON verse (i)')
files = os.path.realpath(os.environ.get('SCRATCH', '/tmp')) + f'/predict-{os.getpid()}'
os.makedirs(files)
for table in TABLES:
    session.run(f'CREATE TABLE peer_{table} (LIKE hartonomous.{table} INCLUDING ALL)')

learns, copies = [], []
for _ in range(ROUNDS):
    session.run(TRUNCATE)
    cost, result = session.cost(LEARN)
    learns.append(cost)
    if not copies:
        for table in TABLES:
            session.run(f"\\copy hartonomous.{table} TO '{files}/{table}.bin' (FORMAT binary)\nSELECT 1")
    copies.append(copy_cost(session, files))
rows = sum(int(session.run(f'SELECT count(*) FROM hartonomous.{t}')) for t in TABLES)
size = int(session.run("SELECT sum(pg_total_relation_size('hartonomous.' || t)) FROM unnest('{%s}'::text[]) t"
                       % ','.join(TABLES)))
print(f'words, evidence rows: {result}; {rows} rows in all, {size / 1e6:.0f} MB with indexes')
print(f'learn       CPU s {cluster.spread(learns)}  {rows / statistics.median(learns) / 1e6:.2f} M rows/s')
print(f'COPY        CPU s {cluster.spread(copies)}  {rows / statistics.median(copies) / 1e6:.2f} M rows/s')
print(f'rate of learning / rate of COPY of what it writes: '
      f'{statistics.median(copies) / statistics.median(learns):.2f}')
for path in TABLES:
    os.unlink(f'{files}/{path}.bin')
os.rmdir(files)

session.run('VACUUM ANALYZE')
HELD_OUT = "SELECT string_agg(line, E'\\n' ORDER BY i) FROM verse WHERE i % 10 = 9"
scored = []
for _ in range(ROUNDS):
    before = session.server_cpu()
    value = session.run(f"SELECT round(hartonomous.perplexity_from_graph(({HELD_OUT}), 'bible')::numeric, 3)")
    scored.append(95026 / (session.server_cpu() - before) / 1e3)
print(f'perplexity of the held-out verses: {value}; thousand words scored a CPU second {cluster.spread(scored, 0)}')
value = session.run(
    "SELECT round(exp(-sum(ln(probability)) / count(*))::numeric, 3) FROM (SELECT line, (SELECT "
    "string_agg(h.line, E'\\n' ORDER BY h.i) FROM verse h WHERE h.i BETWEEN v.i - 30 AND v.i - 1) AS history "
    "FROM verse v WHERE i % 10 = 9) v, LATERAL hartonomous.score_from_graph(v.line, 'bible', coalesce(history, ''))")
print(f'with the 500 words before each, weights as they come: {value}')

session.run("CREATE TABLE context AS SELECT left(line, 10 + i % 60) AS text FROM verse WHERE i % 10 = 9")
PREDICT = "SELECT count(*) FROM context, LATERAL hartonomous.predict_next(text, 5, 'bible'%s)"
session.run('CREATE TABLE took (what text, ms float8)')
for what, extra in (('predict_next, k 5', ''), ('with history', ", repeat('And God said unto him. ', 100)")):
    session.run(f"""DO $$ DECLARE t text; start timestamptz; BEGIN
  FOR t IN SELECT text FROM context LOOP start := clock_timestamp();
    PERFORM hartonomous.predict_next(t, 5, 'bible'{extra});
    INSERT INTO took VALUES ('{what}', 1e3 * extract(epoch FROM clock_timestamp() - start)); END LOOP; END $$""")
    p50, p99 = session.run(f"SELECT round(percentile_cont(0.5) WITHIN GROUP (ORDER BY ms)::numeric, 3), round(percentile_cont("
                           f"0.99) WITHIN GROUP (ORDER BY ms)::numeric, 3) FROM took WHERE what = '{what}'").split('|')
    rates = []
    for _ in range(ROUNDS):
        before = session.server_cpu()
        session.run(PREDICT % extra)
        rates.append(3110 / max(session.server_cpu() - before, 0.01) / 1e3)
    print(f'{what}: p50 {p50} ms, p99 {p99} ms wall; in one statement, thousand answers a CPU second '
          f'{cluster.spread(rates, 1)}')
session.close()
cluster.admin('DROP DATABASE predict')
