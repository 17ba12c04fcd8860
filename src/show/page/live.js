// show: the live page's script. Reads the API once, then follows the event stream and reads again only what changed.
// Everything that people wrote goes into the page as text.

const STAGES = ['preparing', 'offered', 'accepted', 'returned'];
const SHOWN_MAX = 40;
const FEED_MAX = 30;
const SOON_MS = 60 * 60_000;
const demo = document.body.dataset.demo === 'yes';
const rows = new Map();
const cards = new Map();
const changed = new Set();
let rejections = new Map();
let reading = false;

const byId = (id) => document.getElementById(id);

function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [key, value] of Object.entries(properties)) {
    if (key in element) element[key] = value;
    else element.setAttribute(key, value);
  }
  element.append(...children.filter((child) => child !== undefined));
  return element;
}

/** What somebody wrote, kept apart from the direction of the text around it. */
const said = (text) => make('bdi', { textContent: text });

async function get(path) {
  const answer = await fetch(path, { headers: { accept: 'application/json' } });
  if (answer.status === 401) {
    showEnter();
    throw new Error('not signed in');
  }
  const body = await answer.json();
  if (!answer.ok) throw Object.assign(new Error(body.detail), { status: answer.status });
  return body;
}

async function act(path, body, as) {
  const answer = await fetch(path, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'idempotency-key': `"${crypto.randomUUID?.() ?? [...crypto.getRandomValues(new Uint32Array(4))].join('-')}"`,
      ...(as === undefined ? {} : { 'baton-act-as': as }),
    },
    body: JSON.stringify(body),
  });
  const told = await answer.json();
  if (!answer.ok) throw new Error(told.detail);
  return told;
}

// Times

function span(ms) {
  const minutes = Math.max(1, Math.round(Math.abs(ms) / 60_000));
  if (minutes < 60) return `${minutes} min`;
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  return `${Math.round(minutes / 1440)} days`;
}

const clockTime = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const dayTime = new Intl.DateTimeFormat(undefined, {
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});
const isToday = (date) => date.toDateString() === new Date().toDateString();
const shortTime = (iso) => (isToday(new Date(iso)) ? clockTime : dayTime).format(new Date(iso));

function stateOf(row) {
  const { clock } = row;
  if (clock === undefined) return undefined;
  const left = Date.parse(clock.dueAt) - Date.now();
  const until = `${clock.name} by ${shortTime(clock.dueAt)}`;
  if (clock.state === 'paused') return { kind: 'still', shape: '❚❚', text: 'paused', until: clock.name };
  if (left < 0 || clock.late) return { kind: 'late', shape: '▲', text: `late by ${span(left)}`, until };
  if (left < SOON_MS) return { kind: 'soon', shape: '◆', text: `due soon, in ${span(left)}`, until };
  return { kind: 'calm', shape: '●', text: `on time, due in ${span(left)}`, until };
}

// Cards

function fillCard(card, row) {
  const title = make('h3', {}, said(row.company ?? row.contact ?? row.subject));
  if (row.company !== undefined && row.contact !== undefined) title.append(make('span', {}, ' · ', said(row.contact)));
  if (row.urgency === 'high') title.append(make('span', {}, ' · urgent'));
  const to = row.receiver ?? row.offeredTo;
  const people = make('p', { className: 'people' }, said(row.sender.name), ' → ');
  people.append(to === undefined ? 'nobody yet' : said(to.name), ' ');
  people.append(
    make('small', { textContent: `${row.transition}${row.marks.length > 0 ? ` · ${row.marks.join(', ')}` : ''}` }),
  );
  const clock = make('p', { className: 'time' });
  const parts = [title, people];
  if (row.whyEngaged !== undefined)
    parts.push(make('p', { className: 'why', title: row.whyEngaged }, said(row.whyEngaged)));
  if (row.nextStep !== undefined) {
    const step = make('p', { className: 'step' }, make('b', { textContent: 'Next: ' }), said(row.nextStep.what));
    step.append(` (${row.nextStep.owner.name}, by ${shortTime(row.nextStep.dueAt)})`);
    parts.push(step);
  }
  parts.push(clock);
  if (row.tasks.length > 0) parts.push(tasksOf(row, card.querySelector('details')?.open === true));
  if (demo && row.stage === 'offered' && row.offeredTo !== undefined) parts.push(actsOf(row));
  card.replaceChildren(...parts);
  tellTime(card, row);
}

function tasksOf(row, open) {
  const list = make('ul');
  for (const task of row.tasks) {
    const late = Date.parse(task.dueAt) < Date.now();
    list.append(
      make(
        'li',
        { className: late ? 'late' : '' },
        late ? '▲ late: ' : '○ ',
        said(task.title),
        ` (${task.owner.name}, by ${shortTime(task.dueAt)})`,
      ),
    );
  }
  const count = row.tasks.length === 1 ? '1 open task' : `${row.tasks.length} open tasks`;
  return make('details', { open }, make('summary', { textContent: count }), list);
}

function tellTime(card, row) {
  const state = stateOf(row);
  const time = card.querySelector('.time');
  card.classList.toggle('late', state?.kind === 'late');
  time.hidden = state === undefined;
  if (state === undefined) return;
  const shape = make('span', { 'aria-hidden': 'true', textContent: `${state.shape} ` });
  time.replaceChildren(
    make('span', { className: `clock ${state.kind}` }, shape, state.text),
    ' ',
    make('small', { textContent: state.until }),
  );
}

// Acts: only in the demo, as the person whom the offer is with

function actsOf(row) {
  const who = row.offeredTo;
  const no = make('p', { className: 'no', role: 'alert' });
  const yes = make('button', { type: 'button', className: 'main', textContent: 'Accept', 'data-act': 'accept' });
  const not = make('button', { type: 'button', textContent: 'Reject…', 'data-act': 'reject' });
  const acts = make('div', { className: 'acts' }, yes, not, make('small', {}, 'as ', said(who.name)), no);
  yes.addEventListener('click', () =>
    send(yes, no, async () => {
      await act(`/api/v1/handoffs/${row.id}/accept`, { offer: row.offer }, who.id);
      say(`${who.name} accepted.`, () => act(`/api/v1/handoffs/${row.id}/undo`, {}, who.id));
    }),
  );
  not.addEventListener('click', () => {
    const choice = make('select', { 'aria-label': 'Reason' });
    for (const reason of rejections.get(row.transition) ?? [])
      choice.append(make('option', { value: reason.name, textContent: reason.says }));
    const sure = make('button', { type: 'button', textContent: 'Reject', 'data-act': 'reject' });
    const back = make('button', { type: 'button', textContent: 'Back' });
    acts.replaceChildren(choice, sure, back, no);
    choice.focus();
    back.addEventListener('click', () => acts.replaceWith(actsOf(row)));
    sure.addEventListener('click', () =>
      send(sure, no, async () => {
        await act(`/api/v1/handoffs/${row.id}/reject`, { offer: row.offer, reason: choice.value }, who.id);
        say(`${who.name} rejected: ${choice.selectedOptions[0]?.textContent ?? choice.value}.`);
      }),
    );
  });
  return acts;
}

/** The row moves only when the ledger has answered. */
async function send(button, no, work) {
  const label = button.textContent;
  button.disabled = true;
  button.textContent = 'sending…';
  no.textContent = '';
  try {
    await work();
  } catch (error) {
    no.textContent = error instanceof TypeError ? 'Not sent: the server cannot be reached.' : error.message;
  } finally {
    button.disabled = false;
    button.textContent = label;
  }
}

function say(text, undo) {
  const line = make('div', {}, make('span', {}, said(text)));
  if (undo !== undefined) {
    const button = make('button', { type: 'button', textContent: 'Undo' });
    button.addEventListener('click', async () => {
      line.remove();
      try {
        await undo();
        say('Taken back.');
      } catch (error) {
        say(error.message);
      }
    });
    line.append(button);
  }
  byId('said').append(line);
  setTimeout(() => line.remove(), 10_000);
}

// The board

function draw() {
  const focused = document.activeElement?.closest?.('.card');
  const focusedAct = document.activeElement?.dataset?.act;
  const dueOf = (row) => (row.clock === undefined ? Number.POSITIVE_INFINITY : Date.parse(row.clock.dueAt));
  const kept = new Set();
  for (const stage of STAGES) {
    const list = document.querySelector(`[data-stage="${stage}"]`);
    const mine = [...rows.values()].filter((row) => row.stage === stage).sort((a, b) => dueOf(a) - dueOf(b));
    const shown = mine.slice(0, SHOWN_MAX).map((row) => {
      kept.add(row.id);
      let held = cards.get(row.id);
      if (held === undefined) {
        held = { card: make('li', { className: 'card', 'data-id': row.id }), version: 0 };
        cards.set(row.id, held);
      }
      if (held.version !== row.version) {
        fillCard(held.card, row);
        held.version = row.version;
      }
      return held.card;
    });
    if (shown.length === 0) shown.push(make('li', { className: 'none', textContent: 'Nothing here.' }));
    if (shown.length !== list.children.length || shown.some((card, i) => list.children[i] !== card))
      list.replaceChildren(...shown);
    const more = document.querySelector(`[data-more="${stage}"]`);
    more.hidden = mine.length <= SHOWN_MAX;
    more.textContent = `and ${mine.length - SHOWN_MAX} more, due later`;
  }
  for (const id of cards.keys()) if (!kept.has(id)) cards.delete(id);
  if (focused != null && document.activeElement === document.body && focused.isConnected) {
    (focused.querySelector(`[data-act="${focusedAct}"]`) ?? focused.querySelector('button, summary'))?.focus();
  }
}

async function readCounts() {
  const counts = await get('/api/v1/counts');
  for (const cell of document.querySelectorAll('[data-count]')) cell.textContent = counts[cell.dataset.count];
  document.querySelector('.is-late').classList.toggle('some', counts.late > 0);
  return counts;
}

async function readClosed() {
  const { handoffs } = await get('/api/v1/handoffs?stage=closed&limit=50');
  byId('closed').replaceChildren(
    ...handoffs
      .sort((a, b) => Date.parse(b.closedAt) - Date.parse(a.closedAt))
      .slice(0, 8)
      .map((row) =>
        make(
          'li',
          {},
          make('time', { dateTime: row.closedAt, textContent: shortTime(row.closedAt) }),
          said(row.company ?? row.contact ?? row.subject),
          `: ${row.outcome} (${(row.receiver ?? row.sender).name})`,
        ),
      ),
  );
}

async function readAll() {
  const found = [];
  for (let path = '/api/v1/handoffs?live=true&order=due&limit=200'; path !== undefined && found.length < 2_000; ) {
    const answer = await fetch(path);
    if (answer.status === 401) {
      showEnter();
      throw new Error('not signed in');
    }
    const body = await answer.json();
    if (!answer.ok) throw new Error(body.detail);
    found.push(...body.handoffs);
    path = /<([^>]+)>; rel="next"/.exec(answer.headers.get('link') ?? '')?.[1];
  }
  rows.clear();
  for (const row of found) rows.set(row.id, row);
  draw();
}

async function readReasons() {
  try {
    const { transitions } = await get('/api/v1/policy');
    rejections = new Map(transitions.map((transition) => [transition.name, transition.rejections]));
  } catch (error) {
    if (error.status !== 404) throw error;
  }
}

/** Reads again what the stream named, at most once a second. */
function readSoon() {
  if (reading) return;
  reading = true;
  setTimeout(async () => {
    reading = false;
    const ids = [...changed];
    changed.clear();
    try {
      if (ids.length > 20) await readAll();
      else {
        for (const row of await Promise.all(ids.map((id) => get(`/api/v1/handoffs/${id}`)))) {
          if (row.stage === 'closed') rows.delete(row.id);
          else rows.set(row.id, { ...row, tasks: row.tasks.filter((task) => task.state === 'open') });
        }
        draw();
      }
      await Promise.all([readCounts(), readClosed()]);
    } catch {
      for (const id of ids) changed.add(id);
      setTimeout(readSoon, 3_000);
    }
  }, 700);
}

function tell(event) {
  if (event.kind === 'messages-delivered') return;
  const feed = byId('feed');
  const row = rows.get(event.handoff);
  const line = make('li', {}, make('time', { dateTime: event.at, textContent: shortTime(event.at) }));
  if (row?.company !== undefined) line.append(said(row.company), ': ');
  line.append(said(event.sentence));
  feed.prepend(line);
  while (feed.children.length > FEED_MAX) feed.lastChild.remove();
}

function link(shape, text) {
  byId('link').replaceChildren(make('span', { 'aria-hidden': 'true', textContent: `${shape} ` }), text);
}

function follow(sequence) {
  const stream = new EventSource(`/api/v1/events/stream?after=${Math.max(0, sequence - FEED_MAX)}`);
  stream.addEventListener('open', () => link('●', 'live'));
  stream.addEventListener('error', () => {
    link('○', 'connection lost, trying again');
    if (stream.readyState === EventSource.CLOSED) setTimeout(start, 3_000);
  });
  stream.addEventListener('reset', () => readAll().catch(() => link('○', 'could not read the handoffs')));
  stream.addEventListener('message', (message) => {
    const event = JSON.parse(message.data);
    tell(event);
    if (event.sequence <= sequence) return;
    if (event.handoff !== undefined) changed.add(event.handoff);
    if (event.kind === 'policy-published') readReasons().catch(() => undefined);
    readSoon();
  });
}

function showEnter() {
  byId('enter').hidden = false;
  byId('live').hidden = true;
  link('○', 'not signed in');
}

byId('enter').addEventListener('submit', async (submitted) => {
  submitted.preventDefault();
  const says = byId('enter-says');
  const answer = await fetch('/api/v1/session', {
    method: 'POST',
    headers: { authorization: `Bearer ${byId('key').value.trim()}`, 'idempotency-key': `"${Date.now()}"` },
  }).catch(() => undefined);
  byId('key').value = '';
  if (answer?.ok) {
    byId('enter').hidden = true;
    says.textContent = '';
    start();
  } else says.textContent = answer === undefined ? 'The server cannot be reached.' : (await answer.json()).detail;
});

async function start() {
  try {
    const counts = await readCounts();
    byId('live').hidden = false;
    await Promise.all([readAll(), readReasons(), readClosed()]);
    byId('feed').replaceChildren();
    follow(counts.sequence);
  } catch (error) {
    if (byId('enter').hidden) {
      link('○', error.message);
      setTimeout(start, 3_000);
    }
  }
}

setInterval(() => {
  for (const [id, { card }] of cards) {
    const row = rows.get(id);
    if (row !== undefined) tellTime(card, row);
  }
}, 15_000);

start();
