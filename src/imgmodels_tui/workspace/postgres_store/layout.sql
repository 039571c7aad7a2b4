-- A workspace of imgmodels is a schema. Two group roles decide who may do what (R15): make a role a member of one.
--   {admin}: administers the workspace      {user}: uses it
-- Run as a role that may create schemas and roles, or after a database administrator made both roles.
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{user}') THEN CREATE ROLE {user} NOLOGIN; END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{admin}') THEN CREATE ROLE {admin} NOLOGIN IN ROLE {user}; END IF;
END $$;

CREATE SCHEMA {schema};
GRANT USAGE ON SCHEMA {schema} TO {user}, {admin};

-- One line for each revision. It is only ever added to; the server says who and when.
CREATE TABLE {schema}.history (
  revision bigint      PRIMARY KEY CHECK (revision > 0),
  at       timestamptz NOT NULL DEFAULT date_trunc('second', transaction_timestamp()),
  by       text        NOT NULL DEFAULT session_user,
  request  uuid        NOT NULL UNIQUE DEFAULT gen_random_uuid(),
  change   jsonb       NOT NULL CHECK (jsonb_typeof(change) = 'object')
);

-- One row: the newest state. Each revision has its line of history, or neither is stored.
CREATE TABLE {schema}.workspace (
  one      boolean PRIMARY KEY DEFAULT true CHECK (one),
  layout   integer NOT NULL,
  revision bigint  NOT NULL DEFAULT 0 CHECK (revision >= 0),
  begun    bigint  NOT NULL DEFAULT 0, -- the revision with which the workspace came to the server
  catalog  bigint  NOT NULL DEFAULT 0, -- the revision that changed the workspace's own records last
  settings jsonb   NOT NULL CHECK (jsonb_typeof(settings) = 'object'),
  made_by  bigint  GENERATED ALWAYS AS (nullif(revision, 0)) STORED
                   REFERENCES {schema}.history DEFERRABLE INITIALLY DEFERRED
);

-- The workspace's own records of the catalog (R16).
CREATE TABLE {schema}.catalog_file (
  name    text PRIMARY KEY CHECK (name ~ '^[^/]{{1,200}}$'),
  content text NOT NULL
);

-- The prices seen last.
CREATE TABLE {schema}.prices (
  one  boolean PRIMARY KEY DEFAULT true CHECK (one),
  book jsonb   NOT NULL
);

-- Each user's sessions: nobody else sees a row of theirs; admins get numbers only. Sessions never notify anybody.
CREATE TABLE {schema}.sessions (
  owner   text   NOT NULL DEFAULT session_user,
  client  text   NOT NULL DEFAULT '' CHECK (length(client) <= 40),
  version bigint NOT NULL DEFAULT 1,
  content jsonb  NOT NULL CHECK (pg_column_size(content) <= 262144
                           AND coalesce(jsonb_typeof(content -> 'sessions') = 'array', false)),
  PRIMARY KEY (owner, client)
);
ALTER TABLE {schema}.sessions ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON {schema}.sessions USING (owner = session_user) WITH CHECK (owner = session_user);
CREATE FUNCTION {schema}.session_counts() RETURNS TABLE (held jsonb, users bigint)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
  WITH each AS (
    SELECT s.owner, s.client, one ->> 'model' AS model, count(*) AS n
    FROM {schema}.sessions s, jsonb_array_elements(s.content -> 'sessions') AS one
    WHERE length(one ->> 'model') <= 200 GROUP BY 1, 2, 3
  ), everybody AS (SELECT jsonb_object_agg(model, n) AS held FROM each GROUP BY owner, client)
  SELECT held, count(*) FROM everybody GROUP BY held
$$;
REVOKE EXECUTE ON FUNCTION {schema}.session_counts() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION {schema}.session_counts() TO {admin};

-- The keys of programs that draw through the HTTP API, as hashes; and what they drew, never a prompt.
CREATE TABLE {schema}.api_keys (
  one     boolean PRIMARY KEY DEFAULT true CHECK (one),
  version bigint  NOT NULL DEFAULT 1,
  content jsonb   NOT NULL
);
CREATE TABLE {schema}.usage (
  number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  by     text  NOT NULL DEFAULT session_user,
  use    jsonb NOT NULL
);

CREATE FUNCTION {schema}.next_revision() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$ BEGIN
  IF NEW.revision <> OLD.revision + 1 THEN
    RAISE EXCEPTION 'revision % cannot follow revision %', NEW.revision, OLD.revision USING ERRCODE = 'check_violation';
  END IF;
  PERFORM pg_notify(TG_TABLE_SCHEMA, '');
  RETURN NEW;
END $$;
CREATE TRIGGER next_revision BEFORE UPDATE ON {schema}.workspace
  FOR EACH ROW EXECUTE FUNCTION {schema}.next_revision();

-- A line of history belongs to the change that is made in the same transaction: none can be put in beside it.
CREATE FUNCTION {schema}.only_the_newest() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE newest bigint; BEGIN
  EXECUTE format('SELECT revision FROM %I.workspace', TG_TABLE_SCHEMA) INTO newest;
  IF NEW.revision > newest THEN
    RAISE EXCEPTION 'revision % does not exist', NEW.revision USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER only_the_newest AFTER INSERT ON {schema}.history
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION {schema}.only_the_newest();

GRANT SELECT ON {schema}.workspace, {schema}.catalog_file, {schema}.prices TO {user}, {admin};
GRANT SELECT ON {schema}.history TO {user}, {admin};
GRANT UPDATE (revision, catalog, settings) ON {schema}.workspace TO {admin};
GRANT INSERT (revision, request, change) ON {schema}.history TO {admin};
GRANT INSERT, UPDATE, DELETE ON {schema}.catalog_file TO {admin};
GRANT INSERT, UPDATE ON {schema}.prices TO {admin};
GRANT SELECT, DELETE, INSERT (client, content), UPDATE (version, content) ON {schema}.sessions TO {user}, {admin};
GRANT SELECT, INSERT (content), UPDATE (version, content) ON {schema}.api_keys TO {admin};
GRANT INSERT (use) ON {schema}.usage TO {user}, {admin};
GRANT SELECT ON {schema}.usage TO {admin};

INSERT INTO {schema}.workspace (layout, settings) VALUES ({layout}, '{settings}');
