-- What several models hold of the same edges: one row an edge, everybody's vote in it.
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE TABLE belief (model text, context text, target text, weight float8);
INSERT INTO belief VALUES ('GPT-3', 'cat', 'sat', 0.87), ('BERT', 'cat', 'sat', 0.65), ('LLaMA', 'cat', 'sat', 0.91),
  ('PaLM', 'cat', 'sat', 0.82), ('Claude', 'cat', 'sat', 0.88), ('BERT', 'cat', 'ran', 0.2), ('GPT-3', 'cat', 'slept', 0.05),
  ('Claude', 'cat', 'slept', 0.04), ('GPT-3', 'cat sat on the', 'mat', 0.6), ('LLaMA', 'cat sat on the', 'mat', 0.5),
  ('LLaMA', 'cat sat on the', 'roof', 0.3);
-- A model has one place for each context; what it did not name is its tail.
CREATE FUNCTION vote(name text) RETURNS bigint LANGUAGE sql AS $$
  SELECT hartonomous.learn_edges(format(
    'SELECT context, target, weight FROM belief WHERE model = %1$L
     UNION ALL SELECT context, NULL, 1 - sum(weight) FROM belief WHERE model = %1$L GROUP BY context', name), name, 'next', 'everyone', 'model') $$;
SELECT model, vote(model) AS new_evidence FROM (SELECT DISTINCT model FROM belief WHERE model <> 'Claude') m ORDER BY model COLLATE "C";

SELECT target, round(rating) AS rating, votes, model_votes FROM hartonomous.semantic_edges('cat');
-- Incremental: a model comes to what is there.
SELECT vote('Claude') AS new_evidence, vote('Claude') AS again;
SELECT target, round(rating) AS rating, votes, model_votes FROM hartonomous.semantic_edges('cat', k => 1);
-- Which models strongly believe "cat" -> "sat"?
SELECT model, vote FROM hartonomous.semantic_edges('cat', k => 1), LATERAL jsonb_each_text(model_votes) AS v (model, vote)
ORDER BY vote DESC, model COLLATE "C";
-- Patterns unique to one of them; where they disagree.
SELECT target, model_votes FROM hartonomous.semantic_edges('cat') WHERE votes = 1;
SELECT context, round(hartonomous.disagreement(context)::numeric, 4) AS nats
FROM (SELECT DISTINCT context FROM belief) c ORDER BY nats DESC;
-- The cat sat on the ___
SELECT target, round(rating) AS rating FROM hartonomous.semantic_edges('cat sat on the');
SELECT continuation FROM hartonomous.predict_next('the cat sat on the', k => 1, domain => 'everyone');
-- Domains have ratings of their own, and together they are a merged model.
SELECT hartonomous.learn_edges('SELECT ''patient'', ''diagnosis'', 0.93 UNION ALL SELECT ''patient'', NULL, 0.07', 'doctor', 'next', 'medical', 'model'),
  hartonomous.learn_edges('SELECT ''patient'', ''diagnosis'', 0.78 UNION ALL SELECT ''patient'', ''confidentiality'', 0.22', 'lawyer', 'next', 'legal', 'model'),
  hartonomous.learn_edges('SELECT ''patient'', ''diagnosis'', 0.93 UNION ALL SELECT ''patient'', NULL, 0.07', 'doctor', 'next', 'both', 'model'),
  hartonomous.learn_edges('SELECT ''patient'', ''diagnosis'', 0.78 UNION ALL SELECT ''patient'', ''confidentiality'', 0.22', 'lawyer', 'next', 'both', 'model');
SELECT domain_name, target, round(rating) AS rating, model_votes FROM hartonomous.semantic_edges('patient') ORDER BY domain_name COLLATE "C", rating DESC;
SELECT count(*) FROM hartonomous.semantic_edges(NULL);
SELECT count(*) FROM hartonomous.semantic_edges('nothing of the kind');
SELECT * FROM hartonomous.semantic_edges('cat', 'no such type');
