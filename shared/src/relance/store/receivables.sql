-- name: lock_ledger
-- One reader of a ledger at a time, should two processes overlap during a deployment.
SELECT pg_advisory_xact_lock(20411, $1);

-- name: known
-- What identifies every row that a ledger ever had, closed ones included.
SELECT id, key, customer_id, status, fingerprint, cells_hash, position, absences
FROM receivable
WHERE ledger_id = $1
ORDER BY id
LIMIT 1000000;

-- name: said
-- Everything that some items' rows said when they were last read.
SELECT id, key, customer_id, status, currency, total, balance, due_on, departs_on, returns_on, label, payment_link,
       travellers, tickets_received, pilot, paused_until, fields, fingerprint, cells_hash, problems, position, absences,
       version, paid_at, paid_evidence
FROM receivable
WHERE id = ANY($1::bigint[])
ORDER BY id
LIMIT 1000000;

-- name: newest_id
-- What was added to a ledger afterwards has a higher id.
SELECT coalesce(max(id), 0)
FROM receivable;

-- name: ids_after
-- What was added to a ledger since then.
SELECT id, key
FROM receivable
WHERE ledger_id = $1 AND id > $2
ORDER BY id
LIMIT 1000000;

-- name: change
-- The row says something else than before.
UPDATE receivable
SET customer_id = $2, status = $3, currency = $4, total = $5, balance = $6, due_on = $7, departs_on = $8,
    returns_on = $9, label = $10, payment_link = $11, travellers = $12, tickets_received = $13, pilot = $14,
    paused_until = $15, fields = $16, fingerprint = $17, cells_hash = $18, problems = $19, position = $20,
    absences = $21, version = $22, paid_at = $23, paid_evidence = $24, changed_at = $25
WHERE id = $1;

-- name: count_held
-- Rows that wait for their owner to mend a cell.
SELECT count(*)
FROM receivable
WHERE ledger_id = $1 AND absences = 0 AND problems <> '[]';

-- name: move
-- Rows were sorted, or one was inserted above.
UPDATE receivable
SET position = moved.position
FROM unnest($1::bigint[], $2::integer[]) AS moved (id, position)
WHERE receivable.id = moved.id;

-- name: people
-- One customer per phone; the number that speaks to them stays the one of their first row.
WITH seen AS (
    SELECT phone, name, language, zone
    FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) AS seen (phone, name, language, zone)
), kept AS (
    INSERT INTO customer (phone, name, language, zone, number_id)
    SELECT phone, name, language, zone, $5
    FROM seen
    ON CONFLICT (phone) DO UPDATE
    SET name = EXCLUDED.name, language = EXCLUDED.language, zone = EXCLUDED.zone, version = customer.version + 1
    WHERE (customer.name, customer.language, customer.zone) IS DISTINCT FROM (EXCLUDED.name, EXCLUDED.language, EXCLUDED.zone)
    RETURNING id, phone
)
SELECT id, phone
FROM kept
UNION
SELECT customer.id, phone
FROM customer
JOIN seen USING (phone)
LIMIT 1000000;

-- name: cancel_jobs
-- What has not begun to leave for an item does not leave any more; the sender's claim and this exclude one another.
UPDATE send_job
SET state = 'cancelled', reason = $2, changed_at = clock_timestamp()
WHERE receivable_id = $1 AND kind = ANY($3::text[]) AND state IN ('due', 'published');

-- name: lift_claim
-- A person looked at the money: the customer's word is not needed any more.
UPDATE hold
SET lifted_at = $3, lifted_by = 'sheet'
WHERE reason = 'paid_claim' AND lifted_at IS NULL AND (receivable_id = $1 OR customer_id = $2)
RETURNING id;

-- name: trusted_word
-- The message that made an item paid, when its owner believes words.
SELECT 'claim:' || inbound_id
FROM effect
WHERE receivable_id = $1 AND trusted AND undone_at IS NULL
ORDER BY made_at DESC
LIMIT 1;

-- name: statuses_written
-- The status some rows' cells were last left with, by us or by a person.
SELECT receivable_id, written
FROM sheet_cell
WHERE receivable_id = ANY($1::bigint[]) AND field = 'status'
LIMIT 1000000;

-- name: note_cell
-- What a cell holds now, and since when.
INSERT INTO sheet_cell (receivable_id, field, written, written_at)
VALUES ($1, $2, $3, $4)
ON CONFLICT (receivable_id, field) DO UPDATE
SET written = EXCLUDED.written, written_at = EXCLUDED.written_at;

-- name: note_cells
-- The same for many cells at once.
INSERT INTO sheet_cell (receivable_id, field, written, written_at)
SELECT receivable_id, field, written, $4
FROM unnest($1::bigint[], $2::text[], $3::text[]) AS noted (receivable_id, field, written)
ON CONFLICT (receivable_id, field) DO UPDATE
SET written = EXCLUDED.written, written_at = EXCLUDED.written_at;

-- name: owner_task
-- Something about a ledger that a person has to look at, once per subject.
INSERT INTO human_task (kind, subject, created_at)
VALUES ($1, $2, $3)
ON CONFLICT (kind, subject) DO NOTHING;

-- name: owner_task_done
-- The ledger makes sense again: nobody has to look any more.
UPDATE human_task
SET closed_at = clock_timestamp()
WHERE kind = $1 AND subject LIKE $2 || ':%' AND closed_at IS NULL;

-- name: newest
-- Changes whenever something may have happened that the cells of ours should show. A write that commits after a later
-- one was seen can be missed: the caller writes everything now and then all the same.
SELECT (SELECT max(decided_at) FROM decision) AS decided,
       (SELECT max(changed_at) FROM send_job) AS sent,
       (SELECT max(changed_at) FROM document) AS papers,
       (SELECT max(id) FROM hold) AS held,
       (SELECT max(lifted_at) FROM hold) AS lifted,
       (SELECT max(undone_at) FROM effect) AS undone,
       (SELECT min(until) FROM hold WHERE lifted_at IS NULL AND until > $1) AS ends,
       (SELECT count(*) FROM hold WHERE lifted_at IS NULL AND until IS NOT NULL) AS timed;

-- name: standings
-- For some rows, those that are there, all that their own cells should say.
SELECT r.id, r.key, r.position, r.status, r.problems, d.verdict, d.step, d.next_step, d.next_at,
       coalesce(d.blockers, '{}') AS blockers,
       sent.last_at AS last_sent_at, papers.asked AS papers_asked, papers.done AS papers_done,
       held.reasons AS holds, held.claimed_at, coalesce(cells.written, '{}') AS written,
       word.trusted_at, CASE WHEN r.paid_evidence LIKE 'claim:%' THEN word.withdrawn_at END AS distrusted_at
FROM receivable r
LEFT JOIN decision d ON d.receivable_id = r.id
LEFT JOIN LATERAL (
    SELECT max(j.sent_at) AS last_at
    FROM reminder m
    JOIN send_job j ON j.id = m.job_id
    WHERE m.receivable_id = r.id AND j.kind = 'payment' AND j.state IN ('sent', 'delivered', 'read')
) sent ON true
LEFT JOIN LATERAL (
    SELECT count(*) FILTER (WHERE state <> 'waived') AS asked, count(*) FILTER (WHERE state IN ('received', 'accepted')) AS done
    FROM document
    WHERE receivable_id = r.id
) papers ON true
LEFT JOIN LATERAL (
    SELECT coalesce(array_agg(DISTINCT h.reason), '{}') AS reasons,
           max(h.created_at) FILTER (WHERE h.reason = 'paid_claim') AS claimed_at
    FROM hold h
    WHERE h.lifted_at IS NULL AND (h.until IS NULL OR h.until > $2)
      AND (h.receivable_id = r.id OR h.customer_id = r.customer_id OR (h.scope = 'ledger' AND h.ledger_id = r.ledger_id))
) held ON true
LEFT JOIN LATERAL (
    SELECT max(made_at) FILTER (WHERE undone_at IS NULL) AS trusted_at,
           CASE WHEN bool_and(undone_at IS NOT NULL) THEN max(undone_at) END AS withdrawn_at
    FROM effect
    WHERE trusted AND receivable_id = r.id
) word ON true
LEFT JOIN LATERAL (
    SELECT jsonb_object_agg(field, jsonb_build_object('text', written, 'at', written_at)) AS written
    FROM sheet_cell
    WHERE receivable_id = r.id
) cells ON true
WHERE r.id = ANY($1::bigint[]) AND r.absences = 0
ORDER BY r.position
LIMIT 1000000;
