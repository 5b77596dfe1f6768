--| # Queued ingests
--| An ingest can be asked for now and done later, by a background worker or by a session that calls
--| run_ingest_jobs(): one that lasts for hours then survives its client, and a crash costs it at most
--| 64 MiB of work. The queue is hartonomous.ingestion_job; ingestion_progress shows it.

CREATE TABLE hartonomous.ingestion_block (
  job_id bigint NOT NULL,
  block_id bigint NOT NULL,
  CONSTRAINT ingestion_block_pkey PRIMARY KEY (job_id, block_id),
  CONSTRAINT ingestion_block_job_id_fkey FOREIGN KEY (job_id)
    REFERENCES hartonomous.ingestion_job ON DELETE CASCADE,
  CONSTRAINT ingestion_block_block_id_fkey FOREIGN KEY (block_id) REFERENCES hartonomous.block
);
CREATE INDEX ingestion_block_block_id_idx ON hartonomous.ingestion_block (block_id);
COMMENT ON TABLE hartonomous.ingestion_block IS
'Blocks that a queued ingest has stored ahead of the model they belong to. They are kept while it may go on; when it has ended, without a model, the collector takes them. No user has privileges here.';
COMMENT ON COLUMN hartonomous.ingestion_block.job_id IS 'The ingest.';
COMMENT ON COLUMN hartonomous.ingestion_block.block_id IS 'The block.';

SELECT pg_catalog.pg_extension_config_dump('hartonomous.ingestion_block', '');
