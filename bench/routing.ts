// How long does one routing decision take, its record included? 1,000 rules and 500 people; the same leads for every
// way of deciding, in one run. Ratios count, not the machine.
// Usage: node bench/routing.ts [--decisions 20000] [--rules 1000]
import { parseArgs } from 'node:util';
import { compilePolicy } from '../src/policy/compile.ts';
import { readPolicy } from '../src/policy/read.ts';
import { applyTurns } from '../src/routing/fairness.ts';
import { type RouteInput, route } from '../src/routing/route.ts';
import { indexRungs, rungsThatMayHold } from '../src/routing/rung-index.ts';
import type { Facts, PoolSpec, Rung } from '../src/words/policy.ts';
import type { Person } from '../src/words/roster.ts';
import type { Pools } from '../src/words/routing.ts';

const { values: flags } = parseArgs({
  options: { decisions: { type: 'string', default: '20000' }, rules: { type: 'string', default: '1000' } },
});
const decisions = Number(flags.decisions);
const rules = Number(flags.rules);
const peopleCount = 500;
const poolSize = 25;
const started = Date.UTC(2026, 10, 25, 12);

const personOf = (i: number): Person => ({
  id: `p${i}`,
  roles: ['ae'],
  absences: [],
  weight: 1 + (i % 5),
  capacity: 20,
  active: true,
  joinedAt: 0,
});
const people = new Map(Array.from({ length: peopleCount }, (_, i) => [`p${i}`, personOf(i)]));
const poolOf = (from: number, size: number): PoolSpec => ({
  members: Array.from({ length: size }, (_, i) => ({ person: `p${from + i}` })),
});
const poolSpecs: Record<string, PoolSpec> = { everybody: poolOf(0, peopleCount) };
for (let i = 0; i < peopleCount / poolSize; i++) poolSpecs[`pool-${i}`] = poolOf(i * poolSize, poolSize);

/** The rules as people write them; read, compiled and indexed as the product does it. */
const text = `
baton: 1
name: Bench
hours: { zone: UTC }
fields: { territory: string, employees: int }
signals: { demo: Asked for a demo }
pools:
${Object.entries(poolSpecs)
  .filter(([name]) => name !== 'everybody')
  .map(([name, { members = [] }]) => `  ${name}: [${members.map(({ person }) => person).join(', ')}]`)
  .join('\n')}
transitions:
  sdr-to-ae:
    from: sdr
    to: ae
    trigger: demo
    fallback: p0
    route:
${Array.from({ length: rules }, (_, i) => `      - { round-robin: pool-${i % (peopleCount / poolSize)}, when: 'lead.territory == "t${i}" && lead.employees >= 50' }`).join('\n')}
`;
const read = readPolicy(text, 'bench.yaml');
if (!read.ok) throw new Error(read.problems.map(({ message }) => message).join('\n'));
const policy = compilePolicy(read.doc, 'bench');
const rungs: readonly Rung[] = read.doc.transitions['sdr-to-ae']?.route ?? [];
const index = indexRungs(
  policy.rungNeeds('sdr-to-ae').map((need) => (need === undefined ? undefined : { field: need.on, oneOf: need.oneOf })),
);
const leads: Facts[] = Array.from({ length: 997 }, (_, i) => ({
  lead: { territory: `t${(i * 7919) % rules}`, employees: 50 + (i % 400) },
  signal: 'demo',
  segment: 'all',
  urgency: 'normal',
}));

const free = { openNow: true };
const away = { openNow: false, awayUntil: started + 7_200_000, nextOpenAt: started + 7_200_000 };

type Way = { name: string; rungs: readonly Rung[]; more?: (facts: Facts) => Partial<RouteInput> };
const ways: Way[] = [
  {
    name: `${rules} rules with an index, a pool of ${poolSize}`,
    rungs,
    more: ({ lead }) => ({ nextMayHold: rungsThatMayHold(index, (thing) => lead[thing.slice('lead.'.length)]) }),
  },
  { name: `${rules} rules one after another, a pool of ${poolSize}`, rungs },
  { name: `one rule, a pool of ${poolSize}`, rungs: [{ use: 'round-robin', pool: 'pool-0' }] },
  { name: `one rule, a pool of ${peopleCount}`, rungs: [{ use: 'round-robin', pool: 'everybody' }] },
];

/** Times single decisions; turns are folded between them, outside the clock. */
function measure(way: Way): number[] {
  let pools: Pools = new Map();
  const times: number[] = [];
  for (let i = 0; i < decisions; i++) {
    const facts = leads[i % leads.length] as Facts;
    const input: RouteInput = {
      at: started + i,
      policy: 'bench',
      segment: 'all',
      rungs: way.rungs,
      fallback: 'p0',
      lastRung: 'p1',
      sender: 'p499',
      allowSelf: false,
      declined: [],
      test: (condition) => policy.test(condition, facts),
      roster: { version: 1, people, teams: new Map() },
      poolSpecs,
      pools,
      load: (person) => person.length,
      availability: (person) => (person.endsWith('7') ? away : free),
      holdMaxMs: 0,
    };
    const before = process.hrtime.bigint();
    const { record } = route(way.more === undefined ? input : { ...input, ...way.more(facts) });
    times.push(Number(process.hrtime.bigint() - before) / 1000);
    const pool = record.turns[0]?.pool ?? '';
    pools = new Map([...pools, [pool, applyTurns(pool, pools.get(pool) ?? {}, record.turns)]]);
  }
  return times.toSorted((a, b) => a - b);
}

const at = (times: readonly number[], part: number): string => (times[Math.floor(times.length * part)] ?? 0).toFixed(1);
for (const way of ways) {
  const times = measure(way);
  console.log(`${way.name}: median ${at(times, 0.5)} µs, p99 ${at(times, 0.99)} µs (${decisions} decisions)`);
}
await measurePeer();

/** json-rules-engine on the same rules, where it is installed: it answers which rule holds, without people or a record. */
async function measurePeer(): Promise<void> {
  const name = 'json-rules-engine';
  let peer: { Engine: new (rules: unknown[]) => { run(facts: unknown): Promise<unknown> } };
  try {
    peer = await import(name);
  } catch {
    console.log(`${name} is not installed: no comparison in this run`);
    return;
  }
  const engine = new peer.Engine(
    Array.from({ length: rules }, (_, i) => ({
      conditions: {
        all: [
          { fact: 'territory', operator: 'equal', value: `t${i}` },
          { fact: 'employees', operator: 'greaterThanInclusive', value: 50 },
        ],
      },
      event: { type: `rung-${i}` },
    })),
  );
  const times: number[] = [];
  for (let i = 0; i < Math.min(decisions, 200); i++) {
    const before = process.hrtime.bigint();
    await engine.run((leads[i % leads.length] as Facts).lead);
    times.push(Number(process.hrtime.bigint() - before) / 1000);
  }
  console.log(
    `${name}, ${rules} rules, no people: median ${at(
      times.toSorted((a, b) => a - b),
      0.5,
    )} µs (${times.length} decisions)`,
  );
}
