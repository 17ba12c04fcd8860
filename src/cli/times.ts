// cli: instants as people write and read them. Shown in the zone of the terminal; taken as ISO 8601 with an offset, or as a
// span from now ("3d", "4h", "30m"), because a bare wall time has no single meaning.

import { CliError, EXIT } from './exit.ts';

const UNITS: Record<string, number> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** An instant as ISO 8601 in UTC. @throws CliError (usage) for anything else. */
export function instantText(value: string, what: string, now: number): string {
  const span = /^\+?(\d{1,5})([mhdw])$/.exec(value);
  if (span !== null) return new Date(now + Number(span[1]) * (UNITS[span[2] ?? ''] ?? 0)).toISOString();
  if (/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/.test(value)) {
    const at = Date.parse(value);
    if (Number.isFinite(at)) return new Date(at).toISOString();
  }
  throw new CliError(
    `${what} "${value}" is not a time. Say it with an offset, 2026-11-30T16:00+01:00, or as a span from now: 30m, 4h, 3d, 2w.`,
    EXIT.usage,
  );
}

/** `Tue 24 Nov 16:00`, in the zone of the terminal. */
export function whenText(iso: string | undefined): string {
  return iso === undefined ? '' : formatIn(undefined).format(new Date(iso)).replace(',', '');
}

/** `Tue 24 Nov 16:00 Berlin`, where somebody else's hours count. */
export function whenIn(iso: string, zone: string): string {
  const city = zone.split('/').at(-1)?.replaceAll('_', ' ') ?? zone;
  return `${formatIn(zone).format(new Date(iso)).replace(',', '')} ${city}`;
}

function formatIn(timeZone: string | undefined): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-GB', {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    ...(timeZone === undefined ? {} : { timeZone }),
  });
}

/** `in 2 h`, `3 d ago`, `now`. */
export function awayText(iso: string, now: number): string {
  const ms = Date.parse(iso) - now;
  const size = Math.abs(ms);
  if (size < 60_000) return 'now';
  const [unit, span] = size < 3_600_000 ? ['min', 60_000] : size < 86_400_000 ? ['h', 3_600_000] : ['d', 86_400_000];
  const text = `${Math.floor(size / Number(span))} ${unit}`;
  return ms < 0 ? `${text} ago` : `in ${text}`;
}
