// cli: what is true about this installation, each with what to do where it is not right. The checks are questions to the
// record, the folder and the server; judging them is here, so that it can be tested without any.

import type { Health } from '../../record/health.ts';
import type { Instant } from '../../words/time.ts';
import { DAY, MINUTE, SECOND } from '../../words/time.ts';

export type Finding = {
  what: string;
  state: 'good' | 'note' | 'problem';
  says: string;
  /** What to do; only where something is not right. */
  cure?: string;
};

export type Examined = {
  health: Health;
  kind: 'embedded' | 'joined' | 'own';
  /** This process's clock at the same moment. */
  clockAt: Instant;
  disk: { freeBytes: number; totalBytes: number } | undefined;
  /** Files with secrets, and their modes. */
  secrets: { file: string; mode: number }[];
  /** Answer of the server's health page; undefined: none. */
  server: { url: string; answered: boolean };
  backups: { backedUpAt?: Instant; verifiedAt?: Instant };
  workspaces: {
    name: string;
    policy: boolean;
    deadMessages: number;
    setAside: number;
    late: number;
  }[];
  versions: { node: string; zones: string };
};

export function judge(seen: Examined): Finding[] {
  return [...durability(seen), ...database(seen), ...folder(seen), ...work(seen)];
}

function durability({ health, kind }: Examined): Finding[] {
  const committed = health.synchronousCommit !== 'off';
  const power = health.fsync && committed && health.fullPageWrites;
  const remote = health.synchronousStandbys !== '' && ['on', 'remote_apply'].includes(health.synchronousCommit);
  return [
    {
      what: 'process death',
      state: 'good',
      says: 'A killed Baton or database process loses nothing that was acknowledged.',
    },
    power
      ? {
          what: 'power loss',
          state: 'good',
          says: 'Safe: every acknowledged decision is on disk (fsync, synchronous_commit and full_page_writes are on).',
        }
      : {
          what: 'power loss',
          state: 'problem',
          says: `Not safe: fsync is ${onOff(health.fsync)}, synchronous_commit is ${health.synchronousCommit}, full_page_writes is ${onOff(health.fullPageWrites)}.`,
          cure: 'Turn all three on in the server configuration.',
        },
    remote
      ? { what: 'loss of the machine', state: 'good', says: `Safe: a commit waits for ${health.synchronousStandbys}.` }
      : {
          what: 'loss of the machine',
          state: 'note',
          says:
            kind === 'own'
              ? 'Not safe: no synchronous standby. A failover can lose what was acknowledged last.'
              : 'Not safe: there is one copy, on this disk.',
          cure: 'Take backups to another machine, or run your own PostgreSQL with a synchronous standby (DATABASE_URL).',
        },
  ];
}

function database({ health, kind, clockAt, server, versions }: Examined): Finding[] {
  const drift = Math.abs(clockAt - health.now);
  const fence = health.unfenced.length === 0 && !health.roleTooStrong;
  return [
    {
      what: 'database',
      state: health.inRecovery ? 'problem' : 'good',
      says: `PostgreSQL ${health.version}, ${kind === 'own' ? 'your own' : 'the built-in one'}, ${size(health.databaseBytes)}${health.inRecovery ? ', read-only (in recovery)' : ''}.`,
      ...(health.inRecovery ? { cure: 'Point DATABASE_URL at the primary.' } : {}),
    },
    fence
      ? {
          what: 'fence between workspaces',
          state: 'good',
          says: 'Every table of workspaces has a forced row fence, and the application cannot step over it.',
        }
      : {
          what: 'fence between workspaces',
          state: 'problem',
          says: `Broken: ${health.roleTooStrong ? 'the application runs as a role that bypasses it' : `no fence on ${health.unfenced.join(', ')}`}.`,
          cure: 'Restore the roles and tables that Baton made; see docs/cli.md.',
        },
    {
      what: 'clock',
      state: drift > 5 * SECOND ? 'note' : 'good',
      says: `This process and the database are ${(drift / 1000).toFixed(1)} s apart; decisions use the database's clock.`,
      ...(drift > 5 * SECOND ? { cure: 'Let both machines follow a time server.' } : {}),
    },
    { what: 'versions', state: 'good', says: `Node ${versions.node}, time zones ${versions.zones}.` },
    server.answered
      ? { what: 'server', state: 'good', says: `Answers at ${server.url}.` }
      : {
          what: 'server',
          state: 'note',
          says: `Nothing answers at ${server.url}.`,
          cure: 'baton up, or say --server URL',
        },
  ];
}

function folder({ disk, secrets, backups, health }: Examined): Finding[] {
  const findings: Finding[] = [];
  if (disk !== undefined) {
    const low = disk.freeBytes < disk.totalBytes * 0.1;
    findings.push({
      what: 'disk',
      state: low ? 'problem' : 'good',
      says: `${size(disk.freeBytes)} of ${size(disk.totalBytes)} are free.`,
      ...(low ? { cure: 'Free space: below a tenth, acts will soon be refused.' } : {}),
    });
  }
  const open = secrets.filter(({ mode }) => (mode & 0o077) !== 0);
  findings.push(
    open.length === 0
      ? { what: 'secrets', state: 'good', says: `${secrets.length} files with secrets are readable by you alone.` }
      : {
          what: 'secrets',
          state: 'problem',
          says: `Other users can read ${open.map((one) => one.file).join(', ')}.`,
          cure: `chmod 600 ${open.map((one) => one.file).join(' ')}`,
        },
  );
  const { backedUpAt, verifiedAt } = backups;
  const old = backedUpAt === undefined || health.now - backedUpAt > 2 * DAY;
  findings.push({
    what: 'backup',
    state: old ? 'note' : 'good',
    says:
      backedUpAt === undefined
        ? 'None was taken from this data folder.'
        : `The last one is ${age(health.now - backedUpAt)} old.`,
    ...(old ? { cure: 'baton backup FILE' } : {}),
  });
  const stale = verifiedAt === undefined || health.now - verifiedAt > 35 * DAY;
  findings.push({
    what: 'restore test',
    state: stale ? 'note' : 'good',
    says:
      verifiedAt === undefined
        ? 'No backup was ever checked here.'
        : `The last one was ${age(health.now - verifiedAt)} ago.`,
    ...(stale ? { cure: 'baton restore FILE --verify' } : {}),
  });
  return findings;
}

const WORDS: Record<string, string> = { alarm: 'clocks', message: 'messages', webhook: 'stored arrivals' };

function work({ health, workspaces }: Examined): Finding[] {
  const stuck = health.overdue.filter((row) => health.now - row.since > MINUTE);
  const findings: Finding[] = [
    stuck.length === 0
      ? { what: 'due work', state: 'good', says: 'Nothing has waited for more than a minute.' }
      : {
          what: 'due work',
          state: 'problem',
          says: `${stuck.map((row) => `${row.count} ${WORDS[row.kind] ?? row.kind}, the oldest for ${age(health.now - row.since)}`).join('; ')}.`,
          cure: 'Start the server (baton up), or look into its log: its worker does not keep up.',
        },
  ];
  for (const one of workspaces) {
    const wrong = [
      ...(one.deadMessages > 0
        ? [`${one.deadMessages} ${one.deadMessages === 1 ? 'message' : 'messages'} failed for good`]
        : []),
      ...(one.setAside > 0
        ? [`${one.setAside} ${one.setAside === 1 ? 'arrival was' : 'arrivals were'} set aside`]
        : []),
    ];
    const cures = [
      ...(one.deadMessages > 0 ? ['baton outbox list --state dead'] : []),
      ...(one.setAside > 0 ? ['baton setaside list'] : []),
      ...(one.policy ? [] : [`baton policy publish FILE${workspaces.length > 1 ? ` --workspace "${one.name}"` : ''}`]),
    ];
    findings.push({
      what: `workspace ${one.name}`,
      state: wrong.length > 0 ? 'problem' : one.policy ? 'good' : 'note',
      says: `${one.policy ? 'Has a live policy' : 'Has no policy yet'}, ${one.late} late${wrong.length > 0 ? `; ${wrong.join('; ')}` : ''}.`,
      ...(cures.length === 0
        ? {}
        : { cure: `${cures.join(', then ')}${wrong.length > 0 ? ', with a key of this workspace' : ''}` }),
    });
  }
  return findings;
}

function onOff(value: boolean): string {
  return value ? 'on' : 'off';
}

function size(bytes: number): string {
  return bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${Math.ceil(bytes / 1e6)} MB`;
}

function age(ms: number): string {
  if (ms >= DAY) return `${Math.floor(ms / DAY)} d`;
  return ms >= 60 * MINUTE ? `${Math.floor(ms / (60 * MINUTE))} h` : `${Math.floor(ms / MINUTE)} min`;
}
