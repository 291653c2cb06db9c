-- name: first_time
-- True for the one transaction that handles a message; a repeat gets no row.
INSERT INTO inbox_seen (consumer, message_id)
VALUES ($1, $2)
ON CONFLICT DO NOTHING
RETURNING true;
