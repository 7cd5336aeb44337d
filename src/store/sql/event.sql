-- Events of a person: append and read, never change.

-- name: event_insert :exec
-- in: person int, id int, kind text, at int, minute int, precise int, recorded_ms int, written_ms int, replaces int, voids int, org int, author int, source int, source_row int, value int, end_day int, code text, code2 text, ref text, natural_key text, body text, why text
INSERT INTO event (person, id, kind, at, minute, precise, recorded_ms, written_ms, replaces, voids, org, author, source, source_row, value, end_day, code, code2, ref, natural_key, body, why)
VALUES (:person, :id, :kind, :at, :minute, :precise, :recorded_ms, :written_ms, :replaces, :voids, :org, :author, :source, :source_row, :value, :end_day, :code, :code2, :ref, :natural_key, :body, :why);

-- name: event_of_person :many
-- in: person int
-- out: id int, kind text, at int, minute int, precise int, recorded_ms int, written_ms int, replaces int, voids int, org int, author int, source int, source_row int, value int, end_day int, code text, code2 text, ref text, natural_key text, body text, why text
SELECT id, kind, at, minute, precise, recorded_ms, written_ms, replaces, voids, org, author, source, source_row, value, end_day, code, code2, ref, natural_key, body, why
FROM event WHERE person = :person ORDER BY id;

-- The same, but only what rules see of it, and the details of a person.
-- name: event_for_rules :many
-- in: person int
-- out: id int, kind text, at int, minute int, precise int, recorded_ms int, replaces int, voids int, org int, value int, end_day int, code text, code2 text, ref text, body text
SELECT id, kind, at, minute, precise, recorded_ms, replaces, voids, org, value, end_day, code, code2, ref, body
FROM event WHERE person = :person ORDER BY id;

-- A mark of a person's events: how many, and a sum that moves with when any of them was
-- recorded, its id or its day. It finds what is missing or too much, not every change within.
-- name: event_mark :one
-- in: person int
-- out: n int, sum int
SELECT count(*) AS n, coalesce(CAST(sum(id % 1000000007 + 3 * (recorded_ms % 998244353) + coalesce(at, 0)) AS BIGINT), 0) AS sum
FROM event WHERE person = :person;

-- name: event_body :one
-- in: person int, id int
-- out: body text
SELECT body FROM event WHERE person = :person AND id = :id;

-- Is there an entry of this kind, and with this code ('': any)? Asked only when a
-- kind or a code is about to go: it reads the table through.
-- name: event_uses :one
-- in: kind text, code text
-- out: yes int
SELECT 1 AS yes FROM event WHERE kind = :kind AND (:code = '' OR code = :code OR code2 = :code) LIMIT 1;

-- Whole histories, in order of person, for rebuilding and reports.
-- name: event_range :many
-- in: from_person int, to_person int
-- out: person int, council int, council_ref text, id int, kind text, at int, minute int, precise int, recorded_ms int, written_ms int, replaces int, voids int, org int, author int, source int, source_row int, value int, end_day int, code text, code2 text, ref text, natural_key text, body text, why text
SELECT p.id, p.council, p.ref, v.id, v.kind, v.at, v.minute, v.precise, v.recorded_ms, v.written_ms, v.replaces, v.voids, v.org, v.author, v.source, v.source_row, v.value, v.end_day, v.code, v.code2, v.ref, v.natural_key, v.body, v.why
FROM person p JOIN event v ON v.person = p.id WHERE p.id >= :from_person AND p.id <= :to_person ORDER BY p.id, v.id;
