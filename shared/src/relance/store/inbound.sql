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

-- name: known_titles
-- Of these chat titles, those that show a customer's number or were bound to a customer of ours.
SELECT shown.title
FROM unnest($2::text[], $3::text[]) WITH ORDINALITY AS shown (title, phone, place)
WHERE EXISTS (SELECT FROM chat_binding b WHERE b.number_id = $1 AND b.title = shown.title)
   OR EXISTS (SELECT FROM customer c WHERE c.phone = shown.phone)
ORDER BY shown.place
LIMIT 1000;

-- name: known_keys
-- Bubbles of this chat already stored.
SELECT page_key
FROM inbound_message
WHERE number_id = $1 AND customer_id = $2
LIMIT 100000;

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
