// policy, lint rule: somebody who asks for a demo wants a call now; somebody who sat in a webinar does not. On one path both are treated wrong.

import type { Rule } from '../rule.ts';
import { inTransitions, when } from '../rule.ts';

export const webinarAndDemoOnOnePath: Rule = {
  name: 'webinar-and-demo-on-one-path',
  level: 'warning',
  why: 'Somebody who asks for a demo wants a call now; somebody who sat in a webinar does not. On one path both are treated wrong.',
  avoid: 'trigger: [demo-requested, webinar-attended]',
  prefer: 'Make two transitions, each with its own clocks.',
  check(world) {
    return inTransitions(world, (t, path) =>
      when(
        t.trigger.on.some((s) => /demo|contact-sales|quote/.test(s)) &&
          t.trigger.on.some((s) => /webinar|event|download|ebook|newsletter|content/.test(s)),
        [...path, 'trigger'],
        () => `${t.name} takes ${t.trigger.on.join(' and ')} on one path.`,
      ),
    );
  },
};
