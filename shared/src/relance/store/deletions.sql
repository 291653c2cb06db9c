-- name: schedule_retention
-- Filed papers whose trip ended long enough ago, or that came long ago for a trip without a date.
INSERT INTO deletion (document_id, media_id, vault_id, sha256, reason, due_at)
SELECT d.id, d.media_id, d.vault_id, d.sha256, 'retention', $1
FROM document d
JOIN receivable r ON r.id = d.receivable_id
WHERE d.vault_id IS NOT NULL
  AND d.state IN ('received', 'accepted', 'waived')
  AND CASE WHEN coalesce(r.returns_on, r.departs_on) IS NOT NULL
           THEN coalesce(r.returns_on, r.departs_on) + $2::integer < $1::timestamptz::date
           ELSE d.changed_at < $3 END
LIMIT 200
ON CONFLICT DO NOTHING;

-- name: schedule_rejected
-- Files in the spool that no paper became: those another picture was asked for, those that could not be opened, those a
-- person has finished with. What still waits for a person stays as long as an undated paper would.
INSERT INTO deletion (media_id, sha256, reason, due_at)
SELECT m.id, m.sha256, 'rejected', $1
FROM media_spool m
LEFT JOIN media_verdict v ON v.media_id = m.id
LEFT JOIN LATERAL (
    SELECT bool_or(t.closed_at IS NULL) AS is_open, max(t.closed_at) AS closed_at
    FROM human_task t
    WHERE t.subject = m.id::text AND t.kind <> 'vault_closed'
) task ON true
WHERE m.erased_at IS NULL
  AND NOT EXISTS (SELECT FROM document d WHERE d.media_id = m.id)
  AND (v.outcome IN ('retake', 'refused') AND v.decided_at < $2
       OR coalesce(task.is_open, false) IS FALSE AND greatest(v.decided_at, task.closed_at) < $2
       OR m.created_at < $3)
LIMIT 200
ON CONFLICT DO NOTHING;

-- name: schedule_wrong_person
-- A number that is another person's: all that it sent goes at once, except papers that were accepted as the customer's.
INSERT INTO deletion (document_id, media_id, vault_id, sha256, reason, due_at)
SELECT d.id, m.id, d.vault_id, coalesce(d.sha256, m.sha256), 'wrong_person', $1
FROM media_spool m
JOIN inbound_message i ON i.id = m.inbound_id
LEFT JOIN document d ON d.media_id = m.id
WHERE EXISTS (SELECT FROM hold h WHERE h.customer_id = i.customer_id AND h.reason = 'wrong_person' AND h.lifted_at IS NULL)
  AND (m.erased_at IS NULL OR d.vault_id IS NOT NULL)
  AND coalesce(d.state, 'asked') IN ('asked', 'redo', 'received')
LIMIT 200
ON CONFLICT DO NOTHING;

-- name: doubtful_accepted
-- Papers accepted from a number that now says it is another person's: a person decides.
SELECT DISTINCT r.customer_id, d.receivable_id
FROM document d
JOIN inbound_message i ON i.id = d.inbound_id
JOIN receivable r ON r.id = d.receivable_id
WHERE d.state = 'accepted' AND d.vault_id IS NOT NULL
  AND EXISTS (SELECT FROM hold h WHERE h.customer_id = i.customer_id AND h.reason = 'wrong_person' AND h.lifted_at IS NULL)
ORDER BY d.receivable_id
LIMIT 200;

-- name: schedule_erasure
-- Everything that one person sent or that was filed for them; an order goes before any clock.
INSERT INTO deletion (document_id, media_id, vault_id, sha256, reason, erasure_id, due_at)
SELECT d.id, m.id, d.vault_id, coalesce(d.sha256, m.sha256), 'erasure', $2, $3
FROM media_spool m
JOIN inbound_message i ON i.id = m.inbound_id
LEFT JOIN document d ON d.media_id = m.id
LEFT JOIN receivable r ON r.id = d.receivable_id
WHERE (i.customer_id = $1 OR r.customer_id = $1)
  AND (m.erased_at IS NULL OR d.vault_id IS NOT NULL)
ON CONFLICT DO NOTHING;

-- name: hurry
-- Deletions of that person that a clock had planned are the order's now.
UPDATE deletion x
SET due_at = least(x.due_at, $3), erasure_id = $2
FROM media_spool m
JOIN inbound_message i ON i.id = m.inbound_id
WHERE x.media_id = m.id AND i.customer_id = $1 AND x.deleted_at IS NULL AND x.erasure_id IS NULL;

-- name: due
-- Files to delete now, those already begun first.
SELECT id, document_id, media_id, vault_id, reason, due_at
FROM deletion
WHERE deleted_at IS NULL AND due_at <= $1
ORDER BY begun_at NULLS LAST, due_at, id
LIMIT 200;

-- name: begin
-- From here on nobody takes it back: the file may be gone already.
UPDATE deletion
SET begun_at = coalesce(begun_at, $2)
WHERE id = $1 AND deleted_at IS NULL
RETURNING true;

-- name: detach
-- The paper of a deleted file: what was filed stays said; a place that a stranger filled is asked for again.
UPDATE document
SET vault_id = NULL,
    deleted_at = $3,
    state = CASE WHEN $4 = 'wrong_person' AND state <> 'waived' THEN 'redo' ELSE state END,
    reason = CASE WHEN $4 = 'wrong_person' AND state <> 'waived' THEN 'wrong_person' ELSE reason END,
    media_id = CASE WHEN state IN ('asked', 'redo') OR $4 = 'wrong_person' THEN NULL ELSE media_id END,
    changed_at = $3
WHERE id = $1 AND vault_id = $2;

-- name: forget_holder
-- Whose the file was, and the digest of its number.
UPDATE media_verdict
SET number_mac = NULL, holder_nonce = NULL, holder = NULL
WHERE media_id = $1;

-- name: done
-- The proof: this file is gone since then.
UPDATE deletion
SET deleted_at = $2
WHERE id = $1 AND deleted_at IS NULL
RETURNING true;

-- name: redo
-- An upload that was under way when its file was deleted put it back: it goes again.
UPDATE deletion
SET deleted_at = NULL
WHERE vault_id = $1
RETURNING true;

-- name: open_erasures
-- Orders that are not carried out, the oldest first.
SELECT id, customer_id
FROM erasure
WHERE done_at IS NULL
ORDER BY id
LIMIT 20;

-- name: remaining
-- Files of an order, or on their way from that person, that are still there.
SELECT (SELECT count(*) FROM deletion WHERE erasure_id = $1 AND deleted_at IS NULL)
     + (SELECT count(*) FROM media_spool m JOIN inbound_message i ON i.id = m.inbound_id
        WHERE i.customer_id = $2 AND m.erased_at IS NULL);

-- name: erase_person
-- Texts, holders, notes; the name and number when no sheet carries them.
SELECT erase_person($1, $2);

-- name: files_of
-- What an order deleted.
SELECT count(*) FILTER (WHERE vault_id IS NOT NULL) AS vault, count(*) FILTER (WHERE vault_id IS NULL) AS spool
FROM deletion
WHERE erasure_id = $1;

-- name: finish
-- The order is carried out, with its proof.
UPDATE erasure
SET done_at = $2, proof = $3
WHERE id = $1 AND done_at IS NULL
RETURNING true;

-- name: order
-- The right to erasure; asking twice is one order.
INSERT INTO erasure (customer_id, asked_at, asked_by)
VALUES ($1, $2, $3)
ON CONFLICT (customer_id) WHERE done_at IS NULL DO NOTHING;

-- name: last_order
-- The last order about one person.
SELECT id, asked_at, asked_by, done_at, proof
FROM erasure
WHERE customer_id = $1
ORDER BY id DESC
LIMIT 1;

-- name: note
-- One deletion in the access log; says which booking it concerns.
WITH noted AS (
    INSERT INTO vault_access (document_id, actor, action, at)
    VALUES ($1, $2, 'deleted', $3)
    RETURNING document_id
)
SELECT d.receivable_id
FROM noted
JOIN document d ON d.id = noted.document_id;
