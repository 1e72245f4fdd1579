SELECT
  (SELECT coalesce(jsonb_agg(to_jsonb(messages) - 'choices' ORDER BY created_at, position), '[]')
     FROM messages WHERE workspace_id = ANY(%(shops)s)) AS messages,
  (SELECT coalesce(jsonb_agg(jsonb_build_object(
            'turn_id', turn_id, 'conversation_id', conversation_id, 'session_id', session_id,
            'created_at', created_at, 'proof', proof,
            'read_from_seq', read_from_seq, 'read_to_seq', read_to_seq,
            'silence_reason', proof ->> 'silence_reason', 'handoff_reason', proof ->> 'handoff_reason')
            ORDER BY created_at, turn_id), '[]')
     FROM turn_proofs WHERE workspace_id = ANY(%(shops)s)) AS proofs,
  (SELECT coalesce(jsonb_agg(to_jsonb(timers)), '[]')
     FROM timers WHERE workspace_id = ANY(%(shops)s)) AS timers,
  (SELECT coalesce(jsonb_agg(to_jsonb(domain_events)), '[]')
     FROM domain_events WHERE workspace_id = ANY(%(shops)s) AND type = 'proactive.send') AS firings,
  (SELECT coalesce(jsonb_agg(to_jsonb(conversations)), '[]')
     FROM conversations WHERE workspace_id = ANY(%(shops)s)) AS conversations,
  (SELECT coalesce(jsonb_agg(to_jsonb(agent_sessions) ORDER BY created_at), '[]')
     FROM agent_sessions WHERE workspace_id = ANY(%(shops)s)) AS sessions,
  (SELECT coalesce(jsonb_agg(to_jsonb(orders) || jsonb_build_object('lines',
            (SELECT jsonb_agg(to_jsonb(order_products)) FROM order_products WHERE order_id = orders.id))), '[]')
     FROM orders WHERE workspace_id = ANY(%(shops)s)) AS orders,
  -- Every row that belongs to a conversation, with the tenant it says it is of
  (SELECT coalesce(jsonb_agg(jsonb_build_array(kind, conversation_id, workspace_id)), '[]')
     FROM (SELECT 'conversation' AS kind, id AS conversation_id, workspace_id FROM conversations
           UNION SELECT 'channel', c.id, channels.workspace_id
                   FROM conversations c JOIN channels ON channels.id = c.channel_id
           UNION SELECT 'contact', c.id, contacts.workspace_id
                   FROM conversations c JOIN contacts ON contacts.id = c.contact_id
           UNION SELECT 'message', conversation_id, workspace_id FROM messages
           UNION SELECT 'session', conversation_id, workspace_id FROM agent_sessions
           UNION SELECT 'state', conversation_id, session_state.workspace_id
                   FROM session_state JOIN agent_sessions ON id = session_id
           UNION SELECT 'turn', conversation_id, agent_turns.workspace_id
                   FROM agent_turns JOIN agent_sessions ON agent_sessions.id = session_id
           UNION SELECT 'timer', conversation_id, workspace_id FROM timers
           UNION SELECT 'proof', conversation_id, workspace_id FROM turn_proofs
           UNION SELECT 'task', coalesce(tasks.conversation_id, orders.conversation_id), tasks.workspace_id
                   FROM tasks LEFT JOIN orders ON orders.id = order_id
           UNION SELECT 'order', conversation_id, workspace_id FROM orders
           UNION SELECT 'line', conversation_id, order_products.workspace_id
                   FROM order_products JOIN orders ON orders.id = order_id
           UNION SELECT 'note', conversation_id, notes.workspace_id FROM notes JOIN orders ON orders.id = order_id
           UNION SELECT 'tag', conversation_id, tags.workspace_id
                   FROM order_tags JOIN orders ON orders.id = order_id JOIN tags ON tags.id = tag_id
           UNION SELECT 'stage', conversation_id, pipeline_stages.workspace_id
                   FROM orders JOIN pipeline_stages ON pipeline_stages.id = stage_id
           UNION SELECT 'event', conversation_id, workspace_id FROM domain_events) AS kept
    WHERE conversation_id IN (SELECT id FROM conversations WHERE workspace_id = ANY(%(shops)s)))
    AS tenants
