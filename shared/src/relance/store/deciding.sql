-- name: open_ids
-- Rows that a decision may still change something for.
SELECT r.id
FROM receivable r
JOIN ledger l ON l.id = r.ledger_id
LEFT JOIN decision d ON d.receivable_id = r.id
WHERE l.enabled
  AND r.absences < 2
  AND NOT (coalesce(d.verdict = 'finished' AND d.decided_at >= r.changed_at, false)
           AND r.status IN ('paid', 'cancelled')
           AND NOT EXISTS (SELECT FROM document o WHERE o.receivable_id = r.id AND o.changed_at > d.decided_at))
LIMIT 200000;

-- name: named_rows
-- What is known of these rows, finished or not, with their ledger, customer and last decision.
SELECT r.id, r.ledger_id, r.key, r.customer_id, r.status, r.currency, r.total, r.balance, r.due_on, r.departs_on, r.label,
       r.payment_link, r.travellers, r.tickets_received, r.pilot, r.paused_until, r.fields, r.problems, r.absences, r.version,
       r.paid_at, r.paid_evidence, r.created_at,
       l.kind, l.firm, l.currency AS ledger_currency, l.country, l.zone AS ledger_zone, l.paused_until AS ledger_paused_until,
       l.enabled AS ledger_enabled, c.phone, c.name, c.language, c.zone, c.number_id, c.version AS customer_version,
       d.verdict, d.step, d.blockers, d.next_step, d.next_at
FROM receivable r
JOIN ledger l ON l.id = r.ledger_id
LEFT JOIN customer c ON c.id = r.customer_id
LEFT JOIN decision d ON d.receivable_id = r.id
WHERE r.id = ANY($1::bigint[])
ORDER BY r.customer_id, r.id
LIMIT 200000;

-- name: live_holds
-- Holds on these rows, people and ledgers that nobody lifted and that have not ended.
SELECT scope, ledger_id, customer_id, receivable_id, reason, until, by
FROM hold
WHERE lifted_at IS NULL AND (until IS NULL OR until > $1) AND receivable_id = ANY($2::bigint[])
UNION ALL
SELECT scope, ledger_id, customer_id, receivable_id, reason, until, by
FROM hold
WHERE lifted_at IS NULL AND (until IS NULL OR until > $1) AND customer_id = ANY($3::bigint[])
UNION ALL
SELECT scope, ledger_id, customer_id, receivable_id, reason, until, by
FROM hold
WHERE lifted_at IS NULL AND (until IS NULL OR until > $1) AND scope = 'ledger'
LIMIT 1000000;

-- name: past
-- What became of each decided step; a cancelled message was certainly not sent and leaves its step to be decided again
-- (docs/adr/0005-cancelled-steps.md).
SELECT m.receivable_id, m.step, m.cycle, m.due_at, m.skipped, j.state, j.kind,
       coalesce(j.sent_at, j.claimed_at, CASE WHEN j.state = 'review' THEN j.due_at END) AS sent_at,
       coalesce(j.state = 'due' AND j.reason = 'attachment', false) AS is_stuck
FROM reminder m
LEFT JOIN send_job j ON j.id = m.job_id
WHERE m.receivable_id = ANY($1::bigint[])
  AND m.skipped IS DISTINCT FROM 'withdrawn'
  AND NOT coalesce(j.state = 'cancelled' AND j.reason IS DISTINCT FROM 'operator', false)
ORDER BY m.receivable_id, m.due_at, m.step, m.cycle
LIMIT 1000000;

-- name: contacts
-- What each person received or is about to receive; a message nobody can vouch for counts as received.
SELECT customer_id,
       max(coalesce(sent_at, claimed_at, due_at)) FILTER (
           WHERE kind = 'payment' AND state IN ('sent', 'delivered', 'read', 'review')) AS last_payment_at,
       max(coalesce(sent_at, claimed_at, due_at)) FILTER (
           WHERE (kind = 'payment' OR (kind = 'documents' AND template <> 'voyage_documents'))
             AND state IN ('sent', 'delivered', 'read', 'review')) AS last_automatic_at,
       coalesce(bool_or(state IN ('due', 'published', 'sending', 'unknown') AND kind <> 'answer'), false) AS is_being_written_to,
       coalesce(bool_or(state = 'failed' AND reason = 'not_on_whatsapp'), false) AS is_unreachable
FROM send_job
WHERE customer_id = ANY($1::bigint[])
GROUP BY customer_id
LIMIT 200000;

-- name: documents
-- What each booking still lacks and what has come, as kind/traveller, and when its file last moved or is to come.
SELECT receivable_id,
       coalesce(array_agg(kind || '/' || traveller ORDER BY traveller, kind) FILTER (WHERE state IN ('asked', 'redo')), '{}') AS missing,
       coalesce(array_agg(kind || '/' || traveller ORDER BY traveller, kind) FILTER (WHERE state IN ('received', 'accepted')), '{}') AS received,
       max(CASE WHEN state IN ('asked', 'redo') THEN greatest(changed_at, expected_at) ELSE changed_at END) AS changed_at
FROM document
WHERE receivable_id = ANY($1::bigint[])
GROUP BY receivable_id
LIMIT 200000;

-- name: keep
-- The present decision of a row; called only when it says something new.
INSERT INTO decision (receivable_id, verdict, step, blockers, next_step, next_at, decided_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (receivable_id) DO UPDATE
SET verdict = EXCLUDED.verdict, step = EXCLUDED.step, blockers = EXCLUDED.blockers, next_step = EXCLUDED.next_step,
    next_at = EXCLUDED.next_at, decided_at = EXCLUDED.decided_at;

-- name: remember
-- Every decision that was ever taken.
INSERT INTO decision_history (receivable_id, verdict, step, blockers, next_step, next_at, decided_at)
VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: history
-- The decisions of one row, latest first.
SELECT verdict, step, blockers, next_step, next_at, decided_at
FROM decision_history
WHERE receivable_id = $1
ORDER BY decided_at DESC
LIMIT $2;

-- name: ask_person
-- One task per thing to look at, however often it is seen.
INSERT INTO human_task (kind, subject, customer_id, receivable_id, created_at)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (kind, subject) DO NOTHING;

-- name: try_lock
-- One planner at a time; the lock dies with its connection.
SELECT pg_try_advisory_lock(hashtext('relance.scheduler.plan'));

-- name: unlock
-- Lets another planner in.
SELECT pg_advisory_unlock(hashtext('relance.scheduler.plan'));

-- name: headers
-- Columns that the ledgers really have: names a text may use.
SELECT DISTINCT jsonb_object_keys(fields) AS header
FROM receivable
LIMIT 1000;
