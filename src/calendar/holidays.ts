// Calendar room: public holidays of a region.
// Answers: which dates of a year does this region close. Promises: the same answer on every machine and in every
// process time zone (dates are taken from the rule's own local date, never from a machine's clock).

import Holidays from 'date-holidays';
import { CalendarError } from './calendar-error.ts';
import { dayMs } from './zone.ts';

/** What closes a date: the name, and the local time from which it is closed (0 for a whole day), in ms after midnight. */
type Closure = { readonly name: string; readonly fromMs: number };

/** `runsOver` says that the region has a holiday of several days that goes on into January; it belongs to the year it begins in. */
type RegionYear = { readonly closures: ReadonlyMap<number, Closure>; readonly runsOver: boolean };

// Memos of a pure computation: regions and years are few, and one year of one country costs 1 to 20 ms to work out.
const regions = new Map<string, Holidays>();
const years = new Map<string, RegionYear>();
// Public holidays only: banks, schools and observances do not close an office. English names, as all our sentences.
const options: { types: 'public'[]; languages: string[] } = { types: ['public'], languages: ['en'] };

/**
 * Checks that a region code such as US, US-NY or DE-BY is known.
 * @throws {CalendarError} when it is not; an unknown state is refused too, where the library would quietly fall back to its country.
 */
export function checkRegion(region: string): void {
  regionRules(region);
}

function regionRules(region: string): Holidays {
  const memo = regions.get(region);
  if (memo) return memo;
  const [country = '', state, part, ...rest] = String(region).toUpperCase().split('-');
  const book = new Holidays();
  const has = (table: { [key: string]: string } | undefined, key: string) =>
    Object.keys(table ?? {}).some((name) => name.toUpperCase() === key);
  const isKnown =
    rest.length === 0 &&
    has(book.getCountries(), country) &&
    (state === undefined || has(book.getStates(country), state)) &&
    (part === undefined || has(book.getRegions(country, state ?? ''), part));
  if (!isKnown) {
    throw new CalendarError(
      `"${region}" is not a holiday region; use a country such as US, or a country and state such as US-NY or DE-BY.`,
    );
  }
  const rules =
    state === undefined
      ? new Holidays(country, options)
      : part === undefined
        ? new Holidays(country, state, options)
        : new Holidays(country, state, part, options);
  regions.set(region, rules);
  return rules;
}

/**
 * The public holiday that closes a day (days since 1970-01-01) in a region, if any. Half-day holidays close from their local time on.
 * @throws {CalendarError} for an unknown region.
 */
export function regionHolidayOn(region: string, day: number): Closure | undefined {
  const date = new Date(day * dayMs);
  const year = date.getUTCFullYear();
  const { closures, runsOver } = regionYear(region, year);
  const found = closures.get(day);
  if (found || !runsOver || date.getUTCMonth() > 0) return found;
  return regionYear(region, year - 1).closures.get(day);
}

function regionYear(region: string, year: number): RegionYear {
  const key = `${region} ${year}`;
  const memo = years.get(key);
  if (memo) return memo;
  const closures = new Map<number, Closure>();
  for (const holiday of regionRules(region).getHolidays(year, 'en')) {
    // Date as written by the rule, "YYYY-MM-DD HH:MM:SS": the Date objects beside it depend on the machine's zone.
    const first = Date.parse(`${holiday.date.slice(0, 10)}T00:00:00Z`) / dayMs;
    const fromMs = Date.parse(`1970-01-01T${holiday.date.slice(11, 19)}Z`);
    // Rules of several days may carry an extra eve of hours (90 h for three days) or a clock change (25 h): whole days count.
    const days = Math.max(1, Math.floor((holiday.end.getTime() - holiday.start.getTime()) / dayMs));
    for (let day = first; day < first + days; day += 1) {
      const before = closures.get(day);
      const startMs = day === first ? fromMs : 0;
      if (!before || before.fromMs > startMs) closures.set(day, { name: holiday.name, fromMs: startMs });
    }
  }
  const newYear = Date.UTC(year + 1, 0, 1) / dayMs;
  const answer = { closures, runsOver: [...closures.keys()].some((day) => day >= newYear) };
  years.set(key, answer);
  return answer;
}
