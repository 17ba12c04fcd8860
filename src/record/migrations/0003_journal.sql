-- The journal's hot calls: one statement each. Rows arrive packed (see pack.ts): one text per table, rows split by U+001E,
-- values by U+001F, U+001D for null. Taking 32 handoffs of 23 columns apart this way and inserting them took 0.77 ms,
-- with one array per column in unnest(…) 1.28 ms. `offset 0` keeps the splitting from being done once per column.
-- Plans are made while tables are still empty, when all plans look alike, and are then kept: so only index probes in
-- nested loops are allowed inside, and for each lookup only one index fits (hence `d.kind || ''`).

-- Database time, epoch ms, rounded down.
create function baton.now_ms() returns bigint language sql volatile parallel safe as
  $$ select floor(extract(epoch from clock_timestamp()) * 1000)::bigint $$;

-- Everything that deciding a batch needs, true at one position. Rows of several kinds; the first is the head.
create function baton.load_batch(
  p_ws text, p_known bigint, p_commands text[], p_handoffs text[], p_names text[], p_subjects text[], p_people text[],
  p_messages text[]
) returns table (kind text, key text, a text, doc text, body bytea, wrapped bytea)
language plpgsql stable security invoker set search_path = '' set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off
set enable_mergejoin = off set plan_cache_mode = force_generic_plan as $$
declare
  v_seq bigint;
  v_hash bytea;
  v_subjects text[] := p_subjects;
  v_found text[];
  v_handoffs text[] := p_handoffs;
begin
  perform set_config('app.workspace', p_ws, true);
  select h.seq, h.hash into v_seq, v_hash from baton.workspace_head h where h.workspace_id = p_ws;
  if not found then return; end if;
  return query select 'head', v_seq::text, null::text, null::text, v_hash, null::bytea;
  if cardinality(p_commands) > 0 then
    return query select 'answer', i.command, i.body_hash, i.answer, null::bytea, null::bytea
      from baton.inbox i where i.workspace_id = p_ws and i.command = any (p_commands);
  end if;
  if cardinality(p_names) > 0 then
    return query select 'name', n.key_hmac, n.subject, null::text, null::bytea, null::bytea
      from baton.subject_name n where n.workspace_id = p_ws and n.key_hmac = any (p_names);
    select array_agg(distinct n.subject) into v_found
      from baton.subject_name n where n.workspace_id = p_ws and n.key_hmac = any (p_names);
    v_subjects := v_subjects || coalesce(v_found, '{}');
  end if;
  if cardinality(v_subjects) > 0 then
    select array_agg(h.id) into v_found
      from baton.handoff h where h.workspace_id = p_ws and h.stage <> 'closed' and h.subject = any (v_subjects);
    v_handoffs := v_handoffs || coalesce(v_found, '{}');
  end if;
  if cardinality(p_people) > 0 then
    select array_agg(u.id) into v_found from (
      select h.id from baton.handoff h where h.workspace_id = p_ws and h.stage <> 'closed' and h.owner = any (p_people)
      union select h.id from baton.handoff h where h.workspace_id = p_ws and h.stage <> 'closed' and h.sender <> h.owner and h.sender = any (p_people)
      union select h.id from baton.handoff h where h.workspace_id = p_ws and h.stage <> 'closed' and h.offered_to = any (p_people)
      union select h.id from baton.task t join baton.handoff h on h.workspace_id = p_ws and h.id = t.handoff and h.stage <> 'closed'
        where t.workspace_id = p_ws and t.state = 'open' and t.owner = any (p_people)
    ) u;
    v_handoffs := v_handoffs || coalesce(v_found, '{}');
  end if;
  if cardinality(v_handoffs) > 0 then
    return query select 'handoff', h.id, i.keeper, h.doc, i.body, k.wrapped
      from baton.handoff h
      left join baton.private_item i on i.workspace_id = p_ws and i.ref = h.context_ref
      left join baton.private_key k on k.workspace_id = p_ws and k.keeper = i.keeper
      where h.workspace_id = p_ws and h.id = any (v_handoffs);
    select array_agg(distinct h.subject) into v_found
      from baton.handoff h where h.workspace_id = p_ws and h.id = any (v_handoffs);
    v_subjects := v_subjects || coalesce(v_found, '{}');
  end if;
  if cardinality(v_subjects) > 0 then
    return query select 'subject', s.id, null::text, s.doc, null::bytea,
        (select k.wrapped from baton.private_key k where k.workspace_id = p_ws and k.keeper = 's:' || s.id)
      from baton.subject s where s.workspace_id = p_ws and s.id = any (v_subjects);
  end if;
  if cardinality(p_messages) > 0 then
    return query select 'message', o.id, null::text,
      json_build_object('state', o.state, 'attempts', coalesce(
          (select d.attempts from baton.due d where d.workspace_id = p_ws and d.row_id = o.id and d.kind || '' = 'message'), o.attempts),
        'reason', o.reason, 'createdAt', o.created_at, 'deliveredAt', o.delivered_at, 'intent', o.intent::json)::text, null::bytea, null::bytea
      from baton.outbox o where o.workspace_id = p_ws and o.id = any (p_messages);
  end if;
  if p_known < v_seq then
    return query select 'standing', s.key, null::text, s.doc, null::bytea, null::bytea
      from baton.standing s where s.workspace_id = p_ws and s.seq > p_known;
  end if;
end
$$;

-- In updates the packed rows come first and probe the table one by one: with the ids as a condition on the table the
-- planner took the table first and unpacked every row again for each (256 handoffs: 160 ms against 20).
-- Writes a decided batch, or answers why not: 'moved' when the ledger is elsewhere, 'keys' when a keeper's key that the
-- caller counted on is gone or one that it made exists already. Nothing is written in these cases.
-- Rows that may exist are looked up first, then changed or inserted plainly: nobody else can add one while the head row is
-- held, and `on conflict` cost half as much again per inserted row (64 tasks: 0.54 ms against 0.33 ms).
create function baton.commit_batch(
  p_ws text, p_expect bigint, p_count integer, p_hash text, p_keepers text[], p_inbox text, p_ledger text, p_handoff text,
  p_task text, p_standing text, p_due_drop text, p_due_put text, p_outbox text, p_outbox_state text, p_notice text,
  p_key text, p_item text, p_subject text, p_name text, p_erase text[], p_notify boolean, p_absent text[]
) returns text
language plpgsql volatile security invoker set search_path = '' set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off
set enable_mergejoin = off set plan_cache_mode = force_generic_plan as $$
declare
  c text[];
  e text;
  v_ids text[];
  v_old text[];
  -- A batch of newcomers: every row with an id of its own is new, and need not be looked for.
  v_new boolean := cardinality(p_absent) > 0;
begin
  perform set_config('app.workspace', p_ws, true);
  if cardinality(p_absent) > 0 and exists (
    select from baton.subject_name n where n.workspace_id = p_ws and n.key_hmac = any (p_absent)) then
    return 'moved';
  end if;
  if cardinality(p_keepers) > 0 and cardinality(p_keepers) <>
    (select count(*) from baton.private_key k where k.workspace_id = p_ws and k.keeper = any (p_keepers)) then
    return 'keys';
  end if;
  if p_key is not null then
    c := string_to_array(p_key, E'\x1e');
    select array_agg(split_part(r, E'\x1f', 1)) into v_ids from unnest(c) r;
    if exists (select from baton.private_key k where k.workspace_id = p_ws and k.keeper = any (v_ids)) then
      return 'keys';
    end if;
  end if;
  update baton.workspace_head set seq = seq + p_count, hash = decode(p_hash, 'hex')
    where workspace_id = p_ws and seq = p_expect;
  if not found then return 'moved'; end if;
  if p_key is not null then
    c := string_to_array(p_key, E'\x1e');
    insert into baton.private_key (workspace_id, keeper, wrapped)
      select p_ws, x.f[1], decode(x.f[2], 'base64')
      from (select string_to_array(r, E'\x1f', E'\x1d') as f from unnest(c) r offset 0) x;
  end if;
  if p_inbox is not null then
    c := string_to_array(p_inbox, E'\x1e');
    insert into baton.inbox (workspace_id, command, arrival, at, body_hash, actor, via, trace, subject, set_aside,
      answer, input)
      select p_ws, x.f[1], x.f[2], x.f[3]::bigint, x.f[4], x.f[5], x.f[6], x.f[7], x.f[8], x.f[9] = 't', x.f[10],
        decode(x.f[11], 'base64')
      from (select string_to_array(r, E'\x1f', E'\x1d') as f from unnest(c) r offset 0) x;
  end if;
  if p_ledger is not null then
    c := string_to_array(p_ledger, E'\x1e');
    insert into baton.ledger (workspace_id, seq, kind, handoff, body, hash)
      select p_ws, p_expect + x.n, x.f[1], x.f[2], x.f[3], decode(x.f[4], 'hex')
      from (select string_to_array(r, E'\x1f', E'\x1d') as f, n from unnest(c) with ordinality u (r, n) offset 0) x;
  end if;
  if p_handoff is not null then
    c := string_to_array(p_handoff, E'\x1e');
    v_old := null;
    if not v_new then
      select array_agg(split_part(r, E'\x1f', 1)) into v_ids from unnest(c) r;
      select array_agg(t.id) into v_old from baton.handoff t where t.workspace_id = p_ws and t.id = any (v_ids);
    end if;
    if v_old is not null then
      update baton.handoff t set version = x.f[2]::integer, stage = x.f[3], transition = x.f[4], subject = x.f[5],
        sender = x.f[6], receiver = x.f[7], owner = x.f[8], offered_to = x.f[9], segment = x.f[10],
        urgency = x.f[11], due_at = x.f[12]::bigint, next_step_by = x.f[13]::bigint, breached = x.f[14] = 't',
        opened_at = x.f[15]::bigint, accepted_at = x.f[16]::bigint, closed_at = x.f[17]::bigint, outcome = x.f[18],
        marks = x.f[19], people = x.f[20], context_ref = x.f[21], single = x.f[22], doc = x.f[23]
      from (select string_to_array(r, E'\x1f', E'\x1d') as f from unnest(c) r offset 0) x
      where t.workspace_id = p_ws and t.id = x.f[1] and x.f[1] = any (v_old);
    end if;
    insert into baton.handoff (workspace_id, id, version, stage, transition, subject, sender, receiver, owner,
      offered_to, segment, urgency, due_at, next_step_by, breached, opened_at, accepted_at, closed_at, outcome,
      marks, people, context_ref, single, doc)
      select p_ws, x.f[1], x.f[2]::integer, x.f[3], x.f[4], x.f[5], x.f[6], x.f[7], x.f[8], x.f[9], x.f[10], x.f[11],
        x.f[12]::bigint, x.f[13]::bigint, x.f[14] = 't', x.f[15]::bigint, x.f[16]::bigint, x.f[17]::bigint, x.f[18],
        x.f[19], x.f[20], x.f[21], x.f[22], x.f[23]
      from (select string_to_array(r, E'\x1f', E'\x1d') as f from unnest(c) r offset 0) x
      where v_old is null or x.f[1] <> all (v_old);
  end if;
  if p_task is not null then
    c := string_to_array(p_task, E'\x1e');
    v_old := null;
    if not v_new then
      select array_agg(split_part(r, E'\x1f', 1)) into v_ids from unnest(c) r;
      select array_agg(t.id) into v_old from baton.task t where t.workspace_id = p_ws and t.id = any (v_ids);
    end if;
    if v_old is not null then
      update baton.task t set handoff = x.f[2], owner = x.f[3], due_at = x.f[4]::bigint, state = x.f[5],
        title = x.f[6]
      from (select string_to_array(r, E'\x1f', E'\x1d') as f from unnest(c) r offset 0) x
      where t.workspace_id = p_ws and t.id = x.f[1] and x.f[1] = any (v_old);
    end if;
    insert into baton.task (workspace_id, id, handoff, owner, due_at, state, title)
      select p_ws, x.f[1], x.f[2], x.f[3], x.f[4]::bigint, x.f[5], x.f[6]
      from (select string_to_array(r, E'\x1f', E'\x1d') as f from unnest(c) r offset 0) x
      where v_old is null or x.f[1] <> all (v_old);
  end if;
  if p_standing is not null then
    c := string_to_array(p_standing, E'\x1e');
    select array_agg(split_part(r, E'\x1f', 1)) into v_ids from unnest(c) r;
    select array_agg(t.key) into v_old from baton.standing t where t.workspace_id = p_ws and t.key = any (v_ids);
    if v_old is not null then
      update baton.standing t set doc = x.f[2], seq = p_expect + p_count
      from (select string_to_array(r, E'\x1f', E'\x1d') as f from unnest(c) r offset 0) x
      where t.workspace_id = p_ws and t.key = x.f[1] and x.f[1] = any (v_old);
    end if;
    insert into baton.standing (workspace_id, key, doc, seq)
      select p_ws, x.f[1], x.f[2], p_expect + p_count
      from (select string_to_array(r, E'\x1f', E'\x1d') as f from unnest(c) r offset 0) x
      where v_old is null or x.f[1] <> all (v_old);
  end if;
  if p_outbox is not null then
    c := string_to_array(p_outbox, E'\x1e');
    insert into baton.outbox (workspace_id, id, created_at, intent, state)
      select p_ws, x.f[1], x.f[2]::bigint, x.f[3], 'waiting'
      from (select string_to_array(r, E'\x1f', E'\x1d') as f from unnest(c) r offset 0) x;
  end if;
  if p_outbox_state is not null then
    c := string_to_array(p_outbox_state, E'\x1e');
    select array_agg(split_part(r, E'\x1f', 1)) into v_ids from unnest(c) r;
    -- Before the due rows go: they hold the number of attempts. A delivery and a final failure were attempts themselves.
    update baton.outbox o set state = x.f[2], reason = nullif(x.f[3], ''),
        attempts = coalesce(
            (select d.attempts from baton.due d where d.workspace_id = p_ws and d.row_id = x.f[1] and d.kind || '' = 'message'),
            o.attempts) + (x.f[2] in ('delivered', 'dead'))::integer,
        delivered_at = case when x.f[2] = 'delivered' then x.f[4]::bigint else o.delivered_at end
      from (select string_to_array(r, E'\x1f', E'\x1d') as f from unnest(c) r offset 0) x
      where o.workspace_id = p_ws and o.id = x.f[1];
  end if;
  if p_due_drop is not null then
    c := string_to_array(p_due_drop, E'\x1e');
    select array_agg(split_part(r, E'\x1f', 2)) into v_ids from unnest(c) r;
    delete from baton.due d using (select string_to_array(r, E'\x1f', E'\x1d') as f from unnest(c) r offset 0) x
      where d.workspace_id = p_ws and d.row_id = x.f[2] and d.kind || '' = x.f[1];
  end if;
  if p_due_put is not null then
    c := string_to_array(p_due_put, E'\x1e');
    select array_agg(split_part(r, E'\x1f', 2)) into v_ids from unnest(c) r;
    select array_agg(d.kind || ' ' || d.row_id) into v_old from baton.due d
      where d.workspace_id = p_ws and d.row_id = any (v_ids);
    if v_old is not null then
      update baton.due d set due_at = x.f[3]::bigint, ready_at = x.f[3]::bigint, fence = 0, attempts = 0
      from (select string_to_array(r, E'\x1f', E'\x1d') as f from unnest(c) r offset 0) x
      where d.workspace_id = p_ws and d.row_id = x.f[2] and d.kind || '' = x.f[1];
    end if;
    insert into baton.due (workspace_id, kind, row_id, due_at, ready_at)
      select p_ws, x.f[1], x.f[2], x.f[3]::bigint, x.f[3]::bigint
      from (select string_to_array(r, E'\x1f', E'\x1d') as f from unnest(c) r offset 0) x
      where v_old is null or x.f[1] || ' ' || x.f[2] <> all (v_old);
  end if;
  if p_notice is not null then
    c := string_to_array(p_notice, E'\x1e');
    insert into baton.notice (workspace_id, person, id, about, handoff, at)
      select p_ws, x.f[1], x.f[2], x.f[3], x.f[4], x.f[5]::bigint
      from (select string_to_array(r, E'\x1f', E'\x1d') as f from unnest(c) r offset 0) x;
  end if;
  if p_item is not null then
    c := string_to_array(p_item, E'\x1e');
    v_old := null;
    if not v_new then
      select array_agg(split_part(r, E'\x1f', 1)) into v_ids from unnest(c) r;
      select array_agg(t.ref) into v_old from baton.private_item t where t.workspace_id = p_ws and t.ref = any (v_ids);
    end if;
    if v_old is not null then
      update baton.private_item t set keeper = x.f[2], kind = x.f[3], seq = x.f[4]::bigint,
        body = decode(x.f[5], 'base64')
      from (select string_to_array(r, E'\x1f', E'\x1d') as f from unnest(c) r offset 0) x
      where t.workspace_id = p_ws and t.ref = x.f[1] and x.f[1] = any (v_old);
    end if;
    insert into baton.private_item (workspace_id, ref, keeper, kind, seq, body)
      select p_ws, x.f[1], x.f[2], x.f[3], x.f[4]::bigint, decode(x.f[5], 'base64')
      from (select string_to_array(r, E'\x1f', E'\x1d') as f from unnest(c) r offset 0) x
      where v_old is null or x.f[1] <> all (v_old);
  end if;
  if p_subject is not null then
    c := string_to_array(p_subject, E'\x1e');
    v_old := null;
    if not v_new then
      select array_agg(split_part(r, E'\x1f', 1)) into v_ids from unnest(c) r;
      select array_agg(t.id) into v_old from baton.subject t where t.workspace_id = p_ws and t.id = any (v_ids);
    end if;
    if v_old is not null then
      update baton.subject t set type = x.f[2], doc = x.f[3]
      from (select string_to_array(r, E'\x1f', E'\x1d') as f from unnest(c) r offset 0) x
      where t.workspace_id = p_ws and t.id = x.f[1] and x.f[1] = any (v_old);
    end if;
    insert into baton.subject (workspace_id, id, type, doc)
      select p_ws, x.f[1], x.f[2], x.f[3]
      from (select string_to_array(r, E'\x1f', E'\x1d') as f from unnest(c) r offset 0) x
      where v_old is null or x.f[1] <> all (v_old);
  end if;
  if p_name is not null then
    c := string_to_array(p_name, E'\x1e');
    v_old := null;
    if not v_new then
      select array_agg(split_part(r, E'\x1f', 1)) into v_ids from unnest(c) r;
      select array_agg(t.key_hmac) into v_old from baton.subject_name t where t.workspace_id = p_ws and t.key_hmac = any (v_ids);
    end if;
    if v_old is not null then
      update baton.subject_name t set subject = x.f[2]
      from (select string_to_array(r, E'\x1f', E'\x1d') as f from unnest(c) r offset 0) x
      where t.workspace_id = p_ws and t.key_hmac = x.f[1] and x.f[1] = any (v_old);
    end if;
    insert into baton.subject_name (workspace_id, key_hmac, subject)
      select p_ws, x.f[1], x.f[2]
      from (select string_to_array(r, E'\x1f', E'\x1d') as f from unnest(c) r offset 0) x
      where v_old is null or x.f[1] <> all (v_old);
  end if;
  -- Last, so that nothing which the same batch wrote about an erased person survives.
  foreach e in array p_erase loop
    perform baton.erase_subject(p_ws, e);
  end loop;
  if p_notify then perform pg_notify('baton', p_ws); end if;
  return 'committed';
end
$$;

-- Forgets a person: the key, everything under it, the outside names, and what arrived about them.
create function baton.erase_subject(p_ws text, p_subject text) returns void
language plpgsql volatile security invoker set search_path = '' as $$
begin
  delete from baton.private_key where workspace_id = p_ws and keeper = 's:' || p_subject;
  delete from baton.private_item where workspace_id = p_ws and keeper = 's:' || p_subject;
  delete from baton.subject_name where workspace_id = p_ws and subject = p_subject;
  delete from baton.inbox_raw r using baton.inbox i
    where i.workspace_id = p_ws and i.subject = p_subject and r.workspace_id = p_ws and r.id = i.arrival;
  update baton.inbox set input = null where workspace_id = p_ws and subject = p_subject and input is not null;
end
$$;

-- Stores raw arrivals and queues each new one; answers, in order, under which id each is stored and whether it was known.
create function baton.store_raw(p_ws text, p_raw text, p_notify boolean) returns table (id text, repeated boolean)
language plpgsql volatile security invoker set search_path = '' set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off
set enable_mergejoin = off set plan_cache_mode = force_generic_plan as $$
declare
  c text[] := string_to_array(p_raw, E'\x1e');
begin
  perform set_config('app.workspace', p_ws, true);
  with stored as (
    insert into baton.inbox_raw as r (workspace_id, source, command, id, at, body_hash, headers, body)
      select p_ws, x.f[1], x.f[2], x.f[3], x.f[4]::bigint, x.f[5], decode(x.f[6], 'base64'), decode(x.f[7], 'base64')
      from (select string_to_array(r, E'\x1f', E'\x1d') as f from unnest(c) r offset 0) x
      on conflict (workspace_id, source, command) do nothing
      returning r.id, r.at
  )
  insert into baton.due (workspace_id, kind, row_id, due_at, ready_at) select p_ws, 'webhook', s.id, s.at, s.at from stored s;
  if found and p_notify then perform pg_notify('baton', p_ws); end if;
  return query select r.id, r.id <> x.f[3]
    from (select string_to_array(p, E'\x1f', E'\x1d') as f, n from unnest(c) with ordinality u (p, n) offset 0) x
    join baton.inbox_raw r on r.workspace_id = p_ws and r.source = x.f[1] and r.command = x.f[2]
    order by x.n;
end
$$;

-- Takes due rows under a lease. A row whose lease ran out in somebody's hands (fence is not 0) had one more attempt.
create function baton.claim_due(p_kinds text[], p_limit integer, p_lease bigint, p_within text[])
returns table (workspace_id text, kind text, row_id text, due_at bigint, fence bigint, attempts integer)
language plpgsql volatile security invoker set search_path = '' set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off
set enable_mergejoin = off set plan_cache_mode = force_generic_plan as $$
declare
  v_now bigint := baton.now_ms();
begin
  return query
    with ready as materialized (
      select r.workspace_id, r.kind, r.row_id
      from unnest(p_kinds) k (kind) cross join lateral (
        select d.workspace_id, d.kind, d.row_id, d.ready_at from baton.due d
        where d.kind = k.kind and d.ready_at <= v_now and (p_within is null or d.workspace_id = any (p_within))
        order by d.ready_at limit p_limit for update skip locked
      ) r
      order by r.ready_at limit p_limit
    )
    update baton.due d set ready_at = v_now + p_lease, fence = nextval('baton.due_fence'), attempts = d.attempts + (d.fence <> 0)::integer
      from ready r where d.workspace_id = r.workspace_id and d.row_id = r.row_id and d.kind || '' = r.kind
      returning d.workspace_id, d.kind, d.row_id, d.due_at, d.fence, d.attempts;
end
$$;

-- Gives a claimed row back for later; the reason stands with the message, inside the fence.
create function baton.postpone_due(p_ws text, p_kind text, p_row text, p_fence bigint, p_due_at bigint, p_reason text, p_tried boolean) returns boolean
language plpgsql volatile security invoker set search_path = '' as $$
begin
  update baton.due set due_at = p_due_at, ready_at = p_due_at, fence = 0, attempts = attempts + p_tried::int
    where workspace_id = p_ws and row_id = p_row and kind || '' = p_kind and fence = p_fence;
  if not found then return false; end if;
  if p_kind = 'message' then
    perform set_config('app.workspace', p_ws, true);
    update baton.outbox set reason = p_reason where workspace_id = p_ws and id = p_row;
  end if;
  return true;
end
$$;

do $grants$
declare f regprocedure;
begin
  for f in select p.oid::regprocedure from pg_proc p where p.pronamespace = 'baton'::regnamespace loop
    execute format('revoke all on function %s from public', f);
    execute format('grant execute on function %s to {app}', f);
  end loop;
end
$grants$;
