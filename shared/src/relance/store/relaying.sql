-- name: try_lock
-- One relay at a time keeps the order; the lock dies with its connection.
SELECT pg_try_advisory_lock(hashtext('relance.scheduler.relay'));
