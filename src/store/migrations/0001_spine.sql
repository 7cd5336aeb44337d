-- The spine: organisations, accounts, the record, its caches, loads, audit.
-- Days are whole numbers since 1 January 1970; *_ms are UTC milliseconds;
-- "no such day" is NULL, "for ever" is 2147483647.

CREATE TABLE setting (
	name TEXT PRIMARY KEY,
	value TEXT NOT NULL
);

CREATE TABLE organisation (
	id BIGINT PRIMARY KEY,
	code TEXT NOT NULL UNIQUE,          -- ONS or ODS code
	kind TEXT NOT NULL,                 -- council, health-team, provider, board
	name TEXT NOT NULL,
	short_name TEXT NOT NULL,
	served_by BIGINT                    -- council: the health team that serves it
);

CREATE TABLE account (
	id BIGINT PRIMARY KEY,
	login TEXT NOT NULL UNIQUE,
	name TEXT NOT NULL,
	role TEXT NOT NULL,
	org BIGINT NOT NULL REFERENCES organisation (id),
	password TEXT NOT NULL,
	active INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1)),
	created_ms BIGINT NOT NULL,
	failed INTEGER NOT NULL DEFAULT 0,
	failed_ms BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE session (
	token_hash TEXT PRIMARY KEY,
	account BIGINT NOT NULL REFERENCES account (id),
	csrf TEXT NOT NULL,
	created_ms BIGINT NOT NULL,
	seen_ms BIGINT NOT NULL,
	expires_ms BIGINT NOT NULL
);
CREATE INDEX session_account ON session (account);

-- One row a person: the row that every write locks. Names and numbers are a
-- copy of the last believed details.
CREATE TABLE person (
	id BIGINT PRIMARY KEY,
	version BIGINT NOT NULL,            -- grows with every write: the edit token
	council BIGINT NOT NULL,            -- organisation whose number `ref` is
	ref TEXT NOT NULL,                  -- that council's number for the child
	nhs_number TEXT,
	given TEXT NOT NULL DEFAULT '',
	family TEXT NOT NULL DEFAULT '',
	born INTEGER,
	sex TEXT NOT NULL DEFAULT '',
	next_change INTEGER NOT NULL DEFAULT 2147483647, -- first day on which time alone changes a clock
	clocked_on INTEGER,                 -- the day for which the clocks were worked out
	rules TEXT NOT NULL DEFAULT ''      -- tag of the rules, holidays and coverage that they were made by
);
CREATE UNIQUE INDEX person_ref ON person (council, ref);
CREATE INDEX person_nhs ON person (nhs_number) WHERE nhs_number IS NOT NULL;
CREATE INDEX person_next ON person (next_change) WHERE next_change < 2147483647;
CREATE INDEX person_rules ON person (council, rules);

CREATE TABLE person_word (
	word TEXT NOT NULL,
	person BIGINT NOT NULL,
	PRIMARY KEY (word, person)
) @ROWLESS@;
CREATE INDEX person_word_person ON person_word (person);

-- Append only.
CREATE TABLE event (
	person BIGINT NOT NULL,
	id BIGINT NOT NULL,
	kind TEXT NOT NULL,
	at INTEGER,
	minute INTEGER,
	precise INTEGER NOT NULL DEFAULT 0,
	recorded_ms BIGINT NOT NULL,
	written_ms BIGINT,                  -- NULL: when it was recorded
	replaces BIGINT,
	voids INTEGER NOT NULL DEFAULT 0 CHECK (voids IN (0, 1)),
	org BIGINT,
	author BIGINT NOT NULL,
	source BIGINT,
	source_row BIGINT,
	value BIGINT,
	end_day INTEGER,
	code TEXT,
	code2 TEXT,
	ref TEXT,
	natural_key TEXT,
	body TEXT,
	why TEXT,
	PRIMARY KEY (person, id)
) @ROWLESS@;

-- Who has a live reason to know a child: folded from events, a cache.
CREATE TABLE circle (
	person BIGINT NOT NULL,
	org BIGINT NOT NULL,
	reason TEXT NOT NULL,
	from_day INTEGER NOT NULL,
	to_day INTEGER NOT NULL,
	PRIMARY KEY (person, org, reason, from_day)
) @ROWLESS@;
CREATE INDEX circle_org ON circle (org, person, to_day);

-- What the rules say of what is open (running, not known): a cache that `rebuild`
-- makes again and `verify` proves. What is over is worked out when somebody looks.
CREATE TABLE clock (
	person BIGINT NOT NULL,
	standard TEXT NOT NULL,
	opened BIGINT NOT NULL,             -- first event of the opening fact's chain
	ordinal INTEGER NOT NULL,
	edition INTEGER NOT NULL,
	state INTEGER NOT NULL,
	holder INTEGER NOT NULL,
	holder_org BIGINT NOT NULL,
	reason TEXT NOT NULL,
	start_day INTEGER,
	due_day INTEGER,
	done_day INTEGER,
	holder_since INTEGER,
	holder_due INTEGER,
	next_change INTEGER NOT NULL,
	why TEXT NOT NULL,                  -- the last thing that happened, in words
	PRIMARY KEY (person, standard, opened, ordinal)
) @ROWLESS@;

-- Worklists: one row for each organisation of the circle and each open clock.
-- turn: 1 ours, 2 somebody else's, 3 not known.
CREATE TABLE work_row (
	org BIGINT NOT NULL,
	turn INTEGER NOT NULL,
	law INTEGER NOT NULL,
	due_day INTEGER NOT NULL,
	person BIGINT NOT NULL,
	standard TEXT NOT NULL,
	opened BIGINT NOT NULL,
	ordinal INTEGER NOT NULL,
	holder INTEGER NOT NULL,
	council BIGINT NOT NULL,
	area INTEGER NOT NULL,              -- 1 in our area, 2 ours placed elsewhere, 3 placed here by others, 0 not known
	PRIMARY KEY (org, turn, law, due_day, person, standard, opened, ordinal)
) @ROWLESS@;
CREATE INDEX work_row_person ON work_row (person);
CREATE INDEX work_row_standard ON work_row (org, standard, turn, law, due_day);
CREATE INDEX work_row_holder ON work_row (org, holder, turn, law, due_day);
CREATE INDEX work_row_council ON work_row (org, council, turn, law, due_day);
CREATE INDEX work_row_area ON work_row (org, area, turn, law, due_day);

-- Files that were loaded, and what was found in them.
CREATE TABLE load (
	id BIGINT PRIMARY KEY,
	name TEXT NOT NULL,
	account BIGINT NOT NULL,
	org BIGINT NOT NULL,
	state TEXT NOT NULL,                -- running, done, refused, interrupted
	started_ms BIGINT NOT NULL,
	recorded_ms BIGINT NOT NULL,
	seen_ms BIGINT NOT NULL,            -- last sign of life while it runs
	finished_ms BIGINT,
	children_total BIGINT NOT NULL DEFAULT 0,
	children_done BIGINT NOT NULL DEFAULT 0,
	message TEXT NOT NULL DEFAULT ''
);
CREATE TABLE load_file (
	load BIGINT NOT NULL,
	name TEXT NOT NULL,                 -- table: children, placements ...
	partial INTEGER NOT NULL,
	covers_from INTEGER,
	hash TEXT NOT NULL,
	rows_read BIGINT NOT NULL,
	rows_new BIGINT NOT NULL,
	rows_changed BIGINT NOT NULL,
	rows_same BIGINT NOT NULL,
	rows_voided BIGINT NOT NULL,
	rows_kept_back BIGINT NOT NULL,
	PRIMARY KEY (load, name)
);
CREATE TABLE finding (
	load BIGINT NOT NULL,
	n BIGINT NOT NULL,
	file TEXT NOT NULL,
	line BIGINT NOT NULL,
	col TEXT NOT NULL,
	rule TEXT NOT NULL,
	severity TEXT NOT NULL,             -- kept-back, warning, file
	found TEXT NOT NULL,
	message TEXT NOT NULL,
	fix TEXT NOT NULL,
	record TEXT NOT NULL,               -- the row as it came
	PRIMARY KEY (load, n)
) @ROWLESS@;

-- From which day a council's tables can be believed when they say nothing.
CREATE TABLE coverage (
	council BIGINT NOT NULL,
	evidence TEXT NOT NULL,
	load BIGINT NOT NULL,
	covers_from INTEGER,                -- NULL: nothing can be concluded from absence
	recorded_ms BIGINT NOT NULL,
	PRIMARY KEY (council, evidence, load)
);

-- Rules, holidays, regions as they were known: kind and name, body, from when.
CREATE TABLE document (
	kind TEXT NOT NULL,
	name TEXT NOT NULL,
	hash TEXT NOT NULL,
	known_ms BIGINT NOT NULL,
	body TEXT NOT NULL,
	PRIMARY KEY (kind, name, known_ms)
);

-- Writes and looks. Append only.
CREATE TABLE audit (
	id BIGINT PRIMARY KEY,
	at_ms BIGINT NOT NULL,
	account BIGINT NOT NULL,
	org BIGINT NOT NULL,
	person BIGINT NOT NULL,             -- 0: about no one person
	act TEXT NOT NULL,                  -- looked, recorded, corrected, voided, loaded, signed-in ...
	what TEXT NOT NULL,
	reason TEXT NOT NULL
);
CREATE INDEX audit_person ON audit (person, id);
