-- enter --
-- Act in this workspace until the transaction ends
SELECT set_config('morfx.workspace_id', %(workspace_id)s, true);

-- act_for --
-- In the name of a person, who must be a member of it
SELECT set_config('morfx.user_id', %(user_id)s, true);

-- ids --
SELECT workspace_ids() AS id;
