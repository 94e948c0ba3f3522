// PostgreSQL, which any number of processes can share.
import pg from 'pg';
import { Away } from '../away.ts';
import type { Database, Sql } from './database.ts';

/** Connections of a process, and as many again for its queue. */
const MOST_CONNECTIONS = 8;
const CONNECT_MS = 10_000;

/** Connects to PostgreSQL. Its statements throw Away where it does not answer. @param most connections; the queue takes as many */
export function openPostgres(connectionString: string, most = MOST_CONNECTIONS): Database {
  const max = Math.min(most, MOST_CONNECTIONS);
  const pool = new pg.Pool({
    connectionString,
    max,
    connectionTimeoutMillis: CONNECT_MS,
    application_name: 'photoguard',
  });
  pool.on('error', () => {}); // a connection that broke while idle: the next statement opens another, or reports
  pool.on('connect', (client) => client.on('error', () => {})); // in a transaction, too: its next statement reports
  return {
    query: sqlOf(pool).query,
    async transaction(work) {
      const client = await pool.connect().catch(tell);
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
        return tell(error);
      }
    },
    forQueue: { connectionString, max, application_name: 'photoguard queue' },
    alone: false,
    close: () => pool.end(),
  };
}

const sqlOf = (source: pg.Pool | pg.PoolClient): Sql => ({
  query: async <Row extends object>(text: string, values: readonly unknown[] = []) =>
    (await source.query(text, [...values]).catch(tell)).rows as Row[],
});

// SQLSTATE: the connection broke, the server shuts down or starts, its disk is full, too many connections.
const AWAY_CODES = /^(ECONN\w+|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENOTFOUND|EAI_AGAIN|08...|57P0[123]|53100|53300)$/;
const AWAY_MESSAGES =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection)/;

function tell(error: unknown): never {
  if (error instanceof Away) throw error;
  const { code, message } = error as Partial<NodeJS.ErrnoException>;
  const isAway = AWAY_CODES.test(String(code)) || AWAY_MESSAGES.test(String(message));
  throw isAway ? new Away('the database', error) : error;
}
