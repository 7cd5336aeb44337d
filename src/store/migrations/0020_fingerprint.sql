-- What a child's row, caches and entries looked like when they were last worked out, and by
-- what (work/core/fingerprint.h). NULL: nobody has said; they are worked out anew.
ALTER TABLE person ADD COLUMN fingerprint BIGINT;
