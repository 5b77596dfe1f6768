--| # What is known of the tensors of models

CREATE OR REPLACE VIEW hartonomous.model_tensor_summary WITH (security_invoker = true) AS
SELECT m.name AS model, r.ref_name AS ref, vt.name, s.element_count, s.zeros, s.nan, s.infinite,
       s.dead_rows, s.min, s.max, s.mean, s.stddev, s.l2
FROM hartonomous.model m
JOIN hartonomous.model_ref r USING (model_id)
JOIN hartonomous.version_tensor vt USING (version_id)
JOIN hartonomous.tensor_summary s USING (tensor_id);
COMMENT ON VIEW hartonomous.model_tensor_summary IS
'Statistics of the tensors of every model at every ref, so far as summarize_tensors() has seen them: to find NaNs, infinities and dead rows across all models.';
COMMENT ON COLUMN hartonomous.model_tensor_summary.model IS 'Name of the model.';
COMMENT ON COLUMN hartonomous.model_tensor_summary.ref IS 'Name of the ref.';
COMMENT ON COLUMN hartonomous.model_tensor_summary.name IS 'Name of the tensor.';
COMMENT ON COLUMN hartonomous.model_tensor_summary.element_count IS 'How many values it has.';
COMMENT ON COLUMN hartonomous.model_tensor_summary.zeros IS 'How many are zero.';
COMMENT ON COLUMN hartonomous.model_tensor_summary.nan IS 'How many are NaN.';
COMMENT ON COLUMN hartonomous.model_tensor_summary.infinite IS 'How many are infinite.';
COMMENT ON COLUMN hartonomous.model_tensor_summary.dead_rows IS 'How many innermost rows of a matrix are zero throughout.';
COMMENT ON COLUMN hartonomous.model_tensor_summary.min IS 'Least finite value; null if there is none.';
COMMENT ON COLUMN hartonomous.model_tensor_summary.max IS 'Greatest finite value.';
COMMENT ON COLUMN hartonomous.model_tensor_summary.mean IS 'Mean of the finite values.';
COMMENT ON COLUMN hartonomous.model_tensor_summary.stddev IS 'Population standard deviation of the finite values.';
COMMENT ON COLUMN hartonomous.model_tensor_summary.l2 IS 'Euclidean norm of the finite values.';
GRANT SELECT ON hartonomous.model_tensor_summary TO PUBLIC;
