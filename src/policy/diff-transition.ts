// policy: what changes in one transition, a sentence for each change, in the order in which a handoff lives.

import type { ClockName, ClockSpec, PolicyDoc, Transition, Urgency } from '../words/policy.ts';
import { CLOCK_NAMES } from '../words/policy.ts';
import { byName, changed, moved, named, same } from './diff-parts.ts';
import { diffPool } from './diff-whole.ts';
import { sayDuration } from './duration.ts';
import { sayName } from './expand.ts';
import { listed, sayGroup, sayLevel, sayLimit, sayRejection, sayRung, saySender, saySignal, sayTask } from './say.ts';

export function diffTransition(before: PolicyDoc, after: PolicyDoc, old: Transition, now: Transition): string[] {
  return [
    ...changed(
      [old.from, old.to],
      [now.from, now.to],
      ([from, to], [was, wasTo]) => `It now goes from ${from} to ${to} (was from ${was} to ${wasTo}).`,
    ),
    ...changed(old.says, now.says, (is, was) =>
      is === undefined ? `It is no longer described as "${was}".` : `It is now described as "${is}".`,
    ),
    ...diffTrigger(before, after, old, now),
    ...byName(named(old.criteria), named(now.criteria), {
      come: (c) => `New criterion: ${c.says} (${c.when}).`,
      gone: (c) => `No longer a criterion: ${c.says}.`,
      changed: (c, was) => {
        if (c.when === was.when) return `The criterion ${c.name} now reads "${c.says}" (was "${was.says}").`;
        return c.says === was.says
          ? `${sayName(c.name)} is now ${c.when} (was ${was.when}).`
          : `${sayName(c.name)} is now "${c.says}", ${c.when} (was "${was.says}", ${was.when}).`;
      },
    }),
    ...diffFields(old, now),
    ...changed(old.note, now.note, (is) => `The note now answers ${listed(is)}.`),
    ...changed(old.contextMayFollow, now.contextMayFollow, (is) =>
      is
        ? 'The context of an urgent handoff may now follow later.'
        : 'The context must now be complete before the offer, even when it is urgent.',
    ),
    ...changed(
      old.sender.map(saySender),
      now.sender.map(saySender),
      (is, was) => `The sender is now ${is.join(', else ')} (was ${was.join(', else ')}).`,
    ),
    ...changed(
      old.route.map(sayRung),
      now.route.map(sayRung),
      (is, was) => `The receiver is now ${is.join(', else ')} (was ${was.join(', else ')}).`,
    ),
    ...changed(
      old.route.map((r) => r.name),
      now.route.map((r) => r.name),
      (is) => `The rungs of the route are now called ${listed(is.map((rung, i) => rung ?? `rung ${i + 1}`))}.`,
    ),
    ...diffPools(before, after, old, now),
    ...changed(old.fallback, now.fallback, (is, was) => `When the route gives nobody, ${is} gets it (was ${was}).`),
    ...changed(old.allowSelf, now.allowSelf, (is) =>
      is ? 'People may now hand over to themselves.' : 'Nobody may hand over to themselves any more.',
    ),
    ...CLOCK_NAMES.flatMap((clock) => diffClock(clock, old.clocks[clock], now.clocks[clock])),
    ...changed(
      [old.nextStep.first, old.nextStep.then],
      [now.nextStep.first, now.nextStep.then],
      ([first, then]) => `After the acceptance: ${first}, then: ${then}.`,
    ),
    ...diffTasks(old, now),
    ...byName(named(old.rejections), named(now.rejections), {
      come: (r) => `New rejection reason: ${sayRejection(r)}.`,
      gone: (r) => `No longer a rejection reason: "${r.says}".`,
      changed: (r, was) => `Rejected for ${sayRejection(r)} (was ${sayRejection(was)}).`,
    }),
    ...diffOutcomes(old, now),
  ];
}

function diffTrigger(before: PolicyDoc, after: PolicyDoc, old: Transition, now: Transition): string[] {
  const { gone, come } = moved(old.trigger.on, now.trigger.on);
  return [
    ...gone.map((signal) => `${saySignal(before, signal)} no longer opens a handoff from ${old.from} to ${old.to}.`),
    ...come.map((signal) => `${saySignal(after, signal)} now opens a handoff from ${now.from} to ${now.to}.`),
    ...changed(old.trigger.when, now.trigger.when, (is, was) =>
      is === undefined
        ? `It opens always now (was only if ${was}).`
        : `It opens only if ${is} (was ${was === undefined ? 'always' : `only if ${was}`}).`,
    ),
  ];
}

function diffFields(old: Transition, now: Transition): string[] {
  const required = moved(old.required, now.required);
  const later = moved(old.later, now.later);
  const relaxed = required.gone.filter((field) => later.come.includes(field));
  const say = (fields: string[], says: (list: string) => string) => (fields.length === 0 ? [] : [says(listed(fields))]);
  return [
    ...say(required.come, (list) => `Now required before the offer: ${list}.`),
    ...say(relaxed, (list) => `May come after the acceptance now (was required): ${list}.`),
    ...say(
      required.gone.filter((field) => !relaxed.includes(field)),
      (list) => `No longer required: ${list}.`,
    ),
    ...say(
      later.come.filter((field) => !relaxed.includes(field)),
      (list) => `Asked for after the acceptance now: ${list}.`,
    ),
    ...say(
      later.gone.filter((field) => !now.required.includes(field)),
      (list) => `No longer asked for: ${list}.`,
    ),
  ];
}

function diffPools(before: PolicyDoc, after: PolicyDoc, old: Transition, now: Transition): string[] {
  const pools = (t: Transition) => t.route.flatMap((rung) => ('pool' in rung ? [rung.pool] : []));
  return [...new Set(pools(now))]
    .filter((pool) => pools(old).includes(pool))
    .flatMap((pool) => diffPool(pool, before.pools[pool] ?? {}, after.pools[pool] ?? {}));
}

function limitOf(spec: ClockSpec, segment: string | undefined, urgency: Urgency | undefined): number {
  const match = spec.except?.find(
    (e) => (e.segment === undefined || e.segment === segment) && (e.urgency === undefined || e.urgency === urgency),
  );
  return match?.withinMs ?? spec.withinMs;
}

function diffClock(name: ClockName, old: ClockSpec | undefined, now: ClockSpec | undefined): string[] {
  if (old === undefined || now === undefined) {
    if (now !== undefined) return [`${sayLimit(name, now.withinMs, now.hours)} (was not limited here).`];
    return old === undefined ? [] : [`No limit of its own any more: ${sayLimit(name, old.withinMs, old.hours)}.`];
  }
  const base = changed([old.withinMs, old.hours], [now.withinMs, now.hours], () => {
    const every =
      now.hours === old.hours
        ? ''
        : now.hours === 'wall'
          ? ', every hour counts now,'
          : ', only working hours count now,';
    return `${sayLimit(name, now.withinMs, now.hours)}${every} (was ${sayDuration(old.withinMs, old.hours)}).`
      .replace(',  (', ' (')
      .replace(', (', ' (');
  });
  const groups = new Map([...(old.except ?? []), ...(now.except ?? [])].map((e) => [`${e.segment}/${e.urgency}`, e]));
  const special = [...groups.values()].flatMap(({ segment, urgency }) => {
    const [was, is] = [limitOf(old, segment, urgency), limitOf(now, segment, urgency)];
    const moves = base.length > 0 && was === old.withinMs && is === now.withinMs;
    return was === is || moves
      ? []
      : [
          `${sayGroup(segment, urgency)}: ${sayLimit(name, is, now.hours).replace(/^./, (c) => c.toLowerCase())} (was ${sayDuration(was, old.hours)}).`,
        ];
  });
  const order =
    base.length + special.length === 0 && !same(old.except ?? [], now.except ?? [])
      ? [
          `The exceptions of the ${name} clock are written differently; for a prospect of two groups another one may count.`,
        ]
      : [];
  const ladder = changed(
    old.ladder.map(sayLevel),
    now.ladder.map(sayLevel),
    (is, was) => `While the ${name} clock runs: ${listed(is)} (was ${listed(was)}).`,
  );
  return [...base, ...special, ...order, ...ladder];
}

function diffTasks(old: Transition, now: Transition): string[] {
  const keyed = (t: Transition) => new Map(t.tasks.map((task) => [task.title, task]));
  return byName(keyed(old), keyed(now), {
    come: (task) => `New task: ${sayTask(task)}.`,
    gone: (task) => `No longer a task: ${sayTask(task)}.`,
    changed: (task, was) => `The task is now ${sayTask(task)} (was ${sayTask(was)}).`,
  });
}

function diffOutcomes(old: Transition, now: Transition): string[] {
  const { gone, come } = moved(old.outcomes, now.outcomes);
  return [
    ...(come.length === 0 ? [] : [`It can now end as ${listed(come, 'or')}.`]),
    ...(gone.length === 0 ? [] : [`It can no longer end as ${listed(gone, 'or')}.`]),
  ];
}
