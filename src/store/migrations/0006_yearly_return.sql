-- Yearly returns as they were checked: which rules ran and what they found, and where
-- a return and the record do not say the same. The return itself is not kept.
CREATE TABLE yearly_return (
	id BIGINT PRIMARY KEY,
	org BIGINT NOT NULL,                -- on whose list it stands
	account BIGINT NOT NULL,
	council BIGINT NOT NULL,
	year TEXT NOT NULL,                 -- 2025-26
	state TEXT NOT NULL,                -- running, done, refused
	load BIGINT NOT NULL DEFAULT 0,     -- the load that it became; 0 none
	started_ms BIGINT NOT NULL,
	seen_ms BIGINT NOT NULL,
	finished_ms BIGINT,
	children BIGINT NOT NULL DEFAULT 0,
	wrong BIGINT NOT NULL DEFAULT 0,    -- children with a finding
	found BIGINT NOT NULL DEFAULT 0,
	troubles BIGINT NOT NULL DEFAULT 0,
	differences BIGINT NOT NULL DEFAULT 0,
	message TEXT NOT NULL DEFAULT ''
);
CREATE INDEX yearly_return_org ON yearly_return (org, id);
CREATE TABLE yearly_return_rule (
	id BIGINT NOT NULL,
	n BIGINT NOT NULL,
	rule TEXT NOT NULL,
	tab TEXT NOT NULL,
	title TEXT NOT NULL,
	todo TEXT NOT NULL,
	state INTEGER NOT NULL,             -- 1 run, 2 on this year only, 3 not run, 4 about a file
	severe INTEGER NOT NULL,            -- 1 error, 0 to be looked at again
	why TEXT NOT NULL,
	found BIGINT NOT NULL,
	PRIMARY KEY (id, n)
) @ROWLESS@;
-- Of rules about what is kept (data/ssda903/tables.yaml); values of other columns are left out.
CREATE TABLE yearly_return_row (
	id BIGINT NOT NULL,
	n BIGINT NOT NULL,                  -- of the rule
	m BIGINT NOT NULL,
	file TEXT NOT NULL,
	line BIGINT NOT NULL,
	ref TEXT NOT NULL,
	found TEXT NOT NULL,
	PRIMARY KEY (id, n, m)
) @ROWLESS@;
CREATE TABLE yearly_return_difference (
	id BIGINT NOT NULL,
	n BIGINT NOT NULL,
	person BIGINT NOT NULL,             -- 0: not in the record
	ref TEXT NOT NULL,
	what TEXT NOT NULL,
	told TEXT NOT NULL,
	ours TEXT NOT NULL,
	PRIMARY KEY (id, n)
) @ROWLESS@;
