// A mail server on loopback. It keeps its own journal of the mails it took, and misbehaves on request.

import type { AddressInfo } from 'node:net';
import type { SMTPServerDataStream, SMTPServerSession } from 'smtp-server';
import { SMTPServer } from 'smtp-server';

/**
 * take: the mail is accepted. refuse-recipient, refuse-mail: a final no. come-back: greylisting. failing: a passing
 * failure after the mail was read. commit-then-cut: the mail is written down, but the connection ends without an
 * answer. mute: the mail is read and nothing follows. refuse-sender: the operator's own address is not allowed.
 */
export type MailBehaviour =
  | 'take'
  | 'refuse-recipient'
  | 'refuse-mail'
  | 'refuse-sender'
  | 'come-back'
  | 'failing'
  | 'commit-then-cut'
  | 'mute';

export type TakenMail = { from: string; to: string[]; messageId: string; raw: string };

export type MailServer = {
  port: number;
  journal: TakenMail[];
  behave(behaviour: MailBehaviour): void;
  next(...behaviours: MailBehaviour[]): void;
  close(): Promise<void>;
};

const REFUSALS: Partial<Record<MailBehaviour, [code: number, text: string]>> = {
  'refuse-recipient': [550, '5.1.1 <ben@secret.example> no such person'],
  'come-back': [451, '4.7.1 greylisted, come back later'],
  'refuse-sender': [553, '5.7.1 sender not allowed'],
  'refuse-mail': [554, '5.6.0 not wanted'],
  failing: [452, '4.3.1 out of room'],
};

function refusal(behaviour: MailBehaviour): Error {
  const [responseCode, text] = REFUSALS[behaviour] ?? [550, 'no'];
  return Object.assign(new Error(text), { responseCode });
}

/** Listens on 127.0.0.1. With a password, only that sign-in is let in; no TLS, since nothing leaves this machine. */
export async function startMailServer(password?: string): Promise<MailServer> {
  const journal: TakenMail[] = [];
  const script: MailBehaviour[] = [];
  let standing: MailBehaviour = 'take';
  const current = new Map<string, MailBehaviour>();
  const behaviourOf = (session: SMTPServerSession) => current.get(session.id) ?? standing;

  const take = (stream: SMTPServerDataStream, session: SMTPServerSession, done: (error?: Error | null) => void) => {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => {
      const behaviour = behaviourOf(session);
      if (behaviour === 'refuse-mail' || behaviour === 'failing') return done(refusal(behaviour));
      if (behaviour === 'mute') return;
      const raw = Buffer.concat(chunks).toString('utf8');
      journal.push({
        from: session.envelope.mailFrom ? session.envelope.mailFrom.address : '',
        to: session.envelope.rcptTo.map(({ address }) => address),
        messageId: /^message-id:\s*(\S+)/im.exec(raw)?.[1] ?? '',
        raw,
      });
      if (behaviour !== 'commit-then-cut') return done();
      for (const connection of server.connections) if (connection.session.id === session.id) connection.close();
    });
  };

  const server = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    authOptional: password === undefined,
    allowInsecureAuth: true,
    logger: false,
    closeTimeout: 1,
    onAuth: (auth, _, done) => {
      if (auth.password === password) done(null, { user: auth.username ?? '' });
      else done(Object.assign(new Error('5.7.8 wrong password'), { responseCode: 535 }));
    },
    onMailFrom: (_, session, done) => {
      current.set(session.id, script.shift() ?? standing);
      done(behaviourOf(session) === 'refuse-sender' ? refusal('refuse-sender') : null);
    },
    onRcptTo: (_, session, done) => {
      const behaviour = behaviourOf(session);
      done(behaviour === 'refuse-recipient' || behaviour === 'come-back' ? refusal(behaviour) : null);
    },
    onData: take,
  });
  server.on('error', () => undefined);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));

  return {
    port: (server.server.address() as AddressInfo).port,
    journal,
    behave(behaviour) {
      standing = behaviour;
    },
    next: (...behaviours) => void script.push(...behaviours),
    close: () => new Promise((done) => server.close(() => done())),
  };
}
