// The queue of immunizations and of messages to webhooks, which is pg-boss's: it keeps jobs in the same database, hands each to
// one worker, and hands it out again when that fails or its heartbeat stops. A job is only the id of a row.
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { PgBoss } from 'pg-boss';
import { asQueueDb, type Database } from '../database/database.ts';
import { forgetRates } from '../keys/rates.ts';
import { rowOfKey } from '../objects/object-store.ts';
import type { Service } from '../service.ts';
import type { Settings } from '../settings.ts';
import { ending } from '../webhooks/announce.ts';
import { deliver } from '../webhooks/deliver.ts';
import { giveUp } from '../webhooks/webhook.ts';
import { fail, removeOlder, unnamed } from './immunization.ts';
import { Immunizers } from './immunizers.ts';
import type { JobQueue } from './job-queue.ts';
import { immunize, workFolder } from './worker.ts';

const QUEUE = 'immunize';
const DEAD = 'immunize-dead';
const WEBHOOK = 'webhook';
const WEBHOOK_DEAD = 'webhook-dead';
const SWEEP = 'sweep';

/**
 * How often a job is handed out at most; more often it has taken its worker with it. Each time later than the one before, so
 * that a store or database that is away for some minutes costs no job.
 */
const ATTEMPTS = 12;
const RETRIES = { retryLimit: ATTEMPTS - 1, retryDelay: 1, retryBackoff: true, retryDelayMax: 300 } as const;
const HOUR = 3_600_000;
/** So far clocks may be apart: photos may be deleted as much too early. */
const MOST_APART = HOUR / 4;
const MANY = 1000;
/** Messages that are sent at the same time: by so many who look for them, so many each. */
const SENDING = { localConcurrency: 2, batchSize: 4 } as const;
/** Seconds between looks for work. Notifications would not do: of jobs that wait already none is sent. */
const POLL = 0.5;
const WEBHOOK_POLL = 1;

/** The queue. */
export interface Queue extends JobQueue {
  /** Hands out jobs to this process from now on. */
  work(service: Service): Promise<void>;
  /** Stops, once; work in progress ends or is handed back within the seconds. */
  stop(graceSeconds: number): Promise<void>;
}

/** Opens the queue. @param onError hears of what goes wrong meanwhile */
export async function openQueue(
  database: Database,
  {
    heartbeatSeconds,
    webhookAttempts,
    photosPerProcess,
  }: Pick<Settings, 'heartbeatSeconds' | 'webhookAttempts' | 'photosPerProcess'>,
  onError: (error: Error) => void,
): Promise<Queue> {
  const boss = new PgBoss({
    ...database.forQueue,
    schema: 'photoguard_queue',
    superviseIntervalSeconds: 10,
    monitorIntervalSeconds: 10,
    queueCacheIntervalSeconds: 10,
    openTelemetry: { propagateContext: true },
  });
  boss.on('error', onError);
  await boss.start();
  try {
    await createQueues(boss, { heartbeatSeconds, webhookAttempts });
  } catch (error) {
    await boss.stop({ graceful: false }); // its timers would keep the process alive
    throw error;
  }
  const stopping = new AbortController();
  const immunizers = new Immunizers(photosPerProcess);
  const stop = async (graceSeconds: number): Promise<void> => {
    const late = setTimeout(() => stopping.abort(new Error('the service stops')), Math.max(0, graceSeconds) * 1000);
    await boss.stop({ graceful: true, timeout: (graceSeconds + 15) * 1000 });
    clearTimeout(late);
    immunizers.close();
  };
  let stopped: Promise<void> | undefined;
  return {
    async add(sql, id) {
      await boss.send(QUEUE, { id }, { id, db: asQueueDb(sql) });
    },
    async deliver(sql, id) {
      await boss.send(WEBHOOK, { id }, { db: asQueueDb(sql) });
    },
    async cancel(id) {
      await boss.cancel(QUEUE, id);
    },
    async work(service) {
      if (database.alone) await handOutAgain(boss);
      const { workers } = service.settings;
      await boss.work<{ id: string }>(
        QUEUE,
        { localConcurrency: workers, pollingIntervalSeconds: POLL, burstWhenReadyExceeds: 1 },
        async ([job]) => immunize(job!.data.id, service, { stopping: stopping.signal, immunizers }),
      );
      await boss.work<{ id: string }>(DEAD, { pollingIntervalSeconds: 5 }, async ([job]) =>
        ending(service, (sql) =>
          fail(sql, job!.data.id, { code: 'internal', message: `given up after ${ATTEMPTS} attempts` }),
        ),
      );
      await boss.work<{ id: string }>(
        WEBHOOK,
        { ...SENDING, pollingIntervalSeconds: WEBHOOK_POLL, burstWhenBatchFull: true, perJobResults: true },
        (jobs) =>
          Promise.all(
            jobs.map(({ id, data }) =>
              deliver(data.id, service).then(
                () => ({ id, status: 'completed' as const }),
                (error) => ({ id, status: 'failed' as const, output: { message: String(error) } }),
              ),
            ),
          ),
      );
      await boss.work<{ id: string }>(WEBHOOK_DEAD, { pollingIntervalSeconds: 2 }, async ([job]) =>
        giveUp(service.database, job!.data.id),
      );
      await boss.work(SWEEP, { pollingIntervalSeconds: 30 }, () => sweep(service));
      await boss.schedule(SWEEP, '*/10 * * * *');
    },
    stop: (graceSeconds) => (stopped ??= stop(graceSeconds)),
  };
}

async function createQueues(
  boss: PgBoss,
  { heartbeatSeconds, webhookAttempts }: Pick<Settings, 'heartbeatSeconds' | 'webhookAttempts'>,
): Promise<void> {
  await boss.createQueue(DEAD, { retryLimit: 3 });
  await boss.createQueue(QUEUE, {
    ...{ deadLetter: DEAD, ...RETRIES, heartbeatSeconds, expireInSeconds: 6 * 3600 },
    ...{ retentionSeconds: 30 * 24 * 3600, deleteAfterSeconds: 24 * 3600 },
  });
  await boss.updateQueue(QUEUE, RETRIES); // one that an earlier version made
  const again = { retryLimit: webhookAttempts - 1, retryDelay: 2, retryBackoff: true } as const;
  await boss.createQueue(WEBHOOK_DEAD, { retryLimit: 3 });
  await boss.createQueue(WEBHOOK, { deadLetter: WEBHOOK_DEAD, ...again, expireInSeconds: 60 });
  await boss.updateQueue(WEBHOOK, again);
  await boss.createQueue(SWEEP, { policy: 'singleton', retryLimit: 0, expireInSeconds: 600 });
}

// What a killed process had in hand, where no other process can have it.
async function handOutAgain(boss: PgBoss): Promise<void> {
  const jobs = await boss.findJobs(QUEUE);
  const active = jobs.filter(({ state }) => state === 'active').map(({ id }) => id);
  if (active.length > 0) await boss.fail(QUEUE, active, { reason: 'its process ended' });
}

/**
 * Deletes what is older than the settings say, objects that no row names, and what killed processes left. Time is that of the
 * database. Nothing is deleted while this machine's clock says otherwise: one of them has jumped, and what is gone stays gone.
 * @param orphanMs objects that are younger are kept: their rows may be about to be added
 */
export async function sweep(
  { database, objects, settings, log }: Pick<Service, 'database' | 'objects' | 'settings' | 'log'>,
  { orphanMs = HOUR } = {},
): Promise<void> {
  const [clock] = await database.query<{ now: Date }>('select now() as now');
  const apart = Math.abs(clock!.now.getTime() - Date.now());
  if (apart > MOST_APART) {
    log('sweep put off', { why: 'the clocks of the database and of this machine disagree', seconds: apart / 1000 });
    return;
  }
  await objects.delete(await removeOlder(database, settings.keepHours));
  await forgetRates(database);
  let some: { key: string; row: string }[] = [];
  const deleteUnnamed = async (): Promise<void> => {
    await objects.delete(await unnamed(database, some));
    some = [];
  };
  for await (const { key, stored } of objects.list()) {
    if (clock!.now.getTime() - stored.getTime() < orphanMs) continue; // its row may be about to be added
    if (some.push({ key, row: rowOfKey(key) }) === MANY) await deleteUnnamed();
  }
  await deleteUnnamed();
  const attempts = await readdir(join(settings.dataDir, 'work')).catch(() => []);
  const running = await database.query<{ attempt: string }>(
    "select attempt from photoguard.immunizations where state = 'running' and attempt is not null",
  );
  const wanted = new Set(running.map(({ attempt }) => attempt));
  // A row names its attempt before that has a folder, so one that was listed before asking and is not named is stale.
  for (const attempt of attempts)
    if (!wanted.has(attempt)) await rm(workFolder(settings, attempt), { recursive: true, force: true });
}
