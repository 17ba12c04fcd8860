import { expect, test } from 'vitest';
import type { EmailMessage } from './send.ts';
import { faultOfMail, isAddress, toMail } from './send.ts';

const FROM = { name: 'Baton', address: 'baton@acme.example' };

const MESSAGE: EmailMessage = {
  id: 'ms_1',
  thread: 'ho_1',
  to: { name: 'Ben', address: 'ben@acme.example' },
  subject: 'Accept',
  text: 'a',
  html: '<p>a</p>',
  at: Date.UTC(2026, 10, 24, 9, 0),
};

test('a mail keeps the identity and conversation of its message', () => {
  expect(toMail(MESSAGE, FROM)).toMatchObject({
    messageId: '<ms_1@acme.example>',
    references: '<ho_1@acme.example>',
    date: 'Tue, 24 Nov 2026 09:00:00 +0000',
    headers: { 'Auto-Submitted': 'auto-generated' },
  });
});

test.each(['\r\nBcc: x@y.example', '\n', '\r', '\u0000', '\u0085', 'a\tb'])(
  'the control character in %j is refused in every header',
  (evil) => {
    for (const over of [
      { subject: evil },
      { to: { name: evil, address: 'a@b.example' } },
      { id: evil },
      { thread: evil },
    ]) {
      expect(() => toMail({ ...MESSAGE, ...over }, FROM)).toThrow('rejected the message');
    }
  },
);

test.each([
  ['ben@acme.example', true],
  ['ben.o+x@mail.acme.example', true],
  ['jürgen@münchen.example', true],
  ['', false],
  ['ben', false],
  ['ben@', false],
  ['a@b.example, c@d.example', false],
  ['Ben <ben@acme.example>', false],
  ['ben@acme.example\r\nBcc: x@y.example', false],
  ['"a b"@acme.example', false],
  ['a@b@c', false],
  [`${'x'.repeat(65)}@b.example`, false],
])('"%s" is an address: %s', (address, is) => {
  expect(isAddress(address)).toBe(is);
  const attempt = () => toMail({ ...MESSAGE, to: { name: 'Ben', address } }, FROM);
  if (is) expect(attempt).not.toThrow();
  else expect(attempt).toThrow('There is no address');
});

test.each([
  [
    { code: 'EENVELOPE', command: 'RCPT TO', responseCode: 550, response: '550 5.1.1 <ben@x.example> unknown' },
    'deliver/rejected',
    'SMTP 550 5.1.1 at RCPT TO',
  ],
  [
    { code: 'EENVELOPE', command: 'RCPT TO', responseCode: 451, response: '451-4.7.1 wait' },
    'deliver/rate-limited',
    'SMTP 451 4.7.1 at RCPT TO',
  ],
  [
    { code: 'EMESSAGE', command: 'DATA', responseCode: 554, response: '554 no' },
    'deliver/rejected',
    'SMTP 554 at DATA',
  ],
  [{ code: 'EMESSAGE', command: 'DATA', responseCode: 452 }, 'deliver/server-error', 'SMTP 452 at DATA'],
  [{ code: 'EENVELOPE', command: 'MAIL FROM', responseCode: 553 }, 'deliver/server-error', 'SMTP 553 at MAIL FROM'],
  [{ code: 'EAUTH', command: 'AUTH PLAIN', responseCode: 535 }, 'deliver/unreachable', 'SMTP 535 at AUTH PLAIN'],
  [{ code: 'ESOCKET', command: 'CONN' }, 'deliver/unreachable', 'ESOCKET'],
  [{ code: 'EENVELOPE', command: 'API' }, 'deliver/rejected', 'takes no such address'],
  [{}, 'deliver/unreachable', 'the connection failed'],
])('%j is %s', (failure, code, said) => {
  const fault = faultOfMail(failure, false);
  expect(fault.code).toBe(code);
  expect(fault.message).toContain(said);
  expect(fault.message).not.toContain('ben@');
});

test('once the mail has begun to leave, no answer means that it may have arrived', () => {
  expect(faultOfMail({ code: 'ETIMEDOUT', command: 'CONN' }, true).code).toBe('deliver/unknown-outcome');
});
