// What hostile clients send, over real connections: each gets a status and a body, or is cut off, and others are answered
// meanwhile. What needs no connection is in app.test.ts. It is long because each attack is a row, and all share one server.
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { crc32, deflateSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { testImage } from '../../../../tests/support/photos.ts';
import { log } from '../operations/log.ts';
import { type TinyService, tinyService } from '../testing/tiny-service.ts';
import { close, listen } from './listen.ts';

const BOUNDARY = 'a-boundary-0123456789';
const FORM = `multipart/form-data; boundary=${BOUNDARY}`;
const END = `--${BOUNDARY}--\r\n`;
const LIMITS = { headersMs: 2000, requestMs: 4000, silentMs: 20_000, checkMs: 100, connections: 40 };
let service: TinyService;
let server: Server;
let port: number;
let key: string;
const photo = new Uint8Array(await testImage(64, 64).png().toBuffer());

beforeAll(async () => {
  service = await tinyService();
  key = await service.keyOf('one');
  server = await listen(service.app, { port: 0, host: '127.0.0.1' }, LIMITS);
  port = (server.address() as AddressInfo).port;
}, 300_000);
afterAll(async () => {
  if (server) await close(server, 0);
  await service?.close();
});

/** Sends bytes as they are. @returns all that comes back until the connection ends or the answer is there */
function raw(...parts: readonly (string | Uint8Array)[]): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let text = '';
    socket.on('data', (part) => {
      text += part.toString('latin1');
      if (text.includes('\r\n\r\n')) socket.end();
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(text));
    for (const part of parts) socket.write(part);
  });
}
const statusOf = (text: string): number => Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1]);
const request = (line: string, headers: readonly string[] = [], body = ''): string =>
  [line, 'Host: localhost', `Authorization: Bearer ${key}`, ...headers, '', body].join('\r\n');
const answers = async (): Promise<boolean> => (await fetch(`http://127.0.0.1:${port}/healthz`)).ok;

describe('requests that are not HTTP as it should be', () => {
  it.each([
    [
      'two lengths',
      request('POST /v1/immunizations HTTP/1.1', ['Content-Length: 3', 'Content-Length: 4'], 'abcd'),
      400,
    ],
    [
      'a length and chunks',
      request('POST /v1/immunizations HTTP/1.1', ['Content-Length: 3', 'Transfer-Encoding: chunked'], '0\r\n\r\n'),
      400,
    ],
    [
      'a chunk of no length',
      request('POST /v1/immunizations HTTP/1.1', ['Transfer-Encoding: chunked'], 'zz\r\nx\r\n'),
      400,
    ],
    ['a length that is none', request('POST /v1/immunizations HTTP/1.1', ['Content-Length: -1']), 400],
    ['a NUL in a header', request('GET /v1/immunizations HTTP/1.1', ['X-A: a\0b']), 400],
    ['a line break in a header', request('GET /v1/immunizations HTTP/1.1', ['X-A: a\nX-B']), 400],
    ['no host', 'GET /healthz HTTP/1.1\r\n\r\n', 400],
    ['a method that there is not', request('STEAL /healthz HTTP/1.1'), 400],
    ['a version that there is not', request('GET /healthz HTTP/9.9'), 400],
    ['no HTTP', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 400],
    ['headers without end', request('GET /healthz HTTP/1.1', [`X-A: ${'a'.repeat(20_000)}`]), 431],
    ['a path without end', request(`GET /${'a'.repeat(20_000)} HTTP/1.1`), 431],
    [
      'a key without end',
      request('GET /v1/immunizations HTTP/1.1', [`Authorization: Bearer ${'a'.repeat(20_000)}`]),
      431,
    ],
  ])('%s', async (_, bytes, status) => {
    expect(statusOf(await raw(bytes))).toBe(status);
    expect(await answers()).toBe(true);
  });
});

describe('paths', () => {
  it.each([
    ['/../../../../etc/passwd', 404],
    ['//etc/passwd', 404],
    ['/v1/immunizations/../../../etc/passwd', 404],
    ['/v1/immunizations/..%2f..%2fetc%2fpasswd/result', 400],
    ['/v1/immunizations/%2e%2e/result', 404],
    ['/v1/immunizations/%00/result', 400],
    ['/v1/immunizations/%zz/result', 400],
    ['/v1/immunizations/%c0%ae%c0%ae/result', 400],
    ["/v1/immunizations?state=done'+or+1=1--", 400],
    ['/v1/immunizations?cursor=1;drop+table+photoguard.keys', 400],
    ['/v1/immunizations?limit=1e999', 400],
    ['/v1/registry/lookup?hash=%27%20or%20true', 400],
    ['/%0d%0aSet-Cookie:%20a=b', 404],
  ])('%s', async (path, status) => {
    const answer = await raw(request(`GET ${path} HTTP/1.1`));
    expect(statusOf(answer)).toBe(status);
    expect(answer).not.toMatch(/root:|^set-cookie/im);
  });

  it('an address of another host is not asked, nor told back', async () => {
    const answer = await raw(request('GET http://evil.example/v1/nothing HTTP/1.1'));
    expect(statusOf(answer)).toBe(404);
    expect(answer).not.toContain('evil');
  });
});

describe('bodies', () => {
  it('of ten gigabytes are refused before they come', async () => {
    const head = request('POST /v1/immunizations HTTP/1.1', [`Content-Type: ${FORM}`, 'Content-Length: 10000000000']);
    const answer = await raw(head);
    expect(statusOf(answer)).toBe(413);
  });

  it('without an end are cut off at the limit', async () => {
    let sent = 0;
    const chunk = new Uint8Array(65_536);
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += chunk.length;
        if (sent > 100e6) controller.close();
        else controller.enqueue(chunk);
      },
    });
    const headers = { Authorization: `Bearer ${key}`, 'Content-Type': FORM };
    const status = await fetch(`http://127.0.0.1:${port}/v1/immunizations`, {
      ...({ method: 'POST', body, headers, duplex: 'half' } as RequestInit),
    }).then(
      (response) => response.status,
      () => 'cut off',
    );
    expect([413, 'cut off']).toContain(status);
    expect(sent).toBeLessThan(20e6); // the limit is 1 MB; the rest was on its way
    expect(await answers()).toBe(true);
  });
});

describe('slow connections', () => {
  let open: Socket[] = [];
  beforeEach(() => {
    open = [];
  });
  const dial = (watch: (socket: Socket) => void = () => {}): Promise<Socket> =>
    new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(socket));
      watch(socket);
      socket.on('error', () => resolve(socket));
      open.push(socket);
    });
  const alive = (): number => open.filter((socket) => !socket.destroyed && socket.readyState === 'open').length;

  it('that never end their headers or body are closed in time, and others are answered meanwhile', async () => {
    const drip = setInterval(() => {
      for (const socket of open) if (socket.writable) socket.write('a');
    }, 50);
    for (let i = 0; i < 30; i++) {
      const socket = await dial();
      socket.write(
        i % 2 === 0
          ? 'GET /healthz HTTP/1.1\r\nX-A: '
          : request('POST /v1/immunizations HTTP/1.1', [`Content-Type: ${FORM}`, 'Content-Length: 900000']),
      );
      socket.resume();
    }
    expect(await answers()).toBe(true);
    await expect.poll(alive).toBe(0);
    clearInterval(drip);
  });

  it('beyond the number that there may be are closed at once', async () => {
    await fetch(`http://127.0.0.1:${port}/healthz`, { headers: { Connection: 'close' } });
    let dropped = 0;
    for (let i = 0; i < LIMITS.connections + 20; i++)
      await dial((socket) => {
        let told = false; // 408, as those are that are only too slow
        socket.on('data', () => (told = true));
        socket.on('close', () => (dropped += Number(!told)));
      });
    await expect.poll(() => dropped).toBeGreaterThanOrEqual(20);
    for (const socket of open) socket.destroy();
    await expect.poll(answers).toBe(true);
  });
});

describe('forms', () => {
  const post = (path: string, body: string | Uint8Array, type = FORM): Promise<Response> =>
    fetch(`http://127.0.0.1:${port}${path}`, {
      ...{ method: 'POST', body: typeof body === 'string' ? body : new Uint8Array(body) },
      headers: { Authorization: `Bearer ${key}`, ...(type && { 'Content-Type': type }) },
    });
  const part = (disposition: string, content: string): string =>
    `--${BOUNDARY}\r\nContent-Disposition: ${disposition}\r\n\r\n${content}\r\n`;
  const field = (name: string, content: string): string => part(`form-data; name="${name}"`, content);
  const asText = Buffer.from(photo).toString('latin1');
  const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'));
  const problem = expect.stringMatching(/^\{"error":\{"code":"[a-z-]+","message":".+"\}\}$/);

  it.each([
    ['no boundary', field('photo', 'x'), 'multipart/form-data', 400],
    ['another boundary', field('photo', 'x'), 'multipart/form-data; boundary=y', 400],
    ['no end', field('photo', 'x'), FORM, 400],
    ['no disposition', `--${BOUNDARY}\r\n\r\nx\r\n${END}`, FORM, 400],
    ['no name', `${part('form-data', 'x')}${END}`, FORM, 400],
    ['a NUL in a name', `${field('pho\0to', 'x')}${END}`, FORM, 400],
    ['no type', field('photo', 'x'), 'text/plain', 415],
    ['JSON instead', '{"photo":"x"}', 'application/json', 415],
    ['a form of an address', 'photo=x', 'application/x-www-form-urlencoded', 400],
    ['ten thousand fields', `${field('a', 'x').repeat(10_000)}${END}`, FORM, 400],
  ])('%s', async (_, body, type, status) => {
    const response = await post('/v1/immunizations', body, type);
    expect([response.status, await response.text()]).toEqual([status, problem]);
  });

  it("a file's name leads nowhere", async () => {
    const body = bytes(`${part('form-data; name="photo"; filename="../../../../tmp/evil.png"', asText)}${END}`);
    const response = await post('/v1/immunizations', body);
    expect(response.status).toBe(202);
    const { id } = (await response.json()) as { id: string };
    const keys: string[] = [];
    for await (const { key: one } of service.objects.list()) keys.push(one);
    expect(keys).toContain(`photos/${id}`);
  });

  it.each([
    ['a NUL', '{"contact":"a\\u0000b"}'],
    ['half a character', '{"contact":"\\ud800"}'],
    ['a prototype', '{"__proto__":{"editing":"allowed"}}'],
    ['a hundred thousand levels', '['.repeat(100_000)],
    ['a number beyond all', '{"contact":1e999}'],
  ])('a statement of %s', async (_, statement) => {
    const body = `${field('hash', 'ab'.repeat(32))}${field('statement', statement)}${END}`;
    const response = await post('/v1/registry', body);
    expect([response.status, await response.text()]).toEqual([400, problem]);
  });

  it('SQL in a text stays a text', async () => {
    const contact = "'); drop table photoguard.registry; --";
    const body = `${field('hash', 'cd'.repeat(32))}${field('statement', JSON.stringify({ contact }))}${END}`;
    const response = await post('/v1/registry', body);
    expect([response.status, await response.json()]).toEqual([
      201,
      expect.objectContaining({ statement: expect.objectContaining({ contact }) }),
    ]);
    expect(await service.database.query('select 1 from photoguard.registry')).not.toEqual([]);
  });

  it.each([
    [
      'SVG that names files',
      '<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"><image href="file:///etc/passwd"/></svg>',
    ],
    [
      'SVG with an entity',
      '<!DOCTYPE svg [<!ENTITY e SYSTEM "file:///etc/passwd">]><svg xmlns="http://www.w3.org/2000/svg">&e;</svg>',
    ],
    ['a script', '<script>alert(1)</script>'],
    ['PDF', '%PDF-1.7\n'],
    ['an archive with paths', 'PK\x03\x04../../etc/passwd'],
  ])('a photo that is %s', async (_, content) => {
    const response = await post(
      '/v1/edit-permission',
      `${part('form-data; name="photo"; filename="a.png"', content)}${END}`,
    );
    expect([response.status, await response.text()]).toEqual([422, problem]);
  });

  it('a photo whose metadata unpack to 64 MB is judged without them', async () => {
    const text = deflateSync(Buffer.alloc(64 * 2 ** 20, 'a'), { level: 9 });
    const chunk = Buffer.concat([Buffer.from('XML:com.adobe.xmp\0\x01\0\0\0', 'latin1'), text]);
    const before = process.memoryUsage().rss;
    const response = await post(
      '/v1/edit-permission',
      bytes(
        `${part('form-data; name="photo"; filename="a.png"', Buffer.from(withChunk('iTXt', chunk)).toString('latin1'))}${END}`,
      ),
    );
    expect(response.status).toBeLessThan(500);
    expect(process.memoryUsage().rss - before).toBeLessThan(200e6);
    expect(await answers()).toBe(true);
  });
});

/** The photo with a further chunk after its header. */
function withChunk(name: string, content: Uint8Array): Uint8Array {
  const typed = Buffer.concat([Buffer.from(name, 'latin1'), content]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(content.length);
  sum.writeUInt32BE(crc32(typed));
  return Buffer.concat([photo.subarray(0, 33), length, typed, sum, photo.subarray(33)]);
}

describe('addresses in requests', () => {
  it('are not asked', async () => {
    let asked = 0;
    const inside = createServer((_, response) => {
      asked++;
      response.end();
    });
    await new Promise<void>((resolve) => inside.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(inside.address() as AddressInfo).port}/photo.png`;
    const headers = { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' };
    const calls: [method: string, path: string, body?: string][] = [
      ['GET', `/h/hash?url=${url}`],
      ['POST', '/h/hash', JSON.stringify({ url })],
      ['POST', '/v1/immunizations', JSON.stringify({ url, object: url, photo: url })],
      ['POST', '/v1/webhooks', JSON.stringify({ url })],
      ['GET', `/m/lookup?signal_type=pdq&url=${url}`],
    ];
    for (const [method, path, body] of calls) {
      const response = await fetch(`http://127.0.0.1:${port}${path}`, { method, headers, ...(body && { body }) });
      expect([path, response.status >= 400 && response.status < 500]).toEqual([path, true]);
    }
    expect(asked).toBe(0);
    inside.close();
  });
});

describe('the log', () => {
  it('has one line an event, whatever a request says', () => {
    const said = 'a\n{"event":"immunized"}\r\n\x1b[2J';
    const lines: string[] = [];
    const write = process.stderr.write;
    process.stderr.write = (text: string | Uint8Array) => lines.push(String(text)) > 0;
    try {
      log('request broke', { error: said });
    } finally {
      process.stderr.write = write;
    }
    const [line, ...others] = lines.join('').trimEnd().split('\n');
    expect(others).toEqual([]);
    expect(line).not.toMatch(/\p{Cc}/u);
    expect(JSON.parse(line!)).toMatchObject({ event: 'request broke', error: said });
  });
});
