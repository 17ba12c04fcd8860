// Room: record. The schema as text, in a form that is the same on every server: what the golden file is compared with.
// Promises: sorted, and free of what differs between PostgreSQL versions.
import type pg from 'pg';

/** Tables, columns, keys, indexes, policies, functions and rights of the schema `baton`, one a line. */
export async function describeSchema(client: pg.Client): Promise<string> {
  const lines: string[] = [];
  const list = async (title: string, statement: string) => {
    const rows = await client.query<{ line: string }>(statement);
    lines.push(`# ${title}`, ...rows.rows.map((row) => row.line).sort(), '');
  };
  await list(
    'columns',
    `select format('%s.%s %s%s%s%s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
        case when co.collname is not null and co.collname <> 'default' then ' collate ' || co.collname else '' end,
        case when a.attnotnull then ' not null' else '' end,
        coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '')) as line
     from pg_attribute a join pg_class c on c.oid = a.attrelid and c.relkind = 'r'
     left join pg_collation co on co.oid = a.attcollation left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
     where c.relnamespace = 'baton'::regnamespace and a.attnum > 0 and not a.attisdropped`,
  );
  await list(
    'indexes',
    `select pg_get_indexdef(i.indexrelid) as line from pg_index i join pg_class c on c.oid = i.indrelid where c.relnamespace = 'baton'::regnamespace`,
  );
  await list(
    'tables',
    `select format('%s owner=%s rls=%s force=%s %s', c.relname, regexp_replace(pg_get_userbyid(c.relowner), '^baton_', ''), c.relrowsecurity, c.relforcerowsecurity, array_to_string(c.reloptions, ' ')) as line
     from pg_class c where c.relnamespace = 'baton'::regnamespace and c.relkind = 'r'`,
  );
  await list(
    'policies',
    `select format('%s %s using %s check %s', tablename, policyname, qual, with_check) as line from pg_policies where schemaname = 'baton'`,
  );
  await list(
    'triggers',
    `select pg_get_triggerdef(t.oid) as line from pg_trigger t join pg_class c on c.oid = t.tgrelid where c.relnamespace = 'baton'::regnamespace and not t.tgisinternal`,
  );
  await list(
    'functions',
    `select format('%s(%s) %s definer=%s %s', p.proname, pg_get_function_identity_arguments(p.oid), p.provolatile, p.prosecdef, array_to_string(p.proconfig, ' ')) as line
     from pg_proc p where p.pronamespace = 'baton'::regnamespace`,
  );
  await list(
    'rights',
    `select format('%s %s: %s', g.grantee, c.relname, string_agg(g.privilege, ' ' order by g.privilege)) as line
     from pg_class c cross join lateral (
       select pg_get_userbyid(x.grantee) as grantee, x.privilege_type as privilege from aclexplode(c.relacl) x where x.grantee <> c.relowner
     ) g where c.relnamespace = 'baton'::regnamespace group by g.grantee, c.relname`,
  );
  return lines.join('\n');
}
