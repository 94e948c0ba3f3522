// How many requests a key has made this minute, counted in the database, so that the limit holds across all processes.
import type { Sql } from '../database/database.ts';

/** Counts a request. @returns how many this minute has had, this one included */
export async function countRequest(sql: Sql, key: string): Promise<number> {
  const [row] = await sql.query<{ count: number }>(
    `insert into photoguard.rates as r (key, minute, count) values ($1, date_trunc('minute', now()), 1)
     on conflict (key, minute) do update set count = r.count + 1 returning count`,
    [key],
  );
  return row!.count;
}

/** Forgets what is over. */
export async function forgetRates(sql: Sql): Promise<void> {
  await sql.query("delete from photoguard.rates where minute < now() - interval '2 minutes'");
}
