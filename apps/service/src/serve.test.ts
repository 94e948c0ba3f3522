// Starting and stopping: what is in progress on SIGTERM is finished or handed back, and no two services share a data folder.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
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
const start = async (grace: string): Promise<void> => {
  const options = ['--workers', '1', '--grace-seconds', grace];
  service = await startService({ dataDir, key: service?.key ?? '', options });
};
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
  await start('0');
}, 300_000);
afterAll(async () => {
  await service?.end('SIGKILL');
  rmSync(dataDir, { recursive: true, force: true });
});

it('a second service on the folder is refused, and disturbs nothing', async () => {
  await expect(startService({ dataDir })).rejects.toThrow(
    /ended with 2: .*another service is at work in .*--data-dir/s,
  );
  expect((await service.call('/v1/immunizations')).status).toBe(200);
}, 60_000);

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
  const short = await immunize(service, photo, { ...SMALLEST, steps: 100 });
  await isRunning(short);
  expect(await service.end('SIGTERM')).toBe(0);
  expect(await rowOf(short)).toMatchObject({ state: 'done' });
}, 120_000);
