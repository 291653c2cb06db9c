-- name: message
-- One incoming message, with what deciding about it needs of the person.
SELECT i.id, i.number_id, i.customer_id, i.kind, i.body, i.received_at, i.media_id, c.zone, c.phone
FROM inbound_message i
JOIN customer c ON c.id = i.customer_id
WHERE i.id = $1;

-- name: unread
-- Messages that nobody has understood yet, should their announcement be lost; oldest first, those after one of them.
SELECT i.id, i.customer_id, i.received_at
FROM inbound_message i
WHERE NOT EXISTS (SELECT FROM reply r WHERE r.inbound_id = i.id)
  AND ($1::timestamptz IS NULL OR (i.received_at, i.id) > ($1, $2::uuid))
ORDER BY i.received_at, i.id
LIMIT 20;

-- name: open_items
-- What this person still owes, the oldest first.
SELECT id, balance, departs_on
FROM receivable
WHERE customer_id = $1
  AND status IN ('pending', 'reminded', 'late', 'claimed')
  AND absences < 2
ORDER BY due_on NULLS LAST, id
LIMIT 50;

-- name: add
-- How one message was understood; the first reading stays.
INSERT INTO reply (inbound_id, intent, confidence, rule, promised_on, amount, decided_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (inbound_id) DO NOTHING
RETURNING true;

-- name: cancel_jobs
-- Messages of some kinds that have not been claimed yet, for a person or for one of the items they speak of. The one
-- confirmation of a STOP still leaves, also when STOP is said twice.
UPDATE send_job
SET state = 'cancelled', reason = $4, changed_at = clock_timestamp()
WHERE customer_id = $1
  AND state IN ('due', 'published')
  AND kind = ANY($3::text[])
  AND template <> 'reponse_stop'
  AND ($2::bigint IS NULL OR receivable_id = $2 OR item_versions ? $2::text)
RETURNING id;
