-- find --
-- The session of this id, or the live one of a conversation and an agent
SELECT s.id AS session_id, s.agent_id AS conversational_agent_id, s.version, s.status, s.end_reason,
       s.current_mode, s.last_activity_at, s.tokens_used,
       (SELECT coalesce(max(turn_number), 0) FROM agent_turns WHERE agent_turns.session_id = s.id) AS turns,
       st.*
  FROM agent_sessions s
  JOIN session_state st ON st.session_id = s.id
 WHERE s.id = %(session_id)s
    OR s.conversation_id = %(conversation_id)s AND s.agent_id = %(agent_id)s
       AND s.status IN ('active', 'paused');

-- switch --
-- The bot's state, from those it may have; and no turn that read it before may commit
WITH switched AS (
  UPDATE conversations
     SET bot_state = coalesce(%(bot_state)s, bot_state),
         muted_until = CASE WHEN %(bot_state)s::text IS NULL THEN muted_until
                            ELSE %(muted_until)s::timestamptz END,
         turn_id = NULL, lease_until = NULL
   WHERE id = %(conversation_id)s
     AND (%(bot_state)s::text IS NULL OR bot_state = ANY (%(bot_was)s))
  RETURNING id
)
SELECT raise_unless(EXISTS (SELECT FROM switched), 'MX003', 'the bot is so already');

-- write --
WITH written AS (
  UPDATE agent_sessions
     SET version = version + 1, status = %(status)s, end_reason = %(end_reason)s
   WHERE id = %(session_id)s AND conversation_id = %(conversation_id)s
     AND version = %(version)s AND status IN ('active', 'paused')
  RETURNING id
)
SELECT raise_unless(EXISTS (SELECT FROM written), 'MX001', 'the session was written by somebody else');

-- stop_bubbles --
UPDATE messages
   SET status = 'cancelled', status_reason = %(bubbles_end)s
 WHERE conversation_id = %(conversation_id)s AND status = 'queued' AND purpose <> 'handoff';

-- note --
INSERT INTO domain_events (id, workspace_id, conversation_id, type, payload, occurred_at)
SELECT event.id, %(workspace_id)s, %(conversation_id)s, event.type, event.payload, %(now)s
  FROM jsonb_to_recordset(%(events)s) AS event (id uuid, type text, payload jsonb);
