-- What whoever keeps an installation asks of it.

-- name: life_newest :one
-- out: at_ms int
SELECT coalesce((SELECT a.at_ms FROM audit a ORDER BY a.id DESC LIMIT 1), 0) AS at_ms;
