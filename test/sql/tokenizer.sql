-- Texts in the tokens of stored models: the sample model in two containers.
\set VERBOSITY terse
\getenv source PG_ABS_SRCDIR
\set base :source '/../sample/base'
\set gguf :source '/../sample/gguf/kjv-tiny-f16.gguf'
SELECT hartonomous.ingest_model(:'base', 'kjv') IS NOT NULL AS is_stored;
SELECT hartonomous.ingest_model(:'gguf', 'container') IS NOT NULL AS is_stored;

SELECT hartonomous.tokenize('kjv', 'In the beginning God created the heaven and the earth.');
SELECT hartonomous.tokenize('kjv', 'In the beginning', add_special => false);
SELECT t, hartonomous.token_text('kjv', t)
FROM unnest(hartonomous.tokenize('kjv', 'And it came to pass', false)) WITH ORDINALITY AS u(t, i)
ORDER BY i;
-- Both containers say the same.
SELECT bool_and(hartonomous.tokenize('kjv', word) = hartonomous.tokenize('container', word))
FROM unnest(ARRAY['', ' ', 'begat', 'caf' || chr(233), chr(129433), '<s>', E'a\tb\n\nc']) AS word;

-- Control tokens are letters unless asked for.
SELECT hartonomous.tokenize('kjv', '<s>x</s>', false, parse_special => true) AS parsed,
       hartonomous.detokenize('kjv', hartonomous.tokenize('kjv', '<s>x</s>', false)) AS letters;
SELECT hartonomous.detokenize('kjv', ARRAY[0, 300, 1]) AS hidden,
       hartonomous.detokenize('kjv', ARRAY[0, 300, 1], show_special => true) AS shown,
       hartonomous.token_text('kjv', 0) AS control;

-- What comes back.
SELECT word, hartonomous.detokenize('kjv', hartonomous.tokenize('kjv', word)) = word AS is_same
FROM unnest(ARRAY['', '  two ', 'na' || chr(239) || 've', chr(27721) || chr(23383), E'\r\n']) AS word
ORDER BY word COLLATE "C";
-- A character cut in two: byte by byte, and as text.
SELECT hartonomous.token_text('kjv', t)
FROM unnest(hartonomous.tokenize('kjv', chr(129433), false)) AS u(t);
SELECT hartonomous.detokenize('kjv', (hartonomous.tokenize('kjv', chr(129433), false))[1:2])
     = repeat(chr(65533), 2) AS is_replaced;

-- NULL for NULL; no text, no tokens.
SELECT hartonomous.tokenize(NULL, 'x') IS NULL AND hartonomous.tokenize('kjv', NULL) IS NULL
   AND hartonomous.tokenize('kjv', 'x', NULL) IS NULL
   AND hartonomous.detokenize('kjv', NULL) IS NULL AND hartonomous.token_text('kjv', NULL) IS NULL
    AS is_null;
SELECT hartonomous.tokenize('kjv', '', false) AS none, hartonomous.detokenize('kjv', '{}') AS empty;

-- Errors.
\set VERBOSITY sqlstate
SELECT hartonomous.tokenize('nobody', 'x');
SELECT hartonomous.detokenize('kjv', ARRAY[2048]);
SELECT hartonomous.detokenize('kjv', ARRAY[-1]);
SELECT hartonomous.detokenize('kjv', ARRAY[NULL::integer]);
SELECT hartonomous.token_text('kjv', 2147483647);
\set VERBOSITY default
SELECT hartonomous.token_text('kjv', 2048);
-- A model without a tokenizer.
\set bare :source '/../sample/gospels-lora'
SELECT hartonomous.ingest_model(:'bare', 'bare') IS NOT NULL AS is_stored;
SELECT hartonomous.tokenize('bare', 'x');

-- Others see nothing of it.
CREATE ROLE regress_reader;
SET ROLE regress_reader;
\set VERBOSITY sqlstate
SELECT hartonomous.tokenize('kjv', 'x');
RESET ROLE;
DROP ROLE regress_reader;
