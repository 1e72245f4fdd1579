-- Timers: the truth that Step Functions only clocks. Domain events: what happened, for whom it concerns.

-- One row per arming. A row is born armed and ends fired, cancelled or given_up, always with a reason.
CREATE TABLE timers (
    id              uuid PRIMARY KEY,
    workspace_id    uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    conversation_id uuid NOT NULL REFERENCES conversations ON DELETE CASCADE,
    session_id      uuid NOT NULL REFERENCES agent_sessions ON DELETE CASCADE,
    purpose         text NOT NULL CHECK (purpose IN ('data-collection')),
    level           integer NOT NULL,
    generation      integer NOT NULL,
    status          text NOT NULL CHECK (status IN ('armed', 'fired', 'cancelled', 'given_up')),
    end_reason      text,
    armed_at        timestamptz NOT NULL,
    due_at          timestamptz NOT NULL,
    fired_at        timestamptz,
    -- Negative would be early; a timer never is.
    lateness        interval GENERATED ALWAYS AS (fired_at - due_at) STORED,
    task_token      text,
    -- How often its execution was lost and started again.
    restarts        integer NOT NULL DEFAULT 0,
    created_at      timestamptz NOT NULL DEFAULT now(),
    updated_at      timestamptz NOT NULL DEFAULT now(),
    UNIQUE (session_id, purpose, generation),
    CHECK ((status = 'armed') = (end_reason IS NULL)),
    CHECK ((status = 'fired') = (fired_at IS NOT NULL))
);
CREATE UNIQUE INDEX timers_armed ON timers (session_id, purpose) WHERE status = 'armed';
CREATE INDEX timers_due ON timers (workspace_id, due_at) WHERE status = 'armed';
CREATE INDEX timers_conversation ON timers (conversation_id) WHERE status = 'armed';
CALL protect('timers');

CREATE TABLE domain_events (
    id              uuid PRIMARY KEY,
    workspace_id    uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    conversation_id uuid REFERENCES conversations ON DELETE CASCADE,
    type            text NOT NULL,
    payload         jsonb NOT NULL DEFAULT '{}',
    occurred_at     timestamptz NOT NULL
);
CREATE INDEX domain_events_conversation ON domain_events (conversation_id, occurred_at DESC);
CALL protect('domain_events');

REVOKE EXECUTE ON FUNCTION workspace_ids(), channel_of(text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION workspace_ids(), channel_of(text, text) TO morfx_app;
