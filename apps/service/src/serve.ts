// Starts a process of the service and stops it again.
import { mkdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { print } from '@photoguard/terminal';
import { findSigner, readTrust } from 'photoguard/credential';
import { PhotoGuardError } from 'photoguard/errors';
import type { Database } from './database/database.ts';
import { migrate } from './database/migrate.ts';
import { openPglite } from './database/pglite.ts';
import { openPostgres } from './database/postgres.ts';
import { makeApp } from './http/app.ts';
import { close, listen } from './http/listen.ts';
import { openQueue, type Queue } from './immunizations/queue.ts';
import { createFirstKey } from './keys/api-key.ts';
import { fileStore } from './objects/file-store.ts';
import { openS3Store } from './objects/s3-store.ts';
import { log } from './operations/log.ts';
import { makeMetrics } from './operations/metrics.ts';
import { startTraces } from './operations/traces.ts';
import { type Examiner, makeExaminer } from './registry/examined.ts';
import { makeSqlIndex } from './registry/sql-index.ts';
import type { Service } from './service.ts';
import type { Settings } from './settings.ts';

/** Serves until the signal fires; then what is in progress ends or is handed back. */
export async function serve(settings: Settings, signal: AbortSignal): Promise<void> {
  if (settings.credential !== undefined) await findSigner(settings.credential); // what is wrong with it is said now
  const trust = settings.trust === undefined ? undefined : await readTrust(settings.trust);
  mkdirSync(settings.dataDir, { recursive: true, mode: 0o700 });
  const stopTraces = await startTraces();
  const database = await openDatabase(settings);
  let queue: Queue | undefined;
  let examiner: Examiner | undefined;
  try {
    await migrate(database);
    if (settings.registryIndex === 'database') await makeSqlIndex(database);
    const key = await database.transaction(createFirstKey);
    queue = await openQueue(database, settings, ({ message }) => log('queue', { error: message }));
    const { objectsUrl, dataDir, graceSeconds } = settings;
    const objects = objectsUrl === undefined ? fileStore(join(dataDir, 'objects')) : await openS3Store(objectsUrl);
    examiner = makeExaminer(settings.maxPixels, trust);
    const service: Service = { settings, database, objects, queue, examiner, metrics: makeMetrics(), log };
    if (database.alone) await rm(join(dataDir, 'work'), { recursive: true, force: true });
    if (settings.role !== 'api') await queue.work(service);
    const server = settings.role === 'worker' ? undefined : await listen(makeApp(service), settings);
    if (server) print(`PhotoGuard answers at http://${settings.host}:${(server.address() as AddressInfo).port}`);
    if (key !== undefined) print(`API key, shown only this once: ${key}`);
    log('ready', { role: settings.role });
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      else signal.addEventListener('abort', () => resolve(), { once: true });
    });
    log('stopping', { graceSeconds });
    await Promise.all([server && close(server, graceSeconds), queue.stop(graceSeconds)]);
    log('stopped');
  } finally {
    // Also where it did not start: a queue that goes on would keep the process alive.
    await queue?.stop(0);
    await examiner?.close();
    await stopTraces?.();
    await database.close();
  }
}

async function openDatabase({ databaseUrl, dataDir, role, workers }: Settings): Promise<Database> {
  // There may be hundreds of workers, and a server has few connections.
  if (databaseUrl !== undefined) return openPostgres(databaseUrl, role === 'worker' ? workers + 1 : undefined);
  if (role !== 'all')
    throw new PhotoGuardError('usage', `--role ${role} needs a database that processes can share`, {
      hint: 'give --database-url, or leave --role out',
    });
  return openPglite(dataDir);
}
