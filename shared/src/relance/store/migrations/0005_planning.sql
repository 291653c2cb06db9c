-- Planning at scale: a pass reads only what changed or whose time has come. And the emergency stop.

-- What changed since its person was last decided. Append-only, so that no writer ever waits for the planner: it reads
-- marks, decides, and deletes those it read. Both columns empty means everybody.
CREATE TABLE plan_mark (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer_id    bigint,
    receivable_id  bigint,
    made_at        timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- How far the look at everybody has come; NULL when none is under way.
CREATE TABLE plan_sweep (
    only_row  boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    after_id  bigint
);
INSERT INTO plan_sweep (after_id) VALUES (0);

ALTER TABLE decision ADD COLUMN look_at timestamptz;
COMMENT ON COLUMN decision.look_at IS 'Product time at which time alone may change this decision; empty when only news can, and news makes a plan_mark.';
CREATE INDEX decision_look ON decision (look_at) WHERE look_at IS NOT NULL;

CREATE INDEX hold_live_customer ON hold (customer_id) WHERE lifted_at IS NULL AND customer_id IS NOT NULL;
CREATE INDEX hold_live_item ON hold (receivable_id) WHERE lifted_at IS NULL AND receivable_id IS NOT NULL;

-- The triggers run with the owner's rights: whoever writes a row need not know that somebody plans. The two arguments are
-- what names the person and the row in the table that changed; a hold of a whole ledger has neither: everybody is looked at.
CREATE FUNCTION mark_named() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
    EXECUTE format(
        'INSERT INTO plan_mark (customer_id, receivable_id) SELECT DISTINCT %s::bigint, %s::bigint FROM fresh', TG_ARGV[0], TG_ARGV[1]);
    RETURN NULL;
END $$;

CREATE FUNCTION mark_changed_rows() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
    -- Sorting the sheet moves positions and decides nothing.
    INSERT INTO plan_mark (customer_id, receivable_id)
    SELECT NULL, n.id
    FROM fresh n
    JOIN stale o USING (id)
    WHERE to_jsonb(n) - '{position,fingerprint,cells_hash}'::text[] IS DISTINCT FROM to_jsonb(o) - '{position,fingerprint,cells_hash}'::text[];
    RETURN NULL;
END $$;

CREATE FUNCTION mark_changed_messages() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
    -- With the rows it speaks of that are somebody else's by now: their own person waits for what became of it.
    INSERT INTO plan_mark (customer_id, receivable_id)
    SELECT DISTINCT n.customer_id, moved.id
    FROM fresh n
    JOIN stale o USING (id)
    LEFT JOIN LATERAL (
        SELECT r.id
        FROM reminder m
        JOIN receivable r ON r.id = m.receivable_id
        WHERE m.job_id = n.id AND r.customer_id IS DISTINCT FROM n.customer_id
    ) moved ON true
    WHERE (n.state, n.reason, n.sent_at, n.claimed_at) IS DISTINCT FROM (o.state, o.reason, o.sent_at, o.claimed_at);
    RETURN NULL;
END $$;

CREATE FUNCTION mark_everybody() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
    INSERT INTO plan_mark DEFAULT VALUES;
    RETURN NULL;
END $$;

CREATE TRIGGER receivable_new AFTER INSERT ON receivable
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION mark_named('NULL', 'id');
CREATE TRIGGER receivable_changed AFTER UPDATE ON receivable
    REFERENCING NEW TABLE AS fresh OLD TABLE AS stale FOR EACH STATEMENT EXECUTE FUNCTION mark_changed_rows();
CREATE TRIGGER customer_changed AFTER UPDATE ON customer
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION mark_named('id', 'NULL');
CREATE TRIGGER send_job_new AFTER INSERT ON send_job
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION mark_named('customer_id', 'NULL');
CREATE TRIGGER send_job_changed AFTER UPDATE ON send_job
    REFERENCING NEW TABLE AS fresh OLD TABLE AS stale FOR EACH STATEMENT EXECUTE FUNCTION mark_changed_messages();
CREATE TRIGGER hold_new AFTER INSERT ON hold
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION mark_named('customer_id', 'receivable_id');
CREATE TRIGGER hold_changed AFTER UPDATE ON hold
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION mark_named('customer_id', 'receivable_id');
CREATE TRIGGER document_new AFTER INSERT ON document
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION mark_named('NULL', 'receivable_id');
CREATE TRIGGER document_changed AFTER UPDATE ON document
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION mark_named('NULL', 'receivable_id');
CREATE TRIGGER approval_new AFTER INSERT ON approval
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION mark_named('NULL', 'receivable_id');
CREATE TRIGGER pilot_member_new AFTER INSERT ON pilot_member
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION mark_named('customer_id', 'NULL');
CREATE TRIGGER pilot_member_gone AFTER DELETE ON pilot_member
    REFERENCING OLD TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION mark_named('customer_id', 'NULL');
CREATE TRIGGER ledger_changed AFTER UPDATE ON ledger FOR EACH STATEMENT EXECUTE FUNCTION mark_everybody();
CREATE TRIGGER workbook_settings_new AFTER INSERT ON workbook_settings FOR EACH STATEMENT EXECUTE FUNCTION mark_everybody();
CREATE TRIGGER ledger_activation_changed AFTER INSERT OR UPDATE ON ledger_activation
    FOR EACH STATEMENT EXECUTE FUNCTION mark_everybody();
CREATE TRIGGER sequence_version_changed AFTER INSERT OR UPDATE ON sequence_version
    FOR EACH STATEMENT EXECUTE FUNCTION mark_everybody();

-- The emergency stop of everything: who, when, why, and who ended it. At most one is in force.
CREATE TABLE sending_stop (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    stopped_at  timestamptz NOT NULL,
    stopped_by  text NOT NULL,
    reason      text NOT NULL DEFAULT '',
    ended_at    timestamptz,
    ended_by    text,
    CHECK ((ended_at IS NULL) = (ended_by IS NULL))
);
CREATE UNIQUE INDEX sending_stop_in_force ON sending_stop ((ended_at IS NULL)) WHERE ended_at IS NULL;

-- Why a rendered text may not leave at that product time, or NULL. One definition for the claim and for the last look before the click.
-- A payment reminder is stopped by any live hold or pause, a documents message by those that are not about the payment,
-- other messages only by those that silence everything (domain/standing.py says the same); the one answer to STOP leaves all
-- the same. A ledger that is switched off sends nothing.
-- The emergency stop stands last: what may never leave is cancelled, the rest goes back and waits; the last look before the
-- click reads it, so a stop holds from the next click on.
CREATE FUNCTION send_blocker(job uuid, at timestamptz) RETURNS text LANGUAGE sql STABLE AS $$
    WITH item AS (
        SELECT r.id, r.ledger_id, r.status, r.absences, r.problems,
               r.version IS DISTINCT FROM rendered.value::integer OR r.customer_id IS DISTINCT FROM j.customer_id AS is_stale,
               NOT l.enabled AS is_off,
               (at AT TIME ZONE l.zone)::date <= greatest(r.paused_until, l.paused_until) AS is_paused
        FROM send_job j
        CROSS JOIN jsonb_each_text(j.item_versions) AS rendered
        LEFT JOIN receivable r ON r.id = rendered.key::bigint
        LEFT JOIN ledger l ON l.id = r.ledger_id
        WHERE j.id = job
    ),
    live_hold AS (
        SELECT h.reason
        FROM hold h
        JOIN send_job j ON j.id = job
        WHERE h.lifted_at IS NULL
          AND (h.until IS NULL OR at < h.until)
          AND (h.customer_id = j.customer_id
               OR h.receivable_id IN (SELECT id FROM item)
               OR h.ledger_id IN (SELECT ledger_id FROM item))
    )
    SELECT CASE
        WHEN j.kind = 'payment' AND EXISTS (SELECT FROM item WHERE status = 'paid') THEN 'paid'
        WHEN EXISTS (SELECT FROM live_hold WHERE reason = 'wrong_person') THEN 'optout'
        WHEN j.template <> 'reponse_stop' AND EXISTS (SELECT FROM live_hold WHERE reason = 'optout') THEN 'optout'
        WHEN EXISTS (SELECT FROM item WHERE is_off) THEN 'held'
        WHEN j.kind IN ('payment', 'documents') AND EXISTS (SELECT FROM item WHERE is_paused) THEN 'held'
        WHEN j.kind = 'payment' AND EXISTS (SELECT FROM live_hold) THEN 'held'
        WHEN j.kind = 'documents' AND EXISTS (
            SELECT FROM live_hold WHERE reason NOT IN ('promise', 'paid_claim', 'autopay')) THEN 'held'
        WHEN EXISTS (SELECT FROM item WHERE is_stale) THEN 'stale'
        WHEN EXISTS (SELECT FROM customer c WHERE c.id = j.customer_id AND c.version <> j.customer_version) THEN 'stale'
        WHEN j.kind = 'payment' AND EXISTS (
            SELECT FROM item
            WHERE status NOT IN ('pending', 'reminded', 'late') OR absences > 0 OR problems <> '[]') THEN 'held'
        WHEN j.not_after < at THEN 'hours'
        WHEN EXISTS (SELECT FROM sending_stop WHERE ended_at IS NULL) THEN 'stopped'
    END
    FROM send_job j
    WHERE j.id = job
$$;

ALTER TABLE hold ADD COLUMN note text NOT NULL DEFAULT '';

-- What goes with a message: the invoice, or the picture of a payment code. Made at the release, erased once it was sent.
CREATE TABLE attachment (
    id          uuid PRIMARY KEY,
    kind        text NOT NULL CHECK (kind IN ('invoice', 'payment_code')),
    mime        text NOT NULL CHECK (mime IN ('application/pdf', 'image/png')),
    size_bytes  integer NOT NULL CHECK (size_bytes > 0),
    sha256      text NOT NULL,
    body        bytea,
    made_at     timestamptz NOT NULL,
    erased_at   timestamptz,
    CHECK ((body IS NULL) = (erased_at IS NOT NULL))
);
ALTER TABLE send_job ADD COLUMN attachment_id uuid REFERENCES attachment;

GRANT SELECT, INSERT, UPDATE (body, erased_at) ON attachment TO relance_scheduler;
GRANT SELECT (id, kind, mime, size_bytes, sha256, made_at, erased_at) ON attachment TO relance_cli;
GRANT SELECT ON attachment TO relance_sender;
GRANT UPDATE (customer_id) ON send_job TO relance_scheduler;
GRANT SELECT, INSERT, DELETE ON plan_mark TO relance_scheduler;
GRANT SELECT, UPDATE ON plan_sweep TO relance_scheduler;
GRANT SELECT ON sending_stop TO relance_scheduler, relance_sender;
GRANT SELECT ON plan_mark, plan_sweep, sending_stop TO relance_cli;
GRANT INSERT ON sending_stop TO relance_cli;
GRANT UPDATE (ended_at, ended_by) ON sending_stop TO relance_cli;
GRANT INSERT ON hold TO relance_cli;
GRANT UPDATE (lifted_at, lifted_by) ON hold TO relance_cli;
