-- What goes with a message, and what wakes the planner.
--
-- What goes with a message is sealed, belongs to one message, and is read by the sender only while that message leaves.

ALTER TABLE attachment DROP COLUMN body;
ALTER TABLE attachment DROP CONSTRAINT attachment_kind_check;
ALTER TABLE attachment ADD CONSTRAINT attachment_kind_check CHECK (kind IN ('pdf', 'payment_code'));
ALTER TABLE attachment
    ADD COLUMN file_name text NOT NULL CHECK (file_name <> '' AND file_name !~ '[/\\[:cntrl:]]'),
    ADD COLUMN nonce bytea,
    ADD COLUMN sealed bytea,
    ADD CHECK ((sealed IS NULL) = (erased_at IS NOT NULL)),
    ADD CHECK ((sealed IS NULL) = (nonce IS NULL));
COMMENT ON COLUMN attachment.file_name IS 'What the customer sees as the name of the file.';
COMMENT ON COLUMN attachment.sealed IS 'AES-GCM, bound to this id, with the key that the scheduler and the senders share; erased once the message has ended.';

ALTER TABLE send_job
    ADD COLUMN attachment_kind text CHECK (attachment_kind IN ('pdf', 'payment_code')),
    ADD COLUMN attachment_version integer,
    ADD COLUMN attachment_try_at timestamptz,
    ADD COLUMN attachment_tries smallint NOT NULL DEFAULT 0,
    ADD COLUMN attachment_problem text,
    ADD CHECK (state <> 'published' OR attachment_kind IS NULL OR attachment_id IS NOT NULL);
COMMENT ON COLUMN send_job.attachment_kind IS 'What its step sends with the text; the message leaves with it or not at all.';
COMMENT ON COLUMN send_job.attachment_version IS 'The row''s version that the attachment was made, or refused, for: another one and it is made again.';
COMMENT ON COLUMN send_job.attachment_problem IS 'Why the last try failed, in French, for the owner.';
COMMENT ON COLUMN send_job.attachment_try_at IS 'Product time of the next try, after one that failed.';
CREATE UNIQUE INDEX send_job_attachment ON send_job (attachment_id) WHERE attachment_id IS NOT NULL;
CREATE INDEX send_job_unready ON send_job (due_at) WHERE state = 'due' AND attachment_kind IS NOT NULL;

GRANT UPDATE (attachment_id, attachment_kind, attachment_version, attachment_try_at, attachment_tries, attachment_problem) ON send_job TO relance_scheduler;
GRANT UPDATE (nonce, sealed) ON attachment TO relance_scheduler;
GRANT SELECT (file_name) ON attachment TO relance_cli;

ALTER TABLE attachment ENABLE ROW LEVEL SECURITY;
CREATE POLICY maker ON attachment TO relance_scheduler USING (true) WITH CHECK (true);
CREATE POLICY operator ON attachment FOR SELECT TO relance_cli USING (true);
CREATE POLICY carrier ON attachment FOR SELECT TO relance_sender USING (
    EXISTS (SELECT FROM send_job j WHERE j.attachment_id = attachment.id AND j.state IN ('published', 'sending', 'unknown')));

-- What a person orders wakes the planner when it commits. Only a hint: the marks say what changed.
CREATE FUNCTION wake_planner() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('relance_plan', '');
    RETURN NULL;
END $$;

CREATE TRIGGER hold_wakes AFTER INSERT OR UPDATE ON hold FOR EACH STATEMENT EXECUTE FUNCTION wake_planner();
CREATE TRIGGER approval_wakes AFTER INSERT ON approval FOR EACH STATEMENT EXECUTE FUNCTION wake_planner();
CREATE TRIGGER pilot_member_wakes AFTER INSERT OR DELETE ON pilot_member FOR EACH STATEMENT EXECUTE FUNCTION wake_planner();
CREATE TRIGGER ledger_activation_wakes AFTER UPDATE ON ledger_activation FOR EACH STATEMENT EXECUTE FUNCTION wake_planner();
CREATE TRIGGER sequence_version_wakes AFTER UPDATE ON sequence_version FOR EACH STATEMENT EXECUTE FUNCTION wake_planner();
CREATE TRIGGER sending_stop_wakes AFTER UPDATE ON sending_stop FOR EACH STATEMENT EXECUTE FUNCTION wake_planner();
CREATE TRIGGER workbook_settings_wakes AFTER INSERT ON workbook_settings FOR EACH STATEMENT EXECUTE FUNCTION wake_planner();
