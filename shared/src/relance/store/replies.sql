-- name: message
-- One incoming message, with what deciding about it needs of the person, and which message of ours it answers: the one
-- that it quotes, else the last that had left. A long text that came before, word for word, is a machine's.
SELECT i.id, i.number_id, i.customer_id, i.kind, i.body, i.received_at, i.media_id, c.zone, c.phone,
       about.id AS about_job, about.kind AS about_kind,
       CASE WHEN about.is_quoted THEN about.items ELSE '{}' END AS quoted_items,
       length(i.body) >= $2 AND EXISTS (
           SELECT FROM inbound_message e
           WHERE e.customer_id = i.customer_id AND e.body = i.body AND e.id <> i.id AND e.received_at < i.received_at
       ) AS is_repeated
FROM inbound_message i
JOIN customer c ON c.id = i.customer_id
LEFT JOIN LATERAL (
    SELECT j.id, j.kind, i.quoted_key IS NOT NULL AND j.provider_msg IS NOT DISTINCT FROM i.quoted_key AS is_quoted,
           ARRAY(SELECT m.receivable_id FROM reminder m WHERE m.job_id = j.id
                 UNION SELECT j.receivable_id WHERE j.receivable_id IS NOT NULL) AS items
    FROM send_job j
    WHERE j.customer_id = i.customer_id AND j.kind <> 'answer' AND j.sent_at <= i.received_at
    ORDER BY is_quoted DESC, j.sent_at DESC
    LIMIT 1
) about ON true
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
-- What this person still owes, the oldest first, and what each one's owner makes of a word of payment.
SELECT r.id, r.balance, r.departs_on, r.payment_link <> '' AS has_link, coalesce(w.settings ->> 'paid_claim', '') AS policy
FROM receivable r
LEFT JOIN LATERAL (
    SELECT settings
    FROM workbook_settings
    WHERE ledger_id = r.ledger_id
    ORDER BY version DESC
    LIMIT 1
) w ON true
WHERE r.customer_id = $1
  AND r.status IN ('pending', 'reminded', 'late', 'claimed')
  AND r.absences < 2
ORDER BY r.due_on NULLS LAST, r.id
LIMIT 50;

-- name: broken_promises
-- How many promises about what is still owed ran out unpaid.
SELECT count(*)
FROM hold h
WHERE h.reason = 'promise'
  AND h.lifted_by = 'expiry'
  AND (h.customer_id = $1 AND EXISTS (
           SELECT FROM receivable r WHERE r.customer_id = $1 AND r.status IN ('pending', 'reminded', 'late', 'claimed'))
       OR h.receivable_id IN (
           SELECT r.id FROM receivable r WHERE r.customer_id = $1 AND r.status IN ('pending', 'reminded', 'late', 'claimed')));

-- name: add
-- How one message was understood; the first reading stays.
INSERT INTO reply (inbound_id, intent, confidence, rule, promised_on, amount, also, evidence, about_job, decided_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, CASE WHEN $8::integer IS NOT NULL THEN int4range($8, $9) END, $10, $11)
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
