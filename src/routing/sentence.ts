// Routing room: the one plain sentence of a decision.
// Promises: people, pools and teams by their ids (screens put the names in), instants in UTC to the minute, at most three
// people who were passed over; a rung whose condition failed is always mentioned.

import type { Candidate, RungTried } from '../words/routing.ts';
import type { Instant } from '../words/time.ts';

const NAMED_MAX = 3;

/** An instant as screens without a zone show it: 2026-11-25T14:00Z. */
export function sayTime(at: Instant): string {
  return `${new Date(at).toISOString().slice(0, 16)}Z`;
}

/** "ben: next in turn in pool ae-us (3 of 4 open; ana away until 2026-11-25T14:00Z)" */
export function sayPicked(tried: readonly RungTried[], entry: RungTried, picked: Candidate): string {
  return `${picked.person}: ${reasonOf(entry, picked)}${sayFailed(tried)}`;
}

/** "mia answers for it: offered to everybody of pool ae-us, the first to accept has it (3 of 4 free; …)" */
export function sayClaim(tried: readonly RungTried[], entry: RungTried, lead: string): string {
  return `${lead} answers for it: offered to everybody of pool ${entry.pool}, the first to accept has it (${sayPool(entry)})${sayFailed(tried)}`;
}

/** "waits until 2026-11-25T14:00Z, at most until …: nobody on the ladder is free (ana away until …)" */
export function sayHeld(tried: readonly RungTried[], until: Instant, holdBy: Instant): string {
  const most = holdBy === until ? '' : `, at most until ${sayTime(holdBy)}`;
  return `waits until ${sayTime(until)}${most}: nobody on the ladder is free${inBrackets(sayPassedOver(tried.flatMap(({ candidates }) => candidates)))}${sayFailed(tried)}`;
}

/** "dana: the fallback person; nobody on the ladder is free in time (ana away until …)"; `role` says who that is. */
export function sayFallback(tried: readonly RungTried[], entry: RungTried, role: string): string {
  const picked = entry.candidates.find(({ taken }) => taken) as Candidate;
  const although = picked.skip === undefined || picked.skip === 'later-in-turn' ? '' : `, although ${saySkip(picked)}`;
  const ladder = tried.filter(({ use }) => use !== 'fallback').flatMap(({ candidates }) => candidates);
  const passed = sayPassedOver([...entry.candidates, ...ladder].filter(({ person }) => person !== picked.person));
  return `${picked.person}: ${role}${although}; nobody on the ladder is free in time${inBrackets(passed)}${sayFailed(tried)}`;
}

function reasonOf(entry: RungTried, picked: Candidate): string {
  switch (entry.use) {
    case 'round-robin':
      return `${entry.territory === undefined ? '' : `territory ${entry.territory}: `}next in turn in pool ${entry.pool} (${sayPool(entry)})`;
    case 'least-loaded':
      return `fewest open handoffs for their weight in pool ${entry.pool} (${picked.load} open; ${sayPool(entry)})`;
    case 'owner':
      return 'had this subject before';
    case 'person':
      return `named by rung "${entry.name}"`;
    case 'lead':
      return `leads the team of rung "${entry.name}"`;
    case 'territory':
      return `owns territory ${entry.territory}`;
    case 'claim':
      return `of pool ${entry.pool}`;
    case 'by-hand':
      return 'named by hand';
    case 'fallback':
    case undefined:
      return `taken by rung "${entry.name}"`;
    default:
      return entry.use satisfies never;
  }
}

function sayPool(entry: RungTried): string {
  const free = entry.candidates.filter(({ skip }) => skip === undefined || skip === 'later-in-turn').length;
  const passed = sayPassedOver(entry.candidates);
  return `${free} of ${entry.candidates.length} free${passed === '' ? '' : `; ${passed}`}`;
}

/** The first few people who could not take it, each once, and how many more. */
function sayPassedOver(candidates: readonly Candidate[]): string {
  const said: string[] = [];
  const seen = new Set<string>();
  for (const candidate of candidates) {
    if (candidate.skip === undefined || candidate.skip === 'later-in-turn' || seen.has(candidate.person)) continue;
    seen.add(candidate.person);
    if (seen.size <= NAMED_MAX) said.push(`${candidate.person} ${saySkip(candidate)}`);
  }
  if (seen.size > NAMED_MAX) said.push(`${seen.size - NAMED_MAX} more`);
  return said.join(', ');
}

/** Why somebody was passed over, without their name: "declined this one, away until 2026-11-25T14:00Z". */
export function saySkip(candidate: Candidate): string {
  const also = candidate.also?.map((skip) => `, ${sayReason({ ...candidate, skip })}`) ?? [];
  return `${sayReason(candidate)}${also.join('')}`;
}

function sayReason(candidate: Candidate): string {
  const until = candidate.until === undefined ? '' : ` until ${sayTime(candidate.until)}`;
  switch (candidate.skip) {
    case 'away':
      return `away${until}`;
    case 'closed-for-now':
      return `closed${until}`;
    case 'full':
      return `full ${candidate.load}${until}`;
    case 'declined':
      return 'declined this one';
    case 'no-fit':
      return `lacks ${candidate.lacks}`;
    case 'is-sender':
      return 'is the sender';
    case 'inactive':
      return 'inactive';
    case 'unknown-person':
      return 'not in the roster';
    case 'later-in-turn':
      return 'later in turn';
    case undefined:
      return 'free';
    default:
      return candidate.skip satisfies never;
  }
}

function inBrackets(text: string): string {
  return text === '' ? '' : ` (${text})`;
}

function sayFailed(tried: readonly RungTried[]): string {
  let said = '';
  for (const { result, name, why } of tried) if (result === 'error') said += `; rung "${name}" was skipped: ${why}`;
  return said;
}
