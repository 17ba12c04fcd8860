// arrive: GET /problems/{code}: the page that every problem's `type` points to.

import { ALL_CODES, problemPage } from '../problem-page.ts';
import { Problem } from '../problems.ts';
import type { App, Door } from './deps.ts';

export function problemRoutes(app: App, door: Door): void {
  app.route({
    method: 'GET',
    url: '/problems',
    schema: { hide: true },
    onRequest: door.guard.open,
    handler: (_, reply) =>
      reply
        .type('text/markdown; charset=utf-8')
        .send(`# Problems\n\n${ALL_CODES.map((code) => `- [${code}](/problems/${code})`).join('\n')}\n`),
  });
  app.route({
    method: 'GET',
    url: '/problems/*',
    schema: { hide: true },
    onRequest: door.guard.open,
    handler: (request, reply) => {
      const code = (request.params as { '*': string })['*'];
      const page = problemPage(code);
      if (page === undefined)
        throw new Problem('thing/unknown', { detail: 'There is no problem of this name. GET /problems lists all.' });
      return reply.type('text/markdown; charset=utf-8').send(page);
    },
  });
}
