-- Machines speak as customers over our own API: a kind of channel, keys to it, and answers kept for who asks again.

ALTER TABLE channels
    DROP CONSTRAINT channels_kind_check,
    ADD CONSTRAINT channels_kind_check CHECK (kind IN ('whatsapp', 'api')),
    DROP CONSTRAINT channels_provider_check,
    ADD CONSTRAINT channels_provider_check CHECK (provider IN ('cloud_api', '360dialog', 'api')),
    ADD CONSTRAINT channels_provider_of_kind CHECK ((kind = 'api') = (provider = 'api')),
    -- How many bubbles were said here so far; only counted where callers read on from a number.
    ADD COLUMN said bigint NOT NULL DEFAULT 0;
ALTER TABLE channel_identities
    DROP CONSTRAINT channel_identities_kind_check,
    ADD CONSTRAINT channel_identities_kind_check CHECK (kind IN ('whatsapp', 'api'));

-- Which bubble of its API channel this was, in the order in which they became readable.
ALTER TABLE messages ADD COLUMN said_no bigint;
CREATE UNIQUE INDEX messages_said_no ON messages (channel_id, said_no) WHERE said_no IS NOT NULL;

-- A key is mx_<prefix>_<secret>: the prefix names it, of the secret only its hash is here.
CREATE TABLE api_keys (
    id                  uuid PRIMARY KEY,
    workspace_id        uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    name                text NOT NULL CHECK (name <> ''),
    prefix              text NOT NULL UNIQUE CHECK (prefix ~ '^[a-z0-9]+$'),
    secret_sha256       bytea NOT NULL CHECK (octet_length(secret_sha256) = 32),
    -- A bucket of tokens, one for each request, as a number's is (0009).
    requests_per_second integer NOT NULL DEFAULT 10 CHECK (requests_per_second > 0),
    tokens              double precision CHECK (tokens >= 0),
    tokens_at           timestamptz,
    last_used_at        timestamptz,
    expires_at          timestamptz,
    revoked_at          timestamptz,
    created_at          timestamptz NOT NULL DEFAULT now(),
    updated_at          timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX api_keys_workspace ON api_keys (workspace_id);
CALL protect('api_keys');
CREATE POLICY owner_reads ON api_keys FOR SELECT TO CURRENT_USER USING (true);

-- Whose key this is and what would prove it, asked before a workspace is known.
CREATE FUNCTION api_key_of(key_prefix text)
    RETURNS TABLE (api_key_id uuid, workspace_id uuid, channel_id uuid, secret_sha256 bytea,
                   expires_at timestamptz, revoked_at timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public
    AS $$ SELECT k.id, k.workspace_id, channels.id, k.secret_sha256, k.expires_at, k.revoked_at
            FROM api_keys k
            JOIN channels ON channels.kind = 'api' AND provider_account_id = k.workspace_id::text
           WHERE prefix = key_prefix $$;
REVOKE EXECUTE ON FUNCTION api_key_of(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION api_key_of(text) TO morfx_app;

-- What a message was answered, word for word: the same message again is told the same.
CREATE TABLE api_answers (
    message_id   uuid PRIMARY KEY REFERENCES messages ON DELETE CASCADE,
    workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    answer       json NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now()
);
CALL protect('api_answers');
