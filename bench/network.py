#!/usr/bin/env python3
# SPDX-License-Identifier: PostgreSQL
# SPDX-FileCopyrightText: 2026 the hartonomous authors
"""Paths in graphs of 100 000 nodes and 1 000 000 edges, beside pgRouting on the same table in the same
server (Debian: postgresql-15-pgrouting; without it its rows are left out).

near: nodes on a grid, each with edges to ten nodes around it, costs a length times 1 to 1.3. random:
edges between any nodes, costs 1 to 100. Wall milliseconds of a statement at the client, median
[min .. max] of ROUNDS (default 7) pairs of nodes; cold: making the network without landmarks and the
first path of a new session, against one call of the peer, which builds its graph at each. Then how
many nodes landmarks look at over PAIRS (default 1000) pairs, each cost compared with Dijkstra's; and
what is within three hops, beside a recursive CTE and a join of three edges.
"""
import os
import random
import time

from cluster import Session, admin, spread

ROUNDS = int(os.environ.get('ROUNDS', 7))
PAIRS = int(os.environ.get('PAIRS', 1000))
NODES = 100_000
LANDMARKS = 64

NEAR = """CREATE TABLE near AS
SELECT row_number() OVER (ORDER BY n, dx, dy) AS id, n AS source, n + dx + 320 * dy AS target,
  sqrt(dx * dx + dy * dy) * (1 + hashint8(n * 31 + dx * 7 + dy)::bigint % 1000 * 0.00015 + 0.15) AS cost
FROM generate_series(0, 99999) n,
  (VALUES (1, 0), (0, 1), (1, 1), (-1, 1), (2, 1), (-1, 0), (0, -1), (-1, -1), (1, -1), (-2, -1)) d (dx, dy)
WHERE n + dx + 320 * dy BETWEEN 0 AND 99999 AND n % 320 + dx BETWEEN 0 AND 319"""
RANDOM = """CREATE TABLE random AS
SELECT id, hashint8(id)::bigint + 2147483648 AS source, hashint8(id + 5000000)::bigint + 2147483648 AS target,
  1 + (hashint8(id + 9000000)::bigint + 2147483648) % 1000 / 10.0 AS cost FROM generate_series(1, 1000000) id;
UPDATE random SET source = source % 100000, target = target % 100000"""


class Bench:
    def __init__(self):
        admin('DROP DATABASE IF EXISTS bench_network WITH (FORCE)')
        admin('CREATE DATABASE bench_network')
        self.session = Session('bench_network')
        self.run = self.session.run
        self.run('SET client_min_messages = warning; CREATE EXTENSION hartonomous CASCADE')
        self.has_peer = self.run("SELECT count(*) FROM pg_available_extensions WHERE name = 'pgrouting'") == '1'
        if self.has_peer:
            self.run('CREATE EXTENSION pgrouting CASCADE')
        for table in (NEAR, RANDOM):
            self.run(table)
        for name in ('near', 'random'):
            self.run(f'CREATE INDEX ON {name} (source); VACUUM ANALYZE {name}')
        random.seed(1)
        self.pairs = [(random.randrange(NODES), random.randrange(NODES)) for _ in range(PAIRS)]

    def timed(self, sql, session=None):
        start = time.perf_counter()
        result = (session or self.session).run(sql)
        return 1000 * (time.perf_counter() - start), result

    def paths(self, name):
        edges = f'SELECT id, source, target, cost FROM {name}'
        ways = {f'{method}': f"SELECT cost FROM hartonomous.path_cost('{name}', %d, %d, '{method}')"
                for method in ('landmarks', 'bidirectional', 'dijkstra')}
        if self.has_peer:
            for function in ('pgr_dijkstra', 'pgr_bdDijkstra'):
                ways[function] = f"SELECT max(agg_cost) FROM {function}('{edges}', %d, %d)"
        took, peer = {}, None
        for way in ways:
            self.timed(ways[way] % self.pairs[0])
            took[way] = [self.timed(ways[way] % pair)[0] for pair in self.pairs[:ROUNDS]]
        for way, times in took.items():
            print(f'  {way:14} {spread(times)} ms')
        if self.has_peer:
            peer = sorted(took['pgr_dijkstra'])[ROUNDS // 2]
            for way in ('landmarks', 'bidirectional', 'dijkstra'):
                print(f'  pgr_dijkstra / {way}: {peer / sorted(took[way])[ROUNDS // 2]:.0f}')
        self.cold(name, edges, peer)

    def cold(self, name, edges, peer):
        took = []
        for pair in self.pairs[:ROUNDS]:
            fresh = Session('bench_network')
            build, _ = self.timed(f"SELECT hartonomous.create_network('cold', '{edges}', landmarks => 0, replace => true)")
            first, _ = self.timed("SELECT cost FROM hartonomous.path_cost('cold', %d, %d)" % pair, fresh)
            took.append(build + first)
            fresh.close()
            self.run('SELECT hartonomous.delete_network(\'cold\'); CALL hartonomous.sweep_garbage(NULL, NULL)')
        print(f'  cold           {spread(took)} ms' + (f'  pgr_dijkstra / cold: {peer / sorted(took)[ROUNDS // 2]:.1f}' if peer else ''))

    def landmarks(self, name):
        values = ', '.join(f'({a}, {b})' for a, b in self.pairs)
        print('  ' + self.run(f"""SELECT format('%s pairs, %s with another cost than Dijkstra''s; landmarks look at %s %% of its nodes',
            count(*), count(*) FILTER (WHERE abs(l.cost - d.cost) > 1e-9 * d.cost), round(100.0 * sum(l.expanded_nodes) / sum(d.expanded_nodes), 2))
          FROM (VALUES {values}) p (a, b), hartonomous.path_cost('{name}', a, b, 'landmarks') l,
            hartonomous.path_cost('{name}', a, b, 'dijkstra') d"""))

    def hops(self, name):
        start = '%d'
        ways = {
            'nodes_within_hops': f"SELECT count(*) FROM hartonomous.nodes_within_hops('{name}', {start}, 3)",
            'recursive CTE': f"""WITH RECURSIVE r (node, hops) AS (SELECT {start}::bigint, 0 UNION
                SELECT e.target, hops + 1 FROM r JOIN {name} e ON e.source = r.node WHERE hops < 3)
                SELECT count(DISTINCT node) FROM r""",
            'three joins': f"""SELECT count(*) FROM (SELECT {start}::bigint UNION SELECT a.target FROM {name} a WHERE a.source = {start}
                UNION SELECT b.target FROM {name} a JOIN {name} b ON b.source = a.target WHERE a.source = {start}
                UNION SELECT c.target FROM {name} a JOIN {name} b ON b.source = a.target JOIN {name} c ON c.source = b.target WHERE a.source = {start}) x"""}
        took, answers = {way: [] for way in ways}, set()
        for pair in self.pairs[:ROUNDS + 1]:
            found = set()
            for way, sql in ways.items():
                ms, answer = self.timed(sql.replace(start, str(pair[0])))
                took[way].append(ms)
                found.add(answer)
            answers.add(len(found))
        print(f'  within three hops, answers {"equal" if answers == {1} else "DIFFER"}')
        for way, times in took.items():
            print(f'    {way:18} {spread(times[1:])} ms')


bench = Bench()
for graph in ('near', 'random'):
    build_ms, size = bench.timed(f"SELECT nodes || ' nodes, ' || edges || ' edges, ' || bytes / 1000000 || ' MB' FROM "
                                 f"hartonomous.create_network('{graph}', 'SELECT id, source, target, cost FROM {graph}', landmarks => {LANDMARKS})")
    print(f'{graph}: {size}; with {LANDMARKS} landmarks made in {build_ms / 1000:.1f} s')
    bench.paths(graph)
    bench.landmarks(graph)
    bench.hops(graph)
