// Banks of Hasher-Matcher-Actioner: names that a tenant gives to groups of its entries, with the share of look-ups that
// match them.
import type { Database } from '../database/database.ts';
import type { Caller } from '../keys/api-key.ts';

/** A bank, with the field names of Hasher-Matcher-Actioner. */
export interface Bank {
  readonly name: string;
  /** 0 to 1. */
  readonly matching_enabled_ratio: number;
}

const COLUMNS = 'name, ratio::float8 as matching_enabled_ratio';

/** Banks of a tenant. */
export const listBanks = (database: Database, { tenant }: Caller): Promise<Bank[]> =>
  database.query<Bank>(`select ${COLUMNS} from photoguard.banks where tenant = $1 order by name`, [tenant]);

/** One of them. */
export async function findBank(database: Database, { tenant }: Caller, name: string): Promise<Bank | undefined> {
  const sql = `select ${COLUMNS} from photoguard.banks where tenant = $1 and name = $2`;
  return (await database.query<Bank>(sql, [tenant, name]))[0];
}

/** Adds one. @returns undefined if there is one of that name */
export async function addBank(
  database: Database,
  { tenant }: Caller,
  { name, matching_enabled_ratio: ratio }: Bank,
): Promise<Bank | undefined> {
  const sql = `insert into photoguard.banks (tenant, name, ratio) values ($1, $2, $3) on conflict do nothing returning ${COLUMNS}`;
  return (await database.query<Bank>(sql, [tenant, name, ratio]))[0];
}

/** Changes one, with the bank of its entries where it gets another name. @returns undefined if that name is taken */
export function setBank(
  database: Database,
  { tenant }: Caller,
  former: string,
  { name, matching_enabled_ratio: ratio }: Bank,
): Promise<Bank | undefined> {
  return database.transaction(async (sql) => {
    const [bank] = await sql.query<Bank>(
      `update photoguard.banks set ratio = $3, name = $4
       where tenant = $1 and name = $2
         and ($4 = $2 or not exists (select from photoguard.banks where tenant = $1 and name = $4))
       returning ${COLUMNS}`,
      [tenant, former, ratio, name],
    );
    if (bank && name !== former)
      await sql.query('update photoguard.registry set bank = $3 where tenant = $1 and bank = $2', [
        ...[tenant, former, name],
      ]);
    return bank;
  });
}

/** Removes one, without its entries. */
export async function removeBank(database: Database, { tenant }: Caller, name: string): Promise<void> {
  await database.query('delete from photoguard.banks where tenant = $1 and name = $2', [tenant, name]);
}
