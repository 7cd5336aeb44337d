-- Lines of the audit are written free of any chain, by any number of servers, and sealed
-- afterwards in batches; each seal names the one before.
ALTER TABLE audit ADD COLUMN seal BIGINT NOT NULL DEFAULT 0; -- number of its seal; 0: not sealed yet
ALTER TABLE audit ADD COLUMN salt TEXT NOT NULL DEFAULT '';  -- of its body; after a lawful erasure the body's hash
CREATE INDEX audit_by_seal ON audit (seal, id);

CREATE TABLE audit_seal (
	n BIGINT PRIMARY KEY,               -- 1, 2, 3 ... without a gap
	at_ms BIGINT NOT NULL,
	previous TEXT NOT NULL,             -- hash of the seal before; '' of the first
	hash TEXT NOT NULL,
	rows BIGINT NOT NULL,
	body @BLOB@ NOT NULL                -- of each line, by id: 8 bytes id, 32 bytes hash
);

-- One row: whoever seals locks it first.
CREATE TABLE audit_chain (
	one INTEGER PRIMARY KEY CHECK (one = 1),
	n BIGINT NOT NULL,                  -- the newest seal
	at_ms BIGINT NOT NULL
);
INSERT INTO audit_chain (one, n, at_ms) VALUES (1, 0, 0);
