-- write --
INSERT INTO drafts (conversation_id, workspace_id, turn_id, text)
VALUES (%(conversation_id)s, %(workspace_id)s, %(turn_id)s, %(text)s)
ON CONFLICT (conversation_id) DO UPDATE SET turn_id = EXCLUDED.turn_id, text = EXCLUDED.text;

-- remove --
DELETE FROM drafts WHERE conversation_id = %(conversation_id)s;
