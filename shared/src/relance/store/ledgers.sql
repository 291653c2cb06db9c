-- name: enabled
-- The ledgers to follow, with everything about them that a person configures.
SELECT id, name, kind, backend, workbook, tab, firm, currency, country, zone, language, number_id, mapping
FROM ledger
WHERE enabled
ORDER BY id
LIMIT 1000;

-- name: by_name
-- One ledger, enabled or not.
SELECT id
FROM ledger
WHERE name = $1;

-- name: accept
-- A person says that what the brake stops is true.
INSERT INTO ledger_acceptance (ledger_id, asked_by)
VALUES ($1, $2);

-- name: spend_acceptance
-- Takes a person's word for this one reading; an old word is not about what the sheet says now.
UPDATE ledger_acceptance
SET spent_at = clock_timestamp()
WHERE ledger_id = $1 AND spent_at IS NULL AND asked_at > clock_timestamp() - interval '1 hour'
RETURNING asked_by;

-- name: keep_mapping
-- The columns of a person's own sheet, as they accepted them.
UPDATE ledger
SET mapping = $2
WHERE id = $1;
