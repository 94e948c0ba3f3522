// Webhooks as rows: where a tenant wants to hear that immunizations ended, and what was sent there. A message is a row from the
// transaction in which the immunization ends, so none is lost; it is deleted with the immunization.
import { randomBytes, randomUUID } from 'node:crypto';
import type { Sql } from '../database/database.ts';

/** What can have become of a message. */
export const DELIVERY_STATES = ['waiting', 'delivered', 'dead'] as const;

/** A webhook. */
export interface WebhookRow {
  readonly id: string;
  readonly url: string;
  readonly created: Date;
}

/** A message to a webhook. */
export interface Delivery {
  readonly id: string;
  readonly event: string;
  readonly immunization: string;
  readonly state: (typeof DELIVERY_STATES)[number];
  /** How often it was sent. */
  readonly attempts: number;
  /** What went wrong the last time. */
  readonly error: string | null;
  readonly created: Date;
}

const DELIVERY = 'd.id, event, immunization, state, attempts, error, d.created';

/** Adds a webhook. @returns it with its secret, which is not shown again */
export async function addWebhook(
  sql: Sql,
  tenant: string,
  url: string,
): Promise<WebhookRow & { readonly secret: string }> {
  const secret = `whsec_${randomBytes(32).toString('base64')}`;
  const [row] = await sql.query<WebhookRow>(
    'insert into photoguard.webhooks (id, tenant, url, secret) values ($1, $2, $3, $4) returning id, url, created',
    [randomUUID(), tenant, url, secret],
  );
  return { ...row!, secret };
}

/** The tenant's webhooks. */
export const listWebhooks = (sql: Sql, tenant: string): Promise<WebhookRow[]> =>
  sql.query<WebhookRow>('select id, url, created from photoguard.webhooks where tenant = $1 order by created, id', [
    tenant,
  ]);

/** Deletes a webhook with its messages. @returns whether it was the tenant's */
export async function removeWebhook(sql: Sql, tenant: string, id: string): Promise<boolean> {
  const removed = await sql.query('delete from photoguard.webhooks where tenant = $1 and id = $2 returning id', [
    tenant,
    id,
  ]);
  return removed.length > 0;
}

/** Messages to a webhook of the tenant, newest first. */
export const listDeliveries = (
  sql: Sql,
  tenant: string,
  { webhook, state, limit }: { readonly webhook: string; readonly state?: string | undefined; readonly limit: number },
): Promise<Delivery[]> =>
  sql.query<Delivery>(
    `select ${DELIVERY} from photoguard.deliveries d join photoguard.webhooks w on w.id = webhook
     where tenant = $1 and webhook = $2 and ($3::text is null or state = $3) order by d.created desc, d.id limit $4`,
    [tenant, webhook, state ?? null, limit],
  );

/** Adds a message about an immunization to each webhook of its tenant. @returns their ids */
export async function addDeliveries(
  sql: Sql,
  { tenant, immunization, event, body }: { tenant: string; immunization: string; event: string; body: string },
): Promise<string[]> {
  const rows = await sql.query<{ id: string }>(
    `insert into photoguard.deliveries (id, webhook, immunization, event, body)
     select gen_random_uuid(), id, $2, $3, $4 from photoguard.webhooks where tenant = $1 returning id`,
    [tenant, immunization, event, body],
  );
  return rows.map(({ id }) => id);
}

/** A message that is still to be sent, with where; undefined if it is not, or was deleted. */
export async function findWaiting(
  sql: Sql,
  id: string,
): Promise<{ readonly url: string; readonly secret: string; readonly body: string } | undefined> {
  const [row] = await sql.query<{ url: string; secret: string; body: string }>(
    `select url, secret, body from photoguard.deliveries d join photoguard.webhooks w on w.id = webhook
     where d.id = $1 and state = 'waiting'`,
    [id],
  );
  return row;
}

/** Notes an attempt. @param error what went wrong; absent: it was delivered */
export async function noteAttempt(sql: Sql, id: string, error?: string): Promise<void> {
  await sql.query(
    `update photoguard.deliveries set attempts = attempts + 1, error = $2,
     state = case when $2::text is null then 'delivered' else state end where id = $1 and state = 'waiting'`,
    [id, error ?? null],
  );
}

/** Gives up on a message. */
export async function giveUp(sql: Sql, id: string): Promise<void> {
  await sql.query("update photoguard.deliveries set state = 'dead' where id = $1 and state = 'waiting'", [id]);
}

/** Takes up one that was given up. @returns it, or undefined if there is none of the tenant's */
export async function takeUp(
  sql: Sql,
  tenant: string,
  { webhook, id }: { readonly webhook: string; readonly id: string },
): Promise<Delivery | undefined> {
  const [row] = await sql.query<Delivery>(
    `update photoguard.deliveries d set state = 'waiting' from photoguard.webhooks w
     where d.id = $3 and webhook = $2 and w.id = webhook and tenant = $1 and state = 'dead' returning ${DELIVERY}`,
    [tenant, webhook, id],
  );
  return row;
}
