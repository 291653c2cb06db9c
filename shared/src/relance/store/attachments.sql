-- name: of_job
-- What goes with a message on its way; the sender sees no other.
SELECT a.id, a.kind, a.mime, a.file_name, a.size_bytes, a.sha256, a.nonce, a.sealed
FROM send_job j
JOIN attachment a ON a.id = j.attachment_id
WHERE j.id = $1 AND a.erased_at IS NULL;
