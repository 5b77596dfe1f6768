--| # Searching networks
--| Nodes and edges are numbered by the query that the network was made from. A session maps a
--| network when it first searches it and keeps the four that it used last; all sessions share one
--| copy in the weights cache. A search looks at hartonomous.max_expanded_nodes nodes at most, then
--| it ends with 54000.

CREATE OR REPLACE FUNCTION hartonomous.create_network(
  name text, query text, directed boolean DEFAULT true, landmarks integer DEFAULT 16,
  replace boolean DEFAULT false, tenant text DEFAULT NULL,
  OUT nodes bigint, OUT edges bigint, OUT landmark_count integer, OUT bytes bigint)
RETURNS record
LANGUAGE c VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE COST 1000000
AS 'MODULE_PATHNAME', 'hartonomous_create_network';
COMMENT ON FUNCTION hartonomous.create_network(text, text, boolean, integer, boolean, text) IS
'Makes a network of the edges that a query gives, and keeps it under a name.

query: four columns, by position: the edge''s id, source and target (integers) and its cost (any number, 0 or above, finite), run with the caller''s rights. Where costs are -ln of probabilities, the shortest path is the most probable. With directed => false every edge leads both ways. landmarks: nodes, 0 to 256, from which all distances are computed beforehand, so that searches look at a few per cent of the nodes; each takes two searches of the whole graph and 8 bytes a node. replace: take the place of a network of that name; otherwise a name that is taken is an error. The same edges make the same bytes, in any order. O(edges log edges); memory within hartonomous.session_memory, 72 bytes an edge, 104 if undirected. Errors: 22023 for arguments, columns, NULLs and costs, 53200 over the memory, 53400 over quota, 42501 not a member.

Example: SELECT * FROM hartonomous.create_network(''roads'', ''SELECT id, source, target, cost FROM road'', directed => false);';
REVOKE ALL ON FUNCTION hartonomous.create_network(text, text, boolean, integer, boolean, text) FROM PUBLIC;

CREATE OR REPLACE FUNCTION hartonomous.delete_network(name text) RETURNS void
LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE COST 1000
AS 'MODULE_PATHNAME', 'hartonomous_delete_network';
COMMENT ON FUNCTION hartonomous.delete_network(text) IS
'Deletes a network and gives its bytes back to the tenant''s quota; nothing for null.

What it held is removed by collect_garbage(). Error 42704 if there is none of that name.

Example: SELECT hartonomous.delete_network(''roads'');';
REVOKE ALL ON FUNCTION hartonomous.delete_network(text) FROM PUBLIC;

CREATE OR REPLACE FUNCTION hartonomous.shortest_path(
  network text, source bigint, target bigint, method text DEFAULT 'auto')
RETURNS TABLE (step integer, node bigint, edge bigint, cost double precision, total_cost double precision)
LANGUAGE c STABLE STRICT PARALLEL RESTRICTED COST 10000 ROWS 10
AS 'MODULE_PATHNAME', 'hartonomous_shortest_path';
COMMENT ON FUNCTION hartonomous.shortest_path(text, bigint, bigint, text) IS
'Returns the cheapest way from one node to another: its nodes in order, the edge taken from each with its cost, and the cost so far.

No rows if there is no way, or the network lacks one of the nodes. method: landmarks = A* by the landmarks'' distances (ALT); bidirectional = from both ends at once; dijkstra; auto = landmarks if the network has them, else bidirectional. All give the same cost; of ways that cost the same each method takes the same one at every call. Errors: 42704 no such network, 22023 another method, 55000 landmarks without any, 54000 over hartonomous.max_expanded_nodes.

Example: SELECT node, total_cost FROM hartonomous.shortest_path(''roads'', 1, 7) ORDER BY step;';

CREATE OR REPLACE FUNCTION hartonomous.path_cost(
  network text, source bigint, target bigint, method text DEFAULT 'auto',
  OUT cost double precision, OUT hops integer, OUT expanded_nodes bigint)
RETURNS record
LANGUAGE c STABLE STRICT PARALLEL RESTRICTED COST 10000
AS 'MODULE_PATHNAME', 'hartonomous_path_cost';
COMMENT ON FUNCTION hartonomous.path_cost(text, bigint, bigint, text) IS
'Returns what the cheapest way from one node to another costs, its number of edges, and how many nodes the search looked at.

cost and hops are NULL if there is no way, or the network lacks one of the nodes. method and errors as shortest_path.

Example: SELECT cost, hops FROM hartonomous.path_cost(''roads'', 1, 7);';

CREATE OR REPLACE FUNCTION hartonomous.k_shortest_paths(
  network text, source bigint, target bigint, k integer)
RETURNS TABLE (path integer, step integer, node bigint, edge bigint, cost double precision, total_cost double precision)
LANGUAGE c STABLE STRICT PARALLEL RESTRICTED COST 100000 ROWS 100
AS 'MODULE_PATHNAME', 'hartonomous_k_shortest_paths';
COMMENT ON FUNCTION hartonomous.k_shortest_paths(text, bigint, bigint, integer) IS
'Returns the k cheapest ways from one node to another that visit no node twice, the cheapest first, each as shortest_path gives it.

Ways that cost the same come in the order of their nodes, then of their edges; fewer come if there are no more. Method: Yen, with Lawler''s rule. The limit of nodes is for all its searches together. Errors as shortest_path; 22023 for a negative k.

Example: SELECT path, max(total_cost) AS cost FROM hartonomous.k_shortest_paths(''roads'', 1, 7, 3) GROUP BY path ORDER BY path;';

CREATE OR REPLACE FUNCTION hartonomous.nodes_within_cost(
  network text, source bigint, max_cost double precision DEFAULT 'Infinity',
  max_nodes bigint DEFAULT NULL, reverse boolean DEFAULT false)
RETURNS TABLE (node bigint, hops integer, cost double precision)
LANGUAGE c STABLE CALLED ON NULL INPUT PARALLEL RESTRICTED COST 100000 ROWS 100
AS 'MODULE_PATHNAME', 'hartonomous_nodes_within_cost';
COMMENT ON FUNCTION hartonomous.nodes_within_cost(text, bigint, double precision, bigint, boolean) IS
'Returns the nodes that cost at most max_cost to reach, the nearest first, the source among them.

hops: edges of the cheapest way. max_nodes: how many at most, all if NULL. reverse: those from which the source can be reached. No rows if the network lacks the source, or for a NULL elsewhere. Errors: 42704 no such network, 22023 a negative max_nodes, 54000 over hartonomous.max_expanded_nodes.

Example: SELECT node, cost FROM hartonomous.nodes_within_cost(''roads'', 1, max_nodes => 5);';

CREATE OR REPLACE FUNCTION hartonomous.nodes_within_hops(
  network text, source bigint, max_hops integer DEFAULT 1, max_nodes bigint DEFAULT NULL,
  reverse boolean DEFAULT false)
RETURNS TABLE (node bigint, hops integer, cost double precision)
LANGUAGE c STABLE CALLED ON NULL INPUT PARALLEL RESTRICTED COST 100000 ROWS 100
AS 'MODULE_PATHNAME', 'hartonomous_nodes_within_hops';
COMMENT ON FUNCTION hartonomous.nodes_within_hops(text, bigint, integer, bigint, boolean) IS
'Returns the nodes that at most max_hops edges lead to, those of fewest hops first, the source among them.

cost: of the cheapest way among those with so few hops. Else as nodes_within_cost.

Example: SELECT node, hops FROM hartonomous.nodes_within_hops(''roads'', 1, 2);';

CREATE OR REPLACE FUNCTION hartonomous.components(network text, strong boolean DEFAULT true)
RETURNS TABLE (node bigint, component bigint)
LANGUAGE c STABLE STRICT PARALLEL RESTRICTED COST 1000000 ROWS 10000
AS 'MODULE_PATHNAME', 'hartonomous_components';
COMMENT ON FUNCTION hartonomous.components(text, boolean) IS
'Returns for each node the least node of its component: what is connected with it both ways, or, with strong => false, at all.

O(nodes + edges). Error 42704 if there is no such network.

Example: SELECT component, count(*) FROM hartonomous.components(''roads'') GROUP BY component ORDER BY component;';

CREATE OR REPLACE FUNCTION hartonomous.page_rank(
  network text, damping double precision DEFAULT 0.85, weight text DEFAULT 'equal',
  tolerance double precision DEFAULT 1e-9, max_iterations integer DEFAULT 200)
RETURNS TABLE (node bigint, score double precision)
LANGUAGE c STABLE STRICT PARALLEL RESTRICTED COST 1000000 ROWS 10000
AS 'MODULE_PATHNAME', 'hartonomous_page_rank';
COMMENT ON FUNCTION hartonomous.page_rank(text, double precision, text, double precision, integer) IS
'Returns for each node how often a random walk is there; the scores sum to 1.

damping: the probability that the walk goes on rather than starts anew anywhere, from 0 to below 1. weight: how an edge is chosen among a node''s: equal; cost = in proportion to the costs; likelihood = to exp(-cost). Power iteration until scores change by less than tolerance in all; a WARNING if max_iterations were not enough. O(nodes + edges) an iteration. In graphs of language it is close to frequency: see personalized_page_rank for what is near to something. Errors: 22023 for arguments, 42704 no such network.

Example: SELECT node, round(score::numeric, 4) FROM hartonomous.page_rank(''roads'') ORDER BY score DESC LIMIT 3;';

CREATE OR REPLACE FUNCTION hartonomous.personalized_page_rank(
  network text, seeds bigint[], damping double precision DEFAULT 0.85,
  weight text DEFAULT 'equal', epsilon double precision DEFAULT 1e-6)
RETURNS TABLE (node bigint, score double precision)
LANGUAGE c STABLE STRICT PARALLEL RESTRICTED COST 100000 ROWS 100
AS 'MODULE_PATHNAME', 'hartonomous_personalized_page_rank';
COMMENT ON FUNCTION hartonomous.personalized_page_rank(text, bigint[], double precision, text, double precision) IS
'Returns how often a random walk that starts at given nodes, and starts anew there, is at each node, the highest first.

seeds: each starts equally often, repetitions counting; those that the network lacks are passed over. epsilon: a score may be too low by so much for each edge of the node; nodes that would have none are left out. Work: 1 / ((1 - damping) epsilon) edges at most, whatever the size of the network. Divided by page_rank it is the lift: what the seeds add to a node''s own importance. Errors: 22023 for arguments, 42704 no such network, 54000 over hartonomous.max_expanded_nodes.

Example: SELECT node FROM hartonomous.personalized_page_rank(''roads'', ''{1}'') LIMIT 3;';
