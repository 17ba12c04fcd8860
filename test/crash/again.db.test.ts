// The same thing again and again, and several people at once (RELIABILITY, F04 and F15), through two doors on one record.

import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signWebhook } from '../../src/deliver/standard-webhooks.ts';
import { openHouse } from '../../src/run/house.ts';
import { serve } from '../../src/run/serve.ts';
import { testServers } from '../databases.ts';
import { checkRecord } from './checker.ts';
import type { Driver } from './driver.ts';
import { lead, startDriver } from './driver.ts';
import { settled } from './loop.ts';
import type { Site } from './site.ts';
import { openSite, SOURCE, WORKSPACE } from './site.ts';

describe.each(testServers())('the same thing again, on $name', (server) => {
  let site: Site;
  let urls: string[];
  let driver: Driver;
  const closing: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    site = await openSite(server);
    const other = await openHouse({ ...site.options, log: () => undefined });
    urls = [];
    for (const house of [site.house, other]) {
      const serving = await serve(house, {
        host: '127.0.0.1',
        port: 0,
        services: house === other ? ['web'] : ['web', 'worker'],
        log: () => undefined,
      });
      urls.push(serving.url);
      closing.unshift(() => serving.stop());
    }
    let turn = 0;
    driver = startDriver(site, join(site.options.folder, 'acks.jsonl'), async () => urls[turn++ % 2] ?? '');
    closing.push(
      () => other.close(),
      () => site.close(),
    );
  }, 120_000);
  afterAll(async () => {
    driver.close();
    for (const close of closing) await close();
  });

  it('a webhook that is sent 1,000 times at once is one event, and all others hear that it is a duplicate', {
    timeout: 120_000,
  }, async () => {
    const body = Buffer.from(
      JSON.stringify({ specversion: '1.0', id: 'w-1', source: '/crm', type: 'meeting-booked', data: lead('storm') }),
    );
    const headers = {
      ...signWebhook([site.secret], 'w-1', Date.now(), body),
      'content-type': 'application/cloudevents+json',
    };
    const answers = await Promise.all(
      Array.from({ length: 1_000 }, async (_, n) => {
        const response = await fetch(`${urls[n % 2]}/api/v1/events?source=${WORKSPACE}:${SOURCE}`, {
          method: 'POST',
          headers,
          body,
        });
        return { status: response.status, ...((await response.json()) as { arrival: string; duplicate: boolean }) };
      }),
    );
    expect(answers.filter((a) => a.status !== 202)).toEqual([]);
    expect(answers.filter((a) => !a.duplicate).length).toBe(1);
    expect(new Set(answers.map((a) => a.arrival)).size).toBe(1);
    await settled(site);
    const { found, events } = await checkRecord(site.house, driver.acks());
    expect(found).toEqual([]);
    expect(events.filter(({ event }) => event.kind === 'handoff-opened').length).toBe(1);
  });

  it('of 100 acceptances at once by several people one wins, and each person hears the same answer every time', {
    timeout: 120_000,
  }, async () => {
    const { body } = await driver.event('race', lead('race'));
    const id = body.handoff ?? '';
    const to = (await site.house.reader.handoff(WORKSPACE, id))?.handoff.offer?.to ?? '';
    const people = ['ben', 'cleo', 'dan', 'mia'];
    const acks = await Promise.all(
      Array.from({ length: 100 }, async (_, n) => {
        const who = people[n % 4] ?? '';
        // Half of them retries under one key, half with a key of their own, as from another tab.
        const key = n % 8 < 4 ? `race-${who}` : `race-${who}-${n}`;
        return { who, ack: await driver.send(who, `/api/v1/handoffs/${id}/accept`, key) };
      }),
    );
    const winners = acks.filter(({ who }) => who === to);
    expect(new Set(winners.map(({ ack }) => ack.status))).toEqual(new Set([200]));
    expect(new Set(winners.map(({ ack }) => JSON.stringify(ack.body))).size).toBe(1);
    for (const { who, ack } of acks) {
      if (who === to) continue;
      expect(ack.status).toBe(409);
      expect(['accept/not-yours', 'accept/already-accepted']).toContain(ack.body.code);
    }
    await settled(site);
    const { found, events } = await checkRecord(site.house, driver.acks());
    expect(found).toEqual([]);
    const accepted = events.filter(({ event }) => event.kind === 'handoff-accepted');
    expect(accepted.map(({ event }) => event.kind === 'handoff-accepted' && event.by)).toEqual([to]);
  });
});
