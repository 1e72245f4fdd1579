-- standing --
-- One customer of one receiving number, as everything written so far leaves them
WITH conversation AS (
  SELECT conversations.id, conversations.workspace_id, bot_state
    FROM channel_identities
    JOIN conversations USING (contact_id)
   WHERE channel_identities.workspace_id = %(workspace_id)s
     AND kind = 'whatsapp'
     AND channel_identities.external_id = %(customer)s
     AND channel_id = %(channel_id)s
), session AS (
  SELECT agent_sessions.id, version, current_mode, status, end_reason, datos_capturados, pack_seleccionado
    FROM agent_sessions
    JOIN session_state ON session_id = agent_sessions.id
   WHERE conversation_id = (SELECT id FROM conversation)
   ORDER BY agent_sessions.created_at DESC, agent_sessions.id DESC
   LIMIT 1
)
SELECT conversation.workspace_id, conversation.id AS conversation_id, conversational_agent_id AS agent_id,
       CASE WHEN status IN ('active', 'paused') THEN session.id END AS session_id,
       CASE WHEN status IN ('active', 'paused') THEN version END AS version,
       conversation.bot_state, current_mode AS mode, status, end_reason,
       coalesce(datos_capturados, '{}') AS data, pack_seleccionado AS pack,
       (SELECT coalesce(jsonb_agg(jsonb_build_object('id', orders.id, 'status', status, 'stage', pipeline_stages.name,
                                                     'pack', pack, 'total', total::text)
                                  ORDER BY orders.created_at), '[]')
          FROM orders
          JOIN order_products ON order_id = orders.id
          LEFT JOIN pipeline_stages ON pipeline_stages.id = stage_id
         WHERE conversation_id = conversation.id) AS orders,
       (SELECT proof ->> 'silence_reason' FROM turn_proofs
         WHERE conversation_id = conversation.id
         ORDER BY created_at DESC, turn_id DESC
         LIMIT 1) AS silence_reason,
       (SELECT coalesce(array_agg(reason ORDER BY created_at), '{}') FROM tasks
         WHERE conversation_id = conversation.id) AS tasks,
       (SELECT coalesce(jsonb_agg(jsonb_build_object('level', level, 'status', status, 'end_reason', end_reason,
                                                     'due_at', due_at) ORDER BY armed_at, id), '[]')
          FROM timers WHERE conversation_id = conversation.id) AS timers,
       (SELECT coalesce(jsonb_agg(jsonb_build_object('text', text, 'purpose', purpose, 'status', status,
                                                     'status_reason', status_reason, 'created_at', created_at,
                                                     'provider_message_id', provider_message_id)
                                  ORDER BY created_at, position), '[]')
          FROM messages WHERE conversation_id = conversation.id AND direction = 'outbound') AS bubbles,
       (SELECT coalesce(jsonb_agg(jsonb_build_object('type', type, 'payload', payload,
                                                     'occurred_at', occurred_at)
                                  ORDER BY occurred_at, type, id), '[]')
          FROM domain_events WHERE conversation_id = conversation.id) AS events
  FROM conversation
  JOIN workspace_agent_config config ON config.workspace_id = conversation.workspace_id
  LEFT JOIN session ON true;

-- attention --
-- The earliest instant at which housekeeping could find something to do, as things stand
SELECT least(
         (SELECT min(last_inbound_at) FROM conversations WHERE read_seq < inbound_seq AND relays < %(max_relays)s),
         (SELECT min(created_at) FROM messages WHERE status IN ('queued', 'sending')),
         (SELECT min(due_at) FROM timers WHERE status = 'armed') + %(overdue_after)s) AS at;
