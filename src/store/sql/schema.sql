-- Which migrations this store has had.

-- name: schema_make :exec
CREATE TABLE IF NOT EXISTS schema_migration (
	number INTEGER PRIMARY KEY,
	name TEXT NOT NULL,
	checksum TEXT NOT NULL,
	applied_ms BIGINT NOT NULL
);

-- name: schema_list :many
-- out: number int, name text, checksum text
SELECT number, name, checksum FROM schema_migration ORDER BY number;

-- name: schema_add :exec
-- in: number int, name text, checksum text, applied_ms int
INSERT INTO schema_migration (number, name, checksum, applied_ms)
VALUES (:number, :name, :checksum, :applied_ms);
