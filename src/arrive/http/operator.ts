// arrive: repair and erasure: retry a message, replay what was set aside, erase a prospect.

import { z } from 'zod';
import { Problem } from '../problems.ts';
import type { Door } from './deps.ts';
import { name } from './text.ts';
import type { WriteRoute } from './write-route.ts';

const idParams = z.object({ id: name });
const idOf = (params: Record<string, string>) => params.id ?? '';

export function operatorRoutes(route: WriteRoute, door: Door): void {
  route({
    method: 'POST',
    url: '/api/v1/messages/:id/retry',
    scope: 'admin',
    operationId: 'retryMessage',
    tag: 'repair',
    summary: 'Send a failed message again',
    params: idParams,
    body: z.strictObject({}),
    ask: (_, { params }) => ({ ask: { ask: 'retry-message', message: idOf(params) } }),
  });
  route({
    method: 'POST',
    url: '/api/v1/arrivals/:id/replay',
    scope: 'admin',
    operationId: 'replayArrival',
    tag: 'repair',
    summary: 'Decide once more what was set aside',
    params: idParams,
    body: z.strictObject({}),
    ask: (_, { caller, params }) => ({
      run: async (draft) => {
        const answered = await door.replay(caller.workspace, idOf(params), draft);
        if (answered !== undefined) return answered;
        throw new Problem('arrival/unknown', { detail: `No arrival "${idOf(params)}" was set aside.` });
      },
    }),
  });
  route({
    method: 'POST',
    url: '/api/v1/subjects/:id/erase',
    scope: 'admin',
    operationId: 'eraseSubject',
    tag: 'repair',
    summary: "Erase a prospect's personal data for good",
    description:
      'The ledger keeps ids, codes and times; names, addresses, fields and notes are gone. Cannot be undone.',
    params: idParams,
    body: z.strictObject({ confirm: name.describe('The id once more, typed.') }),
    ask: ({ confirm }, { params }) => {
      if (confirm !== idOf(params)) {
        throw new Problem('request/bad-value', { detail: `"confirm" must be "${idOf(params)}".`, field: 'confirm' });
      }
      return { ask: { ask: 'erase-subject', subject: idOf(params) } };
    },
  });
}
