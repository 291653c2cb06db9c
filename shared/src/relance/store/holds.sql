-- name: retire
-- Ends the live hold of the same scope and reason; tells whether it was still in force.
UPDATE hold
SET lifted_at = $3, lifted_by = CASE WHEN until <= $3 THEN 'expiry' ELSE $5 END
WHERE lifted_at IS NULL
  AND reason = $4
  AND customer_id IS NOT DISTINCT FROM $1
  AND receivable_id IS NOT DISTINCT FROM $2
  AND ledger_id IS NULL
RETURNING id, until IS NULL OR until > $3 AS was_live;

-- name: has_no_end
-- Whether the same is held until a person ends it.
SELECT EXISTS (
    SELECT FROM hold
    WHERE lifted_at IS NULL
      AND until IS NULL
      AND reason = $3
      AND customer_id IS NOT DISTINCT FROM $1
      AND receivable_id IS NOT DISTINCT FROM $2
      AND ledger_id IS NULL
);

-- name: place
-- A hold on a person or on one item. The same one placed meanwhile by somebody else wins.
INSERT INTO hold (scope, customer_id, receivable_id, reason, until, by, inbound_id, created_at)
VALUES (CASE WHEN $2::bigint IS NULL THEN 'customer' ELSE 'item' END, $1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (scope, coalesce(ledger_id, 0), coalesce(customer_id, 0), coalesce(receivable_id, 0), reason)
    WHERE lifted_at IS NULL
    DO NOTHING
RETURNING id;

-- name: lift
-- Ends the live holds of one reason on a person and on that person's items.
UPDATE hold
SET lifted_at = $3, lifted_by = $4
WHERE lifted_at IS NULL
  AND reason = $2
  AND (customer_id = $1 OR receivable_id IN (SELECT id FROM receivable WHERE customer_id = $1))
RETURNING id;

-- name: live
-- What holds a person now, on the person, an item or a whole ledger; the newest first.
SELECT h.id, h.scope, h.receivable_id, h.reason, h.until, h.by, h.created_at
FROM hold h
WHERE h.lifted_at IS NULL
  AND (h.until IS NULL OR h.until > $2)
  AND (h.customer_id = $1
       OR h.receivable_id IN (SELECT id FROM receivable WHERE customer_id = $1)
       OR h.ledger_id IN (SELECT ledger_id FROM receivable WHERE customer_id = $1))
ORDER BY h.created_at DESC
LIMIT 100;

-- name: is_silenced
-- True when nothing automatic may leave for this person.
SELECT EXISTS (
    SELECT FROM hold
    WHERE customer_id = $1
      AND lifted_at IS NULL
      AND reason IN ('optout', 'wrong_person')
      AND (until IS NULL OR until > $2)
);

-- name: expire
-- Ends the holds whose time is over, a few at a time, and says whose they were.
UPDATE hold h
SET lifted_at = $1, lifted_by = 'expiry'
FROM (
    SELECT o.id, o.receivable_id, coalesce(o.customer_id, r.customer_id) AS person_id, r.status
    FROM hold o
    LEFT JOIN receivable r ON r.id = o.receivable_id
    WHERE o.lifted_at IS NULL AND o.until <= $1 AND o.ledger_id IS NULL
    ORDER BY o.id
    LIMIT 100
    FOR UPDATE OF o SKIP LOCKED
) AS over
WHERE h.id = over.id
RETURNING h.id, h.reason, over.receivable_id, over.person_id, over.status;
