-- opt_out --
UPDATE contacts
   SET opted_out_at = %(now)s
  FROM channel_identities
 WHERE channel_identities.contact_id = contacts.id
   AND channel_identities.kind = 'whatsapp'
   AND channel_identities.external_id = %(customer)s;

-- switch --
UPDATE workspace_agent_config SET agent_enabled = %(enabled)s;
