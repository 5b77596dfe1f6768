-- Models as witnesses: what they expect after the words of a probe becomes evidence.
\set VERBOSITY terse
\set SHOW_CONTEXT never
\getenv source PG_ABS_SRCDIR
\set base :source '/../sample/base'
\set psalms :source '/../sample/psalms'
SET client_min_messages = warning;
SELECT hartonomous.ingest_model(:'base', 'kjv') AS kjv \gset
SELECT hartonomous.ingest_model(:'psalms', 'psalms') AS psalms \gset
CREATE TABLE probe (verse text);
INSERT INTO probe VALUES ('In the beginning God created the heaven and the earth.'), ('And God said, Let there be light'),
  (''), (NULL);
-- All that is above the cut at a place, none held out.
SELECT source_name, places, new_evidence > 100 AS much, held_out_places, agreement, divergence
FROM hartonomous.extract_edges('kjv', 'SELECT verse FROM probe', order_n => 3, top_k => 1000, min_evidence => 0, held_out => 0,
  domain => 'scripture', source => 'kjv');

-- Evidence is what next_token says. "In the" is there once: one place, and its units' tokens are whole.
CREATE TABLE expected AS
SELECT ltrim(token, ' ') AS target, sum(exp(logprob)) AS probability
FROM hartonomous.next_token('kjv', hartonomous.tokenize('kjv', 'In the'), 100000) GROUP BY 1;
SELECT count(*) > 10 AS several, count(*) FILTER (WHERE e.evidence IS NULL) AS missing, max(abs(e.evidence - x.probability)) < 2e-6 AS same
FROM expected x LEFT JOIN LATERAL (
  SELECT n.evidence FROM hartonomous.neighbors('In the', k => 10000, domain => 'scripture') n WHERE n.neighbor = x.target) e ON true
WHERE x.probability >= 1.0 / 1024 AND x.target <> '';
-- A context's evidence and tail are its places, whatever was cut off.
SELECT count(*) > 10 AS several, bool_and(total % 1048576 = 0) AS whole_places FROM hartonomous.edge_context_total;

-- Asked again it adds nothing; another text under the same name contradicts; unnamed sources are named by what they are made of.
SELECT new_evidence FROM hartonomous.extract_edges('kjv', 'SELECT verse FROM probe ORDER BY verse', order_n => 3, top_k => 1000,
  min_evidence => 0, held_out => 0, domain => 'scripture', source => 'kjv');
SELECT hartonomous.extract_edges('kjv', 'SELECT ''And the earth was without form''', order_n => 3, domain => 'scripture', source => 'kjv', held_out => 0);
SELECT source_name AS first, new_evidence > 0 AS new FROM hartonomous.extract_edges('kjv', 'SELECT verse FROM probe', domain => 'other') \gset
SELECT source_name = :'first' AS same, source_name LIKE 'kjv %' AS named, new_evidence
FROM hartonomous.extract_edges('kjv', 'SELECT verse FROM probe ORDER BY verse', domain => 'other');
SELECT source_name = :'first' AS same FROM hartonomous.extract_edges('kjv', 'SELECT verse FROM probe', order_n => 2, domain => 'other');

-- Two models on one text: they vote on the same edges, agree and differ, and one can be taken back.
SELECT new_evidence > 100 AS much FROM hartonomous.extract_edges('psalms', 'SELECT verse FROM probe', order_n => 3, top_k => 1000,
  min_evidence => 0, held_out => 0, domain => 'scripture', source => 'psalms');
SELECT source, kind, round(probability::numeric, 2) AS probability, round(rating) AS rating
FROM hartonomous.believers('the', 'LORD', domain => 'scripture');
SELECT hartonomous.disagreement('the', domain => 'scripture') BETWEEN 0.0001 AND ln(2) AS they_differ;
SELECT sources FROM hartonomous.neighbors('In the', k => 1, domain => 'scripture');
SELECT hartonomous.revoke_source('psalms', 'scripture');
SELECT sources FROM hartonomous.neighbors('In the', k => 1, domain => 'scripture');
SELECT continuation FROM hartonomous.predict_next('In the', k => 1, domain => 'scripture');
-- How much of the model the evidence tells, on texts that were held out.
CREATE TABLE verse AS SELECT hartonomous.complete('kjv', 'And', 20, temperature => 1, seed => i) AS content FROM generate_series(1, 40) i;
SELECT places > 500 AS places, held_out_places > 50 AS held_out, agreement BETWEEN 0.1 AND 1 AS agreement, divergence BETWEEN 0 AND 4 AS divergence
FROM hartonomous.extract_edges('kjv', 'SELECT content FROM verse', held_out => 0.2, domain => 'tales');

SELECT hartonomous.extract_edges('nobody', 'SELECT 1');
SELECT hartonomous.extract_edges(NULL, 'SELECT verse FROM probe');
SELECT hartonomous.extract_edges('kjv', 'SELECT 1');
SELECT hartonomous.extract_edges('kjv', 'SELECT verse FROM probe', order_n => 0);
SELECT hartonomous.extract_edges('kjv', 'SELECT verse FROM probe', top_k => 0);
SELECT hartonomous.extract_edges('kjv', 'SELECT verse FROM probe', min_evidence => 1);
SELECT hartonomous.extract_edges('kjv', 'SELECT verse FROM probe', held_out => 0.95);
SELECT source_name <> '' AS named, places, new_evidence FROM hartonomous.extract_edges('kjv', 'SELECT verse FROM probe WHERE false');
