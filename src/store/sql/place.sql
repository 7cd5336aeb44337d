-- Settings, organisations, audit.

-- name: setting_get :one
-- in: name text
-- out: value text
SELECT value FROM setting WHERE name = :name;

-- name: setting_put :exec
-- in: name text, value text
INSERT INTO setting (name, value) VALUES (:name, :value)
ON CONFLICT (name) DO UPDATE SET value = excluded.value;

-- Only if it is not there: of two programs at once the first decides.
-- name: setting_add :exec
-- in: name text, value text
INSERT INTO setting (name, value) VALUES (:name, :value) ON CONFLICT (name) DO NOTHING;

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

-- name: audit_insert :exec
-- in: id int, at_ms int, account int, org int, person int, act text, what text, reason text, role text, event int
INSERT INTO audit (id, at_ms, account, org, person, act, what, reason, role, event)
VALUES (:id, :at_ms, :account, :org, :person, :act, :what, :reason, :role, :event);

-- Newest first. Two branches, each in the order of its index, so that nobody who has been
-- looked at ten thousand times costs more than somebody who has not.
-- name: audit_of_person :many
-- in: person int, limit int
-- out: at_ms int, account int, org int, act text, what text, reason text, role text, event int, name text
SELECT u.at_ms, u.account, u.org, u.act, u.what, u.reason, u.role, u.event, a.name
FROM (
	SELECT id, at_ms, account, org, act, what, reason, role, event FROM audit WHERE person = :person
	UNION ALL
	SELECT x.id, x.at_ms, x.account, x.org, x.act, x.what, x.reason, x.role, x.event FROM person r JOIN audit x ON x.person = r.id WHERE r.joined_to = :person
	ORDER BY id DESC LIMIT :limit
) u LEFT JOIN account a ON a.id = u.account ORDER BY u.id DESC;

-- How many, up to `cap`.
-- name: audit_count :one
-- in: person int, cap int
-- out: n int
SELECT count(*) AS n FROM (
	SELECT 1 FROM audit WHERE person = :person
	UNION ALL
	SELECT 1 FROM person r JOIN audit x ON x.person = r.id WHERE r.joined_to = :person
	LIMIT :cap) n;

-- Lines that are about one entry: who does not see the entry sees no line.
-- name: audit_events :many
-- in: person int
-- out: event int, n int
SELECT event, count(*) AS n FROM (
	SELECT event FROM audit WHERE person = :person AND event <> 0
	UNION ALL
	SELECT x.event FROM person r JOIN audit x ON x.person = r.id WHERE r.joined_to = :person AND x.event <> 0
) e GROUP BY event ORDER BY event;
