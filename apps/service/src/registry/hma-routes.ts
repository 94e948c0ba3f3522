// Calls that Hasher-Matcher-Actioner has too, with its fields, so that a platform that uses it can ask this service instead:
// hashes and matches here, banks in bank-routes.ts. Addresses (`url`) are not fetched: a service that fetches what it is told
// can be made to fetch what it should not.
import { createHash } from 'node:crypto';
import { createRoute, z } from '@hono/zod-openapi';
import { hammingDistance, hashHex, PDQ_THRESHOLD, parseHash } from 'photoguard/hash';
import type { App } from '../http/app-type.ts';
import { formBody, jsonAnswer, jsonBody } from '../http/bodies.ts';
import { callerOf } from '../http/caller.ts';
import { PHOTO } from '../http/photo.ts';
import { Problem, problems } from '../http/problem.ts';
import type { Caller } from '../keys/api-key.ts';
import type { Service } from '../service.ts';
import { listBanks } from './banks.ts';
import type { Examined } from './examined.ts';
import type { Match, Registry } from './registry.ts';

/** What the routes work with. */
export interface RegistryParts {
  readonly service: Service;
  readonly registry: Registry;
  /** Reads a photo of a request. */
  readonly examine: (photo: File) => Promise<Examined>;
}

/** The bank of entries that are in none of the caller's. */
const COMMON = 'PHOTOGUARD';

/** A hash as a text. */
export const SIGNAL = z
  .string()
  .regex(/^[0-9a-fA-F]{64}$/, 'expected 64 hexadecimal digits')
  .openapi({ description: 'PDQ' });
const TYPE = z.literal('pdq');
const PHOTO_FORM = formBody({ photo: PHOTO });
/** Of hashes that are wanted; there is one. */
const TYPES = TYPE.optional().openapi({ description: 'Kinds of hashes; default: all' });
const FLAG = z.enum(['true', 'false', '1', '0']).default('false');
const isSet = (flag: z.infer<typeof FLAG>): boolean => flag === 'true' || flag === '1';
const BANKS = z.string().optional().openapi({ description: 'Names of banks, with commas; default: all' });
const CHOICE = {
  banks: BANKS,
  seed: z.string().max(1000).optional().openapi({ description: 'The same seed switches banks by share the same way' }),
  bypass_coinflip: FLAG.openapi({ description: 'Whether banks that are switched off match too' }),
};
const ITEM = z.object({ bank_content_id: z.int(), distance: z.string() });
const MATCHES = z.record(z.string(), z.array(ITEM));

const hash = createRoute({
  method: 'post',
  path: '/h/hash',
  summary: 'PDQ of a photo, as Hasher-Matcher-Actioner gives it',
  request: { query: z.object({ types: TYPES }), body: PHOTO_FORM },
  responses: { 200: jsonAnswer('The hash', z.object({ pdq: z.string() })), ...problems(400, 401, 403, 413, 422) },
});
const lookup = createRoute({
  method: 'get',
  path: '/m/lookup',
  summary: 'Matches of a hash by bank, as Hasher-Matcher-Actioner gives them',
  request: { query: z.object({ signal_type: TYPE, signal: SIGNAL, ...CHOICE }) },
  responses: { 200: jsonAnswer('Matches', MATCHES), ...problems(400, 401, 403) },
});
const lookupPhoto = createRoute({
  method: 'post',
  path: '/m/lookup',
  summary: 'Matches of a photo by kind of hash and bank',
  request: { query: z.object({ types: TYPES, ...CHOICE }), body: PHOTO_FORM },
  responses: { 200: jsonAnswer('Matches', z.object({ pdq: MATCHES })), ...problems(400, 401, 403, 413, 422) },
});
const rawLookup = createRoute({
  method: 'get',
  path: '/m/raw_lookup',
  summary: 'Matches of a hash, of banks and content that are switched off, too',
  request: {
    query: z.object({ signal_type: TYPE, signal: SIGNAL, banks: BANKS, include_distance: FLAG }),
  },
  responses: {
    200: jsonAnswer('Matches', z.object({ matches: z.array(z.union([z.int(), ITEM])) })),
    ...problems(400, 401, 403),
  },
});
const compare = createRoute({
  method: 'post',
  path: '/m/compare',
  summary: 'Whether two hashes match, and their distance',
  request: {
    body: jsonBody(z.strictObject({ pdq: z.array(SIGNAL).length(2) })),
  },
  responses: {
    200: jsonAnswer(
      'The comparison',
      z.object({ pdq: z.tuple([z.boolean(), z.object({ distance: z.int() })]).openapi({ type: 'array', items: {} }) }),
    ),
    ...problems(400, 401, 403),
  },
});
const status = createRoute({
  method: 'get',
  path: '/m/index/status',
  summary: 'How much the index has',
  request: { query: z.object({ signal_type: TYPE.optional() }) },
  responses: {
    200: jsonAnswer(
      'The index',
      z.object({ pdq: z.object({ present: z.boolean(), built_to: z.int(), size: z.int() }) }),
    ),
    ...problems(400, 401, 403),
  },
});

/** Adds the routes. */
export function hmaRoutes(app: App, { service, registry, examine }: RegistryParts): void {
  const { database } = service;
  for (const path of ['/h/*', '/m/*', '/c/*'])
    app.use(path, async (c, next) => {
      if (c.req.query('url') !== undefined)
        throw new Problem(
          400,
          'url',
          'url: this service fetches no addresses; send the photo itself as the file `photo`',
        );
      await next();
    });
  app.openapi(hash, async (c) => {
    callerOf(c, 'registry:read');
    const { hashes } = await examine(c.req.valid('form').photo);
    return c.json({ pdq: hashHex(hashes[0]!) }, 200);
  });

  // A bank whose share is below 1 matches that share of look-ups, as there; which of them, the seed decides.
  const byBank = async (caller: Caller, matches: readonly Match[], choice: Choice) => {
    const chance = choice.seed === undefined ? Math.random() : drawnFrom(choice.seed);
    const own = isSet(choice.bypass_coinflip) ? [] : await listBanks(database, caller);
    const off = new Set(own.flatMap((bank) => (bank.matching_enabled_ratio <= chance ? [bank.name] : [])));
    const found: Record<string, z.infer<typeof ITEM>[]> = {};
    for (const match of chosen(caller, matches, choice.banks)) {
      const bank = bankOf(caller, match);
      if (!off.has(bank)) (found[bank] ??= []).push(itemOf(match));
    }
    return found;
  };
  app.openapi(lookup, async (c) => {
    const caller = callerOf(c, 'registry:read');
    const { signal, ...choice } = c.req.valid('query');
    return c.json(await byBank(caller, await registry.lookup([parseHash(signal)]), choice), 200);
  });
  app.openapi(lookupPhoto, async (c) => {
    const caller = callerOf(c, 'registry:read');
    const { hashes } = await examine(c.req.valid('form').photo);
    const matches = await registry.lookup(hashes);
    return c.json({ pdq: await byBank(caller, matches, c.req.valid('query')) }, 200);
  });
  app.openapi(rawLookup, async (c) => {
    const caller = callerOf(c, 'registry:read');
    const { signal, banks, include_distance } = c.req.valid('query');
    const matches = chosen(caller, await registry.lookupAll([parseHash(signal)]), banks);
    const shown = isSet(include_distance) ? matches.map(itemOf) : matches.map(({ id }) => Number(id));
    return c.json({ matches: shown }, 200);
  });
  app.openapi(compare, async (c) => {
    callerOf(c, 'registry:read');
    const [one, other] = c.req.valid('json').pdq.map(parseHash) as [Uint8Array, Uint8Array];
    const distance = hammingDistance(one, other);
    return c.json({ pdq: [distance <= PDQ_THRESHOLD, { distance }] as [boolean, { distance: number }] }, 200);
  });
  app.openapi(status, async (c) => {
    callerOf(c, 'registry:read');
    const [row] = await database.query<{ size: number; built_to: number | null }>(
      `select count(*)::int as size, floor(extract(epoch from max(created)))::float8 as built_to
       from photoguard.registry where not deleted`,
    );
    const { size, built_to } = row!;
    return c.json({ pdq: { present: size > 0, built_to: built_to ?? -1, size } }, 200);
  });
}

/** Which banks are asked. */
type Choice = z.infer<z.ZodObject<typeof CHOICE>>;

/** A number from 0 to 1 that a text decides. */
const drawnFrom = (seed: string): number => createHash('sha256').update(seed).digest().readUInt32BE() / 2 ** 32;

const itemOf = ({ id, distance }: Match) => ({ bank_content_id: Number(id), distance: String(distance) });

/** Banks of others are not shown. */
const bankOf = ({ tenant }: Caller, match: Match): string => (match.tenant === tenant && match.bank) || COMMON;

const chosen = (caller: Caller, matches: readonly Match[], banks: string | undefined): readonly Match[] => {
  const names = banks?.split(',').map((name) => name.trim());
  return names ? matches.filter((match) => names.includes(bankOf(caller, match))) : matches;
};
