-- A chase: one organisation asked another for what is with it. Added and read, never changed.
CREATE TABLE chase (
	id BIGINT PRIMARY KEY,
	org BIGINT NOT NULL,                -- who chases
	recipient BIGINT NOT NULL,          -- who is asked
	account BIGINT NOT NULL,
	at_ms BIGINT NOT NULL,
	items BIGINT NOT NULL
);
CREATE INDEX chase_org ON chase (org, id);

CREATE TABLE chase_item (
	person BIGINT NOT NULL,
	chase BIGINT NOT NULL,
	standard TEXT NOT NULL,
	opened BIGINT NOT NULL,
	ordinal INTEGER NOT NULL,
	n INTEGER NOT NULL,                 -- place in the chase
	edition INTEGER NOT NULL,
	asks BIGINT NOT NULL,               -- what was missing
	since_day INTEGER,                  -- since when it is with the recipient
	due_day INTEGER,
	nth INTEGER NOT NULL,               -- 1 the first time, 2 a second reminder ...
	why TEXT NOT NULL,                  -- the last thing that had happened, in words
	at_ms BIGINT NOT NULL,              -- of the chase
	PRIMARY KEY (person, chase, standard, opened, ordinal)
) @ROWLESS@;
CREATE INDEX chase_item_chase ON chase_item (chase, n);

-- A link for one child, one thing and one address. Only a hash of its secret is kept.
CREATE TABLE item_link (
	person BIGINT NOT NULL,
	id BIGINT NOT NULL,
	token_hash TEXT NOT NULL UNIQUE,
	standard TEXT NOT NULL,
	number INTEGER NOT NULL,            -- of the standard, as in work_row
	opened BIGINT NOT NULL,
	ordinal INTEGER NOT NULL,
	since_day INTEGER,                  -- since when it was with the recipient
	kind TEXT NOT NULL,                 -- what is asked for
	ask INTEGER NOT NULL,               -- which of the standard's asks
	org BIGINT NOT NULL,                -- who asks
	account BIGINT NOT NULL,
	recipient BIGINT NOT NULL,          -- whose turn it is
	address TEXT NOT NULL,
	minted_ms BIGINT NOT NULL,
	expires_ms BIGINT NOT NULL,
	opens BIGINT NOT NULL DEFAULT 0,
	opened_ms BIGINT,                   -- last time
	tries BIGINT NOT NULL DEFAULT 0,    -- forms sent
	answered_ms BIGINT,                 -- used up
	answer TEXT NOT NULL DEFAULT '',    -- recorded, cannot, not-mine, sent
	reason TEXT NOT NULL DEFAULT '',
	event BIGINT,                       -- what was recorded
	lifted_ms BIGINT,                   -- chasing goes on in spite of the answer
	revoked_ms BIGINT,
	PRIMARY KEY (person, id)
) @ROWLESS@;
CREATE INDEX item_link_org ON item_link (org, id);
CREATE INDEX item_link_account ON item_link (account, minted_ms);
