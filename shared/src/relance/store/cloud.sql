-- name: number_with
-- The enabled number that Meta calls so.
SELECT id
FROM number
WHERE cloud_phone_id = $1 AND transport = 'cloud_api' AND enabled;

-- name: begin
-- The intent, committed before the request; no row when the number belongs to another process by now.
INSERT INTO cloud_message (key, number_id, customer_id, outgoing, body, media, status)
SELECT $1, $2, $4, true, $5, $6, 'posting'
FROM number_lease l
WHERE l.number_id = $2 AND l.epoch = $3
RETURNING id;

-- name: accepted
-- The answer came: Meta has it. A status may have been quicker.
UPDATE cloud_message
SET wamid = $2, accepted_at = clock_timestamp(), status = CASE WHEN status = 'posting' THEN 'accepted' ELSE status END
WHERE key = $1;

-- name: declined
-- The answer came: no. Whatever a status said before stands.
UPDATE cloud_message
SET status = $2, error_code = $3
WHERE key = $1 AND status = 'posting';

-- name: told
-- A status of one of ours, known by our key or by its wamid; only ever forward, whatever the order they come in.
UPDATE cloud_message m
SET status = $3,
    wamid = coalesce(m.wamid, $2),
    accepted_at = coalesce(m.accepted_at, clock_timestamp()),
    error_code = coalesce($4, m.error_code)
WHERE m.outgoing AND (m.key = $1 OR m.wamid = $2)
  AND array_position(ARRAY['refused', 'posting', 'accepted', 'sent', 'delivered', 'read'], m.status)
      < CASE $3::text WHEN 'failed' THEN 5 ELSE array_position(ARRAY['refused', 'posting', 'accepted', 'sent', 'delivered', 'read'], $3::text) END
RETURNING m.key, m.number_id;

-- name: sent_before
-- The message of ours that was counted as sent and of which Meta says afterwards that it failed.
SELECT id, attempt, customer_id, receivable_id
FROM send_job
WHERE number_id = $1 AND provider_msg = $2 AND state IN ('sent', 'delivered');

-- name: hear
-- A customer's message, once; nothing of anybody else is kept.
INSERT INTO cloud_message (key, wamid, number_id, customer_id, outgoing, body, media, media_ref, at)
SELECT $1, $1, $2, c.id, false, $4, $5, $6, $7
FROM customer c
WHERE c.phone = $3
ON CONFLICT DO NOTHING
RETURNING id;

-- name: chat
-- What was said between the number and a customer, the latest 200, oldest first.
SELECT key, outgoing, body, media, status, seconds_accepted
FROM (
    SELECT id, key, outgoing, body, media, status,
           extract(epoch FROM clock_timestamp() - accepted_at)::double precision AS seconds_accepted
    FROM cloud_message
    WHERE number_id = $1 AND customer_id = $2 AND status IS DISTINCT FROM 'refused'
    ORDER BY id DESC
    LIMIT 200
) latest
ORDER BY id;

-- name: seconds_since_heard
-- For how long this customer has not written; NULL when never.
SELECT extract(epoch FROM clock_timestamp() - max(at))::double precision
FROM cloud_message
WHERE number_id = $1 AND customer_id = $2 AND NOT outgoing;

-- name: unread
-- Phones of customers whose message is not stored yet.
SELECT c.phone
FROM cloud_message m
JOIN customer c ON c.id = m.customer_id
WHERE m.number_id = $1 AND NOT m.outgoing
  AND NOT EXISTS (SELECT FROM inbound_message i
                  WHERE i.number_id = m.number_id AND i.customer_id = m.customer_id AND i.page_key = m.key)
GROUP BY c.phone
ORDER BY min(m.id)
LIMIT 100;

-- name: recent
-- Phones of the customers last spoken with, the latest first.
SELECT c.phone
FROM cloud_message m
JOIN customer c ON c.id = m.customer_id
WHERE m.number_id = $1
GROUP BY c.phone
ORDER BY max(m.id) DESC
LIMIT 100;

-- name: media
-- What Meta calls the medium of a customer's message.
SELECT media_ref
FROM cloud_message
WHERE number_id = $1 AND key = $2;
