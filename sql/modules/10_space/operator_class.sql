--|
--| PostGIS's n-dimensional operator class, plus a sort order for building: CREATE INDEX then packs
--| the index along a Hilbert curve, which is faster, and leaves a tree in which nearest neighbours
--| are found with far fewer pages. Operators and answers are PostGIS's own.
--| Use: CREATE INDEX ON t USING gist (geom hartonomous.gist_geometry_ops_hilbert);

CREATE OPERATOR CLASS hartonomous.gist_geometry_ops_hilbert FOR TYPE geometry USING gist AS
  STORAGE gidx,
  OPERATOR 3 &&&,
  OPERATOR 6 ~~=,
  OPERATOR 7 ~~,
  OPERATOR 8 @@,
  OPERATOR 13 <<->> FOR ORDER BY pg_catalog.float_ops,
  OPERATOR 20 |=| FOR ORDER BY pg_catalog.float_ops,
  FUNCTION 1 geometry_gist_consistent_nd (internal, geometry, integer),
  FUNCTION 2 geometry_gist_union_nd (bytea, internal),
  FUNCTION 3 geometry_gist_compress_nd (internal),
  FUNCTION 4 geometry_gist_decompress_nd (internal),
  FUNCTION 5 geometry_gist_penalty_nd (internal, internal, internal),
  FUNCTION 6 geometry_gist_picksplit_nd (internal, internal),
  FUNCTION 7 geometry_gist_same_nd (geometry, geometry, internal),
  FUNCTION 8 geometry_gist_distance_nd (internal, geometry, integer),
  FUNCTION 11 hartonomous.geometry_gist_sortsupport (internal);
COMMENT ON OPERATOR CLASS hartonomous.gist_geometry_ops_hilbert USING gist IS
'N-dimensional geometry index (operators &&&, ~~, @@, ~~=, and ORDER BY <<->>) that CREATE INDEX builds sorted along a 4-D Hilbert curve.

Example: CREATE INDEX ON place USING gist (geom hartonomous.gist_geometry_ops_hilbert);';
COMMENT ON OPERATOR FAMILY hartonomous.gist_geometry_ops_hilbert USING gist IS
'Holds operator class gist_geometry_ops_hilbert.';
