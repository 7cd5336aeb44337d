-- Yearly returns that were checked.

-- name: returned_insert :exec
-- in: id int, org int, account int, council int, year text, started_ms int
INSERT INTO yearly_return (id, org, account, council, year, state, started_ms, seen_ms)
VALUES (:id, :org, :account, :council, :year, 'running', :started_ms, :started_ms);

-- name: returned_seen :exec
-- in: id int, seen_ms int
UPDATE yearly_return SET seen_ms = :seen_ms WHERE id = :id;

-- name: returned_finish :exec
-- in: id int, state text, load int, finished_ms int, children int, wrong int, found int, troubles int, differences int, message text
UPDATE yearly_return SET state = :state, load = :load, finished_ms = :finished_ms, seen_ms = :finished_ms, children = :children,
	wrong = :wrong, found = :found, troubles = :troubles, differences = :differences, message = :message WHERE id = :id;

-- name: returned_get :one
-- in: id int
-- out: id int, org int, council int, year text, state text, load int, started_ms int, seen_ms int, finished_ms int, children int, wrong int, found int, troubles int, differences int, message text, by_name text
SELECT r.id, r.org, r.council, r.year, r.state, r.load, r.started_ms, r.seen_ms, r.finished_ms, r.children, r.wrong, r.found, r.troubles, r.differences, r.message, a.name AS by_name
FROM yearly_return r LEFT JOIN account a ON a.id = r.account WHERE r.id = :id;

-- name: returned_latest :many
-- in: org int, limit int
-- out: id int, org int, council int, year text, state text, load int, started_ms int, seen_ms int, finished_ms int, children int, wrong int, found int, troubles int, differences int, message text, by_name text
SELECT r.id, r.org, r.council, r.year, r.state, r.load, r.started_ms, r.seen_ms, r.finished_ms, r.children, r.wrong, r.found, r.troubles, r.differences, r.message, a.name AS by_name
FROM yearly_return r LEFT JOIN account a ON a.id = r.account WHERE (:org = 0 OR r.org = :org) ORDER BY r.id DESC LIMIT :limit;

-- name: returned_rule_insert :exec
-- in: id int, n int, rule text, tab text, title text, todo text, state int, severe int, why text, found int
INSERT INTO yearly_return_rule (id, n, rule, tab, title, todo, state, severe, why, found)
VALUES (:id, :n, :rule, :tab, :title, :todo, :state, :severe, :why, :found);

-- name: returned_rules :many
-- in: id int
-- out: n int, rule text, tab text, title text, todo text, state int, severe int, why text, found int
SELECT n, rule, tab, title, todo, state, severe, why, found FROM yearly_return_rule WHERE id = :id ORDER BY n;

-- name: returned_row_insert :exec
-- in: id int, n int, m int, file text, line int, ref text, found text
INSERT INTO yearly_return_row (id, n, m, file, line, ref, found) VALUES (:id, :n, :m, :file, :line, :ref, :found);

-- name: returned_rows :many
-- in: id int, n int, after int, limit int
-- out: m int, file text, line int, ref text, found text
SELECT m, file, line, ref, found FROM yearly_return_row WHERE id = :id AND n = :n AND m > :after ORDER BY m LIMIT :limit;

-- name: returned_difference_insert :exec
-- in: id int, n int, person int, ref text, what text, told text, ours text
INSERT INTO yearly_return_difference (id, n, person, ref, what, told, ours) VALUES (:id, :n, :person, :ref, :what, :told, :ours);

-- A child that the viewer may not see today is not there; org 0 sees everyone.
-- name: returned_differences :many
-- in: id int, org int, day int, after int, limit int
-- out: n int, person int, ref text, what text, told text, ours text, given text, family text
SELECT d.n, d.person, d.ref, d.what, d.told, d.ours, coalesce(p.given, '') AS given, coalesce(p.family, '') AS family
FROM yearly_return_difference d LEFT JOIN person p ON p.id = d.person LEFT JOIN person m ON m.id = coalesce(p.joined_to, p.id)
WHERE d.id = :id AND d.n > :after AND m.closed IS NULL AND (d.person = 0 OR :org = 0
	OR EXISTS (SELECT 1 FROM circle c WHERE c.org = :org AND c.person = d.person AND c.from_day <= :day AND c.to_day >= :day))
ORDER BY d.n LIMIT :limit;
