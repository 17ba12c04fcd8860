// How fast are conditions? Ours (closures with fuel) against cel-js's own evaluator on the same facts; both must agree on
// every question before anything is measured. Medians of five. Also: finding the transitions of a signal among 1,000 by
// the index against trying each, what attacks cost before they are refused or end, and reading a whole policy.
// Usage: node bench/conditions.ts

import { readFileSync } from 'node:fs';
import { Environment } from '@marcbachmann/cel-js';
import { compilePolicy, matchTransitions } from '../src/policy/compile.ts';
import { conditionCompiler } from '../src/policy/conditions.ts';
import { readPolicy } from '../src/policy/read.ts';
import type { Facts, FieldSpec } from '../src/words/policy.ts';

const fields: Record<string, FieldSpec> = {
  company: { type: 'string' },
  seats: { type: 'int' },
  source: { type: { oneOf: ['inbound', 'event'] } },
  tags: { type: { list: 'string' } },
};
const compile = conditionCompiler({ fields, signals: ['demo'], segments: ['smb', 'rest'] });
const lead = { company: 'Acme Robotics', seats: 120, source: 'inbound', tags: ['crm', 'emea', 'q3'] };
const facts: Facts = { lead, signal: 'demo', segment: 'smb', urgency: 'normal' };

const cel = new Environment({ unlistedVariablesAreDyn: false });
cel.registerVariable('lead', { schema: { company: 'string', seats: 'int', source: 'string', tags: 'list<string>' } });
for (const name of ['signal', 'segment', 'urgency']) cel.registerVariable(name, 'string');
const celFacts = { ...facts, lead: { ...lead, seats: 120n } };

const rounds = 5;

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

/** Nanoseconds per call, the median of five rounds after one that warms up. */
function measure(calls: number, run: () => unknown): number {
  const times = Array.from({ length: rounds + 1 }, () => {
    const start = performance.now();
    for (let i = 0; i < calls; i++) run();
    return ((performance.now() - start) * 1e6) / calls;
  });
  return median(times.slice(1));
}

function ours(source: string): (of: Facts) => boolean {
  const result = compile(source);
  if (!result.ok) throw new Error(`${source}: ${result.problem.message}`);
  return (of) => result.condition.test(of).holds;
}

const rows = [
  'lead.seats >= 10',
  'lead.seats >= 10 && lead.source == "inbound" && lead.company.startsWith("A")',
  'segment == "smb" || lead.source in ["event", "inbound"]',
  'lead.tags.exists(t, t == "q3")',
  'has(lead.company) && size(lead.tags) > 2',
].map((source) => {
  const [mine, theirs] = [ours(source), cel.parse(source)];
  if (mine(facts) !== theirs(celFacts)) throw new Error(`They disagree on ${source}.`);
  const [a, b] = [measure(300_000, () => mine(facts)), measure(300_000, () => theirs(celFacts))];
  return { condition: source, 'ours ns': a.toFixed(0), 'cel-js ns': b.toFixed(0), 'times faster': (b / a).toFixed(1) };
});
console.table(rows);

const many = Array.from(
  { length: 1000 },
  (_, i) => `  t${i}: { from: A, to: B, trigger: { on: s${i}, when: lead.seats > ${i} }, route: owner, fallback: mia }`,
);
const text = [
  'baton: 1',
  'name: Many',
  'hours: { zone: UTC }',
  'fields: { seats: int }',
  'signals:',
  ...many.map((_, i) => `  s${i}: Signal`),
  'transitions:',
  ...many,
].join('\n');
const reading = readPolicy(text, 'many.yaml');
if (!reading.ok) throw new Error(reading.problems[0]?.message);
const { doc } = reading;
const policy = compilePolicy(doc, 'many');
const at: Facts = { lead: { seats: 2000 }, signal: 's500', segment: 'everyone', urgency: 'normal' };
const each = () =>
  Object.values(doc.transitions).filter((t) => t.trigger.on.includes('s500') && policy.test(t.trigger.when!, at).holds);
const [indexed, scanned] = [measure(100_000, () => matchTransitions(policy, 's500', at)), measure(2_000, each)];
console.log(
  `One signal among 1,000 transitions: ${indexed.toFixed(0)} ns by the index, ${scanned.toFixed(0)} ns by trying each.`,
);

const attacks: [string, string, Facts][] = [
  ['brackets without end', '('.repeat(4000), facts],
  ['a list of 900', `lead.seats in [${Array.from({ length: 900 }, (_, i) => i).join(',')}]`, facts],
  [
    'a pattern that ruins other engines',
    'lead.company.matches("^(a+)+$")',
    { ...facts, lead: { company: `${'a'.repeat(29)}!` } },
  ],
  [
    'a loop in a loop over 2,000',
    'lead.tags.all(a, lead.tags.exists(b, a == b))',
    { ...facts, lead: { tags: Array.from({ length: 2000 }, (_, i) => `t${i}`) } },
  ],
  [
    'a slow pattern on a long text',
    'lead.company.matches("(a|b|c|d){50}x")',
    { ...facts, lead: { company: 'abcd'.repeat(5000) } },
  ],
  [
    'a text bomb',
    '(lead.company + lead.company + lead.company).size() > 5',
    { ...facts, lead: { company: 'x'.repeat(9000) } },
  ],
];
console.table(
  attacks.map(([name, source, of]) => {
    const start = performance.now();
    const result = compile(source);
    const ends = result.ok ? (result.condition.test(of).error ?? 'answers no') : `refused: ${result.problem.code}`;
    return { attack: name, ends, ms: (performance.now() - start).toFixed(2) };
  }),
);

const demo = readFileSync(new URL('../policies/demo.yaml', import.meta.url), 'utf8');
console.log(
  `Reading and checking the demo policy: ${(measure(20, () => readPolicy(demo, 'demo.yaml')) / 1e6).toFixed(1)} ms.`,
);
