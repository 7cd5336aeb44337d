-- Lawful erasure, holds, and what is due for disposal.

-- name: erasure_insert :exec
-- in: id int, person int, event int, ground text, why text, asked_by int, asked_org int, asked_ms int
INSERT INTO erasure (id, person, event, ground, why, asked_by, asked_org, asked_ms, state)
VALUES (:id, :person, :event, :ground, :why, :asked_by, :asked_org, :asked_ms, 'asked');

-- One that was carried out before, on the store that this one was restored from.
-- name: erasure_again :exec
-- in: id int, person int, event int, ground text, why text, asked_by int, asked_org int, asked_ms int, decided_by int, decided_org int, decided_ms int, entries int, again_ms int
INSERT INTO erasure (id, person, event, ground, why, asked_by, asked_org, asked_ms, state, decided_by, decided_org, decided_ms, entries, again_ms)
VALUES (:id, :person, :event, :ground, :why, :asked_by, :asked_org, :asked_ms, 'done', :decided_by, :decided_org, :decided_ms, :entries, :again_ms)
ON CONFLICT (id) DO UPDATE SET state = 'done', decided_by = excluded.decided_by, decided_org = excluded.decided_org,
	decided_ms = excluded.decided_ms, entries = excluded.entries, again_ms = excluded.again_ms;

-- name: erasure_get :one
-- in: id int
-- out: person int, event int, ground text, why text, asked_by int, asked_org int, asked_ms int, state text, decided_by int, decided_org int, decided_ms int, decided_why text, entries int, again_ms int, lifted_ms int, asked_name text, decided_name text, council int, ref text
SELECT e.person, e.event, e.ground, e.why, e.asked_by, e.asked_org, e.asked_ms, e.state, e.decided_by, e.decided_org, e.decided_ms, e.decided_why, e.entries, e.again_ms, e.lifted_ms,
	a.name AS asked_name, b.name AS decided_name, p.council, p.ref
FROM erasure e LEFT JOIN account a ON a.id = e.asked_by LEFT JOIN account b ON b.id = e.decided_by LEFT JOIN person p ON p.id = e.person
WHERE e.id = :id;

-- Those of one organisation: it asked, decided, or keeps the record, unless an adoption has closed it (org 0: all);
-- what waits first, then the newest.
-- name: erasure_list :many
-- in: org int, limit int
-- out: id int, person int, event int, ground text, why text, asked_org int, asked_ms int, state text, decided_org int, decided_ms int, entries int, asked_name text, decided_name text, council int, ref text
SELECT e.id, e.person, e.event, e.ground, e.why, e.asked_org, e.asked_ms, e.state, e.decided_org, e.decided_ms, e.entries, a.name AS asked_name, b.name AS decided_name, p.council, p.ref
FROM erasure e LEFT JOIN account a ON a.id = e.asked_by LEFT JOIN account b ON b.id = e.decided_by LEFT JOIN person p ON p.id = e.person
	LEFT JOIN person m ON m.id = coalesce(p.joined_to, p.id)
WHERE :org = 0 OR (m.closed IS NULL AND (e.asked_org = :org OR e.decided_org = :org
	OR EXISTS (SELECT 1 FROM organisation o WHERE o.id = p.council AND (o.id = :org OR o.served_by = :org))))
ORDER BY CASE WHEN e.state = 'asked' THEN 0 ELSE 1 END, e.id DESC LIMIT :limit;

-- name: erasure_asked :one
-- in: person int, event int
-- out: id int
SELECT id FROM erasure WHERE person = :person AND event = :event AND state = 'asked' LIMIT 1;

-- Of two who decide at once one changes no row.
-- name: erasure_decide :one
-- in: id int, state text, decided_by int, decided_org int, decided_ms int, decided_why text, entries int
-- out: person int
UPDATE erasure SET state = :state, decided_by = :decided_by, decided_org = :decided_org, decided_ms = :decided_ms,
	decided_why = :decided_why, entries = :entries
WHERE id = :id AND state = 'asked' RETURNING person;

-- What else was asked for of a record that is no more.
-- name: erasure_moot :exec
-- in: person int, decided_ms int
UPDATE erasure SET state = 'refused', decided_ms = :decided_ms, decided_why = 'The whole record was erased'
WHERE person = :person AND state = 'asked';

-- name: erasure_lift :one
-- in: id int, lifted_ms int, lifted_by int
-- out: person int
UPDATE erasure SET lifted_ms = :lifted_ms, lifted_by = :lifted_by
WHERE id = :id AND state = 'done' AND lifted_ms IS NULL RETURNING person;

-- name: erasure_item_insert :exec
-- in: erasure int, person int, event int, mark text
INSERT INTO erasure_item (erasure, person, event, mark) VALUES (:erasure, :person, :event, :mark)
ON CONFLICT (erasure, person, event) DO NOTHING;

-- name: erasure_items :many
-- in: erasure int
-- out: person int, event int, mark text
SELECT person, event, mark FROM erasure_item WHERE erasure = :erasure ORDER BY person, event;

-- name: erasure_done :many
-- in: after int, limit int
-- out: id int, person int, event int, ground text, why text, asked_by int, asked_org int, asked_ms int, decided_by int, decided_org int, decided_ms int, entries int
SELECT id, person, event, ground, why, asked_by, asked_org, asked_ms, decided_by, decided_org, decided_ms, entries
FROM erasure WHERE state = 'done' AND id > :after ORDER BY id LIMIT :limit;

-- name: erasure_count :one
-- out: n int
SELECT count(*) AS n FROM erasure WHERE state = 'done';

-- Marks that keep a file from bringing back what was erased.
-- name: erasure_marks :many
-- in: after text, limit int
-- out: mark text, erasure int, at_ms int, event int
SELECT DISTINCT i.mark, i.erasure, e.decided_ms AS at_ms, i.event FROM erasure_item i JOIN erasure e ON e.id = i.erasure
WHERE i.mark > :after AND e.state = 'done' AND e.lifted_ms IS NULL ORDER BY i.mark, i.erasure LIMIT :limit;

-- name: erasure_marked :one
-- in: mark text
-- out: erasure int, at_ms int
SELECT i.erasure, e.decided_ms AS at_ms FROM erasure_item i JOIN erasure e ON e.id = i.erasure
WHERE i.mark = :mark AND e.state = 'done' AND e.lifted_ms IS NULL ORDER BY i.erasure DESC LIMIT 1;

-- Was this lawfully erased by that, and is it gone? A line about an entry may stand under a record that the entry's was
-- joined with.
-- name: erasure_covers :one
-- in: erasure int, person int, event int
-- out: erasure int
SELECT i.erasure FROM erasure_item i JOIN erasure e ON e.id = i.erasure
WHERE i.erasure = :erasure AND e.state = 'done'
	AND ((i.event = 0 AND i.person = :person AND NOT EXISTS (SELECT 1 FROM person p WHERE p.id = i.person))
		OR (i.event <> 0 AND i.event = :event AND NOT EXISTS (SELECT 1 FROM event v WHERE v.person = i.person AND v.id = i.event)))
LIMIT 1;

-- ---- what goes with a record ----

-- name: forget_events :exec
-- in: person int
DELETE FROM event WHERE person = :person;

-- name: forget_event :exec
-- in: person int, id int
DELETE FROM event WHERE person = :person AND id = :id;

-- That a record was joined with one that is no more, and was taken apart again.
-- name: forget_joined :exec
-- in: person int, ref text
DELETE FROM event WHERE person = :person AND id IN (SELECT v.id FROM event v WHERE v.person = :person
	AND v.kind IN ('record-joined', 'record-joined-to')
	AND (v.ref = :ref OR v.replaces IN (SELECT w.id FROM event w WHERE w.person = :person AND w.ref = :ref
		AND w.kind IN ('record-joined', 'record-joined-to'))));

-- name: forget_compact :exec
-- in: person int
DELETE FROM compact WHERE person = :person;

-- name: forget_open_clocks :exec
-- in: person int
DELETE FROM open_clocks WHERE person = :person;

-- name: forget_work :exec
-- in: person int
DELETE FROM work_row WHERE person = :person;

-- name: forget_person :exec
-- in: person int
DELETE FROM person WHERE id = :person;

-- name: forget_chases :exec
-- in: person int
DELETE FROM chase_item WHERE person = :person;

-- name: forget_links :exec
-- in: person int
DELETE FROM item_link WHERE person = :person;

-- name: forget_grants :exec
-- in: person int
DELETE FROM access_grant WHERE person = :person;

-- name: forget_differences :exec
-- in: person int, council int, ref text
DELETE FROM yearly_return_difference
WHERE person = :person OR (ref = :ref AND id IN (SELECT r.id FROM yearly_return r WHERE r.council = :council));

-- name: forget_return_rows :exec
-- in: council int, ref text
DELETE FROM yearly_return_row WHERE ref = :ref AND id IN (SELECT r.id FROM yearly_return r WHERE r.council = :council);

-- name: forget_weekly_rows :exec
-- in: council int, ref text
DELETE FROM weekly_row WHERE ref = :ref AND list IN (SELECT l.id FROM weekly_list l WHERE l.council = :council);

-- What a list said goes, that the child stands on it stays.
-- name: forget_weekly_words :exec
-- in: council int, ref text
UPDATE weekly_row SET body = '{}', kept_back = 1
WHERE ref = :ref AND list IN (SELECT l.id FROM weekly_list l WHERE l.council = :council);

-- name: forget_weekly_answers :exec
-- in: council int, ref text
DELETE FROM weekly_answer WHERE council = :council AND ref = :ref;

-- name: forget_matches :exec
-- in: name text
DELETE FROM match_answer WHERE one = :name OR other = :name;

-- What a single entry was asked, chased or linked for.
-- name: forget_chases_of :exec
-- in: person int, event int
DELETE FROM chase_item WHERE person = :person AND opened = :event;

-- name: forget_links_of :exec
-- in: person int, id int
DELETE FROM item_link WHERE person = :person AND (opened = :id OR event = :id);

-- name: forget_chase_words :exec
-- in: person int, since_ms int
UPDATE chase_item SET why = '' WHERE person = :person AND at_ms >= :since_ms;

-- Rows that were kept back, in pages.
-- name: forget_findings_next :many
-- in: load int, n int, limit int
-- out: load int, n int, file text, line int, record text, found text
SELECT load, n, file, line, record, found FROM finding WHERE (load, n) > (:load, :n) ORDER BY load, n LIMIT :limit;

-- All findings of that row: only one of them carries it.
-- name: forget_finding :exec
-- in: load int, file text, line int, message text
UPDATE finding SET found = '', record = '', message = :message WHERE load = :load AND file = :file AND line = :line;

-- name: forget_audit_next :many
-- in: person int, after int, limit int
-- out: id int, at_ms int, account int, org int, person int, act text, what text, reason text, role text, event int, salt text, seal int
SELECT id, at_ms, account, org, person, act, what, reason, role, event, salt, seal FROM audit
WHERE person = :person AND id > :after ORDER BY id LIMIT :limit;

-- Records that one was ever joined with: under them too its entries were read and corrected.
-- name: ever_joined :many
-- in: person int
-- out: ref text
SELECT DISTINCT v.ref FROM event v WHERE v.person = :person AND v.kind IN ('record-joined', 'record-joined-to') AND v.ref IS NOT NULL;

-- name: forget_audit :exec
-- in: id int, what text, salt text
UPDATE audit SET what = :what, reason = '', salt = :salt WHERE id = :id;

-- ---- holds ----

-- name: hold_insert :exec
-- in: id int, person int, kind text, why text, account int, org int, from_ms int
INSERT INTO record_hold (id, person, kind, why, account, org, from_ms) VALUES (:id, :person, :kind, :why, :account, :org, :from_ms);

-- On any of the records that are one child: a hold does not end because two were joined.
-- name: hold_standing :one
-- in: person int
-- out: id int, kind text, why text, from_ms int
SELECT id, kind, why, from_ms FROM record_hold
WHERE ended_ms IS NULL AND (person = :person OR person IN (SELECT id FROM person WHERE joined_to = :person)
	OR person IN (SELECT joined_to FROM person WHERE id = :person)
	OR person IN (SELECT s.id FROM person s JOIN person p ON s.joined_to = p.joined_to WHERE p.id = :person)) ORDER BY id LIMIT 1;

-- One hold, that which hold_standing tells of.
-- name: hold_end :one
-- in: id int, ended_ms int, ended_by int, why text
-- out: person int
UPDATE record_hold SET ended_ms = :ended_ms, ended_by = :ended_by, ended_why = :why
WHERE id = :id AND ended_ms IS NULL RETURNING person;

-- name: hold_forget :exec
-- in: person int
DELETE FROM record_hold WHERE person = :person;

-- Records of an organisation's own council, or of those that a team serves (0: all), whose birth
-- lies so far back, or that a death was recorded for; in order of id. Those are found by their
-- indexes (person_born, event_died), however many children there are: "+" keeps SQLite from
-- walking all records in the order that is asked for.
-- name: retention_candidates :many
-- in: org int, born_before int, after int, limit int
-- out: id int, council int, ref text, born int
SELECT p.id, p.council, p.ref, p.born
FROM (SELECT id FROM person WHERE born <= :born_before AND +id > :after
	UNION SELECT person AS id FROM event WHERE kind = 'person-died' AND person > :after) c
JOIN person p ON p.id = c.id
WHERE p.joined_to IS NULL AND p.closed IS NULL
	AND (:org = 0 OR EXISTS (SELECT 1 FROM organisation o WHERE o.id = p.council AND (o.id = :org OR o.served_by = :org)))
ORDER BY p.id LIMIT :limit;

-- name: forget_told :exec
-- in: person int
DELETE FROM told_sealed WHERE person = :person;

-- What a file told of an entry that was sealed, by its key.
-- name: told_sealed_of :many
-- in: person int
-- out: natural_key text
SELECT DISTINCT natural_key FROM told_sealed WHERE person = :person ORDER BY natural_key;

-- name: forget_told_of :exec
-- in: person int, natural_key text
DELETE FROM told_sealed WHERE person = :person AND natural_key = :natural_key;
