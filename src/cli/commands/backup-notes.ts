// cli: when the last backup of a data folder was taken and last checked: a small file beside the data, for doctor.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export type BackupNotes = { backedUpAt?: number; verifiedAt?: number };

export function readBackupNotes(folder: string): BackupNotes {
  const path = join(folder, 'backups.json');
  if (!existsSync(path)) return {};
  const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
  const notes = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  return {
    ...(typeof notes.backedUpAt === 'number' ? { backedUpAt: notes.backedUpAt } : {}),
    ...(typeof notes.verifiedAt === 'number' ? { verifiedAt: notes.verifiedAt } : {}),
  };
}

export function noteBackup(folder: string, notes: BackupNotes): void {
  if (!existsSync(folder)) return;
  writeFileSync(join(folder, 'backups.json'), `${JSON.stringify({ ...readBackupNotes(folder), ...notes })}\n`, {
    mode: 0o600,
  });
}
