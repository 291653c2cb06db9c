-- name: withdraw
-- The steps of a message that was cancelled are free again; those it carries this time are linked anew.
UPDATE reminder
SET job_id = NULL, skipped = 'withdrawn'
WHERE job_id = $1;

-- name: record
-- One step of one item, carried by a job or skipped. Only a step that is free (withdrawn, or of a cancelled job) is taken again.
INSERT INTO reminder (id, ledger_id, receivable_id, step, cycle, due_at, job_id, skipped, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (receivable_id, step, cycle) DO UPDATE
SET job_id = EXCLUDED.job_id, skipped = EXCLUDED.skipped, due_at = EXCLUDED.due_at
WHERE reminder.skipped = 'withdrawn'
   OR EXISTS (SELECT FROM send_job j WHERE j.id = reminder.job_id AND j.state = 'cancelled' AND j.reason IS DISTINCT FROM 'operator')
RETURNING id;

-- name: items_of
-- The rows a job speaks of, with the step of each.
SELECT receivable_id, step
FROM reminder
WHERE job_id = $1
ORDER BY receivable_id
LIMIT 1000;
