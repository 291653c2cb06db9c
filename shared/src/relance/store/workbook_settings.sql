-- name: newest
-- What holds now, for each ledger that has a say in its workbook.
SELECT DISTINCT ON (s.ledger_id) s.id, s.ledger_id, l.number_id, s.version, s.settings, s.texts, s.taken_at
FROM workbook_settings s
JOIN ledger l ON l.id = s.ledger_id
WHERE l.enabled
ORDER BY s.ledger_id, s.version DESC
LIMIT 1000;

-- name: newest_id
-- Grows with every change of any ledger's settings.
SELECT coalesce(max(id), 0) FROM workbook_settings;

-- name: take
-- The next version; two readers of one workbook cannot both be next.
INSERT INTO workbook_settings (ledger_id, version, settings, texts, by, taken_at)
SELECT $1, coalesce(max(version), 0) + 1, $2, $3, $4, $5
FROM workbook_settings
WHERE ledger_id = $1
ON CONFLICT (ledger_id, version) DO NOTHING
RETURNING version;

-- name: pause
-- The last day on which nothing leaves for a ledger.
UPDATE ledger SET paused_until = $2 WHERE id = $1 AND paused_until IS DISTINCT FROM $2;

-- name: withdraw
-- What has not begun to leave for a paused ledger does not leave; the plan makes it due again afterwards.
UPDATE send_job j
SET state = 'cancelled', reason = 'held', changed_at = clock_timestamp()
FROM receivable r
WHERE r.id = j.receivable_id AND r.ledger_id = $1 AND j.kind = ANY($2::text[]) AND j.state IN ('due', 'published');

-- name: headers
-- Columns that a ledger's rows really fill: names a text may use.
SELECT DISTINCT jsonb_object_keys(recent.fields) AS header
FROM (SELECT fields FROM receivable WHERE ledger_id = $1 AND absences = 0 ORDER BY id DESC LIMIT 500) recent
LIMIT 1000;
