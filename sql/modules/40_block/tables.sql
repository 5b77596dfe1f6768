--| # Blocks and tensors
--| Bytes too large for a row, stored once. A block is addressed by the hash of its bytes; its payload
--| lies in block_page, one row per heap page, at a 64-byte aligned place so that kernels can compute
--| on it where it lies. A block may be held in a coded form, by itself or given others that it
--| resembles; its address is that of the bytes in any form. A tensor is one row per distinct (dtype,
--| shape, bytes), whichever file or format it came from. Reasons and figures:
--| docs/internals/storage.md, docs/internals/block-codecs.md.

CREATE TYPE hartonomous.block_codec AS ENUM ('raw', 'planes', 'delta', 'derived');
COMMENT ON TYPE hartonomous.block_codec IS
'How the pages of a block hold its bytes: raw = as they are, planes = entropy-coded by themselves, delta = the difference from a base, derived = how they are made of others.';

CREATE TABLE hartonomous.block (
  block_id bigint GENERATED ALWAYS AS IDENTITY,
  block_hash bytea NOT NULL,
  codec hartonomous.block_codec NOT NULL DEFAULT 'raw',
  raw_length integer NOT NULL,
  stored_length integer NOT NULL,
  chain_length smallint NOT NULL DEFAULT 0,
  CONSTRAINT block_pkey PRIMARY KEY (block_id),
  CONSTRAINT block_block_hash_key UNIQUE (block_hash),
  CONSTRAINT block_block_hash_check CHECK (octet_length(block_hash) = 32),
  CONSTRAINT block_raw_length_check CHECK (raw_length BETWEEN 1 AND 16777216),
  CONSTRAINT block_stored_length_check CHECK (stored_length BETWEEN 1 AND 16777216),
  CONSTRAINT block_chain_length_check CHECK (chain_length BETWEEN 0 AND 4)
);
COMMENT ON TABLE hartonomous.block IS
'Immutable pieces of files and tensors, one row per distinct content. No user has privileges here: bytes are read through functions that check the catalogue.';
COMMENT ON COLUMN hartonomous.block.block_id IS 'Local number; meaningless outside this database.';
COMMENT ON COLUMN hartonomous.block.block_hash IS
'BLAKE3-256 of the bytes, derive-key context "hartonomous v1 block".';
COMMENT ON COLUMN hartonomous.block.codec IS 'How block_page holds the bytes.';
COMMENT ON COLUMN hartonomous.block.raw_length IS 'Bytes of content, 1 to 16 MiB.';
COMMENT ON COLUMN hartonomous.block.stored_length IS 'Bytes of payload in block_page.';
COMMENT ON COLUMN hartonomous.block.chain_length IS
'How many blocks have to be decoded one after the other before this one can be; 0 if it is by itself.';

CREATE TABLE hartonomous.block_base (
  block_id bigint NOT NULL,
  seq integer NOT NULL,
  base_block_id bigint NOT NULL,
  CONSTRAINT block_base_pkey PRIMARY KEY (block_id, seq),
  CONSTRAINT block_base_block_id_fkey FOREIGN KEY (block_id)
    REFERENCES hartonomous.block ON DELETE CASCADE,
  CONSTRAINT block_base_base_block_id_fkey FOREIGN KEY (base_block_id) REFERENCES hartonomous.block,
  CONSTRAINT block_base_check CHECK (base_block_id <> block_id)
);
CREATE INDEX block_base_base_block_id_idx ON hartonomous.block_base (base_block_id);
COMMENT ON TABLE hartonomous.block_base IS
'What a coded block is coded given: the base of a delta, the blocks that a derived one is made of. They stay as long as it does.';
COMMENT ON COLUMN hartonomous.block_base.block_id IS 'The coded block.';
COMMENT ON COLUMN hartonomous.block_base.seq IS 'Position among the blocks that it needs, from 0.';
COMMENT ON COLUMN hartonomous.block_base.base_block_id IS 'A block that it needs.';

CREATE TABLE hartonomous.block_page (
  block_id bigint NOT NULL,
  seq integer NOT NULL,
  payload bytea NOT NULL,
  CONSTRAINT block_page_pkey PRIMARY KEY (block_id, seq)
);
ALTER TABLE hartonomous.block_page ALTER COLUMN payload SET STORAGE PLAIN;
COMMENT ON TABLE hartonomous.block_page IS
'Payload of blocks, as their codec says: 8064 bytes a row (the last of a block may be shorter), one full row per heap page, never compressed or moved out of line.';
COMMENT ON COLUMN hartonomous.block_page.block_id IS 'The block.';
COMMENT ON COLUMN hartonomous.block_page.seq IS 'Position in the block, from 0.';
COMMENT ON COLUMN hartonomous.block_page.payload IS 'Up to 8064 bytes.';

CREATE TABLE hartonomous.tensor (
  tensor_id bigint GENERATED ALWAYS AS IDENTITY,
  tensor_hash bytea NOT NULL,
  dtype text NOT NULL,
  shape bigint[] NOT NULL,
  byte_length bigint NOT NULL,
  stored_bytes bigint,
  CONSTRAINT tensor_pkey PRIMARY KEY (tensor_id),
  CONSTRAINT tensor_tensor_hash_key UNIQUE (tensor_hash),
  CONSTRAINT tensor_tensor_hash_check CHECK (octet_length(tensor_hash) = 32),
  CONSTRAINT tensor_byte_length_check CHECK (byte_length >= 0)
);
COMMENT ON TABLE hartonomous.tensor IS
'Distinct tensors: same dtype, shape and bytes is the same row, in every model, file and format.';
COMMENT ON COLUMN hartonomous.tensor.tensor_id IS 'Local number; meaningless outside this database.';
COMMENT ON COLUMN hartonomous.tensor.tensor_hash IS
'BLAKE3-256 over dtype, shape and bytes, derive-key context "hartonomous v1 tensor".';
COMMENT ON COLUMN hartonomous.tensor.dtype IS
'Element type as the formats spell it: F32, BF16, I64, Q4_K, ...';
COMMENT ON COLUMN hartonomous.tensor.shape IS
'Dimensions, outermost first (row-major order; the reverse of GGUF''s); empty for a scalar.';
COMMENT ON COLUMN hartonomous.tensor.byte_length IS 'Bytes of the tensor as its dtype stores it.';
COMMENT ON COLUMN hartonomous.tensor.stored_bytes IS
'Bytes that its blocks take in block_page; null if none is coded: then byte_length.';

CREATE TABLE hartonomous.tensor_sketch (
  tensor_id bigint NOT NULL,
  elements bigint NOT NULL,
  sketch bytea NOT NULL,
  CONSTRAINT tensor_sketch_pkey PRIMARY KEY (tensor_id),
  CONSTRAINT tensor_sketch_tensor_id_fkey FOREIGN KEY (tensor_id)
    REFERENCES hartonomous.tensor ON DELETE CASCADE,
  CONSTRAINT tensor_sketch_sketch_check CHECK (octet_length(sketch) = 256)
);
ALTER TABLE hartonomous.tensor_sketch ALTER COLUMN sketch SET STORAGE PLAIN;
CREATE INDEX tensor_sketch_elements_idx ON hartonomous.tensor_sketch (elements, tensor_id);
COMMENT ON TABLE hartonomous.tensor_sketch IS
'A sample of each tensor of 4096 and more numbers, by which relatives are found. No user has privileges here.';
COMMENT ON COLUMN hartonomous.tensor_sketch.tensor_id IS 'The tensor.';
COMMENT ON COLUMN hartonomous.tensor_sketch.elements IS 'How many numbers it has; only sketches of as many can be compared.';
COMMENT ON COLUMN hartonomous.tensor_sketch.sketch IS
'256 bytes, each from one number of the tensor as bfloat16, sign folded in: the low byte.';

CREATE TABLE hartonomous.tensor_block (
  tensor_id bigint NOT NULL,
  seq integer NOT NULL,
  block_id bigint NOT NULL,
  CONSTRAINT tensor_block_pkey PRIMARY KEY (tensor_id, seq),
  CONSTRAINT tensor_block_tensor_id_fkey FOREIGN KEY (tensor_id)
    REFERENCES hartonomous.tensor ON DELETE CASCADE,
  CONSTRAINT tensor_block_block_id_fkey FOREIGN KEY (block_id) REFERENCES hartonomous.block
);
CREATE INDEX tensor_block_block_id_idx ON hartonomous.tensor_block (block_id);
COMMENT ON TABLE hartonomous.tensor_block IS 'Which blocks, in order, hold a tensor''s bytes.';
COMMENT ON COLUMN hartonomous.tensor_block.tensor_id IS 'The tensor.';
COMMENT ON COLUMN hartonomous.tensor_block.seq IS 'Position in the tensor, from 0.';
COMMENT ON COLUMN hartonomous.tensor_block.block_id IS 'The block.';

CREATE TABLE hartonomous.file (
  file_id bigint GENERATED ALWAYS AS IDENTITY,
  file_hash bytea NOT NULL,
  format text NOT NULL,
  byte_length bigint NOT NULL,
  sha256 bytea,
  metadata jsonb NOT NULL,
  run_hashes bytea NOT NULL,
  base_file_id bigint,
  CONSTRAINT file_pkey PRIMARY KEY (file_id),
  CONSTRAINT file_file_hash_key UNIQUE (file_hash),
  CONSTRAINT file_file_hash_check CHECK (octet_length(file_hash) = 32),
  CONSTRAINT file_sha256_check CHECK (octet_length(sha256) = 32),
  CONSTRAINT file_base_file_id_fkey FOREIGN KEY (base_file_id) REFERENCES hartonomous.file,
  CONSTRAINT file_byte_length_check CHECK (byte_length >= 0)
);
CREATE INDEX file_base_file_id_idx ON hartonomous.file (base_file_id) WHERE base_file_id IS NOT NULL;
COMMENT ON TABLE hartonomous.file IS
'Distinct files, kept as a list of segments, so that each comes out byte for byte as it went in.';
COMMENT ON COLUMN hartonomous.file.file_id IS 'Local number; meaningless outside this database.';
COMMENT ON COLUMN hartonomous.file.file_hash IS
'BLAKE3-256 over run_hashes, derive-key context "hartonomous v1 file".';
COMMENT ON COLUMN hartonomous.file.format IS 'safetensors, gguf, pytorch, onnx, npy, npz, tensorflow, hdf5, keras, or opaque (stored, not parsed).';
COMMENT ON COLUMN hartonomous.file.byte_length IS 'Size of the file in bytes.';
COMMENT ON COLUMN hartonomous.file.sha256 IS
'SHA-256 of the file, as hubs publish it; null for a file that a commit made, until it is exported.';
COMMENT ON COLUMN hartonomous.file.metadata IS
'The file''s own metadata; arrays longer than 64 elements are given by type and length only.';
COMMENT ON COLUMN hartonomous.file.run_hashes IS
'BLAKE3-256 of each 256 segments (kind, length, hash), derive-key context "hartonomous v1 file run", 32 bytes each, in order: a file that differs in one segment is hashed without reading all the others.';
COMMENT ON COLUMN hartonomous.file.base_file_id IS
'The file that has the parts which this one lacks, or null if it lacks none; that file lacks none itself.';

CREATE TABLE hartonomous.file_part (
  file_id bigint NOT NULL,
  seq integer NOT NULL,
  byte_offset bigint NOT NULL,
  byte_length bigint NOT NULL,
  tensor_id bigint,
  block_id bigint,
  CONSTRAINT file_part_pkey PRIMARY KEY (file_id, seq),
  CONSTRAINT file_part_file_id_fkey FOREIGN KEY (file_id)
    REFERENCES hartonomous.file ON DELETE CASCADE,
  CONSTRAINT file_part_tensor_id_fkey FOREIGN KEY (tensor_id) REFERENCES hartonomous.tensor,
  CONSTRAINT file_part_block_id_fkey FOREIGN KEY (block_id) REFERENCES hartonomous.block,
  CONSTRAINT file_part_content_check CHECK (num_nonnulls(tensor_id, block_id) = 1)
);
CREATE INDEX file_part_tensor_id_idx ON hartonomous.file_part (tensor_id);
CREATE INDEX file_part_block_id_idx ON hartonomous.file_part (block_id);
COMMENT ON TABLE hartonomous.file_part IS
'What a file consists of: at each position a tensor, or literal bytes (headers, padding) in a block. A file with a base has rows only where it differs from it; the view file_segment has them all.';
COMMENT ON COLUMN hartonomous.file_part.file_id IS 'The file.';
COMMENT ON COLUMN hartonomous.file_part.seq IS 'Position in the file, from 0.';
COMMENT ON COLUMN hartonomous.file_part.byte_offset IS 'Where it starts, in bytes from the start of the file.';
COMMENT ON COLUMN hartonomous.file_part.byte_length IS 'How long it is, in bytes.';
COMMENT ON COLUMN hartonomous.file_part.tensor_id IS 'The whole tensor that lies here, or null.';
COMMENT ON COLUMN hartonomous.file_part.block_id IS 'The literal bytes that lie here, or null.';

SELECT pg_catalog.pg_extension_config_dump('hartonomous.block', '');
SELECT pg_catalog.pg_extension_config_dump('hartonomous.block_block_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('hartonomous.block_base', '');
SELECT pg_catalog.pg_extension_config_dump('hartonomous.block_page', '');
SELECT pg_catalog.pg_extension_config_dump('hartonomous.tensor', '');
SELECT pg_catalog.pg_extension_config_dump('hartonomous.tensor_tensor_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('hartonomous.tensor_sketch', '');
SELECT pg_catalog.pg_extension_config_dump('hartonomous.tensor_block', '');
SELECT pg_catalog.pg_extension_config_dump('hartonomous.file', '');
SELECT pg_catalog.pg_extension_config_dump('hartonomous.file_file_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('hartonomous.file_part', '');
