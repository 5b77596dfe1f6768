# SPDX-License-Identifier: PostgreSQL
# SPDX-FileCopyrightText: 2026 the hartonomous authors
"""Vocabularies through SQL: training, encoding and importing, beside the core doing the same.

Training on a table of verses against bench_cpe_core, which counts and merges the same texts from
a file with neither a server nor a table; encoding row by row, in one statement; import and first
use (loading) of a vocabulary. Then the corpus is ingested as one document, and its words are counted
among the tokens. CPU time of the backend, medians of ROUNDS (default 5) and spread.
The corpus is the King James Bible of bench/corpora (CORPUS names another file, a text a line); a
vocabulary to import is named by VOCABULARY (with PATTERN), else the trained one stands in.
"""
import os
import pathlib
import statistics
import subprocess

from cluster import Session

ROUNDS = int(os.environ.get('ROUNDS', '5'))
root = pathlib.Path(__file__).resolve().parent.parent
corpus = os.environ.get('CORPUS')
if corpus is None:
    made = subprocess.run([root / 'bench' / 'corpora'], check=True, stdout=subprocess.PIPE, text=True)
    corpus = made.stdout.split()[-1] + '/kjv.txt'
size = os.path.getsize(corpus)
core = pathlib.Path(os.environ.get('BUILD', root / 'build')) / 'bench' / 'bench_cpe_core'


def cpu_ms(session):
    """CPU of the backend so far, in ms, as Linux counts it in nanoseconds."""
    with open(f'/proc/{session.pid}/schedstat') as f:
        return int(f.read().split()[0]) / 1e6


def timed(session, sql):
    before = cpu_ms(session)
    session.run(sql)
    return cpu_ms(session) - before


def show(what, values, note=''):
    median = statistics.median(values)
    print(f'{what:34} {median:9.1f} ms  ({min(values):.1f} .. {max(values):.1f}, {len(values)} runs)  {note}')
    return median


session = Session('postgres')
session.run('DROP DATABASE IF EXISTS bench_cpe')
session.run('CREATE DATABASE bench_cpe')
session.close()
session = Session('bench_cpe')
session.run('CREATE EXTENSION hartonomous CASCADE')
session.run('CREATE TABLE text (n bigint GENERATED ALWAYS AS IDENTITY, line text)')
session.run(f"\\copy text (line) FROM '{corpus}' (FORMAT csv, DELIMITER E'\\x01', QUOTE E'\\x02')")
texts = session.run('SELECT count(*) FROM text')
print(f'{size} bytes in {texts} texts')

runs = {'sql': [], 'core': [], 'count': []}
for _ in range(ROUNDS):
    runs['sql'].append(timed(session, "SELECT hartonomous.cpe_train('v', 'SELECT line FROM text', 8192, boundary => 'cl100k')"))
    session.run("SELECT hartonomous.delete_vocabulary('v')")
    if core.exists():
        done = subprocess.run([core, corpus, '8192'], check=True, stdout=subprocess.PIPE, text=True)
        runs['core'].append(float(done.stdout.split()[0]))
    runs['count'].append(timed(session, 'SELECT sum(octet_length(line)) FROM text'))
sql = show('train 8192 tokens, in SQL', runs['sql'], f'{size / 1e3 / statistics.median(runs["sql"]):.0f} MB/s')
if runs['core']:
    alone = show('the same, core alone', runs['core'])
    print(f'{"":34} SQL takes {sql / alone:.2f} times the core\'s CPU; it also reads a table and stores the vocabulary')
show('reading the table', runs['count'])

session.run("SELECT hartonomous.cpe_train('v', 'SELECT line FROM text', 8192, boundary => 'cl100k')")
source = os.environ.get('VOCABULARY')
imports, loads = [], []
if source is not None:
    pattern = "'" + os.environ['PATTERN'] + "'" if 'PATTERN' in os.environ else 'NULL'
    for i in range(ROUNDS):
        if i > 0:
            session.run("SELECT hartonomous.delete_vocabulary('model')")
        imports.append(timed(session, f"SELECT hartonomous.import_vocabulary('{source}', 'model', {pattern})"))
    show('import, ' + os.path.basename(source), imports[1:] or imports, f'{imports[0]:.0f} ms with new atoms')
names = ['v'] + (['model'] if source is not None else [])
for name in names:
    session.close()
    session = Session('bench_cpe')
    for _ in range(ROUNDS):
        session.close()
        session = Session('bench_cpe')
        loads.append(timed(session, f"SELECT hartonomous.cpe_encode_tokens('a', '{name}')"))
    show(f'load "{name}" (first use of a session)', loads)
    loads = []
    encode, whole, decode = [], [], []
    for _ in range(ROUNDS):
        encode.append(timed(session, f"SELECT sum(cardinality(hartonomous.cpe_encode_tokens(line, '{name}'))) FROM text"))
        whole.append(timed(session, f"SELECT cardinality(hartonomous.cpe_encode_tokens(string_agg(line, E'\\n'), '{name}')) FROM text"))
        decode.append(timed(session, f"SELECT sum(octet_length(hartonomous.cpe_decode_tokens(hartonomous.cpe_encode_tokens(line, '{name}'), '{name}'))) FROM text"))
    for what, values in (('encode, text by text', encode), ('encode, all as one text', whole),
                         ('encode and decode, text by text', decode)):
        show(f'{what}, "{name}"', values, f'{size / 1e3 / statistics.median(values):.0f} MB/s')

session.run("SELECT hartonomous.ingest_text(string_agg(line, E'\\n' ORDER BY n), 'corpus') FROM text")
print(session.run('''WITH RECURSIVE part (atom_id) AS (
    SELECT atom_id FROM hartonomous.document
    UNION SELECT unnest(a.refs) FROM part JOIN hartonomous.atom a USING (atom_id))
  SELECT format('"%s": %s of %s tokens spell %s words of the corpus', vocabulary, count(*),
    (SELECT token_count FROM hartonomous.cpe_vocabulary v WHERE v.name = vocabulary), count(DISTINCT part.atom_id))
  FROM hartonomous.cpe_token_list t JOIN part ON part.atom_id = t.text_atom_id
  WHERE octet_length(bytes) > 1 GROUP BY vocabulary ORDER BY 1'''))
if source is not None:
    print(session.run('''SELECT format('%s tokens of the two are the same atoms, %s the same words',
        (SELECT count(*) FROM (SELECT atom_id FROM hartonomous.cpe_token WHERE token_type = 'normal'
           GROUP BY 1 HAVING count(DISTINCT vocabulary_id) > 1) a),
        (SELECT count(*) FROM (SELECT text_atom_id FROM hartonomous.cpe_token WHERE text_atom_id IS NOT NULL
           GROUP BY 1 HAVING count(DISTINCT vocabulary_id) > 1) w))'''))
session.close()
