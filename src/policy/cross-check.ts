// policy: do the names in a policy fit together, and are its conditions sound? Works on what is written, so that every
// problem stands at its own place. Promises a cure for each.

import type { ConditionProblem } from './conditions.ts';
import { conditionCompiler } from './conditions.ts';
import { expandPolicy } from './expand.ts';
import type { PolicyWritten, TransitionWritten } from './language.ts';
import type { ClockWritten } from './language-clocks.ts';
import { didYouMean } from './near.ts';
import type { Path } from './problem.ts';
import { sayPath } from './problem.ts';
import type { Source } from './source.ts';
import { clashesOf, sayDays } from './territories.ts';

type Checker = {
  name(kind: string, value: string, known: readonly string[], path: Path): void;
  condition(text: string | undefined, path: Path): void;
};

const STRATEGIES = ['round-robin', 'least-loaded', 'owner', 'territory', 'claim', 'person', 'lead'] as const;

/** Clocks whose spans may be written in days although they count working hours would be a mistake; these count all hours. */
const MAY_HAVE_DAYS: readonly string[] = ['hold', 'recycle'];

/** Checks every name and condition of a policy and reports to its source. */
export function crossCheck(written: PolicyWritten, source: Source): void {
  const signals = Object.keys(written.signals);
  const doc = expandPolicy(written);
  const segments = doc.segments.map((s) => s.name);
  const check = conditionCompiler({ fields: doc.fields, signals, segments });
  const checkSegment = conditionCompiler({ fields: doc.fields, signals });
  const reportCondition = (problem: ConditionProblem, path: Path) => {
    source.report(
      problem.code,
      `${sayPath(path)}: ${problem.message}`,
      source.inside(path, problem.offset),
      problem.cure,
    );
  };
  const checker: Checker = {
    name(kind, value, known, path) {
      if (!known.includes(value))
        source.reportAt(
          path,
          'value',
          'policy/unknown-name',
          `${sayPath(path)}: there is no ${kind} "${value}".`,
          didYouMean(value, known),
        );
    },
    condition(text, path) {
      const result = text === undefined ? undefined : check(text);
      if (result?.ok === false) reportCondition(result.problem, path);
    },
  };
  doc.segments.forEach((segment, i) => {
    const result = segment.when === undefined ? undefined : checkSegment(segment.when);
    if (result?.ok === false) reportCondition(result.problem, ['segments', i, 'when']);
  });
  checkSegments(written, source);
  for (const [pool, spec] of Object.entries(written.pools ?? {})) {
    if (!Array.isArray(spec) && spec.members === undefined && spec.team === undefined && spec.role === undefined) {
      source.reportAt(
        ['pools', pool],
        'key',
        'policy/empty-pool',
        `The pool "${pool}" names nobody.`,
        'Give it members, a team or a role.',
      );
    }
  }
  const known: Known = {
    fields: Object.keys(doc.fields),
    signals,
    segments,
    pools: Object.keys(doc.pools),
    territories: Object.keys(doc.territories),
  };
  for (const [pool, { with: fit }] of Object.entries(doc.pools)) {
    for (const [what, field] of Object.entries(fit ?? {}))
      checker.name('field', field, known.fields, ['pools', pool, 'with', what]);
  }
  checkTerritories(written, known, checker, source);
  for (const [name, transition] of Object.entries(written.transitions))
    checkTransition(transition, ['transitions', name], known, checker, source);
}

function checkSegments(written: PolicyWritten, source: Source): void {
  const seen = new Set<string>();
  const segments = written.segments ?? [];
  segments.forEach((segment, i) => {
    const { name, when } = typeof segment === 'string' ? { name: segment, when: undefined } : segment;
    if (seen.has(name))
      source.reportAt(
        ['segments', i],
        'value',
        'policy/twice',
        `The segment "${name}" stands here twice.`,
        'Give it another name.',
      );
    seen.add(name);
    const last = i === segments.length - 1;
    if (last && when !== undefined)
      source.reportAt(
        ['segments', i, 'when'],
        'key',
        'policy/no-default-segment',
        'The last segment takes everyone who is left, so it has no condition.',
        'Add a last segment with a name only, for example "- everyone".',
      );
    if (!last && when === undefined)
      source.reportAt(
        ['segments', i],
        'value',
        'policy/early-default-segment',
        `The segment "${name}" takes everyone; those after it are never reached.`,
        'Give it a condition, or make it the last.',
      );
  });
}

function checkTerritories(written: PolicyWritten, known: Known, checker: Checker, source: Source): void {
  for (const [name, territory] of Object.entries(written.territories ?? {})) {
    const path = ['territories', name];
    checker.condition(territory.when, [...path, 'when']);
    if (territory.pool !== undefined) checker.name('pool', territory.pool, known.pools, [...path, 'pool']);
    const owners = territory.owners ?? [];
    if (owners.length === 0 && territory.pool === undefined)
      source.reportAt(
        path,
        'key',
        'policy/nobody',
        `The territory "${name}" names nobody.`,
        'Give it owners or a pool.',
      );
    for (const [i, { from, until }] of owners.entries()) {
      if (from === undefined || until === undefined || from <= until) continue;
      source.reportAt(
        [...path, 'owners', i, 'until'],
        'value',
        'policy/wrong-value',
        `${sayPath([...path, 'owners', i])} ends (${until}) before it begins (${from}).`,
        'Exchange the two dates.',
      );
    }
    for (const clash of clashesOf(owners)) {
      const [first, second] = [owners[clash.first], owners[clash.second]];
      if (first === undefined || second === undefined) continue;
      const { line } = source.place(source.offset([...path, 'owners', clash.first], 'value'));
      source.reportAt(
        [...path, 'owners', clash.second],
        'value',
        'policy/two-owners',
        `The territory "${name}" has two owners ${sayDays(clash)}: ${first.person} (${sayDays(first)}, line ${line}) and ${second.person} (${sayDays(second)}).`,
        'Give one of the two an end, or let them take turns in a pool.',
      );
    }
  }
}

type Known = { fields: string[]; signals: string[]; segments: string[]; pools: string[]; territories: string[] };

function checkTransition(t: TransitionWritten, path: Path, known: Known, checker: Checker, source: Source): void {
  const trigger = Array.isArray(t.trigger) ? { on: t.trigger, when: undefined } : t.trigger;
  const onPath = Array.isArray(t.trigger) ? [...path, 'trigger'] : [...path, 'trigger', 'on'];
  for (const [i, signal] of trigger.on.entries()) checker.name('signal', signal, known.signals, [...onPath, i]);
  checker.condition(trigger.when, [...path, 'trigger', 'when']);
  for (const [name, criterion] of Object.entries(t.criteria ?? {})) {
    const short = typeof criterion === 'string';
    checker.condition(short ? criterion : criterion.when, [...path, 'criteria', name, ...(short ? [] : ['when'])]);
  }
  for (const list of ['required', 'later'] as const) {
    t[list]?.forEach((field, i) => {
      checker.name('field', field, known.fields, [...path, list, i]);
      if (list === 'later' && t.required?.includes(field))
        source.reportAt(
          [...path, list, i],
          'value',
          'policy/twice',
          `The field "${field}" is required and later at once.`,
          'Keep it in one of the two lists.',
        );
    });
  }
  checkRoute(t, path, known, checker, source);
  checkSender(t, path, source);
  for (const [name, clock] of Object.entries(t.clocks ?? {}))
    checkClock(name, clock, [...path, 'clocks', name], known, checker, source);
  t.tasks?.forEach((task, i) => {
    if (task.due.offset.hasDays)
      source.reportAt(
        [...path, 'tasks', i, 'due'],
        'value',
        'policy/days',
        'Tasks count working hours, in which a day has no fixed length.',
        'Write hours, for example 8h before meeting.',
      );
  });
  const criteria = Object.keys(t.criteria ?? {});
  for (const [name, reason] of Object.entries(t.rejections ?? {})) {
    const short = typeof reason === 'string';
    const at = [...path, 'rejections', name];
    checker.name('criterion', short ? reason : reason.criterion, criteria, short ? at : [...at, 'criterion']);
    if (!short && reason.recycle !== undefined && reason.then !== 'recycle') {
      source.reportAt(
        [...at, 'recycle'],
        'key',
        'policy/unused-key',
        `"${name}" says when to recycle, but does not recycle.`,
        'Add then: recycle, or remove recycle.',
      );
    }
  }
}

function checkRoute(t: TransitionWritten, path: Path, known: Known, checker: Checker, source: Source): void {
  t.route.forEach((rung, i) => {
    const at = [...path, 'route', i];
    if (rung === 'territory' && known.territories.length === 0)
      source.reportAt(
        at,
        'value',
        'policy/unknown-name',
        `${sayPath(at)} asks for the territory, but the policy has none.`,
        'Add territories, or take the rung away.',
      );
    if (typeof rung === 'string') return;
    const used = STRATEGIES.filter((strategy) => rung[strategy] !== undefined);
    if (used.length !== 1) {
      const says =
        used.length === 0 ? 'says no way to find somebody' : `says ${used.length} ways at once (${used.join(', ')})`;
      source.reportAt(
        at,
        'value',
        'policy/one-strategy',
        `${sayPath(at)} ${says}.`,
        `Give exactly one of: ${STRATEGIES.join(', ')}.`,
      );
    }
    rung.territory?.forEach((name, j) => {
      checker.name('territory', name, known.territories, [...at, 'territory', j]);
    });
    for (const strategy of ['round-robin', 'least-loaded', 'claim'] as const) {
      if (rung[strategy] !== undefined) checker.name('pool', rung[strategy], known.pools, [...at, strategy]);
    }
    checker.condition(rung.when, [...at, 'when']);
  });
}

function checkSender(t: TransitionWritten, path: Path, source: Source): void {
  t.sender?.forEach((rule, i) => {
    if (typeof rule === 'string' || (rule.person === undefined) !== (rule.lead === undefined)) return;
    const at = [...path, 'sender', i];
    source.reportAt(
      at,
      'value',
      'policy/one-strategy',
      `${sayPath(at)} names ${rule.person === undefined ? 'nobody' : 'a person and a lead at once'}.`,
      'Give person or lead.',
    );
  });
}

function checkClock(
  name: string,
  clock: ClockWritten,
  path: Path,
  known: Known,
  checker: Checker,
  source: Source,
): void {
  const long = 'ms' in clock ? { within: clock } : clock;
  const hours = ('hours' in long ? long.hours : undefined) ?? (MAY_HAVE_DAYS.includes(name) ? 'wall' : 'business');
  const spans: [typeof long.within, Path][] = [[long.within, 'ms' in clock ? path : [...path, 'within']]];
  ('except' in long ? long.except : undefined)?.forEach((entry, i) => {
    const at = [...path, 'except', i];
    if (entry.segment !== undefined) checker.name('segment', entry.segment, known.segments, [...at, 'segment']);
    if (entry.segment === undefined && entry.urgency === undefined)
      source.reportAt(
        at,
        'value',
        'policy/missing-key',
        `${sayPath(at)} matches always.`,
        'Name a segment or an urgency.',
      );
    spans.push([entry.within, [...at, 'within']]);
  });
  for (const [i, step] of (('ladder' in long ? long.ladder : undefined) ?? []).entries()) {
    if (step.do === 'return' && name !== 'accept') {
      source.reportAt(
        [...path, 'ladder', i],
        'value',
        'policy/wrong-step',
        `Only the accept clock can return a handoff to its sender, not ${name}.`,
        'Use warn-lead or fallback.',
      );
    }
  }
  for (const [span, at] of spans) {
    if (span.ms === 0)
      source.reportAt(
        at,
        'value',
        'policy/wrong-value',
        `${sayPath(at)}: a clock of no length is over before it starts.`,
        'Give at least a minute.',
      );
    if (span.hasDays && hours === 'business') {
      source.reportAt(
        at,
        'value',
        'policy/days',
        `${sayPath(at)} counts working hours, in which a day has no fixed length.`,
        'Write hours, for example 8h, or add hours: wall.',
      );
    }
  }
}
