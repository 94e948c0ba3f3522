// Keys: made, listed and revoked by who has the scope `keys`. To rotate one, make another and revoke the first.
import { createRoute, z } from '@hono/zod-openapi';
import type { App } from '../http/app-type.ts';
import { jsonAnswer, jsonBody } from '../http/bodies.ts';
import { callerOf } from '../http/caller.ts';
import { absent, problems } from '../http/problem.ts';
import type { Service } from '../service.ts';
import { createKey, SCOPES } from './api-key.ts';
import { note } from './audit.ts';

const KEY = z
  .object({
    id: z.string(),
    tenant: z.string(),
    scopes: z.array(z.enum(SCOPES)),
    created: z.iso.datetime(),
    expires: z.iso.datetime().nullable(),
  })
  .openapi('Key');

const create = createRoute({
  method: 'post',
  path: '/v1/keys',
  summary: 'Make a key; it is shown only now',
  request: {
    body: jsonBody(
      z.strictObject({
        tenant: z.string().regex(/^[a-z0-9-]{1,64}$/),
        scopes: z.array(z.enum(SCOPES)).min(1).max(SCOPES.length),
        expires: z.iso.datetime().optional().openapi({ description: 'When it stops being valid; absent: never' }),
      }),
    ),
  },
  responses: {
    201: jsonAnswer('The key', z.object({ id: z.string(), key: z.string() })),
    ...problems(400, 401, 403),
  },
});

const list = createRoute({
  method: 'get',
  path: '/v1/keys',
  summary: 'Keys that are valid',
  responses: {
    200: jsonAnswer('Keys', z.object({ items: z.array(KEY) })),
    ...problems(401, 403),
  },
});

const revoke = createRoute({
  method: 'delete',
  path: '/v1/keys/{id}',
  summary: 'Revoke a key; within ten seconds it is valid nowhere',
  request: { params: z.object({ id: z.string().regex(/^[a-f0-9]{12}$/) }) },
  responses: { 204: { description: 'Revoked' }, ...problems(400, 401, 403, 404) },
});

interface KeyRow {
  readonly id: string;
  readonly tenant: string;
  readonly scopes: (typeof SCOPES)[number][];
  readonly created: Date;
  readonly expires: Date | null;
}

const shownKey = ({ created, expires, ...rest }: KeyRow): z.infer<typeof KEY> => ({
  ...{ ...rest, created: created.toISOString(), expires: expires?.toISOString() ?? null },
});

/** Adds the routes of keys. */
export function keyRoutes(app: App, { database }: Service): void {
  app.openapi(create, async (c) => {
    const caller = callerOf(c, 'keys');
    const made = await database.transaction(async (sql) => {
      const made = await createKey(sql, c.req.valid('json'));
      await note(sql, caller, 'key made', made.id);
      return made;
    });
    return c.json(made, 201);
  });
  app.openapi(list, async (c) => {
    callerOf(c, 'keys');
    const rows = await database.query<KeyRow>(
      `select id, tenant, scopes, created, expires from photoguard.keys
       where revoked is null and (expires is null or expires > now()) order by created, id`,
    );
    return c.json({ items: rows.map(shownKey) }, 200);
  });
  app.openapi(revoke, async (c) => {
    const caller = callerOf(c, 'keys');
    const { id } = c.req.valid('param');
    const revoked = await database.query(
      'update photoguard.keys set revoked = now() where id = $1 and revoked is null returning id',
      [id],
    );
    if (revoked.length === 0) throw absent();
    await note(database, caller, 'key revoked', id);
    return c.body(null, 204);
  });
}
