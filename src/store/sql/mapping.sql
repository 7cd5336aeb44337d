-- Mappings of workbooks, in editions. Append only.

-- name: mapping_add :exec
-- in: org int, name text, known_ms int, hash text, account int, body text
INSERT INTO mapping (org, name, known_ms, hash, account, body) VALUES (:org, :name, :known_ms, :hash, :account, :body);

-- The newest edition of each name.
-- name: mapping_newest :many
-- in: org int, limit int
-- out: name text, known_ms int, hash text, body text, by_name text
SELECT m.name, m.known_ms, m.hash, m.body, a.name AS by_name FROM mapping m LEFT JOIN account a ON a.id = m.account
WHERE m.org = :org AND NOT EXISTS (
	SELECT 1 FROM mapping later WHERE later.org = m.org AND later.name = m.name AND later.known_ms > m.known_ms)
ORDER BY m.name LIMIT :limit;

-- One mapping through time, newest first.
-- name: mapping_editions :many
-- in: org int, name text, limit int
-- out: known_ms int, hash text, body text, by_name text
SELECT m.known_ms, m.hash, m.body, a.name AS by_name FROM mapping m LEFT JOIN account a ON a.id = m.account
WHERE m.org = :org AND m.name = :name ORDER BY m.known_ms DESC LIMIT :limit;
