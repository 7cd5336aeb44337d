-- What sqlc must leave alone, and what it must turn into C. ; :nobody

-- name: note_put :exec
-- in: id int, short text
-- in: body blob
-- the parameters stand in another order than they are listed in; :id in a remark is none
INSERT INTO note (body, id, short, kind, said) /* :comment; */
VALUES (:body, :id, :short, 'it''s :quoted; "$1"', CAST(:id AS TEXT) || ':' || "a:column");

-- name: note_count :one
-- out: n int
SELECT count(*)::bigint AS n FROM note WHERE said LIKE '%\?';

-- name: note_get :one
-- in: id int
-- out: short text, body blob, n int
SELECT short, body, 1 FROM note WHERE id=:id AND (:id)>0;

-- name: note_all :many
-- out: id int
SELECT id FROM note -- the last; :line
ORDER BY id;

-- name: note_sweep :exec
DELETE FROM note;
