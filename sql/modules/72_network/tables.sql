--| # Networks
--| Directed graphs with costs, made from a query: each one image of arrays, built once, stored as a
--| tensor and mapped by every session that searches it. Reasons: docs/internals/networks.md.

CREATE TABLE hartonomous.network (
  network_id bigint GENERATED ALWAYS AS IDENTITY,
  tenant_id bigint NOT NULL,
  name text NOT NULL,
  is_directed boolean NOT NULL,
  nodes bigint NOT NULL,
  edges bigint NOT NULL,
  landmarks integer NOT NULL,
  byte_length bigint NOT NULL,
  tensor_id bigint NOT NULL,
  landmark_tensor_id bigint,
  created_by name NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT network_pkey PRIMARY KEY (network_id),
  CONSTRAINT network_tenant_id_name_key UNIQUE (tenant_id, name),
  CONSTRAINT network_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES hartonomous.tenant,
  CONSTRAINT network_tensor_id_fkey FOREIGN KEY (tensor_id) REFERENCES hartonomous.tensor,
  CONSTRAINT network_landmark_tensor_id_fkey
    FOREIGN KEY (landmark_tensor_id) REFERENCES hartonomous.tensor,
  CONSTRAINT network_name_check CHECK (name <> '' AND octet_length(name) <= 255)
);
CREATE INDEX network_tensor_id_idx ON hartonomous.network (tensor_id);
CREATE INDEX network_landmark_tensor_id_idx ON hartonomous.network (landmark_tensor_id);
COMMENT ON TABLE hartonomous.network IS
'Graphs by name. What one holds never changes; to bring it up to date it is made anew.';
COMMENT ON COLUMN hartonomous.network.network_id IS 'Local number; meaningless outside this database.';
COMMENT ON COLUMN hartonomous.network.tenant_id IS
'The tenant whose members see the network and whose quota it uses.';
COMMENT ON COLUMN hartonomous.network.name IS
'What users call it: 1 to 255 bytes, unique in its tenant.';
COMMENT ON COLUMN hartonomous.network.is_directed IS 'Whether its edges lead one way only.';
COMMENT ON COLUMN hartonomous.network.nodes IS 'How many nodes its edges connect.';
COMMENT ON COLUMN hartonomous.network.edges IS 'How many edges it has.';
COMMENT ON COLUMN hartonomous.network.landmarks IS
'From how many nodes the distances to all others are known.';
COMMENT ON COLUMN hartonomous.network.byte_length IS 'Bytes of its arrays.';
COMMENT ON COLUMN hartonomous.network.tensor_id IS 'The graph as arrays, in a tensor of bytes.';
COMMENT ON COLUMN hartonomous.network.landmark_tensor_id IS
'The distances of its landmarks, likewise; null if it has none.';
COMMENT ON COLUMN hartonomous.network.created_by IS 'The user who made it.';
COMMENT ON COLUMN hartonomous.network.created_at IS 'When.';

SELECT pg_catalog.pg_extension_config_dump('hartonomous.network', '');
SELECT pg_catalog.pg_extension_config_dump('hartonomous.network_network_id_seq', '');

-- As for documents: members of the tenant read, functions write.
ALTER TABLE hartonomous.network ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY member_reads ON hartonomous.network FOR SELECT
  USING (tenant_id = ANY ((SELECT hartonomous.my_tenants())::bigint[]));
GRANT SELECT ON hartonomous.network TO PUBLIC;
