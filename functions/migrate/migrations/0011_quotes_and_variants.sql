-- What a customer was told a pack costs holds as long as the session; short texts for what was
-- answered before.

ALTER TABLE session_state
    -- Pack → price.
    ADD COLUMN cotizado jsonb NOT NULL DEFAULT '{}';

ALTER TABLE agent_templates DROP CONSTRAINT agent_templates_visit_type_check;
ALTER TABLE agent_templates ADD CONSTRAINT agent_templates_visit_type_check
    CHECK (visit_type IN ('primera_vez', 'siguientes', 'breve'));
