-- name: due
-- Folders and filed papers at which nobody has looked since then, or that were open to others; never looked at first.
SELECT p.vault_id
FROM (
    SELECT vault_id FROM vault_folder
    UNION
    SELECT vault_id FROM document WHERE vault_id IS NOT NULL AND state IN ('received', 'accepted', 'waived')
) p
LEFT JOIN vault_audit a ON a.vault_id = p.vault_id
WHERE a.checked_at IS NULL OR a.checked_at < $1 OR a.is_exposed
ORDER BY a.checked_at NULLS FIRST, p.vault_id
LIMIT 100;

-- name: note
-- What the look found; changed_at moves only when it differs.
INSERT INTO vault_audit AS a (vault_id, readers, is_exposed, checked_at, changed_at)
VALUES ($1, $2, $3, $4, $4)
ON CONFLICT (vault_id) DO UPDATE
SET readers = EXCLUDED.readers,
    is_exposed = EXCLUDED.is_exposed,
    checked_at = EXCLUDED.checked_at,
    changed_at = CASE WHEN a.readers = EXCLUDED.readers AND a.is_exposed = EXCLUDED.is_exposed
                      THEN a.changed_at ELSE EXCLUDED.changed_at END;

-- name: exposed
-- How many places that are still there were open to others at the last look.
SELECT count(*)
FROM vault_audit a
WHERE a.is_exposed
  AND (EXISTS (SELECT FROM vault_folder f WHERE f.vault_id = a.vault_id)
       OR EXISTS (SELECT FROM document d WHERE d.vault_id = a.vault_id));
