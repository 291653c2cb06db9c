-- name: since
-- Messages of some ledgers that left and changed since then (null: lately), each with the rows it was about.
SELECT left(j.id::text, 13) AS name, c.name AS customer, items.keys, j.template, j.state, j.sent_at, j.changed_at
FROM send_job j
JOIN customer c ON c.id = j.customer_id
JOIN LATERAL (
    SELECT string_agg(r.key, ', ' ORDER BY r.key) AS keys
    FROM receivable r
    WHERE r.ledger_id = ANY($1::smallint[])
      AND (r.id = j.receivable_id OR r.id IN (SELECT m.receivable_id FROM reminder m WHERE m.job_id = j.id))
) items ON items.keys IS NOT NULL
WHERE j.changed_at > coalesce($2, clock_timestamp() - INTERVAL '90 days') AND j.sent_at IS NOT NULL AND j.state IN ('sent', 'delivered', 'read')
ORDER BY j.changed_at
LIMIT 1000;
