// project: in-app notices. Whoever is told something by a message sees it in the app as well, in the same commit,
// so that a mail server that is down never hides a handoff from the person who has it.

import type { Intent } from '../words/intent.ts';
import type { Notice } from '../words/journal.ts';
import type { Instant } from '../words/time.ts';

/** The notices of what a decision owes to people. */
export function projectNotices(owed: readonly Intent[], at: Instant): Notice[] {
  return owed.flatMap((intent) =>
    intent.kind === 'tell-person'
      ? [{ id: intent.id, person: intent.to, about: intent.about, handoff: intent.handoff, at }]
      : [],
  );
}
