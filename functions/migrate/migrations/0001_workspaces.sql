-- Tenants, and how Postgres keeps them apart.
--
-- The functions connect as morfx_app, which owns nothing and cannot bypass row-level security. A
-- transaction names its workspace in the setting morfx.workspace_id; where a person acts, also
-- that person in morfx.user_id. Without a workspace every tenant table is empty.

DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'morfx_app') THEN
    CREATE ROLE morfx_app LOGIN NOBYPASSRLS;
  END IF;
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'rds_iam') THEN
    GRANT rds_iam TO morfx_app;
  END IF;
  EXECUTE format('ALTER DATABASE %I SET timezone = %L', current_database(), 'America/Bogota');
  EXECUTE format('GRANT CONNECT ON DATABASE %I TO morfx_app', current_database());
END $$;

CREATE TABLE workspaces (
    id         uuid PRIMARY KEY,
    name       text NOT NULL CHECK (name <> ''),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE workspace_members (
    workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    user_id      uuid NOT NULL,
    role         text NOT NULL CHECK (role IN ('owner', 'admin', 'agent')),
    created_at   timestamptz NOT NULL DEFAULT now(),
    updated_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (workspace_id, user_id)
);

CREATE FUNCTION current_workspace_id() RETURNS uuid
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN nullif(current_setting('morfx.workspace_id', true), '')::uuid;

CREATE FUNCTION current_user_id() RETURNS uuid
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN nullif(current_setting('morfx.user_id', true), '')::uuid;

-- Apart, so that the policy below is one expression, which Postgres makes part of each plan instead
-- of calling it for every row.
CREATE FUNCTION is_member(workspace uuid, person uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    AS $$
BEGIN
  RETURN EXISTS (SELECT FROM workspace_members WHERE workspace_id = workspace AND user_id = person);
END $$;

-- Whether the transaction acts in this workspace and, where it acts for a person, whether that
-- person belongs to it. The policy of every tenant table.
CREATE FUNCTION is_workspace_member(workspace uuid) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN workspace = current_workspace_id()
       AND (current_user_id() IS NULL OR is_member(workspace, current_user_id()));

CREATE FUNCTION touch_updated_at() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN NEW.updated_at := now(); RETURN NEW; END $$;

-- Give a tenant table its policy, its grants and, if it has the column, its updated_at trigger.
CREATE PROCEDURE protect(tenant_table regclass, workspace_column text DEFAULT 'workspace_id')
    LANGUAGE plpgsql
    AS $$
BEGIN
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', tenant_table);
  EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', tenant_table);
  EXECUTE format('CREATE POLICY members ON %s USING (is_workspace_member(%I))',
                 tenant_table, workspace_column);
  EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO morfx_app', tenant_table);
  IF EXISTS (SELECT FROM pg_attribute WHERE attrelid = tenant_table AND attname = 'updated_at') THEN
    EXECUTE format('CREATE TRIGGER touch_updated_at BEFORE UPDATE ON %s'
                   ' FOR EACH ROW EXECUTE FUNCTION touch_updated_at()', tenant_table);
  END IF;
END $$;

-- Stop the transaction unless something holds; the class MX is MorfX's own (adapters/postgres/errors.py).
CREATE FUNCTION raise_unless(holds boolean, sqlstate_code text, message text) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
  IF holds IS NOT TRUE THEN
    RAISE EXCEPTION '%', message USING ERRCODE = sqlstate_code;
  END IF;
END $$;

CALL protect('workspaces', 'id');

-- Members are found by the policy of every other table, so theirs must not ask itself.
ALTER TABLE workspace_members ENABLE ROW LEVEL SECURITY;
ALTER TABLE workspace_members FORCE ROW LEVEL SECURITY;
CREATE POLICY members ON workspace_members USING (workspace_id = current_workspace_id());
GRANT SELECT, INSERT, UPDATE, DELETE ON workspace_members TO morfx_app;
CREATE TRIGGER touch_updated_at BEFORE UPDATE ON workspace_members
    FOR EACH ROW EXECUTE FUNCTION touch_updated_at();

-- The two questions that must be asked before a workspace is known. Each runs as the owner of
-- the schema, who may read these two tables and no other.
CREATE POLICY owner_reads ON workspaces FOR SELECT TO CURRENT_USER USING (true);

-- Every workspace, for the clock: housekeeping visits them one by one.
CREATE FUNCTION workspace_ids() RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public
    AS $$ SELECT id FROM workspaces ORDER BY id $$;
