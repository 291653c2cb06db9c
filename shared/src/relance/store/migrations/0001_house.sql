-- The whole house, thinly. One writer per column; the grants at the end are the ownership map.

CREATE TABLE clock (
    only_row  boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    offset_s  double precision NOT NULL DEFAULT 0,
    moved_at  timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON TABLE clock IS 'Product time = real time + offset. Leases and deadlines stay on real time.';
INSERT INTO clock DEFAULT VALUES;

CREATE TABLE number (
    id       smallint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    alias    text NOT NULL UNIQUE,
    phone    text NOT NULL UNIQUE CHECK (phone ~ '^\+[1-9][0-9]{6,14}$'),
    enabled  boolean NOT NULL DEFAULT true
);

CREATE TABLE ledger (
    id            smallint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name          text NOT NULL UNIQUE,
    kind          text NOT NULL CHECK (kind IN ('voyage', 'facture')),
    backend       text NOT NULL CHECK (backend IN ('google', 'xlsx')),
    workbook      text NOT NULL,
    tab           text NOT NULL,
    firm          text NOT NULL,
    currency      text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    country       text NOT NULL CHECK (country ~ '^[A-Z]{2}$'),
    zone          text NOT NULL,
    language      text NOT NULL DEFAULT 'fr' CHECK (language IN ('fr', 'en')),
    number_id     smallint NOT NULL REFERENCES number,
    enabled       boolean NOT NULL DEFAULT true,
    paused_until  date
);

CREATE TABLE customer (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    phone      text NOT NULL UNIQUE CHECK (phone ~ '^\+[1-9][0-9]{6,14}$'),
    name       text NOT NULL,
    language   text NOT NULL CHECK (language IN ('fr', 'en')),
    zone       text NOT NULL,
    number_id  smallint NOT NULL REFERENCES number,
    version    integer NOT NULL DEFAULT 1
);
COMMENT ON COLUMN customer.version IS 'Grows when name, language or zone changes: a rendered text names the version it was made for.';
COMMENT ON COLUMN customer.number_id IS 'Pinned at first sight: order per number is order per customer.';

CREATE TABLE receivable (
    id                bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    ledger_id         smallint NOT NULL REFERENCES ledger,
    key               text NOT NULL,
    customer_id       bigint REFERENCES customer,
    status            text NOT NULL CHECK (status IN
                      ('pending', 'reminded', 'late', 'claimed', 'paid', 'disputed', 'cancelled')),
    currency          text CHECK (currency ~ '^[A-Z]{3}$'),
    total             numeric(16, 3),
    balance           numeric(16, 3),
    due_on            date,
    departs_on        date,
    returns_on        date,
    label             text NOT NULL DEFAULT '',
    payment_link      text NOT NULL DEFAULT '',
    travellers        smallint NOT NULL DEFAULT 1 CHECK (travellers BETWEEN 1 AND 50),
    tickets_received  boolean NOT NULL DEFAULT false,
    pilot             boolean NOT NULL DEFAULT false,
    paused_until      date,
    fields            jsonb NOT NULL DEFAULT '{}',
    fingerprint       text NOT NULL,
    cells_hash        text NOT NULL,
    problems          jsonb NOT NULL DEFAULT '[]',
    position          integer NOT NULL,
    absences          smallint NOT NULL DEFAULT 0 CHECK (absences BETWEEN 0 AND 2),
    version           integer NOT NULL DEFAULT 1,
    paid_at           timestamptz,
    paid_evidence     text,
    created_at        timestamptz NOT NULL,
    changed_at        timestamptz NOT NULL,
    UNIQUE (ledger_id, key),
    CHECK ((status = 'paid') = (paid_evidence IS NOT NULL))
);
COMMENT ON COLUMN receivable.version IS 'Grows when anything changes that a text shows or that forbids one: a rendered text names the version it was made from.';
COMMENT ON COLUMN receivable.absences IS '0 present, 1 suspended, 2 closed.';
COMMENT ON COLUMN receivable.problems IS 'Array of {column, sentence}; not empty = held, nothing goes out for this row.';
COMMENT ON COLUMN receivable.paid_evidence IS 'Who or what said so: sheet, provider:<id>, claim:<inbound id>.';
CREATE INDEX receivable_customer ON receivable (customer_id);

CREATE TABLE sheet_cell (
    receivable_id  bigint NOT NULL REFERENCES receivable ON DELETE CASCADE,
    field          text NOT NULL,
    written        text NOT NULL,
    written_at     timestamptz NOT NULL,
    PRIMARY KEY (receivable_id, field)
);
COMMENT ON TABLE sheet_cell IS 'What we last wrote into each cell: a different value in the sheet is a human''s.';

CREATE TABLE hold (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    scope          text NOT NULL CHECK (scope IN ('ledger', 'customer', 'item')),
    ledger_id      smallint REFERENCES ledger,
    customer_id    bigint REFERENCES customer,
    receivable_id  bigint REFERENCES receivable,
    reason         text NOT NULL CHECK (reason IN
                   ('pause', 'promise', 'dispute', 'optout', 'autopay', 'human', 'paid_claim', 'wrong_person')),
    until          timestamptz,
    by             text NOT NULL,
    inbound_id     uuid,
    created_at     timestamptz NOT NULL,
    lifted_at      timestamptz,
    lifted_by      text,
    CHECK (num_nonnulls(ledger_id, customer_id, receivable_id) = 1),
    CHECK (CASE scope WHEN 'ledger' THEN ledger_id IS NOT NULL
                      WHEN 'customer' THEN customer_id IS NOT NULL
                      ELSE receivable_id IS NOT NULL END)
);
CREATE UNIQUE INDEX hold_live ON hold (scope, coalesce(ledger_id, 0), coalesce(customer_id, 0), coalesce(receivable_id, 0), reason)
    WHERE lifted_at IS NULL;

CREATE TABLE decision (
    receivable_id  bigint PRIMARY KEY REFERENCES receivable ON DELETE CASCADE,
    verdict        text NOT NULL CHECK (verdict IN ('send', 'wait', 'blocked', 'finished')),
    step           text,
    blockers       text[] NOT NULL DEFAULT '{}',
    next_step      text,
    next_at        timestamptz,
    decided_at     timestamptz NOT NULL
);
CREATE TABLE decision_history (LIKE decision);

CREATE TABLE send_job (
    id             uuid PRIMARY KEY,
    number_id      smallint NOT NULL REFERENCES number,
    customer_id    bigint NOT NULL REFERENCES customer,
    receivable_id  bigint REFERENCES receivable,
    kind           text NOT NULL CHECK (kind IN ('payment', 'confirmation', 'documents', 'answer')),
    template       text NOT NULL,
    language       text NOT NULL,
    item_versions  jsonb NOT NULL DEFAULT '{}',
    customer_version  integer,
    body           text,
    body_hash      text,
    state          text NOT NULL CHECK (state IN
                   ('due', 'published', 'sending', 'unknown', 'sent', 'delivered', 'read', 'cancelled', 'failed', 'review')),
    reason         text,
    due_at         timestamptz NOT NULL,
    not_before     timestamptz,
    not_after      timestamptz,
    spent_on       date,
    openings       smallint NOT NULL DEFAULT 0,
    attempt        smallint NOT NULL DEFAULT 0 CHECK (attempt BETWEEN 0 AND 3),
    epoch          bigint,
    baseline       text,
    provider_msg   text,
    evidence       jsonb,
    published_at   timestamptz,
    claimed_at     timestamptz,
    begun_at       timestamptz,
    sent_at        timestamptz,
    delivered_at   timestamptz,
    read_at        timestamptz,
    changed_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
    CHECK (state <> 'published' OR body IS NOT NULL),
    CHECK (state NOT IN ('sent', 'delivered', 'read') OR (sent_at IS NOT NULL AND evidence IS NOT NULL))
) WITH (fillfactor = 70);
COMMENT ON COLUMN send_job.id IS 'UUIDv5 of the natural key, so a duplicate is visible at every hop.';
COMMENT ON COLUMN send_job.item_versions IS '{receivable id: version} the text was rendered from; another version at the claim means render again.';
COMMENT ON COLUMN send_job.customer_version IS 'The customer the text was written to; NULL for an answer, which keeps the name it was asked under.';
COMMENT ON COLUMN send_job.not_before IS 'Product time: its chat did not open, and it rests until then.';
COMMENT ON COLUMN send_job.spent_on IS 'The number''s day on which it was counted against the cap: once a day, however often it is tried.';
COMMENT ON COLUMN send_job.openings IS 'Times in a row that its chat did not open; nothing was typed.';
COMMENT ON COLUMN send_job.not_after IS 'Product time: end of the hours allowed for this person today, set at release. Later, the claim gives the job back.';
COMMENT ON COLUMN send_job.attempt IS 'Attempts begun: grows at each claim, one row of attempt for each.';
COMMENT ON COLUMN send_job.begun_at IS 'Real time of the last claim: for how long nobody knows whether it left.';
COMMENT ON COLUMN send_job.changed_at IS 'Real time, for the janitor; product times are sent_at, due_at and the like.';
CREATE UNIQUE INDEX send_job_one_in_flight ON send_job (customer_id) WHERE state IN ('published', 'sending', 'unknown');
CREATE INDEX send_job_customer ON send_job (customer_id);
CREATE INDEX send_job_due ON send_job (number_id, due_at) WHERE state = 'due';
CREATE INDEX send_job_live ON send_job (changed_at) WHERE state IN ('published', 'sending', 'unknown', 'review');
CREATE INDEX send_job_requests ON send_job (sent_at) WHERE kind = 'documents';
CREATE INDEX send_job_ticks ON send_job (number_id, sent_at) WHERE state IN ('sent', 'delivered');

CREATE TABLE reminder (
    id             uuid PRIMARY KEY,
    ledger_id      smallint NOT NULL REFERENCES ledger,
    receivable_id  bigint NOT NULL REFERENCES receivable,
    step           text NOT NULL,
    cycle          smallint NOT NULL DEFAULT 1,
    due_at         timestamptz NOT NULL,
    job_id         uuid REFERENCES send_job,
    skipped        text,
    created_at     timestamptz NOT NULL,
    UNIQUE (receivable_id, step, cycle),
    CHECK ((job_id IS NULL) = (skipped IS NOT NULL))
);
COMMENT ON TABLE reminder IS 'One step of one item, decided: carried by a job, or skipped with the reason. The key has no sequence version, so editing a sequence never sends a step again.';
CREATE INDEX reminder_job ON reminder (job_id);

CREATE TABLE number_budget (
    number_id  smallint PRIMARY KEY REFERENCES number,
    local_day  date NOT NULL,
    sent       integer NOT NULL DEFAULT 0,
    next_at    timestamptz NOT NULL
);

CREATE TABLE number_lease (
    number_id     smallint PRIMARY KEY REFERENCES number,
    owner         text NOT NULL,
    epoch         bigint NOT NULL,
    heartbeat     timestamptz NOT NULL,
    profile_home  text NOT NULL
);

CREATE TABLE whatsapp_session (
    number_id   smallint PRIMARY KEY REFERENCES number,
    state       text NOT NULL CHECK (state IN ('unpaired', 'connecting', 'connected', 'throttled', 'offline', 'logged_out', 'restricted')),
    qr          text,
    changed_at  timestamptz NOT NULL
);

CREATE TABLE attempt (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    job_id      uuid NOT NULL REFERENCES send_job,
    no          smallint NOT NULL,
    epoch       bigint NOT NULL,
    baseline    text,
    claimed_at  timestamptz NOT NULL,
    outcome     text,
    ended_at    timestamptz,
    UNIQUE (job_id, no)
);

CREATE TABLE chat_binding (
    number_id      smallint NOT NULL REFERENCES number,
    customer_id    bigint NOT NULL REFERENCES customer,
    title          text NOT NULL,
    history_until  text,
    bound_at       timestamptz NOT NULL,
    PRIMARY KEY (number_id, customer_id)
);
COMMENT ON TABLE chat_binding IS 'What the header showed when this customer''s chat was opened by number: unread chats are recognised by it, never by a similar name.';
COMMENT ON COLUMN chat_binding.history_until IS 'Our last bubble at the first reading: what the customer wrote before it predates us and is not taken in.';
CREATE INDEX chat_binding_title ON chat_binding (number_id, title);

CREATE TABLE inbound_message (
    id           uuid PRIMARY KEY,
    number_id    smallint NOT NULL REFERENCES number,
    customer_id  bigint NOT NULL REFERENCES customer,
    page_key     text NOT NULL,
    kind         text NOT NULL CHECK (kind IN ('text', 'image', 'document', 'audio', 'other')),
    body         text NOT NULL DEFAULT '',
    received_at  timestamptz NOT NULL,
    media_id     uuid,
    UNIQUE (number_id, customer_id, page_key)
);
COMMENT ON COLUMN inbound_message.page_key IS 'Identity of the bubble that survives a reload.';

CREATE TABLE media_spool (
    id          uuid PRIMARY KEY,
    inbound_id  uuid NOT NULL REFERENCES inbound_message,
    mime        text NOT NULL,
    size_bytes  integer NOT NULL,
    sha256      text NOT NULL,
    nonce       bytea,
    sealed      bytea,
    created_at  timestamptz NOT NULL,
    erased_at   timestamptz,
    CHECK ((sealed IS NULL) = (erased_at IS NOT NULL))
);
COMMENT ON TABLE media_spool IS 'AES-GCM sealed bytes until the vault has confirmed the checksum, then erased.';

CREATE TABLE reply (
    inbound_id   uuid PRIMARY KEY REFERENCES inbound_message,
    intent       text NOT NULL CHECK (intent IN
                 ('paid_claim', 'promise', 'question', 'dispute', 'wrong_person', 'opt_out', 'opt_in', 'ack', 'doc_later', 'document', 'other')),
    confidence   real NOT NULL CHECK (confidence BETWEEN 0 AND 1),
    rule         text NOT NULL,
    promised_on  date,
    amount       numeric(16, 3),
    decided_at   timestamptz NOT NULL
);

CREATE TABLE answer_request (
    inbound_id     uuid PRIMARY KEY REFERENCES inbound_message,
    customer_id    bigint NOT NULL REFERENCES customer,
    receivable_id  bigint REFERENCES receivable,
    template       text NOT NULL,
    job_id         uuid NOT NULL,
    asked_at       timestamptz NOT NULL
);
COMMENT ON TABLE answer_request IS 'The one answer that the inbox wants for a message. The scheduler makes the send_job of that id, also when the event that says so is lost.';
CREATE INDEX answer_request_asked ON answer_request (asked_at);

CREATE TABLE document (
    id             uuid PRIMARY KEY,
    receivable_id  bigint NOT NULL REFERENCES receivable,
    traveller      smallint NOT NULL DEFAULT 1,
    kind           text NOT NULL CHECK (kind IN ('passport', 'pan', 'visa_form', 'other')),
    state          text NOT NULL CHECK (state IN ('asked', 'received', 'accepted', 'redo', 'waived')),
    inbound_id     uuid REFERENCES inbound_message,
    media_id       uuid REFERENCES media_spool,
    vault_id       text,
    sha256         text,
    reason         text,
    changed_at     timestamptz NOT NULL,
    UNIQUE (receivable_id, traveller, kind)
);
COMMENT ON COLUMN document.vault_id IS 'Committed before the upload, so a crash after it finds the file instead of uploading twice.';

CREATE TABLE vault_folder (
    place       text PRIMARY KEY,
    vault_id    text NOT NULL,
    created_at  timestamptz NOT NULL
);
COMMENT ON TABLE vault_folder IS 'Folders of the vault by place (ledger-1, ledger-1/<row key>); the id is committed before the folder is made.';

CREATE TABLE vault_access (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    document_id  uuid NOT NULL REFERENCES document,
    actor        text NOT NULL,
    action       text NOT NULL,
    at           timestamptz NOT NULL
);

CREATE TABLE human_task (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind           text NOT NULL,
    subject        text NOT NULL,
    customer_id    bigint REFERENCES customer,
    receivable_id  bigint REFERENCES receivable,
    inbound_id     uuid REFERENCES inbound_message,
    created_at     timestamptz NOT NULL,
    closed_at      timestamptz,
    UNIQUE (kind, subject)
);
COMMENT ON TABLE human_task IS 'Whatever a person has to look at. subject = the identity that makes it once (an id, never a name).';

CREATE TABLE outbox (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    message_id    uuid NOT NULL,
    exchange      text NOT NULL,
    routing_key   text NOT NULL,
    body          jsonb NOT NULL,
    created_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    published_at  timestamptz
) WITH (fillfactor = 70);
CREATE INDEX outbox_open ON outbox (id) WHERE published_at IS NULL;

CREATE TABLE inbox_seen (
    consumer    text NOT NULL,
    message_id  uuid NOT NULL,
    seen_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (consumer, message_id)
);
CREATE INDEX inbox_seen_age ON inbox_seen (seen_at);

-- Who may do what: exactly what each service's queries need. Everybody reads the clock, the people and what they owe,
-- feeds the outbox and may ask a person (a conflict target needs SELECT).
GRANT SELECT ON clock, customer, receivable TO relance_ledger_sync, relance_scheduler, relance_sender, relance_inbox;
GRANT INSERT ON outbox TO relance_ledger_sync, relance_scheduler, relance_sender, relance_inbox;
GRANT SELECT, INSERT ON human_task TO relance_ledger_sync, relance_scheduler, relance_sender, relance_inbox;
GRANT SELECT, INSERT ON inbox_seen TO relance_scheduler, relance_inbox;

GRANT SELECT ON ledger, reminder, decision, send_job, hold, document TO relance_ledger_sync;
GRANT INSERT, UPDATE ON customer, receivable TO relance_ledger_sync;
GRANT SELECT, INSERT, UPDATE ON sheet_cell TO relance_ledger_sync;
GRANT UPDATE (lifted_at, lifted_by) ON hold TO relance_ledger_sync;
GRANT UPDATE (state, reason, changed_at) ON send_job TO relance_ledger_sync;

GRANT SELECT ON number, ledger, hold, document, whatsapp_session, answer_request TO relance_scheduler;
GRANT SELECT, INSERT, UPDATE ON decision, number_budget TO relance_scheduler;
GRANT INSERT ON decision_history TO relance_scheduler;
GRANT SELECT, INSERT, UPDATE (job_id, skipped, due_at) ON reminder TO relance_scheduler;
GRANT SELECT, INSERT ON send_job TO relance_scheduler;
GRANT UPDATE (number_id, template, language, item_versions, customer_version, body, body_hash, state, reason, due_at, not_before, not_after, spent_on, openings, published_at, changed_at) ON send_job TO relance_scheduler;
GRANT SELECT, UPDATE (published_at), DELETE ON outbox TO relance_scheduler;
GRANT DELETE ON inbox_seen TO relance_scheduler;

GRANT SELECT ON number, ledger, send_job, hold TO relance_sender;
GRANT UPDATE (state, reason, not_before, openings, attempt, epoch, baseline, provider_msg, evidence, claimed_at, begun_at, sent_at, delivered_at, read_at, changed_at) ON send_job TO relance_sender;
GRANT SELECT, INSERT, UPDATE ON number_lease, whatsapp_session TO relance_sender;
GRANT SELECT, INSERT, UPDATE (outcome, ended_at) ON attempt TO relance_sender;
GRANT SELECT, INSERT ON inbound_message TO relance_sender;
GRANT INSERT ON media_spool TO relance_sender;
GRANT SELECT, INSERT, UPDATE (title) ON chat_binding TO relance_sender;

GRANT SELECT ON inbound_message, send_job, reminder TO relance_inbox;
GRANT SELECT, UPDATE (nonce, sealed, mime, erased_at) ON media_spool TO relance_inbox;
GRANT SELECT, INSERT ON reply, answer_request, vault_folder TO relance_inbox;
GRANT SELECT, INSERT, UPDATE (lifted_at, lifted_by) ON hold TO relance_inbox;
GRANT SELECT, INSERT, UPDATE (state, inbound_id, media_id, vault_id, sha256, reason, changed_at) ON document TO relance_inbox;
GRANT INSERT ON vault_access TO relance_inbox;
GRANT UPDATE (created_at, closed_at) ON human_task TO relance_inbox;
GRANT UPDATE (state, reason, changed_at) ON send_job TO relance_inbox;

GRANT SELECT ON ALL TABLES IN SCHEMA public TO relance_cli;
REVOKE SELECT ON media_spool FROM relance_cli;
GRANT UPDATE (offset_s, moved_at) ON clock TO relance_cli;
-- `restricted` stays until a person has looked and says so.
GRANT UPDATE (state, changed_at) ON whatsapp_session TO relance_cli;
GRANT SELECT ON clock TO relance_clock;
