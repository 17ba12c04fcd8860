-- The house: every table of the record. Runs as the owner role; {app} and {report} are the roles that log in.
-- Ids are compared bytewise (collate "C") on every server. Documents that nobody queries are text: exact, cheap to
-- write, and free of jsonb's refusals (\u0000). Every key starts with workspace_id. There are no foreign keys: each
-- would cost a trigger per row, and all rows of a workspace are written by one serial writer that holds its head row.
-- toast_tuple_target = 8160: a row of 2 to 8 kB stays as it is; squeezing it took most of the time of writing a handoff.

create table baton.workspace (
  id text collate "C" primary key,
  name text not null,
  created_at bigint not null
);

-- The lock that makes the decisions of a workspace serial, and the end of its ledger. Updated once per batch: room on
-- the page keeps the updates in place.
create table baton.workspace_head (
  workspace_id text collate "C" primary key,
  seq bigint not null,
  hash bytea not null
) with (fillfactor = 10, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

-- body is the canonical JSON of the recorded event with its commitments; kind and handoff are copies for searching.
create table baton.ledger (
  workspace_id text collate "C" not null,
  seq bigint not null,
  kind text collate "C" not null,
  handoff text collate "C",
  body text not null,
  hash bytea not null,
  primary key (workspace_id, seq)
) with (toast_tuple_target = 8160, autovacuum_vacuum_insert_scale_factor = 0.05);
create index ledger_handoff on baton.ledger (workspace_id, handoff, seq) where handoff is not null;

create table baton.inbox (
  workspace_id text collate "C" not null,
  command text collate "C" not null,
  arrival text collate "C" not null,
  at bigint not null,
  body_hash text collate "C" not null,
  actor text not null,
  via text collate "C" not null,
  trace text,
  subject text collate "C",
  set_aside boolean not null,
  answer text not null,
  input bytea,
  primary key (workspace_id, command)
);
create index inbox_set_aside on baton.inbox (workspace_id, arrival) where set_aside;
-- Housekeeping walks by time; a block range index costs the writer nothing.
create index inbox_at on baton.inbox using brin (at) with (autosummarize = on);

create table baton.inbox_raw (
  workspace_id text collate "C" not null,
  source text collate "C" not null,
  command text collate "C" not null,
  id text collate "C" not null,
  at bigint not null,
  body_hash text collate "C" not null,
  headers bytea not null,
  body bytea not null,
  primary key (workspace_id, source, command)
);
create unique index inbox_raw_id on baton.inbox_raw (workspace_id, id);
create index inbox_raw_at on baton.inbox_raw using brin (at) with (autosummarize = on);

-- single is empty for a handoff that must be the only live one of its subject and transition, and the handoff's own id
-- for one that need not be (test, imported): the unique index below is the last fence against a double turn.
create table baton.handoff (
  workspace_id text collate "C" not null,
  id text collate "C" not null,
  version integer not null,
  stage text collate "C" not null,
  transition text collate "C" not null,
  subject text collate "C" not null,
  sender text collate "C" not null,
  receiver text collate "C",
  owner text collate "C" not null,
  offered_to text collate "C",
  segment text not null,
  urgency text collate "C" not null,
  due_at bigint,
  next_step_by bigint,
  breached boolean not null,
  opened_at bigint not null,
  accepted_at bigint,
  closed_at bigint,
  outcome text,
  marks text not null,
  people text not null,
  context_ref text collate "C" not null,
  single text collate "C" not null,
  doc text not null,
  primary key (workspace_id, id)
) with (toast_tuple_target = 8160, fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02);
create unique index handoff_live_subject on baton.handoff (workspace_id, subject, transition, single) where stage <> 'closed';
create index handoff_live_owner on baton.handoff (workspace_id, owner) where stage <> 'closed';
-- stage and breached come along so that counting need not read the handoffs.
create index handoff_live_due on baton.handoff (workspace_id, due_at) include (stage, breached) where stage <> 'closed';
create index handoff_offered on baton.handoff (workspace_id, offered_to) where stage <> 'closed' and offered_to is not null;
-- Until acceptance the sender is the owner; afterwards this index finds what a sender handed over.
create index handoff_sent on baton.handoff (workspace_id, sender) where stage <> 'closed' and sender <> owner;
create index handoff_closed on baton.handoff (workspace_id, closed_at) where stage = 'closed';

create table baton.task (
  workspace_id text collate "C" not null,
  id text collate "C" not null,
  handoff text collate "C" not null,
  owner text collate "C" not null,
  due_at bigint not null,
  state text collate "C" not null,
  title text not null,
  primary key (workspace_id, id)
) with (fillfactor = 80);
create index task_open on baton.task (workspace_id, owner, due_at) where state = 'open';

create table baton.standing (
  workspace_id text collate "C" not null,
  key text collate "C" not null,
  seq bigint not null,
  doc text not null,
  primary key (workspace_id, key)
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);

-- Ids and times only, and outside the fence, so that a worker can claim across workspaces. ready_at is the due time, or
-- the end of the lease while somebody has the row; fence is 0 while nobody has it.
create table baton.due (
  workspace_id text collate "C" not null,
  kind text collate "C" not null,
  row_id text collate "C" not null,
  due_at bigint not null,
  ready_at bigint not null,
  fence bigint not null default 0,
  attempts integer not null default 0,
  primary key (workspace_id, row_id, kind)
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_cost_delay = 0);
create index due_ready on baton.due (kind, ready_at);
create sequence baton.due_fence;

create table baton.outbox (
  workspace_id text collate "C" not null,
  id text collate "C" not null,
  state text collate "C" not null,
  attempts integer not null default 0,
  reason text,
  created_at bigint not null,
  delivered_at bigint,
  intent text not null,
  primary key (workspace_id, id)
) with (fillfactor = 80);
create index outbox_dead on baton.outbox (workspace_id, id) where state = 'dead';

create table baton.notice (
  workspace_id text collate "C" not null,
  person text collate "C" not null,
  id text collate "C" not null,
  about text collate "C" not null,
  handoff text collate "C" not null,
  at bigint not null,
  primary key (workspace_id, person, id)
);

create table baton.subject (
  workspace_id text collate "C" not null,
  id text collate "C" not null,
  type text collate "C" not null,
  doc text not null,
  primary key (workspace_id, id)
);

-- Outside names of subjects, only as keyed hashes.
create table baton.subject_name (
  workspace_id text collate "C" not null,
  key_hmac text collate "C" not null,
  subject text collate "C" not null,
  primary key (workspace_id, key_hmac)
);
create index subject_name_subject on baton.subject_name (workspace_id, subject);

-- The key store: a workspace's key wrapped by the root key (a file), a keeper's key wrapped by the workspace's.
create table baton.workspace_key (
  workspace_id text collate "C" primary key,
  wrapped bytea not null
);
create table baton.private_key (
  workspace_id text collate "C" not null,
  keeper text collate "C" not null,
  wrapped bytea not null,
  primary key (workspace_id, keeper)
);

-- What may not stand in the ledger, encrypted. seq is the event whose commitment the item must match.
create table baton.private_item (
  workspace_id text collate "C" not null,
  ref text collate "C" not null,
  keeper text collate "C" not null,
  kind text collate "C" not null,
  seq bigint not null,
  body bytea not null,
  primary key (workspace_id, ref)
);
create index private_item_keeper on baton.private_item (workspace_id, keeper);
