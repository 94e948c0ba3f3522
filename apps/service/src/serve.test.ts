// Starting and stopping: what is in progress on SIGTERM is finished or handed back, no two services share a data folder, and
// traces arrive where the environment says. And ten thousand slow clients keep nobody out.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { immunize, LONG, SMALLEST, waitFor } from '../../../tests/service/requests.ts';
import { type Running, startService } from '../../../tests/service/running.ts';
import { testImage } from '../../../tests/support/photos.ts';
import { openPglite } from './database/pglite.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'photoguard-serve-'));
let service: Running;
let photo: Uint8Array;
/** Clients that send a byte a minute. */
const SLOW = 10_000;
/** What a collector of traces got: requests of OTLP in JSON. */
const collected: string[] = [];
const collector = createServer(async (request, response) => {
  let body = '';
  for await (const part of request) body += part;
  if (request.url === '/v1/traces') collected.push(body);
  response.writeHead(200, { 'Content-Type': 'application/json' }).end('{}');
});
const start = async (grace: string): Promise<void> => {
  const options = ['--workers', '1', '--grace-seconds', grace];
  const { port } = collector.address() as AddressInfo;
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`, OTEL_SERVICE_NAME: 'a test' };
  service = await startService({ dataDir, key: service?.key ?? '', options, env });
};
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const isRunning = (id: string): Promise<unknown> => waitFor(service, id, ({ state }) => state === 'running');
/** The row as a stopped service left it. */
async function rowOf(id: string): Promise<unknown> {
  const database = await openPglite(dataDir);
  try {
    const [row] = await database.query('select state, attempt, progress from photoguard.immunizations where id = $1', [
      id,
    ]);
    return row;
  } finally {
    await database.close();
  }
}

beforeAll(async () => {
  photo = new Uint8Array(await testImage(64, 64).png().toBuffer());
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
  await start('0');
}, 300_000);
afterAll(async () => {
  await service?.end('SIGKILL');
  collector.close();
  rmSync(dataDir, { recursive: true, force: true });
});

it('a second service on the folder is refused, and disturbs nothing', async () => {
  await expect(startService({ dataDir })).rejects.toThrow(
    /ended with 2: .*another service is at work in .*--data-dir/s,
  );
  expect((await service.call('/v1/immunizations')).status).toBe(200);
});

const most = Number(execFileSync('sh', ['-c', 'ulimit -Hn']).toString()) || Number.POSITIVE_INFINITY;
it.skipIf(most < SLOW + 1000)(
  'ten thousand connections that send hardly anything keep nobody out, and take little memory',
  async () => {
    const rss = (): number =>
      Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${service.pid}/status`, 'utf8'))?.[1]) / 1024;
    const before = rss();
    const { hostname, port } = new URL(service.url);
    const open: { readonly socket: Socket; readonly since: number }[] = [];
    const dial = (): Promise<void> =>
      new Promise((resolve, reject) => {
        const socket = connect(Number(port), hostname, resolve).on('error', reject);
        socket.write('GET /healthz HTTP/1.1\r\nX-A: ');
        open.push({ socket, since: performance.now() });
      });
    try {
      for (let i = 0; i < SLOW; i += 200) await Promise.all(Array.from({ length: 200 }, dial));
      for (const { socket } of open) if (socket.writable) socket.write('a');
      expect((await fetch(`${service.url}/healthz`)).status).toBe(200);
      expect((await service.call('/v1/immunizations')).status).toBe(200);
      // They have 15 seconds for their headers: where dialling takes as long, the first are gone by now.
      const recent = open.filter(({ since }) => performance.now() - since < 10_000);
      expect(recent.filter(({ socket }) => socket.readyState !== 'open')).toEqual([]);
      expect(rss() - before).toBeLessThan(400);
    } finally {
      for (const { socket } of open) socket.on('error', () => {}).destroy();
    }
  },
);

it('a port that is taken ends it, with a line that says so', async () => {
  const other = mkdtempSync(join(tmpdir(), 'photoguard-serve-'));
  const { port } = new URL(service.url);
  const started = startService({ dataDir: other, options: ['--port', port] });
  await expect(started).rejects.toThrow(new RegExp(`ended with 2: .*port ${port} is taken`, 's'));
  rmSync(other, { recursive: true, force: true });
});

it('SIGTERM hands back what does not end in time, and waits for what does', async () => {
  const long = await immunize(service, photo, LONG);
  await isRunning(long);
  expect(await service.end('SIGTERM')).toBe(0);
  expect(service.printed()).toContain('"stopped"');
  expect(await rowOf(long)).toEqual({ state: 'queued', attempt: null, progress: null });
  expect(readdirSync(join(dataDir, 'work'))).toEqual([]);

  await start('60');
  await isRunning(long); // taken up again
  await service.call(`/v1/immunizations/${long}`, { method: 'DELETE' });
  const refused = await immunize(service, photo, { ...SMALLEST, prompt: 'a secret' });
  await waitFor(service, refused, ({ state }) => state === 'failed');
  const traceparent = `00-${TRACE}-00f067aa0ba902b7-01`;
  const short = await immunize(service, photo, { ...SMALLEST, steps: 100 }, { traceparent });
  await isRunning(short);
  expect(await service.end('SIGTERM')).toBe(0);
  expect(await rowOf(short)).toMatchObject({ state: 'done' });
});

interface Span {
  readonly traceId: string;
  readonly name: string;
  readonly status?: { readonly code?: number };
  readonly attributes: readonly { readonly key: string; readonly value: object }[];
}

it('traces go on from the caller through the queue, with nothing of photos and options', () => {
  const resources = collected.flatMap(
    (body) => JSON.parse(body).resourceSpans as { scopeSpans: { spans: Span[] }[] }[],
  );
  const spans = resources.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans));
  expect(JSON.stringify(resources)).toContain('a test');
  const ours = spans.filter(({ traceId }) => traceId === TRACE);
  expect(ours.map(({ name }) => name)).toEqual(
    expect.arrayContaining([
      'POST /v1/immunizations',
      'process immunize',
      'get photo',
      'photoguard immunize',
      'put result',
    ]),
  );
  const request = ours.find(({ name }) => name.startsWith('POST'))!;
  expect(request.attributes).toContainEqual({ key: 'http.response.status_code', value: { intValue: 202 } });
  const codes = spans.flatMap(({ attributes }) => attributes.filter(({ key }) => key === 'photoguard.code'));
  expect(codes.map(({ value }) => value)).toEqual(
    expect.arrayContaining([{ stringValue: 'usage' }, { stringValue: 'done' }]),
  );
  expect(collected.join()).not.toMatch(/secret|64x64/);
  expect(collected.join()).not.toContain(service.key);
});
