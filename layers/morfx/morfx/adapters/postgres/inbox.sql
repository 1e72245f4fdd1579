-- route --
-- Whose receiving number this is
SELECT workspace_id, channel_id
  FROM channel_of('whatsapp', %(account)s);

-- lock_customer --
-- One first message at a time, by whatever name and to whatever number: two must not make two contacts
SELECT pg_advisory_xact_lock(name)
  FROM (SELECT DISTINCT hashtextextended(%(workspace_id)s::text || identity, 0) AS name
          FROM unnest(%(identities)s::text[]) AS identity
         ORDER BY name) AS names;

-- ensure_customer --
-- The contact, its identities and its conversation, made where they are missing
WITH known AS (
  SELECT channel_identities.contact_id
    FROM channel_identities
    LEFT JOIN conversations ON conversations.contact_id = channel_identities.contact_id
                           AND channel_id = %(channel_id)s
   WHERE channel_identities.workspace_id = %(workspace_id)s
     AND kind = %(channel_kind)s
     AND channel_identities.external_id = ANY (%(identities)s)
   ORDER BY conversations.id IS NULL, channel_identities.external_id <> %(sender)s
   LIMIT 1
), made AS (
  INSERT INTO contacts (id, workspace_id, name, phone)
  SELECT %(new_contact_id)s, %(workspace_id)s, %(name)s, %(phone)s
   WHERE NOT EXISTS (SELECT FROM known)
  RETURNING id
), contact AS (
  SELECT contact_id AS id FROM known UNION ALL SELECT id FROM made
), identified AS (
  INSERT INTO channel_identities (id, workspace_id, contact_id, kind, external_id)
  SELECT new.id, %(workspace_id)s, contact.id, %(channel_kind)s, new.external_id
    FROM contact, unnest(%(new_identity_ids)s::uuid[], %(identities)s) AS new (id, external_id)
  ON CONFLICT (workspace_id, kind, external_id) DO NOTHING
)
INSERT INTO conversations (id, workspace_id, channel_id, contact_id, external_id)
SELECT %(new_conversation_id)s, %(workspace_id)s, %(channel_id)s, contact.id, %(address)s
  FROM contact
ON CONFLICT (channel_id, contact_id)
  DO UPDATE SET external_id = EXCLUDED.external_id
  WHERE conversations.external_id <> EXCLUDED.external_id;

-- lock_conversation --
-- From here to the commit no bubble of this conversation can leave and no turn can commit
SELECT conversations.id
  FROM conversations
  JOIN channel_identities USING (contact_id)
 WHERE channel_id = %(channel_id)s
   AND channel_identities.workspace_id = %(workspace_id)s
   AND kind = %(channel_kind)s
   AND channel_identities.external_id = ANY (%(identities)s)
 ORDER BY channel_identities.external_id <> %(sender)s
 LIMIT 1
   FOR UPDATE OF conversations;

-- receive --
-- The message, once; if it is new: count it, and stop what was waiting to be said.
-- A turn of which nothing was said yet has not answered: what it read becomes unread again.
WITH conversation AS (
  SELECT conversations.*
    FROM conversations
    JOIN channel_identities USING (contact_id)
   WHERE channel_id = %(channel_id)s
     AND channel_identities.workspace_id = %(workspace_id)s
     AND kind = %(channel_kind)s
     AND channel_identities.external_id = ANY (%(identities)s)
   ORDER BY channel_identities.external_id <> %(sender)s
   LIMIT 1
), arrived AS (
  INSERT INTO messages (id, workspace_id, conversation_id, channel_id, direction, type, text,
                        text_escaped, status, provider_message_id, created_at, seq,
                        sent_by_customer_at, reply_to)
  SELECT %(message_id)s, %(workspace_id)s, id, %(channel_id)s, 'inbound', %(type)s, %(text)s,
         %(text_escaped)s, 'received', %(provider_message_id)s, %(now)s, inbound_seq + 1,
         %(sent_at)s, %(reply_to)s
    FROM conversation
  ON CONFLICT (channel_id, provider_message_id) WHERE provider_message_id IS NOT NULL DO NOTHING
  RETURNING id, seq
), kept AS (
  INSERT INTO webhook_events (id, workspace_id, channel_kind, account, kind, outcome, payload, accepted_at)
  SELECT %(event_id)s, %(workspace_id)s, %(channel_kind)s, %(account)s, 'message', 'received',
         %(payload)s, %(accepted_at)s
    FROM arrived
), waiting AS (
  SELECT promised.id, promised.answers_from_seq,
         EXISTS (SELECT FROM messages said
                  WHERE said.turn_id = promised.turn_id
                    AND said.status NOT IN ('queued', 'cancelled')) AS spoken,
         -- … but where a later turn has spoken since, this is the only answer to what it read, and
         -- to read that again would answer the later question twice
         promised.purpose = 'reply'
         AND EXISTS (SELECT FROM messages later
                      WHERE later.conversation_id = promised.conversation_id
                        AND later.answers_to_seq > promised.answers_to_seq
                        AND later.status NOT IN ('queued', 'cancelled')) AS overtaken
    FROM messages promised
    JOIN conversation ON conversation.id = promised.conversation_id
   WHERE promised.status = 'queued'
), unspoken AS (
  SELECT min(answers_from_seq) AS from_seq FROM waiting WHERE NOT spoken AND NOT overtaken
), counted AS (
  UPDATE conversations
     SET inbound_seq = arrived.seq,
         read_seq = least(conversations.read_seq, unspoken.from_seq - 1),
         relays = 0,
         last_inbound_at = %(now)s
    FROM arrived, conversation, unspoken
   WHERE conversations.id = conversation.id
), stopped AS (
  UPDATE messages
     SET status = 'cancelled', status_reason = 'newer_inbound'
    FROM arrived, waiting
   WHERE messages.id = waiting.id AND (spoken OR NOT overtaken)
  RETURNING messages.id
), opted AS (
  UPDATE contacts
     SET opted_out_at = CASE %(opts)s::text WHEN 'out' THEN %(now)s END
    FROM arrived, conversation
   WHERE contacts.id = conversation.contact_id
     AND (opted_out_at IS NULL) = (%(opts)s::text = 'out')
), noted AS (
  INSERT INTO domain_events (id, workspace_id, conversation_id, type, payload, occurred_at)
  SELECT %(domain_event_id)s, %(workspace_id)s, conversation.id, 'customer.message',
         jsonb_build_object('seq', arrived.seq, 'type', %(type)s::text), %(now)s
    FROM arrived, conversation
)
SELECT conversation.id AS conversation_id,
       EXISTS (SELECT FROM arrived) AS is_new,
       coalesce((SELECT seq FROM arrived),
                (SELECT seq FROM messages
                  WHERE channel_id = %(channel_id)s AND provider_message_id = %(provider_message_id)s)) AS seq,
       conversation.read_seq,
       (SELECT count(*) FROM stopped) AS bubbles_stopped
  FROM conversation;

-- apply_status --
-- Only upwards; found by our reference or by the provider's id. An accepted bubble's templates count as sent.
WITH target AS (
  SELECT id, turn_id, template_ids
    FROM messages
   WHERE channel_id = %(channel_id)s
     AND direction = 'outbound'
     AND (id = %(reference)s OR provider_message_id = %(provider_message_id)s)
   LIMIT 1
), moved AS (
  UPDATE messages
     SET status = %(status)s,
         status_reason = CASE WHEN %(status)s = 'failed' THEN coalesce(%(error_title)s, 'failed') END,
         provider_message_id = coalesce(messages.provider_message_id, %(provider_message_id)s),
         sent_at = CASE WHEN %(status)s <> 'failed' THEN coalesce(sent_at, %(at)s) ELSE sent_at END,
         delivered_at = CASE WHEN %(status)s IN ('delivered', 'read') THEN coalesce(delivered_at, %(at)s)
                             ELSE delivered_at END,
         read_at = CASE WHEN %(status)s = 'read' THEN %(at)s ELSE read_at END,
         failed_at = CASE WHEN %(status)s = 'failed' THEN %(at)s END,
         error_code = CASE WHEN %(status)s = 'failed' THEN %(error_code)s::integer END
    FROM target
   WHERE messages.id = target.id
     AND status_rank(messages.status) < status_rank(%(status)s)
  RETURNING messages.turn_id, messages.template_ids
), counted AS (
  UPDATE session_state
     SET templates_enviados = add_missing(templates_enviados, moved.template_ids)
    FROM moved
    JOIN agent_turns ON agent_turns.id = moved.turn_id
   WHERE session_state.session_id = agent_turns.session_id
     AND %(status)s <> 'failed'
     AND add_missing(templates_enviados, moved.template_ids) <> templates_enviados
)
SELECT EXISTS (SELECT FROM target) AS matched;

-- pause_number --
UPDATE channels
   SET paused_until = greatest(paused_until, %(paused_until)s), paused_because = %(because)s
 WHERE id = %(channel_id)s;

-- close_window --
UPDATE conversations
   SET window_closed_at = %(at)s
  FROM messages
 WHERE conversations.id = messages.conversation_id
   AND messages.channel_id = %(channel_id)s
   AND direction = 'outbound'
   AND (messages.id = %(reference)s OR provider_message_id = %(provider_message_id)s);

-- keep --
INSERT INTO webhook_events (id, workspace_id, channel_kind, account, kind, outcome, detail, payload, accepted_at)
VALUES (%(id)s, %(workspace_id)s, 'whatsapp', %(account)s, %(kind)s, %(outcome)s, %(detail)s,
        %(payload)s, %(accepted_at)s)
ON CONFLICT DO NOTHING;
