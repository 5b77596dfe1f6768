--| # Fitting and judging
--| Text that was not learned tells how much weight what the text before says should have beside what
--| was learned, and how good the predictions are. Judge by a text that nothing was fitted to.

CREATE OR REPLACE FUNCTION hartonomous.fit_mixture(
  held_out text, domain text DEFAULT 'general', background text DEFAULT NULL,
  windows integer[] DEFAULT '{100, 1000, 10000}',
  OUT words bigint, OUT perplexity_alone double precision, OUT perplexity double precision,
  OUT exponent double precision)
RETURNS record
LANGUAGE c VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE COST 1000000
AS 'MODULE_PATHNAME', 'hartonomous_fit_mixture';
COMMENT ON FUNCTION hartonomous.fit_mixture(text, text, text, integer[]) IS
'Fits the weights with which predictions with history add what a domain has learned, what a broader domain has, and what stands in the text before, and keeps them in edge_mixture.

held_out: a query, run with the caller''s rights, whose rows are sentences in order, of one to three columns: the sentence; whether it counts (true) or is only read before others; its document, where that changes the text before is forgotten. The domains must not have learned the sentences that count. background: a domain of the same tenant that has learned all that domain has and more; its vocabulary is then used. windows: over how many of the last words each cache counts, at most 8 of 1 to 1000000. Returns how many words counted, the ends of sentences among them; their perplexity by the domain alone and with what was fitted to them; and the exponent that sharpens the sum. Fitted anew, the weights before are replaced. Errors: 22023 for arguments and the query, 0A000 for a query that writes, 42704 no such domain, 55000 if nothing was learned into it, 54000 for more than 2^20 words that count or 2^24 in all.

Example: SELECT * FROM hartonomous.fit_mixture(''SELECT verse FROM held_out ORDER BY n'', ''scripture'');';
REVOKE ALL ON FUNCTION hartonomous.fit_mixture(text, text, text, integer[]) FROM PUBLIC;

CREATE OR REPLACE FUNCTION hartonomous.evaluate_predictions(
  held_out text, domain text DEFAULT NULL, adaptive boolean DEFAULT true,
  OUT words bigint, OUT unknown_words bigint, OUT perplexity double precision,
  OUT known_perplexity double precision, OUT first double precision,
  OUT first_five double precision, OUT calibration_error double precision)
RETURNS record
LANGUAGE c STABLE CALLED ON NULL INPUT PARALLEL UNSAFE COST 1000000
AS 'MODULE_PATHNAME', 'hartonomous_evaluate_predictions';
COMMENT ON FUNCTION hartonomous.evaluate_predictions(text, text, boolean) IS
'Returns how well a domain predicts a text: each word that counts is predicted from all that stands before it.

held_out: as in fit_mixture. adaptive: with the text before, as predict_next with history; otherwise by the domain alone, as without. perplexity is that of all words, ends of sentences and unknown words included; known_perplexity leaves out unknown ones. first and first_five: the shares of words that were predicted first, and among the first five. calibration_error: the mean difference, over 15 classes of equal width, between the probability of the first prediction and how often it came. NULL without words. Errors are those of fit_mixture; domain may be left out by whoever sees only one.

Example: SELECT * FROM hartonomous.evaluate_predictions(''SELECT verse FROM held_out ORDER BY n'', ''scripture'');';
