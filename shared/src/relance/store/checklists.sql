-- name: requested_for
-- The bookings that a sent document request speaks of; none for any other message.
SELECT DISTINCT r.id, r.travellers, r.label, r.fields
FROM send_job j
LEFT JOIN reminder m ON m.job_id = j.id
JOIN receivable r ON r.id = coalesce(m.receivable_id, j.receivable_id)
WHERE j.id = $1 AND j.template = $2
ORDER BY r.id;

-- name: changed
-- Bookings to come whose row changed after their papers were asked for; the last changed first.
SELECT r.id, r.travellers, r.label, r.fields
FROM receivable r
JOIN LATERAL (SELECT max(changed_at) AS at, count(*) AS places FROM document WHERE receivable_id = r.id) d ON d.places > 0
WHERE r.absences = 0
  AND r.status = 'paid'
  AND r.departs_on > $1::timestamptz::date
  AND r.changed_at > d.at
ORDER BY r.changed_at DESC
LIMIT 200;

-- name: ask
-- One place of a checklist; asking again changes nothing, unless it had become needless.
INSERT INTO document AS d (id, receivable_id, traveller, kind, state, changed_at)
VALUES ($1, $2, $3, $4, 'asked', $5)
ON CONFLICT (receivable_id, traveller, kind) DO UPDATE
SET state = 'asked', reason = NULL, changed_at = EXCLUDED.changed_at
WHERE d.state = 'waived' AND d.reason = 'needless'
RETURNING true;

-- name: spare
-- Places that the row no longer asks for: waived, unless a file has come or is on its way.
UPDATE document
SET state = 'waived', reason = 'needless', changed_at = $4
WHERE receivable_id = $1
  AND state IN ('asked', 'redo')
  AND vault_id IS NULL
  AND (traveller, kind) NOT IN (SELECT * FROM unnest($2::smallint[], $3::text[]))
RETURNING true;
