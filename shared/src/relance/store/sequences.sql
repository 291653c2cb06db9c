-- name: approvals
-- Steps of these rows that a person said yes to, and whose row says what it said then.
SELECT a.receivable_id, a.step, a.cycle
FROM approval a
JOIN receivable r ON r.id = a.receivable_id
WHERE a.receivable_id = ANY($1::bigint[]) AND coalesce(a.row_version = r.version, true)
LIMIT 1000000;

-- name: waiting_ledgers
-- Ledgers that nobody said yes to yet.
SELECT ledger_id
FROM ledger_activation
WHERE state = 'waiting'
LIMIT 10000;

-- name: pilots
-- Who of these people is in the pilot group.
SELECT customer_id
FROM pilot_member
WHERE customer_id = ANY($1::bigint[])
LIMIT 1000000;

-- name: registrations
-- Enterprise numbers of the firms that gave one.
SELECT id, registration
FROM ledger
WHERE registration <> ''
LIMIT 10000;

-- name: begun
-- The sequence each of these rows began, or the one the owner moved it to.
SELECT DISTINCT ON (m.receivable_id) m.receivable_id, w.version, w.body
FROM reminder m
JOIN sequence_version v ON v.version = m.sequence_version
JOIN sequence_version w ON w.version = coalesce(v.moved_to, v.version)
WHERE m.receivable_id = ANY($1::bigint[])
ORDER BY m.receivable_id, m.created_at DESC, m.due_at DESC
LIMIT 1000000;

-- name: take
-- A sequence as data, once; the same text taken again is the same version.
INSERT INTO sequence_version (ledger_id, digest, body, taken_at, taken_by)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (ledger_id, digest) DO NOTHING;

-- name: version_of
-- The version of a sequence that was taken.
SELECT version
FROM sequence_version
WHERE ledger_id = $1 AND digest = $2;

-- name: settle_unversioned
-- Items that began the shipped sequence keep it when their ledger gets one of its own.
UPDATE reminder
SET sequence_version = $2
WHERE ledger_id = $1 AND sequence_version IS NULL;

-- name: move_all
-- The owner's word that running items follow the present sequence.
UPDATE sequence_version
SET moved_to = nullif($2, version)
WHERE ledger_id = $1;

-- name: ledgers
-- Every ledger that is on.
SELECT id, name, kind
FROM ledger
WHERE enabled
ORDER BY id
LIMIT 10000;

-- name: first_look
-- The first look at a ledger that has rows: more old debts than $2, and a person is asked before anything goes out.
INSERT INTO ledger_activation (ledger_id, state, late_items, seen_at, activated_at, activated_by)
SELECT l.id,
       CASE WHEN found.late > $2 THEN 'waiting' ELSE 'active' END,
       found.late,
       $1,
       CASE WHEN found.late > $2 THEN NULL ELSE $1 END,
       CASE WHEN found.late > $2 THEN NULL ELSE 'first look' END
FROM ledger l
CROSS JOIN LATERAL (
    SELECT count(*) AS rows,
           count(*) FILTER (WHERE r.status IN ('pending', 'reminded', 'late')
                              AND r.due_on < ($1::timestamptz AT TIME ZONE l.zone)::date) AS late
    FROM receivable r
    WHERE r.ledger_id = l.id
) found
WHERE l.enabled
  AND NOT EXISTS (SELECT FROM ledger_activation a WHERE a.ledger_id = l.id)
  AND found.rows > 0
ON CONFLICT (ledger_id) DO NOTHING
RETURNING ledger_id, state;

-- name: unseen_ledgers
-- Whether a ledger that has rows waits for its first look: an insert of nothing would still wake the plan for everybody.
SELECT EXISTS (
    SELECT FROM ledger l
    WHERE l.enabled
      AND NOT EXISTS (SELECT FROM ledger_activation a WHERE a.ledger_id = l.id)
      AND EXISTS (SELECT FROM receivable r WHERE r.ledger_id = l.id));

-- name: has_spoken
-- Whether this ledger already sent something: an upgrade asks nothing anew.
UPDATE ledger_activation
SET state = 'active', activated_at = $2, activated_by = 'already in use'
WHERE ledger_id = $1 AND state = 'waiting' AND EXISTS (SELECT FROM reminder m WHERE m.ledger_id = $1)
RETURNING ledger_id;

-- name: ask_activation
-- One task per ledger.
INSERT INTO human_task (kind, subject, created_at)
VALUES ('needs_activation', $1, $2)
ON CONFLICT (kind, subject) DO NOTHING;

-- name: open_budget
-- The first budget of a ledger.
INSERT INTO ledger_budget (ledger_id, local_day)
VALUES ($1, $2)
ON CONFLICT (ledger_id) DO NOTHING;

-- name: budget
-- What a ledger has spent, locked until the release commits.
SELECT local_day, sent
FROM ledger_budget
WHERE ledger_id = $1
FOR UPDATE;

-- name: spend
-- Spent in the release transaction, like the number's.
UPDATE ledger_budget
SET local_day = greatest(local_day, $2), sent = $3
WHERE ledger_id = $1;
