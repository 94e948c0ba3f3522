// What the parts of the service share.
import type { Database } from './database/database.ts';
import type { JobQueue } from './immunizations/job-queue.ts';
import type { ObjectStore } from './objects/object-store.ts';
import type { Log } from './operations/log.ts';
import type { Metrics } from './operations/metrics.ts';
import type { Examiner } from './registry/examined.ts';
import type { Settings } from './settings.ts';

/** A running service. */
export interface Service {
  readonly settings: Settings;
  readonly database: Database;
  readonly objects: ObjectStore;
  readonly queue: JobQueue;
  readonly examiner: Examiner;
  readonly metrics: Metrics;
  readonly log: Log;
}
