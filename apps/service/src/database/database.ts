// The database as the rest of the service sees it: statements with values, and transactions. Behind it is PostgreSQL, or
// PGlite, which is PostgreSQL in the process itself; both take the same SQL.
import type { ConstructorOptions, Db } from 'pg-boss';

/** Runs statements. */
export interface Sql {
  /** Runs one statement; values stand for `$1`, `$2` ... @returns its rows */
  query<Row extends object>(text: string, values?: readonly unknown[]): Promise<Row[]>;
}

/** A database. */
export interface Database extends Sql {
  /** Runs statements that take effect together or, if `work` throws, not at all. */
  transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
  /** How pg-boss gets to the same database. */
  readonly forQueue: ConstructorOptions;
  /** Whether this process is the only one that can use it, so that what another left in progress is nobody's. */
  readonly alone: boolean;
  close(): Promise<void>;
}

/** Statements of pg-boss within a transaction of ours. */
export const asQueueDb = (sql: Sql): Db => ({
  executeSql: async (text, values = []) => ({ rows: await sql.query(text, values) }),
});
