-- name: bind
-- What the header showed for this customer. History is fixed at the first reading and never moves.
INSERT INTO chat_binding (number_id, customer_id, title, history_until, bound_at)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (number_id, customer_id) DO UPDATE
SET title = EXCLUDED.title
RETURNING history_until;

-- name: is_customer
-- Whether this number belongs to somebody in the ledgers.
SELECT id
FROM customer
WHERE phone = $1;

-- name: known_chats
-- Of these chat titles, those that show a customer's number or were bound to a customer of ours, and whose they may be.
SELECT shown.title, c.id, c.phone
FROM unnest($2::text[], $3::text[]) WITH ORDINALITY AS shown (title, phone, place)
JOIN customer c ON c.phone = shown.phone
    OR (shown.phone IS NULL
        AND c.id IN (SELECT b.customer_id FROM chat_binding b WHERE b.number_id = $1 AND b.title = shown.title))
ORDER BY shown.place, c.id
LIMIT 1000;

-- name: never_opened
-- Customers whose chat was never opened on this number: one who is a saved contact there is shown by an unknown name.
SELECT c.name, c.id, c.phone
FROM customer c
WHERE c.number_id = $1
  AND NOT EXISTS (SELECT FROM chat_binding b WHERE b.number_id = $1 AND b.customer_id = c.id)
ORDER BY c.id DESC
LIMIT 1000;

-- name: stored
-- Bubbles of this chat already stored, in their order; the oldest of a very long one are not shown by the page any more.
SELECT page_key, body
FROM (
    SELECT page_key, body, received_at, id
    FROM inbound_message
    WHERE number_id = $1 AND customer_id = $2
    ORDER BY received_at DESC, id
    LIMIT 2000
) AS latest
ORDER BY received_at, id;

-- name: add
-- One bubble, once; no row when it was there.
INSERT INTO inbound_message (id, number_id, customer_id, page_key, kind, body, received_at, media_id)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (number_id, customer_id, page_key) DO NOTHING
RETURNING id;

-- name: spool
-- Sealed bytes, in the transaction that adds their message.
INSERT INTO media_spool (id, inbound_id, mime, size_bytes, sha256, nonce, sealed, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8);
