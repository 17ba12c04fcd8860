// arrive: the smallest parts of every body: text that can be stored and shown, instants, fields, notes.
// Bounds are in bytes of UTF-8; NUL and halves of surrogate pairs are refused, with the field's name; everything else
// people write stays exactly as they wrote it.

import { z } from 'zod';

export const NOTE_BYTES_MAX = 20_000;
const FIELDS_MAX = 100;
const NAME_BYTES_MAX = 200;

/** Text of at most so many bytes. */
export function text(bytesMax: number, bytesMin = 1) {
  return z
    .string()
    .min(bytesMin)
    .max(bytesMax)
    .refine(isPlain, { error: 'holds a NUL character or half of a surrogate pair, which cannot be stored' })
    .refine((value) => value.length * 3 <= bytesMax || Buffer.byteLength(value) <= bytesMax, {
      error: `is longer than ${bytesMax} bytes`,
    });
}

/** A name or an id as it stands in a path, a policy or another system. */
export const name = text(NAME_BYTES_MAX);

/** An instant, ISO 8601 with an offset; epoch milliseconds inside. */
export const instant = z.iso
  .datetime({ offset: true, error: 'is not a date and time with an offset, such as 2026-11-24T09:00:00Z' })
  .transform((value) => Date.parse(value));

const number = z.number().refine((value) => !Number.isInteger(value) || Number.isSafeInteger(value), {
  error: 'is too large to be exact as a number; send it as a string',
});

const fieldValue = z.union([text(NOTE_BYTES_MAX, 0), number, z.boolean(), z.array(text(2_000)).max(100)], {
  error: 'is not text, a number, true, false or a list of texts that can be stored',
});

export const fields = z
  .record(name, fieldValue)
  .refine((value) => Object.keys(value).length <= FIELDS_MAX, { error: `holds more than ${FIELDS_MAX} fields` })
  .meta({ description: 'Values by field name; which names and types there are stands in the policy.' });

const answer = text(NOTE_BYTES_MAX, 0).optional();

export const note = z
  .strictObject({ 'why-engaged': answer, 'why-now': answer, 'what-we-said': answer, 'what-next': answer })
  .refine(
    (value) => Object.values(value).reduce((sum, each) => sum + Buffer.byteLength(each ?? ''), 0) <= NOTE_BYTES_MAX,
    {
      error: `is longer than ${NOTE_BYTES_MAX} bytes altogether`,
    },
  )
  .meta({ description: 'The four answers of the handoff note.' });

export const links = z.array(z.httpUrl().max(2_000)).max(20);

export const subjectKey = z.strictObject({ type: text(50), value: text(500) }).meta({
  description: 'A name of the prospect in the outside world, for example { type: "email", value: "jo@acme.example" }.',
});

/** Can be stored as text and sent as UTF-8 without loss. */
function isPlain(value: string): boolean {
  return value.isWellFormed() && !value.includes('\0');
}
