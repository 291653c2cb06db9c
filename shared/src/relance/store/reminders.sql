-- name: withdraw
-- The steps of messages that were cancelled are free again; those they carry this time are linked anew.
UPDATE reminder
SET job_id = NULL, skipped = 'withdrawn'
WHERE job_id = ANY($1::uuid[]);

-- name: record
-- Steps of items, each carried by a job or skipped. Only a step that is free (withdrawn, or of a cancelled job) is taken again.
INSERT INTO reminder (id, ledger_id, receivable_id, step, cycle, due_at, job_id, skipped, sequence_version, created_at)
SELECT id, ledger_id, receivable_id, step, cycle, due_at, job_id, skipped, sequence_version, $10
FROM unnest($1::uuid[], $2::smallint[], $3::bigint[], $4::text[], $5::smallint[], $6::timestamptz[], $7::uuid[], $8::text[],
            $9::integer[])
     AS asked (id, ledger_id, receivable_id, step, cycle, due_at, job_id, skipped, sequence_version)
ON CONFLICT (receivable_id, step, cycle) DO UPDATE
SET job_id = EXCLUDED.job_id, skipped = EXCLUDED.skipped, due_at = EXCLUDED.due_at,
    sequence_version = EXCLUDED.sequence_version
WHERE reminder.skipped = 'withdrawn'
   OR EXISTS (SELECT FROM send_job j WHERE j.id = reminder.job_id AND j.state = 'cancelled' AND j.reason IS DISTINCT FROM 'operator')
RETURNING receivable_id, step, cycle;

-- name: items_of
-- The rows that jobs speak of, with the step of each.
SELECT job_id, receivable_id, step, cycle
FROM reminder
WHERE job_id = ANY($1::uuid[])
ORDER BY job_id, receivable_id
LIMIT 10000;
