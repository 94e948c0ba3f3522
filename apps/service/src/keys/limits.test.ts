// Limits of a key and of a tenant hold across processes, to the request: the database counts.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { testImage } from '../../../../tests/support/photos.ts';
import { type TinyService, tinyService } from '../testing/tiny-service.ts';

const [MOST_REQUESTS, MOST_QUEUED] = [30, 5];
let service: TinyService;
let apps: TinyService['app'][];
beforeAll(async () => {
  service = await tinyService({ mostRequests: MOST_REQUESTS, mostQueued: MOST_QUEUED });
  apps = [service.app, service.another()];
});
afterAll(() => service?.close());

/** Statuses of so many requests at the same time, by turns to each process. */
const ask = (times: number, path: string, options: (k: number) => RequestInit): Promise<number[]> =>
  Promise.all(
    Array.from({ length: times }, async (_, k) => (await apps[k % apps.length]!.request(path, options(k))).status),
  );
const count = (statuses: readonly number[], status: number): number => statuses.filter((one) => one === status).length;

it('requests of a key a minute', async () => {
  const key = await service.keyOf('eager', ['immunize']);
  const some = (times: number) =>
    ask(times, '/v1/immunizations', () => ({ headers: { Authorization: `Bearer ${key}` } }));
  // Each process checks a new key once, which is slow.
  const statuses = [...(await some(2)), ...(await some(48))];
  const minutes = await service.database.query<{ count: number }>('select count from photoguard.rates where key = $1', [
    key.split('_')[1],
  ]);
  // Mostly one minute, two where one ended meanwhile.
  const counts = minutes.map((minute) => minute.count);
  expect(counts.reduce((sum, one) => sum + one, 0)).toBe(50);
  expect(count(statuses, 200)).toBe(counts.reduce((sum, one) => sum + Math.min(one, MOST_REQUESTS), 0));
  expect(count(statuses, 200) + count(statuses, 429)).toBe(50);
});

it('immunizations of a tenant that wait', async () => {
  const photo = await testImage(64, 48).png().toBuffer();
  const headers = { Authorization: `Bearer ${await service.keyOf('many', ['immunize'])}` };
  expect(await ask(2, '/v1/immunizations', () => ({ headers }))).toEqual([200, 200]); // both know the key now
  const statuses = await ask(20, '/v1/immunizations', () => {
    const body = new FormData();
    body.set('photo', new Blob([new Uint8Array(photo)]));
    return { method: 'POST', body, headers };
  });
  expect([count(statuses, 202), count(statuses, 429)]).toEqual([MOST_QUEUED, 20 - MOST_QUEUED]);
  const rows = await service.database.query<{ photo: string }>(
    "select photo from photoguard.immunizations where tenant = 'many'",
  );
  expect(rows).toHaveLength(MOST_QUEUED);
  const stored: string[] = [];
  for await (const { key } of service.objects.list()) stored.push(key);
  expect(stored.sort()).toEqual(rows.map((row) => row.photo).sort());
});
