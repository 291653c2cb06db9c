-- name: create_register
-- Which migrations this database has had.
CREATE TABLE IF NOT EXISTS schema_migration (
    version     integer PRIMARY KEY,
    name        text NOT NULL,
    checksum    text NOT NULL,
    applied_at  timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- name: open_register
-- Every service compares the schema with its own code at start.
GRANT SELECT ON schema_migration TO
    relance_ledger_sync, relance_scheduler, relance_sender, relance_inbox, relance_cli, relance_clock;

-- name: applied
-- In order.
SELECT version, name, checksum FROM schema_migration ORDER BY version;

-- name: record
-- In the migration's own transaction.
INSERT INTO schema_migration (version, name, checksum) VALUES ($1, $2, $3);

-- name: lock
-- One migration at a time, whoever starts it ('rela' in hexadecimal).
SELECT pg_advisory_xact_lock(1919249505);

-- name: newest
-- NULL on a database that was never migrated.
SELECT max(version) FROM schema_migration;
