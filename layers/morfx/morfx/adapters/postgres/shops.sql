-- put_workspace --
INSERT INTO workspaces (id, name)
VALUES (%(workspace_id)s, %(name)s)
ON CONFLICT (id) DO UPDATE SET name = EXCLUDED.name;

-- put_channel --
-- A number that another workspace owns is refused by its unique key
INSERT INTO channels (id, workspace_id, kind, provider_account_id, display_name, provider,
                      messages_per_second, daily_cap)
VALUES (%(channel_id)s, %(workspace_id)s, 'whatsapp', %(phone_number_id)s, %(display_name)s, %(provider)s,
        %(messages_per_second)s, %(daily_cap)s)
ON CONFLICT (kind, provider_account_id) DO UPDATE
   SET display_name = EXCLUDED.display_name,
       provider = EXCLUDED.provider,
       messages_per_second = EXCLUDED.messages_per_second,
       daily_cap = EXCLUDED.daily_cap;

-- put_config --
INSERT INTO workspace_agent_config (workspace_id, agent_enabled, conversational_agent_id, handoff_message,
                                    timer_preset, response_speed, quiet_hours_enabled, in_quiet_hours,
                                    proactive_daily_cap, choices_label, opt_out_message, opt_in_message,
                                    timer_seconds, silence_choices)
VALUES (%(workspace_id)s, %(agent_enabled)s, %(agent_id)s, %(handoff_message)s, %(timer_preset)s,
        %(response_speed)s, %(quiet_hours_enabled)s, %(in_quiet_hours)s, %(proactive_daily_cap)s,
        %(choices_label)s, %(opt_out_message)s, %(opt_in_message)s,
        %(timer_seconds)s, %(silence_choices)s)
ON CONFLICT (workspace_id) DO UPDATE
   SET agent_enabled = EXCLUDED.agent_enabled,
       conversational_agent_id = EXCLUDED.conversational_agent_id,
       handoff_message = EXCLUDED.handoff_message,
       timer_preset = EXCLUDED.timer_preset,
       response_speed = EXCLUDED.response_speed,
       quiet_hours_enabled = EXCLUDED.quiet_hours_enabled,
       in_quiet_hours = EXCLUDED.in_quiet_hours,
       proactive_daily_cap = EXCLUDED.proactive_daily_cap,
       choices_label = EXCLUDED.choices_label,
       opt_out_message = EXCLUDED.opt_out_message,
       opt_in_message = EXCLUDED.opt_in_message,
       timer_seconds = EXCLUDED.timer_seconds,
       silence_choices = EXCLUDED.silence_choices;

-- put_approved_templates --
INSERT INTO approved_templates (workspace_id, purpose, name, language, variables)
SELECT %(workspace_id)s, approved.purpose, approved.name, approved.language, approved.variables
  FROM jsonb_to_recordset(%(approved_templates)s)
    AS approved (purpose text, name text, language text, variables jsonb)
ON CONFLICT (workspace_id, purpose) DO UPDATE
   SET name = EXCLUDED.name, language = EXCLUDED.language, variables = EXCLUDED.variables;

-- drop_other_approved_templates --
DELETE FROM approved_templates
 WHERE NOT EXISTS (SELECT FROM jsonb_to_recordset(%(approved_templates)s) AS kept (purpose text)
                    WHERE kept.purpose = approved_templates.purpose);

-- put_templates --
-- A text that stays keeps its id, so that what was already said is not said again
INSERT INTO agent_templates (id, workspace_id, agent_id, intent, visit_type, orden, content_type, link,
                             content, delay_s)
SELECT template.id, %(workspace_id)s, %(agent_id)s, template.intent, template.visit_type,
       template.orden, template.content_type, template.link, template.content, template.delay_s
  FROM jsonb_to_recordset(%(templates)s)
    AS template (id uuid, intent text, visit_type text, orden integer, content_type text, link text,
                 content text, delay_s integer)
ON CONFLICT (workspace_id, agent_id, intent, visit_type, orden) DO UPDATE
   SET content_type = EXCLUDED.content_type, link = EXCLUDED.link,
       content = EXCLUDED.content, delay_s = EXCLUDED.delay_s;

-- drop_other_templates --
DELETE FROM agent_templates
 WHERE agent_id = %(agent_id)s
   AND NOT EXISTS (SELECT FROM jsonb_to_recordset(%(templates)s)
                       AS kept (intent text, visit_type text, orden integer)
                    WHERE kept.intent = agent_templates.intent
                      AND kept.visit_type = agent_templates.visit_type
                      AND kept.orden = agent_templates.orden);

-- put_products --
-- One that stays keeps its id, for orders name it
INSERT INTO products (id, workspace_id, sku, title, price, currency)
SELECT product.id, %(workspace_id)s, product.sku, product.title, product.price, product.currency
  FROM jsonb_to_recordset(%(products)s)
    AS product (id uuid, sku text, title text, price numeric, currency text)
ON CONFLICT (workspace_id, sku) DO UPDATE
   SET title = EXCLUDED.title, price = EXCLUDED.price, currency = EXCLUDED.currency, is_active = true;

-- retire_other_products --
UPDATE products
   SET is_active = false
 WHERE is_active
   AND NOT EXISTS (SELECT FROM jsonb_to_recordset(%(products)s) AS kept (sku text)
                    WHERE kept.sku = products.sku);

-- put_packs --
INSERT INTO packs (workspace_id, pack, product, product_id, units, price, currency)
SELECT %(workspace_id)s, offered.pack, offered.product, products.id, offered.units, offered.price, offered.currency
  FROM jsonb_to_recordset(%(packs)s)
    AS offered (pack text, sku text, product text, units integer, price numeric, currency text)
  JOIN products ON products.workspace_id = %(workspace_id)s AND products.sku = offered.sku
ON CONFLICT (workspace_id, pack) DO UPDATE
   SET product = EXCLUDED.product, product_id = EXCLUDED.product_id, units = EXCLUDED.units,
       price = EXCLUDED.price, currency = EXCLUDED.currency;

-- drop_other_packs --
DELETE FROM packs
 WHERE NOT EXISTS (SELECT FROM jsonb_to_recordset(%(packs)s) AS kept (pack text)
                    WHERE kept.pack = packs.pack);

-- yield_default --
-- Only one pipeline takes new orders
UPDATE pipelines
   SET is_default = false
 WHERE is_default
   AND NOT EXISTS (SELECT FROM jsonb_to_recordset(%(pipelines)s) AS kept (name text, is_default boolean)
                    WHERE kept.name = pipelines.name AND kept.is_default);

-- put_pipelines --
-- Pipelines that the file does not name stay as they are
INSERT INTO pipelines (id, workspace_id, name, is_default)
SELECT pipeline.id, %(workspace_id)s, pipeline.name, pipeline.is_default
  FROM jsonb_to_recordset(%(pipelines)s) AS pipeline (id uuid, name text, is_default boolean)
ON CONFLICT (workspace_id, name) DO UPDATE SET is_default = EXCLUDED.is_default;

-- keep_stages_of_orders --
-- A stage that holds orders cannot go: MX005
SELECT raise_unless(count(*) = 0, 'MX005', 'pipelines: orders are still in '
                                           || string_agg(DISTINCT pipeline_stages.name, ', '))
  FROM pipeline_stages
  JOIN pipelines ON pipelines.id = pipeline_id
  JOIN orders ON orders.stage_id = pipeline_stages.id
 WHERE pipelines.name IN (SELECT name FROM jsonb_to_recordset(%(pipelines)s) AS named (name text))
   AND NOT EXISTS (SELECT FROM jsonb_to_recordset(%(stages)s) AS kept (pipeline text, name text)
                    WHERE kept.pipeline = pipelines.name AND kept.name = pipeline_stages.name);

-- drop_other_stages --
DELETE FROM pipeline_stages
 USING pipelines
 WHERE pipelines.id = pipeline_id
   AND pipelines.name IN (SELECT name FROM jsonb_to_recordset(%(pipelines)s) AS named (name text))
   AND NOT EXISTS (SELECT FROM jsonb_to_recordset(%(stages)s) AS kept (pipeline text, name text)
                    WHERE kept.pipeline = pipelines.name AND kept.name = pipeline_stages.name);

-- put_stages --
INSERT INTO pipeline_stages (id, workspace_id, pipeline_id, name, meaning, color, position)
SELECT stage.id, %(workspace_id)s, pipelines.id, stage.name, stage.meaning, stage.color, stage.position
  FROM jsonb_to_recordset(%(stages)s)
    AS stage (id uuid, pipeline text, name text, meaning text, color text, position integer)
  JOIN pipelines ON pipelines.workspace_id = %(workspace_id)s AND pipelines.name = stage.pipeline
ON CONFLICT (pipeline_id, name) DO UPDATE
   SET meaning = EXCLUDED.meaning, color = EXCLUDED.color, position = EXCLUDED.position;

-- put_tags --
-- Tags that the file does not name are people's own
INSERT INTO tags (id, workspace_id, name, color, applies_to, on_agent_orders)
SELECT tag.id, %(workspace_id)s, tag.name, tag.color, tag.applies_to, tag.on_agent_orders
  FROM jsonb_to_recordset(%(tags)s)
    AS tag (id uuid, name text, color text, applies_to text, on_agent_orders boolean)
ON CONFLICT (workspace_id, name) DO UPDATE
   SET color = EXCLUDED.color, applies_to = EXCLUDED.applies_to,
       on_agent_orders = EXCLUDED.on_agent_orders;
