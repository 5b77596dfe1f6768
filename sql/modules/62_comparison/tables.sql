--| # What is known of tensors
--| A tensor never changes, so what was computed of it once is true for ever, in every model.

CREATE TABLE hartonomous.tensor_summary (
  tensor_id bigint NOT NULL,
  element_count bigint NOT NULL,
  zeros bigint NOT NULL,
  nan bigint NOT NULL,
  infinite bigint NOT NULL,
  dead_rows bigint NOT NULL,
  min double precision,
  max double precision,
  mean double precision,
  stddev double precision,
  l2 double precision,
  CONSTRAINT tensor_summary_pkey PRIMARY KEY (tensor_id),
  CONSTRAINT tensor_summary_tensor_id_fkey FOREIGN KEY (tensor_id)
    REFERENCES hartonomous.tensor ON DELETE CASCADE
);
CREATE INDEX tensor_summary_nonfinite_idx ON hartonomous.tensor_summary (tensor_id)
  WHERE nan > 0 OR infinite > 0;
CREATE INDEX tensor_summary_dead_rows_idx ON hartonomous.tensor_summary (tensor_id) WHERE dead_rows > 0;
COMMENT ON TABLE hartonomous.tensor_summary IS
'Statistics of stored tensors, filled by summarize_tensors(); the view model_tensor_summary shows them by model.';
COMMENT ON COLUMN hartonomous.tensor_summary.tensor_id IS 'The tensor.';
COMMENT ON COLUMN hartonomous.tensor_summary.element_count IS 'How many values it has.';
COMMENT ON COLUMN hartonomous.tensor_summary.zeros IS 'How many are zero.';
COMMENT ON COLUMN hartonomous.tensor_summary.nan IS 'How many are NaN.';
COMMENT ON COLUMN hartonomous.tensor_summary.infinite IS 'How many are infinite.';
COMMENT ON COLUMN hartonomous.tensor_summary.dead_rows IS 'How many innermost rows of a matrix are zero throughout.';
COMMENT ON COLUMN hartonomous.tensor_summary.min IS 'Least finite value; null if there is none.';
COMMENT ON COLUMN hartonomous.tensor_summary.max IS 'Greatest finite value.';
COMMENT ON COLUMN hartonomous.tensor_summary.mean IS 'Mean of the finite values.';
COMMENT ON COLUMN hartonomous.tensor_summary.stddev IS 'Population standard deviation of the finite values.';
COMMENT ON COLUMN hartonomous.tensor_summary.l2 IS 'Euclidean norm of the finite values.';

SELECT pg_catalog.pg_extension_config_dump('hartonomous.tensor_summary', '');
ALTER TABLE hartonomous.tensor_summary ENABLE ROW LEVEL SECURITY;
ALTER TABLE hartonomous.tensor_summary FORCE ROW LEVEL SECURITY;
CREATE POLICY member_reads ON hartonomous.tensor_summary FOR SELECT
  USING (EXISTS (SELECT FROM hartonomous.manifest_tensor t WHERE t.tensor_id = tensor_summary.tensor_id));
GRANT SELECT ON hartonomous.tensor_summary TO PUBLIC;
