-- name: read
-- One message to send, with whom it is for and what that chat's header showed last time.
SELECT j.id, j.number_id, j.customer_id, j.receivable_id, j.template, j.body, j.state, j.reason, j.attempt, j.openings, j.baseline, j.attachment_id,
       extract(epoch FROM clock_timestamp() - coalesce(j.begun_at, j.changed_at))::double precision AS begun_since_s,
       c.phone, b.title
FROM send_job j
JOIN customer c ON c.id = j.customer_id
LEFT JOIN chat_binding b ON b.number_id = j.number_id AND b.customer_id = j.customer_id
WHERE j.id = $1;

-- name: unproved
-- Messages of a number that may or may not have left, oldest first.
SELECT id
FROM send_job
WHERE number_id = $1 AND state IN ('sending', 'unknown')
ORDER BY claimed_at NULLS FIRST, id
LIMIT 100;

-- name: claim
-- The intent, committed before any key press; no row when anything forbids it. At most three attempts.
UPDATE send_job j
SET state = 'sending',
    reason = NULL,
    attempt = attempt + 1,
    openings = 0,
    epoch = $2,
    baseline = $3,
    claimed_at = $4,
    begun_at = clock_timestamp(),
    changed_at = clock_timestamp()
WHERE j.id = $1
  AND j.state = 'published'
  AND j.attempt < 3
  AND EXISTS (SELECT FROM number_lease l WHERE l.number_id = j.number_id AND l.epoch = $2)
  AND send_blocker(j.id, $4) IS NULL
RETURNING j.attempt;

-- name: begin_attempt
-- One row per claim; the claim's condition makes the number unique.
INSERT INTO attempt (job_id, no, epoch, baseline, claimed_at)
VALUES ($1, $2, $3, $4, $5);

-- name: standing
-- Go or no-go: whose the number is, where the message stands, what forbids it.
SELECT j.state,
       EXISTS (SELECT FROM number_lease l WHERE l.number_id = j.number_id AND l.epoch = $2) AS is_ours,
       send_blocker(j.id, $3) AS blocker
FROM send_job j
WHERE j.id = $1;

-- name: settle
-- Any end but sent; nothing when the row moved on or the number is another process's. $6: its chat did not open, it rests.
UPDATE send_job j
SET state = $3,
    reason = $4,
    not_before = $6,
    openings = CASE WHEN $6::timestamptz IS NULL THEN j.openings ELSE j.openings + 1 END,
    changed_at = clock_timestamp()
WHERE j.id = $1
  AND j.state = ANY($5::text[])
  AND EXISTS (SELECT FROM number_lease l WHERE l.number_id = j.number_id AND l.epoch = $2)
RETURNING j.attempt;

-- name: mark_sent
-- Proof seen. The message left when it was claimed, seconds before the click, however much later it was proved: after a
-- crash, or when product time moved in between. Answers why it may not leave as of now, so that a payment which crossed
-- the click is said.
UPDATE send_job j
SET state = 'sent',
    reason = NULL,
    provider_msg = $3,
    evidence = $4,
    sent_at = coalesce(j.claimed_at, $5),
    changed_at = clock_timestamp()
WHERE j.id = $1
  AND j.state IN ('sending', 'unknown')
  AND EXISTS (SELECT FROM number_lease l WHERE l.number_id = j.number_id AND l.epoch = $2)
RETURNING j.attempt, send_blocker(j.id, $5) AS blocker;

-- name: end_attempt
-- The first word stands.
UPDATE attempt
SET outcome = $3, ended_at = $4
WHERE job_id = $1 AND no = $2 AND ended_at IS NULL;

-- name: abandon
-- Whatever was in hand when the service had to stop: looked for in the chat at the next start.
UPDATE send_job j
SET state = 'unknown', reason = 'stopped', changed_at = clock_timestamp()
WHERE j.number_id = $1
  AND j.state = 'sending'
  AND EXISTS (SELECT FROM number_lease l WHERE l.number_id = j.number_id AND l.epoch = $2);

-- name: follow
-- A tick seen on one of our bubbles; only ever forward. $4: 2 delivered, 3 read.
UPDATE send_job j
SET state = CASE WHEN $4 >= 3 THEN 'read' ELSE 'delivered' END,
    delivered_at = coalesce(j.delivered_at, $5),
    read_at = CASE WHEN $4 >= 3 THEN $5 END,
    changed_at = clock_timestamp()
WHERE j.number_id = $1
  AND j.customer_id = $2
  AND j.provider_msg = $3
  AND (j.state = 'sent' OR (j.state = 'delivered' AND $4 >= 3))
RETURNING j.id;

-- name: ask_human
-- One task per subject.
INSERT INTO human_task (kind, subject, customer_id, receivable_id, inbound_id, created_at)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (kind, subject) DO NOTHING;
