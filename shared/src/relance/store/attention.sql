-- name: newest_mark
-- Marks made later wait for the next pass, so that a pass ends although it makes some itself.
SELECT coalesce(max(id), 0)
FROM plan_mark;

-- name: marks
-- What changed, oldest first.
SELECT id, customer_id, receivable_id
FROM plan_mark
WHERE id <= $1
ORDER BY id
LIMIT $2;

-- name: forget
-- Marks that were read before the rows were; their decisions are written.
DELETE FROM plan_mark
WHERE id = ANY($1::bigint[]);

-- name: due
-- Rows whose time has come, the longest due first.
SELECT receivable_id
FROM decision
WHERE look_at <= $1
ORDER BY look_at
LIMIT $2;

-- name: start_sweep
-- Everybody is looked at again, from the first row on.
UPDATE plan_sweep
SET after_id = 0;

-- name: sweep
-- How far the look at everybody has come; NULL when none is under way.
SELECT after_id
FROM plan_sweep;

-- name: swept
-- The rows that follow.
SELECT id
FROM receivable
WHERE id > $1
ORDER BY id
LIMIT $2;

-- name: advance_sweep
-- NULL when the last row was reached.
UPDATE plan_sweep
SET after_id = $1
WHERE after_id IS DISTINCT FROM $1;

-- name: with_siblings
-- The named rows, every row of the named people, and the unfinished others of the same people, for one message may speak of
-- all; only those that are present, in a ledger that is on.
WITH named AS (
    SELECT id
    FROM receivable
    WHERE id = ANY($1::bigint[])
    UNION
    SELECT id
    FROM receivable
    WHERE customer_id = ANY($2::bigint[])
    UNION
    SELECT other.id
    FROM receivable r
    JOIN receivable other ON other.customer_id = r.customer_id
    LEFT JOIN decision d ON d.receivable_id = other.id
    WHERE r.id = ANY($1::bigint[]) AND d.verdict IS DISTINCT FROM 'finished'
)
SELECT r.id
FROM named
JOIN receivable r USING (id)
JOIN ledger l ON l.id = r.ledger_id
WHERE l.enabled AND r.absences < 2
LIMIT 1000000;

-- name: look
-- When time alone may change each decision; NULL when only news can.
UPDATE decision d
SET look_at = asked.look_at
FROM unnest($1::bigint[], $2::timestamptz[]) AS asked (receivable_id, look_at)
WHERE d.receivable_id = asked.receivable_id AND d.look_at IS DISTINCT FROM asked.look_at;

-- name: verdicts
-- How many rows stand where.
SELECT verdict, count(*) AS items
FROM decision
GROUP BY verdict
LIMIT 10;

-- name: next_look
-- The first instant to come at which time alone may change a decision.
SELECT min(look_at)
FROM decision
WHERE look_at > $1;
