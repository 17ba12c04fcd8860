// The server process that the crash tests kill: the whole product on a given database, told by one argument of JSON.
// Its programs are loaded when it is started; it opens when it reads `go`, says `listening URL`, and ends with SIGTERM.
// With BATON_CRASH_AT it kills itself (src/run/marks.ts).

import { once } from 'node:events';
import { openHouse } from '../../src/run/house.ts';
import { serve } from '../../src/run/serve.ts';

export type ServerOptions = {
  folder: string;
  /** Absent: the embedded database in the folder. */
  databaseUrl?: string;
  services?: ('web' | 'worker')[];
  /** A mail server on loopback; absent: mails become files below the folder. */
  smtpPort?: number;
};

const options = JSON.parse(process.argv[2] ?? '{}') as ServerOptions;
const log = (line: string): void => {
  process.stderr.write(`${line}\n`);
};
process.on('unhandledRejection', (error) => {
  log(`unhandled: ${error instanceof Error ? error.stack : String(error)}`);
  process.exit(70);
});
// Whoever started this is gone: so is the reason to be here.
process.stdin.on('end', () => process.exit(0));
await once(process.stdin, 'data');
let wake = (): void => undefined;
const house = await openHouse({
  folder: options.folder,
  ...(options.databaseUrl === undefined ? {} : { databaseUrl: options.databaseUrl }),
  log,
  onCommit: (dueChanged) => {
    if (dueChanged) wake();
  },
});
const serving = await serve(house, {
  host: '127.0.0.1',
  port: 0,
  services: options.services ?? ['web', 'worker'],
  ...(options.smtpPort === undefined
    ? {}
    : {
        smtp: {
          host: '127.0.0.1',
          port: options.smtpPort,
          security: 'none' as const,
          from: { name: 'Baton', address: 'baton@acme.example' },
        },
      }),
  log,
});
wake = serving.wake;
process.stdout.write(`listening ${serving.url}\n`);
process.once('SIGTERM', () => {
  serving
    .stop()
    .then(() => house.close())
    .then(() => process.exit(0));
});
