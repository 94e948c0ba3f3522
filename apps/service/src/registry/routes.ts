// The routes of the registry, of permissions, and those that Hasher-Matcher-Actioner has too.
import { createRoute, z } from '@hono/zod-openapi';
import { readManifestStore } from 'photoguard/credential';
import { hashHex, PDQ_THRESHOLD, parseHash } from 'photoguard/hash';
import type { App } from '../http/app-type.ts';
import { formBody, jsonAnswer } from '../http/bodies.ts';
import { callerOf } from '../http/caller.ts';
import { readJson } from '../http/json-field.ts';
import { PHOTO, readPhoto } from '../http/photo.ts';
import { absent, Problem, problems } from '../http/problem.ts';
import type { Service } from '../service.ts';
import { bankRoutes } from './bank-routes.ts';
import type { Examined } from './examined.ts';
import { hmaRoutes, SIGNAL } from './hma-routes.ts';
import { judge } from './permission.ts';
import { requireQuality } from './quality.ts';
import { type Entry, type Manifest, type Match, openRegistry } from './registry.ts';
import { softBindingRoutes } from './soft-binding-routes.ts';
import { STATEMENT } from './statement.ts';

/** Most bytes of a credential that is kept. */
const MOST_MANIFEST = 2 ** 20;

const FORM = { photo: PHOTO.optional(), hash: SIGNAL.optional() };
const ENTRY = z
  .object({
    id: z.string(),
    hash: z.string(),
    quality: z.int().nullable(),
    statement: STATEMENT,
    created: z.iso.datetime(),
  })
  .openapi('RegistryEntry');
const MATCH = z
  .object({ id: z.string(), hash: z.string(), distance: z.int(), statement: STATEMENT })
  .openapi('RegistryMatch');
const MATCHES = z.object({ hash: z.string(), quality: z.int().nullable(), matches: z.array(MATCH) });
const PERMISSION = z
  .object({
    permission: z.enum(['allowed', 'refused', 'unknown']),
    reasons: z.array(
      z.object({
        kind: z.enum(['registry', 'photoguard-record', 'plus-data-mining', 'content-credential']),
        says: z.enum(['refused', 'allowed', 'nothing']),
        about: z.string(),
        id: z.string().optional(),
        distance: z.int().optional(),
        contact: z.string().optional(),
        verified: z.boolean().optional(),
        status: z.string().optional(),
      }),
    ),
  })
  .openapi('Permission');
const MOST = z.coerce.number().int().min(0).max(PDQ_THRESHOLD).default(PDQ_THRESHOLD);

const enrol = createRoute({
  method: 'post',
  path: '/v1/registry',
  summary: 'Enrol a photo, or only its hash; only the hash and the statement are stored',
  request: {
    body: formBody({
      ...FORM,
      statement: z.string().optional().openapi({ description: 'JSON: Statement', example: '{"editing":"notAllowed"}' }),
      keep_manifest: z
        .enum(['true', 'false'])
        .optional()
        .openapi({ description: 'Whether its content credential is kept, for those who find a copy without one' }),
    }),
  },
  responses: { 201: jsonAnswer('Enrolled', ENTRY), ...problems(400, 401, 403, 413, 422) },
});
const lookup = createRoute({
  method: 'get',
  path: '/v1/registry/lookup',
  summary: 'Enrolled photos like that of a hash',
  request: { query: z.object({ hash: SIGNAL, distance: MOST }) },
  responses: { 200: jsonAnswer('Matches, nearest first', MATCHES), ...problems(400, 401, 403) },
});
const lookupPhoto = createRoute({
  method: 'post',
  path: '/v1/registry/lookup',
  summary: 'Enrolled photos like this one, however it is turned or mirrored',
  request: { body: formBody({ ...FORM, distance: MOST }) },
  responses: { 200: jsonAnswer('Matches, nearest first', MATCHES), ...problems(400, 401, 403, 413, 422) },
});
const withdraw = createRoute({
  method: 'delete',
  path: '/v1/registry/{id}',
  summary: 'Withdraw a photo',
  request: { params: z.object({ id: z.string().regex(/^\d{1,18}$/) }) },
  responses: { 204: { description: 'Withdrawn' }, ...problems(400, 401, 403, 404) },
});
const permission = createRoute({
  method: 'post',
  path: '/v1/edit-permission',
  summary: 'Whether a photo may be edited, and why',
  request: { body: formBody(FORM) },
  responses: { 200: jsonAnswer('The answer', PERMISSION), ...problems(400, 401, 403, 413, 422) },
});

/** Adds the routes. */
export function registryRoutes(app: App, service: Service): void {
  const { maxPixels } = service.settings;
  const registry = openRegistry(service.database, service.settings.registryIndex);
  const examine = async (photo: File): Promise<Examined> => service.examiner.examine(await readPhoto(photo, maxPixels));

  // Exactly one of them. A hash alone cannot be turned, so only what it is itself is looked up.
  const given = async ({ photo, hash }: { photo?: File | undefined; hash?: string | undefined }) => {
    if ((photo === undefined) === (hash === undefined)) throw new Problem(400, 'request', 'give a photo or a hash');
    const examined = photo && (await examine(photo));
    return { examined, hashes: examined?.hashes ?? [parseHash(hash!)], quality: examined?.quality ?? null };
  };
  app.openAPIRegistry.register('Statement', STATEMENT);

  app.openapi(enrol, async (c) => {
    const caller = callerOf(c, 'registry:write');
    const fields = c.req.valid('form');
    const statement = readJson('statement', fields.statement, STATEMENT);
    const { examined, hashes, quality } = await given(fields);
    requireQuality(quality);
    const manifest = fields.keep_manifest === 'true' ? await manifestOf(fields.photo, examined) : undefined;
    const entry = { hash: hashes[0]!, quality, statement, ...(manifest && { manifest }) };
    return c.json(shownEntry(await registry.enrol(caller, entry)), 201);
  });
  app.openapi(lookup, async (c) => {
    callerOf(c, 'registry:read');
    const { hash, distance } = c.req.valid('query');
    const matches = await registry.lookup([parseHash(hash)], distance);
    return c.json({ hash: hash.toLowerCase(), quality: null, matches: matches.map(shownMatch) }, 200);
  });
  app.openapi(lookupPhoto, async (c) => {
    callerOf(c, 'registry:read');
    const fields = c.req.valid('form');
    const { hashes, quality } = await given(fields);
    const matches = await registry.lookup(hashes, fields.distance);
    return c.json({ hash: hashHex(hashes[0]!), quality, matches: matches.map(shownMatch) }, 200);
  });
  app.openapi(withdraw, async (c) => {
    const caller = callerOf(c, 'registry:write');
    if (!(await registry.remove(caller, c.req.valid('param').id))) throw absent();
    return c.body(null, 204);
  });
  app.openapi(permission, async (c) => {
    callerOf(c, 'registry:read');
    const { hashes, examined } = await given(c.req.valid('form'));
    return c.json(permissionShown(judge(await registry.lookup(hashes), examined)), 200);
  });
  const parts = { service, registry, examine };
  hmaRoutes(app, parts);
  bankRoutes(app, parts);
  softBindingRoutes(app, parts);
}

// Only of a photo that is as it was signed, and none that is larger than any real one.
async function manifestOf(photo: File | undefined, examined: Examined | undefined): Promise<Manifest> {
  const { id, status } = examined?.credential ?? {};
  const store = photo && readManifestStore(new Uint8Array(await photo.arrayBuffer()));
  if (id === undefined || !store || status === 'tampered' || status === 'invalid' || store.length > MOST_MANIFEST)
    throw new Problem(422, 'credential', `the photo has no content credential that can be kept: ${status ?? 'none'}`);
  return { id, store };
}

const shownEntry = ({ id, hash, quality, statement, created }: Entry): z.infer<typeof ENTRY> => ({
  ...{ id, hash: hashHex(hash), quality, statement, created: created.toISOString() },
});
const shownMatch = ({ id, hash, distance, statement }: Match): z.infer<typeof MATCH> => ({
  ...{ id, hash: hashHex(hash), distance, statement },
});
const permissionShown = ({ permission, reasons }: ReturnType<typeof judge>): z.infer<typeof PERMISSION> => ({
  permission,
  reasons: [...reasons],
});
