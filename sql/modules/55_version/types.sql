--| # Changes of versions

CREATE TYPE hartonomous.version_change AS (
  tensor text,
  file text,
  numbers real[],
  data bytea,
  source text,
  source_name text,
  starts bigint[],
  counts bigint[]
);
COMMENT ON TYPE hartonomous.version_change IS
'What commit_version() is to change: made by change_tensor(), take_tensor(), change_file() and take_file().';
COMMENT ON COLUMN hartonomous.version_change.tensor IS 'The tensor that changes, or null.';
COMMENT ON COLUMN hartonomous.version_change.file IS 'The file that changes, or null.';
COMMENT ON COLUMN hartonomous.version_change.numbers IS 'The tensor''s new values, row-major.';
COMMENT ON COLUMN hartonomous.version_change.data IS 'The new bytes, as the tensor''s type or the file stores them.';
COMMENT ON COLUMN hartonomous.version_change.source IS 'The version to take from: name, name@ref or name@version_id.';
COMMENT ON COLUMN hartonomous.version_change.source_name IS 'The name of the tensor or file there; null: the same.';
COMMENT ON COLUMN hartonomous.version_change.starts IS 'Where the part that changes begins, as in read_slice(); null: all of it.';
COMMENT ON COLUMN hartonomous.version_change.counts IS 'How large the part that changes is, as in read_slice().';
