-- name: add
-- What one answer changed; once.
INSERT INTO effect (inbound_id, customer_id, receivable_id, hold_id, ended_holds, told, answered, deferred, trusted, made_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
ON CONFLICT (inbound_id) DO NOTHING;

-- name: recent
-- The answers since then, the newest first: what each was taken for, what it changed, whether that was undone, and
-- whether it still waits for a person.
SELECT e.id, i.received_at, c.name AS customer, c.phone, i.kind, i.body, p.intent, p.confidence, p.promised_on, p.amount,
       coalesce(r.key, '') AS row, h.reason AS held, h.until, e.ended_holds <> '{}' AS ended, e.told, e.answered, e.deferred,
       e.trusted, e.undone_at, e.undone_by, t.created_at AS waits_since
FROM effect e
JOIN inbound_message i ON i.id = e.inbound_id
JOIN customer c ON c.id = e.customer_id
JOIN reply p ON p.inbound_id = e.inbound_id
LEFT JOIN receivable r ON r.id = e.receivable_id
LEFT JOIN hold h ON h.id = e.hold_id
LEFT JOIN human_task t ON t.inbound_id = e.inbound_id AND t.kind = 'reply' AND t.closed_at IS NULL
WHERE i.received_at >= $1 AND (NOT $2::boolean OR t.id IS NOT NULL)
ORDER BY i.received_at DESC, e.id DESC
LIMIT 200;

-- name: undo
-- One answer's effects are taken back by somebody; nothing when they were before, or never were.
UPDATE effect
SET undone_at = $2, undone_by = $3
WHERE id = $1 AND undone_at IS NULL
RETURNING inbound_id, customer_id, hold_id, ended_holds, trusted;

-- name: release
-- The hold that the answer placed ends.
UPDATE hold
SET lifted_at = $2, lifted_by = $3
WHERE id = $1 AND lifted_at IS NULL
RETURNING id;

-- name: restore
-- What the answer had ended is held again as it was, unless its time is over or the same is held anew.
INSERT INTO hold (scope, ledger_id, customer_id, receivable_id, reason, until, by, note, inbound_id, created_at)
SELECT scope, ledger_id, customer_id, receivable_id, reason, until, by, note, inbound_id, $2
FROM hold
WHERE id = ANY($1::bigint[]) AND (until IS NULL OR until > $2)
ON CONFLICT (scope, coalesce(ledger_id, 0), coalesce(customer_id, 0), coalesce(receivable_id, 0), reason)
    WHERE lifted_at IS NULL
    DO NOTHING
RETURNING id;

-- name: take_back_answer
-- The answer to that message, if it has not begun to leave.
UPDATE send_job
SET state = 'cancelled', reason = 'undone', changed_at = clock_timestamp()
WHERE id = (SELECT job_id FROM answer_request WHERE inbound_id = $1) AND state IN ('due', 'published')
RETURNING id;

-- name: answer_left
-- Whether the customer got, or may be getting, our answer to that message.
SELECT EXISTS (
    SELECT FROM answer_request a JOIN send_job j ON j.id = a.job_id
    WHERE a.inbound_id = $1 AND j.state NOT IN ('due', 'published', 'cancelled', 'failed')
);

-- name: close_tasks
-- Nobody has to look at that message any more.
UPDATE human_task
SET closed_at = $2
WHERE inbound_id = $1 AND kind = 'reply' AND closed_at IS NULL
RETURNING id;

-- name: find
-- One answer by its number.
SELECT inbound_id, hold_id
FROM effect
WHERE id = $1;
