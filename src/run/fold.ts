// run: replay. The ledger folded from its first event to the rows that it must have left behind, by the functions that
// live traffic uses. Rebuilding, verifying and storms compare these rows with the stored ones.

import { evolveHandoff } from '../decide/evolve.ts';
import { projectAlarm, projectRow, projectTasks } from '../project/rows.ts';
import type { Recorded } from '../words/event.ts';
import { isHandoffEvent } from '../words/event.ts';
import type { Handoff } from '../words/handoff.ts';
import type { HandoffId, SubjectId } from '../words/ids.ts';
import type { DueRow, HandoffRow, StandingDoc, SubjectRow, TaskRow } from '../words/journal.ts';
import type { Standing } from './standing.ts';
import { docOf, foldStanding, NEW_WORKSPACE } from './standing.ts';
import { foldSubject } from './world.ts';

export type Fold = {
  readonly seq: number;
  readonly standing: Standing;
  readonly handoffs: ReadonlyMap<HandoffId, Handoff>;
  readonly subjects: ReadonlyMap<SubjectId, SubjectRow>;
  /** Takes the next event; throws a sentence when it is not the next. */
  take(recorded: Recorded): void;
  rows(): FoldedRows;
};

export type FoldedRows = { handoffs: HandoffRow[]; tasks: TaskRow[]; standing: StandingDoc[]; alarms: DueRow[] };

export function startFold(): Fold {
  let seq = 0;
  let standing = NEW_WORKSPACE;
  const handoffs = new Map<HandoffId, Handoff>();
  const subjects = new Map<SubjectId, SubjectRow>();
  const keys = new Set<string>();
  return {
    get seq() {
      return seq;
    },
    get standing() {
      return standing;
    },
    handoffs,
    subjects,
    take({ seq: next, at, event }) {
      if (next !== seq + 1) throw new Error(`The ledger goes from event ${seq} to ${next}; ${seq + 1} is missing.`);
      seq = next;
      const before = isHandoffEvent(event) ? handoffs.get(event.handoff) : undefined;
      const after = isHandoffEvent(event) ? evolveHandoff(before, event, at) : undefined;
      if (after !== undefined) handoffs.set(after.id, after);
      standing = foldStanding(standing, event, at, before, after, keys);
      foldSubject(subjects, (id) => subjects.get(id), event, at, after);
    },
    rows() {
      const all = [...handoffs.values()];
      const alarms = all.flatMap((h): DueRow[] => {
        const dueAt = projectAlarm(h);
        return dueAt === undefined ? [] : [{ kind: 'alarm', row: h.id, dueAt }];
      });
      return {
        handoffs: all.map(projectRow),
        tasks: all.flatMap(projectTasks),
        standing: [...keys].map((key) => docOf(standing, key)),
        alarms,
      };
    },
  };
}
