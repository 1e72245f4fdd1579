-- An agent's memory of a conversation: sessions, turns and state, as the agent's facts give them.
-- Corrected by decisions 3 (UTC instants), 8 (one live session, many past ones) and 9 (end reasons);
-- turns and state carry their workspace so that row-level security needs no join.

CREATE TABLE agent_sessions (
    id               uuid PRIMARY KEY,
    agent_id         text NOT NULL,
    conversation_id  uuid NOT NULL REFERENCES conversations ON DELETE CASCADE,
    contact_id       uuid NOT NULL REFERENCES contacts ON DELETE CASCADE,
    workspace_id     uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    version          integer NOT NULL DEFAULT 1,
    status           text NOT NULL DEFAULT 'active'
                     CHECK (status IN ('active', 'paused', 'closed', 'handed_off')),
    end_reason       text CHECK (end_reason IN ('won', 'lost', 'idle', 'handoff', 'manual')),
    current_mode     text NOT NULL DEFAULT 'conversacion',
    created_at       timestamptz NOT NULL DEFAULT now(),
    updated_at       timestamptz NOT NULL DEFAULT now(),
    last_activity_at timestamptz NOT NULL DEFAULT now(),
    CHECK ((status IN ('closed', 'handed_off')) = (end_reason IS NOT NULL))
);
CREATE UNIQUE INDEX agent_sessions_live ON agent_sessions (conversation_id, agent_id)
    WHERE status IN ('active', 'paused');
CREATE INDEX agent_sessions_conversation ON agent_sessions (conversation_id);
CREATE INDEX agent_sessions_status ON agent_sessions (workspace_id, status);
CREATE INDEX agent_sessions_activity ON agent_sessions (workspace_id, last_activity_at DESC);
CALL protect('agent_sessions');

CREATE TABLE agent_turns (
    id              uuid PRIMARY KEY,
    workspace_id    uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    session_id      uuid NOT NULL REFERENCES agent_sessions ON DELETE CASCADE,
    turn_number     integer NOT NULL,
    role            text NOT NULL CHECK (role IN ('user', 'assistant', 'system')),
    content         text NOT NULL,
    intent_detected text,
    confidence      numeric(5, 2) CHECK (confidence BETWEEN 0 AND 100),
    tools_called    jsonb NOT NULL DEFAULT '[]',
    tokens_used     integer NOT NULL DEFAULT 0,
    created_at      timestamptz NOT NULL DEFAULT now(),
    UNIQUE (session_id, turn_number)
);
CALL protect('agent_turns');

CREATE TABLE session_state (
    session_id           uuid PRIMARY KEY REFERENCES agent_sessions ON DELETE CASCADE,
    workspace_id         uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    intents_vistos       jsonb NOT NULL DEFAULT '[]',
    -- Written by the send alone: a template counts when the provider took it (decision 19).
    templates_enviados   jsonb NOT NULL DEFAULT '[]',
    datos_capturados     jsonb NOT NULL DEFAULT '{}',
    pack_seleccionado    text CHECK (pack_seleccionado IN ('1x', '2x', '3x')),
    proactive_started_at timestamptz,
    first_data_at        timestamptz,
    min_data_at          timestamptz,
    ofrecer_promos_at    timestamptz,
    updated_at           timestamptz NOT NULL DEFAULT now()
);
CALL protect('session_state');
