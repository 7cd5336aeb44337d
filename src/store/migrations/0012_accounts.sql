-- Second factors, invitations, leavers, and agreements with organisations. Sessions
-- are a matter of hours: the new table begins empty, and everybody signs in again.
ALTER TABLE account ADD COLUMN manages INTEGER NOT NULL DEFAULT 0 CHECK (manages IN (0, 1));
ALTER TABLE account ADD COLUMN factor TEXT NOT NULL DEFAULT '';      -- secret of the authenticator app, sealed; '' none
ALTER TABLE account ADD COLUMN factor_new TEXT NOT NULL DEFAULT '';  -- shown, and not yet confirmed by a code
ALTER TABLE account ADD COLUMN factor_step BIGINT NOT NULL DEFAULT 0; -- step of the last code that was taken
ALTER TABLE account ADD COLUMN closed_ms BIGINT;
ALTER TABLE account ADD COLUMN heir BIGINT;                          -- who took over the work of a leaver

-- Ten at a time, each good once. Only hashes.
CREATE TABLE recovery_code (
	account BIGINT NOT NULL,
	hash TEXT NOT NULL,
	used_ms BIGINT,
	PRIMARY KEY (account, hash)
) @ROWLESS@;

DROP TABLE session;
CREATE TABLE session (
	token_hash TEXT PRIMARY KEY,
	id BIGINT NOT NULL,                 -- names it on a page; opens nothing
	account BIGINT NOT NULL REFERENCES account (id),
	csrf TEXT NOT NULL,
	stage INTEGER NOT NULL,             -- 0 signed in, 1 a code is asked for, 2 an app has to be set up
	known INTEGER NOT NULL,             -- 1: from a browser that had signed in before
	tries INTEGER NOT NULL DEFAULT 0,   -- wrong codes
	browser TEXT NOT NULL,              -- in words: Firefox on Windows
	created_ms BIGINT NOT NULL,
	seen_ms BIGINT NOT NULL,
	expires_ms BIGINT NOT NULL
);
CREATE INDEX session_account ON session (account, id);

-- Wrong passwords and codes in a row, by a hash of the name that was typed, whether
-- there is such an account or not.
CREATE TABLE sign_in_try (
	hash TEXT PRIMARY KEY,
	failed BIGINT NOT NULL,
	failed_ms BIGINT NOT NULL
);
CREATE INDEX sign_in_try_ms ON sign_in_try (failed_ms);

-- Browsers in which somebody signed in before: their tries are counted apart, so that a
-- stranger who guesses locks nobody out of them.
CREATE TABLE known_browser (
	token_hash TEXT PRIMARY KEY,
	account BIGINT NOT NULL,
	failed BIGINT NOT NULL,
	failed_ms BIGINT NOT NULL,
	seen_ms BIGINT NOT NULL
);
CREATE INDEX known_browser_account ON known_browser (account, seen_ms);

-- One-use links of the manager of accounts: to join, or to choose a new password.
CREATE TABLE account_link (
	token_hash TEXT PRIMARY KEY,
	id BIGINT NOT NULL,
	account BIGINT NOT NULL,            -- 0: somebody who joins
	login TEXT NOT NULL,
	name TEXT NOT NULL,
	role TEXT NOT NULL,
	org BIGINT NOT NULL,
	manages INTEGER NOT NULL,
	made_by BIGINT NOT NULL,
	made_ms BIGINT NOT NULL,
	expires_ms BIGINT NOT NULL,
	used_ms BIGINT,
	withdrawn_ms BIGINT
);
CREATE INDEX account_link_org ON account_link (org, id);

-- What was agreed with an organisation, in statements that are added and never changed:
-- the newest of an agreement says how it stands.
CREATE TABLE agreement (
	agreement BIGINT NOT NULL,
	id BIGINT NOT NULL,
	org BIGINT NOT NULL,
	from_day INTEGER NOT NULL,
	to_day INTEGER NOT NULL,            -- the last day
	purpose TEXT NOT NULL,
	controllers TEXT NOT NULL,
	shares TEXT NOT NULL,               -- kinds of data, words separated by blanks
	why TEXT NOT NULL,                  -- of this statement
	account BIGINT NOT NULL,
	at_ms BIGINT NOT NULL,
	newest INTEGER NOT NULL,            -- 1: no later statement of this agreement
	PRIMARY KEY (agreement, id)
) @ROWLESS@;
CREATE INDEX agreement_org ON agreement (org, newest);
