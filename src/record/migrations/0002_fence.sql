-- The fence: row-level security on every table with workspace data, and what each role may do.
-- Not fenced, on purpose: workspace (ids and names, to list them), due (ids and times, to claim across workspaces) and
-- migration. nullif is needed: after a transaction-local setting ends it reads as '', not as null.

do $fence$
declare t text;
begin
  foreach t in array array[
    'workspace_head', 'ledger', 'inbox', 'inbox_raw', 'handoff', 'task', 'standing', 'outbox', 'notice', 'subject',
    'subject_name', 'workspace_key', 'private_key', 'private_item'
  ] loop
    execute format('alter table baton.%I enable row level security', t);
    execute format('alter table baton.%I force row level security', t);
    execute format(
      $policy$create policy workspace on baton.%I
        using (workspace_id = nullif(current_setting('app.workspace', true), ''))
        with check (workspace_id = nullif(current_setting('app.workspace', true), ''))$policy$, t);
    execute format('grant select, insert, update, delete on baton.%I to {app}', t);
  end loop;
end
$fence$;

grant select, insert on baton.workspace to {app};
grant select, insert, update, delete on baton.due to {app};
grant usage on sequence baton.due_fence to {app};
grant select on baton.migration to {app};

-- Append-only: rights first, a trigger for whoever has more rights than that.
revoke update, delete on baton.ledger from {app};
create function baton.refuse_change() returns trigger language plpgsql set search_path = '' as $$
begin
  raise exception 'The ledger is append-only: % is refused.', tg_op using errcode = 'insufficient_privilege';
end
$$;
create trigger append_only before update or delete or truncate on baton.ledger
  for each statement execute function baton.refuse_change();

-- Reports read facts, never private items, keys, inputs or raw bodies; the fence holds for them as well.
grant select on baton.workspace, baton.workspace_head, baton.ledger, baton.handoff, baton.task, baton.standing,
  baton.due, baton.outbox, baton.notice, baton.subject to {report};

grant usage on schema baton to {app}, {report};
