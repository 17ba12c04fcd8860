import { expect, test } from 'vitest';
import type { Person, Roster } from '../words/roster.ts';
import { checkPeople, mentionsIn, peopleOf } from './people.ts';
import { readPolicy } from './read.ts';

const TEXT = `baton: 1
name: Y
hours: { zone: Europe/Berlin }
fields: { company: string }
signals: { demo: Asked for a demo }
pools: { aes: [ana, ben], all: { team: sales } }
transitions:
  a-b:
    from: A
    to: B
    trigger: demo
    sender: [booker, { lead: sdr }, { person: pia }]
    route: [{ round-robin: aes }, { person: leo }, { lead: sales }]
    fallback: mia
    tasks: [{ title: x, for: { person: tom }, due: at accepted }]
last-rung: rita
`;

const result = readPolicy(TEXT, 'p.yaml');
if (!result.ok) throw new Error(JSON.stringify(result.problems));
const { doc, spots } = result;

function person(id: string, more: Partial<Person> = {}): [string, Person] {
  return [id, { id, roles: [], absences: [], weight: 1, active: true, joinedAt: 0, ...more }];
}

function rosterOf(people: [string, Person][], teams: string[]): Roster {
  return {
    version: 1,
    people: new Map(people),
    teams: new Map(teams.map((id) => [id, { id, name: id, lead: 'ana' }])),
  };
}

test('every person and team that a policy names is found with its path', () => {
  expect(mentionsIn(doc).map((m) => ('person' in m ? m.person : `team ${m.team}`))).toEqual([
    'ana',
    'ben',
    'team sales',
    'team sdr',
    'pia',
    'leo',
    'team sales',
    'mia',
    'tom',
    'rita',
  ]);
});

test('who is unknown or inactive is told with path and line', () => {
  const known = ['ana', 'pia', 'leo', 'mia', 'tom'].map((id) => person(id));
  const roster = rosterOf([...known, person('ben', { active: false })], ['sales']);
  expect(checkPeople(doc, roster, spots)).toEqual([
    { path: 'pools.aes.members[1]', person: 'ben', kind: 'person', line: 6 },
    { path: 'transitions.a-b.sender[1].lead', person: 'sdr', kind: 'team', line: 12 },
    { path: 'lastRung', person: 'rita', kind: 'person', line: 16 },
  ]);
});

test('a pool by team and role takes active people who have both', () => {
  const roster = rosterOf(
    [
      person('a', { team: 't', roles: ['ae'] }),
      person('b', { team: 't' }),
      person('c', { roles: ['ae'] }),
      person('d', { team: 't', roles: ['ae'], active: false }),
    ],
    ['t'],
  );
  expect(peopleOf({ team: 't', role: 'ae' }, roster)).toEqual(['a']);
  expect(peopleOf({ role: 'ae' }, roster)).toEqual(['a', 'c']);
  expect(peopleOf({ members: [{ person: 'b' }, { person: 'd' }] }, roster)).toEqual(['b']);
  expect(peopleOf({ members: [{ person: 'zoe' }], role: 'ae' })).toEqual(['zoe']);
});
