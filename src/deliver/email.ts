// deliver: the two outlets for e-mail: a mail server (SMTP), and a folder of .eml files where none is configured.
// Promises: what returns was taken by the server or is on disk; a failure says whether the mail may have arrived.
// A connection per mail: the post office bounds how many there are, and no mail waits behind another's failure.

import { mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { createTransport } from 'nodemailer';
import MailComposer from 'nodemailer/lib/mail-composer';
import type { EmailMessage, Mailbox, MailFailure } from '../connectors/email/send.ts';
import { faultOfMail, toMail } from '../connectors/email/send.ts';
import { Fault } from '../words/fault.ts';
import type { Outlet } from './outlet.ts';

/** The operator's mail server. It is named by the operator alone, so it may be inside the own network. */
export type SmtpSettings = {
  host: string;
  port: number;
  /** tls: from the first byte; starttls: required before anything is said; none: only for a server on this machine. */
  security: 'tls' | 'starttls' | 'none';
  user?: string;
  password?: string;
  from: Mailbox;
  /** Certificate authority of an own server, in PEM. */
  ca?: string;
};

const CONNECT_MS = 10_000;
const SILENCE_MS = 60_000;

/** Sends over SMTP. Nothing is connected until the first mail. */
export function openSmtpOutlet(settings: SmtpSettings, silenceMs: number = SILENCE_MS): Outlet<EmailMessage> {
  const transport = createTransport({
    host: settings.host,
    port: settings.port,
    secure: settings.security === 'tls',
    requireTLS: settings.security === 'starttls',
    ignoreTLS: settings.security === 'none',
    tls: { minVersion: 'TLSv1.2', ...(settings.ca === undefined ? {} : { ca: settings.ca }) },
    ...(settings.user === undefined ? {} : { auth: { user: settings.user, pass: settings.password ?? '' } }),
    connectionTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    dnsTimeout: CONNECT_MS,
    socketTimeout: silenceMs,
    disableFileAccess: true,
    disableUrlAccess: true,
    logger: false,
  });
  return {
    says: `E-mail is sent through ${settings.host}:${settings.port} as ${settings.from.address}.`,
    async send(message) {
      const bytes = await composeMail(message, settings.from);
      // The library asks for the body only once the server is ready for it: then it has begun to leave.
      let bodyLeft = false;
      const raw = Readable.from(
        (function* () {
          bodyLeft = true;
          yield bytes;
        })(),
      );
      try {
        await transport.sendMail({ envelope: { from: settings.from.address, to: [message.to.address] }, raw });
      } catch (error) {
        throw faultOfMail(error as MailFailure, bodyLeft);
      }
    },
    close: async () => transport.close(),
  };
}

/** Writes each mail as a file that any mail program opens. Nobody receives it, and `says` says so. */
export function openMailFolder(folder: string, from: Mailbox): Outlet<EmailMessage> {
  return {
    says: `No mail server is configured: e-mail reaches nobody. Each mail is written to ${folder} as an .eml file.`,
    async send(message) {
      const bytes = await composeMail(message, from);
      const path = join(folder, `${message.id.replace(/[^A-Za-z0-9_-]/g, '-')}.eml`);
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        await writeWhole(path, bytes);
      } catch (error) {
        const code = error instanceof Error && 'code' in error ? String(error.code) : 'write failed';
        throw new Fault('deliver/server-error', `mail folder: ${code}`, undefined, error);
      }
    },
    close: async () => undefined,
  };
}

/** The bytes of the mail: the same headers and parts for both outlets. */
function composeMail(message: EmailMessage, from: Mailbox): Promise<Buffer> {
  const mail = toMail(message, from);
  const composer = new MailComposer({ ...mail, disableFileAccess: true, disableUrlAccess: true });
  return composer.compile().build();
}

/** Under its final name there is always a whole file: a crash leaves the old one, or none. */
async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const draft = `${path}.part`;
  try {
    const file = await open(draft, 'w', 0o600);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}
