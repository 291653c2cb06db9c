-- name: of_job
-- What goes with a message on its way; the sender sees no other.
SELECT a.id, a.kind, a.mime, a.file_name, a.size_bytes, a.sha256, a.nonce, a.sealed
FROM send_job j
JOIN attachment a ON a.id = j.attachment_id
WHERE j.id = $1 AND a.erased_at IS NULL;

-- name: unready
-- Messages that are due and whose attachment is still to be made, or to be made again because their row changed.
SELECT j.id, j.receivable_id, j.attachment_tries, m.step, m.cycle
FROM send_job j
JOIN receivable r ON r.id = j.receivable_id
JOIN reminder m ON m.job_id = j.id AND m.receivable_id = j.receivable_id
WHERE j.state = 'due'
  AND j.attachment_kind IS NOT NULL
  AND j.due_at <= $1
  AND (j.attachment_version IS DISTINCT FROM r.version OR (j.attachment_id IS NULL AND j.attachment_try_at <= $1))
ORDER BY j.due_at, j.id
LIMIT $2;

-- name: lock
-- The message, if it still waits: what was fetched meanwhile may be for nobody.
SELECT id
FROM send_job
WHERE id = $1 AND state = 'due' AND attachment_kind IS NOT NULL
FOR UPDATE;

-- name: keep
-- Sealed bytes of one message, under an id of their own: made again, they are another file.
INSERT INTO attachment (id, kind, mime, file_name, size_bytes, sha256, nonce, sealed, made_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9);

-- name: ready
-- The message may be released, as long as its row stays as it was.
UPDATE send_job
SET attachment_id = $2, attachment_version = $3, attachment_try_at = NULL, attachment_tries = 0, attachment_problem = NULL,
    reason = NULL, changed_at = clock_timestamp()
WHERE id = $1;

-- name: go_alone
-- Nothing was given to go with it, and its step lets the text go alone.
UPDATE send_job
SET attachment_kind = NULL, attachment_id = NULL, attachment_version = NULL, attachment_try_at = NULL,
    attachment_tries = 0, attachment_problem = NULL, reason = NULL, changed_at = clock_timestamp()
WHERE id = $1;

-- name: failed
-- It waits, and why; $6: a person has to look.
UPDATE send_job
SET attachment_id = NULL, attachment_version = $2, attachment_try_at = $3, attachment_tries = $4, attachment_problem = $5,
    reason = CASE WHEN $6 THEN 'attachment' END, changed_at = clock_timestamp()
WHERE id = $1;

-- name: erase
-- The bytes of messages that have ended, and those that were made again.
UPDATE attachment a
SET nonce = NULL, sealed = NULL, erased_at = $1
WHERE a.erased_at IS NULL
  AND NOT EXISTS (
      SELECT FROM send_job j
      WHERE j.attachment_id = a.id AND j.state IN ('due', 'published', 'sending', 'unknown', 'review'));
