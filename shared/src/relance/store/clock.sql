-- name: offset
-- How far product time is from real time, in seconds.
SELECT offset_s FROM clock;

-- name: move
-- Moves product time and tells everybody.
WITH moved AS (
    UPDATE clock
    SET offset_s = offset_s + $1, moved_at = clock_timestamp()
    RETURNING offset_s
)
SELECT offset_s, pg_notify('relance_clock', '') FROM moved;

-- name: now
-- Product time, by the server's own clock and the offset.
SELECT clock_timestamp() + make_interval(secs => offset_s) FROM clock;
