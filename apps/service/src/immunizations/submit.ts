// Takes a photo to immunize: checks it and its options, stores the photo, and adds row and job in one transaction.
import { createHash, randomUUID } from 'node:crypto';
import { Problem } from '../http/problem.ts';
import type { Caller } from '../keys/api-key.ts';
import type { Service } from '../service.ts';
import { countWaiting, findByKey, type Immunization, insert } from './immunization.ts';
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
  if ((await countWaiting(database, tenant)) >= settings.mostQueued)
    throw new Problem(
      429,
      'quota',
      `${settings.mostQueued} immunizations are waiting or running; try again when some have ended`,
    );
  const id = randomUUID();
  const key = `photos/${id}`;
  await objects.put(key, photo);
  const row = { id, tenant, options, request, photo: key, ...(idempotency !== undefined && { idempotency }) };
  // If this fails, the photo is left to the sweep: a connection that broke does not tell whether the row was added.
  const added = await database.transaction(async (sql) => {
    const added = await insert(sql, row);
    if (added) await queue.add(sql, id);
    return added;
  });
  if (added) return { id, state: 'queued' };
  await objects.delete([key]); // another request with that key was a moment earlier
  return sameAs((await findByKey(database, tenant, idempotency!))!, request);
}

function sameAs(former: Immunization, request: string): Immunization {
  if (former.request === request) return former;
  throw new Problem(409, 'idempotency', 'that Idempotency-Key was used for another photo or other options');
}
