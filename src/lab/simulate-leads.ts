// lab: past leads as signals that come in now, from a file and its mapping: one lead, one signal. When each comes is said by
// a field of the file, moved so that the first day is today, or spread evenly.

import type { TextFile } from '../run/lead-file.ts';
import { readLeadFile } from '../run/lead-file.ts';
import { newShelf } from '../run/shelf.ts';
import type { Fields } from '../words/policy.ts';
import type { Instant } from '../words/time.ts';
import { DAY, HOUR, MINUTE } from '../words/time.ts';
import type { Lead, SimulationReport } from './simulate.ts';
import { simulate } from './simulate.ts';
import { readPeople } from './simulate-people.ts';
import { diceOf } from './simulate-plan.ts';

export type LeadSimulation = {
  leads: { file: string; bytes: Uint8Array };
  mapping?: TextFile;
  policy: TextFile;
  people: TextFile;
  seed: number;
  /** Now: the instant at which the first leads come in. */
  from: Instant;
  /** The signal that each lead is; the policy's only one when left out. */
  signal?: string;
  /** The field (of type date) that says when a lead came; days between leads are kept. Without it they are spread. */
  dateField?: string;
  /** Over how many days leads without a date are spread; 30 when left out. */
  spreadDays?: number;
  /** How long people go on working after the last lead; 14 days when left out. */
  settleDays?: number;
};

export type LeadSimulationReport = SimulationReport & {
  file: string;
  rows: { read: number; skipped: number; repeated: number; rejected: number };
  rejects: { line: number; reasons: string[] }[];
};

/** Runs a file of leads through a policy as if they came in now. @throws Error with a sentence when an input cannot be used. */
export async function simulateLeads(input: LeadSimulation): Promise<LeadSimulationReport> {
  const { leads: source, mapping, policy, people, seed, from } = input;
  const file = readLeadFile(source, mapping);
  const signal = input.signal ?? onlySignal(policy);
  const instants =
    input.dateField === undefined ? spread(file.leads.length, input) : dated(file.leads, input.dateField, input);
  const leads = file.leads.map(
    ({ subject, fields }, i): Lead => ({
      at: instants[i] ?? from,
      ask: { ask: 'signal-seen', signal, subject, context: { fields }, occurredAt: instants[i] ?? from },
    }),
  );
  const last = leads.reduce((latest, lead) => Math.max(latest, lead.at), from);
  const report = await simulate({
    policy,
    organisation: readPeople(people.text, people.file),
    leads,
    seed,
    from,
    until: last + (input.settleDays ?? 14) * DAY,
  });
  return { file: source.file, rows: file.rows, rejects: file.rejects, ...report };
}

function onlySignal({ text, file }: TextFile): string {
  const read = newShelf().read(text, file);
  if ('problems' in read) throw new Error(`The policy has errors: ${read.problems}`);
  const signals = Object.keys(read.policy.doc.signals);
  const [only] = signals;
  if (only === undefined || signals.length > 1)
    throw new Error(
      `${file} knows several signals: ${signals.join(', ')}. Say which one these leads are: --signal ${only ?? 'NAME'}.`,
    );
  return only;
}

function spread(count: number, { from, spreadDays = 30 }: LeadSimulation): Instant[] {
  return Array.from({ length: count }, (_, i) => from + Math.floor((i * spreadDays * DAY) / Math.max(1, count)));
}

/** A date names a day; within it a lead comes at any minute of twelve hours, by the seed. */
function dated(
  leads: readonly { line: number; fields: Fields }[],
  field: string,
  { from, seed, leads: { file } }: LeadSimulation,
): Instant[] {
  const days = leads.map(({ fields, line }) => {
    const value = fields[field];
    const at = typeof value === 'string' ? Date.parse(`${value.slice(0, 10)}T00:00:00Z`) : Number.NaN;
    if (Number.isNaN(at))
      throw new Error(
        `${file}:${line} has "${String(value ?? '')}" in ${field}, which is no date. Map it with type: date.`,
      );
    return at;
  });
  const first = days.reduce((earliest, day) => Math.min(earliest, day), Number.POSITIVE_INFINITY);
  return days.map(
    (day, i) => from + (day - first) + diceOf({ seed }, `lead ${i}`).int(0, (12 * HOUR) / MINUTE) * MINUTE,
  );
}
