// C2PA's Soft Binding Resolution API: finds the credential of a photo that lost it, by PDQ. Credentials are those that were
// kept when their photos were enrolled.
import { createRoute, z } from '@hono/zod-openapi';
import { SOFT_BINDING } from 'photoguard/credential';
import { PDQ_BYTES } from 'photoguard/hash';
import type { App } from '../http/app-type.ts';
import { bytesOf, jsonAnswer, jsonBody } from '../http/bodies.ts';
import { callerOf } from '../http/caller.ts';
import { absent, Problem, problems } from '../http/problem.ts';
import type { RegistryParts } from './hma-routes.ts';

const ALG = z.literal(SOFT_BINDING);
const MOST = z.coerce.number().int().min(1).max(100).default(10);
const VALUE = z.string().max(100).openapi({ description: 'PDQ, 32 bytes in base64' });
const FOUND = z
  .object({ matches: z.array(z.object({ manifestId: z.string(), similarityScore: z.int() })) })
  .openapi('SoftBindingMatches');

const byBinding = createRoute({
  method: 'get',
  path: '/matches/byBinding',
  summary: 'Credentials of photos like that of a soft binding',
  request: { query: z.object({ alg: ALG, value: VALUE, maxResults: MOST }) },
  responses: { 200: jsonAnswer('Matches, nearest first', FOUND), ...problems(400, 401, 403) },
});
const postBinding = createRoute({
  method: 'post',
  path: '/matches/byBinding',
  summary: 'The same, for values that are long',
  request: {
    query: z.object({ maxResults: MOST }),
    body: jsonBody(z.object({ alg: ALG, value: VALUE })),
  },
  responses: { 200: jsonAnswer('Matches, nearest first', FOUND), ...problems(400, 401, 403) },
});
const byContent = createRoute({
  method: 'post',
  path: '/matches/byContent',
  summary: 'Credentials of photos like this one; the body is the photo',
  request: {
    query: z.object({ alg: ALG.default(SOFT_BINDING), maxResults: MOST }),
    body: { required: true, content: bytesOf('image/*') },
  },
  responses: { 200: jsonAnswer('Matches, nearest first', FOUND), ...problems(400, 401, 403, 413, 422) },
});
const manifest = createRoute({
  method: 'get',
  path: '/manifests/{id}',
  summary: 'A credential: the manifest store of C2PA',
  request: { params: z.object({ id: z.string().regex(/^[\w:.-]{1,200}$/) }) },
  responses: {
    200: { description: 'The manifest store', content: bytesOf('application/c2pa') },
    ...problems(400, 401, 403, 404),
  },
});
const NAMES = z.array(z.object({ alg: z.string() }));
const algorithms = createRoute({
  method: 'get',
  path: '/services/supportedAlgorithms',
  summary: 'Soft bindings that are known here',
  security: [],
  responses: { 200: jsonAnswer('Names', z.object({ watermarks: NAMES, fingerprints: NAMES })) },
});

/** Adds the routes. */
export function softBindingRoutes(app: App, { service, registry, examine }: RegistryParts): void {
  const { database } = service;
  const find = async (hashes: readonly Uint8Array[], most: number): Promise<z.infer<typeof FOUND>> => {
    const matches = await registry.lookup(hashes);
    const kept = await database.query<{ entry: string; id: string }>(
      'select entry::text, id from photoguard.manifests where entry = any($1::bigint[])',
      [matches.map(({ id }) => id)],
    );
    const ids = new Map(kept.map(({ entry, id }) => [entry, id]));
    const found = matches.flatMap(({ id, distance }) => {
      const manifestId = ids.get(id);
      return manifestId === undefined ? [] : [{ manifestId, similarityScore: Math.round(100 - distance / 2.56) }];
    });
    return { matches: found.slice(0, most) };
  };

  app.openapi(byBinding, async (c) => {
    callerOf(c, 'registry:read');
    const { value, maxResults } = c.req.valid('query');
    return c.json(await find([hashOf(value)], maxResults), 200);
  });
  app.openapi(postBinding, async (c) => {
    callerOf(c, 'registry:read');
    return c.json(await find([hashOf(c.req.valid('json').value)], c.req.valid('query').maxResults), 200);
  });
  app.openapi(byContent, async (c) => {
    callerOf(c, 'registry:read');
    const { hashes } = await examine(new File([await c.req.arrayBuffer()], 'photo'));
    return c.json(await find(hashes, c.req.valid('query').maxResults), 200);
  });
  app.openapi(manifest, async (c) => {
    callerOf(c, 'registry:read');
    const [row] = await database.query<{ store: Uint8Array }>(
      'select store from photoguard.manifests where id = $1 order by entry limit 1',
      [c.req.valid('param').id],
    );
    if (!row) throw absent();
    return c.body(new Uint8Array(row.store), 200, { 'Content-Type': 'application/c2pa' });
  });
  app.openapi(algorithms, (c) => c.json({ watermarks: [], fingerprints: [{ alg: SOFT_BINDING }] }, 200));
}

function hashOf(value: string): Uint8Array {
  const hash = new Uint8Array(Buffer.from(value, 'base64'));
  if (hash.length === PDQ_BYTES) return hash;
  throw new Problem(400, 'request', `value: expected ${PDQ_BYTES} bytes in base64`);
}
