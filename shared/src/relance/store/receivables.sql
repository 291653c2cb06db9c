-- name: lock_ledger
-- One reader of a ledger at a time, should two processes overlap during a deployment.
SELECT pg_advisory_xact_lock(20411, $1);

-- name: known
-- Everything a ledger's rows said when they were last read, closed ones included.
SELECT id, key, customer_id, status, currency, total, balance, due_on, departs_on, returns_on, label, payment_link,
       travellers, tickets_received, pilot, paused_until, fields, fingerprint, cells_hash, problems, position, absences,
       version, paid_at, paid_evidence
FROM receivable
WHERE ledger_id = $1
ORDER BY id
LIMIT 200000;

-- name: add
-- A row seen for the first time; the unique key makes a repeat harmless.
INSERT INTO receivable (ledger_id, key, customer_id, status, currency, total, balance, due_on, departs_on, returns_on,
                        label, payment_link, travellers, tickets_received, pilot, paused_until, fields, fingerprint,
                        cells_hash, problems, position, absences, version, paid_at, paid_evidence, created_at, changed_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24,
        $25, $26, $26)
ON CONFLICT (ledger_id, key) DO NOTHING
RETURNING id;

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

-- name: person
-- One customer per phone; the number that speaks to them stays the one of their first row.
WITH kept AS (
    INSERT INTO customer (phone, name, language, zone, number_id)
    VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (phone) DO UPDATE
    SET name = EXCLUDED.name, language = EXCLUDED.language, zone = EXCLUDED.zone, version = customer.version + 1
    WHERE (customer.name, customer.language, customer.zone) IS DISTINCT FROM (EXCLUDED.name, EXCLUDED.language, EXCLUDED.zone)
    RETURNING id
)
SELECT id FROM kept
UNION ALL
SELECT id FROM customer WHERE phone = $1
LIMIT 1;

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

-- name: statuses_written
-- The status each row's cell was last left with, by us or by a person.
SELECT c.receivable_id, c.written
FROM sheet_cell c
JOIN receivable r ON r.id = c.receivable_id
WHERE r.ledger_id = $1 AND c.field = 'status'
LIMIT 200000;

-- name: note_cell
-- What a cell holds now, and since when.
INSERT INTO sheet_cell (receivable_id, field, written, written_at)
VALUES ($1, $2, $3, $4)
ON CONFLICT (receivable_id, field) DO UPDATE
SET written = EXCLUDED.written, written_at = EXCLUDED.written_at;

-- name: owner_task
-- Something about a ledger that a person has to look at, once per subject.
INSERT INTO human_task (kind, subject, created_at)
VALUES ($1, $2, $3)
ON CONFLICT (kind, subject) DO NOTHING;

-- name: standings
-- For every present row of a ledger, all that its own cells should say.
SELECT r.id, r.key, r.position, r.status, r.problems, d.verdict, d.step, d.next_step, d.next_at,
       sent.last_at AS last_sent_at, papers.asked AS papers_asked, papers.done AS papers_done,
       held.reasons AS holds, held.claimed_at, coalesce(cells.written, '{}') AS written
FROM receivable r
LEFT JOIN decision d ON d.receivable_id = r.id
LEFT JOIN LATERAL (
    SELECT max(j.sent_at) AS last_at
    FROM reminder m
    JOIN send_job j ON j.id = m.job_id
    WHERE m.receivable_id = r.id AND j.kind = 'payment' AND j.state IN ('sent', 'delivered', 'read')
) sent ON true
LEFT JOIN LATERAL (
    SELECT count(*) AS asked, count(*) FILTER (WHERE state IN ('received', 'accepted', 'waived')) AS done
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
    SELECT jsonb_object_agg(field, jsonb_build_object('text', written, 'at', written_at)) AS written
    FROM sheet_cell
    WHERE receivable_id = r.id
) cells ON true
WHERE r.ledger_id = $1 AND r.absences = 0
ORDER BY r.position
LIMIT 200000;
