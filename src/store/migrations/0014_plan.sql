-- Scenarios that people saved: the text, and what its answer was made of, so that
-- anybody can have the same bytes again.
CREATE TABLE plan_scenario (
	id BIGINT PRIMARY KEY,
	org BIGINT NOT NULL,                -- whose colleagues see it; 0: the operator's
	account BIGINT NOT NULL,            -- who may delete it
	saved_ms BIGINT NOT NULL,
	name TEXT NOT NULL,
	body TEXT NOT NULL,
	hash TEXT NOT NULL,                 -- of all that went in, what it extends included
	seed BIGINT NOT NULL,
	program TEXT NOT NULL
);
CREATE INDEX plan_scenario_org ON plan_scenario (org, id);
