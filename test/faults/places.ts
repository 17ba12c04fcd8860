// Places for fault runs: a temporary folder that the database's user may pass through, a small file system in a file,
// and the PostgreSQL servers there are.

import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Runs `work` in a new folder and removes it afterwards. */
export async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'baton-faults-'));
  // Where this runs as root, the database runs as another user, who has to pass through here.
  chmodSync(folder, 0o711);
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export type Disk = { image: string; mount: string; unmount(): void };

/** A file system of so many megabytes in a file, mounted below `folder`. An existing image is mounted as it is. */
export function mountDisk(folder: string, name: string, megabytes: number): Disk {
  const image = join(folder, `${name}.img`);
  const mount = join(folder, name);
  if (!existsSync(image)) {
    execFileSync('truncate', ['-s', `${megabytes}M`, image]);
    execFileSync('mkfs.ext4', ['-q', '-m', '0', image]);
  }
  mkdirSync(mount, { recursive: true });
  execFileSync('mount', ['-o', 'loop', image, mount]);
  chmodSync(mount, 0o711);
  return { image, mount, unmount: () => execFileSync('umount', [mount]) };
}

/** The folder of the machine's own PostgreSQL programs, the newest, where it has some. */
export function systemPrograms(): string | undefined {
  const debian = '/usr/lib/postgresql';
  const lines = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  return lines.map((line) => join(debian, line, 'bin')).find((bin) => existsSync(join(bin, 'initdb')));
}
