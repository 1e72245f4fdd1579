-- What models cost so far, kept with the ledger so that no turn has to add it up; what a long session
-- is remembered by; and what whoever watches a conversation is shown of an answer being written.

-- US dollars by Bogotá's days and months, as the caps count them.
CREATE TABLE contact_spending (
    contact_id   uuid NOT NULL REFERENCES contacts ON DELETE CASCADE,
    day          date NOT NULL,
    workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    cost         numeric(12, 6) NOT NULL,
    PRIMARY KEY (contact_id, day)
);

CREATE TABLE workspace_spending (
    workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    -- Its first day.
    month        date NOT NULL,
    cost         numeric(12, 6) NOT NULL,
    PRIMARY KEY (workspace_id, month)
);

CREATE FUNCTION bogota_date(instant timestamptz) RETURNS date
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (instant AT TIME ZONE 'America/Bogota')::date;

CREATE FUNCTION bogota_month(instant timestamptz) RETURNS date
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN date_trunc('month', instant AT TIME ZONE 'America/Bogota')::date;

-- Whoever writes into the ledger adds to both totals in the same commit.
CREATE FUNCTION add_to_spending() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  INSERT INTO contact_spending AS spent (contact_id, day, workspace_id, cost)
  SELECT contact_id, bogota_date(created_at), workspace_id, sum(cost)
    FROM calls
   GROUP BY 1, 2, 3
   ORDER BY 1, 2
  ON CONFLICT (contact_id, day) DO UPDATE SET cost = spent.cost + EXCLUDED.cost;
  INSERT INTO workspace_spending AS spent (workspace_id, month, cost)
  SELECT workspace_id, bogota_month(created_at), sum(cost)
    FROM calls
   GROUP BY 1, 2
   ORDER BY 1, 2
  ON CONFLICT (workspace_id, month) DO UPDATE SET cost = spent.cost + EXCLUDED.cost;
  RETURN NULL;
END $$;
CREATE TRIGGER add_to_spending AFTER INSERT ON model_calls
    REFERENCING NEW TABLE AS calls
    FOR EACH STATEMENT EXECUTE FUNCTION add_to_spending();

-- What was spent before; the ledger's owner sees it all for this once.
ALTER TABLE model_calls NO FORCE ROW LEVEL SECURITY;
INSERT INTO contact_spending (contact_id, day, workspace_id, cost)
SELECT contact_id, bogota_date(created_at), workspace_id, sum(cost) FROM model_calls GROUP BY 1, 2, 3;
INSERT INTO workspace_spending (workspace_id, month, cost)
SELECT workspace_id, bogota_month(created_at), sum(cost) FROM model_calls GROUP BY 1, 2;
ALTER TABLE model_calls FORCE ROW LEVEL SECURITY;
CALL protect('contact_spending');
CALL protect('workspace_spending');

-- What models are told of the last session and of turns too long ago, and up to which turn it was made.
ALTER TABLE session_state
    ADD COLUMN summary text,
    ADD COLUMN summarised_to integer NOT NULL DEFAULT 0;

-- What the daily cap of proactive messages counts, out of all that was ever said.
CREATE INDEX messages_proactive ON messages (conversation_id, sending_at) WHERE purpose = 'proactive';

-- What models cost, whoever asks: by turn, session, contact, day and workspace. The asker's own
-- row-level security holds behind them.
CREATE VIEW turn_costs WITH (security_invoker = true) AS
SELECT workspace_id, conversation_id, session_id, turn_id, min(created_at) AS asked_at, count(*) AS calls,
       sum(input_tokens) AS input_tokens, sum(output_tokens) AS output_tokens,
       sum(cache_read_tokens) AS cache_read_tokens, sum(cache_write_tokens) AS cache_write_tokens,
       sum(milliseconds) AS milliseconds, sum(cost) AS cost
  FROM model_calls
 GROUP BY workspace_id, conversation_id, session_id, turn_id;

CREATE VIEW session_costs WITH (security_invoker = true) AS
SELECT workspace_id, session_id, count(DISTINCT turn_id) AS turns, count(*) AS calls,
       sum(input_tokens) AS input_tokens, sum(output_tokens) AS output_tokens,
       sum(cache_read_tokens) AS cache_read_tokens, sum(cache_write_tokens) AS cache_write_tokens,
       sum(cost) AS cost
  FROM model_calls
 WHERE session_id IS NOT NULL
 GROUP BY workspace_id, session_id;

CREATE VIEW contact_costs WITH (security_invoker = true) AS
SELECT workspace_id, contact_id, count(DISTINCT turn_id) AS turns, count(*) AS calls,
       sum(input_tokens) AS input_tokens, sum(output_tokens) AS output_tokens,
       sum(cache_read_tokens) AS cache_read_tokens, sum(cache_write_tokens) AS cache_write_tokens,
       sum(cost) AS cost
  FROM model_calls
 GROUP BY workspace_id, contact_id;

CREATE VIEW daily_costs WITH (security_invoker = true) AS
SELECT workspace_id, bogota_date(created_at) AS day, count(DISTINCT turn_id) AS turns, count(*) AS calls,
       sum(input_tokens) AS input_tokens, sum(output_tokens) AS output_tokens,
       sum(cache_read_tokens) AS cache_read_tokens, sum(cache_write_tokens) AS cache_write_tokens,
       sum(cost) AS cost
  FROM model_calls
 GROUP BY workspace_id, bogota_date(created_at);

CREATE VIEW workspace_costs WITH (security_invoker = true) AS
SELECT workspace_id, count(DISTINCT turn_id) AS turns, count(*) AS calls,
       sum(input_tokens) AS input_tokens, sum(output_tokens) AS output_tokens,
       sum(cache_read_tokens) AS cache_read_tokens, sum(cache_write_tokens) AS cache_write_tokens,
       sum(cost) AS cost
  FROM model_calls
 GROUP BY workspace_id;

GRANT SELECT ON turn_costs, session_costs, contact_costs, daily_costs, workspace_costs TO morfx_app;
CREATE INDEX model_calls_turn ON model_calls (turn_id);
CREATE INDEX model_calls_session ON model_calls (session_id) WHERE session_id IS NOT NULL;

-- Until when a person looks at the conversation: as long, an answer is shown while it is written.
ALTER TABLE conversations ADD COLUMN watched_until timestamptz;

-- What a turn is writing. It counts only while that turn holds the conversation; a crash may lose it.
CREATE UNLOGGED TABLE drafts (
    conversation_id uuid PRIMARY KEY REFERENCES conversations ON DELETE CASCADE,
    workspace_id    uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    turn_id         uuid NOT NULL,
    text            text NOT NULL
);
CALL protect('drafts');
