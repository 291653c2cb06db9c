-- What follows a large ledger cheaply, and a person's word that a mass change of a sheet is meant.

CREATE TABLE ledger_acceptance (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    ledger_id  smallint NOT NULL REFERENCES ledger,
    asked_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    asked_by   text NOT NULL,
    spent_at   timestamptz
);
COMMENT ON TABLE ledger_acceptance IS 'An operator says that what the brake stops is true. Good for one reading, within the hour (real time).';
CREATE INDEX ledger_acceptance_open ON ledger_acceptance (ledger_id) WHERE spent_at IS NULL;

-- "Has anything happened that a sheet should show?" is asked at every poll: the newest of each kind, by index.
CREATE INDEX decision_newest ON decision (decided_at);
CREATE INDEX send_job_newest ON send_job (changed_at);
CREATE INDEX document_newest ON document (changed_at);
CREATE INDEX hold_until ON hold (until) WHERE lifted_at IS NULL;
CREATE INDEX hold_lifted ON hold (lifted_at);
CREATE INDEX receivable_held ON receivable (ledger_id) WHERE absences = 0 AND problems <> '[]';
CREATE INDEX document_receivable ON document (receivable_id);

GRANT SELECT, INSERT ON ledger_acceptance TO relance_cli;
GRANT SELECT ON ledger_acceptance TO relance_ledger_sync;
GRANT UPDATE (spent_at) ON ledger_acceptance TO relance_ledger_sync;
GRANT UPDATE (closed_at) ON human_task TO relance_ledger_sync;
