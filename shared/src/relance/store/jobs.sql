-- name: plan
-- Messages that are due. A cancelled one was certainly not sent: the same row, and so the same key, becomes due again, for the
-- person that its item has now; what was counted for another does not count for them.
INSERT INTO send_job (id, number_id, customer_id, receivable_id, kind, template, language, state, due_at, attachment_kind)
SELECT id, number_id, customer_id, receivable_id, kind, template, language, 'due', due_at, attachment_kind
FROM unnest($1::uuid[], $2::smallint[], $3::bigint[], $4::bigint[], $5::text[], $6::text[], $7::text[], $8::timestamptz[],
            $9::text[])
     AS asked (id, number_id, customer_id, receivable_id, kind, template, language, due_at, attachment_kind)
ON CONFLICT (id) DO UPDATE
SET state = 'due', number_id = EXCLUDED.number_id, customer_id = EXCLUDED.customer_id,
    spent_on = CASE WHEN send_job.customer_id = EXCLUDED.customer_id THEN send_job.spent_on END,
    is_first_contact = send_job.is_first_contact AND send_job.customer_id = EXCLUDED.customer_id, template = EXCLUDED.template, language = EXCLUDED.language,
    due_at = EXCLUDED.due_at, body = NULL, body_hash = NULL, item_versions = '{}', customer_version = NULL, reason = NULL,
    not_before = NULL, openings = 0, not_after = NULL, published_at = NULL, attachment_kind = EXCLUDED.attachment_kind,
    attachment_id = NULL, attachment_version = NULL, attachment_try_at = NULL, attachment_tries = 0,
    attachment_problem = NULL, changed_at = clock_timestamp()
WHERE send_job.state = 'cancelled' AND send_job.kind <> 'answer' AND send_job.reason IS DISTINCT FROM 'operator'
RETURNING id;

-- name: numbers
-- Numbers that may speak now: nothing is stopped, they are enabled and connected; the zone is that of their first ledger.
SELECT n.id AS number_id, coalesce((SELECT l.zone FROM ledger l WHERE l.number_id = n.id ORDER BY l.id LIMIT 1), 'UTC') AS zone
FROM number n
JOIN whatsapp_session s ON s.number_id = n.id
WHERE n.enabled AND s.state = 'connected'
  AND NOT EXISTS (SELECT FROM sending_stop WHERE ended_at IS NULL)
  AND NOT EXISTS (SELECT FROM number_stop p WHERE p.number_id = n.id AND p.ended_at IS NULL)
  AND EXISTS (SELECT FROM send_job j WHERE j.number_id = n.id AND j.state = 'due' AND j.due_at <= $1
              AND (j.not_before IS NULL OR j.not_before <= $1))
ORDER BY n.id
LIMIT 10000;

-- name: budget
-- What a number has spent, locked until the release commits.
SELECT local_day, sent, next_at, first_contacts, days_spoken, recent
FROM number_budget
WHERE number_id = $1
FOR UPDATE;

-- name: open_budget
-- The first budget of a number; a second scheduler's is the same row.
INSERT INTO number_budget (number_id, local_day, sent, next_at)
VALUES ($1, $2, 0, $3)
ON CONFLICT (number_id) DO NOTHING;

-- name: spend
-- Spent in the release transaction: a restart may waste a message's turn, never spend it twice.
UPDATE number_budget
SET local_day = greatest(local_day, $2), sent = $3, next_at = $4, first_contacts = $5, days_spoken = $6, recent = $7
WHERE number_id = $1;

-- name: reclaim
-- Counted on that day and then cancelled: certainly not sent, so the day has not spent them.
WITH freed AS (
    UPDATE send_job j
    SET spent_on = NULL, is_first_contact = false
    FROM (SELECT id, is_first_contact AS was_first FROM send_job
          WHERE number_id = $1 AND spent_on = $2 AND state = 'cancelled' FOR UPDATE) gone
    WHERE j.id = gone.id
    RETURNING gone.was_first
)
SELECT count(*) AS messages, count(*) FILTER (WHERE was_first) AS first_contacts
FROM freed;

-- name: count
-- The day on which a message was counted: should it come back, that day does not count it again.
UPDATE send_job
SET spent_on = $2, is_first_contact = $3, gap_s = $4
WHERE id = $1;

-- name: in_flight
-- Messages of a number that left the plan and have not ended. One in doubt for longer ($2, real seconds) is the
-- reconciler's: it keeps its own person from being written to, not the number.
SELECT count(*)
FROM send_job
WHERE number_id = $1
  AND (state IN ('published', 'sending')
       OR (state = 'unknown' AND coalesce(begun_at, changed_at) > clock_timestamp() - make_interval(secs => $2)));

-- name: standing
-- Messages that have not ended, by state; of those for a person, the ones whose task nobody closed.
SELECT j.state, count(*) AS count
FROM send_job j
WHERE j.state IN ('published', 'sending', 'unknown', 'review')
  AND (j.state <> 'review'
       OR EXISTS (SELECT FROM human_task t
                  WHERE t.kind = 'send_review' AND t.subject = j.id || '/' || j.attempt AND t.closed_at IS NULL))
GROUP BY j.state
LIMIT 10;

-- name: claim_due
-- Due jobs of a number whose person has nothing in flight: answers and thanks first, then the oldest. What day $4 has
-- counted already; the others if it takes more ($5), and people who never wrote nor were written to if it takes those ($6).
-- What goes with a message must have been made for the row as it is.
SELECT j.id, j.customer_id, j.receivable_id, j.kind, j.template, j.language, j.due_at, j.spent_on, met.never AS is_first_contact,
       j.attachment_version
FROM send_job j
CROSS JOIN LATERAL (
    SELECT NOT EXISTS (SELECT FROM send_job s WHERE s.customer_id = j.customer_id AND s.state IN ('sent', 'delivered', 'read'))
           AND NOT EXISTS (SELECT FROM inbound_message i WHERE i.number_id = j.number_id AND i.customer_id = j.customer_id) AS never
) met
WHERE j.number_id = $1 AND j.state = 'due' AND j.due_at <= $2
  AND (j.not_before IS NULL OR j.not_before <= $2)
  AND (j.spent_on IS NOT DISTINCT FROM $4 OR ($5 AND ($6 OR NOT met.never)))
  AND (j.attachment_kind IS NULL
       OR (j.attachment_id IS NOT NULL
           AND j.attachment_version = (SELECT r.version FROM receivable r WHERE r.id = j.receivable_id)))
  AND NOT EXISTS (SELECT FROM send_job f WHERE f.customer_id = j.customer_id AND f.state IN ('published', 'sending', 'unknown'))
ORDER BY array_position(ARRAY['answer', 'confirmation', 'documents', 'payment'], j.kind), j.due_at, j.id
LIMIT $3
FOR UPDATE OF j SKIP LOCKED;

-- name: publish
-- Rendered and handed to the relay; the text names the versions it was made from.
UPDATE send_job
SET state = 'published', body = $2, body_hash = $3, item_versions = $4, template = $5, not_after = $6, published_at = $7,
    customer_version = $8, reason = NULL, changed_at = clock_timestamp()
WHERE id = $1 AND state = 'due';

-- name: postpone
-- Not at this hour.
UPDATE send_job
SET due_at = $2, changed_at = clock_timestamp()
WHERE id = $1 AND state = 'due';

-- name: cancel
-- Certainly not sent.
UPDATE send_job
SET state = 'cancelled', reason = $2, changed_at = clock_timestamp()
WHERE id = $1 AND state = 'due';

-- name: person
-- To whom an answer goes, and in whose name.
SELECT c.id, c.phone, c.name, c.language, c.zone, c.number_id, c.version, coalesce(l.firm, '') AS firm,
       coalesce(l.country, 'FR') AS country, coalesce(l.id, 0) AS ledger_id
FROM customer c
LEFT JOIN LATERAL (
    SELECT g.id, g.firm, g.country
    FROM receivable r
    JOIN ledger g ON g.id = r.ledger_id
    WHERE r.customer_id = c.id
    ORDER BY r.id = $2 DESC, r.changed_at DESC
    LIMIT 1
) l ON true
WHERE c.id = $1;

-- name: silences
-- Live reasons for which nothing automatic goes to this person.
SELECT reason
FROM hold
WHERE customer_id = $1 AND reason IN ('optout', 'wrong_person') AND lifted_at IS NULL AND (until IS NULL OR until > $2)
LIMIT 10;

-- name: lost_by_broker
-- Published long ago by the real clock, told to the broker, and nobody took it: told again (the row decides, a copy is harmless).
UPDATE send_job
SET changed_at = clock_timestamp()
WHERE id IN (
    SELECT j.id
    FROM send_job j
    WHERE j.state = 'published' AND j.changed_at < clock_timestamp() - make_interval(secs => $1)
      AND NOT EXISTS (SELECT FROM outbox o WHERE o.published_at IS NULL AND o.body #>> '{data,job_id}' = j.id::text)
    ORDER BY j.changed_at
    LIMIT 100
    FOR UPDATE SKIP LOCKED
)
RETURNING id, number_id;

-- name: all_numbers
-- Every number that has a queue.
SELECT id FROM number ORDER BY id LIMIT 100000;
