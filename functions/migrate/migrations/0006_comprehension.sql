-- What a model was asked and cost, why a turn said what it said, and what is left for a person.

ALTER TABLE agent_sessions ADD COLUMN tokens_used integer NOT NULL DEFAULT 0;

-- What the last answer asked, so that a bare "sí" can be read against it.
ALTER TABLE session_state ADD COLUMN pending_question text;

-- Reply buttons of a bubble, at most three titles.
ALTER TABLE messages ADD COLUMN buttons jsonb;
ALTER TABLE messages DROP CONSTRAINT messages_purpose_check;
ALTER TABLE messages ADD CONSTRAINT messages_purpose_check
    CHECK (purpose IN ('reply', 'proactive', 'handoff'));

-- What may be spent on models, in US dollars; past it comprehension goes on without them.
ALTER TABLE workspace_agent_config
    ADD COLUMN contact_daily_cost_cap numeric(8, 2) NOT NULL DEFAULT 0.50 CHECK (contact_daily_cost_cap >= 0),
    ADD COLUMN workspace_monthly_cost_cap numeric(10, 2) NOT NULL DEFAULT 100 CHECK (workspace_monthly_cost_cap >= 0);

-- The ledger: one row per call of a model, whatever became of it.
CREATE TABLE model_calls (
    id                 uuid PRIMARY KEY,
    workspace_id       uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    conversation_id    uuid NOT NULL REFERENCES conversations ON DELETE CASCADE,
    contact_id         uuid NOT NULL REFERENCES contacts ON DELETE CASCADE,
    -- None where the turn that asked wrote nothing else.
    session_id         uuid REFERENCES agent_sessions ON DELETE CASCADE,
    turn_id            uuid NOT NULL,
    component          text NOT NULL,
    provider           text NOT NULL,
    model              text NOT NULL,
    outcome            text NOT NULL,
    milliseconds       integer NOT NULL,
    input_tokens       integer NOT NULL,
    output_tokens      integer NOT NULL,
    cache_read_tokens  integer NOT NULL,
    cache_write_tokens integer NOT NULL,
    cost               numeric(12, 6) NOT NULL,
    created_at         timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX model_calls_contact ON model_calls (contact_id, created_at);
CREATE INDEX model_calls_workspace ON model_calls (workspace_id, created_at);
CALL protect('model_calls');

-- Why a turn said what it said. turn_id is the answer's agent_turns.id, where something was said.
CREATE TABLE turn_proofs (
    turn_id         uuid PRIMARY KEY,
    workspace_id    uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    conversation_id uuid NOT NULL REFERENCES conversations ON DELETE CASCADE,
    session_id      uuid REFERENCES agent_sessions ON DELETE CASCADE,
    read_from_seq   integer,
    read_to_seq     integer,
    proof           jsonb NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX turn_proofs_conversation ON turn_proofs (conversation_id, created_at);
CALL protect('turn_proofs');

CREATE TABLE tasks (
    id              uuid PRIMARY KEY,
    workspace_id    uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    conversation_id uuid REFERENCES conversations ON DELETE CASCADE,
    contact_id      uuid REFERENCES contacts ON DELETE CASCADE,
    title           text NOT NULL CHECK (title <> ''),
    reason          text NOT NULL,
    -- The last lines of the conversation.
    detail          text NOT NULL DEFAULT '',
    priority        text NOT NULL DEFAULT 'high' CHECK (priority IN ('low', 'medium', 'high')),
    status          text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'done', 'cancelled')),
    created_at      timestamptz NOT NULL DEFAULT now(),
    updated_at      timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX tasks_pending ON tasks (workspace_id, created_at) WHERE status = 'pending';
CALL protect('tasks');

-- Whoever listens on morfx_events hears of every event at its commit: ids and a type, no texts.
CREATE FUNCTION publish_domain_event() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  PERFORM pg_notify('morfx_events',
                    json_build_object('id', NEW.id, 'workspace_id', NEW.workspace_id,
                                      'conversation_id', NEW.conversation_id, 'type', NEW.type)::text);
  RETURN NULL;
END $$;
CREATE TRIGGER publish AFTER INSERT ON domain_events
    FOR EACH ROW EXECUTE FUNCTION publish_domain_event();

-- Why the turn that read or said this message did what it did, line by line.
CREATE FUNCTION why(message uuid) RETURNS TABLE (what text, how text)
    LANGUAGE sql STABLE
    AS $$
WITH asked AS (
  SELECT * FROM messages WHERE id = message
), turn AS (
  SELECT p.*
    FROM turn_proofs p, asked
   WHERE p.turn_id = asked.turn_id
      OR p.conversation_id = asked.conversation_id AND asked.seq BETWEEN p.read_from_seq AND p.read_to_seq
   ORDER BY p.created_at DESC
   LIMIT 1
), lines (place, what, how) AS (
  SELECT 1, 'turn', turn_id || ' at ' || created_at FROM turn
  UNION ALL
  SELECT 2, 'read', '#' || seq || ' ' || m.type || ': ' || left(text, 200)
    FROM messages m, turn
   WHERE m.conversation_id = turn.conversation_id AND seq BETWEEN read_from_seq AND read_to_seq
  UNION ALL
  SELECT 3, 'understood',
         concat_ws(' ', (proof #>> '{comprehension,source}') || ':', proof #>> '{comprehension,class}',
                   (SELECT string_agg(format('%s %s %%', r ->> 'intent', r ->> 'confidence'), ', ')
                      FROM jsonb_array_elements(proof #> '{comprehension,intents}') AS r),
                   '(or ' || (SELECT string_agg(r ->> 'intent', ', ')
                                FROM jsonb_array_elements(proof #> '{comprehension,alternatives}') AS r) || ')')
    FROM turn WHERE proof ->> 'comprehension' IS NOT NULL
  UNION ALL
  SELECT 4, 'band', concat_ws(', ', proof #>> '{comprehension,band}',
                              'without model: ' || (proof #>> '{comprehension,without_model}'),
                              'first look: ' || (proof #>> '{comprehension,first_confidence}'))
    FROM turn WHERE proof ->> 'comprehension' IS NOT NULL
  UNION ALL
  SELECT 5, 'asked', format('%s %s %s: %s, %s + %s tokens, %s USD, %s ms', provider, model, component, outcome,
                            input_tokens, output_tokens, cost, milliseconds)
    FROM model_calls JOIN turn USING (turn_id)
  UNION ALL
  SELECT 6, 'decided', concat_ws(' → ', proof ->> 'branch', proof ->> 'mode') FROM turn
   WHERE proof ->> 'branch' IS NOT NULL
  UNION ALL
  SELECT 7, 'said', concat_ws(' ', '[' || status || coalesce(': ' || status_reason, '') || ']', left(text, 200))
    FROM messages m JOIN turn USING (turn_id)
  UNION ALL
  SELECT 8, 'silent because', proof ->> 'silence_reason' FROM turn WHERE proof ->> 'silence_reason' IS NOT NULL
  UNION ALL
  SELECT 9, 'handed over because', proof ->> 'handoff_reason' FROM turn
   WHERE proof ->> 'handoff_reason' IS NOT NULL
  UNION ALL
  SELECT 10, 'timer', format('level %s, due %s', proof #>> '{timer,level}', proof #>> '{timer,due_at}')
    FROM turn WHERE proof ->> 'timer' IS NOT NULL
)
SELECT what, how FROM lines ORDER BY place
$$;
