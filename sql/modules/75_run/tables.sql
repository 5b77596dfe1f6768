--| # Answers of models
--| A stored model answers where it lies: its own forward pass over its own weights, with its own
--| tokenizer. "model" is name, name@ref or name@version_id, looked up as the caller at each call, so
--| that set_ref() changes the very next answer. Answers depend on version, prompt and parameters
--| alone: not on threads, on what is cached, or on what the session did before.
--|
--| Errors: 42704 no such model; 0A000 a kind of model, tokenizer or tensor that is not run, naming it;
--| 22023 a parameter out of its range or a number that is no token's; 54000 more tokens than the
--| model's context; 22003 logits that are no numbers, from damaged weights; 53200 over
--| hartonomous.session_memory.
--|
--| With `hartonomous.log_requests` on, every answer of a model leaves a row with all it takes to give
--| it again: greedy answers and sampled ones alike are a function of version, tokens and parameters.

CREATE TABLE hartonomous.inference_request (
  request_id bigint GENERATED ALWAYS AS IDENTITY,
  tenant_id bigint NOT NULL,
  model text NOT NULL,
  version_id bigint NOT NULL,
  manifest_hash bytea NOT NULL,
  kind text NOT NULL,
  parameters jsonb NOT NULL,
  prompt_tokens integer[] NOT NULL,
  answer_tokens integer[] NOT NULL,
  reused_tokens integer NOT NULL,
  ended_by text NOT NULL,
  prompt_ms double precision NOT NULL,
  answer_ms double precision NOT NULL,
  requested_by name NOT NULL,
  requested_at timestamptz NOT NULL,
  CONSTRAINT inference_request_pkey PRIMARY KEY (request_id),
  CONSTRAINT inference_request_tenant_id_fkey FOREIGN KEY (tenant_id)
    REFERENCES hartonomous.tenant ON DELETE CASCADE,
  CONSTRAINT inference_request_manifest_hash_check CHECK (octet_length(manifest_hash) = 32)
);
CREATE INDEX inference_request_tenant_id_idx ON hartonomous.inference_request (tenant_id, requested_at);
COMMENT ON TABLE hartonomous.inference_request IS
'Answers that models gave while hartonomous.log_requests was on. Written when the transaction commits; those of a transaction that is rolled back are not kept.';
COMMENT ON COLUMN hartonomous.inference_request.request_id IS 'Key.';
COMMENT ON COLUMN hartonomous.inference_request.tenant_id IS 'The tenant of the model; its members see the row.';
COMMENT ON COLUMN hartonomous.inference_request.model IS 'The model as the caller named it.';
COMMENT ON COLUMN hartonomous.inference_request.version_id IS 'The version that answered; it may have been deleted since.';
COMMENT ON COLUMN hartonomous.inference_request.manifest_hash IS 'Content address of the version: the same bytes in any database.';
COMMENT ON COLUMN hartonomous.inference_request.kind IS 'The function that was called: generate, complete or chat.';
COMMENT ON COLUMN hartonomous.inference_request.parameters IS 'Parameters of the sampler, seed included, and where the answer had to end.';
COMMENT ON COLUMN hartonomous.inference_request.prompt_tokens IS 'The prompt as the model read it.';
COMMENT ON COLUMN hartonomous.inference_request.answer_tokens IS 'What it wrote, in order.';
COMMENT ON COLUMN hartonomous.inference_request.reused_tokens IS 'How many tokens of the prompt the session remembered from before.';
COMMENT ON COLUMN hartonomous.inference_request.ended_by IS
'end: by the model; stop: by a stop string; length: by max_tokens; caller: no further row was wanted.';
COMMENT ON COLUMN hartonomous.inference_request.prompt_ms IS 'Milliseconds until the first token was chosen.';
COMMENT ON COLUMN hartonomous.inference_request.answer_ms IS 'Milliseconds that the tokens after it took.';
COMMENT ON COLUMN hartonomous.inference_request.requested_by IS 'The role that asked.';
COMMENT ON COLUMN hartonomous.inference_request.requested_at IS 'When it asked.';

SELECT pg_catalog.pg_extension_config_dump('hartonomous.inference_request', '');
SELECT pg_catalog.pg_extension_config_dump('hartonomous.inference_request_request_id_seq', '');

ALTER TABLE hartonomous.inference_request ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY member_reads ON hartonomous.inference_request FOR SELECT
  USING (tenant_id = ANY ((SELECT hartonomous.my_tenants())::bigint[]));
GRANT SELECT ON hartonomous.inference_request TO PUBLIC;
