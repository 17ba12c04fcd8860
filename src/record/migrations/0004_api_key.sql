-- API keys, by the SHA-256 of the key; the key itself is nowhere. Not fenced: a key is looked up before its workspace is
-- known, and the table holds nothing of a workspace but its id.
create table baton.api_key (
  hash text collate "C" primary key,
  id text collate "C" not null unique,
  workspace_id text collate "C" not null,
  principal_kind text collate "C" not null,
  principal_id text collate "C" not null,
  scopes text collate "C" not null,
  label text not null,
  created_at bigint not null,
  expires_at bigint not null,
  revoked_at bigint,
  last_used_at bigint
);
create index api_key_workspace on baton.api_key (workspace_id, created_at desc);
grant select, insert on baton.api_key to {app};
grant update (revoked_at, last_used_at) on baton.api_key to {app};
