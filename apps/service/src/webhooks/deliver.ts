// Delivers a message that the queue hands out.
import type { Service } from '../service.ts';
import { sendWebhook } from './send.ts';
import { findWaiting, noteAttempt } from './webhook.ts';

/** Sends it. @throws Error if it did not arrive, so that the queue hands it out again */
export async function deliver(id: string, { database, settings, log }: Service): Promise<void> {
  const message = await findWaiting(database, id);
  if (!message) return; // deleted, or there already
  const wrong = await sendWebhook({ id, ...message }, settings.webhooksTo);
  await noteAttempt(database, id, wrong);
  if (wrong === undefined) return;
  log('webhook failed', { id, error: wrong });
  throw new Error(wrong);
}
