-- The vault's clocks and proofs: what is deleted, when, why and by whose order; who may read what; a person's last word.

ALTER TABLE document ADD COLUMN expected_at timestamptz, ADD COLUMN deleted_at timestamptz;
COMMENT ON COLUMN document.expected_at IS 'The end of the day that the person announced: the chaser counts from it.';
COMMENT ON COLUMN document.deleted_at IS 'When the file left the vault for good; the row stays, as what was asked for and came.';

CREATE TABLE erasure (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer_id  bigint NOT NULL REFERENCES customer,
    asked_at     timestamptz NOT NULL,
    asked_by     text NOT NULL,
    done_at      timestamptz,
    proof        jsonb,
    CHECK ((done_at IS NULL) = (proof IS NULL))
);
COMMENT ON TABLE erasure IS 'The right to erasure: ordered by a person, carried out by the inbox, which alone can open the vault.';
CREATE UNIQUE INDEX erasure_open ON erasure (customer_id) WHERE done_at IS NULL;

CREATE TABLE deletion (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    document_id  uuid REFERENCES document,
    media_id     uuid REFERENCES media_spool,
    vault_id     text UNIQUE,
    sha256       text,
    reason       text NOT NULL CHECK (reason IN ('retention', 'rejected', 'wrong_person', 'withdrawn', 'erasure')),
    erasure_id   bigint REFERENCES erasure,
    due_at       timestamptz NOT NULL,
    begun_at     timestamptz,
    deleted_at   timestamptz,
    CHECK (vault_id IS NOT NULL OR media_id IS NOT NULL)
);
COMMENT ON TABLE deletion IS 'One file that goes, for good: written before, completed after the vault no longer has it. What is left of it is this line.';
CREATE UNIQUE INDEX deletion_spool ON deletion (media_id) WHERE vault_id IS NULL;
CREATE INDEX deletion_due ON deletion (due_at) WHERE deleted_at IS NULL;
CREATE INDEX deletion_erasure ON deletion (erasure_id) WHERE erasure_id IS NOT NULL;

CREATE TABLE document_order (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    document_id  uuid NOT NULL REFERENCES document,
    action       text NOT NULL CHECK (action IN ('waive', 'accept', 'ask_again')),
    was          jsonb NOT NULL,
    ordered_at   timestamptz NOT NULL,
    ordered_by   text NOT NULL,
    undone_at    timestamptz,
    undone_by    text,
    CHECK ((undone_at IS NULL) = (undone_by IS NULL))
);
COMMENT ON TABLE document_order IS 'What a person decided about a paper, and what it was before, so that it can be taken back.';
CREATE INDEX document_order_document ON document_order (document_id);

CREATE TABLE vault_audit (
    vault_id    text PRIMARY KEY,
    readers     text NOT NULL,
    is_exposed  boolean NOT NULL,
    checked_at  timestamptz NOT NULL,
    changed_at  timestamptz NOT NULL
);
COMMENT ON TABLE vault_audit IS 'Who may read each place of the vault, as a digest, at the last look; changed_at is when it last differed.';

-- A STOP outlives the person's erasure: only a keyed digest of the number is kept, and only the owner's role reads the key.
CREATE TABLE optout_pepper (
    only_row  boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    secret    bytea NOT NULL
);
INSERT INTO optout_pepper (secret) VALUES (sha256((gen_random_uuid()::text || gen_random_uuid()::text)::bytea));
CREATE TABLE optout_kept (
    digest   bytea PRIMARY KEY,
    kept_at  timestamptz NOT NULL
);

CREATE FUNCTION optout_digest(phone text) RETURNS bytea LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
    SELECT sha256(secret || sha256(secret || convert_to(phone, 'UTF8'))) FROM optout_pepper
$$;

CREATE FUNCTION remember_optout() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
    INSERT INTO hold (scope, customer_id, reason, by, created_at)
    SELECT 'customer', NEW.id, 'optout', 'erasure', k.kept_at
    FROM optout_kept k
    WHERE k.digest = optout_digest(NEW.phone);
    RETURN NULL;
END $$;
CREATE TRIGGER customer_optout AFTER INSERT ON customer FOR EACH ROW EXECUTE FUNCTION remember_optout();

-- Every text of one person goes, in one transaction; amounts, dates and keys of what was owed stay, as accounting law
-- requires. Name and number go once no row of a sheet carries them. Repeating it is harmless.
CREATE FUNCTION erase_person(person bigint, at timestamptz) RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
    received integer;
    sent integer;
    rows_left integer;
    is_stopped boolean;
BEGIN
    UPDATE inbound_message SET body = '', quoted_key = NULL WHERE customer_id = person AND (body <> '' OR quoted_key IS NOT NULL);
    GET DIAGNOSTICS received = ROW_COUNT;
    UPDATE send_job SET body = NULL, body_hash = NULL, baseline = NULL
    WHERE customer_id = person AND body IS NOT NULL
      AND state IN ('sent', 'delivered', 'read', 'cancelled', 'failed', 'review');
    GET DIAGNOSTICS sent = ROW_COUNT;
    UPDATE reply SET evidence = NULL WHERE inbound_id IN (SELECT id FROM inbound_message WHERE customer_id = person);
    UPDATE media_verdict
    SET look = '', expires_on = NULL, nationality = '', number_mac = NULL, holder_nonce = NULL, holder = NULL
    WHERE customer_id = person;
    UPDATE hold SET note = ''
    WHERE customer_id = person OR receivable_id IN (SELECT id FROM receivable WHERE customer_id = person);
    DELETE FROM chat_binding WHERE customer_id = person;

    SELECT EXISTS (SELECT FROM hold WHERE customer_id = person AND reason = 'optout' AND lifted_at IS NULL) INTO is_stopped;
    SELECT count(*) FROM receivable WHERE customer_id = person AND absences < 2 INTO rows_left;
    IF rows_left = 0 THEN
        DELETE FROM optout_kept k USING customer c WHERE c.id = person AND k.digest = optout_digest(c.phone) AND NOT is_stopped;
        INSERT INTO optout_kept (digest, kept_at)
        SELECT optout_digest(c.phone), at FROM customer c WHERE c.id = person AND is_stopped AND c.phone NOT LIKE '+999%'
        ON CONFLICT (digest) DO NOTHING;
        UPDATE receivable SET fields = '{}', payment_link = '' WHERE customer_id = person;
        DELETE FROM sheet_cell WHERE receivable_id IN (SELECT id FROM receivable WHERE customer_id = person);
        -- +999 is given to no country.
        UPDATE customer SET name = '(effacé)', phone = '+999' || lpad(id::text, 11, '0') WHERE id = person;
    END IF;
    RETURN jsonb_build_object('messages_received', received, 'messages_sent', sent, 'rows_left', rows_left,
                              'stop_kept', is_stopped, 'identity_erased', rows_left = 0);
END $$;

REVOKE EXECUTE ON FUNCTION optout_digest(text), erase_person(bigint, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION erase_person(bigint, timestamptz) TO relance_inbox;

GRANT UPDATE (expected_at, deleted_at) ON document TO relance_inbox;
GRANT SELECT, INSERT, UPDATE ON deletion TO relance_inbox;
GRANT SELECT, UPDATE (done_at, proof) ON erasure TO relance_inbox;
GRANT SELECT, INSERT, UPDATE ON vault_audit TO relance_inbox;
GRANT SELECT ON vault_access, document_order TO relance_inbox;
GRANT SELECT ON erasure, deletion, document_order, vault_audit TO relance_cli;
GRANT INSERT ON erasure, document_order, vault_access TO relance_cli;
GRANT UPDATE (undone_at, undone_by) ON document_order TO relance_cli;
GRANT INSERT, DELETE ON deletion TO relance_cli;
GRANT UPDATE (due_at) ON deletion TO relance_cli;
GRANT UPDATE (state, reason, media_id, inbound_id, vault_id, sha256, changed_at) ON document TO relance_cli;
