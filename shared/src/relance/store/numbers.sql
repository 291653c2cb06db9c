-- name: candidates
-- Numbers a sender may hold, those whose profile already lives here first.
SELECT n.id, n.alias, n.phone, n.transport, n.cloud_phone_id, n.cloud_account_id
FROM number n
LEFT JOIN number_lease l ON l.number_id = n.id
WHERE n.enabled AND ($1::text IS NULL OR n.alias = $1)
ORDER BY (l.profile_home IS NOT DISTINCT FROM $2) DESC, n.id
LIMIT 1000;

-- name: known_alias
-- Whether the deployment has a number of that name.
SELECT EXISTS (SELECT FROM number WHERE alias = $1);

-- name: try_lock
-- One owner per number, as long as its connection lives.
SELECT pg_try_advisory_lock($1, $2);

-- name: evict
-- Ends the connection of an owner that stopped beating without dying (frozen host); its lock goes with it.
SELECT pg_terminate_backend(k.pid)
FROM pg_locks k
JOIN number_lease l ON l.number_id = $2
WHERE k.locktype = 'advisory'
  AND k.granted
  AND k.database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND k.classid::bigint = $1
  AND k.objid::bigint = $2
  AND k.pid <> pg_backend_pid()
  AND l.heartbeat < clock_timestamp() - make_interval(secs => $3);

-- name: last_beat
-- The lease before it is taken, beside the database's own clock.
SELECT l.epoch, l.heartbeat, clock_timestamp() AS now
FROM (SELECT) one
LEFT JOIN number_lease l ON l.number_id = $1;

-- name: take
-- A new epoch fences off whoever held the number before. $4: an epoch that a host remembers, $5: this database has not.
INSERT INTO number_lease (number_id, owner, epoch, heartbeat, profile_home, restored_at)
VALUES ($1, $2, $4 + 1, clock_timestamp(), $3, CASE WHEN $5 THEN clock_timestamp() END)
ON CONFLICT (number_id) DO UPDATE
SET owner = EXCLUDED.owner,
    epoch = greatest(number_lease.epoch + 1, EXCLUDED.epoch),
    heartbeat = EXCLUDED.heartbeat,
    profile_home = EXCLUDED.profile_home,
    restored_at = coalesce(EXCLUDED.restored_at, number_lease.restored_at)
RETURNING epoch;

-- name: note_restoration
-- Chats that were bound when the database was put back; what is bound from now on knows less than the chat.
UPDATE chat_binding
SET precedes_restoration = true
WHERE number_id = $1 AND NOT precedes_restoration;

-- name: beat
-- No row: the number has another owner.
UPDATE number_lease
SET heartbeat = clock_timestamp()
WHERE number_id = $1 AND epoch = $2
RETURNING heartbeat;

-- name: session
-- What was last known of a number's session.
SELECT state
FROM whatsapp_session
WHERE number_id = $1;

-- name: restricted
-- A suspicion that nobody has cleared.
SELECT EXISTS (SELECT FROM number_stop WHERE number_id = $1 AND cause = 'restriction' AND ended_at IS NULL);

-- name: stop
-- One in force for each cause.
INSERT INTO number_stop (number_id, cause, reason, stopped_by)
VALUES ($1, $2, $3, $4)
ON CONFLICT (number_id, cause) WHERE ended_at IS NULL DO NOTHING
RETURNING id;

-- name: tell_session
-- Only the owner of the number speaks.
INSERT INTO whatsapp_session (number_id, state, qr, changed_at, advice)
SELECT $1, $3, $4, $5, $6
FROM number_lease l
WHERE l.number_id = $1 AND l.epoch = $2
ON CONFLICT (number_id) DO UPDATE
SET state = EXCLUDED.state, qr = EXCLUDED.qr, changed_at = EXCLUDED.changed_at, advice = EXCLUDED.advice;

-- name: pairing
-- What a person who links a phone has to see; the code is gone once linked.
SELECT state, qr, advice
FROM whatsapp_session
WHERE number_id = $1;
