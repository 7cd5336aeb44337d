-- Accounts, sessions, second factors, links to join, agreements.

-- name: account_add :exec
-- in: id int, login text, name text, role text, org int, password text, created_ms int, manages int
INSERT INTO account (id, login, name, role, org, password, created_ms, manages)
VALUES (:id, :login, :name, :role, :org, :password, :created_ms, :manages);

-- name: account_by_login :one
-- in: login text
-- out: id int, name text, role text, org int, password text, active int, factor text
SELECT id, name, role, org, password, active, factor FROM account WHERE login = :login;

-- name: account_get :one
-- in: id int
-- out: id int, login text, name text, role text, org int, password text, active int, manages int, factor text, factor_new text, factor_step int, created_ms int, closed_ms int, heir int
SELECT id, login, name, role, org, password, active, manages, factor, factor_new, factor_step, created_ms, closed_ms, heir FROM account WHERE id = :id;

-- name: account_org :one
-- in: id int
-- out: org int
SELECT org FROM account WHERE id = :id;

-- name: account_name :one
-- in: id int
-- out: name text
SELECT name FROM account WHERE id = :id;

-- name: account_count :one
-- out: n int
SELECT count(*) AS n FROM account;

-- name: account_all :many
-- out: id int, login text, name text, role text, org int, active int
SELECT id, login, name, role, org, active FROM account ORDER BY id;

-- Those of an organisation; 0 gives everybody.
-- name: account_list :many
-- in: org int
-- out: id int, login text, name text, role text, org int, active int, manages int, factor text, created_ms int, closed_ms int, seen_ms int
SELECT a.id, a.login, a.name, a.role, a.org, a.active, a.manages, a.factor, a.created_ms, a.closed_ms,
	(SELECT max(b.seen_ms) FROM known_browser b WHERE b.account = a.id) AS seen_ms
FROM account a WHERE :org = 0 OR a.org = :org ORDER BY a.active DESC, a.name, a.id LIMIT 2000;

-- With the secret of an app that was offered before: whoever had the old password may have seen it.
-- name: account_password_put :exec
-- in: id int, password text
UPDATE account SET password = :password, factor_new = '' WHERE id = :id;

-- name: account_rights_put :exec
-- in: id int, role text, manages int
UPDATE account SET role = :role, manages = :manages WHERE id = :id;

-- name: account_close :one
-- in: id int, closed_ms int, heir int
-- out: id int
UPDATE account SET active = 0, manages = 0, closed_ms = :closed_ms, heir = :heir, factor = '', factor_new = '' WHERE id = :id AND active = 1 RETURNING id;

-- Open links that a leaver had made: their answers come to who follows.
-- name: account_links_hand_over :exec
-- in: account int, heir int
UPDATE item_link SET account = :heir WHERE account = :account AND answered_ms IS NULL AND revoked_ms IS NULL;

-- name: factor_new_put :exec
-- in: id int, factor_new text
UPDATE account SET factor_new = :factor_new WHERE id = :id;

-- name: factor_put :exec
-- in: id int, factor text, factor_step int
UPDATE account SET factor = :factor, factor_new = '', factor_step = :factor_step WHERE id = :id;

-- A code is good once: of two at the same time one finds the step used.
-- name: factor_step_take :one
-- in: id int, step int
-- out: id int
UPDATE account SET factor_step = :step WHERE id = :id AND factor_step < :step RETURNING id;

-- name: factor_clear_all :exec
UPDATE account SET factor = '', factor_new = '', factor_step = 0;

-- name: factor_any :one
-- out: n int
SELECT count(*) AS n FROM account WHERE factor <> '' OR factor_new <> '';

-- name: recovery_add :exec
-- in: account int, hash text
INSERT INTO recovery_code (account, hash, used_ms) VALUES (:account, :hash, NULL);

-- name: recovery_clear :exec
-- in: account int
DELETE FROM recovery_code WHERE account = :account;

-- name: recovery_take :one
-- in: account int, hash text, used_ms int
-- out: account int
UPDATE recovery_code SET used_ms = :used_ms WHERE account = :account AND hash = :hash AND used_ms IS NULL RETURNING account;

-- name: recovery_left :one
-- in: account int
-- out: n int
SELECT count(*) AS n FROM recovery_code WHERE account = :account AND used_ms IS NULL;

-- name: session_add :exec
-- in: token_hash text, id int, account int, csrf text, stage int, known int, browser text, created_ms int, seen_ms int, expires_ms int
INSERT INTO session (token_hash, id, account, csrf, stage, known, browser, created_ms, seen_ms, expires_ms)
VALUES (:token_hash, :id, :account, :csrf, :stage, :known, :browser, :created_ms, :seen_ms, :expires_ms);

-- With whether the account's organisation has agreements, and one in force on :day; of many, one is looked at.
-- name: session_find :one
-- in: token_hash text, day int
-- out: id int, account int, csrf text, stage int, known int, tries int, browser text, seen_ms int, expires_ms int, name text, role text, org int, active int, manages int, agreements int, in_force int
SELECT s.id, s.account, s.csrf, s.stage, s.known, s.tries, s.browser, s.seen_ms, s.expires_ms, a.name, a.role, a.org, a.active, a.manages,
	coalesce((SELECT 1 FROM agreement g WHERE g.org = a.org AND g.newest = 1 LIMIT 1), 0) AS agreements,
	coalesce((SELECT 1 FROM agreement g WHERE g.org = a.org AND g.newest = 1 AND g.from_day <= :day AND g.to_day >= :day LIMIT 1), 0) AS in_force
FROM session s JOIN account a ON a.id = s.account WHERE s.token_hash = :token_hash;

-- name: session_list :many
-- in: account int, now_ms int, since_ms int
-- out: id int, browser text, created_ms int, seen_ms int
SELECT id, browser, created_ms, seen_ms FROM session
WHERE account = :account AND stage = 0 AND expires_ms >= :now_ms AND seen_ms >= :since_ms ORDER BY id DESC LIMIT 100;

-- name: session_touch :exec
-- in: token_hash text, seen_ms int
UPDATE session SET seen_ms = :seen_ms WHERE token_hash = :token_hash;

-- name: session_wrong_code :one
-- in: token_hash text
-- out: tries int
UPDATE session SET tries = tries + 1 WHERE token_hash = :token_hash RETURNING tries;

-- name: session_end :exec
-- in: token_hash text
DELETE FROM session WHERE token_hash = :token_hash;

-- name: session_end_one :one
-- in: account int, id int
-- out: id int
DELETE FROM session WHERE account = :account AND id = :id RETURNING id;

-- name: session_end_everybody :exec
DELETE FROM session;

-- All of an account but one (0: all).
-- name: session_end_all :exec
-- in: account int, but int
DELETE FROM session WHERE account = :account AND id <> :but;

-- name: session_sweep :exec
-- in: before_ms int
DELETE FROM session WHERE expires_ms < :before_ms;

-- name: try_get :one
-- in: hash text
-- out: failed int, failed_ms int
SELECT failed, failed_ms FROM sign_in_try WHERE hash = :hash;

-- name: try_failed :exec
-- in: hash text, now_ms int
INSERT INTO sign_in_try (hash, failed, failed_ms) VALUES (:hash, 1, :now_ms)
ON CONFLICT (hash) DO UPDATE SET failed = sign_in_try.failed + 1, failed_ms = excluded.failed_ms;

-- name: try_clear :exec
-- in: hash text
DELETE FROM sign_in_try WHERE hash = :hash;

-- name: try_sweep :exec
-- in: few int, hour_ms int, day_ms int
DELETE FROM sign_in_try WHERE failed_ms < :day_ms OR (failed_ms < :hour_ms AND failed < :few);

-- name: browser_add :exec
-- in: token_hash text, account int, seen_ms int
INSERT INTO known_browser (token_hash, account, failed, failed_ms, seen_ms) VALUES (:token_hash, :account, 0, 0, :seen_ms);

-- name: browser_get :one
-- in: token_hash text, account int, since_ms int
-- out: failed int, failed_ms int
SELECT failed, failed_ms FROM known_browser WHERE token_hash = :token_hash AND account = :account AND seen_ms >= :since_ms;

-- name: browser_failed :exec
-- in: token_hash text, now_ms int
UPDATE known_browser SET failed = failed + 1, failed_ms = :now_ms WHERE token_hash = :token_hash;

-- name: browser_seen :exec
-- in: token_hash text, now_ms int
UPDATE known_browser SET failed = 0, failed_ms = 0, seen_ms = :now_ms WHERE token_hash = :token_hash;

-- name: browser_forget :exec
-- in: account int
DELETE FROM known_browser WHERE account = :account;

-- name: browser_sweep :exec
-- in: before_ms int
DELETE FROM known_browser WHERE seen_ms < :before_ms;

-- name: account_link_add :exec
-- in: token_hash text, id int, account int, login text, name text, role text, org int, manages int, made_by int, made_ms int, expires_ms int
INSERT INTO account_link (token_hash, id, account, login, name, role, org, manages, made_by, made_ms, expires_ms)
VALUES (:token_hash, :id, :account, :login, :name, :role, :org, :manages, :made_by, :made_ms, :expires_ms);

-- name: account_link_find :one
-- in: token_hash text, now_ms int
-- out: id int, account int, login text, name text, role text, org int, manages int, made_by int, expires_ms int
SELECT id, account, login, name, role, org, manages, made_by, expires_ms FROM account_link
WHERE token_hash = :token_hash AND used_ms IS NULL AND withdrawn_ms IS NULL AND expires_ms >= :now_ms;

-- name: account_link_take :one
-- in: token_hash text, now_ms int
-- out: id int
UPDATE account_link SET used_ms = :now_ms
WHERE token_hash = :token_hash AND used_ms IS NULL AND withdrawn_ms IS NULL AND expires_ms >= :now_ms RETURNING id;

-- name: account_link_open :many
-- in: org int, now_ms int
-- out: id int, account int, login text, name text, role text, org int, expires_ms int
SELECT id, account, login, name, role, org, expires_ms FROM account_link
WHERE (:org = 0 OR org = :org) AND used_ms IS NULL AND withdrawn_ms IS NULL AND expires_ms >= :now_ms ORDER BY id DESC LIMIT 500;

-- name: account_link_withdraw :one
-- in: id int, org int, now_ms int
-- out: id int
UPDATE account_link SET withdrawn_ms = :now_ms
WHERE id = :id AND (:org = 0 OR org = :org) AND used_ms IS NULL AND withdrawn_ms IS NULL RETURNING id;

-- Links for an account (a new password), and links to join or for a new password that it had made.
-- name: account_link_withdraw_all :exec
-- in: account int, now_ms int
UPDATE account_link SET withdrawn_ms = :now_ms
WHERE (account = :account OR made_by = :account) AND used_ms IS NULL AND withdrawn_ms IS NULL;

-- name: agreement_older :exec
-- in: agreement int
UPDATE agreement SET newest = 0 WHERE agreement = :agreement;

-- name: agreement_add :exec
-- in: agreement int, id int, org int, from_day int, to_day int, purpose text, controllers text, shares text, councils text, why text, account int, at_ms int
INSERT INTO agreement (agreement, id, org, from_day, to_day, purpose, controllers, shares, councils, why, account, at_ms, newest)
VALUES (:agreement, :id, :org, :from_day, :to_day, :purpose, :controllers, :shares, :councils, :why, :account, :at_ms, 1);

-- name: agreement_list :many
-- in: org int
-- out: agreement int, id int, org int, from_day int, to_day int, purpose text, controllers text, shares text, councils text, why text, at_ms int, by_name text
SELECT g.agreement, g.id, g.org, g.from_day, g.to_day, g.purpose, g.controllers, g.shares, g.councils, g.why, g.at_ms, a.name AS by_name
FROM agreement g LEFT JOIN account a ON a.id = g.account
WHERE g.newest = 1 AND (:org = 0 OR g.org = :org) ORDER BY g.org, g.from_day, g.agreement LIMIT 2000;

-- Has an organisation agreements, and one in force on a day?
-- name: agreement_state :one
-- in: org int, day int
-- out: agreements int, in_force int
SELECT CASE WHEN EXISTS (SELECT 1 FROM agreement g WHERE g.org = :org AND g.newest = 1) THEN 1 ELSE 0 END AS agreements,
	CASE WHEN EXISTS (SELECT 1 FROM agreement g WHERE g.org = :org AND g.newest = 1 AND g.from_day <= :day AND g.to_day >= :day) THEN 1 ELSE 0 END AS in_force;

-- What the agreements of an organisation share on a day, and of whose children.
-- name: agreement_shares :many
-- in: org int, day int
-- out: shares text, councils text
SELECT DISTINCT shares, councils FROM agreement WHERE org = :org AND newest = 1 AND from_day <= :day AND to_day >= :day;

-- What each agreement in force on a day shares, and with whom.
-- name: agreement_shares_all :many
-- in: day int
-- out: org int, shares text, councils text
SELECT org, shares, councils FROM agreement WHERE newest = 1 AND from_day <= :day AND to_day >= :day;

-- Organisations with people or agreements: with whom something may be shared.
-- name: agreement_concerned :many
-- in: day int
-- out: org int, people int, agreements int, in_force int
SELECT o.id AS org, (SELECT count(*) FROM account a WHERE a.org = o.id AND a.active = 1) AS people,
	(SELECT count(*) FROM agreement g WHERE g.org = o.id AND g.newest = 1) AS agreements,
	(SELECT count(*) FROM agreement g WHERE g.org = o.id AND g.newest = 1 AND g.from_day <= :day AND g.to_day >= :day) AS in_force
FROM organisation o
WHERE o.id IN (SELECT org FROM account WHERE active = 1 UNION SELECT org FROM agreement WHERE newest = 1) ORDER BY o.id LIMIT 2000;

-- name: agreement_statements :many
-- in: agreement int
-- out: id int, org int, from_day int, to_day int, purpose text, controllers text, shares text, councils text, why text, at_ms int, by_name text
SELECT g.id, g.org, g.from_day, g.to_day, g.purpose, g.controllers, g.shares, g.councils, g.why, g.at_ms, a.name AS by_name
FROM agreement g LEFT JOIN account a ON a.id = g.account WHERE g.agreement = :agreement ORDER BY g.id LIMIT 500;

-- name: account_links_left :one
-- in: account int
-- out: n int
SELECT count(*) AS n FROM item_link WHERE account = :account AND answered_ms IS NULL AND revoked_ms IS NULL;

-- name: key_forget :exec
DELETE FROM setting WHERE name = 'key-name';
