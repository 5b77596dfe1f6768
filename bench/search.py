#!/usr/bin/env python3
# SPDX-License-Identifier: PostgreSQL
# SPDX-FileCopyrightText: 2026 the hartonomous authors
"""Phrases in the King James Bible and GCIDE (44 MB): find_text by the text index and by reading,
beside PostgreSQL's own ways on a table of the same lines: LIKE '%...%' by a pg_trgm GIN index, and
strpos over all of them. The peer finds lines, we find every place to the byte; a phrase that runs
over a line end it does not find. Then nearest_words beside a table of the same words' points: k-NN
by GiST, and sorting them all.

Figures are CPU milliseconds of the backend a query, median [min .. max] of ROUNDS (default 7) in
turns, after one round that warms up. CORPORA is the folder that bench/corpora makes.
ALTERNATIVES=1 measures the index structures that were not chosen, too.
"""
import os
import pathlib
import statistics
import subprocess
import tempfile
import time

from cluster import Session, admin, spread

ROUNDS = int(os.environ.get('ROUNDS', 7))
PHRASES = ['begat', 'Jesus wept', 'still waters', 'In the beginning God', 'LORD thy God', 'egat', 'quicksilver',
           'abominable', 'ickness of the', 'nonesuch phrase', 'the']
WORDS = ['lord', 'begat', 'zeal']


def corpora():
    folder = os.environ.get('CORPORA') or subprocess.run(
        [pathlib.Path(__file__).parent / 'corpora'], stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
    return [pathlib.Path(folder, name) for name in ('kjv.txt', 'gcide.txt')]


class Bench:
    def __init__(self, folder):
        self.folder = folder
        admin('DROP DATABASE IF EXISTS bench_search WITH (FORCE)')
        admin('CREATE DATABASE bench_search')
        self.session = Session('bench_search')
        self.session.run('SET client_min_messages = warning; CREATE EXTENSION hartonomous CASCADE;'
                         'CREATE EXTENSION pg_trgm; CREATE TABLE line (n serial, content text)')

    def cpu(self):
        with open(f'/proc/{self.session.pid}/schedstat') as f:
            return int(f.read().split()[0]) / 1e6

    def timed(self, sql):
        """CPU ms, wall ms and the result."""
        wall, before = time.monotonic(), self.cpu()
        result = self.session.run(sql)
        return self.cpu() - before, 1000 * (time.monotonic() - wall), result

    def load(self):
        run, size = self.session.run, 0
        lines = pathlib.Path(self.folder, 'lines')
        with open(lines, 'w') as out:
            for path in corpora():
                text = path.read_text()
                size += len(text.encode())
                for line in text.split('\n'):
                    out.write(line.replace('\\', '\\\\').replace('\t', '\\t').replace('\r', '\\r') + '\n')
        run(f"\\copy line (content) FROM '{lines}'")
        ingest = [self.timed(f"SELECT hartonomous.ingest_text(pg_read_file('{path}'), '{path.name}')")[0]
                  for path in corpora()]
        run('VACUUM ANALYZE')
        print(f'{size / 1e6:.1f} MB; ingest {sum(ingest) / 1000:.1f} CPU-s')

    def size_of(self, *relations):
        names = ', '.join(f"'{r}'" for r in relations)
        return int(self.session.run(f'SELECT sum(pg_total_relation_size(r)) FROM unnest(ARRAY[{names}]::regclass[]) r'))

    def build(self):
        ours, _, _ = self.timed('SELECT hartonomous.update_text_index()')
        size = self.size_of(*[f'hartonomous.text_index_{t}' for t in ('batch', 'reference', 'word', 'root')])
        print(f'update_text_index             {ours / 1000:6.1f} CPU-s  {size / 1e6:6.1f} MB')
        peer, _, _ = self.timed('CREATE INDEX line_trgm ON line USING gin (content gin_trgm_ops)')
        print(f'CREATE INDEX (pg_trgm, lines) {peer / 1000:6.1f} CPU-s  {self.size_of("line_trgm") / 1e6:6.1f} MB')
        self.session.run('VACUUM ANALYZE')

    def compare(self, title, ways):
        """ways: name -> (SQL before, SQL). Prints a line; returns nothing."""
        figures = {name: [] for name in ways}
        walls = {name: [] for name in ways}
        results = {}
        for i in range(ROUNDS + 1):  # the first warms up
            for name, (before, sql) in ways.items():
                self.session.run(before)
                cpu, wall, results[name] = self.timed(sql)
                self.session.run('RESET ALL; SET client_min_messages = warning; SET jit = off;'
                                 'SET max_parallel_workers_per_gather = 0')
                if i > 0:
                    figures[name].append(cpu)
                    walls[name].append(wall)
        first = statistics.median(next(iter(figures.values())))
        print(f'{title}')
        for name in ways:
            middle = statistics.median(figures[name])
            print(f'  {name:34} {spread(figures[name])} CPU-ms, x {middle / first:6.2f}, wall p50 '
                  f'{statistics.median(walls[name]):.2f} ms: {results[name][:60]}')

    def phrases(self, indexed):
        for phrase in PHRASES if indexed else PHRASES[:1]:
            quoted = phrase.replace("'", "''")
            ours = f"SELECT count(*) FROM hartonomous.find_text('{quoted}')"
            if not indexed:
                self.compare(f'"{phrase}", nothing indexed', {
                    'find_text, reading': ('', ours),
                    'strpos, all lines': ('', f"SELECT count(*) FROM line WHERE strpos(content, '{quoted}') > 0")})
                continue
            self.compare(f'"{phrase}"', {
                'find_text, text index': ('', ours),
                'find_text, the first 10': ('', f"SELECT count(*) FROM hartonomous.find_text('{quoted}', 10)"),
                'LIKE, pg_trgm': ('SET enable_seqscan = off',
                                  f"SELECT count(*) FROM line WHERE content LIKE '%{quoted}%'")})

    def nearest(self):
        self.session.run(
            "CREATE TABLE word AS SELECT atom_id, hartonomous.reconstruct_atom(atom_id) AS text,"
            " hartonomous.hilbert_decode((hilbert_high, hilbert_low)::hartonomous.hilbert_index) AS point"
            " FROM hartonomous.atom a WHERE NOT is_constant AND cardinality(refs) <= 64 AND NOT EXISTS"
            " (SELECT FROM unnest(a.refs) r JOIN hartonomous.atom c ON c.atom_id = r AND NOT c.is_constant);"
            "CREATE INDEX word_point ON word USING gist (point hartonomous.gist_geometry_ops_hilbert);"
            "VACUUM ANALYZE word")
        count = self.session.run('SELECT count(*) FROM word')
        print(f'\nnearest 10 of {count} words')
        for word in WORDS:
            point = f"(SELECT point FROM word WHERE text = '{word}')"
            near = f"SELECT string_agg(text, ' ') FROM (SELECT text FROM word ORDER BY point <<->> {point} LIMIT 10) n"
            self.compare(f'"{word}"', {
                'nearest_words': ('', f"SELECT string_agg(text, ' ') FROM hartonomous.nearest_words('{word}', 10)"),
                'GiST on a table of points': ('SET enable_seqscan = off', near),
                'all points sorted': ('SET enable_indexscan = off; SET enable_bitmapscan = off', near)})

    def alternatives(self):
        print('\nindex structures not chosen, on the same atoms')
        run = self.session.run
        cpu, _, _ = self.timed('CREATE INDEX atom_refs ON hartonomous.atom USING gin (refs)')
        print(f'GIN on atom.refs, built afterwards       {cpu / 1000:6.1f} CPU-s  '
              f'{self.size_of("hartonomous.atom_refs") / 1e6:6.1f} MB')
        for option in 'on', 'off':
            run('DROP INDEX hartonomous.atom_refs; TRUNCATE hartonomous.document, hartonomous.atom CASCADE;'
                f'CREATE INDEX atom_refs ON hartonomous.atom USING gin (refs) WITH (fastupdate = {option})')
            kjv = corpora()[0]
            cpu, _, _ = self.timed(f"SELECT hartonomous.ingest_text(pg_read_file('{kjv}'), 'kjv')")
            print(f'ingest of kjv.txt with it, fastupdate {option:3} {cpu / 1000:6.1f} CPU-s')
        run('DROP INDEX hartonomous.atom_refs; TRUNCATE hartonomous.document, hartonomous.atom CASCADE;'
            'SELECT hartonomous.drop_text_index()')
        cpu, _, _ = self.timed(f"SELECT hartonomous.ingest_text(pg_read_file('{kjv}'), 'kjv')")
        print(f'ingest of kjv.txt without                {cpu / 1000:6.1f} CPU-s')
        cpu, _, _ = self.timed('SELECT hartonomous.update_text_index()')
        size = self.size_of('hartonomous.text_index_reference', 'hartonomous.text_index_word')
        print(f'update_text_index for kjv.txt            {cpu / 1000:6.1f} CPU-s  {size / 1e6:6.1f} MB')
        run('CREATE TABLE atom_parent (child bigint, parent bigint, PRIMARY KEY (child, parent))')
        cpu, _, _ = self.timed('INSERT INTO atom_parent SELECT DISTINCT r, atom_id FROM hartonomous.atom, unnest(refs) r')
        print(f'B-tree table (child, parent) for kjv.txt {cpu / 1000:6.1f} CPU-s  '
              f'{self.size_of("atom_parent") / 1e6:6.1f} MB')


def main():
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(folder)
        bench.load()
        bench.phrases(indexed=False)
        bench.build()
        bench.phrases(indexed=True)
        bench.nearest()
        if os.environ.get('ALTERNATIVES'):
            bench.alternatives()
        bench.session.close()
        admin('DROP DATABASE bench_search')


main()
