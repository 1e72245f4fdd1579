-- claim --
-- Take the conversation and read all a turn needs. No row: somebody else holds it, nothing is
-- unread, or a newer message has its own wake coming and the oldest has not waited too long.
WITH claimed AS (
  UPDATE conversations
     SET turn_id = %(turn_id)s, lease_until = %(lease_until)s
   WHERE id = %(conversation_id)s
     AND (lease_until IS NULL OR lease_until < %(now)s OR turn_id = %(turn_id)s)
     AND (%(inbound_seq)s::integer IS NULL
          OR read_seq < inbound_seq
             AND (%(inbound_seq)s >= inbound_seq
                  OR EXISTS (SELECT FROM messages
                              WHERE conversation_id = conversations.id
                                AND seq = read_seq + 1
                                AND created_at < %(impatient_since)s)))
  RETURNING *
)
SELECT c.contact_id, contacts.phone AS contact_phone, c.read_seq, c.bot_state, c.muted_until,
       coalesce(c.watched_until > %(now)s, false) AS watched,
       contacts.opted_out_at IS NOT NULL AS opted_out, is_kill_switch_thrown() AS kill_switch,
       config.agent_enabled, config.conversational_agent_id, config.handoff_message, config.timer_preset,
       config.opt_out_message, config.opt_in_message, config.response_speed, config.timer_seconds, config.silence_choices,
       config.contact_daily_cost_cap, config.workspace_monthly_cost_cap,
       s.id AS session_id, s.version, s.status, s.end_reason, s.current_mode, s.last_activity_at,
       s.tokens_used,
       (SELECT coalesce(max(turn_number), 0) FROM agent_turns WHERE agent_turns.session_id = s.id) AS turns,
       st.intents_vistos, st.templates_enviados, st.datos_capturados, st.pack_seleccionado, st.cotizado,
       st.proactive_started_at, st.first_data_at, st.min_data_at, st.ofrecer_promos_at,
       st.pending_question, st.summary, st.summarised_to,
       (SELECT coalesce(jsonb_agg(jsonb_build_object('role', role, 'content', said) ORDER BY turn_number), '[]')
          FROM (SELECT role, turn_number,
                       CASE WHEN role = 'assistant'
                            THEN (SELECT string_agg(text, E'\n\n' ORDER BY position)
                                    FROM messages
                                   WHERE messages.turn_id = agent_turns.id
                                     AND messages.status NOT IN ('cancelled', 'failed'))
                            ELSE content END AS said
                  FROM agent_turns
                 WHERE session_id = coalesce(s.id, past.id)
                 ORDER BY turn_number DESC
                 LIMIT 22) AS last_turns
         WHERE said IS NOT NULL) AS history,
       coalesce(contact_spending.cost, 0) AS contact_today,
       coalesce(workspace_spending.cost, 0) AS workspace_this_month,
       (SELECT coalesce(jsonb_agg(jsonb_build_object('seq', seq, 'type', type, 'text', text,
                                                     'received_at', created_at) ORDER BY seq), '[]')
          FROM messages WHERE conversation_id = c.id AND seq > c.read_seq) AS unread,
       (SELECT coalesce(jsonb_agg(jsonb_build_object('id', id, 'intent', intent, 'visit_type', visit_type,
                                                     'orden', orden, 'content', content,
                                                     'delay_seconds', delay_s,
                                                     'media', media_of(content_type, link)) ORDER BY orden), '[]')
          FROM agent_templates
         WHERE agent_templates.workspace_id = c.workspace_id
           AND agent_id = config.conversational_agent_id) AS templates,
       (SELECT coalesce(jsonb_agg(jsonb_build_object('pack', pack, 'product', product, 'units', units,
                                                     'price', price::text, 'currency', currency)
                                  ORDER BY units), '[]')
          FROM packs WHERE packs.workspace_id = c.workspace_id) AS packs,
       (SELECT to_jsonb(timers) FROM timers WHERE id = %(timer_id)s) AS timer,
       (SELECT coalesce(max(generation), 0) FROM timers WHERE session_id = s.id) AS timer_generation,
       (SELECT to_jsonb(timers) FROM timers
         WHERE session_id = s.id AND timers.status IN ('armed', 'paused')) AS waiting,
       (SELECT to_jsonb(orders) || jsonb_build_object('total', total::text, 'pack', line.pack,
                                                      'stage', stage.name, 'meaning', stage.meaning)
          FROM orders
          LEFT JOIN pipeline_stages stage ON stage.id = orders.stage_id
          LEFT JOIN order_products line ON line.order_id = orders.id AND line.position = 1
         WHERE orders.contact_id = c.contact_id
         ORDER BY (orders.session_id = s.id) IS TRUE DESC, orders.created_at DESC
         LIMIT 1) AS last_order
  FROM claimed c
  JOIN contacts ON contacts.id = c.contact_id
  JOIN workspace_agent_config config ON config.workspace_id = c.workspace_id
  LEFT JOIN agent_sessions s ON s.conversation_id = c.id
                            AND s.agent_id = config.conversational_agent_id
                            AND s.status IN ('active', 'paused')
  LEFT JOIN LATERAL (SELECT id
                       FROM agent_sessions
                      WHERE s.id IS NULL AND conversation_id = c.id AND agent_id = config.conversational_agent_id
                      ORDER BY id DESC
                      LIMIT 1) past ON true
  LEFT JOIN session_state st ON st.session_id = coalesce(s.id, past.id)
  LEFT JOIN contact_spending ON contact_spending.contact_id = c.contact_id
                            AND day = bogota_date(%(now)s)
  LEFT JOIN workspace_spending ON workspace_spending.workspace_id = c.workspace_id
                              AND month = bogota_month(%(now)s);

-- standing --
-- Why a conversation could not be claimed
SELECT read_seq = inbound_seq AS nothing_unread,
       lease_until >= %(now)s AS busy,
       inbound_seq > %(inbound_seq)s AS superseded
  FROM conversations
 WHERE id = %(conversation_id)s;

-- release --
UPDATE conversations
   SET turn_id = NULL, lease_until = NULL
 WHERE id = %(conversation_id)s AND turn_id = %(turn_id)s;

-- conclude --
-- Answered up to here; refused where a newer message arrived, one became unread again, or another
-- turn took over
WITH concluded AS (
  UPDATE conversations
     SET read_seq = %(read_seq)s,
         bot_state = CASE WHEN %(handoff_reason)s::text IS NULL THEN bot_state ELSE 'off' END,
         relays = 0, turn_id = NULL, lease_until = NULL
   WHERE id = %(conversation_id)s
     AND turn_id = %(turn_id)s
     AND inbound_seq = %(last_seq)s
     AND conversations.read_seq = %(claimed_read_seq)s
  RETURNING id
)
SELECT raise_unless(EXISTS (SELECT FROM concluded), 'MX002', 'the conversation moved on');

-- save_session --
-- A new session, or a write over exactly the version that was read; its state with it, all but
-- templates_enviados, which only sending writes
WITH saved AS (
  INSERT INTO agent_sessions (id, agent_id, conversation_id, contact_id, workspace_id, status,
                              end_reason, current_mode, tokens_used, created_at, last_activity_at)
  VALUES (%(id)s, %(agent_id)s, %(conversation_id)s, %(contact_id)s, %(workspace_id)s, %(status)s,
          %(end_reason)s, %(mode)s, %(tokens_used)s, %(last_activity_at)s, %(last_activity_at)s)
  ON CONFLICT (id) DO UPDATE
     SET version = agent_sessions.version + 1,
         status = EXCLUDED.status,
         end_reason = EXCLUDED.end_reason,
         current_mode = EXCLUDED.current_mode,
         tokens_used = EXCLUDED.tokens_used,
         last_activity_at = EXCLUDED.last_activity_at
   WHERE agent_sessions.version = %(version)s
  RETURNING id, workspace_id
), remembered AS (
  INSERT INTO session_state (session_id, workspace_id, intents_vistos, datos_capturados,
                             pack_seleccionado, cotizado, proactive_started_at, first_data_at, min_data_at,
                             ofrecer_promos_at, pending_question, summary, summarised_to)
  SELECT id, workspace_id, %(intents_vistos)s, %(datos_capturados)s, %(pack_seleccionado)s,
         %(cotizado)s, %(proactive_started_at)s, %(first_data_at)s, %(min_data_at)s, %(ofrecer_promos_at)s,
         %(pending_question)s, %(summary)s, %(summarised_to)s
    FROM saved
  ON CONFLICT (session_id) DO UPDATE
     SET intents_vistos = EXCLUDED.intents_vistos,
         datos_capturados = EXCLUDED.datos_capturados,
         pack_seleccionado = EXCLUDED.pack_seleccionado,
         cotizado = EXCLUDED.cotizado,
         proactive_started_at = EXCLUDED.proactive_started_at,
         first_data_at = EXCLUDED.first_data_at,
         min_data_at = EXCLUDED.min_data_at,
         ofrecer_promos_at = EXCLUDED.ofrecer_promos_at,
         pending_question = EXCLUDED.pending_question,
         summary = EXCLUDED.summary,
         summarised_to = EXCLUDED.summarised_to
)
SELECT raise_unless(EXISTS (SELECT FROM saved), 'MX001', 'the session was written by somebody else');

-- promise --
-- The bubbles, as rows before they are calls
INSERT INTO messages (id, workspace_id, conversation_id, channel_id, direction, type, text, choices, media,
                      status, status_reason, created_at, turn_id, position, purpose, template_ids,
                      delay_seconds, answers_from_seq, answers_to_seq, answers_since)
SELECT bubble.id, %(workspace_id)s, conversations.id, conversations.channel_id, 'outbound',
       bubble.type, bubble.text, bubble.choices, bubble.media,
       bubble.status, bubble.status_reason, %(now)s, %(turn_id)s, bubble.position,
       bubble.purpose, bubble.template_ids, bubble.delay_seconds,
       %(answers_from_seq)s, %(last_seq)s, %(answers_since)s
  FROM conversations,
       jsonb_to_recordset(%(bubbles)s)
         AS bubble (id uuid, position integer, type text, text text, choices jsonb, media jsonb, status text, status_reason text,
                    purpose text, template_ids jsonb, delay_seconds integer)
 WHERE conversations.id = %(conversation_id)s;

-- end_timer --
-- The timer that woke the turn: what was done, or why nothing was
UPDATE timers
   SET status = CASE WHEN %(void_because)s::text IS NULL THEN 'fired' ELSE 'cancelled' END,
       end_reason = coalesce(%(void_because)s, %(expired_because)s),
       fired_at = CASE WHEN %(void_because)s::text IS NULL THEN %(now)s END
 WHERE id = %(expired_id)s AND status = 'armed'
RETURNING *;

-- disarm --
-- One timer waits in a conversation at most: what the turn keeps, and else none
UPDATE timers
   SET status = 'cancelled', end_reason = %(disarmed_because)s, paused_at = NULL
 WHERE conversation_id = %(conversation_id)s
   AND status IN ('armed', 'paused')
   AND id IS DISTINCT FROM %(kept_id)s
RETURNING *;

-- keep_timer --
-- It goes on, and its execution is told where that is elsewhere than it knows
UPDATE timers
   SET level = %(level)s, due_at = %(due_at)s
 WHERE id = %(id)s AND status = %(status)s
RETURNING *;

-- arm --
INSERT INTO timers (id, workspace_id, conversation_id, session_id, purpose, level, generation, status,
                    armed_at, due_at, paused_at)
VALUES (%(id)s, %(workspace_id)s, %(conversation_id)s, %(session_id)s, %(purpose)s, %(level)s,
        %(generation)s, %(status)s, %(armed_at)s, %(due_at)s, %(paused_at)s);

-- account --
-- Every call of a model into the ledger, also those of a turn that wrote nothing else
INSERT INTO model_calls (id, workspace_id, conversation_id, contact_id, session_id, turn_id, component,
                         provider, model, outcome, milliseconds, input_tokens, output_tokens,
                         cache_read_tokens, cache_write_tokens, cost, created_at)
SELECT call.id, %(workspace_id)s, %(conversation_id)s, %(contact_id)s, %(session_id)s, %(turn_id)s,
       call.component, call.provider, call.model, call.outcome, call.milliseconds, call.input_tokens,
       call.output_tokens, call.cache_read_tokens, call.cache_write_tokens, call.cost, %(now)s
  FROM jsonb_to_recordset(%(calls)s)
    AS call (id uuid, component text, provider text, model text, outcome text, milliseconds integer,
             input_tokens integer, output_tokens integer, cache_read_tokens integer,
             cache_write_tokens integer, cost numeric);

-- place_order --
-- The session's only order and its only line; with it the customer as the order describes them (but
-- never who they are), for a new order its stage and tags, and a note of what happened. A confirmed
-- order never becomes provisional again, and what has left or is over is not changed: MX004
WITH stage AS (
  SELECT pipeline_stages.id
    FROM pipelines
    JOIN pipeline_stages ON pipeline_id = pipelines.id
   WHERE is_default AND meaning = %(stage)s
   ORDER BY position
   LIMIT 1
), placed AS (
  INSERT INTO orders (id, workspace_id, session_id, conversation_id, contact_id, status, stage_id, total,
                      currency, nombre, apellido, telefono, ciudad, departamento, direccion, barrio, correo,
                      indicaciones_extra, description, shipping_address, shipping_city, shipping_department,
                      created_at)
  VALUES (%(order_id)s, %(workspace_id)s, %(session_id)s, %(conversation_id)s, %(contact_id)s, %(status)s,
          (SELECT id FROM stage), %(total)s, %(currency)s, %(nombre)s, %(apellido)s, %(telefono)s, %(ciudad)s,
          %(departamento)s, %(direccion)s, %(barrio)s, %(correo)s, %(indicaciones_extra)s,
          %(indicaciones_extra)s, %(address)s, %(city)s, %(department)s, %(now)s)
  ON CONFLICT (session_id) DO UPDATE
     SET status = CASE WHEN orders.status = 'confirmed' THEN 'confirmed' ELSE EXCLUDED.status END,
         stage_id = CASE WHEN orders.stage_id IS NULL
                           OR EXCLUDED.status = 'cancelled' AND EXCLUDED.stage_id IS NOT NULL
                           OR EXCLUDED.status = 'confirmed'
                              AND (SELECT meaning FROM pipeline_stages WHERE id = orders.stage_id) = 'unconfirmed'
                         THEN EXCLUDED.stage_id ELSE orders.stage_id END,
         total = EXCLUDED.total, currency = EXCLUDED.currency,
         nombre = EXCLUDED.nombre, apellido = EXCLUDED.apellido, telefono = EXCLUDED.telefono,
         ciudad = EXCLUDED.ciudad, departamento = EXCLUDED.departamento, direccion = EXCLUDED.direccion,
         barrio = EXCLUDED.barrio, correo = EXCLUDED.correo,
         indicaciones_extra = EXCLUDED.indicaciones_extra, description = EXCLUDED.description,
         shipping_address = EXCLUDED.shipping_address, shipping_city = EXCLUDED.shipping_city,
         shipping_department = EXCLUDED.shipping_department
   WHERE orders.status <> 'cancelled'
     AND NOT EXISTS (SELECT FROM pipeline_stages WHERE id = orders.stage_id AND meaning = ANY (%(closed)s))
  RETURNING id, stage_id
), lined AS (
  INSERT INTO order_products (order_id, workspace_id, position, pack, product_id, sku, product, units, price)
  SELECT placed.id, %(workspace_id)s, 1, %(pack)s, products.id, products.sku, %(product)s, %(units)s, %(price)s
    FROM placed
    LEFT JOIN packs ON packs.workspace_id = %(workspace_id)s AND packs.pack = %(pack)s
    LEFT JOIN products ON products.id = packs.product_id
  ON CONFLICT (order_id, position) DO UPDATE
     SET pack = EXCLUDED.pack, product_id = EXCLUDED.product_id, sku = EXCLUDED.sku,
         product = EXCLUDED.product, units = EXCLUDED.units, price = EXCLUDED.price
), introduced AS (
  UPDATE contacts
     SET name = coalesce(%(recipient)s, name), email = coalesce(%(correo)s, email),
         address = coalesce(%(address)s, address), city = coalesce(%(city)s, city),
         department = coalesce(%(department)s, department)
   WHERE id = %(contact_id)s
     AND (name, email, address, city, department)
         IS DISTINCT FROM (coalesce(%(recipient)s, name), coalesce(%(correo)s, email), coalesce(%(address)s, address),
                           coalesce(%(city)s, city), coalesce(%(department)s, department))
), tagged AS (
  INSERT INTO order_tags (order_id, tag_id, workspace_id)
  SELECT placed.id, tags.id, %(workspace_id)s
    FROM placed, tags
   WHERE %(is_new)s AND tags.on_agent_orders
  ON CONFLICT DO NOTHING
), noted AS (
  INSERT INTO notes (id, workspace_id, order_id, content, created_at)
  SELECT %(note_id)s, %(workspace_id)s, placed.id, %(note)s, %(now)s
    FROM placed
   WHERE %(note)s::text IS NOT NULL
)
SELECT raise_unless(EXISTS (SELECT FROM placed), 'MX004', 'order_closed'),
       raise_unless((SELECT stage_id IS NOT NULL FROM placed), 'MX004', 'no_stage');

-- record --
-- What was said (numbered on from the last turn: the session's own write has made us the only
-- writer), why, and what happened
WITH said AS (
  INSERT INTO agent_turns (id, workspace_id, session_id, turn_number, role, content, intent_detected,
                           confidence, tools_called, tokens_used, created_at)
  SELECT turn.id, %(workspace_id)s, %(session_id)s,
         turn.place + (SELECT coalesce(max(turn_number), 0) FROM agent_turns WHERE session_id = %(session_id)s),
         turn.role, turn.content, turn.intent_detected, turn.confidence, turn.tools_called,
         turn.tokens_used, %(now)s
    FROM jsonb_to_recordset(%(turns)s)
      AS turn (id uuid, place integer, role text, content text, intent_detected text, confidence numeric,
               tools_called jsonb, tokens_used integer)
), proven AS (
  INSERT INTO turn_proofs (turn_id, workspace_id, conversation_id, session_id, read_from_seq, read_to_seq,
                           proof, created_at)
  VALUES (%(turn_id)s, %(workspace_id)s, %(conversation_id)s, %(session_id)s, %(answers_from_seq)s,
          %(last_seq)s, %(proof)s, %(now)s)
)
INSERT INTO domain_events (id, workspace_id, conversation_id, type, payload, occurred_at)
SELECT event.id, %(workspace_id)s, %(conversation_id)s, event.type, event.payload, %(now)s
  FROM jsonb_to_recordset(%(events)s) AS event (id uuid, type text, payload jsonb);

-- hand_over --
-- What is left for a person: whom to attend to, why, and the last that was said
INSERT INTO tasks (id, workspace_id, conversation_id, contact_id, title, reason, detail, created_at)
SELECT %(task_id)s, %(workspace_id)s, conversations.id, contacts.id,
       'Atender a ' || coalesce(nullif(contacts.name, ''), contacts.phone, 'un cliente'), %(handoff_reason)s,
       (SELECT concat_ws(E'\n\n', nullif(%(brief)s, ''),
                         string_agg(who || ': ' || text, E'\n' ORDER BY created_at, position NULLS FIRST))
          FROM (SELECT CASE direction WHEN 'inbound' THEN 'Cliente' ELSE 'Agente' END AS who,
                       text, created_at, position
                  FROM messages
                 WHERE conversation_id = conversations.id AND status NOT IN ('queued', 'cancelled', 'failed')
                 ORDER BY created_at DESC, position DESC NULLS LAST
                 LIMIT 6) AS last_lines),
       %(now)s
  FROM conversations
  JOIN contacts ON contacts.id = conversations.contact_id
 WHERE conversations.id = %(conversation_id)s;
