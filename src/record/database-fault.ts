// Room: record. What a failed statement means for the caller: try again, make room, or a bug?
// Promises: trouble with the database becomes a Fault that may be retried; everything else stays what it was.
import { Fault, type FaultCode } from '../words/fault.ts';

const codes: Readonly<Record<string, FaultCode>> = {
  '53100': 'record/disk-full',
  '40001': 'record/conflict',
  '40P01': 'record/conflict',
  '55P03': 'record/conflict',
  // A standby that was promoted away, a server that stops, too many sessions, out of memory, a statement past its time.
  '25006': 'record/unavailable',
  '57P01': 'record/unavailable',
  '57P02': 'record/unavailable',
  '57P03': 'record/unavailable',
  '57014': 'record/unavailable',
  '25P03': 'record/unavailable',
  '53000': 'record/unavailable',
  '53200': 'record/unavailable',
  '53300': 'record/unavailable',
};
const network = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOENT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

/** The fault that an error of the driver stands for, or the error itself. */
export function faultOf(error: unknown): unknown {
  if (error instanceof Fault || !(error instanceof Error)) return error;
  const code = (error as { code?: unknown }).code;
  if (typeof code === 'string') {
    const known = codes[code];
    if (known !== undefined) return new Fault(known, error.message, undefined, error);
    if (network.has(code) || /^08...$/.test(code))
      return new Fault('record/unavailable', error.message, undefined, error);
    if (error.message.includes('No space left on device'))
      return new Fault('record/disk-full', error.message, undefined, error);
  }
  const lost =
    /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|not queryable/;
  if (lost.test(error.message)) return new Fault('record/unavailable', error.message, undefined, error);
  return error;
}

/** True for a broken unique key of the named constraint. */
export function isTaken(error: unknown, constraint: string): boolean {
  const said = error as { code?: unknown; constraint?: unknown };
  return error instanceof Error && said.code === '23505' && said.constraint === constraint;
}
