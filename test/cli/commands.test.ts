// The command line against a server that answers from a list: forms of output, exit codes, retries, settings.
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type FakeServer, openFakeServer } from './fake-server.ts';
import { type Ran, runBaton } from './run-baton.ts';

const golden = join(import.meta.dirname, '../golden/cli');
const ana = { id: 'ana', name: 'Ana Silva' };
const ben = { id: 'ben', name: 'Ben Ono' };
const handoff = {
  id: 'ho_1',
  version: 3,
  stage: 'offered',
  transition: 'sdr-to-ae',
  subject: 'su_1',
  company: 'Acme \u001b[31mGmbH\u202e',
  sender: ana,
  owner: ana,
  offeredTo: ben,
  urgency: 'high',
  segment: 'everyone',
  signal: 'meeting-booked',
  clock: { name: 'accept', dueAt: '2020-01-06T12:00:00.000Z', state: 'running', late: true },
  nextStep: { what: 'Accept, ask or reject', owner: ben, dueAt: '2020-01-06T12:00:00.000Z', late: true },
  tasks: [],
  openedAt: '2020-01-06T08:00:00.000Z',
  marks: [],
};
const shown = {
  ...handoff,
  policy: 'p',
  context: {
    missing: ['seats'],
    erased: false,
    fields: { company: 'Acme', seats: 40 },
    note: { 'why-now': 'Audit in January' },
    links: [],
  },
  clocks: [
    {
      name: 'accept',
      owner: ben,
      state: 'stopped',
      late: false,
      dueAt: '2020-01-06T12:00:00.000Z',
      zone: 'Europe/Berlin',
      deadline: { sentence: '', steps: [] },
    },
  ],
  questions: [{ id: 'qu_1', about: 'why-now', by: ben, at: '2020-01-06T09:00:00.000Z', text: 'Is it fixed?' }],
  nextStep: undefined,
};
const done = { result: 'done', sequence: 7, handoff: 'ho_1', version: 4, facts: { accepted: true } };

describe('the command line', () => {
  let server: FakeServer;
  let cwd: string;

  beforeEach(async () => {
    server = await openFakeServer();
    cwd = mkdtempSync(join(tmpdir(), 'baton-cli-'));
    writeFileSync(join(cwd, 'a.key'), 'baton_live_test\n', { mode: 0o600 });
    writeFileSync(join(cwd, '.baton.json'), JSON.stringify({ server: server.url, keyFile: 'a.key' }));
  });
  afterEach(async () => {
    await server.close();
    rmSync(cwd, { recursive: true });
  });

  const baton = (...args: string[]): Promise<Ran> => runBaton(args, { cwd });
  /** Compares with a golden file; ages of times are cut, because they grow. */
  const matches = (name: string, text: string) => {
    const cut = text.replace(/\d+ d ago/g, '… ago').replaceAll(server.url, 'SERVER');
    if (process.env.UPDATE_GOLDEN === '1') {
      mkdirSync(golden, { recursive: true });
      writeFileSync(join(golden, `${name}.golden.txt`), cut);
    }
    expect(cut).toBe(readFileSync(join(golden, `${name}.golden.txt`), 'utf8'));
  };

  test('list is a table for people, lines for tools, JSON for programs; data cannot steer the terminal', async () => {
    const page = { body: { handoffs: [handoff] } };
    server.answer(page, page, page);
    const [human, plain, json] = [
      await baton('list'),
      await baton('list', '--plain', '--late'),
      await baton('list', '--json'),
    ];
    matches('list', `${human.out}---\n${human.err}`);
    matches('list-plain', `${plain.out}---\n${plain.err}`);
    expect(JSON.parse(json.out)).toEqual({ handoffs: [handoff] });
    expect(human.out + plain.out).not.toContain('\u001b');
    expect(server.asked.map((a) => a.path)).toEqual([
      '/api/v1/handoffs?live=true&order=due',
      '/api/v1/handoffs?late=true&live=true&order=due',
      '/api/v1/handoffs?live=true&order=due',
    ]);
    expect(server.asked[0]?.headers.authorization).toBe('Bearer baton_live_test');
    expect(server.asked[0]?.headers['idempotency-key']).toBeUndefined();
  });

  test('a page that goes on names the next one', async () => {
    server.answer({
      body: { handoffs: [handoff] },
      headers: { link: '</api/v1/handoffs?cursor=abc&limit=1>; rel="next"' },
    });
    const ran = await baton('list', '--limit', '1', '--json');
    expect(JSON.parse(ran.out)).toMatchObject({ cursor: 'abc' });
  });

  test('show tells everything about one', async () => {
    server.answer({ body: shown });
    const ran = await baton('show', 'ho_1');
    matches('show', `${ran.out}---\n${ran.err}`);
  });

  test('an act carries a quoted key; a lost answer is asked for again with the same one', async () => {
    server.answer('hang up', { body: done, headers: { 'idempotency-replayed': 'true' } });
    const ran = await baton('accept', 'ho_1');
    matches('accept-again', `${ran.out}---\n${ran.err}`);
    const keys = server.asked.map((a) => a.headers['idempotency-key']);
    expect(keys[0]).toMatch(/^"[0-9a-f-]{36}"$/);
    expect(keys[1]).toBe(keys[0]);
    expect([ran.code, server.asked[1]?.path, server.asked[1]?.body]).toEqual([0, '/api/v1/handoffs/ho_1/accept', {}]);
  });

  test('a dry run sends nothing', async () => {
    const ran = await baton('reject', 'ho_1', '--reason', 'too-small', '--dry-run', '--json');
    expect(JSON.parse(ran.out)).toEqual({
      dryRun: true,
      method: 'POST',
      path: '/api/v1/handoffs/ho_1/reject',
      body: { reason: 'too-small' },
    });
    expect(server.asked).toEqual([]);
  });

  test.each([
    ['conflict', 409, false, 4],
    ['precondition', 412, false, 4],
    ['not allowed', 403, false, 5],
    ['no key', 401, false, 5],
    ['not found', 404, false, 6],
    ['bad value', 422, false, 2],
    ['bug', 500, false, 1],
    ['passing fault', 500, true, 7],
  ])('%s (%i) ends with its exit code and the sentence', async (_, status, retryable, code) => {
    server.answer({ status, body: { detail: 'This is why.', code: 'accept/not-yours', retryable } });
    const ran = await baton('accept', 'ho_1', '--json');
    expect([ran.code, ran.out, ran.err]).toEqual([code, '', 'baton: This is why. [accept/not-yours]\n']);
  });

  test('a busy server is asked again after the time it names, then given up with 7', async () => {
    const busy = {
      status: 503,
      headers: { 'retry-after': '0.01' },
      body: { detail: 'Later.', code: 'door/too-busy', retryable: true },
    };
    server.answer(busy, busy, { body: done });
    expect((await baton('accept', 'ho_1')).code).toBe(0);
    server.answer(busy, busy, busy, busy);
    expect((await baton('accept', 'ho_1')).code).toBe(7);
  });

  test('no server ends with 7 and says how to start one', async () => {
    await server.close();
    const ran = await baton('list');
    expect([ran.code, ran.err]).toEqual([
      7,
      `baton: No Baton server answers at ${server.url}.\nNext: baton up, or say --server URL\n`,
    ]);
    server = await openFakeServer();
  });

  test('a wrong command line ends with 2 and suggests', async () => {
    for (const args of [
      ['lst'],
      ['list', '--frobnicate'],
      ['accept'],
      ['reject', 'ho_1'],
      ['next-step', 'ho_1', 'x', '--due', 'tomorrow'],
    ]) {
      const ran = await baton(...args);
      expect([args, ran.code, ran.out]).toEqual([args, 2, '']);
    }
    expect((await baton('lst')).err).toContain('Did you mean list?');
    expect((await baton('lis')).code).toBe(2);
    expect(server.asked).toEqual([]);
  });

  test('fields keep their types; quoted numbers stay text; the note comes from flags', async () => {
    server.answer({ body: { ...done, facts: { outcome: 'opened' } } });
    await baton(
      'send',
      'sdr-to-ae',
      '--signal',
      'meeting-booked',
      '--email',
      'jo@acme.example',
      '--field',
      'seats=40',
      '--field',
      'zip="01234"',
      '--field',
      'ok=true',
      '--field',
      'name=Acme, Inc',
      '--why-now',
      'Audit',
    );
    expect(server.asked[0]?.body).toEqual({
      transition: 'sdr-to-ae',
      signal: 'meeting-booked',
      subject: { type: 'email', value: 'jo@acme.example' },
      fields: { seats: 40, zip: '01234', ok: true, name: 'Acme, Inc' },
      note: { 'why-now': 'Audit' },
    });
  });

  test('what falls short of the criteria is said, with 4', async () => {
    server.answer({ body: { ...done, facts: { outcome: 'not-qualified', reason: 'Ten seats or more' } } });
    const ran = await baton('send', 'sdr-to-ae', '--subject', 'lead=1', '--signal', 'meeting-booked');
    expect([ran.code, ran.err]).toEqual([
      4,
      expect.stringContaining('falls short of what both sides agreed (Ten seats or more)'),
    ]);
  });

  test('a transition that the policy does not have is named, not the signal that stands for a person', async () => {
    const detail = 'No transition takes the signal "by-hand".';
    server.answer({ status: 422, body: { detail, code: 'signal/no-transition' } });
    const ran = await baton('send', 'sdr-ae', '--email', 'jo@acme.example');
    expect([ran.code, ran.err]).toEqual([6, expect.stringContaining('There is no transition "sdr-ae"')]);
  });

  test('suggested commands repeat the flags that say where and as whom', async () => {
    server.answer({ body: { handoffs: [handoff] } });
    const ran = await baton('list', '--key-file', 'a.key', '--workspace', "Ana's");
    expect(ran.err).toBe("Next: baton --key-file a.key --workspace 'Ana'\\''s' show ho_1\n");
  });

  test('text and keys come from stdin where "-" stands', async () => {
    server.answer({ body: done });
    await runBaton(['ask', 'ho_1', '-'], { cwd, stdin: 'Is it fixed?\n' });
    expect(server.asked[0]?.body).toEqual({ about: 'note', text: 'Is it fixed?' });
    server.answer({ body: done });
    await runBaton(['accept', 'ho_1', '--key-file', '-'], { cwd, stdin: 'from-stdin\n' });
    expect(server.asked[1]?.headers.authorization).toBe('Bearer from-stdin');
  });

  test('flag over environment over project file; a key that others can read is told', async () => {
    const other = await openFakeServer();
    other.answer({ body: { handoffs: [] } }, { body: { handoffs: [] } });
    await runBaton(['list'], { cwd, env: { BATON_SERVER: other.url } });
    await runBaton(['list', '--server', other.url], { cwd, env: { BATON_SERVER: 'http://127.0.0.1:9' } });
    expect(other.asked).toHaveLength(2);
    await other.close();
    chmodSync(join(cwd, 'a.key'), 0o644);
    server.answer({ body: { handoffs: [] } });
    expect((await baton('list')).err).toContain('chmod 600');
  });

  test('NO_COLOR, pipes and --quiet keep output plain', async () => {
    server.answer({ body: { handoffs: [handoff] } });
    const ran = await baton('list', '--quiet');
    expect([ran.err, ran.out.includes('\u001b[')]).toEqual(['', false]);
  });

  test('a policy file is checked without a server: 0 when good, 3 with places when not', async () => {
    const bad = await runBaton(['policy', 'check', '-'], { cwd, stdin: 'baton: 1\nnam: x\n' });
    expect([bad.code, bad.out]).toEqual([3, expect.stringContaining('stdin:')]);
    const schema = await baton('policy', 'schema');
    expect(JSON.parse(schema.out)).toHaveProperty('$schema');
    expect((await baton('policy', 'check', 'no-such.yaml')).code).toBe(2);
  });
});
