--| # Models' own tokenizers
--| A text in the tokens that a stored model was trained on, and back, by the model's own files: a
--| GGUF file's metadata, tokenizer.json, a SentencePiece model, vocab.json with merges.txt, or
--| vocab.txt. A session opens a model's tokenizer when it first uses it.

CREATE OR REPLACE FUNCTION hartonomous.tokenize(
  model text, content text, add_special boolean DEFAULT true, parse_special boolean DEFAULT false)
RETURNS integer[]
LANGUAGE c STABLE STRICT PARALLEL RESTRICTED COST 1000
AS 'MODULE_PATHNAME', 'hartonomous_tokenize';
COMMENT ON FUNCTION hartonomous.tokenize(text, text, boolean, boolean) IS
'Encodes a text by a model''s own tokenizer and returns the numbers of its tokens.

model is name, name@ref or name@version_id. With add_special the tokens that the model expects around a text are there, such as <s>, or [CLS] and [SEP]. Control tokens spelt in the text are letters like any others unless parse_special is true: leave it false for texts that users write. NULL for NULL. Errors: 42704 no such model, or one without a tokenizer; 0A000 a tokenizer that is known but not read; 22P03 and 22021 broken files.

Example: SELECT hartonomous.tokenize(''kjv'', ''In the beginning'');';

CREATE OR REPLACE FUNCTION hartonomous.detokenize(
  model text, tokens integer[], show_special boolean DEFAULT false)
RETURNS text
LANGUAGE c STABLE STRICT PARALLEL RESTRICTED COST 1000
AS 'MODULE_PATHNAME', 'hartonomous_detokenize';
COMMENT ON FUNCTION hartonomous.detokenize(text, integer[], boolean) IS
'Returns the text that tokens of a model stand for.

Control tokens stand for nothing unless show_special is true. What the tokenizer puts before a text is taken away, such as SentencePiece''s first space. Bytes that are not UTF-8, as of a character cut in two, and NUL become U+FFFD each. Tokenizers that change texts, such as BERT''s, do not give them back as they were. NULL for NULL. Errors: 22023 for a number that is no token''s, or a NULL among them; else as tokenize.

Example: SELECT hartonomous.detokenize(''kjv'', hartonomous.tokenize(''kjv'', ''In the beginning''));';

CREATE OR REPLACE FUNCTION hartonomous.token_text(model text, token integer) RETURNS text
LANGUAGE c STABLE STRICT PARALLEL RESTRICTED COST 100
AS 'MODULE_PATHNAME', 'hartonomous_token_text';
COMMENT ON FUNCTION hartonomous.token_text(text, integer) IS
'Returns what one token of a model stands for, as it adds to the text before it; control tokens as they are spelt.

Bytes that are not UTF-8 by themselves, and NUL, are shown as \xNN. NULL for NULL. Errors: 22023 for a number that is no token''s; else as tokenize.

Example: SELECT hartonomous.token_text(''kjv'', 300);';
