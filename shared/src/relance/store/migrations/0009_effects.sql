-- What each answer changed, so that every change can be seen and undone; what it answered; whom the owner trusts.

ALTER TABLE inbound_message ADD COLUMN quoted_key text;
COMMENT ON COLUMN inbound_message.quoted_key IS 'The key of our bubble that this message quotes, when it quotes one.';

ALTER TABLE reply
    ADD COLUMN also text,
    ADD COLUMN evidence int4range,
    ADD COLUMN about_job uuid REFERENCES send_job;
COMMENT ON COLUMN reply.evidence IS 'Where in the message the words stand that decided; never the words.';
COMMENT ON COLUMN reply.about_job IS 'Our message that was answered: the one quoted, else the last that had left.';

CREATE TABLE effect (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    inbound_id     uuid NOT NULL UNIQUE REFERENCES inbound_message,
    customer_id    bigint NOT NULL REFERENCES customer,
    receivable_id  bigint REFERENCES receivable,
    hold_id        bigint REFERENCES hold,
    ended_holds    bigint[] NOT NULL DEFAULT '{}',
    told           boolean NOT NULL DEFAULT false,
    answered       boolean NOT NULL DEFAULT false,
    deferred       boolean NOT NULL DEFAULT false,
    trusted        boolean NOT NULL DEFAULT false,
    made_at        timestamptz NOT NULL,
    undone_at      timestamptz,
    undone_by      text,
    CHECK ((undone_at IS NULL) = (undone_by IS NULL)),
    CHECK (NOT trusted OR receivable_id IS NOT NULL)
);
COMMENT ON TABLE effect IS 'One row for each answer that changed something: what it held, ended, asked for. Undone as a whole, by a named person.';
COMMENT ON COLUMN effect.ended_holds IS 'Holds that it lifted or replaced; undoing it places them again.';
COMMENT ON COLUMN effect.trusted IS 'The owner chose that the customer''s word is enough: the row becomes paid, with the message as evidence.';
CREATE INDEX effect_trusted ON effect (receivable_id) WHERE trusted;
CREATE INDEX effect_undone ON effect (undone_at) WHERE undone_at IS NOT NULL;
CREATE INDEX hold_inbound ON hold (inbound_id) WHERE inbound_id IS NOT NULL;
CREATE INDEX human_task_open ON human_task (created_at) WHERE closed_at IS NULL;

GRANT SELECT, INSERT ON effect TO relance_inbox;
GRANT SELECT ON effect TO relance_ledger_sync, relance_scheduler, relance_cli;
GRANT UPDATE (undone_at, undone_by) ON effect TO relance_cli;
GRANT UPDATE (closed_at) ON human_task TO relance_cli;
GRANT UPDATE (state, reason, changed_at) ON send_job TO relance_cli;
GRANT SELECT ON workbook_settings TO relance_inbox;
