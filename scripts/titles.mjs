// Test titles are facts: node scripts/titles.mjs [root]
// A title states what is so ("refuses a late accept"), never what "should" be; and no two tests of a file share one, or
// a failure would not say which of them it was.
import { root as checkout } from './install.mjs';
import { parseFile, position, report, sourceFiles, walk } from './source-files.mjs';

const files = /[.](test|contract|e2e)[.]tsx?$/;
const callers = new Set(['it', 'test', 'describe']);

const root = process.argv[2] ?? checkout;
const findings = [];
for (const path of sourceFiles(root, ['src', 'test', 'bench', 'web', 'policies'])) {
  if (!files.test(path)) continue;
  const { text, program } = parseFile(root, path);
  const seen = new Map();
  for (const { node, title, group } of titlesOf(program)) {
    const at = position(text, node.start);
    if (/\bshould\b/i.test(title)) findings.push({ path, at, says: `"${title}": a title is a fact, without "should"` });
    if (title.trim() === '') findings.push({ path, at, says: 'a test without a title' });
    const full = `${group} > ${title}`;
    if (seen.has(full)) findings.push({ path, at, says: `"${title}" stands here twice, first at ${seen.get(full)}` });
    seen.set(full, at);
  }
}
report(findings, 'every test title is a fact and stands alone');

function titlesOf(program) {
  const calls = [];
  walk(program, (node) => {
    if (node.type !== 'CallExpression' || !callers.has(rootName(node.callee))) return;
    const title = node.arguments[0];
    if (title?.type === 'Literal' && typeof title.value === 'string') calls.push({ node, title: title.value });
    else if (title?.type === 'TemplateLiteral') {
      calls.push({ node, title: title.quasis.map((part) => part.value.cooked).join('…') });
    }
  });
  return calls.map((call) => ({
    ...call,
    group: calls
      .filter((other) => other !== call && other.node.start <= call.node.start && other.node.end >= call.node.end)
      .map((other) => other.title)
      .join(' > '),
  }));
}

/** `it` of it(…), it.each(…)(…), it.runIf(…)(…), describe.each`…`(…). */
function rootName(callee) {
  if (callee?.type === 'Identifier') return callee.name;
  if (callee?.type === 'MemberExpression') return rootName(callee.object);
  if (callee?.type === 'CallExpression') return rootName(callee.callee);
  if (callee?.type === 'TaggedTemplateExpression') return rootName(callee.tag);
  return undefined;
}
