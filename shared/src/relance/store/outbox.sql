-- name: add
-- One message that becomes true with the transaction it is written in.
INSERT INTO outbox (message_id, exchange, routing_key, body)
VALUES ($1, $2, $3, $4);

-- name: add_many
-- Messages that differ in their id and data only, in the order given.
INSERT INTO outbox (message_id, exchange, routing_key, body)
SELECT id, $1, $2, $3::jsonb || jsonb_build_object('id', id, 'data', data)
FROM (
    SELECT gen_random_uuid() AS id, data
    FROM unnest($4::jsonb[]) WITH ORDINALITY AS told (data, place)
    ORDER BY place
) AS message;

-- name: wake
-- Tells the relay; heard at commit, and only a hint: the relay polls all the same.
SELECT pg_notify('relance_outbox', '');

-- name: oldest
-- Unpublished messages in order. Nothing is locked: two relays at once would publish twice what receivers recognise.
SELECT id, message_id, exchange, routing_key, body
FROM outbox
WHERE published_at IS NULL
ORDER BY id
LIMIT $1;

-- name: mark
-- Confirmed by the broker.
UPDATE outbox
SET published_at = clock_timestamp()
WHERE id = ANY($1::bigint[]) AND published_at IS NULL;

-- name: waiting
-- How many messages wait, and since when (seconds).
SELECT count(*) AS pending,
       coalesce(extract(epoch FROM clock_timestamp() - min(created_at)), 0)::float8 AS oldest_age_s
FROM outbox
WHERE published_at IS NULL;

-- name: prune
-- Published messages are kept a week for inquiries.
DELETE FROM outbox
WHERE id IN (SELECT id FROM outbox WHERE published_at < clock_timestamp() - interval '7 days' ORDER BY id LIMIT 1000);
