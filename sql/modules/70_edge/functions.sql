--| # Learning and predicting
--| A back-off n-gram model in tables: exact, inspectable, and unlearnable source by source. It does not
--| reason, and is far below any transformer on what depends on more than a few words.

CREATE OR REPLACE FUNCTION hartonomous.learn_edges_from_text(
  corpus text, order_n integer DEFAULT 5, domain text DEFAULT 'general', source text DEFAULT NULL,
  tenant text DEFAULT NULL,
  OUT source_name text, OUT sentences bigint, OUT words bigint, OUT new_evidence bigint)
RETURNS record
LANGUAGE c VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE COST 1000000
AS 'MODULE_PATHNAME', 'hartonomous_learn_edges_from_text';
COMMENT ON FUNCTION hartonomous.learn_edges_from_text(text, integer, text, text, text) IS
'Counts what follows what in the rows of a query, keeps it as evidence of a source, and makes the distributions of its domain anew.

corpus: a query of one column of text, run with the caller''s rights; each row is a sentence, over whose ends no context reaches; NULLs and rows without words are skipped. order_n: the longest n-gram counted, 1 to 10. source: a name for it, from its content if left out. tenant may be left out by members of one tenant only. The same text learned again with the same order is the same source: new_evidence is then 0, and if it was revoked it counts again. Errors: 22023 for arguments, 23505 if the name is taken by another source of the domain, 0A000 if the domain has evidence in fractions, 53400 over quota, 42501 not a member.

Example: SELECT * FROM hartonomous.learn_edges_from_text(''SELECT verse FROM bible'', domain => ''scripture'');';
REVOKE ALL ON FUNCTION hartonomous.learn_edges_from_text(text, integer, text, text, text) FROM PUBLIC;

CREATE OR REPLACE FUNCTION hartonomous.learn_edges(
  evidence text, source text, edge_type text DEFAULT 'relation', domain text DEFAULT 'general',
  kind text DEFAULT 'relation', tenant text DEFAULT NULL)
RETURNS bigint
LANGUAGE c VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE COST 1000000
AS 'MODULE_PATHNAME', 'hartonomous_learn_edges';
COMMENT ON FUNCTION hartonomous.learn_edges(text, text, text, text, text, text) IS
'Adds the rows of a query to the evidence of a source and returns how many are new.

evidence: a query of three columns, run with the caller''s rights: the context, which is cut into words; the target, taken whole; how much, above 0 and rounded to 2^-20. A NULL target stands for all targets that are not named. source: its name in the domain; it may come in parts, in any order, with rows repeated. kind: model, user or relation. Evidence of type next changes the domain''s predictions. Errors: 22023 for arguments and rows, 22003 for evidence of 2^42 or more, 42704 no such edge type, XX001 if the source has another evidence for an edge, 53400 over quota, 42501 not a member.

Example: SELECT hartonomous.learn_edges(''SELECT word, broader, 1 FROM thesaurus'', ''thesaurus'');';
REVOKE ALL ON FUNCTION hartonomous.learn_edges(text, text, text, text, text, text) FROM PUBLIC;

CREATE OR REPLACE FUNCTION hartonomous.revoke_source(source text, domain text DEFAULT NULL)
RETURNS void
LANGUAGE c VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE COST 1000000
AS 'MODULE_PATHNAME', 'hartonomous_revoke_source';
COMMENT ON FUNCTION hartonomous.revoke_source(text, text) IS
'Makes the evidence of a source count for nothing: its domain then predicts exactly as if it had never been learned.

The rows stay, so restore_source can undo it. Nothing happens if it is revoked already. domain may be left out if only one has a source of that name. Errors: 42704 no such source, or not visible to the caller; 22023 if several answer.

Example: SELECT hartonomous.revoke_source(''bible'');';
REVOKE ALL ON FUNCTION hartonomous.revoke_source(text, text) FROM PUBLIC;

CREATE OR REPLACE FUNCTION hartonomous.restore_source(source text, domain text DEFAULT NULL)
RETURNS void
LANGUAGE c VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE COST 1000000
AS 'MODULE_PATHNAME', 'hartonomous_restore_source';
COMMENT ON FUNCTION hartonomous.restore_source(text, text) IS
'Lets the evidence of a revoked source count again, exactly as before.

Arguments and errors are those of revoke_source.

Example: SELECT hartonomous.restore_source(''bible'');';
REVOKE ALL ON FUNCTION hartonomous.restore_source(text, text) FROM PUBLIC;

CREATE OR REPLACE FUNCTION hartonomous.refresh_domain(domain text) RETURNS void
LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE COST 1000000
AS 'MODULE_PATHNAME', 'hartonomous_refresh_domain';
COMMENT ON FUNCTION hartonomous.refresh_domain(text) IS
'Drops the distributions of a domain and computes them again from the evidence, with the same result.

Needed only after a source''s weight was changed by hand. Nothing for NULL. Errors: 42704 no such domain.

Example: SELECT hartonomous.refresh_domain(''scripture'');';
REVOKE ALL ON FUNCTION hartonomous.refresh_domain(text) FROM PUBLIC;

CREATE OR REPLACE FUNCTION hartonomous.predict_next(
  context text, k integer DEFAULT 10, domain text DEFAULT NULL, history text DEFAULT NULL,
  sentence_start boolean DEFAULT true)
RETURNS TABLE (continuation text, atom_id bigint, probability double precision,
               rating double precision, order_used integer)
LANGUAGE c STABLE CALLED ON NULL INPUT PARALLEL UNSAFE COST 1000 ROWS 10
AS 'MODULE_PATHNAME', 'hartonomous_predict_next';
COMMENT ON FUNCTION hartonomous.predict_next(text, integer, text, text, boolean) IS
'Returns the k most probable next words after a text, most probable first.

An empty continuation is the end of the sentence. rating is 2000 + 400 log10(probability); order_used is the length of the n-gram that told it, 1 for a word whose probability is that of the empty context. Only the last line of context is looked at; sentence_start says that it is a sentence from its beginning. With a history, which may be empty, the words, pairs and triples of the last 100, 1000 and 10000 words of history and context are mixed in, or what fit_mixture fitted for the domain. domain may be left out by whoever sees only one. No rows for a NULL context. Errors: 42704 no such domain, 22023 if several answer, 55000 if nothing was learned into it.

Example: SELECT continuation, probability FROM hartonomous.predict_next(''In the beginning'', k => 3);';

CREATE OR REPLACE FUNCTION hartonomous.score_from_graph(
  content text, domain text DEFAULT NULL, history text DEFAULT NULL)
RETURNS TABLE (ordinality bigint, token text, probability double precision, order_used integer)
LANGUAGE c STABLE CALLED ON NULL INPUT PARALLEL UNSAFE COST 10000 ROWS 100
AS 'MODULE_PATHNAME', 'hartonomous_score_from_graph';
COMMENT ON FUNCTION hartonomous.score_from_graph(text, text, text) IS
'Returns each word of a text with its probability after the words before it.

Each line is a sentence; its end is a row with an empty token. ordinality counts from 1. A word that the domain does not know has the probability of all such words together. With a history, which may be empty, the words before each word are mixed in, as in predict_next. No rows for NULL. Errors are those of predict_next.

Example: SELECT * FROM hartonomous.score_from_graph(''In the beginning'');';

CREATE OR REPLACE FUNCTION hartonomous.perplexity_from_graph(
  content text, domain text DEFAULT NULL, history text DEFAULT NULL)
RETURNS double precision
LANGUAGE c STABLE CALLED ON NULL INPUT PARALLEL UNSAFE COST 10000
AS 'MODULE_PATHNAME', 'hartonomous_perplexity_from_graph';
COMMENT ON FUNCTION hartonomous.perplexity_from_graph(text, text, text) IS
'Returns the perplexity of a text: the inverse of the geometric mean of its words'' probabilities.

Each line is a sentence and its end counts as a word; unknown words count too. history is that of score_from_graph. NULL for NULL and for a text without words. Errors are those of predict_next.

Example: SELECT hartonomous.perplexity_from_graph(''In the beginning God created the heaven'');';

CREATE OR REPLACE FUNCTION hartonomous.complete_from_graph(
  prompt text, max_tokens integer DEFAULT 30, method text DEFAULT 'sample',
  temperature double precision DEFAULT 1, top_p double precision DEFAULT 0.9,
  top_k integer DEFAULT 50, seed bigint DEFAULT 0, width integer DEFAULT 16,
  domain text DEFAULT NULL, history text DEFAULT NULL)
RETURNS text
LANGUAGE c STABLE CALLED ON NULL INPUT PARALLEL UNSAFE COST 10000
AS 'MODULE_PATHNAME', 'hartonomous_complete_from_graph';
COMMENT ON FUNCTION hartonomous.complete_from_graph(text, integer, text, double precision, double precision, integer, bigint, integer, text, text) IS
'Returns words that follow a text, to the end of the sentence or at most max_tokens of them (1 to 1000).

method sample: each word is drawn from the top_k likeliest, and of these from the fewest that together have the share top_p, their probabilities to the power 1 / temperature; temperature 0 takes the likeliest. The same seed gives the same text. best: the single most probable continuation, exactly (54000 if more than 100000 have to be looked at); beam: the best of a search that keeps width (1 to 1000) at each length. The most probable text is rarely good prose: sample it. best and beam do not use history. NULL for a NULL prompt. Errors: 22023 for arguments, otherwise those of predict_next.

Example: SELECT hartonomous.complete_from_graph(''In the beginning'', max_tokens => 10, seed => 7);';
