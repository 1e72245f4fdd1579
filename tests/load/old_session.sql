-- Everything a turn leaves behind, %(turns)s times, behind the session's first turn
WITH conversation AS (
  SELECT c.id, c.workspace_id, c.channel_id, c.contact_id, c.inbound_seq, s.id AS session_id
    FROM conversations c JOIN agent_sessions s ON s.conversation_id = c.id
   WHERE c.external_id = %(customer)s AND c.workspace_id = %(workspace_id)s
), past AS (
  SELECT number, gen_random_uuid() AS turn_id, gen_random_uuid() AS heard,
         %(now)s - make_interval(mins => %(turns)s - number + 1) AS at
    FROM generate_series(1, %(turns)s) AS number
), asked AS (
  INSERT INTO messages (id, workspace_id, conversation_id, channel_id, direction, type, text, status,
                        created_at, seq)
  SELECT heard, workspace_id, id, channel_id, 'inbound', 'text', 'qué precio tiene?', 'received', at,
         inbound_seq + number
    FROM conversation, past
), answered AS (
  INSERT INTO messages (id, workspace_id, conversation_id, channel_id, direction, type, text, status,
                        created_at, turn_id, position, purpose, sent_at, provider_message_id)
  SELECT gen_random_uuid(), workspace_id, id, channel_id, 'outbound', 'text', 'Vale $77.900', 'read', at,
         turn_id, 0, 'reply', at, 'wamid.' || turn_id
    FROM conversation, past
), turns AS (
  INSERT INTO agent_turns (id, workspace_id, session_id, turn_number, role, content, created_at)
  SELECT CASE side WHEN 0 THEN heard ELSE turn_id END, workspace_id, session_id, 2 * number + 1 + side,
         CASE side WHEN 0 THEN 'user' ELSE 'assistant' END, 'qué precio tiene?', at
    FROM conversation, past, generate_series(0, 1) AS side
), proofs AS (
  INSERT INTO turn_proofs (turn_id, workspace_id, conversation_id, session_id, proof, created_at)
  SELECT turn_id, workspace_id, id, session_id, '{}', at FROM conversation, past
), calls AS (
  INSERT INTO model_calls (id, workspace_id, conversation_id, contact_id, session_id, turn_id, component,
                           provider, model, outcome, milliseconds, input_tokens, output_tokens,
                           cache_read_tokens, cache_write_tokens, cost, created_at)
  SELECT gen_random_uuid(), workspace_id, id, contact_id, session_id, turn_id, 'comprehension', 'anthropic',
         'claude-haiku-5-5', 'ok', 900, 100, 90, 1500, 0, 0.00001, at
    FROM conversation, past
), timers AS (
  INSERT INTO timers (id, workspace_id, conversation_id, session_id, purpose, level, generation, status,
                      end_reason, armed_at, due_at)
  SELECT gen_random_uuid(), workspace_id, id, session_id, 'data-collection', 0, number + 1, 'cancelled',
         'customer_replied', at, at
    FROM conversation, past
), events AS (
  INSERT INTO domain_events (id, workspace_id, conversation_id, type, occurred_at)
  SELECT gen_random_uuid(), workspace_id, id, type, at
    FROM conversation, past, unnest(ARRAY['customer.message', 'turn.answered']) AS type
)
UPDATE conversations
   SET inbound_seq = inbound_seq + %(turns)s, read_seq = read_seq + %(turns)s
 WHERE id = (SELECT id FROM conversation);
