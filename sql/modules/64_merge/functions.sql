--| # Merges
--| Models made of several. A model is name, name@ref or name@version_id. Errors: 42704 no such model;
--| 22023 models that do not fit together, or a parameter that the method does not take; 0A000 types
--| and files that are not merged.

CREATE OR REPLACE FUNCTION hartonomous.merge_models(
  target text, method text, models text[], weights double precision[] DEFAULT NULL,
  base text DEFAULT NULL, parameters jsonb DEFAULT '{}', message text DEFAULT NULL)
RETURNS bigint LANGUAGE c VOLATILE PARALLEL UNSAFE COST 100000
AS 'MODULE_PATHNAME', 'hartonomous_merge_models';
REVOKE ALL ON FUNCTION hartonomous.merge_models(text, text, text[], double precision[], text, jsonb, text) FROM PUBLIC;
COMMENT ON FUNCTION hartonomous.merge_models(text, text, text[], double precision[], text, jsonb, text) IS
'Merges models into a version of "target" (name or name@ref; made if need be), points the ref (main) at it and returns its version_id; null if target, method or models is null.

Methods: linear, slerp, nuslerp, multislerp, karcher, task_arithmetic, ties, dare_linear, dare_ties, della, della_linear, breadcrumbs, breadcrumbs_ties, sce, model_stock, nearswap. "weights" has one for each model (all 1). "parameters" are the method''s, under mergekit''s names (normalize, lambda, density, gamma, epsilon, rescale, seed, t, select_topk, max_iter, tol, flatten, row_wise, filter_wise); density, gamma and epsilon may be an array with a value for each model. Methods of task vectors need a base. The configuration, tokenizer and types of the result are those of the base, or of the first model without one. Models must have the same tensors, shapes, configuration and tokenizer, and related weights; else 22023 says what differs, and check_config, check_tokenizer (false) and max_distance (bits a sample) among the parameters overrule it. Sums are in double precision, and each value is rounded once; the result is the same on every machine. Tensors that all models have alike are shared; the quota is charged with the others. Memory is bounded at any size; progress shows in ingestion_progress; an error leaves nothing behind. Parents are what the ref had, the base and the models.

Example: SELECT hartonomous.merge_models(''both'', ''ties'', ARRAY[''psalms'', ''proverbs''], base => ''kjv'', parameters => ''{"density": 0.5}'');';

CREATE OR REPLACE FUNCTION hartonomous.plan_merge(
  method text, models text[], weights double precision[] DEFAULT NULL, base text DEFAULT NULL,
  parameters jsonb DEFAULT '{}', OUT tensor text, OUT action text, OUT bytes bigint,
  OUT distance double precision)
RETURNS SETOF record LANGUAGE c STABLE PARALLEL RESTRICTED COST 100000 ROWS 300
AS 'MODULE_PATHNAME', 'hartonomous_plan_merge';
COMMENT ON FUNCTION hartonomous.plan_merge(text, text[], double precision[], text, jsonb) IS
'Returns what merge_models() would do, and writes nothing: a row for each tensor. No rows if method or models is null.

"action" is share for a tensor that all models have alike, or merge; "bytes" is what it adds to the quota, and at most to the store. "distance" says how far the farthest model is from the base by samples of the weights: 0 the same, about 5.5 bits and more unrelated; null for tensors of fewer than 4096 numbers, and for those that a commit made. Reads no weights. Errors as merge_models().

Example: SELECT action, sum(bytes) FROM hartonomous.plan_merge(''linear'', ARRAY[''psalms'', ''proverbs'']) GROUP BY action;';
