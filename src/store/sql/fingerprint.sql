-- Everything that is stored of some children, in order of id, to be compared with their
-- fingerprints (work/core/fingerprint.h).

-- name: fingerprint_persons :many
-- in: from int, to int
-- out: person int, council int, ref text, nhs_number text, upn text, given text, family text, born int, sex text, closed int, next_change int, clocked_on int, rules text, joined_to int, fingerprint int, home int, inside blob
SELECT id AS person, council, ref, nhs_number, upn, given, family, born, sex, closed, next_change, clocked_on, rules, joined_to, fingerprint, home, inside
FROM person WHERE id >= :from AND id <= :to ORDER BY id;

-- event_mark of each.
-- name: fingerprint_events :many
-- in: from int, to int
-- out: person int, n int, sum int
SELECT person, count(*) AS n, coalesce(CAST(sum(id % 1000000007 + 3 * (recorded_ms % 998244353) + coalesce(at, 0)) AS BIGINT), 0) AS sum
FROM event WHERE person >= :from AND person <= :to GROUP BY person ORDER BY person;

-- name: fingerprint_histories :many
-- in: from int, to int
-- out: person int, body blob
SELECT person, body FROM compact WHERE person >= :from AND person <= :to ORDER BY person;

-- name: fingerprint_clocks :many
-- in: from int, to int
-- out: person int, body blob, given text, family text, born int, inside blob
SELECT person, body, given, family, born, inside FROM open_clocks WHERE person >= :from AND person <= :to ORDER BY person;

-- name: fingerprint_circle :many
-- in: from int, to int
-- out: person int, org int, reason text, from_day int, to_day int
SELECT person, org, reason, from_day, to_day FROM circle WHERE person >= :from AND person <= :to ORDER BY person;

-- name: fingerprint_work :many
-- in: from int, to int
-- out: person int, org int, standard int, opened int, ordinal int, turn int, law int, due_day int, holder int, council int, area int, home int
SELECT person, org, standard, opened, ordinal, turn, law, due_day, holder, council, area, home
FROM work_row WHERE person >= :from AND person <= :to ORDER BY person;

-- name: fingerprint_names :many
-- in: from int, to int
-- out: person int, org int, word text
SELECT person, org, word FROM search_name WHERE person >= :from AND person <= :to ORDER BY person;

-- name: fingerprint_workers :many
-- in: from int, to int
-- out: person int, account int
SELECT person, account FROM named_worker WHERE person >= :from AND person <= :to ORDER BY person;

-- Of a child whose rows are as they should be: nothing of it changes, so neither does its
-- version. Nobody has written it since it was looked at, or nothing happens.
-- name: fingerprint_put :exec
-- in: id int, version int, clocked_on int, fingerprint int
UPDATE person SET clocked_on = :clocked_on, fingerprint = :fingerprint WHERE id = :id AND version = :version;
