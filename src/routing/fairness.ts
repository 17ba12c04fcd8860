// Routing room: whose turn is it in a pool?
// A place in a pool is virtual time (turns taken ÷ weight); the least is next, ties go to whoever waited longest, then by
// id. Promises: exact for every weight from 1 to 100, no dice, no clock; between people who are available a place never
// runs ahead by more than one own turn (v[i] ≤ v[j] + 1/weight[i]), through joins, leaves, credits and changes of weight.
// That bound is what makes any two people's spread over any window at most 2/min(weight).

import type { PersonId } from '../words/ids.ts';
import type { PoolTurns, Turn, TurnChange } from '../words/routing.ts';
import type { Instant } from '../words/time.ts';
import { advance, comparePlaces, EMPTY_TURN, moveTo, rebaseMin, recount, stepBack, stepOn, UNIT } from './place.ts';

/** A member of a pool as seen by one handoff. */
export type Seat = {
  person: PersonId;
  /** Share of turns, a whole number from 1 to 100. */
  weight: number;
  /** Can take this handoff now. Somebody passed over keeps their place. */
  open: boolean;
  /** When their last leave ended: places older than that are brought up to the pool's time. */
  backAt?: Instant;
};

export type Settled = {
  /** The place of each seat, in the seats' order. */
  places: Turn[];
  /** What had to change before anybody is picked: newcomers, people back from leave, places too far apart. */
  changes: TurnChange[];
};

/**
 * Who is next among the open seats, and every change of turns that this pick makes: first the settling changes, last the
 * turn itself. Undefined when nobody is open; then nothing changes.
 */
export function nextInPool(
  pool: string,
  turns: PoolTurns,
  seats: readonly Seat[],
  at: Instant,
): { person: PersonId; changes: TurnChange[] } | undefined {
  const settled = settlePool(pool, turns, seats, at);
  const index = leastTurn(seats, settled.places);
  if (index < 0) return undefined;
  return { person: seatAt(seats, index).person, changes: spendTurn(pool, turns, seats, settled, index, at) };
}

/** The seat that is next: least place, then longest since last assigned, then id. -1 when no seat is open. */
export function leastTurn(seats: readonly Seat[], places: readonly Turn[]): number {
  let best = -1;
  for (let i = 0; i < seats.length; i++) {
    const seat = seatAt(seats, i);
    if (!seat.open) continue;
    if (best < 0 || isBefore(placeAt(places, i), seat.person, placeAt(places, best), seatAt(seats, best).person))
      best = i;
  }
  return best;
}

/** Whether the first of two members is next before the second. */
export function isBefore(a: Turn, personA: PersonId, b: Turn, personB: PersonId): boolean {
  const order = comparePlaces(a, b);
  if (order !== 0) return order < 0;
  if (a.lastAt !== b.lastAt) return a.lastAt < b.lastAt;
  return personA < personB;
}

/** Every change of turns when one seat takes the handoff, on top of what settling changed. */
export function spendTurn(
  pool: string,
  turns: PoolTurns,
  seats: readonly Seat[],
  settled: Settled,
  index: number,
  at: Instant,
): TurnChange[] {
  const seat = seatAt(seats, index);
  const turn = advance(placeAt(settled.places, index), seat.weight, at);
  const before = ownTurn(turns, seat.person)?.passes;
  const changes = settled.changes.filter((change) => change.person !== seat.person);
  changes.push({ pool, person: seat.person, turn, why: 'assigned', ...(before === undefined ? {} : { before }) });
  return turn.passes > rebaseMin ? rebase(pool, turns, changes, leastOpen(seats, settled.places)) : changes;
}

/**
 * Brings the places of a pool up to now: gives newcomers a place at the pool's time, lifts people back from leave to it,
 * brings down whoever's weight has changed to at most one turn ahead, and lifts whoever was passed over so often that
 * they lag by more than a turn (they keep that one turn and are not flooded with the rest).
 */
export function settlePool(pool: string, turns: PoolTurns, seats: readonly Seat[], at: Instant): Settled {
  const places: Turn[] = [];
  const entering: number[] = [];
  let least: Turn | undefined;
  let clock: Turn | undefined;
  let leastClosed: Turn | undefined;
  for (let i = 0; i < seats.length; i++) {
    const seat = seatAt(seats, i);
    const turn = ownTurn(turns, seat.person);
    places.push(turn ?? EMPTY_TURN);
    if (turn === undefined || (seat.open && isEntering(turn, seat, at))) {
      entering.push(i);
    } else if (!seat.open) {
      if (leastClosed === undefined || comparePlaces(turn, leastClosed) < 0) leastClosed = turn;
    } else {
      if (least === undefined || comparePlaces(turn, least) < 0) least = turn;
      // Only places that can be ahead of the clock are counted out; the others are most of a large pool.
      if (clock === undefined || turn.passes - UNIT / seat.weight > clock.passes - 1) {
        const began = stepBack(turn, seat.weight);
        if (clock === undefined || comparePlaces(began, clock) > 0) clock = began;
      }
    }
  }
  const changes: TurnChange[] = [];
  // A place below the clock is impossible to tell from a backlog: the last turn taken by anybody here began there.
  if (least !== undefined && clock !== undefined && comparePlaces(least, clock) < 0) {
    least = clock;
    liftLaggards(pool, seats, places, clock, entering, changes);
  }
  if (entering.length > 0) {
    enter(pool, turns, seats, places, least ?? leastClosed ?? leastOf(turns, seats, entering), entering, changes, at);
  }
  return { places, changes };
}

function isEntering(turn: Turn, seat: Seat, at: Instant): boolean {
  return isBack(turn, seat, at) || (turn.weight !== undefined && turn.weight !== seat.weight);
}

function isBack(turn: Turn, seat: Seat, at: Instant): boolean {
  return seat.backAt !== undefined && seat.backAt > turn.since && seat.backAt <= at;
}

function liftLaggards(
  pool: string,
  seats: readonly Seat[],
  places: Turn[],
  clock: Turn,
  entering: readonly number[],
  changes: TurnChange[],
): void {
  for (let i = 0; i < seats.length; i++) {
    const seat = seatAt(seats, i);
    const own = placeAt(places, i);
    if (!seat.open || entering.includes(i) || comparePlaces(own, clock) >= 0) continue;
    places[i] = moveTo(own, clock, seat.weight);
    changes.push({ pool, person: seat.person, turn: placeAt(places, i), why: 'settled', before: own.passes });
  }
}

function enter(
  pool: string,
  turns: PoolTurns,
  seats: readonly Seat[],
  places: Turn[],
  base: Turn,
  entering: readonly number[],
  changes: TurnChange[],
  at: Instant,
): void {
  for (const i of entering) {
    const seat = seatAt(seats, i);
    const own = ownTurn(turns, seat.person);
    if (own === undefined) {
      places[i] = moveTo({ passes: 0, lastAt: at, since: at }, base, seat.weight);
      changes.push({ pool, person: seat.person, turn: placeAt(places, i), why: 'joined' });
      continue;
    }
    const back = isBack(own, seat, at);
    const raised = comparePlaces(own, base) < 0 ? moveTo(own, base, seat.weight) : recount(own, seat.weight);
    const most = stepOn(recount(wholeOf(base, seat.weight), seat.weight), seat.weight);
    const place = comparePlaces(raised, most) > 0 ? moveTo(own, most, seat.weight) : raised;
    places[i] = back ? { ...place, since: at } : place;
    if (back || comparePlaces(place, own) !== 0) {
      changes.push({
        pool,
        person: seat.person,
        turn: placeAt(places, i),
        why: back ? 'returned' : 'settled',
        before: own.passes,
      });
    }
  }
}

/** Rounded down where the weights differ, so that nobody is ever more than one turn ahead. */
function wholeOf(turn: Turn, weight: number): Turn {
  if (turn.rest === undefined || turn.weight === weight) return turn;
  const { rest: _part, ...whole } = turn;
  return whole;
}

/** Where a pool stands when everybody in it is new, back from leave or of a new weight. */
function leastOf(turns: PoolTurns, seats: readonly Seat[], entering: readonly number[]): Turn {
  let least: Turn | undefined;
  for (const i of entering) {
    const turn = ownTurn(turns, seatAt(seats, i).person);
    if (turn !== undefined && (least === undefined || comparePlaces(turn, least) < 0)) least = turn;
  }
  return least ?? EMPTY_TURN;
}

/** The place of a newcomer: at the pool's time, behind those who wait there already. Undefined for a member. */
export function joinChange(
  pool: string,
  turns: PoolTurns,
  others: readonly Seat[],
  seat: Seat,
  at: Instant,
): TurnChange | undefined {
  if (ownTurn(turns, seat.person) !== undefined) return undefined;
  return changeOf(seat.person, settlePool(pool, turns, [...withoutPerson(others, seat.person), seat], at).changes);
}

/**
 * The place of a member back from leave: the greater of their own and the pool's least among those available. Routing
 * does this by itself for absences that stand in the roster; call it where an absence is deleted. Undefined for a stranger.
 */
export function returnChange(
  pool: string,
  turns: PoolTurns,
  others: readonly Seat[],
  seat: Seat,
  at: Instant,
): TurnChange | undefined {
  if (ownTurn(turns, seat.person) === undefined) return undefined;
  const back: Seat = { ...seat, open: true, backAt: at };
  return changeOf(seat.person, settlePool(pool, turns, [...withoutPerson(others, seat.person), back], at).changes);
}

/**
 * Gives a turn back. The place moves back by one turn as far as the pool's bound allows (not before the last turn that
 * anybody available took began, not below zero); what is left over is owed, and the member's next turns cost less by it.
 * `others` are the pool's members with who is available now.
 */
export function creditChange(
  pool: string,
  turns: PoolTurns,
  others: readonly Seat[],
  seat: Seat,
  at: Instant,
): TurnChange {
  const rest = withoutPerson(others, seat.person);
  const own =
    ownTurn(turns, seat.person) ?? joinChange(pool, turns, rest, { ...seat, open: true }, at)?.turn ?? EMPTY_TURN;
  const wanted = stepBack(recount(own, seat.weight), seat.weight);
  let floor: Turn = { ...EMPTY_TURN, weight: seat.weight };
  for (const other of rest) {
    const turn = ownTurn(turns, other.person);
    if (!other.open || turn === undefined) continue;
    const began = stepBack(turn, other.weight);
    if (comparePlaces(began, floor) > 0) floor = began;
  }
  const before = ownTurn(turns, seat.person)?.passes;
  const turn = comparePlaces(wanted, floor) >= 0 ? wanted : owing(own, wanted, floor, seat.weight);
  return { pool, person: seat.person, turn, why: 'credited', ...(before === undefined ? {} : { before }) };
}

/** Never moves a place forward: who stands before the floor already is owed the whole turn. */
function owing(own: Turn, wanted: Turn, floor: Turn, weight: number): Turn {
  const lowest = comparePlaces(own, floor) < 0 ? recount(own, weight) : moveTo(own, floor, weight);
  return { ...lowest, owed: (own.owed ?? 0) + Math.max(0, lowest.passes - wanted.passes) };
}

/** The turns of a pool after changes; changes of other pools are left out. */
export function applyTurns(pool: string, turns: PoolTurns, changes: readonly TurnChange[]): PoolTurns {
  const next: Record<PersonId, Turn> = { ...turns };
  for (const change of changes) if (change.pool === pool) next[change.person] = change.turn;
  return next;
}

/** Counts the whole pool down, so that places stay exact integers for ever. Backlogs that no longer count end at zero. */
function rebase(pool: string, turns: PoolTurns, changes: readonly TurnChange[], least: number): TurnChange[] {
  const whys = new Map(changes.map((change) => [change.person, change.why]));
  return Object.entries(applyTurns(pool, turns, changes)).map(([person, turn]) => {
    const before = ownTurn(turns, person)?.passes;
    const { rest, ...whole } = turn;
    const passes = turn.passes - least;
    const down: Turn =
      passes < 0 || rest === undefined ? { ...whole, passes: Math.max(0, passes) } : { ...turn, passes };
    return {
      pool,
      person,
      turn: down,
      why: whys.get(person) ?? 'settled',
      ...(before === undefined ? {} : { before }),
    };
  });
}

function leastOpen(seats: readonly Seat[], places: readonly Turn[]): number {
  return places.reduce(
    (least, turn, i) => (seatAt(seats, i).open ? Math.min(least, turn.passes) : least),
    Number.MAX_SAFE_INTEGER,
  );
}

function ownTurn(turns: PoolTurns, person: PersonId): Turn | undefined {
  const turn = turns[person];
  // Not a member but a word of the language, as `constructor`: read without the cost of asking first.
  return turn === undefined || Object.hasOwn(turn, 'passes') ? turn : undefined;
}

function changeOf(person: PersonId, changes: readonly TurnChange[]): TurnChange | undefined {
  return changes.find((change) => change.person === person);
}

function withoutPerson(seats: readonly Seat[], person: PersonId): Seat[] {
  return seats.filter((seat) => seat.person !== person);
}

function seatAt(seats: readonly Seat[], index: number): Seat {
  return seats[index] as Seat;
}

function placeAt(places: readonly Turn[], index: number): Turn {
  return places[index] as Turn;
}
