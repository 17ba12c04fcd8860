// Purity as a program: node scripts/purity.mjs [root]
// The pure rooms answer from what they are handed. So they name no clock, no randomness, no I/O, and nothing whose answer
// depends on the machine's zone or language. Everywhere else one thing is watched: only the dialer (and the command line,
// which talks to its own server) opens a connection to the outside by fetch or WebSocket. And no file imports a type
// inside an expression, where the arrow checker does not look.
import { root as checkout } from './install.mjs';
import { parseFile, position, report, sourceFiles, walk } from './source-files.mjs';

const pureRooms = ['words', 'decide', 'project', 'policy', 'calendar', 'routing', 'coach', 'measure'];
const tests = /[.](test|contract)[.]tsx?$/;

const impureNames = new Map([
  ...['setTimeout', 'setInterval', 'setImmediate'].map((name) => [
    name,
    'a timer: say what is due as an alarm instead',
  ]),
  ...['process', 'require', 'Buffer', 'console', 'global', 'globalThis'].map((name) => [name, 'the process around us']),
  ...['fetch', 'WebSocket', 'EventSource', 'XMLHttpRequest'].map((name) => [
    name,
    'the network: state an intent instead',
  ]),
  ['performance', 'a clock: instants are handed in'],
  ['crypto', 'randomness: ids are stamped at the door'],
  ['eval', 'code from text'],
]);
const impureCalls = new Map([
  ['Date.now', 'a clock: instants are handed in'],
  ['Math.random', 'randomness: ids are stamped at the door'],
  ['Temporal.Now', 'a clock: instants are handed in'],
]);
const zoneMethods = /^(get|set)(FullYear|Month|Date|Day|Hours|Minutes|Seconds)$|^getTimezoneOffset$/;
const languageMethods = /^(localeCompare|toLocale(String|DateString|TimeString|LowerCase|UpperCase))$/;
const outbound = new Set(['fetch', 'WebSocket', 'EventSource', 'XMLHttpRequest']);

const root = process.argv[2] ?? checkout;
const findings = [];
for (const path of sourceFiles(root, ['src'])) {
  if (tests.test(path)) continue;
  const pure = pureRooms.some((room) => path.startsWith(`src/${room}/`));
  const mayDial = path === 'src/deliver/dialer.ts' || path.startsWith('src/cli/');
  const { text, program } = parseFile(root, path);
  const found = (node, says) => findings.push({ path, at: position(text, node.start), says });
  walk(program, (node, parent, key) => {
    if (node.type === 'TSImportType')
      found(node, "import('…') as a type: import it at the top, where the arrows see it");
    if (pure) {
      const says = impurity(node, parent, key);
      if (says !== undefined) found(node, says);
    } else if (!mayDial && isReference(node, parent, key) && outbound.has(node.name)) {
      found(node, `${node.name} opens a connection: only src/deliver/dialer.ts does, which checks the address`);
    }
  });
}
report(findings, 'the pure rooms are pure, and one dialer dials');

function impurity(node, parent, key) {
  if (isReference(node, parent, key) && impureNames.has(node.name)) {
    return `${node.name} is ${impureNames.get(node.name)}`;
  }
  if (node.type === 'MemberExpression' && !node.computed) {
    const name = `${node.object.name ?? ''}.${node.property.name}`;
    if (impureCalls.has(name)) return `${name} is ${impureCalls.get(name)}`;
    if (zoneMethods.test(node.property.name))
      return `${node.property.name} answers in the machine's zone: use UTC or Temporal`;
    if (languageMethods.test(node.property.name)) {
      return `${node.property.name} depends on the machine's language: compare and format by rule`;
    }
  }
  if (isDate(node.callee) && node.type === 'CallExpression') return 'Date() is a clock: instants are handed in';
  if (isDate(node.callee) && node.type === 'NewExpression' && node.arguments.length !== 1) {
    return node.arguments.length === 0
      ? 'new Date() is a clock: instants are handed in'
      : "new Date(y, m, …) reads the machine's zone: use Date.UTC or Temporal";
  }
  return undefined;
}

function isDate(node) {
  return node?.type === 'Identifier' && node.name === 'Date';
}

/** A use of a name: not a property after a dot, not a key, not the name of a member in a type. */
function isReference(node, parent, key) {
  if (node.type !== 'Identifier' || parent === undefined) return false;
  if (parent.type === 'MemberExpression' && key === 'property' && !parent.computed) return false;
  if (key === 'key' && !parent.computed) return parent.shorthand === true;
  return !/^TS(Qualified|Type|Property|Method|Enum|Import|Named)|^(Labeled|Break|Continue)/.test(parent.type);
}
