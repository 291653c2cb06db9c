-- One role per service: the grants of the migrations are the ownership map. Run once, by the server's administrator.
-- Passwords are set afterwards from the secrets, never written here. Statement limits keep one bad query from stopping the house.
DO $$
DECLARE
    r text;
BEGIN
    FOREACH r IN ARRAY ARRAY['relance_owner', 'relance_ledger_sync', 'relance_scheduler', 'relance_sender', 'relance_inbox', 'relance_cli', 'relance_clock']
    LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = r) THEN
            EXECUTE format('CREATE ROLE %I LOGIN', r);
        END IF;
        IF r <> 'relance_owner' THEN
            EXECUTE format('ALTER ROLE %I SET statement_timeout = ''60s''', r);
            EXECUTE format('ALTER ROLE %I SET lock_timeout = ''10s''', r);
            EXECUTE format('ALTER ROLE %I SET idle_in_transaction_session_timeout = ''30s''', r);
        END IF;
    END LOOP;
END
$$;
