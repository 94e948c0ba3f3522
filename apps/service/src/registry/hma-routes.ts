// Calls that Hasher-Matcher-Actioner has too, with its fields, so that a platform that uses it can ask this service instead.
// Addresses (`url`) are not fetched: a service that fetches what it is told can be made to fetch what it should not.
import { createRoute, z } from '@hono/zod-openapi';
import { hashHex, parseHash } from 'photoguard/hash';
import type { App } from '../http/app-type.ts';
import { callerOf } from '../http/caller.ts';
import { jsonAnswer } from '../http/json-answer.ts';
import { PHOTO } from '../http/photo.ts';
import { problems } from '../http/problem.ts';
import type { Examined } from './examined.ts';
import type { Registry } from './registry.ts';

/** The one bank that there is. */
const BANK = 'PHOTOGUARD';

const hash = createRoute({
  method: 'post',
  path: '/h/hash',
  summary: 'PDQ of a photo, as Hasher-Matcher-Actioner gives it',
  request: { body: { required: true, content: { 'multipart/form-data': { schema: z.object({ photo: PHOTO }) } } } },
  responses: { 200: jsonAnswer('The hash', z.object({ pdq: z.string() })), ...problems(400, 401, 403, 413, 422) },
});
const lookup = createRoute({
  method: 'get',
  path: '/m/lookup',
  summary: 'Matches of a hash by bank, as Hasher-Matcher-Actioner gives them',
  request: {
    query: z.object({
      signal_type: z.literal('pdq'),
      signal: z.string().regex(/^[0-9a-fA-F]{64}$/, 'expected 64 hexadecimal digits'),
    }),
  },
  responses: {
    200: jsonAnswer(
      'Matches',
      z.record(z.string(), z.array(z.object({ bank_content_id: z.int(), distance: z.string() }))),
    ),
    ...problems(400, 401, 403),
  },
});

/** Adds the routes. */
export function hmaRoutes(
  app: App,
  { registry, examine }: { readonly registry: Registry; readonly examine: (photo: File) => Promise<Examined> },
): void {
  app.openapi(hash, async (c) => {
    callerOf(c, 'registry:read');
    const { hashes } = await examine(c.req.valid('form').photo);
    return c.json({ pdq: hashHex(hashes[0]!) }, 200);
  });
  app.openapi(lookup, async (c) => {
    callerOf(c, 'registry:read');
    const matches = await registry.lookup([parseHash(c.req.valid('query').signal)]);
    const found = matches.map(({ id, distance }) => ({ bank_content_id: Number(id), distance: String(distance) }));
    return c.json(found.length > 0 ? { [BANK]: found } : {}, 200);
  });
}
