// cli: baton up: the whole product in one process.

import type { Spec } from '../command.ts';
import { CliError, EXIT } from '../exit.ts';
import { dataFolder } from '../open-house.ts';

const PORT = 4400;

export const upCommand: Spec = {
  name: 'up',
  says: 'Start the product: server, clocks, post and, unless told otherwise, a demo company',
  more: 'Ctrl-C ends it and leaves nothing running. Your own PostgreSQL instead of the built-in one: DATABASE_URL.',
  examples: [
    ['With the demo company', 'baton up'],
    ['Only your own workspaces', 'baton up --no-demo'],
    [
      'With mail',
      'baton up --no-demo --smtp smtp.example.org:587 --smtp-user baton --smtp-password-file smtp.password',
    ],
  ],
  options: [
    ['--host <address>', 'Address to listen on; 127.0.0.1 when left out'],
    ['--port <n>', `Port to listen on; ${PORT} when left out`],
    ['--public-url <url>', 'How people reach it, for links in messages'],
    ['--no-demo', 'Without the demo company'],
    ['--services <list>', 'web, worker or both, with a comma; both when left out'],
    ['--smtp <host:port>', 'Mail server; without one, messages are written to a folder'],
    ['--smtp-security <how>', 'How the connection is protected', ['tls', 'starttls', 'none']],
    ['--smtp-user <name>', 'User at the mail server'],
    ['--smtp-password-file <file>', 'File with the password'],
    ['--mail-from <address>', 'Sender of messages'],
    ['--allow-network <cidr...>', 'A private network that webhooks may go to'],
    ['--allow-http', 'Plain http to those networks'],
  ],
  async run(call) {
    const { options } = call;
    const text = (name: string): string | undefined => (typeof options[name] === 'string' ? options[name] : undefined);
    const { up } = await import('../up.ts');
    const networks = options.allowNetwork as string[] | undefined;
    const publicUrl = text('publicUrl');
    const smtp = smtpOf(text, options.smtp);
    call.setExit(
      await up({
        data: await dataFolder(call),
        host: text('host') ?? '127.0.0.1',
        port: portOf(text('port') ?? String(PORT)),
        demo: options.demo !== false,
        services: servicesOf(text('services')),
        ...(publicUrl === undefined ? {} : { publicUrl }),
        ...(call.settings.databaseUrl === undefined ? {} : { databaseUrl: call.settings.databaseUrl }),
        ...(networks === undefined ? {} : { allowNetworks: networks }),
        ...(options.allowHttp === true ? { allowHttp: true } : {}),
        ...(smtp === undefined ? {} : { smtp }),
      }),
    );
  },
};

function portOf(value: string): number {
  const port = Number(value);
  if (/^\d+$/.test(value) && port <= 65_535) return port;
  throw new CliError(`--port "${value}" is not a port from 0 to 65535.`, EXIT.usage);
}

function servicesOf(value: string | undefined): ('web' | 'worker')[] {
  const named = (value ?? 'web,worker').split(',').map((one) => one.trim());
  const known = named.filter((one): one is 'web' | 'worker' => one === 'web' || one === 'worker');
  if (known.length === named.length && known.length > 0) return [...new Set(known)];
  throw new CliError(`--services "${value}" is not web, worker or web,worker.`, EXIT.usage);
}

function smtpOf(text: (name: string) => string | undefined, address: unknown) {
  if (typeof address !== 'string') return undefined;
  const match = /^(.+):(\d+)$/.exec(address);
  if (match === null) throw new CliError(`--smtp "${address}" is not host:port.`, EXIT.usage);
  const port = portOf(match[2] ?? '');
  const [user, passwordFile, from] = [text('smtpUser'), text('smtpPasswordFile'), text('mailFrom')];
  return {
    host: match[1] ?? '',
    port,
    security: (text('smtpSecurity') ?? (port === 465 ? 'tls' : 'starttls')) as 'tls' | 'starttls' | 'none',
    ...(user === undefined ? {} : { user }),
    ...(passwordFile === undefined ? {} : { passwordFile }),
    ...(from === undefined ? {} : { from }),
  };
}
