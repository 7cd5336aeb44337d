-- Settings, organisations, accounts and sessions.

-- name: setting_get :one
-- in: name text
-- out: value text
SELECT value FROM setting WHERE name = :name;

-- name: setting_put :exec
-- in: name text, value text
INSERT INTO setting (name, value) VALUES (:name, :value)
ON CONFLICT (name) DO UPDATE SET value = excluded.value;

-- name: node_lease :one
-- out: node int
INSERT INTO setting (name, value) VALUES ('node', '1')
ON CONFLICT (name) DO UPDATE SET value = CAST(CAST(setting.value AS BIGINT) + 1 AS TEXT)
RETURNING CAST(value AS BIGINT) AS node;

-- name: organisation_all :many
-- out: id int, code text, kind text, name text, short_name text, served_by int
SELECT id, code, kind, name, short_name, served_by FROM organisation ORDER BY id;

-- name: organisation_put :exec
-- in: id int, code text, kind text, name text, short_name text, served_by int
INSERT INTO organisation (id, code, kind, name, short_name, served_by)
VALUES (:id, :code, :kind, :name, :short_name, :served_by)
ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, name = excluded.name, short_name = excluded.short_name, served_by = excluded.served_by;

-- name: account_add :exec
-- in: id int, login text, name text, role text, org int, password text, created_ms int
INSERT INTO account (id, login, name, role, org, password, created_ms)
VALUES (:id, :login, :name, :role, :org, :password, :created_ms);

-- name: account_by_login :one
-- in: login text
-- out: id int, name text, role text, org int, password text, active int, failed int, failed_ms int
SELECT id, name, role, org, password, active, failed, failed_ms FROM account WHERE login = :login;

-- name: account_name :one
-- in: id int
-- out: name text
SELECT name FROM account WHERE id = :id;

-- name: account_failed :exec
-- in: id int, failed int, failed_ms int
UPDATE account SET failed = :failed, failed_ms = :failed_ms WHERE id = :id;

-- name: account_all :many
-- out: id int, login text, name text, role text, org int, active int
SELECT id, login, name, role, org, active FROM account ORDER BY id;

-- name: session_add :exec
-- in: token_hash text, account int, csrf text, created_ms int, seen_ms int, expires_ms int
INSERT INTO session (token_hash, account, csrf, created_ms, seen_ms, expires_ms)
VALUES (:token_hash, :account, :csrf, :created_ms, :seen_ms, :expires_ms);

-- name: session_find :one
-- in: token_hash text
-- out: account int, csrf text, seen_ms int, expires_ms int, name text, role text, org int, active int
SELECT s.account, s.csrf, s.seen_ms, s.expires_ms, a.name, a.role, a.org, a.active
FROM session s JOIN account a ON a.id = s.account WHERE s.token_hash = :token_hash;

-- name: session_touch :exec
-- in: token_hash text, seen_ms int
UPDATE session SET seen_ms = :seen_ms WHERE token_hash = :token_hash;

-- name: session_end :exec
-- in: token_hash text
DELETE FROM session WHERE token_hash = :token_hash;

-- name: session_end_all :exec
DELETE FROM session;

-- name: session_sweep :exec
-- in: before_ms int
DELETE FROM session WHERE expires_ms < :before_ms;

-- name: audit_insert :exec
-- in: id int, at_ms int, account int, org int, person int, act text, what text, reason text
INSERT INTO audit (id, at_ms, account, org, person, act, what, reason)
VALUES (:id, :at_ms, :account, :org, :person, :act, :what, :reason);

-- name: audit_of_person :many
-- in: person int, limit int
-- out: at_ms int, account int, org int, act text, what text, reason text, name text
SELECT u.at_ms, u.account, u.org, u.act, u.what, u.reason, a.name
FROM audit u LEFT JOIN account a ON a.id = u.account
WHERE u.person = :person OR u.person IN (SELECT id FROM person WHERE joined_to = :person) ORDER BY u.id DESC LIMIT :limit;

-- name: audit_count :one
-- in: person int
-- out: n int
SELECT count(*) AS n FROM audit WHERE person = :person OR person IN (SELECT id FROM person WHERE joined_to = :person);
