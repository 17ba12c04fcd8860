// A short working day that a driver lives through: signals of every kind, acceptances, rejections, follow-ups, closes,
// in waves that are sent at once. Every command's id follows from the day's name, so that a day can be lived again.

import type { House } from '../../src/run/house.ts';
import type { Driver } from './driver.ts';
import { lead } from './driver.ts';
import { WORKSPACE } from './site.ts';

/** Lives through one day. Resolves when everything was answered. */
export async function liveDay(driver: Driver, house: House, day: string): Promise<void> {
  const event = (name: string, type?: string) => driver.event(`${day}-${name}`, lead(`${day}-${name}`), type);
  const [a, b, c, c2] = await Promise.all([
    event('a'),
    event('b'),
    event('c'),
    driver.event(`${day}-c-again`, lead(`${day}-c`)),
    event('urgent', 'demo'),
    driver.signed(`${day}-signed`, lead(`${day}-signed`)),
    driver.signed(`${day}-signed`, lead(`${day}-signed`)),
  ]);
  if (c.body.handoff !== c2.body.handoff) throw new Error('Two signals of one lead opened two handoffs.');
  const act = async (handoff: string | undefined, path: string, body?: unknown, key = path) => {
    const who = await holderOf(house, handoff ?? '');
    const ack = await driver.send(who, `/api/v1/handoffs/${handoff}/${path}`, `${day}-${key}`, body);
    if (ack.status !== 200) throw new Error(`${day}: ${path} by ${who} was answered ${JSON.stringify(ack.body)}.`);
  };
  await Promise.all([
    act(a.body.handoff, 'accept'),
    act(b.body.handoff, 'reject', { reason: 'no-budget' }),
    act(c.body.handoff, 'accept'),
    act(c.body.handoff, 'accept'),
    driver.send('mia', `/api/v1/handoffs/${c.body.handoff}/accept`, `${day}-mia-too`),
  ]);
  await Promise.all([
    act(a.body.handoff, 'follow-up', { channel: 'call', occurredAt: new Date(Date.now() - 1_000).toISOString() }),
    driver.send('ana', `/api/v1/handoffs/${b.body.handoff}/resend`, `${day}-resend`),
  ]);
  await act(a.body.handoff, 'close', { outcome: 'opportunity' });
}

/** Whoever may act on a handoff now: the person it is offered to, or its owner. */
async function holderOf(house: House, id: string): Promise<string> {
  const row = await house.reader.handoff(WORKSPACE, id);
  if (row === undefined) throw new Error(`Handoff ${id} was acknowledged and is not there.`);
  return row.handoff.offer?.to ?? row.handoff.owner;
}
