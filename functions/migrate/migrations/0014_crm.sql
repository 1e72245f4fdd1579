-- The CRM's first tables: what is sold, where an order stands, tags, notes, and what changed when.

CREATE TABLE products (
    id           uuid PRIMARY KEY,
    workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    sku          text NOT NULL CHECK (sku <> ''),
    title        text NOT NULL CHECK (title <> ''),
    price        numeric(12, 2) NOT NULL CHECK (price >= 0),
    currency     text NOT NULL DEFAULT 'COP' CHECK (currency ~ '^[A-Z]{3}$'),
    is_active    boolean NOT NULL DEFAULT true,
    created_at   timestamptz NOT NULL DEFAULT now(),
    updated_at   timestamptz NOT NULL DEFAULT now(),
    UNIQUE (workspace_id, sku)
);
CALL protect('products');

-- A pack is a product: one price, whatever it holds.
ALTER TABLE packs ADD COLUMN product_id uuid REFERENCES products;

CREATE TABLE pipelines (
    id           uuid PRIMARY KEY,
    workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    name         text NOT NULL CHECK (name <> ''),
    is_default   boolean NOT NULL DEFAULT false,
    created_at   timestamptz NOT NULL DEFAULT now(),
    updated_at   timestamptz NOT NULL DEFAULT now(),
    UNIQUE (workspace_id, name)
);
CREATE UNIQUE INDEX pipelines_default ON pipelines (workspace_id) WHERE is_default;

CREATE TABLE pipeline_stages (
    id           uuid PRIMARY KEY,
    workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    pipeline_id  uuid NOT NULL REFERENCES pipelines ON DELETE CASCADE,
    name         text NOT NULL CHECK (name <> ''),
    -- What a stage is to the code, which never reads its name (domain/order_standing.py).
    meaning      text NOT NULL CHECK (meaning IN ('unconfirmed', 'new', 'open', 'shipped', 'won', 'lost')),
    color        text NOT NULL DEFAULT '#6366f1' CHECK (color ~ '^#[0-9a-f]{6}$'),
    position     integer NOT NULL CHECK (position >= 0),
    created_at   timestamptz NOT NULL DEFAULT now(),
    updated_at   timestamptz NOT NULL DEFAULT now(),
    UNIQUE (pipeline_id, name),
    -- Asked at the commit, so that stages may change places.
    UNIQUE (pipeline_id, position) DEFERRABLE INITIALLY DEFERRED
);

-- A shop that is there already gets a pipeline to take orders in.
INSERT INTO pipelines (id, workspace_id, name, is_default)
SELECT gen_random_uuid(), id, 'Ventas', true FROM workspaces;
INSERT INTO pipeline_stages (id, workspace_id, pipeline_id, name, meaning, position)
SELECT gen_random_uuid(), workspace_id, pipelines.id, stage.name, stage.meaning, stage.position
  FROM pipelines,
       (VALUES (0, 'Nuevo pedido', 'new'), (1, 'Falta confirmar', 'unconfirmed'), (2, 'Confirmado', 'open'),
               (3, 'En camino', 'shipped'), (4, 'Entregado', 'won'), (5, 'Cancelado', 'lost'),
               (6, 'Devolución', 'lost')) AS stage (position, name, meaning);
CALL protect('pipelines');
CALL protect('pipeline_stages');

ALTER TABLE contacts
    ADD COLUMN email      text,
    ADD COLUMN address    text,
    ADD COLUMN city       text,
    ADD COLUMN department text;

ALTER TABLE orders
    -- None of an order that was written before there were stages.
    ADD COLUMN stage_id            uuid REFERENCES pipeline_stages,
    -- What whoever delivers must know.
    ADD COLUMN description         text,
    -- As it is written on the parcel; what was captured stands beside it.
    ADD COLUMN shipping_address    text,
    ADD COLUMN shipping_city       text,
    ADD COLUMN shipping_department text,
    ADD COLUMN carrier             text,
    ADD COLUMN tracking_number     text;
CREATE INDEX orders_stage ON orders (stage_id);

-- Title and price of a line are as they were when it was sold.
ALTER TABLE order_products
    ADD COLUMN product_id uuid REFERENCES products ON DELETE SET NULL,
    ADD COLUMN sku        text;

-- The orders there are, as their owner sees them for this once.
ALTER TABLE orders NO FORCE ROW LEVEL SECURITY;
ALTER TABLE pipelines NO FORCE ROW LEVEL SECURITY;
ALTER TABLE pipeline_stages NO FORCE ROW LEVEL SECURITY;
UPDATE orders
   SET stage_id = (SELECT pipeline_stages.id
                     FROM pipeline_stages
                     JOIN pipelines ON pipelines.id = pipeline_id AND is_default
                    WHERE pipelines.workspace_id = orders.workspace_id
                      AND meaning = CASE status WHEN 'provisional' THEN 'unconfirmed'
                                                WHEN 'confirmed' THEN 'new' ELSE 'lost' END
                    ORDER BY position
                    LIMIT 1),
       description = indicaciones_extra,
       shipping_address = nullif(concat_ws(', Barrio ', direccion, barrio), ''),
       shipping_city = ciudad,
       shipping_department = departamento;
ALTER TABLE orders FORCE ROW LEVEL SECURITY;
ALTER TABLE pipelines FORCE ROW LEVEL SECURITY;
ALTER TABLE pipeline_stages FORCE ROW LEVEL SECURITY;

CREATE TABLE tags (
    id              uuid PRIMARY KEY,
    workspace_id    uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    name            text NOT NULL CHECK (name <> ''),
    color           text NOT NULL DEFAULT '#6366f1' CHECK (color ~ '^#[0-9a-f]{6}$'),
    applies_to      text NOT NULL DEFAULT 'both' CHECK (applies_to IN ('whatsapp', 'orders', 'both')),
    -- Whether every order that the agent makes gets it.
    on_agent_orders boolean NOT NULL DEFAULT false CHECK (NOT on_agent_orders OR applies_to <> 'whatsapp'),
    created_at      timestamptz NOT NULL DEFAULT now(),
    updated_at      timestamptz NOT NULL DEFAULT now(),
    UNIQUE (workspace_id, name)
);
CALL protect('tags');

CREATE TABLE contact_tags (
    contact_id   uuid NOT NULL REFERENCES contacts ON DELETE CASCADE,
    tag_id       uuid NOT NULL REFERENCES tags ON DELETE CASCADE,
    workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    created_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (contact_id, tag_id)
);
CREATE INDEX contact_tags_tag ON contact_tags (tag_id);
CALL protect('contact_tags');

CREATE TABLE order_tags (
    order_id     uuid NOT NULL REFERENCES orders ON DELETE CASCADE,
    tag_id       uuid NOT NULL REFERENCES tags ON DELETE CASCADE,
    workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    created_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (order_id, tag_id)
);
CREATE INDEX order_tags_tag ON order_tags (tag_id);
CALL protect('order_tags');

-- What somebody should know of a contact, or of an order.
CREATE TABLE notes (
    id           uuid PRIMARY KEY,
    workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    contact_id   uuid REFERENCES contacts ON DELETE CASCADE,
    order_id     uuid REFERENCES orders ON DELETE CASCADE,
    -- None where the agent wrote it.
    user_id      uuid,
    content      text NOT NULL CHECK (content <> ''),
    created_at   timestamptz NOT NULL DEFAULT now(),
    updated_at   timestamptz NOT NULL DEFAULT now(),
    CHECK (num_nonnulls(contact_id, order_id) = 1)
);
CREATE INDEX notes_contact ON notes (contact_id, created_at DESC) WHERE contact_id IS NOT NULL;
CREATE INDEX notes_order ON notes (order_id, created_at DESC) WHERE order_id IS NOT NULL;
CALL protect('notes');

-- What changed in a contact or an order, whoever changed it: column → [before, after]. Goes with its
-- subject, because it holds the same personal data.
CREATE TABLE activity (
    id           uuid PRIMARY KEY,
    workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    contact_id   uuid REFERENCES contacts ON DELETE CASCADE,
    order_id     uuid REFERENCES orders ON DELETE CASCADE,
    -- None where no person acted.
    user_id      uuid,
    action       text NOT NULL CHECK (action IN ('created', 'updated')),
    changes      jsonb NOT NULL DEFAULT '{}',
    created_at   timestamptz NOT NULL DEFAULT now(),
    CHECK (num_nonnulls(contact_id, order_id) = 1)
);
CREATE INDEX activity_contact ON activity (contact_id, created_at DESC) WHERE contact_id IS NOT NULL;
CREATE INDEX activity_order ON activity (order_id, created_at DESC) WHERE order_id IS NOT NULL;
CALL protect('activity');

-- Its arguments: the column of activity that names the subject, and that of the row that does.
CREATE FUNCTION log_activity() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
  after   jsonb := to_jsonb(NEW) - '{created_at,updated_at}'::text[];
  before  jsonb := CASE TG_OP WHEN 'UPDATE' THEN to_jsonb(OLD) END;
  subject uuid := after ->> TG_ARGV[1];
  changed jsonb := '{}';
BEGIN
  IF TG_OP = 'UPDATE' THEN
    SELECT coalesce(jsonb_object_agg(key, jsonb_build_array(before -> key, value)), '{}')
      INTO changed
      FROM jsonb_each(after)
     WHERE value IS DISTINCT FROM before -> key;
    IF changed = '{}' THEN
      RETURN NULL;
    END IF;
  END IF;
  INSERT INTO activity (id, workspace_id, contact_id, order_id, user_id, action, changes)
  VALUES (gen_random_uuid(), NEW.workspace_id,
          CASE TG_ARGV[0] WHEN 'contact_id' THEN subject END,
          CASE TG_ARGV[0] WHEN 'order_id' THEN subject END,
          current_user_id(), CASE TG_OP WHEN 'INSERT' THEN 'created' ELSE 'updated' END, changed);
  RETURN NULL;
END $$;
CREATE TRIGGER log_activity AFTER UPDATE ON contacts
    FOR EACH ROW EXECUTE FUNCTION log_activity('contact_id', 'id');
CREATE TRIGGER log_activity AFTER INSERT OR UPDATE ON orders
    FOR EACH ROW EXECUTE FUNCTION log_activity('order_id', 'id');
CREATE TRIGGER log_activity AFTER UPDATE ON order_products
    FOR EACH ROW EXECUTE FUNCTION log_activity('order_id', 'order_id');

-- A task is about an order, or about a conversation with its contact, or about a contact alone.
ALTER TABLE tasks
    ADD COLUMN order_id uuid REFERENCES orders ON DELETE CASCADE,
    ADD CONSTRAINT tasks_entity_check CHECK (num_nonnulls(order_id, coalesce(conversation_id, contact_id)) <= 1);
