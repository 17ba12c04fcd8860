// show: the live page at /: where every handoff stands, what is late, and what just happened. The server sends the
// frame; a small script fills it from the API and the event stream, with text only, never with markup.

import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Window } from './queries.ts';

const script = readFileSync(join(import.meta.dirname, 'page', 'live.js'), 'utf8');
const style = readFileSync(join(import.meta.dirname, 'page', 'live.css'), 'utf8');

const COLUMNS = [
  { stage: 'preparing', name: 'Preparing', says: 'The sender completes it' },
  { stage: 'offered', name: 'Offered', says: 'Waiting for a yes or a no' },
  { stage: 'accepted', name: 'Accepted', says: 'The receiver is accountable' },
  { stage: 'returned', name: 'Returned', says: 'Back with the sender' },
];

export function pageRoutes({ app, deps, door }: Window): void {
  app.route({
    method: 'GET',
    url: '/',
    schema: { hide: true },
    onRequest: door.open,
    handler: (_, reply) => {
      const nonce = randomBytes(18).toString('base64');
      reply
        .header(
          'content-security-policy',
          `default-src 'none'; script-src 'nonce-${nonce}'; style-src 'nonce-${nonce}'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
        )
        .header('cache-control', 'no-store')
        .type('text/html; charset=utf-8');
      if (deps.demo !== undefined) reply.header('set-cookie', deps.demo.cookie);
      reply.send(pageOf(nonce, deps.demo?.company));
    },
  });
}

/** The frame of the page. `company` is the demo company's name, where this is a demo. */
function pageOf(nonce: string, company: string | undefined): string {
  const title = company === undefined ? 'Baton' : `Baton · ${company}`;
  const demo =
    company === undefined
      ? ''
      : `<p class="demo">Demo: <bdi>${escaped(company)}</bdi>, a made-up company. You may answer for anybody.</p>`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>${escaped(title)}</title>
<style nonce="${nonce}">${style}</style>
</head>
<body data-demo="${company === undefined ? 'no' : 'yes'}">
<a class="skip" href="#board">Skip to the handoffs</a>
<header>
<h1>Baton</h1>
${demo}
<p class="link" id="link" role="status"><span aria-hidden="true">○</span> connecting</p>
</header>
<noscript><p class="notice">This page needs JavaScript to stay live. The same data is at /api/v1/handoffs.</p></noscript>
<form id="enter" class="enter" hidden>
<h2>Open your workspace</h2>
<p>Paste an API key. It is exchanged for a session in this browser and not kept by the page.</p>
<label for="key">API key</label>
<input id="key" type="password" autocomplete="off" spellcheck="false" required aria-describedby="enter-says">
<button type="submit">Open</button>
<p id="enter-says" role="alert"></p>
</form>
<main id="live" hidden>
<dl class="counts" id="counts" aria-label="Counts">
${COLUMNS.map(({ stage, name }) => `<div><dt>${name}</dt><dd data-count="${stage}">–</dd></div>`).join('\n')}
<div class="is-late"><dt><span aria-hidden="true">▲</span> Late</dt><dd data-count="late">–</dd></div>
<div class="quiet"><dt>Messages stuck</dt><dd data-count="deadMessages">–</dd></div>
<div class="quiet"><dt>Set aside</dt><dd data-count="setAside">–</dd></div>
</dl>
<div class="room">
<div class="board" id="board" tabindex="-1">
${COLUMNS.map(
  ({ stage, name, says }) => `<section aria-labelledby="h-${stage}">
<h2 id="h-${stage}">${name}</h2>
<p class="says">${says}</p>
<ul data-stage="${stage}"></ul>
<p class="more" data-more="${stage}" hidden></p>
</section>`,
).join('\n')}
</div>
<aside>
<section aria-labelledby="h-feed"><h2 id="h-feed">Just happened</h2><ol id="feed"></ol></section>
<section aria-labelledby="h-closed"><h2 id="h-closed">Recently closed</h2><ul id="closed"></ul></section>
</aside>
</div>
</main>
<div id="said" class="said" role="status" aria-live="polite"></div>
<script nonce="${nonce}">${script}</script>
</body>
</html>
`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);
}
