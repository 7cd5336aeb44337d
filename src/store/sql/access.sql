-- Who was given sight of what others do not see. Only accounts that are active and still
-- work for the organisation for which it was given.

-- name: access_live :many
-- in: person int, account int, org int, now int
-- out: id int, what text, seal text, reason text, until_ms int
SELECT g.id, g.what, g.seal, g.reason, g.until_ms FROM access_grant g
WHERE g.person = :person AND g.account = :account AND g.org = :org AND g.from_ms <= :now AND g.until_ms > :now AND g.ended_ms IS NULL
	AND EXISTS (SELECT 1 FROM account a WHERE a.id = g.account AND a.org = g.org AND a.active = 1)
ORDER BY g.id;

-- Emergency access of one person that still lasts, the newest first; not to a record that is closed.
-- name: access_mine :many
-- in: account int, org int, now int, limit int
-- out: person int, seal text, reason text, from_ms int, until_ms int
SELECT m.id AS person, g.seal, g.reason, g.from_ms, g.until_ms
FROM access_grant g JOIN person p ON p.id = g.person JOIN person m ON m.id = coalesce(p.joined_to, p.id)
WHERE g.what = 'emergency' AND g.account = :account AND g.org = :org AND g.from_ms <= :now AND g.until_ms > :now AND g.ended_ms IS NULL AND m.closed IS NULL
ORDER BY g.id DESC LIMIT :limit;

-- name: access_insert :exec
-- in: person int, id int, account int, org int, what text, seal text, reason text, given_by int, from_ms int, until_ms int
INSERT INTO access_grant (person, id, account, org, what, seal, reason, given_by, from_ms, until_ms)
VALUES (:person, :id, :account, :org, :what, :seal, :reason, :given_by, :from_ms, :until_ms);

-- name: access_of_person :many
-- in: person int, limit int
-- out: id int, account int, org int, what text, seal text, reason text, given_by int, from_ms int, until_ms int, ended_ms int, name text, by_name text
SELECT g.id, g.account, g.org, g.what, g.seal, g.reason, g.given_by, g.from_ms, g.until_ms, g.ended_ms, a.name, b.name AS by_name
FROM access_grant g LEFT JOIN account a ON a.id = g.account LEFT JOIN account b ON b.id = g.given_by
WHERE g.person = :person ORDER BY g.id DESC LIMIT :limit;

-- name: access_end :exec
-- in: person int, id int, ended_ms int, ended_by int
UPDATE access_grant SET ended_ms = :ended_ms, ended_by = :ended_by WHERE person = :person AND id = :id AND ended_ms IS NULL;

-- name: access_get :one
-- in: person int, id int
-- out: account int, org int, what text, until_ms int, ended_ms int, reviewed_ms int
SELECT account, org, what, until_ms, ended_ms, reviewed_ms FROM access_grant WHERE person = :person AND id = :id;

-- Notices of emergency access, those that wait for a review first, then the newest: to children of one organisation's circle (circle 1), or whose record it
-- keeps, as the council whose number the child has or the team that serves that council (keeps 1); and, neither, by its
-- own people. org 0: of everyone.
-- name: access_notices :many
-- in: org int, day int, limit int
-- out: person int, id int, account int, org int, seal text, reason text, from_ms int, until_ms int, ended_ms int, reviewed_ms int, outcome text, review text, circle int, keeps int, name text, by_name text, given text, family text
SELECT n.person, n.id, n.account, n.org, n.seal, n.reason, n.from_ms, n.until_ms, n.ended_ms, n.reviewed_ms, n.outcome, n.review, n.circle, n.keeps,
	a.name, b.name AS by_name, n.given, n.family
FROM (
	SELECT g.person, g.id, g.account, g.org, g.seal, g.reason, g.from_ms, g.until_ms, g.ended_ms, g.reviewed_ms, g.reviewed_by, g.outcome, g.review, m.given, m.family,
		CASE WHEN EXISTS (SELECT 1 FROM circle c WHERE c.org = :org AND c.person = coalesce(p.joined_to, p.id) AND c.from_day <= :day AND c.to_day >= :day) THEN 1 ELSE 0 END AS circle,
		CASE WHEN EXISTS (SELECT 1 FROM organisation o WHERE o.id = p.council AND (o.id = :org OR o.served_by = :org)) THEN 1 ELSE 0 END AS keeps
	FROM access_grant g JOIN person p ON p.id = g.person JOIN person m ON m.id = coalesce(p.joined_to, p.id)
	WHERE g.what = 'emergency' AND m.closed IS NULL
) n LEFT JOIN account a ON a.id = n.account LEFT JOIN account b ON b.id = n.reviewed_by
WHERE :org = 0 OR n.circle = 1 OR n.keeps = 1 OR n.org = :org
ORDER BY CASE WHEN n.reviewed_ms IS NULL AND (:org = 0 OR n.circle = 1 OR n.keeps = 1) THEN 0 ELSE 1 END, n.id DESC LIMIT :limit;

-- Is anybody of this role told of an emergency access to this child: somebody else than who looks, of an organisation of
-- its circle or one that keeps the record, with which no agreement has ended?
-- name: access_told :one
-- in: person int, day int, account int, role text
-- out: n int
SELECT CASE WHEN EXISTS (
	SELECT 1 FROM person p JOIN account a ON a.role = :role AND a.active = 1 AND a.id <> :account
	WHERE p.id = :person
		AND (EXISTS (SELECT 1 FROM organisation o WHERE o.id = p.council AND (o.id = a.org OR o.served_by = a.org))
			OR EXISTS (SELECT 1 FROM circle c WHERE c.org = a.org AND c.person = coalesce(p.joined_to, p.id) AND c.from_day <= :day AND c.to_day >= :day))
		AND (NOT EXISTS (SELECT 1 FROM agreement g WHERE g.org = a.org AND g.newest = 1)
			OR EXISTS (SELECT 1 FROM agreement g WHERE g.org = a.org AND g.newest = 1 AND g.from_day <= :day AND g.to_day >= :day))
) THEN 1 ELSE 0 END AS n;

-- name: access_review :exec
-- in: person int, id int, reviewed_ms int, reviewed_by int, outcome text, review text
UPDATE access_grant SET reviewed_ms = :reviewed_ms, reviewed_by = :reviewed_by, outcome = :outcome, review = :review
WHERE person = :person AND id = :id AND reviewed_ms IS NULL;

-- name: copy_insert :exec
-- in: id int, at_ms int, account int, org int, role text, name text, page text, hash text, bytes int
INSERT INTO copy_taken (id, at_ms, account, org, role, name, page, hash, bytes)
VALUES (:id, :at_ms, :account, :org, :role, :name, :page, :hash, :bytes);

-- Of one organisation (0: any), with these bytes ('' any), or this number (0 any).
-- name: copy_list :many
-- in: org int, hash text, id int, limit int
-- out: id int, at_ms int, org int, role text, name text, page text, bytes int, who text
SELECT c.id, c.at_ms, c.org, c.role, c.name, c.page, c.bytes, a.name AS who
FROM copy_taken c LEFT JOIN account a ON a.id = c.account
WHERE (:org = 0 OR c.org = :org) AND (:hash = '' OR c.hash = :hash) AND (:id = 0 OR c.id = :id) ORDER BY c.id DESC LIMIT :limit;
