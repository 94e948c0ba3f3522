// The routes of webhooks.
import { createRoute, z } from '@hono/zod-openapi';
import type { App } from '../http/app-type.ts';
import { jsonAnswer, jsonBody } from '../http/bodies.ts';
import { callerOf } from '../http/caller.ts';
import { absent, Problem, problems } from '../http/problem.ts';
import { note } from '../keys/audit.ts';
import type { Service } from '../service.ts';
import { parseWebhookUrl } from './address.ts';
import {
  addWebhook,
  DELIVERY_STATES,
  type Delivery,
  listDeliveries,
  listWebhooks,
  removeWebhook,
  takeUp,
  type WebhookRow,
} from './webhook.ts';

const MOST = 10;
const ID = z.object({ id: z.uuid() });
const WEBHOOK = z.object({ id: z.uuid(), url: z.string(), created: z.iso.datetime() }).openapi('Webhook');
const DELIVERY = z
  .object({
    id: z.uuid().openapi({ description: '`webhook-id` of the message' }),
    event: z.string().openapi({ example: 'immunization.done' }),
    immunization: z.uuid(),
    state: z.enum(DELIVERY_STATES),
    attempts: z.int(),
    error: z.string().nullable(),
    created: z.iso.datetime(),
  })
  .openapi('Delivery');

const create = createRoute({
  method: 'post',
  path: '/v1/webhooks',
  summary: 'Be told when immunizations end, by Standard Webhooks; the secret is shown only now',
  request: { body: jsonBody(z.strictObject({ url: z.string().max(2000) })) },
  responses: {
    201: jsonAnswer('The webhook', WEBHOOK.extend({ secret: z.string() })),
    ...problems(400, 401, 403, 409),
  },
});
const list = createRoute({
  method: 'get',
  path: '/v1/webhooks',
  summary: 'Webhooks',
  responses: { 200: jsonAnswer('Webhooks', z.object({ items: z.array(WEBHOOK) })), ...problems(401, 403) },
});
const remove = createRoute({
  method: 'delete',
  path: '/v1/webhooks/{id}',
  summary: 'Delete a webhook, with what was not delivered yet',
  request: { params: ID },
  responses: { 204: { description: 'Deleted' }, ...problems(400, 401, 403, 404) },
});
const deliveries = createRoute({
  method: 'get',
  path: '/v1/webhooks/{id}/deliveries',
  summary: 'Messages to a webhook, newest first; state=dead: those that were given up',
  request: {
    params: ID,
    query: z.object({
      state: z.enum(DELIVERY_STATES).optional(),
      limit: z.coerce.number().int().min(1).max(200).default(50),
    }),
  },
  responses: { 200: jsonAnswer('Messages', z.object({ items: z.array(DELIVERY) })), ...problems(400, 401, 403, 404) },
});
const retry = createRoute({
  method: 'post',
  path: '/v1/webhooks/{id}/deliveries/{delivery}/retry',
  summary: 'Send a message again that was given up',
  request: { params: ID.extend({ delivery: z.uuid() }) },
  responses: { 202: jsonAnswer('The message', DELIVERY), ...problems(400, 401, 403, 404) },
});

/** Adds the routes of webhooks. They are about immunizations, so their scope is that of these. */
export function webhookRoutes(app: App, { database, queue, settings }: Service): void {
  app.openapi(create, async (c) => {
    const caller = callerOf(c, 'immunize');
    const { href } = parseWebhookUrl(c.req.valid('json').url, settings.webhooksTo);
    const made = await database.transaction(async (sql) => {
      if ((await listWebhooks(sql, caller.tenant)).length >= MOST)
        throw new Problem(409, 'quota', `a tenant may have ${MOST} webhooks`);
      const made = await addWebhook(sql, caller.tenant, href);
      await note(sql, caller, 'webhook made', made.id);
      return made;
    });
    return c.json({ ...shownWebhook(made), secret: made.secret }, 201);
  });
  app.openapi(list, async (c) => {
    const { tenant } = callerOf(c, 'immunize');
    return c.json({ items: (await listWebhooks(database, tenant)).map(shownWebhook) }, 200);
  });
  app.openapi(remove, async (c) => {
    const caller = callerOf(c, 'immunize');
    const { id } = c.req.valid('param');
    if (!(await removeWebhook(database, caller.tenant, id))) throw absent();
    await note(database, caller, 'webhook deleted', id);
    return c.body(null, 204);
  });
  app.openapi(deliveries, async (c) => {
    const { tenant } = callerOf(c, 'immunize');
    const { id: webhook } = c.req.valid('param');
    if (!(await listWebhooks(database, tenant)).some(({ id }) => id === webhook)) throw absent();
    const rows = await listDeliveries(database, tenant, { webhook, ...c.req.valid('query') });
    return c.json({ items: rows.map(shownDelivery) }, 200);
  });
  app.openapi(retry, async (c) => {
    const { tenant } = callerOf(c, 'immunize');
    const { id: webhook, delivery: id } = c.req.valid('param');
    const row = await database.transaction(async (sql) => {
      const row = await takeUp(sql, tenant, { webhook, id });
      if (row) await queue.deliver(sql, id);
      return row;
    });
    if (!row) throw absent();
    return c.json(shownDelivery(row), 202);
  });
}

const shownWebhook = ({ id, url, created }: WebhookRow): z.infer<typeof WEBHOOK> => ({
  ...{ id, url, created: created.toISOString() },
});
const shownDelivery = ({ created, ...rest }: Delivery): z.infer<typeof DELIVERY> => ({
  ...rest,
  created: created.toISOString(),
});
