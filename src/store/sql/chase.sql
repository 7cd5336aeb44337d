-- Chases, and links for one thing each.

-- What this organisation waits for, and with whom it is. What is
-- asked of an organisation stands on its own list as its turn: nothing else is
-- counted or named, and mental-health care is on no council's list.
-- name: chase_waiting :many
-- in: org int, day int
-- out: recipient int, standard int, opened int, ordinal int, due_day int, clocks blob, home int
SELECT o.org AS recipient, w.standard, w.opened, w.ordinal, w.due_day, k.body AS clocks,
	CASE WHEN w.home = 0 THEN w.council ELSE w.home END AS home
FROM work_row w
JOIN work_row o ON o.person = w.person AND o.standard = w.standard AND o.opened = w.opened AND o.ordinal = w.ordinal
	AND o.turn = 1 AND o.org <> w.org
JOIN open_clocks k ON k.person = w.person
WHERE w.org = :org AND w.turn = 2
	AND EXISTS (SELECT 1 FROM circle c WHERE c.org = w.org AND c.person = w.person AND c.from_day <= :day AND c.to_day >= :day)
	AND EXISTS (SELECT 1 FROM circle c WHERE c.org = o.org AND c.person = w.person AND c.from_day <= :day AND c.to_day >= :day)
	AND (NOT EXISTS (SELECT 1 FROM agreement g WHERE g.org = o.org AND g.newest = 1)
		OR EXISTS (SELECT 1 FROM agreement g WHERE g.org = o.org AND g.newest = 1 AND g.from_day <= :day AND g.to_day >= :day));

-- What is with one recipient, in the order of lists. A row comes once for each
-- answer that stops the chasing, the latest first.
-- name: chase_owed :many
-- in: org int, recipient int, day int
-- out: person int, standard int, opened int, ordinal int, due_day int, clocks blob, given text, family text, council int, ref text, home int, stop_id int, stop_since int, stop_answer text, stop_reason text
SELECT w.person, w.standard, w.opened, w.ordinal, w.due_day, k.body AS clocks, p.given, p.family, p.council, p.ref, p.home,
	coalesce(l.id, 0) AS stop_id, l.since_day AS stop_since, l.answer AS stop_answer, l.reason AS stop_reason
FROM work_row o
JOIN work_row w ON w.person = o.person AND w.org = :org AND w.standard = o.standard AND w.opened = o.opened
	AND w.ordinal = o.ordinal AND w.turn = 2
JOIN open_clocks k ON k.person = o.person
JOIN person p ON p.id = o.person
LEFT JOIN item_link l ON l.person = o.person AND l.number = o.standard AND l.opened = o.opened AND l.ordinal = o.ordinal
	AND l.recipient = :recipient AND l.answer IN ('cannot', 'not-mine', 'sent') AND l.lifted_ms IS NULL
WHERE o.org = :recipient AND o.turn = 1
	AND EXISTS (SELECT 1 FROM circle c WHERE c.org = :org AND c.person = o.person AND c.from_day <= :day AND c.to_day >= :day)
	AND EXISTS (SELECT 1 FROM circle c WHERE c.org = :recipient AND c.person = o.person AND c.from_day <= :day AND c.to_day >= :day)
	AND (NOT EXISTS (SELECT 1 FROM agreement g WHERE g.org = :recipient AND g.newest = 1)
		OR EXISTS (SELECT 1 FROM agreement g WHERE g.org = :recipient AND g.newest = 1 AND g.from_day <= :day AND g.to_day >= :day))
ORDER BY o.law, o.due_day, o.person, o.standard, o.opened, o.ordinal, stop_id DESC;

-- name: chase_insert :exec
-- in: id int, org int, recipient int, account int, at_ms int, items int
INSERT INTO chase (id, org, recipient, account, at_ms, items) VALUES (:id, :org, :recipient, :account, :at_ms, :items);

-- name: chase_item_insert :exec
-- in: person int, chase int, standard text, opened int, ordinal int, n int, edition int, asks int, since_day int, due_day int, nth int, why text, at_ms int
INSERT INTO chase_item (person, chase, standard, opened, ordinal, n, edition, asks, since_day, due_day, nth, why, at_ms)
VALUES (:person, :chase, :standard, :opened, :ordinal, :n, :edition, :asks, :since_day, :due_day, :nth, :why, :at_ms);

-- name: chase_get :one
-- in: id int
-- out: id int, org int, recipient int, account int, at_ms int, items int, by_name text
SELECT c.id, c.org, c.recipient, c.account, c.at_ms, c.items, a.name AS by_name
FROM chase c LEFT JOIN account a ON a.id = c.account WHERE c.id = :id;

-- name: chase_last :one
-- in: org int, recipient int
-- out: id int, at_ms int, items int
SELECT id, at_ms, items FROM chase WHERE org = :org AND recipient = :recipient ORDER BY id DESC LIMIT 1;

-- name: chase_list :many
-- in: org int, limit int
-- out: id int, recipient int, account int, at_ms int, items int, by_name text
SELECT c.id, c.recipient, c.account, c.at_ms, c.items, a.name AS by_name
FROM chase c LEFT JOIN account a ON a.id = c.account WHERE c.org = :org ORDER BY c.id DESC LIMIT :limit;

-- What a chase named, of children who are still in both circles, while an agreement with its reader is in force.
-- name: chase_items :many
-- in: chase int, org int, recipient int, day int
-- out: person int, standard text, opened int, ordinal int, edition int, asks int, since_day int, due_day int, nth int, why text, given text, family text, council int, ref text, home int
SELECT i.person, i.standard, i.opened, i.ordinal, i.edition, i.asks, i.since_day, i.due_day, i.nth, i.why, p.given, p.family, p.council, p.ref, m.home
FROM chase_item i JOIN person p ON p.id = i.person JOIN person m ON m.id = coalesce(p.joined_to, p.id)
WHERE i.chase = :chase
	AND EXISTS (SELECT 1 FROM circle c WHERE c.org = :org AND c.person = i.person AND c.from_day <= :day AND c.to_day >= :day)
	AND EXISTS (SELECT 1 FROM circle c WHERE c.org = :recipient AND c.person = i.person AND c.from_day <= :day AND c.to_day >= :day)
	AND (NOT EXISTS (SELECT 1 FROM agreement g WHERE g.org = :recipient AND g.newest = 1)
		OR EXISTS (SELECT 1 FROM agreement g WHERE g.org = :recipient AND g.newest = 1 AND g.from_day <= :day AND g.to_day >= :day))
ORDER BY i.n;

-- When a clock was chased, oldest first.
-- name: chase_of_clock :many
-- in: person int, standard text, opened int, ordinal int
-- out: chase int, at_ms int, since_day int, edition int, asks int, nth int, org int, recipient int, by_name text
SELECT i.chase, i.at_ms, i.since_day, i.edition, i.asks, i.nth, c.org, c.recipient, a.name AS by_name
FROM chase_item i JOIN chase c ON c.id = i.chase LEFT JOIN account a ON a.id = c.account
WHERE i.person = :person AND i.standard = :standard AND i.opened = :opened AND i.ordinal = :ordinal ORDER BY i.chase;

-- Was anything about this child ever chased, or asked for by a link?
-- name: chase_any :one
-- in: person int
-- out: n int
SELECT (SELECT count(*) FROM (SELECT 1 FROM chase_item WHERE person = :person LIMIT 1) a)
	+ (SELECT count(*) FROM (SELECT 1 FROM item_link WHERE person = :person LIMIT 1) b) AS n;

-- ---- links ----

-- name: link_insert :exec
-- in: person int, id int, token_hash text, standard text, number int, opened int, ordinal int, since_day int, kind text, ask int, org int, account int, recipient int, address text, minted_ms int, expires_ms int
INSERT INTO item_link (person, id, token_hash, standard, number, opened, ordinal, since_day, kind, ask, org, account, recipient, address, minted_ms, expires_ms)
VALUES (:person, :id, :token_hash, :standard, :number, :opened, :ordinal, :since_day, :kind, :ask, :org, :account, :recipient, :address, :minted_ms, :expires_ms);

-- name: link_find :one
-- in: token_hash text
-- out: person int, id int, standard text, opened int, ordinal int, since_day int, kind text, ask int, org int, account int, recipient int, address text, minted_ms int, expires_ms int, opens int, tries int, answered_ms int, revoked_ms int, by_name text, by_active int
SELECT l.person, l.id, l.standard, l.opened, l.ordinal, l.since_day, l.kind, l.ask, l.org, l.account, l.recipient, l.address, l.minted_ms, l.expires_ms, l.opens, l.tries, l.answered_ms, l.revoked_ms, a.name AS by_name, a.active AS by_active
FROM item_link l LEFT JOIN account a ON a.id = l.account WHERE l.token_hash = :token_hash;

-- name: link_opened :exec
-- in: person int, id int, now_ms int
UPDATE item_link SET opens = opens + 1, opened_ms = :now_ms WHERE person = :person AND id = :id;

-- name: link_tried :exec
-- in: person int, id int
UPDATE item_link SET tries = tries + 1 WHERE person = :person AND id = :id;

-- Used up, once: of two that come together one changes no row.
-- name: link_use :one
-- in: token_hash text, now_ms int, answer text, reason text, event int
-- out: id int
UPDATE item_link SET answered_ms = :now_ms, answer = :answer, reason = :reason, event = :event
WHERE token_hash = :token_hash AND answered_ms IS NULL AND revoked_ms IS NULL AND expires_ms > :now_ms
RETURNING id;

-- Links that ended before then, but for answers that stop chasing still.
-- name: link_sweep :many
-- in: before_ms int
-- out: id int
DELETE FROM item_link
WHERE coalesce(answered_ms, revoked_ms, expires_ms) < :before_ms
	AND NOT (answer IN ('cannot', 'not-mine', 'sent') AND lifted_ms IS NULL)
RETURNING id;

-- name: link_revoke :one
-- in: person int, id int, org int, now_ms int, unseen int
-- out: id int
UPDATE item_link SET revoked_ms = :now_ms
WHERE person = :person AND id = :id AND (:org = 0 OR org = :org) AND (answered_ms IS NULL OR event = :unseen) AND revoked_ms IS NULL
RETURNING id;

-- The entry by which it was answered, if it was by one.
-- name: link_entry :one
-- in: person int, id int
-- out: event int
SELECT event FROM item_link WHERE person = :person AND id = :id AND event IS NOT NULL;

-- A new link for the same thing and address takes the place of the one before; of one, too, that was answered by an
-- entry: for who does not see the entry it was not answered.
-- name: link_revoke_same :exec
-- in: person int, standard text, opened int, ordinal int, kind text, recipient int, address text, now_ms int
UPDATE item_link SET revoked_ms = :now_ms
WHERE person = :person AND standard = :standard AND opened = :opened AND ordinal = :ordinal AND kind = :kind
	AND recipient = :recipient AND address = :address AND (answered_ms IS NULL OR event IS NOT NULL) AND revoked_ms IS NULL;

-- name: link_lift :one
-- in: person int, id int, org int, now_ms int
-- out: id int
UPDATE item_link SET lifted_ms = :now_ms
WHERE person = :person AND id = :id AND (:org = 0 OR org = :org) AND answer IN ('cannot', 'not-mine', 'sent') AND lifted_ms IS NULL
RETURNING id;

-- name: link_made :one
-- in: account int, address text, since_ms int
-- out: by_account int, for_address int
SELECT (SELECT count(*) FROM item_link WHERE account = :account AND minted_ms > :since_ms) AS by_account,
	(SELECT count(*) FROM item_link WHERE address = :address AND minted_ms > :since_ms) AS for_address;

-- name: link_of_clock :many
-- in: person int, standard text, opened int, ordinal int
-- out: id int, since_day int, kind text, ask int, org int, recipient int, address text, minted_ms int, expires_ms int, opens int, opened_ms int, answered_ms int, answer text, reason text, lifted_ms int, revoked_ms int, event int, by_name text
SELECT l.id, l.since_day, l.kind, l.ask, l.org, l.recipient, l.address, l.minted_ms, l.expires_ms, l.opens, l.opened_ms, l.answered_ms, l.answer, l.reason, l.lifted_ms, l.revoked_ms, l.event, a.name AS by_name
FROM item_link l LEFT JOIN account a ON a.id = l.account
WHERE l.person = :person AND l.standard = :standard AND l.opened = :opened AND l.ordinal = :ordinal ORDER BY l.id;

-- Links of an organisation, newest first: those that may be open, or those answered since an instant. Who answered by an
-- entry that is sealed has not answered: whoever asks looks at the entry.
-- name: link_list :many
-- in: org int, day int, open int, now_ms int, since_ms int, limit int
-- out: person int, id int, standard text, opened int, ordinal int, kind text, recipient int, address text, minted_ms int, expires_ms int, opens int, opened_ms int, answered_ms int, answer text, reason text, event int, by_name text, given text, family text
SELECT l.person, l.id, l.standard, l.opened, l.ordinal, l.kind, l.recipient, l.address, l.minted_ms, l.expires_ms, l.opens, l.opened_ms, l.answered_ms, l.answer, l.reason, l.event, a.name AS by_name, p.given, p.family
FROM item_link l JOIN person p ON p.id = l.person LEFT JOIN account a ON a.id = l.account
WHERE l.org = :org
	AND ((:open = 1 AND (l.answered_ms IS NULL OR l.event IS NOT NULL) AND l.revoked_ms IS NULL AND l.expires_ms > :now_ms)
		OR (:open = 0 AND l.answered_ms > :since_ms))
	AND EXISTS (SELECT 1 FROM circle c WHERE c.org = :org AND c.person = coalesce(p.joined_to, p.id) AND c.from_day <= :day AND c.to_day >= :day)
ORDER BY l.id DESC LIMIT :limit;

-- ---- the file for a council ----

-- Children whose responsible council it is on a day, or was until lately.
-- name: handback_persons :many
-- in: council int, org int, day int, after int, limit int
-- out: person int
SELECT DISTINCT c.person FROM circle c
WHERE c.org = :council AND c.reason = 'responsible council' AND c.person > :after AND c.from_day <= :day AND c.to_day >= :day
	AND (:org = 0 OR EXISTS (SELECT 1 FROM circle o WHERE o.org = :org AND o.person = c.person AND o.from_day <= :day AND o.to_day >= :day))
ORDER BY c.person LIMIT :limit;
