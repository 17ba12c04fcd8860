// cli: baton outbox and baton setaside: what could not be delivered, what could not be decided, and trying again.

import type { Group } from '../command.ts';
import { clean, tableText } from '../say.ts';
import { whenText } from '../times.ts';
import { act } from './acts.ts';

type Message = {
  id: string;
  kind: string;
  state: string;
  attempts: number;
  reason?: string;
  to?: { id: string; name: string };
  endpoint?: string;
  about: string;
  handoff?: string;
  createdAt: string;
};

export const outboxGroup: Group = {
  name: 'outbox',
  says: 'Messages to people and endpoints',
  examples: [
    ['What failed for good', 'baton outbox list --state dead'],
    ['Send it again', 'baton outbox retry ms_01k…'],
  ],
  commands: [
    {
      name: 'list',
      says: 'List messages by state',
      examples: [
        ['What failed for good', 'baton outbox list --state dead'],
        ['What waits', 'baton outbox list --state waiting'],
      ],
      options: [
        ['--state <state>', 'Only these', ['waiting', 'delivered', 'dead', 'cancelled', 'superseded']],
        ['--limit <n>', 'At most so many (1 to 200)'],
        ['--cursor <text>', 'The next page, as the page before says'],
      ],
      async run({ api, say, options }) {
        const { body, next } = await api.ask<{ messages: Message[] }>({
          method: 'GET',
          path: '/api/v1/messages',
          query: {
            state: options.state as string | undefined,
            limit: options.limit as string | undefined,
            cursor: options.cursor as string | undefined,
          },
        });
        const cursor =
          next === undefined ? undefined : (new URL(next, 'http://page').searchParams.get('cursor') ?? undefined);
        const rows = body.messages.map((m) => [
          m.id,
          m.state,
          m.about,
          m.to?.name ?? m.endpoint ?? '',
          m.handoff ?? '',
          String(m.attempts),
          m.reason ?? '',
        ]);
        say.data({
          json: { messages: body.messages, ...(cursor === undefined ? {} : { cursor }) },
          plain: () => ({ heads: [], rows }),
          human: () =>
            rows.length === 0
              ? 'No such messages.'
              : tableText(
                  { heads: ['MESSAGE', 'STATE', 'ABOUT', 'TO', 'HANDOFF', 'TRIES', 'REASON'], rows },
                  say.paint,
                ),
        });
        const dead = body.messages.find((m) => m.state === 'dead');
        say.next(
          cursor !== undefined
            ? `baton outbox list --cursor ${cursor}`
            : dead === undefined
              ? 'baton doctor'
              : `baton outbox retry ${dead.id}`,
        );
      },
    },
    {
      name: 'retry',
      says: 'Send a failed message again',
      examples: [['After its cause is gone', 'baton outbox retry ms_01k…']],
      args: [['<message>', 'Id of the message']],
      writes: true,
      async run(call) {
        const id = call.args[0] ?? '';
        await act(
          call,
          `/api/v1/messages/${encodeURIComponent(id)}/retry`,
          {},
          { done: `Message ${id} is on its way again.`, next: 'baton outbox list --state waiting' },
        );
      },
    },
  ],
};

export const setasideGroup: Group = {
  name: 'setaside',
  says: 'What arrived and could not be decided',
  examples: [
    ['What waits for somebody to look', 'baton setaside list'],
    ['Decide it once more', 'baton setaside replay ar_01k…'],
  ],
  commands: [
    {
      name: 'list',
      says: 'List arrivals that were set aside, with the reason',
      examples: [['With their input, for a report', 'baton setaside list --json']],
      async run({ api, say }) {
        const { body } = await api.ask<{ arrivals: { arrival: string; at: string; reason: string; input: unknown }[] }>(
          { method: 'GET', path: '/api/v1/arrivals/set-aside' },
        );
        say.data({
          json: body,
          plain: () => ({ heads: [], rows: body.arrivals.map((a) => [a.arrival, a.at, a.reason]) }),
          human: () =>
            body.arrivals.length === 0
              ? 'Nothing was set aside.'
              : body.arrivals.map((a) => clean(`${a.arrival}  ${whenText(a.at)}  ${a.reason}`)).join('\n'),
        });
        const [first] = body.arrivals;
        say.next(first === undefined ? 'baton doctor' : `baton setaside replay ${first.arrival}`);
      },
    },
    {
      name: 'replay',
      says: 'Decide an arrival once more, after its cause is gone',
      examples: [['After an update', 'baton setaside replay ar_01k…']],
      args: [['<arrival>', 'Id of the arrival']],
      writes: true,
      async run(call) {
        const id = call.args[0] ?? '';
        await act(
          call,
          `/api/v1/arrivals/${encodeURIComponent(id)}/replay`,
          {},
          { done: `Arrival ${id} was decided.`, next: 'baton list' },
        );
      },
    },
  ],
};
