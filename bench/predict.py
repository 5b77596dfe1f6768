# SPDX-License-Identifier: PostgreSQL
# SPDX-FileCopyrightText: 2026 the hartonomous authors
"""Learning a book, and predicting it, through SQL.

The King James Bible (CORPORA/kjv.txt, as bench/corpora makes it), every tenth verse held out. Learned
ROUNDS times (default 5) into empty tables, alternately with a client's COPY of the very rows it wrote
into tables with the same columns and indexes: CPU of server and client. Then perplexity of the held-out
verses (KenLM, order 5, same words: 39.71), alone, with all verses before, and with weights for these that
were fitted to other verses of which neither the domain nor the test knows; and predictions after each of some
contexts, one by one (p50, p99 of wall time) and all in one statement (CPU). Everything is read from the
tables; no model is kept in memory between calls. DOMAINS (bench/domains DIR) adds that corpus of several kinds
of text, a domain of each beside one of all: documents of index 9 modulo 10 are predicted.
"""
import math
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
            'hartonomous.edge_source, hartonomous.edge_domain, hartonomous.edge_word, hartonomous.edge_mixture')


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
def several_kinds(directory):
    """Each kind its own domain beside that of all: train 0 .. 8, of which 4 modulo 10 fits the weights."""
    session.run(TRUNCATE)
    session.run('CREATE TABLE piece (kind text, document int, n int GENERATED ALWAYS AS IDENTITY, line text)')
    kinds = sorted(k.name for k in os.scandir(directory) if k.is_dir())
    for kind in kinds:
        for index, name in enumerate(sorted(os.listdir(f'{directory}/{kind}'))):
            with open(f'{directory}/{kind}/{name}', encoding='utf-8') as text:
                rows = [line.translate(ESCAPES) for line in text.read().split('\n') if line.strip(' \t\r\f\v')]
            session.run(f"\\copy piece (kind, document, line) FROM STDIN\n"
                        + '\n'.join(f'{kind}\t{index}\t{row}' for row in rows) + '\n\\.\nSELECT 1')
    learn = "SELECT hartonomous.learn_edges_from_text('SELECT line FROM piece WHERE document %% 10 %s%s', %d, '%s', '%s')"
    for folds, source in (('NOT IN (4, 9)', 'train'), ('= 4', 'dev')):
        session.run(learn % (folds, '', 5, 'all', source))
        for kind in kinds:
            session.run(learn % (folds, f" AND kind = ''{kind}''", 3, kind, source))
        for kind in kinds if source == 'train' else ():
            session.run("SELECT hartonomous.fit_mixture('SELECT line, true, document::text FROM piece WHERE document % 10 = 4 "
                        f"AND kind = ''{kind}'' ORDER BY n', '{kind}', 'all')")
    judged = [session.run(
        "SELECT words, perplexity, first, first_five, calibration_error FROM hartonomous.evaluate_predictions('SELECT line, true, "
        f"document::text FROM piece WHERE document % 10 = 9 AND kind = ''{kind}'' ORDER BY n', '{kind}')") for kind in kinds]
    print('%-20s %s' % ('', 'words, perplexity, first, first five, calibration error'))
    total = weights = 0
    for kind, row in zip(kinds, judged):
        words, perplexity, *rest = (float(x) for x in row.split('|'))
        print(f'{kind:20s} {words:.0f} {perplexity:.3f} ' + ' '.join(f'{x:.4f}' for x in rest))
        total, weights = total + words * math.log(perplexity), weights + words
    alone = session.run("SELECT round(perplexity::numeric, 3) FROM hartonomous.evaluate_predictions('SELECT line, true FROM piece "
                        "WHERE document % 10 = 9 ORDER BY n', 'all', false)")
    print(f'all {len(kinds)} kinds: perplexity {math.exp(total / weights):.3f}; order 5 alone {alone}')


ESCAPES = {ord('\\'): '\\\\', ord('\t'): '\\t', ord('\r'): '\\r'}


def judge(what, adaptive):
    """Every tenth verse, after all verses before it; all of it through SQL."""
    before = session.server_cpu()
    found = session.run(
        "SELECT round(perplexity::numeric, 3), round(known_perplexity::numeric, 3), round(100 * first::numeric, 2), "
        "round(100 * first_five::numeric, 2), round(calibration_error::numeric, 4) FROM hartonomous.evaluate_predictions("
        f"'SELECT line, i % 10 = 9 FROM verse ORDER BY i', 'bible', {adaptive})").split('|')
    rate = 95026 / (session.server_cpu() - before) / 1e3
    print('%-34s perplexity %s, without unknown words %s, first %s %%, first five %s %%, calibration error %s; '
          'thousand words read, scored and predicted a CPU second %.1f' % (what, *found, rate))


judge('the domain alone', 'false')
judge('all before, weights as they come', 'true')
session.run(TRUNCATE)
session.run(LEARN.replace("i % 10 <> 9", "i % 10 NOT IN (4, 9)").replace("'kjv'", "'train'"))
before = session.server_cpu()
print('fitted to verses 4 modulo 10: words, perplexity alone, perplexity, exponent: ' + session.run(
    "SELECT words, round(perplexity_alone::numeric, 3), round(perplexity::numeric, 3), exponent FROM hartonomous.fit_mixture("
    "'SELECT line, i % 10 = 4 FROM verse WHERE i % 10 <> 9 ORDER BY i', 'bible')").replace('|', ', ')
    + f'; CPU s {session.server_cpu() - before:.1f}')
session.run(LEARN.replace("i % 10 <> 9", "i % 10 = 4").replace("'kjv'", "'dev'"))
session.run('VACUUM ANALYZE')
judge('all before, weights fitted', 'true')

session.run("CREATE TABLE context AS SELECT i, left(line, 10 + i % 60) AS text FROM verse WHERE i % 10 = 9")
PREDICT = "SELECT count(*) FROM context, LATERAL hartonomous.predict_next(text, 5, 'bible'%s)"
ASKED = 3075
session.run('CREATE TABLE took (what text, ms float8)')
session.run("ALTER TABLE context ADD few text, ADD many text; UPDATE context c SET "
            "few = (SELECT string_agg(line, E'\n' ORDER BY v.i) FROM verse v WHERE v.i BETWEEN c.i - 20 AND c.i - 1), "
            "many = (SELECT string_agg(line, E'\n' ORDER BY v.i) FROM verse v WHERE v.i BETWEEN c.i - 350 AND c.i - 1) WHERE i > 350")
session.run('DELETE FROM context WHERE many IS NULL; VACUUM FULL context')
for what, extra in (('predict_next, k 5', ''), ('with 20 verses before', ', few'), ('with 350 verses before', ', many')):
    session.run(f"""DO $$ DECLARE c context; start timestamptz; BEGIN
  FOR c IN SELECT * FROM context LOOP start := clock_timestamp();
    PERFORM hartonomous.predict_next(c.text, 5, 'bible'{extra.replace(', ', ', c.')});
    INSERT INTO took VALUES ('{what}', 1e3 * extract(epoch FROM clock_timestamp() - start)); END LOOP; END $$""")
    p50, p99 = session.run(f"SELECT round(percentile_cont(0.5) WITHIN GROUP (ORDER BY ms)::numeric, 3), round(percentile_cont("
                           f"0.99) WITHIN GROUP (ORDER BY ms)::numeric, 3) FROM took WHERE what = '{what}'").split('|')
    rates = []
    for _ in range(ROUNDS):
        before = session.server_cpu()
        session.run(PREDICT % extra)
        rates.append(ASKED / max(session.server_cpu() - before, 0.01) / 1e3)
    print(f'{what}: p50 {p50} ms, p99 {p99} ms wall; in one statement, thousand answers a CPU second '
          f'{cluster.spread(rates, 1)}')

if 'DOMAINS' in os.environ:
    several_kinds(os.environ['DOMAINS'])
session.close()
cluster.admin('DROP DATABASE predict')
