-- Scenarios that people saved. Added, read, deleted; never changed.

-- name: plan_add :exec
-- in: id int, org int, account int, saved_ms int, name text, body text, hash text, seed int, program text
INSERT INTO plan_scenario (id, org, account, saved_ms, name, body, hash, seed, program)
VALUES (:id, :org, :account, :saved_ms, :name, :body, :hash, :seed, :program);

-- Newest first; org -1 means any.
-- name: plan_list :many
-- in: org int, limit int
-- out: id int, org int, account int, saved_ms int, name text, body text, hash text, seed int, program text, by_name text
SELECT p.id, p.org, p.account, p.saved_ms, p.name, p.body, p.hash, p.seed, p.program, a.name AS by_name
FROM plan_scenario p LEFT JOIN account a ON a.id = p.account
WHERE (:org = -1 OR p.org = :org) ORDER BY p.id DESC LIMIT :limit;

-- name: plan_get :one
-- in: id int
-- out: id int, org int, account int, saved_ms int, name text, body text, hash text, seed int, program text, by_name text
SELECT p.id, p.org, p.account, p.saved_ms, p.name, p.body, p.hash, p.seed, p.program, a.name AS by_name
FROM plan_scenario p LEFT JOIN account a ON a.id = p.account WHERE p.id = :id;

-- name: plan_delete :exec
-- in: id int
DELETE FROM plan_scenario WHERE id = :id;

-- name: plan_count :one
-- in: account int
-- out: n int
SELECT COUNT(*) AS n FROM plan_scenario WHERE account = :account;
