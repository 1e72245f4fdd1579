-- enter --
-- Act in this workspace until the transaction ends
SELECT set_config('morfx.workspace_id', %(workspace_id)s, true);

-- ids --
SELECT workspace_ids() AS id;
