-- Whose named worker somebody is today: worked out from the record like the circle, so that
-- "mine" on a worklist walks a worker's own children only. It opens nothing: lists ask the circle.
CREATE TABLE named_worker (
	account BIGINT NOT NULL,
	person BIGINT NOT NULL,
	PRIMARY KEY (account, person)
) @ROWLESS@;
CREATE INDEX named_worker_person ON named_worker (person, account);
