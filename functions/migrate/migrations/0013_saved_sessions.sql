-- Sessions that somebody wants to find again, by a name of their own.
CREATE TABLE saved_sessions (
    session_id   uuid PRIMARY KEY REFERENCES agent_sessions ON DELETE CASCADE,
    workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    name         text NOT NULL CHECK (name <> ''),
    created_at   timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX saved_sessions_workspace ON saved_sessions (workspace_id, created_at DESC);
CALL protect('saved_sessions');
