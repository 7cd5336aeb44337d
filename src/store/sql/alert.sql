-- Alerts: what in the audit is unusual. Lines are found by id, which grows with time.

-- Whoever looks begins here: of several servers one at a time.
-- name: alert_sweep_begin :one
-- in: now int
-- out: before_ms int
UPDATE alert_sweep SET before_ms = at_ms, at_ms = CASE WHEN at_ms > :now THEN at_ms ELSE :now END
WHERE one = 1 RETURNING before_ms;

-- Accounts that opened so many children; `long_ago` > 0: only those whom they had not opened from then on.
-- name: alert_children :many
-- in: from int, until int, account int, long_ago int, least int
-- out: account int, org int, n int, first_ms int, last_ms int, last_id int
SELECT u.account, max(u.org) AS org, count(DISTINCT u.person) AS n, min(u.at_ms) AS first_ms, max(u.at_ms) AS last_ms, max(u.id) AS last_id
FROM audit u
WHERE u.id >= :from AND u.id <= :until AND u.act = 'looked' AND u.person > 0 AND u.account > 0 AND (:account = 0 OR u.account = :account)
	AND (:long_ago = 0 OR NOT EXISTS (SELECT 1 FROM audit b WHERE b.person = u.person AND b.id >= :long_ago AND b.id < :from AND b.account = u.account))
GROUP BY u.account HAVING count(DISTINCT u.person) >= :least ORDER BY u.account;

-- Accounts that searched so often and opened nobody: the lines are walked once, whoever wrote how many of them.
-- name: alert_searches :many
-- in: from int, until int, account int, least int
-- out: account int, org int, n int, first_ms int, last_ms int, last_id int
SELECT account, org, n, first_ms, last_ms, last_id FROM (
	SELECT u.account, max(CASE WHEN u.act = 'searched' THEN u.org END) AS org, sum(CASE WHEN u.act = 'searched' THEN 1 ELSE 0 END) AS n,
		min(CASE WHEN u.act = 'searched' THEN u.at_ms END) AS first_ms, max(CASE WHEN u.act = 'searched' THEN u.at_ms END) AS last_ms,
		max(CASE WHEN u.act = 'searched' THEN u.id END) AS last_id, max(u.person) AS person
	FROM audit u
	WHERE u.id >= :from AND u.id <= :until AND u.account > 0 AND (:account = 0 OR u.account = :account)
	GROUP BY u.account
) s WHERE person <= 0 AND n >= :least ORDER BY account;

-- One row for each emergency access, or each file.
-- name: alert_emergencies :many
-- in: from int, until int, account int
-- out: account int, org int, category text, at_ms int, id int
SELECT account, org, seal AS category, from_ms AS at_ms, id FROM access_grant
WHERE what = 'emergency' AND id >= :from AND id <= :until AND (:account = 0 OR account = :account) ORDER BY account, id;

-- name: alert_exports :many
-- in: from int, until int, account int, least int
-- out: account int, org int, n int, at_ms int, id int
SELECT account, org, bytes AS n, at_ms, id FROM copy_taken
WHERE id >= :from AND id <= :until AND account > 0 AND (:account = 0 OR account = :account) AND bytes >= :least ORDER BY account, id;

-- name: alert_newest :one
-- in: rule text, account int, since_ms int
-- out: id int, last_id int, acknowledged_ms int, n int, from_ms int
SELECT id, last_id, acknowledged_ms, n, from_ms FROM alert
WHERE rule = :rule AND account = :account AND to_ms >= :since_ms ORDER BY id DESC LIMIT 1;

-- name: alert_insert :exec
-- in: id int, rule text, account int, org int, from_ms int, to_ms int, last_id int, n int, found_ms int
INSERT INTO alert (id, rule, account, org, from_ms, to_ms, last_id, n, found_ms)
VALUES (:id, :rule, :account, :org, :from_ms, :to_ms, :last_id, :n, :found_ms);

-- It goes on.
-- name: alert_grow :exec
-- in: id int, to_ms int, last_id int, n int
UPDATE alert SET to_ms = :to_ms, last_id = :last_id, n = :n WHERE id = :id AND acknowledged_ms IS NULL;

-- name: alert_list :many
-- in: org int, limit int
-- out: id int, rule text, account int, org int, from_ms int, to_ms int, n int, found_ms int, acknowledged_ms int, note text, who text, by_name text
SELECT t.id, t.rule, t.account, t.org, t.from_ms, t.to_ms, t.n, t.found_ms, t.acknowledged_ms, t.note, a.name AS who, b.name AS by_name
FROM alert t LEFT JOIN account a ON a.id = t.account LEFT JOIN account b ON b.id = t.acknowledged_by
WHERE :org = 0 OR t.org = :org ORDER BY CASE WHEN t.acknowledged_ms IS NULL THEN 0 ELSE 1 END, t.id DESC LIMIT :limit;

-- name: alert_get :one
-- in: id int
-- out: rule text, account int, org int, from_ms int, to_ms int, n int, found_ms int, acknowledged_ms int, note text, who text, by_name text
SELECT t.rule, t.account, t.org, t.from_ms, t.to_ms, t.n, t.found_ms, t.acknowledged_ms, t.note, a.name AS who, b.name AS by_name
FROM alert t LEFT JOIN account a ON a.id = t.account LEFT JOIN account b ON b.id = t.acknowledged_by WHERE t.id = :id;

-- Of two who acknowledge at once one changes no row.
-- name: alert_acknowledge :one
-- in: id int, now int, account int, note text
-- out: id int
UPDATE alert SET acknowledged_ms = :now, acknowledged_by = :account, note = :note
WHERE id = :id AND acknowledged_ms IS NULL RETURNING id;

-- Lines about an entry are lines only for those who see the entry: they are left out. Which child it was is said of
-- those in the circle of :org, or whose record it keeps (0: of everybody), unless an adoption has closed the record.
-- name: alert_lines :many
-- in: account int, from int, until int, org int, day int, limit int
-- out: id int, at_ms int, person int, act text, what text, reason text, council int, ref text, others int
SELECT u.id, u.at_ms, u.person, u.act, u.what, u.reason, p.council, p.ref, CASE WHEN x.id IS NOT NULL AND p.id IS NULL THEN 1 ELSE 0 END AS others
FROM audit u LEFT JOIN person x ON x.id = u.person LEFT JOIN person p ON p.id = u.person
	AND NOT EXISTS (SELECT 1 FROM person m WHERE m.id = coalesce(p.joined_to, p.id) AND m.closed IS NOT NULL)
	AND (:org = 0
		OR EXISTS (SELECT 1 FROM circle c WHERE c.org = :org AND c.person = coalesce(p.joined_to, p.id) AND c.from_day <= :day AND c.to_day >= :day)
		OR EXISTS (SELECT 1 FROM organisation o WHERE o.id = p.council AND (o.id = :org OR o.served_by = :org)))
WHERE u.account = :account AND u.id >= :from AND u.id <= :until AND u.event <= 0 ORDER BY u.id LIMIT :limit;
