-- set --
-- The last write wins; where it changes anything, it is an event of the workspace
WITH former AS (
  SELECT workspace_id, timer_preset FROM workspace_agent_config FOR UPDATE
), noted AS (
  INSERT INTO domain_events (id, workspace_id, type, payload, occurred_at)
  SELECT %(event_id)s, workspace_id, 'timer_preset.changed',
         jsonb_build_object('before', timer_preset, 'after', %(preset)s::text), %(now)s
    FROM former
   WHERE timer_preset <> %(preset)s
)
UPDATE workspace_agent_config config
   SET timer_preset = %(preset)s
  FROM former
 WHERE config.workspace_id = former.workspace_id
RETURNING config.timer_preset, config.timer_seconds;
