-- name: enabled
-- The ledgers to follow, with everything about them that a person configures.
SELECT id, name, kind, backend, workbook, tab, firm, currency, country, zone, language, number_id
FROM ledger
WHERE enabled
ORDER BY id
LIMIT 1000;
