-- Rows of worklists are small and in fewer orders; a child's open clocks are one
-- packed row (work/core/open.h). Both are caches: everyone is out of date (the tag of
-- their rules names how rows are packed) until the clocks have been caught up with.
DROP TABLE clock;
DROP TABLE work_row;

CREATE TABLE open_clocks (
	person @KEY@,
	body @BLOB@ NOT NULL
);

-- One row for each organisation of the circle and each open clock.
-- turn: 1 ours, 2 somebody else's, 3 not known.
CREATE TABLE work_row (
	person BIGINT NOT NULL,
	org BIGINT NOT NULL,
	standard INTEGER NOT NULL,          -- number of the standard: follows from its name alone
	opened BIGINT NOT NULL,             -- first event of the opening fact's chain
	ordinal INTEGER NOT NULL,
	turn INTEGER NOT NULL,
	law INTEGER NOT NULL,
	due_day INTEGER NOT NULL,
	holder INTEGER NOT NULL,
	council BIGINT NOT NULL,
	area INTEGER NOT NULL,              -- 1 in our area, 2 ours placed elsewhere, 3 placed here by others, 0 not known
	PRIMARY KEY (person, org, standard, opened, ordinal)
) @ROWLESS@;
-- Lists are walked in these orders, with all columns, so that neither engine goes
-- back to the row. Turn, holder and area have few values: a list, and a filter by
-- holder or area, is a few stretches of the first one, merged.
CREATE INDEX work_row_list ON work_row (org, turn, holder, area, law, due_day, person, standard, opened, ordinal, council);
CREATE INDEX work_row_standard ON work_row (org, standard, turn, law, due_day, person, opened, ordinal, holder, council, area);
-- Nearly everything on a council's own list is its own.
CREATE INDEX work_row_council ON work_row (org, council, turn, law, due_day, person, standard, opened, ordinal, holder, area) WHERE council <> org;

-- Asked before every write: which load was the last to say what is covered?
CREATE INDEX coverage_load ON coverage (load);
