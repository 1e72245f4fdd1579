-- exchange --
-- A message of the API's channel, the turn that has answered it, and all that turn has said
WITH asked AS (
  SELECT messages.id, messages.conversation_id, seq, text, conversations.external_id, read_seq
    FROM messages
    JOIN conversations ON conversations.id = messages.conversation_id
   WHERE messages.channel_id = %(channel_id)s
     AND provider_message_id = %(provider_message_id)s
     AND direction = 'inbound'
), turn AS (
  SELECT turn_id, session_id, proof
    FROM turn_proofs
    JOIN asked ON asked.conversation_id = turn_proofs.conversation_id
              AND seq BETWEEN read_from_seq AND read_to_seq
              AND seq <= read_seq
   ORDER BY turn_proofs.created_at DESC, turn_id DESC
   LIMIT 1
)
SELECT asked.id, conversation_id, seq, text, external_id AS customer, seq <= read_seq AS answered, turn_id,
       coalesce(session_id,
                (SELECT agent_sessions.id FROM agent_sessions
                  WHERE agent_sessions.conversation_id = asked.conversation_id
                  ORDER BY id DESC LIMIT 1)) AS session_id,
       proof ->> 'silence_reason' AS silence_reason, proof ->> 'handoff_reason' AS handoff_reason,
       coalesce(proof #> '{comprehension,intents}', '[]') AS intents,
       (SELECT coalesce(jsonb_agg(jsonb_build_object('id', said.id, 'position', position, 'type', type,
                                                     'text', said.text, 'choices', coalesce(choices, '[]'),
                                                     'media', media, 'status', status,
                                                     'status_reason', status_reason) ORDER BY position), '[]')
          FROM messages said
         WHERE said.turn_id = turn.turn_id) AS bubbles,
       (SELECT coalesce(jsonb_agg(jsonb_build_object('model', model, 'input', input, 'output', output,
                                                     'cost', cost::text) ORDER BY model), '[]')
          FROM (SELECT model, sum(input_tokens + cache_read_tokens + cache_write_tokens) AS input,
                       sum(output_tokens) AS output, sum(cost) AS cost
                  FROM model_calls
                 WHERE model_calls.turn_id = turn.turn_id
                 GROUP BY model) AS used) AS models,
       (SELECT answer FROM api_answers WHERE message_id = asked.id) AS answer
  FROM asked
  LEFT JOIN turn ON true;

-- keep --
-- Of two who asked the same at once, both are told what the first was
INSERT INTO api_answers (message_id, workspace_id, answer)
VALUES (%(message_id)s, %(workspace_id)s, %(answer)s)
ON CONFLICT (message_id) DO UPDATE SET answer = api_answers.answer
RETURNING answer;

-- session --
SELECT agent_sessions.id, conversation_id, conversations.external_id AS customer, status, end_reason,
       current_mode AS mode, tokens_used, coalesce(datos_capturados, '{}') AS data, pack_seleccionado AS pack,
       (SELECT jsonb_build_object('level', level, 'due_at', due_at)
          FROM timers
         WHERE session_id = agent_sessions.id AND timers.status IN ('armed', 'paused')) AS timer,
       agent_sessions.created_at, last_activity_at
  FROM agent_sessions
  JOIN conversations ON conversations.id = conversation_id
  LEFT JOIN session_state ON session_id = agent_sessions.id
 WHERE agent_sessions.id = %(session_id)s
   AND agent_id = %(agent_id)s
   AND channel_id = %(channel_id)s;

-- order --
-- The session's, by its first line
SELECT orders.id::text AS id, orders.status, orders.total, orders.currency, order_products.pack
  FROM orders
  LEFT JOIN order_products ON order_products.order_id = orders.id AND order_products.position = 1
 WHERE orders.session_id = %(session_id)s;

-- said --
-- What was said on the channel since that number, whoever spoke first
SELECT said_no, messages.id, conversation_id, conversations.external_id AS customer, purpose, type, text,
       coalesce(choices, '[]') AS choices, media, sending_at AS said_at
  FROM messages
  JOIN conversations ON conversations.id = conversation_id
 WHERE messages.channel_id = %(channel_id)s
   AND said_no > %(after)s
   AND messages.status NOT IN ('queued', 'cancelled', 'failed')
   AND (%(customer)s::text IS NULL OR conversations.external_id = %(customer)s)
 ORDER BY said_no
 LIMIT %(limit)s;
