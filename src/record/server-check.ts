// Room: record. Is the PostgreSQL behind a URL one that Baton can be trusted with?
// Promises: a server below the oldest safe minor release is refused with a sentence that says which one is needed; no
// error ever carries the password of the URL.
import pg from 'pg';

/** What a server said about itself, e.g. `{ version: '18.4', versionNumber: 180004 }`. */
export interface ServerVersion {
  readonly version: string;
  readonly versionNumber: number;
}

// Row-level security is the fence between workspaces. Before these minor releases planner statistics leaked rows that
// the fence hides (CVE-2025-8713); each supported major line has its own first fixed minor.
const oldestMinor: Readonly<Record<number, number>> = { 15: 14, 16: 10, 17: 6, 18: 0 };
const oldestMajor = 15;

/**
 * Connects once and reads the server's version.
 * @param url a PostgreSQL URL, e.g. `postgres://user:password@host:5432/database`
 * @throws Error with a sentence when the server does not answer within `timeoutMs`, or is too old
 */
export async function checkServer(url: string, timeoutMs = 5_000): Promise<ServerVersion> {
  const version = await readVersion(url, timeoutMs);
  const complaint = versionComplaint(version);
  if (complaint !== undefined) throw new Error(`${maskPassword(url)}: ${complaint}`);
  return version;
}

/** Why this version is not good enough, as a sentence; undefined when it is. */
export function versionComplaint(version: ServerVersion): string | undefined {
  const major = Math.floor(version.versionNumber / 10_000);
  const minor = version.versionNumber % 10_000;
  if (major < oldestMajor) {
    return `PostgreSQL ${version.version} is too old: Baton needs 15.14 or later, better 18. Upgrade the server.`;
  }
  const needed = oldestMinor[major] ?? 0;
  if (minor >= needed) return undefined;
  return (
    `PostgreSQL ${version.version} lacks the fix for CVE-2025-8713, which lets one workspace learn about rows of ` +
    `another: Baton needs ${major}.${needed} or later of this line. Install the minor update and restart the server.`
  );
}

/** The URL with its password replaced, fit for logs and errors. */
export function maskPassword(url: string): string {
  return url
    .replace(/^([a-z]+:\/\/[^:/@?#]*):[^@/?#]*@/i, '$1:***@')
    .replace(/([?&](?:password|sslpassword)=)[^&#]*/gi, '$1***');
}

async function readVersion(url: string, timeoutMs: number): Promise<ServerVersion> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: timeoutMs });
  // Without a listener a connection that breaks after the answer would end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    const answer = await client.query<{ version: string; number: string }>(
      "select current_setting('server_version') as version, current_setting('server_version_num') as number",
    );
    const row = answer.rows[0];
    if (row === undefined) throw new Error('the server answered without its version');
    return { version: row.version.split(' ')[0] ?? row.version, versionNumber: Number(row.number) };
  } catch (error) {
    throw new Error(
      `The PostgreSQL server at ${maskPassword(url)} does not answer: ${(error as Error).message || String(error)}. ` +
        'Check DATABASE_URL (host, port, user, password, database) and that the server runs.',
      { cause: error },
    );
  } finally {
    await client.end().catch(() => undefined);
  }
}
