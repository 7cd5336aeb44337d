-- Which rows of files an organisation has told of entries that are sealed: its next load of the
-- same file must say "known already" of these too, as it would if nothing were sealed.
CREATE TABLE told_sealed (
	person BIGINT NOT NULL,
	org BIGINT NOT NULL,
	natural_key TEXT NOT NULL,
	PRIMARY KEY (person, org, natural_key)
) @ROWLESS@;
