// deliver: the promise of every way out, as one suite that each outlet passes against a fake with its own journal.

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { FaultCode } from '../words/fault.ts';
import { Fault } from '../words/fault.ts';
import type { Outlet } from './outlet.ts';

/** An outlet with the fake world behind it. */
export type OutletWorld<Message> = {
  outlet: Outlet<Message>;
  message(id: string): Message;
  /** A message that would put a header of its own into what is sent; absent where there are no headers. */
  smuggler?: Message;
  /** The identity of everything that the other side wrote down, oldest first. */
  seen(): Promise<string[]>;
  /** The identity under which the other side knows the message. */
  identity(id: string): string;
  /** How this world can misbehave, and the fault that must come of it. */
  troubles: {
    name: string;
    begin(): void | Promise<void>;
    fault: FaultCode;
    arrives: boolean;
    retryAfterMs?: number;
  }[];
  /** Strings that must never stand in a fault, which people and logs see. */
  secrets: string[];
  close(): Promise<void>;
};

/** Runs the contract for one outlet; `troubles` are the names of what its world can play. */
export function outletContract<Message>(
  name: string,
  troubles: string[],
  open: () => Promise<OutletWorld<Message>>,
): void {
  describe(`the outlet contract: ${name}`, () => {
    let world: OutletWorld<Message>;
    beforeEach(async () => {
      world = await open();
    });
    afterEach(async () => {
      await world.outlet.close();
      await world.close();
    });

    const faultOf = async (message: Message): Promise<Fault> => {
      const error: unknown = await world.outlet.send(message).then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      expect(error).toBeInstanceOf(Fault);
      return error as Fault;
    };

    test('says in one sentence where messages go', () => {
      expect(world.outlet.says).toMatch(/^[A-Z].+\.$/);
      for (const secret of world.secrets) expect(world.outlet.says).not.toContain(secret);
    });

    test('when send returns, the other side has the message', async () => {
      await world.outlet.send(world.message('ms_1'));
      expect(await world.seen()).toEqual([world.identity('ms_1')]);
    });

    test('the same message sent twice is the same message over there', async () => {
      await world.outlet.send(world.message('ms_1'));
      await world.outlet.send(world.message('ms_1'));
      expect(new Set(await world.seen())).toEqual(new Set([world.identity('ms_1')]));
    });

    test('different messages are different, also when they go at the same time', async () => {
      const ids = ['ms_1', 'ms_2', 'ms_3', 'ms_4'];
      await Promise.all(ids.map((id) => world.outlet.send(world.message(id))));
      expect((await world.seen()).toSorted()).toEqual(ids.map(world.identity));
    });

    test('no message can bring a header of its own', async () => {
      if (world.smuggler === undefined) return;
      const fault = await faultOf(world.smuggler);
      expect(fault.retry).toBe(false);
      expect(await world.seen()).toEqual([]);
    });

    test.each(troubles)('trouble: %s', async (called) => {
      const trouble = world.troubles.find((one) => one.name === called);
      if (!trouble) throw new Error(`The world of ${name} cannot play "${called}".`);
      await trouble.begin();
      const fault = await faultOf(world.message('ms_1'));
      expect(fault.code).toBe(trouble.fault);
      expect(fault.retryAfterMs).toBe(trouble.retryAfterMs);
      expect(await world.seen()).toEqual(trouble.arrives ? [world.identity('ms_1')] : []);
      for (const secret of world.secrets) expect(fault.message).not.toContain(secret);
    });
  });
}
