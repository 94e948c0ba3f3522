// PostgreSQL's connections: what is told where they break.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findPostgres, type PostgresServer, startPostgres } from '../../../../tests/service/databases.ts';
import { Away } from '../away.ts';
import { openPostgres } from './postgres.ts';

const programs = findPostgres();
let server: PostgresServer | undefined;
beforeAll(async () => {
  if (programs) server = await startPostgres(programs);
});
afterAll(() => server?.stop());

it.skipIf(programs === undefined)('tell that the database is away where they break in a transaction', async () => {
  const database = openPostgres(server!.make('breaking'), 2);
  try {
    const broken = database.transaction((sql) => sql.query('select pg_terminate_backend(pg_backend_pid())'));
    await expect(broken).rejects.toBeInstanceOf(Away);
    // While none of its statements runs.
    const between = database.transaction(async (sql) => {
      const [{ pid } = {}] = await sql.query<{ pid: number }>('select pg_backend_pid() as pid');
      await database.query('select pg_terminate_backend($1)', [pid]);
      await new Promise((resolve) => setTimeout(resolve, 200));
      await sql.query('select 1');
    });
    await expect(between).rejects.toBeInstanceOf(Away);
    expect(await database.query('select 1 as one')).toEqual([{ one: 1 }]);
  } finally {
    await database.close();
  }
});
