// The audit log: who did what to what. Rows are only added.
import type { Sql } from '../database/database.ts';
import type { Caller } from './api-key.ts';

/** Notes an action of a caller. */
export async function note(sql: Sql, { tenant, key }: Caller, action: string, subject: string): Promise<void> {
  await sql.query('insert into photoguard.audit (tenant, key, action, subject) values ($1, $2, $3, $4)', [
    ...[tenant, key, action, subject],
  ]);
}
