// What is deleted by itself: rows and objects after their time, objects and folders that nothing names; nothing else, whatever
// this machine's clock says. And which attempt can end a row.
import { existsSync, mkdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { Database } from '../database/database.ts';
import { type TinyService, tinyService } from '../testing/tiny-service.ts';
import { begin, finish, insert } from './immunization.ts';
import type { Outcome } from './immunizers.ts';
import { sweep } from './queue.ts';
import { immunize, workFolder } from './worker.ts';

let service: TinyService;
beforeAll(async () => {
  service = await tinyService();
}, 300_000);
afterAll(() => service?.close());

/** Adds a row with its photo, made so many hours ago. */
async function add(hours: number): Promise<{ readonly id: string; readonly photo: string }> {
  const id = crypto.randomUUID();
  const photo = `photos/${id}`;
  await service.objects.put(photo, new Uint8Array(3));
  await insert(service.database, { id, tenant: 'one', options: {}, request: '', photo });
  await service.database.query(
    `update photoguard.immunizations set created = now() - $2 * interval '1 hour' where id = $1`,
    [id, hours],
  );
  return { id, photo };
}
async function objects(): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of service.objects.list()) keys.push(key);
  return keys.sort();
}
/** Makes an object look as old as a day. */
const age = (key: string): void => utimesSync(join(service.settings.dataDir, 'objects', key), 0, 0);

it('deletes what is due, and keeps the rest', async () => {
  const [due, kept] = [await add(25), await add(23)];
  age(kept.photo);
  const [orphan, fresh] = [`photos/${crypto.randomUUID()}`, `photos/${crypto.randomUUID()}`];
  for (const key of [orphan, fresh]) await service.objects.put(key, new Uint8Array(3));
  age(orphan);
  const [attempt, stale] = [crypto.randomUUID(), crypto.randomUUID()];
  expect(await begin(service.database, kept.id, attempt)).toMatchObject({ id: kept.id, former: null });
  for (const one of [attempt, stale]) mkdirSync(workFolder(service.settings, one), { recursive: true });

  await sweep(service);

  expect(await objects()).toEqual([kept.photo, fresh].sort());
  const rows = await service.database.query<{ id: string }>('select id from photoguard.immunizations');
  expect(rows).toEqual([{ id: kept.id }]);
  expect(rows).not.toContainEqual({ id: due.id });
  expect(existsSync(workFolder(service.settings, attempt))).toBe(true);
  expect(existsSync(workFolder(service.settings, stale))).toBe(false);
});

it('deletes nothing because this clock jumped', async () => {
  const { id, photo } = await add(0);
  const arriving = `photos/${crypto.randomUUID()}`;
  await service.objects.put(arriving, new Uint8Array(3));
  const later = Date.now() + 30 * 24 * 3_600_000;
  const jump = (): unknown => vi.useFakeTimers({ toFake: ['Date'], now: later });
  // The clock of the database is another one; PGlite has that of this process.
  const query: Database['query'] = async (text, values) => {
    vi.useRealTimers();
    const rows = await service.database.query(text, values);
    jump();
    return rows as never;
  };
  jump();
  try {
    await sweep({ ...service, database: { ...service.database, query } });
  } finally {
    vi.useRealTimers();
  }
  expect(await objects()).toEqual(expect.arrayContaining([photo, arriving]));
  expect(await service.database.query('select 1 from photoguard.immunizations where id = $1', [id])).toHaveLength(1);
});

it("deletes nothing because the database's clock jumped, and says so", async () => {
  const { id, photo } = await add(0);
  const query: Database['query'] = (text, values) =>
    service.database.query(text.replaceAll('now()', "(now() + interval '30 days')"), values);
  const before = service.logged.length;
  await sweep({ ...service, database: { ...service.database, query } });
  expect(await objects()).toContain(photo);
  expect(await service.database.query('select 1 from photoguard.immunizations where id = $1', [id])).toHaveLength(1);
  expect(service.logged.slice(before)).toEqual([expect.stringContaining('clocks')]);
});

it('a disk that is full fails no photo: it is handed back', async () => {
  const { id } = await add(0);
  const run = async (): Promise<Outcome> => ({ failure: { code: 'no-space', message: 'the disk is full' } });
  const attempt = { stopping: new AbortController().signal, immunizers: { run } };
  await expect(immunize(id, service, attempt)).rejects.toThrow('the disk is full');
  const rows = await service.database.query('select state from photoguard.immunizations where id = $1', [id]);
  expect(rows).toEqual([{ state: 'queued' }]);
});

it('of two attempts at a row only the later one can end it', async () => {
  const { id } = await add(0);
  const [first, second] = [crypto.randomUUID(), crypto.randomUUID()];
  await begin(service.database, id, first);
  expect(await begin(service.database, id, second)).toMatchObject({ former: first });
  const ended = { result: 'results/x', report: {} };
  expect(await finish(service.database, id, first, ended)).toBeUndefined();
  expect(await finish(service.database, id, second, ended)).toMatchObject({ id, state: 'done' });
  expect(await begin(service.database, id, crypto.randomUUID())).toBeUndefined();
});
