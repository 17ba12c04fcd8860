import { expect, test } from 'vitest';
import { cloudEventType, meaningOf, retryAfterMs } from './send.ts';

const NOW = Date.UTC(2026, 10, 24, 9, 0);

test.each([
  ['handoff-accepted', 'io.baton.handoff.accepted.v1'],
  ['meeting-no-show', 'io.baton.meeting.no-show.v1'],
  ['level-reached', 'io.baton.level.reached.v1'],
  ['followed-up', 'io.baton.followed.up.v1'],
])('%s is %s outside', (kind, type) => {
  expect(cloudEventType(kind)).toBe(type);
});

test.each([
  [200, 'delivered'],
  [202, 'delivered'],
  [299, 'delivered'],
  [301, 'rejected'],
  [304, 'rejected'],
  [400, 'rejected'],
  [401, 'rejected'],
  [404, 'rejected'],
  [408, 'later'],
  [410, 'gone'],
  [425, 'later'],
  [429, 'slow-down'],
  [500, 'later'],
  [503, 'later'],
  [599, 'later'],
])('HTTP %i means %s', (status, means) => {
  expect(meaningOf(status, {}, NOW).means).toBe(means);
});

test.each([
  ['120', {}, 120_000],
  ['0', {}, 0],
  ['999999999', {}, 86_400_000],
  ['Tue, 24 Nov 2026 09:00:30 GMT', {}, 30_000],
  ['Tue, 24 Nov 2026 08:00:00 GMT', {}, 0],
  ['Tue, 24 Nov 2026 09:01:00 GMT', { date: 'Tue, 24 Nov 2026 09:00:50 GMT' }, 10_000],
  ['Tue, 24 Nov 2026 09:01:00 GMT', { date: 'yesterday' }, 60_000],
  ['soon', {}, undefined],
  ['-5', {}, undefined],
  ['1.5', {}, undefined],
  ['Tue, 99 Nov 2026 09:00:30 GMT', {}, undefined],
  ['', {}, undefined],
])('Retry-After "%s" with %j is %s ms', (text, more, expected) => {
  expect(retryAfterMs({ 'retry-after': text, ...more }, NOW)).toBe(expected);
});

test('an endpoint that asks for patience without a time gets ten seconds; one that fails gets the schedule', () => {
  expect(meaningOf(429, {}, NOW)).toEqual({ means: 'slow-down', afterMs: 10_000 });
  expect(meaningOf(503, {}, NOW)).toEqual({ means: 'later' });
  expect(retryAfterMs({}, NOW)).toBeUndefined();
});
