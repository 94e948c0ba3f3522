// What other programs ask by their own protocols: Hasher-Matcher-Actioner's hashes, matches and banks, and C2PA's resolution of
// soft bindings.
import { fileURLToPath } from 'node:url';
import { openCredentials, SOFT_BINDING } from 'photoguard/credential';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findSigner } from '../../../../packages/photoguard/src/credential/index.ts';
import { testImage } from '../../../../tests/support/photos.ts';
import { type TinyService, tinyService } from '../testing/tiny-service.ts';

let service: TinyService;
let key: string;
let other: string;
beforeAll(async () => {
  service = await tinyService();
  [key, other] = [await service.keyOf('one'), await service.keyOf('two')];
}, 300_000);
afterAll(() => service?.close());

const portrait = sharp(fileURLToPath(new URL('../../../../examples/portrait.png', import.meta.url))).resize(320);
const photo = new Uint8Array(await portrait.png().toBuffer());
const flat = new Uint8Array(await testImage(1, 1).resize(64, 64).png().toBuffer());
const HASHES = ['ab', 'cd'].map((byte) => byte.repeat(32)) as [string, string];

interface Ask {
  readonly json?: object;
  readonly photo?: Uint8Array;
  readonly fields?: Readonly<Record<string, string>>;
  readonly as?: string;
}
async function ask(method: string, path: string, { json, photo: file, fields = {}, as = key }: Ask = {}) {
  const form = new FormData();
  if (file) form.set('photo', new Blob([new Uint8Array(file)]), 'photo');
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  const body = json ? JSON.stringify(json) : file ? form : undefined;
  const headers = { Authorization: `Bearer ${as}`, ...(json && { 'Content-Type': 'application/json' }) };
  const response = await service.app.request(path, { method, headers, ...(body !== undefined && { body }) });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

describe("Hasher-Matcher-Actioner's calls", () => {
  it.each([
    ['GET', '/h/hash?'],
    ['GET', '/m/lookup?signal_type=pdq&'],
    ['POST', '/c/bank/NCII/content?'],
  ])('refuse an address, and say what to send instead: %s %s', async (method, path) => {
    const { status, body } = await ask(method, `${path}url=https://example.org/a.png`);
    expect([status, body.message]).toEqual([400, expect.stringContaining('send the photo itself')]);
  });

  it('say that the service is there', async () => {
    const response = await service.app.request('/status');
    expect([response.status, await response.text()]).toEqual([200, 'I-AM-ALIVE']);
  });

  it('make banks, fill them, match by bank, and empty them', async () => {
    const bank = { name: 'NCII', matching_enabled_ratio: 1 };
    expect(await ask('POST', '/c/banks', { json: { name: 'NCII' } })).toEqual({ status: 201, body: bank });
    expect((await ask('POST', '/c/banks', { json: { name: 'NCII' } })).status).toBe(403);
    expect((await ask('POST', '/c/banks', { json: { name: 'no name' } })).status).toBe(400);
    expect((await ask('GET', '/c/banks')).body).toEqual([bank]);
    const added = await ask('POST', '/c/bank/NCII/content', { photo });
    const { pdq } = (await ask('POST', '/h/hash', { photo })).body as { pdq: string };
    expect(added).toEqual({ status: 200, body: { id: expect.any(Number), signals: { pdq } } });
    const { id } = added.body;
    expect((await ask('POST', '/c/bank/NCII/content', { photo: flat })).status).toBe(422);
    const byHash = await ask('POST', '/c/bank/NCII/signal', { json: { pdq: HASHES[0] } });
    expect(byHash.body).toEqual({ id: expect.any(Number), signals: { pdq: HASHES[0] } });

    const found = [{ bank_content_id: id, distance: '0' }];
    expect((await ask('GET', `/m/lookup?signal_type=pdq&signal=${pdq}`)).body).toEqual({ NCII: found });
    expect((await ask('GET', `/m/lookup?signal_type=pdq&signal=${pdq}&banks=OTHER`)).body).toEqual({});
    expect((await ask('POST', '/m/lookup', { photo })).body).toEqual({ pdq: { NCII: found } });
    const raw = `/m/raw_lookup?signal_type=pdq&signal=${pdq}`;
    expect((await ask('GET', raw)).body).toEqual({ matches: [id] });
    expect((await ask('GET', `${raw}&include_distance=true`)).body).toEqual({ matches: found });
    const content = `/c/bank/NCII/content/${id}`;
    const fixed = { id, disable_until_ts: 1, original_media_uri: null, bank };
    expect((await ask('GET', content)).body).toEqual(fixed);
    expect((await ask('GET', `${content}?include_signals=true`)).body).toEqual({ ...fixed, signals: { pdq } });

    // Content that is off: not in look-ups, but in raw ones.
    const changed = await ask('PUT', content, { json: { disable_until_ts: 0, note: 'a mistake' } });
    expect(changed).toEqual({ status: 200, body: { ...fixed, disable_until_ts: 0, note: 'a mistake' } });
    expect((await ask('GET', `/m/lookup?signal_type=pdq&signal=${pdq}`)).body).toEqual({});
    expect((await ask('GET', raw)).body).toEqual({ matches: [id] });
    const permission = await ask('POST', '/v1/edit-permission', { photo });
    expect(permission.body).toEqual({ permission: 'unknown', reasons: [] });
    const later = Math.floor(Date.now() / 1000) + 60;
    expect((await ask('PUT', content, { json: { disable_until_ts: later } })).body.disable_until_ts).toBe(later);
    expect((await ask('POST', '/m/lookup', { photo })).body).toEqual({ pdq: {} });
    expect((await ask('PUT', content, { json: { disable_until_ts: 10 * later } })).status).toBe(400);
    expect((await ask('PUT', content, { json: { note: '\0' } })).status).toBe(400);
    expect((await ask('PUT', content, { json: { disable_until_ts: 1, note: null } })).body).toEqual(fixed);

    // A bank that is off: the same, unless all are asked for.
    const off = await ask('PUT', '/c/bank/NCII', { json: { enabled: false } });
    expect(off.body).toEqual({ ...bank, matching_enabled_ratio: 0 });
    expect((await ask('GET', `/m/lookup?signal_type=pdq&signal=${pdq}`)).body).toEqual({});
    expect((await ask('GET', `/m/lookup?signal_type=pdq&signal=${pdq}&bypass_coinflip=true`)).body).toEqual({
      NCII: found,
    });
    expect((await ask('GET', raw)).body).toEqual({ matches: [id] });

    // Another tenant sees the match, and neither the bank nor its content.
    expect((await ask('GET', `/m/lookup?signal_type=pdq&signal=${pdq}`, { as: other })).body).toEqual({
      PHOTOGUARD: found,
    });
    expect((await ask('GET', '/c/banks', { as: other })).body).toEqual([]);
    for (const [method, path] of [
      ['GET', '/c/bank/NCII'],
      ['GET', content],
      ['DELETE', content],
      ['POST', '/c/bank/NCII/signal'],
    ] as const)
      expect(
        (await ask(method, path, { as: other, ...(method === 'POST' && { json: { pdq: HASHES[0] } }) })).status,
      ).toBe(404);

    // Another name, which its content follows; not that of another bank.
    expect((await ask('POST', '/c/banks', { json: { name: 'OTHER' } })).status).toBe(201);
    const taken = await ask('PUT', '/c/bank/NCII', { json: { name: 'OTHER' } });
    expect(taken).toMatchObject({ status: 403, body: { message: 'there is a bank of that name' } });
    const renamed = { name: 'RENAMED', matching_enabled_ratio: 1 };
    expect((await ask('PUT', '/c/bank/NCII', { json: { name: 'RENAMED', enabled: true } })).body).toEqual(renamed);
    expect((await ask('GET', `/c/bank/RENAMED/content/${id}`)).body).toMatchObject({ id, bank: renamed });
    expect((await ask('GET', content)).status).toBe(404);
    expect((await ask('PUT', '/c/bank/RENAMED', { json: { name: 'NCII' } })).status).toBe(200);

    expect((await ask('GET', '/m/index/status')).body).toMatchObject({ pdq: { present: true, size: 2 } });
    expect((await ask('DELETE', content)).body).toEqual({ deleted: 1 });
    expect((await ask('DELETE', content)).body).toEqual({ deleted: 0 });
    expect((await ask('DELETE', '/c/bank/NCII')).body).toEqual({ message: 'Done' });
    expect((await ask('GET', `/m/raw_lookup?signal_type=pdq&signal=${HASHES[0]}`)).body).toEqual({ matches: [] });
    expect((await ask('GET', '/m/index/status')).body).toEqual({ pdq: { present: false, built_to: -1, size: 0 } });
  });

  it('keep what a tenant notes about content, and give it to that tenant only', async () => {
    await ask('POST', '/c/banks', { json: { name: 'NOTED' } });
    const metadata = { content_id: '17', content_uri: 'https://example.org/17', json: { by: 'us' } };
    const fields = { note: 'asked for on Monday', metadata: JSON.stringify(metadata) };
    const { id } = (await ask('POST', '/c/bank/NOTED/content', { photo, fields })).body;
    const content = `/c/bank/NOTED/content/${id}`;
    expect((await ask('GET', content)).body).toMatchObject({ note: fields.note, metadata });
    expect((await ask('GET', `${content}?include_metadata=false`)).body).not.toHaveProperty('metadata');
    expect(JSON.stringify(await ask('POST', '/v1/registry/lookup', { photo, as: other }))).not.toContain('Monday');
    for (const wrong of ['{"other":1}', 'x', '{"json":{"\\u0000":1}}'])
      expect((await ask('POST', '/c/bank/NOTED/content', { photo, fields: { metadata: wrong } })).status, wrong).toBe(
        400,
      );
    expect((await ask('DELETE', '/c/bank/NOTED')).status).toBe(200);
  });

  it('switch a bank on for a share of look-ups, the same way for the same seed', async () => {
    await ask('POST', '/c/banks', { json: { name: 'HALF', enabled_ratio: 0.5 } });
    await ask('POST', '/c/bank/HALF/signal', { json: { pdq: HASHES[1] } });
    const isOn = async (seed: number): Promise<boolean> =>
      'HALF' in (await ask('GET', `/m/lookup?signal_type=pdq&signal=${HASHES[1]}&seed=${seed}`)).body;
    const [once, again] = [[], []] as boolean[][];
    for (let seed = 0; seed < 20; seed++) {
      once!.push(await isOn(seed));
      again!.push(await isOn(seed));
    }
    expect(again).toEqual(once);
    expect(new Set(once).size).toBe(2);
    for (const ratio of [0.1, 2.225073858507e-311])
      expect(await ask('PUT', '/c/bank/HALF', { json: { enabled_ratio: ratio } })).toEqual({
        ...{ status: 200, body: { name: 'HALF', matching_enabled_ratio: ratio } },
      });
    await ask('DELETE', '/c/bank/HALF');
  });

  it('compare two hashes', async () => {
    const near = `${HASHES[0].slice(0, -1)}a`;
    expect((await ask('POST', '/m/compare', { json: { pdq: [HASHES[0], near] } })).body).toEqual({
      pdq: [true, { distance: 1 }],
    });
    expect((await ask('POST', '/m/compare', { json: { pdq: HASHES } })).body).toEqual({
      pdq: [false, { distance: 128 }],
    });
    expect((await ask('POST', '/m/compare', { json: { pdq: ['x'] } })).status).toBe(400);
  });
});

describe("C2PA's resolution of soft bindings", () => {
  it('finds the credential of a photo that lost it, and forgets it when the photo is withdrawn', async () => {
    const credentials = openCredentials();
    const { pdq } = (await ask('POST', '/h/hash', { photo })).body as { pdq: string };
    const value = Buffer.from(pdq, 'hex').toString('base64');
    const content = { pdq: Buffer.from(pdq, 'hex'), program: { name: 'x', version: '1' } };
    const signed = await credentials.sign(photo, await findSigner('self-made'), content);
    const { id: manifestId } = await credentials.read(signed);
    await credentials.close();
    const enrolled = await ask('POST', '/v1/registry', { photo: signed, fields: { keep_manifest: 'true' } });
    expect(enrolled.status).toBe(201);

    const stripped = await sharp(signed).jpeg({ quality: 90 }).toBuffer();
    const sent = await service.app.request('/matches/byContent', {
      ...{ method: 'POST', body: new Uint8Array(stripped) },
      headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'image/jpeg' },
    });
    const found = { matches: [{ manifestId, similarityScore: expect.any(Number) }] };
    expect(await sent.json()).toEqual(found);
    const query = new URLSearchParams({ alg: SOFT_BINDING, value, maxResults: '1' });
    expect((await ask('GET', `/matches/byBinding?${query}`)).body).toEqual(found);
    expect((await ask('POST', '/matches/byBinding', { json: { alg: SOFT_BINDING, value } })).body).toEqual(found);
    const headers = { Authorization: `Bearer ${other}` };
    const store = await service.app.request(`/manifests/${manifestId}`, { headers });
    expect([store.status, store.headers.get('Content-Type')]).toEqual([200, 'application/c2pa']);
    expect(Buffer.from(signed).includes(Buffer.from(await store.arrayBuffer()))).toBe(true);

    const { id } = enrolled.body as { id: string };
    expect(
      (
        await service.app.request(`/v1/registry/${id}`, {
          method: 'DELETE',
          headers: { Authorization: `Bearer ${key}` },
        })
      ).status,
    ).toBe(204);
    expect((await service.app.request(`/manifests/${manifestId}`, { headers })).status).toBe(404);
    expect((await ask('GET', `/matches/byBinding?${query}`)).body).toEqual({ matches: [] });
  });

  it('keeps no credential that is not there, knows one algorithm, and refuses others', async () => {
    const refused = await ask('POST', '/v1/registry', { photo, fields: { keep_manifest: 'true' } });
    expect(refused).toMatchObject({ status: 422, body: { error: { code: 'credential' } } });
    const names = await (await service.app.request('/services/supportedAlgorithms')).json();
    expect(names).toEqual({ watermarks: [], fingerprints: [{ alg: SOFT_BINDING }] });
    const value = Buffer.alloc(32).toString('base64');
    for (const query of [{ alg: 'other', value }, { alg: SOFT_BINDING, value: 'x' }, { alg: SOFT_BINDING }])
      expect((await ask('GET', `/matches/byBinding?${new URLSearchParams(query as never)}`)).status).toBe(400);
    expect((await service.app.request('/matches/byBinding')).status).toBe(401);
    expect((await ask('GET', '/manifests/urn%3Ac2pa%00')).status).toBe(400);
    expect((await ask('GET', '/manifests/urn:c2pa:none')).status).toBe(404);
  });
});
