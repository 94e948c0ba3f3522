// The routes of immunizations.
import { createRoute, z } from '@hono/zod-openapi';
import type { App } from '../http/app-type.ts';
import { bytesOf, formBody, jsonAnswer } from '../http/bodies.ts';
import { callerOf } from '../http/caller.ts';
import { readJson } from '../http/json-field.ts';
import { PHOTO } from '../http/photo.ts';
import { absent, Problem, problems } from '../http/problem.ts';
import type { Service } from '../service.ts';
import { ending } from '../webhooks/announce.ts';
import { streamEvents } from './events.ts';
import { cancel, find, type Immunization, objectsOf, page, remove, STATES } from './immunization.ts';
import { OPTIONS_SCHEMA } from './options.ts';
import { OBJECT, photoOf } from './photo-of.ts';
import { hasEnded, SHOWN, shown } from './shown.ts';
import { submit } from './submit.ts';

const ID = z.object({ id: z.uuid() });
const CONTENT: Readonly<Record<string, string>> = {
  png: 'image/png',
  webp: 'image/webp',
  jpg: 'image/jpeg',
  avif: 'image/avif',
};

const create = createRoute({
  method: 'post',
  path: '/v1/immunizations',
  summary: 'Immunize a photo',
  request: {
    headers: z.object({
      'idempotency-key': z
        .string()
        .regex(/^[\x21-\x7e]{1,200}$/)
        .optional()
        .openapi({ description: 'Requests with the same key get the same immunization' }),
    }),
    body: formBody({
      photo: PHOTO.optional(),
      object: OBJECT.optional(),
      options: z
        .string()
        .optional()
        .openapi({ description: 'JSON: ImmunizationOptions', example: '{"visibility":"low","quick":true}' }),
    }),
  },
  responses: {
    202: jsonAnswer('Queued', SHOWN.pick({ id: true, state: true })),
    ...problems(400, 401, 403, 409, 413, 422, 429),
  },
});
const read = createRoute({
  method: 'get',
  path: '/v1/immunizations/{id}',
  summary: 'State and progress',
  request: { params: ID },
  responses: { 200: jsonAnswer('The immunization', SHOWN), ...problems(400, 401, 403, 404) },
});
const list = createRoute({
  method: 'get',
  path: '/v1/immunizations',
  summary: 'Immunizations, newest first',
  request: {
    query: z.object({
      state: z.enum(STATES).optional(),
      limit: z.coerce.number().int().min(1).max(200).default(50),
      cursor: z
        .string()
        .regex(/^\d{1,18}$/)
        .optional()
        .openapi({ description: '`next` of the page before' }),
    }),
  },
  responses: {
    200: jsonAnswer('A page', z.object({ items: z.array(SHOWN), next: z.string().nullable() })),
    ...problems(400, 401, 403),
  },
});
const result = createRoute({
  method: 'get',
  path: '/v1/immunizations/{id}/result',
  summary: 'The immunized photo',
  request: { params: ID },
  responses: {
    200: {
      description: 'The photo',
      content: Object.assign({}, ...Object.values(CONTENT).map(bytesOf)) as ReturnType<typeof bytesOf>,
    },
    ...problems(400, 401, 403, 404, 409),
  },
});
const report = createRoute({
  method: 'get',
  path: '/v1/immunizations/{id}/report',
  summary: 'What was done and measured, as `photoguard immunize --json` says it',
  request: { params: ID },
  responses: { 200: jsonAnswer('The report', z.record(z.string(), z.unknown())), ...problems(400, 401, 403, 404, 409) },
});
const events = createRoute({
  method: 'get',
  path: '/v1/immunizations/{id}/events',
  summary: 'State and progress as server-sent events, until it has ended',
  request: { params: ID },
  responses: {
    200: { description: 'Events `state`', content: { 'text/event-stream': { schema: z.string() } } },
    ...problems(400, 401, 403, 404),
  },
});
const stop = createRoute({
  method: 'post',
  path: '/v1/immunizations/{id}/cancel',
  summary: 'Cancel one that has not ended',
  request: { params: ID },
  responses: { 200: jsonAnswer('The immunization', SHOWN), ...problems(400, 401, 403, 404, 409) },
});
const erase = createRoute({
  method: 'delete',
  path: '/v1/immunizations/{id}',
  summary: 'Delete photo, result and all that is known of them; one that runs is stopped',
  request: { params: ID },
  responses: { 204: { description: 'Deleted' }, ...problems(400, 401, 403, 404) },
});

/** Adds the routes of immunizations. */
export function immunizationRoutes(app: App, service: Service): void {
  const { database, objects, queue } = service;
  const rowOf = async (tenant: string, id: string): Promise<Immunization> => {
    const row = await find(database, tenant, id);
    if (!row) throw absent();
    return row;
  };
  app.openAPIRegistry.register('ImmunizationOptions', OPTIONS_SCHEMA);

  app.openapi(create, async (c) => {
    const caller = callerOf(c, 'immunize');
    const form = c.req.valid('form');
    const idempotency = c.req.valid('header')['idempotency-key'];
    const options = readJson('options', form.options, OPTIONS_SCHEMA);
    const photo = await photoOf(service, caller, form);
    const { id, state } = await submit(service, caller, { photo, options, ...(idempotency && { idempotency }) });
    return c.json({ id, state }, 202, { Location: `/v1/immunizations/${id}` });
  });
  app.openapi(list, async (c) => {
    const { tenant } = callerOf(c, 'immunize');
    const { cursor, state, limit } = c.req.valid('query');
    const rows = await page(database, tenant, {
      limit: limit + 1,
      ...(cursor && { before: cursor }),
      ...(state && { state }),
    });
    const items = rows.slice(0, limit);
    return c.json({ items: items.map(shown), next: rows.length > limit ? items.at(-1)!.seq : null }, 200);
  });
  app.openapi(read, async (c) => {
    const { tenant } = callerOf(c, 'immunize');
    return c.json(shown(await rowOf(tenant, c.req.valid('param').id)), 200);
  });
  app.openapi(result, async (c) => {
    const { tenant } = callerOf(c, 'immunize');
    const row = requireDone(await rowOf(tenant, c.req.valid('param').id));
    const bytes = await objects.get(row.result!);
    if (!bytes) throw absent();
    const { format } = row.report!;
    return c.body(new Uint8Array(bytes), 200, {
      'Content-Type': CONTENT[format]!,
      'Content-Disposition': `attachment; filename="immunized.${format}"`,
    });
  });
  app.openapi(report, async (c) => {
    const { tenant } = callerOf(c, 'immunize');
    return c.json({ ...requireDone(await rowOf(tenant, c.req.valid('param').id)).report! }, 200);
  });
  app.openapi(events, async (c) => {
    const { tenant } = callerOf(c, 'immunize');
    const { id } = await rowOf(tenant, c.req.valid('param').id);
    return streamEvents(c, () => find(database, tenant, id));
  });
  app.openapi(stop, async (c) => {
    const { tenant } = callerOf(c, 'immunize');
    const { id } = await rowOf(tenant, c.req.valid('param').id);
    if (!(await ending(service, (sql) => cancel(sql, tenant, id))))
      throw new Problem(409, 'state', 'it has ended already');
    await queue.cancel(id);
    return c.json(shown(await rowOf(tenant, id)), 200);
  });
  app.openapi(erase, async (c) => {
    const { tenant } = callerOf(c, 'immunize');
    const { id } = c.req.valid('param');
    // The row goes last: where the store is away it stays, and the call can be made again.
    await cancel(database, tenant, id);
    await objects.delete(objectsOf(await rowOf(tenant, id)));
    await remove(database, tenant, id);
    await queue.cancel(id);
    return c.body(null, 204);
  });
}

function requireDone(row: Immunization): Immunization {
  if (row.state === 'done') return row;
  throw new Problem(409, 'state', hasEnded(row) ? `it is ${row.state} and has no result` : `it is still ${row.state}`);
}
