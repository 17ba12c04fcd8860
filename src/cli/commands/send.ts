// cli: opening a handoff by hand.

import type { Spec } from '../command.ts';
import { CliError, EXIT } from '../exit.ts';
import { instantText } from '../times.ts';
import { act } from './acts.ts';
import { contextFlags, contextOf } from './context-flags.ts';

export const sendCommand: Spec = {
  name: 'send',
  says: 'Hand a prospect over',
  examples: [
    [
      'A booked meeting goes to an AE',
      'baton send sdr-to-ae --email jo@acme.example --field company=Acme --field seats=40 --why-now "Audit in January" --meeting-at 2026-11-30T15:00+01:00',
    ],
    [
      'The same from a file, checked first',
      'baton send sdr-to-ae --email jo@acme.example --from handoff.json --dry-run',
    ],
  ],
  args: [['<transition>', 'A transition of the policy (baton policy show lists them)']],
  options: [
    ['--email <address>', 'The prospect, by e-mail address'],
    ['--subject <type=value>', 'The prospect, by another name, for example lead=00Q5g00000Abc'],
    ['--signal <name>', 'What happened, as the policy names it; by hand when left out'],
    ['--urgent', 'High urgency: shorter clocks, context may follow'],
    ['--meeting-at <time>', 'When the meeting is'],
    ['--test', 'A rehearsal: marked, and left out of every measure'],
    ...contextFlags,
  ],
  writes: true,
  async run(call) {
    const { options, args } = call;
    const body = {
      transition: args[0],
      subject: subjectOf(options.email, options.subject),
      ...contextOf(call),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
      ...(options.urgent === true ? { urgency: 'high' } : {}),
      ...(typeof options.meetingAt === 'string'
        ? { meetingAt: instantText(options.meetingAt, '--meeting-at', Date.now()) }
        : {}),
      ...(options.test === true ? { test: true } : {}),
    };
    const answer = await act(call, '/api/v1/handoffs', body, {
      done: ({ handoff, facts }) =>
        handoff === undefined
          ? ''
          : facts.outcome === 'attached'
            ? `This prospect's handoff is live already: ${handoff}. The signal joined it.`
            : `Sent: ${handoff}.`,
      next: ({ handoff }) =>
        handoff === undefined ? '' : `baton show ${handoff} says who has it and what comes next.`,
    }).catch((error: unknown) => {
      if (error instanceof CliError && options.signal === undefined && error.message.endsWith('[signal/no-transition]'))
        throw new CliError(
          `There is no transition "${args[0]}" in the live policy.`,
          EXIT.unknown,
          'baton policy show lists them',
        );
      throw error;
    });
    if (answer === undefined) return;
    const outcome = String(answer.facts.outcome ?? '');
    if (outcome === 'not-qualified') {
      throw new CliError(
        `It was not handed over: it falls short of what both sides agreed (${String(answer.facts.reason ?? 'criteria')}). The signal is noted.`,
        EXIT.conflict,
        'baton policy show lists the criteria',
      );
    }
    if (outcome === 'not-taken')
      throw new CliError(
        "It was not handed over: the condition of the transition's trigger does not hold. The signal is noted.",
        EXIT.conflict,
        'baton policy show --text shows the trigger',
      );
  },
};

function subjectOf(email: unknown, subject: unknown): { type: string; value: string } {
  if (typeof email === 'string' && subject === undefined) return { type: 'email', value: email };
  const match = typeof subject === 'string' && email === undefined ? /^([^=]+)=(.+)$/.exec(subject) : null;
  if (match !== null) return { type: match[1] ?? '', value: match[2] ?? '' };
  throw new CliError('Say who the prospect is: --email jo@acme.example, or --subject type=value.', EXIT.usage);
}
