import { describe, expect, it } from 'vitest';
import { createLimiter, neighbourhood } from './limits.ts';

describe('limits', () => {
  it('count in windows, and looking does not count', () => {
    let now = 0;
    const limiter = createLimiter('key', { requestsMax: 2, windowMs: 1_000 }, () => now);
    expect(limiter?.take('a')).toEqual({ allowed: true, remaining: 1, resetSeconds: 1 });
    expect(limiter?.look('a').allowed).toBe(true);
    expect(limiter?.take('a').allowed).toBe(true);
    expect(limiter?.look('a').allowed).toBe(false);
    expect(limiter?.take('a').allowed).toBe(false);
    expect(limiter?.take('b').allowed).toBe(true);
    now = 1_000;
    expect(limiter?.take('a').allowed).toBe(true);
  });

  it('are none when everything is allowed', () => {
    expect(createLimiter('key', { requestsMax: Number.POSITIVE_INFINITY, windowMs: 1 }, () => 0)).toBeUndefined();
  });

  it('see a whole /64 of IPv6 as one, and a mapped IPv4 as itself', () => {
    expect(neighbourhood('10.0.0.1')).toBe('10.0.0.1');
    expect(neighbourhood('::ffff:10.0.0.1')).toBe('10.0.0.1');
    expect(neighbourhood('2001:db8:1:2:3:4:5:6')).toBe('2001:db8:1:2');
    expect(neighbourhood('2001:db8::1')).toBe('2001:db8:0:0');
    expect(neighbourhood('::1')).toBe('0:0:0:0');
  });
});
