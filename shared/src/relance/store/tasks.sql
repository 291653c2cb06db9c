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

-- name: waiting
-- Since when the oldest open task waits, and how many wait since before that instant.
SELECT min(created_at) AS oldest, count(*) FILTER (WHERE created_at <= $1) AS overdue
FROM human_task
WHERE closed_at IS NULL;

-- name: close_settled
-- Nobody has to look any more: a person ended what the answer held, or what was claimed is settled.
UPDATE human_task t
SET closed_at = $1
WHERE t.closed_at IS NULL
  AND (t.kind = 'reply' AND EXISTS (
           SELECT FROM hold h WHERE h.inbound_id = t.inbound_id AND h.lifted_by NOT IN ('expiry', 'inbox'))
       OR t.kind = 'claim_unconfirmed' AND EXISTS (
           SELECT FROM receivable r
           WHERE r.id = t.receivable_id AND r.status NOT IN ('pending', 'reminded', 'late', 'claimed')));
