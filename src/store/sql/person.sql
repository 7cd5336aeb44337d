-- The child's own row, its names to search by, and its circle.

-- name: person_get :one
-- in: id int
-- out: id int, version int, council int, ref text, nhs_number text, upn text, given text, family text, born int, sex text, next_change int, clocked_on int, rules text, joined_to int, closed int, fingerprint int, home int, inside blob
SELECT id, version, council, ref, nhs_number, upn, given, family, born, sex, next_change, clocked_on, rules, joined_to, closed, fingerprint, home, inside FROM person WHERE id = :id;

-- The record that this one's events are read with: itself, or what it was joined to.
-- name: person_main :one
-- in: id int
-- out: main int
SELECT coalesce(joined_to, id) AS main FROM person WHERE id = :id;

-- Whose child it is today: of the record that this one is read with.
-- name: person_home :one
-- in: id int
-- out: home int
SELECT m.home FROM person p JOIN person m ON m.id = coalesce(p.joined_to, p.id) WHERE p.id = :id;

-- The same of several, whose ids stand one after another, 20 wide; i: which of them.
-- name: person_home_each :many
-- in: persons text, n int
-- out: i int, home int
WITH RECURSIVE v (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM v WHERE i + 1 < :n),
	t (i, person) AS (SELECT i, CAST(substr(:persons, i * 20 + 1, 20) AS BIGINT) FROM v)
SELECT t.i, m.home FROM t CROSS JOIN person p CROSS JOIN person m WHERE p.id = t.person AND m.id = coalesce(p.joined_to, p.id);

-- Has an adoption closed the record that this one is read with?
-- name: person_closed :one
-- in: id int
-- out: closed int
SELECT m.closed FROM person p JOIN person m ON m.id = coalesce(p.joined_to, p.id) WHERE p.id = :id;

-- Every write begins here: the row is locked and its version moves on.
-- name: person_lock :one
-- in: id int
-- out: version int
UPDATE person SET version = version + 1 WHERE id = :id RETURNING version;

-- name: person_by_ref :one
-- in: council int, ref text
-- out: id int
SELECT id FROM person WHERE council = :council AND ref = :ref;

-- Who has that number but for small and capital letters (0026).
-- name: person_by_ref_alike :one
-- in: council int, ref text
-- out: id int, ref text
SELECT id, ref FROM person WHERE upper(ref) = upper(:ref) AND council = :council ORDER BY ref LIMIT 1;

-- Those of a council with this NHS number: one, unless something is wrong.
-- name: person_by_nhs :many
-- in: council int, nhs_number text, limit int
-- out: id int
SELECT id FROM person WHERE nhs_number = :nhs_number AND council = :council ORDER BY id LIMIT :limit;

-- name: person_insert :exec
-- in: id int, council int, ref text, nhs_number text, upn text, given text, family text, born int, sex text, next_change int, clocked_on int, rules text, closed int, fingerprint int, home int, inside blob
INSERT INTO person (id, version, council, ref, nhs_number, upn, given, family, born, sex, next_change, clocked_on, rules, closed, fingerprint, home, inside)
VALUES (:id, 1, :council, :ref, :nhs_number, :upn, :given, :family, :born, :sex, :next_change, :clocked_on, :rules, :closed, :fingerprint, :home, :inside);

-- name: person_details :exec
-- in: id int, nhs_number text, upn text, given text, family text, born int, sex text, joined_to int, closed int, home int, inside blob
UPDATE person SET nhs_number = :nhs_number, upn = :upn, given = :given, family = :family, born = :born, sex = :sex, joined_to = :joined_to, closed = :closed, home = :home, inside = :inside
WHERE id = :id;

-- name: person_ruled :exec
-- in: id int, next_change int, clocked_on int, rules text, fingerprint int
UPDATE person SET next_change = :next_change, clocked_on = :clocked_on, rules = :rules, fingerprint = :fingerprint WHERE id = :id;

-- name: person_waits :exec
-- in: id int, next_change int, clocked_on int, fingerprint int
UPDATE person SET next_change = :next_change, clocked_on = :clocked_on, fingerprint = :fingerprint WHERE id = :id;

-- name: person_clocked :exec
-- in: id int, clocked_on int, fingerprint int
UPDATE person SET clocked_on = :clocked_on, fingerprint = :fingerprint WHERE id = :id;

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

-- name: person_other_rules_any :one
-- in: council int, rules text
-- out: id int
SELECT id FROM person WHERE council = :council AND (rules < :rules OR rules > :rules) LIMIT 1;

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

-- name: search_name_insert :exec
-- in: org int, word text, person int
INSERT INTO search_name (org, word, person) VALUES (:org, :word, :person);

-- name: search_name_of_person :many
-- in: person int
-- out: org int, word text
SELECT org, word FROM search_name WHERE person = :person ORDER BY org, word;

-- name: search_name_delete :exec
-- in: person int
DELETE FROM search_name WHERE person = :person;

-- One organisation's children by the beginning of a key (work/core/names.h).
-- name: search_name :many
-- in: org int, word text, word_end text, limit int
-- out: id int
SELECT person AS id FROM search_name WHERE org = :org AND word >= :word AND word < :word_end ORDER BY word, person LIMIT :limit;

-- name: search_name_count :one
-- in: org int, word text, word_end text, cap int
-- out: n int
SELECT count(*) AS n FROM (SELECT person FROM search_name WHERE org = :org AND word >= :word AND word < :word_end LIMIT :cap) c;

-- Of the first rows of one beginning, the children whose names have the others too; ''
-- for a word that was not given. All of them are asked: for a word of few names.
-- name: search_name_with :many
-- in: org int, word text, word_end text, scan int, second text, second_end text, third text, third_end text, limit int
-- out: id int
SELECT w.person AS id
FROM (SELECT word, person FROM search_name WHERE org = :org AND word >= :word AND word < :word_end ORDER BY word, person LIMIT :scan) w
WHERE EXISTS (SELECT 1 FROM search_name x WHERE x.person = w.person AND x.org = :org AND x.word >= :second AND x.word < :second_end)
	AND (:third = '' OR EXISTS (SELECT 1 FROM search_name y WHERE y.person = w.person AND y.org = :org AND y.word >= :third AND y.word < :third_end))
LIMIT :limit;

-- Children of whom a name has a key that begins with one word and goes on with a second. Steps from key to key:
-- from the first of a word of names to where its rest would begin with the second, from one key that fits to the
-- next different one, and behind them to the next word. So what is read depends on how many different names
-- there are (at most `steps`), not on how many children bear them. Of the first `scan` of these, who has the third
-- word too ('' if there is none).
-- name: search_name_led :many
-- in: org int, word text, word_end text, steps int, second text, second_end text, scan int, third text, third_end text, limit int
-- out: id int
WITH RECURSIVE k (n, name) AS (
	SELECT 1, (SELECT min(s.word) FROM search_name s WHERE s.org = :org AND s.word >= :word AND s.word < :word_end)
	UNION ALL
	SELECT n + 1, (SELECT min(s.word) FROM search_name s WHERE s.org = :org AND s.word < :word_end AND s.word >= CASE
			WHEN name < substr(name, 1, length(name) - length(ltrim(name, replace(name, ' ', '')))) || ' ' || :second THEN substr(name, 1, length(name) - length(ltrim(name, replace(name, ' ', '')))) || ' ' || :second
			WHEN name < substr(name, 1, length(name) - length(ltrim(name, replace(name, ' ', '')))) || ' ' || :second_end THEN name || ' '
			ELSE substr(name, 1, length(name) - length(ltrim(name, replace(name, ' ', '')))) || '!' END)
	FROM k WHERE name IS NOT NULL AND n < :steps
)
SELECT l.id FROM (
	SELECT s.person AS id FROM k CROSS JOIN search_name s
	WHERE k.name >= substr(name, 1, length(name) - length(ltrim(name, replace(name, ' ', '')))) || ' ' || :second AND k.name < substr(name, 1, length(name) - length(ltrim(name, replace(name, ' ', '')))) || ' ' || :second_end
		AND s.org = :org AND s.word = k.name LIMIT :scan) l
WHERE :third = '' OR 1 = (SELECT 1 FROM search_name y WHERE y.person = l.id AND y.org = :org AND y.word >= :third AND y.word < :third_end LIMIT 1)
LIMIT :limit;

-- The next organisation that names are kept for.
-- name: search_name_org :one
-- in: after int
-- out: org int
SELECT org FROM search_name WHERE org > :after ORDER BY org LIMIT 1;

-- Of some words, each 24 letters wide: the first name that does not come before the word, '' if there
-- is none. Each is one step into the index.
-- name: search_name_from :many
-- in: org int, words text, n int
-- out: i int, name text
WITH RECURSIVE v (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM v WHERE i + 1 < :n)
SELECT i, coalesce((SELECT min(s.word) FROM search_name s WHERE s.org = :org AND s.word >= trim(substr(:words, i * 24 + 1, 24))), '') AS name FROM v;

-- What a search shows of several, whose ids stand one after another, 20 wide.
-- name: search_shown :many
-- in: persons text, n int
-- out: id int, council int, ref text, nhs_number text, given text, family text, born int
WITH RECURSIVE v (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM v WHERE i + 1 < :n),
	t (i, person) AS (SELECT i, CAST(substr(:persons, i * 20 + 1, 20) AS BIGINT) FROM v)
SELECT p.id, p.council, p.ref, p.nhs_number, p.given, p.family, p.born FROM t CROSS JOIN person p WHERE p.id = t.person;

-- name: search_nhs :many
-- in: nhs_number text, limit int
-- out: id int
SELECT id FROM person WHERE nhs_number = :nhs_number ORDER BY id LIMIT :limit;

-- name: search_ref :many
-- in: ref text, exact int, council int, limit int
-- out: id int
SELECT id FROM person WHERE upper(ref) = upper(:ref) AND (:exact = 0 OR ref = :ref) AND (:council < 0 OR council = :council) ORDER BY id LIMIT :limit;

-- name: circle_of_person :many
-- in: person int
-- out: org int, reason text, from_day int, to_day int
SELECT org, reason, from_day, to_day FROM circle WHERE person = :person ORDER BY org, reason, from_day;

-- Nobody is in a circle through an agreement that has ended or not begun.
-- name: circle_holds :one
-- in: org int, person int, day int
-- out: yes int
SELECT 1 AS yes FROM circle
WHERE org = :org AND person = (SELECT coalesce(joined_to, id) FROM person WHERE id = :person) AND from_day <= :day AND to_day >= :day
	AND (NOT EXISTS (SELECT 1 FROM agreement g WHERE g.org = :org AND g.newest = 1)
		OR EXISTS (SELECT 1 FROM agreement g WHERE g.org = :org AND g.newest = 1 AND g.from_day <= :day AND g.to_day >= :day))
LIMIT 1;

-- Of several, whose ids stand one after another, 20 wide, who is in the circle (work/core/inside.h); i: which of
-- them. No row of one that is joined to another, and none at all where the agreements of `org` open none, as above.
-- name: circle_inside_each :many
-- in: persons text, n int, org int, day int
-- out: i int, inside blob
WITH RECURSIVE v (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM v WHERE i + 1 < :n),
	t (i, person) AS (SELECT i, CAST(substr(:persons, i * 20 + 1, 20) AS BIGINT) FROM v)
SELECT t.i, p.inside FROM t CROSS JOIN person p
WHERE p.id = t.person AND p.joined_to IS NULL AND p.inside IS NOT NULL
	AND (NOT EXISTS (SELECT 1 FROM agreement g WHERE g.org = :org AND g.newest = 1)
		OR EXISTS (SELECT 1 FROM agreement g WHERE g.org = :org AND g.newest = 1 AND g.from_day <= :day AND g.to_day >= :day));

-- name: circle_insert :exec
-- in: person int, org int, reason text, from_day int, to_day int
INSERT INTO circle (person, org, reason, from_day, to_day) VALUES (:person, :org, :reason, :from_day, :to_day);

-- name: circle_delete :exec
-- in: person int
DELETE FROM circle WHERE person = :person;

-- Children whose named worker an account is (work/core/workers.h).
-- name: named_worker_insert :exec
-- in: account int, person int
INSERT INTO named_worker (account, person) VALUES (:account, :person);

-- name: named_worker_of_person :many
-- in: person int
-- out: account int
SELECT account FROM named_worker WHERE person = :person ORDER BY account;

-- name: named_worker_delete :exec
-- in: person int
DELETE FROM named_worker WHERE person = :person;

-- Of these, how many are in the circle of an organisation today.
-- name: named_worker_count :one
-- in: account int, org int, day int, cap int
-- out: n int
SELECT count(*) AS n FROM (
	SELECT 1 FROM named_worker k WHERE k.account = :account
		AND 1 = (SELECT 1 FROM circle c WHERE c.org = :org AND c.person = k.person AND c.from_day <= :day AND c.to_day >= :day LIMIT 1)
	LIMIT :cap) n;

-- name: circle_count :one
-- in: org int, day int, cap int
-- out: n int
SELECT count(*) AS n FROM (SELECT DISTINCT person FROM circle WHERE org = :org AND from_day <= :day AND to_day >= :day LIMIT :cap) c;

-- Of an organisation that is told only of the children of some councils (ids one after another, 20 wide) who they
-- are: how many, and of whom `worker` is the named worker (0: all).
-- name: circle_count_of :one
-- in: org int, day int, worker int, homes text, n_homes int, cap int
-- out: n int
WITH RECURSIVE nth (i) AS (SELECT 0 WHERE :n_homes > 0 UNION ALL SELECT i + 1 FROM nth WHERE i + 1 < :n_homes)
SELECT count(*) AS n FROM (SELECT DISTINCT c.person FROM circle c JOIN person p ON p.id = c.person
	WHERE c.org = :org AND c.from_day <= :day AND c.to_day >= :day
		AND p.home IN (SELECT CAST(substr(:homes, i * 20 + 1, 20) AS BIGINT) FROM nth)
		AND (:worker = 0 OR EXISTS (SELECT 1 FROM named_worker k WHERE k.account = :worker AND k.person = c.person))
	LIMIT :cap) c;

-- name: circle_persons :many
-- in: org int, day int, after int, limit int
-- out: person int
SELECT DISTINCT person FROM circle WHERE org = :org AND person > :after AND from_day <= :day AND to_day >= :day ORDER BY person LIMIT :limit;

-- Records joined to others: whoever sees the one child sees what was known of each.
-- name: circle_parts :many
-- in: org int, day int, after int, limit int
-- out: person int
SELECT DISTINCT p.id AS person FROM person p JOIN circle c ON c.person = p.joined_to
WHERE p.joined_to IS NOT NULL AND p.id > :after AND c.org = :org AND c.from_day <= :day AND c.to_day >= :day ORDER BY person LIMIT :limit;

-- name: search_upn :many
-- in: upn text, limit int
-- out: id int
SELECT id FROM person WHERE upn = :upn ORDER BY id LIMIT :limit;

-- name: search_born_of :many
-- in: org int, born int, day int, limit int
-- out: id int
SELECT p.id FROM person p
WHERE p.born = :born AND EXISTS (
	SELECT 1 FROM circle c WHERE c.org = :org AND c.person = coalesce(p.joined_to, p.id) AND c.from_day <= :day AND c.to_day >= :day)
ORDER BY p.id LIMIT :limit;

-- name: search_born :many
-- in: born int, limit int
-- out: id int
SELECT id FROM person WHERE born = :born ORDER BY id LIMIT :limit;

-- Pairs of records that may be one child, for somebody to decide.
-- name: pair_nhs :many
-- in: after int, limit int
-- out: one int, other int
SELECT a.id AS one, b.id AS other FROM person a JOIN person b ON b.nhs_number = a.nhs_number AND b.id > a.id
WHERE a.nhs_number IS NOT NULL AND a.joined_to IS NULL AND b.joined_to IS NULL AND a.id > :after ORDER BY a.id, b.id LIMIT :limit;

-- name: pair_upn :many
-- in: after int, limit int
-- out: one int, other int
SELECT a.id AS one, b.id AS other FROM person a JOIN person b ON b.upn = a.upn AND b.id > a.id
WHERE a.upn IS NOT NULL AND a.joined_to IS NULL AND b.joined_to IS NULL AND a.id > :after ORDER BY a.id, b.id LIMIT :limit;

-- name: pair_name :many
-- in: after int, limit int
-- out: one int, other int
SELECT a.id AS one, b.id AS other FROM person a JOIN person b ON b.born = a.born AND b.id > a.id
WHERE a.joined_to IS NULL AND b.joined_to IS NULL AND a.id > :after AND a.family > ''
	AND ((a.given = b.given AND a.family = b.family) OR (a.given = b.family AND a.family = b.given))
ORDER BY a.id, b.id LIMIT :limit;

-- Records that were joined to this one.
-- name: person_parts :many
-- in: main int
-- out: id int
SELECT id FROM person WHERE joined_to = :main ORDER BY id;

-- name: person_joined_all :many
-- in: after int, limit int
-- out: id int, main int
SELECT id, joined_to AS main FROM person WHERE joined_to IS NOT NULL AND id > :after ORDER BY id LIMIT :limit;
