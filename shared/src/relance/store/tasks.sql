-- name: open
-- One thing for a person to look at; told once per subject.
INSERT INTO human_task (kind, subject, customer_id, receivable_id, inbound_id, created_at)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (kind, subject) DO NOTHING
RETURNING id;

-- name: reopen
-- The same trouble came back after somebody had closed it.
UPDATE human_task
SET closed_at = NULL, created_at = $3
WHERE kind = $1 AND subject = $2 AND closed_at IS NOT NULL
RETURNING id;

-- name: close
-- The trouble is over.
UPDATE human_task
SET closed_at = $3
WHERE kind = $1 AND subject = $2 AND closed_at IS NULL;

-- name: oldest
-- Since when the oldest open task waits.
SELECT min(created_at)
FROM human_task
WHERE closed_at IS NULL;
