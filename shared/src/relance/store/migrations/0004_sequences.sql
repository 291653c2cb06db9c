-- Sequences that change while items run, steps that a person approves, ledgers that wait for a first yes, pilots, caps.

ALTER TABLE ledger ADD COLUMN registration text NOT NULL DEFAULT '';
COMMENT ON COLUMN ledger.registration IS 'The firm''s enterprise number, which some countries want in a first reminder after due.';

CREATE TABLE ledger_activation (
    ledger_id     smallint PRIMARY KEY REFERENCES ledger,
    state         text NOT NULL CHECK (state IN ('waiting', 'active')),
    late_items    integer NOT NULL,
    seen_at       timestamptz NOT NULL,
    activated_at  timestamptz,
    activated_by  text,
    CHECK ((state = 'active') = (activated_at IS NOT NULL AND activated_by IS NOT NULL))
);
COMMENT ON TABLE ledger_activation IS 'The first look at a ledger: one that is full of old debts waits for a person''s yes before anything goes out.';

CREATE TABLE approval (
    receivable_id  bigint NOT NULL REFERENCES receivable ON DELETE CASCADE,
    step           text NOT NULL,
    cycle          smallint NOT NULL DEFAULT 1,
    approved_at    timestamptz NOT NULL,
    approved_by    text NOT NULL,
    PRIMARY KEY (receivable_id, step, cycle)
);
COMMENT ON TABLE approval IS 'A person''s yes to one step of one item: to send it, or, for a step that a person does, that it is done.';

CREATE TABLE pilot_member (
    customer_id  bigint PRIMARY KEY REFERENCES customer,
    added_at     timestamptz NOT NULL,
    added_by     text NOT NULL
);
COMMENT ON TABLE pilot_member IS 'People in the pilot beside the rows marked Pilote: "the first N" are written here once, so the group does not drift.';

CREATE TABLE ledger_budget (
    ledger_id  smallint PRIMARY KEY REFERENCES ledger,
    local_day  date NOT NULL,
    sent       integer NOT NULL DEFAULT 0
);

CREATE TABLE sequence_version (
    version    integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    ledger_id  smallint NOT NULL REFERENCES ledger,
    digest     text NOT NULL,
    body       jsonb NOT NULL,
    taken_at   timestamptz NOT NULL,
    taken_by   text NOT NULL,
    moved_to   integer REFERENCES sequence_version,
    UNIQUE (ledger_id, digest)
);
COMMENT ON TABLE sequence_version IS 'Every sequence a ledger ever had, as data. An item that began one keeps it until moved_to says otherwise.';
ALTER TABLE reminder ADD COLUMN sequence_version integer REFERENCES sequence_version;
COMMENT ON COLUMN reminder.sequence_version IS 'The sequence this step was decided under; empty for the shipped ones.';

GRANT SELECT ON ledger_activation, approval, pilot_member, ledger_budget, sequence_version TO relance_scheduler, relance_cli, relance_ledger_sync;
GRANT INSERT, UPDATE ON ledger_activation, ledger_budget TO relance_scheduler;
GRANT INSERT, UPDATE ON sequence_version TO relance_scheduler;
GRANT UPDATE (sequence_version) ON reminder TO relance_scheduler;
GRANT UPDATE (state, activated_at, activated_by) ON ledger_activation TO relance_cli;
GRANT INSERT, DELETE ON approval, pilot_member TO relance_cli;
GRANT UPDATE (moved_to) ON sequence_version TO relance_cli;
