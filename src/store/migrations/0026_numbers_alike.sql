-- A council's number is asked for however its letters are typed, small or capital: of one council before a child
-- is made, of all in a search. In place of the index by the number as it is written, so no row costs more.
DROP INDEX person_ref_alone;
CREATE INDEX person_ref_alike ON person (upper(ref), council);
