--| # Whole files
--| A file that a commit made of another shares what it did not change (docs/internals/versions.md).

CREATE OR REPLACE VIEW hartonomous.file_segment WITH (security_invoker = true) AS
SELECT p.file_id, p.seq, p.byte_offset, p.byte_length, p.tensor_id, p.block_id
FROM hartonomous.file_part p
UNION ALL
SELECT f.file_id, p.seq, p.byte_offset, p.byte_length, p.tensor_id, p.block_id
FROM hartonomous.file f
JOIN hartonomous.file_part p ON p.file_id = f.base_file_id
WHERE NOT EXISTS (SELECT FROM hartonomous.file_part own
  WHERE own.file_id = f.file_id AND own.seq = p.seq);
COMMENT ON VIEW hartonomous.file_segment IS
'What every file consists of, in order and without gaps. No user has privileges here.';
COMMENT ON COLUMN hartonomous.file_segment.file_id IS 'The file.';
COMMENT ON COLUMN hartonomous.file_segment.seq IS 'Position in the file, from 0.';
COMMENT ON COLUMN hartonomous.file_segment.byte_offset IS 'Where it starts, in bytes from the start of the file.';
COMMENT ON COLUMN hartonomous.file_segment.byte_length IS 'How long it is, in bytes.';
COMMENT ON COLUMN hartonomous.file_segment.tensor_id IS 'The whole tensor that lies here, or null.';
COMMENT ON COLUMN hartonomous.file_segment.block_id IS 'The literal bytes that lie here, or null.';
