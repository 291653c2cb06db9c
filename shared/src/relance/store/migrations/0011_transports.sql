-- How each number speaks: WhatsApp Web (a browser), the official Cloud API, or nobody at all (load tests).

ALTER TABLE number
    ADD COLUMN transport text NOT NULL DEFAULT 'whatsapp_web' CHECK (transport IN ('whatsapp_web', 'cloud_api', 'null')),
    ADD COLUMN cloud_phone_id text UNIQUE,
    ADD COLUMN cloud_account_id text,
    ADD CHECK (transport <> 'cloud_api' OR num_nonnulls(cloud_phone_id, cloud_account_id) = 2);
COMMENT ON COLUMN number.cloud_phone_id IS 'The number''s id at Meta (phone_number_id), never the number itself.';
COMMENT ON COLUMN number.cloud_account_id IS 'The WhatsApp Business account whose approved templates this number may use.';

CREATE TABLE cloud_message (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key          text NOT NULL UNIQUE,
    number_id    smallint NOT NULL REFERENCES number,
    customer_id  bigint NOT NULL REFERENCES customer,
    outgoing     boolean NOT NULL,
    body         text NOT NULL DEFAULT '',
    media        text CHECK (media IN ('image', 'document', 'audio', 'other')),
    media_ref    text,
    wamid        text UNIQUE,
    status       text CHECK (status IN ('posting', 'refused', 'accepted', 'sent', 'delivered', 'read', 'failed')),
    error_code   integer,
    at           timestamptz NOT NULL DEFAULT clock_timestamp(),
    accepted_at  timestamptz,
    CHECK (outgoing = (status IS NOT NULL)),
    CHECK (status IS NULL OR status IN ('posting', 'refused', 'failed') OR wamid IS NOT NULL)
);
COMMENT ON TABLE cloud_message IS 'The Cloud API has no chat to look into: this is what we asked it and what it told us, in order.';
COMMENT ON COLUMN cloud_message.key IS 'Ours: committed before the request and echoed by every status of it. Theirs: the wamid.';
COMMENT ON COLUMN cloud_message.status IS 'posting: asked, the answer is not known. refused: Meta said no, nothing left. failed: Meta said no for good, at once or later.';
COMMENT ON COLUMN cloud_message.at IS 'Real time: a customer''s message opens 24 hours in which anything may be said.';
CREATE INDEX cloud_message_chat ON cloud_message (number_id, customer_id, id);

GRANT SELECT, INSERT, UPDATE (wamid, status, error_code, accepted_at) ON cloud_message TO relance_sender;
