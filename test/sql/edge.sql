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
-- How much it counts can be fitted to text that was not learned; the same text gives the same weights.
CREATE TABLE unseen (n int, line text, story text);
INSERT INTO unseen SELECT n, 'the ' || (ARRAY['bird', 'cow'])[1 + n / 8 % 2] || ' ' || (ARRAY['sang', 'ran', 'slept'])[1 + n % 3]
  || ' on the log' || CASE WHEN n / 8 % 2 = 0 THEN ' today' ELSE '' END, 'story ' || n / 8 FROM generate_series(1, 48) n;
CREATE VIEW fitted AS SELECT domain_id, background_id, windows, weights, exponent, word_count, development_hash
  FROM hartonomous.edge_mixture;
SELECT words, perplexity < perplexity_alone AS better, exponent >= 1 AS sharpened
FROM hartonomous.fit_mixture('SELECT line, n % 4 > 0, story FROM unseen ORDER BY n', 'pets');
CREATE TABLE fit AS SELECT * FROM fitted;
SELECT background_id, windows, cardinality(weights) / (4 * 21) AS components, word_count, length(development_hash) FROM fit;
SELECT round(min(s)::numeric, 9) AS least, round(max(s)::numeric, 9) AS most FROM (
  SELECT sum(w.weight) AS s FROM fit, unnest(weights) WITH ORDINALITY w (weight, n) GROUP BY (w.n - 1) / 10) kind;
SELECT words FROM hartonomous.fit_mixture('SELECT line, n % 4 > 0, story FROM unseen ORDER BY n', 'pets');
SELECT count(*) AS same FROM fitted JOIN fit USING (domain_id, windows, weights, exponent, word_count, development_hash);
SELECT hartonomous.refresh_domain('pets');
SELECT count(*) AS kept FROM fitted JOIN fit USING (domain_id, windows, weights, exponent, word_count, development_hash);
-- With the weights fitted it is still a distribution, and a score is still what the list says.
SELECT round((sum(p.probability) + (SELECT probability FROM hartonomous.score_from_graph('the qqq', 'pets', 'the bird sat on the cow')
  WHERE token = 'qqq'))::numeric, 6) AS sum FROM hartonomous.predict_next('the', 100, 'pets', 'the bird sat on the cow') p;
SELECT count(*) AS words, bool_and(s.probability = p.probability AND s.order_used = p.order_used) AS same
FROM unnest(ARRAY['cat', 'bird', 'mat', 'log', 'the', 'slept']) word
CROSS JOIN LATERAL (SELECT probability, order_used FROM hartonomous.score_from_graph('the ' || word, 'pets', 'the bird sat on the log')
  WHERE token = word AND ordinality = 2) s
JOIN LATERAL hartonomous.predict_next('the', 100, 'pets', 'the bird sat on the log') p ON p.continuation = word;
-- A domain beside one that has learned more: the vocabulary is the larger one's.
SELECT new_evidence > 0 AS more FROM hartonomous.learn_edges_from_text('SELECT line FROM line UNION ALL SELECT line FROM unseen', 3, 'all', 'everything');
SELECT words, perplexity < perplexity_alone AS better
FROM hartonomous.fit_mixture('SELECT replace(line, ''today'', ''tomorrow''), true FROM unseen WHERE n % 4 = 0 ORDER BY n', 'pets', 'all', '{4, 50}');
SELECT d.name AS background, m.windows, cardinality(m.weights) / (3 * 21) AS components
FROM hartonomous.edge_mixture m JOIN hartonomous.edge_domain d ON d.domain_id = m.background_id;
SELECT round((sum(p.probability) + (SELECT probability FROM hartonomous.score_from_graph('the qqq', 'pets', 'the cow ran')
  WHERE token = 'qqq'))::numeric, 4) AS sum, bool_or(continuation = 'cow') AS knows_more
FROM hartonomous.predict_next('the', 100, 'pets', 'the cow ran') p;
-- Judging: without adapting it is the domain's own perplexity; with it, that of reading on.
SELECT e.words, e.unknown_words, round(e.perplexity::numeric, 6) = round(hartonomous.perplexity_from_graph(
  (SELECT string_agg(line, E'\n' ORDER BY n) FROM unseen), 'pets')::numeric, 6) AS same, e.known_perplexity < e.perplexity AS better,
  e.first <= e.first_five AS ordered, e.calibration_error BETWEEN 0 AND 1 AS calibrated
FROM hartonomous.evaluate_predictions('SELECT line FROM unseen ORDER BY n', 'pets', adaptive => false) e;
SELECT round(e.perplexity::numeric, 6) = round(hartonomous.perplexity_from_graph(
  (SELECT string_agg(line, E'\n' ORDER BY n) FROM unseen), 'pets', '')::numeric, 6) AS same
FROM hartonomous.evaluate_predictions('SELECT line, true, ''one'' FROM unseen ORDER BY n', 'pets') e;
SELECT e.* FROM hartonomous.evaluate_predictions('SELECT NULL::text', 'pets') e;
SELECT a.perplexity > b.perplexity AS forgets FROM
  hartonomous.evaluate_predictions('SELECT line, true, n::text FROM unseen ORDER BY n', 'pets') a,
  hartonomous.evaluate_predictions('SELECT line, true, NULL::text FROM unseen ORDER BY n', 'pets') b;
-- Words of a long list are found one by one as the list has them.
CREATE TABLE many AS SELECT 'one ' || (ARRAY['ape', 'bee', 'cod', 'doe', 'elk'])[1 + n % 5] || chr(97 + n / 26 % 26) || chr(97 + n % 26)
  || CASE WHEN n % 3 = 0 THEN 's' ELSE '' END AS line FROM generate_series(1, 900) n;
SELECT words FROM hartonomous.learn_edges_from_text('SELECT line FROM many', 2, 'many');
SELECT count(DISTINCT p.continuation) AS words, bool_and(s.probability = p.probability AND s.order_used = p.order_used) AS same
FROM hartonomous.predict_next('one', 2000, 'many') p
JOIN hartonomous.score_from_graph((SELECT string_agg(DISTINCT line, E'\n') FROM many), 'many') s
  ON s.token = p.continuation AND s.token NOT IN ('', 'one');

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
SELECT hartonomous.fit_mixture(NULL, 'pets');
SELECT hartonomous.fit_mixture('SELECT line FROM unseen', 'nowhere');
SELECT hartonomous.fit_mixture('SELECT n FROM unseen', 'pets');
SELECT hartonomous.fit_mixture('SELECT line, n FROM unseen', 'pets');
SELECT hartonomous.fit_mixture('SELECT line, true, story, n FROM unseen', 'pets');
SELECT hartonomous.fit_mixture('SELECT line, false FROM unseen', 'pets');
SELECT hartonomous.fit_mixture('WITH d AS (DELETE FROM unseen RETURNING line) SELECT line FROM d', 'pets');
SELECT hartonomous.fit_mixture('SELECT line FROM unseen', 'pets', 'pets');
SELECT hartonomous.fit_mixture('SELECT line FROM unseen', 'pets', 'nowhere');
SELECT hartonomous.fit_mixture('SELECT line FROM unseen', 'pets', windows => '{0}');
SELECT hartonomous.fit_mixture('SELECT line FROM unseen', 'pets', windows => '{-1}');
SELECT hartonomous.fit_mixture('SELECT line FROM unseen', 'pets', windows => '{1, NULL}');
SELECT hartonomous.fit_mixture('SELECT repeat(''x '', 1 << 20)', 'pets');
SELECT hartonomous.evaluate_predictions('SELECT line FROM unseen', 'nowhere');
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
RESET ROLE;
GRANT EXECUTE ON FUNCTION hartonomous.fit_mixture(text, text, text, integer[]) TO edge_alice, edge_bob;
SET ROLE edge_alice;
SELECT words FROM hartonomous.fit_mixture('SELECT ''a secret of''::text', 'secrets', windows => '{}');
SELECT hartonomous.fit_mixture('SELECT ''a secret''::text', 'secrets', 'pets');
SELECT count(*) AS sees_hers FROM hartonomous.edge_mixture;
UPDATE hartonomous.edge_mixture SET exponent = 2;
SELECT source FROM hartonomous.believers('of', 'hers');
SELECT count(*) > 0 AS sees_hers, count(DISTINCT source_id) FROM hartonomous.edge_evidence;
SELECT hartonomous.learn_edges_from_text('SELECT repeat(''x '', 600)', 3, 'secrets', 'too much');
SELECT hartonomous.learn_edges_from_text('SELECT spelling FROM hartonomous.edge_word', 3, 'secrets', 'stolen');
SELECT count(*) FROM hartonomous.edge_context;
INSERT INTO hartonomous.edge_evidence VALUES (0, 1, 1, 1, 1);
SET ROLE edge_bob;
SELECT hartonomous.predict_next('a secret of', 1, 'secrets');
SELECT hartonomous.fit_mixture('SELECT ''a secret''::text', 'secrets');
SELECT hartonomous.evaluate_predictions('SELECT ''a secret of hers''::text', 'secrets');
SELECT count(*) AS mixtures FROM hartonomous.edge_mixture;
SELECT hartonomous.revoke_source('diary');
SELECT count(*) FROM hartonomous.neighbors('of');
SELECT count(*) FROM hartonomous.believers('of', 'hers');
SELECT (SELECT count(*) FROM hartonomous.edge_evidence) AS evidence, (SELECT count(*) FROM hartonomous.edge_source) AS sources,
  (SELECT count(*) FROM hartonomous.edge) AS edges;
RESET ROLE;
DROP OWNED BY edge_alice, edge_bob;
DROP ROLE edge_alice, edge_bob;
SELECT * FROM hartonomous.verify_store('atoms');
