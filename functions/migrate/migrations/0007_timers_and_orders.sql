-- Timers of every level that go on through re-levelling, and the order a session leads to.

ALTER TABLE timers ADD COLUMN paused_at timestamptz;
ALTER TABLE timers DROP CONSTRAINT timers_purpose_check;
ALTER TABLE timers ADD CONSTRAINT timers_purpose_check CHECK (purpose IN ('data-collection', 'promos'));
ALTER TABLE timers DROP CONSTRAINT timers_status_check;
ALTER TABLE timers ADD CONSTRAINT timers_status_check
    CHECK (status IN ('armed', 'paused', 'fired', 'cancelled', 'given_up'));
ALTER TABLE timers DROP CONSTRAINT timers_check;
ALTER TABLE timers ADD CONSTRAINT timers_end_reason_check
    CHECK ((status IN ('armed', 'paused')) = (end_reason IS NULL));
ALTER TABLE timers ADD CONSTRAINT timers_paused_check CHECK ((status = 'paused') = (paused_at IS NOT NULL));

-- Generations count the armings of a session, whatever for; one timer at most waits in it.
ALTER TABLE timers DROP CONSTRAINT timers_session_id_purpose_generation_key;
ALTER TABLE timers ADD CONSTRAINT timers_generation UNIQUE (session_id, generation);
DROP INDEX timers_armed;
CREATE UNIQUE INDEX timers_waiting ON timers (session_id) WHERE status IN ('armed', 'paused');
DROP INDEX timers_conversation;
CREATE INDEX timers_conversation ON timers (conversation_id) WHERE status IN ('armed', 'paused');

ALTER TABLE workspace_agent_config
    -- Level → seconds, where they are not the preset's.
    ADD COLUMN timer_seconds jsonb NOT NULL DEFAULT '{}',
    -- Level → create_order, remind or nothing; create_order where nothing is said (decision 18).
    ADD COLUMN silence_choices jsonb NOT NULL DEFAULT '{}';

-- One order per session (decision 17). Customer data under the names it is captured by.
CREATE TABLE orders (
    id                 uuid PRIMARY KEY,
    workspace_id       uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    session_id         uuid NOT NULL UNIQUE REFERENCES agent_sessions ON DELETE CASCADE,
    conversation_id    uuid NOT NULL REFERENCES conversations ON DELETE CASCADE,
    contact_id         uuid NOT NULL REFERENCES contacts ON DELETE CASCADE,
    status             text NOT NULL CHECK (status IN ('provisional', 'confirmed', 'cancelled')),
    -- What the customer was quoted.
    total              numeric(12, 2) NOT NULL CHECK (total >= 0),
    currency           text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    nombre             text,
    apellido           text,
    telefono           text,
    ciudad             text,
    departamento       text,
    direccion          text,
    barrio             text,
    correo             text,
    indicaciones_extra text,
    created_at         timestamptz NOT NULL DEFAULT now(),
    updated_at         timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX orders_workspace ON orders (workspace_id, created_at DESC);
CREATE INDEX orders_contact ON orders (contact_id, created_at DESC);
CALL protect('orders');

-- A pack is one line at its own price, however many units it holds (decision 16).
CREATE TABLE order_products (
    order_id     uuid NOT NULL REFERENCES orders ON DELETE CASCADE,
    workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    position     integer NOT NULL CHECK (position > 0),
    pack         text,
    product      text NOT NULL CHECK (product <> ''),
    units        integer NOT NULL CHECK (units > 0),
    price        numeric(12, 2) NOT NULL CHECK (price >= 0),
    created_at   timestamptz NOT NULL DEFAULT now(),
    updated_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (order_id, position)
);
CALL protect('order_products');
