import { expect, test } from 'vitest';
import type { Reply } from '../deliver/dialer.ts';
import { Fault } from '../words/fault.ts';
import { DAY, HOUR, MINUTE } from '../words/time.ts';
import { openFeedReader } from './feeds.ts';
import type { Stage } from './stage.ts';
import { openStage } from './stage.ts';

const NOW = Date.UTC(2026, 10, 24, 9);

const event = (uid: string, day: string, more = '') =>
  `BEGIN:VEVENT\r\nUID:${uid}\r\nSUMMARY:Knee operation\r\nDTSTART;VALUE=DATE:${day}\r\n${more}END:VEVENT\r\n`;
const calendar = (...events: string[]) => `BEGIN:VCALENDAR\r\nVERSION:2.0\r\n${events.join('')}END:VCALENDAR\r\n`;

const reply = (body: string, more: Partial<Reply> = {}): Reply => ({
  status: 200,
  headers: { etag: `"${body.length}"` },
  body: new TextEncoder().encode(body),
  complete: true,
  ...more,
});

async function openDesk() {
  const stage = await openStage({ at: NOW });
  await stage.say({ ask: { ask: 'create-workspace', name: 'Feeds' } });
  await stage.say({ ask: { ask: 'set-person', person: { id: 'ben', roles: ['ae'], weight: 1, active: true } } });
  await stage.say({ ask: { ask: 'set-feed', person: 'ben', url: 'https://calendar.example/secret' } });
  const calls: { url: string; headers: Record<string, string> }[] = [];
  const answer: { next: () => Reply } = { next: () => reply(calendar()) };
  const reader = openFeedReader({
    dialer: {
      call: async ({ url, headers = {} }) => {
        calls.push({ url, headers });
        return answer.next();
      },
    },
    fed: async () => {
      const person = stage.standing().roster.people.get('ben');
      return person?.feed === undefined
        ? []
        : [{ workspace: stage.workspace, person, zone: 'Europe/Berlin', away: undefined }];
    },
    address: async () => 'https://calendar.example/secret',
    submit: (_, command, ask) => stage.say({ ask, command, via: 'receipt' }),
    now: () => stage.now(),
    log: () => undefined,
  });
  return { stage, reader, calls, answer };
}

const absencesOf = (stage: Stage) => stage.standing().roster.people.get('ben')?.absences ?? [];
const failureOf = (stage: Stage) => stage.standing().roster.people.get('ben')?.feed?.failed;

test('a feed becomes the absences of its person, without its titles, and the same again changes nothing', async () => {
  const { stage, reader, calls, answer } = await openDesk();
  answer.next = () => reply(calendar(event('1', '20261130'), event('2', '20261224')));
  expect(await reader.look()).toBe(1);
  expect(absencesOf(stage).map(({ from, to, source }) => [from, to - from, source])).toEqual([
    [Date.UTC(2026, 10, 29, 23), DAY, 'ics'],
    [Date.UTC(2026, 11, 23, 23), DAY, 'ics'],
  ]);
  expect(JSON.stringify(stage.journal.snapshot(stage.workspace).ledger)).not.toContain('Knee');
  expect(await reader.look()).toBe(0);
  stage.setNow(NOW + 16 * MINUTE);
  const before = stage.journal.snapshot(stage.workspace).seq;
  answer.next = () => reply('', { status: 304 });
  expect(await reader.look()).toBe(1);
  expect(calls[0]?.headers['if-none-match']).toBeUndefined();
  expect(calls[1]?.headers['if-none-match']).toMatch(/^"\d+"$/);
  expect(stage.journal.snapshot(stage.workspace).seq).toBe(before);
});

test('a broken line takes nothing over, keeps what was known, and is shown with its line until it is mended', async () => {
  const { stage, reader, calls, answer } = await openDesk();
  answer.next = () => reply(calendar(event('1', '20261130')));
  await reader.look();
  const good = absencesOf(stage);
  stage.setNow(NOW + HOUR);
  answer.next = () => reply(calendar(event('1', '20261130'), event('2', '20261340')));
  await reader.look();
  expect(absencesOf(stage)).toEqual(good);
  expect(failureOf(stage)).toMatchObject({ why: 'bad-line', line: 11 });
  stage.setNow(NOW + 2 * HOUR);
  answer.next = () => reply(calendar(event('1', '20261130')));
  await reader.look();
  expect(calls.at(-1)?.headers['if-none-match']).toBeUndefined();
  expect(failureOf(stage)).toBeUndefined();
  expect(absencesOf(stage)).toEqual(good);
});

test.each([
  [
    'an address that does not answer',
    () => {
      throw new Fault('deliver/unreachable', 'calendar.example: ECONNREFUSED');
    },
    'unreachable',
  ],
  [
    'an address inside the house',
    () => {
      throw new Fault('deliver/refused-address', 'it is not public');
    },
    'refused-address',
  ],
  ['a sign-in page', () => reply('<html>Sign in</html>'), 'not-a-calendar'],
  ['an error', () => reply('gone', { status: 404 }), 'answered-error'],
  ['a file that was cut', () => reply(calendar(), { complete: false }), 'too-large'],
] as const)('%s is a failure of its own kind', async (_, next, why) => {
  const { stage, reader, answer } = await openDesk();
  answer.next = next;
  await reader.look();
  expect(failureOf(stage)?.why).toBe(why);
  expect(absencesOf(stage)).toEqual([]);
});

test('another address is read at once', async () => {
  const { stage, reader, answer } = await openDesk();
  await reader.look();
  answer.next = () => reply(calendar(event('9', '20261201')));
  await stage.say({ ask: { ask: 'set-feed', person: 'ben', url: 'https://calendar.example/other' } });
  expect(await reader.look()).toBe(1);
  expect(absencesOf(stage)).toHaveLength(1);
});
