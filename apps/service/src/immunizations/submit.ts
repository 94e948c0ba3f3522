// Takes a photo to immunize: checks it and its options, stores the photo, and adds row and job in one transaction.
import { createHash, randomUUID } from 'node:crypto';
import { Problem } from '../http/problem.ts';
import type { Caller } from '../keys/api-key.ts';
import type { Service } from '../service.ts';
import { countWaiting, findByKey, type Immunization, insert, lockQuota } from './immunization.ts';
import { commandFlags, type ImmunizationOptions } from './options.ts';

/** What a request asks for. */
export interface Order {
  readonly photo: Uint8Array;
  readonly options: ImmunizationOptions;
  /** The same key gives the same immunization. */
  readonly idempotency?: string;
}

/**
 * Queues an immunization, or finds the one of its idempotency key.
 * @throws Problem 409 if the key was used for another photo or other options, 429 if too many wait; PhotoGuardError for wrong
 *   options
 */
export async function submit(
  { database, objects, queue, settings }: Service,
  { tenant }: Caller,
  { photo, options, idempotency }: Order,
): Promise<Pick<Immunization, 'id' | 'state'>> {
  commandFlags(options, settings);
  const request = createHash('sha256')
    .update(photo)
    .update(JSON.stringify(Object.entries(options).sort()))
    .digest('hex');
  const former = idempotency === undefined ? undefined : await findByKey(database, tenant, idempotency);
  if (former) return sameAs(former, request);
  const { mostQueued } = settings;
  if ((await countWaiting(database, tenant)) >= mostQueued) throw quota(mostQueued); // before it is stored
  const id = randomUUID();
  const key = `photos/${id}`;
  await objects.put(key, photo);
  const row = { id, tenant, options, request, photo: key, ...(idempotency !== undefined && { idempotency }) };
  // If this fails, the photo is left to the sweep: a connection that broke does not tell whether the row was added.
  const added = await database
    .transaction(async (sql) => {
      if (!(await insert(sql, row))) return false;
      await queue.add(sql, id);
      // From here on one request of a tenant after the other, in all processes: two at once would not see each other's row.
      await lockQuota(sql, tenant);
      if ((await countWaiting(sql, tenant)) > mostQueued) throw quota(mostQueued);
      return true;
    })
    .catch(async (error) => {
      if (error instanceof Problem) await objects.delete([key]);
      throw error;
    });
  if (added) return { id, state: 'queued' };
  await objects.delete([key]); // another request with that key was a moment earlier
  return sameAs((await findByKey(database, tenant, idempotency!))!, request);
}

const quota = (most: number): Problem =>
  new Problem(429, 'quota', `${most} immunizations are waiting or running; try again when some have ended`);

function sameAs(former: Immunization, request: string): Immunization {
  if (former.request === request) return former;
  throw new Problem(409, 'idempotency', 'that Idempotency-Key was used for another photo or other options');
}
