// Starts a process of the service and stops it again.
import { mkdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createAdaptorServer } from '@hono/node-server';
import { print } from '@photoguard/terminal';
import { PhotoGuardError } from 'photoguard/errors';
import type { Database } from './database/database.ts';
import { migrate } from './database/migrate.ts';
import { openPglite } from './database/pglite.ts';
import { openPostgres } from './database/postgres.ts';
import { makeApp } from './http/app.ts';
import { openQueue } from './immunizations/queue.ts';
import { createFirstKey } from './keys/api-key.ts';
import { fileStore } from './objects/file-store.ts';
import { log } from './operations/log.ts';
import { makeMetrics } from './operations/metrics.ts';
import { makeExaminer } from './registry/examined.ts';
import type { Service } from './service.ts';
import type { Settings } from './settings.ts';

/** Serves until the signal fires; then what is in progress ends or is handed back. */
export async function serve(settings: Settings, signal: AbortSignal): Promise<void> {
  mkdirSync(settings.dataDir, { recursive: true, mode: 0o700 });
  const database = await openDatabase(settings);
  try {
    await migrate(database);
    const key = await database.transaction(createFirstKey);
    const queue = await openQueue(database, settings, (error) => log('queue', { error: String(error) }));
    const objects = fileStore(join(settings.dataDir, 'objects'));
    const examiner = makeExaminer(settings.maxPixels);
    const service: Service = { settings, database, objects, queue, examiner, metrics: makeMetrics(), log };
    if (database.alone) await rm(join(settings.dataDir, 'work'), { recursive: true, force: true });
    if (settings.role !== 'api') await queue.work(service);
    const server = settings.role === 'worker' ? undefined : await listen(service);
    if (key !== undefined) print(`API key, shown only this once: ${key}`);
    log('ready', { role: settings.role });
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      else signal.addEventListener('abort', () => resolve(), { once: true });
    });
    log('stopping', { graceSeconds: settings.graceSeconds });
    await Promise.all([server && close(server, settings.graceSeconds), queue.stop(settings.graceSeconds)]);
    await examiner.close();
    log('stopped');
  } finally {
    await database.close();
  }
}

async function openDatabase({ databaseUrl, dataDir, role }: Settings): Promise<Database> {
  if (databaseUrl !== undefined) return openPostgres(databaseUrl);
  if (role !== 'all')
    throw new PhotoGuardError('usage', `--role ${role} needs a database that processes can share`, {
      hint: 'give --database-url, or leave --role out',
    });
  return openPglite(dataDir);
}

const SLOW_MS = 15_000;

async function listen(service: Service): Promise<Server> {
  const { port, host } = service.settings;
  const server = createAdaptorServer({
    fetch: makeApp(service).fetch,
    serverOptions: {
      headersTimeout: SLOW_MS,
      requestTimeout: 120_000,
      keepAliveTimeout: 10_000,
      maxHeaderSize: 16_384,
    },
  }) as Server;
  server.maxConnections = 2000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) =>
      reject(
        cause.code === 'EADDRINUSE'
          ? new PhotoGuardError('input', `port ${port} is taken`, { hint: 'give another with --port', cause })
          : cause,
      ),
    );
    server.listen(port, host, resolve);
  });
  print(`PhotoGuard answers at http://${host}:${(server.address() as AddressInfo).port}`);
  return server;
}

// Requests in progress get the time, streams of events the rest of it.
async function close(server: Server, graceSeconds: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), Math.min(graceSeconds, 5) * 1000);
  await closed;
  clearTimeout(timer);
}
