// arrive/import: what the columns of a file mean. A mapping is a small YAML file, or the same said by flags.
// Promises a whole mapping, or every mistake in it with file, line, column and what to do (docs/import.md has the format).

import { LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { dateFormat, zoneNamed } from './dates.ts';
import { ENCODINGS } from './decode-text.ts';
import { delimiterNamed } from './read-table.ts';
import { ImportRefused } from './refused.ts';

export const KINDS = ['people', 'teams', 'accounts', 'leads', 'opportunities', 'handoffs'] as const;
export type ImportKind = (typeof KINDS)[number];

/** Checks a text by a function that throws an ImportRefused, and keeps what it makes of it. */
function by<T>(make: (text: string) => T) {
  return z.string().transform((text, context): T => {
    try {
      return make(text);
    } catch (error) {
      if (!(error instanceof ImportRefused)) throw error;
      context.addIssue({ code: 'custom', message: error.message });
      return z.NEVER;
    }
  });
}

const word = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const words = z.union([word.transform((one) => [one]), z.array(word)]);

const options = {
  /** What the cell must be. Left out: what the target takes. */
  type: z.enum(['text', 'int', 'double', 'bool', 'date', 'list']).optional(),
  /** Cell value → value; compared without case and outer spaces. */
  values: z.record(z.string(), word).optional(),
  /** What to do with a value that `values` or `in` does not have. */
  else: z.enum(['keep', 'reject', 'blank']).optional(),
  /** Name of a reference list that the value must stand in. */
  in: z.string().optional(),
  null: words.optional(),
  format: by(dateFormat).optional(),
  zone: by(zoneNamed).optional(),
  /** Of a list. */
  separator: z.string().min(1).optional(),
  /** Taken where the cell is blank. */
  default: word.optional(),
  /** The mark for a blank cell is not worth telling. */
  'blank-is-fine': z.boolean().optional(),
};

const column = z.union([
  z.string().transform((name) => ({ column: name })),
  z.strictObject({ column: z.string(), ...options }),
  z.strictObject({ template: z.string(), ...options }),
  z.strictObject({ constant: word }),
]);

const condition = z
  .strictObject({
    column: z.string(),
    is: z.literal('blank').optional(),
    equals: words.optional(),
    'not-in': z.string().optional(),
    'midnight-in': by(zoneNamed).optional(),
    format: by(dateFormat).optional(),
    zone: by(zoneNamed).optional(),
  })
  .refine(
    (c) => [c.is, c.equals, c['not-in'], c['midnight-in']].filter((x) => x !== undefined).length === 1,
    'Say exactly one of is, equals, not-in and midnight-in.',
  );

const columns = z.record(z.string(), column);
const TARGET_SETS = 'Say either columns (one thing a row) or each (several things a row).';

const mapping = z
  .strictObject({
    kind: z.enum(KINDS).optional(),
    file: z
      .strictObject({
        delimiter: by(delimiterNamed).optional(),
        quote: z.union([z.literal('none').transform(() => false as const), z.string().length(1)]).optional(),
        header: z.boolean().optional(),
        columns: z.array(z.string().min(1)).optional(),
        encoding: z.enum(ENCODINGS).optional(),
      })
      .optional(),
    /** Words that mean "nothing here", in every column. */
    nulls: words.optional(),
    dates: z.strictObject({ format: by(dateFormat).optional(), zone: by(zoneNamed).optional() }).optional(),
    references: z.record(z.string(), z.strictObject({ file: z.string(), column: z.string() })).optional(),
    columns: columns.optional(),
    each: z.array(columns).min(1).optional(),
    /** Every column that is mapped to nothing becomes a field of its own name. */
    rest: z.enum(['fields', 'leave']).optional(),
    marks: z.array(z.strictObject({ mark: z.string().regex(/^[a-z0-9-]+$/), when: condition })).optional(),
    skip: z.array(condition).optional(),
  })
  .refine((m) => m.columns === undefined || m.each === undefined, TARGET_SETS);

export type Mapping = z.output<typeof mapping>;
export type ColumnSpec = z.output<typeof column>;
export type Condition = z.output<typeof condition>;
export type ColumnSet = Record<string, ColumnSpec>;

/** A mapping from its YAML text. @throws ImportRefused with every mistake, one a line. */
export function readMapping(text: string, file: string): Mapping {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, stringKeys: true });
  const place = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  if (document.errors.length > 0) {
    throw new ImportRefused(document.errors.map((e) => `${place(e.pos[0])} ${e.message.split('\n', 1)[0]}`).join('\n'));
  }
  const read = mapping.safeParse(document.toJS({ maxAliasCount: 100 }) ?? {});
  if (read.success) return read.data;
  const offsetOf = (path: readonly PropertyKey[]): number => {
    for (let depth = path.length; depth >= 0; depth--) {
      const node = document.getIn(path.slice(0, depth), true);
      if (node !== null && typeof node === 'object' && 'range' in node && Array.isArray(node.range)) {
        return Number(node.range[0]);
      }
    }
    return 0;
  };
  throw new ImportRefused(
    flatten(read.error.issues)
      .map((issue) => `${place(offsetOf(issue.path))} ${sayPath(issue.path)}${issue.message}`)
      .join('\n'),
  );
}

/** The issue itself, or, of a union, those of the branch that came furthest. */
function flatten(issues: readonly z.core.$ZodIssue[], base: readonly PropertyKey[] = []): z.core.$ZodIssue[] {
  return issues.flatMap((issue) => {
    const path = [...base, ...issue.path];
    if (issue.code !== 'invalid_union' || issue.errors.length === 0) return [{ ...issue, path } as z.core.$ZodIssue];
    const branches = issue.errors.map((errors) => flatten(errors, path));
    const depth = (branch: z.core.$ZodIssue[]) =>
      Math.max(...branch.map((i) => i.path.length + (i.code === 'custom' ? 1 : 0)));
    const deepest = branches.reduce((best, branch) => (depth(branch) > depth(best) ? branch : best));
    return deepest.slice(0, 1);
  });
}

function sayPath(path: readonly PropertyKey[]): string {
  return path.length === 0 ? '' : `${path.map(String).join('.')}: `;
}

export type MappingFlags = {
  map?: readonly string[];
  constant?: readonly string[];
  nulls?: readonly string[];
  dateFormat?: string;
  zone?: string;
  delimiter?: string;
  quote?: string;
  header?: boolean;
  encoding?: (typeof ENCODINGS)[number];
  rest?: 'fields' | 'leave';
};

/** What was said by flags, over what a mapping file says. @throws ImportRefused for a flag that cannot be read. */
export function withFlags(base: Mapping, flags: MappingFlags): Mapping {
  const set: ColumnSet = { ...base.columns };
  for (const pair of flags.map ?? []) {
    const [target, name] = splitPair(pair, '--map');
    set[target] = { column: name };
  }
  for (const pair of flags.constant ?? []) {
    const [target, constant] = splitPair(pair, '--constant');
    set[target] = { constant };
  }
  if (base.each !== undefined && Object.keys(set).length > 0) throw new ImportRefused(TARGET_SETS);
  const dates = {
    ...base.dates,
    ...(flags.dateFormat === undefined ? {} : { format: dateFormat(flags.dateFormat) }),
    ...(flags.zone === undefined ? {} : { zone: zoneNamed(flags.zone) }),
  };
  const quote = flags.quote === undefined ? {} : { quote: flags.quote === 'none' ? (false as const) : flags.quote };
  if (typeof quote.quote === 'string' && quote.quote.length !== 1)
    throw new ImportRefused(`"${quote.quote}" is not a quote. Say one character, or none.`);
  return {
    ...base,
    dates,
    nulls: [...(base.nulls ?? []), ...(flags.nulls ?? [])],
    file: {
      ...base.file,
      ...quote,
      ...(flags.delimiter === undefined ? {} : { delimiter: delimiterNamed(flags.delimiter) }),
      ...(flags.header === undefined ? {} : { header: flags.header }),
      ...(flags.encoding === undefined ? {} : { encoding: flags.encoding }),
    },
    ...(Object.keys(set).length === 0 ? {} : { columns: set }),
    ...(flags.rest === undefined ? {} : { rest: flags.rest }),
  };
}

function splitPair(pair: string, flag: string): [string, string] {
  const at = pair.indexOf('=');
  if (at <= 0 || at === pair.length - 1)
    throw new ImportRefused(`${flag} "${pair}" is not target=value. Say ${flag} id=lead_id.`);
  return [pair.slice(0, at), pair.slice(at + 1)];
}
