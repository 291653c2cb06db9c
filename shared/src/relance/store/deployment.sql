-- name: put_number
-- A number keeps its alias; changing its phone re-pairs it.
INSERT INTO number (alias, phone, transport, cloud_phone_id, cloud_account_id)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (alias) DO UPDATE
SET phone = excluded.phone, transport = excluded.transport, cloud_phone_id = excluded.cloud_phone_id,
    cloud_account_id = excluded.cloud_account_id, enabled = true
RETURNING id;

-- name: retire_numbers
-- Numbers that left the file stop sending; their history stays.
UPDATE number SET enabled = false WHERE alias <> ALL($1::text[]) AND enabled;

-- name: put_ledger
-- A ledger keeps its name.
INSERT INTO ledger (name, kind, backend, workbook, tab, firm, currency, country, zone, language, number_id, registration)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, (SELECT id FROM number WHERE alias = $11), $12)
ON CONFLICT (name) DO UPDATE
SET kind = excluded.kind, backend = excluded.backend, workbook = excluded.workbook, tab = excluded.tab,
    firm = excluded.firm, currency = excluded.currency, country = excluded.country, zone = excluded.zone,
    language = excluded.language, number_id = excluded.number_id, registration = excluded.registration,
    enabled = true;

-- name: retire_ledgers
-- Ledgers that left the file are no longer read; nothing leaves for them.
UPDATE ledger SET enabled = false WHERE name <> ALL($1::text[]) AND enabled;
