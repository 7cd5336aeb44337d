-- Reports as they were filed. Added and read, never changed.

-- name: filed_insert :exec
-- in: id int, measure text, edition int, org int, account int, role text, filed_ms int, known_ms int, as_of int, from_day int, to_day int, grouping_by text, totals int, shared int, council int, rules text, measures text, program text, hash text, body text
INSERT INTO filed_report (id, measure, edition, org, account, role, filed_ms, known_ms, as_of, from_day, to_day, grouping_by, totals, shared, council, rules, measures, program, hash, body)
VALUES (:id, :measure, :edition, :org, :account, :role, :filed_ms, :known_ms, :as_of, :from_day, :to_day, :grouping_by, :totals, :shared, :council, :rules, :measures, :program, :hash, :body);

-- name: filed_get :one
-- in: id int
-- out: id int, measure text, edition int, org int, account int, role text, filed_ms int, known_ms int, as_of int, from_day int, to_day int, grouping_by text, totals int, shared int, council int, rules text, measures text, program text, hash text, body text, by_name text
SELECT f.id, f.measure, f.edition, f.org, f.account, f.role, f.filed_ms, f.known_ms, f.as_of, f.from_day, f.to_day, f.grouping_by, f.totals, f.shared, f.council, f.rules, f.measures, f.program, f.hash, f.body, a.name AS by_name
FROM filed_report f LEFT JOIN account a ON a.id = f.account WHERE f.id = :id;

-- Newest first; measure '' and org -1 mean any.
-- name: filed_list :many
-- in: measure text, org int, limit int
-- out: id int, measure text, edition int, org int, account int, role text, filed_ms int, known_ms int, as_of int, from_day int, to_day int, grouping_by text, totals int, shared int, council int, rules text, measures text, program text, hash text, by_name text
SELECT f.id, f.measure, f.edition, f.org, f.account, f.role, f.filed_ms, f.known_ms, f.as_of, f.from_day, f.to_day, f.grouping_by, f.totals, f.shared, f.council, f.rules, f.measures, f.program, f.hash, a.name AS by_name
FROM filed_report f LEFT JOIN account a ON a.id = f.account
WHERE (:measure = '' OR f.measure = :measure) AND (:org = -1 OR f.org = :org) ORDER BY f.id DESC LIMIT :limit;
