-- An agreement may cover the children of some councils only: whose child somebody is today
-- stands with the person and with each row of a worklist.
ALTER TABLE agreement ADD COLUMN councils TEXT NOT NULL DEFAULT ''; -- codes, separated by blanks; '': every child

-- The council that is responsible today, or was the last; 0: not worked out yet. A cache.
ALTER TABLE person ADD COLUMN home BIGINT NOT NULL DEFAULT 0;
-- 0: `council`, which was responsible when the clock began; nearly always the same.
ALTER TABLE work_row ADD COLUMN home BIGINT NOT NULL DEFAULT 0; -- in no index: few ask, and every row would pay

-- Read with every session: the index alone, however many agreements an organisation has.
DROP INDEX agreement_org;
CREATE INDEX agreement_org ON agreement (org, newest, from_day, to_day, councils, shares);
