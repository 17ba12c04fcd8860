// One holder per data folder, as far as one process and made-up holders can show it.
import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockFolder, startMark } from './embedded-lock.ts';

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'baton-lock-'));
  path = join(folder, 'baton.lock');
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function leave(holder: Record<string, unknown>): void {
  writeFileSync(
    path,
    JSON.stringify({ nonce: 'n1', pid: 4242, host: 'far', started: '1', place: 'elsewhere', ...holder }),
  );
}

describe('lockFolder', () => {
  it('writes down who holds the folder and takes that back on release', async () => {
    const lock = await lockFolder(folder);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ pid: process.pid, started: startMark(process.pid) });
    lock.release();
    lock.release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('lets one of many simultaneous starts in', async () => {
    const tries = await Promise.allSettled(Array.from({ length: 20 }, () => lockFolder(folder)));
    const held = tries.filter((one) => one.status === 'fulfilled');
    expect(held).toHaveLength(1);
    for (const { value } of held) value.release();
  });

  it('takes over from a process whose id is used by another one now', async () => {
    const mine = await lockFolder(folder);
    const holder = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
    mine.release();
    leave({ ...holder, nonce: 'n2', started: 'earlier' });
    (await lockFolder(folder)).release();
  });

  it('takes over a lock file that holds nothing readable', async () => {
    writeFileSync(path, 'half a');
    (await lockFolder(folder)).release();
  });

  it('takes over from a holder elsewhere that gives no sign of life', async () => {
    leave({});
    (await lockFolder(folder)).release();
  });

  it('refuses while a holder elsewhere keeps touching its lock', async () => {
    leave({});
    const touch = setInterval(() => utimesSync(path, new Date(), new Date()), 500);
    try {
      await expect(lockFolder(folder)).rejects.toThrow('in use by process 4242 on host far');
    } finally {
      clearInterval(touch);
    }
  });

  it('leaves a lock alone that is no longer its own', async () => {
    const lock = await lockFolder(folder);
    leave({ nonce: 'n3' });
    lock.release();
    expect(readFileSync(path, 'utf8')).toContain('n3');
  });
});
