// lab: the demo company Northlight: its people and its policy, as commands with fixed names. Said twice they change nothing;
// when a release ships other people or another policy, only what differs is said anew.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Ask } from '../words/arrival.ts';
import { readPeople } from './simulate-people.ts';

export type Founding = { command: string; ask: Ask };

const POLICY = 'policies/demo.yaml';
const PEOPLE = 'policies/demo-people.csv';

/** Everything that sets the company up, in order. */
export function foundingAsks(): Founding[] {
  const { teams, people } = readPeople(shipped(PEOPLE), PEOPLE);
  const asks: Ask[] = [
    { ask: 'create-workspace', name: 'Northlight' },
    ...teams,
    ...people,
    { ask: 'publish-policy', text: shipped(POLICY), file: POLICY },
  ];
  return asks.map((ask) => ({ command: `demo:found:${hashOf(ask)}`, ask }));
}

function shipped(path: string): string {
  return readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
}

function hashOf(ask: Ask): string {
  return createHash('sha256').update(JSON.stringify(ask)).digest('hex').slice(0, 24);
}
