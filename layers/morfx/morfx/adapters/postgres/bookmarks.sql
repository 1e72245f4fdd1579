-- put --
INSERT INTO saved_sessions (session_id, workspace_id, name, created_at)
SELECT id, workspace_id, %(name)s, %(now)s
  FROM agent_sessions
 WHERE id = %(session_id)s
ON CONFLICT (session_id) DO UPDATE SET name = EXCLUDED.name
RETURNING session_id;

-- remove --
DELETE FROM saved_sessions WHERE session_id = %(session_id)s;
