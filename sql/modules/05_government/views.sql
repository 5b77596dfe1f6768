CREATE OR REPLACE VIEW hartonomous.ingestion_progress
WITH (security_invoker = true, security_barrier = true) AS
SELECT j.job_id, j.kind, j.source, now_.state, j.bytes_done, j.bytes_total,
  round(100.0 * j.bytes_done / nullif(j.bytes_total, 0), 1) AS percent,
  rate_.bytes_per_second,
  CASE WHEN now_.state = 'running' AND rate_.bytes_per_second > 0
    THEN make_interval(secs => (greatest(j.bytes_total - j.bytes_done, 0)
      / rate_.bytes_per_second)::double precision) END AS eta,
  coalesce(j.finished_at,
    CASE now_.state WHEN 'running' THEN clock_timestamp() ELSE j.updated_at END)
    - j.started_at AS elapsed,
  j.model, j.priority, j.attempts, j.sqlstate, j.message
FROM hartonomous.ingestion_job j
CROSS JOIN LATERAL (
  SELECT CASE WHEN j.state = 'running'
      AND NOT hartonomous.is_backend_running(j.backend_pid, j.backend_start)
    THEN 'lost' ELSE j.state END AS state) now_
CROSS JOIN LATERAL (
  SELECT round(j.bytes_done / nullif(extract(epoch FROM j.updated_at - j.started_at), 0))
    AS bytes_per_second) rate_;
COMMENT ON VIEW hartonomous.ingestion_progress IS
'How far the ingests are, also those of other sessions whose transactions are still open. Shows the jobs of the tenants of which the current user is a member.';
COMMENT ON COLUMN hartonomous.ingestion_progress.job_id IS 'Key of hartonomous.ingestion_job.';
COMMENT ON COLUMN hartonomous.ingestion_progress.kind IS 'What it does, such as ingest_model.';
COMMENT ON COLUMN hartonomous.ingestion_progress.source IS 'What the user named, such as a path.';
COMMENT ON COLUMN hartonomous.ingestion_progress.state IS
'queued, waiting for quota, running, done (committed), failed, cancelled, or lost: it never ended, and its server process is gone. A queued ingest that is lost is taken up again.';
COMMENT ON COLUMN hartonomous.ingestion_progress.bytes_done IS 'Bytes of input worked on.';
COMMENT ON COLUMN hartonomous.ingestion_progress.bytes_total IS 'Bytes of input.';
COMMENT ON COLUMN hartonomous.ingestion_progress.percent IS 'bytes_done in percent of bytes_total.';
COMMENT ON COLUMN hartonomous.ingestion_progress.bytes_per_second IS
'Average rate since it began; NULL before the first progress.';
COMMENT ON COLUMN hartonomous.ingestion_progress.eta IS
'Time it will still take at that rate; NULL unless it runs.';
COMMENT ON COLUMN hartonomous.ingestion_progress.elapsed IS 'Time since it began, or that it took.';
COMMENT ON COLUMN hartonomous.ingestion_progress.model IS 'Name of the model, of a queued ingest.';
COMMENT ON COLUMN hartonomous.ingestion_progress.priority IS 'Jobs of greater priority are taken first.';
COMMENT ON COLUMN hartonomous.ingestion_progress.attempts IS 'How often a queued ingest was begun.';
COMMENT ON COLUMN hartonomous.ingestion_progress.sqlstate IS 'SQLSTATE of what ended it early, or NULL.';
COMMENT ON COLUMN hartonomous.ingestion_progress.message IS 'Message of what ended it early, or NULL.';

CREATE OR REPLACE VIEW hartonomous.tenant_report
WITH (security_invoker = true, security_barrier = true) AS
SELECT t.tenant_id, t.name, u.byte_quota, coalesce(u.bytes_used, 0) AS bytes_used,
  CASE WHEN u.byte_quota IS NOT NULL THEN greatest(u.byte_quota - u.bytes_used, 0) END AS bytes_free,
  ARRAY(SELECT m.role_name FROM hartonomous.tenant_member m WHERE m.tenant_id = t.tenant_id
    ORDER BY m.role_name) AS members
FROM hartonomous.tenant t LEFT JOIN hartonomous.tenant_usage u USING (tenant_id);
COMMENT ON VIEW hartonomous.tenant_report IS
'The tenants of the current user, what they keep, may keep, and who belongs to them.';
COMMENT ON COLUMN hartonomous.tenant_report.tenant_id IS 'Key of hartonomous.tenant.';
COMMENT ON COLUMN hartonomous.tenant_report.name IS 'Name of the tenant.';
COMMENT ON COLUMN hartonomous.tenant_report.byte_quota IS
'Most logical bytes it may keep; NULL means no limit.';
COMMENT ON COLUMN hartonomous.tenant_report.bytes_used IS 'Logical bytes it keeps.';
COMMENT ON COLUMN hartonomous.tenant_report.bytes_free IS
'Logical bytes it may still add; NULL means no limit.';
COMMENT ON COLUMN hartonomous.tenant_report.members IS 'The roles that belong to it.';
