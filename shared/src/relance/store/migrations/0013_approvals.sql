-- A yes is to what was shown: the row as it was. What changed since is shown and asked again.

ALTER TABLE approval ADD COLUMN row_version integer;
COMMENT ON COLUMN approval.row_version IS 'The version of the row that was shown when a person said yes; another one needs a new yes. Empty for a step that a person did: it stays done.';
GRANT UPDATE (row_version, approved_at, approved_by) ON approval TO relance_cli;
CREATE TRIGGER approval_changed AFTER UPDATE ON approval
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION mark_named('NULL', 'receivable_id');
