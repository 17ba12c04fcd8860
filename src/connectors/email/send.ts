// connectors/email: how a message is laid out as a mail, and what a mail server's "no" means.
// Pure. Promises: no header can be smuggled in through a name, subject or address; the same message always carries the
// same Message-ID, so that a mail sent twice is recognised as one; no address and no server text enters a reason.

import { Fault } from '../../words/fault.ts';
import type { Instant } from '../../words/time.ts';

export type Mailbox = { name: string; address: string };

/** A message to one person, as the outlets take it. `id` is the outbox message's id. */
export type EmailMessage = {
  id: string;
  /** Mails about one handoff show as one conversation. */
  thread: string;
  to: Mailbox;
  subject: string;
  text: string;
  html: string;
  /** Database time of this try. */
  at: Instant;
};

export type Mail = {
  from: Mailbox;
  to: Mailbox;
  subject: string;
  text: string;
  html: string;
  messageId: string;
  references: string;
  date: string;
  headers: Record<string, string>;
};

/**
 * The mail for a message.
 * @throws {Fault} deliver/no-address or deliver/rejected when a part of it cannot stand in a mail.
 */
export function toMail(message: EmailMessage, from: Mailbox): Mail {
  if (!isAddress(message.to.address)) throw new Fault('deliver/no-address', 'what is stored is not an e-mail address');
  for (const [part, value] of [
    ['subject', message.subject],
    ["recipient's name", message.to.name],
    ['id', message.id],
    ['conversation', message.thread],
  ] as const) {
    // Any control character, not only CR and LF: none belongs in a header.
    if (/\p{Cc}/u.test(value))
      throw new Fault('deliver/rejected', `its ${part} holds a line break or control character`);
  }
  const domain = from.address.slice(from.address.indexOf('@') + 1);
  return {
    from,
    to: message.to,
    subject: message.subject,
    text: message.text,
    html: message.html,
    messageId: `<${idPart(message.id)}@${domain}>`,
    references: `<${idPart(message.thread)}@${domain}>`,
    date: mailDate(message.at),
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
  };
}

const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** A date as RFC 5322 writes it, in UTC. */
function mailDate(at: Instant): string {
  const local = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO('UTC');
  const time = local.toPlainTime().toString({ smallestUnit: 'second' });
  return `${DAYS[local.dayOfWeek - 1]}, ${local.day} ${MONTHS[local.month - 1]} ${local.year} ${time} +0000`;
}

/** One plain mailbox: no display name, no list, no quoting tricks. */
export function isAddress(address: string): boolean {
  return address.length <= 254 && /^[^\s@,;:<>()[\]"\\\p{Cc}]{1,64}@[^\s@,;:<>()[\]"\\\p{Cc}]+$/u.test(address);
}

function idPart(id: string): string {
  return id.replace(/[^A-Za-z0-9_-]/g, '-');
}

/** What the mail library reports when a mail did not go. */
export type MailFailure = { code?: string; command?: string; responseCode?: number; response?: string };

/**
 * The fault behind a failed try. `bodyLeft` says whether the mail itself had begun to leave: without an answer after
 * that, it may have arrived.
 */
export function faultOfMail(failure: MailFailure, bodyLeft: boolean): Fault {
  const { responseCode, command } = failure;
  if (responseCode === undefined) {
    if (failure.code === 'EENVELOPE') return new Fault('deliver/rejected', 'the mail server takes no such address');
    if (bodyLeft) return new Fault('deliver/unknown-outcome', failure.code ?? 'the connection failed');
    return new Fault('deliver/unreachable', `mail server: ${failure.code ?? 'the connection failed'}`);
  }
  const said = `SMTP ${responseCode}${enhancedCode(failure.response)}${command ? ` at ${command}` : ''}`;
  const aboutTheMail = command === 'RCPT TO' || command === 'DATA';
  if (!aboutTheMail) {
    // Sign-in, sender and greeting are the operator's to mend: the mail waits for that instead of being given up.
    return new Fault(failure.code === 'EAUTH' ? 'deliver/unreachable' : 'deliver/server-error', said);
  }
  if (responseCode >= 500) return new Fault('deliver/rejected', said);
  // "Come back later" for one recipient (greylisting, full mailbox) says nothing about the server as a whole.
  return new Fault(
    command === 'RCPT TO' && responseCode !== 421 ? 'deliver/rate-limited' : 'deliver/server-error',
    said,
  );
}

function enhancedCode(response: string | undefined): string {
  const found = /^\d{3}[ -](\d\.\d{1,3}\.\d{1,3})\b/.exec(response ?? '');
  return found ? ` ${found[1]}` : '';
}
