-- numbers --
-- A workspace's receiving numbers, the oldest first
SELECT channels.provider_account_id AS account, channels.display_name, workspaces.name AS shop
  FROM channels
  JOIN workspaces ON workspaces.id = channels.workspace_id
 WHERE channels.kind = 'whatsapp'
 ORDER BY channels.created_at, channels.id;

-- transcript --
-- One customer on one receiving number: what was said, what the agent is at, what happened last;
-- and that somebody looks.
-- Within one instant a question comes before its answers, and events by their ids.
WITH conversation AS (
  SELECT conversations.id, conversations.bot_state, conversations.turn_id
    FROM channel_identities
    JOIN conversations USING (contact_id)
   WHERE channel_identities.workspace_id = %(workspace_id)s
     AND channel_identities.kind = 'whatsapp'
     AND channel_identities.external_id = %(customer)s
     AND conversations.channel_id = %(channel_id)s
), watched AS (
  UPDATE conversations
     SET watched_until = %(watched_until)s
    FROM conversation
   WHERE conversations.id = conversation.id
     AND coalesce(watched_until < %(watched_until)s - %(renewal)s, true)
), line AS (
  SELECT id, direction, type, text, text_escaped, coalesce(choices, '[]') AS choices, media, status, status_reason, error_code,
         coalesce(sent_at, created_at) AS at, created_at, position
    FROM messages
   WHERE conversation_id = (SELECT id FROM conversation)
   ORDER BY created_at DESC, position DESC NULLS LAST
   LIMIT %(lines)s
), session AS (
  SELECT id, version, agent_id, current_mode AS mode, status, end_reason, tokens_used,
         (SELECT coalesce(max(turn_number), 0) FROM agent_turns WHERE session_id = agent_sessions.id) AS turns
    FROM agent_sessions
   WHERE conversation_id = (SELECT id FROM conversation)
   ORDER BY created_at DESC, id DESC
   LIMIT 1
), event AS (
  SELECT id, type, payload, occurred_at
    FROM domain_events
   WHERE conversation_id = (SELECT id FROM conversation)
   ORDER BY occurred_at DESC, id DESC
   LIMIT %(events)s
)
SELECT workspaces.id AS workspace_id, config.conversational_agent_id AS agent_id,
       (SELECT id FROM conversation) AS conversation_id,
       jsonb_build_object('account', channels.provider_account_id, 'display_name', channels.display_name,
                          'shop', workspaces.name) AS number,
       (SELECT bot_state FROM conversation) AS bot_state,
       (SELECT text FROM drafts JOIN conversation ON drafts.conversation_id = conversation.id
                                                 AND drafts.turn_id = conversation.turn_id) AS draft,
       (SELECT to_jsonb(session) FROM session) AS session,
       (SELECT coalesce(jsonb_agg(jsonb_build_object('purpose', purpose, 'level', level, 'status', status,
                                                     'due_at', due_at) ORDER BY due_at), '[]')
          FROM timers
         WHERE conversation_id = (SELECT id FROM conversation) AND status IN ('armed', 'paused')) AS timers,
       (SELECT coalesce(jsonb_agg(to_jsonb(line) ORDER BY created_at, position NULLS FIRST), '[]')
          FROM line) AS lines,
       (SELECT coalesce(jsonb_agg(to_jsonb(event) ORDER BY occurred_at DESC, id DESC), '[]')
          FROM event) AS events
  FROM channels
  JOIN workspaces ON workspaces.id = channels.workspace_id
  JOIN workspace_agent_config config ON config.workspace_id = workspaces.id
 WHERE channels.id = %(channel_id)s;
