-- Places of characters

--@ since: 0.1.0
--@ see: codepoint_of
--@ example: SELECT ST_AsText(hartonomous.character_point(65), 6);
CREATE OR REPLACE FUNCTION hartonomous.character_point(codepoint integer) RETURNS geometry
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10 AS 'MODULE_PATHNAME', 'hartonomous_character_point';
COMMENT ON FUNCTION hartonomous.character_point(integer) IS
'Returns the place of a Unicode codepoint on the unit 3-sphere, as PointZM without SRID.

Every number from 0 to 1114111 has a place, surrogates and unassigned ones too; others raise 22003. Places are at least 0.0237 apart, neighbouring codepoints mostly 0.0245. NULL gives NULL.
Example: SELECT ST_AsText(hartonomous.character_point(65), 6);';

--@ since: 0.1.0
--@ see: character_point
--@ example: SELECT chr(hartonomous.codepoint_of(hartonomous.character_point(65)));
CREATE OR REPLACE FUNCTION hartonomous.codepoint_of(point geometry) RETURNS integer
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10 AS 'MODULE_PATHNAME', 'hartonomous_codepoint_of';
COMMENT ON FUNCTION hartonomous.codepoint_of(geometry) IS
'Returns the codepoint whose place is the given point, or NULL if it is no character''s place.

A place is recognised within 2^-31 on every axis, so a point that went through hilbert_encode and hilbert_decode is found too. NULL, an empty geometry or anything but a point gives NULL.
Example: SELECT chr(hartonomous.codepoint_of(hartonomous.character_point(65)));';

-- Positions on curves

--@ since: 0.1.0
--@ see: hilbert_decode, hilbert_ranges
--@ example: SELECT (hartonomous.hilbert_encode(hartonomous.character_point(65))).*;
CREATE OR REPLACE FUNCTION hartonomous.hilbert_encode(point geometry) RETURNS hartonomous.hilbert_index
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10 AS 'MODULE_PATHNAME', 'hartonomous_hilbert_encode';
COMMENT ON FUNCTION hartonomous.hilbert_encode(geometry) IS
'Returns the position of a point on the 4-D Hilbert curve through the cube from -1 to 1, 32 bits an axis.

Missing Z and M count as 0. A coordinate outside the cube, NaN or infinite raises 22003; an empty geometry or anything but a point raises 22023. NULL gives NULL.
Example: SELECT (hartonomous.hilbert_encode(hartonomous.character_point(65))).*;';

--@ since: 0.1.0
--@ see: hilbert_encode
--@ example: SELECT ST_AsText(hartonomous.hilbert_decode(hartonomous.hilbert_encode(ST_MakePoint(0.5, 0, 0, -1))), 6);
CREATE OR REPLACE FUNCTION hartonomous.hilbert_decode(index hartonomous.hilbert_index) RETURNS geometry
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10 AS 'MODULE_PATHNAME', 'hartonomous_hilbert_decode';
COMMENT ON FUNCTION hartonomous.hilbert_decode(hartonomous.hilbert_index) IS
'Returns the centre of the cell at a position of the 4-D Hilbert curve, as PointZM without SRID.

The centre is within 2^-32 of the point encoded, on every axis, and encodes to the same position. NULL in either half gives NULL.
Example: SELECT ST_AsText(hartonomous.hilbert_decode(hartonomous.hilbert_encode(ST_MakePoint(0.5, 0, 0, -1))), 6);';

--@ since: 0.1.0
--@ see: hilbert3d_decode, morton3d_encode
--@ example: SELECT hartonomous.hilbert3d_encode(1, 2, 3, bits => 2);
CREATE OR REPLACE FUNCTION hartonomous.hilbert3d_encode(x integer, y integer, z integer, bits integer DEFAULT 21) RETURNS bigint
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 5 AS 'MODULE_PATHNAME', 'hartonomous_hilbert3d_encode';
COMMENT ON FUNCTION hartonomous.hilbert3d_encode(integer, integer, integer, integer) IS
'Returns the position of a cell on the 3-D Hilbert curve of 2^bits cells a side, from 0.

bits is 1 to 21, else 22023; a coordinate that is negative or needs more bits raises 22003. NULL gives NULL.
Example: SELECT hartonomous.hilbert3d_encode(1, 2, 3, bits => 2);';

--@ since: 0.1.0
--@ see: hilbert3d_encode
--@ example: SELECT * FROM hartonomous.hilbert3d_decode(48, bits => 2);
CREATE OR REPLACE FUNCTION hartonomous.hilbert3d_decode(code bigint, bits integer DEFAULT 21, OUT x integer, OUT y integer, OUT z integer)
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 5 AS 'MODULE_PATHNAME', 'hartonomous_hilbert3d_decode';
COMMENT ON FUNCTION hartonomous.hilbert3d_decode(bigint, integer) IS
'Returns the cell at a position of the 3-D Hilbert curve of 2^bits cells a side.

bits is 1 to 21, else 22023; a code that is negative or needs more than 3 * bits bits raises 22003. NULL gives a NULL row.
Example: SELECT * FROM hartonomous.hilbert3d_decode(48, bits => 2);';

--@ since: 0.1.0
--@ see: morton3d_decode, hilbert3d_encode
--@ example: SELECT hartonomous.morton3d_encode(1, 2, 3, bits => 2);
CREATE OR REPLACE FUNCTION hartonomous.morton3d_encode(x integer, y integer, z integer, bits integer DEFAULT 21) RETURNS bigint
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 5 AS 'MODULE_PATHNAME', 'hartonomous_morton3d_encode';
COMMENT ON FUNCTION hartonomous.morton3d_encode(integer, integer, integer, integer) IS
'Returns the Morton code of a cell: the bits of x, y and z interleaved, x the most significant.

bits is 1 to 21, else 22023; a coordinate that is negative or needs more bits raises 22003. The code does not depend on bits. NULL gives NULL.
Example: SELECT hartonomous.morton3d_encode(1, 2, 3, bits => 2);';

--@ since: 0.1.0
--@ see: morton3d_encode
--@ example: SELECT * FROM hartonomous.morton3d_decode(29, bits => 2);
CREATE OR REPLACE FUNCTION hartonomous.morton3d_decode(code bigint, bits integer DEFAULT 21, OUT x integer, OUT y integer, OUT z integer)
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 5 AS 'MODULE_PATHNAME', 'hartonomous_morton3d_decode';
COMMENT ON FUNCTION hartonomous.morton3d_decode(bigint, integer) IS
'Returns the cell of a Morton code.

bits is 1 to 21, else 22023; a code that is negative or needs more than 3 * bits bits raises 22003. NULL gives a NULL row.
Example: SELECT * FROM hartonomous.morton3d_decode(29, bits => 2);';

--@ since: 0.1.0
--@ see: hilbert_encode
--@ example: SELECT count(*) FROM hartonomous.hilbert_ranges(ST_MakeLine(ST_MakePoint(0, 0, 0, 0), ST_MakePoint(0.1, 0.1, 0.1, 0.1)), 16);
CREATE OR REPLACE FUNCTION hartonomous.hilbert_ranges(box geometry, max_ranges integer DEFAULT 64)
RETURNS TABLE (low hartonomous.hilbert_index, high hartonomous.hilbert_index)
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1000 ROWS 64 AS 'MODULE_PATHNAME', 'hartonomous_hilbert_ranges';
COMMENT ON FUNCTION hartonomous.hilbert_ranges(geometry, integer) IS
'Returns ranges of the 4-D Hilbert curve, both ends included, that together hold every point of the box of a geometry.

There are at most max_ranges (1 to 10000, else 22023), in curve order. They also hold points near the box, the fewer the more ranges are allowed: check the box itself on what they find. Axes the geometry lacks are unbounded; the cube from -1 to 1 bounds all. A box outside the cube, an empty geometry or NULL gives no row.
Compare as rows: (hilbert_high, hilbert_low) BETWEEN ROW((r.low).high, (r.low).low) AND ROW((r.high).high, (r.high).low) FROM hartonomous.hilbert_ranges(...) r.
Example: SELECT count(*) FROM hartonomous.hilbert_ranges(ST_MakeLine(ST_MakePoint(0, 0, 0, 0), ST_MakePoint(0.1, 0.1, 0.1, 0.1)), 16);';

-- Places by distance

--@ since: 0.1.0
--@ example: SELECT ST_AsText(hartonomous.trilaterate(ARRAY[ST_MakePoint(0, 0, 0, 0), ST_MakePoint(1, 0, 0, 0), ST_MakePoint(0, 1, 0, 0), ST_MakePoint(0, 0, 1, 0), ST_MakePoint(0, 0, 0, 1)], ARRAY[1, 1, 1, 1, 1]::double precision[]), 6);
CREATE OR REPLACE FUNCTION hartonomous.trilaterate(landmarks geometry[], distances double precision[]) RETURNS geometry
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100 AS 'MODULE_PATHNAME', 'hartonomous_trilaterate';
COMMENT ON FUNCTION hartonomous.trilaterate(geometry[], double precision[]) IS
'Returns the point that best has the given straight-line distances from the given landmarks, as PointZM without SRID.

At least five landmarks that spread in all four dimensions, and as many distances, finite and not negative, are needed; else 22023. Of unit vectors with cosine similarity s the distance to give is sqrt(2 - 2 * s). NULL gives NULL.
Example: SELECT ST_AsText(hartonomous.trilaterate(ARRAY[ST_MakePoint(0, 0, 0, 0), ST_MakePoint(1, 0, 0, 0), ST_MakePoint(0, 1, 0, 0), ST_MakePoint(0, 0, 1, 0), ST_MakePoint(0, 0, 0, 1)], ARRAY[1, 1, 1, 1, 1]::double precision[]), 6);';

-- Spatial index

CREATE OR REPLACE FUNCTION hartonomous.geometry_gist_sortsupport(internal) RETURNS void
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1 AS 'MODULE_PATHNAME', 'hartonomous_geometry_gist_sortsupport';
COMMENT ON FUNCTION hartonomous.geometry_gist_sortsupport(internal) IS
'Support function of operator class gist_geometry_ops_hilbert: orders index entries along a 4-D Hilbert curve when an index is built. Called by the server only.';
