-- Conversations with their arbiter, every message, and what arrived that nobody could place.

CREATE TABLE conversations (
    id              uuid PRIMARY KEY,
    workspace_id    uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    channel_id      uuid NOT NULL REFERENCES channels ON DELETE CASCADE,
    contact_id      uuid NOT NULL REFERENCES contacts ON DELETE CASCADE,
    -- Where replies go: the customer's id on the channel.
    external_id     text NOT NULL,
    -- Human takeover (decision 10): off until a person returns it, or muted until an instant.
    bot_state       text NOT NULL DEFAULT 'on' CHECK (bot_state IN ('on', 'muted', 'off')),
    muted_until     timestamptz,
    -- The arbiter. inbound_seq counts what was received, read_seq what a turn has answered; the
    -- turn that holds turn_id until lease_until is the only one that may commit.
    inbound_seq     integer NOT NULL DEFAULT 0,
    read_seq        integer NOT NULL DEFAULT 0,
    turn_id         uuid,
    lease_until     timestamptz,
    -- How often housekeeping has woken it for what is unread now.
    relays          integer NOT NULL DEFAULT 0,
    last_inbound_at timestamptz,
    created_at      timestamptz NOT NULL DEFAULT now(),
    updated_at      timestamptz NOT NULL DEFAULT now(),
    UNIQUE (channel_id, contact_id),
    CHECK (read_seq BETWEEN 0 AND inbound_seq),
    CHECK ((turn_id IS NULL) = (lease_until IS NULL)),
    CHECK ((bot_state = 'muted') = (muted_until IS NOT NULL))
);
CREATE INDEX conversations_contact ON conversations (contact_id);
CREATE INDEX conversations_workspace ON conversations (workspace_id, last_inbound_at DESC);
CREATE INDEX conversations_unread ON conversations (workspace_id) WHERE read_seq < inbound_seq;
CALL protect('conversations');

-- Where a status stands on the way to the customer. A callback may only move a message up.
CREATE FUNCTION status_rank(status text) RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN array_position(ARRAY['queued', 'sending', 'uncertain', 'sent', 'failed', 'delivered', 'read'],
                          status);

-- The elements of both arrays, each once.
CREATE FUNCTION add_missing(known jsonb, more jsonb) RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN known || coalesce((SELECT jsonb_agg(element) FROM jsonb_array_elements(more) AS element
                               WHERE NOT known @> element), '[]');

CREATE TABLE messages (
    id                  uuid PRIMARY KEY,
    workspace_id        uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    conversation_id     uuid NOT NULL REFERENCES conversations ON DELETE CASCADE,
    channel_id          uuid NOT NULL REFERENCES channels ON DELETE CASCADE,
    direction           text NOT NULL CHECK (direction IN ('inbound', 'outbound')),
    type                text NOT NULL,
    text                text NOT NULL,
    -- Written \uXXXX in text where Postgres cannot hold the character itself.
    text_escaped        boolean NOT NULL DEFAULT false,
    status              text NOT NULL CHECK (status IN ('received', 'queued', 'sending', 'uncertain',
                                                        'sent', 'delivered', 'read', 'failed', 'cancelled')),
    status_reason       text,
    provider_message_id text,
    created_at          timestamptz NOT NULL DEFAULT now(),
    updated_at          timestamptz NOT NULL DEFAULT now(),

    -- inbound
    seq                 integer,
    sent_by_customer_at timestamptz,
    reply_to            text,

    -- outbound: the promise (turn, position) and how it went
    turn_id             uuid,
    position            integer,
    purpose             text CHECK (purpose IN ('reply', 'proactive')),
    -- Ids of the templates its text was made of.
    template_ids        jsonb,
    delay_seconds       integer,
    answers_from_seq    integer,
    answers_to_seq      integer,
    -- When the customer wrote what this answers; reply time counts from here.
    answers_since       timestamptz,
    sending_at          timestamptz,
    sent_at             timestamptz,
    delivered_at        timestamptz,
    read_at             timestamptz,
    failed_at           timestamptz,
    error_code          integer,

    CHECK ((direction = 'inbound') = (seq IS NOT NULL)),
    CHECK ((direction = 'inbound') = (status = 'received')),
    CHECK ((direction = 'outbound') = (turn_id IS NOT NULL AND position IS NOT NULL AND purpose IS NOT NULL)),
    CHECK ((status IN ('failed', 'cancelled')) <= (status_reason IS NOT NULL))
);
-- The dedup: a provider's message is one row, however often it is delivered.
CREATE UNIQUE INDEX messages_provider ON messages (channel_id, provider_message_id)
    WHERE provider_message_id IS NOT NULL;
CREATE UNIQUE INDEX messages_promise ON messages (turn_id, position) WHERE turn_id IS NOT NULL;
CREATE UNIQUE INDEX messages_inbound_order ON messages (conversation_id, seq) WHERE seq IS NOT NULL;
CREATE INDEX messages_conversation ON messages (conversation_id, created_at);
CREATE INDEX messages_unsettled ON messages (workspace_id, status) WHERE status IN ('queued', 'sending');
CALL protect('messages');

-- What the webhook accepted, as it came: the evidence behind a message, and the only trace of
-- what could not be placed (an unknown number, an unknown kind, a broken item).
CREATE TABLE webhook_events (
    id           uuid PRIMARY KEY,
    workspace_id uuid REFERENCES workspaces ON DELETE CASCADE,
    channel_kind text NOT NULL,
    account      text,
    kind         text NOT NULL CHECK (kind IN ('message', 'status', 'unknown')),
    outcome      text NOT NULL CHECK (outcome IN ('received', 'unknown_number', 'unknown_kind',
                                                  'malformed', 'unmatched_status')),
    detail       text,
    -- json, not jsonb: it keeps escapes that jsonb refuses.
    payload      json NOT NULL,
    accepted_at  timestamptz NOT NULL
);
CREATE INDEX webhook_events_workspace ON webhook_events (workspace_id, accepted_at DESC);
CREATE INDEX webhook_events_unplaced ON webhook_events (accepted_at DESC) WHERE outcome <> 'received';
CALL protect('webhook_events');
-- What belongs to no tenant can be kept by anybody and read by none of them.
CREATE POLICY unplaced ON webhook_events FOR INSERT WITH CHECK (workspace_id IS NULL);
