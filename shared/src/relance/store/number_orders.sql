-- name: status
-- Each number as it stands: session, owner, budget, and what waits for it. $1: one alias, $2: product time.
SELECT n.id, n.alias, n.phone, n.enabled, s.state, coalesce(s.advice, '') AS advice, l.owner,
       extract(epoch FROM clock_timestamp() - l.heartbeat)::double precision AS silent_s,
       coalesce((SELECT g.zone FROM ledger g WHERE g.number_id = n.id ORDER BY g.id LIMIT 1), 'UTC') AS zone,
       b.local_day, b.sent, b.next_at, b.first_contacts, b.days_spoken, b.recent,
       (SELECT count(*) FROM send_job j WHERE j.number_id = n.id AND j.state = 'due' AND j.due_at <= $2) AS due,
       (SELECT count(*) FROM send_job j WHERE j.number_id = n.id AND j.state IN ('published', 'sending', 'unknown')) AS under_way,
       (SELECT count(*) FROM human_task t
        JOIN send_job j ON t.kind IN ('send_review', 'send_failed') AND t.subject = j.id || '/' || j.attempt
        WHERE j.number_id = n.id AND t.closed_at IS NULL) AS for_a_person
FROM number n
LEFT JOIN whatsapp_session s ON s.number_id = n.id
LEFT JOIN number_lease l ON l.number_id = n.id
LEFT JOIN number_budget b ON b.number_id = n.id
WHERE $1::text IS NULL OR n.alias = $1
ORDER BY n.id
LIMIT 1000;

-- name: spending
-- What each number has spent, and whether it may speak at all.
SELECT n.id,
       n.enabled AND NOT EXISTS (SELECT FROM number_stop p WHERE p.number_id = n.id AND p.ended_at IS NULL) AS speaks,
       coalesce((SELECT g.zone FROM ledger g WHERE g.number_id = n.id ORDER BY g.id LIMIT 1), 'UTC') AS zone,
       b.local_day, b.sent, b.next_at, b.first_contacts, b.days_spoken, b.recent
FROM number n
LEFT JOIN number_budget b ON b.number_id = n.id
ORDER BY n.id
LIMIT 100000;

-- name: stops
-- What keeps numbers silent.
SELECT number_id, cause, reason, stopped_at, stopped_by
FROM number_stop
WHERE ended_at IS NULL
ORDER BY id
LIMIT 2000;

-- name: pause
-- Pausing twice changes nothing.
INSERT INTO number_stop (number_id, cause, reason, stopped_by)
VALUES ($1, 'operator', $2, $3)
ON CONFLICT (number_id, cause) WHERE ended_at IS NULL DO NOTHING
RETURNING id;

-- name: resume
-- Whatever kept the number silent, a suspicion included: a person has looked.
UPDATE number_stop
SET ended_at = clock_timestamp(), ended_by = $2
WHERE number_id = $1 AND ended_at IS NULL
RETURNING id, cause;

-- name: close_task
-- The suspicion that a person was asked about.
UPDATE human_task
SET closed_at = $2
WHERE kind = 'number_restricted' AND subject = $1 AND closed_at IS NULL;

-- name: ask
-- For the sender that holds the number.
INSERT INTO number_request (number_id, kind, asked_by)
VALUES ($1, $2, $3)
RETURNING id;

-- name: open_request
-- The newest that nobody answered; who asked long ago is not there any more.
SELECT id, kind
FROM number_request
WHERE number_id = $1 AND answered_at IS NULL AND asked_at > clock_timestamp() - make_interval(secs => $2)
ORDER BY id DESC
LIMIT 1;

-- name: answer
-- Once.
UPDATE number_request
SET answered_at = clock_timestamp(), answer = $2
WHERE id = $1 AND answered_at IS NULL;

-- name: answered
-- NULL until the sender has answered.
SELECT answer
FROM number_request
WHERE id = $1;
