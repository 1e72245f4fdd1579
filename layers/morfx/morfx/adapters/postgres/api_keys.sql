-- find --
SELECT * FROM api_key_of(%(prefix)s);

-- use --
-- With one of the key's tokens, and whose agent it speaks to
WITH used AS (
  UPDATE api_keys
     SET tokens = tokens_left(tokens, tokens_at, requests_per_second, %(now)s) - 1,
         tokens_at = greatest(tokens_at, %(now)s),
         last_used_at = %(now)s
   WHERE id = %(id)s
     AND tokens_left(tokens, tokens_at, requests_per_second, %(now)s) >= 1
  RETURNING workspace_id
)
SELECT conversational_agent_id AS agent_id
  FROM workspace_agent_config
  JOIN used USING (workspace_id);

-- open_channel --
-- The workspace's own: named after it, so there is one
INSERT INTO channels (id, workspace_id, kind, provider, provider_account_id, display_name)
SELECT %(channel_id)s, id, 'api', 'api', id::text, 'API'
  FROM workspaces
 WHERE id = %(workspace_id)s
ON CONFLICT (kind, provider_account_id) DO NOTHING;

-- issue --
-- No row where there is no such workspace
INSERT INTO api_keys (id, workspace_id, name, prefix, secret_sha256, expires_at, created_at)
SELECT %(id)s, id, %(name)s, %(prefix)s, %(secret_sha256)s, %(expires_at)s, %(now)s
  FROM workspaces
 WHERE id = %(workspace_id)s
RETURNING id;

-- revoke --
UPDATE api_keys
   SET revoked_at = coalesce(revoked_at, %(now)s)
 WHERE prefix = %(prefix)s
RETURNING id;

-- list --
SELECT name, prefix, created_at, last_used_at, expires_at, revoked_at
  FROM api_keys
 ORDER BY created_at, id;
