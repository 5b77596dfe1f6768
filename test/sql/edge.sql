-- Relations: evidence of sources, what it says together, and predictions from it.
\set SHOW_CONTEXT never
SET client_min_messages = warning;

-- Two models on what follows "the cat": exact sums, ratings and doubt to the published figures.
CREATE TABLE belief (source text, context text, target text, n numeric);
INSERT INTO belief VALUES
  ('a', 'the cat', 'sat', 6), ('a', 'the cat', 'ran', 3), ('a', 'the cat', NULL, 1),
  ('b', 'the cat', 'sat', 10), ('b', 'the cat', 'slept', 20), ('b', 'the cat', NULL, 10);
SELECT hartonomous.learn_edges('SELECT context, target, n FROM belief WHERE source = ''a'' -- all',
  'a', 'next', 'fixture', 'model');
SELECT hartonomous.learn_edges('SELECT context, target, n FROM belief WHERE source = ''b''',
  'b', 'next', 'fixture', 'model');
CREATE VIEW smoothed AS
SELECT w.spelling, e.sources, (e.state).total / 68719476736 AS t, (e.state).kept / 68719476736 AS k,
  hartonomous.edge_probability(e.state, 2, CASE w.spelling WHEN 'sat' THEN 0.01 WHEN 'ran' THEN 0.005
    ELSE 0.002 END) AS p, e.state
FROM hartonomous.edge e JOIN hartonomous.edge_word w ON w.atom_id = e.target_id
  JOIN hartonomous.edge_domain d ON d.domain_id = e.domain_id AND d.name = 'fixture';
SELECT spelling, sources, t::int, k::int, round(p::numeric, 6) AS p,
  round(hartonomous.rating_of_probability(p)::numeric, 3) AS rating,
  round(hartonomous.rating_deviation(state)::numeric, 3) AS deviation
FROM smoothed ORDER BY spelling;
SELECT round(hartonomous.disagreement('the cat')::numeric, 6) AS divergence;
SELECT neighbor, sources, evidence, round(rating::numeric, 2) AS rating FROM hartonomous.neighbors('the cat');
SELECT source, kind, evidence, total, probability FROM hartonomous.believers('the cat', 'sat');
SELECT max(abs(hartonomous.probability_of_rating(hartonomous.rating_of_probability(p)) - p)) < 1e-15 AS round_trip
FROM smoothed;
-- The same rows again, in parts and repeated, are the same source; another value is refused.
CREATE TABLE before AS SELECT state FROM smoothed;
SELECT hartonomous.learn_edges('SELECT context, target, n FROM belief WHERE source = ''a'' UNION ALL
  SELECT context, target, n FROM belief WHERE source = ''a'' AND target = ''sat''', 'a', 'next', 'fixture', 'model');
SELECT count(*) AS same FROM before JOIN smoothed ON before.state = smoothed.state;
SELECT hartonomous.learn_edges('VALUES (''the cat'', ''sat'', 7)', 'a', 'next', 'fixture', 'model');
SELECT hartonomous.learn_edges('VALUES (''x'', ''y'', 1), (''x'', ''y'', 2)', 'c', 'next', 'fixture', 'model');
-- Unlearning is exact, and so is taking it back.
SELECT hartonomous.revoke_source('b');
SELECT round(p::numeric, 6) AS p FROM smoothed WHERE spelling = 'sat';
SELECT hartonomous.disagreement('the cat') IS NULL AS one_witness;
SELECT hartonomous.restore_source('b');
SELECT count(*) AS same FROM before JOIN smoothed ON before.state = smoothed.state;
-- What is predicted is a distribution: with the unknown words it sums to 1.
SELECT round((sum(p.probability) + (SELECT probability FROM hartonomous.score_from_graph('the cat qqq', 'fixture')
  WHERE token = 'qqq'))::numeric, 6) AS sum FROM hartonomous.predict_next('the cat', 100, 'fixture') p;

-- A corpus.
CREATE TABLE line (n int, line text);
INSERT INTO line SELECT n, 'the ' || (ARRAY['cat', 'dog', 'bird'])[1 + n % 3] || ' '
  || (ARRAY['sat', 'ran', 'sang', 'slept'])[1 + n * n % 4] || ' on the '
  || (ARRAY['mat', 'log'])[1 + n % 2] || CASE WHEN n % 5 = 0 THEN ' today' ELSE '' END
FROM generate_series(1, 40) n;
SELECT * FROM hartonomous.learn_edges_from_text('SELECT line FROM line', 4, 'pets', 'all of it');
SELECT * FROM hartonomous.learn_edges_from_text('SELECT line FROM line ORDER BY n DESC', 4, 'pets', 'another name');
SELECT continuation, round(probability::numeric, 4) AS p, round(rating::numeric, 1) AS rating, order_used
FROM hartonomous.predict_next('the cat', 4, 'pets');
SELECT method, context_length, vocabulary_size, version FROM hartonomous.edge_domain WHERE name = 'pets';
SELECT count(DISTINCT continuation), round(sum(probability)::numeric + (SELECT unknown_probability::numeric
  FROM hartonomous.edge_domain WHERE name = 'pets'), 5) AS sum
FROM hartonomous.predict_next('', 100, 'pets', sentence_start => false);
SELECT round(hartonomous.perplexity_from_graph(E'the cat sat on the mat\nthe dog ran', 'pets')::numeric, 4)
  = round(exp(-avg(ln(probability)))::numeric, 4) AS same
FROM hartonomous.score_from_graph(E'the cat sat on the mat\nthe dog ran', 'pets');
SELECT token, order_used FROM hartonomous.score_from_graph('the cow sat', 'pets');
-- What a score says is what the list of predictions says.
SELECT count(*) AS positions, count(p.continuation) AS listed, bool_and(s.probability = p.probability) AS same
FROM (SELECT ordinality, token, probability FROM hartonomous.score_from_graph('the bird sang on the log', 'pets')) s
CROSS JOIN LATERAL (SELECT coalesce(string_agg(t.token, ' ' ORDER BY t.ordinality), '') AS context
  FROM hartonomous.score_from_graph('the bird sang on the log', 'pets') t WHERE t.ordinality < s.ordinality) c
CROSS JOIN LATERAL hartonomous.predict_next(c.context, 100, 'pets') p WHERE p.continuation = s.token;

-- Distributions can be dropped and made again, and sources can come in any order, in parts.
CREATE VIEW distribution AS
SELECT d.name, coalesce(string_agg(c.spelling, ' ' ORDER BY c.place DESC), '') AS context, x.piece, x.back_off,
  (SELECT array_agg(w.spelling ORDER BY t.n) FROM unnest(x.target_ids) WITH ORDINALITY t (id, n)
   JOIN hartonomous.edge_word w ON w.atom_id = t.id) AS targets, x.probabilities
FROM hartonomous.edge_distribution x JOIN hartonomous.edge_domain d USING (domain_id)
LEFT JOIN LATERAL (
  WITH RECURSIVE walk (context_id, word_id, place) AS (
    SELECT k.suffix_context_id, k.word_id, 0 - k.length FROM hartonomous.edge_context k WHERE k.context_id = x.context_id
    UNION ALL SELECT k.suffix_context_id, k.word_id, 0 - k.length
    FROM walk JOIN hartonomous.edge_context k USING (context_id))
  SELECT w.spelling, -walk.place AS place FROM walk JOIN hartonomous.edge_word w ON w.atom_id = walk.word_id) c ON true
GROUP BY d.name, x.context_id, x.domain_id, x.piece, x.back_off, x.target_ids, x.probabilities;
CREATE FUNCTION fingerprint(domain text) RETURNS text LANGUAGE sql AS
$$ SELECT md5(string_agg(concat_ws('|', context, piece, back_off, targets, probabilities), E'\n'
     ORDER BY context COLLATE "C", piece)) FROM distribution WHERE name = domain $$;
SELECT fingerprint('pets') AS pets \gset
SELECT hartonomous.refresh_domain('pets');
SELECT fingerprint('pets') = :'pets' AS same;
SELECT new_evidence > 0 AS more FROM hartonomous.learn_edges_from_text('SELECT line FROM line WHERE n % 2 = 0', 4, 'up', 'even');
SELECT new_evidence > 0 AS more FROM hartonomous.learn_edges_from_text('SELECT line FROM line WHERE n % 2 = 1', 4, 'up', 'odd');
SELECT new_evidence > 0 AS more FROM hartonomous.learn_edges_from_text('SELECT line FROM line WHERE n % 2 = 1', 4, 'down', 'odd');
SELECT new_evidence > 0 AS more FROM hartonomous.learn_edges_from_text('SELECT line FROM line WHERE n % 2 = 0', 4, 'down', 'even');
SELECT fingerprint('up') = :'pets' AS up, fingerprint('down') = :'pets' AS down;
SELECT hartonomous.revoke_source('odd', 'up');
SELECT fingerprint('up') = :'pets' AS same;
SELECT new_evidence FROM hartonomous.learn_edges_from_text('SELECT line FROM line WHERE n % 2 = 0', 4, 'even', 'even alone');
SELECT fingerprint('up') = fingerprint('even') AS as_if_never_learned;
-- Learning what was revoked restores it.
SELECT source_name, new_evidence FROM hartonomous.learn_edges_from_text('SELECT line FROM line WHERE n % 2 = 1', 4, 'up');
SELECT fingerprint('up') = :'pets' AS same;

-- The text being read counts.
SELECT continuation FROM hartonomous.predict_next('the', 1, 'pets', history => 'the bird the bird the bird the bird');
SELECT round(sum(probability)::numeric, 4) > 0.9 AS still_a_distribution
FROM hartonomous.predict_next('the', 100, 'pets', history => 'the bird sat');
SELECT hartonomous.perplexity_from_graph(repeat(E'the bird sang on the log today\n', 9), 'pets', '')
  < hartonomous.perplexity_from_graph(repeat(E'the bird sang on the log today\n', 9), 'pets') AS learns;
-- Completions: repeatable, the best no less probable than any other way.
SELECT hartonomous.complete_from_graph('the cat', 8, seed => 1, domain => 'pets')
     = hartonomous.complete_from_graph('the cat', 8, seed => 1, domain => 'pets') AS same;
SELECT count(DISTINCT hartonomous.complete_from_graph('the', 8, seed => s, domain => 'pets')) > 5 AS varied
FROM generate_series(1, 40) s;
SELECT hartonomous.complete_from_graph('the cat', 12, 'sample', temperature => 0, domain => 'pets');
SELECT hartonomous.complete_from_graph('the cat', 3, 'best', domain => 'pets') AS best,
  hartonomous.complete_from_graph('the cat', 3, 'beam', width => 64, domain => 'pets') AS beam;

-- Relations of other kinds change no prediction.
SELECT hartonomous.learn_edges('VALUES (''guinea pig'', ''rodent'', 1), (''cat'', ''feline'', 0.5)', 'wordlist', domain => 'pets');
SELECT fingerprint('pets') = :'pets' AS same;
SELECT neighbor, evidence FROM hartonomous.neighbors('guinea pig', 'relation');

-- Edge cases and errors.
SELECT * FROM hartonomous.learn_edges_from_text('SELECT ''''::text UNION ALL SELECT NULL UNION ALL SELECT '' ''', domain => 'empty');
SELECT * FROM hartonomous.predict_next('x', 3, 'empty');
SELECT hartonomous.perplexity_from_graph('', 'pets') IS NULL AS nothing, hartonomous.perplexity_from_graph(NULL) IS NULL AS null_for_null;
SELECT count(*) FROM hartonomous.predict_next(NULL);
SELECT count(*) FROM hartonomous.predict_next('the', 0, 'pets');
SELECT count(*) FROM hartonomous.predict_next(repeat('word ', 20000), 3, 'pets', repeat('the cat ', 50000));
SELECT count(*) FROM hartonomous.neighbors('never seen');
SELECT hartonomous.learn_edges_from_text(NULL);
SELECT hartonomous.learn_edges_from_text('SELECT 1');
SELECT hartonomous.learn_edges_from_text('SELECT line, n FROM line');
SELECT hartonomous.learn_edges_from_text('SELECT line FROM line', 0);
SELECT hartonomous.learn_edges_from_text('SELECT line FROM line', 5, 'pets', 'all of it');
SELECT hartonomous.learn_edges_from_text('SELECT no_such_column FROM line');
SELECT hartonomous.learn_edges('VALUES (''a'', ''b'', 0)', 'zero');
SELECT hartonomous.learn_edges('VALUES (''a'', ''b'', 1e300)', 'huge');
SELECT hartonomous.learn_edges('VALUES (''a'', ''b'', NULL::int)', 'null');
SELECT hartonomous.learn_edges('VALUES (''a'', ''b'', 1)', 'x', 'no such type');
SELECT hartonomous.learn_edges('VALUES (''a'', ''b'', 1)', 'all of it', domain => 'pets');
SELECT hartonomous.predict_next('x', 3, 'nowhere');
SELECT hartonomous.predict_next('x');
SELECT hartonomous.revoke_source('nobody');
SELECT hartonomous.complete_from_graph('the', 0, domain => 'pets');
SELECT hartonomous.complete_from_graph('the', method => 'magic', domain => 'pets');
SELECT hartonomous.complete_from_graph('the', top_p => 2, domain => 'pets');
SELECT (hartonomous.edge_fold(2, 1, 1, 65536)).evidence;
SELECT hartonomous.edge_probability(hartonomous.edge_fold(1, 1, 1, 65536), 0);
SELECT (hartonomous.edge_fold(e, e, e, 65536)).sources FROM (SELECT 1::bigint AS e WHERE false) none;

-- Tenants: members learn and ask; others do not know that it exists.
CREATE ROLE edge_alice;
CREATE ROLE edge_bob;
SELECT hartonomous.create_tenant('edge_a', 1000) IS NOT NULL AS made;
SELECT hartonomous.add_tenant_member('edge_a', 'edge_alice');
GRANT EXECUTE ON FUNCTION hartonomous.learn_edges_from_text(text, integer, text, text, text),
  hartonomous.revoke_source(text, text) TO edge_alice, edge_bob;
SET ROLE edge_alice;
SELECT new_evidence > 0 AS learned FROM hartonomous.learn_edges_from_text('SELECT ''a secret of hers''::text', 3, 'secrets', 'diary');
SELECT continuation FROM hartonomous.predict_next('a secret of', 1);
SELECT source FROM hartonomous.believers('of', 'hers');
SELECT count(*) > 0 AS sees_hers, count(DISTINCT source_id) FROM hartonomous.edge_evidence;
SELECT hartonomous.learn_edges_from_text('SELECT repeat(''x '', 600)', 3, 'secrets', 'too much');
SELECT hartonomous.learn_edges_from_text('SELECT spelling FROM hartonomous.edge_word', 3, 'secrets', 'stolen');
SELECT count(*) FROM hartonomous.edge_context;
INSERT INTO hartonomous.edge_evidence VALUES (0, 1, 1, 1, 1);
SET ROLE edge_bob;
SELECT hartonomous.predict_next('a secret of', 1, 'secrets');
SELECT hartonomous.revoke_source('diary');
SELECT count(*) FROM hartonomous.neighbors('of');
SELECT count(*) FROM hartonomous.believers('of', 'hers');
SELECT (SELECT count(*) FROM hartonomous.edge_evidence) AS evidence, (SELECT count(*) FROM hartonomous.edge_source) AS sources,
  (SELECT count(*) FROM hartonomous.edge) AS edges;
RESET ROLE;
DROP OWNED BY edge_alice, edge_bob;
DROP ROLE edge_alice, edge_bob;
SELECT * FROM hartonomous.verify_store('atoms');
