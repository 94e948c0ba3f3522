// Keys that expire: valid until their time, to the second, however long a process remembers a key that it has checked.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type TinyService, tinyService } from '../testing/tiny-service.ts';
import { createKey, keyReader } from './api-key.ts';

let service: TinyService;
beforeAll(async () => {
  service = await tinyService();
}, 300_000);
afterAll(() => service?.close());

it('expire, and are then neither valid nor listed', async () => {
  const all = await service.keyOf('one');
  const ask = (method: string, body?: object) =>
    service.app.request('/v1/keys', {
      method,
      headers: { Authorization: `Bearer ${all}`, ...(body && { 'Content-Type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
  const read = keyReader(service.database);
  const make = async (ms: number): Promise<string> => {
    const expires = new Date(Date.now() + ms).toISOString();
    const made = await ask('POST', { tenant: 'one', scopes: ['immunize'], expires });
    expect(made.status).toBe(201);
    return ((await made.json()) as { key: string }).key;
  };
  expect(await read(await make(-1000))).toBeUndefined();
  const [soon, late] = [await make(1500), await make(3_600_000)];
  const { key: always } = await createKey(service.database, { tenant: 'one', scopes: ['immunize'] });
  for (const key of [late, always]) expect(await read(key)).toMatchObject({ tenant: 'one' });
  await expect.poll(() => read(soon)).toBeUndefined();
  for (const key of [late, always]) expect(await read(key)).toMatchObject({ tenant: 'one' });
  const { items } = (await (await ask('GET')).json()) as { items: { expires: string | null }[] };
  expect(items.map(({ expires }) => expires !== null).sort()).toEqual([false, false, true]);
});
