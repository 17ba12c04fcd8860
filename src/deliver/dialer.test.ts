import { afterEach, expect, test } from 'vitest';
import { makeCertificate } from '../../test/fakes/certificate.ts';
import type { WebhookReceiver } from '../../test/fakes/webhook-receiver.ts';
import { startWebhookReceiver } from '../../test/fakes/webhook-receiver.ts';
import { Fault } from '../words/fault.ts';
import { parseNetwork } from './addresses.ts';
import type { Dialer, DialerOptions, Reply } from './dialer.ts';
import { openDialer } from './dialer.ts';

const LOOPBACK = [parseNetwork('127.0.0.1/32')];
const opened: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close();
});

function dialer(options: DialerOptions = {}): Dialer {
  const made = openDialer({ allowHttp: true, allowed: LOOPBACK, ...options });
  opened.push(made);
  return made;
}

async function receiver(options?: Parameters<typeof startWebhookReceiver>[0]): Promise<WebhookReceiver> {
  const made = await startWebhookReceiver(options);
  opened.push(made);
  return made;
}

async function faultOf(work: () => Promise<Reply>): Promise<Fault> {
  try {
    await work();
  } catch (error) {
    expect(error).toBeInstanceOf(Fault);
    return error as Fault;
  }
  throw new Error('The call went through.');
}

test('a call reaches an allowed server with its method, headers and body', async () => {
  const server = await receiver();
  server.next({ do: 'answer', status: 201, headers: { 'X-Thing': 'a' }, body: 'hello' });
  const reply = await dialer().call({
    method: 'PUT',
    url: server.url('/a?b=c'),
    headers: { 'x-own': '1' },
    body: 'data',
  });
  expect({ ...reply, body: Buffer.from(reply.body).toString() }).toMatchObject({
    status: 201,
    complete: true,
    body: 'hello',
  });
  expect(reply.headers['x-thing']).toBe('a');
  expect(server.journal[0]).toMatchObject({
    path: '/a?b=c',
    headers: { 'x-own': '1', host: `127.0.0.1:${server.port}` },
  });
  expect(server.journal[0]?.body.toString()).toBe('data');
});

// The measured table of ways to say "this machine" that other libraries let through.
test.each([
  '127.0.0.1',
  '2130706433',
  '0x7f.1',
  '0177.0.0.1',
  '0.0.0.0',
  '[::1]',
  '[::]',
  '[::ffff:127.0.0.1]',
  '[::127.0.0.1]',
  '[64:ff9b::7f00:1]',
  '[2002:7f00:1::]',
  '[2001:0:7f00:1::]',
  '[fec0::1]',
  '224.0.0.1',
  '169.254.169.254',
])('a URL with the host %s is refused and nothing is connected', async (host) => {
  const server = await receiver();
  const fault = await faultOf(() =>
    dialer({ allowed: [] }).call({ method: 'POST', url: `http://${host}:${server.port}/` }),
  );
  expect(fault.code).toBe('deliver/refused-address');
  expect(fault.retry).toBe(false);
  expect(server.connections()).toBe(0);
});

test.each([
  ['http://hooks.example/', 'http: is not allowed'],
  ['ftp://hooks.example/', 'ftp: is not allowed'],
  ['file:///etc/passwd', 'file: is not allowed'],
  ['https://ana:secret@hooks.example/', 'name or password'],
  ['not a url', 'not a URL'],
])('%s is refused before anything is resolved', async (url, why) => {
  let asked = 0;
  const resolve = async () => {
    asked += 1;
    return ['127.0.0.1'];
  };
  const fault = await faultOf(() => dialer({ allowHttp: false, resolve }).call({ method: 'GET', url }));
  expect(fault.code).toBe('deliver/refused-address');
  expect(fault.message).toContain(why);
  expect(fault.message).not.toContain('secret');
  expect(asked).toBe(0);
});

test('a header with a line break is refused and nothing is sent', async () => {
  const server = await receiver();
  const call = { method: 'POST', url: server.url(), headers: { 'x-own': 'a\r\nx-other: b' } } as const;
  expect(await faultOf(() => dialer().call(call))).toMatchObject({ code: 'deliver/rejected', retry: false });
  expect(server.connections()).toBe(0);
});

test('a name is refused when any one of its addresses is not public', async () => {
  const server = await receiver();
  const resolve = async () => ['127.0.0.1', '10.0.0.5'];
  const url = `http://hooks.example:${server.port}/`;
  expect((await faultOf(() => dialer({ resolve }).call({ method: 'POST', url }))).code).toBe('deliver/refused-address');
  expect(server.connections()).toBe(0);
});

test('a rebinding name is asked once, and the connection goes to the address that was checked', async () => {
  const server = await receiver();
  const answers = [['127.0.0.1'], ['169.254.169.254'], ['::1']];
  let asked = 0;
  const resolve = async () => answers[asked++] ?? [];
  await dialer({ resolve }).call({ method: 'POST', url: `http://hooks.example:${server.port}/` });
  expect(asked).toBe(1);
  expect(server.journal[0]?.headers.host).toBe(`hooks.example:${server.port}`);
});

test('a name that turns private is refused at the next connection', async () => {
  const server = await receiver();
  server.behave({ do: 'answer', status: 200, headers: { connection: 'close' } });
  const answers = [['127.0.0.1'], ['10.0.0.1']];
  const made = dialer({ resolve: async () => answers.shift() ?? [] });
  const url = `http://hooks.example:${server.port}/`;
  await made.call({ method: 'POST', url });
  expect((await faultOf(() => made.call({ method: 'POST', url }))).code).toBe('deliver/refused-address');
  expect(server.journal).toHaveLength(1);
});

test('a redirect to the metadata address is answered as it is and not followed', async () => {
  const server = await receiver();
  server.behave({ do: 'answer', status: 302, headers: { location: 'http://169.254.169.254/latest/meta-data' } });
  const reply = await dialer().call({ method: 'POST', url: server.url() });
  expect(reply.status).toBe(302);
  expect(server.journal).toHaveLength(1);
});

test('cookies are not kept and proxies of the environment are not used', async () => {
  const server = await receiver();
  const proxy = await receiver();
  const before = { ...process.env };
  Object.assign(process.env, {
    HTTP_PROXY: proxy.url(),
    http_proxy: proxy.url(),
    ALL_PROXY: proxy.url(),
    NODE_USE_ENV_PROXY: '1',
  });
  try {
    server.behave({ do: 'answer', status: 200, headers: { 'set-cookie': 'sid=1' } });
    const made = dialer();
    await made.call({ method: 'POST', url: server.url() });
    await made.call({ method: 'POST', url: server.url() });
  } finally {
    process.env = before;
  }
  expect(server.journal).toHaveLength(2);
  expect(server.journal[1]?.headers.cookie).toBeUndefined();
  expect(proxy.connections()).toBe(0);
});

test('an answer that does not come leaves the outcome unknown', async () => {
  const server = await receiver();
  server.behave({ do: 'hold' });
  const fault = await faultOf(() => dialer({ totalMs: 200 }).call({ method: 'POST', url: server.url() }));
  expect(fault.code).toBe('deliver/unknown-outcome');
  expect(server.journal).toHaveLength(1);
});

test.each(['cut', 'commit-then-cut'] as const)(
  'a connection closed instead of an answer (%s) leaves the outcome unknown',
  async (what) => {
    const server = await receiver();
    server.behave({ do: what });
    expect((await faultOf(() => dialer().call({ method: 'POST', url: server.url() }))).code).toBe(
      'deliver/unknown-outcome',
    );
  },
);

test('a closed port and a name without address are unreachable: nothing was sent', async () => {
  const server = await receiver();
  const url = server.url();
  await server.close();
  opened.splice(opened.indexOf(server), 1);
  expect((await faultOf(() => dialer().call({ method: 'POST', url }))).code).toBe('deliver/unreachable');
  const nameless = dialer({ resolve: async () => [] });
  expect((await faultOf(() => nameless.call({ method: 'POST', url: 'https://nobody.example/' }))).code).toBe(
    'deliver/unreachable',
  );
});

test('a name server that never answers is unreachable', async () => {
  const made = dialer({ resolve: () => new Promise(() => undefined), connectMs: 50 });
  const fault = await faultOf(() => made.call({ method: 'POST', url: 'https://slow.example/' }));
  expect(fault.code).toBe('deliver/unreachable');
  expect(fault.message).toContain('no address in time');
});

test('the second address is tried when the first does not connect', async () => {
  const server = await receiver();
  const allowed = [...LOOPBACK, parseNetwork('::1/128')];
  const made = dialer({ allowed, resolve: async () => ['::1', '127.0.0.1'] });
  expect((await made.call({ method: 'POST', url: `http://two.example:${server.port}/` })).status).toBe(204);
});

test('an answer of 1 MiB is whole, one byte more is cut', async () => {
  const server = await receiver();
  const made = dialer();
  for (const [bytes, complete] of [
    [1_048_575, true],
    [1_048_576, true],
    [1_048_577, false],
  ] as const) {
    server.next({ do: 'answer', status: 200, body: 'x'.repeat(bytes) });
    const reply = await made.call({ method: 'GET', url: server.url() });
    expect([reply.complete, reply.body.length <= 1_048_576]).toEqual([complete, true]);
  }
});

test.each(['flood', 'cut-body', 'silent-body'] as const)(
  'an answer whose body never ends well (%s) keeps its status',
  async (what) => {
    const server = await receiver();
    server.behave({ do: what });
    const reply = await dialer({ totalMs: what === 'silent-body' ? 200 : 5_000 }).call({
      method: 'GET',
      url: server.url(),
    });
    expect(reply).toMatchObject({ status: 200, complete: false });
  },
);

test('over TLS the certificate is checked against the name, though the connection goes to the address', async () => {
  const certificate = makeCertificate('hooks.example');
  const server = await receiver({ tls: certificate });
  const resolve = async () => ['127.0.0.1'];
  const made = dialer({ allowHttp: false, ca: certificate.cert, resolve });
  const reply = await made.call({ method: 'POST', url: `https://hooks.example:${server.port}/` });
  expect(reply.status).toBe(204);
  expect(server.journal[0]?.headers.host).toBe(`hooks.example:${server.port}`);

  const wrongName = await faultOf(() => made.call({ method: 'POST', url: `https://other.example:${server.port}/` }));
  expect(wrongName).toMatchObject({ code: 'deliver/unreachable' });
  const untrusting = dialer({ allowHttp: false, resolve });
  const untrusted = await faultOf(() =>
    untrusting.call({ method: 'POST', url: `https://hooks.example:${server.port}/` }),
  );
  expect(untrusted).toMatchObject({ code: 'deliver/unreachable' });
  expect(server.journal).toHaveLength(1);
});
