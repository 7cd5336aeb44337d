-- The audit as a whole: sealed in batches, verified, read. (One line is written in place.sql.)

-- Whoever seals begins here: of several servers one at a time.
-- name: audit_chain_lock :one
-- in: at_ms int
-- out: n int
UPDATE audit_chain SET at_ms = :at_ms WHERE one = 1 RETURNING n;

-- name: audit_chain_set :exec
-- in: n int
UPDATE audit_chain SET n = :n WHERE one = 1;

-- name: audit_chain_get :one
-- out: n int
SELECT n FROM audit_chain WHERE one = 1;

-- name: audit_unsealed :many
-- in: limit int
-- out: id int, at_ms int, account int, org int, person int, act text, what text, reason text, role text, event int
SELECT id, at_ms, account, org, person, act, what, reason, role, event FROM audit WHERE seal = 0 ORDER BY id LIMIT :limit;

-- name: audit_unsealed_count :one
-- in: limit int
-- out: n int, oldest int
SELECT count(*) AS n, coalesce(min(at_ms), 0) AS oldest
FROM (SELECT at_ms FROM audit WHERE seal = 0 ORDER BY id LIMIT :limit) AS waiting;

-- name: audit_mark :exec
-- in: id int, seal int, salt text
UPDATE audit SET seal = :seal, salt = :salt WHERE id = :id AND seal = 0;

-- name: audit_seal_insert :exec
-- in: n int, at_ms int, previous text, hash text, rows int, body blob
INSERT INTO audit_seal (n, at_ms, previous, hash, rows, body) VALUES (:n, :at_ms, :previous, :hash, :rows, :body);

-- name: audit_seal_hash :one
-- in: n int
-- out: hash text, at_ms int
SELECT hash, at_ms FROM audit_seal WHERE n = :n;

-- name: audit_seal_next :many
-- in: after int, limit int
-- out: n int, at_ms int, previous text, hash text, rows int, body blob
SELECT n, at_ms, previous, hash, rows, body FROM audit_seal WHERE n > :after ORDER BY n LIMIT :limit;

-- name: audit_of_seal :many
-- in: seal int
-- out: id int, at_ms int, account int, org int, person int, act text, what text, reason text, role text, event int, salt text
SELECT id, at_ms, account, org, person, act, what, reason, role, event, salt FROM audit WHERE seal = :seal ORDER BY id;

-- name: audit_where :one
-- in: id int
-- out: seal int
SELECT seal FROM audit WHERE id = :id;

-- Lines that say they are under a seal that was never made.
-- name: audit_astray :one
-- in: last int
-- out: n int, id int
SELECT count(*) AS n, coalesce(min(id), 0) AS id FROM audit WHERE seal > :last OR seal < 0;

-- By id, which grows with time. person 0, account -1: any.
-- name: audit_read :many
-- in: from int, before int, person int, account int, limit int
-- out: id int, at_ms int, account int, org int, person int, act text, what text, reason text, role text, event int, seal int, by_name text, council int, ref text
SELECT u.id, u.at_ms, u.account, u.org, u.person, u.act, u.what, u.reason, u.role, u.event, u.seal, a.name AS by_name, p.council, p.ref
FROM audit u LEFT JOIN account a ON a.id = u.account LEFT JOIN person p ON p.id = u.person
WHERE u.id >= :from AND u.id < :before AND (:person = 0 OR u.person = :person) AND (:account = -1 OR u.account = :account)
ORDER BY u.id DESC LIMIT :limit;
