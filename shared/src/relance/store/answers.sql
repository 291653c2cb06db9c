-- name: ask
-- The one answer wanted for a message; the first wish stays.
INSERT INTO answer_request (inbound_id, customer_id, receivable_id, template, job_id, asked_at)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (inbound_id) DO NOTHING
RETURNING true;

-- name: unplanned
-- Answers wanted since then that are no message yet: their event was lost, or is still on its way.
SELECT a.inbound_id, a.customer_id, a.receivable_id, a.template
FROM answer_request a
WHERE a.asked_at > $1
  AND a.template = ANY($2::text[])
  AND NOT EXISTS (SELECT FROM send_job j WHERE j.id = a.job_id)
ORDER BY a.asked_at, a.inbound_id
LIMIT 100;
