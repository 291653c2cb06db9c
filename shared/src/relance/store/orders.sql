-- name: row_by_key
-- The rows a person names by their Réf., in one ledger or in all.
SELECT r.id, r.key, r.customer_id, r.ledger_id, l.name AS ledger, coalesce(c.name, '') AS customer
FROM receivable r
JOIN ledger l ON l.id = r.ledger_id
LEFT JOIN customer c ON c.id = r.customer_id
WHERE r.key = $1 AND ($2::text IS NULL OR l.name = $2) AND r.absences < 2
ORDER BY r.id
LIMIT 10;

-- name: rows_by_id
-- Rows by their number.
SELECT r.id, r.key, r.customer_id, r.ledger_id, l.name AS ledger, coalesce(c.name, '') AS customer
FROM receivable r
JOIN ledger l ON l.id = r.ledger_id
LEFT JOIN customer c ON c.id = r.customer_id
WHERE r.id = ANY($1::bigint[]) AND r.absences < 2
ORDER BY r.id
LIMIT 1000;

-- name: rows_by_phone
-- The rows of the people of these numbers.
SELECT r.id, r.key, r.customer_id, r.ledger_id, l.name AS ledger, c.name AS customer
FROM customer c
JOIN receivable r ON r.customer_id = c.id
JOIN ledger l ON l.id = r.ledger_id
WHERE c.phone = ANY($1::text[]) AND ($2::text IS NULL OR l.name = $2) AND r.absences < 2
ORDER BY r.id
LIMIT 200;

-- name: countries
-- Where the ledgers' customers mostly are: what completes a national number.
SELECT DISTINCT country
FROM ledger
WHERE $1::text IS NULL OR name = $1
ORDER BY country
LIMIT 300;

-- name: zone_of
-- The zone of a ledger, of a row's ledger, or of the ledger of a person's latest row.
SELECT l.zone
FROM ledger l
LEFT JOIN receivable r ON r.ledger_id = l.id
WHERE l.id = $1 OR r.customer_id = $2 OR r.id = $3
ORDER BY r.changed_at DESC NULLS LAST
LIMIT 1;

-- name: hold
-- A hold on a ledger, a person or a row: exactly one of the three. The same one that is live already stays.
INSERT INTO hold (scope, ledger_id, customer_id, receivable_id, reason, until, by, note, created_at)
VALUES (CASE WHEN $1::smallint IS NOT NULL THEN 'ledger' WHEN $2::bigint IS NOT NULL THEN 'customer' ELSE 'item' END,
        $1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (scope, coalesce(ledger_id, 0), coalesce(customer_id, 0), coalesce(receivable_id, 0), reason)
    WHERE lifted_at IS NULL
    DO NOTHING;

-- name: retire
-- The live holds of that scope and these reasons end; who and when are kept.
UPDATE hold
SET lifted_at = $5, lifted_by = $6
WHERE lifted_at IS NULL
  AND ledger_id IS NOT DISTINCT FROM $1
  AND customer_id IS NOT DISTINCT FROM $2
  AND receivable_id IS NOT DISTINCT FROM $3
  AND reason = ANY($4::text[])
RETURNING reason, until;

-- name: holds_on
-- What holds a row now: who said so, why, until when.
SELECT h.scope, h.reason, h.until, h.by, h.note, h.created_at
FROM hold h
WHERE h.lifted_at IS NULL AND (h.until IS NULL OR h.until > $2)
  AND (h.receivable_id = $1
       OR h.customer_id = (SELECT customer_id FROM receivable WHERE id = $1)
       OR h.ledger_id = (SELECT ledger_id FROM receivable WHERE id = $1))
ORDER BY h.created_at
LIMIT 100;

-- name: messages_of
-- What became of each step of a row, oldest first.
SELECT m.step, m.cycle, m.due_at, m.skipped, j.state, j.reason, j.sent_at, j.attachment_kind AS attachment,
       CASE WHEN j.state = 'due' THEN j.attachment_problem END AS problem
FROM reminder m
LEFT JOIN send_job j ON j.id = m.job_id
WHERE m.receivable_id = $1 AND m.skipped IS DISTINCT FROM 'withdrawn'
ORDER BY coalesce(j.sent_at, m.due_at), m.step, m.cycle
LIMIT 200;

-- name: booked
-- Messages that wait for their number, with the rows they speak of, the carrier first.
SELECT j.id AS job_id, j.customer_id, j.template, greatest(j.due_at, j.not_before) AS due_at, j.attachment_kind AS attachment,
       m.receivable_id, m.step, m.cycle
FROM send_job j
JOIN reminder m ON m.job_id = j.id AND m.skipped IS NULL
WHERE j.state IN ('due', 'published') AND j.kind <> 'answer'
ORDER BY j.due_at, j.id, m.receivable_id <> j.receivable_id, m.receivable_id
LIMIT 200000;

-- name: awaiting_approval
-- Rows whose next step waits for a person.
SELECT d.receivable_id
FROM decision d
JOIN receivable r ON r.id = d.receivable_id
JOIN ledger l ON l.id = r.ledger_id
WHERE d.blockers && ARRAY['needs_approval', 'human_step'] AND ($1::text IS NULL OR l.name = $1)
ORDER BY d.decided_at, d.receivable_id
LIMIT 500;

-- name: approve
-- A person's yes to one step of one row as it was shown; the latest is the one that counts.
INSERT INTO approval (receivable_id, step, cycle, approved_at, approved_by, row_version)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (receivable_id, step, cycle) DO UPDATE
SET approved_at = EXCLUDED.approved_at, approved_by = EXCLUDED.approved_by, row_version = EXCLUDED.row_version;

-- name: pilots
-- Who is in the pilot beside the rows marked so, by whom and since when.
SELECT c.name, c.phone, p.added_at, p.added_by
FROM pilot_member p
JOIN customer c ON c.id = p.customer_id
ORDER BY p.added_at, c.id
LIMIT 1000;

-- name: widen_pilot
-- The next people with an open row join, those whose date comes first before the others.
INSERT INTO pilot_member (customer_id, added_at, added_by)
SELECT r.customer_id, $2, $3
FROM receivable r
JOIN ledger l ON l.id = r.ledger_id AND l.enabled
WHERE r.status IN ('pending', 'reminded', 'late') AND r.absences = 0 AND r.customer_id IS NOT NULL
  AND ($4::text IS NULL OR l.name = $4)
  AND NOT EXISTS (SELECT FROM pilot_member p WHERE p.customer_id = r.customer_id)
GROUP BY r.customer_id
ORDER BY min(r.due_on) NULLS LAST, r.customer_id
LIMIT $1
ON CONFLICT (customer_id) DO NOTHING
RETURNING customer_id;

-- name: join_pilot
-- One person joins.
INSERT INTO pilot_member (customer_id, added_at, added_by)
VALUES ($1, $2, $3)
ON CONFLICT (customer_id) DO NOTHING
RETURNING customer_id;

-- name: leave_pilot
-- One person leaves.
DELETE FROM pilot_member
WHERE customer_id = $1
RETURNING customer_id;

-- name: ledger_named
-- One ledger, and whether it waits for a first yes.
SELECT l.id, l.name, coalesce(a.state, 'active') AS state, coalesce(a.late_items, 0) AS late_items
FROM ledger l
LEFT JOIN ledger_activation a ON a.ledger_id = l.id
WHERE l.name = $1;

-- name: ledger_names
-- Every ledger, by the name the deployment gives it.
SELECT id, name
FROM ledger
ORDER BY id
LIMIT 1000;

-- name: activate
-- Somebody saw the plan of an old ledger and said yes.
UPDATE ledger_activation
SET state = 'active', activated_at = $2, activated_by = $3
WHERE ledger_id = $1 AND state = 'waiting'
RETURNING ledger_id;
