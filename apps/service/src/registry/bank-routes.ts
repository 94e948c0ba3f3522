// Banks and their content, as Hasher-Matcher-Actioner has them. Content is an entry of the registry: a hash with the strictest
// statement. Exchanges with others are not there.
import { createRoute, z } from '@hono/zod-openapi';
import { hashHex, parseHash } from 'photoguard/hash';
import type { App } from '../http/app-type.ts';
import { formBody, jsonAnswer, jsonBody } from '../http/bodies.ts';
import { callerOf } from '../http/caller.ts';
import { isStorable, readJson } from '../http/json-field.ts';
import { PHOTO } from '../http/photo.ts';
import { absent, Problem, problems } from '../http/problem.ts';
import type { Caller } from '../keys/api-key.ts';
import { addBank, type Bank, findBank, listBanks, removeBank, setBank } from './banks.ts';
import { type RegistryParts, SIGNAL } from './hma-routes.ts';
import { requireQuality } from './quality.ts';
import type { Entry, NewEntry } from './registry.ts';
import { STATEMENT } from './statement.ts';

/** A time that is further away is a mistake, as there. */
const FIVE_YEARS = 5 * 365 * 24 * 3600;
const NAME = z.string().regex(/^[A-Z0-9_]{1,100}$/, 'expected capitals, digits and _');
const BANK = z.object({ name: z.string(), matching_enabled_ratio: z.number() }).openapi('Bank');
const CHANGE = { enabled: z.boolean().optional(), enabled_ratio: z.number().min(0).max(1).optional() };
const OF_BANK = z.object({ name: NAME });
const OF_CONTENT = z.object({ name: NAME, id: z.string().regex(/^\d{1,18}$/) });
const ADDED = z.object({ id: z.int(), signals: z.object({ pdq: z.string() }) });
/** What a tenant notes about content; addresses are kept, not fetched. */
const METADATA = z.strictObject({
  content_id: z.string().max(1000).optional(),
  content_uri: z.string().max(2000).optional(),
  json: z.record(z.string(), z.unknown()).optional(),
});
const NOTE = z.string().max(255).refine(isStorable, 'expected whole characters, and no NUL');
const CONTENT = z.object({
  ...{ id: z.int(), disable_until_ts: z.int(), original_media_uri: z.null(), bank: BANK },
  ...{ signals: z.object({ pdq: z.string() }).optional(), metadata: METADATA.optional(), note: z.string().optional() },
});
const FLAG = z.string().max(10).optional();

const list = createRoute({
  ...{ method: 'get', path: '/c/banks', summary: 'Banks of this tenant' },
  responses: { 200: jsonAnswer('Banks', z.array(BANK)), ...problems(401, 403) },
});
const create = createRoute({
  ...{ method: 'post', path: '/c/banks', summary: 'Make a bank' },
  request: { body: jsonBody(z.object({ name: NAME, ...CHANGE })) },
  responses: { 201: jsonAnswer('The bank', BANK), ...problems(400, 401, 403) },
});
const show = createRoute({
  ...{ method: 'get', path: '/c/bank/{name}', summary: 'A bank' },
  request: { params: OF_BANK },
  responses: { 200: jsonAnswer('The bank', BANK), ...problems(400, 401, 403, 404) },
});
const change = createRoute({
  ...{
    method: 'put',
    path: '/c/bank/{name}',
    summary: 'Rename a bank, or switch it on or off, or on for a share of look-ups',
  },
  request: { params: OF_BANK, body: jsonBody(z.object({ name: NAME.optional(), ...CHANGE })) },
  responses: { 200: jsonAnswer('The bank', BANK), ...problems(400, 401, 403, 404) },
});
const remove = createRoute({
  ...{ method: 'delete', path: '/c/bank/{name}', summary: 'Remove a bank with its content' },
  request: { params: OF_BANK },
  responses: { 200: jsonAnswer('Removed', z.object({ message: z.string() })), ...problems(400, 401, 403) },
});
const addPhoto = createRoute({
  ...{ method: 'post', path: '/c/bank/{name}/content', summary: 'Add a photo to a bank; only its hash is stored' },
  request: {
    params: OF_BANK,
    body: formBody({
      ...{ photo: PHOTO, note: NOTE.optional() },
      metadata: z.string().optional().openapi({ description: 'JSON: content_id, content_uri, json' }),
    }),
  },
  responses: { 200: jsonAnswer('Added', ADDED), ...problems(400, 401, 403, 404, 413, 422) },
});
const addSignal = createRoute({
  ...{ method: 'post', path: '/c/bank/{name}/signal', summary: 'Add a hash to a bank' },
  request: { params: OF_BANK, body: jsonBody(z.object({ pdq: SIGNAL })) },
  responses: { 200: jsonAnswer('Added', ADDED), ...problems(400, 401, 403, 404) },
});
const showContent = createRoute({
  ...{ method: 'get', path: '/c/bank/{name}/content/{id}', summary: 'Content of a bank' },
  request: { params: OF_CONTENT, query: z.object({ include_signals: FLAG, include_metadata: FLAG }) },
  responses: { 200: jsonAnswer('The content', CONTENT), ...problems(400, 401, 403, 404) },
});
const changeContent = createRoute({
  ...{ method: 'put', path: '/c/bank/{name}/content/{id}', summary: 'Switch content on or off, or note something' },
  request: {
    params: OF_CONTENT,
    body: jsonBody(
      z.object({
        disable_until_ts: z
          .int()
          .min(0)
          .optional()
          .openapi({ description: '0: off, 1: on, otherwise the seconds since 1970 at which it is on again' }),
        note: NOTE.nullable().optional(),
      }),
    ),
  },
  responses: { 200: jsonAnswer('The content', CONTENT), ...problems(400, 401, 403, 404) },
});
const removeContent = createRoute({
  ...{ method: 'delete', path: '/c/bank/{name}/content/{id}', summary: 'Remove content from a bank' },
  request: { params: OF_CONTENT },
  responses: { 200: jsonAnswer('How many', z.object({ deleted: z.int() })), ...problems(400, 401, 403, 404) },
});

/** Adds the routes. */
export function bankRoutes(app: App, { service, registry, examine }: RegistryParts): void {
  const { database } = service;
  const bankOf = async (caller: Caller, name: string): Promise<Bank> => {
    const bank = await findBank(database, caller, name);
    if (!bank) throw absent();
    return bank;
  };
  const add = async (caller: Caller, bank: string, entry: Omit<NewEntry, 'statement' | 'bank'>) => {
    await bankOf(caller, bank);
    requireQuality(entry.quality);
    const { id } = await registry.enrol(caller, { ...entry, statement: STATEMENT.parse({}), bank });
    return { id: Number(id), signals: { pdq: hashHex(entry.hash) } };
  };
  const contentOf = async (
    caller: Caller,
    name: string,
    id: string,
    shows: { signals: boolean; metadata: boolean },
  ) => {
    const bank = await bankOf(caller, name);
    const [row] = await database.query<ContentRow>(
      `select hash, counts_from::float8, note, metadata from photoguard.registry
       where tenant = $1 and bank = $2 and id = $3 and not deleted`,
      [caller.tenant, name, id],
    );
    if (!row) throw absent();
    return {
      ...{ id: Number(id), disable_until_ts: row.counts_from, original_media_uri: null, bank },
      ...(shows.signals && { signals: { pdq: hashHex(row.hash) } }),
      ...(shows.metadata && row.metadata !== null && { metadata: row.metadata }),
      ...(row.note !== null && { note: row.note }),
    };
  };

  app.openapi(list, async (c) => c.json(await listBanks(database, callerOf(c, 'registry:read')), 200));
  app.openapi(create, async (c) => {
    const caller = callerOf(c, 'registry:write');
    const { name, ...given } = c.req.valid('json');
    const bank = await addBank(database, caller, { name, matching_enabled_ratio: ratioOf(given) ?? 1 });
    if (!bank) throw taken();
    return c.json(bank, 201);
  });
  app.openapi(show, async (c) => c.json(await bankOf(callerOf(c, 'registry:read'), c.req.valid('param').name), 200));
  app.openapi(change, async (c) => {
    const caller = callerOf(c, 'registry:write');
    const former = await bankOf(caller, c.req.valid('param').name);
    const { name = former.name, ...given } = c.req.valid('json');
    const ratio = ratioOf(given) ?? former.matching_enabled_ratio;
    const bank = await setBank(database, caller, former.name, { name, matching_enabled_ratio: ratio });
    if (!bank) throw taken();
    return c.json(bank, 200);
  });
  app.openapi(remove, async (c) => {
    const caller = callerOf(c, 'registry:write');
    const { name } = c.req.valid('param');
    await registry.removeBank(caller, name);
    await removeBank(database, caller, name);
    return c.json({ message: 'Done' }, 200);
  });
  app.openapi(addPhoto, async (c) => {
    const caller = callerOf(c, 'registry:write');
    const { photo, note, metadata: given } = c.req.valid('form');
    const metadata = given === undefined ? undefined : readJson('metadata', given, METADATA);
    const { hashes, quality } = await examine(photo);
    const entry = { hash: hashes[0]!, quality, note, metadata };
    return c.json(await add(caller, c.req.valid('param').name, entry), 200);
  });
  app.openapi(addSignal, async (c) => {
    const caller = callerOf(c, 'registry:write');
    const entry = { hash: parseHash(c.req.valid('json').pdq), quality: null };
    return c.json(await add(caller, c.req.valid('param').name, entry), 200);
  });
  app.openapi(showContent, async (c) => {
    const caller = callerOf(c, 'registry:read');
    const { name, id } = c.req.valid('param');
    const { include_signals = 'false', include_metadata = 'true' } = c.req.valid('query');
    const shows = { signals: include_signals === 'true', metadata: include_metadata === 'true' };
    return c.json(await contentOf(caller, name, id, shows), 200);
  });
  app.openapi(changeContent, async (c) => {
    const caller = callerOf(c, 'registry:write');
    const { name, id } = c.req.valid('param');
    const { disable_until_ts: from, note } = c.req.valid('json');
    if (from !== undefined && from > Date.now() / 1000 + FIVE_YEARS)
      throw new Problem(400, 'request', 'disable_until_ts: expected a time within five years');
    await database.query(
      `update photoguard.registry set counts_from = coalesce($4, counts_from), note = case when $5 then $6 else note end
       where tenant = $1 and bank = $2 and id = $3 and not deleted`,
      [caller.tenant, name, id, from ?? null, note !== undefined, note ?? null],
    );
    return c.json(await contentOf(caller, name, id, { signals: false, metadata: true }), 200);
  });
  app.openapi(removeContent, async (c) => {
    const caller = callerOf(c, 'registry:write');
    const { name, id } = c.req.valid('param');
    await bankOf(caller, name);
    return c.json({ deleted: Number(await registry.remove(caller, id, name)) }, 200);
  });
}

const taken = (): Problem => new Problem(403, 'bank', 'there is a bank of that name');

interface ContentRow extends Pick<Entry, 'hash'> {
  readonly counts_from: number;
  readonly note: string | null;
  readonly metadata: z.infer<typeof METADATA> | null;
}

const ratioOf = ({ enabled, enabled_ratio }: { enabled?: boolean | undefined; enabled_ratio?: number | undefined }) =>
  enabled_ratio ?? (enabled === undefined ? undefined : Number(enabled));
