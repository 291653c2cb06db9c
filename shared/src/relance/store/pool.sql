-- name: probe
-- Asks nothing; an answer shows that the server is there.
SELECT 1;
