-- overdue --
-- What has lost its execution; so many a minute, lest a restore makes a storm
SELECT * FROM timers WHERE status = 'armed' AND due_at < %(overdue_since)s ORDER BY due_at LIMIT %(max_restarts)s;

-- unread --
-- Messages whose wake was lost, or whose turn fails; past the limit only a person can help
UPDATE conversations
   SET relays = relays + 1
 WHERE read_seq < inbound_seq
   AND last_inbound_at < %(neglected_since)s
   AND (lease_until IS NULL OR lease_until < %(now)s)
   AND relays < %(max_relays)s
RETURNING id AS conversation_id, inbound_seq;

-- longest_wait --
-- Seconds for which the most patient customer has waited for any answer
SELECT coalesce(extract(epoch FROM max(%(now)s - last_inbound_at)), 0)::integer AS seconds
  FROM conversations
 WHERE read_seq < inbound_seq;

-- promised --
-- Turns whose bubbles wait longer than all their delays together
SELECT conversation_id, turn_id
  FROM messages
 WHERE status = 'queued'
 GROUP BY conversation_id, turn_id
HAVING min(created_at) + make_interval(secs => (SELECT coalesce(sum(delay_seconds), 0)
                                                  FROM messages whole
                                                 WHERE whole.turn_id = messages.turn_id)) < %(neglected_since)s;

-- lose_senders --
-- Taken and never settled: the request may or may not have left
UPDATE messages
   SET status = 'uncertain', status_reason = 'sender_lost'
 WHERE status = 'sending' AND sending_at < %(neglected_since)s;

-- close_stale --
-- Sessions without activity for a day have ended; nothing waits for them any more
WITH ended AS (
  UPDATE agent_sessions
     SET status = 'closed', version = version + 1,
         end_reason = CASE WHEN EXISTS (SELECT FROM orders WHERE orders.session_id = agent_sessions.id
                                                             AND orders.status = 'confirmed')
                           THEN 'won' ELSE 'idle' END
   WHERE status IN ('active', 'paused') AND last_activity_at <= %(idle_since)s
  RETURNING id, workspace_id, conversation_id, end_reason
), disarmed AS (
  UPDATE timers
     SET status = 'cancelled', end_reason = 'session_' || ended.end_reason, paused_at = NULL
    FROM ended
   WHERE session_id = ended.id AND timers.status IN ('armed', 'paused')
), noted AS (
  INSERT INTO domain_events (id, workspace_id, conversation_id, type, payload, occurred_at)
  SELECT gen_random_uuid(), workspace_id, conversation_id, 'session.close',
         jsonb_build_object('reason', end_reason), %(now)s
    FROM ended
)
SELECT count(*) AS closed FROM ended;
