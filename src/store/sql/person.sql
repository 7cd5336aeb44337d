-- The child's own row, its names to search by, and its circle.

-- name: person_get :one
-- in: id int
-- out: id int, version int, council int, ref text, nhs_number text, given text, family text, born int, sex text, next_change int, clocked_on int, rules text
SELECT id, version, council, ref, nhs_number, given, family, born, sex, next_change, clocked_on, rules FROM person WHERE id = :id;

-- Every write begins here: the row is locked and its version moves on.
-- name: person_lock :one
-- in: id int
-- out: version int
UPDATE person SET version = version + 1 WHERE id = :id RETURNING version;

-- name: person_by_ref :one
-- in: council int, ref text
-- out: id int
SELECT id FROM person WHERE council = :council AND ref = :ref;

-- name: person_insert :exec
-- in: id int, council int, ref text, nhs_number text, given text, family text, born int, sex text, next_change int, clocked_on int, rules text
INSERT INTO person (id, version, council, ref, nhs_number, given, family, born, sex, next_change, clocked_on, rules)
VALUES (:id, 1, :council, :ref, :nhs_number, :given, :family, :born, :sex, :next_change, :clocked_on, :rules);

-- name: person_details :exec
-- in: id int, nhs_number text, given text, family text, born int, sex text
UPDATE person SET nhs_number = :nhs_number, given = :given, family = :family, born = :born, sex = :sex WHERE id = :id;

-- name: person_ruled :exec
-- in: id int, next_change int, clocked_on int, rules text
UPDATE person SET next_change = :next_change, clocked_on = :clocked_on, rules = :rules WHERE id = :id;

-- name: person_waits :exec
-- in: id int, next_change int, clocked_on int
UPDATE person SET next_change = :next_change, clocked_on = :clocked_on WHERE id = :id;

-- name: person_clocked :exec
-- in: id int, clocked_on int
UPDATE person SET clocked_on = :clocked_on WHERE id = :id;

-- name: person_ids :many
-- in: after int, limit int
-- out: id int, council int
SELECT id, council FROM person WHERE id > :after ORDER BY id LIMIT :limit;

-- name: person_refs_of_council :many
-- in: council int, after text, limit int
-- out: id int, ref text
SELECT id, ref FROM person WHERE council = :council AND ref > :after ORDER BY ref LIMIT :limit;

-- name: person_to_wake :many
-- in: today int, after int, limit int
-- out: id int
SELECT id FROM person WHERE next_change <= :today AND next_change < 2147483647 AND id > :after ORDER BY id LIMIT :limit;

-- name: person_wake_any :one
-- in: today int
-- out: id int
SELECT id FROM person WHERE next_change <= :today AND next_change < 2147483647 LIMIT 1;

-- Children whose clocks were made by other rules, holidays or coverage.
-- name: person_other_rules :many
-- in: council int, rules text, limit int
-- out: id int
SELECT id FROM person WHERE council = :council AND (rules < :rules OR rules > :rules) LIMIT :limit;

-- name: person_other_rules_count :one
-- in: council int, rules text
-- out: n int
SELECT count(*) AS n FROM person WHERE council = :council AND (rules < :rules OR rules > :rules);

-- name: person_councils :many
-- out: council int
SELECT DISTINCT council FROM person ORDER BY council;

-- name: person_count :one
-- out: n int
SELECT count(*) AS n FROM person;

-- name: person_word_insert :exec
-- in: word text, person int
INSERT INTO person_word (word, person) VALUES (:word, :person) ON CONFLICT (word, person) DO NOTHING;

-- name: person_word_of_person :many
-- in: person int
-- out: word text
SELECT word FROM person_word WHERE person = :person ORDER BY word;

-- name: person_word_delete :exec
-- in: person int
DELETE FROM person_word WHERE person = :person;

-- Children of one organisation's circle by the beginnings of up to three words of
-- the name; '' for a word that was not given.
-- name: search_word :many
-- in: org int, day int, word text, word_end text, second text, second_end text, third text, third_end text, limit int
-- out: id int
SELECT DISTINCT w.person AS id FROM person_word w
WHERE w.word >= :word AND w.word < :word_end
	AND (:second = '' OR EXISTS (SELECT 1 FROM person_word x WHERE x.person = w.person AND x.word >= :second AND x.word < :second_end))
	AND (:third = '' OR EXISTS (SELECT 1 FROM person_word y WHERE y.person = w.person AND y.word >= :third AND y.word < :third_end))
	AND EXISTS (SELECT 1 FROM circle c WHERE c.org = :org AND c.person = w.person AND c.from_day <= :day AND c.to_day >= :day)
ORDER BY id LIMIT :limit;

-- name: search_word_all :many
-- in: word text, word_end text, second text, second_end text, third text, third_end text, limit int
-- out: id int
SELECT DISTINCT w.person AS id FROM person_word w
WHERE w.word >= :word AND w.word < :word_end
	AND (:second = '' OR EXISTS (SELECT 1 FROM person_word x WHERE x.person = w.person AND x.word >= :second AND x.word < :second_end))
	AND (:third = '' OR EXISTS (SELECT 1 FROM person_word y WHERE y.person = w.person AND y.word >= :third AND y.word < :third_end))
ORDER BY id LIMIT :limit;

-- name: search_nhs :many
-- in: nhs_number text, limit int
-- out: id int
SELECT id FROM person WHERE nhs_number = :nhs_number ORDER BY id LIMIT :limit;

-- name: search_ref :many
-- in: ref text, council int, limit int
-- out: id int
SELECT id FROM person WHERE council = :council AND ref = :ref ORDER BY id LIMIT :limit;

-- name: circle_of_person :many
-- in: person int
-- out: org int, reason text, from_day int, to_day int
SELECT org, reason, from_day, to_day FROM circle WHERE person = :person ORDER BY org, reason, from_day;

-- name: circle_holds :one
-- in: org int, person int, day int
-- out: yes int
SELECT 1 AS yes FROM circle WHERE org = :org AND person = :person AND from_day <= :day AND to_day >= :day LIMIT 1;

-- name: circle_insert :exec
-- in: person int, org int, reason text, from_day int, to_day int
INSERT INTO circle (person, org, reason, from_day, to_day) VALUES (:person, :org, :reason, :from_day, :to_day);

-- name: circle_delete :exec
-- in: person int
DELETE FROM circle WHERE person = :person;

-- name: circle_count :one
-- in: org int, day int, cap int
-- out: n int
SELECT count(*) AS n FROM (SELECT DISTINCT person FROM circle WHERE org = :org AND from_day <= :day AND to_day >= :day LIMIT :cap) c;

-- name: circle_persons :many
-- in: org int, day int, after int, limit int
-- out: person int
SELECT DISTINCT person FROM circle WHERE org = :org AND person > :after AND from_day <= :day AND to_day >= :day ORDER BY person LIMIT :limit;
