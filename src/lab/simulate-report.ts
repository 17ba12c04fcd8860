// lab: a simulation's report for people: what came, what became of it, who was late, what broke.

import type { Span } from '../words/time.ts';
import { DAY, HOUR, MINUTE } from '../words/time.ts';
import type { SimulationReport } from './simulate.ts';
import type { LeadSimulationReport } from './simulate-leads.ts';

const PEOPLE_MAX = 40;
const FOUND_MAX = 10;

/** The report as lines of plain text. */
export function simulationText(report: SimulationReport | LeadSimulationReport): string {
  const { leads, handoffs, tasks, messages, lacking, found } = report;
  const lines = [
    `Simulated ${spanText(report.until - report.from)} from ${new Date(report.from).toISOString().slice(0, 16)}Z with seed ${report.seed}: ${report.events} events.`,
  ];
  if ('rows' in report) {
    const { read, skipped, repeated, rejected } = report.rows;
    lines.push(`${report.file}: ${read} rows, ${skipped} left out, ${repeated} repeats, ${rejected} rejected.`);
  }
  lines.push(
    '',
    ...table([
      ['leads', leads.came, ''],
      ['  became a handoff', leads.opened, ''],
      ['  joined a live one', leads.attached, ''],
      ['  not qualified', leads.notQualified, pairs(report.notQualified.byCriterion)],
      ['  no transition took it', leads.notTaken, ''],
      ['  refused', leads.refused, Object.keys(report.refused).join(' ')],
      ['handoffs', handoffs.opened, handoffs.woken === 0 ? '' : `${handoffs.woken} woken from recycled ones`],
      ['  at the end', '', pairs(handoffs.stages)],
      ['  outcomes', '', pairs(handoffs.outcomes)],
      ['  accepted in time', handoffs.acceptedInTime, `${handoffs.acceptedLate} late`],
      ['  followed up in time', handoffs.followedUpInTime, `${handoffs.followedUpLate} late`],
      ['  re-routed', handoffs.rerouted, `an offer expired; ${handoffs.waited} waited for somebody to be free`],
      ['  rejected', handoffs.rejected, `${handoffs.returned} came back to the sender, ${handoffs.recycled} recycled`],
      ['  by the fallback', handoffs.fallbackUsed, ''],
      ['tasks', sum(tasks), pairs(tasks)],
      ['messages', sum(messages.byAbout), pairs(messages.byAbout)],
    ]),
  );
  lines.push('', ...peopleTable(report));
  const without = Object.entries(lacking).filter(([, ids]) => ids.length > 0);
  lines.push(
    '',
    without.length === 0
      ? 'Every handoff had an owner, a clock, a next step, its tasks and its messages.'
      : without.map(([what, ids]) => `${ids.length} handoffs had no ${what}: ${ids.slice(0, 5).join(', ')}`).join('\n'),
    found.length === 0
      ? 'Every invariant holds.'
      : `${found.length} invariants are broken:\n${found
          .slice(0, FOUND_MAX)
          .map((line) => `  ${line}`)
          .join('\n')}`,
  );
  return lines.join('\n');
}

function peopleTable({ people }: SimulationReport): string[] {
  const rows = people
    .slice(0, PEOPLE_MAX)
    .map((p) => [
      p.person,
      p.offered,
      p.accepted,
      p.rejected,
      p.expired,
      p.medianAcceptMs === undefined ? '' : spanText(p.medianAcceptMs),
      p.followedUpLate,
      p.openAtEnd,
    ]);
  const shown = columns([
    ['person', 'offered', 'accepted', 'rejected', 'expired', 'median', 'late follow-ups', 'open'],
    ...rows,
  ]);
  return people.length > PEOPLE_MAX ? [...shown, `and ${people.length - PEOPLE_MAX} more`] : shown;
}

/** `3 d`, `2 h`, `25 min`. */
function spanText(ms: Span): string {
  if (ms >= 2 * DAY) return `${Math.round(ms / DAY)} d`;
  return ms >= 2 * HOUR ? `${Math.round(ms / HOUR)} h` : `${Math.round(ms / MINUTE)} min`;
}

function pairs(counts: Record<string, number>): string {
  return Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
}

function sum(counts: Record<string, number>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}

function table(rows: [string, number | string, string][]): string[] {
  const label = Math.max(...rows.map(([name]) => name.length));
  const width = Math.max(...rows.map(([, count]) => String(count).length));
  return rows.map(([name, count, more]) =>
    `${name.padEnd(label)}  ${String(count).padStart(width)}  ${more}`.trimEnd(),
  );
}

function columns(rows: (string | number)[][]): string[] {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => String(row[i] ?? '').length)));
  return rows.map((row) =>
    row
      .map((cell, i) => (i === 0 ? String(cell).padEnd(widths[i] ?? 0) : String(cell).padStart(widths[i] ?? 0)))
      .join('  '),
  );
}
