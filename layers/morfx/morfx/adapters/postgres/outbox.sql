-- lock_conversation --
-- A message cannot arrive, and no other bubble leave, between the gate's look and the taking
SELECT id FROM conversations WHERE id = %(conversation_id)s FOR UPDATE;

-- next --
-- The turn's next bubble with everything the send gate asks
SELECT m.id, m.text, m.choices, m.media, m.purpose, m.answers_since, m.not_before, m.attempts, m.channel_id,
       c.external_id, c.bot_state, c.muted_until, c.last_inbound_at, c.window_closed_at,
       channels.provider, channels.provider_account_id, channels.paused_until, channels.daily_cap,
       CASE WHEN channels.taken_on = %(today)s THEN channels.taken_that_day ELSE 0 END AS taken_today,
       c.inbound_seq > m.answers_to_seq
         -- … but what a later turn has answered already cannot be answered together with this
         AND (m.purpose <> 'reply'
              OR EXISTS (SELECT FROM messages said
                       WHERE said.turn_id = m.turn_id AND said.status NOT IN ('queued', 'cancelled'))
              OR NOT EXISTS (SELECT FROM messages said
                              WHERE said.conversation_id = c.id
                                AND said.answers_to_seq > m.answers_to_seq
                                AND said.status NOT IN ('queued', 'cancelled'))) AS newer_inbound,
       EXISTS (SELECT FROM messages earlier
                WHERE earlier.turn_id = m.turn_id AND earlier.status = 'sending') AS earlier_is_leaving,
       EXISTS (SELECT FROM messages said
                WHERE said.turn_id = m.turn_id AND said.position < m.position AND said.text = m.text
                  AND said.media IS NOT DISTINCT FROM m.media
                  AND said.status NOT IN ('queued', 'cancelled', 'failed')) AS said_in_turn,
       (SELECT max(said.sending_at) FROM messages said
         WHERE said.conversation_id = c.id AND said.turn_id <> m.turn_id AND said.text = m.text
           AND said.media IS NOT DISTINCT FROM m.media
           AND said.sending_at > c.last_inbound_at
           AND said.status NOT IN ('queued', 'cancelled', 'failed')) AS said_at,
       contacts.opted_out_at IS NOT NULL AS opted_out, contacts.name AS contact_name,
       is_kill_switch_thrown() AS kill_switch,
       config.agent_enabled, config.quiet_hours_enabled, config.in_quiet_hours, config.proactive_daily_cap,
       config.choices_label,
       (SELECT jsonb_build_object('name', name, 'language', language, 'variables', variables)
          FROM approved_templates
         WHERE approved_templates.workspace_id = m.workspace_id AND approved_templates.purpose = m.purpose)
         AS approved_template,
       (SELECT count(*) FROM messages sent
          JOIN conversations theirs ON theirs.id = sent.conversation_id
         WHERE theirs.contact_id = c.contact_id
           AND sent.purpose = 'proactive'
           AND sent.sending_at > %(day_ago)s
           AND sent.status IN ('sending', 'uncertain', 'sent', 'delivered', 'read')) AS proactive_sent,
       (SELECT count(*) FROM messages later
         WHERE later.turn_id = m.turn_id AND later.status = 'queued' AND later.position > m.position)
         AS remaining,
       coalesce((SELECT later.delay_seconds FROM messages later
                  WHERE later.turn_id = m.turn_id AND later.status = 'queued' AND later.position > m.position
                  ORDER BY later.position LIMIT 1), 0) AS wait_seconds
  FROM messages m
  JOIN conversations c ON c.id = m.conversation_id
  JOIN channels ON channels.id = m.channel_id
  JOIN contacts ON contacts.id = c.contact_id
  JOIN workspace_agent_config config ON config.workspace_id = m.workspace_id
 WHERE m.turn_id = %(turn_id)s AND m.status = 'queued'
 ORDER BY m.position
 LIMIT 1;

-- take --
-- With one of the number's tokens; no row where it has none left. Where an approved template leaves in
-- its place the shop's own text is not said. The channel's row is locked until the commit, so what
-- callers of the API read becomes readable in the order of its numbers.
WITH paced AS (
  UPDATE channels
     SET tokens = tokens_left(tokens, tokens_at, messages_per_second, %(now)s) - 1,
         tokens_at = greatest(tokens_at, %(now)s),
         taken_that_day = CASE WHEN taken_on = %(today)s THEN taken_that_day + 1 ELSE 1 END,
         taken_on = %(today)s,
         said = CASE kind WHEN 'api' THEN said + 1 ELSE said END
   WHERE id = %(channel_id)s
     AND tokens_left(tokens, tokens_at, messages_per_second, %(now)s) >= 1
     AND NOT (taken_on = %(today)s AND taken_that_day >= daily_cap)
  RETURNING id, CASE kind WHEN 'api' THEN said END AS said_no
)
UPDATE messages
   SET status = 'sending', said_no = paced.said_no, sending_at = %(now)s, attempts = attempts + 1, not_before = NULL, status_reason = NULL,
       type = coalesce(%(type)s, type),
       template_ids = CASE %(type)s WHEN 'template' THEN '[]' ELSE template_ids END
  FROM paced
 WHERE messages.id = %(id)s
RETURNING messages.id;

-- hold --
-- It waits; what for is said where its message-sequence ends
UPDATE messages
   SET not_before = %(not_before)s, status_reason = %(reason)s
 WHERE id = %(id)s AND not_before IS DISTINCT FROM %(not_before)s;

-- refuse --
UPDATE messages
   SET status = 'cancelled', status_reason = %(reason)s
 WHERE id = %(id)s;

-- reopen --
-- Nothing of the turn was said, so it has answered nothing: what it read is unread again. What a
-- later turn has overtaken waits on (inbox.sql, receive).
WITH unspoken AS (
  SELECT conversation_id, answers_from_seq
    FROM messages refused
   WHERE id = %(id)s
     AND purpose = 'reply'
     AND NOT EXISTS (SELECT FROM messages said
                      WHERE said.turn_id = refused.turn_id
                        AND said.status NOT IN ('queued', 'cancelled'))
), stopped AS (
  UPDATE messages
     SET status = 'cancelled', status_reason = 'newer_inbound'
    FROM unspoken
   WHERE messages.conversation_id = unspoken.conversation_id
     AND status = 'queued'
     AND NOT (messages.purpose = 'reply'
              AND EXISTS (SELECT FROM messages later
                           WHERE later.conversation_id = messages.conversation_id
                             AND later.answers_to_seq > messages.answers_to_seq
                             AND later.status NOT IN ('queued', 'cancelled'))
              AND NOT EXISTS (SELECT FROM messages said
                               WHERE said.turn_id = messages.turn_id
                                 AND said.status NOT IN ('queued', 'cancelled')))
)
UPDATE conversations
   SET read_seq = least(read_seq, answers_from_seq - 1)
  FROM unspoken
 WHERE conversations.id = unspoken.conversation_id
RETURNING inbound_seq;

-- put_back --
UPDATE messages
   SET status = 'queued', sending_at = NULL, not_before = %(not_before)s, status_reason = %(reason)s
 WHERE id = %(id)s AND status = 'sending';

-- slow_down --
-- The number's next token falls due then
UPDATE channels
   SET tokens = 0, tokens_at = %(not_before)s - make_interval(secs => 1.0 / messages_per_second)
  FROM messages
 WHERE channels.id = messages.channel_id AND messages.id = %(id)s;

-- pause_number --
UPDATE channels
   SET paused_until = greatest(paused_until, %(not_before)s), paused_because = %(because)s
  FROM messages
 WHERE channels.id = messages.channel_id AND messages.id = %(id)s;

-- close_window --
UPDATE conversations
   SET window_closed_at = %(now)s
  FROM messages
 WHERE conversations.id = messages.conversation_id AND messages.id = %(id)s;

-- settle --
-- A status callback may have been faster, or housekeeping given up: only upwards, and the provider's
-- id is kept either way
WITH settled AS (
  UPDATE messages
     SET status = CASE WHEN open THEN %(status)s ELSE status END,
         status_reason = CASE WHEN open THEN %(reason)s ELSE status_reason END,
         provider_message_id = coalesce(provider_message_id, %(provider_message_id)s),
         sent_at = CASE WHEN %(status)s = 'sent' THEN coalesce(sent_at, %(now)s) ELSE sent_at END,
         failed_at = CASE WHEN %(status)s = 'failed' THEN %(now)s END,
         error_code = %(error_code)s
    FROM (SELECT id AS open_id,
                 status = 'sending' OR status = 'uncertain' AND %(status)s IN ('sent', 'failed') AS open
            FROM messages WHERE id = %(id)s) AS before
   WHERE id = open_id AND status IN ('sending', 'uncertain', 'sent', 'delivered', 'read')
  RETURNING turn_id, template_ids
)
UPDATE session_state
   SET templates_enviados = add_missing(templates_enviados, settled.template_ids)
  FROM settled
  JOIN agent_turns ON agent_turns.id = settled.turn_id
 WHERE session_state.session_id = agent_turns.session_id
   AND %(status)s = 'sent'
   AND add_missing(templates_enviados, settled.template_ids) <> templates_enviados;
