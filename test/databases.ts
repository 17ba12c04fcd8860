// What database tests start from: the servers to run against, and a fresh, empty database on one of them.
// Use: describe.each(testServers())('$name', (server) => { … await createDatabase(server) … }).
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';

/** One PostgreSQL server that the database tests run against. */
export interface TestServer {
  /** E.g. `embedded PostgreSQL 18.4`. */
  readonly name: string;
  /** Superuser URL of its maintenance database. */
  readonly adminUrl: string;
}

/** An empty database made for one test or one file. */
export interface TestDatabase {
  /** Superuser URL of the new database. */
  readonly url: string;
  /** Ends every session on it and drops it. */
  drop(): Promise<void>;
}

declare module 'vitest' {
  interface ProvidedContext {
    databases: TestServer[];
  }
}

/** The servers of this run, the embedded one first. Only inside the db project. */
export function testServers(): readonly TestServer[] {
  return inject('databases');
}

/** Creates an empty database with a random name, copied from `template` (a database's name) when one is given. */
export async function createDatabase(server: TestServer, template?: string): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  await onServer(server, `create database ${name}${template === undefined ? '' : ` template ${template}`}`);
  return {
    url: databaseUrl(server.adminUrl, name),
    drop: () => onServer(server, `drop database if exists ${name} with (force)`),
  };
}

/** The same server's URL with another database in its path. */
export function databaseUrl(url: string, database: string): string {
  return url.replace(/^(postgres(?:ql)?:\/\/[^/]+)\/[^?]*/, `$1/${database}`);
}

async function onServer(server: TestServer, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: server.adminUrl });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
