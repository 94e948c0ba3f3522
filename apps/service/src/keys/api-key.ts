// API keys: `pg_<id>_<secret>`. The id finds the row; of the secret only a hash by scrypt is kept. The secret has 256 random
// bits, so nobody can guess it from the hash; scrypt is there for a database that leaks.
import { createHash, randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import type { Sql } from '../database/database.ts';

/** What a key may be used for. */
export const SCOPES = ['immunize', 'registry:read', 'registry:write', 'keys'] as const;

/** One of them. */
export type Scope = (typeof SCOPES)[number];

/** Who a request comes from. */
export interface Caller {
  /** Id of the key. */
  readonly key: string;
  readonly tenant: string;
  readonly scopes: readonly Scope[];
}

const hashed = promisify(scrypt) as (secret: string, salt: Uint8Array, bytes: number) => Promise<Buffer>;
const FORM = /^pg_([a-z0-9]{12})_([A-Za-z0-9_-]{43})$/;

/** Makes a key. @param expires when it stops being valid, as ISO 8601; absent: never. @returns the key itself, which cannot be read again later, and its id */
export async function createKey(
  sql: Sql,
  { tenant, scopes, expires }: Pick<Caller, 'tenant' | 'scopes'> & { readonly expires?: string | undefined },
): Promise<{ readonly id: string; readonly key: string }> {
  const id = randomBytes(6).toString('hex');
  const secret = randomBytes(32).toString('base64url');
  const salt = randomBytes(16);
  await sql.query(
    'insert into photoguard.keys (id, tenant, scopes, salt, hash, expires) values ($1, $2, $3, $4, $5, $6)',
    [...[id, tenant, JSON.stringify(scopes), salt, await hashed(secret, salt, 32), expires ?? null]],
  );
  return { id, key: `pg_${id}_${secret}` };
}

interface KeyRow {
  readonly tenant: string;
  readonly scopes: readonly Scope[];
  readonly salt: Uint8Array;
  readonly hash: Uint8Array;
  readonly expires: Date | null;
}

/** How long a key that was checked is taken without another look: also how long a revoked one may still work. */
const TRUSTED_MS = 10_000;
const MOST_TRUSTED = 10_000;

/** Finds who a key belongs to. Remembers for some seconds, since scrypt is slow on purpose. */
export function keyReader(sql: Sql): (key: string) => Promise<Caller | undefined> {
  const known = new Map<string, { readonly caller: Caller; readonly until: number }>();
  return async (key) => {
    const [, id, secret] = FORM.exec(key) ?? [];
    if (id === undefined || secret === undefined) return undefined;
    const name = createHash('sha256').update(key).digest('base64');
    const trusted = known.get(name);
    if (trusted && trusted.until > Date.now()) return trusted.caller;
    known.delete(name);
    const [row] = await sql.query<KeyRow>(
      `select tenant, scopes, salt, hash, expires from photoguard.keys
       where id = $1 and revoked is null and (expires is null or expires > now())`,
      [id],
    );
    if (!row) return undefined;
    if (!timingSafeEqual(await hashed(secret, row.salt, 32), row.hash)) return undefined;
    const caller = { key: id, tenant: row.tenant, scopes: row.scopes };
    if (known.size >= MOST_TRUSTED) known.clear();
    known.set(name, {
      caller,
      until: Math.min(Date.now() + TRUSTED_MS, row.expires?.getTime() ?? Number.POSITIVE_INFINITY),
    });
    return caller;
  };
}

/** Makes the first key of an empty table. @returns the key, or undefined if there was one already */
export async function createFirstKey(sql: Sql): Promise<string | undefined> {
  await sql.query('lock table photoguard.keys in exclusive mode'); // of several processes one makes it
  const found = await sql.query('select 1 from photoguard.keys limit 1');
  return found.length > 0 ? undefined : (await createKey(sql, { tenant: 'default', scopes: SCOPES })).key;
}
