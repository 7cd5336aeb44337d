-- Clocks and worklists: caches of what the rules say.

-- name: clock_of_person :many
-- in: person int
-- out: standard text, opened int, ordinal int, edition int, state int, holder int, holder_org int, reason text, start_day int, due_day int, done_day int, holder_since int, holder_due int, next_change int, why text, asks int
SELECT standard, opened, ordinal, edition, state, holder, holder_org, reason, start_day, due_day, done_day, holder_since, holder_due, next_change, why, asks
FROM clock WHERE person = :person ORDER BY standard, opened, ordinal;

-- name: clock_insert :exec
-- in: person int, standard text, opened int, ordinal int, edition int, state int, holder int, holder_org int, reason text, start_day int, due_day int, done_day int, holder_since int, holder_due int, next_change int, why text, asks int
INSERT INTO clock (person, standard, opened, ordinal, edition, state, holder, holder_org, reason, start_day, due_day, done_day, holder_since, holder_due, next_change, why, asks)
VALUES (:person, :standard, :opened, :ordinal, :edition, :state, :holder, :holder_org, :reason, :start_day, :due_day, :done_day, :holder_since, :holder_due, :next_change, :why, :asks);

-- name: clock_delete :exec
-- in: person int
DELETE FROM clock WHERE person = :person;

-- name: work_of_person :many
-- in: person int
-- out: org int, turn int, law int, due_day int, standard text, opened int, ordinal int, holder int, council int, area int
SELECT org, turn, law, due_day, standard, opened, ordinal, holder, council, area
FROM work_row WHERE person = :person ORDER BY org, turn, law, due_day, standard, opened, ordinal;

-- name: work_insert :exec
-- in: org int, turn int, law int, due_day int, person int, standard text, opened int, ordinal int, holder int, council int, area int
INSERT INTO work_row (org, turn, law, due_day, person, standard, opened, ordinal, holder, council, area)
VALUES (:org, :turn, :law, :due_day, :person, :standard, :opened, :ordinal, :holder, :council, :area);

-- name: work_delete :exec
-- in: person int
DELETE FROM work_row WHERE person = :person;

-- One stretch of one organisation's list: a turn, an authority, a range of due
-- days, walked in order from a key on. Filters: 0, -1 or '' mean any. `lead` names
-- the filter whose index is walked (0 none, 1 standard, 2 holder, 3 council,
-- 4 area): the planner cannot know which are given, so that one branch runs and
-- the others end at once. The circle is tested again in the same statement.
-- name: work_page :many
-- in: lead int, org int, turn int, law int, due_from int, due_to int, after_due int, after_person int, after_standard text, after_opened int, standard text, holder int, council int, area int, day int, limit int
-- out: person int, standard text, opened int, ordinal int, due_day int, holder int, council int, area int, given text, family text, born int, edition int, state int, holder_org int, start_day int, why text, asks int
WITH led AS (
	SELECT person, standard, opened, ordinal, due_day, holder, council, area FROM work_row
	WHERE :lead = 0 AND org = :org AND turn = :turn AND law = :law AND due_day >= :due_from AND due_day <= :due_to
	UNION ALL
	SELECT person, standard, opened, ordinal, due_day, holder, council, area FROM work_row
	WHERE :lead = 1 AND org = :org AND standard = :standard AND turn = :turn AND law = :law AND due_day >= :due_from AND due_day <= :due_to
	UNION ALL
	SELECT person, standard, opened, ordinal, due_day, holder, council, area FROM work_row
	WHERE :lead = 2 AND org = :org AND holder = :holder AND turn = :turn AND law = :law AND due_day >= :due_from AND due_day <= :due_to
	UNION ALL
	SELECT person, standard, opened, ordinal, due_day, holder, council, area FROM work_row
	WHERE :lead = 3 AND org = :org AND council = :council AND turn = :turn AND law = :law AND due_day >= :due_from AND due_day <= :due_to
	UNION ALL
	SELECT person, standard, opened, ordinal, due_day, holder, council, area FROM work_row
	WHERE :lead = 4 AND org = :org AND area = :area AND turn = :turn AND law = :law AND due_day >= :due_from AND due_day <= :due_to
), w AS (
	SELECT person, standard, opened, ordinal, due_day, holder, council, area FROM led
	WHERE (due_day, person, standard, opened) > (:after_due, :after_person, :after_standard, :after_opened)
		AND (:standard = '' OR standard = :standard) AND (:holder = 0 OR holder = :holder)
		AND (:council = 0 OR council = :council) AND (:area = -1 OR area = :area)
		AND EXISTS (SELECT 1 FROM circle c WHERE c.org = :org AND c.person = led.person AND c.from_day <= :day AND c.to_day >= :day)
	ORDER BY due_day, person, standard, opened LIMIT :limit
)
SELECT w.person, w.standard, w.opened, w.ordinal, w.due_day, w.holder, w.council, w.area,
	p.given, p.family, p.born, k.edition, k.state, k.holder_org, k.start_day, k.why, k.asks
FROM w
JOIN person p ON p.id = w.person
JOIN clock k ON k.person = w.person AND k.standard = w.standard AND k.opened = w.opened AND k.ordinal = w.ordinal
ORDER BY w.due_day, w.person, w.standard, w.opened;

-- How many such a stretch holds, up to `cap`.
-- name: work_count :one
-- in: lead int, org int, turn int, law int, due_from int, due_to int, standard text, holder int, council int, area int, cap int
-- out: n int
SELECT count(*) AS n FROM (
	SELECT 1 FROM (
		SELECT standard, holder, council, area FROM work_row
		WHERE :lead = 0 AND org = :org AND turn = :turn AND law = :law AND due_day >= :due_from AND due_day <= :due_to
		UNION ALL
		SELECT standard, holder, council, area FROM work_row
		WHERE :lead = 1 AND org = :org AND standard = :standard AND turn = :turn AND law = :law AND due_day >= :due_from AND due_day <= :due_to
		UNION ALL
		SELECT standard, holder, council, area FROM work_row
		WHERE :lead = 2 AND org = :org AND holder = :holder AND turn = :turn AND law = :law AND due_day >= :due_from AND due_day <= :due_to
		UNION ALL
		SELECT standard, holder, council, area FROM work_row
		WHERE :lead = 3 AND org = :org AND council = :council AND turn = :turn AND law = :law AND due_day >= :due_from AND due_day <= :due_to
		UNION ALL
		SELECT standard, holder, council, area FROM work_row
		WHERE :lead = 4 AND org = :org AND area = :area AND turn = :turn AND law = :law AND due_day >= :due_from AND due_day <= :due_to
	) led
	WHERE (:standard = '' OR standard = :standard) AND (:holder = 0 OR holder = :holder)
		AND (:council = 0 OR council = :council) AND (:area = -1 OR area = :area)
	LIMIT :cap
) c;

-- name: work_count_standard :one
-- in: org int, standard text, cap int
-- out: n int
SELECT count(*) AS n FROM (SELECT 1 FROM work_row WHERE org = :org AND standard = :standard LIMIT :cap) c;

-- name: work_count_holder :one
-- in: org int, holder int, cap int
-- out: n int
SELECT count(*) AS n FROM (SELECT 1 FROM work_row WHERE org = :org AND holder = :holder LIMIT :cap) c;

-- name: work_count_council :one
-- in: org int, council int, cap int
-- out: n int
SELECT count(*) AS n FROM (SELECT 1 FROM work_row WHERE org = :org AND council = :council LIMIT :cap) c;

-- name: work_count_area :one
-- in: org int, area int, cap int
-- out: n int
SELECT count(*) AS n FROM (SELECT 1 FROM work_row WHERE org = :org AND area = :area LIMIT :cap) c;

-- name: coverage_all :many
-- out: council int, evidence text, load int, covers_from int, recorded_ms int
SELECT council, evidence, load, covers_from, recorded_ms FROM coverage ORDER BY council, evidence, recorded_ms, load;

-- name: coverage_put :exec
-- in: council int, evidence text, load int, covers_from int, recorded_ms int
INSERT INTO coverage (council, evidence, load, covers_from, recorded_ms)
VALUES (:council, :evidence, :load, :covers_from, :recorded_ms)
ON CONFLICT (council, evidence, load) DO UPDATE SET covers_from = excluded.covers_from;

-- name: coverage_stamp :one
-- out: n int, newest int
SELECT count(*) AS n, coalesce(max(load), 0) AS newest FROM coverage;
