-- Reports as they were filed: the bytes, and what is needed to make them again.
CREATE TABLE filed_report (
	id BIGINT PRIMARY KEY,
	measure TEXT NOT NULL,
	edition INTEGER NOT NULL,
	org BIGINT NOT NULL,                -- in whose circle it was counted; 0: everyone
	account BIGINT NOT NULL,
	role TEXT NOT NULL,                 -- what its reader may see is what this role may
	filed_ms BIGINT NOT NULL,
	known_ms BIGINT NOT NULL,           -- as it was known then
	as_of INTEGER NOT NULL,
	from_day INTEGER NOT NULL,
	to_day INTEGER NOT NULL,
	grouping_by TEXT NOT NULL,
	totals INTEGER NOT NULL,
	shared INTEGER NOT NULL,            -- small numbers hidden
	council BIGINT NOT NULL,            -- only this council's children; 0 any
	rules TEXT NOT NULL,                -- hash of the standards
	measures TEXT NOT NULL,             -- hash of the definitions
	program TEXT NOT NULL,
	hash TEXT NOT NULL,                 -- of the body
	body TEXT NOT NULL
);
CREATE INDEX filed_report_measure ON filed_report (measure, org, id);
