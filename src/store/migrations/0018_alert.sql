-- What an information governance lead is told of: lines of the audit that, together, are unusual.
CREATE TABLE alert (
	id BIGINT PRIMARY KEY,
	rule TEXT NOT NULL,                 -- word of data/alerts.yaml
	account BIGINT NOT NULL,            -- whose lines
	org BIGINT NOT NULL,                -- for whom they worked then: whose leads are told
	from_ms BIGINT NOT NULL,
	to_ms BIGINT NOT NULL,
	last_id BIGINT NOT NULL,            -- the newest line that was counted
	n BIGINT NOT NULL,
	found_ms BIGINT NOT NULL,
	acknowledged_ms BIGINT,
	acknowledged_by BIGINT,
	note TEXT NOT NULL DEFAULT ''
);
CREATE INDEX alert_org ON alert (org, id);
CREATE INDEX alert_of ON alert (rule, account, to_ms);

-- One row: of several servers one looks at a time. before_ms: up to when it was looked before.
CREATE TABLE alert_sweep (
	one INTEGER PRIMARY KEY CHECK (one = 1),
	before_ms BIGINT NOT NULL,
	at_ms BIGINT NOT NULL
);
INSERT INTO alert_sweep (one, before_ms, at_ms) VALUES (1, 0, 0);
