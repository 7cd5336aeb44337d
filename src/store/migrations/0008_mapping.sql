-- What the columns of a team's workbooks are, as its people said. Editions are only
-- added. `heading` is that of the rows kept back, where they are not a table's own.
CREATE TABLE mapping (
	org BIGINT NOT NULL,
	name TEXT NOT NULL,
	known_ms BIGINT NOT NULL,
	hash TEXT NOT NULL,
	account BIGINT NOT NULL,
	body TEXT NOT NULL,
	PRIMARY KEY (org, name, known_ms)
);
ALTER TABLE load_file ADD COLUMN heading TEXT NOT NULL DEFAULT '';
