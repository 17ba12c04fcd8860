// policy: is a policy that is correct also a good one? Runs every lint rule; each encodes a way in which handoffs leak.
// Promises the most important findings first, each with its place and a cure. The order of the list is the order of
// importance among rules of one level.

import type { PolicyDoc } from '../words/policy.ts';
import type { Roster } from '../words/roster.ts';
import { compileConditions } from './compile.ts';
import { needsOf } from './condition-logic.ts';
import type { Problem } from './problem.ts';
import type { Spots } from './read.ts';
import type { LintWorld, Rule } from './rule.ts';
import { acceptOnWallClock } from './rules/accept-on-wall-clock.ts';
import { clockLongerThanAWeek } from './rules/clock-longer-than-a-week.ts';
import { clockTooShort } from './rules/clock-too-short.ts';
import { conditionNeverHolds } from './rules/condition-never-holds.ts';
import { constantCondition } from './rules/constant-condition.ts';
import { contextDebtWithoutUrgency } from './rules/context-debt-without-urgency.ts';
import { criterionWithoutReason } from './rules/criterion-without-reason.ts';
import { duplicateCriterion } from './rules/duplicate-criterion.ts';
import { emptyPool } from './rules/empty-pool.ts';
import { exceptionWithoutEffect } from './rules/exception-without-effect.ts';
import { exceptionsOutnumberDefault } from './rules/exceptions-outnumber-default.ts';
import { extremeWeights } from './rules/extreme-weights.ts';
import { fieldFatigue } from './rules/field-fatigue.ts';
import { handoffToSelf } from './rules/handoff-to-self.ts';
import { ladderEndsWithNobody } from './rules/ladder-ends-with-nobody.ts';
import { leadMissing } from './rules/lead-missing.ts';
import { managerNeverSees } from './rules/manager-never-sees.ts';
import { memberTwice } from './rules/member-twice.ts';
import { neverOpen } from './rules/never-open.ts';
import { nextStepTooFar } from './rules/next-step-too-far.ts';
import { noCapacity } from './rules/no-capacity.ts';
import { noCriteria } from './rules/no-criteria.ts';
import { noNote } from './rules/no-note.ts';
import { noRejections } from './rules/no-rejections.ts';
import { noTasks } from './rules/no-tasks.ts';
import { nothingRequired } from './rules/nothing-required.ts';
import { oneFallbackForAll } from './rules/one-fallback-for-all.ts';
import { oneOutcome } from './rules/one-outcome.ts';
import { overlappingTriggers } from './rules/overlapping-triggers.ts';
import { ownRole } from './rules/own-role.ts';
import { parkedInHold } from './rules/parked-in-hold.ts';
import { receiverWithoutTask } from './rules/receiver-without-task.ts';
import { recycleTooFar } from './rules/recycle-too-far.ts';
import { reminderStorm } from './rules/reminder-storm.ts';
import { routeToOnePerson } from './rules/route-to-one-person.ts';
import { routeToSenderOnly } from './rules/route-to-sender-only.ts';
import { rungUnreachable } from './rules/rung-unreachable.ts';
import { scoreOnlyTrigger } from './rules/score-only-trigger.ts';
import { segmentUnreachable } from './rules/segment-unreachable.ts';
import { segmentsWithoutEffect } from './rules/segments-without-effect.ts';
import { senderCanBeNobody } from './rules/sender-can-be-nobody.ts';
import { signalWithoutTransition } from './rules/signal-without-transition.ts';
import { signalsShareType } from './rules/signals-share-type.ts';
import { singlePersonPool } from './rules/single-person-pool.ts';
import { stepBeforeStart } from './rules/step-before-start.ts';
import { stepTwice } from './rules/step-twice.ts';
import { stepUnreachable } from './rules/step-unreachable.ts';
import { taskTwice } from './rules/task-twice.ts';
import { territoryWithoutOwner } from './rules/territory-without-owner.ts';
import { tooManyCriteria } from './rules/too-many-criteria.ts';
import { tooManyRejections } from './rules/too-many-rejections.ts';
import { tooManySegments } from './rules/too-many-segments.ts';
import { tooManyTasks } from './rules/too-many-tasks.ts';
import { triggerDependsOnPerson } from './rules/trigger-depends-on-person.ts';
import { triggerOnLevel } from './rules/trigger-on-level.ts';
import { unknownPerson } from './rules/unknown-person.ts';
import { unusedPool } from './rules/unused-pool.ts';
import { unusedTerritory } from './rules/unused-territory.ts';
import { urgentButSlower } from './rules/urgent-but-slower.ts';
import { urgentSignalSlowClock } from './rules/urgent-signal-slow-clock.ts';
import { vagueCriterion } from './rules/vague-criterion.ts';
import { webinarAndDemoOnOnePath } from './rules/webinar-and-demo-on-one-path.ts';

/** Every rule, the most important first within its level. */
export const RULES: readonly Rule[] = [
  unknownPerson,
  ladderEndsWithNobody,
  neverOpen,
  conditionNeverHolds,
  segmentUnreachable,
  routeToSenderOnly,
  emptyPool,
  overlappingTriggers,
  webinarAndDemoOnOnePath,
  scoreOnlyTrigger,
  triggerDependsOnPerson,
  triggerOnLevel,
  noCriteria,
  tooManyCriteria,
  criterionWithoutReason,
  noRejections,
  tooManyRejections,
  duplicateCriterion,
  vagueCriterion,
  fieldFatigue,
  nothingRequired,
  noNote,
  senderCanBeNobody,
  singlePersonPool,
  routeToOnePerson,
  rungUnreachable,
  unusedTerritory,
  territoryWithoutOwner,
  memberTwice,
  extremeWeights,
  oneFallbackForAll,
  handoffToSelf,
  ownRole,
  managerNeverSees,
  stepUnreachable,
  stepBeforeStart,
  stepTwice,
  reminderStorm,
  clockTooShort,
  clockLongerThanAWeek,
  acceptOnWallClock,
  urgentButSlower,
  urgentSignalSlowClock,
  exceptionWithoutEffect,
  exceptionsOutnumberDefault,
  parkedInHold,
  nextStepTooFar,
  recycleTooFar,
  contextDebtWithoutUrgency,
  noTasks,
  receiverWithoutTask,
  tooManyTasks,
  taskTwice,
  oneOutcome,
  signalWithoutTransition,
  signalsShareType,
  unusedPool,
  segmentsWithoutEffect,
  tooManySegments,
  constantCondition,
  leadMissing,
  noCapacity,
];

/** Where findings stand; without it they stand in the first line. */
export type At = { file: string; spots: Spots };

const RANK = { error: 0, warning: 1, note: 2 } as const;

/** What the rules find, errors first, then warnings, then notes. The policy has been read without problems before. */
export function lintPolicy(doc: PolicyDoc, at?: At, roster?: Roster): Problem[] {
  const conditions = compileConditions(doc);
  const find = (text: string) => {
    const condition = conditions.get(text);
    if (condition === undefined) throw new Error(`The condition "${text}" is not one of the policy "${doc.name}".`);
    return condition;
  };
  const world: LintWorld = { doc, roster, needs: (text) => needsOf(find(text)), reads: (text) => find(text).reads };
  const found = RULES.flatMap((rule, order) =>
    rule.check(world).map(({ path, says }) => ({
      order,
      problem: {
        code: `lint/${rule.name}`,
        message: says,
        file: at?.file ?? '',
        ...(at?.spots(path) ?? { line: 1, column: 1 }),
        cure: rule.prefer,
        level: rule.level,
      },
    })),
  );
  return found
    .toSorted(
      (a, b) => RANK[a.problem.level] - RANK[b.problem.level] || a.order - b.order || a.problem.line - b.problem.line,
    )
    .map(({ problem }) => problem);
}
