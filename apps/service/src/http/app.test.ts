// The API from outside, without its workers: who may do what, what is refused and how, and that nothing that a request says
// makes the service fail.
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testImage, testImageWithMetadata } from '../../../../tests/support/photos.ts';
import { type TinyService, tinyService } from '../testing/tiny-service.ts';
import { makeApp } from './app.ts';

let service: TinyService;
let key: string;
let other: string;
const photo = new Uint8Array(await testImage(128, 96).png().toBuffer());
const portrait = (): Sharp =>
  sharp(fileURLToPath(new URL('../../../../examples/portrait.png', import.meta.url))).resize(320);

beforeAll(async () => {
  service = await tinyService();
  [key, other] = [await service.keyOf('one'), await service.keyOf('two')];
}, 300_000);
afterAll(() => service?.close());

const ask = async (method: string, path: string, options: RequestInit & { as?: string } = {}): Promise<Response> => {
  const { as = key, headers, ...rest } = options;
  return service.app.request(path, { method, ...rest, headers: { Authorization: `Bearer ${as}`, ...headers } });
};
function form(fields: Readonly<Record<string, string | Uint8Array>>): FormData {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields))
    if (typeof value === 'string') data.set(name, value);
    else data.set(name, new Blob([new Uint8Array(value)]), name);
  return data;
}
const post = (path: string, fields: Readonly<Record<string, string | Uint8Array>>, as = key): Promise<Response> =>
  ask('POST', path, { body: form(fields), as });
const said = async (response: Response): Promise<[number, string]> => [response.status, await response.text()];

describe('keys', () => {
  it.each([
    ['no key', {}],
    ['a key of another form', { Authorization: 'Bearer pg_x' }],
    ['a forged secret', { Authorization: `Bearer pg_${'0'.repeat(12)}_${'a'.repeat(43)}` }],
    ['another scheme', { Authorization: 'Basic YTpi' }],
  ])('are needed: %s', async (_, headers) => {
    const response = await service.app.request('/v1/immunizations', { headers: headers as Record<string, string> });
    expect(response.status).toBe(401);
    expect(response.headers.get('WWW-Authenticate')).toBe('Bearer');
  });

  it('with the right id and a wrong secret are refused', async () => {
    const wrong = key.slice(0, -1) + (key.endsWith('A') ? 'B' : 'A');
    expect((await ask('GET', '/v1/immunizations', { as: wrong })).status).toBe(401);
  });

  it('may only do what their scopes say', async () => {
    const reader = await service.keyOf('one', ['registry:read']);
    expect((await post('/v1/registry', { photo }, reader)).status).toBe(403);
    expect((await post('/v1/immunizations', { photo }, reader)).status).toBe(403);
    expect((await ask('GET', '/v1/keys', { as: reader })).status).toBe(403);
    expect((await post('/v1/registry/lookup', { photo }, reader)).status).toBe(200);
  });

  it('are made, used and revoked; the database has no secret', async () => {
    const body = JSON.stringify({ tenant: 'three', scopes: ['immunize'] });
    const made = await ask('POST', '/v1/keys', { body, headers: { 'Content-Type': 'application/json' } });
    const { id, key: third } = (await made.json()) as { id: string; key: string };
    expect(made.status).toBe(201);
    const rows = await service.database.query('select * from photoguard.keys where id = $1', [id]);
    expect(JSON.stringify(rows)).not.toContain(third.slice(-43));
    expect((await ask('DELETE', `/v1/keys/${id}`)).status).toBe(204);
    expect((await ask('GET', '/v1/immunizations', { as: third })).status).toBe(401);
    expect((await ask('DELETE', `/v1/keys/${id}`)).status).toBe(404);
  });
});

describe('tenants', () => {
  it("cannot see, stop or delete another's immunization: it is not there", async () => {
    const response = await post('/v1/immunizations', { photo, options: '{"model":"mini"}' });
    const { id } = (await response.json()) as { id: string };
    expect(service.queued).toContain(id);
    const calls = [
      ...(['', '/result', '/report', '/events'].map((end) => ['GET', end]) as [string, string][]),
      ...([
        ['POST', '/cancel'],
        ['DELETE', ''],
      ] as [string, string][]),
    ];
    for (const [method, end] of calls) {
      const foreign = await said(await ask(method, `/v1/immunizations/${id}${end}`, { as: other }));
      const absent = await said(await ask(method, `/v1/immunizations/${crypto.randomUUID()}${end}`, { as: other }));
      expect(foreign).toEqual(absent);
      expect(foreign[0]).toBe(404);
    }
    expect(await (await ask('GET', '/v1/immunizations', { as: other })).json()).toEqual({ items: [], next: null });
    expect((await ask('DELETE', `/v1/immunizations/${id}`)).status).toBe(204);
    expect(service.unqueued).toContain(id);
  });

  it("cannot use another's idempotency key", async () => {
    const send = (as: string): Promise<Response> =>
      ask('POST', '/v1/immunizations', { body: form({ photo }), headers: { 'Idempotency-Key': 'same' }, as });
    const [mine, again, theirs] = await Promise.all(
      [key, key, other].map(async (as) => ((await (await send(as)).json()) as { id: string }).id),
    );
    expect(again).toBe(mine);
    expect(theirs).not.toBe(mine);
  });
});

describe('what is refused', () => {
  it.each([
    ['no photo', {}, 400],
    ['a photo that is a text', { photo: 'hello' }, 400],
    ['a photo that is no photo', { photo: new TextEncoder().encode('hello') }, 422],
    ['an empty photo', { photo: new Uint8Array(0) }, 422],
    ['options that are no JSON', { photo, options: '{' }, 400],
    ['options that are no object', { photo, options: '[]' }, 400],
    ['an option that there is not', { photo, options: '{"output":"/etc/passwd"}' }, 400],
    ['a model that is a path', { photo, options: '{"model":"../../etc"}' }, 400],
    ['a body that is too large', { photo: new Uint8Array(1_100_000) }, 413],
  ])('%s', async (_, fields, status) => {
    const [got, text] = await said(await post('/v1/immunizations', fields));
    expect([got, text]).toEqual([status, expect.stringMatching(/^\{"error":\{"code":"[a-z-]+","message":".+"\}\}$/)]);
  });

  it('a decompression bomb, by its header', async () => {
    const bomb = new Uint8Array(await testImage(1, 1).resize(4000, 4000).png({ compressionLevel: 9 }).toBuffer());
    expect(bomb.length).toBeLessThan(1_000_000);
    expect(await said(await post('/v1/immunizations', { photo: bomb }))).toEqual([
      413,
      expect.stringContaining('4000x4000'),
    ]);
    expect((await post('/v1/edit-permission', { photo: bomb })).status).toBe(413);
  });

  it('a file that is cut off', async () => {
    expect((await post('/v1/edit-permission', { photo: photo.subarray(0, photo.length / 2) })).status).toBe(422);
  });

  it.each(['../../../etc/passwd', '%2e%2e%2f', "1' or '1'='1", '1', crypto.randomUUID().slice(1)])(
    'the id %j',
    async (id) => {
      const { status } = await ask('GET', `/v1/immunizations/${encodeURIComponent(id)}/result`);
      expect(status).toBe(400);
    },
  );

  it('multipart that is malformed', async () => {
    const headers = { 'Content-Type': 'multipart/form-data; boundary=x' };
    for (const body of ['', '--x', '--x\r\nContent-Disposition: form-data; name="photo"', '\0'.repeat(100)])
      expect((await ask('POST', '/v1/immunizations', { body, headers })).status).toBe(400);
  });

  it('an address that is not there', async () => expect((await ask('GET', '/v1/nothing')).status).toBe(404));
});

describe('limits', () => {
  it('hold for requests of a key a minute, and for what a tenant has waiting', async () => {
    const app = makeApp({ ...service, settings: { ...service.settings, mostRequests: 4, mostQueued: 1 } });
    const busy = await service.keyOf('busy');
    const send = (): Promise<Response> =>
      Promise.resolve(
        app.request('/v1/immunizations', {
          ...{ method: 'POST', body: form({ photo }), headers: { Authorization: `Bearer ${busy}` } },
        }),
      );
    const statuses: number[] = [];
    for (let i = 0; i < 3; i++) statuses.push((await send()).status);
    expect(statuses).toEqual([202, 429, 429]);
    // Four a minute: a fifth within this one, or the next, is refused.
    const last = await Promise.all(
      Array.from({ length: 10 }, () =>
        app.request('/v1/immunizations', { headers: { Authorization: `Bearer ${busy}` } }),
      ),
    );
    const refused = last.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThanOrEqual(2);
    expect(refused[0]!.headers.get('Retry-After')).toBe('60');
    expect(await refused[0]!.text()).toContain('4 requests a minute');
  });
});

describe('the registry', () => {
  it('finds a photo that was saved as JPEG and mirrored, says what its owner says, and forgets it', async () => {
    const statement = JSON.stringify({ editing: 'notAllowed', contact: 'a@example.org' });
    const original = new Uint8Array(await portrait().png().toBuffer());
    const enrolled = await post('/v1/registry', { photo: original, statement });
    expect(enrolled.status).toBe(201);
    const { id, hash } = (await enrolled.json()) as { id: string; hash: string };
    const mirrored = new Uint8Array(await portrait().flop().jpeg({ quality: 80 }).toBuffer());

    const found = await (await post('/v1/registry/lookup', { photo: mirrored }, other)).json();
    expect(found).toMatchObject({ matches: [{ id, statement: { editing: 'notAllowed', contact: 'a@example.org' } }] });
    const byHash = await (await ask('GET', `/v1/registry/lookup?hash=${hash}`)).json();
    expect(byHash).toMatchObject({ matches: [{ id, distance: 0 }] });
    const permission = await (await post('/v1/edit-permission', { photo: mirrored }, other)).json();
    expect(permission).toMatchObject({ permission: 'refused', reasons: [{ kind: 'registry', id }] });
    const hma = await (await ask('GET', `/m/lookup?signal_type=pdq&signal=${hash}`)).json();
    expect(hma).toEqual({ PHOTOGUARD: [{ bank_content_id: Number(id), distance: '0' }] });
    expect(await (await post('/h/hash', { photo: original })).json()).toEqual({ pdq: hash });

    expect((await ask('DELETE', `/v1/registry/${id}`, { as: other })).status).toBe(404);
    expect((await ask('DELETE', `/v1/registry/${id}`)).status).toBe(204);
    expect(await (await post('/v1/edit-permission', { photo: mirrored })).json()).toEqual({
      permission: 'unknown',
      reasons: [],
    });
    const [row] = await service.database.query('select hash, statement from photoguard.registry where id = $1', [id]);
    expect(row).toMatchObject({ statement: {} });
  });

  it('takes a hash alone, which is then found by it', async () => {
    const hash = 'ab'.repeat(32);
    expect((await post('/v1/registry', { hash })).status).toBe(201);
    expect(await (await post('/v1/edit-permission', { hash: `${hash.slice(0, -1)}a` })).json()).toMatchObject({
      permission: 'refused',
      reasons: [{ distance: 1 }],
    });
  });

  it('refuses a photo that has nothing to be recognised by, a wrong hash, both and neither', async () => {
    const flat = new Uint8Array(await testImage(1, 1).resize(64, 64).png().toBuffer());
    expect(await said(await post('/v1/registry', { photo: flat }))).toEqual([
      422,
      expect.stringContaining('quality 0'),
    ]);
    expect((await post('/v1/registry', { hash: 'xyz' })).status).toBe(400);
    expect((await post('/v1/registry', { hash: 'ab'.repeat(32), photo })).status).toBe(400);
    expect((await post('/v1/registry', {})).status).toBe(400);
    expect((await ask('GET', `/v1/registry/lookup?hash=${'ab'.repeat(32)}&distance=32`)).status).toBe(400);
  });

  it('reads PLUS from the metadata', async () => {
    const xmp =
      '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description ' +
      'xmlns:plus="http://ns.useplus.org/ldf/xmp/1.0/" plus:DataMining="http://ns.useplus.org/ldf/vocab/DMI-PROHIBITED"/></rdf:RDF></x:xmpmeta>';
    const marked = new Uint8Array(await testImageWithMetadata(1).withXmp(xmp).jpeg().toBuffer());
    expect(await (await post('/v1/edit-permission', { photo: marked })).json()).toMatchObject({
      permission: 'refused',
      reasons: [{ kind: 'plus-data-mining' }],
    });
  });
});

it('describes every call', async () => {
  const document = (await (await service.app.request('/openapi.json')).json()) as { paths: object; openapi: string };
  expect(document.openapi).toBe('3.1.0');
  expect(Object.keys(document.paths)).toEqual(
    expect.arrayContaining(['/v1/immunizations', '/v1/registry', '/v1/edit-permission', '/h/hash', '/m/lookup']),
  );
});

// What the description of the API allows and what it does not, at every call of it.
it('answers anything without failing', async () => {
  const { paths } = (await (await service.app.request('/openapi.json')).json()) as {
    paths: Record<string, Record<string, object>>;
  };
  const calls = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => [method, path]),
  );
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('', '0', '-1', '1e400', 'null', '{}', '[]', 'ab'.repeat(32)),
  );
  const field = fc.oneof(text, fc.uint8Array({ maxLength: 300 }), fc.constant(photo));
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...calls),
      text,
      fc.dictionary(fc.constantFrom('photo', 'hash', 'options', 'statement', 'distance', 'tenant'), field),
      fc.dictionary(fc.constantFrom('limit', 'cursor', 'state', 'hash', 'distance', 'signal', 'signal_type'), text),
      fc.boolean(),
      async ([method, path], id, fields, query, asJson) => {
        const filled = path!.replaceAll(/\{\w+\}/g, encodeURIComponent(id.isWellFormed() ? id : '?') || 'x');
        const known = Object.entries(query).filter(([, value]) => value.isWellFormed());
        const address = `${filled}?${new URLSearchParams(known)}`;
        const hasBody = method !== 'get' && method !== 'delete';
        const body = !hasBody
          ? {}
          : asJson
            ? { body: JSON.stringify(fields), headers: { 'Content-Type': 'application/json' } }
            : { body: form(fields) };
        const { status } = await ask(method!.toUpperCase(), address, body);
        expect(status, `${method} ${address}: ${service.logged.at(-1)}`).toBeLessThan(500);
      },
    ),
    { numRuns: 300, seed: 1 },
  );
});
