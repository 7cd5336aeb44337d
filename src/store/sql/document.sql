-- Dated documents: the rules as they were known. Append only; `known_ms` grows
-- from one change of the store to the next.

-- Tells a program that documents were added since it last looked.
-- name: document_stamp :one
-- out: n int, newest int, oldest int
SELECT count(*) AS n, coalesce(max(known_ms), 0) AS newest, coalesce(min(known_ms), 0) AS oldest FROM document;

-- The newest of each name that was known at an instant, those withdrawn too.
-- name: document_set :many
-- in: kind text, known_ms int
-- out: name text, hash text, known_ms int, origin text, shipped text, withdrawn int, author int, why text
SELECT name, hash, known_ms, origin, shipped, withdrawn, author, why FROM document d
WHERE kind = :kind AND known_ms <= :known_ms AND NOT EXISTS (
	SELECT 1 FROM document later
	WHERE later.kind = d.kind AND later.name = d.name AND later.known_ms > d.known_ms AND later.known_ms <= :known_ms)
ORDER BY name;

-- name: document_body :one
-- in: kind text, name text, known_ms int
-- out: body text
SELECT body FROM document WHERE kind = :kind AND name = :name AND known_ms = :known_ms;

-- One document through time, newest first.
-- name: document_history :many
-- in: kind text, name text, limit int
-- out: hash text, known_ms int, origin text, withdrawn int, author int, why text, by_name text
SELECT d.hash, d.known_ms, d.origin, d.withdrawn, d.author, d.why, a.name AS by_name
FROM document d LEFT JOIN account a ON a.id = d.author
WHERE d.kind = :kind AND d.name = :name ORDER BY d.known_ms DESC LIMIT :limit;

-- The instants at which anything changed, newest first.
-- name: document_changes :many
-- in: kind text, limit int
-- out: known_ms int
SELECT DISTINCT known_ms FROM document WHERE kind = :kind ORDER BY known_ms DESC LIMIT :limit;

-- name: document_add :exec
-- in: kind text, name text, hash text, known_ms int, body text, origin text, shipped text, withdrawn int, author int, why text
INSERT INTO document (kind, name, hash, known_ms, body, origin, shipped, withdrawn, author, why)
VALUES (:kind, :name, :hash, :known_ms, :body, :origin, :shipped, :withdrawn, :author, :why);
