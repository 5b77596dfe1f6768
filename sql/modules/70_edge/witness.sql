--| # Who says so
--| The evidence itself, not smoothed. Agreement of sources that learned from the same data is not
--| independent confirmation.

CREATE OR REPLACE FUNCTION hartonomous.neighbors(
  context text, edge_type text DEFAULT 'next', k integer DEFAULT 10, domain text DEFAULT NULL)
RETURNS TABLE (neighbor text, atom_id bigint, domain_name text, sources integer,
  evidence double precision, probability double precision, rating double precision,
  deviation double precision)
LANGUAGE c STABLE CALLED ON NULL INPUT PARALLEL UNSAFE COST 1000 ROWS 10
AS 'MODULE_PATHNAME', 'hartonomous_neighbors';
COMMENT ON FUNCTION hartonomous.neighbors(text, text, integer, text) IS
'Returns the k targets to which most evidence leads from a context, by the columns of the view edge.

The context is cut into words; the empty one is that of no words. An empty neighbor is the end of a sentence. Counts the sources that the caller sees and that are not revoked, each domain apart. No rows for a context that nobody has, and for NULL. Error 42704 for an unknown edge type.

Example: SELECT neighbor, rating FROM hartonomous.neighbors(''the cat'');';

CREATE OR REPLACE FUNCTION hartonomous.believers(
  context text, target text, edge_type text DEFAULT 'next', domain text DEFAULT NULL)
RETURNS TABLE (source text, domain_name text, kind text, evidence double precision,
  total double precision, probability double precision, rating double precision)
LANGUAGE c STABLE CALLED ON NULL INPUT PARALLEL UNSAFE COST 1000 ROWS 10
AS 'MODULE_PATHNAME', 'hartonomous_believers';
COMMENT ON FUNCTION hartonomous.believers(text, text, text, text) IS
'Returns the sources that have evidence for an edge, the surest first.

evidence: how often the source saw the target after the context; total: how often the context; probability: the one by the other; rating: 2000 + 400 log10 of that. No rows where nobody has it, and for NULL. Error 42704 for an unknown edge type.

Example: SELECT source, rating FROM hartonomous.believers(''the cat'', ''sat'');';

CREATE OR REPLACE FUNCTION hartonomous.disagreement(
  context text, edge_type text DEFAULT 'next', domain text DEFAULT NULL) RETURNS double precision
LANGUAGE c STABLE CALLED ON NULL INPUT PARALLEL UNSAFE COST 1000
AS 'MODULE_PATHNAME', 'hartonomous_disagreement';
COMMENT ON FUNCTION hartonomous.disagreement(text, text, text) IS
'Returns how differently the sources go on from a context: the Jensen-Shannon divergence of what they say, in nats.

0 where they agree, at most the logarithm of their number. All sources weigh alike; what one does not name is one more outcome. NULL for a context that fewer than two have, and for NULL. Error 42704 for an unknown edge type.

Example: SELECT hartonomous.disagreement(''the cat'');';

CREATE OR REPLACE FUNCTION hartonomous.semantic_edges(
  context text, edge_type text DEFAULT 'next', k integer DEFAULT 10, domain text DEFAULT NULL)
RETURNS TABLE (source text, target text, domain_name text, rating double precision,
  deviation double precision, votes integer, model_votes jsonb)
LANGUAGE sql STABLE PARALLEL UNSAFE COST 10000 ROWS 10
BEGIN ATOMIC
  SELECT semantic_edges.context, n.neighbor, n.domain_name, n.rating, n.deviation, n.sources,
    (SELECT pg_catalog.jsonb_object_agg(b.source, pg_catalog.round(b.rating))
     FROM hartonomous.believers(semantic_edges.context, n.neighbor, semantic_edges.edge_type, n.domain_name) b)
  FROM hartonomous.neighbors(semantic_edges.context, semantic_edges.edge_type, semantic_edges.k,
    semantic_edges.domain) n;
END;
COMMENT ON FUNCTION hartonomous.semantic_edges(text, text, integer, text) IS
'Returns the k edges with most evidence from a context, each with its merged rating and what every source gives it.

model_votes: an object of each source''s own rating, rounded, by its name. The merged rating is that of the added evidence: a source that asked more often counts for more, and no order of adding sources matters, as it would for an average that is updated. votes: how many sources have the edge; where it is 1 the edge is unique to that source. Else as neighbors and believers.

Example: SELECT target, rating, model_votes FROM hartonomous.semantic_edges(''the cat'');';
