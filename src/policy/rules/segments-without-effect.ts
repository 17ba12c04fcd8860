// policy, lint rule: segments that change no clock, route or criterion are labels that somebody has to maintain.

import { conditionsOf } from '../compile.ts';
import type { Rule } from '../rule.ts';
import { when } from '../rule.ts';

export const segmentsWithoutEffect: Rule = {
  name: 'segments-without-effect',
  level: 'note',
  why: 'Segments that change no clock, route or criterion are labels that somebody has to maintain.',
  avoid: 'three segments that nothing mentions',
  prefer: 'Use them in a clock or a route, or remove them.',
  check(world) {
    const { doc } = world;
    const inClocks = Object.values(doc.transitions).some((t) =>
      Object.values(t.clocks).some((clock) => clock.except?.some((e) => e.segment !== undefined)),
    );
    const inConditions = conditionsOf(doc).some(
      ({ text, ofSegment }) => !ofSegment && world.reads(text).names.has('segment'),
    );
    return when(
      doc.segments.length > 1 && !inClocks && !inConditions,
      ['segments'],
      () => `Nothing looks at the ${doc.segments.length} segments.`,
    );
  },
};
