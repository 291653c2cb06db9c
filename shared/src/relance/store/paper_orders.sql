-- name: papers
-- Papers of named bookings, or of all those that still lack one or wait for a look.
SELECT d.id, r.key AS row, c.name AS customer, r.departs_on, d.traveller, d.kind, d.state, d.reason, d.changed_at,
       v.expires_on, d.deleted_at, d.state IN ('asked', 'redo') AND d.vault_id IS NOT NULL AS is_under_way,
       coalesce(o.said, '') AS ordered
FROM document d
JOIN receivable r ON r.id = d.receivable_id
LEFT JOIN customer c ON c.id = r.customer_id
LEFT JOIN media_verdict v ON v.media_id = d.media_id
LEFT JOIN LATERAL (
    SELECT action || ' ' || ordered_by AS said
    FROM document_order
    WHERE document_id = d.id AND undone_at IS NULL
    ORDER BY id DESC
    LIMIT 1
) o ON true
WHERE CASE WHEN $1::bigint[] IS NOT NULL THEN r.id = ANY($1) ELSE d.state IN ('asked', 'redo', 'received') END
ORDER BY r.departs_on NULLS LAST, r.id, d.traveller, d.kind
LIMIT 500;

-- name: lock
-- One paper as it is now, until the order is written.
SELECT d.id, d.state, d.reason, d.inbound_id, d.media_id, d.vault_id, d.sha256, d.receivable_id, r.customer_id
FROM document d
JOIN receivable r ON r.id = d.receivable_id
WHERE d.receivable_id = $1 AND d.traveller = $2 AND d.kind = $3
FOR UPDATE OF d;

-- name: lock_customer
-- The inbox decides about this person's files under the same lock.
SELECT pg_advisory_xact_lock(hashtext('relance.documents'), $1::integer);

-- name: write
-- Who decided what, and what it was before.
INSERT INTO document_order (document_id, action, was, ordered_at, ordered_by)
VALUES ($1, $2, $3, $4, $5);

-- name: change
-- The paper after a person's word. What is asked for again waits for another file.
UPDATE document
SET state = $2,
    reason = $3,
    media_id = CASE WHEN $4 THEN NULL ELSE media_id END,
    vault_id = CASE WHEN $4 THEN NULL ELSE vault_id END,
    sha256 = CASE WHEN $4 THEN NULL ELSE sha256 END,
    changed_at = $5
WHERE id = $1;

-- name: discard
-- The file that the paper no longer is: deleted by the inbox when due.
INSERT INTO deletion (document_id, media_id, vault_id, sha256, reason, due_at)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT DO NOTHING;

-- name: last
-- The last order about one paper that still holds.
SELECT id, action, was
FROM document_order
WHERE document_id = $1 AND undone_at IS NULL
ORDER BY id DESC
LIMIT 1;

-- name: keep_file
-- The discarded file stays after all, unless its deletion has begun.
DELETE FROM deletion
WHERE vault_id = $1 AND begun_at IS NULL
RETURNING true;

-- name: restore
-- The paper as it was before the order.
UPDATE document
SET state = $2, reason = $3, media_id = $4, vault_id = $5, sha256 = $6, changed_at = $7
WHERE id = $1;

-- name: undone
-- The order no longer holds.
UPDATE document_order
SET undone_at = $2, undone_by = $3
WHERE id = $1;

-- name: close_tasks
-- A person has looked at this paper.
UPDATE human_task
SET closed_at = $2
WHERE subject = $1 AND kind LIKE 'document\_%' AND closed_at IS NULL;
