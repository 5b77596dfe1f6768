CREATE OR REPLACE FUNCTION hartonomous.generate_rows(
  model text, prompt text, max_tokens integer DEFAULT 64, temperature real DEFAULT 0,
  top_k integer DEFAULT 0, top_p real DEFAULT 1, min_p real DEFAULT 0,
  repetition_penalty real DEFAULT 1, seed bigint DEFAULT 0, stop text[] DEFAULT NULL,
  grammar text DEFAULT NULL, OUT step integer, OUT token_id integer, OUT token text, OUT logprob double precision)
RETURNS SETOF record LANGUAGE c STABLE PARALLEL RESTRICTED COST 1000000 ROWS 64
AS 'MODULE_PATHNAME', 'hartonomous_generate_rows';
COMMENT ON FUNCTION hartonomous.generate_rows(text, text, integer, real, integer, real, real, real, bigint, text[], text) IS
'Does what generate does, for the SELECT list: there PostgreSQL asks for rows one by one. It is what generate is made of.

Example: SELECT (g).token FROM (SELECT hartonomous.generate_rows(''tiny'', ''In the beginning'') AS g) AS s LIMIT 3;';

CREATE OR REPLACE FUNCTION hartonomous.generate(
  model text, prompt text, max_tokens integer DEFAULT 64, temperature real DEFAULT 0,
  top_k integer DEFAULT 0, top_p real DEFAULT 1, min_p real DEFAULT 0,
  repetition_penalty real DEFAULT 1, seed bigint DEFAULT 0, stop text[] DEFAULT NULL,
  grammar text DEFAULT NULL)
RETURNS TABLE (step integer, token_id integer, token text, logprob double precision)
LANGUAGE sql STABLE PARALLEL RESTRICTED COST 1000000 ROWS 64
BEGIN ATOMIC
  SELECT (s.g).step, (s.g).token_id, (s.g).token, (s.g).logprob
  FROM (SELECT hartonomous.generate_rows(model, prompt, max_tokens, temperature, top_k, top_p,
                                         min_p, repetition_penalty, seed, stop, grammar) AS g) AS s;
END;
COMMENT ON FUNCTION hartonomous.generate(text, text, integer, real, integer, real, real, real, bigint, text[], text) IS
'Continues a text token by token: a row for each, as it is chosen, with its number, its text and its natural log-probability in the model''s own distribution. No rows for a null model or prompt.

In FROM with constant or stable arguments the rows stream: LIMIT, or a cursor that is closed, stops the work. With a temperature of 0 the likeliest token is taken; above it one is drawn, after top_k (0: all), top_p and min_p have dropped the unlikely, by a generator that "seed" starts: equal seeds, equal answers. "repetition_penalty" above 1 lowers tokens met among the last 64. The answer ends after "max_tokens", before the first of the "stop" strings, at the end of the model''s context, or with the model''s own end token, which is the last row, without text. The texts joined in order of step are the answer. "grammar" is what the answer must match, in GBNF, or the word json for any JSON value: tokens that cannot go on in it are not chosen.

Example: SELECT * FROM hartonomous.generate(''tiny'', ''In the beginning'', max_tokens => 8);';

CREATE OR REPLACE FUNCTION hartonomous.complete(
  model text, prompt text, max_tokens integer DEFAULT 64, temperature real DEFAULT 0,
  top_k integer DEFAULT 0, top_p real DEFAULT 1, min_p real DEFAULT 0,
  repetition_penalty real DEFAULT 1, seed bigint DEFAULT 0, stop text[] DEFAULT NULL,
  grammar text DEFAULT NULL)
RETURNS text LANGUAGE c STABLE PARALLEL RESTRICTED COST 10000000
AS 'MODULE_PATHNAME', 'hartonomous_complete';
COMMENT ON FUNCTION hartonomous.complete(text, text, integer, real, integer, real, real, real, bigint, text[], text) IS
'Continues a text and returns the continuation; parameters as generate. Null for a null model or prompt.

Example: SELECT hartonomous.complete(''tiny'', ''In the beginning'', stop => ''{.}'');';

CREATE OR REPLACE FUNCTION hartonomous.complete(
  model text, prompts text[], max_tokens integer DEFAULT 64, temperature real DEFAULT 0,
  top_k integer DEFAULT 0, top_p real DEFAULT 1, min_p real DEFAULT 0,
  repetition_penalty real DEFAULT 1, seed bigint DEFAULT 0, stop text[] DEFAULT NULL,
  grammar text DEFAULT NULL)
RETURNS text[] LANGUAGE c STABLE PARALLEL RESTRICTED COST 100000000
AS 'MODULE_PATHNAME', 'hartonomous_complete_all';
COMMENT ON FUNCTION hartonomous.complete(text, text[], integer, real, integer, real, real, real, bigint, text[], text) IS
'Continues each of several texts and returns the continuations in the order of the texts, each the one that complete gives for that text alone; parameters as generate. Null for a null model or array; 22023 for an array with a null.

Up to 32 answers are written side by side, as far as hartonomous.session_memory has room for their keys and values: each step reads the weights once for all of them.

Example: SELECT hartonomous.complete(''tiny'', ARRAY[''In the beginning'', ''And God said''], 4);';

CREATE OR REPLACE FUNCTION hartonomous.chat(
  model text, messages jsonb, max_tokens integer DEFAULT 256, temperature real DEFAULT 0,
  top_k integer DEFAULT 0, top_p real DEFAULT 1, min_p real DEFAULT 0,
  repetition_penalty real DEFAULT 1, seed bigint DEFAULT 0, stop text[] DEFAULT NULL,
  grammar text DEFAULT NULL, format text DEFAULT NULL)
RETURNS text LANGUAGE c STABLE PARALLEL RESTRICTED COST 10000000
AS 'MODULE_PATHNAME', 'hartonomous_chat';
COMMENT ON FUNCTION hartonomous.chat(text, jsonb, integer, real, integer, real, real, real, bigint, text[], text, text) IS
'Returns the assistant''s next message in a conversation; parameters as generate. Null for a null model or null messages.

"messages" is an array of {"role": "system" | "user" | "assistant", "content": text}: a system message may be the first, then users and assistants take turns, a user''s being last. They are written in the format that the model was trained on, told from the template among its files, which is never executed; "format" names another. What a message says can never be read as one of the format''s markers.

Example: SELECT hartonomous.chat(''tiny'', ''[{"role": "user", "content": "Who was Ruth?"}]'', format => ''plain'');';

CREATE OR REPLACE FUNCTION hartonomous.json_schema_grammar(schema json)
RETURNS text LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100
AS 'MODULE_PATHNAME', 'hartonomous_json_schema_grammar';
COMMENT ON FUNCTION hartonomous.json_schema_grammar(json) IS
'Returns a grammar for generate, complete and chat whose answers are JSON of this schema; null for null.

Understood are type, enum and const of scalars, anyOf and oneOf (as anyOf), properties, required, items, minItems, maxItems, minLength and maxLength. Members come in the order of the schema, each at most once, and no others. Titles, descriptions and the like are passed over. Errors: 0A000 another word, naming it; 22P03 no such schema; 54000 more than 32 levels.

Example: SELECT hartonomous.json_schema_grammar(''{"type": "object", "properties": {"name": {"type": "string", "maxLength": 8}}}'');';

CREATE OR REPLACE FUNCTION hartonomous.regex_grammar(pattern text)
RETURNS text LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100
AS 'MODULE_PATHNAME', 'hartonomous_regex_grammar';
COMMENT ON FUNCTION hartonomous.regex_grammar(text) IS
'Returns a grammar for generate, complete and chat whose answers match this regular expression from beginning to end; null for null.

Understood are characters, and \n, \r, \t, \f, \v, \xHH, \uHHHH and \ before punctuation; sets such as [a-z_] and [^a-z], \d, \w, \s, \D, \W, \S, all of ASCII, and the dot, which is any character but a line feed; groups, |; ?, *, +, {m}, {m,} and {m,n}; ^ at the beginning and $ at the end, which are so anyway. Errors: 2201B anything else, such as references and assertions, more than 4096 repetitions, and an endless repetition of what can be empty; 54000 more than 4096 bytes, or 64 groups in each other.

Example: SELECT hartonomous.regex_grammar(''\d{4}-\d{2}-\d{2}'');';

CREATE OR REPLACE FUNCTION hartonomous.logits(model text, tokens integer[])
RETURNS real[] LANGUAGE c STABLE STRICT PARALLEL RESTRICTED COST 100000
AS 'MODULE_PATHNAME', 'hartonomous_logits';
COMMENT ON FUNCTION hartonomous.logits(text, integer[]) IS
'Returns what the model gives each token of its vocabulary as the one after "tokens", before any softmax; element i + 1 is token i. Null for null.

Example: SELECT array_length(hartonomous.logits(''tiny'', ''{1, 5, 9}''), 1);';

CREATE OR REPLACE FUNCTION hartonomous.next_token(
  model text, tokens integer[], k integer DEFAULT 10,
  OUT token_id integer, OUT token text, OUT logprob double precision)
RETURNS SETOF record LANGUAGE c STABLE STRICT PARALLEL RESTRICTED COST 100000 ROWS 10
AS 'MODULE_PATHNAME', 'hartonomous_next_token';
COMMENT ON FUNCTION hartonomous.next_token(text, integer[], integer) IS
'Returns the "k" likeliest tokens after "tokens", the likeliest first, of equal ones the lowest number: number, text (bytes that are no whole character as U+FFFD) and natural log-probability. No rows for null.

A session remembers what it evaluated: a call with one more token costs one more token.

Example: SELECT * FROM hartonomous.next_token(''tiny'', ''{1, 5, 9}'', 3);';

CREATE OR REPLACE FUNCTION hartonomous.perplexity(
  model text, content text, window_tokens integer DEFAULT NULL)
RETURNS double precision LANGUAGE c STABLE PARALLEL RESTRICTED COST 10000000
AS 'MODULE_PATHNAME', 'hartonomous_perplexity';
COMMENT ON FUNCTION hartonomous.perplexity(text, text, integer) IS
'Says how well a model foresees a text: e to the mean of the negative log-probabilities that it gives each token after those before it; 1 is perfect. Null for null and for a text of fewer than two tokens.

The text must fit the model''s context (54000). With "window_tokens" a longer one is read in pieces of that many tokens, of which the second half counts, as llama.cpp''s perplexity tool does it.

Example: SELECT hartonomous.perplexity(''tiny'', ''In the beginning God created the heaven and the earth.'');';

CREATE OR REPLACE FUNCTION hartonomous.embed(model text, content text)
RETURNS real[] LANGUAGE c STABLE STRICT PARALLEL RESTRICTED COST 1000000
AS 'MODULE_PATHNAME', 'hartonomous_embed';
COMMENT ON FUNCTION hartonomous.embed(text, text) IS
'Returns a text''s vector: the model''s hidden states after its last layer, pooled and normalised as the model''s files say; where they are silent, the mean for encoders and the last token''s for decoders. Null for null.

The files are those of Sentence Transformers beside a config.json: modules.json, sentence_bert_config.json, and 1_Pooling/config.json. A static embedding (model2vec, StaticEmbedding) gives the mean of its tokens'' vectors, times their weights if it has any; the tokens that surround a text are not counted, nor, by model2vec, unknown ones. Errors: 42704 no such model, or a pooling that modules.json names and no file describes; 0A000 modules or poolings that are not run; 22023 a text without tokens; 54000 one longer than the model takes; 22003 weights that give no finite vector.

Example: SELECT array_length(hartonomous.embed(''tiny'', ''a text''), 1);';

CREATE OR REPLACE FUNCTION hartonomous.explain_generate(
  model text, OUT version_id bigint, OUT family text, OUT layers bigint, OUT context_length bigint,
  OUT vocabulary bigint, OUT weight_bytes bigint, OUT bytes_per_token bigint,
  OUT cached_bytes bigint, OUT memory_bytes bigint, OUT read_rate double precision,
  OUT tokens_per_second double precision)
LANGUAGE c VOLATILE STRICT PARALLEL RESTRICTED COST 1000000
AS 'MODULE_PATHNAME', 'hartonomous_explain_generate';
COMMENT ON FUNCTION hartonomous.explain_generate(text) IS
'Says what generating with a model costs, without doing it: its size, how much of it the weights cache has and memory holds, and the most tokens per second that reading the weights once for each allows. Null for null.

"bytes_per_token" are the weights that one token needs (of experts, as many as are used); "cached_bytes" lie in the shared cache, "memory_bytes" of them in memory; what is not cached is read from the database for each token. "read_rate" is measured, in bytes per second, with the session''s threads, on up to 256 MiB; null, as tokens_per_second is, for what is not cached. Errors as generate.

Example: SELECT family, weight_bytes, tokens_per_second FROM hartonomous.explain_generate(''tiny'');';
