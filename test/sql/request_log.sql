-- Answers on record.
\set VERBOSITY terse
\getenv source PG_ABS_SRCDIR
\set base :source '/../sample/base'
SELECT hartonomous.ingest_model(:'base', 'kjv') AS kjv \gset

SELECT hartonomous.complete('kjv', 'In the beginning', 3) IS NOT NULL AS unrecorded;
SET hartonomous.log_requests = on;
SELECT hartonomous.complete('kjv', 'In the beginning', 3);
SELECT hartonomous.complete('kjv', 'In the beginning', 8, 0.7, seed => -5, stop => '{the}');
SELECT token FROM hartonomous.generate('kjv', 'In the beginning', 1000) LIMIT 2;
SELECT hartonomous.chat('kjv', '[{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Who was Ruth?"}]', 4, format => 'plain');
BEGIN;
SELECT hartonomous.complete('kjv', 'And it came to pass', 2);
ROLLBACK;
SELECT kind, parameters, prompt_tokens, answer_tokens, ended_by, requested_by = current_user AS is_mine,
       version_id = :kjv AS is_version, prompt_ms > 0 AS took_time
FROM hartonomous.inference_request ORDER BY request_id;
-- A record is enough to give the answer again.
SELECT count(*) AS records, count(*) FILTER (WHERE answer_tokens = again.tokens) AS reproduced
FROM hartonomous.inference_request,
LATERAL (SELECT array_agg(token_id ORDER BY step) AS tokens
         FROM hartonomous.generate('kjv@' || version_id, 'In the beginning', cardinality(answer_tokens),
                (parameters ->> 'temperature')::real, seed => (parameters ->> 'seed')::bigint)) AS again
WHERE kind = 'complete';

-- Conversations: what is refused.
RESET hartonomous.log_requests;
SELECT hartonomous.chat('kjv', '[{"role": "user", "content": "Who was Ruth?"}]');
SELECT hartonomous.chat('kjv', '[{"role": "robot", "content": "x"}]', format => 'plain');
SELECT hartonomous.chat('kjv', '[{"role": "assistant", "content": "x"}]', format => 'plain');
SELECT hartonomous.chat('kjv', '[]', format => 'plain');
SELECT hartonomous.chat('kjv', '{"role": "user"}', format => 'plain');
SELECT hartonomous.chat('kjv', '["x"]', format => 'plain');
SELECT hartonomous.chat('kjv', '[{"role": "user", "content": "x"}]', format => 'morse');
SELECT hartonomous.chat(NULL, '[]') IS NULL AS is_null;

-- Only members of the model's tenant see its records, and nobody writes them.
CREATE ROLE request_log_stranger;
SET ROLE request_log_stranger;
SELECT count(*) FROM hartonomous.inference_request;
DELETE FROM hartonomous.inference_request;
SELECT hartonomous.complete('kjv', 'In the beginning', 3);
SET hartonomous.log_requests = off;
RESET ROLE;
DROP ROLE request_log_stranger;
