-- name: open
-- Messages that a person has to decide about, oldest first.
SELECT t.id, t.kind, t.created_at, j.id AS job_id, j.state, j.reason, j.template, coalesce(j.body, '') AS body, j.claimed_at,
       c.name AS customer, c.phone, n.alias AS number
FROM human_task t
JOIN send_job j ON t.subject = j.id || '/' || j.attempt
JOIN customer c ON c.id = j.customer_id
JOIN number n ON n.id = j.number_id
WHERE t.kind IN ('send_review', 'send_failed') AND t.closed_at IS NULL
ORDER BY t.created_at, t.id
LIMIT 500;

-- name: close
-- Decided.
UPDATE human_task
SET closed_at = $2
WHERE id = $1 AND closed_at IS NULL;

-- name: sent
-- A person saw it in the chat: it left when it was claimed.
UPDATE send_job
SET state = 'sent', reason = NULL, sent_at = coalesce(claimed_at, $2), evidence = $3, changed_at = clock_timestamp()
WHERE id = $1 AND state = 'review'
RETURNING id;

-- name: again
-- A person saw that it did not leave: as many attempts as at first, checked and written anew. Not when something newer
-- was sent to this person since.
UPDATE send_job j
SET state = 'due', reason = 'person', granted = attempt, due_at = $2, not_before = NULL, openings = 0,
    changed_at = clock_timestamp()
WHERE j.id = $1 AND j.state = 'review'
  AND NOT EXISTS (SELECT FROM send_job s WHERE s.customer_id = j.customer_id AND s.kind = j.kind
                  AND s.claimed_at > j.claimed_at AND s.state IN ('sent', 'delivered', 'read'))
RETURNING j.id;

-- name: cancel
-- Whatever became of it, it leaves no more.
UPDATE send_job
SET state = 'cancelled', reason = 'operator', changed_at = clock_timestamp()
WHERE id = $1 AND state = 'review'
RETURNING id;
