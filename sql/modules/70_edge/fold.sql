--| # Evidence of several sources
--| Evidence is added up in whole numbers, so the same rows give the same state in any order, in any
--| number of parts. Ratings are log-probabilities on the scale of Elo, not tournaments.

CREATE TYPE hartonomous.edge_state AS (
  evidence numeric, total numeric, kept numeric, sources numeric, log_sum numeric,
  log_square_sum numeric, variance_sum numeric, witness_evidence numeric, witness_total numeric);
COMMENT ON TYPE hartonomous.edge_state IS
'What several sources together say of one edge, in exact whole numbers: the value of edge_fold.';
COMMENT ON COLUMN hartonomous.edge_state.evidence IS 'Sum of weight and evidence multiplied, in units of 2^-36.';
COMMENT ON COLUMN hartonomous.edge_state.total IS 'The same of the evidence of the whole context.';
COMMENT ON COLUMN hartonomous.edge_state.kept IS 'The same of what the context''s sources named targets for.';
COMMENT ON COLUMN hartonomous.edge_state.sources IS 'Sources with evidence for the edge.';
COMMENT ON COLUMN hartonomous.edge_state.log_sum IS 'Sum over these of ln(evidence / total), in units of 2^-16.';
COMMENT ON COLUMN hartonomous.edge_state.log_square_sum IS 'Sum of its squares, in units of 2^-32.';
COMMENT ON COLUMN hartonomous.edge_state.variance_sum IS 'Sum of its variances, in units of 2^-16.';
COMMENT ON COLUMN hartonomous.edge_state.witness_evidence IS
'Evidence with each source''s total cut to 20, in units of 2^-20: a source is one witness, however often it was asked.';
COMMENT ON COLUMN hartonomous.edge_state.witness_total IS 'Totals cut to 20, in units of 2^-20.';

CREATE OR REPLACE FUNCTION hartonomous.edge_fold_add(
  state internal, evidence bigint, total bigint, kept bigint, weight integer) RETURNS internal
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 1
AS 'MODULE_PATHNAME', 'hartonomous_edge_fold_add';
COMMENT ON FUNCTION hartonomous.edge_fold_add(internal, bigint, bigint, bigint, integer) IS
'Adds a source''s row to the state of edge_fold.

Part of that aggregate; not for calling.
Example: see edge_fold.';
CREATE OR REPLACE FUNCTION hartonomous.edge_fold_combine(state internal, other internal)
RETURNS internal
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 1
AS 'MODULE_PATHNAME', 'hartonomous_edge_fold_combine';
COMMENT ON FUNCTION hartonomous.edge_fold_combine(internal, internal) IS
'Adds two states of edge_fold.

Part of that aggregate; not for calling.
Example: see edge_fold.';
CREATE OR REPLACE FUNCTION hartonomous.edge_fold_serialize(state internal) RETURNS bytea
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1
AS 'MODULE_PATHNAME', 'hartonomous_edge_fold_serialize';
COMMENT ON FUNCTION hartonomous.edge_fold_serialize(internal) IS
'Hands a state of edge_fold from a parallel worker to its leader.

Part of that aggregate; not for calling.
Example: see edge_fold.';
CREATE OR REPLACE FUNCTION hartonomous.edge_fold_deserialize(bytes bytea, state internal)
RETURNS internal
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1
AS 'MODULE_PATHNAME', 'hartonomous_edge_fold_deserialize';
COMMENT ON FUNCTION hartonomous.edge_fold_deserialize(bytea, internal) IS
'Takes a state of edge_fold from a parallel worker.

Part of that aggregate; not for calling.
Example: see edge_fold.';
CREATE OR REPLACE FUNCTION hartonomous.edge_fold_final(state internal)
RETURNS hartonomous.edge_state
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 10
AS 'MODULE_PATHNAME', 'hartonomous_edge_fold_final';
COMMENT ON FUNCTION hartonomous.edge_fold_final(internal) IS
'Makes the value of edge_fold from its state.

Part of that aggregate; not for calling.
Example: see edge_fold.';
CREATE OR REPLACE AGGREGATE hartonomous.edge_fold(evidence bigint, total bigint, kept bigint, weight integer) (
  SFUNC = hartonomous.edge_fold_add, STYPE = internal, SSPACE = 160,
  FINALFUNC = hartonomous.edge_fold_final, COMBINEFUNC = hartonomous.edge_fold_combine,
  SERIALFUNC = hartonomous.edge_fold_serialize, DESERIALFUNC = hartonomous.edge_fold_deserialize,
  PARALLEL = SAFE);
COMMENT ON AGGREGATE hartonomous.edge_fold(bigint, bigint, bigint, integer) IS
'Adds up what several sources say of one edge, exactly: one row for each source that has the context, its evidence 0 if it lacks the edge.

evidence: for the edge; kept: for all edges of the context that the source named; total: for the context; all in units of 2^-20. weight: of the source, in 65536ths. Rows with a NULL are passed over; no rows give zeros. Error 22003 unless 0 <= evidence <= kept <= total and weight >= 0.

Example: SELECT (hartonomous.edge_fold(evidence, total, total, 65536)).sources FROM (VALUES (6291456::bigint, 10485760::bigint)) v (evidence, total);';

CREATE OR REPLACE FUNCTION hartonomous.edge_probability(
  state hartonomous.edge_state, mu double precision DEFAULT 2,
  lower_probability double precision DEFAULT 0) RETURNS double precision
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10
AS 'MODULE_PATHNAME', 'hartonomous_edge_probability';
COMMENT ON FUNCTION hartonomous.edge_probability(hartonomous.edge_state, double precision, double precision) IS
'Returns the probability of an edge after its context: the evidence for it, with mu observations of the shorter context added.

lower_probability: that of the target after the context without its first word; it also receives what the sources did not name. NULL if an argument is. Error 22023 unless mu is above 0.

Example: SELECT hartonomous.edge_probability(state, 2, 0.01) FROM hartonomous.edge LIMIT 1;';

CREATE OR REPLACE FUNCTION hartonomous.rating_of_probability(probability double precision)
RETURNS double precision
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1
AS 'MODULE_PATHNAME', 'hartonomous_rating_of_probability';
COMMENT ON FUNCTION hartonomous.rating_of_probability(double precision) IS
'Returns 2000 + 400 log10(probability): 2000 is certain, each tenth of the probability costs 400.

-infinity for 0; NULL for NULL.

Example: SELECT hartonomous.rating_of_probability(0.1);';

CREATE OR REPLACE FUNCTION hartonomous.probability_of_rating(rating double precision)
RETURNS double precision
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1
AS 'MODULE_PATHNAME', 'hartonomous_probability_of_rating';
COMMENT ON FUNCTION hartonomous.probability_of_rating(double precision) IS
'Returns the probability that has a rating.

NULL for NULL.

Example: SELECT hartonomous.probability_of_rating(1600);';

CREATE OR REPLACE FUNCTION hartonomous.rating_deviation(state hartonomous.edge_state)
RETURNS double precision
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10
AS 'MODULE_PATHNAME', 'hartonomous_rating_deviation';
COMMENT ON FUNCTION hartonomous.rating_deviation(hartonomous.edge_state) IS
'Returns the standard deviation of an edge''s rating, as Glicko counts it: 349 without evidence.

A source counts for at most 20 observations, however often it was asked. NULL for NULL.

Example: SELECT hartonomous.rating_deviation(state) FROM hartonomous.edge LIMIT 1;';

CREATE OR REPLACE FUNCTION hartonomous.rating_spread(
  state hartonomous.edge_state, OUT tau_squared double precision, OUT i_squared double precision)
RETURNS record
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10
AS 'MODULE_PATHNAME', 'hartonomous_rating_spread';
COMMENT ON FUNCTION hartonomous.rating_spread(hartonomous.edge_state) IS
'Returns how much the sources of an edge differ beyond their own noise: the variance of ln(probability) between them, and its share of all variance, 0 to 1.

Both are 0 for fewer than two sources. Method: DerSimonian and Laird. NULL for NULL.

Example: SELECT (hartonomous.rating_spread(state)).i_squared FROM hartonomous.edge LIMIT 1;';

CREATE OR REPLACE VIEW hartonomous.edge_context_total WITH (security_invoker = true) AS
SELECT e.context_id, e.edge_type_id, e.source_id, sum(e.evidence)::bigint AS kept,
  (sum(e.evidence) + coalesce(max(t.tail), 0))::bigint AS total
FROM hartonomous.edge_evidence e
  LEFT JOIN hartonomous.edge_tail t USING (context_id, edge_type_id, source_id)
GROUP BY e.context_id, e.edge_type_id, e.source_id;
COMMENT ON VIEW hartonomous.edge_context_total IS 'What each source has for each context, over all targets.';
COMMENT ON COLUMN hartonomous.edge_context_total.context_id IS 'The context.';
COMMENT ON COLUMN hartonomous.edge_context_total.edge_type_id IS 'The kind of relation.';
COMMENT ON COLUMN hartonomous.edge_context_total.source_id IS 'The source.';
COMMENT ON COLUMN hartonomous.edge_context_total.kept IS 'Its evidence for targets it names, in units of 2^-20.';
COMMENT ON COLUMN hartonomous.edge_context_total.total IS 'That with its unnamed tail.';

CREATE OR REPLACE VIEW hartonomous.edge WITH (security_invoker = true) AS
SELECT f.context_id, f.edge_type_id, f.target_id, f.domain_id,
  (f.state).sources::integer AS sources,
  ((f.state).evidence / 68719476736)::double precision AS evidence,
  ((f.state).total / 68719476736)::double precision AS total,
  ((f.state).evidence / (f.state).total)::double precision AS probability,
  hartonomous.rating_of_probability(((f.state).evidence / (f.state).total)::double precision) AS rating,
  hartonomous.rating_deviation(f.state) AS deviation,
  f.state
FROM (
  SELECT e.context_id, e.edge_type_id, e.target_id, e.domain_id,
    hartonomous.edge_fold(coalesce(own.evidence, 0), t.total, t.kept, s.weight) AS state
  FROM (SELECT DISTINCT v.context_id, v.edge_type_id, v.target_id, w.domain_id
        FROM hartonomous.edge_evidence v JOIN hartonomous.edge_source w USING (source_id)
        WHERE NOT w.is_revoked) e
    JOIN hartonomous.edge_context_total t USING (context_id, edge_type_id)
    JOIN hartonomous.edge_source s ON s.source_id = t.source_id AND s.domain_id = e.domain_id
      AND NOT s.is_revoked
    LEFT JOIN hartonomous.edge_evidence own ON own.context_id = e.context_id
      AND own.edge_type_id = e.edge_type_id AND own.target_id = e.target_id
      AND own.source_id = t.source_id
  GROUP BY e.context_id, e.edge_type_id, e.target_id, e.domain_id) f;
COMMENT ON VIEW hartonomous.edge IS
'What all sources of a domain that are not revoked say together of each edge, computed from their evidence when asked. Ask for a context: over all of them it reads everything.';
COMMENT ON COLUMN hartonomous.edge.context_id IS 'The context; 0 is the empty one.';
COMMENT ON COLUMN hartonomous.edge.edge_type_id IS 'The kind of relation.';
COMMENT ON COLUMN hartonomous.edge.target_id IS 'The target, an atom.';
COMMENT ON COLUMN hartonomous.edge.domain_id IS 'The domain of the sources.';
COMMENT ON COLUMN hartonomous.edge.sources IS 'How many of them have it.';
COMMENT ON COLUMN hartonomous.edge.evidence IS 'How often they saw it, weighted.';
COMMENT ON COLUMN hartonomous.edge.total IS 'How often they saw the context, weighted.';
COMMENT ON COLUMN hartonomous.edge.probability IS 'The one divided by the other: nothing smoothed.';
COMMENT ON COLUMN hartonomous.edge.rating IS '2000 + 400 log10(probability).';
COMMENT ON COLUMN hartonomous.edge.deviation IS 'The rating''s standard deviation.';
COMMENT ON COLUMN hartonomous.edge.state IS 'The exact sums.';
GRANT SELECT ON hartonomous.edge_context_total, hartonomous.edge TO PUBLIC;
