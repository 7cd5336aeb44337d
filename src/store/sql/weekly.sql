-- Councils' weekly lists, what was answered to them, and to who is who.

-- name: weekly_list_insert :exec
-- in: id int, council int, org int, account int, name text, listed_on int, partial int, state text, unsure int, hash text, loaded_ms int, rows_read int, rows_kept_back int, rows_elsewhere int, missing int, expected int, mapping text, heading text
INSERT INTO weekly_list (id, council, org, account, name, listed_on, partial, state, unsure, hash, loaded_ms, rows_read, rows_kept_back, rows_elsewhere, missing, expected, mapping, heading)
VALUES (:id, :council, :org, :account, :name, :listed_on, :partial, :state, :unsure, :hash, :loaded_ms, :rows_read, :rows_kept_back, :rows_elsewhere, :missing, :expected, :mapping, :heading);

-- name: weekly_list_get :one
-- in: id int
-- out: id int, council int, org int, account int, name text, listed_on int, partial int, state text, unsure int, loaded_ms int, rows_read int, rows_kept_back int, rows_elsewhere int, missing int, expected int, mapping text, heading text, by_name text
SELECT l.id, l.council, l.org, l.account, l.name, l.listed_on, l.partial, l.state, l.unsure, l.loaded_ms, l.rows_read, l.rows_kept_back, l.rows_elsewhere, l.missing, l.expected, l.mapping, l.heading, a.name AS by_name
FROM weekly_list l LEFT JOIN account a ON a.id = l.account WHERE l.id = :id;

-- Newest day first; org 0: everybody's.
-- name: weekly_list_latest :many
-- in: org int, limit int
-- out: id int, council int, org int, account int, name text, listed_on int, partial int, state text, unsure int, loaded_ms int, rows_read int, rows_kept_back int, rows_elsewhere int, missing int, expected int, mapping text, heading text, by_name text
SELECT l.id, l.council, l.org, l.account, l.name, l.listed_on, l.partial, l.state, l.unsure, l.loaded_ms, l.rows_read, l.rows_kept_back, l.rows_elsewhere, l.missing, l.expected, l.mapping, l.heading, a.name AS by_name
FROM weekly_list l LEFT JOIN account a ON a.id = l.account
WHERE (:org = 0 OR l.org = :org) ORDER BY l.listed_on DESC, l.id DESC LIMIT :limit;

-- name: weekly_list_same :one
-- in: council int, org int, listed_on int, hash text
-- out: id int
SELECT id FROM weekly_list WHERE council = :council AND org = :org AND listed_on = :listed_on AND hash = :hash AND state <> 'set-aside' LIMIT 1;

-- The whole list before this one; both the day and the order of loading count.
-- name: weekly_list_before :one
-- in: council int, org int, listed_on int, id int
-- out: id int, listed_on int
SELECT id, listed_on FROM weekly_list
WHERE council = :council AND org = :org AND state = 'open' AND partial = 0 AND (listed_on < :listed_on OR (listed_on = :listed_on AND id < :id))
ORDER BY listed_on DESC, id DESC LIMIT 1;

-- Is there a list that speaks of a later day (or of this one, loaded later)?
-- name: weekly_list_after :one
-- in: council int, org int, listed_on int, id int, partial_max int
-- out: id int, listed_on int
SELECT id, listed_on FROM weekly_list
WHERE council = :council AND org = :org AND state = 'open' AND partial <= :partial_max AND (listed_on > :listed_on OR (listed_on = :listed_on AND id > :id))
ORDER BY listed_on DESC, id DESC LIMIT 1;

-- name: weekly_list_state :exec
-- in: id int, state text, partial int
UPDATE weekly_list SET state = :state, partial = :partial WHERE id = :id;

-- name: weekly_row_insert :exec
-- in: list int, ref text, line int, kept_back int, body text
INSERT INTO weekly_row (list, ref, line, kept_back, body) VALUES (:list, :ref, :line, :kept_back, :body);

-- name: weekly_row_page :many
-- in: list int, after text, limit int
-- out: ref text, line int, kept_back int, body text
SELECT ref, line, kept_back, body FROM weekly_row WHERE list = :list AND ref > :after ORDER BY ref LIMIT :limit;

-- name: weekly_row_count :one
-- in: list int
-- out: n int
SELECT count(*) AS n FROM weekly_row WHERE list = :list;

-- Children of the list before that are not on this one.
-- name: weekly_row_missing :one
-- in: before int, list int
-- out: n int
SELECT count(*) AS n FROM weekly_row b WHERE b.list = :before AND NOT EXISTS (SELECT 1 FROM weekly_row r WHERE r.list = :list AND r.ref = b.ref);

-- name: weekly_row_on :one
-- in: list int, ref text
-- out: line int
SELECT line FROM weekly_row WHERE list = :list AND ref = :ref;

-- The last list, whole or not, that had the child before this one.
-- name: weekly_row_last_on :one
-- in: council int, org int, ref text, listed_on int, id int
-- out: listed_on int
SELECT l.listed_on FROM weekly_list l JOIN weekly_row r ON r.list = l.id AND r.ref = :ref
WHERE l.council = :council AND l.org = :org AND l.state = 'open' AND (l.listed_on < :listed_on OR (l.listed_on = :listed_on AND l.id < :id))
ORDER BY l.listed_on DESC LIMIT 1;

-- name: weekly_row_later :one
-- in: council int, org int, ref text, listed_on int, id int
-- out: id int
SELECT l.id FROM weekly_list l JOIN weekly_row r ON r.list = l.id AND r.ref = :ref
WHERE l.council = :council AND l.org = :org AND l.state = 'open' AND (l.listed_on > :listed_on OR (l.listed_on = :listed_on AND l.id > :id))
LIMIT 1;

-- name: weekly_answer_add :exec
-- in: id int, council int, ref text, kind text, content text, list int, answer text, account int, org int, at_ms int, why text
INSERT INTO weekly_answer (id, council, ref, kind, content, list, answer, account, org, at_ms, why)
VALUES (:id, :council, :ref, :kind, :content, :list, :answer, :account, :org, :at_ms, :why);

-- What was answered of one child, the last word of each proposal last.
-- name: weekly_answers_of_child :many
-- in: council int, ref text
-- out: kind text, content text, list int, answer text, at_ms int, why text, by_name text
SELECT w.kind, w.content, w.list, w.answer, w.at_ms, w.why, a.name AS by_name
FROM weekly_answer w LEFT JOIN account a ON a.id = w.account WHERE w.council = :council AND w.ref = :ref ORDER BY w.id;

-- name: weekly_answer_counts :many
-- in: list int
-- out: answer text, n int
SELECT answer, count(*) AS n FROM weekly_answer WHERE list = :list GROUP BY answer ORDER BY answer;

-- Children for whom a council is, or lately was, responsible.
-- name: circle_of_council :many
-- in: council int, after int, limit int
-- out: person int
SELECT DISTINCT person FROM circle WHERE org = :council AND reason = 'responsible council' AND person > :after ORDER BY person LIMIT :limit;

-- name: match_answer_add :exec
-- in: id int, one text, other text, answer text, account int, org int, at_ms int, why text
INSERT INTO match_answer (id, one, other, answer, account, org, at_ms, why) VALUES (:id, :one, :other, :answer, :account, :org, :at_ms, :why);

-- name: match_answer_last :one
-- in: one text, other text
-- out: answer text, at_ms int, why text, by_name text
SELECT m.answer, m.at_ms, m.why, a.name AS by_name FROM match_answer m LEFT JOIN account a ON a.id = m.account
WHERE m.one = :one AND m.other = :other ORDER BY m.id DESC LIMIT 1;
