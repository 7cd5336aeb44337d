-- Who is in the circle and from when to when (work/core/inside.h), in the rows that every list and search reads
-- anyway: half of what a search read was the circle of each child. NULL: not worked out yet, `circle` is asked.
ALTER TABLE person ADD COLUMN inside @BLOB@;
ALTER TABLE open_clocks ADD COLUMN inside @BLOB@;
