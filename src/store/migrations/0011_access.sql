-- Who was given sight of what others do not see: sealed entries of a child, a record that
-- an adoption has closed, or a child in an emergency (with its notice and its review).
CREATE TABLE access_grant (
	person BIGINT NOT NULL,
	id BIGINT NOT NULL,
	account BIGINT NOT NULL,            -- who may see
	org BIGINT NOT NULL,                -- for whom they worked then: it ends when they leave
	what TEXT NOT NULL,                 -- sealed, closed, emergency
	seal TEXT NOT NULL,                 -- sealed: of which seal; emergency: category of the reason
	reason TEXT NOT NULL,
	given_by BIGINT NOT NULL,
	from_ms BIGINT NOT NULL,
	until_ms BIGINT NOT NULL,
	ended_ms BIGINT,
	ended_by BIGINT,
	reviewed_ms BIGINT,
	reviewed_by BIGINT,
	outcome TEXT NOT NULL DEFAULT '',   -- justified, not-justified, followed-up
	review TEXT NOT NULL DEFAULT '',
	PRIMARY KEY (person, id)
) @ROWLESS@;
CREATE INDEX access_grant_notice ON access_grant (what, id);

ALTER TABLE person ADD COLUMN closed INTEGER; -- day on which an adoption closed the record

-- Records of adopted children are worked out again, so that they close.
UPDATE person SET rules = '' WHERE id IN (
	SELECT coalesce(p.joined_to, p.id) FROM event e JOIN person p ON p.id = e.person
	WHERE e.kind = 'care-ended' AND e.code IN ('E11', 'E12'));

ALTER TABLE audit ADD COLUMN role TEXT NOT NULL DEFAULT '';   -- in what role; '' before this was kept
ALTER TABLE audit ADD COLUMN event BIGINT NOT NULL DEFAULT 0; -- entry that it is about: who does not see that, sees no line

-- Files that were downloaded: each is a numbered copy, found again by its bytes.
CREATE TABLE copy_taken (
	id BIGINT PRIMARY KEY,
	at_ms BIGINT NOT NULL,
	account BIGINT NOT NULL,
	org BIGINT NOT NULL,
	role TEXT NOT NULL,
	name TEXT NOT NULL,
	page TEXT NOT NULL,                 -- address of the page where it was taken
	hash TEXT NOT NULL,
	bytes BIGINT NOT NULL
);
CREATE INDEX copy_taken_org ON copy_taken (org, id);
CREATE INDEX copy_taken_hash ON copy_taken (hash);
