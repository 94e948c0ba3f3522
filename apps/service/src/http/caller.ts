// Who a request comes from: by the key in `Authorization: Bearer`.
import type { Context, MiddlewareHandler } from 'hono';
import type { Sql } from '../database/database.ts';
import type { Caller, Scope } from '../keys/api-key.ts';
import { countRequest } from '../keys/rates.ts';
import { Problem } from './problem.ts';

/** What middleware leaves for routes. */
export interface Variables {
  caller: Caller;
}

/** Refuses requests without a valid key, and those of a key that has made too many this minute. */
export const authenticate =
  (
    read: (key: string) => Promise<Caller | undefined>,
    sql: Sql,
    mostAMinute: number,
  ): MiddlewareHandler<{ Variables: Variables }> =>
  async (c, next) => {
    const key = /^Bearer +(\S+)$/i.exec(c.req.header('Authorization') ?? '')?.[1];
    const caller = key === undefined ? undefined : await read(key);
    if (!caller) throw new Problem(401, 'key', 'give a valid key: Authorization: Bearer <key>');
    if ((await countRequest(sql, caller.key)) > mostAMinute)
      throw new Problem(429, 'rate', `a key may make ${mostAMinute} requests a minute`);
    c.set('caller', caller);
    await next();
  };

/** The caller of a request, who must have the scope. */
export function callerOf(c: Context<{ Variables: Variables }>, scope: Scope): Caller {
  const caller = c.get('caller');
  if (!caller.scopes.includes(scope)) throw new Problem(403, 'scope', `this key may not do that: it lacks ${scope}`);
  return caller;
}
