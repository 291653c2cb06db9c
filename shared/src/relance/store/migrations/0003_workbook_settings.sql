-- What owners set in their workbook's *Réglages* and *Modèles* tabs, one row for each time it changed.

CREATE TABLE workbook_settings (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    ledger_id smallint NOT NULL REFERENCES ledger,
    version   integer NOT NULL CHECK (version > 0),
    settings  jsonb NOT NULL,
    texts     jsonb NOT NULL,
    by        text NOT NULL,
    taken_at  timestamptz NOT NULL,
    UNIQUE (ledger_id, version)
);
COMMENT ON TABLE workbook_settings IS 'Only ever added to: the highest version of a ledger holds, the others say what held before, since when and by whom.';
COMMENT ON COLUMN workbook_settings.settings IS '{setting: canonical text}; a setting that is not there has the deployment''s value.';
COMMENT ON COLUMN workbook_settings.texts IS '{language/template: text}; a text that is not there is the shipped one.';

ALTER TABLE ledger ADD COLUMN mapping jsonb NOT NULL DEFAULT '{}';
COMMENT ON COLUMN ledger.mapping IS '{field: header} as a person accepted it for a sheet of their own; it says more than our names for columns.';
GRANT UPDATE (mapping) ON ledger TO relance_cli;

GRANT SELECT, INSERT ON workbook_settings TO relance_ledger_sync;
GRANT SELECT ON workbook_settings TO relance_scheduler, relance_cli;
GRANT UPDATE (paused_until) ON ledger TO relance_ledger_sync;
