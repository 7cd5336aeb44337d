-- Files that were loaded and what was found in them.

-- name: load_insert :exec
-- in: id int, name text, account int, org int, state text, started_ms int, recorded_ms int
INSERT INTO load (id, name, account, org, state, started_ms, recorded_ms, seen_ms)
VALUES (:id, :name, :account, :org, :state, :started_ms, :recorded_ms, :started_ms);

-- name: load_progress :exec
-- in: id int, children_total int, children_done int, seen_ms int
UPDATE load SET children_total = :children_total, children_done = :children_done, seen_ms = :seen_ms WHERE id = :id;

-- name: load_finish :exec
-- in: id int, state text, finished_ms int, message text
UPDATE load SET state = :state, finished_ms = :finished_ms, message = :message WHERE id = :id;

-- name: load_get :one
-- in: id int
-- out: id int, name text, account int, org int, state text, started_ms int, recorded_ms int, seen_ms int, finished_ms int, children_total int, children_done int, message text, taken int, by_name text
SELECT l.id, l.name, l.account, l.org, l.state, l.started_ms, l.recorded_ms, l.seen_ms, l.finished_ms, l.children_total, l.children_done, l.message,
	(SELECT CAST(coalesce(sum(f.rows_read - f.rows_kept_back + f.rows_voided), 0) AS BIGINT) FROM load_file f WHERE f.load = l.id) AS taken, a.name AS by_name
FROM load l LEFT JOIN account a ON a.id = l.account WHERE l.id = :id;

-- name: load_latest :many
-- in: org int, limit int
-- out: id int, name text, account int, org int, state text, started_ms int, recorded_ms int, seen_ms int, finished_ms int, children_total int, children_done int, message text, taken int, by_name text
SELECT l.id, l.name, l.account, l.org, l.state, l.started_ms, l.recorded_ms, l.seen_ms, l.finished_ms, l.children_total, l.children_done, l.message,
	(SELECT CAST(coalesce(sum(f.rows_read - f.rows_kept_back + f.rows_voided), 0) AS BIGINT) FROM load_file f WHERE f.load = l.id) AS taken, a.name AS by_name
FROM load l LEFT JOIN account a ON a.id = l.account WHERE (:org = 0 OR l.org = :org) ORDER BY l.id DESC LIMIT :limit;

-- name: load_newest_recorded :one
-- in: org int
-- out: recorded_ms int
SELECT coalesce(max(recorded_ms), 0) AS recorded_ms FROM load WHERE org = :org AND state IN ('done', 'running', 'interrupted');

-- name: load_file_put :exec
-- in: load int, name text, partial int, covers_from int, hash text, rows_read int, rows_new int, rows_changed int, rows_same int, rows_voided int, rows_kept_back int, heading text
INSERT INTO load_file (load, name, partial, covers_from, hash, rows_read, rows_new, rows_changed, rows_same, rows_voided, rows_kept_back, heading)
VALUES (:load, :name, :partial, :covers_from, :hash, :rows_read, :rows_new, :rows_changed, :rows_same, :rows_voided, :rows_kept_back, :heading)
ON CONFLICT (load, name) DO UPDATE SET rows_new = excluded.rows_new, rows_changed = excluded.rows_changed,
	rows_same = excluded.rows_same, rows_voided = excluded.rows_voided, rows_kept_back = excluded.rows_kept_back;

-- name: load_files :many
-- in: load int
-- out: name text, partial int, covers_from int, rows_read int, rows_new int, rows_changed int, rows_same int, rows_voided int, rows_kept_back int
SELECT name, partial, covers_from, rows_read, rows_new, rows_changed, rows_same, rows_voided, rows_kept_back FROM load_file WHERE load = :load ORDER BY name;

-- The heading of its rows kept back; empty: those of its table.
-- name: load_file_heading :one
-- in: load int, name text
-- out: heading text
SELECT heading FROM load_file WHERE load = :load AND name = :name;

-- name: finding_insert :exec
-- in: load int, n int, file text, line int, col text, rule text, severity text, found text, message text, fix text, record text
INSERT INTO finding (load, n, file, line, col, rule, severity, found, message, fix, record)
VALUES (:load, :n, :file, :line, :col, :rule, :severity, :found, :message, :fix, :record);

-- name: finding_of_load :many
-- in: load int, after int, limit int
-- out: n int, file text, line int, col text, rule text, severity text, found text, message text, fix text, record text
SELECT n, file, line, col, rule, severity, found, message, fix, record FROM finding WHERE load = :load AND n > :after ORDER BY n LIMIT :limit;

-- name: finding_count :one
-- in: load int
-- out: n int
SELECT count(*) AS n FROM finding WHERE load = :load;

-- Rows of files by which an organisation has told of entries that are sealed.
-- name: told_sealed :many
-- in: person int, org int
-- out: natural_key text
SELECT natural_key FROM told_sealed WHERE person = :person AND org = :org ORDER BY natural_key;

-- name: told_sealed_put :exec
-- in: person int, org int, natural_key text
INSERT INTO told_sealed (person, org, natural_key) VALUES (:person, :org, :natural_key)
ON CONFLICT (person, org, natural_key) DO NOTHING;

-- name: load_org :one
-- in: id int
-- out: org int
SELECT org FROM load WHERE id = :id;
