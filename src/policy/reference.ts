// policy: the reference page of the policy language, in Markdown, made from its JSON Schema: every key with what it
// means, what it takes, what holds when it is left out, and an example.

import type { JsonSchema } from './shape.ts';

const isSchema = (value: unknown): value is JsonSchema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What a schema takes, in a few words. */
function takes(schema: JsonSchema): string {
  if (Array.isArray(schema.anyOf)) return [...new Set(schema.anyOf.map(takes))].join(', or ');
  if (Array.isArray(schema.enum)) return schema.enum.map((value) => `\`${value}\``).join(', ');
  if (schema.type === 'array') return `a list of ${isSchema(schema.items) ? takes(schema.items) : 'anything'}`;
  if (isSchema(schema.additionalProperties)) return `names, each with ${takes(schema.additionalProperties)}`;
  if (isSchema(schema.properties)) return `the keys of ${schema.title}`;
  return String(schema.title);
}

/** The schemas with keys inside a schema: its own, those of its entries, and those of its alternatives. */
function inner(schema: JsonSchema): JsonSchema[] {
  if (isSchema(schema.properties)) return [schema];
  const next = [schema.items, schema.additionalProperties, ...(Array.isArray(schema.anyOf) ? schema.anyOf : [])];
  return next.filter(isSchema).flatMap(inner);
}

function yamlOf(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(yamlOf).join(', ')}]`;
  if (isSchema(value))
    return `{ ${Object.entries(value)
      .map(([key, item]) => `${key}: ${yamlOf(item)}`)
      .join(', ')} }`;
  const text = String(value);
  return typeof value === 'string' && /[,:{}[\]"#]|^\d+$/.test(text) && !/^[\w-]+$|^\d\d:\d\d-/.test(text)
    ? JSON.stringify(text)
    : text;
}

/** One section per group of keys; a group that stands in several places is told once. */
function sectionsOf(schema: JsonSchema, where: string, lines: string[], told: Set<unknown>): void {
  if (told.has(schema.properties)) return;
  told.add(schema.properties);
  const title = String(schema.title);
  lines.push(`## ${title.charAt(0).toUpperCase()}${title.slice(1)}`, '');
  if (where !== '') lines.push(`Stands in \`${where}\`.`, '');
  const properties = schema.properties as Record<string, JsonSchema>;
  const required = schema.required as string[];
  for (const [key, of] of Object.entries(properties)) {
    const example = (of.examples as unknown[])[0];
    lines.push(
      `- **\`${key}\`**${required.includes(key) ? ' (must be there)' : ''}: ${of.description} Takes ${takes(of)}.`,
    );
    lines.push(`  Example: \`${key}: ${yamlOf(example)}\``);
  }
  lines.push('');
  for (const [key, of] of Object.entries(properties)) {
    for (const group of inner(of)) sectionsOf(group, where === '' ? key : `${where}.${key}`, lines, told);
  }
}

const INTRODUCTION = `# Policy reference

This page is made from the policy language itself; do not edit it. \`baton policy check FILE\` tells every mistake with its
line and its cure.

Names are written in lower case letters, digits and hyphens; fields with underscores, because conditions use them.

**Durations** are written \`15m\`, \`4h\`, \`1h30m\`. A day, \`2d\`, is 24 hours: it may stand where every hour counts (\`hold\`,
\`recycle\`, \`every\`, a clock with \`hours: wall\`), not on working hours, where a day has no fixed length.

**Conditions** are CEL. They may look at \`lead.\` with a declared field, \`signal\`, \`segment\` (not when a segment is defined)
and \`urgency\`, with \`== != < <= > >= in && || ! + - * / % ?:\`, lists, \`has\`, \`size\`, \`string\`, \`int\`, \`double\`,
\`startsWith\`, \`endsWith\`, \`contains\`, \`matches\` (RE2), \`lowerAscii\`, \`upperAscii\`, \`trim\`, \`exists\`, \`all\`, \`exists_one\`,
\`filter\` and \`map\`. A field that is not filled makes its comparison unknown, also behind \`!\`, and an unknown condition
does not hold; \`has(lead.field)\` asks whether it is filled. Dates are texts such as \`"2026-12-31"\` and compare in order.

**Ladders** are lists of steps: \`remind\` (whoever must act), \`warn-lead\` (their team's lead), \`reroute\` (to the next
receiver), \`fallback\` (to the fallback person), \`return\` (to the sender), each \`at 50%\`, \`at due\`, \`30m before\` or
\`1h after\`. A ladder ends at a person.
`;

/** The page as Markdown. */
export function policyReference(schema: JsonSchema): string {
  const lines: string[] = [INTRODUCTION];
  sectionsOf(schema, '', lines, new Set());
  return `${lines.join('\n').trimEnd()}\n`;
}
