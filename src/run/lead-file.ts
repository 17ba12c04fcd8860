// run: a file of leads as the import reads it (same mapping, same refusals), but for trying a policy on: nothing is written,
// and each lead is what a signal about it would say.

import { readMapping } from '../arrive/import/mapping.ts';
import { planImport } from '../arrive/import/plan-import.ts';
import type { SubjectKey } from '../words/arrival.ts';
import type { Fields } from '../words/policy.ts';
import { EMPTY_ROSTER } from '../words/roster.ts';

export type LeadFile = {
  leads: { line: number; subject: SubjectKey; fields: Fields }[];
  /** Rows of the file: every one is a lead, left out by the mapping, a repeat of an earlier one, or rejected. */
  rows: { read: number; skipped: number; repeated: number; rejected: number };
  rejects: { line: number; reasons: string[] }[];
};

export type TextFile = { file: string; text: string };

/** @throws ImportRefused when the file or the mapping cannot be used at all. */
export function readLeadFile(source: { file: string; bytes: Uint8Array }, mapping: TextFile | undefined): LeadFile {
  const plan = planImport({
    kind: 'leads',
    bytes: source.bytes,
    file: source.file,
    mapping: mapping === undefined ? {} : readMapping(mapping.text, mapping.file),
    references: new Map(),
    referenceOf: new Map(),
    roster: EMPTY_ROSTER,
  });
  const leads = plan.items.flatMap(({ ask, lines }) =>
    ask.ask === 'set-subject' ? [{ line: lines[0] ?? 0, subject: ask.subject, fields: ask.fields }] : [],
  );
  const rejects = [...plan.rejects.values()].map(({ line, reasons }) => ({ line, reasons }));
  return {
    leads,
    rows: { read: plan.read, skipped: plan.skipped, repeated: plan.repeats, rejected: rejects.length },
    rejects: rejects.sort((a, b) => a.line - b.line),
  };
}
