-- name: read
-- One message to send, with whom it is for and what that chat's header showed last time.
SELECT j.id, j.number_id, j.customer_id, j.receivable_id, j.template, j.body, j.state, j.reason, j.attempt - j.granted AS attempt, j.openings, j.baseline, j.attachment_id,
       extract(epoch FROM clock_timestamp() - coalesce(j.begun_at, j.changed_at))::double precision AS begun_since_s,
       extract(epoch FROM clock_timestamp() - w.at)::double precision AS written_since_s,
       greatest(extract(epoch FROM l.quiet_until - clock_timestamp()), 0)::double precision AS rest_s,
       l.restored_at IS NOT NULL AND (w.at IS NULL OR w.at < l.restored_at) AS is_forgotten,
       c.phone, b.title
FROM send_job j
JOIN customer c ON c.id = j.customer_id
LEFT JOIN number_lease l ON l.number_id = j.number_id
LEFT JOIN LATERAL (
    SELECT max(s.begun_at) AS at
    FROM send_job s
    WHERE s.customer_id = j.customer_id AND s.id <> j.id AND s.state IN ('sent', 'delivered', 'read')
) w ON true
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
-- The intent, committed before any key press; no row when anything forbids it. At most three attempts, one row of attempt
-- for each. The number keeps silent from then on for the gap that was drawn with this message. One statement, for it
-- stands between every message and the next.
WITH claimed AS (
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
  AND j.attempt - j.granted < 3
  AND EXISTS (SELECT FROM number_lease l WHERE l.number_id = j.number_id AND l.epoch = $2)
  AND NOT EXISTS (SELECT FROM number_stop p WHERE p.number_id = j.number_id AND p.ended_at IS NULL)
  AND send_blocker(j.id, $4) IS NULL
RETURNING j.number_id, j.attempt, j.granted, j.gap_s
), silence AS (
    UPDATE number_lease l
    SET quiet_until = clock_timestamp() + make_interval(secs => c.gap_s)
    FROM claimed c
    WHERE l.number_id = c.number_id AND c.gap_s > 0
), begun AS (
    INSERT INTO attempt (job_id, no, epoch, baseline, claimed_at)
    SELECT $1, attempt, $2, $3, $4
    FROM claimed
)
SELECT attempt - granted AS since_granted
FROM claimed;

-- name: standing
-- Go or no-go: whose the number is, where the message stands, what forbids it.
SELECT j.state,
       EXISTS (SELECT FROM number_lease l WHERE l.number_id = j.number_id AND l.epoch = $2) AS is_ours,
       coalesce(
           send_blocker(j.id, $3),
           CASE WHEN EXISTS (SELECT FROM number_stop p WHERE p.number_id = j.number_id AND p.ended_at IS NULL)
                THEN 'number_stopped' END
       ) AS blocker
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
-- the click is said. The end of the attempt and the event are in the same statement; the relay finds it at its next poll.
WITH marked AS (
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
    RETURNING j.attempt, send_blocker(j.id, $5) AS blocker
), ended AS (
    UPDATE attempt a
    SET outcome = 'sent', ended_at = $5
    FROM marked
    WHERE a.job_id = $1 AND a.no = marked.attempt AND a.ended_at IS NULL
), told AS (
    INSERT INTO outbox (message_id, exchange, routing_key, body)
    SELECT $6, $7, $8, $9
    FROM marked
)
SELECT blocker
FROM marked;

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

-- name: known_bubbles
-- What a database that was put back knows of our own bubbles in a chat, so that others in it can be told.
SELECT provider_msg AS key
FROM send_job
WHERE number_id = $1 AND customer_id = $2 AND provider_msg IS NOT NULL
UNION ALL
SELECT history_until
FROM chat_binding
WHERE number_id = $1 AND customer_id = $2 AND history_until IS NOT NULL AND precedes_restoration
LIMIT 1000;

-- name: signs
-- What looks like a restriction, since a person last said that there is none (real time): messages refused within a day,
-- messages under a clock for five minutes, and how many of those sent one to three days ago were delivered.
WITH since AS (
    SELECT coalesce(max(ended_at), '-infinity') AS at
    FROM number_stop
    WHERE number_id = $1 AND cause = 'restriction'
)
SELECT count(*) FILTER (WHERE state = 'failed' AND reason = 'refused_by_whatsapp'
                        AND changed_at > clock_timestamp() - interval '1 day') AS refused,
       count(*) FILTER (WHERE state = 'unknown' AND reason = 'clock'
                        AND begun_at < clock_timestamp() - interval '5 minutes') AS clocks,
       count(*) FILTER (WHERE state IN ('sent', 'delivered', 'read')
                        AND begun_at < clock_timestamp() - interval '1 day') AS sent,
       count(*) FILTER (WHERE state IN ('delivered', 'read')
                        AND begun_at < clock_timestamp() - interval '1 day') AS delivered
FROM send_job, since
WHERE number_id = $1 AND begun_at > greatest(clock_timestamp() - interval '3 days', since.at);

-- name: ask_human
-- One task per subject.
INSERT INTO human_task (kind, subject, customer_id, receivable_id, inbound_id, created_at)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (kind, subject) DO NOTHING;
