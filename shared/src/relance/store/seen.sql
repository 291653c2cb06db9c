-- name: first_time
-- True for the one transaction that handles a message; a repeat gets no row.
INSERT INTO inbox_seen (consumer, message_id)
VALUES ($1, $2)
ON CONFLICT DO NOTHING
RETURNING true;

-- name: forget
-- No message comes again after a month, and its effects would know themselves all the same.
DELETE FROM inbox_seen
WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM inbox_seen WHERE seen_at < clock_timestamp() - interval '30 days' ORDER BY seen_at LIMIT 1000
));
