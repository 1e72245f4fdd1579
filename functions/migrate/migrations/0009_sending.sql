-- Sending: a number's pace and pauses, kinds of message, bubbles that wait, who wants no more messages.

ALTER TABLE channels
    -- Who carries the number's messages: Meta itself, or 360dialog in its name.
    ADD COLUMN provider text NOT NULL DEFAULT 'cloud_api' CHECK (provider IN ('cloud_api', '360dialog')),
    -- A bucket of tokens, one for each message: filled at this pace, which is Meta's default.
    ADD COLUMN messages_per_second integer NOT NULL DEFAULT 80 CHECK (messages_per_second > 0),
    ADD COLUMN tokens double precision CHECK (tokens >= 0),
    ADD COLUMN tokens_at timestamptz,
    -- What a day's mistake may cost at most; a day is Bogotá's.
    ADD COLUMN daily_cap integer NOT NULL DEFAULT 10000 CHECK (daily_cap >= 0),
    ADD COLUMN taken_on date,
    ADD COLUMN taken_that_day integer NOT NULL DEFAULT 0,
    -- Until when the provider, or a person, lets nothing leave.
    ADD COLUMN paused_until timestamptz,
    ADD COLUMN paused_because text,
    ADD CHECK ((paused_until IS NULL) = (paused_because IS NULL));

-- What a bucket holds at an instant: it fills at its pace up to a second's worth, and begins full.
CREATE FUNCTION tokens_left(tokens double precision, tokens_at timestamptz, pace integer, at timestamptz)
    RETURNS double precision
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN least(pace, tokens + pace * greatest(0, extract(epoch FROM at - tokens_at))::double precision);

-- Meta's own word that the window is closed; the customer's next message opens it.
ALTER TABLE conversations ADD COLUMN window_closed_at timestamptz;

-- Up to three choices are reply buttons, more are a list.
ALTER TABLE messages RENAME COLUMN buttons TO choices;
ALTER TABLE messages
    -- An image's or document's kind and link; text is its caption.
    ADD COLUMN media jsonb,
    -- A queued bubble that waits: until when. status_reason says for what, where its sequence has ended.
    ADD COLUMN not_before timestamptz,
    -- How often it was taken for sending.
    ADD COLUMN attempts integer NOT NULL DEFAULT 0,
    DROP CONSTRAINT messages_purpose_check,
    ADD CONSTRAINT messages_purpose_check CHECK (purpose IN ('reply', 'proactive', 'handoff', 'opt_out'));
CREATE INDEX messages_said ON messages (conversation_id, sending_at) WHERE sending_at IS NOT NULL;

ALTER TABLE agent_templates
    DROP CONSTRAINT agent_templates_content_type_check,
    ADD CONSTRAINT agent_templates_content_type_check CHECK (content_type IN ('texto', 'imagen', 'documento')),
    ADD COLUMN link text,
    ADD CHECK ((content_type = 'texto') = (link IS NULL));

-- A text's file as a bubble carries it; null where there is none.
CREATE FUNCTION media_of(content_type text, link text) RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE content_type WHEN 'imagen' THEN jsonb_build_object('kind', 'image', 'link', link)
                             WHEN 'documento' THEN jsonb_build_object('kind', 'document', 'link', link) END;

ALTER TABLE workspace_agent_config
    -- What becomes of a proactive message in quiet hours: it waits for the next morning, or is refused.
    ADD COLUMN in_quiet_hours text NOT NULL DEFAULT 'defer' CHECK (in_quiet_hours IN ('defer', 'refuse')),
    -- What opens a list of choices.
    ADD COLUMN choices_label text NOT NULL DEFAULT 'Ver opciones',
    ADD COLUMN opt_out_message text NOT NULL
        DEFAULT 'Listo, no te volveremos a escribir. Si cambias de idea, escríbenos ALTA.',
    ADD COLUMN opt_in_message text NOT NULL DEFAULT 'Listo, ya puedes volver a escribirnos. ¿En qué te podemos ayudar?';

-- What Meta has approved to be said outside the 24-hour window: one template a purpose.
CREATE TABLE approved_templates (
    workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    purpose      text NOT NULL CHECK (purpose IN ('reply', 'proactive', 'handoff')),
    name         text NOT NULL CHECK (name <> ''),
    language     text NOT NULL CHECK (language <> ''),
    -- Names of what fills {{1}}, {{2}} …, in order.
    variables    jsonb NOT NULL DEFAULT '[]',
    created_at   timestamptz NOT NULL DEFAULT now(),
    updated_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (workspace_id, purpose)
);
CALL protect('approved_templates');

-- One row, and no tenant's: while it is thrown nothing is decided and nothing leaves, for anybody.
CREATE TABLE kill_switch (
    only_row  boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    thrown_at timestamptz,
    reason    text,
    CHECK ((thrown_at IS NULL) = (reason IS NULL))
);
INSERT INTO kill_switch DEFAULT VALUES;
GRANT SELECT ON kill_switch TO morfx_app;

CREATE FUNCTION is_kill_switch_thrown() RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN (SELECT thrown_at IS NOT NULL FROM kill_switch);

-- An operator's: stop everything, and go on.
CREATE FUNCTION throw_kill_switch(why text) RETURNS void
    LANGUAGE sql
    AS $$ UPDATE kill_switch SET thrown_at = now(), reason = why $$;
CREATE FUNCTION release_kill_switch() RETURNS void
    LANGUAGE sql
    AS $$ UPDATE kill_switch SET thrown_at = NULL, reason = NULL $$;
