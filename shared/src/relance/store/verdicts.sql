-- name: add
-- What was decided about one file; the first decision stays.
INSERT INTO media_verdict (media_id, inbound_id, customer_id, document_id, sight, outcome, reason, look, expires_on,
                           nationality, number_mac, holder_nonce, holder, decided_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
ON CONFLICT (media_id) DO NOTHING;

-- name: trips
-- The bookings of one person that papers are asked for.
SELECT r.id, r.travellers, coalesce(r.returns_on, r.departs_on) AS ends_on, r.label, c.name
FROM receivable r
JOIN customer c ON c.id = r.customer_id
WHERE r.customer_id = $1 AND EXISTS (SELECT FROM document d WHERE d.receivable_id = r.id)
ORDER BY r.id
LIMIT 200;

-- name: holders
-- Whose the papers are that this person sent before, sealed.
SELECT d.receivable_id, d.traveller, v.media_id, v.holder_nonce, v.holder
FROM media_verdict v
JOIN document d ON d.media_id = v.media_id
WHERE v.customer_id = $1 AND v.holder IS NOT NULL
ORDER BY v.decided_at
LIMIT 500;

-- name: retakes
-- How often another picture was asked for, by place.
SELECT document_id, count(*) AS times
FROM media_verdict
WHERE customer_id = $1 AND outcome = 'retake' AND document_id IS NOT NULL
GROUP BY document_id
ORDER BY document_id
LIMIT 500;

-- name: looks
-- Pictures of this person that wait for somebody to look.
SELECT look
FROM media_verdict
WHERE customer_id = $1 AND outcome = 'review' AND look <> ''
ORDER BY decided_at DESC
LIMIT 100;

-- name: bookings_with
-- The bookings for which that very document is filed or on its way.
SELECT DISTINCT d.receivable_id
FROM media_verdict v
JOIN document d ON d.media_id = v.media_id
WHERE v.customer_id = $1 AND v.number_mac = $2
LIMIT 200;

-- name: send_back
-- The place waits for another picture, for one reason.
UPDATE document
SET state = 'redo', reason = $2, changed_at = $3
WHERE id = $1 AND state IN ('asked', 'redo');

-- name: unanswered
-- Decisions that the sender was not told, of people of whom nothing is undecided or on its way to the vault.
SELECT v.media_id, v.inbound_id, v.customer_id, v.outcome, v.reason, d.receivable_id, i.received_at
FROM media_verdict v
JOIN inbound_message i ON i.id = v.inbound_id
LEFT JOIN document d ON d.id = v.document_id
WHERE v.answered_at IS NULL
  AND NOT EXISTS (
      SELECT FROM media_spool m
      JOIN inbound_message n ON n.id = m.inbound_id
      WHERE n.customer_id = v.customer_id
        AND n.kind IN ('image', 'document')
        AND m.erased_at IS NULL
        AND NOT EXISTS (SELECT FROM media_verdict w WHERE w.media_id = m.id)
        AND NOT EXISTS (SELECT FROM human_task t WHERE t.kind LIKE 'media\_%' AND t.subject = m.id::text))
  AND NOT EXISTS (
      SELECT FROM document o
      JOIN receivable r ON r.id = o.receivable_id
      JOIN media_spool m ON m.id = o.media_id AND m.erased_at IS NULL
      WHERE r.customer_id = v.customer_id AND o.state IN ('asked', 'redo') AND o.vault_id IS NOT NULL)
ORDER BY v.customer_id, i.received_at, v.media_id
LIMIT 500;

-- name: answer
-- Told, once.
UPDATE media_verdict
SET answered_at = $2
WHERE media_id = ANY($1::uuid[]) AND answered_at IS NULL;
