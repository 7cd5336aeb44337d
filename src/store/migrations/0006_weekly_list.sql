-- Records of one child that were joined: the record that its events are read with.
-- A cache: the record itself says it (kinds record-joined, record-joined-to).
ALTER TABLE person ADD COLUMN joined_to BIGINT;
ALTER TABLE person ADD COLUMN upn TEXT; -- unique pupil number, of the last believed details
CREATE INDEX person_joined ON person (joined_to) WHERE joined_to IS NOT NULL;
CREATE INDEX person_upn ON person (upn) WHERE upn IS NOT NULL;
CREATE INDEX person_born ON person (born);

-- A council's list of the children it looks after, as it was read. What it would
-- change is worked out when somebody looks; what people answered stands below.
CREATE TABLE weekly_list (
	id BIGINT PRIMARY KEY,
	council BIGINT NOT NULL,
	org BIGINT NOT NULL,                -- whose list of lists it stands on; 0: the operator
	account BIGINT NOT NULL,
	name TEXT NOT NULL,
	listed_on INTEGER NOT NULL,         -- the day of which the list speaks
	partial INTEGER NOT NULL,           -- one team's, for example: nobody left because they are not on it
	state TEXT NOT NULL,                -- open; asked: is it really whole?; set-aside
	unsure INTEGER NOT NULL,            -- a row could not be tied to a child: absence proves nothing
	hash TEXT NOT NULL,
	loaded_ms BIGINT NOT NULL,
	rows_read BIGINT NOT NULL,
	rows_kept_back BIGINT NOT NULL,
	rows_elsewhere BIGINT NOT NULL,     -- other councils' children who are not this team's
	missing BIGINT NOT NULL,            -- children of the list before that are not on this one
	expected BIGINT NOT NULL            -- how many the list before had
);
CREATE INDEX weekly_list_council ON weekly_list (council, listed_on, id);

-- One row a child; the cells as one JSON object. kept_back: the row cannot be
-- believed, but its child is on the list.
CREATE TABLE weekly_row (
	list BIGINT NOT NULL,
	ref TEXT NOT NULL,
	line BIGINT NOT NULL,
	kept_back INTEGER NOT NULL,
	body TEXT NOT NULL,
	PRIMARY KEY (list, ref)
) @ROWLESS@;

-- What was answered to a proposal, so that it never comes again. `content` says
-- what was proposed: the same words next week are the same proposal.
CREATE TABLE weekly_answer (
	id BIGINT PRIMARY KEY,
	council BIGINT NOT NULL,
	ref TEXT NOT NULL,
	kind TEXT NOT NULL,
	content TEXT NOT NULL,
	list BIGINT NOT NULL,
	answer TEXT NOT NULL,               -- accepted, not-now (until the next list), rejected
	account BIGINT NOT NULL,
	org BIGINT NOT NULL,
	at_ms BIGINT NOT NULL,
	why TEXT NOT NULL
);
CREATE INDEX weekly_answer_child ON weekly_answer (council, ref, id);

-- What people said of two records, or of a row of a list and a record: each named
-- "COUNCIL/number", the lesser first. The last answer counts.
CREATE TABLE match_answer (
	id BIGINT PRIMARY KEY,
	one TEXT NOT NULL,
	other TEXT NOT NULL,
	answer TEXT NOT NULL,               -- same, different, cannot-tell, undone
	account BIGINT NOT NULL,
	org BIGINT NOT NULL,
	at_ms BIGINT NOT NULL,
	why TEXT NOT NULL
);
CREATE INDEX match_answer_pair ON match_answer (one, other, id);
CREATE INDEX match_answer_other ON match_answer (other, one, id);
