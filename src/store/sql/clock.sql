-- Clocks and worklists: caches of what the rules say.

-- name: open_clocks_put :exec
-- in: person int, body blob, given text, family text, born int, inside blob
INSERT INTO open_clocks (person, body, given, family, born, inside) VALUES (:person, :body, :given, :family, :born, :inside)
ON CONFLICT (person) DO UPDATE SET body = excluded.body, given = excluded.given, family = excluded.family, born = excluded.born, inside = excluded.inside;

-- name: open_clocks_get :one
-- in: person int
-- out: body blob, given text, family text, born int, inside blob
SELECT body, given, family, born, inside FROM open_clocks WHERE person = :person;

-- name: work_of_person :many
-- in: person int
-- out: org int, standard int, opened int, ordinal int, turn int, law int, due_day int, holder int, council int, area int, home int
SELECT org, standard, opened, ordinal, turn, law, due_day, holder, council, area, home
FROM work_row WHERE person = :person ORDER BY org, standard, opened, ordinal;

-- name: work_insert :exec
-- in: person int, org int, standard int, opened int, ordinal int, turn int, law int, due_day int, holder int, council int, area int, home int
INSERT INTO work_row (person, org, standard, opened, ordinal, turn, law, due_day, holder, council, area, home)
VALUES (:person, :org, :standard, :opened, :ordinal, :turn, :law, :due_day, :holder, :council, :area, :home);

-- name: work_delete :exec
-- in: person int, org int, standard int, opened int, ordinal int
DELETE FROM work_row
WHERE person = :person AND org = :org AND standard = :standard AND opened = :opened AND ordinal = :ordinal;

-- The first stretch of an organisation's list, from one on, that holds rows. "From",
-- not "after": SQLite would walk through all rows that are equal to find those after.
-- name: work_stretch_from :one
-- in: org int, turn int, holder int, area int
-- out: turn int, holder int, area int
SELECT turn, holder, area FROM work_row
WHERE org = :org AND (turn, holder, area) >= (:turn, :holder, :area)
ORDER BY turn, holder, area LIMIT 1;

-- One stretch of one organisation's list: a turn, an authority, a range of due days, of one holder
-- and area, walked in order from a key on. The index alone is read.
-- name: work_lane :many
-- in: org int, turn int, holder int, area int, law int, due_from int, due_to int, after_due int, after_person int, after_standard int, after_opened int, limit int
-- out: person int, standard int, opened int, ordinal int, due_day int, holder int, council int, area int
SELECT person, standard, opened, ordinal, due_day, holder, council, area FROM work_row
WHERE org = :org AND turn = :turn AND holder = :holder AND area = :area AND law = :law AND due_day >= :due_from AND due_day <= :due_to
	AND (due_day, person, standard, opened) > (:after_due, :after_person, :after_standard, :after_opened)
ORDER BY due_day, person, standard, opened LIMIT :limit;

-- The same of a council's own children on its own list whose area is not known (0; asked in the words of the
-- index of theirs, which SQLite then takes).
-- name: work_lane_own :many
-- in: org int, turn int, holder int, law int, due_from int, due_to int, after_due int, after_person int, after_standard int, after_opened int, limit int
-- out: person int, standard int, opened int, ordinal int, due_day int, holder int, council int, area int
SELECT person, standard, opened, ordinal, due_day, holder, council, area FROM work_row
WHERE council = org AND area < 1 AND org = :org AND turn = :turn AND holder = :holder AND law = :law AND due_day >= :due_from AND due_day <= :due_to
	AND (due_day, person, standard, opened) > (:after_due, :after_person, :after_standard, :after_opened)
ORDER BY due_day, person, standard, opened LIMIT :limit;

-- The same with filters behind what leads. `lead` names the index that is
-- walked (0 one holder and area of the list, 1 a standard, 2 a council, 3 the children of
-- one worker): the planner
-- cannot know what is given, so that one branch runs and the others end at once.
-- What does not lead is a filter; 0 and -1 mean any; `unnamed` 1: children of whom nobody
-- with an open account at the organisation is the named worker. CROSS JOIN and + say to both engines
-- that a worker's children come first, and of each the rows by person: they would walk the whole list.
-- name: work_page :many
-- in: lead int, org int, turn int, law int, due_from int, due_to int, after_due int, after_person int, after_standard int, after_opened int, standard int, holder int, council int, area int, worker int, unnamed int, limit int
-- out: person int, standard int, opened int, ordinal int, due_day int, holder int, council int, area int
WITH led AS (
	SELECT person, standard, opened, ordinal, due_day, holder, council, area FROM work_row
	WHERE :lead = 0 AND org = :org AND turn = :turn AND holder = :holder AND area = :area AND law = :law AND due_day >= :due_from AND due_day <= :due_to
	UNION ALL
	SELECT person, standard, opened, ordinal, due_day, holder, council, area FROM work_row
	WHERE :lead = 1 AND org = :org AND standard = :standard AND turn = :turn AND law = :law AND due_day >= :due_from AND due_day <= :due_to
	UNION ALL
	SELECT person, standard, opened, ordinal, due_day, holder, council, area FROM work_row
	WHERE :lead = 2 AND org = :org AND council = :council AND council <> org AND turn = :turn AND law = :law AND due_day >= :due_from AND due_day <= :due_to
	UNION ALL
	SELECT r.person, r.standard, r.opened, r.ordinal, r.due_day, r.holder, r.council, r.area FROM named_worker k CROSS JOIN work_row r
	WHERE :lead = 3 AND k.account = :worker AND r.person = k.person AND +r.org = :org AND r.turn = :turn AND r.law = :law AND r.due_day >= :due_from AND r.due_day <= :due_to
)
SELECT person, standard, opened, ordinal, due_day, holder, council, area FROM led
WHERE (due_day, person, standard, opened) > (:after_due, :after_person, :after_standard, :after_opened)
	AND (:standard = 0 OR standard = :standard) AND (:holder = 0 OR holder = :holder)
	AND (:council = 0 OR council = :council) AND (:area = -1 OR area = :area)
	AND (:unnamed = 0 OR NOT EXISTS (SELECT 1 FROM named_worker k JOIN account a ON a.id = k.account WHERE k.person = led.person AND a.org = :org AND a.active = 1))
ORDER BY due_day, person, standard, opened LIMIT :limit;

-- The same of the children of some councils only, whose ids stand one after another, 20 wide (at least one): what
-- leads is then a standard, or a worker.
-- name: work_page_homes :many
-- in: lead int, org int, turn int, law int, due_from int, due_to int, after_due int, after_person int, after_standard int, after_opened int, standard int, holder int, council int, area int, worker int, unnamed int, homes text, n_homes int, limit int
-- out: person int, standard int, opened int, ordinal int, due_day int, holder int, council int, area int
WITH RECURSIVE nth (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM nth WHERE i + 1 < :n_homes),
led AS (
	SELECT person, standard, opened, ordinal, due_day, holder, council, area, home FROM work_row
	WHERE :lead = 1 AND org = :org AND standard = :standard AND turn = :turn AND law = :law AND due_day >= :due_from AND due_day <= :due_to
	UNION ALL
	SELECT r.person, r.standard, r.opened, r.ordinal, r.due_day, r.holder, r.council, r.area, r.home FROM named_worker k CROSS JOIN work_row r
	WHERE :lead = 3 AND k.account = :worker AND r.person = k.person AND +r.org = :org AND r.turn = :turn AND r.law = :law AND r.due_day >= :due_from AND r.due_day <= :due_to
)
SELECT person, standard, opened, ordinal, due_day, holder, council, area FROM led
WHERE (due_day, person, standard, opened) > (:after_due, :after_person, :after_standard, :after_opened)
	AND (:standard = 0 OR standard = :standard) AND (:holder = 0 OR holder = :holder)
	AND (:council = 0 OR council = :council) AND (:area = -1 OR area = :area)
	AND (:unnamed = 0 OR NOT EXISTS (SELECT 1 FROM named_worker k JOIN account a ON a.id = k.account WHERE k.person = led.person AND a.org = :org AND a.active = 1))
	AND CASE WHEN home = 0 THEN council ELSE home END IN (SELECT CAST(substr(:homes, i * 20 + 1, 20) AS BIGINT) FROM nth)
ORDER BY due_day, person, standard, opened LIMIT :limit;

-- What a list shows of the children of some of its rows, whose ids stand one after another, 20 wide;
-- i: which of them. Whom the circle holds `inside` says, whatever the rows say; of a child without it the circle
-- itself is asked here (1 = says so to PostgreSQL, which would read all of it to ask EXISTS).
-- name: work_children :many
-- in: persons text, n int, org int, day int
-- out: i int, given text, family text, born int, clocks blob, inside blob
WITH RECURSIVE v (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM v WHERE i + 1 < :n),
	t (i, person) AS (SELECT i, CAST(substr(:persons, i * 20 + 1, 20) AS BIGINT) FROM v)
SELECT t.i, k.given, k.family, k.born, k.body AS clocks, k.inside
FROM t CROSS JOIN open_clocks k
WHERE k.person = t.person
	AND 1 = CASE WHEN k.inside IS NOT NULL THEN 1 ELSE (SELECT 1 FROM circle c WHERE c.org = :org AND c.person = t.person AND c.from_day <= :day AND c.to_day >= :day LIMIT 1) END;

-- How many such a stretch holds, up to `cap`.
-- name: work_count :one
-- in: lead int, org int, turn int, law int, due_from int, due_to int, standard int, holder int, council int, area int, worker int, unnamed int, cap int
-- out: n int
SELECT count(*) AS n FROM (
	SELECT 1 FROM (
		SELECT person, standard, holder, council, area FROM work_row
		WHERE :lead = 0 AND org = :org AND turn = :turn AND holder = :holder AND area = :area AND law = :law AND due_day >= :due_from AND due_day <= :due_to
		UNION ALL
		SELECT person, standard, holder, council, area FROM work_row
		WHERE :lead = 1 AND org = :org AND standard = :standard AND turn = :turn AND law = :law AND due_day >= :due_from AND due_day <= :due_to
		UNION ALL
		SELECT person, standard, holder, council, area FROM work_row
		WHERE :lead = 2 AND org = :org AND council = :council AND council <> org AND turn = :turn AND law = :law AND due_day >= :due_from AND due_day <= :due_to
		UNION ALL
		SELECT r.person, r.standard, r.holder, r.council, r.area FROM named_worker k CROSS JOIN work_row r
		WHERE :lead = 3 AND k.account = :worker AND r.person = k.person AND +r.org = :org AND r.turn = :turn AND r.law = :law AND r.due_day >= :due_from AND r.due_day <= :due_to
	) led
	WHERE (:standard = 0 OR standard = :standard) AND (:holder = 0 OR holder = :holder)
		AND (:council = 0 OR council = :council) AND (:area = -1 OR area = :area)
		AND (:unnamed = 0 OR NOT EXISTS (SELECT 1 FROM named_worker k JOIN account a ON a.id = k.account WHERE k.person = led.person AND a.org = :org AND a.active = 1))
	LIMIT :cap
) c;

-- The same of the children of some councils only.
-- name: work_count_homes :one
-- in: lead int, org int, turn int, law int, due_from int, due_to int, standard int, holder int, council int, area int, worker int, unnamed int, homes text, n_homes int, cap int
-- out: n int
WITH RECURSIVE nth (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM nth WHERE i + 1 < :n_homes)
SELECT count(*) AS n FROM (
	SELECT 1 FROM (
		SELECT person, standard, holder, council, area, home FROM work_row
		WHERE :lead = 1 AND org = :org AND standard = :standard AND turn = :turn AND law = :law AND due_day >= :due_from AND due_day <= :due_to
		UNION ALL
		SELECT r.person, r.standard, r.holder, r.council, r.area, r.home FROM named_worker k CROSS JOIN work_row r
		WHERE :lead = 3 AND k.account = :worker AND r.person = k.person AND +r.org = :org AND r.turn = :turn AND r.law = :law AND r.due_day >= :due_from AND r.due_day <= :due_to
	) led
	WHERE (:standard = 0 OR standard = :standard) AND (:holder = 0 OR holder = :holder)
		AND (:council = 0 OR council = :council) AND (:area = -1 OR area = :area)
		AND (:unnamed = 0 OR NOT EXISTS (SELECT 1 FROM named_worker k JOIN account a ON a.id = k.account WHERE k.person = led.person AND a.org = :org AND a.active = 1))
		AND CASE WHEN home = 0 THEN council ELSE home END IN (SELECT CAST(substr(:homes, i * 20 + 1, 20) AS BIGINT) FROM nth)
	LIMIT :cap
) c;

-- The same where nothing is to be filtered behind what leads: the index alone is counted,
-- several times as fast.
-- name: work_count_lane :one
-- in: org int, turn int, holder int, area int, law int, due_from int, due_to int, cap int
-- out: n int
SELECT count(*) AS n FROM (SELECT 1 FROM work_row
	WHERE org = :org AND turn = :turn AND holder = :holder AND area = :area AND law = :law AND due_day >= :due_from AND due_day <= :due_to LIMIT :cap) c;

-- name: work_count_lane_own :one
-- in: org int, turn int, holder int, law int, due_from int, due_to int, cap int
-- out: n int
SELECT count(*) AS n FROM (SELECT 1 FROM work_row
	WHERE council = org AND area < 1 AND org = :org AND turn = :turn AND holder = :holder AND law = :law AND due_day >= :due_from AND due_day <= :due_to LIMIT :cap) c;

-- name: work_count_of_standard :one
-- in: org int, standard int, turn int, law int, due_from int, due_to int, cap int
-- out: n int
SELECT count(*) AS n FROM (SELECT 1 FROM work_row
	WHERE org = :org AND standard = :standard AND turn = :turn AND law = :law AND due_day >= :due_from AND due_day <= :due_to LIMIT :cap) c;

-- name: work_count_of_council :one
-- in: org int, council int, turn int, law int, due_from int, due_to int, cap int
-- out: n int
SELECT count(*) AS n FROM (SELECT 1 FROM work_row
	WHERE org = :org AND council = :council AND council <> org AND turn = :turn AND law = :law AND due_day >= :due_from AND due_day <= :due_to LIMIT :cap) c;

-- name: work_count_stretch :one
-- in: org int, turn int, holder int, area int, cap int
-- out: n int
SELECT count(*) AS n FROM (SELECT 1 FROM work_row WHERE org = :org AND turn = :turn AND holder = :holder AND area = :area LIMIT :cap) c;

-- name: work_count_standard :one
-- in: org int, standard int, cap int
-- out: n int
SELECT count(*) AS n FROM (SELECT 1 FROM work_row WHERE org = :org AND standard = :standard LIMIT :cap) c;

-- Of another council than the organisation itself.
-- name: work_count_council :one
-- in: org int, council int, cap int
-- out: n int
SELECT count(*) AS n FROM (SELECT 1 FROM work_row WHERE org = :org AND council = :council AND council <> org LIMIT :cap) c;

-- A council's own rows on its own list whose area is not known; whatever the authority, which SQLite must
-- be told to take their index.
-- name: work_count_own :one
-- in: org int, turn int, holder int, cap int
-- out: n int
SELECT count(*) AS n FROM (SELECT 1 FROM work_row WHERE council = org AND area < 1 AND org = :org AND turn = :turn AND holder = :holder AND law >= 0 LIMIT :cap) c;

-- name: coverage_all :many
-- out: council int, evidence text, load int, covers_from int, recorded_ms int
SELECT council, evidence, load, covers_from, recorded_ms FROM coverage ORDER BY council, evidence, recorded_ms, load;

-- Only what says more than the loads before: who loads every week adds nothing.
-- name: coverage_put :exec
-- in: council int, evidence text, load int, covers_from int, recorded_ms int
INSERT INTO coverage (council, evidence, load, covers_from, recorded_ms)
SELECT CAST(:council AS BIGINT), CAST(:evidence AS TEXT), CAST(:load AS BIGINT), CAST(:covers_from AS BIGINT), CAST(:recorded_ms AS BIGINT)
WHERE NOT EXISTS (SELECT 1 FROM coverage c WHERE c.council = :council AND c.evidence = :evidence AND (CAST(:covers_from AS BIGINT) IS NULL OR c.covers_from <= :covers_from))
ON CONFLICT (council, evidence, load) DO UPDATE SET covers_from = excluded.covers_from;

-- Has coverage changed since? Asked before every write, so it must look at no more than two
-- rows. The rows of a load are written together, with its number in the setting.
-- name: coverage_stamp :one
-- out: told text, newest int
SELECT coalesce((SELECT value FROM setting WHERE name = 'coverage'), '') AS told, (SELECT coalesce(max(load), 0) FROM coverage) AS newest;
