-- Packed histories: a cache beside the events.

-- name: compact_put :exec
-- in: person int, body blob
INSERT INTO compact (person, body) VALUES (:person, :body)
ON CONFLICT (person) DO UPDATE SET body = excluded.body WHERE compact.body <> excluded.body;

-- name: compact_get :one
-- in: person int
-- out: body blob
SELECT body FROM compact WHERE person = :person;

-- A child without a packed history (written by an earlier version) has NULL.
-- name: compact_range :many
-- in: from int, to int
-- out: person int, council int, ref text, body blob
SELECT p.id AS person, p.council, p.ref, c.body
FROM person p LEFT JOIN compact c ON c.person = p.id
WHERE p.id >= :from AND p.id <= :to ORDER BY p.id;

-- name: person_nth :one
-- in: n int
-- out: id int
SELECT id FROM person ORDER BY id LIMIT 1 OFFSET :n;
