// The check against the servers of this run, and against silence.
import { describe, expect, it } from 'vitest';
import { createDatabase, databaseUrl, testServers } from '../../test/databases.ts';
import { checkServer } from './server-check.ts';

describe.each(testServers())('$name', (server) => {
  it('passes the check and says its version', async () => {
    const { version, versionNumber } = await checkServer(server.adminUrl);
    expect(server.name).toContain(version);
    expect(versionNumber).toBeGreaterThanOrEqual(150_014);
  });

  it('hands out empty databases that are gone after use', async () => {
    const database = await createDatabase(server);
    await checkServer(database.url);
    await database.drop();
    await expect(checkServer(database.url)).rejects.toThrow(/does not exist/);
  });

  it('answers a wrong database name with a sentence that hides the password', async () => {
    const url = databaseUrl(server.adminUrl, 'no_such_database');
    const password = /:([^:@]+)@/.exec(url)?.[1] ?? '';
    const error = await checkServer(url).catch((reason: unknown) => String(reason));
    expect(error).toContain('Check DATABASE_URL');
    expect(error).not.toContain(password);
  });
});

describe('a server that is not there', () => {
  it('is reported with its address', async () => {
    await expect(checkServer('postgres://ana:s3cret@127.0.0.1:1/x')).rejects.toThrow(
      /postgres:\/\/ana:\*\*\*@127\.0\.0\.1:1\/x does not answer: .*ECONNREFUSED/,
    );
  });
});
