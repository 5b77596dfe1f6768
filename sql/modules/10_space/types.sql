--| # Space
--| Atoms live in a four-dimensional space, the X, Y, Z and M of a PostGIS PointZM. Every character
--| has a fixed place on the unit 3-sphere; what is made of characters lies between them. A Hilbert
--| index turns a place into a number, so that an ordinary B-tree keeps neighbours together, and a
--| box into ranges of numbers.

CREATE TYPE hartonomous.hilbert_index AS (high bigint, low bigint);
COMMENT ON TYPE hartonomous.hilbert_index IS
'A position on the 4-D Hilbert curve of 2^128 cells, in two halves.

Both halves have their sign bit flipped, so that comparing (high, low) as a row, or in a B-tree on (high, low), follows the curve.';
COMMENT ON COLUMN hartonomous.hilbert_index.high IS
'The upper 64 bits of the position, minus 2^63.';
COMMENT ON COLUMN hartonomous.hilbert_index.low IS
'The lower 64 bits of the position, minus 2^63.';
