-- name: in_force
-- The emergency stop of everything, if somebody pulled it.
SELECT stopped_at, stopped_by, reason
FROM sending_stop
WHERE ended_at IS NULL
LIMIT 1;

-- name: stop
-- One is enough: pulling it again changes nothing.
INSERT INTO sending_stop (stopped_at, stopped_by, reason)
VALUES ($1, $2, $3)
ON CONFLICT ((ended_at IS NULL)) WHERE ended_at IS NULL DO NOTHING
RETURNING id;

-- name: end
-- Messages may leave again.
UPDATE sending_stop
SET ended_at = $1, ended_by = $2
WHERE ended_at IS NULL
RETURNING id;

-- name: waiting
-- Messages that the stop keeps.
SELECT count(*)
FROM send_job
WHERE state IN ('due', 'published');
