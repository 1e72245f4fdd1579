-- Receiving numbers, the people who write to them, and the shop's own texts and prices.

CREATE TABLE channels (
    id                  uuid PRIMARY KEY,
    workspace_id        uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    kind                text NOT NULL CHECK (kind IN ('whatsapp')),
    -- Meta's phone_number_id: names the tenant of everything that arrives (decision 5).
    provider_account_id text NOT NULL CHECK (provider_account_id <> ''),
    display_name        text NOT NULL DEFAULT '',
    created_at          timestamptz NOT NULL DEFAULT now(),
    updated_at          timestamptz NOT NULL DEFAULT now(),
    UNIQUE (kind, provider_account_id)
);
CALL protect('channels');
CREATE POLICY owner_reads ON channels FOR SELECT TO CURRENT_USER USING (true);

-- Whose number this is: the tenant of an inbound message, or no row.
CREATE FUNCTION channel_of(channel_kind text, account text)
    RETURNS TABLE (channel_id uuid, workspace_id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public
    AS $$ SELECT id, workspace_id FROM channels
           WHERE kind = channel_kind AND provider_account_id = account $$;

CREATE TABLE contacts (
    id           uuid PRIMARY KEY,
    workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    name         text NOT NULL DEFAULT '',
    phone        text CHECK (phone ~ '^\+[1-9][0-9]{6,14}$'),
    opted_out_at timestamptz,
    created_at   timestamptz NOT NULL DEFAULT now(),
    updated_at   timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX contacts_workspace ON contacts (workspace_id);
CALL protect('contacts');

-- How a channel names a contact: a WhatsApp id or a business-scoped user id (decision 6).
CREATE TABLE channel_identities (
    id           uuid PRIMARY KEY,
    workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    contact_id   uuid NOT NULL REFERENCES contacts ON DELETE CASCADE,
    kind         text NOT NULL CHECK (kind IN ('whatsapp')),
    external_id  text NOT NULL CHECK (external_id <> ''),
    created_at   timestamptz NOT NULL DEFAULT now(),
    updated_at   timestamptz NOT NULL DEFAULT now(),
    UNIQUE (workspace_id, kind, external_id)
);
CREATE INDEX channel_identities_contact ON channel_identities (contact_id);
CALL protect('channel_identities');

CREATE TABLE workspace_agent_config (
    workspace_id            uuid PRIMARY KEY REFERENCES workspaces ON DELETE CASCADE,
    agent_enabled           boolean NOT NULL DEFAULT false,
    conversational_agent_id text NOT NULL,
    handoff_message         text NOT NULL,
    timer_preset            text NOT NULL DEFAULT 'real'
                            CHECK (timer_preset IN ('real', 'rapido', 'instantaneo')),
    -- Multiplies the delay between bubbles: real 1.0, rapido 0.2, instantaneo 0 (decision 30).
    response_speed          numeric(3, 1) NOT NULL DEFAULT 1.0 CHECK (response_speed >= 0),
    -- Ley 2300 binds commercial, proactive messages (decision 29).
    quiet_hours_enabled     boolean NOT NULL DEFAULT true,
    proactive_daily_cap     integer NOT NULL DEFAULT 4 CHECK (proactive_daily_cap >= 0),
    created_at              timestamptz NOT NULL DEFAULT now(),
    updated_at              timestamptz NOT NULL DEFAULT now()
);
CALL protect('workspace_agent_config');

CREATE TABLE agent_templates (
    id           uuid PRIMARY KEY,
    workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    agent_id     text NOT NULL,
    intent       text NOT NULL,
    visit_type   text NOT NULL CHECK (visit_type IN ('primera_vez', 'siguientes')),
    orden        integer NOT NULL DEFAULT 0,
    content_type text NOT NULL DEFAULT 'texto' CHECK (content_type IN ('texto')),
    content      text NOT NULL CHECK (content <> ''),
    delay_s      integer NOT NULL DEFAULT 0 CHECK (delay_s BETWEEN 0 AND 60),
    created_at   timestamptz NOT NULL DEFAULT now(),
    updated_at   timestamptz NOT NULL DEFAULT now(),
    UNIQUE (workspace_id, agent_id, intent, visit_type, orden)
);
CALL protect('agent_templates');

-- What is sold: a pack has one price, never price × units (decision 16).
CREATE TABLE packs (
    workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    pack         text NOT NULL CHECK (pack IN ('1x', '2x', '3x')),
    product      text NOT NULL CHECK (product <> ''),
    units        integer NOT NULL CHECK (units > 0),
    price        numeric(12, 2) NOT NULL CHECK (price > 0),
    currency     text NOT NULL DEFAULT 'COP' CHECK (currency ~ '^[A-Z]{3}$'),
    created_at   timestamptz NOT NULL DEFAULT now(),
    updated_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (workspace_id, pack)
);
CALL protect('packs');
