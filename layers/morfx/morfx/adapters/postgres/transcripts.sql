-- numbers --
-- A workspace's receiving numbers, the oldest first
SELECT channels.provider_account_id AS account, channels.display_name, workspaces.name AS shop
  FROM channels
  JOIN workspaces ON workspaces.id = channels.workspace_id
 WHERE channels.kind = 'whatsapp'
 ORDER BY channels.created_at, channels.id;

-- transcript --
-- One customer on one receiving number: what was said, how the session stands (the one asked for, else
-- the newest), what happened last; and that somebody looks. Of a session that another has followed,
-- only what belongs to it.
-- Within one instant a question comes before its answers, and events by their ids.
WITH conversation AS (
  SELECT conversations.id, conversations.contact_id, contacts.phone, conversations.bot_state, conversations.turn_id
    FROM channel_identities
    JOIN conversations USING (contact_id)
    JOIN contacts ON contacts.id = conversations.contact_id
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
), sessions AS (
  SELECT *, lead(created_at) OVER (ORDER BY created_at, id) AS followed_at
    FROM agent_sessions
   WHERE conversation_id = (SELECT id FROM conversation)
), session AS (
  SELECT sessions.id, version, agent_id, current_mode AS mode, status, end_reason, tokens_used, followed_at,
         sessions.created_at AS began_at, datos_capturados AS data, pack_seleccionado AS pack,
         (SELECT coalesce(max(turn_number), 0) FROM agent_turns WHERE agent_turns.session_id = sessions.id) AS turns
    FROM sessions
    JOIN session_state ON session_state.session_id = sessions.id
   WHERE %(session_id)s::uuid IS NULL OR sessions.id = %(session_id)s
   ORDER BY sessions.created_at DESC, sessions.id DESC
   LIMIT 1
), turn AS (
  SELECT turn_id, created_at AS at, proof, read_from_seq, read_to_seq,
         row_number() OVER (ORDER BY created_at DESC, turn_id DESC) AS place
    FROM turn_proofs
   WHERE session_id = (SELECT id FROM session)
), line AS (
  SELECT id, direction, type, text, text_escaped, coalesce(choices, '[]') AS choices, media, status, status_reason, error_code,
         coalesce(sent_at, created_at) AS at, created_at, position, turn_id, purpose
    FROM messages
   WHERE conversation_id = (SELECT id FROM conversation)
     AND ((SELECT followed_at FROM session) IS NULL
          OR turn_id IN (SELECT turn_id FROM turn)
          OR EXISTS (SELECT FROM turn WHERE seq BETWEEN read_from_seq AND read_to_seq))
   ORDER BY created_at DESC, position DESC NULLS LAST
   LIMIT %(lines)s
), event AS (
  SELECT domain_events.id, type, payload, occurred_at
    FROM domain_events
    LEFT JOIN session ON followed_at IS NOT NULL
   WHERE conversation_id = (SELECT id FROM conversation)
     AND (followed_at IS NULL OR occurred_at >= began_at AND occurred_at < followed_at)
   ORDER BY occurred_at DESC, domain_events.id DESC
   LIMIT %(events)s
), used AS (
  SELECT component, model, count(*) AS calls, min(model_calls.id::text) AS first,
         sum(input_tokens + cache_write_tokens) AS input_tokens, sum(cache_read_tokens) AS cache_read_tokens,
         sum(output_tokens) AS output_tokens, sum(cost)::text AS cost,
         coalesce(sum(input_tokens + cache_write_tokens + cache_read_tokens + output_tokens)
                  FILTER (WHERE place = 1), 0) AS turn_tokens,
         coalesce(sum(cost) FILTER (WHERE place = 1), 0)::text AS turn_cost
    FROM model_calls
    LEFT JOIN turn USING (turn_id)
   WHERE session_id = (SELECT id FROM session)
   GROUP BY component, model
), saved AS (
  SELECT session_id, saved_sessions.name, provider_account_id AS account, conversations.external_id AS customer,
         saved_sessions.created_at AS saved_at
    FROM saved_sessions
    JOIN agent_sessions ON agent_sessions.id = session_id
    JOIN conversations ON conversations.id = conversation_id
    JOIN channels ON channels.id = channel_id
   WHERE kind = 'whatsapp'
   ORDER BY saved_sessions.created_at DESC, session_id
   LIMIT %(saved)s
)
SELECT workspaces.id AS workspace_id, config.conversational_agent_id AS agent_id,
       jsonb_build_object('preset', timer_preset, 'own', timer_seconds) AS pace,
       (SELECT id FROM conversation) AS conversation_id,
       jsonb_build_object('account', channels.provider_account_id, 'display_name', channels.display_name,
                          'shop', workspaces.name) AS number,
       (SELECT bot_state FROM conversation) AS bot_state,
       (SELECT phone FROM conversation) AS contact_phone,
       (SELECT text FROM drafts JOIN conversation ON drafts.conversation_id = conversation.id
                                                 AND drafts.turn_id = conversation.turn_id) AS draft,
       (SELECT to_jsonb(session) FROM session) AS session,
       coalesce((SELECT followed_at FROM session) IS NOT NULL, false) AS is_past,
       (SELECT coalesce(jsonb_agg(to_jsonb(timer) ORDER BY generation DESC), '[]')
          FROM (SELECT * FROM timers
                 WHERE session_id = (SELECT id FROM session)
                 ORDER BY generation DESC
                 LIMIT %(timers)s) AS timer) AS timers,
       (SELECT coalesce(jsonb_agg(jsonb_build_object(
                  'session_id', session_id, 'status', status, 'total', total::text, 'currency', currency,
                  'lines', (SELECT jsonb_agg(jsonb_build_object('product', product, 'pack', pack, 'units', units,
                                                                'price', price::text) ORDER BY position)
                              FROM order_products WHERE order_id = orders.id)) ORDER BY created_at), '[]')
          FROM orders WHERE session_id IN (SELECT id FROM sessions)) AS orders,
       (SELECT coalesce(jsonb_agg(proof || jsonb_build_object(
                  'turn_id', turn_id, 'at', at,
                  'comprehension', CASE WHEN proof ->> 'comprehension' IS NOT NULL
                                        THEN proof -> 'comprehension'
                                             || jsonb_build_object('message_class', proof #>> '{comprehension,class}') END,
                  'heard', (SELECT coalesce(jsonb_agg(CASE WHEN text = '' THEN '[' || type || ']' ELSE text END
                                                      ORDER BY seq), '[]')
                              FROM messages
                             WHERE conversation_id = (SELECT id FROM conversation)
                               AND seq BETWEEN read_from_seq AND read_to_seq)) ORDER BY place), '[]')
          FROM turn WHERE place <= %(turns)s) AS turns,
       (SELECT coalesce(jsonb_agg(to_jsonb(used) ORDER BY first), '[]') FROM used) AS model_use,
       jsonb_build_object(
         'contact_today', coalesce((SELECT cost FROM contact_spending
                                     WHERE contact_id = (SELECT contact_id FROM conversation)
                                       AND day = bogota_date(%(now)s)), 0)::text,
         'contact_daily_cap', contact_daily_cost_cap::text,
         'workspace_this_month', coalesce((SELECT cost FROM workspace_spending
                                            WHERE workspace_spending.workspace_id = workspaces.id
                                              AND month = bogota_month(%(now)s)), 0)::text,
         'workspace_monthly_cap', workspace_monthly_cost_cap::text) AS spending,
       (SELECT coalesce(jsonb_agg(to_jsonb(line) ORDER BY created_at, position NULLS FIRST), '[]')
          FROM line) AS lines,
       (SELECT coalesce(jsonb_agg(to_jsonb(event) ORDER BY occurred_at DESC, id DESC), '[]')
          FROM event) AS events,
       (SELECT coalesce(jsonb_agg(to_jsonb(saved) ORDER BY saved_at DESC, session_id), '[]') FROM saved) AS saved
  FROM channels
  JOIN workspaces ON workspaces.id = channels.workspace_id
  JOIN workspace_agent_config config ON config.workspace_id = workspaces.id
 WHERE channels.id = %(channel_id)s;
