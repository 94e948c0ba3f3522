// Objects in a real S3-compatible store: what is there is whole, what was deleted is gone, a store that is away for a while costs
// nothing, and a tenant may name what it put there itself.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasObjectServer, type ObjectServer, startObjectServer } from '../../../../tests/service/object-stores.ts';
import { ended, form, immunize, SMALLEST } from '../../../../tests/service/requests.ts';
import { type Running, startService } from '../../../../tests/service/running.ts';
import { testImage } from '../../../../tests/support/photos.ts';
import { fileStore } from './file-store.ts';
import type { ObjectStore } from './object-store.ts';
import { openS3Store } from './s3-store.ts';

const key = (folder = 'photos'): string => `${folder}/${crypto.randomUUID()}`;
const listed = async (store: ObjectStore): Promise<string[]> => {
  const keys: string[] = [];
  for await (const { key: one } of store.list()) keys.push(one);
  return keys.sort();
};

const folders: string[] = [];
const newFolder = (): string => {
  folders.push(mkdtempSync(join(tmpdir(), 'photoguard-objects-')));
  return folders.at(-1)!;
};
let server: ObjectServer | undefined;
beforeAll(async () => {
  if (hasObjectServer()) server = await startObjectServer();
});
afterAll(async () => {
  await server?.stop();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

for (const kind of ['files', 'SeaweedFS'])
  describe.skipIf(kind === 'SeaweedFS' && !hasObjectServer())(`a store of ${kind}`, () => {
    let store: ObjectStore;
    beforeAll(async () => {
      store = kind === 'files' ? fileStore(newFolder()) : await openS3Store(server!.url);
    });

    it('gives back what it was given, lists it, and deletes it', async () => {
      const keys = [key(), key('results'), `results/${crypto.randomUUID()}-${crypto.randomUUID()}`];
      for (const [i, one] of keys.entries()) await store.put(one, new Uint8Array(1000).fill(i));
      await store.put(keys[0]!, new Uint8Array([9]));
      expect(Array.from((await store.get(keys[0]!))!)).toEqual([9]);
      expect(Array.from((await store.get(keys[2]!))!)).toEqual(Array(1000).fill(2));
      expect(await store.get(key())).toBeUndefined();
      expect(await listed(store)).toEqual([...keys].sort());
      for await (const { stored } of store.list()) expect(Math.abs(Date.now() - stored.getTime())).toBeLessThan(60_000);
      await store.delete([...keys, key()]);
      expect(await listed(store)).toEqual([]);
      expect(await store.get(keys[1]!)).toBeUndefined();
    });

    it.each(['../x', 'photos/../../x', `photos/${crypto.randomUUID()}/x`, 'incoming/one/x'])(
      'does not take the key %s',
      async (bad) => {
        await expect(store.put(bad, new Uint8Array(1))).rejects.toThrow('not a key');
        await expect(async () => store.get(bad)).rejects.toThrow('not a key');
      },
    );
  });

describe.skipIf(!hasObjectServer())('on SeaweedFS', () => {
  it('an upload that broke off is never there', async () => {
    const store = await openS3Store(server!.url);
    const broken = key();
    const url = await server!.bucket.getPresignedUrl('PUT', broken, 60);
    await new Promise<void>((resolve) => {
      const upload = request(url, { method: 'PUT', headers: { 'Content-Length': 1_000_000 } });
      upload.on('error', () => resolve());
      upload.write(new Uint8Array(400_000), () => upload.destroy(new Error('broke off')));
    });
    expect(await store.get(broken)).toBeUndefined();
    expect(await listed(store)).toEqual([]);
  });

  it('says what is wrong with an address', async () => {
    const wrong = server!.url.replace('%2F', 'x');
    await expect(openS3Store(wrong)).rejects.toThrow('no bucket photos that this key may use');
    await expect(openS3Store(`${server!.url}2`)).rejects.toThrow('no bucket photos2');
  });

  it('refuses a bucket that keeps what is deleted', async () => {
    const other = `${server!.url}-kept`;
    const { origin, pathname } = new URL(other);
    const { S3mini } = await import('s3mini');
    const bucket = new S3mini({
      ...{ accessKeyId: 'photoguard', secretAccessKey: 'a/secret', endpoint: origin + pathname, region: 'us-east-1' },
    });
    await bucket.createBucket();
    await bucket.setBucketVersioning('Enabled');
    await expect(openS3Store(other)).rejects.toThrow('keeps versions');
  });
});

describe.skipIf(!hasObjectServer())('a service on SeaweedFS', () => {
  const dataDir = newFolder();
  let service: Running;
  let photo: Uint8Array;
  beforeAll(async () => {
    photo = new Uint8Array(await testImage(64, 64).png().toBuffer());
    const options = ['--workers', '1', '--grace-seconds', '0'];
    service = await startService({ dataDir, objectsUrl: server!.url, options });
  });
  afterAll(async () => void (await service?.end('SIGKILL')));
  const keys = async (): Promise<string[]> => listed(await openS3Store(server!.url));
  const post = (fields: Readonly<Record<string, string | Uint8Array>>): Promise<Response> =>
    service.call('/v1/immunizations', { method: 'POST', body: form(fields) });
  const options = JSON.stringify(SMALLEST);

  it('does a photo after the store was away, says 503 meanwhile, and deletes it with its result', async () => {
    const id = await immunize(service, photo, { ...SMALLEST, steps: 30 });
    await server!.kill();
    const response = await post({ photo, options });
    expect([response.status, response.headers.get('Retry-After'), await response.text()]).toEqual([
      503,
      '5',
      expect.stringContaining('the object store does not answer'),
    ]);
    expect((await service.call(`/v1/immunizations/${id}`, { method: 'DELETE' })).status).toBe(503);
    const second = await (await service.call(`/v1/immunizations/${id}`)).json();
    expect(second).toMatchObject({ state: 'cancelled' }); // the photo is still to be deleted
    await server!.start();
    expect((await service.call(`/v1/immunizations/${id}`, { method: 'DELETE' })).status).toBe(204);
    await expect.poll(keys).toEqual([]); // an attempt that was at its end may have written its result, and deletes it

    const third = await immunize(service, photo);
    await server!.kill();
    await new Promise((resolve) => setTimeout(resolve, 3000));
    await server!.start();
    expect(await ended(service, third)).toMatchObject({ state: 'done', error: null });
    expect((await service.call(`/v1/immunizations/${third}/result`)).status).toBe(200);
    expect(await keys()).toEqual([
      `photos/${third}`,
      expect.stringMatching(new RegExp(`^results/${third}-[0-9a-f-]{36}$`)),
    ]);
    expect((await service.call(`/v1/immunizations/${third}`, { method: 'DELETE' })).status).toBe(204);
    expect(await keys()).toEqual([]);
    expect(readdirSync(dataDir)).not.toContain('objects');
  });

  it("immunizes a copy of an object that its tenant put there, and no other's", async () => {
    await server!.bucket.putObject('incoming/default/one.png', photo);
    await server!.bucket.putObject('incoming/other/one.png', photo);
    await server!.bucket.putObject('incoming/default/text', 'hello');
    const taken = await post({ object: 'incoming/default/one.png', options });
    expect(taken.status).toBe(202);
    const { id } = (await taken.json()) as { id: string };
    expect(await keys()).toContain(`photos/${id}`);
    expect((await service.call(`/v1/immunizations/${id}`, { method: 'DELETE' })).status).toBe(204);
    expect((await server!.bucket.getObjectArrayBuffer('incoming/default/one.png'))?.byteLength).toBe(photo.length);
    const refused: readonly (readonly [fields: Record<string, string | Uint8Array>, status: number])[] = [
      [{ object: 'incoming/other/one.png' }, 404],
      [{ object: 'incoming/default/none.png' }, 404],
      [{ object: 'incoming/default/text' }, 422],
      [{ object: 'incoming/default/../other/one.png' }, 400],
      [{ object: 'incoming/default/..' }, 400],
      [{ object: `photos/${id}` }, 400],
      [{ object: 'http://localhost/one.png' }, 400],
      [{ object: 'incoming/default/one.png', photo }, 400],
      [{}, 400],
    ];
    for (const [fields, status] of refused)
      expect([fields.object, (await post(fields)).status]).toEqual([fields.object, status]);
  });
});
