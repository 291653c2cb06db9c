-- Numbers: a slow start, caps an hour and for strangers, pauses that a person or a warning orders, what an operator asks
-- of a sender that runs, and the trace of a database that was put back.

ALTER TABLE number_budget
    ADD COLUMN first_contacts integer NOT NULL DEFAULT 0,
    ADD COLUMN days_spoken integer NOT NULL DEFAULT 0,
    ADD COLUMN recent timestamptz[] NOT NULL DEFAULT '{}';
COMMENT ON COLUMN number_budget.days_spoken IS 'Days before local_day on which the number spoke: its place on the ramp.';
COMMENT ON COLUMN number_budget.recent IS 'Product times of the releases of the last hour: the hourly cap holds for any sixty minutes.';

ALTER TABLE send_job
    DROP CONSTRAINT send_job_attempt_check,
    ADD CHECK (attempt >= 0),
    ADD COLUMN granted smallint NOT NULL DEFAULT 0 CHECK (granted >= 0),
    ADD COLUMN is_first_contact boolean NOT NULL DEFAULT false,
    ADD COLUMN gap_s real NOT NULL DEFAULT 0;
COMMENT ON COLUMN send_job.is_first_contact IS 'At its release this person had never written to us, nor we to them.';
COMMENT ON COLUMN send_job.granted IS 'Attempts beyond the first ones, for a person who looked said that it did not leave.';
COMMENT ON COLUMN send_job.gap_s IS 'Real seconds of silence that follow this message''s claim, however late the broker brings the next one.';
CREATE INDEX send_job_spent ON send_job (number_id, spent_on) WHERE spent_on IS NOT NULL;
GRANT UPDATE (is_first_contact, gap_s) ON send_job TO relance_scheduler;
-- Whether somebody ever wrote; not what.
GRANT SELECT (id, number_id, customer_id) ON inbound_message TO relance_scheduler;

ALTER TABLE number_lease
    ADD COLUMN quiet_until timestamptz,
    ADD COLUMN restored_at timestamptz;
COMMENT ON COLUMN number_lease.quiet_until IS 'Real time before which the number claims no message: the last claim plus its gap.';
COMMENT ON COLUMN number_lease.restored_at IS 'Real time at which a sender found that this database had been put back: what left in between is only in the chats.';

ALTER TABLE chat_binding ADD COLUMN precedes_restoration boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN chat_binding.precedes_restoration IS 'It was there when the database was put back: one made since then may take a forgotten bubble of ours for one that predates us.';
GRANT UPDATE (precedes_restoration) ON chat_binding TO relance_sender;

ALTER TABLE whatsapp_session ADD COLUMN advice text NOT NULL DEFAULT '';
COMMENT ON COLUMN whatsapp_session.advice IS 'What the page showed, and what its operator has to do about it; one sentence.';

-- A number that a person paused, or that stopped itself at a sign of restriction. One in force for each cause.
CREATE TABLE number_stop (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    number_id   smallint NOT NULL REFERENCES number,
    cause       text NOT NULL CHECK (cause IN ('operator', 'restriction')),
    reason      text NOT NULL DEFAULT '',
    stopped_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    stopped_by  text NOT NULL,
    ended_at    timestamptz,
    ended_by    text,
    CHECK ((ended_at IS NULL) = (ended_by IS NULL))
);
COMMENT ON COLUMN number_stop.stopped_at IS 'Real time, as ended_at: what WhatsApp thinks of a number knows no other.';
COMMENT ON COLUMN number_stop.reason IS 'An operator''s words, or the code of the sign that was seen.';
CREATE UNIQUE INDEX number_stop_in_force ON number_stop (number_id, cause) WHERE ended_at IS NULL;
GRANT SELECT ON number_stop TO relance_scheduler, relance_sender, relance_cli;
GRANT INSERT ON number_stop TO relance_sender, relance_cli;
GRANT UPDATE (ended_at, ended_by) ON number_stop TO relance_cli;

-- What an operator asks of the sender that holds a number, and its answer: a code to link with, a census of the page.
CREATE TABLE number_request (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    number_id    smallint NOT NULL REFERENCES number,
    kind         text NOT NULL CHECK (kind IN ('link_code', 'census')),
    asked_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
    asked_by     text NOT NULL,
    answered_at  timestamptz,
    answer       jsonb,
    CHECK ((answered_at IS NULL) = (answer IS NULL))
);
COMMENT ON COLUMN number_request.asked_at IS 'Real time: an old request is nobody''s any more.';
CREATE INDEX number_request_open ON number_request (number_id) WHERE answered_at IS NULL;
GRANT SELECT ON number_request TO relance_sender, relance_cli;
GRANT INSERT ON number_request TO relance_cli;
GRANT UPDATE (answered_at, answer) ON number_request TO relance_sender;

-- A person who looked at the phone says what became of a message: sent, not sent, or not to be sent any more.
GRANT UPDATE (state, reason, due_at, not_before, openings, granted, evidence, sent_at, changed_at) ON send_job TO relance_cli;
GRANT UPDATE (closed_at) ON human_task TO relance_cli;
GRANT INSERT ON outbox TO relance_cli;
GRANT SELECT ON number_budget TO relance_sender;
