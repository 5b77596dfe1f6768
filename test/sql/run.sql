-- Stored models answer: the sample model in two containers, with its own tokenizer.
\set VERBOSITY terse
\getenv source PG_ABS_SRCDIR
\set base :source '/../sample/base'
\set gguf :source '/../sample/gguf/kjv-tiny-f16.gguf'
\set quantised :source '/../sample/gguf/kjv-tiny-q8_0.gguf'
SELECT hartonomous.ingest_model(:'base', 'kjv') AS kjv \gset
SELECT hartonomous.ingest_model(:'gguf', 'container') AS container \gset
SELECT hartonomous.ingest_model(:'quantised', 'quantised') AS quantised \gset

-- Greedy answers: the same whatever file the weights came in.
SELECT hartonomous.complete('kjv', 'In the beginning', 24) AS answer;
SELECT hartonomous.complete('container', 'In the beginning', 24)
     = hartonomous.complete('kjv', 'In the beginning', 24) AS is_same;
SELECT hartonomous.complete('quantised', 'In the beginning', 24) AS answer;
-- ... and however it is asked for: rows, in FROM and in the SELECT list, one token at a time.
SELECT step, token_id, token, round(logprob::numeric, 2) AS logprob
FROM hartonomous.generate('kjv', 'And God said', 6);
SELECT string_agg(token, '' ORDER BY step) = hartonomous.complete('kjv', 'And God said', 20) AS is_same
FROM hartonomous.generate('kjv', 'And God said', 20);
SELECT count(*) AS rows, string_agg((g).token, '') AS answer
FROM (SELECT hartonomous.generate_rows('kjv', 'And God said', 6) AS g) AS s;

-- LIMIT stops the work: a million tokens would last for hours, and exceed the context.
SELECT step, token FROM hartonomous.generate('kjv', 'And God said', 1000000) LIMIT 3;
SELECT (g).step FROM (SELECT hartonomous.generate_rows('kjv', 'And God said', 1000000) AS g) AS s LIMIT 2;
BEGIN;
DECLARE answer CURSOR FOR SELECT step, token FROM hartonomous.generate('kjv', 'And God said', 1000000);
FETCH 2 FROM answer;
FETCH 1 FROM answer;
COMMIT;
-- Two answers at once do not disturb each other.
SELECT (a).token AS one, (b).token AS other
FROM (SELECT hartonomous.generate_rows('kjv', 'And God said', 4) AS a,
             hartonomous.generate_rows('kjv', 'And the LORD', 4) AS b) AS s;

-- Sampling: a function of its parameters.
SELECT hartonomous.complete('kjv', 'In the beginning', 16, 0.9, seed => 1)
     = hartonomous.complete('kjv', 'In the beginning', 16, 0.9, seed => 1) AS is_reproducible,
       hartonomous.complete('kjv', 'In the beginning', 16, 0.9, seed => 1)
    <> hartonomous.complete('kjv', 'In the beginning', 16, 0.9, seed => 2) AS seeds_differ,
       hartonomous.complete('kjv', 'In the beginning', 16, 0.9, top_k => 1)
     = hartonomous.complete('kjv', 'In the beginning', 16) AS one_candidate_is_greedy;
-- Stop strings, also such as end inside a token or span several.
SELECT hartonomous.complete('kjv', 'And God said', 20, stop => '{shalt}') AS before_stop,
       hartonomous.complete('kjv', 'And God said', 20, stop => '{o h}') AS inside,
       hartonomous.complete('kjv', 'And God said', 0) AS none;

-- Many prompts in one call: each gets the answer that it gets alone, greedy or drawn, also when
-- there is memory for few of them at a time.
CREATE TABLE prompts AS
SELECT n, left('In the beginning God created the heaven and the earth. And the earth was', n) AS words
FROM generate_series(1, 70, 2) AS n;
SELECT hartonomous.complete('kjv', array_agg(words ORDER BY n), 9)
     = array_agg(hartonomous.complete('kjv', words, 9) ORDER BY n) AS are_same FROM prompts;
SELECT hartonomous.complete('quantised', array_agg(words ORDER BY n), 9, 0.7, seed => 3, stop => '{the}')
     = array_agg(hartonomous.complete('quantised', words, 9, 0.7, seed => 3, stop => '{the}') ORDER BY n) AS are_same
FROM prompts;
SET hartonomous.session_memory = '2MB';
SELECT hartonomous.complete('kjv', array_agg(words ORDER BY n), 9)
     = array_agg(hartonomous.complete('kjv', words, 9) ORDER BY n) AS are_same FROM prompts;
RESET hartonomous.session_memory;
SELECT hartonomous.complete('kjv', '{And God,And God}'::text[], 2) AS twice,
       hartonomous.complete('kjv', '{And God}'::text[], 0) AS nothing,
       hartonomous.complete('kjv', '{}'::text[]) AS no_prompt,
       hartonomous.complete('kjv', NULL::text[]) IS NULL AS is_null;

-- Threads, a cold cache of the session and a warm one: the same bits.
SELECT hartonomous.logits('kjv', '{5, 6, 7, 8, 9}') AS logits \gset
SET hartonomous.threads = 1;
SELECT hartonomous.logits('kjv', '{5, 6, 7, 8, 9}') = :'logits'::real[] AS one_thread_is_same;
SET hartonomous.threads = 3;
\c
SELECT hartonomous.logits('kjv', '{5, 6, 7, 8}') IS NOT NULL AS prefix,
       hartonomous.logits('kjv', '{5, 6, 7, 8, 9}') = :'logits'::real[] AS prefix_is_same;
SELECT token_id, token, round(logprob::numeric, 2) AS logprob
FROM hartonomous.next_token('kjv', '{5, 6, 7, 8, 9}', 3);
SELECT (SELECT token_id FROM hartonomous.next_token('kjv', '{5, 6, 7, 8, 9}', 1))
     = array_position(logits, (SELECT max(l) FROM unnest(logits) AS l)) - 1 AS is_the_highest
FROM hartonomous.logits('kjv', '{5, 6, 7, 8, 9}') AS logits;

-- A ref that moves changes the very next answer, and not the one under way.
SELECT hartonomous.ingest_model(:'source' || '/../sample/psalms', 'kjv', 'psalms') AS psalms \gset
BEGIN;
DECLARE answer CURSOR FOR SELECT token FROM hartonomous.generate('kjv', 'The LORD is my', 8);
FETCH 2 FROM answer;
SELECT hartonomous.set_ref('kjv', 'main', 'psalms') = :psalms AS moved;
FETCH ALL FROM answer;
COMMIT;
SELECT string_agg(token, '') AS new_answer FROM hartonomous.generate('kjv', 'The LORD is my', 8);
SELECT hartonomous.complete('kjv@' || :kjv, 'The LORD is my', 8) AS old_version;
SELECT hartonomous.set_ref('kjv', 'main', :'kjv') = :kjv AS moved_back;
SELECT hartonomous.set_ref('kjv', 'main', :'kjv') = :kjv AS again;
SELECT ref_name, count(*) FROM hartonomous.ref_history JOIN hartonomous.model USING (model_id)
WHERE name = 'kjv' GROUP BY 1 ORDER BY 1;
SELECT hartonomous.set_ref('kjv', 'main', 'nowhere');
SELECT hartonomous.set_ref('kjv', '17', 'main');
SELECT hartonomous.set_ref('kjv@main', 'main', 'main');

-- Nothing for nothing.
SELECT hartonomous.complete(NULL, 'x') IS NULL AND hartonomous.complete('kjv', NULL) IS NULL
   AND hartonomous.logits(NULL, '{1}') IS NULL AS is_null;
SELECT count(*) FROM hartonomous.generate('kjv', NULL);

-- What is refused, and how.
\set VERBOSITY default
SELECT hartonomous.complete('nobody', 'x');
SELECT hartonomous.complete('kjv', 'x', -1);
SELECT hartonomous.complete('kjv', 'x', temperature => -1);
SELECT hartonomous.complete('kjv', 'x', temperature => 'NaN');
SELECT hartonomous.complete('kjv', 'x', top_k => -1);
SELECT hartonomous.complete('kjv', 'x', top_p => 0);
SELECT hartonomous.complete('kjv', 'x', min_p => 1.5);
SELECT hartonomous.complete('kjv', 'x', repetition_penalty => 0);
SELECT hartonomous.complete('kjv', 'x', stop => '{""}');
SELECT hartonomous.complete('kjv', 'x', stop => '{a,NULL}');
SELECT hartonomous.complete('kjv', repeat('word ', 3000));
SELECT hartonomous.complete('kjv', ARRAY['x', NULL]);
SELECT hartonomous.complete('kjv', ARRAY['x', repeat('word ', 3000)]);
SELECT hartonomous.logits('kjv', '{}');
SELECT hartonomous.logits('kjv', '{-1}');
SELECT hartonomous.logits('kjv', '{999999}');
SELECT hartonomous.logits('kjv', '{1,NULL}');
SELECT hartonomous.next_token('kjv', '{1}', -1);

-- Grammars.
SELECT hartonomous.complete('kjv', 'And God said', 8, grammar => 'root ::= " yes" | " no"') AS chosen;
SELECT hartonomous.complete('kjv', 'The number is ', 4, grammar => 'root ::= [0-9]{3}') ~ '^[0-9]{3}$' AS is_number;
SELECT hartonomous.complete('kjv', 'A list: ', 24, grammar => 'root ::= "[" [1-9] ("," [1-9])? "]"')::jsonb IS NOT NULL AS is_json;
SELECT hartonomous.complete('kjv', 'x', 4, grammar => 'root ::= ');
SELECT hartonomous.complete('kjv', 'x', 4, grammar => 'nonsense');
-- Values of a JSON schema.
SELECT hartonomous.complete('kjv', 'The king: ', 100, 1, seed => 3, grammar => hartonomous.json_schema_grammar(
  '{"properties": {"name": {"type": "string", "minLength": 1, "maxLength": 8}, "years": {"type": "array",
    "items": {"enum": [1, 22, 333]}, "maxItems": 3}, "is_good": {"type": "boolean"}}, "required": ["name", "is_good"]}'))::json AS value;
SELECT hartonomous.json_schema_grammar('{"type": "string", "pattern": "^a"}');
SELECT hartonomous.json_schema_grammar('{"type": "thing"}');
SELECT hartonomous.json_schema_grammar(NULL) IS NULL AS is_null;
-- Texts of a regular expression.
SELECT hartonomous.complete('kjv', 'And he had ', 30, 1, seed => 5, grammar => hartonomous.regex_grammar('[1-9]\d? (sons|daughters|camels) and [a-z]{3,9}')) AS possessions;
SELECT hartonomous.regex_grammar('^(\d{4})-x+|"$');
SELECT hartonomous.regex_grammar('(?=a)b');
SELECT hartonomous.regex_grammar('(a*)*');
SELECT hartonomous.regex_grammar(repeat('a', 5000));
SELECT hartonomous.regex_grammar(NULL) IS NULL AS is_null;
-- Texts that are only read.
SELECT round(hartonomous.perplexity('kjv', 'In the beginning God created the heaven and the earth.')::numeric, 1) AS perplexity,
       hartonomous.perplexity('kjv', '') IS NULL AS too_short;
SELECT hartonomous.perplexity('kjv', repeat('And the LORD said unto Moses. ', 100), 64) < 5 AS long_text;
SELECT hartonomous.perplexity('kjv', repeat('And the LORD said unto Moses. ', 100));
SELECT hartonomous.perplexity('kjv', 'In the beginning', 3);
SELECT array_length(e, 1) AS size, e = hartonomous.embed('kjv', 'In the beginning') AS is_reproducible,
       e <> hartonomous.embed('kjv', 'In the end') AS differs
FROM hartonomous.embed('kjv', 'In the beginning') AS e;
-- Prompts from a table.
SELECT p.prompt, c.answer FROM (VALUES ('And God said'), ('The LORD is my')) AS p(prompt),
LATERAL (SELECT hartonomous.complete('kjv', p.prompt, 4) AS answer) AS c;
