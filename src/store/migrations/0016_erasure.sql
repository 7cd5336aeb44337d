-- Lawful erasure: who asked, who decided, on which ground, when. What is left of what was
-- erased, and nothing of what it said.
CREATE TABLE erasure (
	id BIGINT PRIMARY KEY,
	person BIGINT NOT NULL,             -- the record; once it is erased a number that means nothing
	event BIGINT NOT NULL,              -- 0: the whole record; else the entry, with its corrections
	ground TEXT NOT NULL,               -- word of data/retention.yaml
	why TEXT NOT NULL,                  -- reference of the request; no content
	asked_by BIGINT NOT NULL,           -- 0: the operator
	asked_org BIGINT NOT NULL,
	asked_ms BIGINT NOT NULL,
	state TEXT NOT NULL,                -- asked, refused, done
	decided_by BIGINT NOT NULL DEFAULT 0,
	decided_org BIGINT NOT NULL DEFAULT 0,
	decided_ms BIGINT,
	decided_why TEXT NOT NULL DEFAULT '',
	entries BIGINT NOT NULL DEFAULT 0,  -- events that were erased
	again_ms BIGINT,                    -- when it was carried out again, on a restored store
	lifted_ms BIGINT,                   -- from when a file may bring the same again
	lifted_by BIGINT
);
CREATE INDEX erasure_person ON erasure (person, id);

-- What was erased: a record (event 0), or an entry. `mark` is a hash by which a file that
-- tells the same again is known; '' for what no file can tell again.
CREATE TABLE erasure_item (
	erasure BIGINT NOT NULL,
	person BIGINT NOT NULL,
	event BIGINT NOT NULL,
	mark TEXT NOT NULL,
	PRIMARY KEY (erasure, person, event)
) @ROWLESS@;
CREATE INDEX erasure_item_mark ON erasure_item (mark);

-- A record that must not be disposed of or erased while something lasts.
CREATE TABLE record_hold (
	id BIGINT PRIMARY KEY,
	person BIGINT NOT NULL,
	kind TEXT NOT NULL,                 -- word of data/retention.yaml
	why TEXT NOT NULL,
	account BIGINT NOT NULL,
	org BIGINT NOT NULL,
	from_ms BIGINT NOT NULL,
	ended_ms BIGINT,
	ended_by BIGINT,
	ended_why TEXT NOT NULL DEFAULT ''
);
CREATE INDEX record_hold_person ON record_hold (person, id);
