-- name: unexpected
-- Document requests that left, for a booking of which no paper is expected yet.
SELECT DISTINCT j.id
FROM send_job j
LEFT JOIN reminder m ON m.job_id = j.id
WHERE j.kind = 'documents'
  AND j.template = $1
  AND j.sent_at > $2
  AND j.state IN ('sent', 'delivered', 'read')
  AND NOT EXISTS (SELECT FROM document d WHERE d.receivable_id = coalesce(m.receivable_id, j.receivable_id))
LIMIT 100;

-- name: defer
-- The person said that papers will come: the chaser counts from now, or from this hour of the day that was named. A day
-- more than a month away is no reason to be silent so long.
UPDATE document d
SET changed_at = $2,
    expected_at = $2::timestamptz + least(greatest(p.promised_on - ($2::timestamptz AT TIME ZONE c.zone)::date, 0), 30) * interval '1 day'
FROM receivable r
JOIN customer c ON c.id = r.customer_id
JOIN reply p ON p.inbound_id = $3
WHERE r.id = d.receivable_id AND r.customer_id = $1 AND d.state IN ('asked', 'redo')
RETURNING d.receivable_id;

-- name: unjudged
-- Media that came in and of which nothing is decided yet; oldest first, once the words beside it are understood.
SELECT m.id, m.inbound_id, i.customer_id, m.sha256, r.intent
FROM media_spool m
JOIN inbound_message i ON i.id = m.inbound_id
JOIN reply r ON r.inbound_id = m.inbound_id
WHERE m.erased_at IS NULL
  AND i.kind IN ('image', 'document')
  AND NOT EXISTS (SELECT FROM document d WHERE d.media_id = m.id)
  AND NOT EXISTS (SELECT FROM media_verdict v WHERE v.media_id = m.id)
  AND NOT EXISTS (SELECT FROM human_task t WHERE t.kind LIKE 'media\_%' AND t.subject = m.id::text)
ORDER BY m.created_at, m.id
LIMIT 20;

-- name: sealed
-- The sealed bytes of one media, until they are erased.
SELECT nonce, sealed
FROM media_spool
WHERE id = $1 AND erased_at IS NULL;

-- name: lock_customer
-- One decision at a time about one person's files, however many inboxes run.
SELECT pg_advisory_xact_lock(hashtext('relance.documents'), $1::integer);

-- name: is_unjudged
-- Whether nobody decided about this media meanwhile.
SELECT EXISTS (SELECT FROM media_spool WHERE id = $1 AND erased_at IS NULL)
   AND NOT EXISTS (SELECT FROM document WHERE media_id = $1)
   AND NOT EXISTS (SELECT FROM media_verdict WHERE media_id = $1);

-- name: is_known
-- Whether this person already sent these very bytes as a document.
SELECT EXISTS (
    SELECT FROM media_spool m
    JOIN inbound_message i ON i.id = m.inbound_id
    JOIN document d ON d.media_id = m.id
    WHERE i.customer_id = $1 AND m.sha256 = $2 AND m.id <> $3
);

-- name: free_places
-- Places that a file of this person may fill: missing, with no other file on its way there.
SELECT d.id, d.receivable_id, d.traveller, d.kind, d.state
FROM document d
JOIN receivable r ON r.id = d.receivable_id
LEFT JOIN media_spool m ON m.id = d.media_id
WHERE r.customer_id = $1
  AND d.state IN ('asked', 'redo')
  AND (m.id IS NULL OR m.erased_at IS NOT NULL)
ORDER BY d.receivable_id, d.traveller, d.kind
LIMIT 500;

-- name: claim
-- This file fills that place: its vault id is committed before anything is uploaded.
UPDATE document
SET inbound_id = $2, media_id = $3, vault_id = $4, sha256 = $5, reason = NULL
WHERE id = $1 AND state IN ('asked', 'redo');

-- name: reseal
-- What will be filed takes the place of what was received; sha256 keeps telling what was received.
UPDATE media_spool
SET nonce = $2, sealed = $3, mime = $4
WHERE id = $1 AND erased_at IS NULL;

-- name: renew_vault_id
-- The vault has spent that id on a file that is gone; another one is committed before the next upload.
UPDATE document
SET vault_id = $3
WHERE id = $1 AND vault_id = $2;

-- name: unfiled
-- Files on their way to the vault, the oldest first.
SELECT d.id, d.receivable_id, d.traveller, d.kind, d.inbound_id, d.media_id, d.vault_id, d.sha256,
       m.mime, i.received_at, i.customer_id, r.key, r.ledger_id, p.intent
FROM document d
JOIN media_spool m ON m.id = d.media_id AND m.erased_at IS NULL
JOIN inbound_message i ON i.id = d.inbound_id
JOIN receivable r ON r.id = d.receivable_id
JOIN reply p ON p.inbound_id = d.inbound_id
WHERE d.state IN ('asked', 'redo') AND d.vault_id IS NOT NULL
ORDER BY i.received_at, d.id
LIMIT 50;

-- name: receive
-- Filed: the vault has shown the same checksum. Accepted when all that its kind needs was read on it.
UPDATE document
SET state = CASE WHEN EXISTS (
        SELECT FROM media_verdict v WHERE v.media_id = document.media_id AND v.outcome = 'accepted'
    ) THEN 'accepted' ELSE 'received' END,
    changed_at = $3
WHERE id = $1 AND vault_id = $2 AND state IN ('asked', 'redo')
RETURNING true;

-- name: erase
-- The sealed copy goes; its checksum stays, to recognise the same file again.
UPDATE media_spool
SET sealed = NULL, nonce = NULL, erased_at = $2
WHERE id = $1 AND erased_at IS NULL;

-- name: states
-- The states of one booking's papers.
SELECT state
FROM document
WHERE receivable_id = $1
ORDER BY traveller, kind
LIMIT 500;

-- name: note_access
-- Who touched a document, and how.
INSERT INTO vault_access (document_id, actor, action, at)
VALUES ($1, $2, $3, $4);

-- name: folder
-- The vault's folder of one place, if it was named already.
SELECT vault_id
FROM vault_folder
WHERE place = $1;

-- name: name_folder
-- The first id named for a place stays.
INSERT INTO vault_folder (place, vault_id, created_at)
VALUES ($1, $2, $3)
ON CONFLICT (place) DO NOTHING;
