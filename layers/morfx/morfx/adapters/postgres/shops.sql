-- put_workspace --
INSERT INTO workspaces (id, name)
VALUES (%(workspace_id)s, %(name)s)
ON CONFLICT (id) DO UPDATE SET name = EXCLUDED.name;

-- put_channel --
-- A number that another workspace owns is refused by its unique key
INSERT INTO channels (id, workspace_id, kind, provider_account_id, display_name)
VALUES (%(channel_id)s, %(workspace_id)s, 'whatsapp', %(phone_number_id)s, %(display_name)s)
ON CONFLICT (kind, provider_account_id) DO UPDATE SET display_name = EXCLUDED.display_name;

-- put_config --
INSERT INTO workspace_agent_config (workspace_id, agent_enabled, conversational_agent_id, handoff_message,
                                    timer_preset, response_speed, quiet_hours_enabled, proactive_daily_cap,
                                    timer_seconds, silence_choices)
VALUES (%(workspace_id)s, %(agent_enabled)s, %(agent_id)s, %(handoff_message)s, %(timer_preset)s,
        %(response_speed)s, %(quiet_hours_enabled)s, %(proactive_daily_cap)s,
        %(timer_seconds)s, %(silence_choices)s)
ON CONFLICT (workspace_id) DO UPDATE
   SET agent_enabled = EXCLUDED.agent_enabled,
       conversational_agent_id = EXCLUDED.conversational_agent_id,
       handoff_message = EXCLUDED.handoff_message,
       timer_preset = EXCLUDED.timer_preset,
       response_speed = EXCLUDED.response_speed,
       quiet_hours_enabled = EXCLUDED.quiet_hours_enabled,
       proactive_daily_cap = EXCLUDED.proactive_daily_cap,
       timer_seconds = EXCLUDED.timer_seconds,
       silence_choices = EXCLUDED.silence_choices;

-- put_templates --
-- A text that stays keeps its id, so that what was already said is not said again
INSERT INTO agent_templates (id, workspace_id, agent_id, intent, visit_type, orden, content, delay_s)
SELECT template.id, %(workspace_id)s, %(agent_id)s, template.intent, template.visit_type,
       template.orden, template.content, template.delay_s
  FROM jsonb_to_recordset(%(templates)s)
    AS template (id uuid, intent text, visit_type text, orden integer, content text, delay_s integer)
ON CONFLICT (workspace_id, agent_id, intent, visit_type, orden) DO UPDATE
   SET content = EXCLUDED.content, delay_s = EXCLUDED.delay_s;

-- drop_other_templates --
DELETE FROM agent_templates
 WHERE agent_id = %(agent_id)s
   AND NOT EXISTS (SELECT FROM jsonb_to_recordset(%(templates)s)
                       AS kept (intent text, visit_type text, orden integer)
                    WHERE kept.intent = agent_templates.intent
                      AND kept.visit_type = agent_templates.visit_type
                      AND kept.orden = agent_templates.orden);

-- put_packs --
INSERT INTO packs (workspace_id, pack, product, units, price, currency)
SELECT %(workspace_id)s, offered.pack, offered.product, offered.units, offered.price, offered.currency
  FROM jsonb_to_recordset(%(packs)s)
    AS offered (pack text, product text, units integer, price numeric, currency text)
ON CONFLICT (workspace_id, pack) DO UPDATE
   SET product = EXCLUDED.product, units = EXCLUDED.units, price = EXCLUDED.price,
       currency = EXCLUDED.currency;

-- drop_other_packs --
DELETE FROM packs
 WHERE NOT EXISTS (SELECT FROM jsonb_to_recordset(%(packs)s) AS kept (pack text)
                    WHERE kept.pack = packs.pack);
