--| # Tensors
--| The numbers inside stored tensors, dequantised to real. "model" is name, name@ref or
--| name@version_id; errors: 42704 no such model or tensor, 0A000 a dtype that is stored but not
--| decoded, 54000 more elements than an array can hold.

CREATE OR REPLACE FUNCTION hartonomous.read_tensor(model text, tensor text)
RETURNS real[] LANGUAGE c STABLE STRICT PARALLEL RESTRICTED COST 10000
AS 'MODULE_PATHNAME', 'hartonomous_read_tensor';
COMMENT ON FUNCTION hartonomous.read_tensor(text, text) IS
'Returns all values of a tensor in row-major order as a one-dimensional array; null for null.

At most 268435392 elements (an array is limited to 1 GB): read larger tensors with read_slice.

Example: SELECT hartonomous.read_tensor(''tiny'', ''model.norm.weight'');';

CREATE OR REPLACE FUNCTION hartonomous.read_slice(
  model text, tensor text, starts bigint[], counts bigint[])
RETURNS real[] LANGUAGE c STABLE STRICT PARALLEL RESTRICTED COST 1000
AS 'MODULE_PATHNAME', 'hartonomous_read_slice';
COMMENT ON FUNCTION hartonomous.read_slice(text, text, bigint[], bigint[]) IS
'Returns the values of a part of a tensor in row-major order: for each dimension, outermost first, "counts" elements from "starts" (from 0); null for null.

Reads only the blocks that hold them. Error 22023 if the part does not lie inside the shape.

Example, row 7 of a matrix with 64 columns: SELECT hartonomous.read_slice(''tiny'', ''model.embed_tokens.weight'', ''{7,0}'', ''{1,64}'');';

CREATE OR REPLACE FUNCTION hartonomous.tensor_statistics(
  model text, tensor text, OUT count bigint, OUT min double precision, OUT max double precision,
  OUT mean double precision, OUT stddev double precision, OUT l2 double precision,
  OUT nonfinite bigint, OUT zeros bigint)
LANGUAGE c STABLE STRICT PARALLEL RESTRICTED COST 10000
AS 'MODULE_PATHNAME', 'hartonomous_tensor_statistics';
COMMENT ON FUNCTION hartonomous.tensor_statistics(text, text) IS
'Returns statistics of a tensor''s values: how many, minimum, maximum, mean, population standard deviation, Euclidean norm, how many are NaN or infinite, how many are zero.

Only finite values count for the moments, which are null if there is none. The result is the same on every machine. Null for null.

Example: SELECT mean, stddev FROM hartonomous.tensor_statistics(''tiny'', ''model.norm.weight'');';

CREATE OR REPLACE FUNCTION hartonomous.base_of(
  model text, k integer DEFAULT 5, OUT base text, OUT version_id bigint, OUT distance double precision,
  OUT tensors bigint)
RETURNS SETOF record LANGUAGE c STABLE STRICT PARALLEL RESTRICTED COST 10000 ROWS 5
AS 'MODULE_PATHNAME', 'hartonomous_base_of';
COMMENT ON FUNCTION hartonomous.base_of(text, integer) IS
'Returns the models that a model was likeliest made from or shares its origin with, by its weights alone, the likeliest first; no row if it resembles none.

Compares 256 numbers of each of the 8 largest tensors with those of all stored tensors of as many numbers, whatever their names and types. "distance" is how far they lie apart, in bits a number: 0 the same, 5.5 unrelated; "tensors" says how many of the 8 have a relative there. What the model is stored as derived from is at distance 0. A version that was stored before the model comes before one that was stored after it, and of those hardly farther than the nearest the oldest. Only versions that the caller sees are shown.

Example: SELECT base, distance FROM hartonomous.base_of(''tiny-chat'', k => 1);';
