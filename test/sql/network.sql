-- Graphs made of a query's rows, and ways in them.
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE TABLE road (id integer, source integer, target bigint, cost numeric);
INSERT INTO road VALUES (1, 1, 2, 7), (2, 1, 3, 9), (3, 1, 6, 14), (4, 2, 3, 10), (5, 2, 4, 15), (6, 3, 4, 11),
  (7, 3, 6, 2), (8, 4, 5, 6), (9, 5, 6, 9), (10, 8, 9, 0);
SELECT nodes, edges, landmark_count, bytes > 0 AS bytes
FROM hartonomous.create_network('roads', 'SELECT * FROM road', directed => false);
SELECT name, is_directed, nodes, edges, landmarks FROM hartonomous.network;

SELECT * FROM hartonomous.shortest_path('roads', 1, 5);
SELECT method, string_agg(node::text, ' ' ORDER BY step) AS way, max(total_cost) AS cost
FROM unnest('{auto, dijkstra, bidirectional, landmarks}'::text[]) method,
  hartonomous.shortest_path('roads', 5, 2, method) GROUP BY method ORDER BY method COLLATE "C";
-- A way to where one is, no way, no such node.
SELECT * FROM hartonomous.shortest_path('roads', 3, 3);
SELECT count(*) FROM hartonomous.shortest_path('roads', 1, 9);
SELECT count(*) FROM hartonomous.shortest_path('roads', 1, 1000);
SELECT * FROM hartonomous.path_cost('roads', 1, 5, 'dijkstra');
SELECT cost, hops FROM hartonomous.path_cost('roads', 1, 9);
SELECT * FROM hartonomous.path_cost('roads', 77, 1);
SELECT path, string_agg(node::text, ' ' ORDER BY step) AS way, max(total_cost) AS cost
FROM hartonomous.k_shortest_paths('roads', 1, 5, 4) GROUP BY path ORDER BY path;
SELECT count(*) FROM hartonomous.k_shortest_paths('roads', 1, 5, 0);

SELECT * FROM hartonomous.nodes_within_cost('roads', 1, 11);
SELECT * FROM hartonomous.nodes_within_cost('roads', 1, max_nodes => 2);
SELECT * FROM hartonomous.nodes_within_hops('roads', 1);
SELECT count(*) FROM hartonomous.nodes_within_hops('roads', 1, 0);
SELECT count(*) FROM hartonomous.nodes_within_hops('roads', 4711);
SELECT component, array_agg(node ORDER BY node) AS nodes FROM hartonomous.components('roads') GROUP BY component ORDER BY component;
SELECT node, round(score::numeric, 6) AS score FROM hartonomous.page_rank('roads') ORDER BY node;
SELECT node, round(score::numeric, 5) AS score FROM hartonomous.personalized_page_rank('roads', '{1, 4711}', epsilon => 1e-9);
SELECT count(*) FROM hartonomous.personalized_page_rank('roads', '{4711}');

-- One way only; the other way with reverse.
SELECT nodes FROM hartonomous.create_network('streets', 'SELECT id, source, target, cost::real FROM road', landmarks => 0);
SELECT count(*) FROM hartonomous.shortest_path('streets', 5, 1);
SELECT * FROM hartonomous.nodes_within_hops('streets', 5, 1);
SELECT * FROM hartonomous.nodes_within_hops('streets', 5, 1, reverse => true);
SELECT count(DISTINCT component) FROM hartonomous.components('streets');
SELECT count(DISTINCT component) FROM hartonomous.components('streets', strong => false);
SELECT * FROM hartonomous.shortest_path('streets', 1, 5, 'landmarks');

-- The same edges are the same bytes; made anew it takes the other's place, and its bytes go back to the quota.
SELECT tensor_id AS before FROM hartonomous.network WHERE name = 'streets' \gset
SELECT bytes_used AS used FROM hartonomous.tenant_usage WHERE tenant_id = 0 \gset
SELECT nodes FROM hartonomous.create_network('streets', 'SELECT id, source, target, cost FROM road ORDER BY cost', landmarks => 0, replace => true);
SELECT tensor_id = :before AS same FROM hartonomous.network WHERE name = 'streets';
SELECT bytes_used = :used AS same FROM hartonomous.tenant_usage WHERE tenant_id = 0;

-- Nothing to go by: a network without edges.
SELECT nodes, edges, landmark_count FROM hartonomous.create_network('empty', 'SELECT * FROM road WHERE false');
SELECT count(*) FROM hartonomous.components('empty');
SELECT count(*) FROM hartonomous.page_rank('empty');

-- Larger: every method finds the same cost, landmarks look at fewer nodes, and limits hold.
SELECT nodes, edges FROM hartonomous.create_network('grid', $$
  SELECT row_number() OVER (), 100 * x + y, 100 * (x + dx) + y + dy, 1 + (x * 7919 + y * 104729 + dx * 31) % 97
  FROM generate_series(0, 98) x, generate_series(0, 98) y, (VALUES (0, 1), (1, 0)) d (dx, dy)$$, directed => false, landmarks => 8);
SELECT bool_and(l.cost = d.cost AND b.cost = d.cost) AS equal, sum(l.expanded_nodes) * 3 < sum(d.expanded_nodes) AS fewer
FROM generate_series(1, 40) i, LATERAL (SELECT (i * 7919) % 99 * 100 + (i * 31) % 99 AS a, (i * 104729) % 99 * 100 + i AS b) p,
  hartonomous.path_cost('grid', a, b, 'landmarks') l, hartonomous.path_cost('grid', a, b, 'dijkstra') d,
  hartonomous.path_cost('grid', a, b, 'bidirectional') b;
SET hartonomous.max_expanded_nodes = 100;
SELECT * FROM hartonomous.path_cost('grid', 0, 9898, 'dijkstra');
SELECT count(*) FROM hartonomous.nodes_within_cost('grid', 0);
RESET hartonomous.max_expanded_nodes;
-- The cache is a convenience.
SET hartonomous.cache_size = 0;
\c
SET hartonomous.cache_size = 0;
SELECT cost FROM hartonomous.path_cost('roads', 1, 5);
RESET hartonomous.cache_size;

-- What is wrong is said.
SELECT hartonomous.create_network('roads', 'SELECT * FROM road');
SELECT hartonomous.create_network('', 'SELECT * FROM road');
SELECT hartonomous.create_network(NULL, 'SELECT * FROM road');
SELECT hartonomous.create_network('x', 'SELECT 1, 2, 3');
SELECT hartonomous.create_network('x', 'SELECT 1, 2, ''a'', 3');
SELECT hartonomous.create_network('x', 'SELECT 1, 2, NULL::int, 3');
SELECT hartonomous.create_network('x', 'SELECT 5, 2, 3, -1');
SELECT hartonomous.create_network('x', 'SELECT 5, 2, 3, ''NaN''::float8');
SELECT hartonomous.create_network('x', 'SELECT 5, 2, 3, ''Infinity''::float4');
SELECT hartonomous.create_network('x', 'SELECT * FROM road', landmarks => 257);
SELECT hartonomous.create_network('x', 'DROP TABLE road');
SELECT hartonomous.create_network('x', 'SELECT * FROM no_such_table');
SELECT * FROM hartonomous.shortest_path('no such', 1, 2);
SELECT * FROM hartonomous.shortest_path('roads', 1, 2, 'magic');
SELECT * FROM hartonomous.k_shortest_paths('roads', 1, 2, -1);
SELECT * FROM hartonomous.page_rank('roads', 1);
SELECT * FROM hartonomous.page_rank('roads', weight => 'none');
SELECT * FROM hartonomous.page_rank('roads', tolerance => 0);
SELECT * FROM hartonomous.personalized_page_rank('roads', '{1}', epsilon => 0);
SELECT count(*) FROM hartonomous.shortest_path(NULL, 1, 2);
SELECT count(*) FROM hartonomous.nodes_within_cost('roads', NULL);
SET hartonomous.session_memory = 64;
SELECT hartonomous.create_network('x', 'SELECT i, i, i + 1, 1 FROM generate_series(1, 2000) i');
RESET hartonomous.session_memory;

-- Another tenant's network is not there.
CREATE ROLE navigator;
SELECT hartonomous.create_tenant('port');
SELECT hartonomous.add_tenant_member('port', 'navigator');
GRANT EXECUTE ON FUNCTION hartonomous.create_network(text, text, boolean, integer, boolean, text),
  hartonomous.delete_network(text) TO navigator;
SET ROLE navigator;
SELECT * FROM hartonomous.shortest_path('roads', 1, 5);
SELECT hartonomous.delete_network('roads');
SELECT hartonomous.create_network('mine', 'SELECT * FROM road');
SELECT nodes, edges FROM hartonomous.create_network('mine', 'SELECT 1, 1, 2, 0.5');
SELECT name, created_by FROM hartonomous.network;
RESET ROLE;

-- The collector leaves what a network holds, and takes it when the network is gone.
SELECT count(*) AS collected FROM hartonomous.collect_garbage('blocks') WHERE blocks > 0;
SELECT cost FROM hartonomous.path_cost('roads', 1, 5);
SELECT hartonomous.delete_network(name) FROM (SELECT name FROM hartonomous.network ORDER BY name COLLATE "C") n;
SELECT blocks > 0 AS collected FROM hartonomous.collect_garbage('blocks');
SELECT kind FROM hartonomous.unreferenced_content() WHERE objects > 0;
SELECT bytes_used FROM hartonomous.tenant_usage WHERE bytes_used > 0;
SELECT hartonomous.remove_tenant_member('port', 'navigator');
SELECT hartonomous.drop_tenant('port');
DROP OWNED BY navigator;
DROP ROLE navigator;
