import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { MailBehaviour } from '../../test/fakes/mail-server.ts';
import { startMailServer } from '../../test/fakes/mail-server.ts';
import type { EmailMessage } from '../connectors/email/send.ts';
import type { FaultCode } from '../words/fault.ts';
import type { SmtpSettings } from './email.ts';
import { openMailFolder, openSmtpOutlet } from './email.ts';
import type { OutletWorld } from './outlet.contract.ts';
import { outletContract } from './outlet.contract.ts';

const FROM = { name: 'Baton at Acme', address: 'baton@acme.example' };
const PASSWORD = 'PLANTED-PASSWORD';

function message(id: string): EmailMessage {
  return {
    id,
    thread: 'ho_1',
    to: { name: 'Ben Ökafor, AE', address: 'ben@secret.example' },
    subject: 'Accept by Tue 16:00: Müller & Söhne — from Ana',
    text: 'Plain words ✓\n.\nafter a lonely dot\n',
    html: '<p>HTML words ✓</p>',
    at: Date.UTC(2026, 10, 24, 9, 0),
  };
}

const SMUGGLER: EmailMessage = { ...message('ms_1'), subject: 'Hello\r\nBcc: everybody@example.org' };

const TROUBLES: [name: MailBehaviour, fault: FaultCode, arrives: boolean][] = [
  ['refuse-recipient', 'deliver/rejected', false],
  ['refuse-mail', 'deliver/rejected', false],
  ['refuse-sender', 'deliver/server-error', false],
  ['come-back', 'deliver/rate-limited', false],
  ['failing', 'deliver/server-error', false],
  ['commit-then-cut', 'deliver/unknown-outcome', true],
  ['mute', 'deliver/unknown-outcome', false],
];

async function openSmtp(over: Partial<SmtpSettings> = {}): Promise<OutletWorld<EmailMessage>> {
  const server = await startMailServer(PASSWORD);
  const settings: SmtpSettings = {
    host: '127.0.0.1',
    port: server.port,
    security: 'none',
    user: 'baton',
    password: PASSWORD,
    from: FROM,
    ...over,
  };
  return {
    outlet: openSmtpOutlet(settings, 1_500),
    message,
    smuggler: SMUGGLER,
    seen: async () => server.journal.map(({ messageId }) => messageId),
    identity: (id) => `<${id}@acme.example>`,
    troubles: TROUBLES.map(([name, fault, arrives]) => ({ name, begin: () => server.behave(name), fault, arrives })),
    secrets: [PASSWORD, 'ben@secret.example', 'no such person'],
    close: () => server.close(),
  };
}

outletContract(
  'SMTP',
  TROUBLES.map(([name]) => name),
  openSmtp,
);

outletContract('mail folder', ['folder is a file'], async () => {
  const place = await mkdtemp(join(tmpdir(), 'baton-mail-'));
  const folder = join(place, 'mail');
  const seen = async () => {
    const names = await readdir(folder).catch(() => []);
    const files = await Promise.all(
      names.toSorted().map((name) => readFile(join(folder, name), 'utf8').catch(() => '')),
    );
    return files.map((raw) => /^Message-ID: (\S+)/im.exec(raw)?.[1] ?? 'none');
  };
  return {
    outlet: openMailFolder(folder, FROM),
    message,
    smuggler: SMUGGLER,
    seen,
    identity: (id) => `<${id}@acme.example>`,
    troubles: [
      { name: 'folder is a file', begin: () => writeFile(folder, ''), fault: 'deliver/server-error', arrives: false },
    ],
    secrets: ['ben@secret.example'],
    close: () => rm(place, { recursive: true, force: true }),
  };
});

test('a mail arrives whole: sender, recipient, both parts, and what keeps it in its conversation', async () => {
  const server = await startMailServer();
  const outlet = openSmtpOutlet({ host: '127.0.0.1', port: server.port, security: 'none', from: FROM });
  await outlet.send(message('ms_1'));
  const [mail] = server.journal;
  expect(mail).toMatchObject({ from: 'baton@acme.example', to: ['ben@secret.example'] });
  expect(mail?.raw).toMatch(/^Date: Tue, 24 Nov 2026 09:00:00 \+0000/m);
  expect(mail?.raw).toMatch(/^References: <ho_1@acme.example>/m);
  expect(mail?.raw).toMatch(/^Auto-Submitted: auto-generated/m);
  expect(mail?.raw).toMatch(/^Content-Type: multipart\/alternative/m);
  expect(mail?.raw).toMatch(/Content-Type: text\/plain[\s\S]+Content-Type: text\/html/);
  await outlet.close();
  await server.close();
});

test('a wrong password keeps the mail for later and is not repeated', async () => {
  const server = await startMailServer(PASSWORD);
  const outlet = openSmtpOutlet({
    host: '127.0.0.1',
    port: server.port,
    security: 'none',
    user: 'baton',
    password: 'WRONG-ONE',
    from: FROM,
  });
  const fault = await outlet.send(message('ms_1')).catch((error: unknown) => error);
  expect(fault).toMatchObject({ code: 'deliver/unreachable', retry: true });
  expect(String(fault)).toContain('SMTP 535');
  expect(String(fault)).not.toContain('WRONG-ONE');
  await outlet.close();
  await server.close();
});

test('where TLS is required and the server has none, nothing is said to it', async () => {
  const server = await startMailServer();
  const outlet = openSmtpOutlet({ host: '127.0.0.1', port: server.port, security: 'starttls', from: FROM });
  await expect(outlet.send(message('ms_1'))).rejects.toMatchObject({ retry: true });
  expect(server.journal).toEqual([]);
  await outlet.close();
  await server.close();
});

test('a server that is not there is unreachable', async () => {
  const server = await startMailServer();
  const { port } = server;
  await server.close();
  const outlet = openSmtpOutlet({ host: '127.0.0.1', port, security: 'none', from: FROM });
  await expect(outlet.send(message('ms_1'))).rejects.toMatchObject({ code: 'deliver/unreachable' });
  await outlet.close();
});

test('the mail folder says that nobody gets the mail, and holds one file per message', async () => {
  const place = await mkdtemp(join(tmpdir(), 'baton-mail-'));
  const outlet = openMailFolder(join(place, 'mail'), FROM);
  expect(outlet.says).toContain('reaches nobody');
  await outlet.send(message('ms_1'));
  await outlet.send(message('ms_1'));
  await outlet.send(message('../../ms_2'));
  expect((await readdir(join(place, 'mail'))).toSorted()).toEqual(['------ms_2.eml', 'ms_1.eml']);
  await rm(place, { recursive: true, force: true });
});
