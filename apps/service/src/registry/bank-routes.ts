// Banks and their content, as Hasher-Matcher-Actioner has them. Content is an entry of the registry: a hash with the strictest
// statement. Exchanges with others are not there.
import { createRoute, z } from '@hono/zod-openapi';
import { hashHex, parseHash } from 'photoguard/hash';
import type { App } from '../http/app-type.ts';
import { callerOf } from '../http/caller.ts';
import { jsonAnswer } from '../http/json-answer.ts';
import { PHOTO } from '../http/photo.ts';
import { absent, Problem, problems } from '../http/problem.ts';
import type { Caller } from '../keys/api-key.ts';
import { addBank, type Bank, findBank, listBanks, removeBank, setBank } from './banks.ts';
import { type RegistryParts, SIGNAL } from './hma-routes.ts';
import { requireQuality } from './quality.ts';
import type { Entry } from './registry.ts';
import { STATEMENT } from './statement.ts';

const NAME = z.string().regex(/^[A-Z0-9_]{1,100}$/, 'expected capitals, digits and _');
const BANK = z.object({ name: z.string(), matching_enabled_ratio: z.number() }).openapi('Bank');
const CHANGE = { enabled: z.boolean().optional(), enabled_ratio: z.number().min(0).max(1).optional() };
const OF_BANK = z.object({ name: NAME });
const OF_CONTENT = z.object({ name: NAME, id: z.string().regex(/^\d{1,18}$/) });
const ADDED = z.object({ id: z.int(), signals: z.object({ pdq: z.string() }) });
const CONTENT = z.object({
  ...{ id: z.int(), disable_until_ts: z.int(), collab_metadata: z.object({}), original_media_uri: z.null() },
  ...{ bank: BANK, signals: z.object({ pdq: z.string() }).optional() },
});
const json = <T extends z.ZodType>(schema: T) => ({ required: true, content: { 'application/json': { schema } } });

const list = createRoute({
  ...{ method: 'get', path: '/c/banks', summary: 'Banks of this tenant' },
  responses: { 200: jsonAnswer('Banks', z.array(BANK)), ...problems(401, 403) },
});
const create = createRoute({
  ...{ method: 'post', path: '/c/banks', summary: 'Make a bank' },
  request: { body: json(z.object({ name: NAME, ...CHANGE })) },
  responses: { 201: jsonAnswer('The bank', BANK), ...problems(400, 401, 403) },
});
const show = createRoute({
  ...{ method: 'get', path: '/c/bank/{name}', summary: 'A bank' },
  request: { params: OF_BANK },
  responses: { 200: jsonAnswer('The bank', BANK), ...problems(400, 401, 403, 404) },
});
const change = createRoute({
  ...{ method: 'put', path: '/c/bank/{name}', summary: 'Switch a bank on or off, or for a share of look-ups' },
  request: { params: OF_BANK, body: json(z.object(CHANGE)) },
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
    body: { required: true, content: { 'multipart/form-data': { schema: z.object({ photo: PHOTO }) } } },
  },
  responses: { 200: jsonAnswer('Added', ADDED), ...problems(400, 401, 403, 404, 413, 422) },
});
const addSignal = createRoute({
  ...{ method: 'post', path: '/c/bank/{name}/signal', summary: 'Add a hash to a bank' },
  request: { params: OF_BANK, body: json(z.object({ pdq: SIGNAL })) },
  responses: { 200: jsonAnswer('Added', ADDED), ...problems(400, 401, 403, 404) },
});
const showContent = createRoute({
  ...{ method: 'get', path: '/c/bank/{name}/content/{id}', summary: 'Content of a bank' },
  request: { params: OF_CONTENT, query: z.object({ include_signals: z.string().optional() }) },
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
  const add = async (caller: Caller, bank: string, hash: Uint8Array, quality: number | null) => {
    await bankOf(caller, bank);
    requireQuality(quality);
    const { id } = await registry.enrol(caller, { hash, quality, statement: STATEMENT.parse({}), bank });
    return { id: Number(id), signals: { pdq: hashHex(hash) } };
  };

  app.openapi(list, async (c) => c.json(await listBanks(database, callerOf(c, 'registry:read')), 200));
  app.openapi(create, async (c) => {
    const caller = callerOf(c, 'registry:write');
    const { name, ...given } = c.req.valid('json');
    const bank = await addBank(database, caller, { name, matching_enabled_ratio: ratioOf(given) ?? 1 });
    if (!bank) throw new Problem(403, 'bank', 'there is a bank of that name');
    return c.json(bank, 201);
  });
  app.openapi(show, async (c) => c.json(await bankOf(callerOf(c, 'registry:read'), c.req.valid('param').name), 200));
  app.openapi(change, async (c) => {
    const caller = callerOf(c, 'registry:write');
    const bank = await bankOf(caller, c.req.valid('param').name);
    const ratio = ratioOf(c.req.valid('json')) ?? bank.matching_enabled_ratio;
    return c.json((await setBank(database, caller, { ...bank, matching_enabled_ratio: ratio })) ?? bank, 200);
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
    const { hashes, quality } = await examine(c.req.valid('form').photo);
    return c.json(await add(caller, c.req.valid('param').name, hashes[0]!, quality), 200);
  });
  app.openapi(addSignal, async (c) => {
    const caller = callerOf(c, 'registry:write');
    return c.json(await add(caller, c.req.valid('param').name, parseHash(c.req.valid('json').pdq), null), 200);
  });
  app.openapi(showContent, async (c) => {
    const caller = callerOf(c, 'registry:read');
    const { name, id } = c.req.valid('param');
    const bank = await bankOf(caller, name);
    const [entry] = await database.query<Pick<Entry, 'hash'>>(
      'select hash from photoguard.registry where tenant = $1 and bank = $2 and id = $3 and not deleted',
      [caller.tenant, name, id],
    );
    if (!entry) throw absent();
    const signals = c.req.valid('query').include_signals === 'true' ? { pdq: hashHex(entry.hash) } : undefined;
    const fixed = { disable_until_ts: 1, collab_metadata: {}, original_media_uri: null }; // 1: on
    return c.json({ id: Number(id), ...fixed, bank, ...(signals && { signals }) }, 200);
  });
  app.openapi(removeContent, async (c) => {
    const caller = callerOf(c, 'registry:write');
    const { name, id } = c.req.valid('param');
    await bankOf(caller, name);
    return c.json({ deleted: Number(await registry.remove(caller, id, name)) }, 200);
  });
}

const ratioOf = ({ enabled, enabled_ratio }: { enabled?: boolean | undefined; enabled_ratio?: number | undefined }) =>
  enabled_ratio ?? (enabled === undefined ? undefined : Number(enabled));
