-- What the examination of each file found and what was decided about it: once, so that a crash decides nothing twice.

CREATE TABLE media_verdict (
    media_id      uuid PRIMARY KEY REFERENCES media_spool,
    inbound_id    uuid NOT NULL REFERENCES inbound_message,
    customer_id   bigint NOT NULL REFERENCES customer,
    document_id   uuid REFERENCES document,
    sight         text NOT NULL,
    outcome       text NOT NULL CHECK (outcome IN
                  ('accepted', 'review', 'retake', 'expired', 'duplicate', 'handed_over', 'refused')),
    reason        text,
    look          text NOT NULL DEFAULT '',
    expires_on    date,
    nationality   text NOT NULL DEFAULT '',
    number_mac    text,
    holder_nonce  bytea,
    holder        bytea,
    decided_at    timestamptz NOT NULL,
    answered_at   timestamptz,
    CHECK ((holder IS NULL) = (holder_nonce IS NULL))
);
COMMENT ON TABLE media_verdict IS 'One row for each file that was examined. No name, no number: a keyed digest, and a holder sealed with the spool''s key.';
COMMENT ON COLUMN media_verdict.reason IS 'The one reason of a retake, the doubt that a person is told, or why the file could not be opened.';
COMMENT ON COLUMN media_verdict.look IS 'Perceptual hash, to know the same picture in another encoding.';
COMMENT ON COLUMN media_verdict.number_mac IS 'HMAC of the document''s number: the same document again, without keeping its number.';
COMMENT ON COLUMN media_verdict.holder IS 'Name and birth date, AES-GCM sealed: which traveller the next paper belongs to. Erased with the document.';
CREATE INDEX media_verdict_customer ON media_verdict (customer_id);
CREATE INDEX media_verdict_unanswered ON media_verdict (customer_id) WHERE answered_at IS NULL;

GRANT SELECT, INSERT, UPDATE (answered_at, number_mac, holder_nonce, holder) ON media_verdict TO relance_inbox;
GRANT SELECT (media_id, inbound_id, customer_id, document_id, sight, outcome, reason, expires_on, decided_at, answered_at)
    ON media_verdict TO relance_cli;
