// PostgreSQL, which any number of processes can share.
import pg from 'pg';
import type { Database, Sql } from './database.ts';

const CONNECTIONS = 8;

/** Connects to PostgreSQL. @throws what the driver reports, at the first statement */
export function openPostgres(connectionString: string): Database {
  const pool = new pg.Pool({ connectionString, max: CONNECTIONS, application_name: 'photoguard' });
  pool.on('error', () => {}); // a connection that broke while idle: the next statement opens another, or reports
  return {
    query: sqlOf(pool).query,
    async transaction(work) {
      const client = await pool.connect();
      try {
        await client.query('begin');
        const result = await work(sqlOf(client));
        await client.query('commit');
        client.release();
        return result;
      } catch (error) {
        const rolledBack = await client.query('rollback').then(
          () => true,
          () => false,
        );
        client.release(!rolledBack);
        throw error;
      }
    },
    forQueue: { connectionString, max: CONNECTIONS, application_name: 'photoguard queue' },
    alone: false,
    close: () => pool.end(),
  };
}

const sqlOf = (source: pg.Pool | pg.PoolClient): Sql => ({
  query: async <Row extends object>(text: string, values: readonly unknown[] = []) =>
    (await source.query(text, [...values])).rows as Row[],
});
